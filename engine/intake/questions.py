"""What the reader would not guess, put to a person. Ids stay the same while the row keeps its reference."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from engine.intake.draft import Agency, Anomaly, Plan, Question
from engine.intake.tables.tasks import TaskRow
from engine.rules.schedules import REASONS, choices, lacks
from engine.rules.terms import Deadline


def row_questions(rows: Iterable[TaskRow]) -> list[Question]:
    """The questions of all rows, in the rows' order."""
    return [question for row in rows for question in _of_row(row)]


def _of_row(row: TaskRow) -> Iterator[Question]:
    yield from _deadline(row)
    yield from _owners(row)
    yield from _collaborators(row)
    if row.task.deliverable is None and "deliverable" in {*row.row.cells, *row.row.missing}:
        yield _ask(row, "deliverable", "", "ô sản phẩm để trống: kết quả phải nộp là gì?")


def _ask(row: TaskRow, topic: str, printed: str | None, reason: str, **more: object) -> Question:
    document = {"id": f"{row.task.ref}-{topic}", "where": row.where, "printed": printed or "", "reason": reason, **more}
    return Question.model_validate(document)


def about_deadline(deadline: Deadline) -> dict[str, Any] | None:
    """What to ask about a deadline, and what waits for it; None where it says all that is needed."""
    if deadline.kind == "recurring" and (topic := lacks(deadline)):
        return {"reason": REASONS[topic], "choices": choices(deadline, topic), "blocks": "deadline"}
    unresolved = deadline.kind in ("relative", "recurring") and not deadline.known and deadline.reason
    if deadline.kind == "unknown" or unresolved:
        days = [day.isoformat() for day in deadline.suggest]
        return {"reason": deadline.reason or "", "choices": days, "blocks": "deadline"}
    if deadline.approx and deadline.end:
        days = [deadline.end.isoformat()]
        return {"reason": "thời hạn chỉ ghi gần đúng: lấy ngày nào?", "choices": days, "blocks": "nothing"}
    return None


def _deadline(row: TaskRow) -> Iterator[Question]:
    asked = about_deadline(row.task.deadline)
    if asked:
        yield _ask(row, "deadline", row.task.deadline_text, **asked)


def _owners(row: TaskRow) -> Iterator[Question]:
    owners, printed = row.task.owners, row.task.owner_text
    if row.doubt or not owners:
        reason = row.doubt or "ô cơ quan chủ trì để trống"
        yield _ask(row, "owner", printed, reason, choices=_names(owners), blocks="owner")
    if len(owners) > 1:
        reason = f"{len(owners)} cơ quan cùng chủ trì: cơ quan nào là đầu mối?"
        yield _ask(row, "lead", printed, reason, choices=_names(owners))
    for number, owner in enumerate((owner for owner in owners if owner.kind == "open_group"), start=1):
        topic = "members" if number == 1 else f"members-{number}"
        yield _ask(row, topic, owner.printed or owner.name, f"văn bản không liệt kê thành viên của “{owner.name}”")
    yield from _unknown(row, "owner", "owner")


def _collaborators(row: TaskRow) -> Iterator[Question]:
    yield from _unknown(row, "collaborators", "nothing")


def _unknown(row: TaskRow, column: str, blocks: str) -> Iterator[Question]:
    for number, (printed, near) in enumerate(row.unknown.get(column, ()), start=1):
        reason = "không có cơ quan này trong danh bạ: là cơ quan nào?"
        yield _ask(row, f"{column}-{number}", printed, reason, choices=near, blocks=blocks)


def _names(agencies: Sequence[Agency]) -> list[str]:
    return [agency.name for agency in agencies]


def plan_questions(plan: Plan, *, has_table: bool) -> list[Question]:
    """What the document leaves open about itself."""
    questions = []
    if not plan.is_plan:
        questions.append(_of_plan("is-plan", plan.title, plan.not_plan_reason or "có phải là kế hoạch không?"))
    if not has_table:
        reason = "không tìm thấy bảng phân công có cột nội dung, cơ quan chủ trì và thời gian"
        questions.append(_of_plan("table", plan.title, reason))
    if plan.is_plan and plan.number is None:
        questions.append(_of_plan("number", "", plan.number_reason or "không có số, ký hiệu"))
    if plan.is_plan and plan.issue_date is None:
        questions.append(_of_plan("issue-date", plan.issue_date_partial, "ngày ban hành chưa đủ"))
    return questions


def left_out_questions(faults: Sequence[Anomaly]) -> list[Question]:
    """What the reader of the file left out or could only take for granted: a person looks whether a duty is in it."""
    left_out = [fault for fault in faults if fault.kind == "left_out"]
    return [
        Question(id=f"plan-left-out-{number}", where=fault.where, printed="", reason=fault.detail or "")
        for number, fault in enumerate(left_out, start=1)
    ]


def _of_plan(topic: str, printed: str | None, reason: str) -> Question:
    return Question(id=f"plan-{topic}", where="văn bản", printed=printed or "", reason=reason)


def group_questions(missing: Sequence[Anomaly]) -> list[Question]:
    """Groups whose members come from the registry, in whole or in part, and not from the document."""
    reason = "thành viên lấy theo danh bạ của tỉnh vì văn bản không liệt kê đủ: đúng không?"
    return [
        Question(id=f"group-{number}-members", where=fault.where, printed=fault.printed or "", reason=reason)
        for number, fault in enumerate(missing, start=1)
    ]
