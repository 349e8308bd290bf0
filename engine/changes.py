"""Whether anything was committed since one looked last: so that what is kept in memory is known to be still true.

SQLite tells by `PRAGMA data_version` on a connection that is kept and never writes: a look into shared memory, so it
is taken where it is asked. PostgreSQL tells by its snapshot, whose text changes with every transaction that ends. That
is a question over a socket: it is asked without blocking, and one answer serves all who came before it was put.
"""

import asyncio
import sqlite3
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError

from engine.database import Database
from engine.errors import UnavailableError

ANSWER_SECONDS = 2.0


class Changes:
    """Looks at one database. Used by one event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sqlite: sqlite3.Connection | None = None
        self._postgresql: psycopg.AsyncConnection[Any] | None = None
        self._next: asyncio.Task[str] | None = None
        self._turn = asyncio.Lock()
        self._unlike = 0

    async def mark(self) -> str:
        """A text that is the same as last time if and only if nothing was committed in between.

        Raises:
            UnavailableError: the database does not answer.
        """
        if self._database.dialect == "sqlite":
            return self._data_version()
        if self._next is None:
            self._next = asyncio.create_task(self._asked())
        try:
            return await asyncio.wait_for(asyncio.shield(self._next), ANSWER_SECONDS)
        except (psycopg.Error, TimeoutError, OSError) as error:
            raise UnavailableError("The database does not answer; try again later.") from error

    def close(self) -> None:
        """Give back the connection."""
        if self._sqlite is not None:
            self._sqlite.close()
            self._sqlite = None
        if self._postgresql is not None:
            self._postgresql.pgconn.finish()
            self._postgresql = None

    def _data_version(self) -> str:
        try:
            if self._sqlite is None:
                raw = self._database.engine.raw_connection()
                connection = raw.driver_connection
                raw.detach()
                assert isinstance(connection, sqlite3.Connection)
                connection.execute("PRAGMA busy_timeout=0")
                connection.execute("PRAGMA query_only=ON")
                self._sqlite = connection
            (version,) = self._sqlite.execute("PRAGMA data_version").fetchone()
        except (sqlite3.Error, DBAPIError):
            self._unlike += 1  # not known: as if everything had changed
            return f"?{self._unlike}"
        return str(version)

    async def _asked(self) -> str:
        async with self._turn:
            self._next = None  # who comes from now on gets an answer of their own, for this one may be older
            if self._postgresql is None or self._postgresql.closed:
                self._postgresql = await self._connected()
            cursor = await self._postgresql.execute("SELECT pg_current_snapshot()::text")
            row = await cursor.fetchone()
            assert row is not None
            return str(row[0])

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        engine = self._database.engine
        _, options = engine.dialect.create_connect_args(engine.url)
        options.pop("context", None)
        return await psycopg.AsyncConnection.connect(**options, autocommit=True)
