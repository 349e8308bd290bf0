"""Tables of figures to targets, whatever the format and the shape of the header."""

from collections.abc import Callable

import pytest
from documents import Sample, Table, flow_text, markdown, pipe_text, typeset, web_page, word, workbook
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.intake.draft import Target
from engine.intake.readers import Block, Cell, Document, Grid, Place, read_bytes
from engine.intake.readers.blocks import blocks_of
from engine.intake.targets.annex import AnnexTargets, annex_targets
from engine.intake.targets.figures import cell_figure, figures, is_empty, number
from engine.intake.targets.units import is_nameless, is_total, unit_key, unit_kind

EMPTY = "\xa0"


def flow(*cells: str) -> Document:
    """A text with one cell a paragraph; "" is an empty cell."""
    return read_bytes("\n\n".join(cell or EMPTY for cell in cells).encode(), "plan.txt")


def grid(
    *rows: tuple[str, ...], title: tuple[str, ...] = (), merged: dict[tuple[int, int], str] | None = None
) -> Document:
    """A document of a title and one table; `merged` marks covered cells by row and column from 0."""
    covers = merged or {}
    cells = [
        [Cell(text, Place(table=1, row=r + 1, column=c + 1), covers.get((r, c), "")) for c, text in enumerate(row)]
        for r, row in enumerate(rows)
    ]
    table = Grid(1, cells)
    head = [Block(text, Place(line=at)) for at, text in enumerate(title, start=1)]
    return Document("plan.docx", "0", [*head, *blocks_of(table)], [table])


def cut(text: str) -> list[str]:
    """The cells of a text in which bars part them."""
    return text.split(" | ")


def read(document: Document) -> AnnexTargets:
    """The targets of a document of a plan for 2024."""
    return annex_targets(document, year=2024, since=2024)


def said(target: Target) -> tuple[object, ...]:
    """What a target says, its place aside."""
    return (target.indicator, target.level, target.unit, target.value, target.measure, target.year)


GROUPED = (
    *("PHỤ LỤC 01", "CHỈ TIÊU TRƯỜNG HỌC NĂM 2024", "(Kèm theo Kế hoạch số 12/KH-UBND)", "TT", "Đơn vị"),
    *("Tỷ lệ trường có thư viện (%)", "Tỷ lệ trường có sân tập (%)", "THCS", "THPT", "THCS", "THPT"),
    *("1", "Huyện Bến Đá", "50,5", "60", "70", "80", "2", "TX Cầu Gỗ", "55", "", "75", "85"),
    *("", "TOÀN TỈNH:", "52", "61", "72", "83"),
)


