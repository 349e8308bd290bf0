"""`dondoc tasks`, `show`, `why`, `act`, `ack`: duties, one by one."""

import hashlib
import shutil
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session, col, select

from cli.context import AsOf, By, installation
from cli.output import CHANGES, JsonOption, out, print_json, print_table
from config.assembly import Installation
from engine.acts import Ack, Act, acknowledge, perform
from engine.errors import BadInputError, RefusedError
from engine.models import Agency, Assignment, Plan, Task
from engine.plans import find_plan
from engine.queries.amendments import Amended, amendments_of
from engine.queries.answers import Answered, answers_of
from engine.queries.history import LogLine, Sought, log_lines
from engine.queries.mail import addresses
from engine.queries.offers import TakenOn, taken_on
from engine.queries.tasks import Duty, Wanted, Yardstick, duties
from engine.rules.states import State
from engine.rules.timeliness import Timeliness
from engine.why import Version, Why, why
from web.words import BOUNDS, CAUSES, READINGS, STATES, TIMELINESS, TOLD, said

TaskName = Annotated[str, typer.Argument(metavar="TASK", help="PLAN:REF, or REF where unique.")]
AgencyName = Annotated[str, typer.Option("--agency", metavar="AGENCY", help="Key or name of the owner agency.")]
DAYS = ("old_day", "new_day")
BEFORE = {"strict": "“trước ngày” thì ngày cuối là hôm trước", "inclusive": "“trước ngày” tính cả ngày ghi"}
ROLL = {"none": "không dời khi rơi vào ngày nghỉ", "next": "rơi vào ngày nghỉ thì dời sang ngày làm việc sau"}
EVIDENCE_LIMIT = 50 * 1024 * 1024


def register(app: typer.Typer) -> None:
    """Add the commands of this group to `app`."""
    for command in (tasks, show, act, ack):
        app.command(command.__name__)(command)
    app.command("why")(why_task)


def tasks(
    plan: Annotated[str | None, typer.Option(help="Slug or number of a plan.")] = None,
    agency: Annotated[str | None, typer.Option(help="Key of the owner agency.")] = None,
    state: Annotated[str | None, typer.Option(help="assigned, in_progress, submitted …")] = None,
    timeliness: Annotated[str | None, typer.Option(help="not_due, due_soon, overdue …")] = None,
    search: Annotated[str | None, typer.Option(help="Words of the text, the reference or the agency.")] = None,
    as_of: AsOf = None,
    as_json: JsonOption = False,
) -> None:
    """List duties, one line for each accountable agency."""
    _known("--state", state, State)
    _known("--timeliness", timeliness, Timeliness)
    place = installation(as_of)
    with place.database.read() as session:
        plan_id = find_plan(session, plan).id if plan else None
        if agency and session.exec(select(Agency.id).where(Agency.key == agency)).first() is None:
            raise RefusedError(f"No agency has the key {agency!r}: see 'dondoc agency list'.")
        wanted = Wanted(plan_id=plan_id, agency=agency, state=state, timeliness=timeliness, search=search)
        listed = _duties(place, session, wanted)
    if as_json:
        print_json([asdict(duty) for duty in listed])
        return
    print_table(
        ("Mục", "Nhiệm vụ", "Cơ quan", "Ngày cuối", "Thời hạn", "Tình trạng"),
        [
            (d.ref, _short(d.text), d.agency, _dated(d.last_day), TIMELINESS[d.timeliness], STATES[d.state])
            for d in listed
        ],
        title=f"{len(listed)} việc",
    )


def show(name: TaskName, as_of: AsOf = None, as_json: JsonOption = False) -> None:
    """One task: its parts and its history."""
    place = installation(as_of)
    with place.database.read() as session:
        task = find_task(session, name)
        parts = _duties(place, session, Wanted(task_id=task.id))
        sought = Sought(assignments=[part.assignment_id for part in parts], limit=10_000)
        history = log_lines(session, sought, newest_first=False)
        known = addresses(session, [line.data["mailbox"] for line in history if "mailbox" in line.data])
        amended, taken = amendments_of(session, task.plan_id, task.id or 0), taken_on(session, task)
        answers = answers_of(session, task)
    if place.looks_back:  # what came later was not so yet
        day = place.clock.now().date()
        history = [line for line in history if line.effective <= day]
        amended = [one for one in amended if one.day <= day]
        answers = [one for one in answers if one.on is None or one.on <= day]
    if as_json:
        found = {"parts": _plain(parts), "history": _plain(history), "amendments": _plain(amended)}
        found["answers"] = _plain(answers)
        print_json({"task": task.model_dump(), **found, "taken_on": asdict(taken) if taken else None})
        return
    text = parts[0].text if parts else task.text  # as it stood that day
    out.print(f"{parts[0].ref if parts else task.ref}. {text}", markup=False)
    for label, value in [*_taken_on(taken), *_answers(answers)]:
        out.print(f"{label}: {value}", markup=False)
    print_table(
        ("Cơ quan", "Ngày cuối", "Thời hạn", "Tình trạng", "Vòng"),
        [(p.agency, *_standing(p), p.round) for p in parts],
    )
    policy = place.policies["default"]
    print_table(
        ("Ngày", "Nấc", "Cơ quan", "Nội dung", "Gửi tới"),
        [(_dated(line.effective), line.rung, line.agency, said(line, policy, known), _told(line)) for line in history],
        title="Nhật ký",
    )
    _show_amended(amended)


