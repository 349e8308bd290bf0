"""Task tables printed as real tables: headers, sections, merges, and that nothing of them is lost."""

from collections.abc import Callable, Sequence

import pytest
from days import five_day_week
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.intake.agencies.registry import Registry
from engine.intake.draft import Draft
from engine.intake.questions import about_deadline
from engine.intake.reader import draft_of
from engine.intake.readers import Block, Cell, Document, Grid, Place
from engine.intake.readers.blocks import blocks_of
from engine.intake.tables.find import find_tables
from engine.intake.tables.rows import TaskTable

Rows = Sequence[Sequence[str]]
LETTERHEAD = (
    "UBND TỈNH SÔNG XANH",
    "Số: 12/KH-UBND",
    "Sông Xanh, ngày 02 tháng 01 năm 2024",
    "KẾ HOẠCH",
    "Việc năm 2024",
)
HEADER = ("TT", "Nội dung công việc", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian hoàn thành", "Sản phẩm")
NV, GD = "Sở Nội vụ", "Sở GD&ĐT"
CELLS = (NV, GD, "30/6/2024", "Báo cáo")
LEFT, ABOVE = "<", "^"
ACROSS = (LEFT,) * 4


def grid_of(rows: Rows, number: int = 1, page: int | None = None) -> Grid:
    """A grid of these texts; "<" and "^" are cells covered from the left and from above."""
    marks = {LEFT: "left", ABOVE: "above"}
    return Grid(
        number,
        [
            [
                Cell(
                    "" if text in marks else text, Place(table=number, row=r, column=c, page=page), marks.get(text, "")
                )
                for c, text in enumerate(row, start=1)
            ]
            for r, row in enumerate(rows, start=1)
        ],
    )


def document(*parts: str | Rows) -> Document:
    """Paragraphs and tables in order."""
    blocks: list[Block] = []
    grids: list[Grid] = []
    for part in parts:
        if isinstance(part, str):
            blocks.append(Block(part, Place()))
        else:
            grids.append(grid_of(part, len(grids) + 1, page=len(grids) + 1))
            blocks.extend(blocks_of(grids[-1]))
    return Document("plan.docx", "0" * 64, blocks, grids)


Read = Callable[..., Draft]


@pytest.fixture
def read(registry: Registry) -> Read:
    """The draft of a plan with these paragraphs and tables behind its letterhead."""

    def build(*parts: str | Rows) -> Draft:
        return draft_of(document(*LETTERHEAD, *parts), registry, is_working=five_day_week)

    return build


def only_table(*parts: str | Rows) -> TaskTable:
    """The one task table of a document."""
    (table,) = find_tables(document(*parts))
    return table


def refs(draft: Draft) -> list[str]:
    """The references in order."""
    return [task.ref for task in draft.tasks]


def kinds(draft: Draft) -> set[str]:
    """The kinds of anomalies found."""
    return {fault.kind for fault in draft.anomalies}


def test_a_row_of_a_grid_has_its_place(read: Read) -> None:
    """Table, row and page, for a person to find it."""
    draft = read([HEADER, ("1", "Mở lớp", *CELLS)])
    (task,) = draft.tasks
    assert (task.ref, task.cell, task.source_lines) == ("1", {"table": 1, "row": 2, "page": 1}, None)
    assert ([owner.name for owner in task.owners], task.deliverable) == ([NV], "Báo cáo")


def test_a_sheet_holds_letterhead_table_and_signature_in_one_grid() -> None:
    """The table covers its own rows alone; the rest stays running text."""
    empty = ("",) * 4
    rows = [
        ("UBND TỈNH SÔNG XANH", "", *empty),
        ("DANH MỤC VIỆC NĂM 2024", LEFT, *ACROSS),
        HEADER,
        ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"),
        ("1", "Mở lớp", *CELLS),
        ("", "Nơi nhận:", *empty),
        ("", "- Như trên", "", "TM. ỦY BAN", "", ""),
    ]
    table = only_table(rows)
    covered = document(rows).blocks[slice(*table.span)]
    assert (covered[0].text, covered[-1].text) == ("TT", "Báo cáo")
    assert [row.number for row in table.rows] == ["1"]


def test_two_header_rows_are_read_together(read: Read) -> None:
    """With the merges a format tells, and without them."""
    upper = ("TT", "Nhiệm vụ", "Phân công", LEFT, "Thời gian", LEFT, "Ghi chú")
    lower = (ABOVE, ABOVE, "Chủ trì", "Phối hợp", "Bắt đầu", "Hoàn thành", ABOVE)
    row = ("1", "Mở lớp", NV, GD, "01/3/2024", "30/6/2024", "gấp")
    blank = dict.fromkeys((LEFT, ABOVE), "")
    bare = [tuple(blank.get(text, text) for text in head) for head in (upper, lower)]
    for head in ([upper, lower], bare):
        (task,) = read([*head, row]).tasks
        assert (task.owner_text, task.collaborators_text, task.start_text) == (NV, GD, "01/3/2024")
        assert (str(task.deadline.end), task.notes) == ("2024-06-30", "Ghi chú: gấp")


def test_a_start_behind_the_finish_is_asked_about(read: Read) -> None:
    """One of the two days is wrong; which one is for a person to say."""
    draft = read([("TT", "Việc", "Chủ trì", "Bắt đầu", "Kết thúc"), ("1", "Mở lớp", NV, "01/7/2024", "30/6/2024")])
    assert "end_before_start" in kinds(draft)
    asked = about_deadline(draft.tasks[0].deadline)
    assert asked is not None
    assert asked["blocks"] == "deadline"


def test_ticked_parts_of_the_year_are_the_deadline(read: Read) -> None:
    """A column for each quarter, a cross in one of them."""
    upper = ("TT", "Việc", "Chủ trì", "Thời gian (quý)", LEFT, LEFT, LEFT)
    lower = (ABOVE, ABOVE, ABOVE, "I", "II", "III", "IV")
    draft = read([upper, lower, ("1", "Mở lớp", NV, "", "x", "", ""), ("2", "Đóng lớp", NV, "", "", "", "")])
    assert [task.deadline_text for task in draft.tasks] == ["Quý II", None]
    assert [task.deadline.kind for task in draft.tasks] == ["quarter", "unknown"]


def test_sections_at_any_depth_give_references_and_titles(read: Read) -> None:
    """Letters over Roman numerals over numbers; merged, beside a number, or with the number in their words."""
    blank = ("",) * 4
    draft = read(
        [
            HEADER,
            ("A. PHẦN MỘT", LEFT, *ACROSS),
            ("I", "Truyền thông", *blank),
            ("1", "Tờ rơi", *blank),
            ("1.1", "In", *CELLS),
            ("1.2", "Phát", *CELLS),
            ("II", "Lớp học", *ACROSS),
            ("1", "Mở lớp", *CELLS),
            ("a)", "Lớp sáng", *CELLS),
            ("B. PHẦN HAI", LEFT, *ACROSS),
            ("C. PHẦN BA", LEFT, *ACROSS),
            ("I", "Kiểm tra", *blank),
            ("1", "Đi kiểm tra", *CELLS),
        ]
    )
    assert refs(draft) == ["A.I.1.1", "A.I.1.2", "A.II.1", "A.II.1.a", "C.I.1"]
    assert draft.tasks[0].section_path == ["PHẦN MỘT", "Truyền thông", "Tờ rơi"]
    assert draft.tasks[-1].section_path == ["PHẦN BA", "Kiểm tra"]


def test_numbers_that_begin_anew_under_headings_stay_apart(read: Read) -> None:
    """Headings without a number, and headings counted like their rows."""
    heading = (LEFT, *ACROSS)
    draft = read([HEADER, ("Khối một", *heading), ("1", "Mở", *CELLS), ("Khối hai", *heading), ("1", "Đóng", *CELLS)])
    assert refs(draft) == ["(1).1", "(2).1"]
    assert [task.section for task in draft.tasks] == ["Khối một", "Khối hai"]
    draft = read([HEADER, ("1", "Nhóm", *ACROSS), ("1", "Mở", *CELLS), ("2", "Nhóm", *ACROSS), ("1", "Đóng", *CELLS)])
    assert refs(draft) == ["1.1", "2.1"]
    assert "duplicate_ref" not in kinds(draft)


def test_rows_without_a_number_have_a_stable_reference(read: Read) -> None:
    """By their place; beside numbered rows it shows that it is not printed."""
    draft = read([HEADER[1:], ("Mở lớp", *CELLS), ("2. Đóng lớp", *CELLS)])
    assert [(task.ref, task.tt_printed, task.text) for task in draft.tasks] == [
        ("0+1", "", "Mở lớp"),
        ("2", "2", "Đóng lớp"),
    ]
    assert refs(read([HEADER[1:], ("Mở lớp", *CELLS), ("Đóng lớp", *CELLS)])) == ["1", "2"]
    assert refs(read([HEADER, ("1", "Mở lớp", *CELLS), ("", "Đóng lớp", *CELLS)])) == ["1", "1+1"]


def test_an_empty_row_of_an_uncounted_table_is_a_task_with_questions_no_heading(read: Read) -> None:
    """A duty must not vanish into a title because its cells are empty."""
    draft = read([HEADER[1:], ("Mở lớp", *CELLS), ("Đóng lớp", "", "", "", ""), ("Sửa lớp", *CELLS)])
    assert [task.text for task in draft.tasks] == ["Mở lớp", "Đóng lớp", "Sửa lớp"]
    assert "2-owner" in {question.id for question in draft.questions}


def test_a_merged_cell_counts_for_every_row_it_covers(read: Read) -> None:
    """And says from which row; an empty cell says nothing."""
    draft = read(
        [
            HEADER,
            ("1", "Mở lớp", *CELLS),
            ("2", "Đóng lớp", ABOVE, "", ABOVE, ABOVE),
            ("3", "Sửa lớp", ABOVE, "", "", "Biên bản"),
        ]
    )
    second, third = draft.tasks[1:]
    assert [owner.name for owner in third.owners] == [NV]
    assert (second.owners_inherited_from, second.deadline_inherited_from, second.deliverable) == ("1", "1", "Báo cáo")
    assert second.collaborators == []
    assert third.deadline.kind == "unknown"
    assert "vertical_merge" in kinds(draft)
    assert "ditto_resolved" not in kinds(draft)


def test_a_number_merged_over_rows_keeps_them_apart(read: Read) -> None:
    """Each row is a task of its own; what of its text is its own is kept."""
    header = ("TT", "Nhiệm vụ", "Nội dung thực hiện", "Chủ trì", "Thời hạn")
    draft = read([header, ("1", "Mở lớp", "thuê phòng", NV, "Quý I"), (ABOVE, ABOVE, "mời thầy", GD, "Quý II")])
    assert [(task.ref, task.tt_printed, task.text) for task in draft.tasks] == [
        ("1", "1", "Mở lớp\nthuê phòng"),
        ("1+1", "1", "Mở lớp\nmời thầy"),
    ]


def test_a_section_may_say_who_for_all_its_rows(read: Read) -> None:
    """By a merged cell, or because no row below says it; where one does, the heading's cell is a task's own."""
    blank = ("",) * 4
    draft = read(
        [
            HEADER,
            ("I", "Y tế", NV, "", "Quý I", ""),
            ("1", "Mở lớp", ABOVE, "", ABOVE, "Báo cáo"),
            ("II", "Giáo dục", GD, "", "", ""),
            ("1", "Đóng lớp", "", "", "Quý I", "Báo cáo"),
            ("2", "Sửa lớp", "", "", "Quý II", "Báo cáo"),
        ]
    )
    assert refs(draft) == ["I.1", "II.1", "II.2"]
    assert [task.owners[0].name for task in draft.tasks] == [NV, "Sở Giáo dục và Đào tạo", "Sở Giáo dục và Đào tạo"]
    assert [task.owners_inherited_from for task in draft.tasks] == ["I", "II", "II"]
    mixed = read([HEADER, ("I", "Y tế", NV, *blank[1:]), ("1", "Mở", *CELLS), ("2", "Đóng", "", GD, "Quý I", "x")])
    assert refs(mixed) == ["I", "I.1", "I.2"]
    assert mixed.tasks[2].owners == []


@pytest.mark.parametrize("mark", ['"', "“", "nt", "-nt-", "(nt)", "n.t", "Như trên", "- như trên -", '-"-', "//"])
def test_marks_of_repetition_count_in_every_column(mark: str, read: Read) -> None:
    """Also for what must be handed in."""
    draft = read([HEADER, ("1", "Mở lớp", *CELLS), ("2", "Đóng lớp", mark, mark, mark, mark)])
    above, task = draft.tasks
    assert (task.owners, task.collaborators) == (above.owners, above.collaborators)
    assert (task.deadline, task.deliverable) == (above.deadline, above.deliverable)
    assert task.deliverable_inherited_from == "1"


@pytest.mark.parametrize("text", ["", "-", "–"])
def test_an_empty_cell_repeats_nothing(text: str, read: Read) -> None:
    """Nor does a dash."""
    draft = read([HEADER, ("1", "Mở lớp", *CELLS), ("2", "Đóng lớp", text, text, text, text)])
    assert draft.tasks[1].deadline.kind == "unknown"
    assert draft.tasks[1].deadline_inherited_from is None


def test_a_table_goes_on_over_page_breaks(read: Read) -> None:
    """With its header again or without; a page number between is no text. Rows keep their own place."""
    draft = read(
        [HEADER, ("1", "Mở lớp", *CELLS)],
        "12",
        [HEADER, ("2", "Sửa lớp", *CELLS)],
        [("3", "Đóng lớp", *CELLS), ("13", "", "", "", "", ""), HEADER, ("4", "Dọn lớp", *CELLS)],
        "Trên đây là kế hoạch.",
        [("Nơi nhận:", LEFT, LEFT, "TM. ỦY BAN", LEFT, LEFT)],
    )
    assert refs(draft) == ["1", "2", "3", "4"]
    assert draft.tasks[2].cell == {"table": 3, "row": 1, "page": 3}
    assert "page_number_in_table" in kinds(draft)


def test_a_row_torn_by_a_page_break_is_one_row(read: Read) -> None:
    """Its rest has no number and goes on in the middle of a sentence."""
    draft = read(
        [HEADER, ("1", "Mở lớp cho", *CELLS)], [("", "cán bộ xã", "", "", "", "gửi Sở"), ("2", "Đóng", *CELLS)]
    )
    assert refs(draft) == ["1", "2"]
    assert (draft.tasks[0].text, draft.tasks[0].deliverable) == ("Mở lớp cho cán bộ xã", "Báo cáo gửi Sở")


def test_tables_of_one_annex_stand_under_their_headings(read: Read) -> None:
    """And the numbers of another annex are told apart by it, so that a reference is one row's."""
    rows = [HEADER, ("1", "Mở lớp", *CELLS)]
    draft = read("PHỤ LỤC 01", "I. Nhóm một", rows, "II. Nhóm hai", rows, "PHỤ LỤC 02", rows, "PHỤ LỤC 03", rows)
    assert refs(draft) == ["I.1", "II.1", "1", "PL03.1"]
    assert draft.tasks[1].section_path == ["Nhóm hai"]


def test_marks_and_texts_of_footnotes_do_not_hide_a_date(read: Read) -> None:
    """They are noted; the note under the table is no row."""
    rows = [HEADER, ("1", "Mở lớp", f"{NV}¹", GD, "30/6/2024 (1)", "Báo cáo"), ("(1) Có thể gia hạn", LEFT, *ACROSS)]
    draft = read(rows)
    (task,) = draft.tasks
    assert (str(task.deadline.end), [owner.name for owner in task.owners]) == ("2024-06-30", [NV])
    printed = {fault.printed for fault in draft.anomalies if fault.kind == "footnote_mark"}
    assert printed == {f"{NV}¹", "30/6/2024 (1)", "(1) Có thể gia hạn"}


@pytest.mark.parametrize(
    "cells",
    [
        ("Mở lớp", NV, "30/6/2024", "Báo cáo"),
        ("Mở lớp", NV),
        ("Mở lớp", NV, LEFT, "30/6/2024", "Báo cáo"),
        ("Mở lớp", *CELLS, "ô thừa"),
    ],
)
def test_a_row_that_does_not_fit_its_header_blocks_its_owner(cells: tuple[str, ...], read: Read) -> None:
    """Too few cells, too many, or one across two columns: who leads is for a person to say."""
    draft = read([HEADER, ("1", *cells), ("2", "Đóng lớp", *CELLS)])
    assert refs(draft) == ["1", "2"]
    assert "row_short_of_cells" in kinds(draft)
    assert ("1-owner", "owner") in {(question.id, question.blocks) for question in draft.questions}


def test_columns_drawn_wider_than_their_grid_are_one(read: Read) -> None:
    """A header over two drawn columns; where a row divides them, both halves are kept."""
    header = ("TT", "Nội dung công việc", LEFT, "Chủ trì", "Thời hạn")
    draft = read([header, ("1", "Mở lớp", LEFT, NV, "Quý I"), ("2", "Đóng lớp", "dọn phòng", NV, "Quý I")])
    assert [task.text for task in draft.tasks] == ["Mở lớp", "Đóng lớp\ndọn phòng"]


def test_deadlines_under_one_another_are_not_guessed(read: Read) -> None:
    """Two parts of a task with a day each."""
    draft = read([HEADER, ("1", "a) Mở lớp\nb) Đóng lớp", NV, GD, "Quý I\nThường xuyên", "Báo cáo")])
    assert draft.tasks[0].text == "a) Mở lớp\nb) Đóng lớp"
    assert draft.tasks[0].deadline.kind == "unknown"
    assert "two_milestones_in_deadline" in kinds(draft)


def test_one_cell_may_name_who_leads_and_who_helps(read: Read) -> None:
    """By its words; without them nobody leads until a person has said."""
    header = ("TT", "Nội dung công việc", "Cơ quan chủ trì, phối hợp", "Thời hạn")
    draft = read(
        [header, ("1", "Mở lớp", f"Chủ trì: {NV}; phối hợp: {GD}", "Quý I"), ("2", "Đóng", f"{NV}, {GD}", "Quý I")]
    )
    assert [owner.name for owner in draft.tasks[0].owners] == [NV]
    assert [helper.name for helper in draft.tasks[0].collaborators] == ["Sở Giáo dục và Đào tạo"]
    assert {question.id for question in draft.questions if question.blocks == "owner"} == {"2-owner"}


def test_a_table_without_owners_asks_for_each(read: Read) -> None:
    """The work and its day are enough to be a task table."""
    draft = read([("TT", "Nội dung công việc", "Thời hạn"), ("1", "Mở lớp", "Quý I")])
    assert "missing_owner" in kinds(draft)
    assert ("1-owner", "owner") in {(question.id, question.blocks) for question in draft.questions}


@pytest.mark.parametrize(
    "rows",
    [
        [("TT", "Thời gian", "Nội dung", "Người thực hiện"), ("1", "8h00 - 8h30", "Đón khách", "Văn phòng")],
        [("TT", "Chỉ tiêu", "Đơn vị tính", "Cơ quan chủ trì"), ("1", "Tỷ lệ", "%", NV)],
        [HEADER],
    ],
)
def test_other_tables_are_left_to_other_readers(rows: Rows) -> None:
    """The programme of a meeting, targets, a header without rows."""
    assert find_tables(document("Kế hoạch", rows)) == []


def test_a_heading_with_no_row_under_it_is_told(read: Read) -> None:
    """It may be a duty that lost its cells."""
    blank = ("",) * 4
    draft = read([HEADER, ("I", "Kiểm tra", *blank), ("II", "Lớp học", *blank), ("1", "Mở lớp", *CELLS)])
    assert refs(draft) == ["II.1"]
    assert [fault.printed for fault in draft.anomalies if fault.kind == "section_without_rows"] == ["I. Kiểm tra"]


TEXT = st.sampled_from(
    ("Mở lớp", "mở rộng", "Sở Nội vụ", "30/6/2024", "Quý II", "nt", "", "", "7", "I", "1. Việc", "x¹")
)
MARKED = st.one_of(TEXT, TEXT, TEXT, st.sampled_from((LEFT, ABOVE)))
HEADERS = (HEADER, HEADER[1:], (*HEADER, "Ghi chú"), ("TT", "Việc", "Nội dung", "Hạn", "Khác", "TG"))


@settings(max_examples=150, deadline=None)
@given(
    header=st.sampled_from(HEADERS),
    rows=st.lists(st.lists(MARKED, min_size=1, max_size=8), min_size=1, max_size=6),
)
def test_nothing_of_a_table_is_lost(header: tuple[str, ...], rows: list[list[str]]) -> None:
    """Every word under the header is in some row, or told as what stands astray."""
    told = [[f"{text} {r}.{c}" if len(text) > 4 else text for c, text in enumerate(row)] for r, row in enumerate(rows)]
    printed = grid_of([header, *told])
    for table in find_tables(Document("a", "0" * 64, blocks_of(printed), [printed])):
        said = [part for row in table.rows for part in (row.number, row.marked, *row.cells.values())]
        kept = "\n".join([*said, *(stray.text for stray in table.stray)])
        for block in blocks_of(printed)[slice(*table.span)]:
            in_header = block.place.row == 1
            assert in_header or all(word.strip(".") in kept for word in block.text.split())


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(st.lists(MARKED, min_size=6, max_size=6), min_size=1, max_size=6))
def test_what_is_in_no_task_is_in_a_title_or_an_anomaly(rows: list[list[str]], registry: Registry) -> None:
    """The draft as a whole says every word of the table; the number of a heading may be left to its rows."""
    told = [[f"{text} {r}.{c}" if len(text) > 4 else text for c, text in enumerate(row)] for r, row in enumerate(rows)]
    plan = document(*LETTERHEAD, [HEADER, *told])
    if find_tables(plan):
        said = draft_of(plan, registry).model_dump_json()
        for row in told:
            words = {word.strip(".") for text in row if len(text) > 4 for word in text.split()}
            assert not {word for word in words if word not in said}
