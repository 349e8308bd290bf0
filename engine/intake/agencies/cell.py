"""One cell to the agencies it names, with a registry or without one: nothing is matched by likeness.

";" and a new line part two names; a comma or "và" only where another name begins, so that "Sở Văn hóa, Thể thao và Du
lịch" stays one. What no registry knows keeps its printed name, spelled out, and waits for a person.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.intake.agencies.asides import Part
from engine.intake.agencies.cell_names import Name
from engine.intake.agencies.names import long_form, without_place
from engine.intake.agencies.registry import AgencyEntry, AgencyKind, Registry
from engine.intake.agencies.scan import Scan
from engine.intake.agencies.words import fold
from engine.intake.draft import Agency

OF_EVERY_UNIT = re.compile(r"\bcác (?:tỉnh|huyện|quận|thị|thành phố|xã|phường|đặc khu|trường|cơ sở|đơn vị)\b", re.I)
"""What makes a group of any name: "Trung tâm Y tế các huyện, thị xã"."""
SUGGESTED = 20
"""Unknown names of one cell for which near ones are looked up; a cell with more is no list of agencies."""
DoubtKind = Literal["unknown", "person", "alternatives", "aside", "ditto"]
REASONS: Mapping[DoubtKind, str] = {
    "unknown": "không có cơ quan này trong danh bạ: là cơ quan nào?",
    "person": "ô ghi tên người, không ghi cơ quan: cơ quan nào chịu trách nhiệm?",
    "alternatives": "ô ghi “hoặc”: cơ quan nào chủ trì?",
    "aside": "ghi chú trong ngoặc có thể đổi phạm vi của cơ quan này: hiểu thế nào?",
    "ditto": "ô nhắc lại một dòng khác: là cơ quan nào?",
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a cell leaves open: the words in question (an unknown name in its long form), known names to choose from.

    `of_helper` says that it is about one that only helps.
    """

    kind: DoubtKind
    printed: str
    choices: tuple[str, ...] = ()
    of_helper: bool = False

    @property
    def reason(self) -> str:
        """What to ask a person, in the person's language."""
        return REASONS[self.kind]


@dataclass(slots=True)
class CellReading:
    """The agencies of one cell in order.

    `helpers` are those that the cell itself calls so ("phối hợp: …"), not among `agencies`; `doubts` is what to ask.
    """

    agencies: list[Agency] = field(default_factory=list)
    helpers: list[Agency] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def named(self) -> list[Agency]:
        """All agencies of the cell, whatever part it gives them."""
        return [*self.agencies, *self.helpers]

    @property
    def unknown(self) -> list[tuple[str, list[str]]]:
        """(printed, nearest known names) of `agencies` that no registry knows, and of persons among them."""
        return self._unknown(helpers=False)

    @property
    def unknown_helpers(self) -> list[tuple[str, list[str]]]:
        """The same of `helpers`."""
        return self._unknown(helpers=True)

    @property
    def unknown_named(self) -> list[tuple[str, list[str]]]:
        """The same of both."""
        return [*self.unknown, *self.unknown_helpers]

    def _unknown(self, *, helpers: bool) -> list[tuple[str, list[str]]]:
        asked = [doubt for doubt in self.doubts if doubt.kind in ("unknown", "person") and doubt.of_helper == helpers]
        return [(doubt.printed, list(doubt.choices)) for doubt in asked]

    @property
    def unclear(self) -> str:
        """Why it is not clear who is meant though names are printed; "" where it is."""
        asked = (doubt for doubt in self.doubts if not doubt.of_helper)
        return next((doubt.reason for doubt in asked if doubt.kind in ("alternatives", "aside", "ditto")), "")

    def copy(self) -> "CellReading":
        """The same reading with agencies of its own."""
        agencies, helpers = (
            [agency.model_copy(deep=True) for agency in part] for part in (self.agencies, self.helpers)
        )
        return CellReading(agencies, helpers, list(self.doubts))


class CellReader:
    """Reads the cells of one document; equal cells are read once.

    Args:
        registry: the agencies known for the document's place.
        groups: the members that the document lists for a group's name.
    """

    def __init__(self, registry: Registry, groups: Mapping[str, Sequence[str]] | None = None) -> None:
        self._registry = registry
        self._groups = {fold(name): list(members) for name, members in (groups or {}).items()}
        self._read: dict[str, CellReading] = {}

    def read(self, text: str) -> CellReading:
        """The agencies a cell names, each once."""
        if text not in self._read:
            self._read[text] = self._reading(text)
        return self._read[text].copy()

    def _reading(self, text: str) -> CellReading:
        reading, seen = CellReading(), dict[tuple[str, bool], Agency]()
        repeated: set[tuple[str, Part, str]] = set()
        names = Scan(text, self._registry).names()
        for name in names:
            said = name.text, name.part, name.printed
            if said in repeated:
                continue
            repeated.add(said)
            if name.kind in ("ditto", "person"):
                kind: DoubtKind = "ditto" if name.kind == "ditto" else "person"
                reading.doubts.append(Doubt(kind, name.printed, of_helper=name.part == "help"))
            if name.kind != "ditto":
                self._add(reading, seen, name)
        if len(reading.agencies) > 1 and any(name.alternative for name in names):
            choices = tuple(agency.name for agency in reading.agencies)
            reading.doubts.append(Doubt("alternatives", " ".join(text.split()), choices))
        return reading

    def _add(self, reading: CellReading, seen: dict[tuple[str, bool], Agency], name: Name) -> None:
        """Add an agency to its part of the cell; one that is there already keeps what is printed of it again."""
        agency, helps = self._agency(name), name.part == "help"
        if name.aside:
            reading.doubts.append(Doubt("aside", name.printed, of_helper=helps))
        known = seen.setdefault((agency.name, helps), agency)
        if known is not agency:
            if name.printed != known.name:
                known.printed = f"{known.printed or known.name}; {name.printed}"
            return
        (reading.helpers if helps else reading.agencies).append(agency)
        if agency.id is None and agency.kind == "agency" and name.kind != "person":
            near = self._registry.nearest(agency.name) if len(seen) <= SUGGESTED else []
            reading.doubts.append(Doubt("unknown", agency.name, tuple(near), helps))

    def _agency(self, name: Name) -> Agency:
        """The agency of a name: its registered entry where there is one, else its long form."""
        long = without_place(long_form(name.text), self._registry.province) if name.kind != "person" else name.text
        entry = name.entry or self._registry.entry_of(long)
        group = name.kind == "group" or OF_EVERY_UNIT.search(long) is not None
        shown = entry.name if entry else long
        printed = None if name.printed == shown else name.printed
        if entry is None and not group:
            return Agency(name=shown, role=name.role, printed=printed)
        members = name.members or self._members(shown, entry)
        kind: AgencyKind = entry.kind if entry and entry.kind != "group" else "group" if members else "open_group"
        return Agency(
            name=shown,
            kind=kind,
            id=entry.id if entry else None,
            members=members if kind == "group" else None,
            role=name.role,
            printed=printed,
        )

    def _members(self, name: str, entry: AgencyEntry | None) -> list[str]:
        """Whom the document lists for a group, else the registry; nobody where neither does."""
        listed = self._groups.get(fold(name))
        return list(listed) if listed else self._registry.members_of(entry) if entry else []


def read_cell(text: str, registry: Registry, *, groups: Mapping[str, Sequence[str]] | None = None) -> CellReading:
    """The agencies a cell names. `groups` gives the members that the document lists for a group's name."""
    return CellReader(registry, groups).read(text)
