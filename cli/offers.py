"""`dondoc offers`: what a document offers beside its table, and what the coordinator decides on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from itertools import groupby
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table
from typer.core import TyperGroup

from cli.context import AsOf, By, installation
from cli.output import JsonOption, out, print_json
from engine.errors import BadInputError
from engine.offers import Accepted, Desk, accept, decline, withdraw
from engine.plans import find_plan
from engine.queries.offers import OfferRow, offer_rows, proposal
from engine.rules.acceptance import Terms
from engine.rules.periods import label
from engine.rules.terms import Bound, to_json

KINDS = {"row": "dòng định kỳ", "report": "báo cáo", "obligation": "nhiệm vụ trong lời văn", "target": "chỉ tiêu"}
STATES = {"offered": "chờ quyết định", "accepted": "đã nhận", "declined": "không nhận", "withdrawn": "đã rút"}
LACKS = {
    "agency": "cơ quan (--agency)",
    "frequency": "bao lâu một lần (--frequency)",
    "day": "ngày trong kỳ (--day)",
    "month": "tháng nào của kỳ (--day)",
    "until": "đến khi nào (--until)",
    "deadline": "thời hạn (--deadline)",
}


class ListedFirst(TyperGroup):
    """A group whose bare name lists: `offers PLAN` is `offers list PLAN`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  a context of typer's own click
        """Put the command that is meant before words that name none."""
        named = args and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else ["list", *args])


