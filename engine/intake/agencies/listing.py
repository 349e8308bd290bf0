"""The members of groups as the document itself lists them: its annexes name each unit in a row of its own."""

from collections.abc import Iterable, Iterator
from itertools import combinations, permutations

from engine.intake.agencies.registry import AgencyEntry, Registry
from engine.intake.agencies.territory import Unit, territory_at
from engine.intake.agencies.words import fold, words_of
from engine.intake.readers import Block

LONGEST_UNIT_CELL = 60
FEWEST = 3
"""Units one under another that make a list of them; fewer may be owners of single tasks."""
DISTRICTS = 2


def listed_groups(blocks: Iterable[Block], registry: Registry) -> dict[str, list[str] | None]:
    """The members that the document lists for each group, in its order; None: a registered group that it lists not.

    A unit of a registered group counts where it stands alone in a cell or paragraph. Where the province is not known,
    only units that stand one under another do, with nothing but figures between: that is a list, and not a mention.
    """
    texts = [block.text for block in blocks]
    if registry.is_bare:
        return dict(_groups_of(_listed_units(texts)))
    printed = list(dict.fromkeys(fold(text) for text in texts if 0 < len(text) <= LONGEST_UNIT_CELL))
    groups: dict[str, list[str] | None] = {}
    for entry in registry.entries:
        if entry.kind == "group":
            members = {fold(alias): member for member in entry.members for alias in _spellings(registry.by_id[member])}
            named = dict.fromkeys(registry.by_id[members[text]].name for text in printed if text in members)
            groups[entry.name] = list(named) or None
    return groups


def _spellings(entry: AgencyEntry) -> tuple[str, ...]:
    return (entry.name, *entry.aliases)


def _listed_units(texts: Iterable[str]) -> list[Unit]:
    """The districts of all lists, those of the longest list first."""
    runs: list[dict[str, Unit]] = [{}]
    for text in texts:
        unit = _only_unit(text)
        if unit:
            runs[-1].setdefault(str(unit), unit)
        elif any(letter.isalpha() for letter in text) and runs[-1]:
            runs.append({})
    lists = sorted((run for run in runs if len(run) >= FEWEST), key=len, reverse=True)
    return list({name: unit for run in lists for name, unit in run.items()}.values())


def _only_unit(text: str) -> Unit | None:
    """The district that a cell names and nothing else: "Huyện A", "TX B", "UBND thành phố C"."""
    if not 0 < len(text) <= LONGEST_UNIT_CELL:
        return None
    words = [word for word in words_of(text) if word.text not in ";.-–+"]
    start = int(bool(words) and words[0].key == "ubnd")
    found = territory_at(words, start) if len(words) > start else None
    alone = found is not None and len(found.units) == 1 and found.end == len(words)
    unit = found.units[0] if found and alone else None
    return unit if unit and unit.name and unit.level == DISTRICTS else None


def _groups_of(units: list[Unit]) -> Iterator[tuple[str, list[str]]]:
    """Every name by which a group of these units may be called, with its members."""
    kinds = list(dict.fromkeys(unit.kind for unit in units))
    for size in range(1, len(kinds) + 1):
        for some in combinations(kinds, size):
            members = [f"UBND {unit}" for unit in units if unit.kind in some]
            for order in permutations(some):
                yield f"UBND các {', '.join(order)}", members
                if size > 1:
                    yield f"UBND các {', '.join(order[:-1])} và {order[-1]}", members
