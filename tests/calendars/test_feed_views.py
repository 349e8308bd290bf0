"""What a view shows and since when: owners, filters, windows, and a time that never goes back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import icalendar
import pytest
from sqlmodel import select
from world import LAN, MINH, START, A, B, Duty, World, at_once, moment

from calendars.feeds import FeedBody, feed_of, moved
from calendars.publishing import publish
from calendars.tokens import Shows, issue
from calendars.views import narrowed, opened_by_token
from engine.clock import Moment
from engine.database import Database
from engine.errors import BadInputError
from engine.intake.agencies.directory import DirectoryRow, import_directory
from engine.models import Agency, Entry, EventBlock, Feed, FeedView, Plan, Task, User
from engine.plans import settings
from engine.queries.feeds import View

BASE = "https://dondoc.example.vn"
LAST = date(2020, 3, 31)
NEXT = Duty("I.1", LAST)


@pytest.fixture
def plan(world: World) -> World:
    """Two duties of A, one of B in which A helps."""
    world.plan(NEXT, Duty("I.2", date(2020, 6, 1)), Duty("I.3", date(2020, 4, 1), owners=(B,), helpers=(A,)))
    return world


def view_of(world: World, key: str = A, **changes: object) -> View:
    """An agency's view."""
    with world.database.read() as session:
        owner = session.exec(select(Agency.id).where(Agency.key == key)).one() or 0
    return replace(View("agency", owner), **changes)  # type: ignore[arg-type]


def shown(world: World, view: View, day: date = START, **more: object) -> FeedBody:
    """The feed of a view on a day."""
    return feed_of(world.database, view, moment(day), base_url=BASE, **more)  # type: ignore[arg-type]


def titles(body: FeedBody) -> list[str]:
    """What stands in a feed."""
    calendar = icalendar.Calendar.from_ical(body.data)
    return [str(each["summary"]) for each in calendar.walk() if each.name in ("VEVENT", "VTODO")]


def refs(body: FeedBody) -> list[str]:
    """The references of the duties in a feed."""
    return [title.split("] ")[1].removeprefix("Nhiệm vụ ").split()[0] for title in titles(body)]


def test_an_agency_sees_its_own_and_on_wish_what_it_helps_with(plan: World) -> None:
    """By date; the helper's title says whose the duty is."""
    assert refs(shown(plan, view_of(plan))) == ["I.1", "I.2"]
    everything = shown(plan, view_of(plan, part="any"))
    assert refs(everything) == ["I.1", "I.3", "I.2"]
    assert titles(everything)[1].startswith("[Hạn, phối hợp] I.3 Sở B: ")


def test_finished_and_cancelled_are_marked_or_hidden(plan: World) -> None:
    """Cancelled ones go after thirty days even where they are marked."""
    plan.act("cancel", "I.1", reason="thôi", document="12/CV")
    plan.act("submit", "I.2", by="an", document="1/BC", document_date=START)
    plan.act("confirm", "I.2")
    marked = view_of(plan, cancelled="marked")
    assert [title.split()[0] for title in titles(shown(plan, view_of(plan)))] == ["[Xong]"]
    assert [title[:5] for title in titles(shown(plan, marked))] == ["[Đã h", "[Xong"]
    assert titles(shown(plan, view_of(plan, finished="hidden"))) == []
    assert refs(shown(plan, marked, START + timedelta(days=30))) == ["I.1", "I.2"]
    assert refs(shown(plan, marked, START + timedelta(days=31))) == ["I.2"]


def test_what_is_over_leaves_after_the_history_and_what_is_open_stays(plan: World) -> None:
    """An overdue duty is nobody's past."""
    plan.act("submit", "I.1", by="an", document="1/BC", document_date=START)
    plan.act("confirm", "I.1")
    view = view_of(plan, history_days=30)
    assert refs(shown(plan, view, LAST + timedelta(days=30))) == ["I.1", "I.2"]
    assert refs(shown(plan, view, LAST + timedelta(days=31))) == ["I.2"]
    assert refs(shown(plan, view, LAST + timedelta(days=900))) == ["I.2"]


