"""The daily sweep: what it writes, once, and for whom."""

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel import Session, col, select
from world import AN, BINH, LAN, MINH, NOBODY, START, A, B, Duty, World, at_once, moment

from engine.database import Database
from engine.ledger import export, seal
from engine.models import Agency, Contact, Plan, Recipient
from engine.plans import change
from engine.sweep import sweep

LAST = date(2020, 3, 20)  # a Friday
OFFICE, HEAD = "vanthu@so-a.example.vn", "giamdoc@so-a.example.vn"


def march(day: int) -> date:
    """That day of March 2020."""
    return date(2020, 3, day)


def test_a_duty_climbs_the_ladder_day_by_day(world: World) -> None:
    """Everything a duty of three weeks gets, with nobody acting."""
    world.plan(Duty("I.1", LAST))
    world.sweep_through(START, date(2020, 4, 8))
    assert world.rungs("I.1") == [
        "2020-03-03 N",
        "2020-03-06 R14",
        "2020-03-13 R7",
        "2020-03-17 R3w",
        "2020-03-19 R1w",
        "2020-03-20 R0",
        "2020-03-23 E1",
        "2020-03-25 E2",
        "2020-03-31 E3",
        "2020-04-08 E3.1",  # 2/4 is a day off
    ]


def test_each_rung_goes_to_the_people_of_its_line(world: World) -> None:
    """Owner, collaborators at N, R14 and R3w, then head, coordinator and supervisor."""
    world.plan(Duty("I.1", LAST, helpers=(B,)))
    world.sweep_through(START, date(2020, 3, 31))
    helper, lan, minh = "vanthu@so-b.example.vn", "lan@example.vn", "minh@example.vn"
    assert {line.rung: set(line.to) for line in world.lines("I.1")} == {
        "N": {OFFICE, helper},
        "R14": {OFFICE, helper},
        "R7": {OFFICE},
        "R3w": {OFFICE, helper},
        "R1w": {OFFICE},
        "R0": {OFFICE},
        "E1": {OFFICE, HEAD},
        "E2": {OFFICE, HEAD, lan},
        "E3": {OFFICE, HEAD, lan, minh},
    }


def test_a_second_sweep_of_the_day_writes_nothing(world: World) -> None:
    """Neither entries nor recipients."""
    world.plan(Duty("I.1", LAST), Duty("I.2", LAST, owners=(A, B)))
    first, second = world.sweep(START), world.sweep(START)
    assert (first.entries, first.recipients) == (3, 3)
    assert (second.entries, second.recipients) == (0, 0)


def test_two_sweeps_at_once_double_no_row(world: World, again: Callable[[Database], Database]) -> None:
    """Four processes start in the same moment, after days that were missed: each row stands once."""
    world.plan(*[Duty(f"I.{n}", date(2020, 3, 10 + n), owners=(A, B), helpers=(NOBODY,)) for n in range(1, 9)])
    others = [again(world.database) for _ in range(3)]
    swept = at_once(*[lambda d=d: world.sweep(march(17), database=d) for d in (world.database, *others)])
    lines = world.lines()
    keys = Counter((line.ref, line.data.get("agency"), line.rung, line.version, line.round) for line in lines)
    assert sum(s.entries for s in swept) == len(lines)
    assert set(keys.values()) == {2}  # one for each of the two agencies
    with world.database.read() as session:
        told = session.exec(select(Recipient.entry_id, Recipient.mailbox_id)).all()
    assert sum(s.recipients for s in swept) == len(told) == len(set(told))
    assert world.sweep(march(17)).entries == 0


def test_after_missed_days_the_latest_rung_goes_and_the_earlier_ones_are_superseded(world: World) -> None:
    """Nothing is lost from the record, and the agency gets one mail instead of three."""
    world.plan(Duty("I.1", LAST))
    world.sweep(START)
    world.sweep(march(17))
    assert world.rungs("I.1")[1:] == ["2020-03-17 -R14", "2020-03-17 -R7", "2020-03-17 R3w"]
    assert [bool(line.to) for line in world.lines("I.1")] == [True, False, False, True]


