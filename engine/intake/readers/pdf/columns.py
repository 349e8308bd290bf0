"""Text set side by side without rules, as a letterhead and a signature are: one column after the other."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from engine.intake.readers.pdf.lines import ENDED, MARK, Line, Word

WIDE = 1.5
"""Heights of a letter: a gap so wide parts columns, that between words never is."""
NARROW = 0.6
"""Heights of a letter that must stay free between two columns."""


def columns_of(lines: Sequence[Line]) -> Iterator[Line | list[str]]:
    """Lines as they are where they run across the page; where they stand side by side, the text of each column."""
    at = 0
    while at < len(lines):
        gaps = [(left.x1, right.x0) for left, right in _neighbours(lines[at])]
        if not gaps:
            yield lines[at]
            at += 1
            continue
        stop = at + 1
        while stop < len(lines) and (narrower := _still_free(gaps, lines[at:stop], lines[stop])):
            gaps, stop = narrower, stop + 1
        yield [text for column in _parted(lines[at:stop], gaps) for text in _joined(column)]
        at = stop


def _segments(line: Line) -> list[Line]:
    """The parts of a line between wide gaps; the mark of a list stays with its item."""
    parts, start = [], 0
    for at in range(1, len(line.words)):
        alone = at == start + 1 and MARK.match(line.words[start].text)
        if not alone and line.words[at].x0 - line.words[at - 1].x1 > WIDE * line.height:
            parts.append(Line(line.words[start:at], line.page))
            start = at
    return [*parts, Line(line.words[start:], line.page)]


def _neighbours(line: Line) -> list[tuple[Line, Line]]:
    segments = _segments(line)
    return list(pairwise(segments))


def _still_free(gaps: list[tuple[float, float]], lines: Sequence[Line], line: Line) -> list[tuple[float, float]]:
    """The gaps as far as they go on through another line; none where it runs across them, or begins something else."""
    above, column = lines[-1], _parted(lines, gaps)[0][-1:]
    if line.x1 < gaps[0][1] and (line.base - above.base > 2.5 * line.height or not _aligned(line, column)):
        return []
    narrower = []
    for start, stop in gaps:
        middle = (start + stop) / 2
        left = max([start, *(word.x1 for word in line.words if (word.x0 + word.x1) / 2 < middle)])
        right = min([stop, *(word.x0 for word in line.words if (word.x0 + word.x1) / 2 >= middle)])
        if right - left < NARROW * line.height:
            return []
        narrower.append((left, right))
    crossing = any(
        (one.x0 + one.x1) / 2 < (start + stop) / 2 <= (two.x0 + two.x1) / 2 and two.x0 - one.x1 < WIDE * line.height
        for start, stop in gaps
        for one, two in pairwise(line.words)
    )
    return [] if crossing else narrower


def _aligned(line: Line, column: Sequence[Line]) -> bool:
    """Whether a line alone on the left goes on with the left column: it begins, or has its middle, where that has."""
    return any(
        abs(line.x0 - other.x0) < NARROW * line.height or abs(line.x0 + line.x1 - other.x0 - other.x1) < line.height
        for other in column
    )


def _parted(lines: Sequence[Line], gaps: Sequence[tuple[float, float]]) -> list[list[Line]]:
    columns: list[list[Line]] = [[] for _ in range(len(gaps) + 1)]
    for line in lines:
        words: list[list[Word]] = [[] for _ in columns]
        for word in line.words:
            words[sum((word.x0 + word.x1) / 2 > (start + stop) / 2 for start, stop in gaps)].append(word)
        for column, found in zip(columns, words, strict=True):
            if found:
                column.append(Line(found, line.page))
    return columns


def _joined(lines: Sequence[Line]) -> list[str]:
    """Each line for itself; one that begins in small letters goes on from the line above."""
    texts: list[str] = []
    for line in lines:
        if texts and line.text[:1].islower() and not ENDED.search(texts[-1]) and not MARK.match(line.words[0].text):
            texts[-1] += f" {line.text}"
        else:
            texts.append(line.text)
    return texts
