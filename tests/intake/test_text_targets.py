"""Figures in sentences and task rows to targets."""

import pytest

from engine.intake.draft import Target, Task
from engine.intake.readers import read_bytes
from engine.intake.targets.body import row_targets, text_targets
from engine.intake.targets.sentences import Place, sentence_targets
from engine.intake.text.outline import read_outline
from engine.intake.text.paragraphs import paragraphs
from engine.rules.deadlines import read_deadline

GOALS = Place("II.1", 2024, 2024, goals=True)
Said = list[tuple[float, str | None, str | None]]


def values(text: str, place: Place = GOALS) -> Said:
    """Value, operator and measure of each target of a sentence."""
    return [(target.value, target.op, target.measure) for target in sentence_targets(text, place)]


def of_text(*parts: str, year: int | None = 2024) -> list[Target]:
    """The targets of a text of these paragraphs."""
    document = read_bytes("\n\n".join(parts).encode(), "plan.txt")
    return text_targets(read_outline(paragraphs(document.blocks)), year=year, since=year)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Tỷ lệ xã có trạm y tế đạt tối thiểu 95%.", [(95, ">=", "%")]),
        ("Tỷ lệ hộ nghèo giảm còn dưới 3%.", [(3, "<", "%")]),
        ("Đào tạo lại cho khoảng 50% lao động; có từ 90% trở lên số xã đạt chuẩn.", [(50, "~", "%"), (90, ">=", "%")]),
        ("Phấn đấu có 03 trung tâm đạt chuẩn và 01-02 trường chất lượng cao.",
         [(3, "=", "trung tâm"), (1, "range", "trường")]),
        ("Đào tạo nghề cho 1.250 lao động, giới thiệu việc làm cho từ 500 đến 700 người.",
         [(1250, "=", "lao động"), (500, "range", "người")]),
        ("Thu nhập bình quân đạt 60 triệu đồng/người.", [(60, "=", "triệu đồng/người")]),
        ("Doanh thu đạt 1,5 nghìn tỷ đồng.", [(1.5, "=", "nghìn tỷ đồng")]),
    ],
)  # fmt: skip
def test_values_come_with_operator_and_measure(sentence: str, expected: Said) -> None:
    """Bounds in words, ranges, counts with what they count."""
    assert values(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Năm 2022, tỷ lệ xã đạt chuẩn đạt 85%.",
        "Kết quả đã đạt 85% số xã.",
        "Thực hiện 03 nhiệm vụ trong 02 năm theo Quyết định số 12/QĐ-UBND ngày 02/01/2023.",
        "Học sinh lớp 9, trẻ em 5 tuổi, giai đoạn 2021-2025, nhóm G20.",
        "Đưa tỉnh vào nhóm 10 tỉnh dẫn đầu (chi tiết tại Phụ lục số 01, 02, 03 kèm theo).",
    ],
)
def test_not_every_number_is_a_target(sentence: str) -> None:
    """Past results, days, papers, ages, ranks and annexes set nothing."""
    assert values(sentence) == []


def test_counts_and_shares_of_money_set_targets_only_among_goals() -> None:
    """Elsewhere only a share that a sentence means to reach counts."""
    measures = Place("III.1", 2024, 2024)
    assert values("Tổ chức 04 hội nghị; hỗ trợ 50% học phí; khảo sát 30% số trường.", measures) == []
    assert values("Bảo đảm 100% trường có giáo viên tư vấn.", measures) == [(100, "=", "%")]


def test_two_levels_in_a_sentence_are_two_targets() -> None:
    """What both have is said once, behind the second."""
    first, second = sentence_targets("- Phấn đấu 55,8% trường THCS và 57% trường THPT có sân tập.", GOALS)
    assert (first.value, first.level, first.indicator) == (55.8, "THCS", "trường THCS có sân tập")
    assert (second.value, second.level, second.indicator) == (57.0, "THPT", "trường THPT có sân tập")


