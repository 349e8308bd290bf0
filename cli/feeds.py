"""`dondoc feed`: calendar subscriptions of agencies and people."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session, col, select

from calendars.publishing import write_files
from calendars.tokens import Shows, alarms_of, issue, revoke, rotate
from cli.context import installation
from cli.feed_check import check
from cli.output import JsonOption, out, print_json, print_table
from config.assembly import Installation
from engine.acts import person_named
from engine.errors import BadInputError, RefusedError
from engine.models import Agency, User
from engine.plans import find_plan
from engine.queries.subscriptions import subscriptions

feed = typer.Typer(no_args_is_help=True, help="Calendar subscriptions.")
feed.command("check")(check)

HIGHEST = 2**31 - 1
"""No row has a higher number."""

STATES = {"running": "dùng được", "expired": "hết hạn", "closed": "đóng cùng chủ", "revoked": "đã thu hồi"}
WARNINGS = {"expiring": "sắp hết hạn", "silent": "7 ngày không ai đọc", "unused": "chưa ai đọc"}
NUMBER = Annotated[int, typer.Argument(metavar="NUMBER", min=1, max=HIGHEST, help="As 'dondoc feed list' shows it.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this group to `app`."""
    app.add_typer(feed, name="feed")


@feed.command("issue")
def issue_feed(
    agency: Annotated[str, typer.Argument(metavar="[AGENCY]", help="Key or name.")] = "",
    person: Annotated[str, typer.Option(metavar="KEY", help="A person instead, with that person's rights.")] = "",
    name: Annotated[str, typer.Option(help="What to call it, such as 'máy của văn thư'.")] = "",
    plan: Annotated[str, typer.Option(metavar="PLAN", help="Only this plan.")] = "",
    search: Annotated[str, typer.Option(help="Only duties with these words.")] = "",
    part: Annotated[str, typer.Option(help="lead, or any: also what the agency helps with.")] = "lead",
    component: Annotated[str, typer.Option(help="event, or todo: few clients show those.")] = "event",
    alarms: Annotated[str, typer.Option(metavar="DAYS", help="Ring so many days before, such as 7,1.")] = "",
    finished: Annotated[str, typer.Option(help="marked or hidden.")] = "marked",
    cancelled: Annotated[str, typer.Option(help="hidden, or marked for 30 days.")] = "hidden",
    history: Annotated[int, typer.Option(metavar="DAYS", help="How long what is over stays.")] = 365,
    content: Annotated[str, typer.Option(help="full, title or reference.")] = "full",
    as_json: JsonOption = False,
) -> None:
    """Make a subscription; its address is shown once and kept nowhere."""
    place = installation()
    with place.database.write() as session:
        shows = Shows(
            plan_id=find_plan(session, plan).id if plan else None,
            search=search,
            part=part,
            component=component,
            alarms=alarms_of(alarms),
            finished=finished,
            cancelled=cancelled,
            history_days=history,
            content=content,
        )
        owner = _owner(session, agency, person)
        days = place.settings.feeds.token_days
        token = issue(session, owner, place.clock.moment(), name=name, shows=shows, days=days)
    _tell(place, token, as_json=as_json)


@feed.command("list")
def list_feeds(as_json: JsonOption = False) -> None:
    """List the subscriptions with their last fetch, and what is wrong with them."""
    place = installation()
    when = place.clock.moment()
    with place.database.read() as session:
        rows = subscriptions(session)
    if as_json:
        print_json([asdict(row) | {"state": row.state(when.today), "warnings": row.warnings(when)} for row in rows])
        return
    print_table(
        ("Số", "Của", "Tên", "Tình trạng", "Hết hạn", "Lần đọc cuối", "Số lần", "Ứng dụng", "Lưu ý"),
        [
            (
                row.id,
                row.owner,
                row.name,
                STATES[row.state(when.today)],
                row.newest.expires_on,
                row.last.fetched_at,
                sum(token.fetches for token in row.tokens),
                row.last.client,
                "; ".join(WARNINGS[warning] for warning in row.warnings(when)),
            )
            for row in rows
        ],
    )


@feed.command("rotate")
def rotate_feed(number: NUMBER, as_json: JsonOption = False) -> None:
    """Give a subscription a new address; the old one works on for some days (feeds.overlap_days)."""
    place = installation()
    kept = place.settings.feeds
    with place.database.write() as session:
        token = rotate(session, number, place.clock.moment(), overlap=kept.overlap_days, days=kept.token_days)
    _tell(place, token, as_json=as_json)


@feed.command("revoke")
def revoke_feed(number: NUMBER) -> None:
    """End a subscription for good."""
    place = installation()
    with place.database.write() as session:
        ended = revoke(session, number, place.clock.moment())
        out.print(f"Đã thu hồi lịch {ended.id} ({ended.name}).", markup=False)


@feed.command("write")
def write_feeds(folder: Annotated[Path, typer.Argument(metavar="DIR")]) -> None:
    """Write every agency's feed as a file, for an office without a server."""
    place = installation()
    try:
        count = write_files(place.database, folder, place.clock.moment(), base_url=place.settings.base_url)
    except OSError as error:
        raise BadInputError(f"{folder}: cannot be written ({error.strerror}).") from error
    out.print(f"{count} lịch trong {folder}", markup=False)


def _tell(place: Installation, token: str, *, as_json: bool) -> None:
    address = f"{place.settings.base_url}/feeds/{token}.ics"
    if as_json:
        print_json({"url": address})
        return
    out.print("Địa chỉ lịch (chỉ hiện một lần, giữ như mật khẩu):", markup=False)
    typer.echo(address)


def _owner(session: Session, agency: str, person: str) -> Agency | User:
    if bool(agency) == bool(person):
        raise RefusedError("Name an agency, or a person with --person KEY: one of the two.")
    return person_named(session, person) if person else find_agency(session, agency)


def find_agency(session: Session, name: str) -> Agency:
    """The agency with that key or name.

    Raises:
        RefusedError: there is none.
    """
    agency = session.exec(select(Agency).where((col(Agency.key) == name) | (col(Agency.name) == name))).first()
    if agency is None:
        raise RefusedError(f"No agency has the key or name {name!r}: see 'dondoc agency list'.")
    return agency