def test_a_day_off_is_not_swept(world: World) -> None:
    """Saturday writes nothing, and Monday knows what came due on Friday."""
    world.plan(Duty("I.1", LAST))
    assert world.sweep(march(7)).entries == 0
    world.sweep(march(9))
    assert world.rungs("I.1") == ["2020-03-09 -N", "2020-03-09 R14"]


def test_a_moved_deadline_starts_a_version_of_its_own(world: World) -> None:
    """The new version has its notice and its ladder; the old one's rungs stop."""
    world.plan(Duty("I.1", LAST))
    world.sweep_through(START, march(13))
    world.act("move", "I.1", day=march(13), new_day=date(2020, 4, 3), document="12/UBND")
    world.sweep_through(march(14), date(2020, 4, 1))
    assert [(str(line), line.version) for line in world.lines("I.1")][3:] == [
        ("2020-03-16 N", 2),
        ("2020-03-20 R14", 2),
        ("2020-03-27 R7", 2),
        ("2020-03-30 R3w", 2),
        ("2020-04-01 R1w", 2),  # 2/4 is a day off
    ]


def test_a_deadline_moved_before_the_sweep_of_its_day_is_told_the_same_morning(world: World) -> None:
    """Moved on a Saturday: Monday's sweep tells it."""
    world.plan(Duty("I.1", LAST))
    world.sweep(START)
    world.act("move", "I.1", day=march(7), new_day=date(2020, 4, 30), document="12/UBND")
    world.sweep(march(9))
    assert world.rungs("I.1") == ["2020-03-03 N", "2020-03-09 N"]


@pytest.mark.parametrize(
    ("event", "by", "more"),
    [
        ("submit", AN, {"document": "1/BC", "document_date": march(4)}),
        ("suspend", LAN, {"reason": "chờ hướng dẫn", "document": "12/UBND"}),
        ("cancel", LAN, {"reason": "bỏ việc này", "document": "12/UBND"}),
    ],
)
def test_a_duty_that_rests_is_not_reminded(world: World, event: str, by: str, more: dict[str, object]) -> None:
    """Submitted, suspended, cancelled: its owner hears no more."""
    world.plan(Duty("I.1", LAST))
    world.sweep(START)
    world.act(event, "I.1", by=by, day=march(4), **more)
    world.sweep_through(march(5), date(2020, 4, 8))
    assert not [line for line in world.lines("I.1")[1:] if OFFICE in line.to]


def test_a_finished_duty_is_not_reminded(small_world: World) -> None:
    """Nor its coordinator."""
    small_world.plan(Duty("I.1", LAST))
    small_world.sweep(START)
    small_world.act("submit", "I.1", by=AN, day=march(4), document="1/BC", document_date=march(4))
    small_world.act("confirm", "I.1", day=march(5))
    small_world.sweep_through(march(5), date(2020, 4, 8))
    assert small_world.rungs("I.1") == ["2020-03-03 N"]


def test_an_unclear_duty_is_not_reminded(small_world: World) -> None:
    """A question about the owner or the date keeps it out of the ladder."""
    small_world.plan(Duty("I.1", LAST, blocks="owner"), Duty("I.2", None, blocks="deadline"), Duty("I.3", LAST))
    small_world.sweep_through(START, date(2020, 4, 8))
    assert {line.ref for line in small_world.lines()} == {"I.3"}


def test_what_waits_for_confirmation_goes_to_the_coordinator_and_then_to_the_supervisor(world: World) -> None:
    """Submitted on Monday 9/3: from Friday 13/3, the fourth working day, and from 18/3, the seventh, further up."""
    world.plan(Duty("I.1", LAST))
    world.sweep_through(START, march(9))
    world.act("submit", "I.1", by=AN, day=march(9), document="1/BC", document_date=march(9))
    world.sweep_through(march(9), march(19))
    lan, minh = "lan@example.vn", "minh@example.vn"
    assert [(line.day.day, line.kind, line.rung, line.to) for line in world.lines("I.1")][2:] == [
        (13, "reminder", "C2020-03-13", (lan,)),
        (16, "reminder", "C2020-03-16", (lan,)),
        (17, "reminder", "C2020-03-17", (lan,)),
        (18, "escalation", "CS2020-03-18", (lan, minh)),
        (19, "escalation", "CS2020-03-19", (lan, minh)),
    ]
    world.act("confirm", "I.1", day=march(19))
    world.sweep_through(march(20), march(27))
    assert len(world.lines("I.1")) == 7