def why_task(name: TaskName, as_of: AsOf = None, as_json: JsonOption = False) -> None:
    """How the date of a task came about: words, reading, rule, calendar, last day, every rung."""
    place = installation(as_of)
    with place.database.read() as session:
        task = find_task(session, name)
        plan = session.get_one(Plan, task.plan_id)
        policy = place.policies.get(plan.policy, place.policies["default"])
        derivation = why(session, task, policy=policy, calendar=place.calendar)
    if as_json:
        print_json(derivation.to_json())
    else:
        _show_why(derivation)


def act(
    name: TaskName,
    event: Annotated[str, typer.Argument(metavar="EVENT", help="accept, progress, submit, confirm, return …")],
    agency: AgencyName,
    by: By,
    reason: Annotated[str, typer.Option(help="The reason, or the line of text of 'progress'.")] = "",
    document: Annotated[str, typer.Option(help="Number of the result, or of the authority.")] = "",
    document_date: Annotated[str, typer.Option(metavar="DATE", help="Its date.")] = "",
    evidence: Annotated[Path | None, typer.Option(metavar="FILE", help="A file that shows the result.")] = None,
    deadline: Annotated[str, typer.Option(metavar="DATE", help="The new last day on time.")] = "",
    to: Annotated[str, typer.Option(metavar="AGENCY", help="Who takes over ('reassign').")] = "",
    as_of: AsOf = None,
) -> None:
    """One step of the state machine."""
    place = installation(as_of)
    when = place.writing_moment()
    step = Act(
        event=event,
        by=by,
        reason=reason,
        document=document,
        document_date=_day(document_date, "--document-date"),
        evidence=_kept(place, evidence) if evidence else None,
        new_day=_day(deadline, "--deadline"),
        to_agency=to,
    )
    with place.database.write() as session:
        part = perform(session, find_assignment(session, name, agency), step, when)
        out.print(f"{name}: {part.state} (vòng {part.round})")


def ack(
    name: TaskName,
    agency: AgencyName,
    by: By,
    comment: Annotated[str, typer.Option(help="What was agreed.")] = "",
    as_of: AsOf = None,
) -> None:
    """Acknowledge an escalation: the next working days' rungs wait."""
    place = installation(as_of)
    when = place.writing_moment()
    with place.database.write() as session:
        assignment = find_assignment(session, name, agency)
        policy = place.policies[session.get_one(Plan, session.get_one(Assignment, assignment).plan_id).policy]
        said = Ack(by, comment)
        part = acknowledge(session, assignment, said, when=when, policy=policy, calendar=place.calendar)
        out.print(f"{name}: tạm dừng đôn đốc đến hết {part.held_until:%d/%m/%Y}")


def find_task(session: Session, name: str) -> Task:
    """The task of that name.

    Raises:
        RefusedError: none or several have it.
    """
    plan, _, ref = name.rpartition(":")
    fitting = select(Task, Plan.slug).join(Plan, col(Plan.id) == Task.plan_id).where(Task.ref == ref)
    if plan:
        fitting = fitting.where(Task.plan_id == find_plan(session, plan).id)
    found = session.exec(fitting).all()
    if len(found) == 1:
        return found[0][0]
    if found:
        names = ", ".join(f"{slug}:{ref}" for _, slug in found)
        raise RefusedError(f"Several plans have a task {ref}: write one of {names}.")
    raise RefusedError(f"There is no task {name!r}: see 'dondoc tasks'.")


def find_assignment(session: Session, name: str, agency: str) -> int:
    """The id of an agency's part in a task.

    Raises:
        RefusedError: the agency has no part in it; the message lists who has.
    """
    task = find_task(session, name)
    parts = session.exec(
        select(Assignment.id, Agency.key, Agency.name)
        .join(Agency, col(Agency.id) == Assignment.agency_id)
        .where(Assignment.task_id == task.id)
    ).all()
    for number, key, title in parts:
        if agency in (key, title):
            return number or 0
    raise RefusedError(f"{agency} has no part in {name}. Who has: {', '.join(key for _, key, _ in parts)}.")


def _duties(place: Installation, session: Session, wanted: Wanted) -> list[Duty]:
    """The duties of the clock's day; on a day that was asked for, acts entered for later days do not count."""
    day = place.clock.now().date()
    yardstick = Yardstick(day, place.calendar, place.policies["default"])
    return duties(session, wanted, yardstick, today=date.max if place.looks_back else day)


def _known(option: str, value: str | None, allowed: type[StrEnum]) -> None:
    """A mistyped filter must not look like an empty list."""
    if value is not None and value not in list(allowed):
        raise BadInputError(f"{option} {value}: use one of {', '.join(allowed)}.")


