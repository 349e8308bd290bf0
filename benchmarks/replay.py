"""The statements of a sweep, noted down as the driver got them, and given to the bare driver again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from engine.database import Database

Statement = tuple[str, Any]


@contextmanager
def inserts_of(database: Database) -> Iterator[list[Statement]]:
    """Text and parameters of each INSERT executed on `database` within the block."""
    inserts: list[Statement] = []

    def note(_connection: Any, _cursor: Any, text: str, given: Any, *_: Any) -> None:  # noqa: ANN401  SQLAlchemy's
        if "INSERT INTO" in text:
            inserts.append((text, given))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield inserts
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def replay(connection: Any, statements: Sequence[Statement]) -> list[int]:  # noqa: ANN401  sqlite3 or psycopg
    """Execute them in one transaction of the bare driver; how many rows each returned."""
    connection.execute("BEGIN")
    counts = [len(connection.execute(text, given).fetchall()) for text, given in statements]
    connection.execute("COMMIT")
    return counts
