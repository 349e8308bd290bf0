"""Tables of figures to targets: what each column and row stands for, and which cells set a figure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.intake.draft import Anomaly, Target
from engine.intake.faults.anomalies import anomaly
from engine.intake.readers import Block, Document
from engine.intake.targets.figures import cell_figure, is_empty
from engine.intake.targets.flow import flow_tables
from engine.intake.targets.grids import grid_tables
from engine.intake.targets.indicators import header_years, level, measure, years
from engine.intake.targets.tables import ASIDE, MEASURE, UNITS, FigureRow, FigureTable
from engine.intake.targets.units import is_total, unit_kind

MONEY = re.compile(r"kinh phí|dự toán|nguồn vốn|tổng vốn|ngân sách|thành tiền|đơn giá|mức chi", re.I)
NO_TARGETS = re.compile(r"danh sách|kết quả|thực trạng|hiện trạng|số liệu|tình hình", re.I)
SETS = re.compile(r"chỉ tiêu|mục tiêu|phấn đấu|kế hoạch|lộ trình|\bgiao\b|định mức|tỷ lệ|tỉ lệ|%", re.I)
PAST = re.compile(
    r"(?:ước )?(?:thực hiện|kết quả|th\b)|hiện trạng|hiện có|hiện nay|số liệu|cùng kỳ|so sánh|so với|tăng|đã đạt", re.I
)
OPENING = re.compile(r".*(?<!tháng )\bđầu (?:năm|kỳ)\b", re.I)
"""What there was when the year began, whatever year is named."""
BEFORE = re.compile(r".*\b(?:đã (?:được )?giao|trước (?:khi )?điều chỉnh|cũ)\b", re.I)
AFTER = re.compile(r".*\b(?:điều chỉnh|giao lại|mới)\b", re.I)
"""Columns of an adjustment: what was set before it sets nothing where another column says what holds now."""
BARE_MEASURE = re.compile(r"đơn vị|đv", re.I)
"""What heads the units of measure where the rows are indicators."""
BARE = re.compile(
    r"(?:(?:các )?(?:chỉ tiêu|kế hoạch|mục tiêu|tỷ lệ|tỉ lệ|số lượng|tổng số|giao|phấn đấu|năm|giai đoạn|đến|hết|"
    r"lộ trình|thực hiện|phấn đấu đạt|điều chỉnh|[%()]|\d{4}|[-–,.:/]|\s)+)",
    re.I,
)
"""A header that does not name the indicator: the title does."""


@dataclass(frozen=True, slots=True)
class Column:
    """What the figures of one column are: of which indicator, level, unit, measure and year; or what else it holds."""

    role: str  # value, measure, aside or past
    indicator: str = ""
    level: str | None = None
    unit: str | None = None
    measure: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class AnnexTargets:
    """The targets of the tables, the tables they come from, and the faults found in reading them."""

    targets: list[Target]
    tables: list[FigureTable]
    faults: list[Anomaly]


def annex_targets(
    document: Document, *, year: int | None, since: int | None, left_out: Sequence[tuple[int, int]] = ()
) -> AnnexTargets:
    """The targets of every table that sets figures, task tables (`left_out`, ranges of blocks) aside.

    `year` is the plan's, for tables that name none; figures of years before `since` are results of the past.
    """
    hidden = {at for start, stop in left_out for at in range(start, stop)}
    flow = [block for at, block in enumerate(document.blocks) if block.place.table is None and at not in hidden]
    task_grids = {document.blocks[at].place.table for at in hidden if at < len(document.blocks)}
    tables = [*flow_tables(flow), *(table for table in grid_tables(document) if table.grid not in task_grids)]
    used, targets, faults = [], list[Target](), list[Anomaly]()
    for table in filter(_sets_figures, tables):
        read = _TableReading(table, year=year, since=since)
        found = list(read.targets())
        if found or table.unread:
            used.append(table)
            targets.extend(found)
            faults.extend(read.faults)
    return AnnexTargets(targets, used, faults)


def annex_name(appendix: str | None) -> str:
    """An annex for a person: "Phụ lục 01"."""
    return f"Phụ lục {appendix.upper()}" if appendix else "bảng trong văn bản"


def _sets_figures(table: FigureTable) -> bool:
    headers = " ".join(part for path in table.columns for part in path)
    if re.search(r"chỉ tiêu|mục tiêu|phấn đấu", table.title, re.I):
        return True
    wanted = SETS.search(table.title) or SETS.search(table.name_header) or SETS.search(headers)
    return bool(wanted) and not NO_TARGETS.search(table.title) and not MONEY.search(table.title)


class _TableReading:
    def __init__(self, table: FigureTable, *, year: int | None, since: int | None) -> None:
        self.table, self.since = table, since
        titled = years(table.title)
        self.year = titled[-1] if titled else year
        self.by_unit = UNITS.match(table.name_header) is not None
        headers = [" ".join(path) for path in table.columns]
        self.adjusted = any(AFTER.match(text) and not BEFORE.match(text) for text in headers)
        self.columns = [self._column(path) for path in table.columns]
        self.faults = list[Anomaly]()
        if table.unread:
            lines = ", ".join(str(block.line) for block in table.unread[:5])
            detail = f"{len(table.unread)} ô không xếp được vào dòng hay cột nào (dòng {lines})"
            self._unreadable("", table.unread[0].text, detail)

    def _column(self, path: Sequence[str]) -> Column:
        whole = " ".join(path)
        if path and (MEASURE.match(path[-1]) or (not self.by_unit and BARE_MEASURE.fullmatch(path[-1]))):
            return Column("measure")
        printed = header_years(whole)
        if not path or any(ASIDE.match(part) for part in path):
            return Column("aside")
        if MONEY.search(whole) and not MONEY.search(self.table.title):
            return Column("aside")
        if OPENING.match(whole) or (self.adjusted and BEFORE.match(whole)):
            return Column("past")
        year = printed[-1] if printed else self.year
        was = self.since is not None and bool(printed) and printed[-1] < self.since
        if was or (
            any(PAST.match(part) for part in path) and not (printed and self.since and printed[-1] >= self.since)
        ):
            return Column("past")
        unit = next((part for part in path if is_total(part) or unit_kind(part) in ("district", "commune")), None)
        return Column(
            "value",
            indicator=self._indicator([part for part in path if part != unit]),
            level=level(path[-1], whole, self.table.title),
            unit=unit if not self.by_unit else None,
            measure=measure(path) or measure([self.table.title]),
            year=year,
        )

    def _indicator(self, path: Sequence[str]) -> str:
        """The headers that name what is measured; a level alone, a year or "Tỷ lệ (%)" names nothing."""
        named = [part for part in path if not BARE.fullmatch(part)]
        if len(named) > 1 and level(named[-1]) and len(named[-1]) <= 20:
            named.pop()
        return " – ".join(named) or (self.table.title if self.by_unit else "")

    def targets(self) -> Iterator[Target]:
        """Every figure of the table, row by row."""
        above = list[tuple[int, str]]()
        for row in self.table.rows:
            rank = _rank(row)
            while above and above[-1][0] >= rank:
                above.pop()
            total = is_total(row.name)
            parent = above[-1][1] if above and not total else None
            yield from self._row(row, None if total else parent)
            if not total:
                above.append((rank, row.name))

    def _row(self, row: FigureRow, parent: str | None) -> Iterator[Target]:
        cells = list(zip(self.columns, row.cells, strict=False))
        measured = next((cell.text for column, cell in cells if column.role == "measure" and cell.text), None)
        note = "; ".join(cell.text for column, cell in cells if column.role == "aside" and cell.text) or None
        for column, cell in cells:
            if column.role != "value" or is_empty(cell.text):
                continue
            figure = cell_figure(cell.text)
            if figure is None:
                self._unread(row, cell)
                continue
            name = row.name.strip(" :;-–+")
            unit = name if self.by_unit else column.unit
            indicator = column.indicator if self.by_unit else " – ".join(filter(None, (name, column.indicator)))
            yield Target(
                appendix=self.table.appendix,
                indicator=indicator or self.table.title or self.table.name_header,
                level=column.level or level(indicator),
                unit=unit,
                unit_kind=unit_kind(unit, self.table.name_header) if unit else None,
                value=figure.value,
                value_max=figure.top,
                op=None if figure.op == "=" else figure.op,
                measure=figure.measure or measured or column.measure or (measure([name]) if not self.by_unit else None),
                year=column.year,
                parent=parent,
                note=note,
                lines=(cell.line, cell.last_line) if cell.line else None,
                cell=_cell(cell),
            )

    def _unread(self, row: FigureRow, cell: Block) -> None:
        if re.search(r"\d", cell.text):
            self._unreadable(f" dòng {row.number or row.name}", cell.text, "không đọc được thành một số")

    def _unreadable(self, where: str, printed: str, detail: str) -> None:
        place = f"{annex_name(self.table.appendix)}{where}"
        self.faults.append(anomaly(place, "target_unreadable", printed=printed[:200], detail=detail))


def _rank(row: FigureRow) -> int:
    """How deep a row stands: Roman numbers and capitals over 1, that over 1.1, letters and dashes below."""
    if re.fullmatch(r"[IVXLC]+|[A-H]", row.number):
        return 0
    if re.fullmatch(r"[\d.]+", row.number):
        return 1 + row.number.count(".")
    if row.number or re.match(r"[-–+]|trong đó", row.name, re.I):
        return 8
    return 1


def _cell(cell: Block) -> dict[str, int] | None:
    place = cell.place
    parts = {"table": place.table, "row": place.row, "column": place.column, "page": place.page}
    return {name: number for name, number in parts.items() if number is not None} or None
