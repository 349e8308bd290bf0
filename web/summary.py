"""Duties as pages show them: counted, and gathered into one row a task."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from engine.queries.plans import OpenQuestion
from engine.queries.tasks import Duty, counts
from engine.rules.timeliness import FOUR, Timeliness
from web.words import CLASSES

URGENCY = (
    Timeliness.OVERDUE,
    Timeliness.DUE_SOON,
    Timeliness.UNCLEAR,
    Timeliness.NOT_DUE,
    Timeliness.NO_DEADLINE,
    Timeliness.SUSPENDED,
    Timeliness.DONE_LATE,
    Timeliness.DONE_ON_TIME,
    Timeliness.CANCELLED,
)
"""What a row of several agencies puts first."""


@dataclass(frozen=True)
class Standing:
    """How many duties stand in each of the official four classes, and apart from them."""

    total: int
    four: dict[str, int]
    apart: dict[str, int]
    soon: int


@dataclass(frozen=True)
class Row:
    """One task of a list: its parts, and their timeliness, most urgent first."""

    task_id: int
    plan: str
    ref: str
    section: str
    text: str
    deliverable: str
    deadline_text: str
    parts: list[Duty]
    tally: list[tuple[str, int]]
    states: list[tuple[str, int]]

    @property
    def last_days(self) -> list[date]:
        """The different last days of its parts, earliest first."""
        return sorted({part.last_day for part in self.parts if part.last_day})


@dataclass(frozen=True)
class Asked:
    """Questions that ask the same of several tasks, as one."""

    first: OpenQuestion
    refs: list[str]
    keys: list[str]


def asked(questions: Sequence[OpenQuestion]) -> list[Asked]:
    """The questions, those of the same words together, in their order."""
    together: dict[tuple[str, str, str], list[OpenQuestion]] = {}
    for question in questions:
        together.setdefault((question.blocks, question.reason, question.printed), []).append(question)
    return [
        Asked(same[0], [one.ref for one in same if one.ref], [one.key for one in same]) for same in together.values()
    ]


def fits(duty: Duty, wanted: str) -> bool:
    """Whether a duty is of a timeliness, or of one of the official four classes."""
    return wanted in ("", duty.timeliness.value, FOUR.get(duty.timeliness))


def standing(listed: Sequence[Duty]) -> Standing:
    """The official four counts of a list, and what stands apart."""
    found = counts(listed)
    four = dict.fromkeys(CLASSES, 0)
    for name, count in found.items():
        if name in FOUR:
            four[FOUR[Timeliness(name)]] += count
    apart = {name: count for name, count in found.items() if name not in FOUR}
    return Standing(len(listed), four, apart, found.get(Timeliness.DUE_SOON, 0))


def rows(listed: Sequence[Duty]) -> list[Row]:
    """One row a task, in the order of the list."""
    return [_row(list(parts)) for _, parts in groupby(listed, key=lambda duty: duty.task_id)]


def sections(listed: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """The rows under the headings of the document."""
    return [(heading, list(of)) for heading, of in groupby(listed, key=lambda row: row.section)]


def _row(parts: list[Duty]) -> Row:
    first, found = parts[0], counts(parts)
    return Row(
        task_id=first.task_id,
        plan=first.plan,
        ref=first.ref,
        section=first.section,
        text=first.text,
        deliverable=first.deliverable,
        deadline_text=first.deadline_text,
        parts=parts,
        tally=[(name, found[name]) for name in URGENCY if name in found],
        states=Counter(part.state for part in parts).most_common(),
    )