class TestOneCellAParagraph:
    """Tables saved by law sites, one cell a paragraph."""

    def test_two_rows_of_headers_are_told_by_the_width_of_the_rows(self) -> None:
        """Groups over levels: each figure knows its group, level, unit, measure and year."""
        targets = read(flow(*GROUPED)).targets
        assert len(targets) == 11
        assert said(targets[1]) == ("Tỷ lệ trường có thư viện (%)", "THPT", "Huyện Bến Đá", 60.0, "%", 2024)
        assert said(targets[4]) == ("Tỷ lệ trường có thư viện (%)", "THCS", "TX Cầu Gỗ", 55.0, "%", 2024)
        assert [target.unit_kind for target in targets[-4:]] == ["province"] * 4

    def test_an_empty_cell_is_no_value_and_zero_is_one(self) -> None:
        """A blank and a dash set nothing; "0,0" does."""
        cells = cut("Phụ lục 2 | CHỈ TIÊU | STT | Địa phương | Tỷ lệ (%) | 1 | Bến Đá | 0,0 | 2 | Cầu Gỗ | -")
        assert [(target.unit, target.value) for target in read(flow(*cells)).targets] == [("Bến Đá", 0.0)]

    def test_schools_hang_on_the_district_above_them(self) -> None:
        """Roman rows are parents of the Arabic ones below; the total has none."""
        cells = cut(
            "PHỤ LỤC 03 | CHỈ TIÊU NĂM 2024 | TT | ĐƠN VỊ | TỶ LỆ % HỌC SINH THPT | GHI CHÚ | I | "
            "Huyện Bến Đá | 40% |  | 1 | THPT Số 1 | 35% |  | 2 | Trung tâm GDTX | 50% | xem lại |  | II | "
            "TX Cầu Gỗ | 60% |  | 1 | THPT Số 2 | 60% |  |  | TOÀN TỈNH: | 45% | "
        )
        targets = read(flow(*cells)).targets
        assert [(target.unit, target.parent) for target in targets] == [
            ("Huyện Bến Đá", None),
            ("THPT Số 1", "Huyện Bến Đá"),
            ("Trung tâm GDTX", "Huyện Bến Đá"),
            ("TX Cầu Gỗ", None),
            ("THPT Số 2", "TX Cầu Gỗ"),
            ("TOÀN TỈNH", None),
        ]
        assert {target.level for target in targets} == {"THPT"}
        assert targets[2].note == "xem lại"

    def test_rows_of_indicators_have_measures_years_and_no_past(self) -> None:
        """Years ahead are targets, what was reached is none; numbers that count on through sections lose no row."""
        cells = cut(
            "PHỤ LỤC I | CHỈ TIÊU CHỦ YẾU | TT | Chỉ tiêu | Đơn vị tính | Thực hiện 2023 | Năm 2024 | "
            "Năm 2025 | Cơ quan theo dõi | I | Kinh tế |  |  |  |  |  | 1 | Đàn lợn | con | 1.200 | 1.250 | "
            "1.300 | Sở Nông nghiệp | II | Xã hội |  |  |  |  |  | 2 | Hộ nghèo | % | 5 | dưới 4 | "
            "từ 2 đến 3 | Sở Nội vụ |  | Trong đó: vùng cao | % | 9 | ≥ 7 | - | "
        )
        targets = read(flow(*cells)).targets
        assert [(t.indicator, t.value, t.op, t.measure, t.year) for t in targets] == [
            ("Đàn lợn", 1250.0, None, "con", 2024),
            ("Đàn lợn", 1300.0, None, "con", 2025),
            ("Hộ nghèo", 4.0, "<", "%", 2024),
            ("Hộ nghèo", 2.0, "range", "%", 2025),
            ("Trong đó: vùng cao", 7.0, ">=", "%", 2024),
        ]
        assert (targets[3].value_max, targets[4].parent, targets[0].note) == (3.0, "Hộ nghèo", "Sở Nông nghiệp")

    def test_a_row_out_of_order_is_kept(self) -> None:
        """A number skipped or lost leaves the row; a page number between rows is none."""
        cells = cut(
            "PHỤ LỤC 1 | CHỈ TIÊU NĂM 2024 | TT | Xã | Tỷ lệ (%) | Tỷ lệ hộ mới (%) | 1 | Xã An | 5 | 6 | "
            "12 | 2 | Xã Bình | 7 | 8 | 4 | Xã Đông | 9 | 10 | 5 | Xã Hạ | 1 | 2"
        )
        assert [target.value for target in read(flow(*cells)).targets] == [5, 6, 7, 8, 9, 10, 1, 2]

    def test_what_is_no_number_is_said(self) -> None:
        """A cell with figures that make no single number becomes a fault with its place."""
        cells = cut("PHỤ LỤC 1 | CHỈ TIÊU NĂM 2024 | TT | Xã | Tỷ lệ (%) | 1 | Xã An | khá, 3/5 tiêu chí")
        other = [*cells, "2", "Xã Bình", "7"]
        found = read(flow(*other))
        assert [target.value for target in found.targets] == [7]
        assert [(fault.where, fault.kind) for fault in found.faults] == [("Phụ lục 1 dòng 1", "target_unreadable")]


