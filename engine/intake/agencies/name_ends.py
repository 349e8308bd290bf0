"""Where a name of a cell ends: at what parts it from the next one, or where the next begins without any mark."""

from engine.intake.agencies.beginnings import (
    head_at,
    is_break,
    is_separator,
    mark_at,
    nouns_at,
    opener_at,
    title_at,
)
from engine.intake.agencies.cell_words import CellWords
from engine.intake.agencies.names import field_at
from engine.intake.agencies.registry import AgencyEntry, Registry
from engine.intake.agencies.territory import territory_at
from engine.intake.agencies.vocabulary import CONNECTORS, DITTOS, NOUNS, SCHOOLS, STARTING_NOUNS, Phrases
from engine.intake.agencies.words import words_of

COUNCILS = frozenset({"hđnd", "ubnd"})
MID_MARKS = frozenset({"chủ", "đầu", "phối"})
"""First words of "chủ trì", "đầu mối", "phối hợp", which end a name; "thực hiện" may belong to one."""


OPEN_FIELD = Phrases("trung tâm | phòng | ban | vụ | cục | khoa | tổ | viện | bộ phận")
"""Heads of units whose field of work is free."""
FIELD_OR_BODY = Phrases("thống kê")
"""A field of work that is a body's whole name as well."""


class NameEnds:
    """Tells for one cell where its names end."""

    def __init__(self, cell: CellWords, registry: Registry) -> None:
        self._cell, self._words, self._registry = cell, cell.words, registry
        self._place = [word.key for word in words_of(registry.province)]

    def known_end(self, end: int, entry: AgencyEntry) -> int | None:
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
        return bool(head_at(words, end) or title_at(words, end) or self.mark_inside(end))

    def _goes_on(self, at: int) -> bool:
        """Whether a group goes on with a common noun or a unit behind a comma."""
        return bool(NOUNS.at(self._words, at)) and not head_at(self._words, at)

    def end(self, at: int, *, group: bool, begin: int) -> int:
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
                if self.begins(after, begin, group=group, dash=word.key == "-"):
                    return here
                here = after
                continue
            if self.stops(begin, here):
                return here
            here += 1
        return len(words)

    def stops(self, begin: int, at: int) -> bool:
        """Whether a name ends at a word without any separator: another head of the State, or "chủ trì"."""
        words = self._words
        if at >= len(words) or self.mark_inside(at):
            return True
        first, head = words[begin].key, head_at(words, at)
        if (
            not head
            or not words[at].is_name
            or words[at - 1].key in ("thuộc", "của", "các", "và", "tại", "-", "/", "&")
        ):
            return False
        if words[at].key == first:
            return at - begin >= 2 and not (first == "bộ" and words[at : at + 2][-1].key == "đội")
        complete = first in ("sở", "bộ") and (found := field_at(words, begin + 1, first)) and found[0] == at
        return bool(complete) or (first in COUNCILS and words[at].key in ("sở", "bộ", "ubnd", "hđnd", "công"))

    def mark_inside(self, at: int) -> bool:
        """Whether "chủ trì", "phối hợp" or the like stands at `at`, in small letters."""
        word = self._words[at]
        return word.key in MID_MARKS and word.text.islower() and mark_at(self._words, at) is not None

    def begins(self, at: int, begin: int, *, group: bool, dash: bool = False) -> bool:
        """Whether another name begins at `at`, behind a separator in the name that began at `begin`."""
        words = self._words
        if head := head_at(words, at):
            listed = group and words[at].text[0].islower() and is_break(words, at + head)  # "các huyện ủy, thị ủy"
            return not (listed or self._same_office(at, begin) or self._ends_field(at, begin))
        if dash:
            return False
        if (mark := mark_at(words, at)) and words[mark[0] - 1].text == ":":
            return True
        if DITTOS.at(words, at) or self.mark_inside(at) or title_at(words, at):
            return True
        if opener_at(words, at):
            return not self._belongs(at, begin)
        if any(self.known_end(end, entry) is not None for end, entry in self._registry.known_at(words, at)):
            return True
        return not group and self._begins_alone(at, begin)

    def _begins_alone(self, at: int, begin: int) -> bool:
        """Whether a word begins a name that has no head: a group without "các", a unit, an abbreviation, a field."""
        words, word = self._words, self._words[at]
        if nouns_at(words, at) and STARTING_NOUNS.at(words, at):
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

    def _ends_field(self, at: int, begin: int) -> bool:
        """ "Trung tâm Chuyển đổi số và Thống kê" is one unit: its field of work ends with that of another body."""
        words, head = self._words, OPEN_FIELD.at(self._words, begin)
        if not head or words[at - 1].key not in ("và", "&") or not (size := FIELD_OR_BODY.at(words, at)):
            return False
        known = field_at(words, begin + head, words[begin].key)
        return is_break(words, at + size) and not (known and known[0] == at - 1)

    def _belongs(self, at: int, begin: int) -> bool:
        """ "Ban Quản lý Khu kinh tế và các khu công nghiệp", "Mặt trận và các tổ chức thành viên" are one name."""
        keys = [word.key for word in self._words[at + 1 : at + 5]]
        manages = [word.key for word in self._words[begin + 1 : begin + 3]] == ["quản", "lý"]
        return (manages and keys[:1] == ["khu"]) or keys == ["tổ", "chức", "thành", "viên"]
