"""Words with places to lines, and lines to paragraphs: a line that had room for the next word ended on purpose."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from engine.intake.readers.blocks import printed

MARK = re.compile(r"(?:[-–+•*]|\d{1,3}(?:\.\d{1,3})*[.)]?|[a-zđ]\)|[a-zđA-ZĐ][.)]|[IVXLC]+[.)]?)$")
"""The first word of an item of a list."""
ENDED = re.compile(r"[.;:!?,…]$")
GLUED = re.compile(r"(?:\S[/]|[A-ZĐ\d/]-)$")
"""The end of a line that broke inside a word: "12/KH-", "xã/"."""

MORE = 1.1
"""How much more than the usual room between lines parts paragraphs."""


class Word(NamedTuple):
    """A word and where it stands, in points rightward and downward; `base` is the line that its letters stand on."""

    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    text: str

    @property
    def middle(self) -> float:
        """Half of its height down the page."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Line:
    """Words beside one another, and their page."""

    words: list[Word]
    page: int

    @property
    def x0(self) -> float:
        """Its left end."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """Its right end."""
        return max(word.x1 for word in self.words)

    @property
    def base(self) -> float:
        """What its letters stand on."""
        return median(word.base for word in self.words)

    @property
    def height(self) -> float:
        """The height of its letters."""
        return median(word.bottom - word.top for word in self.words)

    @property
    def text(self) -> str:
        """Its words."""
        return printed(" ".join(word.text for word in self.words))


@dataclass(frozen=True, slots=True)
class Frame:
    """The room that lines are set in: its sides, and from line to line."""

    left: float
    right: float
    pitch: float

    def slack(self, line: Line) -> float:
        """The room left in a line: on both sides where it is centred."""
        before, behind = line.x0 - self.left, self.right - line.x1
        return before + behind if before > line.height / 2 and abs(before - behind) < line.height else behind


def lines_of(words: Iterable[Word], page: int) -> list[Line]:
    """Words in lines from the top, each line from the left."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda one: one.base):
        if rows and word.base - rows[-1][0].base < 0.35 * max(1.0, rows[-1][0].bottom - rows[-1][0].top):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [Line(sorted(row), page) for row in rows]


def pitch_of(runs: Iterable[Sequence[Line]], share: float) -> float:
    """From line to line inside a paragraph, in points: larger than that share of what is between neighbours."""
    pairs = [(above, below) for run in runs for above, below in pairwise(run) if above.page == below.page]
    steps = sorted(step for above, below in pairs if 0 < (step := below.base - above.base) < 3 * below.height)
    return steps[int(len(steps) * share)] if steps else 0.0


def paragraphs(lines: Sequence[Line], frame: Frame) -> Iterator[tuple[str, int]]:
    """The paragraphs that the lines make, each with its page."""
    open_lines: list[Line] = []
    for line in lines:
        if open_lines and _begins(open_lines[-1], line, frame):
            yield _joined(open_lines), open_lines[0].page
            open_lines = []
        open_lines.append(line)
    if open_lines:
        yield _joined(open_lines), open_lines[0].page


def _begins(above: Line, line: Line, frame: Frame) -> bool:
    """Whether a line begins a paragraph."""
    apart = above.page == line.page and line.base - above.base > MORE * frame.pitch + 1
    other_size = not 0.75 < above.height / max(line.height, 0.1) < 1.33
    fits = frame.slack(above) > (line.words[0].x1 - line.x0) + 0.5 * line.height
    if apart or other_size or fits:
        return True
    marked = len(above.words) > 1 and MARK.match(above.words[0].text)
    hangs = marked and abs(line.x0 - above.words[1].x0) < line.height / 3
    if not hangs and line.x0 - max(above.x0, frame.left) > line.height * 0.8:
        return True
    mark, behind = MARK.match(line.words[0].text), line.words[1].text[:1] if len(line.words) > 1 else ""
    return bool(mark and behind) and (ENDED.search(above.text) is not None)


def _joined(lines: Sequence[Line]) -> str:
    text = lines[0].text
    for line in lines[1:]:
        text += line.text if GLUED.search(text) else f" {line.text}"
    return text
