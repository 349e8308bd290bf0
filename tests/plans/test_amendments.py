"""A later document on a running plan: what it changes, who is told, and what stays on record."""

from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select
from world import AN, LAN, MINH, REGISTRY, START, A, B, Duty, World, at_once, draft, moment

from engine.amendments import Applied, Look, Request, apply, look
from engine.enactment import Rules
from engine.errors import BadInputError, RefusedError
from engine.intake.draft import Draft, Obligation
from engine.intake.steps import to_json
from engine.models import Amendment, Message, Question, Task, Wording
from engine.queries.amendments import amendments_of
from engine.queries.tasks import Duty as Listed
from engine.queries.tasks import Wanted, Yardstick, duties
from engine.rules.states import State

DAY = date(2020, 6, 19)
LATER = date(2020, 9, 30)
APRIL = date(2020, 4, 15)
"""A Wednesday: the day on which amendments are applied here."""

PLAN = (
    Duty("I.1", DAY, (A,), (B,)),
    Duty("I.2", DAY, (B,)),
    Duty("I.3", date(2020, 8, 20), (A, B)),
    Duty("I.4", date(2020, 12, 10), (A,)),
)


def amending(*rows: Duty, title: str = "Sửa đổi, bổ sung Kế hoạch số 01/KH-THU", number: str = "15/KH-THU") -> Draft:
    """A document of April that changes these rows of the plan."""
    document = draft(rows, number=number)
    document.plan = document.plan.model_copy(update={"title": title, "issue_date": "2020-04-10"})
    document.source, document.source_sha256 = "sua-doi.txt", f"{number}/{title}/{[(r.ref, r.last_day) for r in rows]}"
    return document


def whole(*rows: Duty) -> Draft:
    """The plan anew, with these rows."""
    return amending(*rows, title="Kế hoạch thử", number="01/KH-THU")


def changed() -> Draft:
    """The plan anew with a row moved, one given to another agency, one that is new and one that is gone."""
    document = whole(
        replace(PLAN[0], last_day=LATER), replace(PLAN[1], owners=(A,)), PLAN[2], Duty("I.5", LATER, (B,), (A,))
    )
    document.tasks[3].text = "Mở lớp tập huấn cho cán bộ"
    return document


BY_LETTER = Request("01/KH-THU", LAN, number="33/QĐ-THU", issued=date(2020, 4, 13))
"""What an edited plan needs: whose authority it is."""


def rules(world: World) -> Rules:
    """Registry, calendar and ladder as shipped."""
    return Rules(REGISTRY, world.calendar, world.policy)


def seen(world: World, document: Draft, request: Request = BY_LETTER) -> Look:
    """What a document would change."""
    with world.database.read() as session:
        return look(session, document, request, rules(world))


def applied(world: World, document: Draft, request: Request = BY_LETTER, *, day: date = APRIL, **more: Any) -> Applied:
    """Apply a document in a transaction of its own."""
    with world.database.write() as session:
        return apply(session, document, request, rules(world), when=moment(day, time(10, 0)), **more)


PARTIAL = Request("01/KH-THU", LAN)


def on(world: World, day: date, *, today: date = date(2020, 12, 31)) -> dict[tuple[str, str], Listed]:
    """The duties as they stood on a day, asked much later."""
    with world.database.read() as session:
        listed = duties(session, Wanted(), Yardstick(day, world.calendar, world.policy), today=today)
    return {(duty.ref, duty.agency_key): duty for duty in listed}


def changes(found: Look) -> list[tuple[str, tuple[str, ...]]]:
    """Which rows changed in what."""
    return [(row.ref, tuple(change.what for change in row.changes)) for row in found.difference.rows]


