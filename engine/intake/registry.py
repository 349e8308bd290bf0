"""The agencies of one province as plain values: what a cell may name, and where to write to them."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

AgencyKind = Literal["agency", "group", "open_group"]
DASHES = "-‐‑‒–—−"
LONGEST_NAME = 200
TONES = {"uỷ": "ủy", "hoá": "hóa", "hoà": "hòa", "thuý": "thúy", "toà": "tòa", "khoẻ": "khỏe"}
"""Two places for one tone mark; the document of a province mixes them."""


@dataclass(frozen=True, slots=True)
class Officer:
    """An office holder by title; registries hold no persons' names."""

    title: str
    mailbox: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyEntry:
    """One agency, or a group: `members` are ids; an open group's members are listed nowhere."""

    id: str
    name: str
    kind: AgencyKind = "agency"
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    level: str = ""
    parent: str | None = None
    mailbox: str | None = None
    head: Officer | None = None
    deputy: Officer | None = None


@dataclass(frozen=True)
class Registry:
    """The agencies of `province`; names and aliases are those of its documents."""

    province: str
    entries: Sequence[AgencyEntry]
    version: str = ""
    by_id: Mapping[str, AgencyEntry] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {entry.id: entry for entry in self.entries})

    @cached_property
    def by_name(self) -> Mapping[str, AgencyEntry]:
        """Entries by every folded spelling."""
        return {fold(alias): entry for entry in self.entries for alias in (entry.name, *entry.aliases)}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Any known spelling, the longest first, ending where a name may end."""
        spellings = {spelling: entry for entry in self.entries for spelling in (entry.name, *entry.aliases)}
        ordered = sorted(spellings, key=len, reverse=True)
        names = "|".join(_spelling(alias) + self._tail(spellings[alias]) for alias in ordered) or r"(?!)"
        return re.compile(rf"(?:{names})(?=\s*(?:$|[,;.:()\n]|(?:và|hoặc|cùng)\b)|\s+(?:{ROLE}\s+)?(?:{names}))", re.I)

    def named(self, name: str) -> AgencyEntry | None:
        """The entry with that name or alias, whatever its letter case, dashes and tone marks."""
        return self.by_name.get(fold(name))

    def found(self, printed: str) -> AgencyEntry | None:
        """The entry that a piece matched by `pattern` names: it may carry "liên quan" or the province at its end."""
        folded = fold(printed)
        for tail in ("", *self._tails()):
            entry = self.by_name.get(folded.removesuffix(tail)) if folded.endswith(tail) else None
            if entry:
                return entry
        return None

    def members_of(self, entry: AgencyEntry) -> list[str]:
        """The names of a group's members as the registry has them."""
        return [self.by_id[member].name for member in entry.members]

    def nearest(self, printed: str, count: int = 3) -> list[str]:
        """Known names that look like an unknown one; for a person to choose from, never to be taken."""
        key = fold(printed)[:LONGEST_NAME]
        if key not in self._near:
            near = difflib.get_close_matches(key, list(self.by_name), n=2 * count, cutoff=0.6)
            self._near[key] = list(dict.fromkeys(self.by_name[name].name for name in near))
        return self._near[key][:count]

    @cached_property
    def _near(self) -> dict[str, list[str]]:
        return {}  # an unknown name often stands in every row

    def _tails(self) -> Iterable[str]:
        place = fold(self.province)
        return (f" tỉnh {place}", f" {place}", " tỉnh", " có liên quan", " liên quan")

    def _tail(self, entry: AgencyEntry) -> str:
        if entry.kind == "open_group":
            return r"(?:\s+(?:có\s+)?liên\s+quan)?"
        place = _spelling(self.province)
        # "UBND các huyện, thị xã, thành phố Huế" is another group than the one without the last word
        return "" if entry.kind == "group" else rf"(?:\s+tỉnh)?(?:\s+{place})?"


ROLE = (
    r"(?:(?:Phó\s+)?(?:Giám đốc|Chủ tịch|Chánh(?=\s+Văn phòng)|Thủ trưởng|Trưởng ban|Trưởng phòng|"
    r"Trưởng(?=\s+(?:Ban|Phòng))|Hiệu trưởng|Viện trưởng|Cục trưởng|Chi cục trưởng|Bí thư|Tổng [Bb]iên tập))"
)
"""Titles by which a cell names an office holder instead of the agency."""


def fold(name: str) -> str:
    """One key for the spellings of a name: NFC, lower case, single spaces, bare dashes, new tone places, UBND."""
    key = " ".join(unicodedata.normalize("NFC", name).casefold().split())
    for old, new in TONES.items():
        key = key.replace(old, new)
    return re.sub(rf"\s*[{DASHES}]\s*", "-", key).replace("ủy ban nhân dân", "ubnd")


def _spelling(alias: str) -> str:
    pattern = re.escape(unicodedata.normalize("NFC", alias)).replace(r"\ ", " ")
    pattern = re.sub(rf"\s*\\?[{DASHES}]\s*", rf"\\s*[{DASHES}]\\s*", pattern).replace(" ", r"\s+")
    pattern = re.sub(r"UBND|[ỦU][ỷy]\\s\+ban\\s\+nhân\\s\+dân", r"(?:UBND|(?:Ủy|Uỷ)\\s+ban\\s+nhân\\s+dân)", pattern)
    for old, new in TONES.items():
        pattern = re.sub(f"{old}|{new}", f"(?:{old}|{new})", pattern, flags=re.I)
    return pattern
