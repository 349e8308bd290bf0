"""Rows with more or fewer texts than columns: which text is which column's, and what is not sure."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.intake.draft import Draft
from engine.intake.tables.headers import Column, Role
from engine.intake.tables.layout import looks_like_parties, set_out

Plan = Callable[..., Draft]
NV, GD, YT, HUYEN = "Sở Nội vụ", "Sở GD&ĐT", "Sở Y tế", "UBND các huyện, thị xã"
ROLES: tuple[Role, ...] = ("task", "owner", "collaborators", "deadline", "deliverable")
COLUMNS = [Column(role, role) for role in ROLES]
FIRST = ("1", "Mở lớp", NV, GD, "Quý II", "Báo cáo")


def kinds(draft: Draft) -> set[str]:
    """The kinds of anomalies found."""
    return {fault.kind for fault in draft.anomalies}


def test_a_list_of_collaborators_is_one_cell_and_leaves_the_owner_alone(plan: Plan) -> None:
    """Items of a list go on with the cell they stand in; none of them leads."""
    draft = plan(FIRST, ("2", "Đóng lớp", NV, f"- {GD};", f"- {YT};", f"- {HUYEN}", "Quý III", "Báo cáo"))
    task = draft.tasks[1]
    assert (task.text, task.owner_text) == ("Đóng lớp", NV)
    assert task.collaborators_text == f"- {GD};\n- {YT};\n- {HUYEN}"
    assert "row_short_of_cells" not in kinds(draft)
    assert "2-owner" not in [question.id for question in draft.questions]


def test_the_list_of_the_last_row_is_whole(plan: Plan) -> None:
    """The last row has no number behind it to end it; its list does not end with the cell's first item."""
    header = ("TT", "Việc", "Thời hạn", "Chủ trì", "Phối hợp")
    rows = [("1", "Mở lớp", "Quý II", NV, GD), ("2", "Đóng lớp", "Quý III", NV, f"- {GD};", f"- {YT};")]
    draft = plan(*rows, ("Bảng này có hai dòng",), header=header)
    assert draft.tasks[1].collaborators_text == f"- {GD};\n- {YT};"


def test_a_list_in_the_task_does_not_push_the_owner_aside(plan: Plan) -> None:
    """As many texts as columns, but the last item of the task stands where the owner should."""
    draft = plan(FIRST, ("2", "Rà soát:", "- Nội quy.", NV, "Quý III", "Báo cáo"))
    task = draft.tasks[1]
    assert (task.text, task.owner_text) == ("Rà soát:\n- Nội quy.", NV)
    assert "row_short_of_cells" in kinds(draft)
    assert ("2-owner", "owner") in [(q.id, q.blocks) for q in draft.questions]


def test_who_leads_of_three_bodies_in_two_cells_is_asked(plan: Plan) -> None:
    """Nothing tells which of the two cells has two paragraphs."""
    draft = plan(FIRST, ("2", "Đóng lớp", NV, YT, GD, "Quý III", "Báo cáo"))
    assert ("2-owner", "owner") in [(q.id, q.blocks) for q in draft.questions]
    assert draft.tasks[1].deadline.kind == "quarter"


def test_a_row_without_its_result_keeps_beginning_and_end_apart(plan: Plan) -> None:
    """The end of the work is not read off the cell of its beginning."""
    header = ("TT", "Việc", "Chủ trì", "Bắt đầu", "Kết thúc", "Sản phẩm")
    draft = plan(
        ("1", "Mở lớp", NV, "3/2024", "4/2024", "Báo cáo"), ("2", "Đóng", NV, "5/2024", "6/2024"), header=header
    )
    assert (draft.tasks[1].start_text, draft.tasks[1].deadline_text) == ("5/2024", "6/2024")
    assert draft.tasks[1].deliverable is None


