"""How a composed mail leaves: to an SMTP server, or to files where none is set. Both have one shape."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from engine.errors import BadInputError
from engine.mail.errors import MailError, PermanentMailError, ServerAwayError, TemporaryMailError
from engine.mail.message import Mail

TIMEOUT_SECONDS = 30


class Transport(Protocol):
    """Where mails go. Used as an async context: one connection for many mails."""

    async def __aenter__(self) -> Self:
        """Open the connection lazily, at the first mail."""
        ...

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        ...

    async def send(self, mail: Mail, *, sender: str, recipient: str) -> str:
        """Hand one mail over and return the server's reply.

        Raises:
            MailError: it was not taken.
        """
        ...


@dataclass
class FileTransport:
    """Writes each mail as `<name>.eml`; the same mail again replaces its file."""

    folder: Path

    async def __aenter__(self) -> Self:
        """Make the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing is open."""

    async def send(self, mail: Mail, *, sender: str, recipient: str) -> str:  # noqa: ARG002  the shape of Transport
        """Write the mail as a whole: a reader never sees half a file."""
        name = mail.message_id.strip("<>").partition("@")[0]
        path = self.folder / f"{name}.eml"
        part = path.with_suffix(".part")
        try:
            part.write_bytes(mail.data)
            os.replace(part, path)
        except OSError as error:
            raise ServerAwayError(f"{path.parent}: {error.strerror}") from error
        return f"250 written to {path.name}"


@dataclass
class SmtpSettings:
    """An SMTP address, read from `smtp://user:pass@host:port?tls=starttls|tls|none`."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: str = "none"

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read the address.

        Raises:
            BadInputError: it is no SMTP address; the message never repeats the password.
        """
        wrong = BadInputError("DONDOC_SMTP_URL is not understood: write smtp://user:password@host:port?tls=starttls.")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise wrong from error
        tls = parse_qs(parts.query).get("tls", ["tls" if parts.scheme == "smtps" else "none"])[0]
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or tls not in {"none", "starttls", "tls"}:
            raise wrong
        standard = {"none": 25, "starttls": 587, "tls": 465}[tls]
        return cls(parts.hostname, port or standard, unquote(parts.username or ""), unquote(parts.password or ""), tls)


class SmtpTransport:
    """One kept connection to an SMTP server."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._client: aiosmtplib.SMTP | None = None

    async def __aenter__(self) -> Self:
        """The connection is made at the first mail."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Say goodbye, politely where the server still listens."""
        if self._client is not None and self._client.is_connected:
            try:
                await self._client.quit()
            except (aiosmtplib.SMTPException, OSError):
                self._client.close()

    async def send(self, mail: Mail, *, sender: str, recipient: str) -> str:
        """Hand one mail over; 4xx is temporary, 5xx permanent, silence means the server is away."""
        try:
            client = await self._connected()
            _, reply = await client.sendmail(sender, [recipient], mail.data)
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refusal(error.recipients[0]) from error
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPConnectError, aiosmtplib.SMTPTimeoutError) as error:
            raise ServerAwayError(str(error)) from error
        except (aiosmtplib.SMTPAuthenticationError, aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPHeloError) as error:
            raise ServerAwayError(f"{error.code} {error.message}") from error  # it is about us, not about the recipient
        except aiosmtplib.SMTPResponseException as error:
            raise _refusal(error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise ServerAwayError(str(error)) from error
        return f"250 {reply}"

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is None or not self._client.is_connected:
            s = self._settings
            self._client = aiosmtplib.SMTP(
                hostname=s.host,
                port=s.port,
                username=s.user or None,
                password=s.password or None,
                use_tls=s.tls == "tls",
                start_tls=s.tls == "starttls",
                timeout=TIMEOUT_SECONDS,
            )
            await self._client.connect()
        return self._client


def _refusal(error: aiosmtplib.SMTPResponseException) -> MailError:
    said = f"{error.code} {error.message}"
    # 421: the server is about to close (RFC 5321, section 3.8); neither 4xx nor 5xx: it speaks no SMTP.
    if error.code == 421 or not 400 <= error.code < 600:
        return ServerAwayError(said)
    return PermanentMailError(said) if error.code >= 500 else TemporaryMailError(said)
