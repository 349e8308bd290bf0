"""`check_feed`: everything the bytes of a feed can have wrong, without any calendar library."""

from collections import Counter
from datetime import datetime

from calendars.linter.calendar import check_calendar
from calendars.linter.findings import Findings, Report
from calendars.linter.items import STATES, check_item, when
from calendars.linter.lines import Lines
from calendars.linter.tree import Component, Tree
from calendars.linter.zones import Zones
from engine.errors import BadInputError

MIB = 1024 * 1024
LIMIT = 64 * MIB
"""Larger than the feed of 50,000 duties; what is larger is no feed."""


def check_feed(data: bytes) -> Report:
    """Check a feed of any maker. It is read a component at a time, so memory grows with the file alone.

    Raises:
        BadInputError: it is larger than `LIMIT`.
    """
    if len(data) > LIMIT:
        raise too_large()
    findings = Findings()
    lines = Lines(data, findings)
    tree = Tree(lines, findings)
    check = _Check(findings)
    for component in tree:
        check.component(component, method=any(calendar.has("METHOD") for calendar in tree.calendars))
    check.done(tree.calendars)
    return findings.report(check.components, len(data))


def too_large() -> BadInputError:
    """How a feed over the limit is refused."""
    return BadInputError(f"The feed is larger than {LIMIT // MIB} MiB, which no calendar client reads: split it.")


class _Check:
    """What is known of the calendar so far."""

    def __init__(self, findings: Findings) -> None:
        self.components: Counter[str] = Counter()
        self._findings = findings
        self._zones = Zones(findings)
        self._uids: set[tuple[str, str]] = set()
        self._newest: datetime | None = None

    def component(self, component: Component, *, method: bool) -> None:
        """Check one component below the calendar."""
        self.components[component.name] += 1
        if component.name == "VTIMEZONE":
            self._zones.declare(component)
        elif component.name in STATES:
            check_item(component, self._findings, method=method)
            self._zones.use(component)
            self._unique(component)
            changed = when(component, "LAST-MODIFIED")
            if changed and isinstance(changed.value, datetime):
                self._newest = max(changed.value, self._newest or changed.value)
        if self._findings.unsettled:
            self._findings.settle(component.line, component.place())

    def done(self, calendars: list[Component]) -> None:
        """Check what only the whole tells."""
        for calendar in calendars[:1]:
            check_calendar(calendar, self._findings, items=self.components.total(), newest=self._newest)
            for line in calendar.all("X-WR-TIMEZONE")[:1]:
                self._zones.named(line, calendar.place())
            self._findings.settle(calendar.line, calendar.place())
        for calendar in calendars[1:2]:
            self._findings.add("several", calendar.line, f"Tệp có {len(calendars)} VCALENDAR.")
        if not calendars:
            self._findings.add("no-calendar", 0, "Không có BEGIN:VCALENDAR.")
        self._zones.done()

    def _unique(self, component: Component) -> None:
        uid = component.value("UID")
        key = uid, component.value("RECURRENCE-ID")
        if uid and key in self._uids:
            self._findings.add("uid-twice", component.line, "UID này đã có ở một mục trước.")
        self._uids.add(key)
