"""Columns that set nothing, rows that lack a cell, units named without their word: what is no target, or asked."""

from engine.intake.readers import Document, read_bytes
from engine.intake.targets.annex import AnnexTargets, annex_targets
from engine.intake.targets.sentences import Place, sentence_targets

EMPTY = "\xa0"


def flow(*cells: str) -> Document:
    """A text with one cell a paragraph; "" is an empty cell."""
    return read_bytes("\n\n".join(cell or EMPTY for cell in cells).encode(), "plan.txt")


def read(*cells: str) -> AnnexTargets:
    """The targets of a text for 2025."""
    return annex_targets(flow("PHỤ LỤC 01", "CHỈ TIÊU GIAO NĂM 2025", *cells), year=2025, since=2025)


def said(found: AnnexTargets) -> list[tuple[str, str | None, float]]:
    """Indicator, unit and figure of each target."""
    return [(target.indicator, target.unit, target.value) for target in found.targets]


def test_a_row_that_lacks_a_cell_is_asked_and_not_shifted() -> None:
    """Without its first figure the second one would stand under the wrong head; the rows around it are read."""
    head = ("TT", "Đơn vị", "Tỷ lệ trẻ tới lớp (%)", "Số lớp mới", "Số cô mới")
    found = read(*head, *("1", "Xã Bến Đá", "98", "4", "7"), *("2", "Xã Cầu Gỗ", "3", "5"), *("3", "Xã Gò", "96"))
    assert {target.unit for target in found.targets} == {"Xã Bến Đá"}
    assert [fault.kind for fault in found.faults] == ["target_unreadable"]
    assert "3 ô" in (found.faults[0].detail or "")


def test_a_row_may_leave_out_its_remarks() -> None:
    """What the last column says sets no figure."""
    head = ("TT", "Đơn vị", "Số lớp mới", "Số cô mới", "Ghi chú")
    found = read(*head, *("1", "Xã Bến Đá", "4", "7", "mượn chỗ"), *("2", "Xã Cầu Gỗ", "3", "5"))
    assert [target.value for target in found.targets] == [4, 7, 3, 5]
    assert not found.faults


def test_what_was_there_on_a_day_before_the_plan_is_no_target() -> None:
    """The header names the day, not the year alone; "đầu năm" is such a day as well, half a year is none."""
    head = ("TT", "Đơn vị", "Số lớp đến 31/12/2024", "Số cô đầu năm 2025", "Số lớp 6 tháng đầu năm 2025", "Số lớp 2025")
    found = read(*head, "1", "Xã Bến Đá", "4", "7", "8", "9")
    assert [target.value for target in found.targets] == [8, 9]


def test_an_adjusted_table_sets_what_holds_now() -> None:
    """The figures before it are those it takes back."""
    found = read("TT", "Đơn vị", "Chỉ tiêu đã giao", "Chỉ tiêu điều chỉnh", "1", "Xã Bến Đá", "120", "150")
    assert said(found) == [("CHỈ TIÊU GIAO NĂM 2025", "Xã Bến Đá", 150)]
    alone = read("TT", "Đơn vị", "Chỉ tiêu đã giao", "Ghi chú", "1", "Xã Gò", "120", "mới", "2", "Xã Cát", "9", "")
    assert [target.value for target in alone.targets] == [120, 9]


def test_beside_indicators_a_bare_unit_is_one_of_measure() -> None:
    """Beside units it would be the units' own column."""
    rows = ("1", "Tỷ lệ trẻ tới lớp", "%", "98", "2", "Số lớp mới", "lớp", "7")
    found = read("TT", "Chỉ tiêu", "Đơn vị", "Năm 2025", *rows)
    assert [(target.indicator, target.measure) for target in found.targets] == [
        ("Tỷ lệ trẻ tới lớp", "%"),
        ("Số lớp mới", "lớp"),
    ]


def test_an_annex_without_a_number_is_no_part_of_the_title() -> None:
    """It stands above the title that names what the table sets."""
    document = flow("PHỤ LỤC", "GIAO CHỈ TIÊU NĂM 2025", "TT", "Đơn vị", "Chỉ tiêu 2025", "1", "Xã Bến Đá", "12")
    found = annex_targets(document, year=2025, since=2025)
    assert [target.indicator for target in found.targets] == ["GIAO CHỈ TIÊU NĂM 2025"]


def test_a_list_of_places_without_their_word_names_units() -> None:
    """ "Bến Đá 30 ha" goes on with what the sentence measures, and measures nothing called so."""
    place = Place(ref="II.1", year=2025, since=2025, goals=True)
    found = sentence_targets("Tỷ lệ trồng dặm đạt 90%, gồm: Bến Đá 95%; Cầu Gỗ 88%.", place)
    assert [(target.indicator, target.unit, target.value) for target in found] == [
        ("Tỷ lệ trồng dặm", None, 90),
        ("Tỷ lệ trồng dặm", "Bến Đá", 95),
        ("Tỷ lệ trồng dặm", "Cầu Gỗ", 88),
    ]


def test_an_empty_last_cell_over_the_sum_is_no_lacking_one() -> None:
    """The sum has no number: the empty cell before it is the last of the row above, or its own number, or both."""
    head = ("TT", "Đơn vị", "Số lớp mới", "Số cô mới")
    found = read(*head, *("1", "Xã Bến Đá", "4", "7"), *("2", "Xã Cầu Gỗ", "3", ""), *("Tổng số", "7", "7"))
    assert not found.faults
    assert [target.value for target in found.targets] == [4, 7, 3, 7, 7]


def test_rows_that_mostly_lack_a_cell_make_no_second_row_of_headers() -> None:
    """A unit does not stand over units: the rows are short, and asked."""
    head = ("TT", "Chỉ tiêu", "ĐVT", "Xã Bến Đá", "Xã Cầu Gỗ", "Xã Gò")
    found = read(
        *head, *("1", "Số lớp", "lớp", "4", "7"), *("2", "Số cô", "cô", "3", "5"), *("3", "Số trẻ", "trẻ", "9")
    )
    assert not found.targets
    assert [fault.kind for fault in found.faults] == ["target_unreadable"]


def test_a_dash_is_no_name_of_a_row() -> None:
    """The figure before it is no number of a row that begins anew."""
    head = ("TT", "Đơn vị", "Số lớp mới", "Số cô mới")
    found = read(*head, *("1", "Xã Bến Đá", "4", "7"), *("2", "Xã Cầu Gỗ", "1", "-"), *("3", "Xã Gò", "6", "8"))
    assert [(target.unit, target.value) for target in found.targets][2:] == [
        ("Xã Cầu Gỗ", 1),
        ("Xã Gò", 6),
        ("Xã Gò", 8),
    ]
