"""`dondoc`: puts the command groups together and turns errors into exit codes."""

import sys

import typer

from cli import read
from cli.output import err
from engine.errors import CheckFailedError, DondocError

app = typer.Typer(
    name="dondoc",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Đôn Đốc: deadline and workflow tracking for public plans.",
)
for group in (read,):
    group.register(app)


def run() -> None:
    """Run the command line. Exit 0: answered; 1: a check found something wrong; 2: refused, nothing changed."""
    try:
        app()
    except DondocError as error:
        err.print(f"[red]✗[/red] {error}", markup=True)
        sys.exit(1 if isinstance(error, CheckFailedError) else 2)
