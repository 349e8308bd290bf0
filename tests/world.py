"""A small world for tests: one coordinator, one supervisor, two agencies, one outsider, and a plan made to order."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from threading import Barrier
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from engine.acts import Ack, Act, acknowledge, perform
from engine.clock import Moment, at
from engine.database import Database
from engine.delivery import Delivered, Sending, deliver
from engine.digest import Letterhead
from engine.intake.agencies.registry import AgencyEntry, Officer, Registry
from engine.intake.draft import Agency as Named
from engine.intake.draft import Draft
from engine.intake.draft import Plan as Printed
from engine.intake.draft import Question as Asked
from engine.intake.draft import Task as Row
from engine.intake.loading.load import load
from engine.intake.loading.parties import PersonEntry, put_agency, put_person
from engine.ledger import seal
from engine.letters import Desk
from engine.mail.message import Sender
from engine.mail.render import Renderer
from engine.mail.tags import Tags
from engine.mail.transport import FileTransport, Transport
from engine.models import Agency, Assignment, Contact, Deadline, Entry, Installation, Mailbox, Plan, Recipient, Task
from engine.plans import activate
from engine.rules.ladder import Policy
from engine.rules.terms import Deadline as Reading
from engine.rules.workdays import Workdays
from engine.sweep import Swept, sweep

TEMPLATES = Path(__file__).parents[1] / "templates" / "email"
START = date(2020, 3, 3)
"""A Tuesday: the day plans are activated unless a test says otherwise."""

LAN, MINH, AN, BINH, KHACH = "lan", "minh", "an", "binh", "khach"
"""Coordinator; supervisor; officers of the two agencies; an officer of an agency that has no part in the plan."""

A, B, NOBODY = "so-a", "so-b", "hoi-c"
"""Keys of the two agencies, and of one without any address."""


def _agency(key: str, name: str) -> AgencyEntry:
    return AgencyEntry(
        id=key,
        name=name,
        mailbox=f"vanthu@{key}.example.vn",
        head=Officer("Giám đốc", f"giamdoc@{key}.example.vn"),
        deputy=Officer("Phó Giám đốc", f"pho@{key}.example.vn"),
    )


REGISTRY = Registry(
    "Mẫu",
    (
        _agency(A, "Sở A"),
        _agency(B, "Sở B"),
        AgencyEntry(id=NOBODY, name="Hội C"),
        _agency("so-ngoai", "Sở Ngoài"),
        _agency("van-phong", "Văn phòng"),
    ),
)
PEOPLE = (
    PersonEntry(LAN, "Lan", "coordinator", "lan@example.vn", "van-phong"),
    PersonEntry(MINH, "Minh", "supervisor", "minh@example.vn"),
    PersonEntry(AN, "An", "agency", "an@example.vn", A),
    PersonEntry(BINH, "Bình", "agency", "binh@example.vn", B),
    PersonEntry(KHACH, "Khách", "agency", "khach@example.vn", "so-ngoai"),
)


@dataclass(frozen=True)
class Duty:
    """One row of a plan made to order: its reference, the last day on time, who does it and who helps."""

    ref: str
    last_day: date | None
    owners: Sequence[str] = (A,)
    helpers: Sequence[str] = ()
    blocks: str = ""


@dataclass(frozen=True)
class Line:
    """A ledger entry as tests look at it."""

    day: date
    kind: str
    rung: str | None
    superseded: bool
    version: int
    round: int
    ref: str | None
    data: dict[str, Any]
    to: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.day} {'-' if self.superseded else ''}{self.rung}"


@cache
def renderer() -> Renderer:
    """The templates of mail, compiled once for all tests."""
    return Renderer(TEMPLATES)


def moment(day: date, hour: time = time(7, 0)) -> Moment:
    """That hour of that day, as business time and as real time."""
    return Moment(at(day, hour), at(day, hour))


def row(duty: Duty, registry: Registry = REGISTRY) -> Row:
    """The row as a reader would give it: "trước ngày X" means that the day before is the last."""
    nominal = duty.last_day + timedelta(days=1) if duty.last_day else None
    printed = f"Trước ngày {nominal:%d/%m/%Y}" if nominal else "chưa rõ"
    reading = Reading(kind="date" if nominal else "unknown", text=printed, date=nominal, end=nominal, bound="before")
    return Row(
        ref=duty.ref,
        tt_printed=duty.ref,
        text=f"Việc {duty.ref} của kế hoạch thử",
        owner_text="; ".join(duty.owners),
        owners=[Named(name=registry.by_id[key].name, id=key) for key in duty.owners],
        collaborators=[Named(name=registry.by_id[key].name, id=key) for key in duty.helpers],
        deadline_text=printed,
        deadline=reading,
    )


def draft(duties: Sequence[Duty], *, number: str = "01/KH-THU", registry: Registry = REGISTRY) -> Draft:
    """A whole document that says just this."""
    asked = [
        Asked(id=f"{duty.ref}-{duty.blocks}", where="dòng 1", printed="", reason="chưa rõ", blocks=duty.blocks)
        for duty in duties
        if duty.blocks
    ]
    return Draft(
        schema="truth/1",
        source="ke-hoach-thu.txt",
        source_sha256=str(hash(tuple((d.ref, d.last_day) for d in duties))),
        plan=Printed(is_plan=True, number=number, issue_date="2020-03-03", place="Mẫu", title="Kế hoạch thử"),
        tasks=[row(duty, registry) for duty in duties],
        questions=asked,
    )


T = TypeVar("T")


def at_once(*works: Callable[[], T]) -> list[T]:
    """Do all of these in threads that set off together; an error of any is raised."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], T]) -> T:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result() for done in [pool.submit(run, work) for work in works]]


