"""The values of properties (RFC 5545 section 3.3): read strictly, told in words where they cannot be."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from calendars.linter.findings import Findings
from calendars.linter.lines import ContentLine

DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
DATE_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)")
DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,5})W|(?=\d|T\d)(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?)"
)
OFFSET = re.compile(r"([+-])(\d\d)([0-5]\d)([0-5]\d)?")
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20<>\"\\^`{|}]+")
RULE_PART = re.compile(r"[A-Z0-9-]+=[A-Za-z0-9,+:-]+")
FREQUENCIES = {"SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
COLOR = re.compile(r"[A-Za-z]{3,20}")
HTML = re.compile(r"&(?:amp|lt|gt|quot|nbsp|#\d{2,5})\\?;")
BAD_ESCAPE = re.compile(r"\\(?![\\;,nN])")
BARE = re.compile(r"(?<!\\)[;,]")
BARE_IN_LIST = re.compile(r"(?<!\\);")


@dataclass(frozen=True)
class When:
    """A day or a moment as a calendar writes it.

    Attributes:
        value: the day or the local moment.
        kind: `date`, `utc`, `zoned` or `floating`.
        zone: its TZID.
    """

    value: date | datetime
    kind: str
    zone: str = ""

    @property
    def is_date(self) -> bool:
        """Whether it is a whole day."""
        return self.kind == "date"

    def later_than(self, other: "When") -> bool | None:
        """Whether it comes after `other`; None where the two cannot be compared."""
        if (self.kind, self.zone) != (other.kind, other.zone):
            return None
        return self.value > other.value


def read_when(text: str, zone: str = "") -> When | None:
    """A day or a moment; None where it is neither, or no day of the calendar."""
    with suppress(ValueError):
        if found := DATE.fullmatch(text):
            return When(date(*map(int, found.groups())), "date", zone)
        if found := DATE_TIME.fullmatch(text):
            *parts, utc = found.groups()
            year, month, day, hour, minute, second = map(int, parts)
            # 60 is a leap second, which Python does not know.
            moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
            return When(moment, "utc" if utc else "zoned" if zone else "floating", zone) if second <= 60 else None
    return None


def read_duration(text: str) -> timedelta | None:
    """A duration; None where it is none."""
    found = DURATION.fullmatch(text)
    if found is None:
        return None
    sign, *parts = found.groups()
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in parts)
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if sign == "-" else length


def read_offset(text: str) -> timedelta | None:
    """How far a zone is from UTC; None where it is no such offset."""
    found = OFFSET.fullmatch(text)
    if found is None or text in {"-0000", "-000000"}:
        return None
    length = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return -length if found[1] == "-" else length


def _when(line: ContentLine, findings: Findings, *, several: bool = False) -> None:
    asked = line.parameter("VALUE").upper() or "DATE-TIME"
    for text in line.value.split(",") if several else [line.value]:
        when = read_when(text.partition("/")[0] if asked == "PERIOD" else text)
        if when is None or asked not in {"DATE", "DATE-TIME", "PERIOD"}:
            findings.add("value", line.line, f"{line.name} không phải ngày hay thời điểm: “{text[:40]}”.")
        elif when.is_date and asked != "DATE":
            findings.add("value-date", line.line, f"{line.name} là ngày nhưng thiếu VALUE=DATE.")
        elif not when.is_date and asked == "DATE":
            findings.add("value", line.line, f"{line.name} có VALUE=DATE nhưng ghi cả giờ: “{text[:40]}”.")
        else:
            _zone(line, when, findings)


def _zone(line: ContentLine, when: When, findings: Findings) -> None:
    zone = line.parameter("TZID")
    if zone and when.kind in {"date", "utc"}:
        findings.add("zone-where", line.line, f"{line.name} có TZID ở {'ngày' if when.is_date else 'giờ UTC'}.")
    elif not zone and when.kind == "floating":
        findings.add("floating", line.line, f"{line.name} là giờ không có múi giờ.")


def _whens(line: ContentLine, findings: Findings) -> None:
    _when(line, findings, several=True)


def _utc(line: ContentLine, findings: Findings) -> None:
    when = read_when(line.value)
    if when is None:
        findings.add("value", line.line, f"{line.name} không phải thời điểm: “{line.value[:40]}”.")
    elif when.kind != "utc":
        findings.add("utc", line.line, f"{line.name} không theo UTC: “{line.value}”.")
    elif "TZID" in line.parameters:
        findings.add("zone-where", line.line, f"{line.name} có TZID ở giờ UTC.")


def _duration(line: ContentLine, findings: Findings) -> None:
    length = read_duration(line.value)
    if length is None:
        findings.add("value", line.line, f"{line.name} không phải thời lượng: “{line.value[:40]}”.")
    elif length < timedelta(0):
        findings.add("value", line.line, f"{line.name} âm: “{line.value}”.")


def _integer(low: int, high: int) -> Callable[[ContentLine, Findings], None]:
    def check(line: ContentLine, findings: Findings) -> None:
        if not re.fullmatch(r"[+-]?[0-9]{1,10}", line.value) or not low <= int(line.value) <= high:
            findings.add("value", line.line, f"{line.name} không phải số từ {low} đến {high}: “{line.value[:40]}”.")

    return check


def _uri(line: ContentLine, findings: Findings) -> None:
    if line.parameter("VALUE").upper() in {"BINARY", "TEXT", "UID"}:
        return
    if not URI.fullmatch(line.value):
        findings.add("uri", line.line, f"{line.name} không phải URI: “{line.value[:60]}”.")


def _offset(line: ContentLine, findings: Findings) -> None:
    if read_offset(line.value) is None:
        findings.add("value", line.line, f"{line.name} không phải độ lệch giờ: “{line.value[:40]}”.")


def _rule(line: ContentLine, findings: Findings) -> None:
    parts = line.value.upper().split(";")
    known = dict(part.partition("=")[::2] for part in parts)
    whole = all(RULE_PART.fullmatch(part) for part in parts) and len(known) == len(parts)
    if not whole or known.get("FREQ") not in FREQUENCIES or {"COUNT", "UNTIL"} <= known.keys():
        findings.add("value", line.line, f"{line.name} không phải quy tắc lặp: “{line.value[:60]}”.")


def _text(line: ContentLine, findings: Findings, bare: re.Pattern[str] = BARE) -> None:
    raw = line.value.replace("\\\\", "__")
    if wrong := BAD_ESCAPE.search(raw):
        findings.add("escape", line.line, f"{line.name} có “{raw[wrong.start() : wrong.start() + 2]}”.")
    elif wrong := bare.search(raw):
        findings.add("escape", line.line, f"{line.name} có dấu “{wrong[0]}” chưa thoát.")
    if wrong := HTML.search(raw):
        findings.add("html", line.line, f"{line.name} có “{wrong[0]}”.")


def _texts(line: ContentLine, findings: Findings) -> None:
    _text(line, findings, BARE_IN_LIST)


def _color(line: ContentLine, findings: Findings) -> None:
    if not COLOR.fullmatch(line.value):
        findings.add("color", line.line, f"COLOR không phải tên màu: “{line.value[:40]}”.")


KINDS: dict[str, Callable[[ContentLine, Findings], None]] = (
    dict.fromkeys(("DTSTART", "DTEND", "DUE", "RECURRENCE-ID"), _when)
    | dict.fromkeys(("EXDATE", "RDATE"), _whens)
    | dict.fromkeys(("DTSTAMP", "CREATED", "LAST-MODIFIED", "COMPLETED", "ACKNOWLEDGED"), _utc)
    | dict.fromkeys(("DURATION", "X-PUBLISHED-TTL"), _duration)
    | dict.fromkeys(("SEQUENCE", "REPEAT"), _integer(0, 2**31 - 1))
    | {"PRIORITY": _integer(0, 9), "PERCENT-COMPLETE": _integer(0, 100)}
    | dict.fromkeys(("URL", "SOURCE", "TZURL", "ORGANIZER", "ATTENDEE", "ATTACH", "IMAGE", "CONFERENCE"), _uri)
    | dict.fromkeys(("TZOFFSETFROM", "TZOFFSETTO"), _offset)
    | {"RRULE": _rule, "COLOR": _color}
    | dict.fromkeys(("SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT", "NAME"), _text)
    | dict.fromkeys(("X-WR-CALNAME", "X-WR-CALDESC", "PRODID"), _text)
    | dict.fromkeys(("CATEGORIES", "RESOURCES"), _texts)
)
"""How the value of a property is checked by itself; of others only the line is."""

TEXT_SUBSTITUTES = re.compile(r"\\([\\;,nN])")


def unescaped(value: str) -> str:
    """The text of a TEXT value."""
    return TEXT_SUBSTITUTES.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
