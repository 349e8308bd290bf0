"""Paragraphs out of hard-wrapped lines, where the lines show that they were wrapped.

Evidence of wrapping is that lines stop because the next word did not fit, again and again at the same width. A text of
one cell a paragraph has no such width: its short lines end anywhere. Web pages saved as text know two widths, since the
tags before the first line of a paragraph took their share of it. Nothing is joined on an appearance alone: a doubtful
break stays one, which later reading can mend, while cells run together it could not part.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.intake.readers.plain.lines import Line
from engine.rules.deadlines import looks_like_deadline

LIST_MARK = re.compile(
    r"(?:[-–—+*•·▪●○◦]\s|\(?\d{1,3}(?:\.\d{1,3})*[.)]\s?(?!\d)|\(?[a-zđA-ZĐ]\)|[a-zđ]\.\s|[IVXLC]{1,6}[.)]\s|"
    r"(?:Điều|Chương|Mục|Phần)\s+[\dIVXLC]+\s*(?:[.:]|$)|(?:Phụ lục|PHỤ LỤC)\b[^.;,]{0,20}$)"
)
DASH_INSIDE = re.compile(r"[-–—]\s+(?=[^\W\d_])(.)")
END_MARKS = (".", ";", ":", "!", "?", "./.", ".”", '."')
DANGLING = re.compile(
    r"(?:,|\b(?:của|và|các|về|với|tại|theo|cho|trong|do|từ|đến|giữa|ngày|tháng|số|khoản|Điều|điều|mục|những|là|hoặc|bằng|để|có))$"
)
TIME = re.compile(r"\d|\b[Qq]uý\b")
APART = re.compile(r"[\W_]+|(?:\d{1,3}(?:\.\d{1,3})*|[IVXLC]{1,6}|[a-zđ])[.)]?")
ROW_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3})*[.)]?")
"""Lines that are always alone: rules, and the numbers of rows."""
NARROWEST, WIDEST = 40, 130
PAIRS, SHARE, FULL = 3, 0.15, 0.6
"""So many breaks inside a sentence, such a share of the long lines, and so many of them at the full width."""
LONG = 90
"""Letters of a last line that is a paragraph's, not a heading's or a cell's."""
LOOSE, TIGHT = 0.85, 0.95
"""How full a line must be to go on with a small letter or a figure, and with a capital letter in a web page."""


@dataclass(frozen=True, slots=True)
class Width:
    """How wide a text is wrapped: in general, and in the first lines of its paragraphs."""

    general: int
    first: int

    @property
    def is_web_page(self) -> bool:
        """Whether first lines are markedly shorter than others."""
        return self.first < self.general - 8


def wrapped_at(lines: Sequence[Line]) -> Width | None:
    """The widths at which these lines are wrapped; None where they are not."""
    breaks = [(a.text, b.text) for a, b in _neighbours(lines) if len(a.text) >= 30 and _goes_on(a.text, b.text)]
    if len(breaks) < PAIRS:
        return None
    inner = [text for text, _ in breaks if not LIST_MARK.match(text)] or [text for text, _ in breaks]
    general = _widest(inner)
    full = sum(_overflow(a, b) > 0.9 * general for a, b in breaks if not LIST_MARK.match(a))
    long = sum(len(line.text) > general / 2 for line in lines)
    if not NARROWEST <= general <= WIDEST or full < FULL * len(inner) or len(breaks) < SHARE * long:
        return None
    opening = [text for text, _ in breaks if LIST_MARK.match(text)]
    return Width(general, min(general, _widest(opening)) if len(opening) >= PAIRS else general)


def wrapped_cells(lines: Sequence[Line]) -> list[Line]:
    """The row numbers, alone on a line, that other cells follow without a blank line: where a cell ends is unsure."""
    return [a for a, b in _neighbours(lines) if ROW_NUMBER.fullmatch(a.text) and not ROW_NUMBER.fullmatch(b.text)]


def paragraphs(lines: Sequence[Line], width: Width | None) -> Iterator[list[Line]]:
    """The lines of each paragraph, joined as the widths tell; blank lines part and are left out."""
    has_gaps = width is not None and _is_parted_by_blanks(lines)
    current: list[Line] = []
    for line in lines:
        if current and not (width and _continues(current, line, width, has_gaps=has_gaps)):
            yield current
            current = []
        if line.text or line.is_empty_cell:
            current.append(line)
    if current:
        yield current


