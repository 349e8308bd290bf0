"""What a later document changes in a running plan, row against row. Values only; what follows is `steps.py`.

Rows are matched by reference. Where a reference does not fit (no such row, another text altogether, a renumbering)
nothing is matched: it is named in `unfit`, and only a person's mapping settles it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

What = Literal[
    "added", "removed", "reference", "section", "text", "deliverable", "deadline", "owner", "collaborators",
    "left", "joined", "released", "waits",
]  # fmt: skip
"""What changed in a row (`added` … `collaborators`), or for one agency: the duty went to another (`left`), it helps
from now on (`joined`) or no longer (`released`), nobody is reminded until a question is answered (`waits`)."""

QUIET: frozenset[What] = frozenset({"section", "reference"})
"""What alone is no news to an agency."""

NEW = "new"
"""What a mapping says of a row that stands for no row of the plan."""

ALIKE = 0.6
"""From which share of common words two texts may be one task reworded. Lower only asks more."""


@dataclass(frozen=True)
class Party:
    """An agency by key and name."""

    key: str
    name: str


@dataclass(frozen=True)
class Part:
    """The duty of one agency in a row of the plan.

    Attributes:
        printed: key of the agency that the plan names; another may hold the duty since.
        last_day: the last day on time in force.
    """

    id: int
    agency: Party
    printed: str
    state: str
    last_day: date | None
    unclear: bool = False


@dataclass(frozen=True)
class Row:
    """What a document says in one row. An empty `last_day` has its reason in the words."""

    ref: str
    text: str
    section: str = ""
    deliverable: str = ""
    owner_text: str = ""
    collaborators_text: str = ""
    deadline_text: str = ""
    owners: tuple[Party, ...] = ()
    collaborators: tuple[Party, ...] = ()
    last_day: date | None = None


@dataclass(frozen=True)
class Held(Row):
    """A row of the running plan, with its parts.

    Attributes:
        struck: keys of the agencies whose part an amendment has ended.
        owner_answered: whether a person has said who owns it.
    """

    parts: tuple[Part, ...] = ()
    struck: frozenset[str] = frozenset()
    owner_answered: bool = False


@dataclass(frozen=True)
class Said(Row):
    """A row of the later document.

    Attributes:
        stays: the cells that it leaves as they are (empty in a partial amendment, or "giữ nguyên").
        asked: the cells that only a person can settle: `deadline`, `owner`.
        listed: whether its owners are a group's members as listed, which may change while its name stays.
        strikes: whether it says that the task is struck.
    """

    stays: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    listed: bool = False
    strikes: bool = False

    @property
    def unread(self) -> frozenset[str]:
        """The cells that change what stood there to something that only a person can settle."""
        return self.asked - self.stays


@dataclass(frozen=True)
class Change:
    """One thing that changed, in words; of a deadline with the last days on time."""

    what: What
    old: str = ""
    new: str = ""
    old_day: date | None = None
    new_day: date | None = None

    def to_json(self) -> dict[str, Any]:
        """The change with what it says, days in ISO form."""
        days = {"old_day": self.old_day, "new_day": self.new_day}
        said = {"what": self.what, "old": self.old, "new": self.new}
        return said | {name: day.isoformat() for name, day in days.items() if day is not None}


@dataclass(frozen=True)
class RowChange:
    """A row with what changed in it: `held` None for an added one, `said` None for a removed one."""

    held: Held | None
    said: Said | None
    changes: tuple[Change, ...]

    @property
    def ref(self) -> str:
        """The reference under which it stands: the plan's own, where it has one."""
        row = self.held or self.said
        return row.ref if row else ""

    def has(self, what: What) -> bool:
        """Whether that changed."""
        return any(change.what == what for change in self.changes)


@dataclass(frozen=True)
class Unfit:
    """A row that fits none of the plan's, with why, and the reference it may stand for."""

    ref: str
    reason: str
    text: str = ""
    suggestion: str = ""


@dataclass(frozen=True)
class Difference:
    """All that a document changes, in its order, and what of it fits nothing."""

    rows: tuple[RowChange, ...] = ()
    unfit: tuple[Unfit, ...] = ()


def mapping_faults(held: Sequence[Held], said: Sequence[Said], mapping: Mapping[str, str]) -> list[str]:
    """What is wrong with a mapping: rows that are in neither document, or one row meant twice."""
    known, printed = {row.ref for row in held} | {NEW}, {row.ref for row in said}
    meant = [ref for ref in mapping.values() if ref != NEW]
    faults = [f"{ref}={of}: the document has no row {ref}" for ref, of in mapping.items() if ref not in printed]
    faults += [f"{ref}={of}: the plan has no row {of}" for ref, of in mapping.items() if of not in known]
    return faults + [f"the plan's row {ref} is meant twice" for ref in sorted(set(meant)) if meant.count(ref) > 1]


