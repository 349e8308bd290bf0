"""Tables of figures among a document's grids: merged header cells resolved, repeated headers left out."""

from collections.abc import Iterator, Sequence

from engine.intake.targets.tables import COUNTED, FigureRow, FigureTable, is_task_header, names_figures, titled
from engine.intake.readers import Block, Document, Grid
from engine.intake.readers.blocks import Cell
from engine.intake.table import header_role
from engine.intake.targets.units import is_total, unit_kind


def grid_tables(document: Document) -> Iterator[FigureTable]:
    """Every table of figures among the document's grids that is no task table, in order."""
    before = dict[int, int]()
    for at, block in enumerate(document.blocks):
        if block.place.table is not None:
            before.setdefault(block.place.table, at)
    for grid in document.grids:
        table = _grid_table(grid)
        if table:
            blocks = [block for block in document.blocks[: before.get(grid.number, 0)] if block.place.table is None]
            table.appendix, table.title = titled(blocks)
            yield table


def _grid_table(grid: Grid) -> FigureTable | None:
    if not grid.rows or max(map(len, grid.rows)) < 2:
        return None
    top = [" ".join(cell.text.split()) for cell in grid.rows[0]]
    has_number = header_role(top[0]) == "ref"
    name_at = 1 if has_number else 0
    if name_at >= len(top) or not names_figures(top[name_at]):
        return None
    depth = next((at for at, row in enumerate(grid.rows) if at and _is_data(row, name_at)), len(grid.rows))
    headers = [row for row in grid.rows[:depth] if not _counts_columns(row)]
    columns = [_path(headers, at) for at in range(name_at + 1, len(top))]
    if not columns or is_task_header([" ".join(path) for path in columns] + [top[name_at]]):
        return None
    table = FigureTable(None, "", top[name_at], columns)
    texts = [[cell.text for cell in row] for row in headers]
    name = ""
    for row in grid.rows[depth:]:
        if [cell.text for cell in row] in texts or _counts_columns(row):
            continue  # the header printed again on the next page
        name = _name(row, name_at, above=name)
        number = row[0].text.strip().rstrip(".)") if has_number and name != row[0].text.strip() else ""
        table.rows.append(
            FigureRow(number, name, [Block(" ".join(cell.text.split()), cell.place) for cell in row[name_at + 1 :]])
        )
    return table


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
        text = " ".join(row[at].text.split())
        if text and row[at].merged != "above" and text not in path:
            path.append(text)
    return tuple(path)


def _name(row: Sequence[Cell], name_at: int, *, above: str) -> str:
    cell = row[name_at] if name_at < len(row) else row[0]
    if cell.merged == "above":
        return above
    text = " ".join(cell.text.split())
    first = row[0].text.strip()
    return text or (first if is_total(first) or unit_kind(first) else "")
