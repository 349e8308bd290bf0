"""What came back: the reports taken, the mailboxes that fail, the mail that proves the way."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists as sql_exists
from sqlalchemy import func, or_, select
from sqlmodel import Session

from engine.models import Canary, Mailbox, Message, Report, columns

REPORT, MAILBOX, MESSAGE, CANARY = (columns(table) for table in (Report, Mailbox, Message, Canary))


def taken_before(session: Session, sha256: str) -> bool:
    """Whether a report of these bytes was taken."""
    return session.execute(select(REPORT.id).where(REPORT.sha256 == sha256)).first() is not None


def resent(session: Session, message: int) -> int:
    """How many times a message was let go again."""
    rows = select(func.count(REPORT.id)).where(REPORT.message_id == message, REPORT.effect == "again")
    return int(session.execute(rows).scalar_one())


def recovered(session: Session, *, sent_through: date) -> list[int]:
    """The failing mailboxes to which mail went after the failure, on that day or before, and none came back since."""
    later = MESSAGE.id.table.alias("later").c
    trouble = sql_exists().where(
        later.mailbox_id == MAILBOX.id,
        later.id > MESSAGE.id,
        or_(later.bounced_at.is_not(None), later.status == "failed"),
    )
    arrived = sql_exists().where(
        MESSAGE.mailbox_id == MAILBOX.id,
        MESSAGE.status == "sent",
        MESSAGE.bounced_at.is_(None),
        MESSAGE.day > MAILBOX.state_since,
        MESSAGE.day <= sent_through,
        ~trouble,
    )
    return list(session.execute(select(MAILBOX.id).where(MAILBOX.state != "ok", arrived)).scalars())


@dataclass(frozen=True)
class Taken:
    """A report that was taken, with the address its message went to."""

    id: int
    received_at: datetime
    kind: str
    status: str
    words: str
    effect: str
    message: int | None
    address: str | None


def reports(session: Session, limit: int) -> list[Taken]:
    """The newest reports."""
    rows = (
        select(
            REPORT.id,
            REPORT.received_at,
            REPORT.kind,
            REPORT.status,
            REPORT.words,
            REPORT.effect,
            REPORT.message_id,
            MAILBOX.address,
        )
        .outerjoin(Message, MESSAGE.id == REPORT.message_id)
        .outerjoin(Mailbox, MAILBOX.id == MESSAGE.mailbox_id)
        .order_by(REPORT.id.desc())
        .limit(limit)
    )
    return [Taken(*row) for row in session.execute(rows)]


def reports_since(session: Session, moment: datetime) -> dict[str, int]:
    """How many reports of each kind came since then."""
    rows = select(REPORT.kind, func.count(REPORT.id)).where(REPORT.received_at >= moment).group_by(REPORT.kind)
    return {kind: count for kind, count in session.execute(rows)}


def bounces_by_class(session: Session) -> dict[str, int]:
    """How many bounces there were of each class of status: `5.1`, `5.2` …"""
    code = func.substr(REPORT.status, 1, 3)
    rows = select(code, func.count(REPORT.id)).where(REPORT.kind == "bounce").group_by(code)
    return {name: count for name, count in session.execute(rows)}


def mailboxes_by_state(session: Session) -> dict[str, int]:
    """How many mailboxes are `ok`, `failing`, `failed`."""
    rows = select(MAILBOX.state, func.count(MAILBOX.id)).group_by(MAILBOX.state)
    return {"ok": 0, "failing": 0, "failed": 0} | {state: count for state, count in session.execute(rows)}


def failing(session: Session) -> list[tuple[str, str, date | None, str]]:
    """Address, state, since when and why, of the mailboxes that mail does not reach."""
    chosen = select(MAILBOX.address, MAILBOX.state, MAILBOX.state_since, MAILBOX.state_words)
    rows = chosen.where(MAILBOX.state != "ok").order_by(MAILBOX.state, MAILBOX.state_since, MAILBOX.address)
    return [(address, state, since, words) for address, state, since, words in session.execute(rows)]


@dataclass(frozen=True)
class WayBack:
    """The canaries: the day of the newest, when the last came back, since when none did; the first day of any mail."""

    sent_day: date | None
    last_seen: datetime | None
    unproven_since: datetime | None
    first_mail: date | None


def way_back(session: Session) -> WayBack:
    """How the way back was last proven."""
    sent_day, last_seen = session.execute(select(func.max(CANARY.day), func.max(CANARY.seen_at))).one()
    proven = select(func.coalesce(func.max(CANARY.day), date.min)).where(CANARY.seen_at.is_not(None))
    unproven = select(func.min(CANARY.sent_at)).where(CANARY.day > proven.scalar_subquery())
    first_mail = select(func.min(MESSAGE.day)).where(MESSAGE.status == "sent")
    since = session.execute(unproven).scalar_one()
    return WayBack(sent_day, last_seen, since, session.execute(first_mail).scalar_one())
