"""What every reader yields: the printed pieces of a document in order, each with its place, and its tables as grids."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

UNSEEN = (0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
"""Soft hyphens, joiners, direction marks: unseen, and able to make a text read otherwise than it looks."""
AS_SEEN: dict[int, str | None] = {**dict.fromkeys(UNSEEN), 0x2010: "-", 0x2011: "-", 0xF02D: "-", 0xF0B7: "-"}
"""Letters that are not what they look like: hyphens that only forbid a break, bullets of symbol fonts."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece stands: 1-based lines of a text, or a cell of a table; whatever the format knows.

    `table` is the number of its `Grid`; `row` and `column` count the grid's rows and columns from 1; `address` is
    the cell as its program names it ("Phụ lục!D12").
    """

    line: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    page: int | None = None
    last_line: int | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or one of a cell where `place.table` is set. `text` is "" for a piece that is printed but empty."""

    text: str
    place: Place

    @property
    def line(self) -> int:
        """Its line, 0 where the format has none."""
        return self.place.line or 0

    @property
    def last_line(self) -> int:
        """Its last line: another one than the first where the text is hard-wrapped."""
        return self.place.last_line or self.line


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its paragraphs joined with newlines. `merged` says that a wider or higher cell reaches into it.

    The first cell of a merge has the text; those it covers have `text` "" and the direction they hang on.
    """

    text: str
    place: Place
    merged: Literal["", "above", "left"] = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of the document as printed: rows of cells, every row as wide as the table, short ones as they are.

    A table that goes on over a page break is one grid if the format can tell, else several; `table` joins those.
    """

    number: int
    rows: Sequence[Sequence[Cell]]


NoteKind = Literal[
    "encoding",
    "formula_error",
    "formula_without_value",
    "hidden_cells",
    "hidden_text",
    "page_without_text",
    "tracked_changes",
    "wrapped_cells",
]


@dataclass(frozen=True, slots=True)
class Note:
    """What the reader left out or took for granted, in words for a person; `place` is the first where it did."""

    kind: NoteKind
    text: str
    place: Place


class Content(NamedTuple):
    """What a reader makes of the bytes of one format."""

    blocks: list[Block]
    grids: list[Grid]
    notes: Sequence[Note] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: its name, the SHA-256 of its bytes, its pieces in reading order, its tables and notes.

    Every paragraph of a cell is among `blocks` too, with `place.table` set, so that a letterhead laid out as a table
    reads like any other; plain text saved one cell a paragraph has no grids.
    """

    name: str
    sha256: str
    blocks: list[Block]
    grids: list[Grid] = field(default_factory=list)
    notes: Sequence[Note] = ()


def printed(text: str) -> str:
    """A text as it looks on paper: in NFC, without invisible marks, every run of blanks one space."""
    return " ".join(unicodedata.normalize("NFC", text).translate(AS_SEEN).split())


def blocks_of(grid: Grid) -> list[Block]:
    """The paragraphs of a table, row by row; an empty cell is one empty block, a covered one is none."""
    return [
        Block(text, cell.place)
        for row in grid.rows
        for cell in row
        if not cell.merged
        for text in (cell.text.split("\n") if cell.text else [""])
    ]
