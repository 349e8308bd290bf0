"""Excel workbooks (.xlsx), sheet by sheet as they print: what is hidden is not read, and said in a note.

Formulas are never evaluated: the values stored with them are read. A sheet is parted by its shape: rows of three and
more cells, and what stands between them, are a table; the rest are paragraphs. Blank rows and columns are left out, so
that a stray cell at the far end costs nothing. openpyxl knows the formats; it cannot tell merged and hidden cells
without holding the whole sheet, so the rows are read here.
"""

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import CALENDAR_MAC_1904, WINDOWS_EPOCH

from engine.errors import BadInputError
from engine.intake.readers.blocks import Block, Cell, Content, Grid, Note, NoteKind, Place, blocks_of, printed
from engine.intake.readers.packages import Package, holds
from engine.intake.readers.xlsx.values import shown_day, shown_number

FOLDER = "xl/"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
CELLS, MERGES, SHEETS = 300_000, 50_000, 200
LAST_COLUMN = 16_384
TABLE = 3
"""Cells of the row that begins a table: a letterhead and a signature have two."""
ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
ANNEX = re.compile(r"(?:phụ lục|biểu|mẫu)\b", re.I)
NUMBERED = re.compile(r"(?:[IVXLC]+|\d{1,3}(?:\.\d{1,3})*|[a-zA-ZđĐ])[.)/]?")
SAID: dict[NoteKind, str] = {
    "hidden_cells": "không đọc phần đang ẩn: {places}",
    "formula_error": "ô công thức bị lỗi: {places}",
    "formula_without_value": "ô công thức chưa có giá trị (mở bằng Excel, tính lại rồi lưu): {places}",
}

Element = Any


def recognises(data: bytes) -> bool:
    """Whether the bytes are an archive with an Excel workbook."""
    return holds(data, FOLDER)


def read(data: bytes, name: str) -> Content:
    """The paragraphs and tables of the visible sheets.

    Raises:
        BadInputError: damaged, locked, with macros, without a cell, or too large; see `packages`.
    """
    package = Package(data, name, "Excel")
    main = package.main()
    book = package.tree(main)
    if book is None:
        raise package.damaged(f"thiếu {main}")
    content, said = Content([], []), _Said()
    values = _Values(package, main, book)
    relations = package.relations(main)
    for sheet in book.iter(S + "sheet"):
        title, part = printed(sheet.get("name", "")), relations.get(sheet.get(R + "id", ""), ("", ""))[1]
        if sheet.get("state", "visible") != "visible":
            said.add("hidden_cells", f"trang tính “{title}”")
        elif part.lower() in package.parts and len(said.seen) < SHEETS:
            said.seen.append(title)
            _Sheet(title, package, part, values, said).lay_out(content)
        elif not part:
            raise package.damaged(f"thiếu trang tính “{title}”")
    if not content.blocks and not content.grids:
        raise BadInputError(f"{name}: bảng tính không có ô nào có chữ. Chọn đúng tệp có nội dung kế hoạch.")
    return content._replace(notes=said.notes())


@dataclass(slots=True)
class _Said:
    """What was left out, and the sheets that were read."""

    seen: list[str] = field(default_factory=list)
    _places: dict[NoteKind, list[str]] = field(default_factory=dict)

    def add(self, kind: NoteKind, place: str) -> None:
        self._places.setdefault(kind, []).append(place)

    def notes(self) -> list[Note]:
        return [Note(kind, SAID[kind].format(places=_some(places)), Place()) for kind, places in self._places.items()]


def _some(places: list[str]) -> str:
    return ", ".join(places[:5]) + (f" và {len(places) - 5} chỗ khác" if len(places) > 5 else "")


