"""Where the mail server brings what came back: LMTP or SMTP on this machine, for our bounce addresses alone.

What is taken is in the database before it is answered; until then the mail server keeps it and brings it again.
"""

import asyncio
import logging
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from config.assembly import Installation
from engine.bounces import take
from engine.errors import DondocError
from engine.mail.reports import LONGEST

log = logging.getLogger(__name__)

LARGEST = 10 * LONGEST
"""Bytes of a mail that are taken at all; the beginning is what is read."""

SILENCE_SECONDS = 60
LONGEST_LINE = 64 * 1024
"""Longer than RFC 5321 allows: some servers bring diagnoses of any length."""

LATER = "451 4.3.0 Cannot take it now, bring it again"


class _Smtp(SMTP):
    line_length_limit = LONGEST_LINE


class _Lmtp(LMTP):
    line_length_limit = LONGEST_LINE


class Letterbox:
    """Answers the mail server; the names of its methods are aiosmtpd's."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        local, _, domain = installation.settings.mail.sender_address.lower().partition("@")
        self._ours = re.compile(rf"{re.escape(local)}\+([^@+]+)@{re.escape(domain)}")

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002
    ) -> str:
        """Take mail for a bounce address of ours, one for each mail: nothing else, and nothing to pass on."""
        if not self._is_ours(address):
            return "550 5.1.1 No such address here"
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient for each mail"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """Take one mail."""
        try:
            await asyncio.to_thread(self._take, bytes(envelope.original_content or b""), envelope.rcpt_tos[0])
        except DondocError as error:
            log.warning("a report was not taken: %s", error)
            return LATER
        return "250 2.0.0 Taken"

    async def handle_exception(self, error: Exception) -> str:
        """Whatever goes wrong here is no fault of the mail: it is to be brought again."""
        log.error("a report was not taken", exc_info=error)
        return LATER

    def _is_ours(self, address: str) -> bool:
        tags = self._installation.tags
        found = self._ours.fullmatch(address.lower())
        mark = found[1] if found else ""
        return tags.read_bounce(mark) is not None or tags.read_canary(mark) is not None

    def _take(self, raw: bytes, to: str) -> None:
        place = self._installation
        with place.database.write() as session:
            take(session, raw[:LONGEST], place.watch, when=place.clock.moment(), envelope_to=to)


@asynccontextmanager
async def letterbox(installation: Installation, door: socket.socket) -> AsyncIterator[None]:
    """Answer at that socket while the block lasts."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells every command, and with it addresses
    handler, kind = Letterbox(installation), _Lmtp if installation.settings.bounces.protocol == "lmtp" else _Smtp
    name = installation.settings.mail.sender_address.partition("@")[2]
    loop = asyncio.get_running_loop()

    def answering() -> SMTP:
        return kind(
            handler,
            loop=loop,
            hostname=name,
            ident="Don Doc",
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            timeout=SILENCE_SECONDS,
        )

    server = await loop.create_server(answering, sock=door)
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()
