"""Walks the words of one cell and parts them into names, each with all of its printed words.

Every word of the cell lies within the printed words of some name, so that nothing of a cell is lost. One walk: what
begins at a word is told from a bounded number of words after it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

from engine.intake.beginnings import (
    head_at,
    is_break,
    is_separator,
    mark_at,
    nouns_at,
    opener_at,
    person_at,
    phrase_at,
    title_at,
)
from engine.intake.cell_words import CellWords
from engine.intake.names import field_at
from engine.intake.registry import AgencyEntry, Registry
from engine.intake.territory import territory_at
from engine.intake.vocabulary import (
    ACRONYMS,
    ADDRESS,
    CONNECTORS,
    DITTOS,
    HEADS,
    NOUNS,
    OR_ELSE,
    SCHOOLS,
    STARTING_NOUNS,
    TITLES_OF_HEADS,
)
from engine.intake.words import words_of

COUNCIL_OF = re.compile(r"(?:HĐND|UBND) ((?:các |cấp )?(?:tỉnh|huyện|quận|thị|thành phố|xã|phường).*)", re.DOTALL)
LIST_MARK = re.compile(r"\d{1,2}|[a-zđ]")
FIELD_HEADS = frozenset({"sở", "bộ", "phòng", "p"})
COUNCILS = frozenset({"hđnd", "ubnd"})
FARTHEST_COLON = 10
MODIFIERS = frozenset({"trên", "trong", "của", "thuộc", "liên", "có", "trực", "còn", "nêu"})
"""Words that say which units a list means, behind it."""
MID_MARKS = frozenset({"chủ", "đầu", "phối"})
"""First words of "chủ trì", "đầu mối", "phối hợp", which end a name; "thực hiện" may belong to one."""

Part = Literal["", "lead", "help"]
NameKind = Literal["agency", "group", "person", "ditto"]


@dataclass(slots=True)
class Name:
    """One name of a cell: its words without title and notes, and the printed words that it stands for.

    Attributes:
        text: the name; "" for a ditto mark.
        printed: all its words in the cell.
        entry: the registry's entry, where a known spelling was read.
        members: of a group that names them itself.
        part: what the cell says it does: "lead", "help", or nothing.
        alternative: whether "hoặc" stands before it.
        aside: whether a note in brackets may change who is meant.
    """

    text: str
    printed: str
    kind: NameKind = "agency"
    role: str | None = None
    entry: AgencyEntry | None = None
    members: list[str] = field(default_factory=list)
    part: Part = ""
    alternative: bool = False
    aside: bool = False


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


class Scan:
    """The walk over one cell."""

    def __init__(self, text: str, registry: Registry) -> None:
        self._cell = CellWords(text)
        self._words = self._cell.words
        self._registry = registry
        self._place = [word.key for word in words_of(registry.province)]
        self._list: _List | None = None
        self._part: Part = ""
        self._or_else = False
        self._names: list[Name] = []

    def names(self) -> list[Name]:
        """The names in order; one printed twice is there twice."""
        at = self._skip(0)
        while at < len(self._words):
            at = self._skip(self._take(at))
        if not self._names and any(word.is_word for word in self._words):
            self._names.append(Name(self._cell.text(0, len(self._words)), self._cell.printed(0, len(self._words))))
        for name, following in reversed(list(pairwise(self._names))):
            tail = COUNCIL_OF.match(following.text)
            if name.text in ("HĐND", "UBND", "Đảng ủy") and tail:  # "HĐND, UBND xã": of the same unit
                name.text, name.kind = f"{name.text} {tail[1]}", following.kind
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
        if size := phrase_at(words, here, DITTOS):
            end = self._end(here + size, group=False, begin=here)
            self._names.append(Name("", self._cell.printed(begin, end), "ditto"))
            return end
        here, role, span = self._titled(here)
        end, part, aside, members = self._behind(here, span)
        printed = self._cell.printed(begin, end)
        for text, kind in span.names:
            self._names.append(Name(text, printed, kind, role, span.entry, members, part or self._part, or_else, aside))
        return end

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
            head = phrase_at(words, here, HEADS)
            role = self._cell.text(at, here + head)
            twice = here + head < len(words) and words[here].key == words[here + head].key
            here += head if twice else 0
        else:
            role = self._cell.text(at, here).removesuffix(" của")
        role = ADDRESS.sub("", role).strip(" ,")
        head = phrase_at(words, here, HEADS) if here < len(words) else 0
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
            last = self._with_tail(end, entry)
            if last is not None:
                self._after_field(at, last)
                kind: NameKind = "agency" if entry.kind == "agency" else "group"
                return _Span(last, [(self._cell.text(at, end), kind)], entry)
        return None

    def _with_tail(self, end: int, entry: AgencyEntry) -> int | None:
        """Where a known name ends with the province or "liên quan" behind it; None where the name goes on."""
        words = self._words
        ends = [end]
        if entry.kind == "agency":
            tier = end < len(words) and words[end].key in ("tỉnh", "thành")
            step = end + (1 if tier and words[end].key == "tỉnh" else 2 if tier else 0)
            place = step + len(self._place)
            if self._place and [word.key for word in words[step:place]] == self._place:
                ends.append(place)
            if tier:
                ends.append(step)
        elif entry.kind == "open_group":
            keys = [word.key for word in words[end : end + 3]]
            ends.append(end + (3 if keys == ["có", "liên", "quan"] else 2 if keys[:2] == ["liên", "quan"] else 0))
        return next((last for last in sorted(ends, reverse=True) if self._may_end(last, entry)), None)

    def _may_end(self, end: int, entry: AgencyEntry) -> bool:
        words = self._words
        if end >= len(words) or words[end].text in ";\n():[]":
            return True
        if is_separator(words, end):
            after = self._cell.next_word(end)
            return entry.kind == "agency" or after >= len(words) or not self._goes_on(after)
        return bool(head_at(words, end) or title_at(words, end) or self._mid_mark(end))

    def _goes_on(self, at: int) -> bool:
        """Whether a group goes on with a common noun or a unit behind a comma."""
        return bool(phrase_at(self._words, at, NOUNS)) and not head_at(self._words, at)

    # -- lists ---------------------------------------------------------------------------------------------------------

    def _opened_list(self, at: int) -> int | None:
        """Where the items of a list with one head begin ("các Sở: …", "Các Sở Y tế, Tài chính"); remembers the head."""
        words = self._words
        opener = phrase_at(words, at, frozenset({("các",), ("những",)}))
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
        if not (phrase_at(words, start, HEADS) or phrase_at(words, start, NOUNS)):
            return None
        sure = any(word.text in ",/" for word in words[start:colon])
        if phrase_at(words, start, HEADS) and not sure:
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
                return _Span(units.end, [(f"UBND {unit}", "agency") for unit in units.units])
            if not words[at].is_name:
                return None
        if listed.sure or self._begins(at, at, group=False):
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
            return after < len(words) and words[after].is_name
        return bool(after < len(words) and (self._whole_field(after, head) or self._begins(after, at, group=False)))

    def _after_field(self, at: int, end: int) -> None:
        """Behind "Sở Y tế" a bare field is the next one's: "Sở Y tế, Tài chính"."""
        head = self._words[at]
        if head.key in FIELD_HEADS:
            start = at + (2 if at + 1 < len(self._words) and self._words[at + 1].text == "." else 1)
            found = field_at(self._words, start, head.key)
            if found and found[0] == end:
                self._list = _List("Phòng" if head.key == "p" else head.key.capitalize(), head.key, sure=True)

    # -- names without a registry ----------------------------------------------------------------------------------------

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
        names = units.names(head)
        end = units.end
        if not self._stops(at, end) and not is_break(words, end):
            end = self._end(end, group=units.is_group, begin=at)
            names[-1] = (f"{names[-1][0]} {self._cell.text(units.end, end)}", names[-1][1])
        elif council and units.units[0].plural and all(unit.name for unit in units.units):
            self._list = _List(head, "ubnd", sure=False, kinds=(units.units[-1].kind,))
        return _Span(end, [(name, "group" if group else "agency") for name, group in names])

    def _general(self, at: int) -> _Span:
        """Any other name: to the separator behind which the next one begins."""
        words = self._words
        counted = words[at].key in COUNCILS and at + 1 < len(words) and words[at + 1].text.isdigit()
        tier = at + 1 < len(words) and words[at + 1].key == "cấp"
        common = nouns_at(words, at, capital=True) and not head_at(words, at)
        group = bool(opener_at(words, at) or counted or tier or common)
        start = at
        if words[at].key in FIELD_HEADS:
            first = at + (2 if at + 1 < len(words) and words[at + 1].text == "." else 1)
            found = field_at(words, first, words[at].key)
            start = found[0] if found else at
            after = self._cell.next_word(start)
            if found and self._cell.parted(start) and self._whole_field(after, words[at].key):
                self._after_field(at, start)
                return _Span(start, [(self._cell.text(at, start), "agency")])
        end = self._end(start, group=group, begin=at)
        return _Span(end, [(self._cell.text(at, end), "group" if group else "agency")])

    def _end(self, at: int, *, group: bool, begin: int) -> int:
        """Where the name that began at `begin` ends, looked for from `at`."""
        words, here = self._words, max(at, begin + 1)
        while here < len(words):
            word = words[here]
            if word.text in ";\n" or (word.text == ":" and here > begin):
                return here
            if here in self._cell.closing:
                here = self._cell.closing[here] + 1
                continue
            if is_separator(words, here):
                after = self._cell.next_word(here)
                if after >= len(words) or words[after].text in ";\n(":
                    return here
                if self._begins(after, begin, group=group, dash=word.key == "-"):
                    return here
                here = after
                continue
            if self._stops(begin, here):
                return here
            here += 1
        return len(words)

    def _stops(self, begin: int, at: int) -> bool:
        """Whether a name ends at a word without any separator: another head of the State, or "chủ trì"."""
        words = self._words
        if at >= len(words) or self._mid_mark(at):
            return True
        first, head = words[begin].key, head_at(words, at)
        if (
            not head
            or not words[at].is_name
            or words[at - 1].key in ("thuộc", "của", "các", "và", "tại", "-", "/", "&")
        ):
            return False
        if words[at].key == first:
            return at - begin >= 2
        complete = first in ("sở", "bộ") and (found := field_at(words, begin + 1, first)) and found[0] == at
        return bool(complete) or (first in COUNCILS and words[at].key in ("sở", "bộ", "ubnd", "hđnd", "công"))

    def _mid_mark(self, at: int) -> bool:
        word = self._words[at]
        return word.key in MID_MARKS and word.text.islower() and mark_at(self._words, at) is not None

    def _begins(self, at: int, begin: int, *, group: bool, dash: bool = False) -> bool:
        """Whether another name begins at `at`, behind a separator in the name that began at `begin`."""
        words = self._words
        word = words[at]
        if head_at(words, at):
            return not self._same_office(at, begin)
        if dash:
            return False
        if phrase_at(words, at, DITTOS) or self._mid_mark(at) or title_at(words, at):
            return True
        if opener_at(words, at):
            return not self._belongs(at, begin)
        if any(self._with_tail(end, entry) is not None for end, entry in self._registry.known_at(words, at)):
            return True
        if group:
            return False
        if nouns_at(words, at) and phrase_at(words, at, STARTING_NOUNS):
            return True
        units = territory_at(words, at)
        if units and units.units[0].name:
            return True
        alone = is_break(words, at + 1)
        if alone and word.text.isupper() and len(word.text) > 2 and word.key not in SCHOOLS:
            return True
        bare = self._bare_field(begin)
        return bool(bare and self._bare_field(at))

    def _bare_field(self, at: int) -> int:
        found = field_at(self._words, at)
        return found[0] if found and is_break(self._words, found[0]) else 0

    def _same_office(self, at: int, begin: int) -> bool:
        """ "Văn phòng HĐND và UBND huyện" is one office for two bodies."""
        words = self._words
        before = at - 1
        while before > begin and (words[before].key in CONNECTORS or not words[before].is_word):
            before -= 1
        office = words[begin].key in ("văn", "vp", "thường")
        return office and words[at].key in COUNCILS and words[before].key in ("hđnd", "đbqh", "hội")

    def _belongs(self, at: int, begin: int) -> bool:
        """ "Ban Quản lý Khu kinh tế và các khu công nghiệp", "Mặt trận và các tổ chức thành viên" are one name."""
        keys = [word.key for word in self._words[at + 1 : at + 5]]
        manages = [word.key for word in self._words[begin + 1 : begin + 3]] == ["quản", "lý"]
        return (manages and keys[:1] == ["khu"]) or keys == ["tổ", "chức", "thành", "viên"]

    # -- what stands behind a name ---------------------------------------------------------------------------------------

    def _behind(self, begin: int, span: _Span) -> tuple[int, Part, bool, list[str]]:
        """Past "chủ trì" and notes in brackets behind a name: the end, its part, whether a note matters, members."""
        words, end = self._words, span.end
        part: Part = ""
        members: list[str] = []
        aside = False
        for at in (at for at in range(begin, end) if at in self._cell.closing):
            part, members = part or self._part_in(at), members or self._members_in(at, span)
            aside = aside or (not members and self._matters(at))
        while end < len(words):
            if end in self._cell.closing:
                part = part or self._part_in(end)
                members = members or self._members_in(end, span)
                aside = aside or (not members and self._matters(end))
                end = self._cell.closing[end] + 1
                continue
            comma = words[end].text == "," and end + 1 < len(words) and self._mid_mark(end + 1)
            mark = mark_at(words, end) if self._mid_mark(end) else None
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

    def _inside(self, at: int) -> Iterable[int]:
        return range(at + 1, self._cell.closing[at])

    def _part_in(self, at: int) -> Part:
        mark = mark_at(self._words, at + 1)
        if mark is None or (mark[1] == "help" and mark[0] != self._cell.closing[at]):
            return ""
        return "help" if mark[1] == "help" else "lead"

    def _matters(self, at: int) -> bool:
        """Whether a note in brackets names other bodies, or leaves some out."""
        words = self._words
        if mark_at(words, at + 1) and mark_at(words, at + 1)[0] == self._cell.closing[at]:  # type: ignore[index]
            return False
        return any(words[here].key in ("trừ", "ngoại", "riêng") or self._names_other(here) for here in self._inside(at))

    def _names_other(self, at: int) -> bool:
        return head_at(self._words, at) > 0 and self._words[at].text not in ACRONYMS

    def _members_in(self, at: int, span: _Span) -> list[str]:
        """The units that a group lists in brackets: "UBND các huyện (A, B)"."""
        text, kind = span.names[-1]
        found = re.fullmatch(r"(UBND|HĐND) các (\S+|thị xã|thành phố|thị trấn)", text)
        if kind != "group" or not found:
            return []
        items = [item.strip() for item in re.split(r"[,;]|\bvà\b", self._cell.between(at + 1, self._cell.closing[at]))]
        if len(items) < 2 or not all(item and item[0].isupper() for item in items):
            return []
        return [f"{found[1]} {found[2]} {item}" for item in items]
