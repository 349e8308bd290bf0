"""The calendar as a whole (RFC 5545 section 3.4, RFC 7986): its frame, its names, how often it is to be fetched."""

import re
from datetime import datetime, timedelta

from calendars.linter.findings import NOWHERE, Findings, Place
from calendars.linter.tree import Component
from calendars.linter.values import read_duration, read_when

LONGEST = timedelta(days=1)
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,}|[?&](?:token|key|secret|auth|private)", re.IGNORECASE)
"""What in an address looks like a key to it."""


def check_calendar(calendar: Component, findings: Findings, *, items: int, newest: datetime | None) -> None:
    """Check a calendar that has ended.

    Args:
        calendar: its own properties.
        findings: where faults go.
        items: how many components stand in it.
        newest: the last LAST-MODIFIED of these.
    """
    place = Place(calendar.name)
    for name, wanted in (("VERSION", {"2.0"}), ("PRODID", None), ("CALSCALE", {"GREGORIAN", ""})):
        _frame(calendar, name, wanted, findings)
    if not items:
        findings.add("empty", calendar.line, "Lịch không có thành phần nào.", place)
    for line in calendar.all("METHOD")[:1]:
        findings.add("method", line.line, f"Có METHOD:{line.value[:40]}.", place)
    _names(calendar, findings, place)
    _refresh(calendar, findings, place)
    for line in calendar.all("SOURCE"):
        if TOKEN.search(line.value):
            findings.add("source", line.line, "SOURCE có vẻ mang mã mở lịch.", place)
    for line in (*calendar.all("IMAGE"), *calendar.all("CONFERENCE")):
        if line.value.lower().startswith(("http:", "https:")):
            findings.add("external", line.line, f"{line.name} dẫn ra máy chủ ngoài.", place)
    for name in ("URL", "LAST-MODIFIED", "UID", "REFRESH-INTERVAL", "SOURCE", "COLOR"):
        if len(found := calendar.all(name)) > 1:
            findings.add("once", found[1].line, f"{name} của lịch có {len(found)} lần.", place)
    changed = calendar.first("LAST-MODIFIED")
    moment = read_when(changed.value) if changed else None
    if changed and moment and isinstance(moment.value, datetime) and newest and moment.value < newest:
        findings.add("calendar-modified", changed.line, "LAST-MODIFIED của lịch cũ hơn của một mục trong đó.", place)


def _frame(calendar: Component, name: str, wanted: set[str] | None, findings: Findings) -> None:
    """Exactly one, and with that value; where nothing is a value too, at most one."""
    found = calendar.all(name)
    optional = wanted is not None and "" in wanted
    fits = wanted is None or calendar.value(name).upper() in wanted
    if len(found) > 1 or (not found and not optional) or not fits:
        line = found[-1].line if found else calendar.line
        what = f"có {len(found)} lần" if len(found) != 1 else f"là “{found[0].value[:40]}”"
        findings.add(name.lower(), line, f"{name} {what}.", NOWHERE if found else Place(calendar.name))


def _names(calendar: Component, findings: Findings, place: Place) -> None:
    for name in ("NAME", "DESCRIPTION"):
        languages = [line.parameter("LANGUAGE").lower() for line in calendar.all(name)]
        if len(set(languages)) < len(languages):
            findings.add("name-language", calendar.all(name)[1].line, f"{name} có hai lần cho một ngôn ngữ.", place)
    shown = calendar.first("X-WR-CALNAME")
    names = {line.value for line in calendar.all("NAME")}
    if shown and names and shown.value not in names:
        findings.add("name", shown.line, "NAME và X-WR-CALNAME khác nhau.", place)


def _refresh(calendar: Component, findings: Findings, place: Place) -> None:
    interval, published = calendar.first("REFRESH-INTERVAL"), calendar.first("X-PUBLISHED-TTL")
    if not calendar.has("REFRESH-INTERVAL") and not calendar.has("X-PUBLISHED-TTL"):
        findings.add("refresh-missing", calendar.line, "Lịch không nói bao lâu thì tải lại.", place)
    if interval:
        length = read_duration(interval.value)
        if length is None or length <= timedelta(0) or interval.parameter("VALUE").upper() != "DURATION":
            findings.add("refresh", interval.line, "REFRESH-INTERVAL thiếu VALUE=DURATION hoặc không dương.", place)
            return
    lengths = [(line, read_duration(line.value)) for line in (interval, published) if line]
    if len({length for _, length in lengths if length is not None}) > 1:
        findings.add("refresh-differs", lengths[1][0].line, "REFRESH-INTERVAL và X-PUBLISHED-TTL khác nhau.", place)
    for line, length in lengths:
        if length and length > LONGEST:
            findings.add("refresh-long", line.line, f"{line.name}:{line.value} dài hơn một ngày.", place)
            break
