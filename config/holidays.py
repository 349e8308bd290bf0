"""The working-day calendar: the package's days with the decisions of `config/holidays.toml` over them."""

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from config.files import ROOT, checked, read_toml
from engine.errors import BadInputError
from engine.rules.workdays import Workdays


class _Decision(BaseModel):
    model_config = ConfigDict(extra="forbid")
    day: date
    works: bool
    source: str = Field(min_length=10)


class _Calendar(BaseModel):
    model_config = ConfigDict(extra="forbid")
    version: str = Field(min_length=1)
    confirmed_through: int = Field(ge=2000, le=2200)
    decision: list[_Decision] = Field(default_factory=list)


def read_calendar(path: Path = ROOT / "holidays.toml") -> Workdays:
    """The calendar of the installation.

    Raises:
        BadInputError: the file is wrong, or decides one day twice.
    """
    read = checked(_Calendar, read_toml(path), place=str(path))
    decisions = {decision.day: decision.works for decision in read.decision}
    if len(decisions) != len(read.decision):
        raise BadInputError(f"{path}: one day is decided twice; keep the later decision only.")
    return Workdays(decisions, read.confirmed_through, read.version)