def test_an_edited_plan_is_shown_by_agency_and_nothing_is_written(world: World) -> None:
    """Added, moved, handed over, struck: each agency finds its own, with the old and the new last day."""
    world.plan(*PLAN)
    edited = changed()
    found = seen(world, edited)
    assert changes(found) == [("I.1", ("deadline",)), ("I.2", ("owner",)), ("I.5", ("added",)), ("I.4", ("removed",))]
    told = {agency["key"]: agency["changes"] for agency in to_json(found.difference)["agencies"]}
    assert [(c["ref"], [t["what"] for t in c["told"]]) for c in told[B]] == [
        ("I.1", ["deadline"]),
        ("I.2", ["left"]),
        ("I.5", ["added"]),
    ]
    moved = told[A][0]["told"][0]
    assert (moved["old_day"], moved["new_day"]) == ("2020-06-19", "2020-09-30")
    with world.database.read() as session:
        assert session.exec(select(Amendment)).all() == []
        assert len(session.exec(select(Task)).all()) == len(PLAN)


def test_an_edited_plan_is_applied_as_a_whole_and_the_past_stays_as_it_was(world: World) -> None:
    """New versions beside the old ones, new duties from today, struck ones cancelled; as of yesterday nothing of it."""
    world.plan(*PLAN)
    before = on(world, date(2020, 4, 14))
    edited = changed()
    edited.tasks[0].text = "Việc I.1 của kế hoạch thử, sửa"
    done = applied(world, edited)
    assert done.counts == {"moved": 1, "opened": 1, "cancelled": 1, "handed_over": 1, "questions": 0, "told": 7}
    versions = world.deadlines("I.1")
    assert [(v.version, v.last_day, v.force_day, v.cause, v.authority) for v in versions] == [
        (1, DAY, START, "activation", ""),
        (2, LATER, APRIL, "amendment", "33/QĐ-THU"),
    ]
    after = on(world, APRIL)
    assert on(world, date(2020, 4, 14)) == before
    assert (before["I.1", A].last_day, after["I.1", A].last_day) == (DAY, LATER)
    assert after["I.1", A].text == "Việc I.1 của kế hoạch thử, sửa"
    assert (("I.2", B) in before, ("I.2", A) in after, ("I.5", B) in before, ("I.5", B) in after) == (
        True,
        True,
        False,
        True,
    )
    assert (before["I.4", A].state, after["I.4", A].state) == (State.ASSIGNED, State.CANCELLED)
    with world.database.read() as session:
        kept = session.exec(select(Wording).order_by(col(Wording.task_id))).all()
        assert [(wording.ref, wording.text) for wording in kept] == [
            ("I.1", "Việc I.1 của kế hoạch thử"),
            ("I.2", "Việc I.2 của kế hoạch thử"),
        ]
        assert [task.ref for task in session.exec(select(Task).where(col(Task.removed_on).is_not(None)))] == ["I.4"]


def test_the_same_amendment_again_changes_nothing(world: World) -> None:
    """By its file, and by its number and day though the file is another."""
    world.plan(*PLAN)
    document = amending(replace(PLAN[0], last_day=LATER))
    assert applied(world, document, PARTIAL).amendment is not None
    again = applied(world, document, PARTIAL)
    retyped = amending(replace(PLAN[0], last_day=date(2020, 10, 30)))
    retyped.source_sha256 = "typed anew"
    for found in (again, applied(world, retyped, PARTIAL)):
        assert found.amendment is None
        assert found.look.already == "15/KH-THU ngày 10/04/2020 đã được Lan áp dụng ngày 15/04/2020"
    assert [version.last_day for version in world.deadlines("I.1")] == [DAY, LATER]


