"""Lists of duties: judged by the deadline of their day, the same whenever that day is asked, found by any letter."""

import unicodedata
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select
from world import AN, BINH, LAN, START, A, B, Duty, World, moment

from engine.answers import Reply, answer
from engine.clock import Moment, at
from engine.models import Plan, Recurrence
from engine.plans import activate
from engine.queries.tasks import Duty as Listed
from engine.queries.tasks import Wanted, Yardstick, duties
from engine.recurring import open_due

LAST = date(2020, 3, 20)
LATER = date(2020, 6, 1)
RESULT = {"document": "9/BC", "document_date": START}
ORDER = {"reason": "theo chỉ đạo", "document": "5/QĐ"}


def listed(world: World, day: date, *, today: date = LATER, **wanted: Any) -> list[Listed]:
    """The list of a day, asked on another."""
    with world.database.read() as session:
        return duties(session, Wanted(**wanted), Yardstick(day, world.calendar, world.policy), today=today)


def one(world: World, day: date, *, today: date = LATER) -> Listed:
    """The only duty of a day's list."""
    (found,) = listed(world, day, today=today)
    return found


def march(day: int) -> date:
    """A day of March 2020."""
    return date(2020, 3, day)


@pytest.mark.parametrize("today", [march(31), LATER])
def test_a_late_result_stays_late_when_a_suspension_gives_days_back_afterwards(world: World, today: date) -> None:
    """It counts what was in force on the day of the submission, today as well as looked back upon."""
    world.plan(Duty("I.1", LAST))
    world.act("submit", "I.1", by=AN, day=march(23), **RESULT)
    world.act("suspend", "I.1", day=march(24), **ORDER)
    world.act("resume", "I.1", day=march(30), **ORDER)
    assert one(world, march(31), today=today).timeliness == "overdue"
    world.act("confirm", "I.1", day=march(31))
    done = one(world, march(31), today=today)
    assert (done.timeliness, done.last_day, done.first_last_day) == ("done_late", march(26), LAST)


@pytest.mark.parametrize("today", [march(31), LATER])
def test_a_result_within_a_moved_deadline_is_on_time(world: World, today: date) -> None:
    """The version in force on the day of the submission need not be the first."""
    world.plan(Duty("I.1", LAST))
    world.act("move", "I.1", day=march(19), new_day=march(27), **ORDER)
    world.act("submit", "I.1", by=AN, day=march(27), **RESULT)
    world.act("confirm", "I.1", day=march(31))
    assert one(world, march(31), today=today).timeliness == "done_on_time"


def test_a_past_day_shows_the_agency_that_had_the_duty_then(world: World) -> None:
    """Handed over twice, each day has its own owner, and the filter and the search go by that owner."""
    world.plan(Duty("I.1", LAST))
    world.act("reassign", "I.1", day=march(10), to_agency=B, **ORDER)
    world.act("reassign", "I.1", day=march(16), agency=B, to_agency="so-ngoai", **ORDER)
    days = [march(9), march(10), march(13), march(16)]
    assert [one(world, day).agency_key for day in days] == [A, B, B, "so-ngoai"]
    assert [len(listed(world, march(9), agency=key)) for key in (A, B, "so-ngoai")] == [1, 0, 0]
    assert [len(listed(world, march(13), search=name)) for name in ("sở a", "sở b")] == [0, 1]


def test_a_past_day_does_not_change_with_what_is_done_later(world: World) -> None:
    """The list of a day, kept as it was on that day, is the list asked for much later."""
    world.plan(Duty("I.1", LAST), Duty("I.2", LAST, owners=(A, B)), Duty("I.3", None, blocks="deadline"))
    kept = {START: listed(world, START, today=START)}
    steps: list[tuple[int, str, str, dict[str, Any]]] = [
        (4, "accept", "I.1", {"by": AN}),
        (6, "submit", "I.2", {"by": BINH, "agency": B, **RESULT}),
        (10, "return", "I.2", {"agency": B, "reason": "thiếu", "new_day": march(27)}),
        (11, "suspend", "I.1", ORDER),
        (12, "move", "I.3", {"new_day": march(25), **ORDER}),
        (13, "resume", "I.1", ORDER),
        (16, "submit", "I.1", {"by": AN, **RESULT}),
        (17, "reassign", "I.2", {"agency": B, "to_agency": "so-ngoai", **ORDER}),
        (18, "confirm", "I.1", {}),
        (19, "reopen", "I.1", {"reason": "sai", "new_day": march(26)}),
        (23, "cancel", "I.2", ORDER),
    ]
    for number, event, ref, more in steps:
        day = march(number)
        world.act(event, ref, day=day, **more)
        kept[day] = listed(world, day, today=day)
    assert {day: listed(world, day) for day in kept} == kept


