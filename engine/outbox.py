"""The rows of the outbox: claimed under a lease, finished one by one.

A message is claimed by a conditional update; when the sender dies, its claims are taken up by the next one. SQL only:
how messages come about is `gathering.py`, what they say `letters.py`, how they leave `delivery.py`.
"""

import os
import socket
from collections.abc import Collection, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, bindparam, func, or_, select, update
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session

from engine.clock import Moment
from engine.models import Installation, Mailbox, Message, Recipient, columns
from engine.prepared import prepared

BATCH = 100
LEASE = timedelta(minutes=30)
"""Longer than twice the longest wait for one server's answers (`engine/mail/smtp.py`)."""

MINUTE = timedelta(minutes=1)
OTHERS = "*"
"""Stands for every domain that has no limit of its own."""

MESSAGE, RECIPIENT, MAILBOX, INSTALLATION = (columns(table) for table in (Message, Recipient, Mailbox, Installation))

MARK = (
    update(MESSAGE.id.table)
    .where(
        MESSAGE.id == bindparam("message"),
        MESSAGE.status == "sending",
        MESSAGE.claimed_by == bindparam("holder"),
        MESSAGE.attempts == bindparam("attempt"),
    )
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("sent_at", "next_try", "reply", "subject", "text_sha256", "thread")
        }
        | {"status": "sent", "error": "", "claimed_by": None, "claimed_until": None}
    )
)
"""Made once, for it runs for every mail. `next_try` keeps when the server was last asked, by the machine's time."""


def claim(
    session: Session, when: Moment, *, silent: Collection[int] = (), per_minute: Mapping[str, int] | None = None
) -> list[int]:
    """Claim the next messages for this process; their ids in order. Another claimer gets others.

    Args:
        session: of the writing transaction.
        when: the lease is counted from its real time.
        silent: mailboxes that get nothing now.
        per_minute: how many messages a minute a domain may get; what is over it is left for a later run.
    """
    _release_dead(session)
    due = or_(
        (MESSAGE.status == "pending") & (MESSAGE.next_try <= when.real),
        (MESSAGE.status == "sending") & (MESSAGE.claimed_until < when.real),
    )
    if silent:
        due &= MESSAGE.mailbox_id.not_in(silent)
    if per_minute:
        chosen = MESSAGE.id.in_(_within(session, when, due, per_minute))
    else:
        free = select(MESSAGE.id).where(due).order_by(MESSAGE.id).limit(BATCH).with_for_update(skip_locked=True)
        chosen = MESSAGE.id.in_(free.scalar_subquery())
    claimed = session.execute(
        update(Message)
        .where(chosen)
        .values(
            status="sending",
            claimed_by=_process(),
            claimed_until=when.real + LEASE,
            attempts=MESSAGE.attempts + 1,
        )
        .returning(MESSAGE.id)
    )
    return sorted(claimed.scalars())


def _within(session: Session, when: Moment, due: ColumnElement[bool], limits: Mapping[str, int]) -> list[int]:
    """The first due messages that no domain's limit forbids. Claimers go one by one: they count each other's."""
    session.execute(select(INSTALLATION.id).with_for_update())
    left = _left(session, when, limits)
    chosen: list[int] = []
    full: set[str] = set()
    last = 0
    while True:
        rows = session.execute(
            select(MESSAGE.id, func.lower(MAILBOX.address))
            .join(Mailbox, MAILBOX.id == MESSAGE.mailbox_id)
            .where(due, MESSAGE.id > last, *(~func.lower(MAILBOX.address).like(f"%@{domain}") for domain in full))
            .order_by(MESSAGE.id)
            .limit(BATCH)
            .with_for_update(of=MESSAGE.id.table, skip_locked=True)
        ).all()
        for last, address in rows:
            domain = address.rpartition("@")[2]
            most = limits.get(domain, limits.get(OTHERS))
            if most is None or left.setdefault(domain, most) > 0:
                left[domain] = left.get(domain, 0) - 1
                chosen.append(last)
            else:
                full.add(domain)
            if len(chosen) == BATCH:
                return chosen
        if len(rows) < BATCH:
            return chosen


def _left(session: Session, when: Moment, limits: Mapping[str, int]) -> dict[str, int]:
    """What this minute leaves to each domain that something went to, or is on its way to."""
    used = session.execute(
        select(func.lower(MAILBOX.address))
        .join(Message, MESSAGE.mailbox_id == MAILBOX.id)
        .where(
            or_(
                (MESSAGE.status == "sent") & (MESSAGE.next_try > when.real - MINUTE),
                (MESSAGE.status == "sending") & (MESSAGE.claimed_until >= when.real),
            )
        )
    )
    left: dict[str, int] = {}
    for address in used.scalars():
        domain = address.rpartition("@")[2]
        left[domain] = left.get(domain, limits.get(domain, limits.get(OTHERS, 0))) - 1
    return left


def mark_sent(connection: Connection, message: int, attempt: int, values: Mapping[str, object]) -> bool:
    """End a claim because the server has the mail; whether the claim was still this process's.

    Args:
        connection: in a writing transaction.
        message: its id.
        attempt: the `attempts` of the claim.
        values: sent_at, next_try, reply, subject, text_sha256 and thread.
    """
    new = {f"new_{name}": value for name, value in values.items()}
    own = {"message": message, "holder": _process(), "attempt": attempt}
    return prepared(MARK, connection.dialect).run(connection, own | new) == 1


def finish(session: Session, message: int, attempt: int, **values: object) -> bool:
    """End a claim otherwise: `values` say how (status, error, next_try …).

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
