"""Questions and answers: what blocks a duty, who may settle it, and what follows."""

import json
from collections.abc import Sequence
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import col, select
from world import AN, LAN, NOBODY, PEOPLE, REGISTRY, START, A, B, Duty, World, draft, moment

from config.policies import read_policies
from engine.answers import Reply, answer, asked_alike, take_back
from engine.clock import Moment
from engine.database import Database
from engine.errors import RefusedError
from engine.intake.draft import Agency as Named
from engine.intake.draft import Draft
from engine.intake.draft import Question as Asked
from engine.intake.draft import Task as Row
from engine.intake.loading.load import load
from engine.ledger import seal
from engine.models import Agency, Assignment, Collaborator, Contact, Deadline, Entry, Offer, Plan, Question, Task, User
from engine.plans import activate
from engine.rules.deadlines import read_deadline

LATER = date(2020, 3, 10)


def reply(world: World, name: str, value: str, *, by: str = LAN, when: Moment | None = None) -> str:
    """Answer in a transaction of its own."""
    with world.database.write() as session:
        said = Reply(value, by, "công văn 12")
        return answer(session, name, said, when=when or moment(LATER), calendar=world.calendar, registry=REGISTRY)


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


def test_a_day_before_the_plan_itself_is_a_slip(world: World) -> None:
    """Last year's number typed in March would be overdue at once."""
    world.plan(Duty("I.3", None, blocks="deadline"))
    with pytest.raises(RefusedError, match="trước ngày ban hành"):
        reply(world, "I.3-deadline", "2019-12-20")
    assert world.state("I.3").unclear


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


def document(*rows: Row, asked: Sequence[Asked] = ()) -> Draft:
    """A plan of these rows with these questions."""
    made = draft([Duty("I.1", date(2020, 12, 1))])
    made.tasks.extend(rows)
    made.questions.extend(asked)
    return made


def put(world: World, made: Draft, *, active: bool = True) -> None:
    """Load the document, and put the plan in force."""
    with world.database.write() as session:
        load(session, made, registry=REGISTRY, people=PEOPLE, when=moment(START, time(6, 0)))
        if active:
            activate(session, session.exec(select(Plan)).one(), calendar=world.calendar, when=moment(START))


def printed(ref: str, owners: Sequence[Named], words: str = "trước ngày 20/6/2020", **more: Any) -> Row:
    """A row as a reader gives it."""
    deadline = read_deadline(words, issued=START, year=2020)
    said = {"ref": ref, "tt_printed": ref, "text": "Việc", "owners": list(owners), "deadline_text": words}
    return Row(**said, deadline=deadline, **more)


def asks(ref: str, topic: str, words: str = "", blocks: str = "nothing", choices: Sequence[str] = ()) -> Asked:
    """A question about a row."""
    return Asked(id=f"{ref}-{topic}", where=ref, printed=words, reason="chưa rõ", blocks=blocks, choices=list(choices))


def back(world: World, name: str, *, by: str = LAN, reason: str = "gõ nhầm") -> str:
    """Take an answer back."""
    with world.database.write() as session:
        return take_back(session, name, by=by, reason=reason, when=moment(LATER))


def owners_of(world: World, ref: str) -> list[str]:
    """Who has a part in a task, in the order of its parts."""
    with world.database.read() as session:
        chosen = select(Agency.key).join(Assignment, col(Assignment.agency_id) == Agency.id)
        of_task = chosen.join(Task, col(Task.id) == Assignment.task_id).where(Task.ref == ref)
        return list(session.exec(of_task.order_by(col(Assignment.position))).all())


GROUP = Named(name="Các trường nghề", kind="open_group")
SO_A, SO_B = Named(name="Sở A", id=A), Named(name="Sở B", id=B)


