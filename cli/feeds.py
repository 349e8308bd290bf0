"""`dondoc feed`: calendar subscriptions of agencies."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session, col, select

from calendars.events import publish
from calendars.feeds import feed_of
from calendars.tokens import issue, revoke
from cli.context import installation
from cli.feed_check import check
from cli.output import JsonOption, out, print_json, print_table
from engine.errors import BadInputError, RefusedError
from engine.models import Agency
from engine.queries.subscriptions import subscriptions

feed = typer.Typer(no_args_is_help=True, help="Calendar subscriptions.")
feed.command("check")(check)


def register(app: typer.Typer) -> None:
    """Add the commands of this group to `app`."""
    app.add_typer(feed, name="feed")


@feed.command("issue")
def issue_feed(
    agency: Annotated[str, typer.Argument(metavar="AGENCY", help="Key or name.")],
    name: Annotated[str, typer.Option(help="What to call it, such as 'máy của văn thư'.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Make a subscription; its address is shown once and kept nowhere."""
    place = installation()
    with place.database.write() as session:
        token = issue(session, find_agency(session, agency), place.clock.moment(), name=name)
    address = f"{place.settings.base_url}/feeds/{token}.ics"
    if as_json:
        print_json({"url": address})
    else:
        out.print(f"Địa chỉ lịch (chỉ hiện một lần, giữ như mật khẩu):\n{address}", markup=False)


@feed.command("list")
def list_feeds(as_json: JsonOption = False) -> None:
    """List the subscriptions, with their last fetch."""
    place = installation()
    with place.database.read() as session:
        rows = subscriptions(session)
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    print_table(
        ("Số", "Cơ quan", "Tên", "Hết hạn", "Thu hồi", "Lần lấy cuối", "Ứng dụng"),
        [(r.id, r.agency, r.name, r.expires_on, r.revoked_at, r.fetched_at, r.client) for r in rows],
    )


@feed.command("revoke")
def revoke_feed(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="As 'dondoc feed list' shows it.")],
) -> None:
    """End a subscription for good."""
    place = installation()
    with place.database.write() as session:
        ended = revoke(session, number, place.clock.moment())
        out.print(f"Đã thu hồi lịch {ended.id} ({ended.name}).")


@feed.command("write")
def write_feeds(folder: Annotated[Path, typer.Argument(metavar="DIR")]) -> None:
    """Write every agency's feed as a file, for an office without a server."""
    place = installation()
    with place.database.write() as session:
        publish(session, base_url=place.settings.base_url)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with place.database.read() as session:
            agencies = session.exec(select(Agency).order_by(Agency.key)).all()
            for agency in agencies:
                (folder / f"{agency.key}.ics").write_bytes(feed_of(session, agency).data)
    except OSError as error:
        raise BadInputError(f"{folder}: cannot be written ({error.strerror}).") from error
    out.print(f"{len(agencies)} lịch trong {folder}", markup=False)


def find_agency(session: Session, name: str) -> Agency:
    """The agency with that key or name.

    Raises:
        RefusedError: there is none.
    """
    agency = session.exec(select(Agency).where((col(Agency.key) == name) | (col(Agency.name) == name))).first()
    if agency is None:
        raise RefusedError(f"No agency has the key or name {name!r}: see 'dondoc agency list'.")
    return agency
