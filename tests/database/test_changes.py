"""Whether anything was committed since one looked last."""

import asyncio
import os
import signal
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlmodel import select

from engine.changes import Changes
from engine.database import Database
from engine.errors import UnavailableError
from engine.models import Agency


async def test_a_mark_stays_until_something_is_committed(
    database: Database, again: Callable[[Database], Database]
) -> None:
    """By this process or another; what was only begun, or taken back, is no change that could be missed."""
    changes, other = Changes(database), again(database)
    first = await changes.mark()
    assert await changes.mark() == first
    with other.read() as session:
        session.exec(select(Agency)).all()
    assert await changes.mark() == first
    with other.write() as session:
        session.add(Agency(key="a", name="Sở A"))
        session.flush()
        under_way = await changes.mark()
    second = await changes.mark()
    assert second not in (first, under_way)
    with database.write() as session:
        session.add(Agency(key="b", name="Sở B"))
    assert await changes.mark() not in (first, second)
    changes.close()


async def test_many_ask_at_once_and_each_gets_an_answer_as_new_as_the_question(database: Database) -> None:
    """One answer serves all who came before it was put, never one who came after."""
    changes = Changes(database)
    before = await asyncio.gather(*(changes.mark() for _ in range(50)))
    assert len(set(before)) == 1
    early = asyncio.gather(*(changes.mark() for _ in range(10)))
    await asyncio.sleep(0)
    with database.write() as session:
        session.add(Agency(key="a", name="Sở A"))
    late = await changes.mark()
    assert late != before[0]
    assert set(await early) <= {before[0], late}
    changes.close()


async def test_a_database_that_hangs_is_away_and_the_loop_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer comes after a while at most, others are served meanwhile, and afterwards all is well."""
    if database.dialect != "postgresql":
        pytest.skip("SQLite has no server that could hang")
    monkeypatch.setattr("engine.changes.ANSWER_SECONDS", 0.2)
    changes = Changes(database)
    first = await changes.mark()
    pid = (await (await changes._postgresql.execute("SELECT pg_backend_pid()")).fetchone())[0]  # type: ignore[union-attr,index]
    os.kill(pid, signal.SIGSTOP)
    try:
        asked = [asyncio.create_task(changes.mark()) for _ in range(3)]
        done = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(one) for one in done] == [UnavailableError] * 3
    finally:
        os.kill(pid, signal.SIGCONT)
    assert await changes.mark() == first
    changes.close()


async def test_a_lost_connection_is_made_anew(database: Database) -> None:
    """The server ended it: one question may fail, the next is answered."""
    if database.dialect != "postgresql":
        pytest.skip("SQLite has no connection that could be lost")
    changes = Changes(database)
    await changes.mark()
    with database.write() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_current_snapshot%'"
            )
        )
    with pytest.raises(UnavailableError):
        await changes.mark()
    assert await changes.mark()
    changes.close()
