"""People named in `config/people.toml`, for parts that nobody holds yet."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from config.files import ROOT, checked, read_toml
from engine.errors import BadInputError
from engine.intake.loading.parties import PersonEntry


class _Person(BaseModel):
    model_config = ConfigDict(extra="forbid")
    key: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str
    role: Literal["coordinator", "agency", "supervisor", "inspector"]
    mailbox: str = Field(default="", pattern=r"^([^@\s<>]+@[^@\s<>]+)?$")
    agency: str = ""


class _People(BaseModel):
    model_config = ConfigDict(extra="forbid")
    person: list[_Person] = Field(default_factory=list)


def read_people(path: Path = ROOT / "people.toml") -> list[PersonEntry]:
    """The people of a file, in its order.

    Raises:
        BadInputError: the file is wrong; all faults are named.
    """
    read = checked(_People, read_toml(path), place=str(path))
    keys = [person.key for person in read.person]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise BadInputError(f"{path}: two people have the key {', '.join(twice)}.")
    return [PersonEntry(**person.model_dump()) for person in read.person]