def test_each_agency_is_told_once_and_only_what_changed_for_it(world: World, tmp_path: Path) -> None:
    """The ladder's own notice of the new deadline is taken over; who is not touched gets no mail."""
    world.plan(*PLAN)
    world.sweep_through(START, date(2020, 4, 14))
    world.deliver(date(2020, 4, 14), world.to_files(tmp_path / "before"))
    applied(world, amending(replace(PLAN[0], last_day=LATER)), PARTIAL)
    world.sweep(APRIL)
    world.sweep(date(2020, 4, 16))
    world.deliver(APRIL, world.to_files(tmp_path / "mail"), hour=time(11, 0))
    assert [str(line) for line in world.lines("I.1")][1:] == [
        "2020-04-15 A.1",
        "2020-04-15 A.1.helpers",
        "2020-04-15 -N",
    ]
    mails = {path.name: path.read_bytes() for path in (tmp_path / "mail").rglob("*.eml")}
    assert len(mails) == 2  # the owner and the collaborator of I.1
    with world.database.read() as session:
        subjects = session.exec(select(Message.subject).order_by(col(Message.id).desc()).limit(2)).all()
    assert {subject.split(" ")[0] for subject in subjects} == {"[Thay"}
    world.deliver(date(2020, 4, 16), world.to_files(tmp_path / "next"))
    assert list((tmp_path / "next").rglob("*.eml")) == []


def test_a_duty_handed_in_or_done_is_not_reopened_but_asked_about(world: World) -> None:
    """Its deadline stays; the coordinator decides by an act."""
    world.plan(*PLAN)
    world.act("accept", "I.1", by=AN)
    world.act("submit", "I.1", by=AN, document="7/BC", document_date=START)
    done = applied(world, amending(replace(PLAN[0], last_day=LATER)), PARTIAL)
    assert (done.counts["moved"], done.counts["questions"]) == (0, 1)
    assert world.state("I.1").state == State.SUBMITTED
    assert [version.last_day for version in world.deadlines("I.1")] == [DAY]
    with world.database.read() as session:
        asked = session.exec(select(Question)).one()
    assert "Sở A: việc đã nộp kết quả" in asked.reason
    assert (asked.blocks, asked.asked_on) == ("nothing", APRIL)


def test_a_partial_amendment_strikes_only_what_it_says(world: World) -> None:
    """Rows it does not name stay; "Bãi bỏ" in a row or with references in a sentence strikes them."""
    world.plan(*PLAN)
    document = amending(Duty("I.4", date(2020, 12, 10), (A,)))
    document.tasks[0].text = "Bãi bỏ nhiệm vụ này"
    document.obligations = [Obligation(ref="1", text="Bãi bỏ nhiệm vụ số I.2 tại Phụ lục.")]
    assert changes(seen(world, document, PARTIAL)) == [("I.4", ("removed",)), ("I.2", ("removed",))]
    applied(world, document, PARTIAL)
    assert {ref for (ref, _), duty in on(world, APRIL).items() if duty.state == State.CANCELLED} == {"I.2", "I.4"}


def test_a_sentence_that_may_strike_anything_strikes_nothing_and_is_asked(world: World) -> None:
    """ "Nhiệm vụ 3 mục II" is not "I.3"; a person may name the row."""
    world.plan(*PLAN)
    document = amending(replace(PLAN[0], last_day=LATER))
    document.obligations = [Obligation(ref="1", text="Bãi bỏ nhiệm vụ thứ 3 của mục II.")]
    found = seen(world, document, PARTIAL)
    assert (changes(found), found.doubts) == ([("I.1", ("deadline",))], ("Bãi bỏ nhiệm vụ thứ 3 của mục II.",))
    named = replace(PARTIAL, struck=("I.3",))
    assert changes(seen(world, document, named)) == [("I.1", ("deadline",)), ("I.3", ("removed",))]
    applied(world, document, PARTIAL)
    with world.database.read() as session:
        asked = session.exec(select(Question)).one()
    assert (asked.printed, asked.task_id) == ("Bãi bỏ nhiệm vụ thứ 3 của mục II.", None)


