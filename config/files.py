"""Reads the project's TOML files and says which file and key is wrong; all faults of a file at once."""

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from engine.errors import BadInputError, ManyFaultsError

ROOT = Path(__file__).resolve().parent
TEMPLATES = ROOT.parent / "templates"
Shape = TypeVar("Shape", bound=BaseModel)


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a file.

    Raises:
        BadInputError: it cannot be read or is not TOML; the message names the line.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise BadInputError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise BadInputError(f"{path}: not valid TOML: {error}.") from error


def checked(shape: type[Shape], tables: dict[str, Any], *, place: str) -> Shape:
    """The tables in their shape.

    Raises:
        ManyFaultsError: keys are unknown or missing, or values wrong; each is named with its place.
    """
    try:
        return shape.model_validate(tables)
    except ValidationError as error:
        faults = [f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        raise ManyFaultsError(f"{place} has faults:", faults) from error
