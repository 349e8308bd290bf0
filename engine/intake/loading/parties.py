"""The agencies and people that a plan names, as rows: found where they are, made where they are not."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, select

from engine.intake.agencies.registry import NATIONAL, AgencyEntry, Registry
from engine.intake.draft import Agency as DraftAgency
from engine.models import Agency, Contact, Mailbox, User

KEY_LENGTH = 120


@dataclass(frozen=True)
class PersonEntry:
    """A person whom the installation's settings name, for a plan that has nobody yet."""

    key: str
    name: str
    role: str
    mailbox: str = ""
    agency: str = ""


def put_person(session: Session, entry: PersonEntry, registry: Registry) -> User:
    """The person of a settings entry; made if not there yet."""
    person = session.exec(select(User).where(User.key == entry.key)).one_or_none()
    if person is None:
        person = User(key=entry.key, name=entry.name, role=entry.role)
        if entry.agency and (named := registry.by_id.get(entry.agency)):
            person.agency_id = put_agency(session, named, registry.province).id
        if entry.mailbox:
            person.mailbox_id = put_mailbox(session, entry.mailbox, entry.name).id
        session.add(person)
        session.flush()
    return person


def put_mailbox(session: Session, address: str, name: str) -> Mailbox:
    """The mailbox with that address; made if not there yet."""
    mailbox = session.exec(select(Mailbox).where(Mailbox.address == address)).one_or_none()
    if mailbox is None:
        mailbox = Mailbox(address=address, name=name)
        session.add(mailbox)
        session.flush()
    return mailbox


def put_agency(session: Session, entry: AgencyEntry, province: str) -> Agency:
    """The agency of a registry entry; a new one gets the mailboxes that the registry knows."""
    agency = session.exec(select(Agency).where(Agency.key == entry.id)).one_or_none()
    if agency is not None:
        return agency
    kind = "agency" if entry.kind == "agency" else "open_group"
    agency = Agency(key=entry.id, name=entry.name, kind=kind, province="" if entry.level == NATIONAL else province)
    session.add(agency)
    session.flush()
    known = {"office": (entry.mailbox, entry.name)}
    for role, officer in (("head", entry.head), ("deputy", entry.deputy)):
        known[role] = (officer.mailbox, f"{officer.title} {entry.name}") if officer else (None, "")
    for role, (address, name) in known.items():
        if address:
            mailbox = put_mailbox(session, address, name)
            session.add(Contact(agency_id=agency.id or 0, role=role, mailbox_id=mailbox.id or 0))
    session.flush()
    return agency


class Agencies:
    """Finds or makes the agencies that a draft names, each once."""

    def __init__(self, session: Session, registry: Registry, place: str) -> None:
        self._session, self._registry, self._place = session, registry, place
        self._known: dict[str, int] = {}
        self._seen: dict[str, AgencyEntry] = {}

    def entry_of(self, name: str, kind: str, key: str | None = None) -> AgencyEntry:
        """The registry's entry, by its key where the reader knew it; one of its own for a name that is not there."""
        entry = (self._registry.by_id.get(key) if key else None) or self._registry.named(name)
        if entry is None:
            # Not in the registry: it stands under its printed name; the reader has asked a person about it.
            known = "agency" if kind == "agency" else "open_group"
            entry = AgencyEntry(id=ascii_key(f"{self._place} {name}"), name=name, kind=known)  # type: ignore[arg-type]
        return entry

    def entries_of(self, agencies: Iterable[DraftAgency]) -> list[AgencyEntry]:
        """One for each member of a group, one for anything else; each once, in the order printed."""
        found: dict[str, AgencyEntry] = {}
        for agency in agencies:
            members = [self.entry_of(member, "agency") for member in agency.members or ()]
            for entry in members or [self.entry_of(agency.name, agency.kind, agency.id)]:
                found.setdefault(entry.id, entry)
        self._seen |= found
        return list(found.values())

    def known(self, key: str, name: str) -> AgencyEntry:
        """The entry that `entries_of` gave under that key, or one for an agency that only the database knows."""
        return self._seen.get(key) or self._registry.by_id.get(key) or AgencyEntry(id=key, name=name)

    def id_of(self, entry: AgencyEntry) -> int:
        """The row of an entry; made where there is none yet."""
        if entry.id not in self._known:
            self._known[entry.id] = put_agency(self._session, entry, self._registry.province).id or 0
        return self._known[entry.id]

    def ids_of(self, agencies: Iterable[DraftAgency]) -> list[int]:
        """The rows of the agencies named, in the order printed."""
        return [self.id_of(entry) for entry in self.entries_of(agencies)]


def ascii_key(text: str) -> str:
    """Lower-case ASCII words joined by hyphens; a long one is cut and told apart by a hash."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    key = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")
    if len(key) <= KEY_LENGTH:
        return key
    return f"{key[: KEY_LENGTH - 9]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"  # also a file's name in places
