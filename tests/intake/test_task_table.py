"""Rows, sections, references, and rows that lack a cell."""

from collections.abc import Callable

import pytest

from engine.intake.agencies.registry import Registry
from engine.intake.draft import Draft
from engine.intake.reader import draft_of
from engine.intake.readers import read_bytes
from engine.intake.tables.find import find_tables

Plan = Callable[..., Draft]
NV, GD, HUYEN = "Sở Nội vụ", "Sở GD&ĐT", "UBND các huyện, thị xã"
ROW = (NV, GD, "Xong trước ngày 20/5/2024", "Báo cáo")


def refs(draft: Draft) -> list[str]:
    """The references in order."""
    return [task.ref for task in draft.tasks]


def kinds(draft: Draft) -> set[str]:
    """The kinds of anomalies found."""
    return {fault.kind for fault in draft.anomalies}


def test_sections_give_references_and_paths(plan: Plan) -> None:
    """Printed numbers repeat from section to section, references do not."""
    heading = ("", "", "", "")
    draft = plan(
        ("I", "Chỉ tiêu", *heading),
        ("1", "Đạt mức một", *ROW),
        ("II", "Việc phải làm", *heading),
        ("1", "Truyền thông", *heading),
        ("1.1", "In tờ rơi", *ROW),
        ("1.2", "Phát tờ rơi", *ROW),
        ("2", "Mở lớp", *ROW),
    )
    assert refs(draft) == ["I.1", "II.1.1", "II.1.2", "II.2"]
    assert draft.tasks[1].section_path == ["Việc phải làm", "Truyền thông"]
    assert draft.tasks[3].section_path == ["Việc phải làm"]


def test_a_plain_numbering_is_its_own_reference(plan: Plan) -> None:
    """No Roman section: the printed number is the reference; a lettered row hangs on the number above."""
    draft = plan(("1", "Việc lớn", "", "", "", ""), ("a)", "Phần đầu", *ROW), ("2", "Việc khác", *ROW))
    assert refs(draft) == ["1.a", "2"]


def test_a_task_of_several_paragraphs_is_one_row(plan: Plan) -> None:
    """The deadline is the anchor: what is over before it belongs to the text."""
    draft = plan(("1", "Mở hai buổi:", "- buổi sáng", "- buổi chiều trong tháng 5", *ROW))
    assert draft.tasks[0].text == "Mở hai buổi:\n- buổi sáng\n- buổi chiều trong tháng 5"
    assert [owner.name for owner in draft.tasks[0].owners] == [NV]
    first, last = draft.tasks[0].source_lines
    assert last - first == 12


def test_columns_may_stand_in_any_order(plan: Plan) -> None:
    """The header says where the deadline is."""
    header = ("STT", "Nhiệm vụ", "Kết quả", "Thời hạn", "Đơn vị chủ trì", "Đơn vị phối hợp")
    draft = plan(("1", "Mở lớp", "Báo cáo", "Quý II", NV, HUYEN), header=header)
    task = draft.tasks[0]
    assert (task.deliverable, task.deadline.kind, task.owners[0].name) == ("Báo cáo", "quarter", NV)
    assert task.collaborators[0].name == HUYEN


def test_a_row_without_one_of_its_cells_says_so_and_blocks_its_owner(plan: Plan) -> None:
    """One agency where two cells belong: who leads is for a person to say."""
    draft = plan(("1", "Mở lớp", NV, "Xong trước ngày 20/5/2024", "Báo cáo"), ("2", "Đóng lớp", *ROW))
    assert refs(draft) == ["1", "2"]
    assert "row_short_of_cells" in kinds(draft)
    assert [(q.id, q.blocks) for q in draft.questions if q.id.startswith("1-")] == [("1-owner", "owner")]


def test_a_row_whose_number_was_lost_is_not_swallowed_in_silence(plan: Plan) -> None:
    """Two deadlines in one row block its owner until a person has looked."""
    draft = plan(("1", "Mở lớp", *ROW, "Đóng lớp", *ROW))
    assert "row_short_of_cells" in kinds(draft)
    assert ("1-owner", "owner") in [(q.id, q.blocks) for q in draft.questions]


@pytest.mark.parametrize("lost", range(1, 6))
def test_whatever_cell_a_row_lacks_nothing_passes_unseen(lost: int, plan: Plan) -> None:
    """The row stays one row, its neighbours are whole, and it is flagged."""
    row = ["2", "Đóng lớp", *ROW]
    del row[lost]
    draft = plan(("1", "Mở lớp", *ROW), row, ("3", "Sửa lớp", *ROW))
    assert refs(draft) == ["1", "2", "3"]
    assert draft.tasks[0].owners == draft.tasks[2].owners
    flagged = {fault.kind for fault in draft.anomalies if fault.where.endswith(" 2")}
    assert flagged & {"row_short_of_cells", "missing_owner", "ambiguous_deadline", "missing_deadline"}


