"""`dondoc migrate`, `doctor`: looking after an installation."""

import typer

from cli.context import installation
from cli.output import JsonOption, out, print_json, print_table
from config.schedule import read_schedule
from engine.database import Database, newest_revision
from engine.errors import CheckFailedError
from engine.health import findings
from web.expected import expected


def register(app: typer.Typer) -> None:
    """Add the commands of this group to `app`."""
    for command in (migrate, doctor):
        app.command(command.__name__)(command)


def migrate() -> None:
    """Bring the database to the schema of this program."""
    place = installation()
    database = Database(place.settings.database_url)
    before = database.revision()
    if before is None:
        _ = place.database  # an empty one is founded as a whole
    else:
        database.migrate()
    out.print(f"{before or 'trống'} → {newest_revision()}")


def doctor(as_json: JsonOption = False) -> None:
    """Check database, clock, mail and addresses; exit 1 when something needs a person."""
    place = installation()
    due = expected(place, read_schedule())
    with place.database.read() as session:
        found = findings(session, due, place.clock.moment())
    if as_json:
        print_json([{"what": f.what, "ok": f.ok, "detail": f.detail} for f in found])
    else:
        print_table(("", "Mục", "Chi tiết"), [("✓" if f.ok else "✗", f.what, f.detail) for f in found])
    if not all(f.ok for f in found):
        raise CheckFailedError(f"{sum(not f.ok for f in found)} of {len(found)} checks need a person.")
