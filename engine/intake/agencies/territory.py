"""The territorial units a name lists: "các huyện, thị xã, thành phố", "huyện A, thị xã B", "quận-huyện, xã, phường"."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from engine.intake.agencies.vocabulary import LAW_HEADS, LEVELS
from engine.intake.agencies.words import Word

LONGEST_UNIT_NAME = 5
CAPITAL_SHORT = frozenset({"tt", "h", "q", "p"})
SHORT = CAPITAL_SHORT | {"tx", "tp"}
UNSURE = CAPITAL_SHORT | {"thị", "thành"}
"""Short forms that are other words as well."""
PLURALS = frozenset({"các", "những", "mọi"})
_GLUE = frozenset({",", "/", "-", "và", "&"})


class Unit(NamedTuple):
    """One unit of a list.

    `name` is "" for a common noun, `plural` says that "các" stands before it, `joint` what parts it from the last one.
    """

    level: int
    kind: str
    name: str
    plural: bool
    joint: str
    end: int

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()


class Body(NamedTuple):
    """A council or committee of listed units, or the units themselves; `end` is the word after the last of them."""

    name: str
    is_group: bool
    end: int


class Territory(NamedTuple):
    """The units listed, and where the words after them begin."""

    units: tuple[Unit, ...]
    end: int

    @property
    def is_group(self) -> bool:
        """Whether it names units by their kind, and not one by one."""
        return any(not unit.name for unit in self.units) and (len(self.units) > 1 or self.units[0].plural)

    def names(self, head: str) -> list["Body"]:
        """The bodies with that head: one a named unit, and a group a tier of unnamed ones.

        "UBND các huyện, thị xã, thành phố Huế" is one group, closed by a member that it names.
        """
        first, last = self.units[0], self.units[-1]
        closed = last.name and not last.plural and not any(unit.name for unit in self.units[:-1])
        if closed and first.plural and len(self.units) > 1:
            return [Body(f"{head} các {_joined(self.units)}".strip(), True, last.end)]
        if not self.is_group:
            return [Body(f"{head} {unit}".strip(), False, unit.end) for unit in self.units]
        found = []
        for _, units in groupby(self.units, key=lambda unit: (unit.name, unit.level)):
            run = list(units)
            alone = bool(run[0].name) or (len(self.units) > 1 and run[0].level == 1 and not run[0].plural)
            said = str(run[0]) if alone else f"các {_joined(run)}"
            found.append(Body(f"{head} {said}".strip(), not alone, run[-1].end))
        return found


def _joined(units: Sequence[Unit]) -> str:
    return "".join((", " if unit.joint != "và" else " và ") * (at > 0) + str(unit) for at, unit in enumerate(units))


def territory_at(words: Sequence[Word], at: int) -> Territory | None:
    """The list of units that begins at `at`, with or without "các"; None where none does."""
    units: list[Unit] = []
    end, here, joint = at, at, ""
    while unit := _unit_at(words, here, joint):
        units.append(unit[0])
        end = here = unit[1]
        if here < len(words) and words[here].key in _GLUE:
            joint, here = words[here].key, here + 1
        elif here >= len(words) or words[here].key not in PLURALS:
            break
    return Territory(_tiered(units), end) if units else None


def _tiered(units: Sequence[Unit]) -> tuple[Unit, ...]:
    """ "Tỉnh, thành phố" are of one tier, that of provinces, wherever nothing lower is listed with them."""
    if (
        len(units) > 1
        and not any(unit.name for unit in units)
        and units[0].kind == "tỉnh"
        and {unit.kind.split()[0] for unit in units} == {"tỉnh", "thành"}
    ):
        return tuple(unit._replace(level=1, plural=True) for unit in units)
    return tuple(units)


def _unit_at(words: Sequence[Word], at: int, joint: str) -> tuple[Unit, int] | None:
    """One unit with its proper name; a short form needs a name, a full stop or a list to be one."""
    plural = at < len(words) and words[at].key in PLURALS
    here = at + plural
    keys = tuple(word.key for word in words[here : here + 2])
    size = next((size for size in (2, 1) if len(keys) >= size and keys[:size] in LEVELS), 0)
    if not size:
        return None
    key, first = keys[0] if size == 1 else "", words[here]
    if key in CAPITAL_SHORT and first.text.islower():
        return None
    here += size
    if key in SHORT and here < len(words) and words[here].text == ".":
        here += 1
    end = here + sum(1 for _ in _name(words, here))
    name = " ".join(word.text for word in words[here:end])
    follows = here < len(words) and words[here].is_word and words[here].key not in _GLUE
    if not name and key in UNSURE and (key in CAPITAL_SHORT or follows or not (joint or plural)):
        return None
    level, kind = LEVELS[keys[:size]]
    return Unit(level, kind, name, bool(plural), joint, end), end


def _name(words: Sequence[Word], at: int) -> Iterator[Word]:
    """The capital words of a proper name, or a number; an abbreviation is none."""
    for word in words[at : at + LONGEST_UNIT_NAME]:
        abbreviated = len(word.text) > 1 and word.text.isupper() and not word.text.isdigit()
        if not word.is_name or abbreviated or word.key in LAW_HEADS:
            return
        yield word
