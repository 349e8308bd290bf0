"""The proof of a task (hồ sơ chứng minh): who was told what, when, by which rule, did it arrive, what did they do.

Facts alone, as plain JSON; the doors add the words, `pack` seals it. What the log does not say is not claimed.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from engine.clock import Moment, local
from engine.letters import Desk, letters_of
from engine.mail.errors import PermanentMailError
from engine.models import Plan, Task, User
from engine.pack import SCHEMA, sealed_line
from engine.queries.proof import (
    Addressee,
    Came,
    Sealed,
    Words,
    chain_head,
    names_of,
    parts_for,
    reports_on,
    sealed_entries,
    wordings,
)
from engine.queries.tasks import Wanted, Yardstick, duties
from engine.rules.ladder import Policy
from engine.rules.workdays import Workdays
from engine.why import Version, Why, why

LADDER = ("notice", "reminder", "escalation")
FILED = "250 written to "
"""The reply of an installation that has no mail server and writes files."""

OPENING = re.compile(r"(https?://\S+/u/)\S+")
"""A link of a mail that opens the recipient's wishes to whoever holds it: in a proof it is closed."""


@dataclass(frozen=True)
class Asked:
    """What a proof is asked for.

    Attributes:
        agency: key of the one agency it is for; none: all that have a part in the task.
        when: the time at which it is made; what happened after its business day is left out.
        looks_back: whether that day is not today's.
    """

    task: Task
    agency: str | None
    when: Moment
    looks_back: bool
    policy: Policy
    calendar: Workdays
    desk: Desk


def facts(session: Session, asked: Asked) -> dict[str, Any]:
    """Everything known of a task up to a day, from sealed entries, in a fixed number of statements."""
    plan, until = session.get_one(Plan, asked.task.plan_id), asked.when.today
    parts = parts_for(session, asked.task.id or 0, asked.agency)
    entries = sealed_entries(session, plan.id or 0, parts, until=until)
    count, head = chain_head(session, plan.id or 0)
    fates = _Fates.of(session, entries, asked)
    every = wordings(session, asked.task)
    words = _worded(every, until)
    derived = why(session, asked.task, policy=asked.policy, calendar=asked.calendar)
    return {
        "schema": SCHEMA,
        "made_at": asked.when.real.isoformat(),
        "as_of": asked.when.now.isoformat(),
        "office": asked.desk.head.office,
        "demo": asked.desk.head.demo,
        "agency": asked.agency,
        "plan": _plan(session, plan),
        "task": {"ref": asked.task.ref, "wordings": [_plain(asdict(said)) for said in words]},
        "why": _derivation(derived, until) | {"outdated": len(words) < len(every)},
        "parts": _standing(session, asked, parts, derived.versions),
        "people": names_of(session, {str(one.line.data["by"]) for one in entries if one.line.data.get("by")}),
        "chain": {"plan": plan.slug, "count": count, "hash": head},
        "entries": [_entry(one, fates) for one in entries],
        "texts": _texts(session, asked, entries),
    }


def _plan(session: Session, plan: Plan) -> dict[str, Any]:
    steering = {
        role: person.name if number and (person := session.get(User, number)) else ""
        for role, number in (("coordinator", plan.coordinator_id), ("supervisor", plan.supervisor_id))
    }
    kept = ("slug", "number", "title", "issuer", "issue_date", "source_name", "source_sha256", "state")
    found: dict[str, Any] = _plain({name: getattr(plan, name) for name in kept})
    return found | steering


def _worded(every: Sequence[Words], day: date) -> list[Words]:
    """What the task had said up to a day; what was to replace it later is not known yet."""
    known = [said for said, before in zip(every, [None, *every], strict=False) if _since(before) <= day]
    return [*known[:-1], replace(known[-1], until=None)]


def _since(before: Words | None) -> date:
    return before.until if before and before.until else date.min


