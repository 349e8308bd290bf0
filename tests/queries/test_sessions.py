"""What a session of the database promises: one state to a reader, and a plain word when a writer is refused."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select
from world import START, A, B, World, at_once

from engine.clock import at
from engine.errors import BadInputError, RefusedError, UnavailableError
from engine.models import Agency, Plan


def _touch(session: Session, key: str) -> None:
    session.execute(text("UPDATE agency SET name = name WHERE key = :key"), {"key": key})


def names(world: World) -> list[str]:
    """The names of all agencies, in order."""
    with world.database.read() as session:
        return list(session.exec(select(Agency.name).order_by(Agency.name)).all())


def test_a_reader_sees_one_state_while_another_writes(world: World) -> None:
    """What is committed between two of its statements stays unseen until the next session."""
    with world.database.read() as session:
        first = session.exec(select(Agency.name).order_by(Agency.name)).all()
        with world.database.write() as writing:
            writing.add(Agency(key="moi", name="Sở Mới"))
        assert session.exec(select(Agency.name).order_by(Agency.name)).all() == first
    assert "Sở Mới" in names(world)


def test_a_reading_session_does_not_write_on_postgresql(world: World) -> None:
    """The server itself refuses it; SQLite has no such session, and there nothing is committed."""
    with world.database.read() as session:
        if world.database.dialect == "postgresql":
            with pytest.raises(DBAPIError, match="read-only"):
                session.execute(text("UPDATE agency SET name = 'khác'"))
        else:
            session.execute(text("UPDATE agency SET name = 'khác'"))
    assert "khác" not in names(world)


def test_writing_goes_on_after_reading_on_the_same_connection(world: World) -> None:
    """A connection that goes back to the pool takes its read-only mark off."""
    for number in range(3):
        assert names(world)
        with world.database.write() as session:
            session.add(Agency(key=f"moi-{number}", name=f"Sở {number}"))
    assert "Sở 2" in names(world)


def test_a_doubled_key_is_refused_in_plain_words(world: World) -> None:
    """The constraint is named, nothing of the block is kept, and the driver's error hangs behind."""
    with pytest.raises(RefusedError, match=r"agency.*key.*nothing was changed") as caught, world.database.write() as s:
        s.add_all([Agency(key="moi", name="Sở Mới"), Agency(key=A, name="Sở A lần nữa")])
    assert caught.value.__cause__ is not None
    assert "Sở Mới" not in names(world)


def test_a_broken_check_is_refused_by_its_name(world: World) -> None:
    """Both databases tell it."""
    with pytest.raises(RefusedError, match="plan_before"), world.database.write() as session:
        session.add(Plan(slug="x", before="sometime", loaded_at=at(START)))


def test_one_of_two_writers_that_block_each_other_is_told_to_try_again(world: World) -> None:
    """PostgreSQL ends a deadlock by undoing one; on SQLite the second waits for the first, and both succeed."""
    barrier = Barrier(2, timeout=2)

    def write(first: str, second: str) -> str:
        try:
            with world.database.write() as session:
                _touch(session, first)
                with suppress(BrokenBarrierError):
                    barrier.wait()
                _touch(session, second)
        except UnavailableError as error:
            return str(error)
        return "kept"

    said = sorted(at_once(lambda: write(A, B), lambda: write(B, A)))
    if world.database.dialect == "postgresql":
        assert "Try again" in said[0]
        assert "nothing was changed" in said[0]
        assert said[1] == "kept"
    else:
        assert said == ["kept", "kept"]


def test_a_letter_that_the_database_cannot_hold_is_said_plainly(world: World) -> None:
    """PostgreSQL knows no NUL; SQLite finds nothing by it."""
    if world.database.dialect == "postgresql":
        with pytest.raises(BadInputError, match="no such value"), world.database.read() as session:
            session.exec(select(Agency).where(Agency.key == "a\0"))
    else:
        with world.database.read() as session:
            assert session.exec(select(Agency).where(Agency.key == "a\0")).all() == []