def test_one_month_for_beginning_and_end_is_no_deadline(plan: Plan) -> None:
    """It may be either: a person says."""
    header = ("TT", "Việc", "Chủ trì", "Bắt đầu", "Kết thúc", "Sản phẩm")
    draft = plan(
        ("1", "Mở lớp", NV, "3/2024", "4/2024", "Báo cáo"), ("2", "Đóng", NV, "6/2024", "Báo cáo"), header=header
    )
    task = draft.tasks[1]
    assert (task.deadline.kind, task.deadline.end) == ("unknown", None)
    assert [q.blocks for q in draft.questions if q.id == "2-deadline"] == ["deadline"]


def test_a_beginning_in_place_of_the_end_is_asked(plan: Plan) -> None:
    """As many texts as columns, but the second paragraph of the collaborators fills the gap of the lacking deadline."""
    header = ("TT", "Việc", "Chủ trì", "Phối hợp", "Bắt đầu", "Kết thúc", "Sản phẩm")
    whole = ("1", "Mở lớp", NV, GD, "3/2024", "4/2024", "Báo cáo")
    draft = plan(whole, ("2", "Đóng lớp", NV, GD, YT, "5/2024", "Báo cáo"), header=header)
    assert draft.tasks[1].deadline.kind == "unknown"


def test_a_task_paragraph_in_the_owners_cell_is_asked(plan: Plan) -> None:
    """As many texts as columns, and a body where the collaborators should be."""
    draft = plan(FIRST, ("2", "Đóng lớp", "Tổ chức tiệc chia tay", NV, "Quý III", "Báo cáo"))
    assert ("2-owner", "owner") in [(q.id, q.blocks) for q in draft.questions]


@pytest.mark.parametrize("text", ["Sở Y tế", "- Phòng Nội vụ;", "Các sở, ngành", "Ủy ban nhân dân xã", "Đ/c Chủ tịch"])
def test_names_of_bodies_look_like_parties(text: str) -> None:
    """With or without the mark of a list."""
    assert looks_like_parties(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ban hành nội quy",
        "Tổ chức hội nghị",
        "Báo cáo",
        "Bản cam kết",
        "Các nội dung khác",
        "Sở Y tế thực hiện tốt",
        "- Các xã: lập danh sách",
    ],
)
def test_sentences_about_bodies_do_not(text: str) -> None:
    """Nor do words that only begin alike."""
    assert not looks_like_parties(text)


CELLS = st.lists(st.sampled_from(["", NV, f"- {GD};", "Mở lớp", "- hai buổi", "Quý II", "5/2024", "nt"]), max_size=12)


@given(CELLS)
@settings(max_examples=200, deadline=None)
def test_no_text_is_lost_or_moved(texts: list[str]) -> None:
    """Whatever the row, its columns hold its texts in order."""
    layout = set_out(texts, COLUMNS)
    assert len(layout.texts) == len(COLUMNS)
    assert "\n".join(filter(None, layout.texts)) == "\n".join(filter(None, texts))


def test_a_row_of_a_thousand_paragraphs_is_kept_and_asked(plan: Plan) -> None:
    """Too long to weigh: nothing in it is sure."""
    layout = set_out([f"đoạn {at}" for at in range(1000)], COLUMNS)
    assert layout.unsure == {"owner", "collaborators", "deadline"}
    assert "đoạn 999" in (layout.texts[-1] or "")


@pytest.mark.parametrize("form", ["{}-", "({})", "Nhiệm vụ {}", "NV{}", "{}/", "{}."])
def test_rows_may_be_numbered_in_many_ways(form: str, plan: Plan) -> None:
    """Whatever stands around the number, each row is one."""
    rows = [(form.format(at), f"Mở lớp thứ {at}", NV, "", f"Tháng {at}/2024", "Báo cáo") for at in (1, 2, 3)]
    draft = plan(*rows)
    assert [task.text for task in draft.tasks] == ["Mở lớp thứ 1", "Mở lớp thứ 2", "Mở lớp thứ 3"]
    assert [task.deadline.kind for task in draft.tasks] == ["month"] * 3


def test_more_than_a_thousand_rows_are_all_there(plan: Plan) -> None:
    """The number of a row may have four digits; a year in a cell is none."""
    draft = plan(*((str(at), f"Lớp thứ {at} của năm", NV, GD, "2024", "Báo cáo") for at in range(1, 1012)))
    assert len(draft.tasks) == 1011
    assert {task.deadline.kind for task in draft.tasks} == {"year"}


