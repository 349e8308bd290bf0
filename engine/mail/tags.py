"""Signed marks in addresses and links: a bounce names its message, an unsubscription its mailbox; nobody can make one.

A mark opens nothing: with it one can only say that this message came back, or that this class of mail is not wanted.
"""

import hmac
from base64 import b32encode
from dataclasses import dataclass
from datetime import date

SIGNATURE_BYTES = 10
"""80 bits in an address, whose local part has 64 octets at most (RFC 5321)."""

LINK_BYTES = 20


@dataclass(frozen=True)
class Tags:
    """Makes and reads the marks of one installation. `key` is its key for this purpose."""

    key: bytes

    def bounce(self, message: int) -> str:
        """What stands behind the plus sign of a message's bounce address."""
        return self._signed(f"b{message:x}")

    def canary(self, day: date) -> str:
        """What stands behind the plus sign of the canary's address of a day."""
        return self._signed(f"c{day:%Y%m%d}")

    def read_bounce(self, tag: str) -> int | None:
        """The message a bounce address is of; None where the mark is not ours."""
        body = self._read(tag)
        return int(body[1:], 16) if body and body.startswith("b") else None

    def read_canary(self, tag: str) -> date | None:
        """The day a canary's address is of; None where the mark is not ours."""
        body = self._read(tag)
        return date.fromisoformat(body[1:]) if body and body.startswith("c") else None

    def unsubscribe(self, mailbox: int, mail_class: str) -> str:
        """The token of a link by which a mailbox declines a class of mail."""
        body = f"{mailbox:x}-{mail_class}"
        return f"{body}.{self._signature(f'unsubscribe {body}', LINK_BYTES)}"

    def read_unsubscribe(self, token: str) -> tuple[int, str] | None:
        """Mailbox and class of a token; None where it is not ours."""
        body, _, signature = token.rpartition(".")
        if not body or not hmac.compare_digest(
            signature.encode(), self._signature(f"unsubscribe {body}", LINK_BYTES).encode()
        ):
            return None
        mailbox, _, mail_class = body.partition("-")
        return int(mailbox, 16), mail_class

    def _signed(self, body: str) -> str:
        return f"{body}.{self._signature(f'address {body}', SIGNATURE_BYTES)}"

    def _read(self, tag: str) -> str | None:
        # Servers may change the case of a local part; ours is made of lower-case letters.
        body, _, signature = tag.lower().rpartition(".")
        wanted = self._signature(f"address {body}", SIGNATURE_BYTES)
        return body if body and hmac.compare_digest(signature.encode(), wanted.encode()) else None

    def _signature(self, body: str, length: int) -> str:
        digest = hmac.digest(self.key, body.encode(), "sha256")
        return b32encode(digest[:length]).decode().lower().rstrip("=")
