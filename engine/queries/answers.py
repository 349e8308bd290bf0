"""What persons have answered about a task, and since when it counts."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session

from engine.models import Entry, Question, Task, User, columns

ENTRY, QUESTION, USER = (columns(table) for table in (Entry, Question, User))


@dataclass(frozen=True)
class Answered:
    """A question that was put about a task, with its answer: by whom, from which day on, on what it rests."""

    question: str
    asked: str
    printed: str
    value: str
    by: str | None
    on: date | None
    basis: str
    blocks: str


def answers_of(session: Session, task: Task) -> list[Answered]:
    """The answers that count for a task, or for the offer that it came of, in the order in which they were given."""
    about = QUESTION.task_id == task.id
    if task.offer_id is not None:
        about = or_(about, QUESTION.offer_id == task.offer_id)
    rows = (
        select(
            QUESTION.key,
            QUESTION.reason,
            QUESTION.printed,
            QUESTION.answer,
            USER.name,
            QUESTION.answer_reason,
            QUESTION.blocks,
        )
        .outerjoin(User, USER.id == QUESTION.answered_by)
        .where(QUESTION.plan_id == task.plan_id, about, QUESTION.answer.is_not(None))
        .order_by(QUESTION.answered_at, QUESTION.key)
    )
    found = session.execute(rows).all()
    days = _days(session, task.plan_id) if found else {}
    return [
        Answered(key, asked, printed, value, by, days.get(key), basis, blocks)
        for key, asked, printed, value, by, basis, blocks in found
    ]


def _days(session: Session, plan_id: int) -> dict[str, date]:
    """The day of the last answer to each question, by the clock of the office."""
    given = select(ENTRY.effective, ENTRY.data).where(ENTRY.plan_id == plan_id, ENTRY.kind == "plan")
    return {
        data["question"]: day
        for day, data in session.execute(given.order_by(ENTRY.id))
        if data.get("event") == "answer" and "question" in data
    }
