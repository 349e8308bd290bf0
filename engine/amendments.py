"""A later document on a running plan: what it changes is shown, and a coordinator applies it in one transaction.

The document is the authority: its deadlines are new versions, its new rows are duties from today, what it strikes is
cancelled, and the wordings it replaces are kept. What it leaves open becomes a question; a duty that was handed in or
has ended is not touched, and a person is asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from engine.acts import person_named
from engine.asking import Document
from engine.clock import Moment
from engine.enactment import Rules, carry_out
from engine.errors import ManyFaultsError, RefusedError
from engine.intake.amendment.difference import Difference, Held, Part, Party, Said, compare, mapping_faults
from engine.intake.amendment.document import Extent, leaves, number_key, strikes, struck_in_text, taken_for
from engine.intake.draft import Draft
from engine.intake.draft import Task as Printed
from engine.intake.loading.load import check_references, section_of, task_of
from engine.intake.loading.parties import Agencies
from engine.models import Agency, Amendment, Plan, Task, User
from engine.plans import find_plan, first_last_day, locked_plan
from engine.queries.amendments import (
    agencies_as_printed,
    helpers_of,
    of_document,
    owners_answered,
    parts_of,
    parts_struck,
)
from engine.renewal import ended_by
from engine.rules.terms import last_day
from engine.rules.workdays import Workdays


@dataclass(frozen=True)
class Request:
    """What a person wants done with a later document.

    Attributes:
        plan: slug or number of the plan that it amends.
        by: who applies it; needed only for that.
        number, issued: the authority, where the document's own number and day are not it.
        extent: what it is taken for, where it does not say or says it wrongly.
        mapping: for rows whose reference does not fit, the plan's reference or "new".
        struck: references of rows that it strikes in words that are not understood.
    """

    plan: str
    by: str = ""
    number: str = ""
    issued: date | None = None
    extent: Extent | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    struck: Sequence[str] = ()


@dataclass(frozen=True)
class Look:
    """What a document would change.

    Attributes:
        reason: why it is taken for the whole plan or a part of it.
        authority: by which document; empty where none is known.
        doubts: sentences that strike something, but not certainly what.
        title: the plan's new title, where the whole plan anew has another.
        ends: the accepted offers of what comes again that it ends; by its words they may be accepted anew.
        already: what says that it has been applied before; then nothing else is told.
    """

    plan: str
    extent: Extent | None
    reason: str
    authority: str
    difference: Difference
    doubts: tuple[str, ...] = ()
    title: str = ""
    ends: tuple[str, ...] = ()
    already: str = ""


@dataclass(frozen=True)
class Applied:
    """What applying did; `amendment` None where there was nothing to do."""

    look: Look
    amendment: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


def look(session: Session, draft: Draft, request: Request, rules: Rules) -> Look:
    """What a document changes in a plan; nothing is written.

    Raises:
        RefusedError: there is no such plan, it does not run, or the document does not say how far it reaches.
        BadInputError: two of its rows have the same reference, or the mapping names rows that are not there.
    """
    plan = find_plan(session, request.plan)
    _check_running(plan)
    return _look(session, plan, draft, request, rules)


def apply(
    session: Session, draft: Draft, request: Request, rules: Rules, *, when: Moment, seen: Difference | None = None
) -> Applied:
    """Apply a document to a plan, all of it or nothing.

    Args:
        session: a writing session; one transaction for all that follows from it.
        draft: what the document says.
        request: which plan, by whom, by what authority.
        rules: registry, calendar and ladder.
        when: the time; its business day is the day from which the document counts.
        seen: the difference that the person was shown; where it is another one by now, nothing is applied.

    Raises:
        RefusedError: the person does not coordinate the plan, no authority is named, rows fit nothing, the plan has
            changed since it was looked at, or a step is not possible; nothing was changed.
    """
    plan = locked_plan(session, find_plan(session, request.plan).id)
    _check_running(plan)
    person = person_named(session, request.by)
    if person.id != plan.coordinator_id:
        raise RefusedError(f"{request.by} is not the coordinator of {plan.slug}, who applies its amendments.")
    found = _look(session, plan, draft, request, rules)
    if found.already or not (found.difference.rows or found.difference.unfit or found.title):
        return Applied(found)
    number, issued = _authority(plan, draft, request, when.today)
    _check_settled(found, seen)
    _check_newest(session, plan, found.difference, issued)
    document = Document(
        draft, number, issued, whole=found.extent == "whole", by=person, title=found.title, doubts=found.doubts
    )
    amendment, counts = carry_out(session, plan, document, found.difference, rules=rules, when=when)
    return Applied(found, amendment, counts)


def _check_running(plan: Plan) -> None:
    remedy = {
        "draft": "load the edited plan as it is, or activate it before you amend it",
        "suspended": "resume it first",
        "closed": "its duties have ended",
    }
    if plan.state != "active":
        raise RefusedError(f"The plan {plan.slug} is {plan.state}: {remedy[plan.state]}.")


def _look(session: Session, plan: Plan, draft: Draft, request: Request, rules: Rules) -> Look:
    if already := _applied_before(session, plan, draft, request):
        return Look(plan.slug, None, "", "", Difference(), already=already)
    check_references(draft)
    taken = taken_for(draft, plan.number)
    extent = request.extent or taken.extent
    if extent is None:
        raise RefusedError(
            f"{draft.source}: {taken.reason}. Say what it is for {plan.slug}: --whole (the plan anew: rows it lacks "
            "are removed) or --partial (it changes only its own rows)."
        )
    whole = extent == "whole"
    held, said = _held(session, plan, rules.calendar), _said(session, plan, draft, rules, whole=whole)
    refs = {row.ref for row in held}
    faults = mapping_faults(held, said, request.mapping)
    faults += [f"--strike {ref}: the plan has no row {ref}" for ref in request.struck if ref not in refs]
    if faults:
        raise ManyFaultsError(f"{draft.source}: nothing was changed.", faults)
    struck, doubts = (set[str](), list[str]()) if whole else struck_in_text(draft, refs)
    difference = compare(held, said, whole=whole, struck=struck | {*request.struck}, mapping=request.mapping)
    own = number_key(draft.plan.number or "") == number_key(plan.number)
    return Look(
        plan=plan.slug,
        extent=extent,
        reason="người áp dụng chọn" if request.extent else taken.reason,
        authority=_authority_words(plan, draft, request),
        difference=difference,
        doubts=tuple(doubts),
        ends=tuple(offer.key for offer in ended_by(session, plan.id or 0, difference.rows)),
        title=draft.plan.title if whole and own and draft.plan.title and draft.plan.title != plan.title else "",
    )


def _applied_before(session: Session, plan: Plan, draft: Draft, request: Request) -> str:
    """Which amendment this is, where it has been applied: the same file, or a document of that number and day."""
    number, issued = _named(draft, request)
    rows = select(Amendment, User.name).join(User, col(User.id) == Amendment.applied_by)
    for amendment, by in session.exec(rows.where(Amendment.plan_id == plan.id).order_by(col(Amendment.id))):
        same_document = (number_key(amendment.number), amendment.issued) == (number_key(number), issued)
        if amendment.source_sha256 == draft.source_sha256 or same_document:
            done = f"{amendment.authority} đã được {by} áp dụng ngày {amendment.applied_on:%d/%m/%Y}"
            other = (
                f"; {draft.source} khác tệp đã áp dụng ({amendment.source_name}) mà cùng số, ngày: phần khác, nếu có, "
                "chưa được áp dụng; bản đính chính thì nêu số và ngày của nó (--document, --document-date)"
            )
            return done if amendment.source_sha256 == draft.source_sha256 else done + other
    if plan.source_sha256 == draft.source_sha256 and not request.number:
        return f"{draft.source} là chính văn bản đã nạp"
    return ""


def _named(draft: Draft, request: Request) -> tuple[str, date | None]:
    """Number and day of the authority: what the person names, else the document's own."""
    if request.number:
        return request.number, request.issued
    return draft.plan.number or "", date.fromisoformat(draft.plan.issue_date) if draft.plan.issue_date else None


