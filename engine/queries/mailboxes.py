"""Mailboxes: whom each serves, in which plans it has a part, and who may stand in for it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, union
from sqlmodel import Session

from engine.models import Agency, Assignment, Collaborator, Contact, Mailbox, OptOut, Plan, User, columns

MAILBOX, CONTACT, AGENCY, PERSON, PLAN, ASSIGNMENT, COLLABORATOR, OPT_OUT = (
    columns(table) for table in (Mailbox, Contact, Agency, User, Plan, Assignment, Collaborator, OptOut)
)


@dataclass(frozen=True)
class Part:
    """In which part a mailbox serves: `role` of an agency, or of a person who acts (`coordinator`, `agency` …)."""

    role: str
    agency: str
    person: str = ""


def mailboxes_of(session: Session, *, states: tuple[str, ...] = ()) -> list[Mailbox]:
    """All mailboxes by address; those in one of `states` where any are given."""
    rows = select(Mailbox).order_by(MAILBOX.address)
    if states:
        rows = rows.where(MAILBOX.state.in_(states))
    return list(session.execute(rows).scalars())


def mailbox_named(session: Session, address: str) -> Mailbox | None:
    """The mailbox with that address, however its letters are cased."""
    if not address.isprintable():
        return None
    wanted = func.lower(MAILBOX.address) == address.strip().lower()
    return session.execute(select(Mailbox).where(wanted).order_by(MAILBOX.id)).scalars().first()


def parts_of(session: Session, mailbox: int) -> list[Part]:
    """In which parts a mailbox serves: of agencies first, then of people."""
    contacts = (
        select(CONTACT.role, AGENCY.name)
        .join(Agency, AGENCY.id == CONTACT.agency_id)
        .where(CONTACT.mailbox_id == mailbox)
        .order_by(AGENCY.name, CONTACT.role)
    )
    people = (
        select(PERSON.role, AGENCY.name, PERSON.name)
        .outerjoin(Agency, AGENCY.id == PERSON.agency_id)
        .where(PERSON.mailbox_id == mailbox)
        .order_by(PERSON.name)
    )
    found = [Part(role, agency) for role, agency in session.execute(contacts)]
    return found + [Part(role, agency or "", name) for role, agency, name in session.execute(people)]


def declined_by(session: Session, mailbox: int) -> frozenset[str]:
    """The classes of mail that a mailbox does not want."""
    return frozenset(session.execute(select(OPT_OUT.mail_class).where(OPT_OUT.mailbox_id == mailbox)).scalars())


def plans_told_to(session: Session, mailbox: int) -> list[int]:
    """The active plans in which a mailbox has a part: its agency owns or helps, or its person steers or watches."""
    agencies = _agencies(mailbox)
    owns = select(ASSIGNMENT.plan_id).where(ASSIGNMENT.agency_id.in_(agencies))
    helps = (
        select(ASSIGNMENT.plan_id)
        .join(Collaborator, COLLABORATOR.task_id == ASSIGNMENT.task_id)
        .where(COLLABORATOR.agency_id.in_(agencies))
    )
    people = select(PERSON.id).where(PERSON.mailbox_id == mailbox)
    leads = or_(PLAN.coordinator_id.in_(people), PLAN.supervisor_id.in_(people))
    rows = select(PLAN.id).where(PLAN.state == "active", or_(PLAN.id.in_(union(owns, helps)), leads)).order_by(PLAN.id)
    return list(session.execute(rows).scalars())


def is_known_to(session: Session, mailbox: int, other: int) -> bool:
    """Whether `other` serves an agency of `mailbox`, or steers or watches a plan in which it has a part."""
    agencies = _agencies(mailbox)
    leaders = select(PERSON.mailbox_id).where(
        exists().where(
            PLAN.id.in_(plans_told_to(session, mailbox)),
            or_(PLAN.coordinator_id == PERSON.id, PLAN.supervisor_id == PERSON.id),
        )
    )
    known = or_(
        MAILBOX.id.in_(select(CONTACT.mailbox_id).where(CONTACT.agency_id.in_(agencies))),
        MAILBOX.id.in_(select(PERSON.mailbox_id).where(PERSON.agency_id.in_(agencies))),
        MAILBOX.id.in_(leaders),
    )
    return session.execute(select(MAILBOX.id).where(MAILBOX.id == other, known)).first() is not None


def serves(session: Session, mailbox: int, person: int) -> bool:
    """Whether a mailbox is a person's own, or one of the person's agency."""
    own = or_(PERSON.mailbox_id == mailbox, PERSON.agency_id.in_(_agencies(mailbox)))
    return session.execute(select(PERSON.id).where(PERSON.id == person, own)).first() is not None


def stand_in_of(session: Session, mailbox: int) -> int | None:
    """Who stands in for an agency's head that names nobody: the agency's deputy (cấp phó)."""
    heads = select(CONTACT.agency_id).where(CONTACT.mailbox_id == mailbox, CONTACT.role == "head")
    deputy = select(CONTACT.mailbox_id).where(
        CONTACT.role == "deputy", CONTACT.agency_id.in_(heads), CONTACT.mailbox_id != mailbox
    )
    return session.execute(deputy.order_by(CONTACT.agency_id)).scalars().first()


def relies_on(session: Session, mailbox: int, first: date, last: date) -> str | None:
    """The address of a mailbox that is away on some of these days with this one as its deputy; None: nobody is."""
    away = (MAILBOX.absent_from <= last, MAILBOX.absent_until >= first)
    rows = select(MAILBOX.address).where(MAILBOX.deputy_id == mailbox, MAILBOX.id != mailbox, *away)
    return session.execute(rows.order_by(MAILBOX.address)).scalars().first()


def _agencies(mailbox: int) -> Select[tuple[int]]:
    """The agencies that a mailbox serves, itself or through its person."""
    served: ColumnElement[bool] = or_(
        AGENCY.id.in_(select(CONTACT.agency_id).where(CONTACT.mailbox_id == mailbox)),
        AGENCY.id.in_(select(PERSON.agency_id).where(PERSON.mailbox_id == mailbox)),
    )
    return select(AGENCY.id).where(served)
