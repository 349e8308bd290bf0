"""The territorial units a name lists: "các huyện, thị xã, thành phố", "huyện A, thị xã B", "quận-huyện, xã, phường"."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from engine.intake.vocabulary import LEVELS
from engine.intake.words import Word

LONGEST_UNIT_NAME = 5
ONLY_SHORT = frozenset({"tx", "tp", "tt", "h", "q", "p"})
PLURALS = frozenset({"các", "những", "mọi"})
_GLUE = frozenset({",", "/", "-", "và", "&"})


class Unit(NamedTuple):
    """One unit of a list; `name` is "" for a common noun, `plural` that "các" stands before it."""

    level: int
    kind: str
    name: str
    plural: bool
    joint: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()


class Territory(NamedTuple):
    """The units listed, and where the words after them begin."""

    units: tuple[Unit, ...]
    end: int

    @property
    def is_group(self) -> bool:
        """Whether it names units by their kind, and not one by one."""
        return any(not unit.name for unit in self.units) and (len(self.units) > 1 or self.units[0].plural)

    def names(self, head: str) -> list[tuple[str, bool]]:
        """The bodies with that head, one a named unit and one a tier of unnamed ones; True for a group.

        "UBND các huyện, thị xã, thành phố Huế" is one group, closed by a member that it names.
        """
        closed = (
            len(self.units) > 1
            and self.units[0].plural
            and [bool(unit.name) for unit in self.units[:-1]].count(True) == 0
        )
        if closed and self.units[-1].name and not self.units[-1].plural:
            return [(f"{head} các {_joined(self.units)}".strip(), True)]
        if not self.is_group:
            return [(f"{head} {unit}".strip(), False) for unit in self.units]
        found = []
        for (named, _level), units in groupby(self.units, key=lambda unit: (unit.name, unit.level)):
            run = list(units)
            alone = len(self.units) > 1 and run[0].level == 1 and not run[0].plural
            found.append((f"{head} {run[0]}" if named or alone else f"{head} các {_joined(run)}", not (named or alone)))
        return [(name.strip(), group) for name, group in found]


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
    plural = at < len(words) and words[at].key in PLURALS
    here = at + plural
    keys = tuple(word.key for word in words[here : here + 2])
    size = next((size for size in (2, 1) if len(keys) >= size and keys[:size] in LEVELS), 0)
    if not size or (keys[0] in ONLY_SHORT and size == 1 and words[here].text.islower() and keys[0] not in ("tx", "tp")):
        return None
    level, kind = LEVELS[keys[:size]]
    here += size
    if keys[:size] in (("thị",), ("thành",)) and here < len(words) and words[here].text[0].islower():
        return None if words[here].key not in _GLUE else (Unit(level, kind, "", bool(plural), joint), here)
    if keys[0] in ONLY_SHORT and here < len(words) and words[here].text == ".":
        here += 1
    end = here + sum(1 for _ in _name(words, here))
    name = " ".join(word.text for word in words[here:end])
    if keys[:size] in (("thị",), ("thành",), ("h",), ("q",), ("p",)) and not (joint or plural or name):
        return None
    return Unit(level, kind, name, plural, joint), end


def _name(words: Sequence[Word], at: int) -> Iterator[Word]:
    """The capital words of a proper name, or a number."""
    for word in words[at : at + LONGEST_UNIT_NAME]:
        if not word.is_name or word.key in ("ubnd", "hđnd", "sở", "bộ"):
            return
        yield word
