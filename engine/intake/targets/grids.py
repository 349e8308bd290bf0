"""Tables of figures among a document's grids: merged header cells resolved, repeated headers left out."""

from collections import deque
from collections.abc import Iterator, Sequence

from engine.intake.readers import Block, Document, Grid
from engine.intake.readers.blocks import Cell
from engine.intake.targets.tables import (
    COUNTED,
    NEAR,
    FigureRow,
    FigureTable,
    is_ref,
    names_figures,
    titled,
)
from engine.intake.targets.units import is_total, unit_kind
from engine.intake.text.annexes import annex_label

MOST_ABOVE = 30
"""Rows of a sheet above the header: letterhead and title."""


def grid_tables(document: Document) -> Iterator[FigureTable]:
    """Every table of figures among the document's grids that is no task table, in order."""
    titles = dict[int, tuple[str | None, str]]()
    near, label = deque[Block](maxlen=NEAR), None
    for block in document.blocks:
        if block.place.table is None:
            near.append(block)
            label = annex_label(block.text) or label
        elif block.place.table not in titles:
            titles[block.place.table] = titled(list(near), label)
    for grid in document.grids:
        table = _grid_table(grid)
        if table:
            appendix, title = titles.get(grid.number, (None, ""))
            table.appendix, table.title = table.appendix or appendix, table.title or title
            yield table


def _grid_table(grid: Grid) -> FigureTable | None:
    found = next(
        ((at, name) for at, row in enumerate(grid.rows[:MOST_ABOVE]) if (name := _name_column(row)) is not None), None
    )
    if found is None:
        return None
    top, name_at = found
    width = len(grid.rows[top])
    depth = next((at for at in range(top + 1, len(grid.rows)) if _is_data(grid.rows[at], name_at)), len(grid.rows))
    headers = [row for row in grid.rows[top:depth] if not _counts_columns(row)]
    columns = [_path(headers, at) for at in range(name_at + 1, width)]
    name_header = _text(grid.rows[top][name_at])
    if not columns:
        return None
    table = FigureTable(None, "", name_header, columns, _rows(grid.rows[depth:], headers, name_at), grid=grid.number)
    above = [Block(_text(cell), cell.place) for row in grid.rows[:top] for cell in row if cell.text.strip()]
    label = next((label for block in reversed(above) if (label := annex_label(block.text))), None)
    table.appendix, table.title = titled(above[-NEAR:], label)  # a sheet holds its title in the rows above
    return table


def _text(cell: Cell) -> str:
    return " ".join(cell.text.split())


def _name_column(row: Sequence[Cell]) -> int | None:
    """The column of the names in a row of headers, if it is one."""
    filled = [at for at, cell in enumerate(row) if cell.text.strip()]
    if len(filled) < 2:
        return None
    at = filled[1] if is_ref(row[filled[0]].text) else filled[0]
    return at if at <= 1 and names_figures(_text(row[at])) else None


def _rows(rows: Sequence[Sequence[Cell]], headers: Sequence[Sequence[Cell]], name_at: int) -> list[FigureRow]:
    texts = [[cell.text for cell in row] for row in headers]
    read, name = list[FigureRow](), ""
    for row in rows:
        if [cell.text for cell in row] in texts or _counts_columns(row):
            continue  # the header printed again on the next page
        name = _name(row, name_at, above=name)
        number = _text(row[0]).rstrip(".)") if name_at and name != _text(row[0]) else ""
        read.append(FigureRow(number, name, [Block(_text(cell), cell.place) for cell in row[name_at + 1 :]]))
    return read


def _is_data(row: Sequence[Cell], name_at: int) -> bool:
    return (
        len(row) > name_at
        and row[name_at].merged != "above"
        and not _counts_columns(row)
        and any(cell.text.strip() for cell in row[: name_at + 1])
    )


def _counts_columns(row: Sequence[Cell]) -> bool:
    """Whether a row only numbers the columns: "(1) (2) (3)" or "A B 1 2"."""
    texts = [cell.text.strip() for cell in row if cell.text.strip()]
    return len(texts) > 2 and all(COUNTED.fullmatch(text) for text in texts) and "2" in "".join(texts)


def _path(headers: Sequence[Sequence[Cell]], column: int) -> tuple[str, ...]:
    """The header cells above a column, those of wider cells included, each once."""
    path = list[str]()
    for depth, row in enumerate(headers):
        at = min(column, len(row) - 1)
        below = depth + 1 < len(headers)
        while at > 0 and (row[at].merged == "left" or (below and not row[at].text and not row[at].merged)):
            at -= 1
        text = _text(row[at])
        if text and row[at].merged != "above" and text not in path:
            path.append(text)
    return tuple(path)


def _name(row: Sequence[Cell], name_at: int, *, above: str) -> str:
    cell = row[name_at] if name_at < len(row) else row[0]
    if cell.merged == "above":
        return above
    first = _text(row[0])
    return _text(cell) or (first if is_total(first) or unit_kind(first) else "")
