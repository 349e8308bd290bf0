"""Rows of a task table as printed, whichever way the table is laid out: cells by column, and what a row lacks.

Both layouts (`flow`, `grid_rows`) end here; `layout` sets out a row that does not have one text for each column.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.intake.readers import Place
from engine.intake.tables.headers import Column
from engine.intake.tables.layout import MARK

NUMBER = re.compile(
    r"\(?(?:(?P<roman>[IVXLC]+(?:\.\d{1,3})*)|(?P<number>\d{1,5}(?:\.\d{1,3})*)|(?P<capital>[A-HĐK-Z]))[.):/–-]?|"
    r"(?P<letter>\(?[a-zđ][.)/]?)|(?P<code>(?i:nhiệm vụ|nv)\s*(?:số\s*)?\d{1,3})[.:]?"
)
"""A printed number alone in its cell: I, II.1, A, 1, 1.2, a), (1), NV1; longer ones may be years (`numbers_row`)."""
GLUED = re.compile(
    r"(?:(?P<roman>[IVXLC]{1,7})|(?P<capital>[A-HĐK-Z])|(?P<number>\d{1,3}(?:\.\d{1,2})*)|(?P<letter>[a-zđ]))"
    r"(?:[.)/]|[-–](?=\s+[^\W\d_])|(?<=\d)(?=\s+[^\W\d_]))\s+(?=\S)"
)
"""A printed number in front of the words it counts: "1. Xây dựng", "1.1 Xây dựng", "II. Nhiệm vụ"."""
REMARK = re.compile(
    r"\s*(?:\(\*+\)|\*+|[¹²³⁴-⁹]|\[\d{1,2}\]|(?:Ghi chú|Chú thích|Lưu ý|Chú giải)\s*:|\(\d\)\s*:?)\s*\S"
)
"""How a note under a table begins."""
COUNT = re.compile(r"\(?(?:(?P<number>\d{1,2})|[A-ZĐ])\)?(?:\s*=.{0,20})?")
"""A cell of the row under a header that counts the columns: (1), A, 3."""
PAGE = re.compile(r"[-–\s]*(?:trang\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?[-–\s]*", re.I)
DRAWN_PAGE = re.compile(r"[-–]\s*\d{1,4}\s*[-–]|trang\s*\d{1,4}(?:\s*/\s*\d{1,4})?", re.I)
"""A page number that its dashes or its word tell from any other number."""
BARE_PERIOD = re.compile(r"0?[1-9]|1[0-2]|I{1,3}|IV")
"""A month or quarter by its number alone, where the header says which of them."""
TICK = re.compile(r"[xX✓✔√●•+*]+|[☑☒]")
StrayKind = Literal["page_number_in_table", "footnote_mark", "section_without_rows", "sum_row"]


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
    unsure: frozenset[str] = frozenset()
    """Roles of which it is not sure which of its texts they hold: it has too many or too few."""
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


def numbers_row(text: str) -> bool:
    """Whether a text alone is surely the number of a row; one of four digits may as well be a year or a sum."""
    return NUMBER.fullmatch(text) is not None and not (text.isdigit() and len(text) > 3)


def clean_number(text: str) -> str:
    """A printed number without brackets, end mark and footnote mark."""
    return MARK.sub("", text.strip()).strip("() ").rstrip(".):/–- ")


def split_number(text: str) -> tuple[str, str]:
    """The number in front of a text and the rest; a text that lists several numbers itself keeps them."""
    match = GLUED.match(text)
    if not match or re.search(r"^[ \t]*(?:\d{1,3}|[a-zđ])[.)]\s", text[match.end() :], re.M):
        return "", text
    dotted = match["number"] and "." in match["number"] and not text[match.end() :][:1].isupper()
    return ("", text) if dotted else (clean_number(match[0]), text[match.end() :])


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
        elif column.role == "deadline" and BARE_PERIOD.fullmatch(text) and column.title.casefold() in ("tháng", "quý"):
            _join(cells, "deadline", f"{column.title.capitalize()} {text}")
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
