"""What a document offers, as rows beside its plan; with what a person has already said and decided about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from engine.clock import Moment
from engine.intake.agencies.registry import AgencyEntry, Registry
from engine.intake.draft import Agency as Named
from engine.intake.draft import Draft
from engine.intake.loading.offers import Offered, offers_of
from engine.intake.loading.parties import put_agency
from engine.models import Agency, Offer, Plan, Question, Recurrence, Task
from engine.parts import put_accepted
from engine.rules.schedules import REASONS, Topic, choices, fill, lacks
from engine.rules.terms import from_json, to_json

DECISION = {"state": "offered", "reason": "", "decided_by": None, "decided_on": None, "decided_at": None}
"""What an offer is before anybody has decided on it."""

AMENDED = "@"
"""What stands in the key of an offer that an amending document made or struck, before that amendment's number."""


@dataclass
class Offers:
    """What a load did to a plan's offers, by their keys; `dropped`: decided on, but the document now says otherwise."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def put_offers(session: Session, plan: Plan, draft: Draft, *, registry: Registry, when: Moment) -> Offers:
    """Keep what the document offers beside its plan, after its tasks and questions have been put.

    The same document again changes nothing. What was answered stays while the printed words do, what was decided while
    nothing of the offer has changed. Of a running plan an accepted offer stays as it was accepted, whatever an edited
    document says: it is named among `dropped`, and a person withdraws it.
    """
    done, said = Offers(), offers_of(draft)
    own = select(Offer).where(Offer.plan_id == plan.id, ~col(Offer.key).contains(AMENDED))
    held = {offer.key: offer for offer in session.exec(own).all()}
    for key in held.keys() - {offered.key for offered in said}:
        _take_back(session, plan, held[key], done)
    for position, offered in enumerate(said, start=1):
        offer = held.get(offered.key)
        if offer is None:
            offer = _new(plan, offered)
            done.added.append(offered.key)
        elif offer.fingerprint != offered.fingerprint:
            if not _may_change(session, plan, offer, done):
                continue
            done.changed.append(offered.key)
        else:
            offer.position = position
            _again(session, plan, offer, when)
            continue
        _say(session, offer, offered, registry)
        offer.position = position
        session.add(offer)
        session.flush()
        ask(session, offer)
    return done


def add_offers(session: Session, plan: Plan, said: Iterable[Offered], *, registry: Registry) -> None:
    """Offer what a document that amends some rows says, beside what the plan offers or in its place."""
    held = {offer.key: offer for offer in session.exec(select(Offer).where(Offer.plan_id == plan.id)).all()}
    last = max((offer.position for offer in held.values()), default=0)
    for position, offered in enumerate(said, start=last + 1):
        offer = held.get(offered.key) or _new(plan, offered)
        _say(session, offer, offered, registry)
        offer.position = offer.position or position
        session.add(offer)
        session.flush()
        ask(session, offer)


def ask(session: Session, offer: Offer) -> None:
    """Put the questions of what the offer lacks and of what was answered, each once; a row's is that of its task."""
    topic = lacking(offer)
    if offer.kind == "row" or offer.state in ("declined", "withdrawn"):
        return
    held = set(session.exec(select(Question.key).where(Question.plan_id == offer.plan_id)).all())
    asked: list[Topic] = [*_topics(offer), *([topic] if topic else [])]
    for each in asked:
        if (key := f"{offer.key}-{each}") not in held:
            session.add(
                Question(
                    plan_id=offer.plan_id,
                    offer_id=offer.id,
                    key=key,
                    place=", ".join(filter(None, (offer.ref, offer.place))),
                    printed=offer.printed,
                    reason=REASONS[each],
                    choices=choices(from_json(offer.reading), each),
                    blocks="deadline",
                )
            )
    session.flush()


def _topics(offer: Offer) -> list[Topic]:
    """What a person has answered about how often it comes."""
    return [topic for topic in REASONS if topic in offer.answers]


def lacking(offer: Offer) -> Topic | None:
    """What a recurring offer lacks before its periods can be told."""
    reading = from_json(offer.reading)
    return lacks(reading) if reading.kind == "recurring" else None