@dataclass
class World:
    """A database with the cast in it, and the duties of a day as short calls."""

    database: Database
    calendar: Workdays
    policy: Policy
    plans: dict[str, int] = field(default_factory=dict)

    @classmethod
    def founded(cls, database: Database, calendar: Workdays, policy: Policy) -> "World":
        """Put the cast into an empty database."""
        with database.write() as session:
            session.add(Installation(uid="thu"))
            for entry in REGISTRY.entries:
                put_agency(session, entry, REGISTRY.province)
            for person in PEOPLE:
                put_person(session, person, REGISTRY)
        return cls(database, calendar, policy)

    # -- plans ---------------------------------------------------------------------------------------------------------

    def plan(self, *duties: Duty, number: str = "01/KH-THU", active: bool = True, day: date = START) -> int:
        """Load a plan of these duties, and put it in force."""
        with self.database.write() as session:
            loaded = load(
                session, draft(duties, number=number), registry=REGISTRY, people=PEOPLE, when=moment(day, time(6, 0))
            )
            found = session.exec(select(Plan).where(Plan.slug == loaded.slug)).one()
            if active:
                activate(session, found, calendar=self.calendar, when=moment(day))
            self.plans[number] = found.id or 0
            return found.id or 0

    def part(self, ref: str, agency: str = A) -> int:
        """The id of one assignment."""
        chosen = (
            select(Assignment.id)
            .join(Task, col(Task.id) == Assignment.task_id)
            .join(Agency, col(Agency.id) == Assignment.agency_id)
            .where(Task.ref == ref, Agency.key == agency)
        )
        with self.database.read() as session:
            return session.exec(chosen).one() or 0

    def state(self, ref: str, agency: str = A) -> Assignment:
        """One assignment as it stands."""
        with self.database.read() as session:
            found = session.get_one(Assignment, self.part(ref, agency))
            session.expunge(found)
            return found

    def deadlines(self, ref: str, agency: str = A) -> list[Deadline]:
        """Every version of one assignment's deadline, in order."""
        part = self.part(ref, agency)
        with self.database.read() as session:
            rows = session.exec(
                select(Deadline).where(Deadline.assignment_id == part).order_by(col(Deadline.version))
            ).all()
            session.expunge_all()
            return list(rows)

    # -- duties of a day -----------------------------------------------------------------------------------------------

    def sweep(self, day: date, *, plans: Sequence[int] = (), database: Database | None = None) -> Swept:
        """The sweep of one morning, sealed."""
        with (database or self.database).write() as session:
            swept = sweep(session, moment(day), policy=self.policy, calendar=self.calendar, plans=plans)
            seal(session)
        return swept

    def sweep_through(self, first: date, last: date) -> None:
        """The sweeps of every day, both ends included."""
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            self.sweep(date.fromordinal(ordinal))

    def act(
        self, event: str, ref: str, *, by: str = LAN, day: date = START, agency: str = A, **more: Any
    ) -> Assignment:
        """One act; what the table asks for is given unless the test says otherwise."""
        part = self.part(ref, agency)
        with self.database.write() as session:
            done = perform(session, part, Act(event, by, **more), moment(day, time(9, 0)))
            session.flush()
            session.expunge(done)
            return done

    def ack(self, ref: str, *, day: date, by: str = LAN, comment: str = "đã gọi điện", agency: str = A) -> Assignment:
        """Acknowledge an escalation."""
        part = self.part(ref, agency)
        with self.database.write() as session:
            when = moment(day, time(9, 0))
            done = acknowledge(session, part, Ack(by, comment), when=when, policy=self.policy, calendar=self.calendar)
            session.flush()
            session.expunge(done)
            return done

    def deliver(
        self, day: date, transport: Transport, *, hour: time = time(8, 0), real: datetime | None = None
    ) -> Delivered:
        """One delivery of that day; `real` moves the machine's clock apart from it."""
        now = at(day, hour)
        return deliver(self.sending(transport), Moment(now, real or now))

    def sending(self, transport: Transport, database: Database | None = None) -> Sending:
        """How mail is made here."""
        return Sending(
            database=database or self.database,
            transport=transport,
            desk=self.desk,
            calendar=self.calendar,
        )

    @property
    def desk(self) -> Desk:
        """How a mail is written here."""
        return Desk(
            renderer=renderer(),
            sender=Sender("Văn phòng", "dondoc@vanphong.example.vn", "thu"),
            calendar=self.calendar,
            head=Letterhead("https://dondoc.example.vn", "Văn phòng"),
            tags=Tags(b"thu"),
        )

    def to_files(self, folder: Path) -> FileTransport:
        """Mail into files."""
        return FileTransport(folder)

    # -- what is written -----------------------------------------------------------------------------------------------

    def lines(self, ref: str = "", *, kinds: Sequence[str] = ("notice", "reminder", "escalation")) -> list[Line]:
        """The ledger's entries in order, with the addresses each is for."""
        with self.database.read() as session:
            told = _told(session)
            rows = session.exec(
                select(Entry, Task.ref)
                .outerjoin(Assignment, col(Assignment.id) == Entry.assignment_id)
                .outerjoin(Task, col(Task.id) == Assignment.task_id)
                .where(col(Entry.kind).in_(kinds))
                .order_by(col(Entry.id))
            ).all()
            return [
                Line(e.effective, e.kind, e.rung, e.superseded, e.version, e.round, r, e.data, told.get(e.id or 0, ()))
                for e, r in rows
                if not ref or r == ref
            ]

    def rungs(self, ref: str) -> list[str]:
        """The ladder of one task as "day rung", with a minus before a superseded rung."""
        return [str(line) for line in self.lines(ref)]

    def change_contact(self, agency: str, role: str, address: str | None) -> None:
        """Give an agency another address, or none."""
        with self.database.write() as session:
            owner = session.exec(select(Agency).where(Agency.key == agency)).one()
            held = session.exec(select(Contact).where(Contact.agency_id == owner.id, Contact.role == role)).first()
            if held is not None:
                session.delete(held)
                session.flush()
            if address:
                mailbox = Mailbox(address=address, name=owner.name)
                session.add(mailbox)
                session.flush()
                session.add(Contact(agency_id=owner.id or 0, role=role, mailbox_id=mailbox.id or 0))


def _told(session: Session) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    rows = select(Recipient.entry_id, Mailbox.address).join(Mailbox, col(Mailbox.id) == Recipient.mailbox_id)
    for entry, address in session.exec(rows.order_by(Mailbox.address)):
        found.setdefault(entry, []).append(address)
    return {entry: tuple(addresses) for entry, addresses in found.items()}
