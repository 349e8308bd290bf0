"""What every command needs first: the installation, and the options that all of them share."""

from typing import Annotated

import typer

from config.assembly import Installation, assemble
from engine.clock import parse_moment
from engine.errors import BadInputError

AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD[THH:MM]", help="The clock of this one command (writing: demo only)."),
]
By = Annotated[str, typer.Option("--by", metavar="USER", help="Who acts.")]


def installation(as_of: str | None = None) -> Installation:
    """The installation that the environment describes, with the clock of `--as-of` where given.

    Raises:
        BadInputError: a setting or the moment is not understood.
    """
    if as_of is None:
        return assemble()
    try:
        return assemble(as_of=parse_moment(as_of))
    except ValueError as error:
        raise BadInputError(f"--as-of {as_of}: write YYYY-MM-DD or YYYY-MM-DDTHH:MM.") from error
