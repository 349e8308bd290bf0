"""What one message says: its items grouped into lines, and which of them are no longer due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import quote

from engine.mail.facts import Digest, Line, News, Reason, Section, shortened
from engine.queries.outbox import Address, Item
from engine.rules.ladder import Kind
from engine.rules.mail_status import meaning
from engine.rules.states import OPEN, State
from engine.rules.workdays import DAY, Workdays

TEXT_LENGTH = 240
"""Characters of a task's text that a mail shows; the page shows it whole."""

PRINTED = frozenset({"activation", "amendment", "answer"})
"""What puts a date in force that is read from words: those of a document, or of who was asked about them."""

NAMELESS = frozenset({"added", "removed", "owner", "left", "collaborators", "joined", "released", "waits", "reference"})
"""What an amendment tells without a word of the duty's text."""

LADDER = frozenset({Kind.REMINDER, Kind.ESCALATION})
"""Kinds of entries of which the last one of a duty says all."""

ENDS = frozenset({"removed", "left", "released"})
"""What an amendment tells an agency that has no more to do with a duty."""


def no_longer_due(item: Item) -> str:
    """Why an item must not be sent any more; empty when it is still due."""
    if item.kind == "bounce":
        return _settled(item)
    if item.declined:
        return "the recipient declined copies"
    if "amendment" in item.entry_data:
        return _overtaken(item)
    if item.plan_state != "active":
        return f"the plan is {item.plan_state}"
    if "calendar" in item.entry_data:
        opened = item.entry_data["calendar"] == "cancelled" and item.state != State.CANCELLED
        return "the duty was opened again" if opened else ""
    if item.rung.startswith("C"):
        return "" if item.state == State.SUBMITTED else f"no longer waits for confirmation: {item.state}"
    reasons = {
        f"the duty is {item.state}": item.state not in OPEN,
        "the deadline was changed": (item.version, item.round) != (item.entry_version, item.entry_round),
        "the duty went to another agency": item.handed_over and item.role in {"owner", "head", "stand_in"},
        "the duty became unclear": item.unclear,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _settled(item: Item) -> str:
    """Why a coordinator need not hear any more that mail on a duty came back."""
    reasons = {
        f"the plan is {item.plan_state}": item.plan_state != "active",
        f"the duty is {item.state}": item.state in (State.COMPLETED, State.CANCELLED),
        "the duty went to another agency": item.handed_over and item.entry_data.get("role") in {"owner", "head"},
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _overtaken(item: Item) -> str:
    """Why the news of an amendment must not be told any more. That a duty was taken away stays true."""
    told = {change["what"] for change in item.entry_data["changes"]}
    reasons = {
        f"the plan is {item.plan_state}": item.plan_state != "active",
        "the duty was opened again": "removed" in told and item.round != item.entry_round,
        f"the duty is {item.state}": not told & ENDS and item.state in (State.COMPLETED, State.CANCELLED),
        "the deadline was changed": "deadline" in told
        and (item.version, item.round) != (item.entry_version, item.entry_round),
        "the duty went to another agency": item.handed_over and item.role in {"owner", "stand_in"},
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


@dataclass(frozen=True)
class Letterhead:
    """What every mail of an installation carries: its pages' address, the office's name, whether it is a demo."""

    base_url: str
    office: str
    demo: bool = False


def digest_of(address: Address, items: Sequence[Item], day: date, *, calendar: Workdays, head: Letterhead) -> Digest:
    """The digest for one mailbox: a section for each plan, one line for a task however many members it concerns."""
    sections = []
    for slug, of_plan in groupby(_last_rungs(items), key=lambda item: item.slug):
        listed = list(of_plan)
        lines = _lines(listed, day, calendar=calendar, base_url=head.base_url, language=address.language)
        title = "" if listed[0].restricted else " ".join(listed[0].title.split())
        sections.append(Section(listed[0].number, title, f"{head.base_url}/plans/{slug}", tuple(lines)))
    return Digest(
        " ".join(address.name.split()) or address.address,
        address.language,
        day,
        tuple(sections),
        head.office,
        head.demo,
        reasons=_reasons(items),
    )


def _last_rungs(items: Sequence[Item]) -> Sequence[Item]:
    """Of several rungs of a duty that waited together only the last makes a line; it tells the others too."""
    last = {(item.assignment_id, item.mailbox_id): item.entry_id for item in items if item.kind in LADDER}
    if len(last) == len(items):
        return items
    return [
        item for item in items if item.kind not in LADDER or last[item.assignment_id, item.mailbox_id] == item.entry_id
    ]


def thread_of(items: Sequence[Item]) -> str:
    """What the mail hangs together with: its one task, or the recipient's thread about a plan."""
    if len({item.task_id for item in items}) == 1:
        return f"task-{items[0].task_id}"
    return f"plan-{items[0].plan_id}-{items[0].mailbox_id}"


def _reasons(items: Sequence[Item]) -> tuple[Reason, ...]:
    """Why the mailbox gets it: each role in each plan once, with the agencies it is about."""
    found: dict[tuple[str, str, str], tuple[Item, dict[str, None]]] = {}
    for item in items:
        _, agencies = found.setdefault((item.number, _role(item), item.for_name), (item, {}))
        agencies[item.agency] = None
    return tuple(
        Reason(role, number, tuple(agencies), for_name, item.absent_until if for_name else None)
        for (number, role, for_name), (item, agencies) in found.items()
    )


def _role(item: Item) -> str:
    """In which part the mailbox is told; an amendment may have taken it out of the duty."""
    told = {change["what"] for change in item.entry_data.get("changes", ())}
    return "former" if told & {"left", "released"} and "joined" not in told else item.role


def _lines(items: Iterable[Item], day: date, *, calendar: Workdays, base_url: str, language: str) -> list[Line]:
    together: dict[tuple[object, ...], list[Item]] = {}
    for item in items:
        lost = item.entry_data.get("lost") if item.kind == "bounce" else None
        said = str(item.entry_data.get("changes") or lost or item.rung)
        key = (item.task_id, _group(item, day), item.last_day, item.role, said, item.unreached, item.for_name)
        together.setdefault(key, []).append(item)
    return [_line(same, day, calendar=calendar, base_url=base_url, language=language) for same in together.values()]


def _line(items: list[Item], day: date, *, calendar: Workdays, base_url: str, language: str) -> Line:
    item = items[0]
    left = calendar.count(day, item.last_day) if item.last_day else 0
    news = tuple(_news(change, item) for change in item.entry_data.get("changes", ()))
    told = {change.what for change in news}
    helps = "joined" in told  # though it may no longer lead
    runs = bool(item.last_day) and (helps or not told & {*ENDS, "waits"})
    back = meaning(str(item.entry_data.get("status", "")), language) if item.kind == "bounce" else None
    return Line(
        group=_group(item, day),
        rung=item.rung or "",
        ref=item.ref,
        task="" if item.restricted else shortened(item.text, TEXT_LENGTH),
        agencies=tuple(dict.fromkeys(same.agency for same in items)),
        last_day=item.last_day if runs else None,
        left=left,
        off_ahead=bool(item.last_day and item.last_day > day and left == 0),
        role=_role(item),
        url=f"{base_url}/tasks/{item.slug}/{quote(item.ref)}",
        detail=str(item.entry_data.get("reply", "")) if item.kind == "bounce" else "",
        means=back.means if back else "",
        remedy=back.remedy if back else "",
        unreached=item.unreached and item.kind != "bounce",
        news=news,
        authority=str(item.entry_data.get("authority", "")),
        for_name=item.for_name,
        **(_lost(item) if item.kind == "bounce" else {}),
        **(_derivation(item) if runs else {"printed": "", "bound": ""}),
    )


def _lost(item: Item) -> dict[str, Any]:
    """Whom a mail that came back was for."""
    data = item.entry_data
    role = str(data.get("role", ""))
    return {
        "lost": str(data.get("lost", "")),
        "lost_role": role,
        "lost_for": str(data.get("lost_for", "")),
        "informed": role == "owner" and not item.unreached,
    }


def _derivation(item: Item) -> dict[str, Any]:
    """How the last day came about: from the words of the document, or from what somebody decided later."""
    reading = item.reading
    bound = "before" if item.bound == "before" and item.nominal != item.last_day else ""
    told: dict[str, Any] = {"printed": "", "bound": bound, "cause": item.cause or ""}
    if item.cause in PRINTED:
        counted = bool(reading.get("counted") and reading.get("start"))
        told |= {
            "printed": "" if item.restricted else shortened(item.deadline_text, TEXT_LENGTH),
            "rule": _rule(item, counted=counted),
            "rolled": bool(item.last_day and item.nominal and item.last_day > item.nominal),
        }
        if counted and (days := reading.get("days")):
            told |= {
                "counted": days,
                "unit": reading.get("unit") or "day",
                "counted_from": date.fromisoformat(reading["start"]),
            }
    if item.cause != "activation":
        told |= {
            "since": item.force_day,
            "by_document": item.authority or "",
            "reason": "" if item.restricted else shortened(item.reason or "", TEXT_LENGTH),
            "old_day": item.old_day if item.old_day != item.last_day else None,
        }
    return told


def _rule(item: Item, *, counted: bool) -> str:
    kind = item.reading.get("kind", "")
    period = kind in ("month", "quarter", "year")
    if item.bound == "before":
        if period and item.reading.get("start"):
            return "before_period"
        return "before" if item.nominal != item.last_day else "inclusive"
    if counted or not period:
        return "counted" if counted else ""
    whole = item.nominal is not None and (item.nominal + DAY).day == 1
    return kind if whole else "part"


def _news(change: dict[str, str], item: Item) -> News:
    days: dict[str, Any] = {name: date.fromisoformat(change[name]) for name in ("old_day", "new_day") if name in change}
    if item.restricted and not (change["what"] in NAMELESS or days.get("old_day") != days.get("new_day")):
        return News("restricted")
    if item.restricted and change["what"] not in NAMELESS:
        return News(change["what"], **days)
    return News(change["what"], shortened(change["old"], TEXT_LENGTH), shortened(change["new"], TEXT_LENGTH), **days)


def _group(item: Item, day: date) -> str:
    if item.kind == "bounce":
        return "undelivered"
    if "changes" in item.entry_data:
        return "amendment"
    if (item.rung or "").startswith("C"):
        return "confirm"
    late = item.kind == Kind.REMINDER and item.last_day is not None and item.last_day < day  # it waited that long
    return str(Kind.ESCALATION) if late else item.kind
