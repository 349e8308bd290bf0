"""Rows of a task table as printed, whichever way the table is laid out: cells by column, and what a row lacks.

Both layouts (`flow`, `grid_rows`) end here: a row that does not have one text for each column is set out around its
deadline cell, the one that can be told by its make; what is over goes to the task, what is lacking is said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from engine.intake.headers import Column
from engine.intake.readers import Place
from engine.rules import deadlines

NUMBER = re.compile(
    r"(?P<roman>[IVXLC]+(?:\.\d{1,3})*)[.):/]?|(?P<number>\d{1,3}(?:\.\d{1,3})*)[.):/]?|(?P<capital>[A-HĐK-Z])[.):/]?|"
    r"(?P<letter>[a-zđ])[.)/]"
)
"""A printed number alone in its cell: I, II.1, A, 1, 1.2, a)."""
GLUED = re.compile(
    r"(?:(?P<roman>[IVXLC]{1,7})|(?P<capital>[A-HĐK-Z])|(?P<number>\d{1,3}(?:\.\d{1,2})*)|(?P<letter>[a-zđ]))"
    r"(?:[.)/]|(?<=\d)(?=\s+[^\W\d_]))\s+(?=\S)"
)
"""A printed number in front of the words it counts: "1. Xây dựng", "1.1 Xây dựng", "II. Nhiệm vụ"."""
MARK = re.compile(r"(?<=\S)(?:[¹²³⁴-⁹]+|\s*(?:\*{1,3}|\(\s*(?:\d|\*{1,3})\s*\)|\[\d{1,2}\])(?=\s*(?:$|[;,\n])))")
"""The mark of a footnote behind a date, a number or a name."""
REMARK = re.compile(
    r"\s*(?:\(\*+\)|\*+|[¹²³⁴-⁹]|\[\d{1,2}\]|(?:Ghi chú|Chú thích|Lưu ý|Chú giải)\s*:|\(\d\)\s*:?)\s*\S"
)
"""How a note under a table begins."""
COUNT = re.compile(r"\(?(?:(?P<number>\d{1,2})|[A-ZĐ])\)?(?:\s*=.{0,20})?")
"""A cell of the row under a header that counts the columns: (1), A, 3."""
PAGE = re.compile(r"[-–\s]*(?:trang\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?[-–\s]*", re.I)
TICK = re.compile(r"[xX✓✔√●•+*]+|[☑☒]")
StrayKind = Literal["page_number_in_table", "footnote_mark", "section_without_rows"]


@dataclass(frozen=True, slots=True)
class Stray:
    """A piece printed in a table that belongs to no task: a page number, a note, a heading with no row under it."""

    kind: StrayKind
    text: str
    place: Place


@dataclass(slots=True)
class Row:
    """One row as printed: its number, its cells by role, and the roles it has no cell for."""

    number: str
    cells: dict[str, str]
    place: Place
    """Its first line and last line, or its row in a grid."""
    missing: list[str] = field(default_factory=list)
    crowded: bool = False
    """Whether it seems to hold more than one row: the number between them may be lost, or a cell is too many."""
    merged: dict[str, int] = field(default_factory=dict)
    """Roles whose cell hangs on one above, with the place in `TaskTable.rows` of the row that has it."""
    heading: bool = False
    """Whether it runs across the table, as headings of sections do."""
    marked: str = ""
    """Its number as printed, where that bears the mark of a footnote."""

    @property
    def text_only(self) -> bool:
        """Whether nothing but the task column says anything, as in a heading of a section."""
        return not any(text for role, text in self.cells.items() if role != "task")

    @property
    def title(self) -> str:
        """Its number and its text on one line, as a heading is printed."""
        return ". ".join(filter(None, (self.number, self.cells.get("task"))))

    @property
    def own(self) -> dict[str, str]:
        """The cells that say something beside the task and are not merged with one above."""
        return {role: text for role, text in self.cells.items() if text and role != "task" and role not in self.merged}


@dataclass(slots=True)
class TaskTable:
    """A task table: `label` is its annex ("Phụ lục 04"), `columns` those of its header without the numbers.

    `span` is the range [start, stop) of the document's blocks that it covers, header included.
    """

    label: str
    columns: list[Column]
    span: tuple[int, int]
    rows: list[Row] = field(default_factory=list)
    stray: list[Stray] = field(default_factory=list)

    def begin_with(self, heading: Row) -> None:
        """Put a heading printed above the table in front of its rows."""
        for row in self.rows:
            row.merged = {role: origin + 1 for role, origin in row.merged.items()}
        self.rows.insert(0, heading)


def counts_columns(texts: Sequence[str]) -> bool:
    """Whether a row only counts the columns: "(1) (2) (3)", "A B 1 2", the last ones perhaps as sums of others."""
    counts = [COUNT.fullmatch(text) for text in texts]
    numbers = [int(count["number"]) for count in counts if count and count["number"]]
    return all(counts) and bool(numbers) and numbers == list(range(1, len(numbers) + 1))


def marked(text: str) -> str:
    """A printed number that bears the mark of a footnote; "" for one that does not."""
    return text if MARK.search(text) else ""


def clean_number(text: str) -> str:
    """A printed number without brackets, end mark and footnote mark."""
    return MARK.sub("", text.strip()).strip("() ").rstrip(".):/ ")


def split_number(text: str) -> tuple[str, str]:
    """The number in front of a text and the rest; a text that lists several numbers itself keeps them."""
    match = GLUED.match(text)
    if not match or re.search(r"^[ \t]*(?:\d{1,3}|[a-zđ])[.)]\s", text[match.end() :], re.M):
        return "", text
    dotted = match["number"] and "." in match["number"] and not text[match.end() :][:1].isupper()
    return ("", text) if dotted else (clean_number(match[0]), text[match.end() :])


def looks_like_deadline(text: str) -> bool:
    """Whether a cell is made as deadlines are, a footnote mark aside."""
    return len(text) <= deadlines.LONGEST and _looks_like_deadline(text)


@lru_cache(maxsize=4096)
def _looks_like_deadline(text: str) -> bool:
    return deadlines.looks_like_deadline(MARK.sub("", text))


def set_out(texts: Sequence[str], columns: Sequence[Column]) -> tuple[list[str | None], bool]:
    """Texts over columns, None where a column got none; and whether a second row seems to hide among them.

    The deadline is the anchor: what the header puts right before and after it are single cells, and the task takes the
    rest, however many paragraphs it has.
    """
    at = next((i for i, column in enumerate(columns) if column.role == "deadline"), None)
    whole = len(texts) == len(columns)
    if at is None or (whole and (not texts[at] or looks_like_deadline(texts[at]))):
        return _spread(texts, columns), False
    likely = [i for i, text in enumerate(texts) if text and looks_like_deadline(text)]
    anchor = _anchor(texts, len(columns), at, likely)
    if anchor is None:
        return _spread(texts, columns), False
    # a second deadline a whole row away from the first, with room for its own cells before it
    crowded = any(at <= other <= anchor - len(columns) for other in likely)
    before, behind = columns[:at], columns[at + 1 :]
    first = anchor
    while first - 1 in likely and first > at and len(texts) - (anchor - first) > len(columns):
        first -= 1  # several deadlines under one another in one cell
    # where no column stands on that side, what is over is the deadline's own
    first, last = first if before else 0, anchor + 1 if behind else len(texts)
    deadline = "\n".join(filter(None, texts[first:last]))
    return [*_spread(texts[:first], before), deadline, *_spread(texts[last:], behind)], crowded


def _anchor(texts: Sequence[str], width: int, at: int, likely: Sequence[int]) -> int | None:
    """Where the deadline cell is: of the cells made like one, that with the right number of cells behind it.

    Another one only where it leaves room for the cells before it: a task may begin with "Thường xuyên".
    """
    exact = [i for i in likely if len(texts) - i == width - at]
    room = at if len(texts) >= width else min(at, 1)
    found = [i for i in exact or likely if i >= room]
    return found[-1] if found else None


def _spread(texts: Sequence[str], columns: Sequence[Column]) -> list[str | None]:
    """Texts over columns in order; what is over goes to the task (else the last column) as further paragraphs."""
    surplus = len(texts) - len(columns)
    if surplus <= 0 or not columns:
        return [*texts[: len(columns)], *[None] * -surplus]
    tasks = [i for i, column in enumerate(columns) if column.role == "task"]
    wide = tasks[-1] if tasks else len(columns) - 1
    folded = "\n".join(filter(None, texts[wide : wide + surplus + 1]))
    return [*texts[:wide], folded, *texts[wide + surplus + 1 :]]


def cells_of(columns: Sequence[Column], texts: Sequence[str | None]) -> tuple[dict[str, str], list[str]]:
    """Texts by role and the roles without a cell; notes keep their column's name, ticked parts of the year theirs."""
    cells: dict[str, str] = {}
    missing: list[str] = []
    periods: list[str] = []
    for column, text in zip(columns, texts, strict=True):
        if text is None:
            missing.append(column.role)
        elif column.role == "period":
            periods.extend([column.title if TICK.fullmatch(text) else f"{column.title}: {text}"] if text else [])
        elif column.role == "notes":
            _join(cells, "notes", f"{column.title}: {text}" if text and column.title else text)
        else:
            _join(cells, column.role, text)
    if any(column.role == "period" for column in columns):
        _join(cells, "deadline", ", ".join(periods))
    return cells, list(dict.fromkeys("deadline" if role == "period" else role for role in missing))


def _join(cells: dict[str, str], role: str, text: str) -> None:
    """Add a text to a role that several columns may share; an empty cell is kept as such."""
    cells[role] = "\n".join(filter(None, (cells.get(role), text)))
