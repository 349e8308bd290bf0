"""Signed mail: another's code verifies it, also behind a real server, and sees every change."""

from base64 import b64encode
from dataclasses import dataclass, field, replace
from datetime import date, time
from pathlib import Path
from typing import Any

import dkim
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from sink import Sink, running
from world import START, Duty, World, moment

from config.settings import read_settings
from engine.delivery import deliver
from engine.errors import BadInputError
from engine.mail.dkim import Signer, read_signer

LAST = date(2020, 3, 20)
KEY = rsa.generate_private_key(65537, 2048)
SIGNER = Signer("vanphong.example.vn", "dondoc", KEY)
PUBLIC = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@dataclass
class Raw(Sink):
    """Keeps the bytes that came."""

    came: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep them."""
        self.came.append(envelope.original_content or b"")
        return await super().handle_DATA(server, session, envelope)


def verified(mail: bytes) -> bool:
    """What dkimpy says of it, with our key in the DNS."""

    def record(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"dondoc._domainkey.vanphong.example.vn."
        return b"v=DKIM1; k=rsa; p=" + b64encode(PUBLIC)

    return bool(dkim.verify(mail, dnsfunc=record))


@pytest.fixture
def signed(small_world: World) -> bytes:
    """A reminder to a collaborator, which may be declined, as it came through a server."""
    small_world.plan(Duty("I.1", LAST, helpers=("so-b",)))
    small_world.sweep(START)
    with running(Raw()) as server:
        sending = small_world.sending(server.transport)
        sending = replace(sending, desk=replace(sending.desk, signer=SIGNER))
        deliver(sending, moment(START, time(8)))
        server.came.clear()
        small_world.sweep_through(date(2020, 3, 4), date(2020, 3, 17))
        deliver(sending, moment(date(2020, 3, 17), time(8)))
        (mail,) = [mail for mail in server.came if b"List-Unsubscribe-Post" in mail]
    return mail


def test_a_signature_holds_behind_a_server_and_covers_the_one_click(signed: bytes) -> None:
    """Verified by another's code; both headers of the one click are in it (RFC 8058, 4)."""
    assert verified(signed)
    head = signed.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b"").decode("ascii")
    (covered,) = [part.split("=")[1].split(":") for part in head.split("; ") if part.startswith("h=")]
    for name in ("from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post"):
        assert covered.count(name) == 2, name  # once as it stands, once so that none can be added


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"Subject: ", b"Subject: x"),
        (b"From: ", b"From: evil@example.org\r\nFrom: "),
        (b"List-Unsubscribe: <https://", b"List-Unsubscribe: <https://evil."),
        (b"Auto-Submitted", b"List-Unsubscribe: <https://evil.example.org>\r\nAuto-Submitted"),
        (b"Auto-Submitted", b"Reply-To: evil@example.org\r\nAuto-Submitted"),
        (b"base64\r\n\r\n", b"base64\r\n\r\nAAAA"),
    ],
)
def test_every_change_breaks_a_signature(signed: bytes, was: bytes, becomes: bytes) -> None:
    """Of a header, of a text, and a header that is added."""
    assert was in signed
    assert not verified(signed.replace(was, becomes, 1))


def test_only_lines_folded_anew_leave_a_signature_whole(signed: bytes) -> None:
    """Servers on the way do that."""
    head, _, body = signed.partition(b"\r\n\r\n")
    name, _, rest = head.rpartition(b"\r\nDate: ")
    assert verified(name + b"\r\ndate:   " + rest + b"\r\n\r\n" + body + b"\r\n\r\n")


def _pem(key: Any, password: bytes = b"") -> bytes:
    kept = BestAvailableEncryption(password) if password else NoEncryption()
    return bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, kept))


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (None, "cannot be read"),
        (b"not a key", "openssl genrsa 2048"),
        (_pem(KEY, b"secret"), "without a password"),
        (_pem(rsa.generate_private_key(65537, 1024)), "2048 bits or more"),
        (_pem(ec.generate_private_key(ec.SECP256R1())), "RSA key"),
    ],
    ids=["missing", "text", "locked", "short", "other"],
)
def test_a_key_that_cannot_sign_stops_the_start(tmp_path: Path, held: bytes | None, words: str) -> None:
    """With the file and the remedy."""
    file, config = tmp_path / "dkim.pem", tmp_path / "dondoc.toml"
    if held is not None:
        file.write_bytes(held)
    config.write_text(f'[mail.dkim]\nselector = "dondoc"\nkey_file = "{file}"\n', encoding="utf-8")
    with pytest.raises(BadInputError) as refused:
        read_settings({"DONDOC_HOME": str(tmp_path), "DONDOC_CONFIG": str(config)})
    assert words in str(refused.value)
    assert str(file) in str(refused.value)


def test_a_fit_key_is_taken_and_half_a_setting_is_not(tmp_path: Path) -> None:
    """The selector needs its file, and the other way round."""
    file, config = tmp_path / "dkim.pem", tmp_path / "dondoc.toml"
    file.write_bytes(_pem(KEY))
    environment = {"DONDOC_HOME": str(tmp_path), "DONDOC_CONFIG": str(config)}
    config.write_text(f'[mail.dkim]\nselector = "dondoc"\nkey_file = "{file}"\n', encoding="utf-8")
    assert read_settings(environment).mail.dkim.selector == "dondoc"
    config.write_text('[mail.dkim]\nselector = "dondoc"\n', encoding="utf-8")
    with pytest.raises(BadInputError, match="belong together"):
        read_settings(environment)
    with pytest.raises(BadInputError, match="not a name in the DNS"):
        read_signer("vanphong.example.vn", "a b", file)
