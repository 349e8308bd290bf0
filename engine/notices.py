"""What an amendment tells each agency: an entry of the ledger with what changed for it, and the mailbox it is for.

The ladder's own notice of a new deadline version would say the same again, so it is written as taken over.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from engine.clock import Moment
from engine.entries import duty_entry
from engine.intake.amendment.difference import Change
from engine.models import Amendment, Assignment, Contact, Deadline, Entry, Plan, Recipient, User
from engine.rules.ladder import Kind, Policy

MARKS = {"owner": "", "collaborator": ".helpers", "former": ".former"}


@dataclass(frozen=True)
class News:
    """What one agency is told: about a duty, in which part, what changed; `handed`: the duty is its own from now on."""

    part: int
    agency: int
    role: str
    changes: tuple[Change, ...]
    handed: bool = False


def tell_amendment(
    session: Session,
    amendment: Amendment,
    news: Sequence[News],
    *,
    dated: Sequence[int],
    policy: Policy,
    when: Moment,
) -> int:
    """Write the notices of an amendment, each once.

    Args:
        session: a writing session; the duties in it stand as the amendment leaves them.
        amendment: the amendment.
        news: what each agency is told.
        dated: the duties whose deadline it set.
        policy: the ladder.
        when: the time.

    Returns:
        How many entries there are.
    """
    together: dict[tuple[int, str, tuple[Change, ...], bool], list[int]] = {}
    for one in news:
        together.setdefault((one.part, one.role, one.changes, one.handed), []).append(one.agency)
    offices, coordinator = _offices(session, news), _coordinator(session, amendment.plan_id)
    parts = _parts(session, amendment.plan_id)
    rungs = Counter[tuple[int, str]]()
    written = []
    for (number, role, changes, handed), agencies in together.items():
        part = parts[number]
        mark = f"N.{part.revision}" if handed else f"A.{amendment.id}{MARKS[role]}"
        rungs[number, mark] += 1
        rung = mark if rungs[number, mark] == 1 else f"{mark}.{rungs[number, mark]}"
        data = {
            "amendment": amendment.id,
            "authority": amendment.authority,
            "changes": [change.to_json() for change in changes],
        }
        entry = duty_entry(part, Kind.NOTICE, data, when=when)
        entry.rung, entry.agency_id = rung, agencies[0] if role == "former" else part.agency_id
        written.append((entry, role, agencies))
    session.add_all(entry for entry, _, _ in written)
    session.flush()
    for entry, role, agencies in written:
        _address(session, entry, agencies, offices, role=role, coordinator=coordinator)
    session.add_all(_overtaken(session, [parts[number] for number in dated], policy=policy, when=when))
    session.flush()
    return len(written)


def _address(
    session: Session,
    entry: Entry,
    agencies: Iterable[int],
    offices: dict[int, int],
    *,
    role: str,
    coordinator: int | None,
) -> None:
    """Whom the entry is for: each mailbox once; the coordinator in place of an owner without an address."""
    told: dict[int, str] = {}
    for agency in agencies:
        if agency in offices:
            told.setdefault(offices[agency], "owner" if role == "owner" else "collaborators")
        elif role == "owner" and coordinator is not None:
            told.setdefault(coordinator, "stand_in")
    session.add_all(Recipient(entry_id=entry.id or 0, mailbox_id=mailbox, role=part) for mailbox, part in told.items())


def _offices(session: Session, news: Iterable[News]) -> dict[int, int]:
    rows = select(Contact.agency_id, Contact.mailbox_id).where(
        Contact.role == "office", col(Contact.agency_id).in_({one.agency for one in news})
    )
    return dict(session.exec(rows).all())


def _coordinator(session: Session, plan_id: int) -> int | None:
    rows = select(User.mailbox_id).join(Plan, col(Plan.coordinator_id) == User.id).where(Plan.id == plan_id)
    return session.exec(rows).first()


def _parts(session: Session, plan_id: int) -> dict[int, Assignment]:
    rows = session.exec(select(Assignment).where(Assignment.plan_id == plan_id)).all()
    return {part.id or 0: part for part in rows}


def _overtaken(session: Session, parts: Sequence[Assignment], *, policy: Policy, when: Moment) -> Iterator[Entry]:
    """The ladder's notices of the new deadlines, as written but not to be sent."""
    rows = select(Deadline).where(Deadline.force_day == when.today, Deadline.cause == "amendment")
    last_days = {(one.assignment_id, one.version): one.last_day for one in session.exec(rows)}
    for part in parts:
        for name in (rung.name for rung in policy.rungs if rung.kind is Kind.NOTICE):
            entry = duty_entry(part, Kind.NOTICE, {}, when=when)
            entry.rung = name
            entry.last_day, entry.rank = last_days[part.id or 0, part.version], policy.rank(name)
            entry.superseded, entry.policy = True, policy.name
            yield entry
