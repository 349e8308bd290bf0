"""What a simulated year came to: its ladder entries and its messages, in time order."""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from engine.models import Agency, Assignment, Entry, Mailbox, Message, Plan, Recipient, Task, columns

ENTRY, ASSIGNMENT, TASK, AGENCY, PLAN, RECIPIENT, MAILBOX, MESSAGE = (
    columns(table) for table in (Entry, Assignment, Task, Agency, Plan, Recipient, Mailbox, Message)
)
LADDER = ("notice", "reminder", "escalation")


def ledger_of(session: Session) -> list[dict[str, Any]]:
    """One line for each assignment and rung, whatever the number of its recipients."""
    addresses: dict[int, list[str]] = {}
    told = select(RECIPIENT.entry_id, MAILBOX.address).join(Mailbox, MAILBOX.id == RECIPIENT.mailbox_id)
    for entry, address in session.execute(told.where(RECIPIENT.role != "stand_in").order_by(MAILBOX.address)):
        addresses.setdefault(entry, []).append(address)
    rows = (
        select(
            ENTRY.id,
            ENTRY.effective,
            PLAN.slug,
            TASK.ref,
            AGENCY.name,
            ENTRY.kind,
            ENTRY.rung,
            ENTRY.superseded,
            ENTRY.last_day,
        )
        .join(Plan, PLAN.id == ENTRY.plan_id)
        .join(Assignment, ASSIGNMENT.id == ENTRY.assignment_id)
        .join(Task, TASK.id == ASSIGNMENT.task_id)
        .join(Agency, AGENCY.id == ASSIGNMENT.agency_id)
        .where(ENTRY.kind.in_(LADDER))
        .order_by(ENTRY.effective, ENTRY.seq)
    )
    names = ("date", "plan", "ref", "agency", "kind", "rung", "superseded")
    return [
        dict(zip(names, row[1:8], strict=True)) | {"recipients": addresses.get(row[0], []), "last_day": row[8]}
        for row in session.execute(rows)
    ]


def messages_of(session: Session) -> list[dict[str, Any]]:
    """One line for each message that went out."""
    rows = (
        select(MESSAGE.id, MESSAGE.day, MAILBOX.address, MESSAGE.subject, ENTRY.kind, TASK.ref)
        .join(Mailbox, MAILBOX.id == MESSAGE.mailbox_id)
        .join(Recipient, RECIPIENT.message_id == MESSAGE.id)
        .join(Entry, ENTRY.id == RECIPIENT.entry_id)
        .join(Assignment, ASSIGNMENT.id == ENTRY.assignment_id)
        .join(Task, TASK.id == ASSIGNMENT.task_id)
        .where(MESSAGE.status == "sent", RECIPIENT.withdrawn == "")
        .order_by(MESSAGE.id, TASK.position)
    )
    messages: dict[int, dict[str, Any]] = {}
    for number, day, to, subject, kind, ref in session.execute(rows):
        message = messages.setdefault(number, {"date": day, "to": to, "subject": subject, "kinds": [], "refs": []})
        for name, value in (("kinds", kind), ("refs", ref)):
            if value not in message[name]:
                message[name].append(value)
    return list(messages.values())
