"""Faults of the rows of a task table as typed anomalies with their place."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from engine.intake.draft import Anomaly, Obligation, Plan
from engine.intake.faults.anomalies import anomaly
from engine.intake.readers import Place
from engine.intake.tables.rows import TaskTable
from engine.intake.tables.tasks import TaskRow
from engine.rules.terms import last_day

UNKNOWN_KINDS = {
    "invalid-date": "invalid_date",
    "letter-for-digit": "invalid_date",
    "empty": "missing_deadline",
    "other-document": "deadline_depends_on_other_document",
    "two-milestones": "two_milestones_in_deadline",
    "end-before-start": "end_before_start",
}
SHORT_LEAD = dt.timedelta(days=5)
"""Less than a working week between the document's day and the deadline: hardly time for the post."""

IsWorking = Callable[[dt.date], bool]


def row_faults(rows: Sequence[TaskRow], plan: Plan, is_working: IsWorking | None) -> list[Anomaly]:
    """The faults of all rows; equal ones are told once, with every reference."""
    found: dict[tuple[str, str | None, str | None, str], list[str]] = {}
    times = Counter((row.label, row.task.ref) for row in rows)
    for row in rows:
        faults = [*_cells(row), *_agencies(row), *_deadline(row, plan, is_working)]
        if times[row.label, row.task.ref] > 1:
            faults.append(("duplicate_ref", f"{row.task.ref} dùng cho {times[row.label, row.task.ref]} dòng", None))
        for kind, detail, printed in faults:
            found.setdefault((kind, detail, printed, row.label), []).append(row.task.ref)
    return [
        anomaly(f"{label} {', '.join(dict.fromkeys(refs))}".strip(), kind, detail=detail, printed=printed)
        for (kind, detail, printed, label), refs in found.items()
    ]


def duty_faults(duties: Sequence[Obligation]) -> list[Anomaly]:
    """Deadlines of the running text that are printed and cannot be read."""
    unread = ((duty.ref, duty.deadline) for duty in duties if duty.deadline and duty.deadline.kind == "unknown")
    return [
        anomaly(
            ref,
            UNKNOWN_KINDS.get(deadline.rule, "ambiguous_deadline"),
            detail=deadline.reason,
            printed=deadline.text,
        )
        for ref, deadline in unread
    ]


def table_faults(tables: Sequence[TaskTable]) -> list[Anomaly]:
    """What stands in the tables and belongs to no task: page numbers, notes, headings with no row under them."""
    return [
        anomaly(f"{table.label} {_said(stray.place)}".strip(), stray.kind, printed=stray.text)
        for table in tables
        for stray in table.stray
    ]


def _said(place: Place) -> str:
    return f"dòng {place.line}" if place.line else f"bảng {place.table} hàng {place.row}"


Fault = tuple[str, str | None, str | None]


def _cells(row: TaskRow) -> Iterator[Fault]:
    if row.row.missing:
        yield "row_short_of_cells", f"thiếu ô: {', '.join(row.row.missing)}", None
    if row.row.crowded:
        yield "row_short_of_cells", "thừa ô trong một dòng: có thể mất số thứ tự hoặc lệch cột", None
    if row.task.deliverable is None and "deliverable" in row.row.cells:
        yield "missing_cell", "ô sản phẩm để trống", None
    if not row.task.owners:
        yield "missing_owner", None, row.task.owner_text
    for column, (kind, source) in row.taken.items():
        yield kind, f"{column} lấy từ dòng {source}", None
    for printed in row.marks:
        yield "footnote_mark", "có dấu chú thích: đọc chú thích kèm theo", printed


def _agencies(row: TaskRow) -> Iterator[Fault]:
    both = {agency.name for agency in row.task.owners} & {agency.name for agency in row.task.collaborators}
    for name in sorted(both):
        yield "owner_also_collaborator", f"{name} vừa chủ trì vừa phối hợp", None
    for unknown in row.unknown.values():
        for printed, _near in unknown:
            yield "unknown_agency", None, printed
    for owner in row.task.owners:
        if owner.kind == "open_group":
            yield "group_members_not_listed", f"văn bản không liệt kê thành viên của “{owner.name}”", None


def _deadline(row: TaskRow, plan: Plan, is_working: IsWorking | None) -> Iterator[Fault]:
    deadline, printed = row.task.deadline, row.task.deadline_text
    if deadline.kind == "unknown":
        yield UNKNOWN_KINDS.get(deadline.rule, "ambiguous_deadline"), deadline.reason, printed
    elif deadline.kind == "relative" and not deadline.known:
        yield "relative_deadline_unresolved", deadline.reason, printed
    elif deadline.kind == "recurring" and deadline.reason:
        yield (
            "frequency_missing" if deadline.frequency == "unspecified" else "recurring_day_missing",
            deadline.reason,
            printed,
        )
    if deadline.approx:
        yield "approximate_range", deadline.reason, printed
    yield from _dates(row, plan, is_working)


def _dates(row: TaskRow, plan: Plan, is_working: IsWorking | None) -> Iterator[Fault]:
    deadline = row.task.deadline
    last = last_day(deadline, is_working=is_working or (lambda _day: True))
    if last is None or deadline.end is None:
        return
    issued = dt.date.fromisoformat(plan.issue_date) if plan.issue_date else None
    if issued and last < issued:
        yield "deadline_before_issue_date", f"hạn {deadline.end:%d/%m/%Y}, ban hành {issued:%d/%m/%Y}", None
    elif issued and last - issued < SHORT_LEAD:
        yield "short_lead", f"hạn {deadline.end:%d/%m/%Y}, ban hành {issued:%d/%m/%Y}", None
    if plan.period and plan.period.end and deadline.end > dt.date.fromisoformat(plan.period.end):
        yield "deadline_after_plan_year", f"hạn {deadline.end:%d/%m/%Y}, kế hoạch đến {plan.period.end}", None
    if is_working and deadline.kind == "date" and not is_working(deadline.end):
        name = {5: "thứ Bảy", 6: "Chủ nhật"}.get(deadline.end.weekday(), "ngày nghỉ")
        yield "nonworking_deadline", f"{deadline.end:%d/%m/%Y} là {name}", None