group = typer.Typer(cls=ListedFirst, help="What a document offers; a coordinator makes duties of it.")
Names = Annotated[list[str], typer.Argument(metavar="PLAN:KEY…", help="As 'dondoc offers' prints them.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this group to `app`."""
    app.add_typer(group, name="offers")


@group.command("list")
def list_offers(
    name: Annotated[str | None, typer.Argument(metavar="[PLAN]")] = None,
    state: Annotated[str | None, typer.Option(help="offered, accepted, declined or withdrawn.")] = None,
    kind: Annotated[str | None, typer.Option(help="row, report, obligation or target.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List what the documents offer: who, when or how often, and what is missing."""
    for option, value, allowed in (("--state", state, STATES), ("--kind", kind, KINDS)):
        if value is not None and value not in allowed:
            raise BadInputError(f"{option} {value}: chỉ nhận {', '.join(allowed)}.")
    with installation().database.read() as session:
        found = offer_rows(session, find_plan(session, name).id if name else None, state)
    rows = [row for row in found if kind in (None, row.kind)]
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    if not rows:
        out.print("Không có mục nào.")
    for plan, of_plan in groupby(rows, key=lambda row: row.plan):
        _show_offers(plan, list(of_plan))


@group.command("accept")
def accept_offers(
    names: Names,
    by: By,
    deadline: Annotated[str, typer.Option(metavar="DATE", help="The last day on time (or see --bound).")] = "",
    proposed: Annotated[bool, typer.Option("--as-proposed", help="With the deadline that is proposed.")] = False,
    open_ended: Annotated[bool, typer.Option("--no-deadline", help="Without any deadline.")] = False,
    frequency: Annotated[str, typer.Option(help="How often: monthly, quarterly … or 'hàng quý'.")] = "",
    day: Annotated[str, typer.Option(help="The day in each period: 20, 'trước ngày 20 tháng cuối quý', '15/6'.")] = "",
    bound: Annotated[str, typer.Option(help="The day is the last on time (by), or the day after it (before).")] = "",
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day of what comes again.")] = "",
    agency: Annotated[list[str] | None, typer.Option(help="Who is accountable instead; may be repeated.")] = None,
    close_day: Annotated[int | None, typer.Option(help="The day of the last month on which data close.")] = None,
    reason: Annotated[str, typer.Option(help="On what the acceptance rests.")] = "",
    as_of: AsOf = None,
    as_json: JsonOption = False,
) -> None:
    """Make duties of offers; what comes again opens one dated task a period."""
    bounds: dict[str, Bound | None] = {"": None, "before": "before", "by": "by"}
    if bound not in bounds:
        raise BadInputError(f"--bound {bound}: chỉ nhận before hoặc by.")
    terms = Terms(
        by=by,
        reason=reason,
        last_day=_day(deadline, "--deadline"),
        open_ended=open_ended,
        proposed=proposed,
        frequency=frequency,
        day=day,
        bound=bounds[bound],
        until=_day(until, "--until"),
        agencies=tuple(agency or ()),
        close_day=close_day,
    )
    with _deciding(names, as_of) as desk:
        done = accept(desk, names, terms)
    if as_json:
        print_json([_plain(each) for each in done])
        return
    for each in done:
        _show(each)


@group.command("decline")
def decline_offers(
    names: Names, by: By, reason: Annotated[str, typer.Option(help="Why.")] = "", as_of: AsOf = None
) -> None:
    """Leave offers aside; they may be accepted later all the same."""
    with _deciding(names, as_of) as desk:
        for key in decline(desk, names, by=by, reason=reason):
            out.print(f"{key}: không nhận", markup=False)


@group.command("undo")
def undo_acceptance(
    names: Names,
    by: By,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    document: Annotated[str, typer.Option(help="The authority, where the plan is running.")] = "",
    as_of: AsOf = None,
) -> None:
    """Withdraw an acceptance: what is open of it is cancelled, no further period opens."""
    with _deciding(names, as_of) as desk:
        for key in withdraw(desk, names, by=by, reason=reason, document=document):
            out.print(f"{key}: đã rút việc nhận", markup=False)


@contextmanager
def _deciding(names: list[str], as_of: str | None) -> Iterator[Desk]:
    """What a decision is made with; it is kept as a whole at the end of the block, or not at all."""
    place = installation(as_of)
    when, slug = place.writing_moment(), names[0].rpartition(":")[0]
    with place.database.write() as session:
        plan = find_plan(session, slug) if slug else None
        known = place.registries.for_document(plan.place, plan.issuer) if plan else place.registry
        yield Desk(session, when, place.calendar, known)


def _show_offers(plan: str, rows: list[OfferRow]) -> None:
    """Keys are never cut: they are what a person types next."""
    waiting = sum(row.state == "offered" for row in rows)
    table = Table(title=f"{plan}: {len(rows)} mục, {waiting} chờ quyết định", title_justify="left", header_style="bold")
    table.add_column("KEY", no_wrap=True)
    for name in ("Văn bản ghi", "Cơ quan", "Thời gian", "Còn thiếu", "Tình trạng"):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, _line(row)))
    out.print(table)
    out.print(f"Nhận: dondoc offers accept {plan}:KEY … --by USER", markup=False)


def _line(row: OfferRow) -> tuple[str, ...]:
    who = "; ".join(row.agencies) or f"? {row.agency_text}".strip()
    when = row.proposal + (f", đến {row.until:%d/%m/%Y}" if row.until else "")
    decided = f" ({row.decided_by}, {row.decided_on:%d/%m/%Y})" if row.decided_on and row.decided_by else ""
    return (
        row.key,
        f"{KINDS[row.kind]}, {row.place or row.ref}: {_short(row.printed or row.text)}",
        who,
        when,
        "; ".join(LACKS[each] for each in row.lacks) or "–",
        STATES[row.state] + decided,
    )


def _show(done: Accepted) -> None:
    verb = "đã nhận từ trước, không đổi" if done.again else "đã nhận"
    out.print(f"{done.key}: {verb} → {done.ref} ({'; '.join(done.agencies)})", markup=False)
    if done.reading.kind == "recurring":
        out.print(f"  {proposal(done.reading)}; mở ngay {done.opened} kỳ. Các kỳ tới:", markup=False)
        for due in done.coming:
            out.print(f"  · {label(due.period.key)}: hạn cuối {due.last_day:%d/%m/%Y}", markup=False)
    elif done.last_day is not None:
        out.print(f"  ngày cuối còn đúng hạn {done.last_day:%d/%m/%Y}", markup=False)
    else:
        out.print("  không có thời hạn: theo dõi, không nhắc", markup=False)


def _plain(done: Accepted) -> dict[str, Any]:
    ahead = [
        {
            "period": due.period.key,
            "label": label(due.period.key),
            "nominal": due.period.nominal,
            "last_day": due.last_day,
        }
        for due in done.coming
    ]
    return {
        "key": done.key,
        "ref": done.ref,
        "agencies": done.agencies,
        "again": done.again,
        "agreed": to_json(done.reading),
        "last_day": done.last_day,
        "opened": done.opened,
        "coming": ahead,
    }


def _day(text: str, option: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInputError(f"{option} {text}: cần một ngày dạng YYYY-MM-DD.") from error


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 80 else words[:79].rstrip() + "…"
