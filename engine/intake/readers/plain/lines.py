"""The printed lines of a text, each with its number and page, and which of them stand for something else."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from engine.errors import BadInputError

LIMIT, CELLS = 400_000, 400_000
"""Lines of the longest text that is read, and cells of all its tables: 20 MB of ordinary lines have fewer."""
BLANKS, LONG = re.compile(r"[^\S ]\s*| \s+"), 10_000
NEWLINE = re.compile(r"\r\n|\r|\n")
PAGE_NUMBER = re.compile(r"(?:trang\s+)?[-–(\[]{0,2}\s*(\d{1,4})\s*[-–)\]]{0,2}(?:\s*/\s*\d{1,4})?", re.I)
LONGEST_PAGE_NUMBER = 20


class Line(NamedTuple):
    """One line: its number in the file, its text with blanks collapsed, the line as it stands, and its page.

    `text` is "" for a blank line; `raw` tells an empty cell (a lone no-break space) from it, and where the line begins.
    """

    number: int
    text: str
    raw: str
    page: int | None = None

    @property
    def is_empty_cell(self) -> bool:
        """Whether it is printed but says nothing: how law sites save an empty table cell."""
        return not self.text and "\xa0" in self.raw

    @property
    def indent(self) -> int:
        """Blanks before its first word, a tab counting four."""
        opening = self.raw[: len(self.raw) - len(self.raw.lstrip())]
        return len(opening) + 3 * opening.count("\t")


def split_lines(text: str, name: str) -> list[Line]:
    """The lines of a text; the last one counts without a newline. Form feeds part pages and take their numbers along.

    Raises:
        BadInputError: more lines than `LIMIT`, more cells than `CELLS`.
    """
    if text.count("\t") + text.count("|") > CELLS:
        raise BadInputError(f"{name}: các bảng có hơn {CELLS} ô. Tách riêng bảng nhiệm vụ rồi đọc lại.")
    pieces = NEWLINE.split(text)
    if len(pieces) > LIMIT:
        raise BadInputError(f"{name}: hơn {LIMIT} dòng. Tách riêng văn bản kế hoạch rồi đọc lại.")
    if "\f" not in text:
        return [Line(number, collapsed(piece), piece) for number, piece in enumerate(pieces, start=1)]
    return list(_without_page_numbers(list(_paged(pieces))))


def collapsed(text: str) -> str:
    """A text with every run of blanks one space; a megabyte on one line is not taken to words for it."""
    return " ".join(text.split()) if len(text) < LONG else BLANKS.sub(" ", text).strip()


def _paged(pieces: list[str]) -> Iterator[Line]:
    page = 1
    for number, piece in enumerate(pieces, start=1):
        first, *others = piece.split("\f")
        yield Line(number, collapsed(first), first, page)
        for part in others:
            page += 1
            yield Line(number, collapsed(part), part, page)


def _without_page_numbers(lines: list[Line]) -> Iterator[Line]:
    """All lines but the numbers that stand first or last on a page and are the page's own, and the blanks around."""
    filled = [i for i, line in enumerate(lines) if line.text]
    edges = {
        at
        for before, at, after in zip([None, *filled], filled, [*filled[1:], None], strict=False)
        if (before is None or lines[before].page != lines[at].page)
        or (after is None or lines[after].page != lines[at].page)
    }
    offsets = {at: found - (lines[at].page or 0) for at in edges if (found := _page_number(lines[at].text)) is not None}
    usual = max(set(offsets.values()), key=list(offsets.values()).count, default=0)
    dropped = {at for at, offset in offsets.items() if offset == usual}
    kept = [line for at, line in enumerate(lines) if at not in dropped]
    for page_lines in (list(group) for _, group in groupby(kept, key=lambda line: line.page)):
        inner = [at for at, line in enumerate(page_lines) if line.text or line.is_empty_cell]
        yield from page_lines[inner[0] : inner[-1] + 1] if inner else []


def _page_number(text: str) -> int | None:
    match = PAGE_NUMBER.fullmatch(text) if len(text) <= LONGEST_PAGE_NUMBER else None
    return int(match[1]) if match else None