def _authority_words(plan: Plan, draft: Draft, request: Request) -> str:
    number, issued = _named(draft, request)
    own = not request.number and number_key(number) == number_key(plan.number)  # it cannot amend itself
    return f"{number} ngày {issued:%d/%m/%Y}" if number and issued and not own else ""


def _authority(plan: Plan, draft: Draft, request: Request, today: date) -> tuple[str, date]:
    number, issued = _named(draft, request)
    if not _authority_words(plan, draft, request) or issued is None:
        raise RefusedError(
            f"{draft.source} names no authority of its own: name the document by which {plan.slug} is changed "
            "(--document NUMBER --document-date DATE)."
        )
    if issued > today:
        raise RefusedError(f"The document {number} is dated {issued:%d/%m/%Y}, after today; nothing was changed.")
    return number, issued


def _check_settled(found: Look, seen: Difference | None) -> None:
    if found.difference.unfit:
        faults = [
            f"mục {row.ref} “{row.text[:80]}”: {row.reason}; ghi --map {row.ref}={row.suggestion or 'new'}"
            for row in found.difference.unfit
        ]
        raise ManyFaultsError(
            f"{found.plan}: these rows fit none of the plan's, and nothing was changed. Say of each which row it is "
            "(--map ROW=REF) or that it is a new one (--map ROW=new):",
            faults,
        )
    if seen is not None and seen != found.difference:
        raise RefusedError(f"{found.plan} has changed since you looked at it; nothing was changed. Look again.")