def test_an_empty_deadline_is_a_question_that_blocks(plan: Plan) -> None:
    """A row keeps its cells when its deadline says nothing."""
    draft = plan(("1", "Mở lớp", NV, GD, "", "Báo cáo"))
    assert draft.tasks[0].deliverable == "Báo cáo"
    assert draft.tasks[0].deadline.kind == "unknown"
    assert ("1-deadline", "deadline") in [(q.id, q.blocks) for q in draft.questions]
    assert "missing_deadline" in kinds(draft)


def test_a_task_worded_like_a_deadline_is_not_taken_for_one(plan: Plan) -> None:
    """The deadline cell is empty, and stays so."""
    draft = plan(("1", "Thường xuyên kiểm tra chợ", NV, GD, "", "Báo cáo"))
    assert draft.tasks[0].text == "Thường xuyên kiểm tra chợ"
    assert draft.tasks[0].deadline.rule == "empty"


def test_a_result_of_several_paragraphs_is_one_cell(plan: Plan) -> None:
    """What is over behind the deadline belongs to the last column."""
    draft = plan(("1", "Mở lớp", NV, GD, "Quý II", "Báo cáo", "Danh sách"))
    assert (draft.tasks[0].text, draft.tasks[0].deliverable) == ("Mở lớp", "Báo cáo\nDanh sách")


def test_a_row_of_text_alone_is_a_task_that_lacks_everything(plan: Plan) -> None:
    """Without rows below it, it is no heading."""
    draft = plan(("1", "Mở lớp", *ROW), ("2", "Đóng lớp", "", "", "", ""))
    assert refs(draft) == ["1", "2"]
    assert {"missing_owner", "missing_deadline"} <= kinds(draft)


def test_ditto_marks_carry_the_row_above(plan: Plan) -> None:
    """And say from which row."""
    draft = plan(("1", "Mở lớp", *ROW), ("2", "Đóng lớp", '"', "nt", "Như trên", "Báo cáo"))
    task = draft.tasks[1]
    assert [owner.name for owner in task.owners] == [NV]
    assert task.deadline.end == draft.tasks[0].deadline.end
    assert (task.owners_inherited_from, task.deadline_inherited_from) == ("1", "1")
    assert "ditto_resolved" in kinds(draft)


def test_a_page_number_between_rows_is_no_row(plan: Plan) -> None:
    """It is noted with its line."""
    draft = plan(("1", "Mở lớp", *ROW), ("14",), ("2", "Đóng lớp", *ROW))
    assert refs(draft) == ["1", "2"]
    assert "page_number_in_table" in kinds(draft)


def test_a_number_used_twice_is_told(plan: Plan) -> None:
    """Both rows stay."""
    draft = plan(("1", "Mở lớp", *ROW), ("1", "Đóng lớp", *ROW))
    assert refs(draft) == ["1", "1"]
    assert "duplicate_ref" in kinds(draft)


def test_the_table_ends_where_the_next_annex_begins(plan_text: Callable[..., str], registry: Registry) -> None:
    """What follows is not the last row's."""
    text = plan_text(("1", "Mở lớp", *ROW)) + "\n\nPHỤ LỤC 03\n\nDanh sách\n"
    draft = draft_of(read_bytes(text.encode(), "a"), registry)
    assert draft.tasks[0].deliverable == "Báo cáo"
    assert draft.tasks[0].source_lines[1] < len(text.splitlines())


Build = Callable[..., str]
HEADER = ("TT", "Nội dung công việc", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian hoàn thành", "Sản phẩm")


def test_a_second_header_row_stands_under_the_first(plan: Plan) -> None:
    """The names of groups come first, those of their columns behind them."""
    header = ("TT", "Nhiệm vụ", "Phân công", "Thời gian", "Kết quả", "Chủ trì", "Phối hợp", "Bắt đầu", "Hoàn thành")
    row = ("Mở lớp", NV, GD, "01/3/2024", "30/6/2024", "Báo cáo")
    draft = plan(("1", *row), ("2", *row), header=header)
    task = draft.tasks[1]
    assert (task.owner_text, task.start_text, task.deadline_text, task.deliverable) == (NV, *row[3:])


def test_headings_without_a_cell_of_their_own_begin_sections(plan: Plan) -> None:
    """A heading merged over the whole row is one paragraph before the next number."""
    draft = plan(
        ("I. CHUẨN BỊ",), ("1", "Mở lớp", *ROW), ("2", "Sửa lớp", *ROW), ("II. KẾT THÚC",), ("1", "Đóng lớp", *ROW)
    )
    assert refs(draft) == ["I.1", "I.2", "II.1"]
    assert draft.tasks[1].deliverable == "Báo cáo"
    assert draft.tasks[2].section == "KẾT THÚC"


def test_a_header_repeated_behind_a_page_break_is_no_row(plan: Plan) -> None:
    """Nor is the row that counts the columns."""
    counts = ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)")
    draft = plan(counts, ("1", "Mở lớp", *ROW), HEADER, counts, ("2", "Đóng lớp", *ROW))
    assert refs(draft) == ["1", "2"]
    assert draft.tasks[0].deliverable == "Báo cáo"


