"""A task's state from the states of its parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.rollup import Rollup, roll_up
from engine.rules.states import State

SHORT = {
    "a": State.ASSIGNED,
    "p": State.IN_PROGRESS,
    "s": State.SUBMITTED,
    "c": State.COMPLETED,
    "r": State.RETURNED,
    "h": State.SUSPENDED,
    "x": State.CANCELLED,
}


def parts(letters: str) -> list[State]:
    """One state a letter."""
    return [SHORT[letter] for letter in letters]


@pytest.mark.parametrize(
    ("letters", "rule", "more", "state"),
    [
        # all: every part that was not cancelled
        ("c", "all", {}, "c"),
        ("ccc", "all", {}, "c"),
        ("ccx", "all", {}, "c"),
        ("xxx", "all", {}, "x"),
        ("aaa", "all", {}, "a"),
        ("ap", "all", {}, "a"),
        ("ca", "all", {}, "p"),  # begun, not done
        ("cs", "all", {}, "s"),
        ("pr", "all", {}, "r"),  # what was returned is shown first
        ("crp", "all", {}, "r"),
        ("sh", "all", {}, "s"),
        ("hx", "all", {}, "h"),
        # any: one is enough
        ("ca", "any", {}, "c"),
        ("as", "any", {}, "a"),
        ("xa", "any", {}, "a"),
        ("xc", "any", {}, "c"),
        # n of m: never more than there are
        ("cca", "n_of_m", {"n": 2}, "c"),
        ("caa", "n_of_m", {"n": 2}, "p"),
        ("ccx", "n_of_m", {"n": 3}, "c"),
        ("cca", "n_of_m", {}, "p"),  # n not set: all of them
        # the lead alone, and all the others once the lead is out
        ("ca", "lead_only", {}, "c"),
        ("ac", "lead_only", {}, "a"),
        ("ac", "lead_only", {"lead": 1}, "c"),
        ("xca", "lead_only", {}, "p"),
        ("xcc", "lead_only", {}, "c"),
        ("h", "lead_only", {}, "h"),
    ],
)
def test_a_task_stands_where_its_rule_puts_it(letters: str, rule: str, more: dict[str, int], state: str) -> None:
    """Each rule with cancelled, returned and half-finished parts."""
    assert roll_up(parts(letters), Rollup(rule), **more) is SHORT[state]


def test_a_task_without_parts_has_no_state() -> None:
    """That is a fault of the data, not a state."""
    with pytest.raises(ValueError, match="without assignments"):
        roll_up([], Rollup.ALL)


@given(st.lists(st.sampled_from(list(State)), min_size=1, max_size=12), st.sampled_from(list(Rollup)), st.data())
def test_a_task_is_done_exactly_when_enough_parts_are(states: list[State], rule: Rollup, data: st.DataObject) -> None:
    """Counted by hand; and a task that is not done shows the state of one of its parts, or "in progress"."""
    n = data.draw(st.integers(0, 14))
    lead = data.draw(st.integers(0, len(states) - 1))
    counted = [state for state in states if state is not State.CANCELLED]
    done = counted.count(State.COMPLETED)
    needed = {"any": 1, "n_of_m": min(n, len(counted)) or len(counted)}.get(rule.value, len(counted))
    shown = roll_up(states, rule, n=n, lead=lead)
    if rule is Rollup.LEAD_ONLY and states[lead] is not State.CANCELLED:
        assert shown is states[lead]
    elif not counted:
        assert shown is State.CANCELLED
    else:
        assert (shown is State.COMPLETED) == (done >= needed)
        assert shown in {*counted, State.IN_PROGRESS}
