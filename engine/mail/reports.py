"""What a mail that came to a bounce address says: a bounce, a delay, a complaint, our canary, or nothing that counts.

Delivery reports are RFC 3464 (in UTF-8: RFC 6533), complaints RFC 5965, status codes RFC 3463. Whose mail it was is
known by our signed mark alone; a mail without one has no effect, whatever it says.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.mail.dialects import ADDRESS, STATUS, is_automatic, reason_in, said
from engine.mail.message import one_line
from engine.mail.parts import BLANK, MESSAGES, Fields, Part, fields_of, first, parts_of
from engine.mail.tags import Tags

LONGEST = 1024 * 1024
"""Bytes of a report that are read. What counts stands at the beginning; the original follows."""

WORDS = 300
"""Characters of what the server said that are kept."""

MARK = re.compile(r"(?<![a-z0-9])[bc][0-9a-f]{1,16}\.[a-z2-7]{16}(?![a-z0-9])", re.I)

GOT = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to", "to")
"""The fields of a report that name the address it came to."""

QUOTED = re.compile(r"^(?:return-path|(?:x-)?original-mail-from|errors-to|x-envelope-from)\s*:(.{0,300})", re.I | re.M)
"""Where the original's bounce address stands in a report without parts."""

DELIVERY, FEEDBACK = ("message/delivery-status", "message/global-delivery-status"), "message/feedback-report"

COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list", "complaint"})
"""The types of feedback that say: not wanted. Others are about signatures, viruses, or a complaint taken back."""

ESCAPED = re.compile(r"\\x\{([0-9A-F]{2,6})\}", re.I)
TAG = re.compile(r"<[^<>]{0,2000}>")


class Kind(StrEnum):
    """What a report is. `AUTO_REPLY`: a machine answered for a person; `OTHER`: nothing that counts."""

    BOUNCE = "bounce"
    DELAY = "delay"
    COMPLAINT = "complaint"
    CANARY = "canary"
    AUTO_REPLY = "auto_reply"
    OTHER = "other"


@dataclass(frozen=True)
class Report:
    """A mail that came to a bounce address.

    Attributes:
        message: the number of our message it speaks of.
        canary: the day of the canary it is.
        status: `5.1.1`; empty where it says none.
        action: as RFC 3464 names it (`failed`, `delayed`, `delivered` …), or the type of a complaint.
        recipient: whom the mail did not reach.
        words: what the server said, on one line, without addresses.
        final: whether the server has given the mail up.
    """

    kind: Kind
    message: int | None = None
    canary: date | None = None
    status: str = ""
    action: str = ""
    recipient: str = ""
    words: str = ""
    final: bool = False

    @property
    def for_good(self) -> bool:
        """Whether the address itself failed: another try would come back too."""
        return self.kind == Kind.BOUNCE and not self.status.startswith("4")


def read(raw: bytes, tags: Tags, envelope_to: str = "") -> Report:
    """Read a report; any bytes are understood as something.

    Args:
        raw: the mail.
        tags: the marks of this installation.
        envelope_to: the address it was delivered to, where the server told.
    """
    parts = parts_of(raw[:LONGEST])
    message, canary = _whose(parts, tags, envelope_to)
    if message is None and canary is None:
        return Report(Kind.OTHER)
    kind, found = _said(parts)
    if canary is not None:
        return Report(Kind.CANARY if kind == Kind.BOUNCE else Kind.OTHER, canary=canary)
    return Report(
        kind,
        message=message,
        status=found.get("status", ""),
        action=found.get("action", ""),
        recipient=found.get("recipient", ""),
        words=clean(found.get("words", "")),
        final=kind == Kind.BOUNCE,
    )


def clean(words: str) -> str:
    """Words of a server on one line, without anybody's address."""
    short = one_line(" ".join(words[: WORDS * 3].split()))
    short = ADDRESS.sub("…", short).replace("<…>", "…")
    return short if len(short) <= WORDS else short[: WORDS - 2] + " …"


def _whose(parts: list[Part], tags: Tags, envelope_to: str) -> tuple[int | None, date | None]:
    for place in (envelope_to, *_places(parts)):
        for mark in MARK.findall(place):
            message, canary = tags.read_bounce(mark), tags.read_canary(mark)
            if message is not None or canary is not None:
                return message, canary
    return None, None


def _places(parts: list[Part]) -> Iterator[str]:
    """Where our mark may stand: in the report's own header, its fields, the original's header, the text."""
    for name in GOT:
        yield from parts[0].fields.get(name, ())
    for part in parts:
        if part.kind in (*DELIVERY, FEEDBACK):
            yield from (value for group in _groups(part.text) for values in group.values() for value in values)
    for part in parts:
        if part.kind in MESSAGES:
            yield from (value for values in part.message[0].values() for value in values)
    for part in parts:
        if part.kind.startswith("text/") and part.kind not in MESSAGES:
            yield from QUOTED.findall(part.text)


