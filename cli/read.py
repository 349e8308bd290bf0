"""`dondoc read` and `dondoc explain`: how the reader understands a document or one cell; no database."""

import typer


def register(app: typer.Typer) -> None:
    """Add the commands of this group to `app`."""