def test_members_named_by_a_person_get_a_part_each(world: World) -> None:
    """In place of the group's; each has the deadline in force from the day of the answer, and its own notice."""
    put(world, document(printed("II.1", [GROUP]), asked=[asks("II.1", "members", "Các trường nghề")]))
    world.sweep(START)
    assert "2 cơ quan" in reply(world, "II.1-members", "Sở A; Sở B")
    assert owners_of(world, "II.1") == [A, B]
    world.sweep(LATER)
    told = [(line.day, line.rung, line.to) for line in world.lines("II.1")]
    assert told[1:] == [
        (LATER, "N", ("vanthu@so-a.example.vn",)),
        (LATER, "N", ("vanthu@so-b.example.vn",)),
    ]
    assert {d.last_day for d in world.deadlines("II.1", B)} == {date(2020, 6, 19)}


@pytest.mark.parametrize("active", [True, False])
def test_members_that_nobody_knows_are_refused(world: World, active: bool) -> None:
    """With the names that look like them; the group keeps its part."""
    put(world, document(printed("II.1", [GROUP]), asked=[asks("II.1", "members", "Các trường nghề")]), active=active)
    with pytest.raises(RefusedError, match=r"Sở Ngoài"):
        reply(world, "II.1-members", "Sở A; Sở Ngòai")
    assert len(owners_of(world, "II.1")) == 1


def test_an_agency_of_the_registry_may_be_answered_though_no_row_names_it(sqlite: Database, calendar: Any) -> None:
    """As a question's own choices propose it."""
    world = World.founded(sqlite, calendar, read_policies()["default"])
    with sqlite.write() as session:
        session.exec(delete(Contact).where(col(Contact.agency_id) == 4))
        session.exec(delete(User).where(col(User.agency_id) == 4))
        session.exec(delete(Agency).where(col(Agency.id) == 4))  # Sở Ngoài
    unknown = Named(name="Sở Ngoại")
    put(world, document(printed("II.1", [unknown]), asked=[asks("II.1", "owner-1", "Sở Ngoại", "owner", ["Sở Ngoài"])]))
    reply(world, "II.1-owner-1", "Sở Ngoài")
    assert owners_of(world, "II.1") == ["so-ngoai"]


def test_an_unknown_name_among_several_owners_is_the_one_replaced(world: World) -> None:
    """The first unknown name need not be the first owner."""
    rows = printed("II.1", [Named(name="Sở A", id=A), Named(name="Sở Lạ")])
    put(world, document(rows, asked=[asks("II.1", "owner-1", "Sở Lạ", "owner")]))
    reply(world, "II.1-owner-1", "Sở B")
    assert owners_of(world, "II.1") == [A, B]


def test_one_answer_may_settle_a_name_in_every_row(world: World) -> None:
    """Only what asks the same of the same words, of that plan, and is open."""
    names = {"II.1": "Sở Lạ", "II.2": "Sở Lạ", "II.3": "Sở Kỳ"}
    rows = [printed(ref, [Named(name=name)]) for ref, name in names.items()]
    asked = [asks(ref, "owner-1", name, "owner") for ref, name in names.items()]
    put(world, document(*rows, asked=asked))
    with world.database.write() as session:
        alike = asked_alike(session, "II.2-owner-1")
    assert [name.rpartition(":")[2] for name in alike] == ["II.2-owner-1", "II.1-owner-1"]
    for name in alike:
        reply(world, name, "Sở B")
    assert [owners_of(world, ref) for ref in ("II.1", "II.2")] == [[B], [B]]
    with world.database.write() as session:
        assert len(asked_alike(session, "II.3-owner-1")) == 1


def test_the_lead_is_one_of_the_owners_and_stands_first(world: World) -> None:
    """An agency without a part in the task is refused with those that have."""
    rows = printed("II.1", [Named(name="Sở A", id=A), Named(name="Sở B", id=B)])
    put(world, document(rows, asked=[asks("II.1", "lead")]))
    with pytest.raises(RefusedError, match="Sở A; Sở B"):
        reply(world, "II.1-lead", "Hội C")
    reply(world, "II.1-lead", "Sở B")
    assert owners_of(world, "II.1") == [B, A]


