"""Periodic reports and costs of running text."""

import datetime as dt

import pytest

from engine.intake.agencies.registry import Registry
from engine.intake.draft import Agency, Report
from engine.intake.readers import Block, Cell, Document, Grid, Place, read_bytes
from engine.intake.text.body import read_body

BARE = Registry("Sông Xanh", ())
HEAD = "UBND TỈNH SÔNG XANH\nSố: 1/KH-UBND\nSông Xanh, ngày 02 tháng 01 năm 2024\nKẾ HOẠCH\nTrồng cây năm 2024\n"


def reports(text: str, *, heading: str = "II. TỔ CHỨC THỰC HIỆN\n1. Sở Một\n- ") -> list[Report]:
    """The reports that a plan for 2024 asks for in this item."""
    document = read_bytes(f"{HEAD}{heading}{text}\nNơi nhận:\n- Lưu: VT.\n".encode(), "a.txt")
    return read_body(document, BARE, issued=dt.date(2024, 1, 2), year=2024).reports


def names(agencies: Agency | list[Agency] | None) -> list[str]:
    """The names of one agency or several."""
    return [agency.name for agency in (agencies if isinstance(agencies, list) else [agencies] if agencies else [])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Định kỳ hằng tháng báo cáo UBND tỉnh.", [("monthly", None)]),
        ("Báo cáo định kỳ: tháng, quý (trước ngày 15 hằng tháng), năm (trước 15/12).",
         [("monthly", "trước ngày 15 hằng tháng"), ("quarterly", "trước ngày 15 hằng tháng"),
          ("yearly", "trước 15/12")]),
        ("Báo cáo 6 tháng (trước ngày 10/6), năm (trước ngày 10/12) về Sở Hai.",
         [("half-yearly", "trước ngày 10/6"), ("yearly", "trước ngày 10/12")]),
        ("Tổng hợp, báo cáo UBND tỉnh theo định kỳ (hằng quý, 6 tháng, hằng năm).",
         [("quarterly", None), ("half-yearly", None), ("yearly", None)]),
        ("Trước ngày 25 hằng tháng, gửi báo cáo về Sở Hai.", [("monthly", "Trước ngày 25 hằng tháng")]),
        ("Báo cáo kết quả về Sở Hai trước ngày 20 của tháng cuối quý.",
         [("quarterly", "trước ngày 20 của tháng cuối quý")]),
        ("Báo cáo UBND xã vào thứ sáu hằng tuần.", [("weekly", "vào thứ sáu hằng tuần")]),
        ("Gửi báo cáo về Sở Hai 02 lần/năm.", [("half-yearly", None)]),
        ("Báo cáo Sở Hai mỗi quý.", [("quarterly", None)]),
        ("Định kỳ 06 tháng, 01 năm báo cáo Sở Hai.", [("half-yearly", None), ("yearly", None)]),
        ("Định kỳ báo cáo Ủy ban nhân dân tỉnh theo quy định.", [("unspecified", "theo quy định")]),
        ("Báo cáo kết quả thực hiện về Sở Hai.", [("unspecified", None)]),
        ("Báo cáo số liệu hằng tháng trước ngày 20, báo cáo năm trước ngày 10/12/2024 về Sở Hai.",
         [("monthly", "trước ngày 20"), ("yearly", "trước ngày 10/12/2024")]),
        ("Hằng quý báo cáo số liệu trồng rừng, hằng năm báo cáo kết quả về Sở Hai trước ngày 10/12.",
         [("quarterly", None), ("yearly", "trước ngày 10/12")]),
        ("Báo cáo tháng trước ngày 20, quý trước ngày 22 tháng cuối quý, năm trước ngày 5 tháng 12 về Sở Hai.",
         [("monthly", "trước ngày 20"), ("quarterly", "trước ngày 22 tháng cuối quý"),
          ("yearly", "trước ngày 5 tháng 12")]),
        ("Báo cáo 9 tháng trước ngày 15/9, báo cáo năm trước ngày 15/12 về Sở Hai.",
         [("quarterly", "trước ngày 15/9"), ("yearly", "trước ngày 15/12")]),
        ("Báo cáo Sở Hai kết quả 6 tháng trước ngày 15/6 và báo cáo năm trước ngày 15/12.",
         [("half-yearly", "trước ngày 15/6"), ("yearly", "trước ngày 15/12")]),
    ],
)  # fmt: skip
def test_each_frequency_makes_one_report_with_its_day(text: str, expected: list[tuple[str, str | None]]) -> None:
    """The day printed behind a frequency goes with it, one that opens the sentence with all."""
    assert [(report.frequency, report.due_rule) for report in reports(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Nếu có vướng mắc, báo cáo UBND tỉnh.",
        "Báo cáo kết quả về Sở Hai trước ngày 30/6/2024.",
        "Tham mưu, báo cáo UBND tỉnh xem xét, quyết định.",
        "Hằng năm xây dựng kế hoạch trồng cây.",
        "Định kỳ đánh giá chất lượng cây.",
        "Viết bài về báo cáo viên.",
    ],
)
def test_reports_on_an_occasion_or_once_are_none(text: str) -> None:
    """And neither is other work that comes back."""
    assert reports(text) == []


