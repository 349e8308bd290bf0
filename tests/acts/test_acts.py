"""Acts: who may do what, what it must bring, and what it leaves behind."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from sqlmodel import select
from world import AN, BINH, KHACH, LAN, MINH, START, A, B, Duty, World, at_once, moment

from engine.acts import Act, perform
from engine.clock import at
from engine.database import Database
from engine.errors import ManyFaultsError, RefusedError
from engine.models import Assignment, Deadline, Entry, Question, User
from engine.rules.states import TRANSITIONS

LAST = date(2020, 3, 20)
LATER = date(2020, 4, 30)

GIVEN: dict[str, dict[str, Any]] = {
    "accept": {"by": AN},
    "progress": {"by": AN, "reason": "đã họp"},
    "decline": {"by": AN, "reason": "không thuộc thẩm quyền"},
    "submit": {"by": AN, "document": "9/BC", "document_date": START},
    "confirm": {"by": LAN},
    "return": {"by": LAN, "reason": "thiếu số liệu", "new_day": LATER},
    "move": {"by": LAN, "new_day": LATER, "document": "12/UBND"},
    "suspend": {"by": LAN, "reason": "chờ hướng dẫn", "document": "12/UBND"},
    "resume": {"by": LAN, "reason": "đã có hướng dẫn", "document": "13/UBND"},
    "cancel": {"by": LAN, "reason": "thôi việc này", "document": "12/UBND"},
    "reopen": {"by": LAN, "reason": "số liệu sai", "new_day": LATER},
    "reassign": {"by": LAN, "reason": "chuyển nhiệm vụ", "document": "12/UBND", "to_agency": B},
}
"""Each event with all it needs, by the person who may."""

WAY: dict[str, tuple[str, ...]] = {
    "assigned": (),
    "in_progress": ("accept",),
    "submitted": ("submit",),
    "completed": ("submit", "confirm"),
    "returned": ("submit", "return"),
    "suspended": ("suspend",),
    "cancelled": ("cancel",),
}
"""How a duty gets into each state."""


def march(day: int) -> date:
    """That day of March 2020."""
    return date(2020, 3, day)


def in_state(world: World, state: str) -> None:
    """A plan with one duty in that state."""
    world.plan(Duty("I.1", LAST))
    for event in WAY[state]:
        world.act(event, "I.1", **GIVEN[event])


def kept(world: World) -> tuple[Any, ...]:
    """Everything an act could change."""
    with world.database.read() as session:
        tables: list[Any] = [Assignment, Deadline, Entry, Question]
        return tuple(str([row.model_dump() for row in session.exec(select(table)).all()]) for table in tables)


def refusal(world: World, event: str, ref: str = "I.1", **more: Any) -> list[str]:
    """The faults of an act that must be refused, having checked that nothing was changed."""
    before = kept(world)
    with pytest.raises(RefusedError) as refused:
        world.act(event, ref, **more)
    assert kept(world) == before
    return refused.value.faults if isinstance(refused.value, ManyFaultsError) else [str(refused.value)]


@pytest.mark.parametrize("state", WAY)
def test_every_event_does_what_the_table_says_in_every_state(small_world: World, state: str) -> None:
    """All pairs: the allowed ones lead on, the others are refused with the states that would allow them."""
    in_state(small_world, state)
    for event, line in TRANSITIONS.items():
        if state not in line.sources:
            (fault,) = refusal(small_world, event, **GIVEN[event])
            assert f"it is {state}" in fault
    allowed = [event for event, line in TRANSITIONS.items() if state in line.sources]
    for number, event in enumerate(allowed):
        world = small_world
        world.plan(Duty(f"II.{number}", LAST), number=f"{number}/KH-KHAC")
        for step in WAY[state]:
            world.act(step, f"II.{number}", **GIVEN[step])
        done = world.act(event, f"II.{number}", **GIVEN[event])
        target = TRANSITIONS[event].target or ("assigned" if event == "resume" else state)
        assert done.state == target
        entry = world.lines(f"II.{number}", kinds=["act"])[-1]
        assert (entry.data["event"], entry.data["from"], entry.data["to"]) == (event, state, target)
        assert (entry.data["by"], entry.data["door"]) == (GIVEN[event]["by"], "cli")


@pytest.mark.parametrize("event", TRANSITIONS)
def test_a_person_without_the_part_is_refused(small_world: World, event: str) -> None:
    """The outsider, the other agency, and coordinator, supervisor and owner where it is not theirs."""
    state = sorted(TRANSITIONS[event].sources)[0]
    in_state(small_world, state)
    for by in {KHACH, BINH, LAN, MINH, AN} - {GIVEN[event]["by"]}:
        faults = refusal(small_world, event, **{**GIVEN[event], "by": by})
        assert any(by in fault for fault in faults)


def test_nobody_acts_under_an_unknown_name_and_the_known_ones_are_listed(small_world: World) -> None:
    """With the way to add one."""
    in_state(small_world, "assigned")
    (fault,) = refusal(small_world, "accept", by="ai-do")
    assert "ai-do" in fault
    assert "dondoc user add" in fault


def test_an_unknown_event_names_the_known_ones(small_world: World) -> None:
    """No such line in the table."""
    in_state(small_world, "assigned")
    (fault,) = refusal(small_world, "approve", by=LAN)
    assert "accept, progress" in fault


@pytest.mark.parametrize(
    ("event", "without", "word"),
    [
        ("progress", "reason", "text"),
        ("decline", "reason", "reason"),
        ("submit", "document", "number and date"),
        ("submit", "document_date", "number and date"),
        ("return", "reason", "reason"),
        ("return", "new_day", "last day"),
        ("move", "new_day", "last day"),
        ("move", "document", "authority"),
        ("suspend", "reason", "reason"),
        ("suspend", "document", "authority"),
        ("resume", "document", "authority"),
        ("cancel", "document", "authority"),
        ("reopen", "new_day", "last day"),
        ("reassign", "to_agency", "agency"),
        ("reassign", "document", "authority"),
    ],
)
def test_an_act_without_what_it_needs_is_refused(small_world: World, event: str, without: str, word: str) -> None:
    """One thing missing, one fault that names it."""
    in_state(small_world, sorted(TRANSITIONS[event].sources)[0])
    given = {name: value for name, value in GIVEN[event].items() if name != without}
    (fault,) = refusal(small_world, event, **given)
    assert word in fault


def test_blank_words_are_no_reason(small_world: World) -> None:
    """Spaces do not count."""
    in_state(small_world, "assigned")
    (fault,) = refusal(small_world, "decline", by=AN, reason=" \t ")
    assert "reason" in fault


def test_all_faults_are_told_at_once(small_world: World) -> None:
    """State, person and every thing that is missing."""
    in_state(small_world, "completed")
    faults = refusal(small_world, "reassign", by=KHACH)
    assert len(faults) == 5
    for word in ("it is completed", KHACH, "reason", "authority", "agency"):
        assert any(word in fault for fault in faults)


def test_days_that_cannot_be_are_refused(small_world: World) -> None:
    """A new last day in the past, a document from the future."""
    in_state(small_world, "assigned")
    (fault,) = refusal(small_world, "move", by=LAN, new_day=march(2), document="12/UBND")
    assert "02/03/2020" in fault
    (fault,) = refusal(small_world, "submit", by=AN, document="9/BC", document_date=march(4))
    assert "04/03/2020" in fault


def test_a_plan_that_is_not_active_takes_no_acts(small_world: World) -> None:
    """Neither before activation."""
    small_world.plan(Duty("I.1", LAST), active=False)
    (fault,) = refusal(small_world, "accept", by=AN)
    assert "draft" in fault


def test_a_file_is_as_good_as_a_document_for_a_submission(small_world: World) -> None:
    """The door keeps the file; the ledger keeps its name and hash."""
    in_state(small_world, "assigned")
    evidence = {"name": "bao-cao.pdf", "sha256": "ab" * 32, "size": 10}
    done = small_world.act("submit", "I.1", by=AN, evidence=evidence, day=march(9))
    assert (done.state, done.submitted_day) == ("submitted", march(9))
    assert small_world.lines("I.1", kinds=["act"])[-1].data["evidence"] == evidence


def test_an_act_counts_the_revision_and_keeps_both_times(world: World) -> None:
    """Feeds follow the revision; the ledger holds the business day and the machine's time."""
    world.plan(Duty("I.1", LAST))
    before = world.state("I.1")
    after = world.act("accept", "I.1", by=AN, day=march(5))
    assert after.revision == before.revision + 1
    assert after.state_since == march(5)
    with world.database.read() as session:
        entry = session.exec(select(Entry).where(Entry.kind == "act")).one()
    assert entry.effective == march(5)
    assert entry.at == at(march(5), time(9, 0))


