"""A mail of anyone's making taken apart, whatever is in it: in bounded time, and without ever failing.

The standard library's parser follows every rule and every nesting, in time and depth that a sender may choose. Of a
report only the outer parts count, so this one stops early: at a depth, a number of parts, a size of headers.
"""

import re
from binascii import Error as BadBase64
from binascii import a2b_base64
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from quopri import decodestring

DEEPEST = 5
MOST_PARTS = 40
HEADER_BYTES = 64 * 1024
MOST_FIELDS = 400

BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")
FOLD = re.compile(r"\r?\n(?=[ \t])")
BOUNDARY = re.compile(r'\bboundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.I)
CHARSET = re.compile(r'\bcharset\s*=\s*"?([\w.-]{1,40})', re.I)
KNOWN_CHARSETS = re.compile(
    r"(utf-?8|us-ascii|iso-?8859-\d{1,2}|(windows-|cp)\d{3,4}|gb\d+k?|big5|koi8-[ru]|shift_jis|euc-\w\w|iso-2022-jp)",
    re.I,
)
"""Those that decode in one pass; some of Python's other codecs take a time of their own."""

MESSAGES = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})
"""The types in which a report brings the original, or its headers."""

Fields = dict[str, list[str]]
"""Header fields: lower-case name → values, unfolded."""


@dataclass(frozen=True)
class Part:
    """One part of a mail.

    Attributes:
        kind: its media type in lower case.
        fields: its header.
        body: what follows the header, as it came.
        depth: 0 for the mail itself.
    """

    kind: str
    fields: Fields
    body: bytes
    depth: int

    def field(self, name: str) -> str:
        """The first value of a field; empty where there is none."""
        return first(self.fields, name)

    @property
    def text(self) -> str:
        """The body as text, its transfer encoding undone; what is no text becomes question marks."""
        return as_text(self._bytes(), self.field("content-type"))

    def _bytes(self) -> bytes:
        encoding = self.field("content-transfer-encoding").strip().lower()
        if encoding == "base64":
            return _base64(self.body)
        return decodestring(self.body) if encoding == "quoted-printable" else self.body

    @property
    def message(self) -> tuple[Fields, bytes]:
        """Header and body of a mail that this part brings."""
        return split(self._bytes())


def parts_of(raw: bytes) -> list[Part]:
    """The parts of a mail in their order, the mail itself first. A mail that a part brings is not taken apart."""
    found: list[Part] = []
    for part in _walk(raw, 0, "text/plain"):
        found.append(part)
        if len(found) == MOST_PARTS:
            break
    return found


def split(raw: bytes) -> tuple[Fields, bytes]:
    """Header and body of a mail or a part."""
    if raw.startswith((b"\n", b"\r\n")):
        return {}, raw.lstrip(b"\r\n")
    head = raw[: HEADER_BYTES + 4]
    if end := BLANK.search(head):
        return fields_of(raw[: end.start()]), raw[end.end() :]
    return fields_of(head), b"" if len(raw) <= len(head) else raw[len(head) :]


def fields_of(head: bytes) -> Fields:
    """The fields of a header; lines that are none are left out."""
    found: Fields = {}
    text = FOLD.sub("", as_text(head[:HEADER_BYTES], ""))
    for line in text.split("\n", MOST_FIELDS)[:MOST_FIELDS]:
        name, colon, value = line.partition(":")
        if colon and name.strip() and " " not in name.strip():
            found.setdefault(name.strip().lower(), []).append(value.strip())
    return found


def first(fields: Fields, name: str) -> str:
    """The first value of a field; empty where there is none."""
    return next(iter(fields.get(name, ())), "")


def words(value: str) -> str:
    """A field's value with its encoded words read (RFC 2047); one that cannot be read stays as it is."""
    try:
        return str(make_header(decode_header(value[:2000])))
    except (HeaderParseError, LookupError, ValueError):
        return value


def as_text(raw: bytes, content_type: str) -> str:
    """Bytes as text of the charset that a Content-Type names."""
    named = CHARSET.search(content_type)
    charset = named[1] if named and KNOWN_CHARSETS.fullmatch(named[1]) else "utf-8"
    try:
        return raw.decode(charset, "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _walk(raw: bytes, depth: int, default: str) -> Iterator[Part]:
    fields, body = split(raw)
    content_type = first(fields, "content-type")
    kind = content_type.partition(";")[0].strip().lower() or default
    yield Part(kind, fields, body, depth)
    boundary = BOUNDARY.search(content_type)
    if kind.startswith("multipart/") and boundary and depth < DEEPEST:
        inner = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        for piece in _pieces(body, (boundary[1] or boundary[2]).encode()):
            yield from _walk(piece, depth + 1, inner)


def _pieces(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """What stands between the delimiters; a last one that is missing is taken as read."""
    delimiter = re.compile(rb"(?:^|\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\r?$)")
    begun = None
    for found in delimiter.finditer(body):
        if begun is not None:
            yield body[begun : found.start()].removesuffix(b"\r")
        if found[1]:
            return
        begun = found.end() + (2 if body[found.end() : found.end() + 2] == b"\r\n" else 1)
    if begun is not None:
        yield body[begun:]


def _base64(body: bytes) -> bytes:
    clean = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    try:
        return a2b_base64(clean[: len(clean) // 4 * 4] + (b"" if len(clean) % 4 < 2 else _rest(clean)))
    except BadBase64:
        return body


def _rest(clean: bytes) -> bytes:
    rest = clean[len(clean) // 4 * 4 :]
    return rest + b"=" * (4 - len(rest))