def test_a_sum_at_the_end_of_a_row_is_no_page_number(plan: Plan) -> None:
    """Nor the number of the next row, where it happens to be as large."""
    header = ("TT", "Việc", "Chủ trì", "Thời hạn", "Kinh phí")
    draft = plan(("1", "Mở lớp", NV, "Quý II", "2"), ("2", "Đóng lớp", NV, "Quý III", "1500"), header=header)
    assert [task.notes for task in draft.tasks] == ["Kinh phí: 2", "Kinh phí: 1500"]
    assert not {"page_number_in_table", "row_short_of_cells"} & kinds(draft)


def test_a_page_number_between_dashes_is_no_part_of_a_deadline(plan: Plan) -> None:
    """It is noted, and the date above it is read."""
    draft = plan(FIRST, ("- 3 -",), ("2", "Đóng lớp", NV, GD, "Quý III", "Báo cáo"))
    assert draft.tasks[0].deliverable == "Báo cáo"
    assert "page_number_in_table" in kinds(draft)


def test_rows_counted_in_bare_letters_are_rows(plan: Plan) -> None:
    """They neither vanish in the row above nor give it their deadline; a tick is no letter."""
    header = ("TT", "Việc", "Chủ trì", "Thời hạn", "Ghi chú")
    draft = plan(
        ("1", "Mở lớp", NV, "Quý III", "x"),
        ("a", "Buổi đầu", NV, "Tháng 7", ""),
        ("b", "Buổi sau", GD, "Tháng 8", "x"),
        header=header,
    )
    assert [task.ref for task in draft.tasks] == ["1", "1.a", "1.b"]
    assert [task.deadline_text for task in draft.tasks] == ["Quý III", "Tháng 7", "Tháng 8"]


def test_a_crowded_row_has_no_deadline_until_it_is_asked(plan: Plan) -> None:
    """Of two deadlines a whole row apart none is the row's."""
    draft = plan(("1", "Mở lớp", *FIRST[2:], "Đóng lớp", *FIRST[2:]))
    assert draft.tasks[0].deadline.kind == "unknown"


def test_the_heading_of_a_section_may_be_worded_like_a_deadline(plan: Plan) -> None:
    """With a number or without: it is no row that lost its cells."""
    draft = plan(("A", "VIỆC THƯỜNG XUYÊN"), FIRST, ("B", "VIỆC ĐỘT XUẤT"), FIRST)
    assert [task.ref for task in draft.tasks] == ["A.1", "B.1"]
    draft = plan(("QUÝ I",), FIRST, ("QUÝ II",), ("2", *FIRST[1:]))
    assert [task.ref for task in draft.tasks] == ["1", "2"]


def test_uneven_rows_without_numbers_are_all_asked(plan: Plan) -> None:
    """Where one row lacks a cell, the next one's first text may stand in its place."""
    header = ("Việc", "Chủ trì", "Thời hạn", "Sản phẩm")
    rows = [("Mở lớp", NV, "Quý II", "Báo cáo"), ("Đóng lớp", NV, "Quý III"), ("Sửa lớp", YT, "Quý IV", "Báo cáo")]
    draft = plan(*rows, ("Dọn lớp", GD, "Tháng 12", "Báo cáo"), header=header)
    asked = {question.id for question in draft.questions}
    wrong = [task for task in draft.tasks if task.text != "Mở lớp" and f"{task.ref}-owner" not in asked]
    assert len(draft.tasks) >= 3
    assert {task.text for task in wrong} <= {"Sửa lớp", "Dọn lớp"}


def test_the_last_row_without_a_number_counts_whatever_its_deadline(plan: Plan) -> None:
    """It is as wide as the header, and the table ends with it."""
    header = ("Việc", "Chủ trì", "Thời hạn")
    draft = plan(("Mở lớp", NV, "Quý II"), ("Đóng lớp", NV, "Đang bàn"), header=header)
    assert [task.text for task in draft.tasks] == ["Mở lớp", "Đóng lớp"]
    assert draft.tasks[1].deadline.kind == "unknown"


