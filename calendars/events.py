"""The calendar block of one duty (RFC 5545): an all-day event, or a to-do, on the last day on time."""

import re
import textwrap
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from icalendar import Alarm, Event, Todo
from icalendar.cal import Component

from calendars.words import CAUSES, MARKS, RULES, WORDS
from engine.clock import MORNING, at
from engine.queries.feeds import TITLE_LENGTH, Due

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
TODO_STATES = {
    "in_progress": "IN-PROCESS",
    "submitted": "IN-PROCESS",
    "completed": "COMPLETED",
    "cancelled": "CANCELLED",
}
RINGING = frozenset({"assigned", "in_progress", "returned"})
"""A calendar rings only for what the owner still has to do."""


@dataclass(frozen=True)
class Form:
    """How a duty is shown.

    Attributes:
        component: `event` or `todo`.
        alarms: days before the last day on which a calendar rings, at eight in the morning.
        content: `full`, `title` or `reference`.
        language: `vi` or `en`.
        seat: who looks: the `owner`, a `helper` (cơ quan phối hợp), or one who sees `all` agencies.
    """

    component: str = "event"
    alarms: tuple[int, ...] = ()
    content: str = "full"
    language: str = "vi"
    seat: str = "owner"

    @classmethod
    def of(cls, key: str) -> "Form":
        """The form that a key names: `event.7,1.vi.<stamp>.owner.full`."""
        component, alarms, language, _, seat, content = key.split(".")
        return cls(component, tuple(int(days) for days in alarms.split(",") if days), content, language, seat)


PLAIN = Form()


def event_of(duty: Due, *, base_url: str, form: Form = PLAIN) -> str:
    """The VEVENT or VTODO of a duty: stable UID, DTSTAMP of its last change, text escaped and folded by the library."""
    block: Component = Todo() if form.component == "todo" else Event()
    changed = duty.changed_at.astimezone(UTC).replace(microsecond=0)
    block.add("uid", duty.uid)
    block.add("dtstamp", changed)
    block.add("last-modified", changed)
    block.add("sequence", duty.revision)
    block.add("summary", summary := _summary(duty, form))
    if form.content == "full":
        block.add("description", _description(duty, form, base_url))
    if form.content != "reference":
        block.add("url", _address(duty, base_url))
    block.add("class", "CONFIDENTIAL" if form.content == "reference" else "PRIVATE")
    if form.component == "todo":
        _to_do(block, duty)
    else:
        _all_day(block, duty)
    if duty.state in RINGING:
        for days in form.alarms:
            block.add_component(_alarm(duty, days, summary, form))
    return bytes(block.to_ical()).decode()


def clean(text: str) -> str:
    """Text fit for a calendar: NFC, line ends as LF, no other control characters."""
    joined = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return CONTROL.sub(" ", joined)


def _all_day(event: Component, duty: Due) -> None:
    event.add("dtstart", duty.last_day)
    event.add("dtend", duty.last_day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    # Google drops what is CANCELLED without a word; the mark before the title says it everywhere.
    event.add("status", "CONFIRMED")
    event.add("x-microsoft-cdo-busystatus", "FREE")


def _to_do(todo: Component, duty: Due) -> None:
    todo.add("due", duty.last_day)
    todo.add("status", TODO_STATES.get(duty.state, "NEEDS-ACTION"))
    if duty.state == "completed":
        todo.add("completed", at(duty.submitted_day or duty.state_since).astimezone(UTC))
        todo.add("percent-complete", 100)


def _alarm(duty: Due, days: int, summary: str, form: Form) -> Alarm:
    """Rings at eight in the morning, `days` before the last day (RFC 5545, 3.8.6.3: counted from its 00:00)."""
    alarm = Alarm()
    alarm.add("uid", str(uuid.uuid5(uuid.NAMESPACE_OID, f"{duty.uid} alarm {days}")))
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    before = timedelta(hours=MORNING.hour) - timedelta(days=days)
    alarm.add("trigger", before, parameters={"RELATED": "END"} if form.component == "todo" else {})
    return alarm


def _summary(duty: Due, form: Form) -> str:
    marks, words = MARKS[form.language], WORDS[form.language]
    mark = marks.get(duty.state, marks[""])
    if form.content == "reference":
        return f"[{mark}] {words['task']} {clean(duty.ref)}"
    short = textwrap.shorten(clean(duty.text).removeprefix("- "), TITLE_LENGTH, placeholder=" …")
    if form.seat == "helper":
        mark = f"{mark}, {words['helps']}"
    whose = "" if form.seat == "owner" else f" {clean(duty.agency)}:"
    return f"[{mark}] {clean(duty.ref)}{whose} {short}"


def _description(duty: Due, form: Form, base_url: str) -> str:
    words = WORDS[form.language]
    lines = [
        clean(duty.text),
        f"{words['leads']}: {clean(duty.agency)}",
        f"{words['last']}: {duty.last_day:%d/%m/%Y}",
        f"{words['how']}: {_how(duty, form.language)}",
        words["place"].format(number=clean(duty.number), ref=clean(duty.ref)),
        _address(duty, base_url),
    ]
    return "\n".join(lines)


def _how(duty: Due, language: str) -> str:
    """From the printed words by their rule, or from who changed it under which authority, to the last day."""
    words, last_day = WORDS[language], f"{duty.last_day:%d/%m/%Y}"
    steps = []
    if duty.cause != "activation":
        under = f" {words['by']} {clean(duty.authority)}" if duty.authority else ""
        why = f" ({clean(duty.reason)})" if duty.reason else ""
        steps.append(f"{CAUSES[language].get(duty.cause, duty.cause)}{under}{why}")
    if duty.cause in ("activation", "amendment", "answer") and duty.deadline_text:
        steps.append(f"{words['printed']} “{clean(duty.deadline_text)}”")
        bound = duty.bound if duty.bound != "before" else "strict" if duty.nominal > duty.last_day else "inclusive"
        steps.append(RULES[language][bound])
    return " → ".join([*steps, last_day])


def _address(duty: Due, base_url: str) -> str:
    return f"{base_url}/tasks/{quote(duty.slug, safe='')}/{quote(duty.ref, safe='')}"


def utc(moment: datetime) -> str:
    """A moment as iCalendar writes it, `20200303T010000Z`."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
