"""Puts the parts together: one `Installation` is what every door works with."""

import asyncio
import os
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from calendars.attachments import CalendarFiles
from calendars.publishing import publish
from config.files import ROOT
from config.holidays import read_calendar
from config.mailing import MAIL_TEMPLATES, renderer_with, signer_of, transport_of
from config.people import read_people
from config.policies import read_policies
from config.registry import load_registries
from config.secret import derived, ledger_key, public_pem, read_secret
from config.settings import Settings, read_settings
from engine.bounces import Watch, recover
from engine.canary import Canaries, send_canary
from engine.clock import Clock, Moment, at, local, real_now
from engine.database import Database, newest_revision
from engine.delivery import Delivered, Sending, deliver
from engine.digest import Letterhead
from engine.errors import BadInputError, CheckFailedError, RefusedError
from engine.intake.agencies.registry import Registries, Registry
from engine.intake.loading.parties import PersonEntry, put_person
from engine.ledger import seal
from engine.letters import Desk
from engine.mail.message import Sender
from engine.mail.render import Renderer
from engine.mail.tags import Tags
from engine.mail.transport import Transport
from engine.maildir import take_maildir
from engine.models import Installation as InstallationRow
from engine.models import Run
from engine.queries.templates import overrides_of
from engine.recurring import open_due
from engine.rules.ladder import Policy
from engine.rules.workdays import Workdays
from engine.sweep import Swept, sweep
from engine.templates import Trial

DEMO_PLAN = ROOT / "plans" / "huong-nghiep-mau.txt"
DEMO_START = at(date(2020, 3, 3), time(8, 0))
"""The day the sample plan was issued; a demo's clock begins there."""


