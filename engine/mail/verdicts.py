"""What a server's refusal means: by the command it answered, its code (RFC 5321) and its enhanced code (RFC 3463)."""

import re
from enum import StrEnum

from engine.mail.errors import (
    MailError,
    PermanentMailError,
    ServerAwayError,
    ServerTroubleError,
    TemporaryMailError,
)

ENHANCED = re.compile(r"\s*[245]\.(\d{1,3})\.(\d{1,3})\b")
"""Class, subject and detail; the class repeats the code's first digit (RFC 3463, section 2)."""

RELAYING = re.compile(r"\brelay", re.IGNORECASE)
"""Servers refuse to pass mail on with 550 or 554, mostly as 5.7.1, which also stands for a recipient's own rules."""

LOGIN = frozenset({530, 534, 535, 538})
"""Authentication required, too weak, wrong, or only under encryption (RFC 4954, section 6)."""

OURS = frozenset(
    {
        (1, 7),  # bad sender's mailbox address
        (1, 8),  # bad sender's system address
        (3, 1),  # the server's disk is full
        (3, 2),  # the server takes nothing now
        *((7, detail) for detail in range(5, 15)),  # encryption and login (RFC 3463, 4954, 5248)
        *((7, detail) for detail in range(20, 34)),  # DKIM, SPF, reverse DNS, alignment (RFC 7372); rates and TLS
    }
)
"""Subjects and details that speak of the server or the sender, whatever the recipient."""

MAILBOX_FULL = (2, 2)


class Stage(StrEnum):
    """The command that was answered; `DOT` is the end of the mail itself."""

    CONNECT = "connecting"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    DOT = "the mail"


def verdict(stage: Stage, code: int, words: str) -> MailError:
    """What to do upon a reply that was no acceptance."""
    said = f"{code} {words}"
    # 421: the server is about to close (RFC 5321, section 3.8). Neither 4xx nor 5xx: it speaks no SMTP.
    if code == 421 or not 400 <= code < 600 or code in LOGIN or stage is Stage.CONNECT:
        return ServerAwayError(said)
    found = ENHANCED.match(words)
    detail = (int(found[1]), int(found[2])) if found else None
    if stage is Stage.MAIL:  # the sender is refused, not one recipient; but 552: this one mail is too large (RFC 1870)
        return PermanentMailError(said) if code == 552 else ServerAwayError(said)
    if detail in OURS or (code >= 500 and RELAYING.search(words)):
        return ServerTroubleError(said)
    # A full mailbox empties; 552 for RCPT stands for 452 (RFC 5321, section 4.5.3.1.10).
    if code < 500 or detail == MAILBOX_FULL or (stage is Stage.RCPT and code == 552):
        return TemporaryMailError(said)
    return PermanentMailError(said)
