"""From items to messages: one for each mailbox that is to get mail now, as its owner wishes."""

from datetime import time

from sqlalchemy import ColumnElement, and_, case, exists, func, insert, literal, or_, select, true, update
from sqlmodel import Session

from engine.clock import Moment
from engine.models import Entry, Installation, Message, Recipient, columns
from engine.models.instant import Instant
from engine.queries.wishes import timings
from engine.rules.ladder import Kind
from engine.rules.mail_classes import COPIED
from engine.rules.wishes import UNHURRIED, Timing, gathered_up_to, quiet, stand_ins
from engine.rules.workdays import Workdays

MESSAGE, RECIPIENT, ENTRY, INSTALLATION = (columns(table) for table in (Message, Recipient, Entry, Installation))
EMPTY = ("subject", "text_sha256", "thread", "reply", "error", "bounce")
"""Columns of a message that are filled when it goes, or comes back."""


def gather(session: Session, when: Moment, *, calendar: Workdays, window: tuple[time, time]) -> None:
    """One message for each mailbox that has sealed items on none yet. The installation's row is the lock.

    An absent mailbox's items go to its deputy. Nobody gets mail in quiet hours. What is not urgent waits for the weekly
    mail of who wants one, unless anything else goes to that mailbox, or the next rung of the same duty has come.
    What a server that was away kept from leaving goes on with the new: one mail for each mailbox, however long it was.
    """
    session.execute(update(Installation).values(gatherings=INSTALLATION.gatherings + 1))
    wishes = timings(session)
    receiver = _receiver(stand_ins(wishes, when.today))
    waiting = (RECIPIENT.message_id.is_(None), RECIPIENT.withdrawn == "", ENTRY.hash.is_not(None))
    chosen = [*waiting, _ripe(wishes, receiver, when, calendar)]
    if silent := [one.mailbox for one in wishes if quiet(one, when.now.time(), window)]:
        chosen.append(receiver.not_in(silent))
    fixed = (
        literal(when.today),
        literal("pending"),
        literal(0),
        literal(when.real, Instant),
        *[literal("")] * len(EMPTY),
    )
    rows = (
        select(receiver, *fixed)
        .select_from(Recipient)
        .join(Entry, RECIPIENT.entry_id == ENTRY.id)
        .where(*chosen)
        .group_by(receiver)
        .order_by(receiver)
    )
    before = session.execute(select(func.coalesce(func.max(MESSAGE.id), 0))).scalar_one()
    ready = select(receiver).select_from(Recipient).join(Entry, RECIPIENT.entry_id == ENTRY.id).where(*chosen)
    # The update locks them: no sender may have read what they tell before the new is on them.
    kept = session.execute(
        update(Message)
        .where(MESSAGE.status == "pending", MESSAGE.attempts == 0, MESSAGE.text_sha256 == "")
        .where(MESSAGE.mailbox_id.in_(ready))
        .values(day=MESSAGE.day)
        .returning(MESSAGE.id, MESSAGE.mailbox_id)
    ).all()
    if kept:
        rows = rows.where(receiver.not_in([mailbox for _, mailbox in kept]))
    session.execute(insert(Message).from_select(["mailbox_id", "day", "status", "attempts", "next_try", *EMPTY], rows))
    fresh = or_(MESSAGE.id > before, MESSAGE.id.in_([message for message, _ in kept]))
    own = select(func.max(MESSAGE.id)).where(MESSAGE.mailbox_id == receiver, fresh)
    sealed = select(ENTRY.id).where(ENTRY.hash.is_not(None))
    session.execute(
        update(RECIPIENT.entry_id.table)  # no object of it is in the session: the ORM would ask for every row's key
        .where(RECIPIENT.message_id.is_(None), RECIPIENT.withdrawn == "", RECIPIENT.entry_id.in_(sealed))
        .values(message_id=own.correlate(Recipient).scalar_subquery())
    )


def _receiver(deputies: dict[int, int]) -> ColumnElement[int]:
    """The mailbox that gets what is for a recipient."""
    own: ColumnElement[int] = RECIPIENT.mailbox_id
    return case(deputies, value=own, else_=own) if deputies else own


def _ripe(wishes: list[Timing], receiver: ColumnElement[int], when: Moment, calendar: Workdays) -> ColumnElement[bool]:
    """Whether an item makes its mailbox get mail now; the same as `rules.wishes.urgent`, in SQL."""
    weekly: dict[int, list[int]] = {}
    for one in wishes:
        if one.gathering == "weekly":
            weekly.setdefault(one.weekday, []).append(one.mailbox)
    if not weekly:
        return true()
    unhurried = and_(ENTRY.kind == Kind.REMINDER, or_(ENTRY.rung.in_(UNHURRIED), RECIPIENT.role.in_(COPIED)))
    later = ENTRY.id.table.alias("later").c
    overtaken = exists().where(
        later.assignment_id == ENTRY.assignment_id,
        later.id > ENTRY.id,
        later.kind.in_([Kind.NOTICE, Kind.REMINDER, Kind.ESCALATION]),
    )
    its_day = (
        and_(receiver.in_(mailboxes), ENTRY.effective <= gathered_up_to(when.today, weekday, calendar))
        for weekday, mailboxes in weekly.items()
    )
    all_weekly = [mailbox for mailboxes in weekly.values() for mailbox in mailboxes]
    return or_(receiver.not_in(all_weekly), ~unhurried, overtaken, *its_day)
