"""What the tests of wishes share: an office with its pages, its mailboxes and their links."""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import uvicorn
from sink import free_port
from sites import Site
from sqlalchemy import text
from sqlmodel import Session, select
from world import START, World, moment

from config.assembly import Installation
from engine.delivery import WINDOW
from engine.models import Mailbox
from engine.preferences import Occasion, put_wishes, wishes_of
from engine.rules.mail_classes import MailClass
from web.app import create_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for httpx2, which nothing else here needs
    from starlette.testclient import TestClient

BASE = "http://127.0.0.1:8080"
OFFICE_A, HEAD_A, DEPUTY_A = "vanthu@so-a.example.vn", "giamdoc@so-a.example.vn", "pho@so-a.example.vn"
OFFICE_B, HEAD_B = "vanthu@so-b.example.vn", "giamdoc@so-b.example.vn"
AN_MAIL, LAN_MAIL = "an@example.vn", "lan@example.vn"
STRANGER = "vanthu@so-ngoai.example.vn"


@dataclass
class Office:
    """An installation with its pages, its world, and one visitor."""

    installation: Installation
    world: World
    site: Site

    @property
    def client(self) -> TestClient:
        """The visitor's browser."""
        return self.site.client

    def link(self, address: str, mail_class: str = MailClass.DUTY) -> str:
        """The path that a mail to that mailbox names."""
        return f"/u/{self.installation.tags.unsubscribe(self.mailbox(address).id or 0, mail_class)}"

    def mailbox(self, address: str) -> Mailbox:
        """A mailbox as it stands."""
        with self.installation.database.read() as session:
            found = session.exec(select(Mailbox).where(Mailbox.address == address)).one()
            session.expunge(found)
            return found

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table."""
        return dump_of(self.installation)


def office_of(installation: Installation, world: World) -> Office:
    """The pages of an office, without its duties."""
    app = create_app(installation, duties=False)
    return Office(
        installation, world, Site(installation, TestClient(app, base_url=BASE, raise_server_exceptions=False))
    )


def dump_of(installation: Installation) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of an SQLite installation."""
    with installation.database.read() as session:
        names = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")).scalars()
        return {
            name: sorted(tuple(row) for row in session.execute(text(f'SELECT * FROM "{name}"'))) for name in names.all()
        }


def wish(world: World, address: str, *, day: date = START, **changed: Any) -> list[str]:
    """Change some wishes of a mailbox, as the coordinator would."""
    with world.database.write() as session:
        mailbox = named(session, address)
        wishes = replace(wishes_of(session, mailbox, day), **changed)
        occasion = Occasion(moment(day), WINDOW, "coordinator", "lan")
        return put_wishes(session, mailbox, wishes, occasion)


def named(session: Session, address: str) -> Mailbox:
    """The row of a mailbox."""
    return session.exec(select(Mailbox).where(Mailbox.address == address)).one()


@contextmanager
def served(office: Office) -> Iterator[str]:
    """Its pages over a real socket; their address."""
    port = free_port()
    app = office.client.app
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            thread.join(0.01)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
