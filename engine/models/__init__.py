"""The tables, by noun. A table class checks nothing: drafts are validated before they reach it."""

from typing import Any, cast

from sqlalchemy import Column, Table
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlmodel import SQLModel

from engine.models.agencies import Agency, Contact, Mailbox, OptOut, User
from engine.models.amendments import Amendment, Wording
from engine.models.assignments import Assignment, Deadline
from engine.models.feeds import CalendarFile, EventBlock, Feed, FeedToken, FeedView
from engine.models.ledger import Chain, Entry, Recipient
from engine.models.mail import Canary, MailTemplate, Report
from engine.models.offers import Instance, Offer, Recurrence
from engine.models.outbox import Message
from engine.models.plans import Collaborator, Plan, Question, Task
from engine.models.runs import Installation, Run

__all__ = [
    "Agency",
    "Amendment",
    "Assignment",
    "CalendarFile",
    "Canary",
    "Chain",
    "Collaborator",
    "Contact",
    "Deadline",
    "Entry",
    "EventBlock",
    "Feed",
    "FeedToken",
    "FeedView",
    "Installation",
    "Instance",
    "MailTemplate",
    "Mailbox",
    "Message",
    "Offer",
    "OptOut",
    "Plan",
    "Question",
    "Recipient",
    "Recurrence",
    "Report",
    "Run",
    "Task",
    "User",
    "Wording",
    "columns",
]


def columns(model: type[SQLModel]) -> ReadOnlyColumnCollection[str, Column[Any]]:
    """The columns of a table, for statements over sets: a class attribute is typed as a value, not as a column."""
    return cast("Table", model.__table__).columns  # type: ignore[attr-defined]  # SQLModel adds it to table classes