def _said(parts: list[Part]) -> tuple[Kind, dict[str, str]]:
    return _complaint(parts) or _delivery(parts) or _in_words(parts) or _nothing(parts[0])


def _complaint(parts: list[Part]) -> tuple[Kind, dict[str, str]] | None:
    for part in parts:
        if part.kind == FEEDBACK:
            fields = fields_of(part.text.encode())
            named = first(fields, "feedback-type").lower() or "abuse"
            found = {"action": named, "recipient": _address(first(fields, "original-rcpt-to")), "words": named}
            return Kind.COMPLAINT if named in COMPLAINTS else Kind.OTHER, found
        # Hotmail's and Outlook.com's programme for senders predates RFC 5965: the original with a field of its own.
        if part.kind in MESSAGES and (to := first(part.message[0], "x-hmxmroriginalrecipient")):
            return Kind.COMPLAINT, {"action": "abuse", "recipient": _address(to), "words": "abuse"}
    return None


def _delivery(parts: list[Part]) -> tuple[Kind, dict[str, str]] | None:
    texts = [part.text for part in parts if part.kind in DELIVERY]
    if not texts and parts[0].kind == "multipart/report":  # a gateway changed the type of the part
        texts = [part.text for part in parts[1:] if re.search(r"^final-recipient\s*:", part.text[:20000], re.I | re.M)]
    groups = [
        group for text in texts for group in _groups(text) if group.keys() & {"final-recipient", "action", "status"}
    ]
    if not groups:
        return None
    kind, group = min(((_kind_of(group), group) for group in groups), key=lambda found: SEVERITY.index(found[0]))
    diagnosis = ";".join(first(group, "diagnostic-code").split(";")[1:]) or first(group, "diagnostic-code")
    status, reason = _status_of(group, diagnosis), diagnosis
    if kind == Kind.BOUNCE and (status.endswith(".0.0") or not reason):
        worded, line = reason_in(_human_text(parts))
        reason = reason or line
        status = worded if status.endswith(".0.0") and worded[:1] == status[0] else status
    recipient = _address(first(group, "final-recipient") or first(group, "original-recipient"))
    action = first(group, "action").split(" ")[0].lower()
    return kind, {"status": status, "action": action, "recipient": recipient, "words": reason}


SEVERITY = (Kind.BOUNCE, Kind.DELAY, Kind.OTHER)


def _kind_of(group: Fields) -> Kind:
    action = first(group, "action").split(" ")[0].lower()
    if action in {"relayed", "delivered", "expanded"}:
        return Kind.OTHER
    if action in {"failed", "delayed"}:
        return Kind.BOUNCE if action == "failed" else Kind.DELAY
    return {"5": Kind.BOUNCE, "4": Kind.DELAY}.get(first(group, "status")[:1], Kind.OTHER)


def _status_of(group: Fields, diagnosis: str) -> str:
    """The status, made exact by the server's words where the field says only the class."""
    named = STATUS.search(first(group, "status"))
    exact, _ = reason_in(diagnosis)
    if named is None:
        return exact or ("5.0.0" if _kind_of(group) == Kind.BOUNCE else "")
    if named[1].endswith(".0.0") and exact[:1] == named[1][0]:
        return exact
    return named[1] if named[1][0] != "2" or _kind_of(group) == Kind.OTHER else exact or "5.0.0"


def _in_words(parts: list[Part]) -> tuple[Kind, dict[str, str]] | None:
    found = said(parts[0], _human_text(parts))
    if found is None:
        return None
    told = {"status": found.status, "recipient": found.recipient, "words": found.reason}
    if found.late:
        return Kind.DELAY, told | {"action": "delayed"}
    return Kind.BOUNCE, told | {"action": "failed"}


def _nothing(mail: Part) -> tuple[Kind, dict[str, str]]:
    return (Kind.AUTO_REPLY if is_automatic(mail) else Kind.OTHER), {}


def _human_text(parts: Iterable[Part]) -> str:
    """What a report says to people."""
    texts = [part for part in parts if part.kind in ("text/plain", "text/html")]
    for part in sorted(texts, key=lambda part: part.kind != "text/plain"):
        text = part.text[:50000]
        if part.kind == "text/html":
            text = TAG.sub(" ", re.sub(r"<(br|/p|/div|/tr)\b", "\n<", text, flags=re.I))
        if text.strip():
            return text
    return ""


def _groups(text: str) -> list[Fields]:
    """The groups of fields of a delivery status: of the message, then of each recipient."""
    blocks = BLANK.split(text.encode())[:50]
    return [group for block in blocks if (group := fields_of(block.strip(b"\r\n")))]


def _address(value: str) -> str:
    """The address of `rfc822; a@example.vn`, its escapes undone (RFC 6533, section 3)."""
    bare = value.rpartition(";")[2].strip().strip("<>").strip()
    return one_line(ESCAPED.sub(lambda found: _letter(int(found[1], 16)), bare))[:254]


def _letter(number: int) -> str:
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else "?"
