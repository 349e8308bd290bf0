"""`dondoc plan`, `plans`, `questions`, `answer`: plans from their questions to the running ladder."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

import typer

from cli.context import AsOf, By, installation
from cli.output import JsonOption, err, out, print_json, print_table
from config.assembly import Installation
from engine.answers import Reply, asked_alike, find_question, take_back
from engine.answers import answer as record_answer
from engine.clock import Moment
from engine.errors import BadInputError, RefusedError
from engine.models import Plan
from engine.plans import Started, activate, change, find_plan, preview, settings
from engine.queries.plans import open_questions, plan_rows
from engine.trial import send_trials

plan_group = typer.Typer(no_args_is_help=True, help="Activate, set up, suspend or close a plan.")
Coordinator = Annotated[str | None, typer.Option(metavar="USER", help="Who steers the plan.")]
Supervisor = Annotated[str | None, typer.Option(metavar="USER", help="Who watches over it.")]
Before = Annotated[str | None, typer.Option(help="How 'trước ngày X' is read: strict (X − 1) or inclusive (X).")]
Roll = Annotated[str | None, typer.Option(help="A last day on a day off: none (stays) or next (next working day).")]
Restricted = Annotated[
    bool | None,
    typer.Option("--restricted/--unrestricted", help="Mails and calendars name its tasks by their reference alone."),
]
MaybeBy = Annotated[str, typer.Option("--by", metavar="USER", help="Who does this: coordinator or supervisor.")]
Yes = Annotated[bool, typer.Option("--yes", help="Go on without being asked.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this group to `app`."""
    app.command("plans")(plans)
    app.command("questions")(questions)
    app.command("answer")(answer)
    app.add_typer(plan_group, name="plan")


def plans(as_of: AsOf = None, as_json: JsonOption = False) -> None:
    """List the plans with their official four counts."""
    place = installation(as_of)
    with place.database.read() as session:
        day = place.clock.now().date()
        rows = plan_rows(session, day, calendar=place.calendar, policies=place.policies, rewind=place.looks_back)
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    columns = ("Kế hoạch", "Số", "Tình trạng", "Nhiệm vụ", "Việc", "Đúng hạn", "Muộn", "Trong hạn", "Quá hạn", "Khác")
    print_table(
        columns, [(r.slug, r.number, r.state, r.tasks, r.duties, *r.four.values(), sum(r.apart.values())) for r in rows]
    )


@plan_group.command("activate")
def activate_plan(
    name: Annotated[str, typer.Argument(metavar="PLAN")],
    coordinator: Coordinator = None,
    supervisor: Supervisor = None,
    before: Before = None,
    roll: Roll = None,
    trial: Annotated[bool, typer.Option("--test-mail", help="First send a test mail to each address.")] = False,
    by: MaybeBy = "",
    yes: Yes = False,
    as_of: AsOf = None,
    as_json: JsonOption = False,
) -> None:
    """Show what activation starts, ask, and put the deadlines in force; with --json it goes on only with --yes."""
    place = installation(as_of)
    when = place.writing_moment()
    values = {"coordinator": coordinator, "supervisor": supervisor, "before": before, "roll": roll}
    with place.database.write() as session:
        plan = find_plan(session, name)
        settings(session, plan, values, when, by=by)
        starts = preview(session, plan, calendar=place.calendar, today=when.today)
        session.rollback()  # a look changes nothing; the settings are made with the activation
    if not as_json:
        _show_start(starts)
    if trial:
        _try_addresses(place, starts, when)
    if as_json and not yes:
        print_json(asdict(starts) | {"started": 0})
        return
    if not yes and not typer.confirm("Kích hoạt kế hoạch này?"):
        raise RefusedError("Not activated; nothing was changed.")
    with place.database.write() as session:
        plan = find_plan(session, name)
        settings(session, plan, values, when, by=by)
        started = activate(session, plan, calendar=place.calendar, when=when, by=by)
    if as_json:
        print_json(asdict(starts) | {"started": started})
    else:
        out.print(f"Đã kích hoạt: {started} việc có hạn. Thông báo đi trong lần rà soát kế tiếp (dondoc sweep).")


@plan_group.command("set")
def set_plan(
    name: Annotated[str, typer.Argument(metavar="PLAN")],
    coordinator: Coordinator = None,
    supervisor: Supervisor = None,
    before: Before = None,
    roll: Roll = None,
    restricted: Restricted = None,
    by: MaybeBy = "",
    as_of: AsOf = None,
) -> None:
    """Change who steers a plan, how its dates are read, and whether mails and calendars name its tasks."""
    place = installation(as_of)
    values = {"coordinator": coordinator, "supervisor": supervisor, "before": before, "roll": roll}
    with place.database.write() as session:
        plan = find_plan(session, name)
        settings(session, plan, values, place.writing_moment(), restricted=restricted, by=by)
        shown = f"before={plan.before}, roll={plan.roll}{', restricted' if plan.restricted else ''}"
        out.print(f"{plan.slug}: {shown}", markup=False)