@pytest.mark.parametrize("leaves", ["cancelled", "reassigned", "window", "plan"])
def test_last_modified_moves_forward_when_something_leaves(plan: World, leaves: str) -> None:
    """The newest event left is older than the one gone: the time is that of the view, not of an event."""
    day = START
    if leaves == "window":
        plan.act("submit", "I.1", by="an", document="1/BC", document_date=START)
        plan.act("confirm", "I.1")
    view = view_of(plan, history_days=0)
    before = shown(plan, view)
    if leaves == "cancelled":
        plan.act("cancel", "I.1", reason="thôi", document="12/CV")
    elif leaves == "reassigned":
        plan.act("reassign", "I.1", reason="nhầm", document="12/CV", to_agency=B)
    elif leaves == "plan":
        with plan.database.write() as session:
            session.exec(select(Plan)).one().state = "suspended"
    else:
        day = LAST + timedelta(days=1)
    after = shown(plan, view, day, had=before)
    assert before.modified is not None
    assert after.modified is not None
    assert "I.1" not in refs(after)
    assert after.modified > before.modified
    assert after.etag != before.etag


def test_what_did_not_change_is_the_same_body(plan: World) -> None:
    """A commit elsewhere costs a look; the bytes are not read again. A later day alone changes nothing either."""
    view = view_of(plan)
    first = shown(plan, view)
    plan.act("accept", "I.3", by="binh", agency=B)
    assert shown(plan, view, had=first) is first
    assert shown(plan, view, START + timedelta(days=2)) == first
    plan.act("accept", "I.1", by="an")
    assert shown(plan, view, had=first).etag != first.etag


def test_uids_stay_and_the_sequence_grows(plan: World) -> None:
    """Across changes and across feeds of different owners."""

    def read(view: View) -> tuple[str, int]:
        first = icalendar.Calendar.from_ical(shown(plan, view).data).walk("VEVENT")[0]
        return str(first["uid"]), int(first["sequence"])

    before = read(view_of(plan))
    plan.act("move", "I.1", document="12/CV", new_day=date(2020, 3, 20))
    after, overseen = read(view_of(plan)), read(View("coordinator", _person(plan, LAN)))
    assert after == overseen
    assert (after[0], after[1] > before[1]) == (before[0], True)


def test_a_renamed_agency_is_renamed_in_calendars(plan: World) -> None:
    """In the name of its own, and in the blocks that others see; the UIDs stay."""
    own, all_of_it = view_of(plan), View("coordinator", _person(plan, LAN))
    before = shown(plan, own), shown(plan, all_of_it)
    with plan.database.write() as session:
        import_directory(session, [DirectoryRow(key=A, name="Sở Mới")], moment(START + timedelta(days=1)))
    after = shown(plan, own, had=before[0]), shown(plan, all_of_it, had=before[1])
    assert "X-WR-CALNAME:Hạn nhiệm vụ – Sở Mới\r\n" in after[0].data.decode()
    assert sum("Sở Mới:" in title for title in titles(after[1])) == 2
    assert [_uids(body) for body in after] == [_uids(body) for body in before]
    changed = _stamps(after[0]), _stamps(before[0])
    assert all(now[0] > then[0] and now[1] > then[1] for now, then in zip(*changed, strict=True))


def test_the_time_of_a_view_never_goes_back(world: World) -> None:
    """Two changes in one second are a second apart; a clock set back changes nothing."""
    now = moment(START).real
    with world.database.write() as session:
        first = moved(session, "v", "a", now)
        second = moved(session, "v", "b", now)
        third = moved(session, "v", "c", now - timedelta(days=1))
        assert (first, second, third) == (now, now + timedelta(seconds=1), now + timedelta(seconds=2))
        assert moved(session, "v", "c", now + timedelta(days=1)) == third
        assert moved(session, "v", "d", now + timedelta(days=1)) == now + timedelta(days=1)


def test_two_processes_agree_on_the_time(world: World, again: Callable[[Database], Database]) -> None:
    """Whoever comes second takes the time of the first; each change gets a time of its own."""
    other, now = again(world.database), moment(START).real

    def ask(database: Database, sha256: str) -> object:
        with database.write() as session:
            return moved(session, "v", sha256, now)

    for digest in ("a", "b", "c"):
        assert len(set(at_once(lambda d=digest: ask(world.database, d), lambda d=digest: ask(other, d)))) == 1  # type: ignore[misc]
    with world.database.read() as session:
        assert session.get_one(FeedView, "v").modified_at == now + timedelta(seconds=2)


def test_a_locked_database_fails_no_fetch(plan: World, again: Callable[[Database], Database]) -> None:
    """The feed is answered without a time, for none can be kept; the next one has it."""
    if plan.database.dialect != "sqlite":
        pytest.skip("only SQLite has one lock for all")
    other, view = again(plan.database), view_of(plan)
    with other.write() as session:
        session.exec(select(Plan)).one()
        locked = shown(plan, view)
    assert refs(locked) == ["I.1", "I.2"]
    assert locked.modified is None
    assert shown(plan, view).modified == moment(START).real.replace(microsecond=0)


