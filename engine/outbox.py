"""The rows of the outbox: gathered from what was decided, claimed under a lease, finished one by one.

A message is claimed by a conditional update; when the sender dies, its claims are taken up by the next one. SQL only:
what a message says and how it leaves is `delivery.py`.
"""

import os
import socket
from datetime import timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import func, insert, literal, or_, select, update
from sqlmodel import Session

from engine.clock import Moment
from engine.models import Entry, Installation, Message, Recipient, columns
from engine.models.instant import Instant

BATCH = 20
LEASE = timedelta(minutes=10)

MESSAGE, RECIPIENT, ENTRY, INSTALLATION = (columns(table) for table in (Message, Recipient, Entry, Installation))


def gather(session: Session, when: Moment) -> None:
    """One message for each mailbox that has sealed items on none yet. The installation's row is the lock."""
    session.execute(update(Installation).values(gatherings=INSTALLATION.gatherings + 1))
    waiting = (RECIPIENT.message_id.is_(None), RECIPIENT.withdrawn == "", ENTRY.hash.is_not(None))
    joined = RECIPIENT.entry_id == ENTRY.id
    rows = (
        select(
            RECIPIENT.mailbox_id,
            literal(when.today),
            literal("pending"),
            literal(0),
            literal(when.real, Instant),
            *[literal("")] * 4,
        )
        .join(Entry, joined)
        .where(*waiting)
        .group_by(RECIPIENT.mailbox_id)
        .order_by(RECIPIENT.mailbox_id)
    )
    names = ["mailbox_id", "day", "status", "attempts", "next_try", "subject", "text_sha256", "reply", "error"]
    newest = select(func.coalesce(func.max(MESSAGE.id), 0))
    before = session.execute(newest).scalar_one()
    session.execute(insert(Message).from_select(names, rows))
    own = select(MESSAGE.id).where(MESSAGE.mailbox_id == RECIPIENT.mailbox_id, MESSAGE.id > before).scalar_subquery()
    sealed = select(ENTRY.id).where(ENTRY.hash.is_not(None))
    session.execute(
        update(Recipient)
        .where(RECIPIENT.message_id.is_(None), RECIPIENT.withdrawn == "", RECIPIENT.entry_id.in_(sealed))
        .values(message_id=own)
    )


def claim(session: Session, when: Moment) -> list[int]:
    """Claim the next messages for this process; their ids in order. Another claimer gets others."""
    _release_dead(session)
    due = or_(
        (MESSAGE.status == "pending") & (MESSAGE.next_try <= when.real),
        (MESSAGE.status == "sending") & (MESSAGE.claimed_until < when.real),
    )
    chosen = select(MESSAGE.id).where(due).order_by(MESSAGE.id).limit(BATCH).with_for_update(skip_locked=True)
    claimed = session.execute(
        update(Message)
        .where(MESSAGE.id.in_(chosen.scalar_subquery()))
        .values(
            status="sending",
            claimed_by=_process(),
            claimed_until=when.real + LEASE,
            attempts=MESSAGE.attempts + 1,
        )
        .returning(MESSAGE.id)
    )
    return sorted(claimed.scalars())


def finish(session: Session, message: int, attempt: int, **values: object) -> bool:
    """End a claim: `values` say how (status, reply, error, next_try …).

    Args:
        session: of the writing transaction.
        message: its id.
        attempt: the `attempts` of the claim; it tells this claim from a later one of the same process.
        values: columns and what they become.

    Returns:
        Whether the claim was still this one's; when its lease ended and another took over, nothing is changed.
    """
    ended = {"claimed_by": None, "claimed_until": None, **values}
    own = (MESSAGE.status == "sending", MESSAGE.claimed_by == _process(), MESSAGE.attempts == attempt)
    bare = update(MESSAGE.id.table)  # no object of it is in the session: the ORM's way costs three times as much
    done = session.execute(bare.where(MESSAGE.id == message, *own).values(**ended).returning(MESSAGE.id))
    return done.scalar_one_or_none() is not None


def withdraw(session: Session, entry: int, mailbox: int, reason: str) -> None:
    """Take an item back: it will be in no mail."""
    session.execute(
        update(Recipient).where(RECIPIENT.entry_id == entry, RECIPIENT.mailbox_id == mailbox).values(withdrawn=reason)
    )


def pending(session: Session) -> int:
    """Messages not yet gone, and mailboxes with items on no message."""
    messages = select(func.count()).where(MESSAGE.status.in_(["pending", "sending"]))
    waiting = select(func.count(func.distinct(RECIPIENT.mailbox_id))).where(
        RECIPIENT.message_id.is_(None), RECIPIENT.withdrawn == ""
    )
    return int(session.execute(messages).scalar_one()) + int(session.execute(waiting).scalar_one())


def _process() -> str:
    """This process, told apart from one that had the same number before: host, number, start time."""
    return _named(os.getpid())


@cache
def _named(pid: int) -> str:
    return f"{socket.gethostname()}/{pid}/{_started(pid)}"


def _started(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[19]
    except OSError:
        return ""


def _release_dead(session: Session) -> None:
    """Take back what a dead process of this machine held; what others hold is waited for until their lease ends."""
    host = f"{socket.gethostname()}/"
    holders = select(MESSAGE.claimed_by).where(MESSAGE.status == "sending").distinct()
    for holder in session.execute(holders).scalars().all():
        if holder.startswith(host):
            pid, _, started = holder.removeprefix(host).partition("/")
            if _started(int(pid)) != started:
                session.execute(
                    update(Message)
                    .where(MESSAGE.status == "sending", MESSAGE.claimed_by == holder)
                    .values(status="pending", claimed_by=None, claimed_until=None)
                )
