"""The document around its table."""

import pytest

from engine.intake.agencies.registry import Registry
from engine.intake.draft import LegalBasis, Plan
from engine.intake.readers import read_bytes
from engine.intake.text.metadata import legal_bases, plan_year, read_plan

LETTER = """ỦY BAN NHÂN DÂN
TỈNH SÔNG XANH
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 12/KH-UBND
Sông Xanh, ngày 02 tháng 01 năm 2024
KẾ HOẠCH
TRỒNG CÂY VEN SÔNG NĂM 2024
Căn cứ Nghị quyết số 05/NQ-HĐND ngày 09/12/2023 của Hội đồng nhân dân tỉnh về cây xanh và Quyết định số 88/QĐ-UBND;
I. Mục đích
Nơi nhận:
- Sở Nội vụ;
- Lưu: VT.
TM. ỦY BAN NHÂN DÂN
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
Người Ký Thử
"""


def read(text: str, registry: Registry, *, has_table: bool = True) -> Plan:
    """The metadata of a text."""
    return read_plan(read_bytes(text.encode(), "a.txt").blocks, registry, has_table=has_table)


def test_a_letterhead_is_read_whole(registry: Registry) -> None:
    """Each part where the layout of administrative documents puts it."""
    plan = read(LETTER, registry)
    assert plan.is_plan
    assert (plan.doc_type, plan.number, plan.place) == ("Kế hoạch", "12/KH-UBND", "Sông Xanh")
    assert plan.issuer == "Ủy ban nhân dân tỉnh Sông Xanh"
    assert plan.issue_date == "2024-01-02"
    assert plan.title == "TRỒNG CÂY VEN SÔNG NĂM 2024"
    assert plan.recipients == ["Sở Nội vụ", "Lưu: VT"]
    assert (plan.signer, plan.signer_title) == ("Người Ký Thử", "Phó Chủ tịch")
    assert plan.signing_form == "TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH / PHÓ CHỦ TỊCH"
    assert plan_year(plan) == 2024


def test_legal_bases_have_type_number_day_and_issuer() -> None:
    """What the preamble does not say stays empty."""
    assert legal_bases(read_bytes(LETTER.encode(), "a").blocks) == [
        LegalBasis(type="Nghị quyết", number="05/NQ-HĐND", date="2023-12-09", issuer="Hội đồng nhân dân tỉnh"),
        LegalBasis(type="Quyết định", number="88/QĐ-UBND"),
    ]


def test_blanks_left_for_the_clerk_stay_blank(registry: Registry) -> None:
    """No number and no day are made up; the month is kept."""
    text = LETTER.replace("Số: 12/KH-UBND", "Số:     /KH-UBND").replace("ngày 02 tháng 01", "ngày    tháng 01")
    plan = read(text, registry)
    assert (plan.number, plan.issue_date, plan.issue_date_partial) == (None, None, "2024-01")
    assert "để trống" in (plan.number_reason or "")
    assert plan.is_plan


@pytest.mark.parametrize("before", ["Sông Xanh, ngày 02 tháng 01 năm 2024", "Số: 12/KH-UBND"])
def test_broken_lines_and_marks_of_markdown_do_not_matter(before: str, registry: Registry) -> None:
    """A narrow letterhead breaks the date; a converter leaves stars."""
    text = LETTER.replace("ngày 02 tháng", "ngày\n02 tháng").replace("KẾ HOẠCH\n", "**KẾ HOẠCH**\n")
    assert read(text, registry).issue_date == "2024-01-02"
    assert read(text.replace(before, f"*{before}*"), registry).title == "TRỒNG CÂY VEN SÔNG NĂM 2024"


def test_post_and_name_on_one_line_are_parted(registry: Registry) -> None:
    """By the letter case."""
    text = LETTER[: LETTER.index("TM.")] + "**GIÁM ĐỐC****Trần Thử Nghiệm**\n"
    plan = read(text, registry)
    assert (plan.signer, plan.signer_title) == ("Trần Thử Nghiệm", "Giám đốc")


@pytest.mark.parametrize(
    ("title", "start", "end"),
    [
        ("trồng cây năm 2024", "2024-01-01", "2024-12-31"),
        ("trồng cây giai đoạn 2024 - 2026", "2024-01-01", "2026-12-31"),
        ("trồng cây theo Đề án giai đoạn 2018-2025 năm 2024", "2024-01-01", "2024-12-31"),
        ("trồng cây đến năm 2030, tầm nhìn đến năm 2045", None, "2030-12-31"),
        ("trồng cây năm 2024 theo Chương trình giai đoạn 2021-2025", "2024-01-01", "2024-12-31"),
        ("trồng cây năm 2021 và giai đoạn 2021-2025", "2021-01-01", "2025-12-31"),
        ("trồng cây giai đoạn 2021-2025 trên địa bàn tỉnh", "2021-01-01", "2025-12-31"),
        ("trồng cây quý II năm 2024", "2024-04-01", "2024-06-30"),
        ("trồng cây tháng 3/2024", "2024-03-01", "2024-03-31"),
        ("trồng cây 6 tháng đầu năm 2024", "2024-01-01", "2024-06-30"),
        ("trồng cây từ tháng 5 đến tháng 8 năm 2024", "2024-05-01", "2024-08-31"),
        ("trồng cây năm học 2024-2025", "2024-09-01", "2025-05-31"),
        ("trồng cây theo Quyết định số 5 ngày 04 tháng 5 năm 2023", None, None),
        ("trồng cây", None, None),
    ],
)
def test_the_period_is_that_of_the_title(title: str, start: str | None, end: str | None, registry: Registry) -> None:
    """A plan for one year gives its year to deadlines without one; others do not."""
    period = read(LETTER.replace("TRỒNG CÂY VEN SÔNG NĂM 2024", title), registry).period
    assert (period.start if period else None, period.end if period else None) == (start, end)


def test_an_issuer_without_letterhead_is_taken_from_its_own_words(registry: Registry) -> None:
    """Who issues the plan, or whose plan it says it is."""
    bare = "KẾ HOẠCH\nTrồng cây năm 2024\n{}\nNơi nhận:\n- Lưu: VT.\nGIÁM ĐỐC\nNgười Ký Thử\n"
    said = read(bare.format("Sở Nội vụ xây dựng Kế hoạch như sau:"), registry)
    closed = read(bare.format("Trên đây là Kế hoạch trồng cây của Sở Nội vụ."), registry)
    assert said.issuer == closed.issuer == "Sở Nội vụ"
    assert said.is_plan


def test_an_article_is_no_plan(registry: Registry) -> None:
    """Neither type, number, place nor signature."""
    plan = read("Tỉnh bàn kế hoạch trồng cây\nSáng nay, hội nghị đã họp.\n", registry, has_table=False)
    assert not plan.is_plan
    assert plan.not_plan_reason
