"""Blocks and feeds: what a calendar client gets, byte for byte."""

import re
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calendars.events import Form, clean, event_of
from calendars.feeds import feed_of
from engine.clock import Moment, at
from engine.database import Database
from engine.models import Agency
from engine.queries.feeds import Due, View

NOW = Moment(at(date(2020, 3, 3)), datetime(2026, 11, 22, tzinfo=UTC))
BASE = "https://dondoc.example.vn"


def due(text: str = "Xây dựng kế hoạch", **changes: object) -> Due:
    """A duty as a calendar sees it."""
    values = {
        "assignment_id": 1,
        "uid": "8a0f2c7e-0000-4000-8000-000000000001",
        "revision": 2,
        "changed_at": datetime(2020, 3, 3, 1, 0, tzinfo=UTC),
        "state": "assigned",
        "state_since": date(2020, 3, 3),
        "submitted_day": None,
        "last_day": date(2020, 3, 14),
        "nominal": date(2020, 3, 15),
        "bound": "before",
        "cause": "activation",
        "reason": "",
        "authority": "",
        "ref": "II.1.3",
        "text": text,
        "deadline_text": "trước ngày 15/3/2020",
        "slug": "mau",
        "number": "07/KH-MAU",
        "agency": "Sở A",
    }
    return Due(**(values | changes))  # type: ignore[arg-type]


