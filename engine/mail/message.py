"""From what a message says to an RFC 5322 mail: the standard library makes the headers, we decide which."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

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


def compose(
    content: Content, sender: Sender, *, number: int, to: tuple[str, str], thread: str, sent: datetime
) -> EmailMessage:
    """Build the mail.

    Args:
        content: subject, text and HTML.
        sender: who writes.
        number: the message's id in the outbox; gives the Message-ID, so that a second try carries the same one.
        to: display name and address of the recipient.
        thread: what the mail is about (`task-…` or `plan-…`); mails of one thread hang together.
        sent: the time in the Date header.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(one_line(sender.name), addr_spec=sender.address)
    mail["To"] = Address(one_line(to[0]), addr_spec=to[1])
    mail["Subject"] = one_line(content.subject)
    mail["Date"] = format_datetime(sent)
    mail["Message-ID"] = sender.message_id(f"m{number}")
    root = sender.message_id(thread)
    mail["In-Reply-To"] = root
    mail["References"] = root
    mail["List-Id"] = f"<nhac-han.{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834
    mail["X-Auto-Response-Suppress"] = "All"
    mail["Content-Language"] = content.language
    mail.set_content(content.text, cte="base64")
    mail.add_alternative(content.html, subtype="html", cte="base64")
    mail.set_boundary(f"=_m{number}.{sender.installation}")  # a fixed one: the same message has the same bytes
    return mail
