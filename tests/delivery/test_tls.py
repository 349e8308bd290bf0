"""Encryption and login, with real servers and a certificate authority of the test's own."""

import datetime as dt
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sink import Sink, free_port
from world import START, Duty, World

from engine.errors import BadInputError
from engine.mail.smtp import Patience, SmtpSettings, SmtpTransport

LAST = dt.date(2020, 3, 20)
USER, PASSWORD = "dondoc", "mật-khẩu"


class Authority:
    """A certificate authority, and one certificate of it in files."""

    def __init__(self, folder: Path, name: str = "localhost") -> None:
        now = dt.datetime.now(dt.UTC)
        key, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Mẫu CA")])
        basis = x509.CertificateBuilder().not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
        basis = basis.issuer_name(issuer).serial_number(x509.random_serial_number())
        root = (
            basis.subject_name(issuer)
            .public_key(key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        leaf = (
            basis.subject_name(x509.Name([]))
            .public_key(own.public_key())
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.root, chain = folder / "ca.pem", folder / "server.pem"
        self.root.write_bytes(root.public_bytes(Encoding.PEM))
        private = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain.write_bytes(private + leaf.public_bytes(Encoding.PEM))
        self.server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.server.load_cert_chain(chain)

    @property
    def client(self) -> ssl.SSLContext:
        """Who trusts it."""
        return ssl.create_default_context(cafile=str(self.root))


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """One for the name that the servers have here."""
    return Authority(tmp_path)


def known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    """The one user's password."""
    fits = isinstance(data, LoginPassword) and data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=fits, handled=False)


@contextmanager
def server(sink: Sink, authority: Authority, mode: str, **more: Any) -> Iterator[int]:
    """A server that speaks TLS from the first octet (`tls`), or after STARTTLS (`starttls`), or never."""
    port = free_port()
    kinds: dict[str, dict[str, Any]] = {
        "tls": {"ssl_context": authority.server, "auth_require_tls": False},  # it sees no STARTTLS
        "starttls": {"tls_context": authority.server, "require_starttls": True},
        "none": {},
    }
    controller = Controller(sink, hostname="localhost", port=port, **kinds[mode], **more)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def client(port: int, mode: str, trust: ssl.SSLContext | None, user: str = "", password: str = "") -> SmtpTransport:
    """How the product would be set up."""
    return SmtpTransport(SmtpSettings("localhost", port, user, password, mode), patience=Patience(5, 5), tls=trust)


@pytest.fixture
def waiting(small_world: World) -> World:
    """A mail that waits."""
    small_world.plan(Duty("I.1", LAST))
    small_world.sweep(START)
    return small_world


@pytest.mark.parametrize("mode", ["tls", "starttls"])
def test_mail_goes_encrypted_with_login_to_a_server_that_is_trusted(
    waiting: World, authority: Authority, mode: str
) -> None:
    """User and password go only inside the encryption."""
    sink = Sink()
    with server(sink, authority, mode, authenticator=known, auth_required=mode == "starttls") as port:
        done = waiting.deliver(START, client(port, mode, authority.client, USER, PASSWORD))
    assert (done.sent, done.error) == (1, "")
    assert len(sink.mails) == 1


def test_the_machines_own_trust_can_be_extended_by_a_file(
    waiting: World, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`SSL_CERT_FILE` names an authority of the office's own."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))
    sink = Sink()
    with server(sink, authority, "starttls") as port:
        assert waiting.deliver(START, client(port, "starttls", None)).sent == 1


@pytest.mark.parametrize("mode", ["tls", "starttls"])
@pytest.mark.parametrize("fault", ["unknown", "name"])
def test_a_certificate_that_cannot_be_trusted_stops_everything_and_is_named(
    waiting: World, tmp_path: Path, mode: str, fault: str
) -> None:
    """Nothing leaves, nothing is counted; the words say what to do."""
    authority = Authority(tmp_path, "localhost" if fault == "unknown" else "mail.khac.example.vn")
    sink = Sink()
    with server(sink, authority, mode) as port:
        done = waiting.deliver(START, client(port, mode, None if fault == "unknown" else authority.client))
    assert done.counts() == {"sent": 0, "failed": 0, "withdrawn": 0, "pending": 1}
    assert "certificate" in done.error
    assert "SSL_CERT_FILE" in done.error
    assert sink.mails == []


@pytest.mark.parametrize(("mode", "offered"), [("starttls", "none"), ("tls", "none"), ("tls", "starttls")])
def test_mail_never_goes_open_where_encryption_is_asked_for(
    waiting: World, authority: Authority, mode: str, offered: str
) -> None:
    """A server without it gets nothing, whoever took its offer away."""
    sink = Sink()
    with server(sink, authority, offered) as port:
        transport = SmtpTransport(
            SmtpSettings("localhost", port, tls=mode), patience=Patience(1, 1), tls=authority.client
        )
        done = waiting.deliver(START, transport)
    assert done.error
    assert done.counts()["pending"] == 1
    assert sink.mails == []


def test_a_wrong_password_is_named_without_repeating_it(waiting: World, authority: Authority) -> None:
    """535: about us; no try is counted, no recipient burnt."""
    sink = Sink()
    with server(sink, authority, "starttls", authenticator=known, auth_required=True) as port:
        done = waiting.deliver(START, client(port, "starttls", authority.client, USER, "sai-rồi"))
    assert "login" in done.error
    assert "535" in done.error
    assert "sai-rồi" not in done.error
    assert done.counts() == {"sent": 0, "failed": 0, "withdrawn": 0, "pending": 1}


def test_a_server_that_asks_for_a_login_fails_no_message(waiting: World, authority: Authority) -> None:
    """530 to MAIL, since no user is set."""
    sink = Sink()
    with server(sink, authority, "starttls", authenticator=known, auth_required=True) as port:
        done = waiting.deliver(START, client(port, "starttls", authority.client))
    assert "530" in done.error
    assert done.counts()["pending"] == 1


@pytest.mark.parametrize(
    "url",
    ["smtp://x.example.vn?tsl=starttls", "smtp://x.example.vn?tls=starttls&verify=no", "smtp://x.example.vn?tls="],
)
def test_an_address_with_an_option_that_is_not_known_is_refused(url: str) -> None:
    """A slip of the pen must not mean: without encryption."""
    with pytest.raises(BadInputError, match="DONDOC_SMTP_URL"):
        SmtpSettings.parse(url)
