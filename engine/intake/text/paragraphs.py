"""Printed lines to paragraphs: Markdown marks taken off, hard-wrapped lines joined, tables left out."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.intake.readers import Block, Place
from engine.intake.text.plain_letters import with_marks

CAPITALS = "A-ZÀ-ÝĂĐĨŨƠƯ" + "".join(map(chr, range(0x1EA0, 0x1EF9, 2)))
"""Vietnamese capitals, for character classes."""
MARKDOWN = re.compile(r"\*+|^#+\s*|(?<!\w)_+|_+(?!\w)|\||\\(?=[-.*_#()+!\[\]])")
MARKED = re.compile(r"[*#_|\\]")
STAR = re.compile(r"\s*\*\s+(?!\*\s)(?=\S)")
BOLD = re.compile(r"\s*(?:#+\s|\*\*(?!.*\*\*.+\*\*).*\*\*\s*$|__.*__\s*$)")
LIST = re.compile(r"[-–—−+*•▪●○◦·‣►➢✓✔❖]\s*\S")
NUMBERED = re.compile(
    r"(?:(?:Phần|Chương|Mục|Điều)\s+\w+\s*[.:]|[IVXL]{1,7}\s*[.)/\-–]\s|[A-ZĐ][.)]\s|"
    rf"\(?\d{{1,3}}(?:\.\d{{1,2}}){{0,4}}\s*(?:[.)](?!\d)|/(?=\s|[{CAPITALS}][^{CAPITALS}]))|"
    rf"\d{{1,2}}(?:\.\d{{1,2}}){{1,4}}\s+[{CAPITALS}]|\(?[a-zđ]\s*[.)]\s*\S)"
)
OPENING = re.compile(
    r"(?:Trên đây|Nơi nhận|Căn cứ|Đề nghị|Yêu cầu|Giao|Trong quá trình|TM\.|KT\.|TL\.|TUQ\.|Phụ lục|"
    r"PHỤ LỤC|Chương|Phần)\b"
)
OPEN_END = re.compile(r"(?:[,\-–/(]|\b(?:và|của|các|với|về|cho|theo|tại|là|để|trong|trên|do|từ|đến|hoặc|những|số))$")
ENDS = (".", ";", ":", "!", "?", "”.", "…")
PAGE = re.compile(r"[-–\s]{0,4}(?:Trang\s*)?\d{1,3}(?:\s*/\s*\d{1,3})?[-–\s]{0,4}", re.I)
"""The number of a page, which stands in the middle of a text with broken lines."""
WIDEST = 200
"""No hard-wrapped line is longer; a longer one is a whole paragraph."""
MANY = 5
"""Broken lines from which a text counts as hard-wrapped, and the share of lines that they make up (one in five)."""
LONGEST = 20_000
"""Characters of a paragraph that are read; what a person writes as one duty is far below."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: its text without marks of Markdown, where it stands, and whether it is set off as a heading."""

    text: str
    place: Place
    last_line: int
    bold: bool = False

    @property
    def lines(self) -> tuple[int, int] | None:
        """First and last printed line, where the format has lines."""
        return (self.place.line, self.last_line) if self.place.line else None

    @property
    def cell(self) -> dict[str, int] | None:
        """Its place in a format without lines."""
        if self.place.line:
            return None
        named = {"page": self.place.page, "table": self.place.table, "row": self.place.row}
        return {key: value for key, value in named.items() if value} or None


def plain(text: str) -> str:
    """A line without the marks of Markdown; one without diacritics has those of its fixed words."""
    if MARKED.search(text):
        return with_marks(" ".join(MARKDOWN.sub(" ", text).split()))
    return with_marks(text if _is_even(text) else " ".join(text.split()))


def _is_even(text: str) -> bool:
    """Whether white space is even already, as readers leave it."""
    return text.isprintable() and "  " not in text and text.strip() == text


def paragraphs(blocks: Sequence[Block], left_out: Collection[range] = ()) -> list[Paragraph]:
    """The paragraphs outside the tables; `left_out` are ranges of block indexes, e.g. those of task tables.

    A table of one column is layout, and its paragraphs are running text.
    """
    hidden = {index for span in left_out for index in span}
    grids = _grids(blocks)
    kept = [
        block
        for index, block in enumerate(blocks)
        if block.text and index not in hidden and block.place.table not in grids
    ]
    width = wrap_width(kept)
    return _joined([block for block in kept if not PAGE.fullmatch(block.text)] if width else kept, width)


def _grids(blocks: Iterable[Block]) -> set[int]:
    """The numbers of the tables that have more than one column."""
    return {block.place.table for block in blocks if block.place.table is not None and (block.place.column or 1) > 1}


def _joined(blocks: Sequence[Block], width: int) -> list[Paragraph]:
    found: list[Paragraph] = []
    pieces: list[str] = []
    first = last = None
    for block in blocks:
        text = _read(block.text)
        if not text:
            continue
        if last is not None and pieces and _continues(pieces, text, last, block, width=width):
            pieces.append(text)
        else:
            _close(found, pieces, first, last)
            pieces, first = [text], block
        last = block
    _close(found, pieces, first, last)
    return found


def _close(found: list[Paragraph], pieces: list[str], first: Block | None, last: Block | None) -> None:
    if first and last and pieces:
        bold = BOLD.match(first.text[:400]) is not None
        found.append(Paragraph(" ".join(pieces)[:LONGEST], first.place, last.last_line, bold))


def _read(text: str) -> str:
    text = text[:LONGEST]
    star = STAR.match(text)
    return f"* {plain(text[star.end() :])}" if star else plain(text)


def wrap_width(blocks: Sequence[Block]) -> int:
    """The width at which the text is hard-wrapped; 0 where each line is a whole paragraph."""
    spans = [(block, block.last_line - block.line + 1) for block in blocks if block.place.line]
    joined = [len(block.text) // lines for block, lines in spans if lines > 1]
    broken = [
        len(above.text)
        for above, below in pairwise(blocks)
        if above.place.line
        and below.line == above.last_line + 1
        and below.text[:1].islower()
        and len(above.text) <= WIDEST
    ]
    if len(joined) >= MANY:  # the reader of the format has joined most of them already
        return max(joined)
    return max(broken) if len(broken) >= MANY and len(broken) * MANY >= len(spans) else 0


def _continues(pieces: list[str], below: str, last: Block, block: Block, *, width: int) -> bool:
    """Whether a line goes on with the paragraph above it."""
    above, start = pieces[-1], pieces[0]
    if not last.place.line or last.place.table != block.place.table or not block.place.line:
        return False
    adjacent = block.line == last.last_line + 1
    if below[0].islower() and not NUMBERED.match(below):
        if adjacent and width:
            return not above.endswith(":")
        # a page break leaves an empty line in the middle of a sentence
        return not above.endswith(ENDS) and len(above) > (20 if adjacent else 40)
    if not adjacent or not width or NUMBERED.match(below) or OPENING.match(below):
        return False
    if LIST.match(below):
        dash_in_sentence = below[0] in "-–" and below[1:].lstrip()[:1].islower()
        return dash_in_sentence and not above.endswith(ENDS) and len(above) > width / 2
    if above.endswith(ENDS):
        return above.endswith(".") and len(above) >= 0.93 * width and below[0].isupper() and len(below) > 20
    if above.isupper() or below.isupper():
        return above.isupper() and below.isupper() and bool(NUMBERED.match(start))
    full = last.last_line == last.line and len(above) >= 0.8 * width
    return full or not NUMBERED.match(start) or bool(OPEN_END.search(above)) or not below[0].isalpha()
