"""The state of a task, rolled up from the assignments of its agencies by the rule the task declares."""

from collections.abc import Sequence
from enum import StrEnum

from engine.rules.states import OPEN, State


class Rollup(StrEnum):
    """When a task counts as done."""

    ALL = "all"
    ANY = "any"
    N_OF_M = "n_of_m"
    LEAD_ONLY = "lead_only"


ORDER = (State.RETURNED, State.ASSIGNED, State.IN_PROGRESS, State.SUBMITTED, State.SUSPENDED)
"""What an unfinished task shows: the first of these that one of its parts is in."""


def roll_up(states: Sequence[State], rule: Rollup, *, n: int = 0, lead: int = 0) -> State:
    """The task's state from its parts.

    Args:
        states: one for each assignment; cancelled ones leave the count.
        rule: what the task declares; `all` unless it says otherwise.
        n: how many must be done under `n_of_m`.
        lead: the place of the lead's assignment in `states`, for `lead_only`.

    Raises:
        ValueError: a task without any assignment has no state.
    """
    if not states:
        raise ValueError("a task without assignments has no state")
    if rule is Rollup.LEAD_ONLY and states[lead] is not State.CANCELLED:
        return states[lead]
    counted = [state for state in states if state is not State.CANCELLED]
    if not counted:
        return State.CANCELLED
    done = sum(state is State.COMPLETED for state in counted)
    needed = {Rollup.ANY: 1, Rollup.N_OF_M: min(n or len(counted), len(counted))}.get(rule, len(counted))
    if done >= needed:
        return State.COMPLETED
    if State.IN_PROGRESS not in counted and done and any(state in OPEN for state in counted):
        return State.IN_PROGRESS
    return next(state for state in ORDER if state in counted)
