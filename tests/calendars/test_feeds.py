"""Feeds: what a calendar client gets, byte for byte."""

from datetime import UTC, date, datetime

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calendars.events import clean, event_of
from calendars.feeds import feed_of
from calendars.tokens import hash_of, issue, opened_by, revoke
from engine.clock import Moment, at
from engine.database import Database
from engine.errors import RefusedError
from engine.models import Agency, Feed
from engine.queries.feeds import Due

NOW = Moment(at(date(2020, 3, 3)), datetime(2026, 11, 22, tzinfo=UTC))


def due(text: str = "Xây dựng kế hoạch", **changes: object) -> Due:
    """A duty as a calendar sees it."""
    values = {
        "assignment_id": 1,
        "uid": "8a0f2c7e-0000-4000-8000-000000000001",
        "revision": 2,
        "changed_at": datetime(2020, 3, 3, 1, 0, tzinfo=UTC),
        "state": "assigned",
        "last_day": date(2020, 3, 14),
        "ref": "II.1.3",
        "text": text,
        "slug": "mau",
        "number": "07/KH-MAU",
        "agency": "Sở A",
        "deadline_text": "trước ngày 15/3/2020",
        "cause": "activation",
    }
    return Due(**(values | changes))  # type: ignore[arg-type]


def parsed(block: str) -> icalendar.Event:
    """The event of a block, read by the library."""
    calendar = icalendar.Calendar.from_ical(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{block}END:VCALENDAR\r\n")
    return calendar.walk("VEVENT")[0]


@given(st.text(max_size=400))
@example("x\nBEGIN:VALARM\nTRIGGER:-PT1M\nEND:VALARM")
@example("a\r\nEND:VCALENDAR\r\n\u2028; , \\ \x00 🎓")
@example("Tie\u0302\u0301ng Vie\u0323\u0302t")
def test_any_text_stays_text(text: str) -> None:
    """No title can add a component or a line; what is shown is the text itself, NFC, without control characters."""
    block = event_of(due(text), base_url="http://127.0.0.1")
    lines = block.split("\r\n")
    assert all("\n" not in line and "\r" not in line and len(line.encode()) <= 75 for line in lines)
    event = parsed(block)
    assert [component.name for component in event.walk()] == ["VEVENT"]
    assert str(event["description"]).startswith(clean(text))


def test_an_event_is_all_day_on_the_last_day_and_blocks_no_time() -> None:
    """DTEND is the day after, exclusive; DTSTAMP is the last change, never now."""
    event = parsed(event_of(due(), base_url="http://127.0.0.1"))
    assert event["dtstart"].dt == date(2020, 3, 14)
    assert event["dtend"].dt == date(2020, 3, 15)
    assert event["transp"] == "TRANSPARENT"
    assert event["dtstamp"].dt == datetime(2020, 3, 3, 1, 0, tzinfo=UTC)
    assert event["sequence"] == 2


def test_an_empty_feed_is_a_whole_calendar_and_keeps_its_bytes(database: Database) -> None:
    """A time zone stands in it, its two names agree, and a second look gives the same bytes and tag."""
    with database.write() as session:
        agency = Agency(key="a", name="Sở A, B; C")
        session.add(agency)
        session.flush()
        first, second = feed_of(session, agency), feed_of(session, agency)
    assert first == second
    assert first.data.endswith(b"END:VCALENDAR\r\n")
    calendar = icalendar.Calendar.from_ical(first.data)
    assert str(calendar["name"]) == str(calendar["x-wr-calname"]) == "Hạn nhiệm vụ – Sở A, B; C"
    assert calendar.walk("VTIMEZONE")[0]["tzid"] == "Asia/Ho_Chi_Minh"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in first.data


def test_a_token_opens_its_feed_until_it_is_revoked_or_expired(database: Database) -> None:
    """Only its hash is kept, and an unknown token opens nothing."""
    with database.write() as session:
        agency = Agency(key="a", name="Sở A")
        session.add(agency)
        session.flush()
        token = issue(session, agency, NOW)
        session.flush()
        opened = opened_by(session, token, NOW.today)
        assert opened is not None
        key, feed = opened
        assert key.sha256 == hash_of(token) != token
        assert opened_by(session, token + "x", NOW.today) is None
        assert opened_by(session, token, date(2021, 3, 4)) is None
        revoke(session, feed.id or 0, NOW)
        session.flush()
        assert opened_by(session, token, NOW.today) is None
        with pytest.raises(RefusedError, match="feed list"):
            revoke(session, feed.id or 0, NOW)
        assert session.get(Feed, feed.id) is not None
