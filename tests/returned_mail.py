"""The corpus of reports, and a small way of making more."""

from pathlib import Path

from engine.mail.tags import Tags

CORPUS = Path(__file__).parent / "bounces" / "corpus"
TAGS = Tags(b"a key of the tests")
SENDER = "don-doc@tinh.example.vn"


def bounce_address(message: int = 4711, tags: Tags = TAGS) -> str:
    """The bounce address of a message."""
    return SENDER.replace("@", f"+{tags.bounce(message)}@")


def mail(name: str, message: int = 4711, *, tags: Tags = TAGS, address: str = "") -> bytes:
    """A mail of the corpus about that message; `address` instead of the agency's."""
    text = (CORPUS / f"{name}.eml").read_text(encoding="utf-8").replace("{bounce}", bounce_address(message, tags))
    return text.replace("vanthu@so-a.example.vn", address or "vanthu@so-a.example.vn").encode()
