"""Wishes in a simulation: they are lived through as they stand, and none of it reaches the office."""

from datetime import date
from pathlib import Path

from wishers import AN_MAIL, OFFICE_A, wish
from world import START, Duty, World

from engine.plans import find_plan
from engine.simulate import copy_of, simulate, to_files


def test_a_simulation_keeps_the_wishes_and_sends_nothing_more_for_them(world: World, tmp_path: Path) -> None:
    """A deputy registered later than the mailbox is copied with it; a year of a cancelled duty has no further mail."""
    world.plan(Duty("1", date(2020, 3, 31)), Duty("2", date(2020, 4, 30)))
    wish(world, OFFICE_A, absent=(START, date(2020, 3, 20)), deputy=AN_MAIL)
    with world.database.read() as session:
        plan = find_plan(session, "01/KH-THU")
        with copy_of(session, plan, policy=world.policy) as (copy, folder):
            sending = to_files(world.sending(world.to_files(tmp_path)), copy, folder / "mail")
            days = list(simulate(sending, START, date(2020, 4, 3), policy=world.policy, calendar=world.calendar))
            mails = sorted((folder / "mail").glob("*.eml"))
            to_deputy = [mail for mail in mails if AN_MAIL in mail.read_text()]
    assert len(days) == 32
    assert to_deputy
