"""PDF files with a text layer: paragraphs in reading order, ruled tables as grids, page by page.

Numbers of pages and lines that run through all pages are left out. A table that goes on at the top of the next page,
its columns where they were, is one grid; its header is read once.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from engine.errors import BadInputError
from engine.intake.readers.blocks import Block, Content, Grid, Note, Place, blocks_of
from engine.intake.readers.pdf.columns import columns_of
from engine.intake.readers.pdf.grid import Span, ruled_tables
from engine.intake.readers.pdf.lines import Frame, Line, Word, lines_of, paragraphs, pitch_of
from engine.intake.readers.pdf.tables import PageTable, grid_of

COMMAND = (sys.executable, "-I", str(Path(__file__).with_name("pages.py")))
START = 1024
"""Bytes in which a PDF says that it is one."""
SECONDS = 45
FEWEST = 20
"""Letters of a document that is not merely a picture of one."""
PAGE_NUMBER = re.compile(r"(?:trang\s*)?[-–(\[]?\s*\d{1,4}\s*(?:/\s*\d{1,4})?\s*[-–)\]]?", re.I)
DIGITS = re.compile(r"\d+")
MARGIN = 0.12
"""The part of a page, at its top and bottom, where numbers and running lines stand."""
REFUSALS = {
    "password": "tệp PDF có mật khẩu. Mở ra, bỏ mật khẩu (hoặc in lại thành PDF) rồi đọc lại.",
    "damaged": "tệp PDF bị hỏng hoặc bị cắt cụt. Tải lại, hoặc xuất lại PDF từ tệp gốc.",
    "large": "tệp PDF quá lớn hoặc quá phức tạp. Chỉ xuất các trang có kế hoạch, hoặc dùng tệp .docx gốc.",
}
SCANNED = "tệp PDF không có chữ, có lẽ là bản quét (scan). Nhận dạng chữ (OCR) rồi soát lại, hoặc dùng tệp .docx gốc."


def recognises(data: bytes) -> bool:
    """Whether the bytes begin as a PDF does, at most some stray bytes before."""
    return b"%PDF-" in data[:START] and not data.startswith(b"PK")


def read(data: bytes, name: str) -> Content:
    """The paragraphs and tables of a PDF.

    Raises:
        BadInputError: locked, damaged, too complex, or without text.
    """
    pages = [_Page(number, page) for number, page in enumerate(_pages(data, name), start=1)]
    if sum(len(word.text) for page in pages for word in page.words) < FEWEST:
        raise BadInputError(f"{name}: {SCANNED}")
    _leave_out_running_lines(pages)
    blocks, grids = list[Block](), list[Grid]()
    for run, parts in _runs(pages):
        blocks += run
        if parts:
            grids.append(grid_of(parts, len(grids) + 1))
            blocks += blocks_of(grids[-1])
    return Content(blocks, grids, _notes(pages))


def _pages(data: bytes, name: str) -> list[dict[str, Any]]:
    """What `pages` tells of each page, from its own process."""
    try:
        done = subprocess.run(COMMAND, input=data, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603  ours
    except subprocess.TimeoutExpired:
        raise BadInputError(f"{name}: {REFUSALS['large']}") from None
    pages = [json.loads(line) for line in done.stdout.splitlines()] if done.returncode == 0 else [{"error": "large"}]
    if pages and "error" in pages[-1]:
        raise BadInputError(f"{name}: {REFUSALS[pages[-1]['error']]}")
    return pages


class _Page:
    """A page: its lines outside of tables from the top, and its ruled tables with their words."""

    def __init__(self, number: int, page: dict[str, Any]) -> None:
        self.number = number
        self.left, self.top, self.right, self.bottom = page["box"]
        self.words = [Word(*word) for word in page["words"]]
        ruled = ruled_tables(page["rules"])
        held: list[dict[Span, list[Word]]] = [{} for _ in ruled]
        free = list[Word]()
        for word in self.words:
            middle = (word.x0 + word.x1) / 2
            at, span = next(
                ((at, span) for at, table in enumerate(ruled) if (span := table.span_at(middle, word.middle))),
                (0, None),
            )
            (free if span is None else held[at].setdefault(span, [])).append(word)
        self.lines = lines_of(free, number)
        self.tables = [PageTable(number, table, words) for table, words in zip(ruled, held, strict=True) if words]
        self.tables.sort(key=lambda table: table.top)

    def margins(self) -> list[Line]:
        """The first and the last lines, where they stand in the margins."""
        room = MARGIN * (self.bottom - self.top)
        ends = self.lines[:2] + self.lines[2:][-2:]
        return [line for line in ends if line.base < self.top + room or line.base > self.bottom - room]


def _leave_out_running_lines(pages: Sequence[_Page]) -> None:
    """Takes out numbers of pages, and what stands at the same place of most pages, its digits aside."""
    running = Counter(_running(page, line) for page in pages for line in page.margins())
    often = max(2, len(pages) // 2)
    for page in pages:
        for line in page.margins():
            if PAGE_NUMBER.fullmatch(line.text) or running[_running(page, line)] >= often:
                page.lines.remove(line)


def _running(page: _Page, line: Line) -> tuple[str, int]:
    return DIGITS.sub("#", line.text), round(line.base - page.top)


def _runs(pages: Sequence[_Page]) -> Iterator[tuple[list[Block], list[PageTable]]]:
    """The document in reading order: paragraphs, and the table behind them with all its pages."""
    frames = _frames(pages)
    widths = {page.number: frames[_width(page)] for page in pages}
    run: list[Line | list[Block]] = []
    parts: list[PageTable] = []
    for page in pages:
        lines = page.lines
        for table in [*page.tables, None]:
            here = [line for line in lines if table is None or line.base <= table.top + line.height / 4]
            lines = lines[len(here) :]
            if parts and (here or (table and not table.goes_on(parts[-1]))):
                yield list(_blocks(run, widths)), parts
                run, parts = [], []
            for piece in columns_of(here):
                place = Place(page=page.number)
                run.append(piece if isinstance(piece, Line) else [Block(text, place) for text in piece])
            if table:
                parts = [*parts, table]
    yield list(_blocks(run, widths)), parts


def _blocks(run: Sequence[Line | list[Block]], frames: dict[int, Frame]) -> Iterator[Block]:
    lines: list[Line] = []
    for piece in [*run, []]:
        if isinstance(piece, Line):
            lines.append(piece)
            continue
        if lines:
            yield from (Block(text, Place(page=page)) for text, page in paragraphs(lines, frames[lines[0].page]))
            lines = []
        yield from piece


def _width(page: _Page) -> int:
    return int(page.right - page.left)


def _frames(pages: Sequence[_Page]) -> dict[int, Frame]:
    """Where text begins and ends on pages of one width: as far right as two lines of the document go."""
    frames = {}
    for width in {_width(page) for page in pages}:
        lines = [line for page in pages if _width(page) == width for line in page.lines]
        ends = sorted((line.x1 for line in lines), reverse=True)
        right = next((one for one, two in pairwise(ends) if one - two < 6), ends[0] if ends else 0.0)
        left = min((line.x0 for line in lines), default=0.0)
        frames[width] = Frame(left, right, pitch_of([lines], 0.25))
    return frames


def _notes(pages: Sequence[_Page]) -> list[Note]:
    blank = [page.number for page in pages if not page.words]
    if not blank:
        return []
    listed = ", ".join(map(str, blank[:10])) + (" …" if len(blank) > 10 else "")
    text = f"trang {listed} không có chữ (trang trống, hoặc bản quét cần nhận dạng chữ)"
    return [Note("page_without_text", text, Place(page=blank[0]))]