def test_a_returned_duty_begins_its_next_round_under_a_new_version(world: World) -> None:
    """With the date the coordinator gave, its own notice and its own ladder."""
    world.plan(Duty("I.1", LAST))
    world.sweep(START)
    world.act("submit", "I.1", by=AN, day=march(4), document="9/BC", document_date=march(4))
    done = world.act("return", "I.1", day=march(10), reason="thiếu số liệu", new_day=LATER)
    assert (done.state, done.round, done.version, done.submitted_day) == ("returned", 2, 2, None)
    first, second = world.deadlines("I.1")
    assert (first.last_day, first.cause) == (LAST, "activation")
    assert (second.last_day, second.force_day, second.cause) == (LATER, march(10), "return")
    world.sweep(march(11))
    assert [(str(line), line.version, line.round) for line in world.lines("I.1")] == [
        ("2020-03-03 N", 1, 1),
        ("2020-03-11 N", 2, 2),
    ]


def test_a_reopened_duty_goes_on_in_progress(small_world: World) -> None:
    """Completed or cancelled: next round, new version."""
    for state in ("completed", "cancelled"):
        small_world.plan(Duty(state, LAST), number=state)
        for event in WAY[state]:
            small_world.act(event, state, **GIVEN[event])
        done = small_world.act("reopen", state, day=march(6), reason="số liệu sai", new_day=LATER)
        assert (done.state, done.round, done.version) == ("in_progress", 2, 2)


