"""`dondoc`: finds the group of the command asked for, and turns errors into exit codes."""

import sys
from importlib import import_module

import typer

from cli.output import err
from engine.errors import CheckFailedError, DondocError

GROUPS = {
    "cli.read": ("read", "explain"),
    "cli.load": ("load",),
    "cli.plans": ("plan", "plans", "questions", "answer"),
    "cli.offers": ("offers",),
    "cli.tasks": ("tasks", "show", "why", "act", "ack"),
    "cli.told": ("told",),
    "cli.duties": ("sweep", "deliver", "simulate"),
    "cli.feeds": ("feed",),
    "cli.log": ("log",),
    "cli.bounces": ("bounces",),
    "cli.agencies": ("agency", "user"),
    "cli.mailboxes": ("mailbox",),
    "cli.templates": ("template",),
    "cli.operate": ("migrate", "doctor"),
    "cli.serve": ("serve",),
    "cli.worker": ("worker",),
}
"""Which file holds which commands: only the one asked for is imported, since all together take seconds."""


def build(arguments: list[str]) -> typer.Typer:
    """The command line with the group that `arguments` ask for, or with all of them where they ask for none."""
    app = typer.Typer(
        name="dondoc",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="Đôn Đốc: deadline and workflow tracking for public plans.",
    )
    app.callback()(_all_commands)
    asked = next((word for word in arguments if not word.startswith("-")), "")
    fitting = [group for group, commands in GROUPS.items() if asked in commands]
    for group in fitting or GROUPS:
        import_module(group).register(app)
    return app


def _all_commands() -> None:
    """Đôn Đốc: deadline and workflow tracking for public plans."""


def run() -> None:
    """Run the command line. Exit 0: answered; 1: a check found something wrong; 2: refused, nothing changed."""
    try:
        build(sys.argv[1:])()
    except DondocError as error:
        err.print(f"✗ {error}", style="red", markup=False)
        sys.exit(1 if isinstance(error, CheckFailedError) else 2)
