"""A later document on a running plan: what it changes, who is told, and what stays on record."""

import json
from dataclasses import replace
from datetime import date, time
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select
from world import AN, LAN, MINH, REGISTRY, START, A, B, Duty, World, at_once, draft, moment

from engine.amendments import Applied, Look, Request, apply, look
from engine.answers import Reply, answer
from engine.enactment import Rules
from engine.errors import BadInputError, RefusedError
from engine.intake.amendment.steps import to_json
from engine.intake.draft import Draft, Obligation
from engine.models import Amendment, Entry, Message, Plan, Question, Task, Wording
from engine.plans import activate
from engine.queries.amendments import amendments_of
from engine.queries.tasks import Duty as Listed
from engine.queries.tasks import Wanted, Yardstick, duties
from engine.rules.states import State
from engine.simulate import copy_of
from engine.sweep import sweep

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
    other = applied(world, retyped, PARTIAL)
    done = "15/KH-THU ngày 10/04/2020 đã được Lan áp dụng ngày 15/04/2020"
    assert (again.amendment, again.look.already, other.amendment) == (None, done, None)
    assert other.look.already.startswith(f"{done}; sua-doi.txt khác tệp đã áp dụng")
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


def test_an_answer_about_a_duty_left_alone_says_which_act_would_change_it(world: World) -> None:
    """Nothing changes by it, and nobody may think that it did."""
    world.plan(*PLAN)
    world.act("submit", "I.1", by=AN, day=date(2020, 4, 1), document="5/BC", document_date=date(2020, 4, 1))
    applied(world, amending(replace(PLAN[0], last_day=LATER)), PARTIAL)
    with world.database.write() as session:
        (key,) = session.exec(select(Question.key)).all()
        said = answer(
            session, key, Reply("làm theo văn bản mới", LAN), when=moment(APRIL, time(11, 0)), calendar=world.calendar
        )
    assert "việc chưa đổi gì" in said
    assert "dondoc act 01-kh-thu-2020-mau:I.1 return" in said


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
    remarked = amending(PLAN[2])
    remarked.tasks[0].notes = "Ghi chú: Bãi bỏ"
    assert changes(seen(world, remarked, PARTIAL)) == [("I.3", ("removed",))]
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
    with world.database.write() as session:
        answer(session, "I.1-deadline", Reply("2020-09-30", LAN), when=moment(DAY), calendar=world.calendar)
    assert [(v.version, v.last_day, v.cause) for v in world.deadlines("I.1")][1:] == [(2, date(2020, 9, 29), "answer")]
    world.sweep_through(DAY, date(2020, 6, 22))
    assert world.rungs("I.1")[2:] == ["2020-06-19 N"]


def test_an_owner_that_is_not_known_keeps_the_duty_where_it_is_until_the_answer(world: World) -> None:
    """Nobody is reminded meanwhile; who is then named gets the notice of a new duty."""
    world.plan(*PLAN)
    document = amending(Duty("I.2", DAY, (A,), blocks="owner"))
    document.tasks[0].owner_text = "Phòng Tổng hợp"
    applied(world, document, PARTIAL)
    assert (world.state("I.2", B).unclear, world.state("I.2", B).state) == (True, State.ASSIGNED)
    with world.database.write() as session:
        answer(session, "I.2-owner", Reply("so-ngoai", LAN), when=moment(DAY), calendar=world.calendar)
    world.sweep(DAY)
    assert [line.to for line in world.lines("I.2") if line.rung == "N"] == [("vanthu@so-ngoai.example.vn",)]


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


def test_the_mail_says_what_changed_from_what_to_what_by_which_document(world: World, tmp_path: Path) -> None:
    """New, struck, moved, handed over: each in its own words, to the agency that it is about."""
    world.plan(*PLAN)
    world.sweep_through(START, date(2020, 4, 14))
    world.deliver(date(2020, 4, 14), world.to_files(tmp_path / "before"))
    applied(world, changed())
    world.deliver(APRIL, world.to_files(tmp_path / "mail"), hour=time(11, 0))
    said = letters(tmp_path / "mail")
    by = "theo 33/QĐ-THU ngày 13/04/2020"
    assert set(said) == {"vanthu@so-a.example.vn", "vanthu@so-b.example.vn"}
    for_a, for_b = said["vanthu@so-a.example.vn"], said["vanthu@so-b.example.vn"]
    for words in (
        f"Thời hạn chuyển từ 19/06/2020 sang 30/09/2020 {by}.",
        f"Cơ quan chủ trì: Sở A thay cho Sở B {by}.",
        f"Việc bỏ {by}.",
        f"Việc mới {by}.",
    ):
        assert words in for_a
    assert f"Việc chuyển cho Sở A chủ trì {by}." in for_b
    assert "Không phải làm việc này nữa." in for_b
    assert "I.3." not in for_a + for_b