def test_a_helper_is_named_and_an_empty_deliverable_filled(world: World) -> None:
    """What blocks nothing has its effect all the same."""
    helpers = [Named(name="Ban Lạ"), Named(name="Hội C", id=NOBODY)]
    rows = printed("II.1", [Named(name="Sở A", id=A)], collaborators=helpers)
    put(world, document(rows, asked=[asks("II.1", "collaborators-1", "Ban Lạ"), asks("II.1", "deliverable")]))
    reply(world, "II.1-collaborators-1", B)
    reply(world, "II.1-deliverable", "Báo cáo kết quả")
    with world.database.read() as session:
        task = session.exec(select(Task).where(Task.ref == "II.1")).one()
        chosen = select(Agency.key).join(Collaborator, col(Collaborator.agency_id) == Agency.id)
        assert sorted(session.exec(chosen.where(Collaborator.task_id == task.id)).all()) == [NOBODY, B]
        assert task.deliverable == "Báo cáo kết quả"


def test_a_day_for_a_rough_deadline_comes_into_force(world: World) -> None:
    """A part whose date a person has set keeps it."""
    rows = printed("II.1", [Named(name="Sở A", id=A), Named(name="Sở B", id=B)], "cuối tháng 6/2020")
    put(world, document(rows, asked=[asks("II.1", "deadline", "cuối tháng 6/2020", choices=["2020-06-30"])]))
    world.act("move", "II.1", day=START, by=LAN, new_day=date(2020, 7, 15), document="1/QD", agency=B)
    reply(world, "II.1-deadline", "2020-06-25")
    assert [d.last_day for d in world.deadlines("II.1", A)] == [date(2020, 6, 30), date(2020, 6, 25)]
    assert [d.last_day for d in world.deadlines("II.1", B)] == [date(2020, 6, 30), date(2020, 7, 15)]


def test_a_recurring_cell_is_answered_with_its_day(world: World) -> None:
    """It is no duty of one day: its periods are offered, as if the day had been printed."""
    rows = printed("II.1", [Named(name="Sở A", id=A)], "hàng tháng")
    put(world, document(rows, asked=[asks("II.1", "deadline", "hàng tháng", "deadline")]))
    with pytest.raises(RefusedError, match="hàng tháng"):
        reply(world, "II.1-deadline", "khi rảnh")
    assert "trước ngày 15" in reply(world, "II.1-deadline", "trước ngày 15")
    with world.database.read() as session:
        offer = session.exec(select(Offer)).one()
        assert (offer.reading["day"], offer.reading["bound"], offer.state) == (15, "before", "offered")
    assert not world.state("II.1").unclear
    assert world.deadlines("II.1") == []


def test_a_recurring_cell_answered_with_one_day_offers_nothing(world: World) -> None:
    """The person says that it comes once."""
    rows = printed("II.1", [Named(name="Sở A", id=A)], "hàng tháng")
    put(world, document(rows, asked=[asks("II.1", "deadline", "hàng tháng", "deadline")]))
    reply(world, "II.1-deadline", "20/6/2020")
    with world.database.read() as session:
        assert session.exec(select(Offer.state)).one() == "declined"
    assert [d.last_day for d in world.deadlines("II.1")] == [date(2020, 6, 20)]


def test_the_offer_of_a_recurring_cell_comes_back_with_its_question(world: World) -> None:
    """One day was a wrong answer: what comes again is offered as before."""
    rows = printed("II.1", [SO_A], "hàng tháng")
    put(world, document(rows, asked=[asks("II.1", "deadline", "hàng tháng", "deadline")]), active=False)
    reply(world, "II.1-deadline", "20/6/2020")
    back(world, "II.1-deadline")
    with world.database.read() as session:
        offer = session.exec(select(Offer)).one()
    assert (offer.state, offer.decided_on, offer.reason) == ("offered", None, "")