@pytest.mark.parametrize(
    ("text", "to", "via"),
    [
        ("Định kỳ hằng quý báo cáo UBND tỉnh (qua Sở Hai) để tổng hợp.", ["UBND tỉnh"], ["Sở Hai"]),
        ("Hằng quý báo cáo về Sở Hai để tổng hợp, báo cáo UBND tỉnh.", ["UBND tỉnh"], ["Sở Hai"]),
        ("Hằng quý gửi báo cáo về Bộ Ba, UBND tỉnh theo quy định.", ["Bộ Ba", "UBND tỉnh"], []),
        ("Hằng quý báo cáo UBND tỉnh thông qua Sở Hai.", ["UBND tỉnh"], ["Sở Hai"]),
        ("Hằng quý gửi Sở Hai kết quả, báo cáo số liệu.", ["Sở Hai"], []),
    ],
)
def test_a_report_goes_to_someone_and_through_someone(text: str, to: list[str], via: list[str]) -> None:
    """Who only collects is the way, not the goal."""
    (report,) = reports(text)
    assert (names(report.who), names(report.to), names(report.via)) == (["Sở Một"], to, via)


def test_a_farewell_asks_the_units_it_names() -> None:
    """Whoever it asks reports, not the unit of the heading above."""
    text = (
        "Trên đây là Kế hoạch, đề nghị các đơn vị định kỳ 6 tháng báo cáo UBND huyện (qua Phòng Kinh tế) để tổng hợp./."
    )
    (report,) = reports(text, heading="II. TỔ CHỨC THỰC HIỆN\n1. Sở Một\n- Làm.\n")
    assert (report.ref, report.frequency, names(report.who)) == ("closing", "half-yearly", ["Các đơn vị"])
    assert (names(report.to), names(report.via)) == (["UBND huyện"], ["Phòng Kinh tế"])


def test_a_day_alone_is_one_of_every_month_that_the_sentence_names() -> None:
    """ "trước ngày 20" has no month of its own; behind "hằng tháng" it comes again each month."""
    (monthly,) = reports("Hằng tháng, trước ngày 20, báo cáo số liệu về Sở Hai.")
    (yearly,) = reports("Hằng năm báo cáo số liệu về Sở Hai trước ngày 20.")
    assert monthly.deadline is not None
    assert (monthly.deadline.kind, monthly.deadline.text) == ("recurring", "trước ngày 20")
    assert (yearly.due_rule, yearly.deadline, yearly.due_date) == ("trước ngày 20", None, None)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Định kỳ 6 tháng (trước ngày 15/6 và 15/12) báo cáo Sở Hai.", "trước ngày 15/6 và 15/12"),
        ("Báo cáo 6 tháng đầu năm trước ngày 15/6, 6 tháng cuối năm trước ngày 15/12 về Sở Hai.",
         "trước ngày 15/6; trước ngày 15/12"),
    ],
)  # fmt: skip
def test_two_days_of_a_half_yearly_report_are_one_for_each_half(text: str, printed: str) -> None:
    """Neither is taken for the only one, by the report or by the duty that asks for it."""
    (report,) = reports(text)
    assert report.deadline is not None
    assert (report.frequency, report.due_rule, report.deadline.text) == ("half-yearly", printed, printed)
    assert (report.deadline.kind, list(report.deadline.dates)) == ("recurring", ["06-15", "12-15"])


