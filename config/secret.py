"""The installation's one secret, and the keys made from it."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from engine.errors import BadInputError

SECRET_BYTES = 32


def read_secret(path: Path) -> bytes:
    """The secret in a file of 64 hex digits that only its owner may read; made anew when the file is missing.

    Raises:
        BadInputError: the file cannot be read or holds something else.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(SECRET_BYTES) + "\n")
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileExistsError:
        return read_secret(path)
    except (OSError, ValueError) as error:
        raise BadInputError(f"{path}: holds no secret of 64 hex digits, or cannot be read or made.") from error
    if len(secret) != SECRET_BYTES:
        raise BadInputError(f"{path}: the secret must have 64 hex digits.")
    return secret


def derived(secret: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose (HKDF-SHA256, RFC 5869); knowing one tells nothing of another."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"dondoc {purpose}".encode()).derive(secret)


def ledger_key(secret: bytes) -> Ed25519PrivateKey:
    """The key that signs the heads of the escalation log."""
    return Ed25519PrivateKey.from_private_bytes(derived(secret, "ledger 1"))


def public_pem(key: Ed25519PrivateKey) -> bytes:
    """The public half, as the file to hand to a supervisor."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
