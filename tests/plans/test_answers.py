"""Questions and answers: what blocks a duty, who may settle it, and what follows."""

from datetime import date, time

import pytest
from sqlmodel import select
from world import AN, LAN, START, A, Duty, World, moment

from engine.answers import Reply, answer
from engine.clock import Moment
from engine.errors import RefusedError
from engine.models import Assignment, Deadline, Plan, Question
from engine.plans import activate

LATER = date(2020, 3, 10)


def reply(world: World, name: str, value: str, *, by: str = LAN, when: Moment | None = None) -> str:
    """Answer in a transaction of its own."""
    with world.database.write() as session:
        return answer(
            session, name, Reply(value, by, "công văn 12"), when=when or moment(LATER), calendar=world.calendar
        )


def test_an_answered_deadline_comes_into_force_that_day(world: World) -> None:
    """Until then the duty is unclear and silent; afterwards its ladder runs from the day of the answer."""
    world.plan(Duty("I.3", None, blocks="deadline"))
    assert world.sweep(START).entries == 0
    assert "19/06/2020" in reply(world, "I.3-deadline", "trước ngày 20/6/2020")
    with world.database.read() as session:
        deadline = session.exec(select(Deadline)).one()
        assert (deadline.last_day, deadline.force_day, deadline.cause) == (date(2020, 6, 19), LATER, "answer")
        assert not session.exec(select(Assignment.unclear)).one()
    world.sweep(LATER)
    assert [line.rung for line in world.lines()] == ["N"]


def test_a_bare_day_keeps_the_printed_before(world: World) -> None:
    """The document printed "trước ngày"; the answer only gives the day that was missing."""
    world.plan(Duty("I.3", None, blocks="deadline"))
    assert "19/06/2020" in reply(world, "I.3-deadline", "2020-06-20")


def test_an_answer_that_is_no_date_is_refused_and_changes_nothing(world: World) -> None:
    """The question stays open and the duty unclear."""
    world.plan(Duty("I.3", None, blocks="deadline"))
    with pytest.raises(RefusedError, match="not a deadline"):
        reply(world, "I.3-deadline", "sớm nhất có thể")
    with world.database.read() as session:
        assert session.exec(select(Question.answer)).one() is None
        assert session.exec(select(Assignment.unclear)).one()


def test_only_coordinator_or_supervisor_answer_and_only_once(world: World) -> None:
    """An owner may not set its own deadline, and a second answer is a move."""
    world.plan(Duty("I.3", None, blocks="deadline"))
    with pytest.raises(RefusedError, match="neither coordinator nor supervisor"):
        reply(world, "I.3-deadline", "2020-06-20", by=AN)
    reply(world, "I.3-deadline", "2020-06-20")
    with pytest.raises(RefusedError, match="answered already"):
        reply(world, "I.3-deadline", "2020-07-20")


def test_a_plan_answered_before_activation_starts_with_the_answer(world: World) -> None:
    """Version 1 comes from the activation, with the answered day."""
    world.plan(Duty("I.3", None, blocks="deadline"), active=False)
    reply(world, "I.3-deadline", "2020-06-20", when=moment(START, time(6, 30)))
    with world.database.write() as session:
        activate(session, session.exec(select(Plan)).one(), calendar=world.calendar, when=moment(START))
    with world.database.read() as session:
        deadline = session.exec(select(Deadline)).one()
        assert (deadline.version, deadline.last_day, deadline.cause) == (1, date(2020, 6, 19), "activation")


def test_a_question_of_several_plans_must_name_its_plan(world: World) -> None:
    """The refusal lists the full names to choose from."""
    world.plan(Duty("I.3", None, blocks="deadline"))
    world.plan(Duty("I.3", None, blocks="deadline"), number="02/KH-THU")
    with pytest.raises(RefusedError, match="01-kh-thu-2020-mau:I"):
        reply(world, "I.3-deadline", "2020-06-20")
    reply(world, "02/KH-THU:I.3-deadline", "2020-06-20")


def test_an_owner_is_named_by_answer(world: World) -> None:
    """The duty goes to the agency that the answer names, and is no longer unclear."""
    world.plan(Duty("I.1", date(2020, 6, 19), blocks="owner"))
    reply(world, "I.1-owner", A)
    with world.database.read() as session:
        assert not session.exec(select(Assignment.unclear)).one()
