"""Ladders from `config/policies.toml`, or from a file handed in for a simulation."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.files import ROOT, checked, read_toml
from engine.errors import BadInputError
from engine.rules.ladder import Anchor, Kind, Policy, Rung

Receiver = Literal["owner", "collaborators", "head", "coordinator", "supervisor"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Repeat(_Strict):
    times: int = Field(ge=1, le=100)
    every: int = Field(ge=1, le=60)


class _Rung(_Strict):
    name: str = Field(pattern=r"^[A-Z][A-Za-z0-9]*$")
    kind: Kind
    on: Literal["force"] | None = None
    days_before: int | None = Field(default=None, ge=0, le=400)
    workdays_before: int | None = Field(default=None, ge=0, le=60)
    workdays_after: int | None = Field(default=None, ge=1, le=250)
    to: tuple[Receiver, ...] = Field(min_length=1)
    repeat: _Repeat | None = None

    @model_validator(mode="after")
    def _free_name(self) -> Self:
        if self.name.startswith("C"):
            raise ValueError(f"{self.name}: names with C stand for what waits for confirmation; choose another letter")
        if self.name == "N" and self.kind != Kind.NOTICE:
            raise ValueError(f"N is the name of a notice, and this rung is of kind {self.kind}; choose another name")
        return self

    @model_validator(mode="after")
    def _one_date(self) -> Self:
        dates = (self.on, self.days_before, self.workdays_before, self.workdays_after)
        if sum(value is not None for value in dates) != 1:
            raise ValueError("give exactly one of on, days_before, workdays_before, workdays_after")
        if self.repeat and self.workdays_after is None:
            raise ValueError("only a rung with workdays_after repeats")
        return self

    def rungs(self) -> Iterator[Rung]:
        """This rung, and its repetitions."""
        if self.on:
            yield Rung(self.name, self.kind, Anchor.FORCE, 0, self.to)
        elif self.days_before is not None:
            yield Rung(self.name, self.kind, Anchor.LAST_DAY, -self.days_before, self.to)
        elif self.workdays_before is not None:
            yield Rung(self.name, self.kind, Anchor.LAST_WORKDAY, -self.workdays_before, self.to)
        else:
            first, again = self.workdays_after or 1, self.repeat or _Repeat.model_construct(times=0, every=0)
            yield Rung(self.name, self.kind, Anchor.LATE, first, self.to)
            for turn in range(1, again.times + 1):
                yield Rung(f"{self.name}.{turn}", self.kind, Anchor.LATE, first + turn * again.every, self.to)


class _Ack(_Strict):
    from_: str = Field(alias="from")
    workdays: int = Field(ge=1, le=30)
    limit: int = Field(ge=0, le=20)


class _Confirm(_Strict):
    after: int = Field(ge=0, le=60)
    supervisor_from: int = Field(ge=1, le=120)


class _Policy(_Strict):
    ack: _Ack
    bounce_workdays: int = Field(ge=0, le=30)
    confirm: _Confirm
    rungs: tuple[_Rung, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        names = [rung.name for rung in self.rungs]
        if len(names) != len(set(names)):
            raise ValueError("two rungs have the same name")
        if self.ack.from_ not in names:
            raise ValueError(f"ack.from names no rung: {self.ack.from_}")
        return self


def read_policies(path: Path = ROOT / "policies.toml") -> dict[str, Policy]:
    """Every ladder of a file by its name; a policy's own name ends with a hash of its numbers (`default@1a2b3c4d`).

    Raises:
        BadInputError: the file is wrong; all faults are named.
    """
    policies: dict[str, Policy] = {}
    for name, table in read_toml(path).items():
        if not isinstance(table, dict):
            raise BadInputError(f"{path}: {name} is not a ladder; write [{name}] and its rungs.")
        read = checked(_Policy, table, place=f"{path}, ladder {name}")
        rungs = tuple(rung for line in read.rungs for rung in line.rungs())
        mark = hashlib.sha256(read.model_dump_json().encode()).hexdigest()[:8]
        policies[name] = Policy(
            name=f"{name}@{mark}",
            rungs=rungs,
            ack_from=read.ack.from_,
            ack_workdays=read.ack.workdays,
            ack_limit=read.ack.limit,
            bounce_workdays=read.bounce_workdays,
            confirm_after=read.confirm.after,
            confirm_supervisor_from=read.confirm.supervisor_from,
        )
    if "default" not in policies:
        raise BadInputError(f"{path}: the ladder [default] is missing.")
    return policies