def test_people_see_by_their_rights_of_now(plan: World) -> None:
    """Coordinator and supervisor: the plans they steer or watch; who is of an agency: its own, in one view with it."""
    with plan.database.write() as session:
        tokens = {
            key: issue(session, session.exec(select(User).where(User.key == key)).one(), moment(START))
            for key in (LAN, MINH, "an", "khach")
        }
        tokens[A] = issue(session, session.exec(select(Agency).where(Agency.key == A)).one(), moment(START))
    views = {key: _view(plan, token) for key, token in tokens.items()}
    assert [len(refs(shown(plan, views[key]))) for key in (LAN, MINH, "an", "khach")] == [3, 3, 2, 0]
    assert views["an"] == views[A]
    with plan.database.write() as session:
        session.exec(select(Plan)).one().coordinator_id = _person(plan, "binh")
    assert refs(shown(plan, views[LAN])) == []
    with plan.database.write() as session:
        session.exec(select(User).where(User.key == MINH)).one().role = "inspector"
    assert _opened(plan, tokens[MINH]) is None


def test_a_restricted_plan_shows_references_whatever_was_asked_for(plan: World) -> None:
    """At once when the plan is made so, and back."""
    view = view_of(plan, plan_id=1)
    assert "Việc I.1" in titles(shown(plan, view))[0]
    _restrict(plan, yes=True)
    body = shown(plan, view)
    assert titles(body) == ["[Hạn] Nhiệm vụ I.1", "[Hạn] Nhiệm vụ I.2"]
    assert "01/KH-THU" not in body.data.decode()
    assert "Việc" not in body.data.decode().replace("NAME:Hạn nhiệm vụ", "")
    _restrict(plan, yes=False)
    assert "Việc I.1" in titles(shown(plan, view))[0]


def test_a_client_that_goes_by_the_change_takes_the_title_away(plan: World) -> None:
    """Some keep what they hold until number and time of an event move on; said again, nothing moves."""
    view, day = view_of(plan), START + timedelta(days=1)
    before = shown(plan, view)
    for _ in range(2):
        with plan.database.write() as session:
            settings(session, session.exec(select(Plan)).one(), {}, moment(day), restricted=True, by=LAN)
    stamps = [_stamps(body) for body in (before, shown(plan, view, day))]
    assert [later[0] - earlier[0] for earlier, later in zip(*stamps, strict=True)] == [1, 1]
    assert all(later[1] > earlier[1] for earlier, later in zip(*stamps, strict=True))
    with plan.database.read() as session:
        notes = session.exec(select(Entry.data).where(Entry.kind == "plan")).all()
    assert [note for note in notes if note["event"] == "set"] == [{"event": "set", "by": LAN, "restricted": True}]


def test_words_in_the_address_find_nothing_that_is_not_shown(plan: World) -> None:
    """Or a holder of a token could guess a title by trying words."""
    with plan.database.write() as session:
        session.exec(select(Task).where(Task.ref == "I.1")).one().text = "Diễn tập A2"
    words = narrow(plan, view_of(plan), search="diễn TẬP")
    assert refs(shown(plan, words)) == ["I.1"]
    assert refs(shown(plan, replace(words, content="reference"))) == []
    with plan.database.write() as session:
        session.exec(select(Task).where(Task.ref == "I.1")).one().text = "Một việc " + "dài " * 40 + "diễn tập A2"
    assert refs(shown(plan, words)) == ["I.1"]
    assert refs(shown(plan, replace(words, content="title"))) == []
    assert refs(shown(plan, narrow(plan, view_of(plan, content="title"), search="một việc"))) == ["I.1"]
    _restrict(plan, yes=True)
    assert refs(shown(plan, words)) == []
    assert refs(shown(plan, narrow(plan, view_of(plan), search="i.1"))) == ["I.1"]


def narrow(world: World, view: View, **asked: str) -> View:
    """A view narrowed by an address."""
    with world.database.read() as session:
        return narrowed(session, view, asked)


