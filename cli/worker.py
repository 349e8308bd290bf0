"""`dondoc worker`: takes up the flows of a far Prefect server."""

import asyncio
from typing import Annotated

import typer

from cli.context import installation
from config.schedule import read_schedule
from engine.errors import BadInputError
from flows.worker import work


def register(app: typer.Typer) -> None:
    """Add the command of this group to `app`."""
    app.command("worker")(worker)


def worker(pool: Annotated[str, typer.Option(help="The Prefect work pool.")] = "dondoc") -> None:
    """Take up the duties from the Prefect server that PREFECT_API_URL names, until stopped."""
    place = installation()
    if not place.settings.prefect_api_url:
        raise BadInputError("PREFECT_API_URL is not set: 'dondoc serve' does the duties by itself, without a worker.")
    asyncio.run(work(home=place.settings.home, schedule=read_schedule(), pool=pool))