def _derivation(derived: Why, until: date) -> dict[str, Any]:
    """How the date came about; of what came later than the day asked, nothing."""
    found: dict[str, Any] = _plain(derived.to_json())
    day = until.isoformat()
    found["amendments"] = [one for one in found["amendments"] if one["day"] <= day]
    found["answers"] = [one for one in found["answers"] if not one["on"] or one["on"] <= day]
    del found["versions"], found["ref"], found["plan"]
    return found


def _standing(
    session: Session, asked: Asked, parts: Sequence[int], versions: Sequence[Version]
) -> list[dict[str, Any]]:
    """Each agency's duty as it stood on that day, with the versions of its deadline up to then."""
    day = asked.when.today
    yardstick = Yardstick(day, asked.calendar, asked.policy)
    listed = duties(session, Wanted(task_id=asked.task.id), yardstick, today=date.max if asked.looks_back else day)
    kept = ("uid", "agency", "agency_key", "state", "round", "version", "last_day", "submitted_day", "timeliness")
    found = []
    for duty in (one for one in listed if one.assignment_id in parts):
        own = [v for v in versions if v.agency == duty.agency and v.force_day <= day]
        deadlines = [
            {name: getattr(v, name) for name in ("version", "last_day", "force_day", "cause", "reason", "authority")}
            for v in own
        ]
        ahead = [asdict(rung) for v in own if v.version == duty.version for rung in v.rungs if rung.date > day]
        found.append(_plain({name: getattr(duty, name) for name in kept} | {"deadlines": deadlines, "ahead": ahead}))
    return found


@dataclass(frozen=True)
class _Fates:
    """What the log says of mails: those that left by message, what came back or was taken back by rung and mailbox."""

    left: dict[int, list[Sealed]]
    reports: dict[int, list[Came]]
    back: dict[tuple[object, ...], list[Sealed]]
    withdrawn: dict[tuple[object, ...], Sealed]
    until: date
    looks_back: bool

    @classmethod
    def of(cls, session: Session, entries: Sequence[Sealed], asked: Asked) -> "_Fates":
        """Sort the entries by what they tell."""
        left: dict[int, list[Sealed]] = {}
        back: dict[tuple[object, ...], list[Sealed]] = {}
        withdrawn: dict[tuple[object, ...], Sealed] = {}
        for one in entries:
            data = one.line.data
            if one.line.kind == "delivery" and "message" in data:
                left.setdefault(data["message"], []).append(one)
            elif one.line.kind == "bounce":
                meant = data.get("for", data.get("mailbox"))  # a deputy's mailbox is not the one it was for
                back.setdefault(_item(one, meant, data.get("rung")), []).append(one)
            elif one.line.kind == "withdrawn":
                withdrawn[_item(one, data.get("mailbox"), data.get("rung"))] = one
        reports = reports_on(session, left, until=asked.when.today)
        return cls(left, reports, back, withdrawn, asked.when.today, asked.looks_back)


def _item(one: Sealed, mailbox: object, rung: object) -> tuple[object, ...]:
    """What tells one item of a mail from all others."""
    return (one.line.assignment_id, one.line.version, one.line.round, rung or "", mailbox)


def _entry(one: Sealed, fates: _Fates) -> dict[str, Any]:
    return {"sealed": sealed_line(one.sealed), "recipients": [_fared(one, told, fates) for told in one.addressees]}


def _fared(one: Sealed, told: Addressee, fates: _Fates) -> dict[str, Any]:
    """How an entry fared with one mailbox."""
    item = _item(one, told.mailbox_id, one.line.rung)
    copies, reports = fates.left.get(told.message_id or 0, []), fates.reports.get(told.message_id or 0, [])
    left = copies[-1] if copies else None
    returned = fates.back.get(item, []) if one.line.kind in LADDER else []
    bounces = [_bounce(back) for back in returned]
    if not bounces and told.bounced_at and local(told.bounced_at).date() <= fates.until:
        bounces = [{"seq": None, "at": told.bounced_at.isoformat(), "status": "", "words": told.bounce}]
    taken_back = fates.withdrawn.get(item)
    reason = str(taken_back.line.data.get("reason", "")) if taken_back else "" if fates.looks_back else told.withdrawn
    failed = told.status == "failed" and told.day is not None and told.day <= fates.until
    deputy = told.taker if told.taker and told.taker[0] != told.mailbox_id else None
    found: dict[str, Any] = {
        "mailbox": told.mailbox_id,
        "address": told.address,
        "name": told.name,
        "role": told.role,
        "message": told.message_id,
        "taken_by": {"mailbox": deputy[0], "address": deputy[1]} if deputy else None,
        "bounces": bounces,
        "withdrawn": {"seq": taken_back.line.seq if taken_back else None, "reason": reason} if reason else None,
        "attempts": told.attempts,
        "error": "" if left or (fates.looks_back and not failed) else told.error,
        "left": _left(left, told) if left and not reason else None,
        "copies": len(copies),
        "reports": [_plain(asdict(one)) for one in reports],
    }
    again = left is not None and len([one for one in reports if one.again]) >= len(copies)
    return found | {"outcome": _outcome(found, failed=failed, again=again)}


