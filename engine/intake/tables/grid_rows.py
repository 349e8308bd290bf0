"""Task tables printed as real tables: the header wherever it stands in the grid, then row by row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.intake.readers import Cell, Grid
from engine.intake.tables.flow import END
from engine.intake.tables.grid_cells import RowReading
from engine.intake.tables.headers import LONGEST_HEADER, Column, read_columns
from engine.intake.tables.rows import TaskTable, counts_columns, numbers_row

DEEPEST = 3
"""Rows of the highest header."""
NAMES_WORK = re.compile(
    r"nội dung|việc|nhiệm vụ|công tác|hoạt động|giải pháp|biện pháp|hạng mục|án|văn bản|báo cáo|task|activit", re.I
)


@dataclass(frozen=True, slots=True)
class GridHeader:
    """The header of a grid: its columns, and of each printed column which of them it belongs to."""

    columns: list[Column]
    slots: list[int]
    titles: list[list[str]]
    """The printed texts of its rows: where they stand again, a page began."""
    after: int


@dataclass(slots=True)
class GridTable:
    """A task table in a grid, with the rows [start, stop) of the grid that it covers."""

    table: TaskTable
    header: GridHeader
    start: int
    stop: int


def read_grid(grid: Grid, at: int = 0) -> list[GridTable]:
    """Every task table of a grid from row `at` on: a sheet may hold a letterhead above it, and several."""
    found: list[GridTable] = []
    while at < len(grid.rows):
        header = find_grid_header(grid, at)
        if header is None:
            at += 1
            continue
        table = TaskTable("", [column for column in header.columns if column.role != "ref"], (0, 0))
        stop = read_rows(table, header, grid, header.after)
        found.append(GridTable(table, header, at, stop))
        at = max(stop, header.after)
    return found


def find_grid_header(grid: Grid, at: int) -> GridHeader | None:
    """The header whose first row is this one, if it names a task table."""
    top = grid.rows[at]
    short = [cell.text for cell in top if len(cell.text) <= LONGEST_HEADER]
    if len(short) < 2 or any(numbers_row(text) for text in short) or not NAMES_WORK.search(" ".join(short)):
        return None
    depth = 1
    while depth < DEEPEST and at + depth < len(grid.rows) and _goes_on(top, grid.rows[at + depth]):
        depth += 1
    rows = grid.rows[at : at + depth]
    slots, heads = _heads(rows)
    columns = read_columns(heads)
    if columns is None:
        return None
    header = GridHeader(columns, slots, [_texts(row) for row in rows], at + depth)
    return replace(header, after=_behind_counts(grid, at + depth, len(heads)))


def _goes_on(top: Sequence[Cell], row: Sequence[Cell]) -> bool:
    """Whether a row is the lower half of a header: short words under the group heads, nothing of its own elsewhere."""
    filled = [at for at, cell in enumerate(row) if cell.text]
    if not filled or any(len(row[at].text) > LONGEST_HEADER for at in filled):
        return False
    grouped = {at for at, cell in enumerate(top) if cell.merged == "left" or not cell.text}
    grouped |= {at - 1 for at in grouped}
    hangs = any(cell.merged == "above" for cell in row)
    return all(at in grouped for at in filled) and (hangs or len(filled) > 1)


def _heads(rows: Sequence[Sequence[Cell]]) -> tuple[list[int], list[tuple[str, ...]]]:
    """The words above each column; printed columns under one wide head all the way down are one column."""
    words = [_words(row) for row in rows]
    heads: list[tuple[str, ...]] = []
    slots: list[int] = []
    for at in range(max(len(row) for row in rows)):
        over = [row[at].merged for row in rows if at < len(row)]
        if at and "left" in over and all(merged for merged in over):
            slots.append(slots[-1])
        else:
            slots.append(len(heads))
            heads.append(tuple(line[at] if at < len(line) else "" for line in words))
    return slots, heads


def _words(row: Sequence[Cell]) -> list[str]:
    """The words over each column in one row of the header: those of a wide head count for all it covers."""
    words: list[str] = []
    for cell in row:
        words.append(words[-1] if words and cell.merged == "left" else " ".join(cell.text.split()))
    return words


def _behind_counts(grid: Grid, at: int, width: int) -> int:
    """Behind the row that counts the columns, if there is one."""
    texts = [cell.text for cell in grid.rows[at] if cell.text] if at < len(grid.rows) else []
    counts = len(texts) >= min(width, 3) and counts_columns(texts)
    return at + 1 if counts else at


def _texts(row: Sequence[Cell]) -> list[str]:
    return [" ".join(cell.text.casefold().split()) for cell in row]


def read_rows(table: TaskTable, header: GridHeader, grid: Grid, start: int) -> int:
    """Add the rows of a grid from `start` on to a table; gives back the row behind the last."""
    reading = RowReading(table, header.columns, header.slots)
    at = start
    while at < len(grid.rows):
        row = grid.rows[at]
        if _is_end(row) or (at > start and _is_other_header(grid, at, header)):
            return at
        if _texts(row) in header.titles and any(cell.text for cell in row):
            at = _behind_counts(grid, at + 1, len(header.columns))
            continue
        reading.add(row)
        at += 1
    return at


def _is_end(row: Sequence[Cell]) -> bool:
    first = next((cell.text for cell in row if cell.text), "")
    return END.fullmatch(first.split("\n", 1)[0]) is not None


def _is_other_header(grid: Grid, at: int, header: GridHeader) -> bool:
    if _texts(grid.rows[at]) in header.titles:
        return False
    return find_grid_header(grid, at) is not None
