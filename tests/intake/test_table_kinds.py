"""Tables of work by what they list: months, reports, sums at their end."""

import pytest

from engine.intake.agencies.registry import Registry
from engine.intake.draft import Draft
from engine.intake.reader import draft_of
from engine.intake.readers import read_bytes

HEAD = (
    "UBND TỈNH SÔNG XANH\nSố: 12/KH-UBND\nSông Xanh, ngày 02 tháng 01 năm 2024\nKẾ HOẠCH\nViệc năm 2024\nPhụ lục 02\n\n"
)


def pipes(table: str, registry: Registry) -> Draft:
    """The draft of a plan with one table drawn with pipes."""
    lines = table.split("\n")
    rule = "|---" * (lines[0].count("|") - 1) + "|"
    return draft_of(read_bytes((HEAD + "\n".join([lines[0], rule, *lines[1:]])).encode(), "plan.md"), registry)


def test_a_row_of_sums_at_the_end_is_no_task(registry: Registry) -> None:
    """It is kept as what it is; nobody is asked who answers for it."""
    rows = "| 1 | Mở lớp | Sở Nội vụ | Quý II | 50 |\n|  | Tổng cộng |  |  | 50 |"
    draft = pipes("| TT | Nội dung | Đơn vị thực hiện | Thời hạn | Kinh phí |\n" + rows, registry)
    assert [task.text for task in draft.tasks] == ["Mở lớp"]
    assert "sum_row" in {fault.kind for fault in draft.anomalies}
    assert not {"missing_owner", "missing_deadline"} & {fault.kind for fault in draft.anomalies}


@pytest.mark.parametrize(("head", "cell", "kind"), [("Tháng", "3", "month"), ("Quý", "II", "quarter")])
def test_a_number_under_the_name_of_a_period_is_that_period(
    head: str, cell: str, kind: str, registry: Registry
) -> None:
    """The header says what it counts."""
    draft = pipes(f"| {head} | Nội dung công việc | Người phụ trách |\n| {cell} | Mở lớp | Sở Nội vụ |", registry)
    assert [task.deadline.kind for task in draft.tasks] == [kind]


def test_a_table_of_reports_says_who_sends_them_and_when(registry: Registry) -> None:
    """A report to be sent is a task like any other."""
    head = "| STT | Tên báo cáo | Cơ quan báo cáo | Kỳ báo cáo | Thời hạn gửi |"
    draft = pipes(f"{head}\n| 1 | Báo cáo mùa vụ | Sở Nội vụ | Năm | 15/12/2024 |", registry)
    assert [(task.owner_text, task.deadline_text) for task in draft.tasks] == [("Sở Nội vụ", "15/12/2024")]
