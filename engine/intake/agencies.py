"""One cell to the agencies it names, against the registry: the longest known spelling first, nothing matched by
likeness. What the registry does not know keeps its printed name and waits for a person.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.intake.draft import Agency
from engine.intake.readers import Block
from engine.intake.registry import ROLE, AgencyEntry, Registry, fold

SEPARATOR = re.compile(r"(?:[\s,;.\-–+]|(?:và|hoặc|cùng)\b)+")
TITLE = re.compile(rf"({ROLE})\s+(?:của\s+)?")
HEADS = re.compile(
    r"(?:Sở|Bộ|UBND|[ỦU][ỷy] ban|HĐND|Hội|Ban|Báo|Đài|Đoàn|Liên|Phòng|Công an|Cục|Chi cục|Công ty|Cổng|"
    r"Văn phòng|Thanh tra|Tổng|Trung tâm|Trường|Viện|Học viện|Mặt trận|Ngân hàng|Kho bạc|Bảo hiểm|Tòa án|Tỉnh|Thành|"
    r"Huyện|Thị|Các|các|Cơ quan|Đơn vị)\b"
)
COMMA = re.compile(r",\s*")
DITTO = re.compile(r"[\"“”'〃]+|nt|như trên", re.I)


@dataclass(slots=True)
class CellReading:
    """The agencies of one cell in order; `unknown` holds (printed, nearest known names) of those not registered."""

    agencies: list[Agency] = field(default_factory=list)
    unknown: list[tuple[str, list[str]]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def add(self, agency: Agency) -> bool:
        """Add an agency the cell has not named yet; whether it was new."""
        new = agency.name not in self.names
        if new:
            self.names.add(agency.name)
            self.agencies.append(agency)
        return new


def read_cell(text: str, registry: Registry, *, groups: Mapping[str, Sequence[str]] | None = None) -> CellReading:
    """The agencies a cell names. `groups` gives the members that the document lists for a group's name.

    ";" and a new line always part two names; a comma only where a known name or the head of one follows, so that
    "Sở Lao động, Thương binh và Xã hội" stays one.
    """
    reading = CellReading()
    for piece in re.split(r"[;\n]", text):
        at = 0
        while at < len(piece):
            gap = SEPARATOR.match(piece, at)
            at = gap.end() if gap else at
            if at < len(piece):
                at = _take(piece, at, reading, registry=registry, groups=groups or {})
    return reading


def _take(piece: str, at: int, reading: CellReading, *, registry: Registry, groups: Mapping[str, Sequence[str]]) -> int:
    """Read one name at `at`; gives back where the next may begin."""
    title = TITLE.match(piece, at)
    start = title.end() if title else at
    match = registry.pattern.match(piece, start)
    entry = registry.found(match[0]) if match else None
    if match and entry:
        reading.add(_known(entry, match[0], _role(title), registry=registry, groups=groups))
        return match.end()
    end = _unknown_end(piece, start, registry)
    printed = piece[start:end].strip(" ,.")
    is_open = re.match(r"(?:các|những|toàn thể)\b", printed, re.I) is not None
    new = printed and reading.add(Agency(name=printed, kind="open_group" if is_open else "agency", role=_role(title)))
    if new and not is_open:
        reading.unknown.append((printed, registry.nearest(printed)))
    return end


def _known(
    entry: AgencyEntry, printed: str, role: str | None, *, registry: Registry, groups: Mapping[str, Sequence[str]]
) -> Agency:
    members = list(groups.get(entry.name) or registry.members_of(entry)) if entry.kind == "group" else None
    return Agency(
        name=entry.name,
        kind=entry.kind,
        id=entry.id,
        members=members,
        role=role,
        printed=None if printed == entry.name else printed,
    )


def _role(title: re.Match[str] | None) -> str | None:
    return {"Chánh": "Chánh Văn phòng"}.get(title[1], title[1]) if title else None


def _unknown_end(piece: str, start: int, registry: Registry) -> int:
    """Where an unknown name ends: before the first comma behind which another name begins."""
    for comma in COMMA.finditer(piece, start):
        title = TITLE.match(piece, comma.end())
        after = title.end() if title else comma.end()
        if title or HEADS.match(piece, after) or registry.pattern.match(piece, after):
            return comma.start()
    return len(piece)


def is_ditto(text: str | None) -> bool:
    """Whether a cell only repeats the one above it."""
    return bool(text and DITTO.fullmatch(text.strip()))


def listed_groups(blocks: Iterable[Block], registry: Registry) -> dict[str, list[str] | None]:
    """The members that the document itself lists for each group of the registry, in its order; None: it lists none.

    A unit counts as listed where it stands alone in a cell or paragraph, as in the unit column of an annex.
    """
    printed = list(dict.fromkeys(fold(block.text) for block in blocks if 0 < len(block.text) <= 60))
    groups: dict[str, list[str] | None] = {}
    for entry in registry.entries:
        if entry.kind == "group":
            members = {fold(alias): member for member in entry.members for alias in _spellings(registry.by_id[member])}
            named = dict.fromkeys(registry.by_id[members[text]].name for text in printed if text in members)
            groups[entry.name] = list(named) or None
    return groups


def _spellings(entry: AgencyEntry) -> tuple[str, ...]:
    return (entry.name, *entry.aliases)
