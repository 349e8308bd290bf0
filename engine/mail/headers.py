"""Lines of a mail's head: folded, and what is no plain ASCII as encoded words (RFC 5322 2.2.3, RFC 2047).

The standard library's classes take most of the time of a mail; what stands here is the part of them that we need.
"""

import re
import unicodedata
from binascii import b2a_base64
from collections.abc import Sequence
from functools import lru_cache

LINE = 78
"""Octets that a line of the head should not exceed (RFC 5322 2.1.1)."""

WORD = 75
"""Octets of one encoded word at most (RFC 2047 2)."""

FRAME = len("=?utf-8?b??=")
TOKEN = 60
"""A longer run without a blank cannot be folded, and is written as encoded words instead."""

# Line ends and other controls; marks that turn the direction of what follows; halves of a character.
UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
ADDRESS = re.compile(r"[!-~]+@[!-~]+")


def one_line(value: str) -> str:
    """A value fit for a header: NFC, one line, without controls, single blanks."""
    return " ".join(unicodedata.normalize("NFC", UNFIT.sub(" ", value)).split())


@lru_cache(maxsize=4096)
def text(name: str, value: str) -> str:
    """The header of a text that people read."""
    return _folded(name, _tokens(one_line(value), len(name) + 2))


@lru_cache(maxsize=4096)
def mailbox(name: str, shown: str, address: str) -> str:
    """The header of one address with a display name.

    Raises:
        ValueError: it is no address that can be written.
    """
    if not is_address(address):
        raise ValueError(f"not a mail address: {address!r}")
    clean = one_line(shown)
    if clean and not ATOMS.fullmatch(clean) and _plain(clean):
        tokens = ['"' + clean.replace("\\", r"\\").replace('"', r"\"") + '"']
        if len(tokens[0]) > TOKEN:
            tokens = _words(clean, len(name) + 2)
    else:
        tokens = _tokens(clean, len(name) + 2)
    return _folded(name, [*tokens, f"<{address}>"])


def given(name: str, *tokens: str) -> str:
    """The header of tokens that we make ourselves; folded between them only."""
    return _folded(name, tokens)


def is_address(address: str) -> bool:
    """Whether mail can be written to it: one ASCII address without comments, quotes or a list."""
    local, _, domain = address.rpartition("@")
    return bool(ADDRESS.fullmatch(address)) and not re.search(r"[<>()\[\],;:\\\"@]", local + domain)


def _plain(value: str) -> bool:
    return value.isascii() and "=?" not in value


def _tokens(value: str, used: int) -> list[str]:
    tokens = value.split(" ")
    return tokens if _plain(value) and max(map(len, tokens)) <= TOKEN else _words(value, used)


def _words(value: str, used: int) -> list[str]:
    """Encoded words, each of whole characters; the first leaves room for what stands before it."""
    words, start, room = [], 0, _octets(min(WORD, LINE - used))
    while start < len(value):
        end = start + min(len(value) - start, room)
        while len(chunk := value[start:end].encode()) > room:
            end -= max(1, (len(chunk) - room) // 4)
        if end < len(value) and (blank := value.rfind(" ", start, end)) > (start + end) // 2:
            end = blank + 1  # between words of the text: some mail programs show a blank where two encoded words meet
            chunk = value[start:end].encode()
        words.append(f"=?utf-8?b?{b2a_base64(chunk, newline=False).decode()}?=")
        start, room = end, _octets(WORD)
    return words


def _octets(line: int) -> int:
    return (line - FRAME) // 4 * 3


def _folded(name: str, tokens: Sequence[str]) -> str:
    lines, line = [], f"{name}:"
    for place, token in enumerate(tokens):
        if place and len(line) + 1 + len(token) > LINE:
            lines.append(line)
            line = f" {token}"
        else:
            line = f"{line} {token}"
    lines.append(line)
    return "\r\n".join(lines) + "\r\n"
