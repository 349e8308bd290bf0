"""What one message says: its items grouped into lines, and which of them are no longer due."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from engine.mail.render import Digest, Line, News, Section
from engine.queries.outbox import Address, Item
from engine.rules.states import OPEN, State
from engine.rules.workdays import Workdays

TEXT_LENGTH = 240
"""Characters of a task's text that a mail shows; the page shows it whole."""

ENDS = frozenset({"removed", "left", "released"})
"""What an amendment tells an agency that has no more to do with a duty."""


def no_longer_due(item: Item) -> str:
    """Why an item must not be sent any more; empty when it is still due."""
    if item.kind == "bounce":
        return ""
    if "amendment" in item.entry_data:
        return _overtaken(item)
    if item.plan_state != "active":
        return f"the plan is {item.plan_state}"
    if item.rung.startswith("C"):
        return "" if item.state == State.SUBMITTED else f"no longer waits for confirmation: {item.state}"
    reasons = {
        f"the duty is {item.state}": item.state not in OPEN,
        "the deadline was changed": (item.version, item.round) != (item.entry_version, item.entry_round),
        "the duty went to another agency": item.handed_over and item.role in {"owner", "head", "stand_in"},
        "the duty became unclear": item.unclear,
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
    for slug, of_plan in groupby(items, key=lambda item: item.slug):
        listed = list(of_plan)
        lines = _lines(listed, day, calendar=calendar, base_url=head.base_url)
        sections.append(Section(listed[0].number, listed[0].title, f"{head.base_url}/plans/{slug}", tuple(lines)))
    return Digest(address.name or address.address, address.language, day, tuple(sections), head.office, head.demo)


def thread_of(items: Sequence[Item]) -> str:
    """What the mail hangs together with: its one task, or the recipient's thread about a plan."""
    if len({item.task_id for item in items}) == 1:
        return f"task-{items[0].task_id}"
    return f"plan-{items[0].plan_id}-{items[0].mailbox_id}"


def _lines(items: Iterable[Item], day: date, *, calendar: Workdays, base_url: str) -> list[Line]:
    together: dict[tuple[object, ...], list[Item]] = {}
    for item in items:
        said = str(item.entry_data.get("changes") or item.rung)
        key = (item.task_id, _group(item), item.last_day, item.role, said, item.unreached)
        together.setdefault(key, []).append(item)
    return [_line(same, day, calendar=calendar, base_url=base_url) for same in together.values()]


def _line(items: list[Item], day: date, *, calendar: Workdays, base_url: str) -> Line:
    item = items[0]
    left = calendar.count(day, item.last_day) if item.last_day else 0
    counts_back = item.bound == "before" and item.nominal != item.last_day
    news = [_news(change) for change in item.entry_data.get("changes", ())]
    told = {change.what for change in news}
    helps = "joined" in told  # though it may no longer lead
    runs = helps or not told & {*ENDS, "waits"}
    return Line(
        group=_group(item),
        rung=item.rung or "",
        ref=item.ref,
        task=textwrap.shorten(item.text, TEXT_LENGTH, placeholder=" …"),
        agencies=tuple(dict.fromkeys(same.agency for same in items)),
        last_day=item.last_day if runs else None,
        left=left,
        off_ahead=bool(item.last_day and item.last_day > day and left == 0),
        role="former" if told & {"left", "released"} and not helps else item.role,
        printed=item.deadline_text if item.cause in ("activation", "amendment") and runs else "",
        bound="before" if counts_back else "",
        url=f"{base_url}/tasks/{item.slug}/{item.ref}",
        detail=item.entry_data.get("reply", "") if item.kind == "bounce" else "",
        unreached=item.unreached and item.kind != "bounce",
        news=tuple(news),
        authority=str(item.entry_data.get("authority", "")),
    )


def _news(change: dict[str, str]) -> News:
    days = {name: date.fromisoformat(change[name]) for name in ("old_day", "new_day") if name in change}
    old, new = (textwrap.shorten(change[name], TEXT_LENGTH, placeholder=" …") for name in ("old", "new"))
    return News(change["what"], old, new, **days)


def _group(item: Item) -> str:
    if item.kind == "bounce":
        return "undelivered"
    if "amendment" in item.entry_data:
        return "amendment"
    return "confirm" if (item.rung or "").startswith("C") else item.kind
