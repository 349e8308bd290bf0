"""The transition table, pair by pair."""

import pytest

from engine.rules.states import OPEN, TRANSITIONS, Need, Role, State, after, confirmer

STATES = ("assigned", "in_progress", "submitted", "completed", "returned", "suspended", "cancelled")

# One line an event, one column a state as above; "." is forbidden, "=" stays, "<" goes back to before the suspension.
TABLE = """
accept    in_progress .           .         .           in_progress .         .
progress  .           =           .         .           .           .         .
decline   =           .           .         .           .           .         .
submit    submitted   submitted   .         .           submitted   .         .
confirm   .           .           completed .           .           .         .
return    .           .           returned  returned    .           .         .
move      =           =           .         .           =           =         .
suspend   suspended   suspended   suspended .           suspended   .         .
resume    .           .           .         .           .           <         .
cancel    cancelled   cancelled   cancelled .           cancelled   cancelled .
reopen    .           .           .         in_progress .           .         in_progress
reassign  assigned    assigned    .         .           assigned    .         .
"""
CASES = [
    (event, state, cell)
    for event, *cells in (line.split() for line in TABLE.strip().splitlines())
    for state, cell in zip(STATES, cells, strict=True)
]

NEEDS = {
    "accept": ("owner", set()),
    "progress": ("owner", {"text"}),
    "decline": ("owner", {"reason"}),
    "submit": ("owner", {"result"}),
    "confirm": ("coordinator", set()),
    "return": ("coordinator", {"reason", "new_date"}),
    "move": ("coordinator", {"new_date", "authority"}),
    "suspend": ("coordinator", {"reason", "authority"}),
    "resume": ("coordinator", {"reason", "authority"}),
    "cancel": ("coordinator", {"reason", "authority"}),
    "reopen": ("coordinator", {"reason", "new_date"}),
    "reassign": ("coordinator", {"reason", "authority", "agency"}),
}


def test_the_table_above_names_every_pair_of_state_and_event() -> None:
    """Nothing that the code knows is missing here, and nothing here is unknown to the code."""
    assert {(event, state) for event, state, _ in CASES} == {(e, s.value) for e in TRANSITIONS for s in State}


@pytest.mark.parametrize(("event", "state", "cell"), CASES)
def test_an_event_leads_where_the_table_says_and_nowhere_else(event: str, state: str, cell: str) -> None:
    """Every (state, event) pair, allowed or forbidden."""
    reached = after(event, State(state), before_suspension=State.RETURNED)
    assert reached == {".": None, "=": state, "<": "returned"}.get(cell, cell)


@pytest.mark.parametrize("before", [State.ASSIGNED, State.IN_PROGRESS, State.RETURNED, State.SUBMITTED])
def test_a_resumed_duty_goes_back_to_the_state_before(before: State) -> None:
    """Whatever the suspension interrupted goes on."""
    assert after("resume", State.SUSPENDED, before_suspension=before) is before


def test_an_unknown_event_is_an_error_of_the_caller() -> None:
    """No such line in the table."""
    with pytest.raises(KeyError):
        after("approve", State.ASSIGNED)


@pytest.mark.parametrize("event", TRANSITIONS)
def test_an_event_asks_for_the_person_and_the_things_of_the_table(event: str) -> None:
    """Who may, and what must come with it."""
    line = TRANSITIONS[event]
    assert (line.role.value, {need.value for need in line.needs}) == NEEDS[event]
    assert len(line.needs) == len(set(line.needs))
    assert set(Need) == {need for line in TRANSITIONS.values() for need in line.needs}


def test_only_return_and_reopen_begin_a_new_round() -> None:
    """A round is one delivery and its judgement."""
    assert {event for event, line in TRANSITIONS.items() if line.next_round} == {"return", "reopen"}


def test_open_is_where_the_owner_still_has_to_deliver() -> None:
    """These are reminded, the others not."""
    assert {state.value for state in OPEN} == {"assigned", "in_progress", "returned"}


def test_nobody_confirms_the_own_work() -> None:
    """Where the coordinator's agency owns the duty, the supervisor confirms it."""
    assert confirmer(owner_is_coordinator=False) is Role.COORDINATOR
    assert confirmer(owner_is_coordinator=True) is Role.SUPERVISOR
