"""Duties of units, measures nobody is named for, roles and deadlines in running text."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.intake.agencies.registry import Registry
from engine.intake.draft import Obligation
from engine.intake.readers import Block, Document, Place, read_bytes
from engine.intake.text.body import Body, read_body

BARE = Registry("Sông Xanh", ())
HEAD = "UBND TỈNH SÔNG XANH\nSố: 1/KH-UBND\nSông Xanh, ngày 02 tháng 01 năm 2024\nKẾ HOẠCH\nTrồng cây năm 2024\n"
TAIL = "Nơi nhận:\n- Sở Nội vụ;\n- Lưu: VT.\nCHỦ TỊCH\nTrần Văn Thử\nPHỤ LỤC\nSở Nội vụ chủ trì việc khác.\n"


def body(text: str, registry: Registry = BARE) -> Body:
    """The running text of a plan for 2024 with this middle part."""
    document = read_bytes((HEAD + text + "\n" + TAIL).encode(), "a.txt")
    return read_body(document, registry, issued=dt.date(2024, 1, 2), year=2024)


def duties(text: str) -> list[tuple[object, str]]:
    """(agency, text) of the duties of a text."""
    return [(duty.agency, duty.text) for duty in body(text).obligations]


def only(text: str) -> Obligation:
    """The one duty of a part that gives work."""
    found = body(f"II. TỔ CHỨC THỰC HIỆN\n{text}").obligations
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    "heading",
    [
        "II. TỔ CHỨC THỰC HIỆN",
        "III. PHÂN CÔNG NHIỆM VỤ",
        "C. Trách nhiệm của các cơ quan",
        "IV- Nhiệm vụ của các đơn vị",
        "Phần thứ hai\nTỔ CHỨC TRIỂN KHAI",
        "PHÂN CÔNG TRÁCH NHIỆM",
        "Điều 3. Phân công thực hiện",
        "**IV. KINH PHÍ VÀ TỔ CHỨC THỰC HIỆN**",
    ],
)
@pytest.mark.parametrize(
    "unit",
    [
        "1. Sở Nội vụ",
        "1. Sở Nội vụ:",
        "1) Giao Sở Nội vụ:",
        "a) Sở Nội vụ có trách nhiệm:",
        "1. Trách nhiệm của Sở Nội vụ",
        "Sở Nội vụ:",
    ],
)
def test_a_unit_answers_for_all_items_under_its_heading(heading: str, unit: str) -> None:
    """However the part and the unit are worded and numbered."""
    assert duties(f"{heading}\n{unit}\n- Trồng cây;\n- Tưới cây.") == [
        ("Sở Nội vụ", "Trồng cây;"),
        ("Sở Nội vụ", "Tưới cây."),
    ]


@pytest.mark.parametrize("mark", ["- ", "+ ", "• ", "* ", "a) ", "1.1. ", ""])
def test_items_lose_their_marks(mark: str) -> None:
    """Each bullet, number or none; an unmarked paragraph is one item."""
    assert duties(f"II. TỔ CHỨC THỰC HIỆN\n1. Phòng Kinh tế\n{mark}Trồng cây ven sông.") == [
        ("Phòng Kinh tế", "Trồng cây ven sông.")
    ]


def test_headings_may_name_two_units_and_items_one_of_them() -> None:
    """The heading's list stands unless an item opens with its own unit."""
    text = "II. TỔ CHỨC THỰC HIỆN\n1. Sở Nội vụ, Sở Tài chính\n- Lo việc chung.\n- Sở Tài chính bố trí kinh phí."
    assert duties(text) == [
        (["Sở Nội vụ", "Sở Tài chính"], "Lo việc chung."),
        ("Sở Tài chính", "Sở Tài chính bố trí kinh phí."),
    ]