def test_a_resumed_duty_gets_back_the_calendar_days_it_rested(world: World) -> None:
    """Suspended on 5/3, resumed on 16/3: eleven days on the last day, and back to the state before."""
    world.plan(Duty("I.1", LAST))
    world.act("accept", "I.1", by=AN, day=march(4))
    rested = world.act("suspend", "I.1", day=march(5), reason="chờ", document="12/UBND")
    assert (rested.state, rested.state_before) == ("suspended", "in_progress")
    done = world.act("resume", "I.1", day=march(16), reason="đã có", document="13/UBND")
    assert (done.state, done.state_before, done.version) == ("in_progress", None, 2)
    deadline = world.deadlines("I.1")[-1]
    assert (deadline.last_day, deadline.force_day, deadline.cause) == (march(31), march(16), "resume")


def test_a_submitted_duty_that_rested_still_waits_for_its_confirmation(world: World) -> None:
    """Suspended while submitted, its deadline moved meanwhile: resumed, it keeps the day of its submission."""
    world.plan(Duty("I.1", LAST))
    world.act("submit", "I.1", by=AN, day=march(4), document="9/BC", document_date=march(4))
    world.act("suspend", "I.1", day=march(5), reason="chờ", document="12/UBND")
    world.act("move", "I.1", day=march(6), new_day=LATER, document="13/UBND")
    done = world.act("resume", "I.1", day=march(9), reason="đã có", document="14/UBND")
    assert (done.state, done.submitted_day) == ("submitted", march(4))


def test_the_submitting_agency_never_confirms(small_world: World) -> None:
    """Not even when its officer coordinates the plan: then the supervisor does."""
    small_world.plan(Duty("I.1", LAST), Duty("I.2", LAST, owners=("van-phong",)))
    small_world.act("submit", "I.1", by=AN, document="9/BC", document_date=START)
    assert AN in refusal(small_world, "confirm", by=AN)[0]
    assert MINH in refusal(small_world, "confirm", by=MINH)[0]
    assert small_world.act("confirm", "I.1", by=LAN).state == "completed"
    small_world.act("submit", "I.2", agency="van-phong", by=LAN, document="9/BC", document_date=START)
    faults = refusal(small_world, "confirm", "I.2", agency="van-phong", by=LAN)
    assert "supervisor" in faults[0]
    assert small_world.act("confirm", "I.2", agency="van-phong", by=MINH).state == "completed"


def test_a_supervisor_of_the_submitting_agency_does_not_confirm_either(small_world: World) -> None:
    """Nobody judges the own agency's work."""
    with small_world.database.write() as session:
        people = {user.key: user for user in session.exec(select(User)).all()}
        people[MINH].agency_id = people[LAN].agency_id
    small_world.plan(Duty("I.2", LAST, owners=("van-phong",)))
    small_world.act("submit", "I.2", agency="van-phong", by=LAN, document="9/BC", document_date=START)
    assert refusal(small_world, "confirm", "I.2", agency="van-phong", by=MINH)