def _check_newest(session: Session, plan: Plan, difference: Difference, issued: date) -> None:
    """An older document does not quietly undo what a newer one has changed."""
    refs = {row.held.ref for row in difference.rows if row.held}
    newer = select(Amendment).where(Amendment.plan_id == plan.id, Amendment.issued > issued)
    faults = [
        f"mục {', '.join(sorted(same))}: đã sửa theo {amendment.authority}"
        for amendment in session.exec(newer.order_by(col(Amendment.id))).all()
        if (same := refs & {change["ref"] for change in amendment.changes})
    ]
    if faults:
        raise ManyFaultsError(
            f"{plan.slug}: văn bản này ban hành ngày {issued:%d/%m/%Y}, trước văn bản đã sửa chính các mục này; "
            "chưa đổi gì. Nếu nay phải theo văn bản này, nêu văn bản mới hơn quyết định điều đó (--document, "
            "--document-date):",
            faults,
        )


def _held(session: Session, plan: Plan, calendar: Workdays) -> list[Held]:
    """The rows of the plan as they stand."""
    plan_id = plan.id or 0
    struck, answered = parts_struck(session, plan_id), owners_answered(session, plan_id)
    printed = agencies_as_printed(session, plan_id)
    keys = dict(session.exec(select(Agency.id, Agency.key)).all())
    parts: dict[int, list[Part]] = {}
    gone: dict[int, set[str]] = {}
    for row in parts_of(session, plan_id):
        if row.id in struck:
            gone.setdefault(row.task_id, set()).add(row.key)
            continue
        named = str(keys[printed.get(row.id, row.agency_id)])
        part = Part(row.id, Party(row.key, row.name), named, row.state, row.last_day, row.unclear)
        parts.setdefault(row.task_id, []).append(part)
    helpers = helpers_of(session, plan_id)
    tasks = session.exec(select(Task).where(*of_document(plan_id)).order_by(col(Task.position))).all()
    return [
        Held(
            ref=task.ref,
            text=task.text,
            section=task.section,
            deliverable=task.deliverable,
            owner_text=task.owner_text,
            collaborators_text=task.collaborators_text,
            deadline_text=task.deadline_text,
            owners=tuple(part.agency for part in parts.get(task.id or 0, ())),
            collaborators=tuple(Party(*pair) for pair in helpers.get(task.id or 0, ())),
            last_day=first_last_day(task, plan, calendar),
            parts=tuple(parts.get(task.id or 0, ())),
            struck=frozenset(gone.get(task.id or 0, ())),
            owner_answered=task.id in answered,
        )
        for task in tasks
    ]


def _said(session: Session, plan: Plan, draft: Draft, rules: Rules, *, whole: bool) -> list[Said]:
    """The rows of the document."""
    agencies = Agencies(session, rules.registry, plan.place)
    asked: dict[str, set[str]] = {}
    for question in draft.questions:
        if question.blocks != "nothing":
            asked.setdefault(task_of(question.id, draft), set()).add(question.blocks)
    return [
        _said_row(plan, row, agencies, rules.calendar, stays=_stays(row, whole=whole), asked=asked.get(row.ref, set()))
        for row in draft.tasks
    ]


def _said_row(
    plan: Plan, row: Printed, agencies: Agencies, calendar: Workdays, *, stays: frozenset[str], asked: set[str]
) -> Said:
    before: Any = plan.before
    roll: Any = plan.roll
    day = last_day(row.deadline, before=before, roll=roll, is_working=calendar.is_working)
    return Said(
        ref=row.ref,
        text=row.text,
        section=section_of(row),
        deliverable=row.deliverable or "",
        owner_text=row.owner_text or "",
        collaborators_text=row.collaborators_text or "",
        deadline_text=row.deadline_text or "",
        owners=tuple(Party(entry.id, entry.name) for entry in agencies.entries_of(row.owners)),
        collaborators=tuple(Party(entry.id, entry.name) for entry in agencies.entries_of(row.collaborators)),
        last_day=None if "deadline" in asked else day,
        stays=stays,
        asked=frozenset(asked),
        listed=any(owner.members for owner in row.owners),
        strikes=strikes((row.text, row.deadline_text, row.deliverable, *_remarks(row))),
    )


def _remarks(row: Printed) -> list[str]:
    """What the other columns of a row say, without their names ("Ghi chú: Bãi bỏ")."""
    return [line.partition(":")[2] for line in (row.notes or "").splitlines()]


def _stays(row: Printed, *, whole: bool) -> frozenset[str]:
    """The cells of a row that leave what stood there: "giữ nguyên", and in a partial amendment those left empty."""
    cells = {
        "text": row.text,
        "deliverable": row.deliverable,
        "deadline": row.deadline_text,
        "owner": row.owner_text,
        "collaborators": row.collaborators_text,
    }
    silent = {"section"} if not whole else set()
    return frozenset(silent | {name for name, text in cells.items() if leaves(text) or not (whole or text)})
