"""The database: how it is opened, what a transaction is, and how it is brought to the present schema.

SQLite (WAL, foreign keys, a busy timeout) by default, PostgreSQL by address. A writing transaction on SQLite takes the
write lock when it begins, so that two writers wait for each other instead of failing half-way.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError, OperationalError
from sqlmodel import Session

from engine.errors import BadInputError, RefusedError, UnavailableError

MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_SECONDS = 30
UNDONE = ("40001", "40P01")  # PostgreSQL: serialization failure, deadlock
MIGRATION_LOCK = 0x0D0D0C  # any number, the same for every process, for PostgreSQL's advisory lock


class Database:
    """One database, opened lazily; sessions come from `read` and `write`."""

    def __init__(self, url: str) -> None:
        """Prepare `url`; nothing is opened yet.

        Raises:
            BadInputError: the address cannot be understood or its driver is not installed.
        """
        try:
            self.engine = _engine(url)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
            raise BadInputError(
                "The database address is not understood: write sqlite:////path/file.db or "
                "postgresql+psycopg://user@host/name in DONDOC_DATABASE_URL."
            ) from error
        self._writer = self.engine.execution_options(dondoc_write=True)
        self._reader = self.engine
        if self.dialect == "postgresql":  # SQLite's readers see one state anyway
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database, that of its first statement, and changes nothing."""
        with self._said_plainly(), Session(self._reader) as session:
            yield session

    @contextmanager
    def write(self, *, patience: float = BUSY_SECONDS) -> Iterator[Session]:
        """A session whose work is kept as a whole at the end of the block, or not at all.

        Args:
            patience: for how many seconds it waits for other writers.

        Raises:
            RefusedError: a constraint of the schema forbids it, or a value is none that it can hold.
            UnavailableError: the database does not answer, or undid this for another writer's sake.
        """
        writer = self._writer.execution_options(dondoc_patience=patience) if patience != BUSY_SECONDS else self._writer
        with self._said_plainly(), Session(writer) as session, session.begin():
            if patience != BUSY_SECONDS and self.dialect == "postgresql":
                session.execute(text(f"SET LOCAL lock_timeout = {int(patience * 1000)}"))
            yield session

    @contextmanager
    def kept(self) -> Iterator[Connection]:
        """One connection for many short writing transactions, each of them `with connection.begin()`.

        Raises:
            UnavailableError: the database does not answer, or was lost on the way.
        """
        with self._said_plainly(), self._writer.connect() as connection:
            yield connection

    def migrate(self) -> None:
        """Bring the schema to the newest revision; safe to call from several processes at once."""
        with self._said_plainly(), self._writer.begin() as connection:
            if self.dialect == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            command.upgrade(alembic_config(connection), "head")

    def revision(self) -> str | None:
        """The revision the database is at; None for an empty one."""
        with self._said_plainly(), self.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    @contextmanager
    def _said_plainly(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError as error:
            raise RefusedError(f"The database refuses this ({_constraint(error)}); nothing was changed.") from error
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) in UNDONE:
                raise UnavailableError(
                    "The database undid this because another process changed the same rows at the same time; "
                    "nothing was changed. Try again."
                ) from error
            place = self.engine.url.render_as_string(hide_password=True)
            reason = str(error.orig).strip().splitlines()[0] if error.orig else "no answer"
            raise UnavailableError(
                f"The database {place} cannot be used: {reason}. Check that it runs and that DONDOC_DATABASE_URL "
                "names it; nothing was changed."
            ) from error
        except DataError as error:  # a NUL among the letters, a number beyond all numbers
            raise BadInputError("The database holds no such value: write it with letters and numbers.") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise UnavailableError("The connection to the database was lost; nothing was changed.") from error
            raise


def newest_revision() -> str | None:
    """The revision this code was written for."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's settings, bound to a connection that is already open."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _engine(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name != "postgresql":
        raise ArgumentError(f"{engine.dialect.name} is not supported")
    return engine


def _constraint(error: IntegrityError) -> str:
    """The constraint by its name; SQLite tells a check's name, and of a key only the columns."""
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    return f"constraint {name}" if name else str(error.orig).strip().splitlines()[0]


def _lower(value: object) -> str | None:
    """SQL's `lower` for every letter; SQLite's own knows only those of English."""
    return None if value is None else str(value).lower()


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin transactions of its own, and too late
    for pragma in (f"busy_timeout={BUSY_SECONDS * 1000}", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("lower", 1, _lower, deterministic=True)
    with suppress(sqlite3.OperationalError):  # locked: another process is just changing the mode, for the file and good
        connection.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if "dondoc_patience" in options:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={int(options['dondoc_patience'] * 1000)}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("dondoc_write") else "BEGIN")
    finally:
        if "dondoc_patience" in options:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