def letters(folder: Path) -> dict[str, str]:
    """The text of each mail by its address."""
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in folder.rglob("*.eml")]
    return {mail["To"].addresses[0].addr_spec: mail.get_body(("plain",)).get_content() for mail in mails}


def test_news_that_is_no_longer_so_is_withdrawn_before_it_leaves(world: World, tmp_path: Path) -> None:
    """A second amendment of the same morning takes the first one's deadline away."""
    world.plan(PLAN[0])
    world.sweep(START)
    world.deliver(START, world.to_files(tmp_path / "before"))
    applied(world, amending(replace(PLAN[0], last_day=LATER)), PARTIAL)
    applied(world, amending(replace(PLAN[0], last_day=date(2020, 10, 30)), number="16/KH-THU"), PARTIAL)
    world.deliver(APRIL, world.to_files(tmp_path / "mail"), hour=time(11, 0))
    said = letters(tmp_path / "mail")["vanthu@so-a.example.vn"]
    assert "từ 30/09/2020 sang 30/10/2020" in said
    assert "từ 19/06/2020" not in said


def test_a_collaborator_that_comes_or_goes_is_told_and_the_one_that_stays_is_not(world: World) -> None:
    """Only what changed for it."""
    world.plan(Duty("I.1", DAY, (A,), (B, "so-ngoai")))
    document = amending(Duty("I.1", DAY, (A,), (B, "so-ngoai")))
    document.tasks[0].collaborators_text = "Sở B; Sở Ngoài"
    document.tasks[0].collaborators = document.tasks[0].collaborators[:1]
    done = applied(world, document, PARTIAL)
    assert done.counts["told"] == 2
    assert [(line.rung, line.to) for line in world.lines("I.1")] == [
        ("A.1", ("vanthu@so-a.example.vn",)),
        ("A.1.former", ("vanthu@so-ngoai.example.vn",)),
    ]


def test_who_changes_between_leading_and_helping_is_told_once_and_nothing_contrary(
    world: World, tmp_path: Path
) -> None:
    """The helper that takes over is told as the lead; the lead that helps from now on is not sent home."""
    world.plan(Duty("I.1", DAY, (A,), (B,)), Duty("I.2", DAY, (A,)))
    world.sweep(START)
    world.deliver(START, world.to_files(tmp_path / "before"))
    document = whole(Duty("I.1", DAY, (B,), (B,)), Duty("I.2", DAY, (B,), (A,)))
    document.tasks[1].collaborators_text = "Sở A"
    assert applied(world, document).counts["told"] == 4
    for_a, for_b = "vanthu@so-a.example.vn", "vanthu@so-b.example.vn"
    assert [(line.rung, line.to) for line in world.lines("I.1")[1:]] == [("N.3", (for_b,)), ("A.1.former", (for_a,))]
    assert [(line.rung, line.to) for line in world.lines("I.2")[1:]] == [("N.3", (for_b,)), ("A.1.helpers", (for_a,))]
    world.deliver(APRIL, world.to_files(tmp_path / "mail"), hour=time(11, 0))
    helps = letters(tmp_path / "mail")[for_a].partition("I.2.")[2]
    assert "Việc chuyển cho Sở B chủ trì" in helps
    assert "Đề nghị phối hợp với cơ quan chủ trì" in helps
    assert "Không phải làm việc này nữa" not in helps


def test_a_duty_given_to_several_others_is_not_called_struck(world: World, tmp_path: Path) -> None:
    """Its agency reads who leads it now."""
    world.plan(Duty("I.1", DAY, (A,)))
    world.sweep(START)
    world.deliver(START, world.to_files(tmp_path / "before"))
    document = whole(Duty("I.1", DAY, (B, "so-ngoai")))
    document.tasks[0].owner_text = "Sở B; Sở Ngoài"
    assert applied(world, document).counts["cancelled"] == 1
    world.deliver(APRIL, world.to_files(tmp_path / "mail"), hour=time(11, 0))
    said = letters(tmp_path / "mail")["vanthu@so-a.example.vn"]
    assert "Việc chuyển cho Sở B; Sở Ngoài chủ trì" in said
    assert "Việc bỏ" not in said