def test_an_agency_without_an_address_has_its_entry_and_the_coordinator_gets_the_message(world: World) -> None:
    """The log says that nobody of the agency was told; the coordinator stands in."""
    plan = world.plan(Duty("I.1", LAST, owners=(NOBODY,)))
    world.sweep(START)
    (line,) = world.lines("I.1")
    assert (line.rung, line.to) == ("N", ("lan@example.vn",))
    with world.database.read() as session:
        (role,) = session.exec(select(Recipient.role)).all()
        assert role == "stand_in"
        entry = _exported(session, plan)[-1]
    assert entry["recipients"] == []
    assert len(entry["stand_in"]) == 1


def test_a_mailbox_that_serves_in_two_parts_is_told_once(world: World) -> None:
    """Office and head share one address, as in a small agency."""
    with world.database.write() as session:
        owner = session.exec(select(Agency).where(Agency.key == A)).one()
        contacts = session.exec(select(Contact).where(Contact.agency_id == owner.id)).all()
        office = next(c for c in contacts if c.role == "office")
        for contact in contacts:
            contact.mailbox_id = office.mailbox_id
    world.plan(Duty("I.1", march(4)))
    world.sweep(march(3))
    world.sweep(march(5))
    assert world.lines("I.1")[-1].rung == "E1"
    assert world.lines("I.1")[-1].to == (OFFICE,)


def test_a_mailbox_that_is_owner_and_collaborator_is_told_as_owner(world: World) -> None:
    """Else its bounce would neither hold the ladder nor count as an owner who was not reached."""
    with world.database.write() as session:
        offices = select(Agency.key, Contact).join(Contact, col(Contact.agency_id) == Agency.id)
        office = dict(session.exec(offices.where(Contact.role == "office")).all())
        office[B].mailbox_id = office[A].mailbox_id
    world.plan(Duty("I.1", LAST, helpers=(B,)))
    world.sweep(START)
    with world.database.read() as session:
        assert session.exec(select(Recipient.role)).all() == ["owner"]


def test_a_suspended_plan_rests_and_a_resumed_one_goes_on_with_the_latest_rung(world: World) -> None:
    """What fell into the rest is recorded as superseded."""
    plan = world.plan(Duty("I.1", LAST))
    world.sweep(START)
    _change(world, plan, "suspend", march(4))
    world.sweep_through(march(5), march(17))
    assert world.rungs("I.1") == ["2020-03-03 N"]
    _change(world, plan, "resume", march(18))
    world.sweep(march(18))
    assert world.rungs("I.1")[1:] == ["2020-03-18 -R14", "2020-03-18 -R7", "2020-03-18 R3w"]


def test_only_active_plans_are_swept(small_world: World) -> None:
    """Neither a draft nor a closed plan."""
    small_world.plan(Duty("I.1", LAST), active=False)
    closed = small_world.plan(Duty("II.1", LAST), number="02/KH-THU")
    _change(small_world, closed, "close", march(3))
    assert small_world.sweep(START).entries == 0


def test_a_shard_is_swept_alone(small_world: World) -> None:
    """Workers share the plans; each plan keeps its own day of the last sweep."""
    first = small_world.plan(Duty("I.1", LAST))
    small_world.plan(Duty("II.1", LAST), number="02/KH-THU")
    assert small_world.sweep(START, plans=[first]).entries == 1
    assert small_world.sweep(march(6)).entries == 3  # R14 of the first; of the second N and R14
    assert small_world.rungs("I.1") == ["2020-03-03 N", "2020-03-06 R14"]
    assert small_world.rungs("II.1") == ["2020-03-06 -N", "2020-03-06 R14"]