def test_two_days_with_their_year_come_once() -> None:
    """What is due twice in one year only has no day of every year."""
    (report,) = reports("Định kỳ 6 tháng (trước ngày 15/6/2024 và 15/12/2024) báo cáo Sở Hai.")
    assert (report.due_rule, report.deadline) == ("trước ngày 15/6/2024 và 15/12/2024", None)


def test_one_date_is_no_day_of_every_month() -> None:
    """The words stay; the yearly report alone is due on the date."""
    monthly, yearly = reports("Hằng tháng, hằng năm báo cáo Sở Hai trước ngày 15/12/2024.")
    assert (monthly.due_rule, monthly.deadline) == ("trước ngày 15/12/2024", None)
    assert yearly.due_date == "2024-12-15"


def test_days_are_typed_and_a_yearly_one_takes_the_plans_year() -> None:
    """As every other deadline; the duty knows its reports and takes none of their days."""
    monthly, yearly = reports("Báo cáo tháng (trước ngày 20 hằng tháng), năm (trước 15/12) về Sở Hai.")
    assert monthly.deadline is not None
    assert (monthly.deadline.kind, monthly.deadline.day) == ("recurring", 20)
    assert yearly.due_date == "2024-12-15"
    document = read_bytes(f"{HEAD}II. TỔ CHỨC THỰC HIỆN\n1. Sở Một\n- Hằng quý báo cáo Sở Hai.\n".encode(), "a.txt")
    (duty,) = read_body(document, BARE).obligations
    assert duty.recurring is not None
    assert (duty.recurring["frequency"], duty.recurring["recipient"], duty.deadline) == ("quarterly", "Sở Hai", None)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- In tài liệu: 12.500.000 đồng", ("In tài liệu", None, None, None, 12_500_000)),
        (
            "- Thuê xe: 02 chuyến x 3.000.000 đồng/chuyến = 6.000.000 đồng",
            ("Thuê xe", 2, "chuyến", 3_000_000, 6_000_000),
        ),
        ("Làm phim\n01 phim x 50.000.000đ/phim = 50.000.000đ.", ("Làm phim", 1, "phim", 50_000_000, 50_000_000)),
        ("3. Mở lớp: 2 lớp x 3 ngày x 500.000đ = 3.000.000đ", ("Mở lớp", None, None, 500_000, 3_000_000)),
        ("- Hỗ trợ cây giống: 1,5 tỷ đồng", ("Hỗ trợ cây giống", None, None, None, 1_500_000_000)),
    ],
)
def test_costs_are_read_in_dong(line: str, expected: tuple[object, ...]) -> None:
    """As a product, or as a sum behind its item."""
    text = f"{HEAD}III. KINH PHÍ\n{line}\nTổng cộng: 99.000.000 đồng\n(Bằng chữ: chín mươi chín triệu đồng)\n"
    (cost,) = read_body(read_bytes(text.encode(), "a.txt"), BARE).budget
    assert (cost.item, cost.quantity, cost.unit, cost.unit_price_vnd, cost.total_vnd) == expected


def test_rows_of_a_table_of_costs_are_read_with_their_scale() -> None:
    """Sums of other rows are left out; a table without totals is none."""
    rows = [
        ["TT", "Nội dung chi", "ĐVT", "Số lượng", "Đơn giá", "Thành tiền (ĐVT: nghìn đồng)"],
        ["1", "Cây giống", "cây", "200", "15", "3.000"],
        ["", "Tổng cộng", "", "", "", "3.000"],
    ]
    place = Place(table=1, row=1, column=1)
    grid = Grid(1, [[Cell(text, place) for text in row] for row in rows])
    other = Grid(2, [[Cell(text, place) for text in row[:3]] for row in rows])
    (cost,) = read_body(Document("a", "0", [Block("KẾ HOẠCH", Place())], [grid, other]), BARE).budget
    assert (cost.item, cost.quantity, cost.unit) == ("Cây giống", 200, "cây")
    assert (cost.unit_price_vnd, cost.total_vnd) == (15_000, 3_000_000)


def test_the_unit_that_the_sentence_names_reports() -> None:
    """Not the one under whose heading the sentence stands, though a day comes before it."""
    (report,) = reports("Hằng năm, trước ngày 30/5 các xã gửi báo cáo về Sở Hai.")
    assert names(report.who) == ["Các xã"]
