"""What happens when mail did not arrive: the bounce is written down, the coordinator told, the ladder held.

Whether the server refused at once or a bounce came back later makes no difference here.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from engine.clock import Moment
from engine.models import Assignment, Entry, Plan, Recipient, User, columns
from engine.queries.outbox import Address, Item

ROLES = frozenset({"owner", "collaborators", "head"})
"""Those whom a duty must reach; that a coordinator was not reached is told to nobody."""


def returned(
    session: Session, address: Address, items: Sequence[Item], reply: str, *, held_until: date, when: Moment
) -> None:
    """Tell the coordinator of each duty whose people were not reached; hold its ladder when it was the notice.

    Args:
        session: of the writing transaction.
        address: the mailbox that was not reached.
        items: what the message told.
        reply: what the server said.
        held_until: the last day on which a ladder whose notice did not arrive waits.
        when: the time at which it became known.
    """
    for item in items:
        if item.role not in ROLES or item.kind == "bounce":
            continue
        data: dict[str, Any] = {"role": item.role, "reply": by_reference(reply, address)}
        if item.kind == "notice" and item.role == "owner" and _hold(session, item, held_until):
            data["held_until"] = held_until.isoformat()
        entry = entry_of(item, "bounce", when, data)
        session.add(entry)
        session.flush()
        if mailbox := _coordinator(session, item):
            session.add(Recipient(entry_id=entry.id or 0, mailbox_id=mailbox, role="coordinator"))


def by_reference(reply: str, address: Address) -> str:
    """What the server said, without the address: the ledger names mailboxes by their number."""
    return re.sub(re.escape(address.address) or "(?!)", f"mailbox {address.mailbox_id}", reply, flags=re.I)


def entry_of(item: Item, kind: str, when: Moment, data: dict[str, Any]) -> Entry:
    """The entry that says what became of an item."""
    return Entry(
        plan_id=item.plan_id,
        assignment_id=item.assignment_id,
        kind=kind,
        version=item.entry_version,
        round=item.entry_round,
        effective=when.today,
        at=when.real,
        data={"mailbox": item.mailbox_id, "rung": item.rung, **data},
    )


def _coordinator(session: Session, item: Item) -> int | None:
    """The coordinator's mailbox, unless it is the one that was not reached."""
    plan, person = columns(Plan), columns(User)
    mailbox = (
        select(person.mailbox_id)
        .join(Plan, plan.coordinator_id == person.id)
        .where(plan.id == item.plan_id, person.mailbox_id.is_not(None), person.mailbox_id != item.mailbox_id)
    )
    return session.execute(mailbox).scalar_one_or_none()


def _hold(session: Session, item: Item, until: date) -> bool:
    """Hold the ladder, where the deadline is still the one that the item tells of."""
    part = columns(Assignment)
    same = (part.id == item.assignment_id, part.version == item.entry_version, part.round == item.entry_round)
    held = session.execute(update(Assignment).where(*same).values(held_until=until).returning(part.id))
    return held.scalar_one_or_none() is not None
