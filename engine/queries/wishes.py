"""What the recipients wish of their mail, and whom it does not reach."""

from sqlalchemy import or_, select
from sqlmodel import Session

from engine.models import Mailbox, columns
from engine.rules.wishes import Timing

MAILBOX = columns(Mailbox)


def timings(session: Session) -> list[Timing]:
    """Of each mailbox that wishes anything about when its mail comes and to whom."""
    rows = (
        select(
            MAILBOX.id,
            MAILBOX.gathering,
            MAILBOX.gathering_weekday,
            MAILBOX.quiet_from,
            MAILBOX.quiet_until,
            MAILBOX.absent_from,
            MAILBOX.absent_until,
            MAILBOX.deputy_id,
        )
        .where(or_(MAILBOX.gathering != "daily", MAILBOX.quiet_from.is_not(None), MAILBOX.absent_from.is_not(None)))
        .order_by(MAILBOX.id)
    )
    return [Timing(*row) for row in session.execute(rows)]


def out_of_reach(session: Session) -> frozenset[int]:
    """Mailboxes from which mail came back for good."""
    return frozenset(session.execute(select(MAILBOX.id).where(MAILBOX.state == "failed")).scalars())
