"""What was found, where, and what to do: gathered so that a hostile file cannot make it long."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from calendars.linter.points import POINTS, Severity

EACH = 20
"""So many findings of one point are told; of the others only how many there are."""

MOST = 100_000
"""After so many the rest is not read."""

UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
"""What must not reach a terminal: controls, and marks that turn text around."""


@dataclass(frozen=True)
class Place:
    """The component that a line belongs to; empty outside of all."""

    component: str = ""
    uid: str = ""
    summary: str = ""

    def __str__(self) -> str:
        title = f"“{self.summary}”" if self.summary else ""
        return " ".join(part for part in (self.component, self.uid, title) if part)


NOWHERE = Place()


@dataclass(frozen=True)
class Finding:
    """One fault: its point, its line (0: of the whole), where that is, and what is wrong, in Vietnamese."""

    point: str
    line: int
    what: str
    place: Place = NOWHERE

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return POINTS[self.point].severity

    @property
    def rfc(self) -> str:
        """The section it stands on."""
        return POINTS[self.point].rfc

    @property
    def remedy(self) -> str:
        """What the maker of the feed does about it."""
        return POINTS[self.point].remedy

    def to_json(self) -> dict[str, Any]:
        """As `--json` shows it."""
        place = {"component": self.place.component, "uid": self.place.uid, "summary": self.place.summary}
        return {
            "point": self.point,
            "rfc": self.rfc,
            "severity": str(self.severity),
            "line": self.line,
            "place": place,
            "what": self.what,
            "remedy": self.remedy,
        }


@dataclass(frozen=True)
class Report:
    """All that was found, and what the feed holds.

    Attributes:
        findings: by line; of each point the first ones.
        untold: how many more there are, by point.
        components: how many of each kind stand in the calendar.
        size: in bytes.
    """

    findings: Sequence[Finding]
    untold: dict[str, int]
    components: dict[str, int]
    size: int

    @property
    def errors(self) -> int:
        """How many findings are errors, the untold ones too."""
        return self._of(Severity.ERROR)

    @property
    def warnings(self) -> int:
        """How many findings are warnings, the untold ones too."""
        return self._of(Severity.WARNING)

    def with_more(self, findings: Iterable[Finding]) -> "Report":
        """The same with other findings in front."""
        return replace(self, findings=[*findings, *self.findings])

    def _of(self, severity: Severity) -> int:
        told = sum(finding.severity == severity for finding in self.findings)
        return told + sum(count for point, count in self.untold.items() if POINTS[point].severity == severity)

    def to_json(self) -> dict[str, Any]:
        """As `--json` shows it."""
        return {
            "errors": self.errors,
            "warnings": self.warnings,
            "bytes": self.size,
            "components": self.components,
            "findings": [finding.to_json() for finding in self.findings],
            "untold": self.untold,
        }


class Findings:
    """Gathers findings line by line; the component each belongs to is known only when that component ends."""

    def __init__(self) -> None:
        self._found: list[Finding] = []
        self._counts: Counter[str] = Counter()
        self._settled = 0
        self._total = 0

    def add(self, point: str, line: int, what: str, place: Place = NOWHERE) -> None:
        """Note one fault."""
        self._total += 1
        self._counts[point] += 1
        if self._counts[point] <= EACH:
            self._found.append(Finding(point, line, shown(what, 160), place))

    @property
    def too_many(self) -> bool:
        """Whether reading on is of no use to anyone."""
        return self._total > MOST

    @property
    def unsettled(self) -> bool:
        """Whether faults were noted whose component is not known yet."""
        return self._settled < len(self._found)

    def settle(self, first: int, place: Place) -> None:
        """A component that began on line `first` has ended: what was noted since then belongs to it."""
        for index in range(self._settled, len(self._found)):
            found = self._found[index]
            if found.line >= first and found.place == NOWHERE:
                self._found[index] = replace(found, place=place)
        self._settled = len(self._found)

    def report(self, components: Counter[str], size: int) -> Report:
        """All that was gathered."""
        found = sorted(self._found, key=lambda finding: finding.line)
        untold = {point: count - EACH for point, count in self._counts.items() if count > EACH}
        return Report(found, untold, dict(components), size)


def shown(text: str, length: int) -> str:
    """Text of a stranger, fit for a terminal."""
    fit = UNFIT.sub(" ", text[: length * 4]).strip()
    return fit if len(fit) <= length else fit[: length - 1] + "…"