def test_an_older_document_does_not_undo_a_newer_one(world: World) -> None:
    """It is refused with the rows and the newer document; what the newer one left alone it may change."""
    world.plan(*PLAN)
    applied(world, amending(replace(PLAN[0], last_day=LATER)), replace(BY_LETTER, extent="partial"))
    late = replace(PARTIAL, number="30/QĐ-THU", issued=date(2020, 4, 1))
    with pytest.raises(RefusedError, match=r"I\.1: đã sửa theo 33/QĐ-THU"):
        applied(world, amending(replace(PLAN[0], last_day=date(2020, 8, 1)), number="30/QĐ-THU"), late)
    assert [version.last_day for version in world.deadlines("I.1")] == [DAY, LATER]
    done = applied(world, amending(replace(PLAN[1], last_day=LATER), number="31/QĐ-THU"), late)
    assert done.counts["moved"] == 1


def reads(world: World, number: str, size: int) -> int:
    """How often the database is read while a plan of that many rows is amended in all of them."""
    rows = [Duty(f"I.{row}", DAY, (A, B), ("so-ngoai",)) for row in range(1, size + 1)]
    world.plan(*rows, number=number)
    document = whole(*(replace(row, last_day=LATER) for row in rows))
    document.plan = document.plan.model_copy(update={"number": number})
    statements: list[str] = []

    def hear(*call: Any) -> None:
        statements.append(call[2])

    with world.database.write() as session:
        event.listen(session.get_bind(), "before_cursor_execute", hear)
        done = apply(session, document, replace(BY_LETTER, plan=number), rules(world), when=moment(APRIL))
        event.remove(session.get_bind(), "before_cursor_execute", hear)
    assert done.counts["moved"] == 2 * size
    return sum(statement.startswith("SELECT") for statement in statements)


def test_an_amendment_of_many_rows_reads_no_oftener_than_one_of_few(world: World) -> None:
    """A thousand deadlines move in seconds, for others wait meanwhile: rows are read together."""
    assert reads(world, "02/KH-THU", 40) == reads(world, "01/KH-THU", 4)


def test_what_an_amendment_did_is_sealed_with_its_old_references(world: World) -> None:
    """The log verifies, and an entry written before a renumbering keeps the number of its day."""
    world.plan(*PLAN[:3])
    edited = whole(Duty("I.1", DAY, (A,), (B,)), Duty("I.2", LATER, (A,)), Duty("I.3", DAY, (B,)))
    edited.tasks[1].text, edited.tasks[2].text = "Khảo sát đầu năm", "Việc I.2 của kế hoạch thử"
    with world.database.write() as session:
        sweep(session, moment(START), policy=world.policy, calendar=world.calendar)
    applied(world, edited, replace(BY_LETTER, mapping={"I.2": "new", "I.3": "I.2"}))
    with world.database.read() as session:
        notices = (
            select(Entry.sealed).where(Entry.rung == "N", col(Entry.superseded).is_(False)).order_by(col(Entry.seq))
        )
        sealed = [json.loads(line or "") for line in session.exec(notices)]
    assert [line["ref"] for line in sealed] == ["I.1", "I.2", "I.3", "I.3"]


def test_a_simulation_lives_through_the_plan_as_it_is_printed_now(small_world: World) -> None:
    """Amended from the first day: struck duties are not in it, new ones and new owners are; acts by hand are not."""
    world = small_world
    plan = world.plan(*PLAN)
    world.act("reassign", "I.4", to_agency="so-ngoai", reason="đổi việc", document="1/CV")
    document = amending(replace(PLAN[0], last_day=LATER), replace(PLAN[1], owners=(A,)), replace(PLAN[2], owners=(B,)))
    applied(world, document, PARTIAL)
    with (
        world.database.read() as session,
        copy_of(session, session.get_one(Plan, plan), policy=world.policy) as (copy, _),
    ):
        with copy.write() as inside:
            activate(inside, inside.exec(select(Plan)).one(), calendar=world.calendar, when=moment(START))
        with copy.read() as inside:
            listed = duties(inside, Wanted(), Yardstick(START, world.calendar, world.policy), today=START)
    assert [(duty.ref, duty.agency_key, duty.last_day, duty.state) for duty in listed] == [
        ("I.1", A, LATER, State.ASSIGNED),
        ("I.2", A, DAY, State.ASSIGNED),
        ("I.3", B, date(2020, 8, 20), State.ASSIGNED),
        ("I.4", A, date(2020, 12, 10), State.ASSIGNED),
    ]


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
