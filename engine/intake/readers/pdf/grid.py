"""The rules drawn on a page to tables: where lines cross there are cells, and a line that is not there merges two."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

NEAR, THIN, DASH = 3.0, 3.0, 4.0
"""Points within which lines are one, up to which a box is a line, and between the dashes of a dotted one."""
BEYOND = 8.0
"""Points by which a line sticks out of a table that has no outer border on that side."""
MOST = 3_000
"""Lines of the fullest page that is looked at for tables: beyond it is a drawing."""


class Span(NamedTuple):
    """A cell of a ruled table: its first row and column, how many it covers, and where it lies."""

    row: int
    column: int
    rows: int
    columns: int
    left: float
    right: float


class _Line(NamedTuple):
    """A straight line: where it lies across its direction, and from where to where along it."""

    at: float
    start: float
    stop: float


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table by its lines: the places of its columns' and rows' borders, and its cells."""

    xs: list[float]
    ys: list[float]
    spans: dict[tuple[int, int], Span]
    """The cell that lies over each place of the raster."""

    def span_at(self, x: float, y: float) -> Span | None:
        """The cell at a point; None outside."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        return self.spans.get((row, column))

    @property
    def area(self) -> float:
        """How large it is: the smaller one of two that lie in each other holds the words."""
        return (self.xs[-1] - self.xs[0]) * (self.ys[-1] - self.ys[0])


def ruled_tables(rules: Sequence[Sequence[float]]) -> list[Ruled]:
    """The tables of two and more columns that the rules of a page draw, the smallest first."""
    across = _lines([((y0 + y1) / 2, x0, x1) for x0, y0, x1, y1 in rules if y1 - y0 <= THIN < x1 - x0])
    down = _lines([((x0 + x1) / 2, y0, y1) for x0, y0, x1, y1 in rules if x1 - x0 <= THIN < y1 - y0])
    if len(across) + len(down) > MOST:
        return []
    tables = [table for part in _touching(across, down) if (table := _table(*part))]
    return sorted(tables, key=lambda table: table.area)


def _lines(pieces: list[tuple[float, float, float]]) -> list[_Line]:
    """Pieces that lie on one line and meet, as one."""
    lines: list[_Line] = []
    for row in _near(sorted(pieces)):
        at = sum(piece[0] for piece in row) / len(row)
        start, stop = row[0][1], row[0][2]
        for _, first, last in sorted(row, key=lambda piece: piece[1]):
            if first > stop + DASH:
                lines.append(_Line(at, start, stop))
                start, stop = first, last
            start, stop = min(start, first), max(stop, last)
        lines.append(_Line(at, start, stop))
    return lines


def _near(pieces: list[tuple[float, float, float]]) -> Iterator[list[tuple[float, float, float]]]:
    row: list[tuple[float, float, float]] = []
    for piece in pieces:
        if row and piece[0] - row[0][0] > NEAR:
            yield row
            row = []
        row.append(piece)
    if row:
        yield row


def _touching(across: list[_Line], down: list[_Line]) -> Iterator[tuple[list[_Line], list[_Line]]]:
    """Lines that cross or meet, together."""
    left_down = set(range(len(down)))
    left_across = set(range(len(across)))
    while left_across:
        found_across, found_down, new = set[int](), set[int](), {left_across.pop()}
        while new:
            found_across |= new
            met = {d for d in left_down if any(_meet(across[a], down[d]) for a in new)}
            left_down -= met
            found_down |= met
            new = {a for a in left_across if any(_meet(across[a], down[d]) for d in met)}
            left_across -= new
        yield [across[a] for a in found_across], [down[d] for d in found_down]


def _meet(across: _Line, down: _Line) -> bool:
    return across.start - NEAR <= down.at <= across.stop + NEAR and down.start - NEAR <= across.at <= down.stop + NEAR


def _table(across: list[_Line], down: list[_Line]) -> Ruled | None:
    xs, ys = _borders(down, across), _borders(across, down)
    if len(xs) < 3 or len(ys) < 2:
        return None
    walls = {(r, c) for r in range(len(ys) - 1) for c in range(1, len(xs) - 1) if _drawn(down, xs[c], ys[r], ys[r + 1])}
    floors = {
        (r, c) for r in range(1, len(ys) - 1) for c in range(len(xs) - 1) if _drawn(across, ys[r], xs[c], xs[c + 1])
    }
    spans: dict[tuple[int, int], Span] = {}
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if (row, column) not in spans:
                right = _reach(row, column, len(xs) - 1, walls, spans)
                below = row + 1
                while below < len(ys) - 1 and _open_below(below, column, right, walls, floors):
                    below += 1
                span = Span(row, column, below - row, right - column, xs[column], xs[right])
                spans.update({(r, c): span for r in range(row, below) for c in range(column, right)})
    return Ruled(xs, ys, spans)


def _reach(row: int, column: int, stop: int, walls: set[tuple[int, int]], taken: dict[tuple[int, int], Span]) -> int:
    """The first column right of a cell."""
    right = column + 1
    while right < stop and (row, right) not in walls and (row, right) not in taken:
        right += 1
    return right


def _open_below(below: int, column: int, right: int, walls: set[tuple[int, int]], floors: set[tuple[int, int]]) -> bool:
    """Whether the cell above goes on into this row over its whole width."""
    return not any((below, c) in floors for c in range(column, right)) and not any(
        (below, c) in walls for c in range(column + 1, right)
    )


def _borders(lines: list[_Line], crossing: list[_Line]) -> list[float]:
    """Where the lines of one direction lie; where those of the other stick out, the table ends there unruled."""
    places = sorted({line.at for line in lines})
    first, last = min(line.start for line in crossing), max(line.stop for line in crossing)
    if not places or first < places[0] - BEYOND:
        places.insert(0, first)
    if last > places[-1] + BEYOND:
        places.append(last)
    return places


def _drawn(lines: list[_Line], at: float, start: float, stop: float) -> bool:
    middle = (start + stop) / 2
    return any(abs(line.at - at) < 0.01 and line.start - 1 <= middle <= line.stop + 1 for line in lines)
