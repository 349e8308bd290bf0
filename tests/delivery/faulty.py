"""An SMTP server over a socket that goes wrong where a test says: it refuses, hangs, drops, drips, or closes."""

import contextlib
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes

from engine.mail.smtp import Patience, SmtpSettings, SmtpTransport

HANG, DROP, DRIP = "hang", "drop", "drip"
"""What may stand for a reply: none ever comes, the connection breaks, or it comes letter by letter."""

USUAL = {"connect": "220 faulty ESMTP", "DATA": "354 go on", "QUIT": "221 bye", "dot": "250 taken", "inside": "go on"}


@dataclass
class Faulty:
    """`fault` is asked with the stage and how many mails were taken: what to answer instead of the usual, or None.

    Stages: connect, EHLO, MAIL, RCPT, DATA, inside (in the midst of the mail), dot, RSET, QUIT.
    """

    fault: Callable[[str, int], str | None] = lambda *_: None
    taken: list[bytes] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def ids(self) -> list[str]:
        """The Message-IDs that arrived."""
        return [str(message_from_bytes(mail)["Message-ID"]) for mail in self.taken]

    def transport(self) -> SmtpTransport:
        """A client of it that soon loses patience."""
        return SmtpTransport(SmtpSettings("127.0.0.1", self.port), patience=Patience(0.3, 0.3))


class BrokenError(Exception):
    """The connection is to end here."""


class Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    server: "Server"

    def handle(self) -> None:
        """Talk until the client or the fault ends it."""
        with contextlib.suppress(BrokenError, OSError):
            self._answer("connect")
            while line := self.rfile.readline():
                verb = line[:4].decode().upper()
                self._answer(verb)
                if verb == "DATA":
                    self._take()
                if verb == "QUIT":
                    return

    def _take(self) -> None:
        lines = []
        self._answer("inside")
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise BrokenError
            lines.append(line)
        faulty = self.server.faulty
        if faulty.fault("dot", len(faulty.taken)) in {None, HANG, DRIP}:
            faulty.taken.append(b"".join(lines))
            self._answer("dot", len(faulty.taken) - 1)
        else:
            self._answer("dot")

    def _answer(self, stage: str, taken: int | None = None) -> None:
        faulty = self.server.faulty
        faulty.seen.append(stage)
        reply = faulty.fault(stage, len(faulty.taken) if taken is None else taken)
        usual = USUAL.get(stage, "250 OK")
        if reply == HANG:
            faulty.over.wait()
            raise BrokenError
        if reply == DROP:
            raise BrokenError
        if reply == DRIP:
            for letter in f"{usual}\r\n":
                self.wfile.write(letter.encode())
                time.sleep(0.001)
        elif stage != "inside":
            self.wfile.write(f"{reply or usual}\r\n".encode())
            if reply and reply.startswith("421"):
                raise BrokenError


class Server(socketserver.ThreadingTCPServer):
    """Serves each connection in a thread."""

    daemon_threads = True
    allow_reuse_address = True
    faulty: Faulty


@contextlib.contextmanager
def broken(faulty: Faulty) -> Iterator[Faulty]:
    """Serve it on a free port of this machine."""
    with Server(("127.0.0.1", 0), Conversation) as server:
        server.faulty = faulty
        faulty.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield faulty
        finally:
            faulty.over.set()
            server.shutdown()
            thread.join()
