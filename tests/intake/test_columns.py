"""Columns by the words of a whole header."""

import pytest

from engine.intake.tables.headers import header_role, is_combined, read_columns


def roles(*titles: str) -> list[str] | None:
    """The roles of a header of one row, as words."""
    columns = read_columns([(title,) for title in titles])
    return [column.role for column in columns] if columns else None


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("STT", "ref"),
        ("Tên công việc", "task"),
        ("Nội dung thực hiện", "task"),
        ("Đơn vị đầu mối", "owner"),
        ("Người thực hiện", "owner"),
        ("CQ CHỦ TRÌ", "owner"),
        ("Cơ quan\nchủ trì", "owner"),
        ("Cơ quan phối hợp thực hiện", "collaborators"),
        ("Các đơn vị liên quan", "collaborators"),
        ("Thời gian thực hiện", "deadline"),
        ("Hạn hoàn thành (Deadline)", "deadline"),
        ("TG hoàn thành", "deadline"),
        ("Ngày bắt đầu", "start"),
        ("Kết quả, sản phẩm", "deliverable"),
        ("Cơ quan ban hành", "deliverable"),
        ("Ghi chú", "notes"),
        ("Tình hình thực hiện đến nay", "notes"),
        ("Tỷ lệ hoàn thành", "notes"),
        ("Đơn vị", None),
        ("Tiến độ", None),
        ("Sở Nội vụ", None),
        ("Nội dung " * 20, None),
    ],
)
def test_a_column_is_told_by_its_words(text: str, role: str | None) -> None:
    """Headers differ from plan to plan; their words do not. What only its neighbours make clear is none alone."""
    assert header_role(text) == role


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (("TT", "Việc", "Chủ trì", "Tiến độ"), ["ref", "task", "owner", "deadline"]),
        (("TT", "Việc", "Chủ trì", "Thời hạn", "Tiến độ"), ["ref", "task", "owner", "deadline", "notes"]),
        (("TT", "Việc", "Chủ trì", "Hạn", "Kết quả"), ["ref", "task", "owner", "deadline", "deliverable"]),
        (("TT", "Việc", "Hạn", "Sản phẩm", "Kết quả"), ["ref", "task", "deadline", "deliverable", "notes"]),
        (("TT", "Việc", "Đơn vị", "Thời gian"), ["ref", "task", "owner", "deadline"]),
        (("TT", "Việc", "Đơn vị", "Số lượng", "Thời gian"), ["ref", "task", "notes", "notes", "deadline"]),
        (("TT", "Việc", "Đơn vị", "Đơn vị chủ trì", "Hạn"), ["ref", "task", "notes", "owner", "deadline"]),
        (
            ("TT", "Việc", "Cơ quan thực hiện", "Cơ quan chủ trì theo dõi, đánh giá", "Hạn"),
            ["ref", "task", "owner", "notes", "deadline"],
        ),
        (
            ("TT", "Việc", "Bắt đầu", "Thời gian thực hiện", "Ngày kết thúc"),
            ["ref", "task", "start", "notes", "deadline"],
        ),
        (("Thời hạn", "Người phụ trách", "Việc"), ["deadline", "owner", "task"]),
        (
            ("No.", "Task", "Owner", "Support", "Due date", "Output"),
            ["ref", "task", "owner", "collaborators", "deadline", "deliverable"],
        ),
        (("", "Việc", "Chủ trì", "Hạn"), ["ref", "task", "owner", "deadline"]),
        (("Việc", "Hạn"), ["task", "deadline"]),
    ],
)
def test_the_whole_header_decides(titles: tuple[str, ...], expected: list[str]) -> None:
    """Of two columns that could be the same one, the better wins and the other stays among the notes."""
    assert roles(*titles) == expected


@pytest.mark.parametrize(
    "titles",
    [
        ("TT", "Chỉ tiêu", "Đơn vị", "Kết quả", "Cơ quan chủ trì theo dõi"),
        ("TT", "Nội dung", "Đơn vị tính", "Năm 2026", "Cơ quan chủ trì"),
        ("TT", "Nội dung", "ĐVT", "Số lượng", "Đơn giá", "Thành tiền"),
        ("TT", "Họ và tên", "Chức vụ", "Đơn vị", "Nhiệm vụ"),
        ("TT", "Đơn vị", "Tỷ lệ", "Ghi chú"),
        ("TT", "Tên dự án", "Chủ đầu tư", "Tổng mức đầu tư"),
    ],
)
def test_other_tables_are_not_taken_for_one_of_tasks(titles: tuple[str, ...]) -> None:
    """Targets, costs, persons, projects."""
    assert roles(*titles) is None


def test_a_head_over_two_columns_gives_its_words_to_both() -> None:
    """ "Thời gian" over "Bắt đầu" and "Hoàn thành"."""
    columns = read_columns(
        [("TT", ""), ("Việc", ""), ("Phân công", "Chính"), ("Phân công", "Phối hợp"), ("Thời gian", "Từ"), ("", "Đến")]
    )
    assert columns is not None
    assert [column.role for column in columns] == ["ref", "task", "owner", "collaborators", "start", "deadline"]
    assert columns[3].title == "Phân công – Phối hợp"


def test_one_column_may_be_for_who_leads_and_who_helps() -> None:
    """It says so in its name."""
    columns = read_columns([("Việc",), ("Cơ quan chủ trì/phối hợp",), ("Hạn",)])
    assert columns is not None
    assert [is_combined(column) for column in columns] == [False, True, False]