def compare(
    held: Sequence[Held], said: Sequence[Said], *, whole: bool, struck: Iterable[str] = (),
    mapping: Mapping[str, str] | None = None,
) -> Difference:  # fmt: skip
    """The difference between a running plan and a later document.

    Args:
        held: the rows of the plan as they stand, in order.
        said: the rows of the document, in order.
        whole: whether the document is the plan anew, so that a row it lacks is removed.
        struck: references of rows that its running text strikes.
        mapping: for rows whose reference does not fit, the plan's reference or `NEW`.
    """
    matched, unfit = _matched(held, said, whole=whole, mapping=mapping or {})
    rows = [change for row, of in matched if (change := _change(of, row, whole=whole))]
    gone = set(struck)
    if whole:
        taken = {of.ref for _, of in matched if of is not None} | {row.suggestion for row in unfit}
        gone |= {row.ref for row in held if row.ref not in taken}
    already = {row.ref for row in rows if row.has("removed")}
    rows += [_removal(row) for row in held if row.ref in gone - already]
    return Difference(tuple(rows), tuple(unfit))


def _matched(
    held: Sequence[Held], said: Sequence[Said], *, whole: bool, mapping: Mapping[str, str]
) -> tuple[list[tuple[Said, Held | None]], list[Unfit]]:
    by_ref = {row.ref: row for row in held}
    meant_otherwise = set(mapping.values())
    own = {ref: row for ref, row in by_ref.items() if ref not in meant_otherwise}
    claimed = meant_otherwise | {row.ref for row in said if row.ref not in mapping and _fits(row, own)}
    free = [row for row in held if row.ref not in claimed]
    matched, unfit = list[tuple[Said, Held | None]](), list[Unfit]()
    for row in said:
        meant = mapping.get(row.ref)
        if meant == NEW:
            matched.append((row, None))
        elif meant is not None or _fits(row, own):
            matched.append((row, by_ref[meant or row.ref]))
        elif near := _nearest(row, free):
            unfit.append(Unfit(row.ref, f"có thể là mục {near.ref} được đánh số lại", row.text, near.ref))
        elif row.ref in by_ref:
            unfit.append(Unfit(row.ref, f"mục này đang ghi nội dung khác hẳn: “{by_ref[row.ref].text}”", row.text))
        elif whole:
            matched.append((row, None))
        else:
            unfit.append(Unfit(row.ref, "kế hoạch không có mục này", row.text, NEW))
    return matched, unfit


def _fits(row: Said, by_ref: Mapping[str, Held]) -> bool:
    if row.ref not in by_ref:
        return False
    return row.strikes or "text" in row.stays or _alike(row.text, by_ref[row.ref].text) >= ALIKE


def _nearest(row: Said, free: Sequence[Held]) -> Held | None:
    """The one row not spoken of otherwise that reads most alike; it is offered, never taken."""
    fitting = [(share, other) for other in free if (share := _alike(row.text, other.text)) >= ALIKE]
    best = max((share for share, _ in fitting), default=0)
    nearest = [other for share, other in fitting if share == best]
    return nearest[0] if len(nearest) == 1 and nearest[0].ref != row.ref else None


def _alike(one: str, other: str) -> float:
    """The share of words that two texts have in common."""
    if same(one, other):
        return 1
    first, second = _words(one), _words(other)
    return 2 * len(first & second) / ((len(first) + len(second)) or 1)


@lru_cache(maxsize=8192)
def _words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())


def same(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but white space."""
    return " ".join(one.split()) == " ".join(other.split())


def _change(held: Held | None, said: Said, *, whole: bool) -> RowChange | None:
    if held is None:
        return RowChange(None, said, (Change("added", new=said.text, new_day=said.last_day),))
    if said.strikes:
        return _removal(held, said)
    changes = tuple(_changes(held, said, whole=whole))
    return RowChange(held, said, changes) if changes else None


def _removal(held: Held, said: Said | None = None) -> RowChange:
    return RowChange(held, said, (Change("removed", old=held.text, old_day=held.last_day),))


def _changes(held: Held, said: Said, *, whole: bool) -> Iterator[Change]:
    if whole and held.ref != said.ref:
        yield Change("reference", held.ref, said.ref)
    for what in ("section", "text", "deliverable"):
        old, new = getattr(held, what), getattr(said, what)
        if what not in said.stays and not same(old, new):
            yield Change(what, old, new)
    if "deadline" not in said.stays and not same(held.deadline_text, said.deadline_text):
        yield Change("deadline", held.deadline_text, said.deadline_text, held.last_day, said.last_day)
    if "owner" not in said.stays and _owner_changed(held, said):
        yield Change("owner", held.owner_text, said.owner_text)
    if "collaborators" not in said.stays and (
        not same(held.collaborators_text, said.collaborators_text) or _members_changed(held, said)
    ):
        yield Change("collaborators", held.collaborators_text, said.collaborators_text)


def _owner_changed(held: Held, said: Said) -> bool:
    if not same(held.owner_text, said.owner_text):
        return True
    return said.listed and not held.owner_answered and _keys(said.owners) != {part.printed for part in held.parts}


def _members_changed(held: Held, said: Said) -> bool:
    return len(said.collaborators) > 1 and _keys(said.collaborators) != _keys(held.collaborators)


def _keys(parties: Iterable[Party]) -> set[str]:
    return {party.key for party in parties}
