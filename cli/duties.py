"""`dondoc sweep`, `deliver`, `simulate`: the daily duties by hand, and a dry run through time."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from calendars.publishing import write_files
from cli.context import AsOf, installation
from cli.output import JsonOption, err, out, print_json, print_table
from config.assembly import Installation
from config.policies import read_policies
from engine.clock import Moment, at, real_now
from engine.database import Database
from engine.errors import BadInputError, CheckFailedError
from engine.plans import find_plan
from engine.queries.simulation import ledger_of, messages_of
from engine.rules.ladder import Policy
from engine.simulate import copy_of, simulate, to_files


def register(app: typer.Typer) -> None:
    """Add the commands of this group to `app`."""
    app.command("sweep")(sweep_today)
    app.command("deliver")(deliver_due)
    app.command("simulate")(simulate_plan)


def sweep_today(as_of: AsOf = None, as_json: JsonOption = False) -> None:
    """Write today's duties into ledger and outbox, once."""
    place = installation(as_of)
    started, when = real_now(), place.writing_moment()
    swept = place.sweep(when)
    _record(place, "daily_sweep", started, swept.counts())
    if as_json:
        print_json(swept.counts() | {"date": when.today})
    else:
        out.print(f"{when.today:%d/%m/%Y}: {swept.entries} mục nhật ký mới, {swept.recipients} người nhận.")


def deliver_due(as_of: AsOf = None, as_json: JsonOption = False) -> None:
    """Send what is due: JSON {sent, failed, withdrawn, pending}; exit 1 when something could not be sent."""
    place = installation(as_of)
    started, when = real_now(), place.writing_moment()
    with _bar() as progress:
        line = progress.add_task("Gửi thư", total=None)
        done = place.deliver(when, progress=lambda count: progress.update(line, completed=count))
    _record(place, "deliver_outbox", started, done.counts(), error=done.error)
    if as_json:
        print_json(done.counts())
    else:
        c = done.counts()
        out.print(f"Đã gửi {c['sent']}, không được {c['failed']}, rút lại {c['withdrawn']}, còn chờ {c['pending']}.")
    if done.shipped:
        err.print(
            f"{done.shipped} thư đi bằng mẫu gốc vì mẫu của cơ quan không dựng được; 'dondoc doctor' nêu chỗ sai.",
            markup=False,
        )
    if done.error:
        raise CheckFailedError(
            f"Mail does not leave: {done.error}. {done.sent} went before; nothing is lost, and what waits goes with "
            "the next run."
        )
    if done.failed:
        raise CheckFailedError(f"{done.failed} messages failed for good; 'dondoc doctor' names them.")


def simulate_plan(
    plan: Annotated[str, typer.Option("--plan", metavar="PLAN", help="Slug or number of a loaded plan.")],
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="The day of activation.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="The last day lived through.")],
    policy: Annotated[Path | None, typer.Option(metavar="FILE", help="Another ladder, as in policies.toml.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write mail/*.eml and feeds/*.ics.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Live through a plan's days on a copy: the live code with a moving clock; nothing leaves the machine."""
    place = installation()
    days = _days(first, last)
    with place.database.read() as session:
        found = find_plan(session, plan)
        ladder = read_policies(policy)["default"] if policy else place.policies.get(found.policy)
        chosen = ladder or place.policies["default"]
        with copy_of(session, found, policy=chosen) as (copy, own):
            mail = folder / "mail" if folder else own / "mail"
            _live(place, copy, mail, days, chosen)
            result = _result(copy)
            if folder:
                evening = at(days[1], place.settings.mail.window[1])
                write_files(copy, folder / "feeds", Moment(evening, evening), base_url=place.settings.base_url)
    if as_json:
        print_json(result)
    else:
        _show(result, folder)


def _live(place: Installation, copy: Database, mail: Path, days: tuple[date, date], policy: Policy) -> None:
    sending = to_files(place.sending, copy, mail)
    first, last = days
    with _bar() as progress:
        line = progress.add_task("Mô phỏng", total=(last - first).days + 1)
        for day in simulate(sending, first, last, policy=policy, calendar=place.calendar):
            progress.update(line, advance=1, description=f"Mô phỏng {day:%d/%m/%Y}")


def _result(copy: Database) -> dict[str, Any]:
    with copy.read() as session:
        return {"ledger": ledger_of(session), "messages": messages_of(session)}


def _days(first: str, last: str) -> tuple[date, date]:
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise BadInputError("--from and --to: write YYYY-MM-DD.") from error
    if days[1] < days[0]:
        raise BadInputError("--to lies before --from.")
    return days


def _bar() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=err, transient=True)


def _record(place: Installation, duty: str, started: Any, counts: dict[str, int], error: str = "") -> None:  # noqa: ANN401
    place.record_run(duty=duty, via="command", started=started, finished=real_now(), counts=counts, error=error)


def _show(result: dict[str, Any], folder: Path | None) -> None:
    months: dict[str, dict[str, int]] = {}
    for line in result["ledger"]:
        month = months.setdefault(f"{line['date']:%m/%Y}", {})
        month[line["kind"]] = month.get(line["kind"], 0) + 1
    print_table(
        ("Tháng", "Thông báo", "Nhắc", "Đôn đốc"),
        [(m, c.get("notice", 0), c.get("reminder", 0), c.get("escalation", 0)) for m, c in months.items()],
        title=f"{len(result['ledger'])} mục nhật ký, {len(result['messages'])} thư",
    )
    if folder:
        out.print(f"Thư và lịch: {folder}", markup=False)