def _outcome(found: dict[str, Any], *, failed: bool, again: bool) -> str:
    """What became of it: sent, filed, bounced (after it was taken), again, refused, withdrawn, waiting.

    `again`: every copy that was taken came back for the time being, and another is to go.
    """
    if found["withdrawn"]:
        return "withdrawn"
    if left := found["left"]:
        if found["bounces"]:
            return "bounced"
        return "again" if again else "filed" if left["reply"].startswith(FILED) else "sent"
    return "refused" if failed or found["bounces"] else "waiting"


def _left(left: Sealed, told: Addressee) -> dict[str, Any]:
    data = left.line.data
    return {
        "seq": left.line.seq,
        "sent_at": _stamp(told.sent_at if _day_of(told.sent_at) == left.line.effective else None),
        "day": left.line.effective.isoformat(),
        "at": left.line.at.isoformat(),
        "message_id": str(data.get("message_id", "")),
        "reply": str(data.get("reply", "")),
        "subject": told.subject,
        "text_sha256": str(data.get("text_sha256", "")),
    }


def _bounce(back: Sealed) -> dict[str, Any]:
    data = back.line.data
    words = str(data.get("reply") or data.get("words") or "")
    return {
        "seq": back.line.seq,
        "at": back.line.at.isoformat(),
        "effective": back.line.effective.isoformat(),
        "status": str(data.get("status") or ""),
        "words": words,
        "held_until": data.get("held_until"),
    }


def _texts(session: Session, asked: Asked, entries: Sequence[Sealed]) -> list[dict[str, Any]]:
    """The text of each mail that left, where it can be made again and is the one that was hashed.

    In a proof for one agency only what went to that agency: a digest to others tells of others too.
    """
    left = {one.line.data["message"]: one for one in entries if "text_sha256" in one.line.data}  # the last copy of each
    told = {who.message_id: who for one in entries for who in one.addressees if who.message_id in left}
    own = {who.message_id for one in entries for who in one.addressees if who.role in ("owner", "head")}
    letters = {letter.address.message_id: letter for letter in letters_of(session, sorted(left), again=True)}
    found = []
    for number, delivery in sorted(left.items()):
        digest, who = str(delivery.line.data["text_sha256"]), told.get(number)
        text, letter = None, letters.get(number)
        withheld = asked.agency is not None and number not in own
        if letter and letter.items and who and who.sent_at and not withheld:
            try:
                made = asked.desk.write(letter, Moment(local(who.sent_at), delivery.line.at)).content.text
            except PermanentMailError:
                made = ""
            text = OPENING.sub(r"\1…", made) if hashlib.sha256(made.encode()).hexdigest() == digest else None
        found.append(
            {
                "message": number,
                "subject": who.subject if who else "",
                "text_sha256": digest,
                "text": text,
                "withheld": withheld,
            }
        )
    return found


def _day_of(moment: datetime | None) -> date | None:
    return local(moment).date() if moment else None


def _stamp(moment: datetime | None) -> str | None:
    return local(moment).isoformat() if moment else None


def _plain(value: Any) -> Any:  # noqa: ANN401  any JSON value
    """Days and moments in ISO form, tuples as lists."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