def test_before_its_activation_a_plan_has_no_deadlines_and_only_what_is_asked_is_unclear(world: World) -> None:
    """A duty that waits for nobody's answer is not unclear for want of a date in force."""
    world.plan(Duty("I.1", LAST), Duty("I.2", None, blocks="deadline"))
    then = {duty.ref: duty for duty in listed(world, START - timedelta(days=1))}
    assert {ref: (duty.state, duty.timeliness) for ref, duty in then.items()} == {
        "I.1": ("assigned", "no_deadline"),
        "I.2": ("assigned", "unclear"),
    }
    assert (then["I.1"].version, then["I.1"].last_day, then["I.1"].first_last_day) == (0, None, None)


def test_a_duty_is_unclear_until_the_business_day_of_the_answer(world: World) -> None:
    """The machine's time of the answer, years later in a demo, does not count."""
    world.plan(Duty("I.1", None, blocks="deadline"))
    when = Moment(at(march(10)), at(date(2026, 1, 1)))
    with world.database.write() as session:
        answer(session, "I.1-deadline", Reply("2020-03-25", LAN), when=when, calendar=world.calendar)
    assert [one(world, day).timeliness for day in (march(9), march(10), march(20))] == [
        "unclear",
        "not_due",
        "due_soon",
    ]


@pytest.mark.parametrize("opened", [START, date(2020, 4, 1)])
def test_a_period_of_a_recurring_duty_is_not_listed_before_it_was_opened(world: World, opened: date) -> None:
    """Even where it was opened on the day of activation itself."""
    plan = world.plan(Duty("I.1", LAST))
    with world.database.write() as session:
        agency = world.state("I.1").agency_id
        report = Recurrence(
            plan_id=plan, ref="II.2", text="Báo cáo", frequency="monthly", day=20, agency_ids=[agency], until=LATER
        )
        report.accepted_on = opened
        session.add(report)
        session.flush()
        assert open_due(session, moment(opened), calendar=world.calendar) == 1
    refs = [[duty.ref for duty in listed(world, day)] for day in (opened - timedelta(days=1), opened)]
    assert refs == [["I.1"], ["I.1", f"II.2/2020-{opened.month:02d}"]]


def test_a_plan_activated_late_lists_its_duties_on_the_days_before(world: World) -> None:
    """They stood in the plan; only their deadlines were not in force."""
    plan = world.plan(Duty("I.1", LAST), active=False)
    with world.database.write() as session:
        found = session.exec(select(Plan).where(Plan.id == plan)).one()
        activate(session, found, calendar=world.calendar, when=moment(march(12)))
    assert [one(world, day).timeliness for day in (march(11), march(12))] == ["no_deadline", "not_due"]


@pytest.mark.parametrize("words", ["Việc", "VIỆC", "việc", "SỞ a", "i.1", unicodedata.normalize("NFD", "VIỆC")])
def test_search_finds_words_in_any_case_and_any_form_of_their_letters(world: World, words: str) -> None:
    """Vietnamese letters fold on both databases, and letters composed of several signs are the same letters."""
    world.plan(Duty("I.1", LAST))
    assert [duty.ref for duty in listed(world, START, today=START, search=words)] == ["I.1"]


@pytest.mark.parametrize("words", ["%", "_", "V%c", "I_1", "/"])
def test_signs_that_databases_read_as_wildcards_are_searched_as_they_stand(world: World, words: str) -> None:
    """Nothing here holds any of them."""
    world.plan(Duty("I.1", LAST))
    assert listed(world, START, today=START, search=words) == []
