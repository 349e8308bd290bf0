"""What the documents offer, as lists show it: who, when or how often, and what is missing for it to be accepted."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from engine.models import Agency, Instance, Offer, Plan, Task, User, columns
from engine.rules.acceptance import needs_deadline
from engine.rules.periods import label
from engine.rules.schedules import in_words, lacks
from engine.rules.terms import Deadline, from_json

OFFER, PLAN, AGENCY, USER, INSTANCE = (columns(table) for table in (Offer, Plan, Agency, User, Instance))


@dataclass(frozen=True)
class OfferRow:
    """One offer. `name` is what `dondoc offers accept` takes; `proposal` its time in words.

    `lacks` names what a person has to say first: agency, frequency, day, month, until, deadline.
    """

    name: str
    key: str
    plan: str
    kind: str
    ref: str
    place: str
    printed: str
    text: str
    agency_text: str
    agencies: list[str]
    addressee: str
    proposal: str
    frequency: str | None
    day: int | None
    dates: list[str]
    until: date | None
    proposed_day: date | None
    lacks: list[str]
    state: str
    decided_on: date | None
    decided_by: str | None
    reason: str


@dataclass(frozen=True)
class TakenOn:
    """How a task came of an offer: who accepted it, and of what comes again its period and the days of its data.

    `data_from` and `data_to` are None where neither the document nor a person says which days the data are of.
    """

    key: str
    kind: str
    printed: str
    agreed: str
    by: str | None
    on: date | None
    reason: str
    period: str
    data_from: date | None
    data_to: date | None


def taken_on(session: Session, task: Task) -> TakenOn | None:
    """How a task came of an offer; None for a row of the document's table."""
    chosen = (
        select(Offer, USER.name, INSTANCE.period, INSTANCE.data_from, INSTANCE.data_to)
        .outerjoin(User, USER.id == OFFER.decided_by)
        .outerjoin(Instance, INSTANCE.task_id == task.id)
        .where(OFFER.id == task.offer_id)
    )
    row = session.execute(chosen).one_or_none()
    if row is None:
        return None
    offer, person, period, first, last = row
    return TakenOn(
        key=offer.key,
        kind=offer.kind,
        printed=offer.printed,
        agreed=proposal(from_json(offer.answers.get("deadline") or offer.reading)),
        by=person,
        on=offer.decided_on,
        reason=offer.reason,
        period=label(period) if period else "",
        data_from=first,
        data_to=last,
    )


def offer_rows(session: Session, plan_id: int | None = None, state: str | None = None) -> list[OfferRow]:
    """The offers of all plans or of one, in the documents' order; `state` narrows them."""
    chosen = (
        select(Offer, PLAN.slug, USER.name)
        .join(Plan, PLAN.id == OFFER.plan_id)
        .outerjoin(User, USER.id == OFFER.decided_by)
        .order_by(PLAN.slug, OFFER.position)
    )
    if plan_id is not None:
        chosen = chosen.where(OFFER.plan_id == plan_id)
    if state is not None:
        chosen = chosen.where(OFFER.state == state)
    found = [(row[0], row[1], row[2]) for row in session.execute(chosen)]
    wanted = {agency for offer, _, _ in found for agency in offer.agency_ids}
    names = {row[0]: row[1] for row in session.execute(select(AGENCY.id, AGENCY.name).where(AGENCY.id.in_(wanted)))}
    return [_row(offer, slug, person, names) for offer, slug, person in found]


def missing(offer: Offer) -> list[str]:
    """What has to be known before an offer can be accepted: agency; frequency, day, month, until; or deadline."""
    reading = from_json(offer.reading)
    found = [] if offer.agency_ids else ["agency"]
    if reading.kind == "recurring":
        topic = lacks(reading)
        return [*found, *([topic] if topic else []), *([] if reading.until else ["until"])]
    return [*found, *(["deadline"] if needs_deadline(reading) else [])]


def proposal(reading: Deadline) -> str:
    """When an offer would be due, in words."""
    if reading.kind == "recurring":
        return in_words(reading)
    if reading.known and reading.end:
        return f"{'trước' if reading.bound == 'before' else 'đến'} {reading.end:%d/%m/%Y}"
    if reading.suggest:
        return f"gợi ý {reading.suggest[0]:%d/%m/%Y}"
    return "chưa rõ thời hạn" if needs_deadline(reading) else "không ghi thời hạn"


def _row(offer: Offer, slug: str, person: str | None, names: dict[int, str]) -> OfferRow:
    reading = from_json(offer.reading)
    return OfferRow(
        name=f"{slug}:{offer.key}",
        key=offer.key,
        plan=slug,
        kind=offer.kind,
        ref=offer.ref,
        place=offer.place,
        printed=offer.printed,
        text=offer.text,
        agency_text=offer.agency_text,
        agencies=[names[agency] for agency in offer.agency_ids],
        addressee=offer.addressee,
        proposal=proposal(reading),
        frequency=reading.frequency,
        day=reading.day,
        dates=list(reading.dates),
        until=reading.until,
        proposed_day=reading.end or next(iter(reading.suggest), None),
        lacks=missing(offer) if offer.state == "offered" else [],
        state=offer.state,
        decided_on=offer.decided_on,
        decided_by=person,
        reason=offer.reason,
    )