def test_a_declined_duty_stays_and_the_coordinator_is_asked(small_world: World) -> None:
    """The question holds the agency's reason; a second refusal asks anew."""
    in_state(small_world, "assigned")
    for reason in ("không thuộc thẩm quyền", "thiếu người"):
        assert small_world.act("decline", "I.1", by=AN, reason=reason).state == "assigned"
    with small_world.database.read() as session:
        questions = session.exec(select(Question).order_by(Question.id)).all()
    assert ["thẩm quyền" in q.reason for q in questions] == [True, False]
    assert {q.blocks for q in questions} == {"nothing"}


def test_a_reassigned_duty_tells_its_new_owner_once(world: World) -> None:
    """The deadline stays, the new agency gets a notice of its own, and further rungs go to it."""
    world.plan(Duty("I.1", LAST, helpers=("so-ngoai",)))
    world.sweep(START)
    done = world.act("reassign", "I.1", day=march(4), reason="chuyển", document="12/UBND", to_agency=B)
    assert (done.state, done.version) == ("assigned", 1)
    world.sweep_through(march(5), march(6))
    notice, reminder = world.lines("I.1")[1:]
    assert (notice.kind, notice.rung, notice.to) == (
        "notice",
        f"N.{done.revision}",
        ("vanthu@so-b.example.vn", "vanthu@so-ngoai.example.vn"),
    )
    assert (reminder.rung, reminder.to) == ("R14", ("vanthu@so-b.example.vn", "vanthu@so-ngoai.example.vn"))
    assert refusal(world, "accept", agency=B, by=AN)
    assert world.act("accept", "I.1", agency=B, by=BINH).state == "in_progress"


def test_a_duty_goes_to_nobody_unknown_and_to_no_agency_twice(small_world: World) -> None:
    """Either would be two parts of one agency, or none."""
    small_world.plan(Duty("I.1", LAST, owners=(A, B)))
    assert "khong-co" in refusal(small_world, "reassign", **{**GIVEN["reassign"], "to_agency": "khong-co"})[0]
    assert "already" in refusal(small_world, "reassign", **GIVEN["reassign"])[0]


def test_two_people_acting_at_once_do_not_both_win(world: World, again: Callable[[Database], Database]) -> None:
    """One submission, one refusal that sees it."""
    world.plan(Duty("I.1", LAST))
    part, other = world.part("I.1"), again(world.database)

    def submit(database: Database) -> str:
        try:
            with database.write() as session:
                act = Act("submit", AN, document="9/BC", document_date=START)
                perform(session, part, act, moment(START))
        except RefusedError as error:
            return str(error)
        return "done"

    said = at_once(lambda: submit(world.database), lambda: submit(other))
    assert sorted(word == "done" for word in said) == [False, True]
    assert len(world.lines("I.1", kinds=["act"])) == 1


# -- acknowledgements ------------------------------------------------------------------------------------------------


def test_nothing_is_acknowledged_before_it_has_escalated(small_world: World) -> None:
    """From E1 on."""
    small_world.plan(Duty("I.1", march(4)))
    small_world.sweep_through(START, march(4))
    with pytest.raises(ManyFaultsError, match="E1"):
        small_world.ack("I.1", day=march(4))


@pytest.mark.parametrize("by", [AN, BINH, KHACH])
def test_only_coordinator_and_supervisor_acknowledge(small_world: World, by: str) -> None:
    """The owner cannot stop its own ladder."""
    small_world.plan(Duty("I.1", march(4)))
    small_world.sweep_through(START, march(5))
    with pytest.raises(ManyFaultsError) as refused:
        small_world.ack("I.1", day=march(5), by=by, comment=" ")
    assert len(refused.value.faults) == 2
    assert small_world.state("I.1").held_until is None


def test_a_deadline_is_acknowledged_twice_at_most(world: World) -> None:
    """The third time it climbs on; a new version begins to count anew."""
    world.plan(Duty("I.1", march(4)))
    world.sweep_through(START, march(5))
    world.ack("I.1", day=march(5))
    world.ack("I.1", day=march(9), by=MINH)
    with pytest.raises(ManyFaultsError, match="2 times"):
        world.ack("I.1", day=march(12))
    assert [line.data["by"] for line in world.lines("I.1", kinds=["ack"])] == [LAN, MINH]
    world.act("move", "I.1", day=march(12), new_day=march(12), document="12/UBND")
    world.sweep_through(march(12), march(16))
    assert world.rungs("I.1")[-1] == "2020-03-13 E1"
    assert world.ack("I.1", day=march(16)).held_until == march(19)
