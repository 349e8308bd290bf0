"""Tables of figures in one-cell-a-paragraph text.

The width comes from the rows: how many cells stand between two row numbers. A header of two rows is told by its being
longer than the rows are wide.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from engine.intake.readers import Block
from engine.intake.targets.figures import cell_figure, is_empty
from engine.intake.targets.indicators import years
from engine.intake.targets.tables import (
    ASIDE,
    COUNTED,
    MEASURE,
    NEAR,
    FigureRow,
    FigureTable,
    is_ref,
    names_figures,
    titled,
)
from engine.intake.targets.units import is_total, unit_kind
from engine.intake.text.annexes import annex_label
from engine.intake.text.marks import ROMANS

NUMBER = re.compile(r"(?:[IVXLC]+|[A-H]|\d{1,5}(?:\.\d{1,3}){0,4})[.)]?|[a-zđ][.)]")
END = re.compile(r"\W*(?:Nơi nhận\b|(?i:phụ lục)\W*$)")
NAMED = re.compile(r"(?:tỷ|tỉ) (?:lệ|trọng)|(?:tổng )?số|diện tích|sản lượng|thu nhập|giá trị", re.I)
"""What begins the name of an indicator and of no level or kind."""
SUBROW = re.compile(r"[-–+]\s*\S|trong đó\b|riêng\b", re.I)
LONGEST_NAME = 300
MOST_HEADERS = 60


def flow_tables(blocks: Sequence[Block]) -> Iterator[FigureTable]:
    """Every table of figures among these paragraphs that is no task table, in order."""
    at, label = 0, None
    while at < len(blocks):
        label = annex_label(blocks[at].text) or label
        if not is_ref(blocks[at].text):
            at += 1
            continue
        stop = next((i for i in range(at + 1, len(blocks)) if _ends(blocks[i].text)), len(blocks))
        table = _table(blocks, at, stop)
        if table:
            table.appendix, table.title = titled(blocks[max(0, at - NEAR) : at], label)
            yield table
        at = stop


def _ends(text: str) -> bool:
    return END.match(text) is not None or annex_label(text) is not None or is_ref(text)


def _table(blocks: Sequence[Block], at: int, stop: int) -> FigureTable | None:
    first = next((i for i in range(at + 2, min(stop - 1, at + MOST_HEADERS)) if _opens(blocks, i)), None)
    if first is None:
        return None
    headers = [block.text for block in blocks[at + 1 : first] if block.text]
    while headers and COUNTED.fullmatch(headers[-1]):
        headers.pop()
    if not headers or not names_figures(headers[0]):
        return None
    starts = list(_starts(blocks, first, stop))
    columns = _shape(headers[1:], _widths(starts, blocks, most=len(headers) - 1))
    if not columns:
        return None
    width = len(columns)
    table = FigureTable(None, "", headers[0], columns)
    for start, end in zip(starts, [*starts[1:], stop], strict=True):
        # an empty cell before a row without a number may be this row's last as well
        lent = end - start == width + 1 and end < stop and not blocks[end].text
        _read(table, blocks[start : end + lent], width, is_last=end == stop)
    return table


def _is_name(text: str) -> bool:
    if is_empty(text) or len(text) > LONGEST_NAME or NUMBER.fullmatch(text):
        return False
    figure = cell_figure(text)
    return figure is None or figure.start > 0  # "Trường THCS số 2" is a name


def _opens(blocks: Sequence[Block], at: int) -> bool:
    """Whether the first row begins here: the first number of any kind, then a name."""
    return blocks[at].text.rstrip(".)") in ("1", "01", "I", "A", "a") and _is_name(blocks[at + 1].text)


def _starts(blocks: Sequence[Block], first: int, stop: int) -> Iterator[int]:
    """Where rows begin: a number that goes on with the numbering, or a line for all units together."""
    ordered = _Numbering()
    for at in range(first, stop):
        text, name = blocks[at].text, blocks[at + 1].text if at + 1 < stop else ""
        numbered = _is_name(name) and ordered.follows(text)
        total = is_total(text) and at > first and bool(blocks[at - 1].text)
        if numbered or total or (not text and (is_total(name) or SUBROW.match(name))):
            yield at


class _Numbering:
    """Printed row numbers in order: Roman or capitals, then 1, 2, then 1.1, beginning again under the one above."""

    def __init__(self) -> None:
        self.roman, self.letter, self.number, self.parts = 0, 0, 0, list[int]()
        self.before = 0  # the last number above the section: some tables count on through all sections

    def follows(self, text: str) -> bool:
        """Whether this is the next number, or the first of a new run; remembers it if so."""
        text = text.rstrip(".)")
        if text in ROMANS and ROMANS.index(text) == self.roman:
            self.before, self.roman, self.number, self.parts = self.number or self.before, self.roman + 1, 0, []
            return True
        if len(text) == 1 and text in "ABCDEFGH" and "ABCDEFGH".index(text) == self.letter:
            self.before, self.letter, self.number, self.parts = self.number or self.before, self.letter + 1, 0, []
            self.roman = 0
            return True
        if not re.fullmatch(r"\d{1,5}(?:\.\d{1,3}){0,4}", text):
            return False
        return self._counts([int(part) for part in text.split(".")])

    def _counts(self, parts: list[int]) -> bool:
        if len(parts) == 1:
            if parts[0] not in (1, self.number + 1) and not (self.number == 0 and parts[0] == self.before + 1):
                return False
            self.number, self.parts = parts[0], parts
            return True
        known = self.parts[: len(parts)]
        if parts[:-1] != known[: len(parts) - 1]:
            return False
        before = known[len(parts) - 1] if len(known) == len(parts) else 0
        if parts[-1] != before + 1:
            return False
        self.parts = parts
        return True


def _widths(starts: Sequence[int], blocks: Sequence[Block], *, most: int) -> Counter[int]:
    """How many rows have so many cells behind their name; beyond `most`, the header's, are strays."""
    counts = Counter[int]()
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        if end is not None and any(block.text for block in blocks[start + 2 : end]):
            counts[min(end - start - 2, most)] += 1
    if not counts:
        end = next((i for i in range(starts[-1] + 2, len(blocks)) if not _is_cell(blocks[i].text)), len(blocks))
        counts[min(end - starts[-1] - 2, most)] += 1
    return counts