class TestGrids:
    """Tables whose cells the format knows."""

    def test_merged_headers_reach_down_and_across(self) -> None:
        """A group merged over three years gives each its year."""
        document = grid(
            ("TT", "Đơn vị", "Tỷ lệ trường chuẩn (%)", "", "", "Ghi chú"),
            ("", "", "2024", "2025", "2026", ""),
            ("1", "Huyện Bến Đá", "50", "55,5", "60", ""),
            ("", "Toàn tỉnh", "60", "65", "-", "tạm giao"),
            title=("PHỤ LỤC 01", "CHỈ TIÊU TRƯỜNG CHUẨN"),
            merged={(0, 3): "left", (0, 4): "left", (1, 0): "above", (1, 1): "above", (1, 5): "above"},
        )
        targets = read(document).targets
        assert [(t.unit, t.value, t.year) for t in targets] == [
            ("Huyện Bến Đá", 50.0, 2024),
            ("Huyện Bến Đá", 55.5, 2025),
            ("Huyện Bến Đá", 60.0, 2026),
            ("Toàn tỉnh", 60.0, 2024),
            ("Toàn tỉnh", 65.0, 2025),
        ]
        assert targets[0].appendix == "01"
        assert targets[1].cell == {"table": 1, "row": 3, "column": 4}

    def test_a_web_page_with_cells_over_rows_and_columns_is_read(self) -> None:
        """Groups over levels, a total over number and name, an empty cell."""
        page = (
            "<html><body><p>PHỤ LỤC 01</p><p>CHỈ TIÊU NĂM 2024</p><table><tr><td rowspan=2>TT</td>"
            "<td rowspan=2>Đơn vị</td><td colspan=2>Tỷ lệ trường có sân tập (%)</td>"
            "</tr><tr><td>THCS</td><td>THPT</td></tr><tr><td>1</td>"
            "<td>Huyện Bến Đá</td><td>50</td><td>&nbsp;</td></tr><tr><td colspan=2>TOÀN TỈNH</td><td>55</td><td>60</td>"
            "</tr></table></body></html>"
        )
        targets = read(read_bytes(page.encode(), "plan.html")).targets
        assert [(t.unit, t.level, t.value) for t in targets] == [
            ("Huyện Bến Đá", "THCS", 50.0),
            ("TOÀN TỈNH", "THCS", 55.0),
            ("TOÀN TỈNH", "THPT", 60.0),
        ]

    def test_units_may_be_columns(self) -> None:
        """Indicators down, units across: the header names the unit, the row its measure."""
        document = grid(
            ("STT", "Chỉ tiêu", "Đơn vị tính", "Toàn tỉnh", "Huyện Bến Đá"),
            ("(1)", "(2)", "(3)", "(4)", "(5)"),
            ("1", "Số xã đạt chuẩn", "xã", "30", "10"),
            title=("Biểu số 02", "Chỉ tiêu giao năm 2024"),
        )
        assert [(t.indicator, t.unit, t.value, t.measure) for t in read(document).targets] == [
            ("Số xã đạt chuẩn", "Toàn tỉnh", 30.0, "xã"),
            ("Số xã đạt chuẩn", "Huyện Bến Đá", 10.0, "xã"),
        ]

    @pytest.mark.parametrize(
        ("title", "header"),
        [
            ("DỰ TOÁN KINH PHÍ NĂM 2024", ("TT", "Nội dung", "Thành tiền (triệu đồng)")),
            ("KẾT QUẢ THỰC HIỆN NĂM 2023", ("TT", "Đơn vị", "Tỷ lệ (%)")),
            ("DANH SÁCH CÁC XÃ", ("TT", "Xã", "Số hộ")),
        ],
    )
    def test_money_results_and_lists_are_no_targets(self, title: str, header: tuple[str, ...]) -> None:
        """Tables that only look alike set nothing."""
        assert read(grid(header, ("1", "Huyện Bến Đá", "120"), title=("PHỤ LỤC 04", title))).targets == []

    def test_a_task_table_left_out_sets_nothing(self) -> None:
        """What the task table covers is not read again."""
        document = flow(*GROUPED)
        assert annex_targets(document, year=2024, since=2024, left_out=[(0, len(document.blocks))]).targets == []


TABLE = Table(
    ("TT", "Đơn vị", "Tỷ lệ trường đạt chuẩn (%)", "Số lớp mở mới (lớp)", "Ghi chú"),
    (
        ("1", "Huyện Bến Đá", "78,6", "1.250", "giao bổ sung"),
        ("2", "Thị xã Cầu Gỗ", "9,3", "15", ""),
        ("3", "Huyện Đồi Sim", "≥ 60", "20", ""),
    ),
    (8, 24, 24, 20, 20),
)
SAMPLE = Sample(("PHỤ LỤC 01", "CHỈ TIÊU GIAO CÁC HUYỆN, THỊ XÃ NĂM 2024", TABLE))


