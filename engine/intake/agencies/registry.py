"""The agencies of one province as plain values: what a cell may name, and where to write to them."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from engine.intake.agencies.names import LONGEST_NAME
from engine.intake.agencies.words import Word, fold, words_of

AgencyKind = Literal["agency", "group", "open_group"]
NATIONAL = "trung-uong"
"""The level of bodies that are the same for every province."""
ALIKE, TRULY_ALIKE = 0.6, 0.8
"""How near a known name must be to be offered: less where the province's own agencies are known."""
OFFERED = 3
"""Known names of which a person is offered a choice."""
KEPT_SUGGESTIONS = 10_000
GROUP_TAILS = (
    " trên địa bàn tỉnh",
    " trong tỉnh",
    " của tỉnh",
    " thuộc tỉnh",
    " tỉnh",
    " có liên quan",
    " liên quan",
)


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
    """The agencies of `province`; names and aliases are those of its documents.

    `is_bare` says that the province's own agencies are not known: `province` is only the place a document names.
    """

    province: str
    entries: Sequence[AgencyEntry]
    version: str = ""
    is_bare: bool = False
    by_id: Mapping[str, AgencyEntry] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {entry.id: entry for entry in self.entries})

    @cached_property
    def by_name(self) -> Mapping[str, AgencyEntry]:
        """Entries by every folded spelling."""
        return {fold(alias): entry for entry in self.entries for alias in (entry.name, *entry.aliases)}

    def for_document(self, _place: str | None, _issuer: str | None) -> "Registry":
        """Itself: one registry serves where the choice is made already (see `Registries`)."""
        return self

    def named(self, name: str) -> AgencyEntry | None:
        """The entry with that name or alias, whatever its letter case, dashes and tone marks."""
        return self.by_name.get(fold(name))

    def entry_of(self, long_form: str) -> AgencyEntry | None:
        """The entry that a long form names, also with what a group may carry at its end ("trên địa bàn tỉnh")."""
        key = fold(long_form)
        entry = self.by_name.get(key) or (self.by_name.get(key.replace(" và ", ", ")) if "các " in key else None)
        if entry:
            return entry
        for tail in GROUP_TAILS:
            entry = self.by_name.get(key.removesuffix(tail)) if key.endswith(tail) else None
            if entry and entry.kind != "agency" and (entry.kind == "open_group" or "liên quan" not in tail):
                return entry
        return None

    def known_at(self, words: Sequence[Word], at: int) -> Iterator[tuple[int, AgencyEntry]]:
        """The known spellings that stand at `at`, the longest first: where each ends, and whose it is."""
        node: dict[Any, Any] = self._tree
        found: list[tuple[int, AgencyEntry]] = []
        for here in range(at, len(words)):
            node = node.get(words[here].key, {})
            if not node:
                break
            if None in node:
                found.append((here + 1, node[None]))
        return reversed(found)

    @cached_property
    def _tree(self) -> dict[Any, Any]:
        tree: dict[Any, Any] = {}
        for entry in self.entries:
            for spelling in (entry.name, *entry.aliases):
                node = tree
                for word in words_of(spelling):
                    node = node.setdefault(word.key, {})
                node.setdefault(None, entry)
        return tree

    def members_of(self, entry: AgencyEntry) -> list[str]:
        """The names of a group's members as the registry has them."""
        return [self.by_id[member].name for member in entry.members]

    def nearest(self, printed: str) -> list[str]:
        """Known names that look like an unknown one; for a person to choose from, never to be taken."""
        key = fold(printed)[:LONGEST_NAME]
        if key not in self._near:
            if len(self._near) >= KEPT_SUGGESTIONS:
                self._near.clear()
            self._near[key] = self._nearest(key)
        return self._near[key][:OFFERED]

    def _nearest(self, key: str) -> list[str]:
        """Names with the same head, or whole names of a field printed without one; the nearest first."""
        printed, head = frozenset(key.split()), key.split(" ", 1)[0]
        scores: dict[str, float] = {}
        if head not in self._by_head:
            headless = (
                entry.name
                for names in self._by_head.values()
                for entry, parts in names.values()
                if printed < parts and len(parts - printed) == 1 and (entry.level != NATIONAL or not self.province)
            )
            return list(dict.fromkeys(headless))
        wanted = TRULY_ALIKE if self.is_bare else ALIKE
        likeness = difflib.SequenceMatcher(autojunk=False)
        likeness.set_seq2(key)
        for name, (entry, parts) in self._by_head[head].items():
            if 2 * len(parts & printed) >= min(len(parts), len(printed)):
                likeness.set_seq1(name)
                if likeness.real_quick_ratio() >= wanted and likeness.quick_ratio() >= wanted:
                    scores[entry.name] = max(likeness.ratio(), scores.get(entry.name, 0.0))
        near = (name for name, score in scores.items() if score >= wanted)
        return sorted(near, key=lambda name: -scores[name])

    @cached_property
    def _by_head(self) -> dict[str, dict[str, tuple[AgencyEntry, frozenset[str]]]]:
        """Known spellings with their words, by the first of them."""
        heads: dict[str, dict[str, tuple[AgencyEntry, frozenset[str]]]] = {}
        for name, entry in self.by_name.items():
            heads.setdefault(name.split(" ", 1)[0], {})[name] = entry, frozenset(name.split())
        return heads

    @cached_property
    def _near(self) -> dict[str, list[str]]:
        return {}  # an unknown name often stands in every row


@dataclass(frozen=True)
class Registries:
    """The registries of provinces, and the national one that extends each. `home` is the installation's own province.

    Aliases hold within their province: "UBND tỉnh" is another body in each.
    """

    provinces: Sequence[Registry]
    national: Registry
    home: str = ""

    def for_place(self, place: str | None) -> Registry:
        """The agencies known for a province by its name; of an unknown one, or of none, the national ones alone."""
        key = fold(place or "")
        if key not in self._by_place:
            own = next((registry for registry in self.provinces if fold(registry.province) == key), None)
            if own is None:
                return Registry(place or "", self.national.entries, self.national.version, is_bare=True)
            self._by_place[key] = Registry(own.province, (*own.entries, *self._besides(own)), own.version)
        return self._by_place[key]

    def for_document(self, place: str | None, issuer: str | None) -> Registry:
        """The agencies known for the province that a document names as its place or its issuer's.

        A body of the State as a whole signs in a city and is none of the city's.
        """
        said = fold(issuer or "")
        if said and self.national.named(issuer or ""):
            return self.for_place(None)
        for registry in self.provinces:
            if said.endswith(f"tỉnh {fold(registry.province)}"):
                return self.for_place(registry.province)
        return self.for_place(place)

    @property
    def at_home(self) -> Registry:
        """The agencies known for the installation's own province."""
        return self.for_place(self.home)

    def _besides(self, own: Registry) -> Iterable[AgencyEntry]:
        """The national entries whose spellings and ids the province does not use itself."""
        for entry in self.national.entries:
            spellings = [alias for alias in (entry.name, *entry.aliases) if not own.named(alias)]
            if entry.name in spellings and entry.id not in own.by_id:
                yield replace(entry, aliases=tuple(spellings[1:]))

    @cached_property
    def _by_place(self) -> dict[str, Registry]:
        return {}
