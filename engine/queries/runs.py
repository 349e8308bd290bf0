"""How the duties went lately."""

from sqlalchemy import func
from sqlmodel import Session, col, select

from engine.models import Message, Run


def last_runs(session: Session) -> dict[str, Run]:
    """The newest run of each duty."""
    newest = select(func.max(Run.id)).group_by(col(Run.duty))
    return {run.duty: run for run in session.exec(select(Run).where(col(Run.id).in_(newest)))}


def messages_by_status(session: Session) -> dict[str, int]:
    """How many messages stand in each status."""
    rows = session.exec(select(Message.status, func.count(col(Message.id))).group_by(Message.status)).all()
    return dict(rows)
