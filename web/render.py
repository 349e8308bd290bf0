"""The page templates: Jinja with everything escaped, the words and a few ways of writing days."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engine.clock import local
from web import words

STATIC = Path(__file__).with_name("static")


@dataclass(frozen=True)
class Segment:
    """One piece of a stacked bar, in hundredths of its width."""

    name: str
    count: int
    start: float
    width: float


def pages(folder: Path) -> Environment:
    """The environment for the templates under `folder`."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": day, "long_day": long_day, "moment": moment, "short": short}
    environment.globals |= {"words": words, "bar": bar, "style_version": style_version()}
    return environment


def day(value: date | None) -> str:
    """`03/03/2020`."""
    return f"{value:%d/%m/%Y}" if value else ""


def long_day(value: date | None) -> str:
    """`thứ Ba 03/03/2020`."""
    return f"{words.weekday(value)} {value:%d/%m/%Y}" if value else ""


def moment(value: datetime | None) -> str:
    """`03/03/2020 08:00`, on Vietnam's clock."""
    return f"{local(value):%d/%m/%Y %H:%M}" if value else ""


def short(text: str, length: int = 160) -> str:
    """The text on one line, cut at a word."""
    line = " ".join(text.split()).removeprefix("- ")
    return line if len(line) <= length else line[:length].rpartition(" ")[0] + "…"


def bar(counts: Sequence[tuple[str, int]]) -> list[Segment]:
    """The pieces of a stacked bar; what counts nothing has no piece."""
    total, start, pieces = sum(count for _, count in counts), 0.0, []
    for name, count in counts:
        if count:
            width = 100 * count / total
            pieces.append(Segment(name, count, round(start, 2), round(width, 2)))
            start += width
    return pieces


def style_version() -> str:
    """Changes with the stylesheet, so that a browser may keep it for long."""
    return hashlib.sha256((STATIC / "style.css").read_bytes()).hexdigest()[:10]