def test_years_follow_what_is_printed() -> None:
    """ "Đến năm" before or behind the figure; the past end of a rise is none; the plan's year otherwise."""
    text = "Tỷ lệ qua đào tạo tăng từ 62% năm 2022 lên 70% năm 2025; đến năm 2030 đạt 80%. Tỷ lệ có bằng đạt 30%."
    assert [(t.value, t.year) for t in sentence_targets(text, Place("I", 2024, 2024))] == [
        *((70.0, 2025), (80.0, 2030), (30.0, 2030)),
    ]
    assert sentence_targets("Tỷ lệ có bằng đạt 30%.", GOALS)[0].year == 2024


def test_a_target_without_any_year_says_so() -> None:
    """Neither the sentence nor the plan names a year."""
    (target,) = sentence_targets("Bảo đảm 100% trường có sân tập.", Place("2", None))
    assert target.year is None
    assert target.note == "văn bản không ghi năm của chỉ tiêu này"


def test_units_listed_behind_a_total_are_targets_of_their_own() -> None:
    """Each unit goes on with the indicator and level of the total; an area without its name stays as printed."""
    text = "Tỷ lệ trường THPT có sân tập đạt 57,7%, trong đó: thành phố An Hòa 60%; huyện 50%, huyện Bến Đá 40%."
    targets = sentence_targets(text, Place("I.1", 2024))
    assert [(t.unit, t.value, t.level) for t in targets] == [
        (None, 57.7, "THPT"),
        ("thành phố An Hòa", 60.0, "THPT"),
        ("huyện", 50.0, "THPT"),
        ("huyện Bến Đá", 40.0, "THPT"),
    ]
    assert len({t.indicator for t in targets}) == 1


def test_levels_listed_behind_a_colon_share_the_indicator() -> None:
    """ "…: mầm non 60%, tiểu học 70%"."""
    targets = sentence_targets("Tỷ lệ trường đạt chuẩn: mầm non 60%, tiểu học 70%, THCS 65%.", GOALS)
    assert [(t.level, t.value, t.indicator) for t in targets] == [
        ("mầm non", 60.0, "Tỷ lệ trường đạt chuẩn"),
        ("tiểu học", 70.0, "Tỷ lệ trường đạt chuẩn"),
        ("THCS", 65.0, "Tỷ lệ trường đạt chuẩn"),
    ]


def test_headings_give_year_and_purpose_to_what_stands_below() -> None:
    """Goals of a year below their heading; the past, money and recipients set nothing."""
    targets = of_text(
        *("I. KẾT QUẢ THỰC HIỆN NĂM 2023", "- Tỷ lệ hồ sơ trực tuyến đạt 65%.", "II. MỤC TIÊU"),
        *("1. Đến năm 2026", "- 100% cơ quan dùng chung dữ liệu; 80% hồ sơ trực tuyến (năm 2023 đạt 65%)."),
        *("- Mở 05 lớp tập huấn.", "III. KINH PHÍ", "Ngân sách bảo đảm 60%.", "Nơi nhận:", "- Đạt 100%."),
    )
    assert [(t.ref.split("-")[0] if t.ref else None, t.value, t.year) for t in targets] == [
        *(("II.1", 100.0, 2026), ("II.1", 80.0, 2026), ("II.1", 5.0, 2026)),
    ]
    assert targets[0].lines == (9, 9)


def test_rows_count_where_they_list_units() -> None:
    """A task that only names a share is no list; one with a figure a unit is, under its annex and reference."""
    deadline = read_deadline("Quý IV/2024", issued=None, year=2024)
    rows = [
        ("04", Task(ref="I.1", tt_printed="1", deadline=deadline,
                    text="Tỷ lệ xã đạt chuẩn đạt 50%, trong đó huyện Bến Đá 40%; huyện Đồi Sim 60%")),
        ("04", Task(ref="I.2", tt_printed="2", deadline=deadline, text="Bảo đảm 100% xã có nhà văn hóa")),
    ]  # fmt: skip
    found = row_targets(rows, year=2024, since=2024)
    assert [(t.appendix, t.ref, t.unit, t.value) for t in found] == [
        ("04", "I.1", None, 50.0),
        ("04", "I.1", "huyện Bến Đá", 40.0),
        ("04", "I.1", "huyện Đồi Sim", 60.0),
    ]