def test_a_page_number_between_a_row_and_its_number_leaves_the_row_its_number(plan: Plan) -> None:
    """Of two numbers on end the one that counts on is the row's."""
    rows = [(str(at), f"Mở lớp thứ {at} trong năm", *FIRST[2:]) for at in (1, 2, 3, 4)]
    draft = plan(*rows[:2], ("3", "12", *rows[2][1:]), rows[3])
    assert [task.ref for task in draft.tasks] == ["1", "2", "3", "4"]
    assert [fault.printed for fault in draft.anomalies if fault.kind == "page_number_in_table"] == ["12"]


@pytest.mark.parametrize("page", ["3", "12"])
def test_a_page_number_amid_a_long_row_begins_none(page: str, plan: Plan) -> None:
    """Though it may be the next row's number, or stand behind more paragraphs than there are columns."""
    long = ("2", "Mở lớp:", "- một;", "- hai;", "- ba;", "- bốn;", "- năm;", NV, page, GD, "Quý III", "Báo cáo")
    draft = plan(FIRST, long, ("3", *FIRST[1:]))
    assert [task.ref for task in draft.tasks] == ["1", "2", "3"]
    assert (draft.tasks[1].owner_text, draft.tasks[1].collaborators_text) == (NV, GD)


def test_a_mark_of_the_row_above_without_such_a_row_is_asked(plan: Plan) -> None:
    """It stands for nobody."""
    draft = plan(("1", "Mở lớp", NV, "nt", "Quý II", "Báo cáo"))
    assert ("unknown_agency", "nt") in [(fault.kind, fault.printed) for fault in draft.anomalies]


@pytest.mark.parametrize("marks", [("A.", "B.", "C."), ("I.", "II.", "III.")])
def test_the_heading_of_a_section_is_no_last_cell_of_a_short_row(marks: tuple[str, str, str], plan: Plan) -> None:
    """The row above lacks its result, and would be whole with the heading below it."""
    short = FIRST[:-1]
    draft = plan(
        (f"{marks[0]} Trường lớp",), short, (f"{marks[1]} Sách vở",), ("2", *short[1:]), (f"{marks[2]} Bàn ghế",), FIRST
    )
    names = [mark.rstrip(".") for mark in marks]
    assert [task.ref for task in draft.tasks] == [f"{names[0]}.1", f"{names[1]}.2", f"{names[2]}.1"]
    assert [task.deliverable for task in draft.tasks] == [None, None, "Báo cáo"]


def test_a_heading_in_capitals_is_no_last_cell_either(plan: Plan) -> None:
    """Where the task above is not in capitals itself."""
    draft = plan(("VỀ TRƯỜNG LỚP",), FIRST[:-1], ("VỀ SÁCH VỞ MỚI",), ("2", *FIRST[1:]))
    assert [task.deliverable for task in draft.tasks] == [None, "Báo cáo"]
    assert draft.tasks[1].section_path == ["VỀ SÁCH VỞ MỚI"]


def test_a_page_number_like_the_row_it_stands_in_leaves_both_rows_whole(plan: Plan) -> None:
    """The first of two equal numbers stands behind a whole row: it is the row's."""
    draft = plan(FIRST, ("2", "Đóng lớp", NV, "2", GD, "Quý III", "Báo cáo"), ("3", *FIRST[1:]))
    assert [task.ref for task in draft.tasks] == ["1", "2", "3"]
    assert draft.tasks[1].collaborators_text == GD


def test_an_odd_deadline_makes_no_row_without_number_uneven(plan: Plan) -> None:
    """It is asked itself; the row above is not."""
    header = ("Việc", "Chủ trì", "Thời hạn")
    draft = plan(("Mở lớp", NV, "Quý II"), ("Đóng lớp", NV, "Theo ý thầy"), ("Dọn lớp", GD, "Quý IV"), header=header)
    assert {q.id for q in draft.questions if q.blocks != "nothing"} == {"2-deadline"}
