"""Rows of an HTML table to a grid: cells that reach over columns and rows, as a browser lays them out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.errors import BadInputError
from engine.intake.readers.blocks import Cell, Grid, Place

Merged = Literal["", "above", "left"]
WIDEST, CELLS = 60, 400_000
"""Columns that a cell may reach over, and cells of the largest table that is read."""


@dataclass(slots=True)
class Drawn:
    """One cell as written: its paragraphs, and how far it reaches."""

    columns: int = 1
    rows: int = 1
    lines: list[str] = field(default_factory=list)


def grid_of(rows: Sequence[Sequence[Drawn]], number: int, name: str) -> Grid:
    """The grid of a table; what a cell reaches over beyond the table's own columns and rows counts for nothing.

    Raises:
        BadInputError: more cells than `CELLS`.
    """
    filled = [row for row in rows if row]
    width = _width(filled)
    if len(filled) * width > CELLS:
        raise BadInputError(f"{name}: bảng {number} có hơn {CELLS} ô. Tách riêng bảng nhiệm vụ rồi đọc lại.")
    hanging: dict[int, int] = {}
    grid = []
    for position, row in enumerate(filled, start=1):
        texts = list(_laid_out(row, hanging, width, len(filled) - position))
        grid.append(
            [Cell(text, Place(None, number, position, at), merged) for at, (text, merged) in enumerate(texts, 1)]
        )
    return Grid(number, grid)


def end_group(rows: Sequence[Sequence[Drawn]]) -> None:
    """Cut off cells that reach below the last row of their part of a table (thead, tbody)."""
    for at, row in enumerate(rows):
        for cell in row:
            cell.rows = min(cell.rows or len(rows), len(rows) - at)


def _width(rows: Sequence[Sequence[Drawn]]) -> int:
    """Columns of the table: of its widest row, unless a lone cell reaches further, as section rows do."""
    sums = [(len(row) > 1, sum(_reach(cell) for cell in row)) for row in rows]
    return max(
        (columns for several, columns in sums if several), default=max((columns for _, columns in sums), default=0)
    )


def _reach(cell: Drawn) -> int:
    return cell.columns if 0 < cell.columns <= WIDEST else 1


def _laid_out(row: Sequence[Drawn], hanging: dict[int, int], width: int, below: int) -> Iterator[tuple[str, Merged]]:
    """Texts of a row with the direction of merges; `hanging` holds, by column, the rows that higher cells take."""
    covered = {column for column, left in hanging.items() if left}
    for column in covered:
        hanging[column] -= 1
    column = 0
    for cell in row:
        while column in covered:
            yield "", "above"
            column += 1
        reach = max(1, min(cell.columns, width - column))
        reach = next((at for at in range(1, reach) if column + at in covered), reach)
        yield "\n".join(cell.lines), ""
        for _ in range(reach - 1):
            yield "", "left"
        hanging.update(dict.fromkeys(range(column, column + reach), min(cell.rows - 1 if cell.rows else below, below)))
        column += reach
    for at in range(column, max(covered, default=-1) + 1):
        yield "", "above" if at in covered else ""
