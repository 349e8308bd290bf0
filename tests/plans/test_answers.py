"""Questions and answers: what blocks a duty, who may settle it, and what follows."""

import json
from datetime import date, time

import pytest
from sqlmodel import select
from world import AN, LAN, NOBODY, START, A, B, Duty, World, moment

from engine.answers import Reply, answer
from engine.clock import Moment
from engine.errors import RefusedError
from engine.ledger import seal
from engine.models import Agency, Assignment, Deadline, Entry, Plan, Question
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


def test_an_owner_is_named_by_answer_and_told(world: World) -> None:
    """The duty goes to the agency that the answer names, and its ladder starts from that day."""
    world.plan(Duty("I.1", date(2020, 6, 19), (NOBODY,), blocks="owner"))
    reply(world, "I.1-owner", A)
    with world.database.read() as session:
        deadline = session.exec(select(Deadline)).one()
        assert (deadline.last_day, deadline.force_day, deadline.cause) == (date(2020, 6, 19), LATER, "answer")
        assert session.exec(select(Agency.key).join(Assignment)).one() == A
    world.sweep(LATER)
    assert [(line.rung, line.to) for line in world.lines()] == [("N", ("vanthu@so-a.example.vn",))]


def test_a_duty_with_two_questions_starts_with_the_last_answer(world: World) -> None:
    """Its notice is dated on the day when nothing blocks it any more."""
    world.plan(Duty("I.3", None, (NOBODY,), blocks="deadline"))
    with world.database.write() as session:
        first = session.exec(select(Question)).one()
        session.add(Question(**first.model_dump(exclude={"id", "key", "blocks"}), key="I.3-owner", blocks="owner"))
    reply(world, "I.3-deadline", "2020-06-20")
    world.sweep(LATER)
    assert world.lines() == []
    reply(world, "I.3-owner", A, when=moment(date(2020, 3, 12)))
    world.sweep(date(2020, 3, 12))
    assert [str(line) for line in world.lines()] == ["2020-03-12 N"]


def test_the_number_of_a_question_tells_which_owner_is_meant(world: World) -> None:
    """Of several owners only that one changes; without a number the answer is refused with their names."""
    world.plan(Duty("I.1", date(2020, 6, 19), (NOBODY, B), blocks="owner"))
    with pytest.raises(RefusedError, match="Hội C; Sở B"):
        reply(world, "I.1-owner", A)
    with world.database.write() as session:
        session.exec(select(Question)).one().key = "I.1-owner-1"
    reply(world, "I.1-owner-1", A)
    with world.database.read() as session:
        assert sorted(session.exec(select(Agency.key).join(Assignment)).all()) == [A, B]


def test_an_answer_touches_only_the_parts_that_wait_for_it(world: World) -> None:
    """A part that was moved meanwhile keeps its date, a cancelled one stays without."""
    world.plan(Duty("I.3", None, (A, B, NOBODY), blocks="deadline"))
    world.act("move", "I.3", day=START, by=LAN, new_day=date(2020, 6, 30), document="1/QD")
    world.act("cancel", "I.3", day=START, by=LAN, agency=B, reason="bỏ", document="1/QD")
    reply(world, "I.3-deadline", "2020-12-20")
    assert [d.last_day for d in world.deadlines("I.3", A)] == [date(2020, 6, 30)]
    assert world.deadlines("I.3", B) == []
    assert [d.last_day for d in world.deadlines("I.3", NOBODY)] == [date(2020, 12, 19)]


def test_an_answer_given_while_the_plan_rests_counts_when_it_goes_on(world: World) -> None:
    """Nothing is lost by answering a suspended plan."""
    world.plan(Duty("I.3", None, blocks="deadline"))
    with world.database.write() as session:
        session.exec(select(Plan)).one().state = "suspended"
    reply(world, "I.3-deadline", "2020-12-20")
    with world.database.write() as session:
        session.exec(select(Plan)).one().state = "active"
    world.sweep(date(2020, 3, 12))
    assert [line.rung for line in world.lines()] == ["N"]


@pytest.mark.parametrize("value", ["9999-12-31", "0001-01-01", "  "])
def test_a_mistyped_year_or_nothing_is_refused(world: World, value: str) -> None:
    """No page may fall over a date nobody meant."""
    world.plan(Duty("I.3", None, blocks="deadline"))
    with pytest.raises(RefusedError):
        reply(world, "I.3-deadline", value)


def test_an_act_stands_in_the_log_for_the_agency_that_did_it(world: World) -> None:
    """A duty handed over later does not put words into the new owner's mouth."""
    world.plan(Duty("I.1", date(2020, 12, 1)))
    world.act("accept", "I.1", day=START, by=AN)
    world.act("reassign", "I.1", day=START, by=LAN, reason="đúng thẩm quyền", document="1/QD", to_agency=B)
    with world.database.write() as session:
        seal(session)
    with world.database.read() as session:
        sealed = [json.loads(line or "{}") for line in session.exec(select(Entry.sealed).order_by(Entry.id)).all()]  # type: ignore[arg-type]
    owners = [(line["data"].get("event"), line["agency"]) for line in sealed if line["kind"] in {"act", "notice"}]
    assert owners == [("accept", "Sở A"), ("reassign", "Sở A"), (None, "Sở B")]
