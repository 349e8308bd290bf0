"""Content lines put together to components, one below the calendar at a time, so that a large feed needs little."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from calendars.linter.findings import Findings, Place, shown
from calendars.linter.lines import ContentLine
from calendars.linter.values import KINDS, unescaped

DEEPEST = 8
"""Calendar, event, alarm, and some air; deeper is hostile."""

KEPT = 10_000
"""So many properties of a component are looked at together; each line is checked by itself in any case."""

INSIDE = {
    "VEVENT": {"VCALENDAR"},
    "VTODO": {"VCALENDAR"},
    "VJOURNAL": {"VCALENDAR"},
    "VFREEBUSY": {"VCALENDAR"},
    "VTIMEZONE": {"VCALENDAR"},
    "STANDARD": {"VTIMEZONE"},
    "DAYLIGHT": {"VTIMEZONE"},
    "VALARM": {"VEVENT", "VTODO"},
}
"""Where components of the standard may stand; others may stand anywhere."""


@dataclass
class Component:
    """A component with its own properties and those below it."""

    name: str
    line: int
    properties: list[ContentLine] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)
    last: int = 0

    def all(self, name: str) -> list[ContentLine]:
        """The properties of that name."""
        return [line for line in self.properties if line.name == name]

    def first(self, name: str) -> ContentLine | None:
        """The first property of that name whose line was understood."""
        return next((line for line in self.properties if line.name == name and line.readable), None)

    def value(self, name: str) -> str:
        """The raw value of a property, empty without it."""
        found = self.first(name)
        return found.value if found else ""

    def has(self, name: str) -> bool:
        """Whether it has such a property, understood or not."""
        return any(line.name == name for line in self.properties)

    def named(self, name: str) -> list["Component"]:
        """The components of that name below it."""
        return [part for part in self.parts if part.name == name]

    def place(self) -> Place:
        """What a person knows it by."""
        name = self.value("UID") or self.value("TZID")
        return Place(shown(self.name, 20), shown(name, 60), shown(unescaped(self.value("SUMMARY")), 60))


class Tree:
    """The calendars of a feed: iterating gives each component below them as soon as it has ended.

    Attributes:
        calendars: the calendars, without the components below them.
    """

    def __init__(self, lines: Iterable[ContentLine], findings: Findings) -> None:
        self._lines = lines
        self._findings = findings
        self._open: list[Component] = []
        self.calendars: list[Component] = []

    def __iter__(self) -> Iterator[Component]:
        for line in self._lines:
            if line.name == "BEGIN":
                yield from self._begin(line)
            elif line.name == "END":
                yield from self._end(line)
            else:
                self._property(line)
            if len(self._open) > DEEPEST:
                self._findings.add("nesting", line.line, f"Lồng quá {DEEPEST} cấp; phần sau không được đọc.")
                return
            if self._findings.too_many:
                self._findings.add("unread", line.line, "Quá nhiều lỗi; phần sau không được đọc.")
                return
        if self._open:
            yield from self._close(0)

    def _begin(self, line: ContentLine) -> Iterator[Component]:
        component = Component(line.value.strip().upper()[:40], line.line)
        allowed = INSIDE.get(component.name)
        if allowed and self._open and self._open[-1].name not in allowed:
            # The one above was never ended, if this one fits further out.
            fitting = [depth for depth, above in enumerate(self._open, start=1) if above.name in allowed]
            if fitting:
                yield from self._close(fitting[-1])
        if not self._open:
            if component.name == "VCALENDAR":
                self.calendars.append(component)
            else:
                self._findings.add("outside", line.line, f"{component.name} đứng ngoài VCALENDAR.")
        elif component.name == "VCALENDAR" or (allowed and self._open[-1].name not in allowed):
            self._findings.add("nesting", line.line, f"{component.name} nằm trong {self._open[-1].name}.")
        else:
            self._open[-1].parts.append(component)
        self._open.append(component)

    def _end(self, line: ContentLine) -> Iterator[Component]:
        name = line.value.strip().upper()
        depths = [depth for depth, component in enumerate(self._open) if component.name == name]
        if not depths:
            self._findings.add("nesting", line.line, f"END:{name[:40]} không có BEGIN.")
            return
        yield from self._close(depths[-1] + 1)
        yield from self._pop(line.line)

    def _close(self, depth: int) -> Iterator[Component]:
        """End what is open deeper than that, although nothing ended it."""
        while len(self._open) > depth:
            left = self._open[-1]
            self._findings.add("nesting", left.line, f"BEGIN:{left.name} không có END.")
            last = max((line.last for line in left.properties), default=left.line)
            yield from self._pop(last)

    def _pop(self, last: int) -> Iterator[Component]:
        """The innermost has ended; one right below the calendar is handed out and not kept."""
        component = self._open.pop()
        component.last = last
        if len(self._open) == 1:
            self._open[0].parts.clear()
            yield component

    def _property(self, line: ContentLine) -> None:
        if not self._open:
            self._findings.add("outside", line.line, f"{line.name[:40]} đứng ngoài VCALENDAR.")
            return
        component = self._open[-1]
        if component.parts and component.name in {"VEVENT", "VTODO"}:
            self._findings.add("order", line.line, f"{line.name[:40]} đứng sau {component.parts[-1].name}.")
        if len(component.properties) < KEPT:
            component.properties.append(line)
        local = component.name in {"STANDARD", "DAYLIGHT"} and line.name in {"DTSTART", "RDATE"}
        if line.readable and not local and (check := KINDS.get(line.name)):
            check(line, self._findings)
