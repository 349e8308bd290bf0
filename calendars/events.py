"""The calendar block of one duty (RFC 5545): an all-day event on the last day on time."""

import re
import textwrap
import unicodedata
from datetime import UTC, timedelta

from icalendar import Event
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from engine.models import EventBlock, columns
from engine.queries.feeds import Due, stale

BATCH = 500
FORM = "event"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]+")
SUMMARY_LENGTH = 120
DONE = {"completed": "Xong", "submitted": "Đã nộp", "suspended": "Tạm dừng"}


def publish(session: Session, *, base_url: str) -> int:
    """Make every stale block anew, once per change.

    Args:
        session: a writing session.
        base_url: where the pages are, for the link in each event.

    Returns:
        How many blocks were made.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    block, made = columns(EventBlock), 0
    while due := stale(session, BATCH):
        statement = dialect.insert(EventBlock).values(
            [
                {
                    "assignment_id": duty.assignment_id,
                    "form": FORM,
                    "revision": duty.revision,
                    "text": event_of(duty, base_url=base_url),
                }
                for duty in due
            ]
        )
        new = {"revision": statement.excluded.revision, "text": statement.excluded.text}
        session.execute(statement.on_conflict_do_update(index_elements=[block.assignment_id, block.form], set_=new))
        made += len(due)
    return made


def event_of(duty: Due, *, base_url: str) -> str:
    """The VEVENT of a duty: stable UID, DTSTAMP of its last change, text escaped and folded by the library."""
    event = Event()
    changed = duty.changed_at.astimezone(UTC).replace(microsecond=0)
    event.add("uid", duty.uid)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", duty.revision)
    event.add("dtstart", duty.last_day)
    event.add("dtend", duty.last_day + timedelta(days=1))
    event.add("summary", _summary(duty))
    event.add("description", _description(duty))
    event.add("url", f"{base_url}/tasks/{duty.slug}/{duty.ref}")
    event.add("transp", "TRANSPARENT")
    event.add("class", "CONFIDENTIAL")
    event.add("status", "CONFIRMED")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    return bytes(event.to_ical()).decode()


def clean(text: str) -> str:
    """Text fit for a calendar: NFC, line ends as LF, no other control characters."""
    joined = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return CONTROL.sub(" ", joined)


def _summary(duty: Due) -> str:
    short = textwrap.shorten(clean(duty.text).removeprefix("- "), SUMMARY_LENGTH, placeholder=" …")
    return f"[{DONE.get(duty.state, 'Hạn')}] {duty.ref} {short}"


def _description(duty: Due) -> str:
    how = f"Cách tính hạn: “{clean(duty.deadline_text)}” → " if duty.cause == "activation" else "Hạn đã điều chỉnh: "
    return "\n".join(
        [
            clean(duty.text),
            f"Cơ quan chủ trì: {clean(duty.agency)}",
            f"{how}ngày cuối còn đúng hạn {duty.last_day:%d/%m/%Y}",
            f"Kế hoạch {clean(duty.number)}, mục {duty.ref}",
        ]
    )