@pytest.mark.parametrize(
    ("line", "agency", "text"),
    [
        ("a) Sở Nội vụ: Trồng cây.", "Sở Nội vụ", "Trồng cây."),
        ("- Sở Nội vụ chủ trì, phối hợp với Sở Tài chính trồng cây.", "Sở Nội vụ", None),
        ("1. Giao Sở Nội vụ theo dõi, đôn đốc.", "Sở Nội vụ", None),
        ("Giao Sở Nội vụ chủ trì, phối hợp với các xã trồng cây.", "Sở Nội vụ", None),
        ("- Đề nghị Ủy ban Mặt trận Tổ quốc xã vận động nhân dân.", "Ủy ban Mặt trận Tổ quốc xã", None),
        ("3. Phòng Tổ chức - Hành chính có trách nhiệm trồng cây.", "Phòng Tổ chức - Hành chính", None),
        ("4. Ban quản lý rừng tổ chức trồng cây.", "Ban quản lý rừng", None),
        ("Căn cứ Kế hoạch này, các sở, ban, ngành xây dựng kế hoạch.", "Các sở, ban, ngành", None),
        ("- UBND các xã tổ chức thực hiện.", "UBND các xã", None),
        ("- Thường trực Hội đồng nhân dân xã giám sát.", "Thường trực Hội đồng nhân dân xã", None),
        ("- Ban Chỉ đạo các chương trình tỉnh chỉ đạo chung.", "Ban Chỉ đạo các chương trình tỉnh", None),
        ("- Các doanh nghiệp: trồng cây quanh xưởng.", "Các doanh nghiệp", "trồng cây quanh xưởng."),
    ],
)
def test_a_sentence_may_open_with_its_unit(line: str, agency: str, text: str | None) -> None:
    """A name before a colon is a heading, a name in a sentence stays in it."""
    duty = only(line)
    assert duty.agency == agency
    assert duty.text == (text or line.lstrip("-1234. "))
    assert [owner.name for owner in duty.owners] == [agency]


def test_lists_of_orders_make_one_duty_an_item() -> None:
    """ "Giao … :" and "Yêu cầu … :" head lists; an unfamiliar name among headings of units is a unit too."""
    text = (
        "III. NHIỆM VỤ CỦA CÁC PHÒNG\nGiao Phòng Kỹ thuật:\n- Thay ống.\nYêu cầu các chi nhánh: tiết kiệm điện.\n"
        "IV. TỔ CHỨC THỰC HIỆN\n1. Sở Nội vụ\n- Trồng cây.\n2. Nước sạch Bến Đá\n- Tưới cây.\n3. Chế độ báo cáo\n"
    )
    assert [agency for agency, _ in duties(text)] == [
        "Phòng Kỹ thuật",
        "Các chi nhánh",
        "Sở Nội vụ",
        "Nước sạch Bến Đá",
    ]


def test_items_of_items_are_duties_of_the_same_unit() -> None:
    """The line that opens them is one too where it says work."""
    text = "II. TỔ CHỨC THỰC HIỆN\n1. Sở Nội vụ\n- Hướng dẫn các xã:\n+ Trồng cây.\n+ Tưới cây.\n- Khen thưởng."
    found = body(text).obligations
    assert [(duty.ref, duty.agency) for duty in found] == [
        ("II.1-1", "Sở Nội vụ"),
        ("II.1-1+1", "Sở Nội vụ"),
        ("II.1-1+2", "Sở Nội vụ"),
        ("II.1-2", "Sở Nội vụ"),
    ]
    assert found[1].lines == (9, 9)


def test_what_is_no_work_makes_no_duty() -> None:
    """Purposes, targets, costs, recipients, signature, annexes and the farewell."""
    text = (
        "I. MỤC ĐÍCH, YÊU CẦU\n1. Mục đích\n- Sở Nội vụ trồng cây.\n2. Yêu cầu\n- Các sở nghiêm túc thực hiện.\n"
        "II. KINH PHÍ\n- Ngân sách tỉnh.\nIII. TỔ CHỨC THỰC HIỆN\n1. Sở Nội vụ\n- Trồng cây.\n"
        "Trên đây là Kế hoạch trồng cây, yêu cầu các đơn vị nghiêm túc triển khai thực hiện./."
    )
    assert duties(text) == [("Sở Nội vụ", "Trồng cây.")]
    assert body(text).measures == []


def test_a_farewell_that_gives_work_by_name_is_a_duty() -> None:
    """Only its sentence that says so."""
    text = (
        "II. TỔ CHỨC THỰC HIỆN\n1. Sở Một\n- Trồng cây.\n"
        "Trên đây là Kế hoạch. UBND tỉnh giao Sở Nội vụ theo dõi, đôn đốc./."
    )
    assert duties(text)[1:] == [("Sở Nội vụ", "UBND tỉnh giao Sở Nội vụ theo dõi, đôn đốc")]


