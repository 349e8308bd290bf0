"""From a draft to tables: what is refused, and what an edited document leaves standing."""

from datetime import date, time

import pytest
from sqlmodel import Session, col, select
from world import LAN, NOBODY, PEOPLE, REGISTRY, START, A, B, Duty, World, draft, moment

from engine.answers import Reply, answer
from engine.errors import BadInputError, RefusedError
from engine.intake.draft import Draft
from engine.intake.draft import Question as Asked
from engine.intake.loading.load import Loaded, load
from engine.intake.loading.parties import ascii_key
from engine.models import Agency, Assignment, Collaborator, Deadline, Plan, Question, Task, User
from engine.plans import activate

DAY = date(2020, 6, 19)


def loaded(world: World, document: Draft) -> Loaded:
    """Load a document in a transaction of its own."""
    with world.database.write() as session:
        return load(session, document, registry=REGISTRY, people=PEOPLE, when=moment(START))


def reply(world: World, key: str, value: str) -> None:
    """Answer a question, as the coordinator."""
    with world.database.write() as session:
        when = moment(START, time(6, 30))
        answer(session, key, Reply(value, LAN, "công văn 12"), when=when, calendar=world.calendar)


def owner_and_flag(session: Session, ref: str) -> tuple[str, bool]:
    """Who has a task, and whether it is unclear."""
    chosen = select(Agency.key, Assignment.unclear).join(Assignment, col(Assignment.agency_id) == Agency.id)
    return session.exec(chosen.join(Task, col(Task.id) == Assignment.task_id).where(Task.ref == ref)).one()


def test_rows_with_the_same_reference_are_refused_with_their_places(world: World) -> None:
    """All of them at once, before anything is written."""
    document = draft([Duty("I.1", DAY), Duty("I.2", DAY), Duty("I.1", DAY), Duty("I.3", DAY), Duty("I.3", DAY)])
    for position, row in enumerate(document.tasks):
        row.source_lines = (10 * position, 10 * position + 5)
    with world.database.write() as session:
        agencies = len(session.exec(select(Agency.id)).all())
        with pytest.raises(BadInputError) as refusal:
            load(session, document, registry=REGISTRY, people=PEOPLE, when=moment(START))
    assert refusal.value.faults == ["I.1: dòng 0–5; dòng 20–25", "I.3: dòng 30–35; dòng 40–45"]  # type: ignore[attr-defined]
    with world.database.read() as session:
        assert session.exec(select(Plan)).all() == []
        assert len(session.exec(select(Agency.id)).all()) == agencies


def test_an_edited_draft_keeps_the_answers_of_rows_that_did_not_change(world: World) -> None:
    """With who answered, when and on what it rests; the duty starts with the answered day and owner."""
    asked = (Duty("I.1", None, blocks="deadline"), Duty("I.2", DAY, blocks="owner"))
    world.plan(*asked, Duty("I.3", DAY), active=False)
    reply(world, "I.1-deadline", "2020-06-20")
    reply(world, "I.2-owner", B)
    with world.database.read() as session:
        before = [question.model_dump(exclude={"id", "task_id"}) for question in session.exec(select(Question))]
    done = loaded(world, draft([*asked, Duty("I.3", date(2020, 7, 1))]))
    assert (done.changed, done.dropped_answers, done.questions, done.unclear) == (["I.3"], [], 0, 0)
    with world.database.read() as session:
        after = [question.model_dump(exclude={"id", "task_id"}) for question in session.exec(select(Question))]
        assert owner_and_flag(session, "I.2") == (B, False)
        lan = session.exec(select(User.id).where(User.key == LAN)).one()
    assert after == before
    assert {(kept["answered_by"], kept["answer_reason"]) for kept in after} == {(lan, "công văn 12")}
    with world.database.write() as session:
        activate(session, session.exec(select(Plan)).one(), calendar=world.calendar, when=moment(START))
    assert [deadline.last_day for deadline in world.deadlines("I.1")] == [DAY]


def test_an_answer_to_a_row_that_changed_is_named_and_asked_again(world: World) -> None:
    """The row may mean something else now: nobody's answer is put into its mouth."""
    world.plan(Duty("I.1", None, blocks="deadline"), Duty("I.2", DAY, blocks="owner"), active=False)
    reply(world, "I.1-deadline", "2020-06-20")
    reply(world, "I.2-owner", B)
    edited = draft([Duty("I.1", None, owners=(B,), blocks="deadline"), Duty("I.4", DAY)])
    edited.source_sha256 = "edited"
    done = loaded(world, edited)
    assert (done.dropped_answers, done.questions, done.unclear) == (["I.1-deadline", "I.2-owner"], 1, 1)
    with world.database.read() as session:
        assert session.exec(select(Question.answer)).one() is None
        assert session.exec(select(Deadline)).all() == []


