"""Lines of a text to blocks and grids: tables where they are drawn, paragraphs elsewhere."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from engine.intake.readers.blocks import Block, Content, Grid, Note, Place, blocks_of
from engine.intake.readers.plain.drawn import Clean, find_table
from engine.intake.readers.plain.lines import Line
from engine.intake.readers.plain.wrapping import joined, mended, paragraphs, wrapped_at, wrapped_cells

LONE_PIPE = "|"
"""A pipe alone on a line ends a cell, in tables that a web page was turned into text with."""

ROWS = 3
WRAPPED_CELLS = (
    "chữ bị ngắt dòng và các ô của bảng không cách nhau bằng dòng trống: ranh giới giữa các ô chỉ là suy đoán theo độ "
    "dài dòng. So lại từng dòng với văn bản gốc, hoặc đọc bản .docx, .pdf hay .html"
)
"""Rows from which a table of wrapped cells is one, and what a person is then told."""


class Table(Protocol):
    """A table found among lines."""

    @property
    def after(self) -> int:
        """Index of the line after it."""

    def grid(self, number: int, clean: Clean) -> Grid:
        """Its grid, its cells as printed."""


Finder = Callable[[Sequence[Line], int], Table | None]


def content_of(
    lines: Sequence[Line],
    notes: Sequence[Note],
    clean: Clean = str,
    *,
    find: Finder = find_table,
    over_pages: bool = False,
) -> Content:
    """The blocks and grids of these lines.

    Args:
        lines: the lines of a text.
        notes: what was said of it before.
        clean: turns a paragraph's or a cell's text into what is printed.
        find: the table that begins at a line, if one does.
        over_pages: whether long paragraphs without an end go on after a blank line, where a page ended.
    """
    parts = list(_parts(lines, find))
    prose = [line for part in parts if isinstance(part, list) for line in [*part, Line(0, "", "")]]
    width = wrapped_at(prose)
    cells = wrapped_cells(prose) if width else []
    if len(cells) >= ROWS:
        notes = [*notes, Note("wrapped_cells", WRAPPED_CELLS, Place(cells[0].number))]
    blocks: list[Block] = []
    grids: list[Grid] = []
    for part in parts:
        if isinstance(part, list):
            found = paragraphs(part, width)
            blocks.extend(_prose(mended(found) if over_pages else found, clean))
        else:
            grids.append(part.grid(len(grids) + 1, clean))
            blocks.extend(blocks_of(grids[-1]))
    return Content(blocks, grids, notes)


def _parts(lines: Sequence[Line], find: Finder) -> Iterator[Table | list[Line]]:
    """The tables, and the lines between them."""
    at = start = 0
    while at < len(lines):
        found = find(lines, at) if lines[at].text else None
        if found:
            yield list(lines[start:at])
            yield found
            at = start = found.after
        else:
            at += 1
    yield list(lines[start:])


def _prose(found: Iterable[Sequence[Line]], clean: Clean) -> Iterator[Block]:
    after_pipe = False
    for paragraph in found:
        first, last = paragraph[0], paragraph[-1]
        is_pipe = first.text == LONE_PIPE
        place = Place(first.number, page=first.page, last_line=last.number if last.number > first.number else None)
        if is_pipe and after_pipe:
            yield Block("", place)
        after_pipe = is_pipe
        if not is_pipe:
            for text in clean(joined(paragraph)).split("\n"):
                yield Block(text, place)
