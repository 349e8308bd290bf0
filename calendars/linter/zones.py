"""Time zones (RFC 5545 section 3.6.5): each TZID in use is declared once, under a name that clients know."""

from datetime import timedelta
from zoneinfo import available_timezones

from calendars.linter.findings import Findings, Place
from calendars.linter.lines import ContentLine
from calendars.linter.tree import Component
from calendars.linter.values import read_offset, read_when

VIETNAM = {"Asia/Ho_Chi_Minh", "Asia/Saigon", "SE Asia Standard Time"}
HOURS = timedelta(hours=7)
WINDOWS = {
    "SE Asia Standard Time": "Asia/Ho_Chi_Minh",
    "China Standard Time": "Asia/Shanghai",
    "Singapore Standard Time": "Asia/Singapore",
    "Tokyo Standard Time": "Asia/Tokyo",
    "Korea Standard Time": "Asia/Seoul",
    "Taipei Standard Time": "Asia/Taipei",
    "India Standard Time": "Asia/Kolkata",
    "AUS Eastern Standard Time": "Australia/Sydney",
    "GMT Standard Time": "Europe/London",
    "Romance Standard Time": "Europe/Paris",
    "W. Europe Standard Time": "Europe/Berlin",
    "Russian Standard Time": "Europe/Moscow",
    "Eastern Standard Time": "America/New_York",
    "Pacific Standard Time": "America/Los_Angeles",
}
"""What Outlook calls zones (CLDR windowsZones), and their names elsewhere."""


class Zones:
    """The zones declared in a calendar, and those used: a declaration may follow its use."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._declared: set[str] = set()
        self._used: dict[str, tuple[ContentLine, Place]] = {}
        self._utc: tuple[ContentLine, Place] | None = None

    def use(self, item: Component) -> None:
        """Note what zones an item uses."""
        for line in item.properties:
            zone = line.parameter("TZID")
            if zone and zone not in self._used:
                self._used[zone] = line, item.place()
            elif self._utc is None and line.name in {"DTSTART", "DUE"} and line.value.endswith("Z"):
                self._utc = line, item.place()

    def declare(self, zone: Component) -> None:
        """Check a VTIMEZONE."""
        name = zone.value("TZID")
        observances = [*zone.named("STANDARD"), *zone.named("DAYLIGHT")]
        if name in self._declared:
            self._findings.add("zone-twice", zone.line, f"VTIMEZONE {name} có hai lần.")
        self._declared.add(name)
        whole = all(part.has(need) for part in observances for need in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"))
        local = all((start := read_when(part.value("DTSTART"))) and start.kind == "floating" for part in observances)
        if not name or not observances or not whole or not local:
            self._findings.add("zone-parts", zone.line, "VTIMEZONE thiếu phần bắt buộc.")
        elif name in VIETNAM and not _is_vietnam(zone):
            self._findings.add("zone-vietnam", zone.line, f"VTIMEZONE {name} không phải giờ Việt Nam.")
        if name:
            self._name(name, zone.line, zone.place())

    def done(self) -> None:
        """The calendar has ended: what was used and never declared is known."""
        for name, (line, place) in self._used.items():
            if name.removeprefix("/") and name not in self._declared:
                self._findings.add("zone-missing", line.line, f"TZID {name[:60]} không có VTIMEZONE.", place)
                self._name(name, line.line, place)
        if self._utc:
            line, place = self._utc
            self._findings.add("utc-shown", line.line, f"{line.name} ghi giờ theo UTC.", place)

    def named(self, line: ContentLine, place: Place) -> None:
        """Check the name of a zone that a calendar declares for display only."""
        self._name(line.value, line.line, place)

    def _name(self, name: str, line: int, place: Place) -> None:
        if name in WINDOWS:
            self._findings.add("zone-name", line, f"{name} là tên của Windows; tên IANA: {WINDOWS[name]}.", place)
        elif name not in available_timezones():
            self._findings.add("zone-name", line, f"“{name[:60]}” không phải tên múi giờ IANA.", place)


def _is_vietnam(zone: Component) -> bool:
    """One block, seven hours before and after: what has been so since 1975."""
    parts = zone.named("STANDARD")
    if len(parts) != 1 or zone.named("DAYLIGHT"):
        return False
    offsets = [read_offset(parts[0].value(name)) for name in ("TZOFFSETFROM", "TZOFFSETTO")]
    return all(offset in (HOURS, None) for offset in offsets)
