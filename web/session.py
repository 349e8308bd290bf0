"""Who is there: a signed cookie, signed links to sign in by, and form tokens. Nothing of it is kept on the server."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

from config.assembly import Installation

SESSION_LIFETIME = timedelta(hours=12)
LINK_LIFETIME = timedelta(hours=1)
DEMO_LIFETIME = timedelta(days=7)
"""A demo holds nothing worth taking; its links are printed at the start and should last for the trial."""

FLASH_LIFETIME = timedelta(minutes=1)
PREFERENCES_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True)
class Session:
    """What the cookie carries: a random id, and the person's key once signed in."""

    id: str
    person: str | None = None


class Signing:
    """Signs and reads what leaves the server and comes back, with one key and a salt for each purpose."""

    def __init__(self, installation: Installation) -> None:
        self._key = installation.key_for("session")
        self._installation = installation
        self.secure = installation.settings.base_url.startswith("https:")
        self.cookie = "__Host-dondoc" if self.secure else "dondoc"

    @property
    def lifetime(self) -> timedelta:
        """How long a session lasts."""
        return DEMO_LIFETIME if self._installation.demo else SESSION_LIFETIME

    def write_session(self, session: Session) -> str:
        """The session as the cookie's value."""
        return self._signs("session").dumps([session.id, session.person])

    def read_session(self, cookie: str | None) -> Session | None:
        """The session of a cookie; None where it is missing, forged or over."""
        read = self._read("session", cookie, self.lifetime)
        return Session(*read) if isinstance(read, list) and len(read) == 2 else None

    def write_link(self, person: str) -> str:
        """The token of a link by which that person signs in."""
        return self._signs("link").dumps(person)

    def read_link(self, token: str) -> str | None:
        """Whom a link signs in; None where it is forged or over."""
        read = self._read("link", token, DEMO_LIFETIME if self._installation.demo else LINK_LIFETIME)
        return read if isinstance(read, str) else None

    def write_flash(self, text: str) -> str:
        """A line that the next page shows once."""
        return self._signs("flash").dumps(text)

    def read_flash(self, cookie: str | None) -> str:
        """The line of the last request; empty where there is none."""
        read = self._read("flash", cookie, FLASH_LIFETIME)
        return read if isinstance(read, str) else ""

    def write_preferences(self, mailbox: int, person: str) -> str:
        """What the form on a mailbox's wishes must bring back; `person` is the key of who is signed in, or empty."""
        return self._signs("preferences").dumps([mailbox, person])

    def read_preferences(self, token: str) -> list[object] | None:
        """Mailbox and person of such a form; None where it is forged or over."""
        read = self._read("preferences", token, PREFERENCES_LIFETIME)
        return read if isinstance(read, list) else None

    def form_token(self, session: Session) -> str:
        """What a form of this session must bring back."""
        return hmac.digest(self._key, f"form:{session.id}".encode(), "sha256").hex()

    def form_token_fits(self, session: Session, token: str) -> bool:
        """Whether a form came from a page of this session."""
        return hmac.compare_digest(self.form_token(session).encode(), token.encode())

    def _signs(self, salt: str) -> URLSafeTimedSerializer:
        installation = self._installation

        class _Dated(TimestampSigner):
            def get_timestamp(self) -> int:
                return int(installation.clock.real().timestamp())

            def timestamp_to_datetime(self, ts: int) -> datetime:
                return datetime.fromtimestamp(ts, tz=UTC)

        return URLSafeTimedSerializer(self._key, salt=salt, signer=_Dated)

    def _read(self, salt: str, text: str | None, lifetime: timedelta) -> Any:  # noqa: ANN401  what was signed
        try:
            return self._signs(salt).loads(text or "", max_age=int(lifetime.total_seconds()))
        except BadSignature:
            return None


def new_session(person: str | None = None) -> Session:
    """A session with a fresh id, so that one given before sign-in opens nothing after it."""
    return Session(secrets.token_hex(16), person)


def signin_link(installation: Installation, person_key: str) -> str:
    """The address by which a person signs in; good for an hour, in a demo for seven days."""
    return f"{installation.settings.base_url}/sign-in/{Signing(installation).write_link(person_key)}"
