"""Faults of the text as printed, of what it cites, and of what its duties and reports leave unsaid."""

from collections.abc import Callable

import pytest

from engine.intake.agencies.registry import Registry
from engine.intake.draft import Anomaly, Draft, Measure, Obligation, Plan, Report
from engine.intake.faults.document import text_faults
from engine.intake.reader import draft_of
from engine.intake.readers import read_bytes
from engine.rules.deadlines import read_deadline

HEAD = ("UBND TỈNH SÔNG XANH", "Số: 12/KH-UBND", "Sông Xanh, ngày 02 tháng 01 năm 2024", "KẾ HOẠCH", "Việc năm 2024")
Read = Callable[..., list[Anomaly]]


@pytest.fixture
def found(registry: Registry) -> Read:
    """The anomalies of a text of these paragraphs, of one kind if asked."""

    def read(*parts: str, kind: str = "", head: tuple[str, ...] = HEAD) -> list[Anomaly]:
        draft = draft_of(read_bytes("\n\n".join((*head, *parts)).encode(), "plan.txt"), registry)
        return [each for each in draft.anomalies if not kind or each.kind == kind]

    return read


def test_parts_numbered_twice_and_left_out_are_told(found: Read) -> None:
    """I, III, III: one number twice, one missing; I, II is in order."""
    parts = ("I. MỤC ĐÍCH", "- Đúng hạn.", "III. NỘI DUNG", "- Làm.", "III. TỔ CHỨC THỰC HIỆN", "- Báo cáo.")
    ((fault),) = found(*parts, kind="duplicate_section_number")
    assert fault.detail == "hai phần cùng số III: “III. NỘI DUNG” và “III. TỔ CHỨC THỰC HIỆN”"
    assert [each.detail for each in found(*parts, kind="numbering")] == [
        "thiếu phần thứ 2 trong dãy: I. MỤC ĐÍCH, III. NỘI DUNG, III. TỔ CHỨC THỰC HIỆN",
    ]
    assert not found("I. MỤC ĐÍCH", "- Đúng hạn.", "II. NỘI DUNG", "- Làm.", kind="numbering")


@pytest.mark.parametrize(
    ("sentence", "detail"),
    [
        ("- Thực hiện các việc tại mục 4, mục 7 phần I của Kế hoạch này.", "phần I không có mục 4, 7"),
        ("- Bám sát phần V Kế hoạch này.", "văn bản không có phần V"),
        ("- Chi tiết tại Phụ lục số 01, 03.", "văn bản không có phụ lục 03"),
    ],
)
def test_references_to_what_is_not_there_are_told(found: Read, sentence: str, detail: str) -> None:
    """Items, parts and annexes that the document lacks."""
    parts = ("I. MỤC TIÊU", "1. Chung", "2. Riêng", "II. VIỆC", sentence, "Nơi nhận:", "- A.", "PHỤ LỤC 01", "BIỂU MẪU")
    faults = found(*parts, kind="wrong_cross_reference")
    assert [fault.detail for fault in faults] == [detail]
    assert faults[0].must_flag is False


@pytest.mark.parametrize(
    "sentence",
    [
        "- Thực hiện mục 2 phần I của Kế hoạch này.",
        "- Theo mẫu tại Phụ lục II Nghị định số 12/2023/NĐ-CP.",
        "- Chi tiết tại Phụ lục 1.",
        "- Theo phần V của Đề án số 5.",
    ],
)
def test_references_that_hold_or_point_elsewhere_are_not(found: Read, sentence: str) -> None:
    """The items are there, or the paper is another one."""
    parts = ("I. MỤC TIÊU", "1. Chung", "2. Riêng", "II. VIỆC", sentence, "Nơi nhận:", "- A.", "PHỤ LỤC 01", "BIỂU MẪU")
    assert found(*parts, kind="wrong_cross_reference") == []