def test_a_plan_with_another_ladder_is_left_to_the_sweep_of_that_ladder(small_world: World) -> None:
    """Each sweep follows one policy."""
    plan = small_world.plan(Duty("I.1", LAST))
    with small_world.database.write() as session:
        session.get_one(Plan, plan).policy = "gentle"
    assert small_world.sweep(START).entries == 0


def test_a_sweep_that_fails_leaves_nothing_half_written(small_world: World) -> None:
    """Entries and their recipients come together or not at all."""
    small_world.plan(Duty("I.1", LAST))
    with suppress(RuntimeError), small_world.database.write() as session:
        sweep(session, moment(START), policy=small_world.policy, calendar=small_world.calendar)
        raise RuntimeError
    assert small_world.lines() == []
    assert small_world.sweep(START).entries == 1


def test_an_acknowledged_escalation_waits_three_working_days_and_the_latest_goes_on_the_day_after(world: World) -> None:
    """E1 on Monday 23/3 acknowledged the same day: E2 of 25/3 goes on 27/3."""
    world.plan(Duty("I.1", LAST))
    world.sweep_through(START, march(23))
    assert world.ack("I.1", day=march(23)).held_until == march(26)
    world.sweep_through(march(24), march(26))
    assert world.rungs("I.1")[-1] == "2020-03-23 E1"
    world.sweep(march(27))
    assert world.rungs("I.1")[-2:] == ["2020-03-23 E1", "2020-03-27 E2"]


def test_two_acknowledgements_in_a_row_lose_no_rung(world: World) -> None:
    """Acknowledged on 24/3 and again on 27/3: E2 of 25/3 and E3 of 31/3 meet on 3/4, and E2 is on record."""
    world.plan(Duty("I.1", LAST))
    world.sweep_through(START, march(24))
    world.ack("I.1", day=march(24))
    world.sweep_through(march(25), march(27))
    world.ack("I.1", day=march(27), by=MINH)
    world.sweep_through(march(28), date(2020, 4, 3))
    assert world.rungs("I.1")[-3:] == ["2020-03-23 E1", "2020-04-03 -E2", "2020-04-03 E3"]


def test_a_hold_does_not_end_because_the_owner_takes_the_duty_up(world: World) -> None:
    """Accepted while the hold runs: the rung that waits is neither lost nor early."""
    world.plan(Duty("I.1", LAST))
    world.sweep_through(START, march(23))
    world.ack("I.1", day=march(23))
    world.sweep_through(march(24), march(26))
    world.act("accept", "I.1", by=AN, day=march(26))
    world.sweep_through(march(27), march(30))
    assert world.rungs("I.1")[-1] == "2020-03-27 E2"


def test_a_hold_ends_with_its_deadline_version(world: World) -> None:
    """Moved during the hold: the new version's notice goes at once."""
    world.plan(Duty("I.1", LAST))
    world.sweep_through(START, march(23))
    world.ack("I.1", day=march(23))
    world.act("move", "I.1", day=march(24), new_day=date(2020, 4, 30), document="12/UBND")
    world.sweep(march(25))
    assert world.rungs("I.1")[-1] == "2020-03-25 N"


def test_one_part_of_a_task_rests_while_the_others_are_reminded(small_world: World) -> None:
    """The ladder hangs on the assignment, not on the task."""
    small_world.plan(Duty("I.1", LAST, owners=(A, B)))
    small_world.sweep(START)
    small_world.act("submit", "I.1", agency=B, by=BINH, day=march(4), document="1/BC", document_date=march(4))
    small_world.sweep(march(6))
    (line,) = [line for line in small_world.lines("I.1") if line.rung == "R14"]
    assert line.to == (OFFICE,)


def _change(world: World, plan: int, event: str, day: date) -> None:
    with world.database.write() as session:
        change(session, session.get_one(Plan, plan), event, moment(day), by=LAN, reason="thử")
        seal(session)


def _exported(session: Session, plan: int) -> list[dict[str, Any]]:
    lines = export(session, Ed25519PrivateKey.generate(), moment(START).real, plans=[plan])
    return [json.loads(line) for line in lines][:-1]
