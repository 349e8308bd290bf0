"""A feed is a join of kept blocks between a head and an end; unchanged duties give the same bytes."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Timezone, TimezoneStandard
from sqlmodel import Session

from calendars.events import clean
from engine.clock import ZONE
from engine.models import Agency
from engine.queries.feeds import blocks_of

TTL = "PT6H"
"""How often clients are asked to come back (RFC 7986 REFRESH-INTERVAL)."""

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class FeedBody:
    """The bytes of a feed, their strong ETag and the time of the last change in it."""

    data: bytes
    etag: str
    changed: datetime


def feed_of(session: Session, agency: Agency) -> FeedBody:
    """The feed of one agency's duties: all-day events, no alarms, no METHOD (RFC 5545, RFC 7986)."""
    blocks = list(blocks_of(session, agency.id or 0))
    changed = max((moment for _, moment in blocks), default=EPOCH).replace(microsecond=0)
    head, end = _frame(f"Hạn nhiệm vụ – {clean(agency.name)}", changed)
    data = (head + "".join(text for text, _ in blocks) + end).encode()
    return FeedBody(data, f'"{hashlib.sha256(data).hexdigest()[:32]}"', changed)


def _frame(name: str, changed: datetime) -> tuple[str, str]:
    """What stands before and after the events."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Đôn Đốc//dondoc//VI")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", ZONE.key)
    calendar.add("last-modified", changed)
    calendar.add("x-published-ttl", TTL)
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001  RFC 5545 wants a local time here
    standard.add("tzoffsetfrom", ZONE.utcoffset(EPOCH))
    standard.add("tzoffsetto", ZONE.utcoffset(EPOCH))
    standard.add("tzname", "+07")
    zone = Timezone()
    zone.add("tzid", ZONE.key)
    zone.add_component(standard)
    calendar.add_component(zone)
    text = calendar.to_ical().decode()
    # The library writes no VALUE parameter, which RFC 7986 asks for here.
    text = text.replace("BEGIN:VTIMEZONE", f"REFRESH-INTERVAL;VALUE=DURATION:{TTL}\r\nBEGIN:VTIMEZONE", 1)
    end = "END:VCALENDAR\r\n"
    return text.removesuffix(end), end
