"""Mail to an SMTP server over kept connections."""

import ipaddress
import ssl
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from engine.errors import BadInputError
from engine.mail.errors import InDoubtError, MailError, PermanentMailError, ServerAwayError
from engine.mail.message import Mail
from engine.mail.verdicts import Stage, verdict

END = b".\r\n"
TLS_PORTS = {"none": 25, "starttls": 587, "tls": 465}


@dataclass(frozen=True)
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
        options = parse_qs(parts.query, keep_blank_values=True)
        tls = options.pop("tls", ["tls" if parts.scheme == "smtps" else "none"])[0]
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or tls not in TLS_PORTS or options:
            raise wrong
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port or TLS_PORTS[tls], user, password, tls)

    @property
    def on_loopback(self) -> bool:
        """Whether the server is on this machine."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


@dataclass(frozen=True)
class Patience:
    """How many seconds an answer may take: to a command, and to the mail itself.

    The second is RFC 5321's (section 4.5.3.2.6): who gives up earlier sends twice what a slow server has taken.
    """

    command: float = 60
    mail: float = 600


class SmtpTransport:
    """Connections to an SMTP server, as many as mails are on their way at once; each is kept for the next mail."""

    def __init__(
        self, settings: SmtpSettings, *, patience: Patience | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        """Prepare; the first connection is made at the first mail.

        Args:
            settings: server, login and encryption.
            patience: how long to wait for answers.
            tls: whom to trust; without it those whom the machine trusts (`SSL_CERT_FILE` names others).
        """
        self._settings = settings
        self._patience = patience or Patience()
        self._tls = tls
        self._idle: list[_Connection] = []

    async def __aenter__(self) -> Self:
        """Nothing is open yet."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Say goodbye, politely where the server still listens."""
        for connection in self._idle:
            try:
                await connection.quit()
            except (aiosmtplib.SMTPException, OSError):
                connection.close()
        self._idle.clear()

    async def send(self, mail: Mail, *, sender: str, recipient: str) -> str:
        """Hand one mail over.

        A kept connection that the server has ended in the meantime, or ends now before it has the mail (some take so
        many mails a connection), is replaced by a fresh one.
        """
        while kept := self._kept():
            try:
                return await self._over(kept, mail, sender=sender, recipient=recipient)
            except InDoubtError:
                raise
            except ServerAwayError:
                if kept.is_connected:  # it spoke, and about us
                    raise
        return await self._over(await self._fresh(), mail, sender=sender, recipient=recipient)

    async def _over(self, connection: "_Connection", mail: Mail, *, sender: str, recipient: str) -> str:
        try:
            return await connection.hand_over(mail.data, sender=sender, recipient=recipient)
        finally:
            if connection.is_connected:
                self._idle.append(connection)

    def _kept(self) -> "_Connection | None":
        while self._idle:
            connection = self._idle.pop()
            if connection.is_connected:
                return connection
        return None

    async def _fresh(self) -> "_Connection":
        s = self._settings
        connection = _Connection(
            hostname=s.host,
            port=s.port,
            username=s.user or None,
            password=s.password or None,
            use_tls=s.tls == "tls",
            start_tls=s.tls == "starttls",
            tls_context=self._tls,
            timeout=self._patience.command,
        )
        connection.patience = self._patience
        try:
            await connection.connect()
        except Exception as error:
            connection.close()
            raise _explained(error, s) from error
        return connection


class _Connection(aiosmtplib.SMTP):
    """One connection, and how far the mail on it has come."""

    patience: Patience
    stage = Stage.CONNECT

    async def hand_over(self, data: bytes, *, sender: str, recipient: str) -> str:
        """One mail transaction (RFC 5321, section 3.3); the server's reply.

        Raises:
            MailError: the mail was not taken; where the connection still stands, it is ready for the next one.
        """
        try:
            return await self._transaction(data, sender, recipient)
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError) as error:
            self.close()
            if self.stage is Stage.DOT:
                raise InDoubtError(f"no answer to the mail: {error}") from error
            raise ServerAwayError(f"no answer to {self.stage}: {error}") from error
        except aiosmtplib.SMTPResponseException as error:
            refusal = verdict(self.stage, error.code, error.message)
            await self._reset(refusal)
            raise refusal from error
        except ValueError as error:  # an address that no command can carry
            await self._reset(PermanentMailError())
            raise PermanentMailError(str(error)) from error

    async def _transaction(self, data: bytes, sender: str, recipient: str) -> str:
        self.stage = Stage.MAIL
        await self.mail(sender, options=[f"SIZE={len(data)}"] if self.supports_extension("size") else None)
        self.stage = Stage.RCPT
        await self.rcpt(recipient)
        self.stage = Stage.DATA
        answer = await self.execute_command(b"DATA")
        if answer.code != aiosmtplib.SMTPStatus.start_input:
            raise aiosmtplib.SMTPDataError(answer.code, answer.message)
        self.stage = Stage.DOT
        if self.protocol is None:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        self.protocol.write(data + END)  # a `Mail` is as DATA carries it; `aiosmtplib` would go through it twice
        answer = await self.protocol.read_response(timeout=self.patience.mail)
        if answer.code != aiosmtplib.SMTPStatus.completed:
            raise aiosmtplib.SMTPDataError(answer.code, answer.message)
        return f"250 {answer.message}"

    async def _reset(self, refusal: MailError) -> None:
        """Make ready for the next mail; a server that is about to close is left."""
        try:
            if isinstance(refusal, ServerAwayError):
                self.close()
            elif self.is_connected:
                await self.rset()
        except (aiosmtplib.SMTPException, OSError):
            self.close()


def _explained(error: Exception, settings: SmtpSettings) -> ServerAwayError:
    """Why no connection came about, in words that name the remedy."""
    place = f"{settings.host}:{settings.port}"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return ServerAwayError(
                f"TLS: the certificate of {place} is not trusted ({cause.verify_message}). Let the server have one for "
                "that name, or name your own authority in SSL_CERT_FILE."
            )
        if isinstance(cause, ssl.SSLError):
            return ServerAwayError(f"TLS: no encryption came about with {place} ({cause.reason}).")
        cause = cause.__cause__
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return ServerAwayError(
            f"login: {place} refuses user and password of DONDOC_SMTP_URL ({error.code} {error.message})."
        )
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return ServerAwayError(f"{place} does not let us in: {error.code} {error.message}")
    if isinstance(error, aiosmtplib.SMTPException | OSError):
        return ServerAwayError(str(error) or f"{place}: {type(error).__name__}")
    raise error
