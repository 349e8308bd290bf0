"""What `dondoc doctor` and `/readyz` look at: the clock, the mail, the addresses."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, func, select

from engine.clock import Moment
from engine.models import Agency, Assignment, Contact, Mailbox, Message, Plan, Question
from engine.queries.runs import last_runs, messages_by_status

DUTIES = ("daily_sweep", "deliver_outbox", "publish_feeds", "open_recurring")
SILENT_AFTER = timedelta(hours=26)
"""A duty that has not run for so long is a stopped clock: the sweep runs every day."""

STUCK_AFTER = timedelta(hours=4)


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    ok: bool
    detail: str


def findings(session: Session, when: Moment) -> list[Finding]:
    """Everything looked at, with what is wrong and where."""
    return [*clock_findings(session, when), *mail_findings(session, when), *_addresses(session), *_questions(session)]


def clock_findings(session: Session, when: Moment) -> list[Finding]:
    """Whether each duty ran lately and without error. One that never ran is not late: the installation is new."""
    found = []
    runs = last_runs(session)
    for duty in DUTIES:
        run = runs.get(duty)
        if run is None:
            found.append(Finding(duty, True, "chưa chạy lần nào"))
            continue
        ended = run.finished_at or run.started_at
        late = when.real - ended > SILENT_AFTER
        words = f"{ended:%Y-%m-%d %H:%M} UTC, {run.via}, {run.counts}"
        if run.error:
            words += f", lỗi: {run.error}"
        found.append(Finding(duty, not late and not run.error, words + (", đã im lặng quá lâu" if late else "")))
    return found


def mail_findings(session: Session, when: Moment) -> list[Finding]:
    """Whether messages failed for good, or wait longer than they should."""
    counts = messages_by_status(session)
    failed = session.exec(
        select(Mailbox.address, Message.error)
        .join(Message, col(Message.mailbox_id) == Mailbox.id)
        .where(Message.status == "failed")
        .limit(5)
    ).all()
    stuck = session.exec(
        select(func.count(col(Message.id))).where(
            col(Message.status).in_(["pending", "sending"]),
            col(Message.attempts) > 0,
            col(Message.next_try) < when.real - STUCK_AFTER,
        )
    ).one()
    names = "; ".join(f"{address}: {error}" for address, error in failed)
    return [
        Finding("thư không gửi được", not failed, names or f"không có (đã gửi {counts.get('sent', 0)})"),
        Finding("thư chờ quá lâu", stuck == 0, str(stuck)),
    ]


def _addresses(session: Session) -> list[Finding]:
    office = select(Contact.agency_id).where(Contact.role == "office")
    owners = (
        select(Agency.name)
        .join(Assignment, col(Assignment.agency_id) == Agency.id)
        .join(Plan, col(Plan.id) == Assignment.plan_id)
        .where(col(Agency.id).not_in(office), Plan.state == "active")
        .distinct()
    )
    names = session.exec(owners.order_by(Agency.name)).all()
    detail = "; ".join(names) + " – người điều phối nhận thay" if names else "cơ quan nào cũng có"
    return [Finding("cơ quan chưa có địa chỉ thư", not names, detail)]


def _questions(session: Session) -> list[Finding]:
    waiting = select(func.count(col(Question.id))).where(col(Question.answer).is_(None), Question.blocks != "nothing")
    count = session.exec(waiting).one()
    return [Finding("câu hỏi đang chặn nhiệm vụ", count == 0, f"{count} (dondoc questions)")]
