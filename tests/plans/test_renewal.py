"""What an amending document does to what was accepted and offered of a running plan."""

from datetime import date, time

from sqlmodel import col, select
from world import LAN, PEOPLE, REGISTRY, START, A, B, Duty, World, at_once, draft, moment

from engine.amendments import Applied, Request, apply
from engine.enactment import Rules
from engine.intake.draft import Draft, Obligation
from engine.intake.draft import Task as Row
from engine.intake.loading.load import load
from engine.ledger import seal
from engine.models import Assignment, Deadline, Instance, Offer, Plan, Question, Task
from engine.offers import Desk, accept, withdraw
from engine.plans import activate
from engine.recurring import open_due
from engine.rules.acceptance import Terms
from engine.rules.deadlines import read_deadline

APRIL = date(2020, 4, 15)
DAY = date(2020, 6, 19)
END = date(2020, 12, 31)


def monthly(ref: str, words: str = "Trước ngày 20 hàng tháng", owner: str = A) -> Row:
    """A row of the table that comes again."""
    made = draft([Duty(ref, None, (owner,))]).tasks[0]
    read = read_deadline(words, issued=START, year=2020)
    return made.model_copy(update={"deadline_text": words, "deadline": read, "text": f"Báo cáo số liệu của mục {ref}"})


def whole(*rows: Row) -> Draft:
    """A plan of a dated row and these."""
    made = draft([Duty("I.1", DAY, (A, B))])
    made.tasks.extend(rows)
    made.source_sha256 = str([(row.ref, row.text, row.deadline_text, row.owner_text) for row in made.tasks])
    return made


def partial(*rows: Row) -> Draft:
    """A document that amends some rows."""
    made = whole(*rows)
    title = "Sửa đổi, bổ sung Kế hoạch số 01/KH-THU"
    said = {"number": "15/KH-THU", "title": title, "issue_date": "2020-04-10"}
    made.plan, made.tasks = made.plan.model_copy(update=said), list(rows)
    return made


def desk_at(world: World, day: date, session: object) -> Desk:
    """What decisions of that day are made with."""
    return Desk(session, moment(day), world.calendar, REGISTRY)  # type: ignore[arg-type]


def taken_on(world: World, key: str, *, day: date = START) -> None:
    """Accept an offer until the end of the year."""
    with world.database.write() as session:
        accept(desk_at(world, day, session), [f"01-kh-thu-2020-mau:{key}"], Terms(LAN, until=END))


def running(world: World, *rows: Row, accepted: str = "") -> None:
    """A plan of these rows in force, with one of its offers accepted and its March and April opened."""
    with world.database.write() as session:
        load(session, whole(*rows), registry=REGISTRY, people=PEOPLE, when=moment(START, time(6, 0)))
    with world.database.write() as session:
        activate(session, session.exec(select(Plan)).one(), calendar=world.calendar, when=moment(START))
    if accepted:
        taken_on(world, accepted)
    opened(world, APRIL)


def opened(world: World, day: date) -> list[tuple[str, date]]:
    """Open what is due that day; every period there is, with its last day in force."""
    with world.database.write() as session:
        open_due(session, moment(day), calendar=world.calendar)
    chosen = (
        select(Task.ref, Deadline.last_day)
        .join(Instance, col(Instance.task_id) == Task.id)
        .join(Assignment, col(Assignment.task_id) == Task.id)
        .join(Deadline, col(Deadline.assignment_id) == Assignment.id)
        .where(Deadline.version == Assignment.version)
        .order_by(Task.ref)
    )
    with world.database.read() as session:
        return list(session.exec(chosen).all())


def applied(world: World, document: Draft, *, day: date = APRIL, number: str = "33/QĐ") -> Applied:
    """Apply a document in a transaction of its own."""
    request = Request("01/KH-THU", LAN, number=number, issued=date(2020, 4, 13))
    with world.database.write() as session:
        done = apply(session, document, request, Rules(REGISTRY, world.calendar, world.policy), when=moment(day))
        seal(session)
        return done


def offers(world: World) -> dict[str, tuple[str, str, int | None]]:
    """State, reference and day of each offer."""
    with world.database.read() as session:
        return {
            offer.key: (offer.state, offer.ref, offer.reading.get("day")) for offer in session.exec(select(Offer)).all()
        }


def asked(world: World) -> list[str]:
    """The keys of the open questions."""
    with world.database.read() as session:
        return list(session.exec(select(Question.key).order_by(Question.key)).all())


def test_a_new_day_of_what_comes_again_counts_only_once_it_is_accepted(world: World) -> None:
    """Nobody is reminded by the day that is printed no more; what is open stays, and the coordinator is asked."""
    running(world, monthly("I.2"), accepted="I.2-row-1")
    before = [("I.2/2020-03", date(2020, 3, 19)), ("I.2/2020-04", date(2020, 4, 19))]
    assert opened(world, APRIL) == before
    done = applied(world, whole(monthly("I.2", "Trước ngày 10 hàng tháng")))
    assert done.look.ends == ("I.2-row-1",)
    assert (done.counts["questions"], offers(world)) == (1, {"I.2-row-1": ("offered", "I.2", 10)})
    assert asked(world) == ["I.2-row-1-ended"]
    assert opened(world, date(2020, 6, 1)) == before
    taken_on(world, "I.2-row-1", day=date(2020, 6, 1))
    assert opened(world, date(2020, 6, 2)) == [*before, ("I.2/2020-06", date(2020, 6, 9))]


