"""What an amendment means for each agency: whose duty begins, moves, goes to another, ends, or waits for a person.

One step for each agency and row; the preview shows them, the application carries them out, the notices tell them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Literal

from engine.intake.amendment.difference import QUIET, Change, Difference, Held, Part, Party, RowChange, Said
from engine.rules.states import OPEN, State

Role = Literal["owner", "collaborator", "former"]
SETTLED = {
    State.SUBMITTED: "việc đã nộp kết quả: giữ kết quả, hay trả lại để làm theo văn bản mới?",
    State.COMPLETED: "việc đã hoàn thành: giữ kết quả, hay mở lại để làm theo văn bản mới?",
    State.CANCELLED: "việc đã được hủy trước đó: vẫn hủy, hay mở lại theo văn bản mới?",
}
"""Why a duty that is no longer open is not touched, and what a person has to decide instead."""

RESTS = "việc đang tạm dừng nên chưa chuyển được cho cơ quan khác: chuyển khi làm tiếp?"
RETURNS = "cơ quan này đã có phần việc bị một văn bản trước bỏ: mở lại phần việc đó?"


@dataclass(frozen=True)
class Step:
    """What follows for one agency in one row.

    Attributes:
        part: its duty; None where it begins now, or where the agency only helps.
        asks: why a person has to decide, and nothing is done.
        moves_to: the new last day.
        gives_to: who takes the duty over.
        waits: whether the duty waits for an answer.
        opens, cancels: whether a duty begins or ends.
        told: what this agency is told.
    """

    agency: Party
    role: Role
    told: tuple[Change, ...] = ()
    part: Part | None = None
    asks: str = ""
    moves_to: date | None = None
    gives_to: Party | None = None
    waits: bool = False
    opens: bool = False
    cancels: bool = False


def steps_of(row: RowChange) -> list[Step]:
    """What follows from one row, its owners first."""
    if row.held is None:
        return list(_begun(row.said)) if row.said else []
    if row.has("removed"):
        return list(_ended(row.held, row.changes))
    return list(_amended(row, row.held, row.said)) if row.said else []


def to_json(difference: Difference) -> dict[str, Any]:
    """The difference by row and by agency, and what fits nothing."""
    agencies: dict[str, dict[str, Any]] = {}
    for row in difference.rows:
        for step in steps_of(row):
            entry = agencies.setdefault(step.agency.key, {**asdict(step.agency), "changes": []})
            told = [change.to_json() for change in step.told]
            if told or step.asks:
                entry["changes"].append({"ref": row.ref, "role": step.role, "told": told, "asks": step.asks})
    return {
        "rows": [{"ref": row.ref, "changes": [change.to_json() for change in row.changes]} for row in difference.rows],
        "agencies": sorted((one for one in agencies.values() if one["changes"]), key=lambda one: str(one["name"])),
        "unfit": [asdict(unfit) for unfit in difference.unfit],
    }


def plain_of(row: RowChange) -> list[dict[str, Any]]:
    """What changed in a row, as it is kept."""
    return [change.to_json() for change in row.changes]


def consequences(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """What follows for each agency, as it is kept."""
    return [
        {
            "agency": step.agency.name,
            "role": step.role,
            "told": [change.to_json() for change in step.told],
            "asks": step.asks,
        }
        for step in steps
    ]


def _begun(said: Said) -> Iterator[Step]:
    waits = bool(said.asked)
    told = () if waits else (Change("added", new=said.text, new_day=said.last_day),)  # as when a plan is activated
    for owner in said.owners:
        yield Step(owner, "owner", told, moves_to=None if waits else said.last_day, waits=waits, opens=True)
    yield from (Step(helper, "collaborator", told) for helper in _others(said.collaborators, said.owners))


def _ended(held: Held, told: tuple[Change, ...]) -> Iterator[Step]:
    ends = [part for part in held.parts if part.state in OPEN or part.state == State.SUSPENDED]
    for part in held.parts:
        if part in ends:
            gone = tuple(replace(change, old_day=part.last_day) for change in told)
            yield Step(part.agency, "owner", gone, part, cancels=True)
        elif part.state == State.SUBMITTED:
            yield Step(part.agency, "owner", part=part, asks=SETTLED[State.SUBMITTED])
    if ends:
        yield from (Step(helper, "collaborator", told) for helper in _others(held.collaborators, _holders(held)))


def _amended(row: RowChange, held: Held, said: Said) -> Iterator[Step]:
    leaving, joining = _moving_owners(row, held, said)
    heir = joining[0] if len(leaving) == len(joining) == 1 and joining[0].key not in held.struck else None
    for part in held.parts:
        if part.state in SETTLED:
            yield from _settled(row, part, leaving)
        elif part in leaving:
            yield from _given_up(row, held, said, part, heir)
        else:
            yield _kept(row, held, said, part)
    if heir is None:
        added = (Change("added", new=said.text, new_day=said.last_day),)
        for owner in joining:
            if owner.key in held.struck:
                yield Step(owner, "owner", asks=RETURNS)
                continue
            yield Step(owner, "owner", added, moves_to=said.last_day, waits=bool(said.unread), opens=True)
    yield from _helpers(row, held, said, joining)


def _moving_owners(row: RowChange, held: Held, said: Said) -> tuple[list[Part], list[Party]]:
    """Whose duty the document takes away, and who gets one; an owner that cannot be read moves nobody."""
    if not row.has("owner") or "owner" in said.unread:
        return [], []
    named = {owner.key for owner in said.owners}
    have = {key for part in held.parts for key in (part.printed, part.agency.key)}
    leaving = [part for part in held.parts if not named & {part.printed, part.agency.key}]
    return leaving, [owner for owner in said.owners if owner.key not in have]


def _settled(row: RowChange, part: Part, leaving: list[Part]) -> Iterator[Step]:
    moved = any(c.what == "deadline" and c.new_day != part.last_day for c in row.changes)
    if part in leaving or moved or row.has("text") or row.has("deliverable"):
        yield Step(part.agency, "owner", part=part, asks=SETTLED[State(part.state)])


def _given_up(row: RowChange, held: Held, said: Said, part: Part, heir: Party | None) -> Iterator[Step]:
    helps = part.agency.key in {p.key for p in (said if row.has("collaborators") else held).collaborators}
    role: Role = "collaborator" if helps else "former"
    left = Change("left", part.agency.name, heir.name if heir else said.owner_text)
    gone = (left, Change("joined")) if helps else (left,)
    if heir is None:
        yield Step(part.agency, role, gone, part, cancels=True)
    elif part.state == State.SUSPENDED:
        yield Step(part.agency, "owner", part=part, asks=RESTS)
    else:
        moves_to, waits = _new_day(row, said, part)
        told = (Change("owner", part.agency.name, heir.name), *_told(row, said, part, waits=waits, but="owner"))
        yield Step(heir, "owner", told, part, moves_to=moves_to, waits=waits, gives_to=heir)
        yield Step(part.agency, role, gone)


def _kept(row: RowChange, held: Held, said: Said, part: Part) -> Step:
    moves_to, waits = _new_day(row, said, part)
    if part.unclear and part.last_day is None and not row.has("deadline"):
        moves_to = held.last_day  # a question that this document settles may have been all it waited for
    return Step(
        part.agency, "owner", _told(row, said, part, waits=waits), part=part, moves_to=moves_to, waits=waits
    )  # fmt: skip


def _new_day(row: RowChange, said: Said, part: Part) -> tuple[date | None, bool]:
    """The new last day where there is one, and whether the duty has to wait because there is none."""
    if row.has("owner") and "owner" in said.unread:
        return None, True
    if not row.has("deadline"):
        return None, False
    lost = said.last_day is None and part.last_day is not None
    if "deadline" in said.unread or lost:
        return None, True
    return (said.last_day if said.last_day != part.last_day else None), False


def _told(row: RowChange, said: Said, part: Part, *, waits: bool, but: str = "") -> tuple[Change, ...]:
    told = [
        replace(change, old_day=part.last_day, new_day=said.last_day) if change.what == "deadline" else change
        for change in row.changes
        if change.what != but
    ]
    if all(change.what in QUIET for change in told):
        return ()
    return (*told, Change("waits")) if waits else tuple(told)


def _helpers(row: RowChange, held: Held, said: Said, joining: list[Party]) -> Iterator[Step]:
    """What the collaborators are told; who owns the row, or did until now, is told as such."""
    running = [part for part in held.parts if part.state not in SETTLED]
    if not running and not joining:
        return
    owners = [*_holders(held), *joining]
    helping = _others(held.collaborators, owners)
    named = _others(said.collaborators, [*owners, *said.owners]) if row.has("collaborators") else helping
    told = tuple(change for change in row.changes if change.what != "collaborators")
    if running and not all(change.what in QUIET for change in told):
        yield from (Step(helper, "collaborator", told) for helper in helping if helper in named)
    yield from (Step(helper, "collaborator", (Change("joined"),)) for helper in named if helper not in helping)
    yield from (Step(helper, "former", (Change("released"),)) for helper in helping if helper not in named)


def _holders(held: Held) -> list[Party]:
    return [part.agency for part in held.parts]


def _others(parties: Iterable[Party], owners: Iterable[Party]) -> list[Party]:
    """Each once, without those that own the row: an owner is told as such."""
    known: Mapping[str, Party] = {party.key: party for party in parties}
    own = {owner.key for owner in owners}
    return [party for key, party in known.items() if key not in own]