class Installation:
    """One installation: its settings, and the parts made from them when they are first asked for."""

    def __init__(self, settings: Settings, *, as_of: datetime | None = None) -> None:
        self.settings = settings
        self._as_of = as_of

    # -- parts ---------------------------------------------------------------------------------------------------------

    @cached_property
    def calendar(self) -> Workdays:
        """The working days."""
        return read_calendar()

    @cached_property
    def policies(self) -> Mapping[str, Policy]:
        """The ladders by name."""
        return read_policies()

    @cached_property
    def registries(self) -> Registries:
        """The agencies of all provinces known here, to be chosen from by what a document says."""
        return load_registries(self.settings.province)

    @property
    def registry(self) -> Registry:
        """The agencies of the office's province, and those of the State."""
        return self.registries.at_home

    @cached_property
    def people(self) -> list[PersonEntry]:
        """Who holds a part that nobody is registered for."""
        return read_people()

    @cached_property
    def secret(self) -> bytes:
        """The installation's secret; made at the first start."""
        return read_secret(self.settings.secret_file)

    @cached_property
    def signing_key(self) -> Ed25519PrivateKey:
        """The key of the escalation log; its public half lies in the home as `ledger.pub`, from the first start on."""
        key, file = ledger_key(self.secret), self.public_key_file
        public = public_pem(key)
        if not file.exists() or file.read_bytes() != public:
            file.write_bytes(public)
        return key

    @property
    def public_key_file(self) -> Path:
        """Where the public key of the log is kept."""
        return self.settings.home / "ledger.pub"

    def key_for(self, purpose: str) -> bytes:
        """A key of this installation for one purpose, such as signing sessions."""
        return derived(self.secret, purpose)

    @cached_property
    def database(self) -> Database:
        """The database, opened; an empty one gets its tables, and one without it its row of installation.

        So a start that was cut short between the two is mended by the next one.

        Raises:
            RefusedError: its schema is not the one of this code, or a demo is asked of a database that is none.
            BadInputError: the home cannot be made.
        """
        try:
            self.settings.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInputError(f"DONDOC_HOME {self.settings.home}: cannot be made ({error.strerror}).") from error
        database = Database(self.settings.database_url)
        revision = database.revision()
        if revision is None:
            database.migrate()
        elif revision != newest_revision():
            raise RefusedError(
                f"The database is at revision {revision}, this program at {newest_revision()}: "
                "back it up, then run 'dondoc migrate'."
            )
        self._found(database)
        if not self.public_key_file.exists():
            _ = self.signing_key
        return database

    def _found(self, database: Database) -> None:
        with database.read() as session:
            if session.get(InstallationRow, 1) is not None:
                return
        row = InstallationRow(uid=uuid.uuid4().hex[:12], demo=self.settings.demo)
        row.demo_now = DEMO_START if self.settings.demo else None
        with suppress(IntegrityError), database.write() as session:  # another process was a moment faster
            session.add(row)
            session.flush()
            _ = self.signing_key  # while others wait: the secret is made once too

    @cached_property
    def _row(self) -> tuple[str, bool]:
        with self.database.read() as session:
            row = session.exec(select(InstallationRow)).one()
            if self.settings.demo and not row.demo:
                raise RefusedError("DONDOC_DEMO is set, but this database holds real work: choose another DONDOC_HOME.")
            return row.uid, row.demo

    @property
    def demo(self) -> bool:
        """Whether the database is a demo."""
        return self._row[1]

    @cached_property
    def clock(self) -> Clock:
        """The time: the machine's, a demo's own, or the one of `--as-of`."""
        if self._as_of is not None:
            moment = self._as_of
            return Clock(lambda: moment)
        return Clock(self._demo_now) if self.demo else Clock()

    def _demo_now(self) -> datetime:
        with self.database.read() as session:
            return session.exec(select(InstallationRow)).one().demo_now or real_now()

    @property
    def looks_back(self) -> bool:
        """Whether a day was asked for: acts entered for later days then do not count."""
        return self._as_of is not None

    def writing_moment(self) -> Moment:
        """The time for a command that writes.

        Raises:
            RefusedError: `--as-of` was given and the database is no demo.
        """
        if self._as_of is not None and not self.demo:
            raise RefusedError("--as-of on a command that writes works only on a demo database; nothing was changed.")
        return self.clock.moment()

    @cached_property
    def tags(self) -> Tags:
        """The signed marks in bounce addresses and in the links of mails."""
        return Tags(self.key_for("mail links"))

    @property
    def renderer(self) -> Renderer:
        """The mail templates as they are in use now; made anew when the office has changed one."""
        with self.database.read() as session:
            return renderer_with(tuple(sorted(overrides_of(session).items())))

    @property
    def trial(self) -> Trial:
        """What a mail template is tried with."""
        return Trial(MAIL_TEMPLATES, self.desk.head, self.calendar, self.clock.moment().today)

    @cached_property
    def mail_folder(self) -> Path:
        """Where mail goes while no SMTP server is set."""
        return self.settings.home / "mail"

    @property
    def desk(self) -> Desk:
        """How a mail is written, by the templates of this moment."""
        return replace(self._desk, renderer=self.renderer)

    @cached_property
    def _desk(self) -> Desk:
        mail = self.settings.mail
        return Desk(
            renderer=self.renderer,
            sender=Sender(mail.sender_name, mail.sender_address, self._row[0]),
            calendar=self.calendar,
            head=Letterhead(self.settings.base_url, mail.sender_name, self.demo),
            tags=self.tags,
            reply_to=mail.reply_to,
            return_tags=mail.return_tags,
            signer=signer_of(mail),
            attach=CalendarFiles(mail.sender_address, self.settings.base_url),
        )

    @property
    def sending(self) -> Sending:
        """How mail is made and leaves; a template that was changed counts from the next delivery on."""
        return replace(self._sending, desk=self.desk)

    @cached_property
    def _sending(self) -> Sending:
        return Sending(
            database=self.database,
            transport=self._transport,
            desk=self.desk,
            calendar=self.calendar,
            window=self.settings.mail.window,
            connections=self.settings.mail.connections,
            per_minute=self.settings.mail.per_minute,
            allow=self.settings.mail.allow,
            bounce_workdays=self.policies["default"].bounce_workdays,
        )

    @property
    def _transport(self) -> Transport:
        return transport_of(self.settings.smtp, self.mail_folder, demo=self.demo)

    @cached_property
    def watch(self) -> Watch:
        """By what the mail that came back is taken."""
        return Watch(self.tags, self.calendar, self.policies["default"].bounce_workdays)

    @property
    def way_back(self) -> bool:
        """Whether bounces come in here: mail leaves by a server, each with its bounce address, and a way in is open."""
        settings = self.settings
        return settings.smtp is not None and settings.mail.return_tags and settings.bounces.taken

    # -- duties --------------------------------------------------------------------------------------------------------

    def sweep(self, when: Moment) -> Swept:
        """Today's rungs of every active plan into ledger and outbox, sealed; what comes again is opened before."""
        self.open_recurring(when)
        total = Swept(0, 0)
        for policy in self.policies.values():
            with self.database.write() as session:
                swept = sweep(session, when, policy=policy, calendar=self.calendar)
            total = Swept(total.entries + swept.entries, total.recipients + swept.recipients)
        with self.database.write() as session:
            seal(session)
        return total

    def deliver(self, when: Moment, progress: Callable[[int], None] = lambda _: None) -> Delivered:
        """Send what is due."""
        return deliver(replace(self.sending, progress=progress), when)

    def publish(self, when: Moment) -> int:
        """Make stale calendar blocks anew."""
        return publish(self.database, when, base_url=self.settings.base_url)

    def open_recurring(self, when: Moment) -> int:
        """Open the period of each accepted recurring duty."""
        with self.database.write() as session:
            return open_due(session, when, calendar=self.calendar)

    def take_bounces(self, when: Moment) -> dict[str, int]:
        """Take what came back to the maildir, call mailboxes good again, and prove the way back once a day."""
        settings = self.settings
        counts = {"taken": 0, "left": 0}
        if settings.bounces.maildir:
            counts = take_maildir(self.database, Path(settings.bounces.maildir), self.watch, when)
        with self.database.write() as session:
            counts["recovered"] = recover(session, when, calendar=self.calendar)
        if self.way_back and settings.bounces.canary:
            sender, transport = settings.mail.sender_address, self._transport
            canaries = Canaries(self.tags, sender, transport, self.calendar, settings.mail.window)
            counts["canaries"] = send_canary(self.database, canaries, when)
        return counts

    def do(self, name: str, now: datetime) -> dict[str, int]:
        """Do one duty by its name; its counts.

        Raises:
            KeyError: there is no such duty.
            DondocError: it could not be done.
        """
        when = Moment(local(now), real_now())
        duties: dict[str, Callable[[], dict[str, int]]] = {
            "daily_sweep": lambda: self.sweep(when).counts(),
            "deliver_outbox": lambda: self._delivered(when),
            "publish_feeds": lambda: {"blocks": self.publish(when)},
            "open_recurring": lambda: {"opened": self.open_recurring(when)},
            "take_bounces": lambda: self.take_bounces(when),
        }
        return duties[name]()

    def _delivered(self, when: Moment) -> dict[str, int]:
        done = self.deliver(when)
        if done.error:
            raise CheckFailedError(f"mail does not leave: {done.error}")
        return done.counts()

    # -- what flows know of an installation ----------------------------------------------------------------------------

    def now(self) -> datetime:
        """The business time."""
        return self.clock.now()

    async def perform(self, name: str, now: datetime) -> dict[str, int]:
        """Do one duty in a thread, so that the pages go on answering."""
        return await asyncio.to_thread(self.do, name, now)

    def record_run(
        self,
        *,
        duty: str,
        via: str,
        started: datetime,
        finished: datetime,
        counts: dict[str, int],
        error: str | None,
    ) -> None:
        """Keep one run for `dondoc doctor` and `/readyz`."""
        with self.database.write() as session:
            session.add(
                Run(
                    duty=duty,
                    via=via,
                    started_at=started,
                    finished_at=finished,
                    effective=self.clock.now(),
                    counts=counts,
                    error=error or "",
                )
            )

    # -- demo ----------------------------------------------------------------------------------------------------------

    def set_demo_clock(self, session: Session, moment: datetime) -> None:
        """Move the clock of a demo forward.

        Raises:
            RefusedError: the database is no demo, or the moment lies before its clock.
        """
        row = session.exec(select(InstallationRow).with_for_update()).one()
        if not row.demo or row.demo_now is None:
            raise RefusedError("Only the clock of a demo can be moved.")
        if moment <= row.demo_now:
            raise RefusedError("The clock of a demo goes forward only: its log must stay in order.")
        row.demo_now = moment
        session.add(row)

    def put_people(self) -> None:
        """Register the people of the settings, for the sign-in links of a demo."""
        with self.database.write() as session:
            for person in self.people:
                put_person(session, person, self.registry)


def assemble(environment: Mapping[str, str] = os.environ, *, as_of: datetime | None = None) -> Installation:
    """The installation that an environment describes.

    Raises:
        BadInputError: a setting is unknown or invalid.
    """
    return Installation(read_settings(environment), as_of=as_of)
