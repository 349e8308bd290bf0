"""What mail is made with and leaves by, as the settings have it."""

from functools import lru_cache
from pathlib import Path

from config.files import TEMPLATES
from config.settings import MailSettings
from engine.errors import RefusedError
from engine.mail.dkim import Signer, read_signer
from engine.mail.render import Renderer
from engine.mail.smtp import SmtpSettings, SmtpTransport
from engine.mail.transport import FileTransport, Transport

MAIL_TEMPLATES = TEMPLATES / "email"


@lru_cache(maxsize=2)
def renderer_with(overrides: tuple[tuple[str, str], ...]) -> Renderer:
    """The shipped mail templates with an office's own (name, text) in place of them; kept, for they compile slowly."""
    return Renderer(MAIL_TEMPLATES, dict(overrides))


def signer_of(mail: MailSettings) -> Signer | None:
    """What signs mail, where the settings name a key; they were checked at the start."""
    if not mail.dkim.selector:
        return None
    return read_signer(mail.sender_address.rpartition("@")[2], mail.dkim.selector, Path(mail.dkim.key_file))


def transport_of(smtp: SmtpSettings | None, folder: Path, *, demo: bool) -> Transport:
    """By which way mail leaves: a server, or files in `folder` where none is set.

    Raises:
        RefusedError: a demo would send to a server elsewhere.
    """
    if smtp is None:
        return FileTransport(folder)
    if demo and not smtp.on_loopback:
        raise RefusedError("A demo sends mail only to files or to a server on this machine: unset DONDOC_SMTP_URL.")
    return SmtpTransport(smtp)
