"""`dondoc serve`: pages, feeds and API; without workers elsewhere also clock and mail, in one process."""

from dataclasses import replace
from typing import Annotated

import typer

from cli.context import installation
from config.assembly import Installation
from web.serve import serve as run_server


def register(app: typer.Typer) -> None:
    """Add the command of this group to `app`."""
    app.command("serve")(serve)


def serve(
    demo: Annotated[bool, typer.Option("--demo", help="On an empty home: a demo with the sample plan.")] = False,
    port: Annotated[int | None, typer.Option(help="Another port than the configured one.")] = None,
    no_duties: Annotated[bool, typer.Option("--no-duties", help="Pages only: the duties are done elsewhere.")] = False,
) -> None:
    """Serve pages, feeds and API, and do the daily duties unless PREFECT_API_URL leaves them to workers."""
    place = installation()
    settings = replace(place.settings, demo=place.settings.demo or demo, port=port or place.settings.port)
    run_server(Installation(settings), demo=demo, duties=not no_duties)