def test_a_duty_with_a_second_question_stays_unclear_when_one_answer_is_kept(world: World) -> None:
    """It waits for the other answer, as it did before."""
    both = draft([Duty("I.1", None, blocks="deadline"), Duty("I.2", DAY)])
    both.questions.append(both.questions[0].model_copy(update={"id": "I.1-owner", "blocks": "owner"}))
    loaded(world, both)
    reply(world, "I.1-owner", B)
    edited = both.model_copy(update={"tasks": both.tasks[:1], "source_sha256": "edited"})
    done = loaded(world, edited)
    assert (done.removed, done.dropped_answers, done.unclear) == (["I.2"], [], 1)
    with world.database.read() as session:
        assert owner_and_flag(session, "I.1") == (B, True)


def test_a_name_of_any_length_gives_a_key_that_can_name_a_file() -> None:
    """Long keys are cut, and still told apart."""
    long, other = ascii_key("Sở " + "a" * 9000), ascii_key("Sở " + "a" * 9001)
    assert max(len(long), len(other)) <= 120
    assert long != other
    assert ascii_key("UBND thị xã Nghĩa Lộ") == "ubnd-thi-xa-nghia-lo"


def test_a_draft_plan_takes_over_any_edited_file(world: World) -> None:
    """A new title alone counts, and so does a file that says the same in other bytes; the same file changes nothing."""
    world.plan(Duty("I.1", DAY), active=False)
    edited = draft([Duty("I.1", DAY)])
    edited.plan = edited.plan.model_copy(update={"title": "Kế hoạch thử, sửa tên"})
    edited.source_sha256 = "edited"
    done = loaded(world, edited)
    assert (done.applied, done.heading, done.changed, done.unchanged) == (True, ["title"], [], False)
    again = loaded(world, edited)
    assert (again.applied, again.heading, again.unchanged) == (False, [], True)
    retyped = edited.model_copy(update={"source_sha256": "retyped"})
    assert (loaded(world, retyped).applied, loaded(world, retyped).unchanged) == (True, True)
    with world.database.read() as session:
        assert session.exec(select(Plan.title)).one() == "Kế hoạch thử, sửa tên"


def test_a_document_that_amends_a_plan_here_is_no_plan_of_its_own(world: World) -> None:
    """Its rows would stand beside those that they change."""
    world.plan(Duty("I.1", DAY))
    amending = draft([Duty("I.1", date(2020, 9, 30))], number="15/KH-THU")
    amending.plan = amending.plan.model_copy(update={"title": "Sửa đổi, bổ sung Kế hoạch số 01/KH-THU"})
    with pytest.raises(RefusedError, match="--amend 01-kh-thu-2020-mau"):
        loaded(world, amending)
    with world.database.read() as session:
        assert len(session.exec(select(Plan)).all()) == 1


def test_answers_that_block_nothing_keep_their_effect_in_an_edited_draft(world: World) -> None:
    """Lead, product, helper, and one unknown owner of several: a question shown as answered is answered in the duty."""
    rows = (Duty("I.1", DAY, (A, B)), Duty("I.2", DAY, (A, NOBODY), (NOBODY,)), Duty("I.3", DAY))
    document = draft(rows)
    document.questions += [
        Asked(id=key, where="dòng 1", printed=printed, reason="chưa rõ", blocks=blocks)
        for key, printed, blocks in (
            ("I.1-lead", "", "nothing"),
            ("I.1-deliverable", "", "nothing"),
            ("I.2-owner-2", "", "owner"),
            ("I.2-collaborators-1", "Hội C", "nothing"),
        )
    ]
    loaded(world, document)
    for key, value in (("I.1-lead", B), ("I.1-deliverable", "Đề án"), ("I.2-owner-2", B)):
        reply(world, key, value)
    reply(world, "I.2-collaborators-1", "so-ngoai")
    edited = document.model_copy(update={"tasks": document.tasks[:2], "source_sha256": "edited"})
    assert loaded(world, edited).dropped_answers == []
    with world.database.read() as session:
        chosen = select(Task.ref, Agency.key).join(Assignment, col(Assignment.task_id) == Task.id)
        parts = chosen.join(Agency, col(Agency.id) == Assignment.agency_id).order_by(col(Assignment.position))
        assert session.exec(parts).all() == [("I.1", B), ("I.1", A), ("I.2", A), ("I.2", B)]
        assert set(session.exec(select(Task.deliverable)).all()) == {"", "Đề án"}
        helper = select(Agency.key).join(Collaborator, col(Collaborator.agency_id) == Agency.id)
        assert session.exec(helper).all() == ["so-ngoai"]
        assert not any(session.exec(select(Assignment.unclear)).all())
