"""Cells that say "the same as above": by a mark ("nt", a quotation mark) or by being merged with the cell above."""

import re
from collections.abc import Sequence
from typing import Literal

from engine.intake.draft import Agency, Task

DITTO = re.compile(
    r"[\s\-–(\[]*(?:[\"“”'’‘″〃]+|,,|//|[\"“]?n\s?[./]?\s?t\.?[\"”]?|[\"“]?như (?:(?:ở|dòng|hàng|mục|ô) )?trên[\"”]?|"
    r"idem)[\s\-–)\].]*",
    re.I,
)
LONGEST = 24
"""Characters of the longest mark with its dashes and brackets."""
Field = Literal["owners", "collaborators", "deadline", "deliverable"]
FIELDS: dict[str, Field] = {
    "owner": "owners",
    "collaborators": "collaborators",
    "deadline": "deadline",
    "deliverable": "deliverable",
}
"""The fields of a task that rows take over, by the role of their column."""


def is_ditto(text: str | None) -> bool:
    """Whether a cell only repeats the one above it. An empty cell does not, nor does a dash alone."""
    return bool(text and len(text) <= LONGEST and DITTO.fullmatch(text))


def take_over(task: Task, source: Task, role: str) -> str:
    """Give a task the value that the source has in one column; the reference of the row that it came from first."""
    field = FIELDS[role]
    origin: str = getattr(source, f"{field}_inherited_from") or source.ref
    value = getattr(source, field)
    setattr(task, field, _copies(value) if isinstance(value, list) else value)
    setattr(task, f"{field}_inherited_from", origin)
    return origin


def _copies(agencies: Sequence[Agency]) -> list[Agency]:
    return [agency.model_copy(deep=True) for agency in agencies]
