"""From what a message says to an RFC 5322 mail: the standard library makes the headers, we decide which."""

import re
import unicodedata
from base64 import encodebytes
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import Message
from email.policy import compat32
from email.utils import format_datetime, formataddr
from typing import Any

from engine.mail.errors import PermanentMailError

POLICY = compat32.clone(linesep="\r\n")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class Sender:
    """Who writes: the office's name and address, and whose installation it is.

    Attributes:
        installation: its random id, part of every Message-ID.
    """

    name: str
    address: str
    installation: str

    @property
    def domain(self) -> str:
        """The domain of Message-IDs and of the list."""
        return self.address.rpartition("@")[2]

    def message_id(self, local: str) -> str:
        """A Message-ID: `local` names the message or the thread, stable for ever."""
        return f"<{local}.{self.installation}@{self.domain}>"


@dataclass(frozen=True)
class Content:
    """What a mail says, in the words of one language."""

    subject: str
    text: str
    html: str
    language: str


def one_line(value: str) -> str:
    """A value fit for a header: NFC, without control characters or line ends (M7)."""
    return unicodedata.normalize("NFC", CONTROL.sub(" ", value)).strip()


@dataclass(frozen=True)
class Mail:
    """A composed mail: its Message-ID, its bytes, and the envelope's sender."""

    message_id: str
    data: bytes
    sender: str = ""


def compose(content: Content, sender: Sender, *, local: str, to: tuple[str, str], thread: str, sent: datetime) -> Mail:
    """Build the mail.

    The older header classes are used, for they are three times as fast (`docs/decisions`); every value that comes from
    outside goes through `one_line` first, and the bodies are base64, so no text can end a line.

    Args:
        content: subject, text and HTML.
        sender: who writes.
        local: what the Message-ID begins with, the same for a second try.
        to: display name and address of the recipient.
        thread: what the mail is about (`task-…` or `plan-…`); mails of one thread hang together.
        sent: the time in the Date header.

    Raises:
        PermanentMailError: an address is none, or a text cannot be written in a mail.
    """
    try:
        return _composed(content, sender, local=local, to=to, thread=thread, sent=sent)
    except ValueError as error:
        raise PermanentMailError(str(error)) from error


def _composed(
    content: Content, sender: Sender, *, local: str, to: tuple[str, str], thread: str, sent: datetime
) -> Mail:
    mail: Message[Any, Any] = Message(policy=POLICY)
    mail["From"] = _address(sender.name, sender.address)
    mail["To"] = _address(*to)
    mail["Subject"] = Header(one_line(content.subject), "utf-8", header_name="Subject")
    mail["Date"] = format_datetime(sent)
    mail["Message-ID"] = identity = sender.message_id(local)
    root = sender.message_id(thread)
    mail["In-Reply-To"] = root
    mail["References"] = root
    mail["List-Id"] = f"<nhac-han.{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834
    mail["X-Auto-Response-Suppress"] = "All"
    mail["Content-Language"] = content.language
    mail["MIME-Version"] = "1.0"
    # A fixed boundary: the same message has the same bytes. Base64 holds no "=_", so it cannot occur in a part.
    mail.add_header("Content-Type", "multipart/alternative", boundary=f"=_{local}.{sender.installation}")
    mail.attach(_part("plain", content.text))
    mail.attach(_part("html", content.html))
    return Mail(identity, mail.as_bytes(), sender.address)


def _address(name: str, address: str) -> Header | str:
    clean, bare = one_line(name), one_line(address)
    if bare != address or "@" not in bare or not bare.isascii() or re.search(r"[<>\s]", bare):
        raise ValueError(f"not a mail address: {address!r}")
    if clean.isascii():
        return formataddr((clean, bare))
    header = Header(clean, "utf-8", header_name="To")
    header.append(f"<{bare}>", "us-ascii")
    return header


def _part(subtype: str, text: str) -> Message:
    part = Message(policy=POLICY)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(encodebytes(text.replace("\n", "\r\n").encode()).decode())
    return part