def test_an_address_only_narrows(plan: World) -> None:
    """What asks for more than the subscription shows changes nothing."""
    most = view_of(plan, part="any", cancelled="marked")
    least = view_of(plan, finished="hidden", content="reference", history_days=10, plan_id=99)
    wide = {"part": "any", "finished": "marked", "cancelled": "marked", "content": "full", "history": "9999"}
    assert narrow(plan, least, **wide) == least
    tight = {"part": "lead", "finished": "hidden", "cancelled": "hidden", "content": "title", "history": "7"}
    got = narrow(plan, most, **tight)
    assert (got.part, got.finished, got.cancelled, got.content, got.history_days) == (
        "lead",
        "hidden",
        "hidden",
        "title",
        7,
    )
    slug = _slug(plan)
    assert refs(shown(plan, narrow(plan, most, plan=slug, part="lead"))) == ["I.1", "I.2"]
    assert refs(shown(plan, narrow(plan, least, plan=slug))) == refs(shown(plan, narrow(plan, most, plan="x"))) == []
    for wrong in ({"content": "all"}, {"history": "-1"}, {"search": "x" * 81}):
        with pytest.raises(BadInputError):
            narrow(plan, most, **wrong)


def test_an_address_tells_nothing_of_a_plan_that_is_not_in_the_calendar(plan: World) -> None:
    """Neither that there is one of that name, nor its number."""
    plan.plan(Duty("I.1", LAST, owners=(B,)), number="09/KH-KIN")
    plan.plan(Duty("I.1", LAST), number="10/KH-THAO", active=False)
    none = shown(plan, narrow(plan, view_of(plan), plan="no-such-plan"))
    with plan.database.read() as session:
        slugs = session.exec(select(Plan.slug).where(Plan.number != "01/KH-THU")).all()
    assert len(slugs) == 2
    for slug in slugs:
        body = shown(plan, narrow(plan, view_of(plan), plan=slug))
        assert (body.name, body.outline) == (none.name, none.outline)
    assert "01/KH-THU" in shown(plan, narrow(plan, view_of(plan), plan=_slug_of(plan, "01/KH-THU"))).name


def test_letters_that_no_database_holds_are_no_fault(plan: World) -> None:
    """An address may hold anything; what is no letter finds nothing, or is left out of the words."""
    view = view_of(plan)
    assert refs(shown(plan, narrow(plan, view, plan="x\0"))) == []
    assert refs(shown(plan, narrow(plan, view, search="I.1\0\ud800"))) == ["I.1"]


def test_blocks_are_made_once_for_a_change_and_a_form(plan: World) -> None:
    """Publishing makes those of running subscriptions ahead; the second time there is nothing to make."""
    with plan.database.write() as session:
        agency = session.exec(select(Agency).where(Agency.key == A)).one()
        issue(session, agency, moment(START), shows=Shows(part="any"))
        issue(session, agency, moment(START), shows=Shows(component="todo", alarms="7,1"))
    assert [_publish(plan), _publish(plan)] == [5, 0]
    plan.act("accept", "I.1", by="an")
    assert _publish(plan) == 2
    with plan.database.write() as session:
        for feed in session.exec(select(Feed)).all():
            feed.revoked_at = moment(START).real
    _publish(plan)
    with plan.database.read() as session:
        assert session.exec(select(EventBlock)).all() == []


def _uids(body: FeedBody) -> list[str]:
    return [str(event["uid"]) for event in icalendar.Calendar.from_ical(body.data).walk("VEVENT")]


def _publish(world: World) -> int:
    return publish(world.database, moment(START), base_url=BASE)


def _opened(world: World, token: str, when: Moment | None = None) -> object:
    with world.database.read() as session:
        return opened_by_token(session, token, (when or moment(START)).today)


def _view(world: World, token: str) -> View:
    opened = _opened(world, token)
    assert opened is not None
    return opened.view  # type: ignore[attr-defined,no-any-return]


def _person(world: World, key: str) -> int:
    with world.database.read() as session:
        return session.exec(select(User.id).where(User.key == key)).one() or 0


def _stamps(body: FeedBody) -> list[tuple[int, datetime]]:
    calendar = icalendar.Calendar.from_ical(body.data)
    return [(int(each["sequence"]), each["last-modified"].dt) for each in calendar.walk("VEVENT")]


def _restrict(world: World, *, yes: bool) -> None:
    with world.database.write() as session:
        session.exec(select(Plan)).one().restricted = yes


def _slug(world: World) -> str:
    return _slug_of(world, "01/KH-THU")


def _slug_of(world: World, number: str) -> str:
    with world.database.read() as session:
        return session.exec(select(Plan.slug).where(Plan.number == number)).one()