def test_work_given_in_other_parts_is_not_lost() -> None:
    """A sentence of the costs that says "giao"; a measure that names its unit behind its topic."""
    text = (
        "I. KINH PHÍ\nNgân sách tỉnh. Giao Sở Tài chính bố trí kinh phí.\nII. GIẢI PHÁP\n1. Về rừng: Sở Nội vụ lập sổ."
    )
    assert duties(text) == [
        ("Sở Tài chính", "Giao Sở Tài chính bố trí kinh phí"),
        ("Sở Nội vụ", "Về rừng: Sở Nội vụ lập sổ."),
    ]


def test_measures_without_a_unit_are_kept_apart() -> None:
    """A unit that is given the work in so many words makes a duty of one; units in general do not."""
    text = (
        "I. NHIỆM VỤ, GIẢI PHÁP\n1. Tuyên truyền\na) Đẩy mạnh tuyên truyền.\nb) Các trường tăng cường tuyên truyền.\n"
        "c) Sở Nội vụ chủ trì trồng cây.\nd) Tưới cây (Sở Tài chính chủ trì).\n"
        "2. Nâng cao nhận thức về mục tiêu\n- Họp thôn.\nII. TỔ CHỨC THỰC HIỆN\n1. Sở Một\n- Làm."
    )
    found = body(text)
    assert [measure.ref for measure in found.measures] == ["I.1.a", "I.1.b", "I.2-1"]
    assert [(duty.ref, duty.agency, duty.role) for duty in found.obligations] == [
        ("I.1.c", "Sở Nội vụ", "lead"),
        ("I.1.d", "Sở Tài chính", "lead"),
        ("II.1-1", "Sở Một", None),
    ]


def test_an_activity_says_who_and_when_below_it() -> None:
    """Attributes belong to the activity; a time printed once goes for a whole timetable; who is not printed is null."""
    text = (
        "I. NỘI DUNG, THỜI GIAN THỰC HIỆN\n1. Khảo sát\n- Nội dung: đo đất.\n- Thời gian: Quý II/2024.\n"
        "- Đơn vị chủ trì: Chi cục Kiểm lâm\n2. Trồng cây. Cơ quan thực hiện: Sở Nội vụ. Thời gian: tháng 9/2024.\n"
        "II. NỘI DUNG VÀ THỜI GIAN\n1. Làm phim\nNội dung phim: rừng.\n2. Thời gian thực hiện\n"
        "Từ tháng 5 đến tháng 12 năm 2024"
    )
    found = body(text).obligations
    assert [(duty.ref, duty.agency, duty.role, duty.text) for duty in found] == [
        ("I.1", "Chi cục Kiểm lâm", "lead", "Khảo sát"),
        ("I.2", "Sở Nội vụ", None, "Trồng cây."),
        ("II.1", None, None, "Làm phim"),
    ]
    ends = [duty.deadline.end for duty in found if duty.deadline]
    assert ends == [dt.date(2024, 6, 30), dt.date(2024, 9, 30), dt.date(2024, 12, 31)]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Chủ trì, phối hợp với các xã trồng cây.", "lead"),
        ("Là cơ quan thường trực, chủ trì trồng cây.", "lead"),
        ("Trên cơ sở kế hoạch của tỉnh, chủ trì trồng cây.", "lead"),
        ("Phối hợp với Sở Hai trồng cây.", "coordinate"),
        ("Tham gia phối hợp trồng cây.", "coordinate"),
        ("Tăng cường phối hợp với các xã.", None),
        ("Trồng cây.", None),
    ],
)
def test_the_role_is_what_the_words_say(text: str, role: str | None) -> None:
    """And nothing where they say neither."""
    assert only(f"1. Sở Nội vụ\n- {text}").role == role


@pytest.mark.parametrize(
    ("text", "kind", "end"),
    [
        ("Trồng cây, hoàn thành trước ngày 30/6/2024.", "date", dt.date(2024, 6, 30)),
        ("Trồng cây, hoàn thành trước ngày 30/6 và 30/11.", "unknown", None),
        ("Trồng cây chậm nhất ngày 30 tháng 9.", "date", dt.date(2024, 9, 30)),
        ("Trồng cây trong quý II/2024.", "quarter", dt.date(2024, 6, 30)),
        ("Trồng cây trong tháng 6.", "month", dt.date(2024, 6, 30)),
        ("Từ tháng 3/2024 đến tháng 5/2024, trồng cây.", "range", dt.date(2024, 5, 31)),
        ("Trồng cây trước ngày 31/02/2024.", "unknown", None),
        ("Làm xong A trước ngày 1/3/2024; làm xong B trước ngày 1/5/2024.", "unknown", None),
    ],
)
def test_deadlines_of_a_sentence_are_typed_and_never_guessed(text: str, kind: str, end: dt.date | None) -> None:
    """An impossible day and two different days are unknown, with a reason."""
    deadline = only(f"1. Sở Nội vụ\n- {text}").deadline
    assert deadline is not None
    assert (deadline.kind, deadline.end) == (kind, end)
    assert (deadline.reason is not None) == (kind == "unknown")