@plan_group.command("suspend")
def suspend_plan(
    name: Annotated[str, typer.Argument(metavar="PLAN")], by: By, reason: str = "", as_of: AsOf = None
) -> None:
    """Let the ladder of a plan rest."""
    _change(name, "suspend", by=by, reason=reason, as_of=as_of)


@plan_group.command("resume")
def resume_plan(
    name: Annotated[str, typer.Argument(metavar="PLAN")], by: By, reason: str = "", as_of: AsOf = None
) -> None:
    """Let the ladder of a suspended plan go on."""
    _change(name, "resume", by=by, reason=reason, as_of=as_of)


@plan_group.command("close")
def close_plan(
    name: Annotated[str, typer.Argument(metavar="PLAN")], by: By, reason: str = "", as_of: AsOf = None
) -> None:
    """End a plan: nothing of it is reminded any more."""
    _change(name, "close", by=by, reason=reason, as_of=as_of)


def questions(
    name: Annotated[str | None, typer.Argument(metavar="[PLAN]")] = None, as_json: JsonOption = False
) -> None:
    """List what the reader would not guess, and what waits for the answer."""
    place = installation()
    with place.database.read() as session:
        plan_id = find_plan(session, name).id if name else None
        rows = open_questions(session, plan_id)
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    print_table(
        ("Câu hỏi", "Chỗ", "Văn bản ghi", "Vì sao hỏi", "Lựa chọn", "Chặn"),
        [(r.name, r.place, r.printed, r.reason, "; ".join(r.choices), r.blocks) for r in rows],
    )


def answer(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="PLAN:KEY, or KEY where unique.")],
    by: By,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="A day, an agency, names parted by ';', words.")] = "",
    undo: Annotated[
        bool, typer.Option("--undo", help="Take the answer back, while nothing is in force by it.")
    ] = False,
    same: Annotated[
        bool, typer.Option("--same", help="Answer every open question of the plan that asks the same of these words.")
    ] = False,
    reason: Annotated[str, typer.Option(help="On what the answer rests; or why it was wrong.")] = "",
    as_of: AsOf = None,
) -> None:
    """Answer a question; the duty then starts as if it had been so printed."""
    if undo == bool(value) or (undo and same):
        raise BadInputError("Write either a VALUE (with --same, for all that ask alike) or --undo.")
    place = installation(as_of)
    when = place.writing_moment()
    with place.database.write() as session:
        if undo:
            said = [take_back(session, question, by=by, reason=reason, when=when)]
        else:
            plan = session.get_one(Plan, find_question(session, question).plan_id)
            known = place.registries.for_document(plan.place, plan.issuer)
            reply = Reply(value, by, reason)
            said = [
                record_answer(session, name, reply, when=when, calendar=place.calendar, registry=known)
                for name in (asked_alike(session, question) if same else [question])
            ]
    out.print("\n".join(said), markup=False)


def _change(name: str, event: str, *, by: str, reason: str, as_of: str | None) -> None:
    place = installation(as_of)
    with place.database.write() as session:
        plan = find_plan(session, name)
        change(session, plan, event, place.writing_moment(), by=by, reason=reason)
        out.print(f"{plan.slug}: {plan.state}")


def _try_addresses(place: Installation, starts: Started, when: Moment) -> None:
    addresses = [(title, address) for title, _, address in starts.addresses]
    refused = asyncio.run(send_trials(place.sending, addresses, when))
    out.print(f"Thư thử: {len(addresses) - len(refused)} địa chỉ nhận, {len(refused)} không.")
    for address, reply in refused.items():
        err.print(f"  {address}: {reply}")


def _show_start(starts: Started) -> None:
    rows: list[tuple[str, Any]] = [
        ("Nhiệm vụ", starts.tasks),
        ("Việc giao cho cơ quan", starts.duties),
        ("chưa rõ, không nhắc", starts.unclear),
        ("không có hạn", starts.without_deadline),
        ("đã quá hạn ngay khi kích hoạt", starts.late_already),
        ("Hạn sớm nhất", starts.first_last_day),
        ("Câu hỏi chưa trả lời", starts.questions),
        ("Thư thông báo sẽ gửi", starts.messages),
        ("Cơ quan chưa có địa chỉ", "; ".join(starts.without_address) or "không"),
    ]
    print_table(("Kích hoạt sẽ bắt đầu", starts.slug), rows)
    parts = {"office": "cơ quan", "head": "người đứng đầu", "coordinator": "điều phối", "supervisor": "giám sát"}
    people = [(name, parts.get(role, role), address) for name, role, address in starts.addresses]
    print_table(("Người nhận thư", "Vai trò", "Địa chỉ"), people)