def test_an_answer_is_taken_back_while_nothing_is_in_force(world: World) -> None:
    """Everything stands as before, the question is open, and the log tells both."""
    rows = [printed("II.1", [GROUP]), printed("II.2", [Named(name="Sở Lạ")], "trước ngày 0/6/2020")]
    asked = [
        asks("II.1", "members", "Các trường nghề"),
        asks("II.2", "owner-1", "Sở Lạ", "owner"),
        asks("II.2", "deadline", "trước ngày 0/6/2020", "deadline"),
    ]
    put(world, document(*rows, asked=asked), active=False)
    before = {ref: owners_of(world, ref) for ref in ("II.1", "II.2")}
    for key, value in (("II.1-members", "Sở A; Sở B"), ("II.2-owner-1", B), ("II.2-deadline", "2020-06-10")):
        reply(world, key, value)
    assert {ref: owners_of(world, ref) for ref in before} != before
    with pytest.raises(RefusedError, match="--reason"):
        back(world, "II.1-members", reason=" ")
    with pytest.raises(RefusedError, match="neither coordinator"):
        back(world, "II.1-members", by=AN)
    for key in ("II.2-deadline", "II.2-owner-1", "II.1-members"):
        assert "mở lại" in back(world, key)
    assert {ref: owners_of(world, ref) for ref in before} == before
    with world.database.read() as session:
        task = session.exec(select(Task).where(Task.ref == "II.2")).one()
        assert task.deadline["kind"] == "unknown"
        assert session.exec(select(Assignment.unclear).where(Assignment.task_id == task.id)).one()
        assert set(session.exec(select(Question.answer)).all()) == {None}
    assert [line.data["event"] for line in world.lines(kinds=("plan",))] == ["answer"] * 3 + ["unanswer"] * 3
    with pytest.raises(RefusedError, match="open"):
        back(world, "II.1-members")


def test_an_answer_that_is_in_force_is_corrected_by_an_act(world: World) -> None:
    """Its deadline is on record for good: a move leaves its trace."""
    world.plan(Duty("I.3", None, blocks="deadline"))
    reply(world, "I.3-deadline", "2020-06-20")
    with pytest.raises(RefusedError, match="move"):
        back(world, "I.3-deadline")
    assert world.deadlines("I.3")[-1].last_day == date(2020, 6, 19)


def test_taking_one_answer_back_leaves_the_others_and_later_acts_alone(world: World) -> None:
    """Only what that answer changed goes back: not the day that another answered, nor whom an act put in charge."""
    rows = [printed("II.1", [Named(name="Sở Lạ")], "trước ngày 0/6/2020"), printed("II.2", [SO_A, SO_B])]
    asked = [
        asks("II.1", "deliverable", ""),
        asks("II.1", "owner-1", "Sở Lạ", "owner"),
        asks("II.1", "deadline", "trước ngày 0/6/2020", "deadline"),
        asks("II.2", "lead", "Sở A; Sở B"),
        asks("II.2", "deliverable", ""),
    ]
    put(world, document(*rows, asked=asked), active=False)
    reply(world, "II.1-deliverable", "Báo cáo")
    reply(world, "II.1-owner-1", B)
    reply(world, "II.1-deadline", "2020-06-10")
    assert "mở lại" in back(world, "II.1-deliverable")
    assert owners_of(world, "II.1") == [B]
    with world.database.write() as session:
        activate(session, session.exec(select(Plan)).one(), calendar=world.calendar, when=moment(START))
    assert world.state("II.1", B).version == 1
    reply(world, "II.2-deliverable", "Đề án")
    reply(world, "II.2-lead", B)
    world.act("reassign", "II.2", to_agency="so-ngoai", reason="chuyển", document="3/CV")
    assert "mở lại" in back(world, "II.2-deliverable")
    assert "mở lại" in back(world, "II.2-lead")
    assert owners_of(world, "II.2") == ["so-ngoai", B]


def test_an_answer_that_something_else_has_changed_since_is_not_taken_back(world: World) -> None:
    """Putting the old words over newer ones would undo what another person did."""
    put(world, document(printed("II.1", [SO_A]), asked=[asks("II.1", "deliverable", "")]))
    reply(world, "II.1-deliverable", "Báo cáo")
    with world.database.write() as session:
        session.exec(select(Task).where(Task.ref == "II.1")).one().deliverable = "Đề án"
    with pytest.raises(RefusedError, match="changed since"):
        back(world, "II.1-deliverable")
