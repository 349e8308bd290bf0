"""Signs mail (DKIM, RFC 6376) where the server that takes it does not: relaxed over head and body, RSA with SHA-256.

`cryptography` signs: the DKIM library for Python does the arithmetic itself, some fifty times as slow.
"""

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from engine.errors import BadInputError

SEALED = ("from", "to", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "list-id",
          "list-help", "list-unsubscribe", "list-unsubscribe-post", "auto-submitted", "mime-version",
          "content-type")  # fmt: skip
"""Signed, each once more than it occurs: so none can be added on the way (RFC 6376 8.15)."""

SMALLEST = 2048
"""Bits of a key that the large providers take for sure (RFC 8301 3.2)."""


@dataclass(frozen=True)
class Signer:
    """Signs for a domain with the key that its DNS names under `selector._domainkey`."""

    domain: str
    selector: str
    key: RSAPrivateKey

    def sign(self, mail: bytes, sent: datetime) -> bytes:
        """The header to put before a mail.

        Args:
            mail: the whole of it, each header field once at most.
            sent: the time of signing: that of the mail, so that a second try has the same bytes.
        """
        top, _, body = mail.partition(b"\r\n\r\n")
        fields = _fields(top.decode("ascii"))
        present = [name for name in SEALED for field, _ in fields if field == name]
        names = ":".join([*present, *SEALED])
        value = (
            f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={self.domain}; s={self.selector};\r\n"
            f" t={int(sent.timestamp())}; h={_wrapped(names, ':')};\r\n"
            f" bh={b64encode(sha256(_relaxed_body(body)).digest()).decode()};\r\n b="
        )
        by_name = dict(fields)
        signed = "".join(f"{name}:{by_name[name]}\r\n" for name in present)
        signed += f"dkim-signature:{_relaxed(value)}"
        signature = b64encode(self.key.sign(signed.encode("ascii"), PKCS1v15(), SHA256())).decode()
        return f"DKIM-Signature: {value}{_wrapped(signature)}\r\n".encode("ascii")


def read_signer(domain: str, selector: str, file: Path) -> Signer:
    """The signer that settings name.

    Raises:
        BadInputError: the selector is none, or the file holds no fit key.
    """
    place = f"mail.dkim.key_file {file}"
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?", selector):
        raise BadInputError(f"mail.dkim.selector {selector!r}: not a name in the DNS, such as 'dondoc2026'.")
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except OSError as error:
        raise BadInputError(
            f"{place}: cannot be read ({error.strerror}); make it readable for this program."
        ) from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        made = "make one with 'openssl genrsa 2048', without a password"
        raise BadInputError(f"{place}: holds no private key in PEM form; {made}.") from error
    if not isinstance(key, RSAPrivateKey) or key.key_size < SMALLEST:
        raise BadInputError(
            f"{place}: an RSA key of {SMALLEST} bits or more is needed; 'openssl genrsa 2048' makes one."
        )
    return Signer(domain, selector, key)


def _fields(top: str) -> list[tuple[str, str]]:
    unfolded = top.replace("\r\n ", " ").split("\r\n")
    pairs = (field.partition(":") for field in unfolded)
    return [(name.strip().lower(), _relaxed(value)) for name, _, value in pairs]


def _relaxed(value: str) -> str:
    return " ".join(value.split())


def _relaxed_body(body: bytes) -> bytes:
    short = re.sub(rb"[ \t]+(?=\r\n)", b"", re.sub(rb"[ \t]+", b" ", body))
    return short.rstrip(b"\r\n") + b"\r\n"


def _wrapped(value: str, after: str = "", width: int = 70) -> str:
    """The value over several lines; broken after a sign, or anywhere."""
    if not after:
        return "\r\n ".join(value[place : place + width] for place in range(0, len(value), width))
    lines, line = [], ""
    for token in value.split(after):
        if len(line) + len(token) >= width:
            lines.append(line)
            line = ""
        line += token + after
    return "\r\n ".join([*lines, line.removesuffix(after)])
