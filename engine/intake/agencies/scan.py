"""Walks the words of one cell and parts them into names; every word lies within the printed words of some name.

One walk: what begins at a word is told from a bounded number of words after it.
"""

import re
from typing import NamedTuple

from engine.intake.agencies.asides import Part, matters, members_in, part_in
from engine.intake.agencies.beginnings import (
    begins_office,
    head_at,
    is_break,
    is_separator,
    mark_at,
    nouns_at,
    opener_at,
    person_at,
    title_at,
)
from engine.intake.agencies.cell_names import Name, NameKind, share_units
from engine.intake.agencies.cell_words import CellWords
from engine.intake.agencies.name_ends import COUNCILS, NameEnds
from engine.intake.agencies.names import field_at
from engine.intake.agencies.registry import AgencyEntry, Registry
from engine.intake.agencies.territory import territory_at
from engine.intake.agencies.vocabulary import (
    ADDRESS,
    CONNECTORS,
    DITTOS,
    HEADS,
    NOUNS,
    OR_ELSE,
    SHORT_TITLES,
    TITLES_OF_HEADS,
)

LIST_MARK = re.compile(r"\d{1,2}|[a-zđ]")
FIELD_HEADS = frozenset({"sở", "bộ", "phòng", "p"})
FARTHEST_COLON = 10
MODIFIERS = frozenset({"trên", "trong", "của", "thuộc", "liên", "có", "trực", "còn", "nêu"})
"""Words that say which units a list means, behind it."""


class _List(NamedTuple):
    """A list whose items share a head: "các Sở: Y tế, Tài chính". `sure` takes known fields only."""

    prefix: str
    head: str
    sure: bool
    role: str | None = None
    kinds: tuple[str, ...] = ()


class _Span(NamedTuple):
    """Names read at one place, and the word where the next may begin."""

    end: int
    names: list[tuple[str, NameKind]]
    entry: AgencyEntry | None = None
    ends: tuple[int, ...] = ()
    """Where each of several names ends in print."""