def test_one_paper_with_two_issuers_is_told(found: Read) -> None:
    """Shorter and longer forms of one issuer are no conflict, nor initials that may be one."""
    text = "- Thực hiện Chỉ thị số 21-CT/TW ngày 04/5/2023 của {} về đào tạo."
    two = (text.format("Ban Bí thư"), text.format("Ban Chấp hành Trung ương"))
    ((fault),) = found("I. VIỆC", *two, kind="issuer_conflict")
    assert fault.detail is not None
    assert "ghi của Ban Bí thư" in fault.detail
    assert "ghi của Ban Chấp hành Trung ương" in fault.detail
    for one, other in (("Tỉnh ủy", "Tỉnh ủy Sông Xanh"), ("BCH Trung ương", "Ban Chấp hành Trung ương")):
        assert not found("I. VIỆC", text.format(one), text.format(other), kind="issuer_conflict")


def test_days_that_cannot_be_are_told_and_flagged(found: Read) -> None:
    """A paper cited with two days of one year, and one dated after the plan; numbers of two years are two papers."""
    text = "- Theo Quyết định số 45/QĐ-UBND ngày {} của UBND tỉnh về đào tạo."
    ((fault),) = found("I. VIỆC", text.format("04/5/2023"), text.format("05/4/2023"), kind="date_conflict")
    assert fault.must_flag
    assert not found("I. VIỆC", text.format("04/5/2023"), text.format("04/5/2022"), kind="date_conflict")
    ((later),) = found("I. VIỆC", text.format("15/3/2024"), kind="date_conflict")
    assert later.detail == "viện dẫn Quyết định 45/QĐ-UBND ngày 15/03/2024, sau ngày ban hành 02/01/2024"


def test_an_annex_of_another_plan_is_told(found: Read) -> None:
    """Number and day in "Kèm theo …" are those of the plan, or are told."""
    annex = "(Kèm theo Kế hoạch số {} ngày {} của UBND tỉnh Sông Xanh)"
    tail = ("Nơi nhận:", "- A.", "PHỤ LỤC 01")
    assert not {"number_conflict", "date_conflict"} & {
        each.kind for each in found("I. VIỆC", *tail, annex.format("12/KH-UBND", "02/01/2024"))
    }
    wrong = found("I. VIỆC", *tail, annex.format("13/KH-UBND", "03 tháng 01 năm 2024"))
    assert {("Phụ lục 01", "number_conflict"), ("Phụ lục 01", "date_conflict")} <= {(a.where, a.kind) for a in wrong}


def test_doubled_words_are_told_and_reduplications_are_not(found: Read) -> None:
    """ "và và" is a slip; "dần dần", "luôn luôn" are words."""
    parts = ("I. VIỆC", "- Nâng dần dần chất lượng và và luôn luôn đúng hạn.")
    assert [each.printed for each in found(*parts, kind="typo")] == ["và và"]


def test_a_footnote_mark_is_one_only_with_its_note(found: Read) -> None:
    """The digit behind "trọng điểm" is a mark where a note begins with it."""
    sentence = "- Mở các nghề trọng điểm1; trồng rừng ở xã An."
    assert [each.printed for each in found("I. VIỆC", sentence, "Nơi nhận:", "- A.", "1 Theo danh mục nghề năm 2023.",
                                           kind="footnote_mark")] == ["ề trọng điểm1"]  # fmt: skip
    assert not found("I. VIỆC", sentence, "Nơi nhận:", "- A.", kind="footnote_mark")


def test_lines_of_a_web_page_are_told_once(found: Read) -> None:
    """However many there are."""
    ((fault),) = found("I. VIỆC", "- Làm.", "Đăng nhập", "Đang online: 11", "Lượt xem: 5", kind="web_noise")
    assert fault.detail == "3 dòng của trang web lẫn vào văn bản, ví dụ “Đăng nhập”"


def test_a_post_glued_to_the_name_is_told(found: Read) -> None:
    """Post and name are two lines of a signature."""
    parts = ("I. VIỆC", "- Làm.", "Nơi nhận:", "- A.", "GIÁM ĐỐCTrần Văn Bình")
    assert [each.printed for each in found(*parts, kind="title_and_name_glued")] == ["GIÁM ĐỐCTrần Văn Bình"]


