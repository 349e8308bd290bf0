"""The first start of an installation: what it leaves, and what a start that was cut short leaves to the next."""

from pathlib import Path

from sqlmodel import select
from world import at_once

from config.assembly import Installation, assemble
from config.secret import ledger_key, public_pem
from engine.database import Database
from engine.models import Installation as Row


def office(home: Path, database: Database) -> Installation:
    """An installation with that database, as a process of its own would have it."""
    address = database.engine.url.render_as_string(hide_password=False)
    return assemble({"DONDOC_HOME": str(home), "DONDOC_DATABASE_URL": address})


def uids(database: Database) -> list[str]:
    """Every row of installation there is."""
    with database.read() as session:
        return list(session.exec(select(Row.uid)).all())


def start_together(database: Database, home: Path) -> None:
    """Four first starts in the same moment."""
    places = [office(home, database) for _ in range(4)]
    assert at_once(*[lambda p=p: p.demo for p in places]) == [False] * 4
    for place in places:
        place.database.close()
    assert len(uids(database)) == 1


def test_a_start_cut_short_after_its_tables_is_mended_by_the_next(database: Database, tmp_path: Path) -> None:
    """The tables are there and the row is not: it is put in, once for good."""
    assert uids(database) == []
    for _ in range(2):
        place = office(tmp_path / "home", database)
        assert not place.demo
        place.database.close()
    assert len(uids(database)) == 1


def test_processes_that_start_at_once_after_a_cut_found_one_installation(database: Database, tmp_path: Path) -> None:
    """None of them fails, and one row stands."""
    start_together(database, tmp_path / "home")


def test_processes_that_start_at_once_on_nothing_found_one_installation(
    empty_database: Database, tmp_path: Path
) -> None:
    """One makes the tables, the others wait for it."""
    start_together(empty_database, tmp_path / "home")


def test_the_public_key_of_the_log_lies_in_the_home_from_the_first_start(tmp_path: Path) -> None:
    """It can be handed over before the first export, and is the key that exports are signed with."""
    place = assemble({"DONDOC_HOME": str(tmp_path)})
    place.database.close()
    public = (tmp_path / "ledger.pub").read_bytes()
    assert public == public_pem(ledger_key(place.secret)) == public_pem(place.signing_key)