def test_a_page_number_amid_a_row_does_not_tear_it(plan: Plan) -> None:
    """It fits no sequence; the row goes on behind it."""
    draft = plan(("1", "Mở lớp", *ROW), ("2", "Đóng lớp", NV, "14", *ROW[1:]), ("3", "Sửa lớp", *ROW))
    assert refs(draft) == ["1", "2", "3"]
    assert (draft.tasks[1].owner_text, draft.tasks[1].deliverable) == (NV, "Báo cáo")
    assert "page_number_in_table" in kinds(draft)


@pytest.mark.parametrize(
    "tail",
    [
        ("(*) Kinh phí lấy từ nguồn hằng năm",),
        ("Ghi chú: theo dõi hằng tháng", "TM. ỦY BAN NHÂN DÂN"),
        ("Các đơn vị căn cứ kế hoạch này mà làm.", "III. TỔ CHỨC THỰC HIỆN", "1. Sở Nội vụ theo dõi."),
        ("Trên đây là kế hoạch của tỉnh.", "Nơi nhận:", "- Như trên"),
    ],
)
def test_what_follows_the_table_is_not_the_last_rows(tail: tuple[str, ...], plan: Plan) -> None:
    """Notes, running text, signature."""
    draft = plan(("1", "Mở lớp", *ROW), ("2", "Đóng lớp", *ROW), tail)
    assert refs(draft) == ["1", "2"]
    assert [task.deliverable for task in draft.tasks] == ["Báo cáo", "Báo cáo"]


def test_another_table_behind_it_is_not_read_as_its_rows(plan_text: Build) -> None:
    """And the span of the table ends before it."""
    text = plan_text(("1", "Mở lớp", *ROW), ("2", "Đóng lớp", *ROW), ("TT", "Đơn vị", "Tỷ lệ"), ("1", "Bến Đá", "30"))
    document = read_bytes(text.encode(), "a")
    (table,) = find_tables(document)
    start, stop = table.span
    assert [document.blocks[start].text, document.blocks[stop].text] == ["TT", "TT"]
    assert len(table.rows) == 2


def test_rows_without_a_column_of_numbers_are_told_by_their_width(plan: Plan) -> None:
    """Up to the deadline where a cell has several paragraphs; numbers in front of the text are the rows'."""
    draft = plan(
        ("A. NHÓM MỘT",),
        ("1. Mở lớp", *ROW),
        ("2. Đóng lớp", "dọn phòng", *ROW),
        ("Việc đến đây là hết, không còn gì.",),
        header=HEADER[1:],
    )
    assert refs(draft) == ["A.1", "A.2"]
    assert draft.tasks[1].text == "Đóng lớp\ndọn phòng"
    assert draft.tasks[1].deliverable == "Báo cáo"


def test_columns_of_notes_stay_visible(plan: Plan) -> None:
    """Under their own names, also a column of a name not known."""
    header = ("TT", "Việc", "Mã hồ sơ", "Chủ trì", "Thời hạn", "Ghi chú", "Nguồn kinh phí")
    draft = plan(
        ("1", "Mở lớp", "HS 1", NV, "Quý II", "gấp", "Ngân sách tỉnh"),
        ("2", "Đóng lớp", "HS 2", NV, "Quý II", "", ""),
        header=header,
    )
    assert [task.notes for task in draft.tasks] == [
        "Mã hồ sơ: HS 1\nGhi chú: gấp\nNguồn kinh phí: Ngân sách tỉnh",
        "Mã hồ sơ: HS 2",
    ]


def test_several_deadlines_in_one_cell_stay_together(plan: Plan) -> None:
    """None of them is taken for the task's, and none for its owner."""
    header = ("TT", "Việc", "Chủ trì", "Thời hạn")
    draft = plan(("1", "Mở lớp", NV, "Trước 15/3", "Trước 30/6"), ("2", "Đóng lớp", NV, "Quý II"), header=header)
    task = draft.tasks[0]
    assert (task.owner_text, task.deadline_text, task.deadline.kind) == (NV, "Trước 15/3\nTrước 30/6", "unknown")
    assert "two_milestones_in_deadline" in kinds(draft)


def test_a_mark_behind_a_number_is_noted_and_no_part_of_it(plan: Plan) -> None:
    """The reference is the number alone."""
    draft = plan(("1", "Mở lớp", *ROW), ("2*", "Đóng lớp", *ROW))
    assert refs(draft) == ["1", "2"]
    assert [fault.printed for fault in draft.anomalies if fault.kind == "footnote_mark"] == ["2*"]
