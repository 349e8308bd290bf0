"""`dondoc told`: the coordinator records that the owner was told otherwise than by mail."""

from datetime import date
from typing import Annotated

import typer

from cli.context import AsOf, By, installation
from cli.output import out
from cli.tasks import AgencyName, TaskName, find_assignment
from engine.errors import BadInputError
from engine.told import WAYS, Told, record_delivery


def register(app: typer.Typer) -> None:
    """Add the commands of this group to `app`."""
    app.command("told")(told)


def told(
    name: TaskName,
    agency: AgencyName,
    by: By,
    how: Annotated[str, typer.Option(metavar="|".join(WAYS), help="By telephone, on paper, handed over, otherwise.")],
    comment: Annotated[str, typer.Option(help="Who was told, and what.")],
    day: Annotated[str, typer.Option("--date", metavar="DATE", help="On which day (default: today).")] = "",
    as_of: AsOf = None,
) -> None:
    """Record another delivery where mail came back: the ladder that waits for it goes on."""
    place = installation(as_of)
    when = place.writing_moment()
    try:
        on = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise BadInputError(f"--date {day}: write YYYY-MM-DD.") from error
    with place.database.write() as session:
        part = record_delivery(session, find_assignment(session, name, agency), Told(by, how, comment, on), when=when)
        held = part.held_until
    waits = f"; đôn đốc còn chờ đến hết {held:%d/%m/%Y}" if held and held >= when.today else ""
    out.print(f"{name}: đã ghi nhận việc báo cho cơ quan chủ trì{waits}", markup=False)
