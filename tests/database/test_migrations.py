"""The schema: migrations give what the models say, and the database itself refuses what must not be."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import SQLModel
from world import START, Duty, World, at_once, moment

import engine.models  # noqa: F401  the tables register themselves on import
from engine.database import MIGRATIONS, Database, newest_revision
from engine.delivery import WINDOW
from engine.errors import BadInputError, UnavailableError
from engine.gathering import gather
from engine.sweep import sweep


def test_a_migrated_database_is_what_the_models_say(empty_database: Database) -> None:
    """Alembic, asked to write the next migration, finds nothing to write."""
    empty_database.migrate()
    with empty_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_a_migrated_database_refuses_what_the_models_refuse(empty_database: Database) -> None:
    """CHECKs, which Alembic does not compare: the same names stand in the schema as in the models."""
    empty_database.migrate()
    inspector = inspect(empty_database.engine)
    for table in SQLModel.metadata.sorted_tables:
        declared = {str(c.name) for c in table.constraints if type(c).__name__ == "CheckConstraint"}
        assert {str(check["name"]) for check in inspector.get_check_constraints(table.name)} == declared


def test_migrations_stand_in_one_line(empty_database: Database) -> None:
    """One head, and a migrated database is at it."""
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == 1
    assert empty_database.revision() is None
    empty_database.migrate()
    assert empty_database.revision() == newest_revision()


def test_migrating_twice_and_at_once_is_safe(empty_database: Database, again: Callable[[Database], Database]) -> None:
    """Two processes start on an empty database in the same moment."""
    other = again(empty_database)
    at_once(empty_database.migrate, other.migrate)
    empty_database.migrate()
    assert other.revision() == newest_revision()


def test_the_database_refuses_to_rewrite_the_record(world: World) -> None:
    """Sealed entries and versions of a deadline, whoever asks."""
    world.plan(Duty("I.1", date(2020, 3, 20)))
    world.sweep(START)
    for statement, word in REWRITES.items():
        with pytest.raises(DBAPIError, match=word), world.database.engine.begin() as connection:
            connection.execute(text(statement))
    assert world.rungs("I.1") == ["2020-03-03 N"]
    assert len(world.deadlines("I.1")) == 1


REWRITES = {
    "DELETE FROM entry": "never deleted",
    "UPDATE entry SET rung = 'R7' WHERE hash IS NOT NULL": "never changed",
    "UPDATE entry SET hash = NULL, seq = NULL": "never changed",
    "DELETE FROM deadline": "never deleted",
    "UPDATE deadline SET last_day = '2020-12-31', late_from = '2020-12-31'": "never changed",
    "UPDATE deadline SET reason = 'khác'": "never changed",
}
IMPOSSIBLE = (
    "UPDATE assignment SET state = 'done'",
    "UPDATE assignment SET state = 'suspended'",
    "UPDATE assignment SET state_before = 'assigned'",
    "UPDATE assignment SET state = 'submitted'",
    "UPDATE plan SET state = 'paused'",
    "UPDATE plan SET activated_on = NULL",
    "UPDATE plan SET before = 'sometimes'",
    "UPDATE plan SET roll = 'both'",
    "UPDATE task SET rollup = 'most'",
    "UPDATE task SET ref = 'I.1'",
    "UPDATE agency SET kind = 'person'",
    "UPDATE agency SET key = 'so-a'",
    "UPDATE contact SET role = 'driver'",
    "UPDATE contact SET role = 'office'",
    "UPDATE person SET role = 'root'",
    "UPDATE mailbox SET address = 'a@example.vn'",
    "UPDATE installation SET id = 2",
    "UPDATE installation SET demo_now = CURRENT_TIMESTAMP",
    "UPDATE message SET status = 'lost'",
    "UPDATE message SET status = 'sending'",
    "UPDATE message SET status = 'sent'",
    "UPDATE message SET claimed_by = 'me'",
    "UPDATE recipient SET role = 'friend'",
    "UPDATE recipient SET entry_id = 1, mailbox_id = 1",
    "UPDATE recipient SET entry_id = 99999",
    "UPDATE question SET blocks = 'everything'",
    "UPDATE entry SET kind = 'gossip' WHERE hash IS NULL",
    "UPDATE entry SET seq = 7 WHERE hash IS NULL",
    "DELETE FROM mailbox",
    "DELETE FROM plan",
    "INSERT INTO deadline SELECT assignment_id, 9, last_day, force_day, '2000-01-01', nominal, bound, cause, reason, "
    "authority FROM deadline",
    "INSERT INTO deadline SELECT assignment_id, 9, last_day, force_day, late_from, nominal, 'about', cause, reason, "
    "authority FROM deadline",
    "INSERT INTO collaborator SELECT task_id, agency_id FROM collaborator",
    "UPDATE offer SET kind = 'wish'",
    "UPDATE offer SET state = 'maybe'",
    "UPDATE offer SET state = 'accepted'",
    "UPDATE offer SET decided_on = '2020-03-03'",
    "UPDATE recurrence SET frequency = 'often'",
    "UPDATE recurrence SET day = 32",
    "UPDATE recurrence SET close_day = 0",
    "UPDATE instance SET data_from = '2020-03-01'",
    "UPDATE instance SET recurrence_id = 99999",
    "DELETE FROM recurrence",
    "DELETE FROM offer",
)


def test_the_database_refuses_impossible_rows(world: World) -> None:
    """States that do not exist, rows twice, and rows that others hang on: each statement alone, and none is taken."""
    _fill(world)
    assert [statement for statement in IMPOSSIBLE if not _refused(world, statement)] == []


OFFERED = (
    "INSERT INTO offer (plan_id, key, kind, position, ref, place, printed, text, agency_text, addressee, deliverable, "
    "agency_ids, collaborator_ids, reading, answers, fingerprint, state, reason) "
    "SELECT id, 'V.1-report-1', 'report', 1, 'V.1', '', '', '', '', '', '', '[]', '[]', '{}', '{}', '', 'offered', '' "
    "FROM plan",
    "INSERT INTO recurrence (plan_id, offer_id, ref, text, frequency, day, bound, printed, agency_ids, until) "
    "SELECT plan_id, id, 'V.1', '', 'monthly', 15, 'by', '', '[]', '2020-12-31' FROM offer",
    "INSERT INTO instance (task_id, recurrence_id, period) "
    "SELECT min(task.id), min(recurrence.id), '2020-03' FROM task, recurrence",
)
"""A report of the plan, and one period of it."""


def _fill(world: World) -> None:
    """A row in every table that the statements name."""
    world.plan(Duty("I.1", date(2020, 3, 20), helpers=("so-b",)), Duty("I.2", None, blocks="deadline"))
    with world.database.write() as session:
        for statement in OFFERED:
            session.execute(text(statement))
        sweep(session, moment(START), policy=world.policy, calendar=world.calendar)
        session.execute(text("UPDATE entry SET seq = 1, hash = 'x', prev = 'x' WHERE kind = 'plan'"))
        gather(session, moment(START), calendar=world.calendar, window=WINDOW)
        session.execute(
            text(
                "INSERT INTO message (mailbox_id, day, status, attempts, next_try, subject, text_sha256, reply, error) "
                "SELECT id, '2020-03-03', 'pending', 0, CURRENT_TIMESTAMP, '', '', '', '' FROM mailbox"
            )
        )


def _refused(world: World, statement: str) -> bool:
    with world.database.engine.connect() as connection, connection.begin() as transaction:
        try:
            connection.execute(text(statement))
        except IntegrityError:
            return True
        transaction.rollback()
        return False


def test_sqlite_is_opened_for_readers_beside_a_writer(sqlite: Database) -> None:
    """Write-ahead log, foreign keys, and a wait instead of a refusal."""
    with sqlite.engine.connect() as connection:
        pragmas = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}
    assert pragmas == PRAGMAS


PRAGMAS = {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000}


def test_an_entry_not_yet_sealed_may_still_be_sealed(world: World) -> None:
    """The trigger guards what is sealed, not the sealing."""
    world.plan(Duty("I.1", date(2020, 3, 20)))
    world.sweep(START)
    with world.database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM entry WHERE hash IS NULL")).scalar_one() == 0


@pytest.mark.parametrize(
    "url", ["", "mysql://host/name", "postgresql://host/name", "not an address", "sqlite+nothing:///x"]
)
def test_an_address_that_is_none_says_how_to_write_one(url: str) -> None:
    """Whatever is wrong with it."""
    with pytest.raises(BadInputError, match="DONDOC_DATABASE_URL"):
        Database(url)


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Any) -> None:
    """One clear message with the remedy, on both kinds."""
    away = Database("postgresql+psycopg://me:geheim@127.0.0.1:1/none?connect_timeout=2")
    with pytest.raises(UnavailableError) as refused:
        away.migrate()
    assert "geheim" not in str(refused.value)
    assert "127.0.0.1" in str(refused.value)
    with pytest.raises(UnavailableError, match="DONDOC_DATABASE_URL"):
        Database(f"sqlite:///{tmp_path}/no/such/folder/x.db").revision()
