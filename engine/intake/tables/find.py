"""Finds the task tables of a document, in grids and in one-cell-a-paragraph text, each with its annex and its place."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from engine.intake.readers import Block, Document, Grid
from engine.intake.tables.flow import read_flow
from engine.intake.tables.grid_rows import GridTable, find_grid_header, read_grid, read_rows
from engine.intake.tables.rows import GLUED, PAGE, Row, Stray, TaskTable, split_number
from engine.intake.text.annexes import named_annex

BETWEEN = re.compile(r"\(?(?:tiếp|tiếp theo|còn nữa)\b.{0,40}", re.I)
SUM = re.compile(r"(?:tổng|cộng)(?:\s(?:số|cộng|kinh phí))?(?:\s*\([^()]{1,60}\))?\s*:?", re.I)
CLOCK = re.compile(r"(?:từ\s*)?\d{1,2}\s*(?:h|g|giờ|:)\s*\d{0,2}(?!\d*/).*", re.I)
LONGEST_HEADING = 200


def find_tables(document: Document) -> list[TaskTable]:
    """Every task table of the document, in order.

    A task table is one whose header names the work and who does it or by when. One printed in several grids, as over
    a page break, is one table.
    """
    blocks = document.blocks
    found = [*read_flow(blocks), *_in_grids(document)]
    for table in found:
        _end_with_rows(table)
    tables = [table for table in found if table.rows and not _is_agenda(table)]
    tables.sort(key=lambda table: table.span)
    labels = [(at, label) for at, block in enumerate(blocks) if (label := named_annex(block.text))]
    places = [at for at, _ in labels]
    for table in tables:
        above = bisect_left(places, table.span[0])
        table.label = labels[above - 1][1] if above else ""
    _head(tables, blocks)
    return tables


def _end_with_rows(table: TaskTable) -> None:
    """What runs across the table behind its last row is a note, not the heading of anything; sums are no task."""
    while table.rows and (table.rows[-1].heading or _is_sum(table.rows[-1])):
        row = table.rows.pop()
        said = row.title if row.heading else "; ".join(filter(None, row.cells.values()))
        table.stray.append(Stray("footnote_mark" if row.heading else "sum_row", said, row.place))


def _is_sum(row: Row) -> bool:
    return not row.number and set(row.own) <= {"notes"} and SUM.fullmatch(row.cells.get("task", "")) is not None


def _is_agenda(table: TaskTable) -> bool:
    """Whether its times are hours of a day: the programme of a meeting, not a plan of work."""
    times = [row.cells["deadline"] for row in table.rows if row.cells.get("deadline")]
    return bool(times) and all(CLOCK.fullmatch(time) for time in times)


def _head(tables: Sequence[TaskTable], blocks: Sequence[Block]) -> None:
    """Of several tables in one annex, each stands under the numbered heading printed right above it."""
    shared = Counter(table.label for table in tables)
    before = 0
    for table in tables:
        heading = _heading(blocks, before, table.span[0]) if shared[table.label] > 1 else None
        if heading:
            table.begin_with(heading)
        before = table.span[1]


def _heading(blocks: Sequence[Block], after: int, at: int) -> Row | None:
    for block in reversed(blocks[max(after, at - 8) : at]):
        match = GLUED.match(block.text) if block.place.table is None and len(block.text) <= LONGEST_HEADING else None
        if match:
            number, title = split_number(block.text)
            if match["roman"] or match["capital"]:
                return Row(number, {"task": title}, block.place, heading=True)
            return Row("", {"task": block.text}, block.place, heading=True)
    return None


class _Places:
    """Where the rows of grids stand among the blocks."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.rows: dict[tuple[int, int], tuple[int, int]] = {}
        for at, block in enumerate(blocks):
            if block.place.table is not None and block.place.row is not None:
                key = (block.place.table, block.place.row)
                self.rows[key] = (self.rows.get(key, (at, at))[0], at + 1)

    def span(self, grid: Grid, start: int, stop: int) -> tuple[int, int] | None:
        """The blocks that these rows of a grid cover; None where they have none."""
        printed = (self.rows.get((grid.number, row[0].place.row or 0)) for row in grid.rows[start:stop] if row)
        spans = [span for span in printed if span]
        return (spans[0][0], spans[-1][1]) if spans else None


def _in_grids(document: Document) -> Iterator[TaskTable]:
    """The task tables of all grids; one that reaches the end of its grid may go on in the next."""
    places = _Places(document.blocks)
    last: GridTable | None = None
    reached = 0
    for grid in document.grids:
        whole = places.span(grid, 0, len(grid.rows))
        if whole is None:
            continue
        stop = _go_on(last, grid) if last and _adjoins(document.blocks[reached : whole[0]]) else 0
        covered = places.span(grid, 0, stop)
        if last and covered:
            last.table.span = (last.table.span[0], covered[1])
        last = last if stop == len(grid.rows) else None
        for found in read_grid(grid, stop):
            found.table.span = places.span(grid, found.start, found.stop) or whole
            yield found.table
            last = found if found.stop == len(grid.rows) else None
        reached = whole[1]


def _adjoins(between: Sequence[Block]) -> bool:
    """Whether nothing stands between two grids but what a page break leaves."""
    return all(not block.text or PAGE.fullmatch(block.text) or BETWEEN.fullmatch(block.text) for block in between)


def _go_on(last: GridTable, grid: Grid) -> int:
    """Read a grid as the rest of the table before it: with the same header, or as wide and with none; rows read."""
    header = find_grid_header(grid, 0)
    if header:
        same = header.titles == last.header.titles
        return read_rows(last.table, header, grid, header.after) if same else 0
    later = filter(None, (find_grid_header(grid, at) for at in range(1, len(grid.rows))))
    if max(map(len, grid.rows)) != len(last.header.slots) or any(head.titles != last.header.titles for head in later):
        return 0
    return read_rows(last.table, last.header, grid, 0)