@pytest.mark.parametrize(
    "text",
    [
        "Trồng cây theo Kế hoạch số 180/KH-UBND ngày 15/6/2024 của UBND tỉnh.",
        "Trồng cây theo quy chế “hoàn thành trước ngày 1/5/2024” của tỉnh.",
        "Chăm cây đã trồng trước ngày 01/01/2020.",
        "Chăm 15/20 vườn cây.",
    ],
)
def test_days_of_other_documents_and_of_the_past_are_no_deadlines(text: str) -> None:
    """Nothing is read out of a citation."""
    assert only(f"1. Sở Nội vụ\n- {text}").deadline is None


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Hằng năm xây dựng kế hoạch.", {"kind": "recurring", "frequency": "yearly", "printed": "Hằng năm"}),
        (
            "Phát triển rừng đến năm 2030.",
            {"kind": "range", "start": None, "end": "2030-12-31", "printed": "đến năm 2030"},
        ),
    ],
)
def test_a_stretch_of_work_is_no_deadline(text: str, period: dict[str, object]) -> None:
    """It is kept as the period."""
    duty = only(f"1. Sở Nội vụ\n- {text}")
    assert (duty.period, duty.deadline) == (period, None)


def test_a_registered_agency_brings_its_entry(registry: Registry) -> None:
    """Known spellings become the registry's names; a group brings its members."""
    found = body(
        "II. TỔ CHỨC THỰC HIỆN\n1. Sở GD&ĐT\n- Trồng cây.\n2. UBND các huyện, thị xã\n- Tưới cây.", registry
    ).obligations
    assert [(duty.agency, duty.owners[0].id) for duty in found] == [
        ("Sở Giáo dục và Đào tạo", "gd"),
        ("UBND các huyện, thị xã", "huyen"),
    ]
    assert found[1].owners[0].members == ["UBND huyện Bến Đá", "UBND thị xã Cầu Gỗ"]


def test_the_plan_that_a_decision_issues_is_read_with_it() -> None:
    """Its own part that gives work, behind the decision's signature; who carries out the decision is no duty."""
    text = (
        "UBND TỈNH SÔNG XANH\nSố: 7/QĐ-UBND\nSông Xanh, ngày 11 tháng 4 năm 2024\nQUYẾT ĐỊNH\n"
        "Về việc ban hành Kế hoạch trồng cây\n"
        "QUYẾT ĐỊNH:\nĐiều 1. Ban hành kèm theo Quyết định này Kế hoạch trồng cây.\nĐiều 2. Giao Sở Nội vụ theo dõi.\n"
        "Điều 3. Giám đốc các sở chịu trách nhiệm thi hành Quyết định này.\nNơi nhận:\n- Lưu: VT.\nCHỦ TỊCH\n"
        "Hà Văn Rừng\n"
        "KẾ HOẠCH\nTrồng cây\nI. Mục tiêu\nXanh.\nII. Tổ chức thực hiện\n1. Chi cục Kiểm lâm\n- Trực cháy rừng.\n"
    )
    found = read_body(read_bytes(text.encode(), "a.txt"), BARE)
    assert [(duty.agency, duty.text) for duty in found.obligations] == [
        ("Sở Nội vụ", "Giao Sở Nội vụ theo dõi."),
        ("Chi cục Kiểm lâm", "Trực cháy rừng."),
    ]


