"""A real installation that sends by a server of ours and has a letterbox for what comes back."""

import socket
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from post import Post, bring, office_post
from world import PEOPLE, REGISTRY, Duty, World, moment

from config.assembly import Installation, assemble
from engine.clock import Clock, Moment, at
from engine.delivery import Delivered
from engine.intake.loading.parties import put_agency, put_person
from web.app import create_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for httpx2, which nothing else here needs
    from starlette.testclient import TestClient

SETTINGS = """
[mail]
sender_address = "don-doc@tinh.example.vn"
sender_name = "Văn phòng"
[bounces]
listen = "127.0.0.1:8025"
maildir = "{maildir}"
"""


@dataclass
class Office:
    """The installation, the mail server, and the port of the letterbox."""

    place: Installation
    post: Post
    port: int
    maildir: Path
    client: TestClient

    @property
    def world(self) -> World:
        """Its database as tests use one."""
        return World(self.place.database, self.place.calendar, self.place.policies["default"])

    def at(self, day: date, hour: time = time(8, 0)) -> Moment:
        """Go to that hour of that day."""
        self.place.clock = Clock(lambda: at(day, hour), lambda: at(day, hour))  # type: ignore[misc]
        return moment(day, hour)

    def deliver(self, day: date, hour: time = time(8, 0)) -> Delivered:
        """Send what is due."""
        return self.place.deliver(self.at(day, hour))

    def back_to(self, recipient: str) -> str:
        """The bounce address of the last mail to someone."""
        return next(sender for sender, to, _ in reversed(self.post.taken) if to == recipient)

    def bring(self, to: str, raw: bytes, *, sender: str = "") -> tuple[int, str]:
        """Bring a mail to the letterbox."""
        return bring(self.port, to, raw, sender=sender)


@contextmanager
def an_office(tmp_path: Path) -> Iterator[Office]:
    """It runs without its duties, with one plan of one duty in force and the cast of tests."""
    maildir, settings = tmp_path / "maildir", tmp_path / "settings.toml"
    for name in ("new", "cur", "tmp"):
        (maildir / name).mkdir(parents=True)
    settings.write_text(SETTINGS.format(maildir=maildir), encoding="utf-8")
    with ExitStack() as open_things:
        post = open_things.enter_context(office_post())
        smtp = f"smtp://127.0.0.1:{post.port}"
        place = assemble({"DONDOC_HOME": str(tmp_path), "DONDOC_CONFIG": str(settings), "DONDOC_SMTP_URL": smtp})
        open_things.callback(place.database.close)
        with place.database.write() as session:
            for entry in REGISTRY.entries:
                put_agency(session, entry, REGISTRY.province)
            for person in PEOPLE:
                put_person(session, person, REGISTRY)
        door = open_things.enter_context(socket.create_server(("127.0.0.1", 0)))
        app = create_app(place, duties=False, door=door)
        client = open_things.enter_context(TestClient(app, base_url="http://127.0.0.1:8080"))
        made = Office(place, post, door.getsockname()[1], maildir, client)
        made.world.plan(Duty("I.1", date(2020, 3, 20)))
        made.at(date(2020, 3, 3))
        yield made