class _Values:
    """Texts and formats that the cells of all sheets refer to."""

    def __init__(self, package: Package, main: str, book: Element) -> None:
        self.strings: list[str] = []
        for part in package.related(main, "sharedStrings"):
            for event, item in package.pieces(part, S + "si"):
                if event == "end":
                    self.strings.append(_text(item))
                    package.done(item)
        styles = next((package.tree(part) for part in package.related(main, "styles")), None)
        self.formats = list(_formats(styles)) if styles is not None else []
        date1904 = any(item.get("date1904") in ("1", "true") for item in book.iter(S + "workbookPr"))
        self.epoch: dt.datetime = CALENDAR_MAC_1904 if date1904 else WINDOWS_EPOCH

    def shown(self, cell: Element) -> tuple[str, NoteKind | None]:
        """The text of a cell as shown, and what is wrong with it."""
        kind, value = cell.get("t", "n"), cell.findtext(S + "v")
        if kind == "inlineStr":
            return _text(cell.find(S + "is")), None
        if not value:
            return "", "formula_without_value" if cell.find(S + "f") is not None else None
        if kind == "s":
            at = _whole(value, len(self.strings))
            return (self.strings[at] if at < len(self.strings) else ""), None
        if kind == "e":
            return value, "formula_error"
        if kind == "b":
            return ("TRUE" if value.strip() == "1" else "FALSE"), None
        return (value if kind == "str" else self._number(value, kind, cell.get("s"))), None

    def _number(self, value: str, kind: str, style: str | None) -> str:
        at = _whole(style, 0)
        form = self.formats[at] if at < len(self.formats) else "General"
        try:
            return (
                shown_day(dt.datetime.fromisoformat(value))
                if kind == "d"
                else shown_number(float(value), form, self.epoch)
            )
        except (ValueError, OverflowError):
            return value


def _text(item: Element | None) -> str:
    """A text with all its runs, without the reading aids of Eastern scripts."""
    if item is None:
        return ""
    parts = (t.text or "" for t in item.iter(S + "t") if t.getparent().tag != S + "rPh")
    return ESCAPE.sub(lambda match: chr(int(match[1], 16)), "".join(parts))


def _formats(styles: Element) -> Iterator[str]:
    own = {item.get("numFmtId"): item.get("formatCode", "General") for item in styles.iter(S + "numFmt")}
    for item in styles.iterfind(f"{S}cellXfs/{S}xf"):
        number = item.get("numFmtId", "0")
        yield own.get(number) or BUILTIN_FORMATS.get(_whole(number, 0), "General")


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"\s*\d{1,9}\s*", text) else otherwise