@pytest.mark.parametrize("form", [flow_text, pipe_text, markdown, web_page, word, workbook, typeset])
def test_every_format_sets_the_same_targets(form: Callable[[Sample], bytes]) -> None:
    """One table in text, Markdown, HTML, Word, Excel and PDF."""
    targets = read(read_bytes(form(SAMPLE), "plan")).targets
    assert [(t.appendix, t.unit, t.value, t.measure) for t in targets] == [
        ("01", "Huyện Bến Đá", 78.6, "%"),
        ("01", "Huyện Bến Đá", 1250.0, "lớp"),
        ("01", "Thị xã Cầu Gỗ", 9.3, "%"),
        ("01", "Thị xã Cầu Gỗ", 15.0, "lớp"),
        ("01", "Huyện Đồi Sim", 60.0, "%"),
        ("01", "Huyện Đồi Sim", 20.0, "lớp"),
    ]


@settings(max_examples=25)
@given(
    st.lists(st.lists(st.integers(0, 999), min_size=2, max_size=4), min_size=1, max_size=8).filter(
        lambda rows: len({len(row) for row in rows}) == 1
    )
)
def test_any_table_of_figures_is_read_whole(rows: list[list[int]]) -> None:
    """As many targets as cells, in order, with one cell a paragraph and as a grid alike."""
    header = ("TT", "Đơn vị", *(f"Chỉ tiêu {letter} (%)" for letter in "ABCD"[: len(rows[0])]))
    body = [(str(at), f"Huyện {'ABCDEFGH'[at - 1]}", *map(str, row)) for at, row in enumerate(rows, start=1)]
    title = ("PHỤ LỤC 01", "CHỈ TIÊU NĂM 2024")
    expected = [float(value) for row in rows for value in row]
    assert [t.value for t in read(flow(*title, *header, *(cell for row in body for cell in row))).targets] == expected
    assert [t.value for t in read(grid(header, *body, title=title)).targets] == expected


@pytest.mark.parametrize(
    ("printed", "value", "op", "measure"),
    [
        ("78,6", 78.6, "=", None),
        ("9,3%", 9.3, "=", "%"),
        ("1.250", 1250, "=", None),
        ("1 250", 1250, "=", None),
        ("12.5", 12.5, "=", None),
        ("-0,5", -0.5, "=", None),
        ("≥ 95", 95, ">=", None),
        ("trên 44%", 44, ">", "%"),
        ("từ 90% trở lên", 90, ">=", "%"),
        ("tối thiểu có 40 %", 40, ">=", "%"),
        ("không quá 5", 5, "<=", None),
        ("khoảng 30", 30, "~", None),
        ("90-95%", 90, "range", "%"),
        ("1.250 học sinh", 1250, "=", None),
    ],
)
def test_cells_are_read_as_printed(printed: str, value: float, op: str, measure: str | None) -> None:
    """Decimal comma, thousands point, bounds in words and signs."""
    figure = cell_figure(printed)
    assert figure is not None
    assert (figure.value, figure.op, figure.measure) == (value, op, measure)


@pytest.mark.parametrize("printed", ["15/20", "31/12/2024", "- 5", "49/KH-UBND", "Đạt", "", "có 3 trường và 2 lớp"])
def test_other_cells_are_no_figure(printed: str) -> None:
    """Fractions, dates, signs of papers and sentences are not guessed at."""
    assert cell_figure(printed) is None


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_a_number_printed_the_vietnamese_way_reads_back(whole: int, cents: int) -> None:
    """Thousands parted by points, decimals by a comma."""
    assert number(f"{whole:,}".replace(",", ".") + f",{cents:02d}") == pytest.approx(whole + cents / 100)


def test_names_and_signs_hold_no_figures() -> None:
    """Digits of names, papers and days count nothing."""
    assert figures("Nhóm G20, ASEAN-4; Quyết định 12/QĐ-UBND ngày 04/5/2023; Chỉ thị 21-CT/TW; trọng điểm1") == []
    assert is_empty(" … ")
    assert not is_empty("0")


def test_units_are_told_by_their_words() -> None:
    """Short forms are one with long ones; a word for an area alone names nobody."""
    assert unit_key("TP Cầu Gỗ") == unit_key("Thành phố  Cầu Gỗ:")
    assert [unit_kind(name) for name in ("H. Bến Đá", "THPT Bến Đá", "Sở Y tế", "Xã An", "Toàn tỉnh", "Tổng")] == [
        *("district", "school", "department", "commune", "province", "total"),
    ]
    assert unit_kind("Bến Đá", "Huyện, thị xã") == "district"
    assert is_total("TỔNG CỘNG:")
    assert is_nameless("huyện")
    assert not is_nameless("huyện Bến Đá")
