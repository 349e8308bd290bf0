"""A mail server for the tests: it takes what we send, and brings to our letterbox what it is told to."""

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Post:
    """What it took: sender of the envelope, recipient, mail."""

    taken: list[tuple[str, str, bytes]] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail."""
        raw: Any = envelope.content
        self.taken += [(envelope.mail_from or "", to, bytes(raw)) for to in envelope.rcpt_tos]
        return "250 taken"


@contextmanager
def office_post() -> Iterator[Post]:
    """Serve it on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        post = Post(port=probe.getsockname()[1])
    controller = Controller(post, hostname="127.0.0.1", port=post.port)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


def bring(port: int, to: str, raw: bytes, *, sender: str = "") -> tuple[int, str]:
    """Bring a mail to a letterbox by LMTP; what it answers last."""
    with smtplib.LMTP("127.0.0.1", port) as door:
        door.ehlo_or_helo_if_needed()
        code, said = door.docmd(f"MAIL FROM:<{sender}>")
        assert code == 250, said
        code, said = door.docmd(f"RCPT TO:<{to}>")
        if code == 250:
            code, said = door.data(raw)
        return code, said.decode()