def known_ids(session: Session, agencies: Iterable[Named], registry: Registry) -> tuple[list[int], list[str]]:
    """The agencies that are known, a group by its members; and the names that nothing is known of."""
    found, unknown = dict[int, None](), list[str]()
    for agency in agencies:
        entry = registry.by_id.get(agency.id or "") or registry.named(agency.name)
        members = agency.members or (registry.members_of(entry) if entry and entry.kind == "group" else None)
        for name in members or [agency.name]:
            agency_id = _known(session, name, registry, entry if not members else None)
            if agency_id is None:
                unknown.append(name)
            else:
                found[agency_id] = None
    return list(found), unknown


def _known(session: Session, name: str, registry: Registry, entry: AgencyEntry | None) -> int | None:
    entry = entry or registry.named(name)
    if entry is not None and entry.kind != "group":
        return put_agency(session, entry, registry.province).id
    return session.exec(select(Agency.id).where(Agency.name == name)).first()


def _new(plan: Plan, offered: Offered) -> Offer:
    return Offer(
        plan_id=plan.id or 0,
        key=offered.key,
        kind=offered.kind,
        position=0,
        ref=offered.ref,
        text=offered.text,
        agency_ids=[],
        collaborator_ids=[],
        reading={},
        answers={},
        fingerprint="",
    )


def _say(session: Session, offer: Offer, offered: Offered, registry: Registry) -> None:
    """What the document says now; what a person said about the same printed words is kept, a decision is not."""
    answers = {topic: offer.answers[topic] for topic in _topics(offer)} if offer.printed == offered.printed else {}
    reading = offered.reading
    for topic, value in answers.items():
        reading = fill(reading, topic, value)
    agencies, unknown = known_ids(session, offered.agencies, registry)
    offer.sqlmodel_update(
        {
            "ref": offered.ref,
            "place": offered.place,
            "printed": offered.printed,
            "text": offered.text,
            "agency_text": offered.agency_text,
            "addressee": offered.addressee,
            "deliverable": offered.deliverable,
            "agency_ids": [] if unknown else agencies,
            "collaborator_ids": known_ids(session, offered.collaborators, registry)[0],
            "reading": to_json(reading),
            "answers": answers,
            "fingerprint": offered.fingerprint,
            **DECISION,
        }
    )


def _may_change(session: Session, plan: Plan, offer: Offer, done: Offers) -> bool:
    """Whether an edited document may say an offer anew: a decision on it is dropped, but not in a running plan."""
    if offer.state == "offered":
        return True
    done.dropped.append(offer.key)
    if offer.state == "accepted" and plan.state != "draft":
        return False
    _end_recurrence(session, offer)
    return True


def _take_back(session: Session, plan: Plan, offer: Offer, done: Offers) -> None:
    """The document offers it no more. What has become duties of a running plan stays until a person withdraws it."""
    if not _may_change(session, plan, offer, done) or _became_duties(session, offer):
        return
    done.removed.append(offer.key)
    for question in session.exec(select(Question).where(Question.offer_id == offer.id)).all():
        session.delete(question)
    _end_recurrence(session, offer)
    session.flush()
    session.delete(offer)
    session.flush()


def _became_duties(session: Session, offer: Offer) -> bool:
    return session.exec(select(Task.id).where(Task.offer_id == offer.id)).first() is not None


def _end_recurrence(session: Session, offer: Offer) -> None:
    """A recurring duty of a plan not yet started has opened nothing, so nothing hangs on it."""
    held = session.exec(select(Recurrence).where(Recurrence.offer_id == offer.id)).one_or_none()
    if held is not None and not _became_duties(session, offer):
        session.delete(held)
        session.flush()


def _again(session: Session, plan: Plan, offer: Offer, when: Moment) -> None:
    """An unchanged offer of a plan whose tables were put anew: its question and its task come back as decided."""
    ask(session, offer)
    recurs = session.exec(select(Recurrence.id).where(col(Recurrence.offer_id) == offer.id)).first()
    if offer.state == "accepted" and recurs is None and not _became_duties(session, offer):
        put_accepted(session, plan, offer, when)
