"""Keys that a command is given as files."""

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from engine.errors import BadInputError


def public_key(path: Path) -> Ed25519PublicKey:
    """The public key in a file.

    Raises:
        BadInputError: it cannot be read, or holds no Ed25519 key in PEM form.
    """
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read ({error.strerror}).") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadInputError(f"{path}: holds no public key in PEM form.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise BadInputError(f"{path}: the key is not an Ed25519 key.")
    return key
