"""What recipients may wish, what is refused, and what the log says of it."""

from datetime import date, time

import pytest
from sqlmodel import select
from wishers import AN_MAIL, DEPUTY_A, HEAD_A, LAN_MAIL, OFFICE_A, OFFICE_B, STRANGER, named, wish
from world import START, A, B, Duty, World, moment

from engine.delivery import WINDOW
from engine.models import OptOut
from engine.preferences import FAULTS, Occasion, Wishes, WishesError, decline, wishes_of
from web.pages import preferences_words

WEEK = (date(2020, 3, 9), date(2020, 3, 13))
PAGE = Occasion(moment(START), WINDOW, "page")


@pytest.fixture
def running(world: World) -> World:
    """A plan in which A owns a duty and helps B with another."""
    world.plan(Duty("1", date(2020, 3, 31)), Duty("2", date(2020, 3, 31), owners=(B,), helpers=(A,)))
    return world


def held(world: World, address: str, day: date = START) -> Wishes:
    """What a mailbox wishes."""
    with world.database.read() as session:
        return wishes_of(session, named(session, address), day)


def noted(world: World) -> list[dict[str, object]]:
    """What the log says of wishes."""
    return [line.data for line in world.lines(kinds=("plan",)) if line.data.get("event") == "wishes"]


def refusals(world: World, address: str, **changed: object) -> list[str]:
    """Why wishes were refused, with nothing changed by it."""
    before = held(world, address)
    with pytest.raises(WishesError) as error:
        wish(world, address, **changed)
    assert held(world, address) == before
    assert noted(world) == []
    return error.value.names


def test_wishes_are_kept_as_they_were_put(running: World) -> None:
    """All of them at once, read back the same."""
    changed = wish(
        running,
        OFFICE_A,
        language="en",
        gathering="weekly",
        weekday=2,
        quiet=(time(11, 30), time(13, 30)),
        absent=WEEK,
        deputy=AN_MAIL,
        calendar_files="auto",
        declined=frozenset({"copies"}),
    )
    assert held(running, OFFICE_A) == Wishes(
        "en", "weekly", 2, (time(11, 30), time(13, 30)), WEEK, AN_MAIL, "auto", frozenset({"copies"})
    )
    assert sorted(changed) == sorted(Wishes.__dataclass_fields__)


def test_the_log_names_the_mailbox_and_its_deputy_by_number(running: World) -> None:
    """One entry for the plan, without an address in it; the same wishes again add none."""
    for _ in range(2):
        wish(running, OFFICE_A, absent=WEEK, deputy=AN_MAIL)
    with running.database.read() as session:
        numbers = named(session, OFFICE_A).id, named(session, AN_MAIL).id
    assert noted(running) == [
        {
            "event": "wishes",
            "mailbox": numbers[0],
            "changed": {"absent": ["2020-03-09", "2020-03-13"], "deputy": numbers[1]},
            "via": "coordinator",
            "by": "lan",
        }
    ]


def test_a_mailbox_without_a_part_in_a_plan_writes_no_log(running: World) -> None:
    """There is no chain that it would belong to."""
    assert wish(running, STRANGER, language="en") == ["language"]
    assert noted(running) == []


def test_all_faults_are_told_at_once(running: World) -> None:
    """Whoever mends one need not come back for the next."""
    told = refusals(
        running,
        OFFICE_A,
        language="fr",
        gathering="hourly",
        weekday=7,
        calendar_files="sometimes",
        declined=frozenset({"duty"}),
        quiet=(time(13, 30), time(11, 30)),
        absent=(date(2020, 3, 13), date(2020, 3, 9)),
    )
    assert told == [
        "language",
        "gathering",
        "weekday",
        "calendar_files",
        "declined",
        "quiet_order",
        "absent_order",
        "deputy_missing",
    ]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"quiet": (time(7, 0), time(18, 0))}, "quiet_whole"),
        ({"quiet": (time(7, 30), time(17, 0))}, "quiet_whole"),
        ({"absent": (date(2020, 3, 1), date(2020, 3, 2)), "deputy": AN_MAIL}, "absent_over"),
        ({"deputy": AN_MAIL}, "deputy_idle"),
        ({"absent": WEEK}, "deputy_missing"),
        ({"absent": WEEK, "deputy": OFFICE_A}, "deputy_self"),
        ({"absent": WEEK, "deputy": "VANTHU@so-a.example.vn"}, "deputy_self"),
        ({"absent": WEEK, "deputy": "nobody@example.vn"}, "deputy_unknown"),
        ({"absent": WEEK, "deputy": STRANGER}, "deputy_unknown"),
        ({"absent": WEEK, "deputy": "\x00"}, "deputy_unknown"),
    ],
)
def test_wishes_that_cannot_be_are_refused(running: World, changed: dict[str, object], fault: str) -> None:
    """Each with the fault that it has, and nothing is changed."""
    assert refusals(running, OFFICE_A, **changed) == [fault]