class Scan:
    """The walk over one cell."""

    def __init__(self, text: str, registry: Registry) -> None:
        self._cell = CellWords(text)
        self._words = self._cell.words
        self._registry = registry
        self._ends = NameEnds(self._cell, registry)
        self._list: _List | None = None
        self._part: Part = ""
        self._or_else = False
        self._names: list[Name] = []
        self._led, self._since = False, 0
        self._person: tuple[int, int] | None = None

    def names(self) -> list[Name]:
        """The names in order; one printed twice is there twice."""
        at = self._skip(0)
        while at < len(self._words):
            at = self._skip(self._take(at))
        if not self._names and any(word.is_word for word in self._words):
            self._names.append(Name(self._cell.text(0, len(self._words)), self._cell.printed(0, len(self._words))))
        share_units(self._names)
        return self._names

    # -- words ---------------------------------------------------------------------------------------------------------

    def _skip(self, at: int) -> int:
        """Past separators, connectors, brackets and list marks; remembers an "or"."""
        words = self._words
        while at < len(words):
            word = words[at]
            fresh = at == 0 or words[at - 1].text in ";\n"
            marked = fresh and LIST_MARK.fullmatch(word.text) and at + 1 < len(words) and words[at + 1].text in ".)"
            if marked:
                at += 2
                continue
            if word.is_word and word.key not in CONNECTORS:
                break
            self._or_else = self._or_else or word.key in OR_ELSE
            self._since = len(self._names) if word.text in ";\n" else self._since
            at += 1
        return at

    # -- names ---------------------------------------------------------------------------------------------------------

    def _take(self, begin: int) -> int:
        """Read the name that begins at `begin`, with marks and title before it and notes behind it."""
        words = self._words
        here, or_else, self._or_else = begin, self._or_else, False
        mark = mark_at(words, here)
        if mark and not self._registry_name(here):
            self._part = "help" if mark[1] == "help" else "lead"
            here = self._skip(mark[0])
            if here >= len(words):
                return self._left_over(begin, here)
        if size := DITTOS.at(words, here):
            end = self._ends.end(here + size, group=False, begin=here)
            self._names.append(Name("", self._cell.printed(begin, end), "ditto"))
            return end
        here, role, span = self._titled(here)
        end, part, aside, members = self._behind(here, span)
        stops = [*span.ends[:-1], end]
        begin = self._holder(begin) if role else begin
        if part == "help" and span.end not in self._cell.closing:
            self._help_too()
        for (text, kind), start, stop in zip(span.names, [begin, *stops], stops, strict=False):
            printed = self._cell.printed(self._cell.next_word(start), stop)
            self._names.append(Name(text, printed, kind, role, span.entry, members, part or self._part, or_else, aside))
            self._person = (start, stop) if kind == "person" else None
        if part:
            self._led, self._since = self._led or part == "lead", len(self._names)
        return end

    def _help_too(self) -> None:
        """Bodies listed before one that helps do so as well: "Sở A chủ trì; Sở B, Sở C phối hợp"."""
        for name in self._names[self._since :] if self._led else ():
            name.part = name.part or "help"

    def _holder(self, at: int) -> int:
        """Where the words for an office begin: at the person before them who holds it ("Ông A, Giám đốc Sở Y tế")."""
        if not self._person or any(word.text not in ",-" for word in self._words[self._person[1] : at]):
            return at
        self._names.pop()
        return self._person[0]

    def _left_over(self, at: int, end: int) -> int:
        """Words that name nobody belong to the name before them; without one they stand for themselves."""
        if self._names:
            self._names[-1].printed += f" {self._cell.printed(at, end)}"
        else:
            self._names.append(Name(self._cell.text(at, end), self._cell.printed(at, end)))
        return end

    def _titled(self, at: int) -> tuple[int, str | None, _Span]:
        """The name behind an office holder's title, and the title; the title alone names nobody else."""
        words, size = self._words, title_at(self._words, at)
        here = at + size
        if not size:
            return at, self._list.role if self._list else None, self._span(at)
        title = words[here - 1].key
        if title in TITLES_OF_HEADS or " ".join(word.key for word in words[here - 2 : here]) in TITLES_OF_HEADS:
            head = HEADS.at(words, here)
            role = self._cell.text(at, here + head)
            twice = here + head < len(words) and words[here].key == words[here + head].key
            here += head if twice else 0
        else:
            role = self._cell.text(at, here).removesuffix(" của")
        if not is_break(words, here) and not begins_office(words, here):  # "Tổ trưởng chuyên môn" is one title
            return at, None, self._general(at)
        role = ADDRESS.sub("", role).strip(" ,")
        role = SHORT_TITLES.get(role.casefold(), role)
        head = HEADS.at(words, here) if here < len(words) else 0
        if is_break(words, here) or (head and is_break(words, here + head) and not head_at(words, here)):
            colon = here + head < len(words) and words[here + head].text == ":"
            if not colon:
                end = here + head
                return at, None, _Span(end, [(self._cell.text(at, end), "agency")])
        self._list = None
        span = self._span(here)
        if self._list:
            self._list = self._list._replace(role=role or None)
        return here, role or None, span

    def _span(self, at: int) -> _Span:
        """The names that begin at `at`, which is a word."""
        if self._list and (item := self._item(at)):
            return item
        self._list = None
        if known := self._registry_name(at):
            return known
        if size := person_at(self._words, at):
            return _Span(at + size, [(self._cell.text(at, at + size), "person")])
        while self._list is None and (first := self._opened_list(at)) is not None:
            at = first
        if self._list and (item := self._item(at)):
            return item
        return self._territory(at) or self._general(at)

    def _registry_name(self, at: int) -> _Span | None:
        """The longest known spelling that ends where a name may."""
        for end, entry in self._registry.known_at(self._words, at):
            last = self._ends.known_end(end, entry)
            if last is not None:
                self._after_field(at, last)
                kind: NameKind = "agency" if entry.kind == "agency" else "group"
                return _Span(last, [(self._cell.text(at, end), kind)], entry)
        return None

    # -- lists ---------------------------------------------------------------------------------------------------------

    def _opened_list(self, at: int) -> int | None:
        """Where the items of a list with one head begin ("các Sở: …", "Các Sở Y tế, Tài chính"); remembers the head."""
        words = self._words
        opener = int(words[at].key in ("các", "những"))
        colon = self._colon(at)
        if colon:
            return self._list_before(at, opener, colon)
        head = words[at + opener] if at + opener < len(words) else None
        if opener and head and head.key in FIELD_HEADS and (found := field_at(words, at + opener + 1, head.key)):
            after = self._cell.next_word(found[0])
            if self._cell.parted(found[0]) and self._whole_field(after, head.key):
                self._list = _List(head.key.capitalize(), head.key, sure=True)
                return at + opener + 1
        return None

    def _colon(self, at: int) -> int:
        for here in range(at + 1, min(at + FARTHEST_COLON, len(self._words))):
            if self._words[here].text in ";\n(.":
                return 0
            if self._words[here].text == ":":
                return here
        return 0

    def _list_before(self, at: int, opener: int, colon: int) -> int | None:
        words, start = self._words, at + opener
        first = self._cell.next_word(colon)
        if first >= len(words) or start >= colon or words[first].text in ";\n(":
            return None
        units = territory_at(words, start + (words[start].key == "ubnd"))
        if units and units.end == colon and (words[start].key == "ubnd" or opener):
            self._list = _List("UBND", "ubnd", sure=False, kinds=tuple({unit.kind: 1 for unit in units.units}))
            return first
        head = HEADS.at(words, start)
        if not (head or NOUNS.at(words, start)) or not (opener or start + head == colon):
            return None
        parts = [here + 1 for here in range(start, colon) if self._cell.parted(here)]
        if any(words[part].is_word and (head_at(words, part) or not NOUNS.at(words, part)) for part in parts):
            return None
        sure = any(word.text in ",/" for word in words[start:colon])
        if head and not sure:
            phrase = self._cell.text(start, colon)
            self._list = _List(phrase[:1].upper() + phrase[1:], words[start].key, sure=False)
        elif words[start].key in FIELD_HEADS:
            self._list = _List(words[start].key.capitalize(), words[start].key, sure=True)
        return first

    def _whole_field(self, at: int, head: str) -> int:
        """Where a field ends that fills its piece; 0 where none does."""
        found = field_at(self._words, at, head)
        return found[0] if found and is_break(self._words, found[0]) else 0

    def _item(self, at: int) -> _Span | None:
        """The next item of the list under way, with the list's head before it; None where the list is over."""
        words, listed = self._words, self._list
        if listed is None:
            return None
        end = self._whole_field(at, listed.head) if listed.head in FIELD_HEADS else 0
        if end:
            return _Span(end, [(f"{listed.prefix} {self._cell.text(at, end)}", "agency")])
        if listed.head == "ubnd":
            units = territory_at(words, at)
            if units and all(unit.name for unit in units.units):
                self._list = listed._replace(kinds=(units.units[-1].kind,))
                ends = tuple(unit.end for unit in units.units)
                return _Span(units.end, [(f"UBND {unit}", "agency") for unit in units.units], ends=ends)
            if not words[at].is_name:
                return None
        if listed.sure or self._ends.begins(at, at, group=False):
            return None
        end = at + 1
        while end < len(words) and not self._item_ends(end, listed.head):
            end = self._cell.closing.get(end, end) + 1
        return _Span(end, [(self._unit_name(listed, self._cell.text(at, end)), "agency")])

    def _unit_name(self, listed: _List, item: str) -> str:
        """The item with the list's head; of several kinds of units, the one that the registry knows by that name."""
        names = [f"{listed.prefix} {kind} {item}" for kind in listed.kinds]
        known = names if len(names) == 1 else [name for name in names if self._registry.named(name)]
        return known[0] if len(known) == 1 else f"{listed.prefix} {item}"

    def _item_ends(self, at: int, head: str) -> bool:
        words = self._words
        if words[at].text in ",;\n.:" or (words[at].text == "(" and at in self._cell.closing):
            return words[at].text != "(" and (words[at].text != "." or is_separator(words, at))
        if words[at].key not in CONNECTORS or words[at].text == "&":
            return False
        after = at + 1
        if head not in FIELD_HEADS:
            units = territory_at(words, after) if head == "ubnd" else None
            return (after < len(words) and words[after].is_name) or bool(units and units.units[0].name)
        return bool(
            after < len(words) and (self._whole_field(after, head) or self._ends.begins(after, at, group=False))
        )

    def _after_field(self, at: int, end: int) -> None:
        """Behind "Sở Y tế" a bare field is the next one's: "Sở Y tế, Tài chính"."""
        head = self._words[at]
        if head.key in FIELD_HEADS:
            start = at + (2 if at + 1 < len(self._words) and self._words[at + 1].text == "." else 1)
            found = field_at(self._words, start, head.key)
            if found and found[0] == end:
                self._list = _List("Phòng" if head.key == "p" else head.key.capitalize(), head.key, sure=True)

    # -- names without a registry --------------------------------------------------------------------------------------

    def _territory(self, at: int) -> _Span | None:
        """A council or committee with the units it is for, or units by themselves."""
        words = self._words
        council = words[at].key in COUNCILS
        if not council and head_at(words, at):
            return None
        units = territory_at(words, at + council)
        if not units or not (council or units.is_group or all(unit.name for unit in units.units)):
            return None
        after = words[units.end] if units.end < len(words) else None
        if not council and after and not is_break(words, units.end) and after.key not in MODIFIERS:
            return None
        head = words[at].key.upper() if council else ""
        bodies, end = units.names(head), units.end
        names: list[tuple[str, NameKind]] = [(body.name, "group" if body.is_group else "agency") for body in bodies]
        if not self._ends.stops(at, end) and not is_break(words, end):
            end = self._ends.end(end, group=units.is_group, begin=at)
            names[-1] = (f"{names[-1][0]} {self._cell.text(units.end, end)}", names[-1][1])
        elif council and units.units[0].plural and all(unit.name for unit in units.units):
            self._list = _List(head, "ubnd", sure=False, kinds=(units.units[-1].kind,))
        return _Span(end, names, ends=tuple(body.end for body in bodies))

    def _general(self, at: int) -> _Span:
        """Any other name: to the separator behind which the next one begins."""
        words = self._words
        counted = words[at].key in COUNCILS and at + 1 < len(words) and words[at + 1].text.isdigit()
        tier = at + 1 < len(words) and words[at + 1].key == "cấp"
        noun = words[at].text.islower() and NOUNS.at(words, at)
        common = (noun or nouns_at(words, at, capital=True)) and not head_at(words, at)
        group = bool(opener_at(words, at) or counted or tier or common)
        start = at
        if words[at].key in FIELD_HEADS:
            first = at + (2 if at + 1 < len(words) and words[at + 1].text == "." else 1)
            found = field_at(words, first, words[at].key)
            start = found[0] if found else at
            after = self._cell.next_word(start)
            dash = start < len(words) and words[start].key == "-"  # "Sở A - B" may be one department of two fields
            if found and not dash and self._cell.parted(start) and self._whole_field(after, words[at].key):
                self._after_field(at, start)
                return _Span(start, [(self._cell.text(at, start), "agency")])
        end = self._ends.end(start, group=group, begin=at)
        return _Span(end, [(self._cell.text(at, end), "group" if group else "agency")])

    # -- what stands behind a name -------------------------------------------------------------------------------------

    def _behind(self, begin: int, span: _Span) -> tuple[int, Part, bool, list[str]]:
        """Past "chủ trì" and notes in brackets behind a name: the end, its part, whether a note matters, members."""
        words, end = self._words, span.end
        part: Part = ""
        members: list[str] = []
        aside = False
        for at in (at for at in range(begin, end) if at in self._cell.closing):
            part, members = part or part_in(self._cell, at), members or members_in(self._cell, at, *span.names[-1])
            aside = aside or (not members and matters(self._cell, at))
        while end < len(words):
            if end in self._cell.closing:
                part = part or part_in(self._cell, end)
                members = members or members_in(self._cell, end, *span.names[-1])
                aside = aside or (not members and matters(self._cell, end))
                end = self._cell.closing[end] + 1
                continue
            comma = words[end].text == "," and end + 1 < len(words) and self._ends.mark_inside(end + 1)
            mark = mark_at(words, end) if self._ends.mark_inside(end) else None
            if mark and words[end].key != "phối":
                part = "lead"
                self._part = "help" if mark[1] == "help" else self._part
                end = mark[0]
                continue
            if mark and is_break(words, mark[0]):
                part, end = "help", mark[0]
                continue
            if comma and words[end + 1].key != "phối":
                end += 1
                continue
            break
        return end, part, aside, members