class _Sheet:
    """The visible cells of a sheet that say something, by row and column, and which of them are merged."""

    def __init__(self, title: str, package: Package, part: str, values: _Values, said: _Said) -> None:
        self._name, self.title, self._values, self._said = package.name, title, values, said
        self.rows: dict[int, dict[int, str]] = {}
        self.covered: dict[tuple[int, int], Literal["above", "left"]] = {}
        self._hidden: list[tuple[int, int]] = []
        self._told: set[str] = set()
        self._row = 0
        merges: list[str] = []
        tags = [S + tag for tag in ("row", "col", "mergeCell")]
        cells = 0
        for event, element in package.pieces(part, *tags):
            if event == "start":
                continue
            if element.tag == S + "col":
                self._column(element)
            elif element.tag == S + "mergeCell":
                merges.append(element.get("ref", ""))
            else:
                cells += self._read_row(element)
            package.done(element)
            if cells > CELLS or len(merges) > MERGES:
                raise self._too_large
        self._merge(merges)

    def _column(self, element: Element) -> None:
        if element.get("hidden") in ("1", "true"):
            first, last = _whole(element.get("min"), 1), min(_whole(element.get("max"), 1), LAST_COLUMN)
            self._hidden.append((first, last))

    def _read_row(self, element: Element) -> int:
        self._row = _whole(element.get("r"), self._row + 1)
        row, column, hidden = dict[int, str](), 0, list[int]()
        for cell in element.iterfind(S + "c"):
            match = ADDRESS.fullmatch(cell.get("r", ""))
            column = column_index_from_string(match[1]) if match else column + 1
            shown, wrong = self._values.shown(cell)
            text = "\n".join(filter(None, map(printed, re.split(r"\r\n|\r|\n", shown))))
            if text and any(first <= column <= last for first, last in self._hidden):
                hidden.append(column)
            elif text:
                row[column] = text
            if wrong:
                self._said.add(wrong, self.address(self._row, column))
        if row and element.get("hidden") in ("1", "true"):
            self._said.add("hidden_cells", f"“{self.title}” dòng {self._row}")
            row = {}
        for column in hidden:
            place = f"“{self.title}” cột {get_column_letter(column)}"
            if place not in self._told:
                self._told.add(place)
                self._said.add("hidden_cells", place)
        if row:
            self.rows[self._row] = row
        return len(row)

    def address(self, row: int, column: int) -> str:
        """Where a cell is, as Excel names it: the sheet, the column's letters, the row."""
        return f"{self.title}!{get_column_letter(column)}{row}"

    def _merge(self, merges: Iterable[str]) -> None:
        """Marks the cells that another one reaches into, where the sheet has rows and columns at all."""
        columns, rows = sorted({column for row in self.rows.values() for column in row}), sorted(self.rows)
        for ref in merges:
            first, _, last = ref.partition(":")
            ends = ADDRESS.fullmatch(first), ADDRESS.fullmatch(last)
            if not ends[0] or not ends[1]:
                continue
            top, bottom = sorted(int(end[2]) for end in ends if end)
            left, right = sorted(column_index_from_string(end[1]) for end in ends if end)
            over = rows[bisect_left(rows, top) : bisect_right(rows, bottom)]
            across = columns[bisect_left(columns, left) : bisect_right(columns, right)]
            if len(over) * len(across) + len(self.covered) > CELLS:
                raise self._too_large
            for row, column in product(over, across):
                if (row, column) != (top, left):
                    self.covered[row, column] = "left" if row == top else "above"

    @property
    def _too_large(self) -> BadInputError:
        return BadInputError(
            f"{self._name}: trang tính “{self.title}” có hơn {CELLS} ô. Để riêng bảng kế hoạch vào một tệp rồi đọc lại."
        )

    def lay_out(self, content: Content) -> None:
        """Puts the sheet's paragraphs and tables behind those of the sheets before it."""
        if self.rows and ANNEX.match(self.title):
            content.blocks.append(Block(self.title, Place(address=self.title)))
        for rows, is_table in self._parts():
            if is_table:
                grid = self._grid(len(content.grids) + 1, rows)
                content.grids.append(grid)
                content.blocks.extend(blocks_of(grid))
            else:
                content.blocks.extend(
                    Block(line, Place(address=self.address(row, column)))
                    for row, column in self._in_reading_order(rows)
                    for line in self.rows[row][column].split("\n")
                )

    def _in_reading_order(self, rows: list[int]) -> Iterator[tuple[int, int]]:
        """Cells of paragraphs row by row; where two stand side by side, as in a letterhead, the left ones first."""
        at = 0
        while at < len(rows):
            columns, stop = sorted(self.rows[rows[at]]), at + 1
            while len(columns) > 1 and stop < len(rows) and self._beside(rows[stop], columns):
                stop += 1
            yield from ((row, column) for column in columns for row in rows[at:stop] if column in self.rows[row])
            at = stop

    def _beside(self, row: int, columns: Sequence[int]) -> bool:
        """Whether a row has its cells in these columns, none reaching into the next."""
        return set(self.rows[row]) <= set(columns) and not any((row, column) in self.covered for column in columns)

    def _parts(self) -> Iterator[tuple[list[int], bool]]:
        """Runs of rows that are a table, or paragraphs.

        A table begins with a row of three cells. It ends with its last such row and the numbered rows right below it;
        a blank row and then one without a number of fewer cells ends it too.
        """
        rows, at = sorted(self.rows), 0
        while at < len(rows):
            start = next((i for i in range(at, len(rows)) if self._is_wide(rows[i])), len(rows))
            if start > at:
                yield rows[at:start], False
            at = stop = start
            while at < len(rows):
                if self._is_wide(rows[at]) or self._is_numbered(rows[at]):
                    stop = at + 1
                elif rows[at] > rows[at - 1] + 1:
                    break
                at += 1
            if stop > start:
                yield rows[start:stop], True
            at = stop

    def _is_wide(self, row: int) -> bool:
        return len(self.rows[row]) >= TABLE

    def _is_numbered(self, row: int) -> bool:
        cells = self.rows[row]
        return len(cells) > 1 and NUMBERED.fullmatch(cells[min(cells)]) is not None

    def _grid(self, number: int, rows: list[int]) -> Grid:
        columns = sorted({column for row in rows for column in self.rows[row]})
        if len(rows) * len(columns) > CELLS:
            raise self._too_large
        return Grid(
            number,
            [
                [
                    self._cell(row, column, Place(table=number, row=y, column=x, address=self.address(row, column)))
                    for x, column in enumerate(columns, start=1)
                ]
                for y, row in enumerate(rows, start=1)
            ],
        )

    def _cell(self, row: int, column: int, place: Place) -> Cell:
        merged = self.covered.get((row, column))
        return Cell("", place, merged) if merged else Cell(self.rows[row].get(column, ""), place)