def test_quiet_hours_may_leave_a_little_of_the_day(running: World) -> None:
    """A minute at either end of the hours of mail is enough to be no fault."""
    wish(running, OFFICE_A, quiet=(time(7, 31), time(17, 0)))
    wish(running, OFFICE_A, quiet=(time(7, 30), time(16, 59)))


@pytest.mark.parametrize("deputy", [AN_MAIL, HEAD_A, LAN_MAIL, "minh@example.vn"])
def test_who_is_known_to_agency_or_plan_may_stand_in(running: World, deputy: str) -> None:
    """A colleague, the agency's own contacts, and who steers or watches the plan."""
    wish(running, OFFICE_A, absent=WEEK, deputy=deputy)
    assert held(running, OFFICE_A).deputy == deputy


def test_another_agency_of_the_plan_may_not_stand_in(running: World) -> None:
    """Its mail would be read by those whom it does not concern; the coordinator may be asked."""
    assert refusals(running, OFFICE_A, absent=WEEK, deputy=OFFICE_B) == ["deputy_unknown"]


def test_a_head_who_names_nobody_is_stood_in_for_by_the_deputy_of_the_agency(running: World) -> None:
    """As it is in the office; the office's own mailbox has no such stand-in."""
    wish(running, HEAD_A, absent=WEEK)
    assert held(running, HEAD_A).deputy == DEPUTY_A
    with pytest.raises(WishesError):
        wish(running, OFFICE_A, absent=WEEK)


def test_nobody_stands_in_for_who_stands_in(running: World) -> None:
    """So two cannot name each other, nor three in a ring: mail always reaches somebody who is there."""
    wish(running, OFFICE_A, absent=WEEK, deputy=AN_MAIL)
    for changed in ({"absent": WEEK, "deputy": OFFICE_A}, {"absent": WEEK, "deputy": HEAD_A}):
        with pytest.raises(WishesError) as error:
            wish(running, AN_MAIL, **changed)
        assert "relied_on" in error.value.names
    with pytest.raises(WishesError) as error:
        wish(running, HEAD_A, absent=(WEEK[1], WEEK[1]), deputy=OFFICE_A)
    assert error.value.names == ["deputy_absent"]
    wish(running, AN_MAIL, absent=(date(2020, 3, 16), date(2020, 3, 20)), deputy=OFFICE_A)  # one after the other


def test_a_deputy_whose_mail_comes_back_is_refused(running: World) -> None:
    """The mail of an absence must be read by somebody."""
    with running.database.write() as session:
        named(session, AN_MAIL).state = "failed"
    assert refusals(running, OFFICE_A, absent=WEEK, deputy=AN_MAIL) == ["deputy_failed"]


def test_an_absence_that_is_over_stands_in_no_ones_way(running: World) -> None:
    """Later wishes need not say anything of it, and it is gone with the next."""
    wish(running, OFFICE_A, absent=WEEK, deputy=AN_MAIL)
    after = date(2020, 3, 14)
    assert held(running, OFFICE_A, after).absent is None
    assert wish(running, OFFICE_A, day=after, language="en") == ["language"]
    assert held(running, OFFICE_A).absent is None


def test_other_wishes_can_change_during_an_absence(running: World) -> None:
    """What was accepted is not asked again, though the deputy has gone away since."""
    wish(running, OFFICE_A, absent=WEEK, deputy=AN_MAIL)
    with running.database.write() as session:
        named(session, AN_MAIL).state = "failed"
    assert wish(running, OFFICE_A, day=WEEK[0], language="en") == ["language"]
    assert held(running, OFFICE_A, WEEK[0]).deputy == AN_MAIL


def test_declining_twice_is_as_declining_once(running: World) -> None:
    """The second time nothing is written."""
    results = []
    for _ in range(2):
        with running.database.write() as session:
            results.append(decline(session, named(session, OFFICE_A), "copies", PAGE))
    assert results == [True, False]
    assert [line["changed"] for line in noted(running)] == [{"declined": ["copies"]}]
    wish(running, OFFICE_A, declined=frozenset())
    with running.database.read() as session:
        assert session.exec(select(OptOut)).all() == []


def test_what_a_duty_rests_on_cannot_be_declined(running: World) -> None:
    """By no way in."""
    with running.database.write() as session, pytest.raises(WishesError, match="always comes"):
        decline(session, named(session, OFFICE_A), "duty", PAGE)


def test_every_fault_has_its_words_in_both_languages() -> None:
    """And both languages of the page say the same things."""
    for language in ("vi", "en"):
        assert preferences_words.FAULTS[language].keys() == FAULTS.keys()
        assert preferences_words.WORDS[language].keys() == preferences_words.WORDS["vi"].keys()
        assert preferences_words.PARTS[language].keys() == preferences_words.PARTS["vi"].keys()
    assert preferences_words.PLACES.keys() <= FAULTS.keys()