def test_rows_that_fit_none_are_refused_until_a_person_says_what_they_are(world: World) -> None:
    """No such row, or another text under the same number: named with what it may be, and nothing is changed."""
    world.plan(*PLAN)
    document = amending(Duty("1", LATER, (A,)), replace(PLAN[1], last_day=LATER))
    document.tasks[0].text = "Việc I.4 của kế hoạch thử"
    document.tasks[1].text = "Tổ chức hội nghị tổng kết toàn tỉnh"
    assert [(row.ref, row.suggestion) for row in seen(world, document, PARTIAL).difference.unfit] == [
        ("1", "I.4"),
        ("I.2", ""),
    ]
    with pytest.raises(BadInputError, match=r"--map 1=I\.4"):
        applied(world, document, PARTIAL)
    with pytest.raises(BadInputError, match=r"the plan has no row I\.9"):
        applied(world, document, replace(PARTIAL, mapping={"1": "I.9"}))
    done = applied(world, document, replace(PARTIAL, mapping={"1": "I.4", "I.2": "new"}))
    assert (done.counts["moved"], done.counts["opened"]) == (1, 1)
    listed = on(world, APRIL)
    assert listed["I.4", A].last_day == LATER
    assert listed["I.2", B].text == "Việc I.2 của kế hoạch thử"
    assert listed["I.2+1", B].text == "Tổ chức hội nghị tổng kết toàn tỉnh"


def test_a_renumbered_plan_keeps_each_duty_under_its_new_number(world: World) -> None:
    """A row put in between: the rows after it change their numbers, not their history."""
    world.plan(*PLAN[:3])
    before = on(world, START)
    edited = whole(Duty("I.1", DAY, (A,), (B,)), Duty("I.2", LATER, (A,)), Duty("I.3", DAY, (B,)))
    for task, text in zip(
        edited.tasks, ("Việc I.1 của kế hoạch thử", "Khảo sát đầu năm", "Việc I.2 của kế hoạch thử"), strict=True
    ):
        task.text = text
    found = seen(world, edited)
    assert [row.ref for row in found.difference.unfit] == ["I.2"]
    done = applied(world, edited, replace(BY_LETTER, mapping={"I.2": "new", "I.3": "I.2"}))
    assert (done.counts["opened"], done.counts["cancelled"]) == (1, 2)
    listed = on(world, APRIL)
    assert listed["I.2", A].text == "Khảo sát đầu năm"
    assert listed["I.3", B].assignment_id == before["I.2", B].assignment_id
    assert listed["I.3~1", A].state == State.CANCELLED
    assert on(world, date(2020, 4, 14)) == before | {}


def test_a_new_deadline_that_is_not_known_waits_for_an_answer(world: World) -> None:
    """The old one is no longer printed, so nobody is reminded by it; the question says what is printed."""
    world.plan(*PLAN)
    document = amending(Duty("I.1", None, (A,), (B,), blocks="deadline"))
    done = applied(world, document, PARTIAL)
    assert (done.counts["moved"], done.counts["questions"]) == (0, 1)
    assert world.state("I.1").unclear
    assert not on(world, date(2020, 4, 14))["I.1", A].unclear
    assert on(world, APRIL)["I.1", A].unclear
    world.sweep_through(APRIL, DAY)
    assert [str(line) for line in world.lines("I.1")] == ["2020-04-15 A.1", "2020-04-15 A.1.helpers"]


def test_an_amendment_answers_what_was_open(world: World) -> None:
    """A question about a deadline that the document now prints is closed with the document as its answer."""
    world.plan(Duty("I.1", None, (A,), blocks="deadline"), *PLAN[1:])
    applied(world, amending(Duty("I.1", LATER, (A,))), PARTIAL)
    assert (world.state("I.1").unclear, [v.last_day for v in world.deadlines("I.1")]) == (False, [LATER])
    with world.database.read() as session:
        assert session.exec(select(Question.answer)).all() == ["15/KH-THU ngày 10/04/2020"]
    assert (on(world, date(2020, 4, 14))["I.1", A].unclear, on(world, APRIL)["I.1", A].unclear) == (True, False)