def _shape(headers: Sequence[str], widths: Counter[int]) -> list[tuple[str, ...]]:
    """The columns: one for each header where a good part of the rows are as wide, else by two rows of headers.

    Rows that are narrower than a single row of headers lack cells.
    """
    flat: list[tuple[str, ...]] = [(header,) for header in headers]
    usual = max(widths, key=lambda cells: (cells > 0, widths[cells], cells))
    if usual <= 0 or widths[len(flat)] * 5 >= widths.total():
        return flat if usual > 0 else []
    nested = _columns(headers, usual)
    return flat if nested is None or _are_alike(nested) else nested


def _are_alike(columns: Sequence[tuple[str, ...]]) -> bool:
    """Whether what seems one header over others is made like them: a unit beside units, an indicator beside those."""
    pairs = [path for path in columns if len(path) > 1]
    if len({path[0] for path in pairs}) > 1:
        return False
    return any(_says(path[0]) == _says(path[1]) for path in pairs)


def _says(header: str) -> str:
    if unit_kind(header):
        return "unit"
    return "year" if years(header) else "indicator" if NAMED.match(header) else header


def _is_cell(text: str) -> bool:
    return is_empty(text) or cell_figure(text) is not None


def _columns(headers: Sequence[str], width: int) -> list[tuple[str, ...]] | None:
    """The header cells over each of `width` columns; None where two rows of headers cannot be told apart."""
    groups = len(headers) - width
    if groups == 0:
        return [(header,) for header in headers]
    for single in range(width):
        tops, leaves = headers[: groups + single], headers[groups + single :]
        alone = [top for top in tops if _column_alone(top)]
        if len(leaves) % groups or len(alone) != single:
            continue
        each = len(leaves) // groups
        if each < 2 or (groups > 1 and any(leaves[i] != leaves[i % each] for i in range(len(leaves)))):
            continue
        rest = iter(leaves)
        return [
            path
            for top in tops
            for path in (
                [(top,)] if top in alone else [(top, leaf) for _, leaf in zip(range(each), rest, strict=False)]
            )
        ]
    return None


def _column_alone(header: str) -> bool:
    """Whether a header has no second row below it: remarks, units of measure, who watches."""
    return ASIDE.match(header) is not None or MEASURE.match(header) is not None


def _read(table: FigureTable, blocks: Sequence[Block], width: int, *, is_last: bool) -> None:
    """One row; what is left over is a row that lost its place in the numbering, or is kept as unread."""
    at = _add_row(table, blocks, 0, width)
    while at < len(blocks):
        if not blocks[at].text:
            at += 1
        elif _is_row(blocks[at:], width):
            at = _add_row(table, blocks, at, width)
        elif is_last:
            return  # what follows the table
        else:
            if not re.fullmatch(r"\d{1,3}", blocks[at].text):  # a page number
                table.unread.append(blocks[at])
            at += 1


def _add_row(table: FigureTable, blocks: Sequence[Block], at: int, width: int) -> int:
    """Add the row that begins at `at`, with its number or with its name; gives back where the next may begin."""
    numbered = not blocks[at].text or NUMBER.fullmatch(blocks[at].text) is not None
    name = at + 1 if numbered else at
    cells = list(blocks[name + 1 : name + 1 + width])
    if _lacks_cells(table, cells):
        table.unread.extend(cell for cell in cells if _is_cell(cell.text))
        cells = []
    table.rows.append(FigureRow(blocks[at].text.rstrip(".)") if numbered else "", blocks[name].text, cells))
    return name + 1 + width


def _lacks_cells(table: FigureTable, cells: Sequence[Block]) -> bool:
    """Whether a row has figures for some columns only, and none tells which; remarks at its end may be left out."""
    said = next((at for at, cell in enumerate(cells) if len(cell.text) > LONGEST_NAME), len(cells))
    while said and said == len(cells) and _is_prose(cells[said - 1].text, table.columns[said - 1]):
        cells, said = cells[: said - 1], said - 1
    needed = len(table.columns)
    while needed and ASIDE.match(table.columns[needed - 1][-1]):
        needed -= 1
    return 0 < said < needed and any(cell_figure(cell.text) for cell in cells[:said])


def _is_prose(text: str, column: tuple[str, ...]) -> bool:
    """Whether what stands in a column of figures is a text behind the table."""
    return not _is_cell(text) and not _column_alone(column[-1]) and re.search(r"\d", text) is None


def _is_row(blocks: Sequence[Block], width: int) -> bool:
    """Whether these pieces begin with a name, numbered or not, and figures behind it."""
    numbered = NUMBER.fullmatch(blocks[0].text) is not None
    cells = blocks[2 if numbered else 1 :][:width]
    names = len(blocks) > 1 and _is_name(blocks[1 if numbered else 0].text)
    figures = [cell_figure(block.text) is not None for block in cells]
    return names and any(figures) and (numbered or all(_is_cell(block.text) for block in cells))
