"""Simulation and demo send in the window that is set, whatever its hours are."""

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

from world import START, Duty, World

from engine.clock import at
from engine.demo import live
from engine.mail.transport import FileTransport
from engine.models import Plan
from engine.simulate import copy_of, simulate, to_files


def test_a_simulation_sends_at_the_beginning_of_a_later_window(small_world: World) -> None:
    """From 9 to 11: the mail of the first day leaves on it."""
    plan = small_world.plan(Duty("I.1", date(2020, 3, 20)), active=False)
    world = small_world
    with world.database.read() as session, copy_of(session, session.get_one(Plan, plan), policy=world.policy) as made:
        copy, folder = made
        sending = to_files(world.sending(FileTransport(folder)), copy, folder / "mail")
        late = replace(sending, window=(time(9), time(11)))
        assert list(simulate(late, START, START, policy=world.policy, calendar=world.calendar)) == [START]
        assert len(list(folder.glob("mail/*.eml"))) == 1


def test_a_simulation_does_not_read_the_machine_s_time(small_world: World, tmp_path: Path) -> None:
    """What it writes is the same at every hour."""
    sending = to_files(small_world.sending(FileTransport(tmp_path)), small_world.database, tmp_path)
    assert sending.real() == sending.real()


def test_a_demo_sends_at_the_hour_that_it_is_given() -> None:
    """After the sweep, at the beginning of the window."""
    done: list[tuple[str, datetime]] = []

    def do(name: str, when: datetime) -> dict[str, int]:
        done.append((name, when))
        return {}

    live(do, START, mail_at=time(9))
    assert done[-1] == ("deliver_outbox", at(START, time(9)))
    assert [name for name, _ in done] == ["open_recurring", "daily_sweep", "deliver_outbox"]