PIECES = (
    "II. TỔ CHỨC THỰC HIỆN",
    "1. Sở Nội vụ",
    "- Giao",
    "+ báo cáo (qua",
    "Sở:",
    "a)",
    "trước ngày 1/1 và",
    "“",
    "Trên đây",
    "Các",
)


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map(" ".join), max_size=20))
def test_no_text_breaks_the_reading(lines: list[str]) -> None:
    """Whatever the lines, each duty has a reference, a text of the document and a place."""
    blocks = [Block(line, Place(line=at)) for at, line in enumerate(lines, 1)]
    found = read_body(Document("a", "0", blocks), BARE)
    printed = " ".join(lines)
    for duty in found.obligations:
        assert duty.ref
        assert duty.text.split()[0] in printed
        assert duty.lines is not None


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("Cục Hậu cần bảo đảm xe.", "Cục Hậu cần"),
        ("Phòng Kế hoạch tổng hợp: lập lịch trực.", "Phòng Kế hoạch tổng hợp"),
        ("Phòng Kế hoạch tổng hợp, báo cáo số liệu.", "Phòng Kế hoạch"),
        ("Tổ giúp việc Ban Chỉ đạo theo dõi kết quả.", "Tổ giúp việc Ban Chỉ đạo"),
        ("Hội đồng tự đánh giá hoàn thiện hồ sơ.", "Hội đồng tự đánh giá"),
        ("Các chi bộ trực thuộc: tổ chức học tập.", "Các chi bộ trực thuộc"),
    ],
)
def test_a_verb_within_the_name_of_a_unit_is_no_work(line: str, agency: str) -> None:
    """The name is taken whole."""
    assert only(f"- {line}").agency == agency


def test_to_lead_is_a_verb_where_nobody_is_named() -> None:
    """The heading's unit leads."""
    text = "II. TỔ CHỨC THỰC HIỆN\n1. Đảng đoàn Hội đồng nhân dân huyện\nLãnh đạo tăng cường giám sát.\n"
    assert duties(text) == [("Đảng đoàn Hội đồng nhân dân huyện", "Lãnh đạo tăng cường giám sát.")]


def test_what_a_decision_rests_on_is_nobodys_duty() -> None:
    """Though it stands under the name of who decides; work behind a comma stays work."""
    bases = "Căn cứ Luật Cây xanh ngày 01/02/2020;\nTheo đề nghị của Trưởng phòng Nội vụ."
    work = "Căn cứ Kế hoạch này, các xã trồng cây."
    assert duties(f"CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN\n{bases}\nII. TỔ CHỨC THỰC HIỆN\n{work}") == [("Các xã", work)]


def test_numbers_of_pages_are_no_text() -> None:
    """In a text with broken lines they stand anywhere."""
    lines = "\n".join(f"- Sở Nội vụ trồng thêm một trăm cây xanh ở phía bờ sông\ncủa xã thứ {n}." for n in "abcdef")
    found = duties(
        f"II. TỔ CHỨC THỰC HIỆN\n{lines}\n2\n- Sở Y tế chăm sóc những cây xanh ấy, hoàn thành\n3\ntrước tháng 9."
    )
    assert [text for _, text in found][-1] == "Sở Y tế chăm sóc những cây xanh ấy, hoàn thành trước tháng 9."
    assert len(found) == 7


def test_a_sentence_without_a_known_verb_is_kept() -> None:
    """Nobody is named for it, and no word of it is lost; a bare list of names is no work."""
    text = "Sở Nội vụ thắp sáng những con đường dẫn ra bến sông phía nam."
    assert duties(f"II. TỔ CHỨC THỰC HIỆN\n- {text}\n- Sở Nội vụ, Sở Y tế.") == [(None, text)]


def test_without_a_signature_the_text_ends_at_its_first_annex() -> None:
    """The cells of an annex are nobody's duties, whoever signs."""
    text = "II. TỔ CHỨC THỰC HIỆN\n1. Sở Nội vụ\n- Chủ trì trồng cây.\nPHỤ LỤC 01\nSở Nội vụ chủ trì việc khác.\n"
    document = read_bytes((HEAD + text).encode(), "a.txt")
    found = read_body(document, BARE, issued=dt.date(2024, 1, 2), year=2024)
    assert [duty.text for duty in found.obligations] == ["Chủ trì trồng cây."]
    assert found.measures == []


def test_the_days_of_a_report_are_no_deadline_of_the_duty() -> None:
    """Neither of two."""
    duty = only("1. Sở Nội vụ\n- Báo cáo 6 tháng đầu năm trước ngày 15/6, 6 tháng cuối năm trước ngày 15/12 về Sở Hai.")
    assert duty.deadline is None
    assert duty.recurring is not None