def mended(found: Iterable[list[Line]]) -> Iterator[list[Line]]:
    """Paragraphs, with those made whole that a page's end parted: long, without an end, gone on with a small letter."""
    held: list[Line] = []
    for paragraph in found:
        text, following = held[-1].text if held else "", paragraph[0].text
        if len(text) >= LONG and following and not text.endswith((*END_MARKS, ")")) and _goes_on(text, following):
            held = [*held, *paragraph]
            continue
        if held:
            yield held
        held = paragraph
    if held:
        yield held


def joined(lines: Sequence[Line]) -> str:
    """The text of a paragraph: a word broken at a hyphen that touches it ("GDNN-") goes on without a blank."""
    text = lines[0].text
    parts = [text]
    for line in lines[1:]:
        parts.append("" if re.search(r"\w[-–/]$", parts[-1]) else " ")
        parts.append(line.text)
    return "".join(parts)


def _neighbours(lines: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    return ((a, b) for a, b in pairwise(lines) if a.text and b.text)


def _goes_on(text: str, following: str) -> bool:
    """Whether a sentence surely runs over a break: no end before it, a small letter after it."""
    return not text.endswith(END_MARKS) and following[0].islower() and not LIST_MARK.match(following)


def _overflow(text: str, following: str) -> int:
    return len(text) + 1 + len(following.split(" ", 1)[0])


def _widest(texts: Sequence[str]) -> int:
    """The length that all but a few of the lines keep."""
    lengths = sorted(map(len, texts))
    return lengths[max(0, len(lengths) - 1 - len(lengths) // 20)]


def _is_parted_by_blanks(lines: Sequence[Line]) -> bool:
    """Whether blank lines stand between the paragraphs: then most sentences that end a line are followed by one."""
    ends = [not b.text for a, b in pairwise(lines) if a.text.endswith((".", ";"))]
    return len(ends) >= PAIRS and sum(ends) > 0.7 * len(ends)


def _continues(current: Sequence[Line], line: Line, width: Width, *, has_gaps: bool) -> bool:
    if _stands_apart(current, line, width):
        return False
    last, text = current[-1].text, line.text
    opens, small = len(current) == 1, text[0].islower()
    filled = _overflow(last, text) / (width.first if opens else width.general)
    if LIST_MARK.match(text):
        inside = DASH_INSIDE.match(text)
        return filled > 1 and inside is not None and inside[1].islower() and not last.endswith(END_MARKS)
    if last.endswith(END_MARKS) and not (text[0].islower() and filled > LOOSE):
        return filled > 1 and (has_gaps or (width.is_web_page and not opens and len(text) > width.first))
    if DANGLING.search(last):
        return True
    if not small and (_is_capitals(last) != _is_capitals(text) or _is_time(text, width)):
        return False
    if filled > (LOOSE if small else TIGHT if width.is_web_page else 1):
        return True
    return width.is_web_page and opens and text[0].islower() and _may_be_broken(last, width)


def _stands_apart(current: Sequence[Line], line: Line, width: Width) -> bool:
    """Whether a line begins anew by how it stands: after a blank or an overlong line, indented, on the next page."""
    before = current[-1]
    last, text = before.text, line.text
    if not last or not text or len(last) > 1.15 * width.general or APART.fullmatch(text) or APART.fullmatch(last):
        return True
    is_indented = line.indent > before.indent + 1 and (len(current) > 1 or line.indent > 8)
    return is_indented or (line.page != before.page and last.endswith(END_MARKS))


def _is_time(text: str, width: Width) -> bool:
    """Whether a line is a deadline: a cell of its own, after one that happens to fill its line."""
    short = len(text) < width.general / 2 and not _is_capitals(text)
    return short and TIME.search(text) is not None and looks_like_deadline(text)


def _may_be_broken(text: str, width: Width) -> bool:
    """Whether a first line short of its width may be one all the same: a heading, whose tags take more of the line."""
    return (LIST_MARK.match(text) is not None and len(text) >= 20) or len(text) > width.first - 6


def _is_capitals(text: str) -> bool:
    return text.isupper() and len(text) > 3
