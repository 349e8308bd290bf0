"""The life of one assignment (nhiệm vụ được giao): its states, its events and who may do what.

The table `TRANSITIONS` is the rule; everything else here reads it.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where an assignment stands. A fact that is stored; lateness is computed (`timeliness.py`)."""

    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    COMPLETED = "completed"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


OPEN = frozenset({State.ASSIGNED, State.IN_PROGRESS, State.RETURNED})
"""The states in which the owner still has to deliver, and is reminded."""

EVERY = frozenset(State)


class Role(StrEnum):
    """Who acts, as seen from the assignment."""

    OWNER = "owner"
    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"


class Need(StrEnum):
    """What an act must bring with it."""

    TEXT = "text"
    REASON = "reason"
    RESULT = "result"
    NEW_DATE = "new_date"
    AUTHORITY = "authority"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of the table. `target` None means that the state stays, or is the one before a suspension."""

    event: str
    sources: frozenset[State]
    target: State | None
    role: Role
    needs: tuple[Need, ...] = ()
    next_round: bool = False


TRANSITIONS: dict[str, Transition] = {
    line.event: line
    for line in (
        Transition("accept", frozenset({State.ASSIGNED, State.RETURNED}), State.IN_PROGRESS, Role.OWNER),
        Transition("progress", frozenset({State.IN_PROGRESS}), None, Role.OWNER, (Need.TEXT,)),
        Transition("decline", frozenset({State.ASSIGNED}), None, Role.OWNER, (Need.REASON,)),
        Transition("submit", OPEN, State.SUBMITTED, Role.OWNER, (Need.RESULT,)),
        Transition("confirm", frozenset({State.SUBMITTED}), State.COMPLETED, Role.COORDINATOR),
        Transition(
            "return",
            frozenset({State.SUBMITTED, State.COMPLETED}),
            State.RETURNED,
            Role.COORDINATOR,
            (Need.REASON, Need.NEW_DATE),
            next_round=True,
        ),
        Transition("move", OPEN | {State.SUSPENDED}, None, Role.COORDINATOR, (Need.NEW_DATE, Need.AUTHORITY)),
        Transition(
            "suspend",
            OPEN | {State.SUBMITTED},
            State.SUSPENDED,
            Role.COORDINATOR,
            (Need.REASON, Need.AUTHORITY),
        ),
        Transition("resume", frozenset({State.SUSPENDED}), None, Role.COORDINATOR, (Need.REASON, Need.AUTHORITY)),
        Transition(
            "cancel",
            EVERY - {State.COMPLETED, State.CANCELLED},
            State.CANCELLED,
            Role.COORDINATOR,
            (Need.REASON, Need.AUTHORITY),
        ),
        Transition(
            "reopen",
            frozenset({State.COMPLETED, State.CANCELLED}),
            State.IN_PROGRESS,
            Role.COORDINATOR,
            (Need.REASON, Need.NEW_DATE),
            next_round=True,
        ),
        Transition(
            "reassign",
            OPEN,
            State.ASSIGNED,
            Role.COORDINATOR,
            (Need.REASON, Need.AUTHORITY, Need.AGENCY),
        ),
    )
}


def after(event: str, state: State, *, before_suspension: State | None = None) -> State | None:
    """The state that `event` leads to from `state`; None when the table forbids it.

    Args:
        event: a name in `TRANSITIONS`.
        state: where the assignment stands.
        before_suspension: what `resume` goes back to.

    Raises:
        KeyError: there is no such event.
    """
    line = TRANSITIONS[event]
    if state not in line.sources:
        return None
    if event == "resume":
        return before_suspension
    return line.target or state


def confirmer(*, owner_is_coordinator: bool) -> Role:
    """Who confirms: the coordinator, or the supervisor where the coordinator's own agency owns the duty."""
    return Role.SUPERVISOR if owner_is_coordinator else Role.COORDINATOR
