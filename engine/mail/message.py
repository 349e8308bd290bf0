"""From what a message says to an RFC 5322 mail."""

import struct
from binascii import b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

from engine.mail import headers
from engine.mail.dkim import Signer
from engine.mail.errors import PermanentMailError
from engine.mail.headers import one_line

__all__ = ["Attachment", "Content", "Heading", "Mail", "Sender", "compose", "one_line"]

KEPT = 8
"""Of the mails before it in a thread, how many a mail names beside the first: a head must not grow for ever."""

WIDTH = 76
"""Signs in a line of base64 (RFC 2045 6.8)."""


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
        """The domain of Message-IDs and of the lists."""
        return self.address.rpartition("@")[2]

    def message_id(self, local: str) -> str:
        """A Message-ID: `local` names the message, stable for ever."""
        return f"<{local}.{self.installation}@{self.domain}>"

    def returning(self, tag: str) -> str:
        """The sender's address with a mark by which what comes back is known; bare where it would be too long."""
        local, _, domain = self.address.rpartition("@")
        marked = f"{local}+{tag}"
        return f"{marked}@{domain}" if len(marked) <= 64 else self.address  # RFC 5321 4.5.3.1.1


@dataclass(frozen=True)
class Content:
    """What a mail says, in the words of one language; `fault` tells what was wrong with a template of the office."""

    subject: str
    text: str
    html: str
    language: str
    fault: str = ""


@dataclass(frozen=True)
class Heading:
    """What the head of a mail says beside its subject.

    Attributes:
        local: what the Message-ID begins with, the same for a second try.
        to: display name and address of the recipient.
        sent: the time in the Date header.
        earlier: Message-IDs of the mails before it in its thread, the first one first (RFC 5322 3.6.4).
        list_name: the class of mail, by which mail programs sort (RFC 2919).
        reply_to: where answers go; empty: to the sender.
        help_url: the page where a recipient sees and sets what comes to them (RFC 2369).
        unsubscribe_url: where one click declines this class of mail (RFC 8058); only for mail that may be declined.
        envelope: who the envelope says it is from; empty: the sender.
    """

    local: str
    to: tuple[str, str]
    sent: datetime
    earlier: Sequence[str] = ()
    list_name: str = "duty"
    reply_to: str = ""
    help_url: str = ""
    unsubscribe_url: str = ""
    envelope: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail; `media_type` with its parameters, such as `text/calendar; method=PUBLISH`."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Mail:
    """A composed mail: its Message-ID, its bytes, and the envelope's sender."""

    message_id: str
    data: bytes
    sender: str = ""


def compose(
    content: Content,
    sender: Sender,
    heading: Heading,
    *,
    signer: Signer | None = None,
    attachments: Sequence[Attachment] = (),
) -> Mail:
    """Build the mail; the same values give the same bytes.

    Whatever comes from outside is made one line first, and the bodies are base64, so no text can end a line.

    Args:
        content: subject, text and HTML.
        sender: who writes.
        heading: the rest of the head.
        signer: signs it (DKIM), where the mail server does not.
        attachments: files beside the two texts.

    Raises:
        PermanentMailError: an address is none, or a text cannot be written in a mail.
    """
    try:
        head = _head(content, sender, heading)
        body = _body(content, f"{heading.local}.{sender.installation}", attachments)
        data = ("".join(head) + body).encode("ascii")
    except ValueError as error:
        raise PermanentMailError(str(error)) from error
    signed = signer.sign(data, heading.sent) if signer else b""
    return Mail(sender.message_id(heading.local), signed + data, heading.envelope or sender.address)


def _head(content: Content, sender: Sender, heading: Heading) -> list[str]:
    head = [
        headers.mailbox("From", sender.name, sender.address),
        headers.mailbox("To", *heading.to),
        headers.text("Subject", content.subject),
        headers.given("Date", format_datetime(heading.sent)),
        headers.given("Message-ID", sender.message_id(heading.local)),
    ]
    if heading.reply_to:
        head.append(headers.mailbox("Reply-To", "", heading.reply_to))
    if heading.earlier:
        first, *later = heading.earlier
        head.append(headers.given("In-Reply-To", heading.earlier[-1]))
        head.append(headers.given("References", first, *later[-KEPT:]))
    listed = f"<{heading.list_name}.{sender.installation}.{sender.domain}>"
    head.append(headers.given("List-Id", listed))
    if heading.help_url:
        head.append(headers.given("List-Help", f"<{_uri(heading.help_url)}>"))
    if heading.unsubscribe_url:
        head.append(headers.given("List-Unsubscribe", f"<{_uri(heading.unsubscribe_url)}>"))
        head.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")
    head.append("Auto-Submitted: auto-generated\r\n")  # RFC 3834
    head.append("X-Auto-Response-Suppress: All\r\n")
    head.append(headers.given("Content-Language", content.language))
    head.append("MIME-Version: 1.0\r\n")
    return head


def _uri(value: str) -> str:
    if not value.isascii() or any(sign in value for sign in '<>\r\n\t "'):
        raise ValueError(f"not an address of a page: {value!r}")
    return value


def _body(content: Content, mark: str, attachments: Sequence[Attachment]) -> str:
    # Fixed boundaries: the same message has the same bytes. Base64 holds no "=_", so they cannot occur in a part.
    texts = _multipart(
        "alternative",
        f"=_{mark}",
        [
            _part('Content-Type: text/plain; charset="utf-8"\r\n', _unix(content.text)),
            _part('Content-Type: text/html; charset="utf-8"\r\n', _unix(content.html)),
        ],
    )
    if not attachments:
        return texts
    return _multipart("mixed", f"=_a.{mark}", [texts, *map(_attached, attachments)])


def _unix(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def _multipart(kind: str, boundary: str, parts: Sequence[str]) -> str:
    inside = "".join(f"--{boundary}\r\n{part}" for part in parts)
    return f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n{inside}--{boundary}--\r\n'


def _attached(file: Attachment) -> str:
    name = one_line(file.name).replace("/", "-")
    # RFC 2231, in one piece: names are our own and short.
    shown = f'filename="{name}"' if name.isascii() and not set(name) & set('"\\') else f"filename*=utf-8''{quote(name)}"
    head = f"Content-Type: {one_line(file.media_type)}\r\nContent-Disposition: attachment;\r\n {shown}\r\n"
    return _part(head, file.data)


def _part(head: str, data: bytes) -> str:
    coded = b2a_base64(data, newline=False)
    whole = len(coded) // WIDTH
    cut = struct.unpack_from(f"{WIDTH}s" * whole, coded)  # in C, which a slice for each of 750 lines is not
    lines = b"\r\n".join([*cut, coded[whole * WIDTH :]] if len(coded) % WIDTH else cut).decode("ascii")
    return f"{head}Content-Transfer-Encoding: base64\r\n\r\n{lines}\r\n"