@pytest.mark.parametrize(
    ("document", "request_", "said"),
    [
        (whole(*PLAN[:3]), Request("01/KH-THU", LAN), "--document NUMBER"),
        (whole(*PLAN[:3]), replace(BY_LETTER, by=MINH), "not the coordinator"),
        (whole(*PLAN[:3]), replace(BY_LETTER, issued=date(2020, 5, 1)), "after today"),
        (amending(PLAN[0], title="Kế hoạch khác"), PARTIAL, "--whole"),
    ],
)
def test_who_may_not_or_says_too_little_changes_nothing(
    small_world: World, document: Draft, request_: Request, said: str
) -> None:
    """No authority, not the coordinator, a document of tomorrow, a document that does not say how far it reaches."""
    small_world.plan(*PLAN)
    with pytest.raises(RefusedError, match=said):
        applied(small_world, document, request_)
    assert not [duty for duty in on(small_world, APRIL).values() if duty.state == State.CANCELLED]


def test_two_people_apply_at_once_and_one_wins(world: World, again: Any) -> None:
    """The other is told that it is done; the deadline moved once."""
    world.plan(*PLAN)
    document, other = amending(replace(PLAN[0], last_day=LATER)), again(world.database)

    def work(database: Any) -> Applied:
        with database.write() as session:
            return apply(session, document, PARTIAL, rules(world), when=moment(APRIL))

    done = at_once(lambda: work(world.database), lambda: work(other))
    assert sorted(one.amendment is None for one in done) == [False, True]
    assert [one.look.already != "" for one in done if one.amendment is None] == [True]
    assert len(world.deadlines("I.1")) == 2


def test_what_was_looked_at_must_still_hold(world: World) -> None:
    """Another amendment came in between: nothing is applied over its head."""
    world.plan(*PLAN)
    document = amending(replace(PLAN[0], last_day=LATER), number="16/KH-THU")
    shown = seen(world, document, PARTIAL).difference
    applied(world, amending(replace(PLAN[0], last_day=date(2020, 7, 31))), PARTIAL)
    with pytest.raises(RefusedError, match="Look again"):
        applied(world, document, PARTIAL, seen=shown)
    assert [version.last_day for version in world.deadlines("I.1")] == [DAY, date(2020, 7, 31)]


def test_a_fault_in_the_middle_leaves_nothing_behind(world: World) -> None:
    """One transaction: neither the amendment nor a version nor a notice."""
    world.plan(*PLAN)
    too_far = amending(replace(PLAN[0], last_day=LATER), replace(PLAN[1], last_day=date(2090, 1, 1)))
    entries = len(world.lines(kinds=("plan", "act", "notice")))
    with pytest.raises(BadInputError, match="2090"):
        applied(world, too_far, PARTIAL)
    assert len(world.deadlines("I.1")) == 1
    assert len(world.lines(kinds=("plan", "act", "notice"))) == entries
    with world.database.read() as session:
        assert session.exec(select(Amendment)).all() == []


def test_the_history_of_a_task_names_the_document_with_old_and_new(world: World) -> None:
    """Day, authority, hand, and what changed from what to what."""
    plan = world.plan(*PLAN)
    applied(world, amending(replace(PLAN[0], last_day=LATER)), PARTIAL)
    with world.database.read() as session:
        task = session.exec(select(Task).where(Task.ref == "I.1")).one()
        (amended,) = amendments_of(session, plan, task.id or 0)
    assert (amended.day, amended.authority, amended.by) == (APRIL, "15/KH-THU ngày 10/04/2020", "Lan")
    change = amended.changes[0]
    assert (change["old"], change["new"]) == ("Trước ngày 20/06/2020", "Trước ngày 01/10/2020")
    assert (change["old_day"], change["new_day"]) == ("2020-06-19", "2020-09-30")