def test_a_struck_row_ends_what_comes_again_of_it(world: World) -> None:
    """Its open periods are cancelled by the document and told; a row of its number later is another duty."""
    running(world, monthly("I.2"), accepted="I.2-row-1")
    world.act("submit", "I.2/2020-03", by="an", day=APRIL, document="4/BC", document_date=date(2020, 3, 18))
    done = applied(world, whole())
    assert (done.counts["cancelled"], offers(world)) == (2, {"I.2-row-1@1": ("withdrawn", "I.2", 20)})
    assert [world.state(f"I.2/2020-0{month}").state for month in (3, 4)] == ["submitted", "cancelled"]
    assert [(line.rung, line.data["changes"][0]["what"]) for line in world.lines("I.2/2020-04")][-1] == (
        "A.1",
        "removed",
    )
    assert len(opened(world, date(2020, 7, 1))) == 2
    applied(world, whole(monthly("I.2", owner=B)), day=date(2020, 4, 16), number="34/QĐ")
    assert offers(world) == {"I.2-row-1@1": ("withdrawn", "I.2", 20), "I.2-row-1": ("offered", "I.2", 20)}


def test_what_is_accepted_follows_its_row_to_a_new_number(world: World) -> None:
    """Two rows that change places keep what was decided of each; nothing ends and nothing is asked."""
    first, second = monthly("I.2"), monthly("I.3", "Trước ngày 5 hàng tháng", B)
    running(world, first, second, accepted="I.2-row-1")
    request = Request("01/KH-THU", LAN, number="33/QĐ", issued=date(2020, 4, 13), mapping={"I.2": "I.3", "I.3": "I.2"})
    edited = whole(second.model_copy(update={"ref": "I.2"}), first.model_copy(update={"ref": "I.3"}))
    with world.database.write() as session:
        done = apply(session, edited, request, Rules(REGISTRY, world.calendar, world.policy), when=moment(APRIL))
    assert done.counts["questions"] == 0
    assert offers(world) == {"I.3-row-1": ("accepted", "I.3", 20), "I.2-row-1": ("offered", "I.2", 5)}
    assert ("I.2/2020-05", date(2020, 5, 19)) in opened(world, date(2020, 5, 1))


def test_a_partial_amendment_offers_what_it_says(world: World) -> None:
    """A new day for a row, a new row, and a duty of its own text; the other offers stay."""
    running(world, monthly("I.2"), monthly("I.3", "Trước ngày 5 hàng tháng", B), accepted="I.3-row-1")
    document = partial(monthly("I.2", "Trước ngày 12 hàng tháng"), monthly("I.4", "Trước ngày 8 hàng tháng", B))
    document.tasks[1].text = "Thống kê giá giống cây trồng"
    document.obligations.append(Obligation(ref="2", text="Sở A theo dõi việc thực hiện.", lines=(9, 9)))
    request = Request("01/KH-THU", LAN, mapping={"I.4": "new"})
    with world.database.write() as session:
        apply(session, document, request, Rules(REGISTRY, world.calendar, world.policy), when=moment(APRIL))
    assert offers(world) == {
        "I.2-row-1": ("offered", "I.2", 12),
        "I.3-row-1": ("accepted", "I.3", 5),
        "I.4-row-1": ("offered", "I.4", 8),
        "2-obligation-1@1": ("offered", "2", None),
    }
    taken_on(world, "I.4-row-1", day=APRIL)
    assert ("I.4/2020-05", date(2020, 5, 7)) in opened(world, date(2020, 5, 1))


def test_decisions_and_the_clock_at_once_open_each_period_once_and_leave_none(world: World) -> None:
    """Two acceptances, the morning's opening, then a withdrawal against it: none waits for another for ever."""
    running(world, monthly("I.2"), monthly("I.3"), monthly("I.4"))
    for ref in ("I.2", "I.3", "I.4"):
        name = f"01-kh-thu-2020-mau:{ref}-row-1"

        def take(name: str = name) -> bool:
            with world.database.write() as session:
                return accept(desk_at(world, APRIL, session), [name], Terms(LAN, until=END))[0].again

        def leave(name: str = name) -> object:
            with world.database.write() as session:
                return withdraw(desk_at(world, APRIL, session), [name], by=LAN, reason="thôi", document="9/CV")

        def clock() -> bool:
            return opened(world, APRIL) is None

        assert sorted(at_once(take, take, clock)) == [False, False, True]
        assert [each for each, _ in opened(world, APRIL) if each.startswith(ref)] == [f"{ref}/2020-04"]
        at_once(leave, lambda: opened(world, date(2020, 5, 4)))
        opened(world, date(2020, 6, 4))
        with world.database.read() as session:
            states = select(Assignment.state).join(Task, col(Task.id) == Assignment.task_id)
            assert set(session.exec(states.where(col(Task.ref).startswith(f"{ref}/"))).all()) == {"cancelled"}