def test_a_report_due_before_the_work_it_reports_on_is_told(plan: Callable[..., Draft]) -> None:
    """A final report in November beside work until December; a quarterly one may be early."""
    rows = [
        ("1", "Tổ chức hội nghị", "Sở Nội vụ", "", "Trước ngày 20/12/2024", "Hội nghị"),
        ("2", "Báo cáo kết quả thực hiện kế hoạch", "Sở Nội vụ", "", "Trước ngày 15/11/2024", "Báo cáo"),
        ("3", "Báo cáo kết quả thực hiện quý I", "Sở Nội vụ", "", "Trước ngày 15/4/2024", "Báo cáo"),
    ]
    told = [each for each in plan(*rows).anomalies if each.kind == "report_due_before_tasks"]
    assert [(each.where, each.detail) for each in told] == [
        ("Phụ lục 02", "dòng 2 hạn 15/11/2024; công việc còn kéo dài tới 20/12/2024"),
    ]


def draft_with(*duties: Obligation, measures: tuple[Measure, ...] = (), reports: tuple[Report, ...] = ()) -> Draft:
    """A plan without a task table, with these pieces of running text."""
    plan = Plan(is_plan=True)
    return Draft(
        schema="truth/1", source="a", source_sha256="0", plan=plan,
        obligations=list(duties), unassigned_measures=list(measures), recurring_reports=list(reports),
    )  # fmt: skip


def test_duties_without_any_day_are_told_together() -> None:
    """All of them at once, or those concerned by reference; a rhythm or a day is enough."""
    bare, dated = Obligation(ref="III.1-1", text="Làm"), Obligation(
        ref="III.1-2", text="Làm", deadline=read_deadline("Quý II/2024", issued=None, year=2024)
    )  # fmt: skip
    rhythm = Obligation(ref="III.2", text="Báo cáo", recurring={"frequency": "monthly"})
    assert [(a.where, a.kind, a.must_flag) for a in text_faults(draft_with(bare))] == [
        ("mọi nhiệm vụ giao cho các đơn vị", "no_deadline", True),
    ]
    assert [a.where for a in text_faults(draft_with(bare, dated, rhythm))] == ["III.1-1"]
    assert text_faults(draft_with(dated, rhythm)) == []


def test_measures_without_owner_and_reports_without_rhythm_are_told() -> None:
    """One anomaly for the part, one for all such reports; nothing where the document is no plan."""
    draft = draft_with(
        measures=(Measure(ref="II.1", text="Tuyên truyền"), Measure(ref="II.2-1", text="Tập huấn")),
        reports=(Report(ref="III.1", printed="báo cáo kết quả"),
                 Report(ref="III.2", printed="báo cáo hằng quý", frequency="quarterly")),
    )  # fmt: skip
    assert [(a.where, a.kind, a.must_flag) for a in text_faults(draft)] == [
        ("phần II", "no_owner", True),
        ("chế độ báo cáo", "frequency_missing", True),
    ]
    draft.plan.is_plan = False
    assert text_faults(draft) == []


def test_deadlines_of_duties_that_cannot_be_are_flagged(found: Read) -> None:
    """A day that no calendar has."""
    duties = ("II. TỔ CHỨC THỰC HIỆN", "1. Sở Nội vụ", "- Lập danh sách trước ngày 31/4/2024.")
    (fault,) = [each for each in found(*duties) if each.kind == "invalid_date"]
    assert (fault.where, fault.must_flag) == ("II.1-1", True)


def test_another_document_in_the_same_file_is_told(registry: Registry) -> None:
    """Its duties are not the first one's, and a person is asked to part the two; a number cited is no document."""
    tail = ("II. TỔ CHỨC THỰC HIỆN", "1. Sở Nội vụ", "- Lập sổ theo Kế hoạch số 9/KH-UBND.", "Nơi nhận:", "- Lưu: VT.")
    signed = (*tail, "CHỦ TỊCH", "Trần Văn Thử")
    second = ("UBND TỈNH SÔNG XANH", "Số: 13/KH-UBND", *HEAD[2:], *signed)
    draft = draft_of(read_bytes("\n".join((*HEAD, *signed, *second)).encode(), "plan.txt"), registry)
    (fault,) = [each for each in draft.anomalies if each.kind == "left_out"]
    assert (fault.must_flag, "13/KH-UBND" in (fault.detail or "")) == (True, True)
    assert [question.id for question in draft.questions if "left-out" in question.id] == ["plan-left-out-1"]
    alone = draft_of(read_bytes("\n".join((*HEAD, *signed)).encode(), "plan.txt"), registry)
    assert not [each for each in alone.anomalies if each.kind == "left_out"]