def _kept(place: Installation, file: Path) -> dict[str, Any]:
    """Copy a file of evidence into the home under its hash."""
    try:
        if file.stat().st_size > EVIDENCE_LIMIT:
            raise BadInputError(f"{file}: larger than {EVIDENCE_LIMIT >> 20} MiB; hand in a smaller file.")
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        folder = place.settings.home / "evidence"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / digest)
    except OSError as error:
        raise BadInputError(f"{file}: cannot be read ({error.strerror}).") from error
    return {"name": file.name, "sha256": digest, "size": file.stat().st_size}


def _day(text: str, option: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInputError(f"{option} {text}: write YYYY-MM-DD.") from error


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 70 else words[:69].rstrip() + "…"


def _told(line: LogLine) -> str:
    if line.superseded:
        return "(nấc sau thay)"
    marks = [" (rút lại)" if told.withdrawn else " ✓" if told.status == "sent" else "" for told in line.told]
    return "; ".join(f"{told.address}{mark}" for told, mark in zip(line.told, marks, strict=True))


def _plain(rows: list[Any]) -> list[dict[str, Any]]:
    return [asdict(row) for row in rows]


def _show_amended(amended: list[Amended]) -> None:
    """What each amending document changed in the task, from what to what."""
    rows = [
        (
            _dated(one.day),
            one.authority,
            one.by,
            CHANGES.get(change["what"], change["what"]),
            *_before_and_after(change),
        )
        for one in amended
        for change in one.changes
    ]
    if rows:
        columns = ("Áp dụng", "Theo văn bản", "Người áp dụng", "Thay đổi", "Trước", "Nay")
        print_table(columns, rows, title="Sửa đổi")


def _before_and_after(change: dict[str, str]) -> list[str]:
    days = [f" → {date.fromisoformat(change[name]):%d/%m/%Y}" if name in change else "" for name in DAYS]
    return [_short(words) + day for words, day in zip((change["old"], change["new"]), days, strict=True)]


def _taken_on(taken: TakenOn | None) -> list[tuple[str, str]]:
    """How a task that no table holds came about, and which days its data are of."""
    if taken is None:
        return []
    on = f", {taken.on:%d/%m/%Y}" if taken.on else ""
    lines = [("Nhận từ", f"{taken.key}: “{taken.printed}”"), ("Đã nhận là", f"{taken.agreed} ({taken.by}{on})")]
    if taken.period:
        lines.append(("Kỳ", taken.period))
    if taken.data_from and taken.data_to:
        lines.append(("Số liệu của kỳ", f"{taken.data_from:%d/%m/%Y} – {taken.data_to:%d/%m/%Y}"))
    elif taken.period and taken.kind == "report":
        lines.append(("Số liệu của kỳ", "văn bản không ghi ngày chốt số liệu"))
    return lines


def _answers(answers: list[Answered]) -> list[tuple[str, str]]:
    """What persons have said where the document does not, with who, when and on what it rests."""
    return [
        (
            "Đã hỏi và được trả lời",
            f"{one.asked} → “{one.value}” ({', '.join(filter(None, (one.by, _dated(one.on), one.basis)))})",
        )
        for one in answers
    ]


def _standing(duty: Duty) -> tuple[str, str, str]:
    """Last day, timeliness and state of a duty in words."""
    return _dated(duty.last_day), TIMELINESS[duty.timeliness], STATES[duty.state]


def _dated(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _show_why(w: Why) -> None:
    end = w.reading.get("end")
    read = [
        READINGS.get(str(w.reading.get("kind")), ""),
        BOUNDS.get(str(w.reading.get("bound")), ""),
        _dated(date.fromisoformat(end)) if end else "",
    ]
    rows = [
        ("Văn bản", f"{w.source}, {w.place}"),
        ("Ghi", w.printed),
        *_taken_on(w.taken_on),
        *_answers(w.answers),
        ("Theo câu trả lời" if w.settled_by else "Đọc là", ", ".join(filter(None, read))),
        ("Quy tắc", f"{BEFORE[w.before]}; {ROLL[w.roll]}"),
        ("Lịch làm việc", w.calendar + (" (tạm tính)" if w.provisional else "")),
        ("Ngày cuối còn đúng hạn", _dated(w.last_day) or "chưa rõ"),
        *[("Đang hỏi", reason) for reason in w.questions],
    ]
    print_table((f"{w.plan}:{w.ref}", ""), rows)
    for version in w.versions:
        mark = "" if version.current else " (đã thay)"
        print_table(
            ("Nấc", "Ngày", "Gửi", ""),
            [
                (
                    r.rung,
                    _dated(r.date),
                    ", ".join(TOLD.get(who, who) for who in r.to),
                    "nấc sau thay" if r.superseded else "",
                )
                for r in version.rungs
            ],
            title=f"{version.agency}: hạn {version.last_day:%d/%m/%Y} từ {version.force_day:%d/%m/%Y}, do "
            f"{_cause(version)}{mark}",
        )
    _show_amended(w.amendments)


def _cause(version: Version) -> str:
    """Why a version came into force, and by which document."""
    words = CAUSES.get(version.cause, version.cause)
    return f"{words} ({version.authority})" if version.authority else words
