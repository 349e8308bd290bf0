"""`dondoc serve`: pages, feeds, API, clock and mail in one process."""

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
) -> None:
    """Serve pages, feeds and API, and do the daily duties."""
    place = installation()
    settings = replace(place.settings, demo=place.settings.demo or demo, port=port or place.settings.port)
    run_server(Installation(settings), demo=demo)
