"""How a composed mail leaves: to an SMTP server, or to files where none is set. Both have one shape."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from engine.mail.errors import ServerAwayError
from engine.mail.message import Mail


class Transport(Protocol):
    """Where mails go. Used as an async context; several may be on their way at once."""

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