def parsed(block: str) -> icalendar.Component:
    """The event or to-do of a block, read by the library."""
    calendar = icalendar.Calendar.from_ical(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{block}END:VCALENDAR\r\n")
    return calendar.subcomponents[0]


def block(duty: Due | None = None, **form: object) -> icalendar.Component:
    """A duty in a form, read back."""
    return parsed(event_of(duty or due(), base_url=BASE, form=Form(**form)))  # type: ignore[arg-type]


@given(st.text(max_size=400), st.sampled_from(["event", "todo"]))
@example("x\nBEGIN:VALARM\nTRIGGER:-PT1M\nEND:VALARM", "event")
@example("a\r\nEND:VCALENDAR\r\n\u2028; , \\ \x00 🎓", "todo")
@example("một\rhai", "event")
@example("Tie\u0302\u0301ng Vie\u0323\u0302t", "event")
@example("🎓" * 200, "event")
@example("x" * 10_000, "event")
def test_any_text_stays_text(text: str, component: str) -> None:
    """No title can add a component or a line; what is shown is the text itself, NFC, without control characters."""
    made = event_of(due(text, reason=text, agency=text), base_url=BASE, form=Form(component, alarms=(1,)))
    lines = made.split("\r\n")
    assert all("\n" not in line and "\r" not in line and len(line.encode()) <= 75 for line in lines)
    read = parsed(made)
    assert [each.name for each in read.walk()] == [f"V{component.upper()}", "VALARM"]
    assert str(read["description"]).startswith(clean(text))


def test_an_event_is_all_day_on_the_last_day_and_blocks_no_time() -> None:
    """DTEND is the day after, exclusive; DTSTAMP is the last change, never now; nobody is invited."""
    event = block()
    assert event["dtstart"].dt == date(2020, 3, 14)
    assert event["dtend"].dt == date(2020, 3, 15)
    assert event["transp"] == "TRANSPARENT"
    assert event["dtstamp"].dt == event["last-modified"].dt == datetime(2020, 3, 3, 1, 0, tzinfo=UTC)
    assert event["sequence"] == 2
    assert event["class"] == "PRIVATE"
    assert not {"organizer", "attendee", "rrule", "method"} & set(event)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("assigned", "NEEDS-ACTION"),
        ("in_progress", "IN-PROCESS"),
        ("submitted", "IN-PROCESS"),
        ("completed", "COMPLETED"),
        ("cancelled", "CANCELLED"),
    ],
)
def test_a_to_do_is_completed_on_the_day_it_was_handed_in(state: str, status: str) -> None:
    """DUE without DTSTART; COMPLETED stands there if and only if the status says so, and in UTC."""
    todo = block(due(state=state, submitted_day=date(2020, 3, 10)), component="todo")
    assert (todo["due"].dt, todo["status"]) == (date(2020, 3, 14), status)
    assert not {"dtstart", "dtend", "duration"} & set(todo)
    assert ("completed" in todo) == (state == "completed")
    if state == "completed":
        assert todo["completed"].dt == datetime(2020, 3, 10, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("component", ["event", "todo"])
def test_alarms_ring_at_eight_and_keep_their_own_uids(component: str) -> None:
    """Days are counted from 00:00 of the last day; a changed duty has the same alarms, two alarms differ."""
    first, changed = (
        block(due(revision=revision), component=component, alarms=(7, 1)).walk("VALARM") for revision in (2, 3)
    )
    assert [alarm["trigger"].dt for alarm in first] == [-timedelta(days=6, hours=16), -timedelta(hours=16)]
    assert all(alarm["action"] == "DISPLAY" and alarm["description"] for alarm in first)
    assert [alarm["trigger"].params.get("RELATED") for alarm in first] == ["END" if component == "todo" else None] * 2
    uids = [str(alarm["uid"]) for alarm in first]
    assert uids == [str(alarm["uid"]) for alarm in changed]
    assert len({*uids, due().uid}) == 3


def test_alarms_come_after_all_properties() -> None:
    """Outlook refuses a file whose alarm stands before them; none is sent by default."""
    made = event_of(due(), base_url=BASE, form=Form(alarms=(1,)))
    assert made.endswith("END:VALARM\r\nEND:VEVENT\r\n")
    assert made.index("BEGIN:VALARM") > max(made.index(f"\r\n{name}") for name in ("SUMMARY", "UID", "TRANSP", "CLASS"))
    assert "VALARM" not in event_of(due(), base_url=BASE)


@pytest.mark.parametrize("state", ["submitted", "completed", "suspended", "cancelled"])
def test_nothing_rings_for_what_is_not_to_be_done(state: str) -> None:
    """An alarm for a duty handed in would teach people to ignore them."""
    assert not block(due(state=state), alarms=(7, 1)).walk("VALARM")


@pytest.mark.parametrize(
    ("state", "begins"),
    [("assigned", "[Hạn] "), ("completed", "[Xong] "), ("submitted", "[Đã nộp] "), ("cancelled", "[Đã huỷ] ")],
)
def test_the_title_says_the_state_and_google_drops_no_event(state: str, begins: str) -> None:
    """Google hides what is CANCELLED, so the mark says it and the status stays CONFIRMED."""
    event = block(due(state=state))
    assert str(event["summary"]).startswith(begins)
    assert event["status"] == "CONFIRMED"


def test_reference_alone_says_nothing_else() -> None:
    """Neither text nor agency, nor a link that names the plan."""
    made = event_of(due("Việc mật"), base_url=BASE, form=Form(content="reference", alarms=(1,)))
    assert "SUMMARY:[Hạn] Nhiệm vụ II.1.3\r\n" in made
    assert "CLASS:CONFIDENTIAL" in made
    assert not re.search("mật|Sở A|07/KH|mau|DESCRIPTION:(?!\\[Hạn\\] Nhiệm vụ)", made)


def test_title_alone_has_no_description() -> None:
    """The link leads to the rest, for who may see it."""
    event = block(content="title")
    assert "description" not in event
    assert str(event["summary"]) == "[Hạn] II.1.3 Xây dựng kế hoạch"


def test_the_description_says_how_the_date_came_about() -> None:
    """Printed words, the rule, the last day; for a moved one, under which authority."""
    printed = str(block()["description"])
    assert "“trước ngày 15/3/2020” → “trước” không kể ngày đó → 14/03/2020" in printed
    moved = due(cause="move", authority="12/CV-UBND", reason="lũ", last_day=date(2020, 4, 1))
    assert "đã dời hạn theo 12/CV-UBND (lũ) → 01/04/2020" in str(block(moved)["description"])


def test_who_sees_several_agencies_is_told_whose_it_is() -> None:
    """A helper and an overseer read the agency in the title; English on wish."""
    assert str(block(seat="all")["summary"]) == "[Hạn] II.1.3 Sở A: Xây dựng kế hoạch"
    assert str(block(seat="helper")["summary"]).startswith("[Hạn, phối hợp] II.1.3 Sở A:")
    assert str(block(language="en")["summary"]).startswith("[Due] ")


def test_a_link_holds_no_character_that_an_address_may_not() -> None:
    """References are free text."""
    event = block(due(ref='II/1 "ă"\r\nX:y'))
    assert str(event["url"]) == f"{BASE}/tasks/mau/II%2F1%20%22%C4%83%22%0D%0AX%3Ay"


def test_an_empty_feed_is_a_whole_calendar_and_keeps_its_bytes(database: Database) -> None:
    """A time zone stands in it, its two names agree, and a second look gives the same bytes and tag."""
    with database.write() as session:
        agency = Agency(key="a", name="Sở A, B; C")
        session.add(agency)
        session.flush()
        view = View("agency", agency.id or 0)
    first, second = (feed_of(database, view, NOW, base_url=BASE) for _ in range(2))
    assert first == second
    assert first.data.endswith(b"END:VCALENDAR\r\n")
    calendar = icalendar.Calendar.from_ical(first.data)
    assert str(calendar["name"]) == str(calendar["x-wr-calname"]) == "Hạn nhiệm vụ – Sở A, B; C"
    assert calendar["last-modified"].dt == first.modified == NOW.real
    zone = calendar.walk("VTIMEZONE")[0]
    assert (zone["tzid"], [each.name for each in zone.subcomponents]) == ("Asia/Ho_Chi_Minh", ["STANDARD"])
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in first.data
    assert calendar["x-published-ttl"] == "PT6H"
    assert not {"method", "source"} & set(calendar)
