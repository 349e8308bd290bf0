"""A real SMTP server over a socket, whose answers a test sets."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Event, Lock
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from engine.mail.smtp import SmtpSettings, SmtpTransport


@dataclass
class Sink:
    """What arrived, and what is answered: `refuse` gives a reply for an address, or None to take the mail."""

    refuse: Callable[[str], str | None] = lambda _: None
    refuse_sender: str = ""
    stop_after: int | None = None
    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    stopped: Event = field(default_factory=Event)
    port: int = 0
    lock: Lock = field(default_factory=Lock)

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the sender or refuse it."""
        if self.refuse_sender:
            return self.refuse_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the recipient or refuse it."""
        if reply := self.refuse(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail; after `stop_after` of them keep it too, but never answer."""
        parsed: Any = message_from_bytes(envelope.content or b"", policy=default)
        with self.lock:
            self.mails.extend((address, parsed) for address in envelope.rcpt_tos)
            stop = self.stop_after is not None and len(self.mails) >= self.stop_after
        if stop:
            self.stopped.set()
            await asyncio.Event().wait()
        return "250 taken"

    @property
    def transport(self) -> SmtpTransport:
        """A fresh connection to this server."""
        return SmtpTransport(SmtpSettings("127.0.0.1", self.port))

    @property
    def ids(self) -> list[str]:
        """The Message-ID of every mail, in the order of arrival."""
        return [str(mail["Message-ID"]) for _, mail in self.mails]

    @property
    def recipients(self) -> list[str]:
        """Who got something, in the order of arrival."""
        return [address for address, _ in self.mails]

    def texts(self, address: str) -> list[str]:
        """The plain texts that went to an address."""
        parts = [mail.get_body(("plain",)) for to, mail in self.mails if to == address]
        return [part.get_content() for part in parts if part is not None]


@contextlib.contextmanager
def running(sink: Sink) -> Iterator[Sink]:
    """Serve it on a free port of this machine."""
    sink.port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
