"""The ladder read both ways: the steps of one duty, and what fires on a day."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from oracle.ladder import ladder, overtaken

from config.holidays import read_calendar
from config.policies import read_policies
from engine.rules.ladder import Anchor, Firing, Kind, Rung, Step, date_of, firings, steps, waiting
from engine.rules.workdays import DAY

CALENDAR = read_calendar()
POLICY = read_policies()["default"]

LAST_DAYS = st.one_of(
    st.dates(date(2019, 6, 1), date(2027, 6, 30)),
    st.dates(date(2020, 1, 20), date(2020, 2, 10)),  # Tết 2020
    st.dates(date(2021, 2, 8), date(2021, 3, 1)),
    st.dates(date(2026, 1, 1), date(2026, 1, 20)),  # after the swap of 2/1 and 10/1/2026
    st.dates(date(2026, 2, 12), date(2026, 3, 5)),
)
LEADS = st.integers(-60, 120)
"""Days from the day of force to the last day; negative: late already when it came into force."""


def facts(last_day: date, lead: int) -> tuple[date, date]:
    """Last day and day of force."""
    return last_day, last_day - timedelta(days=lead)


def fired_for(last_day: date, force: date, fired: list[Firing]) -> list[tuple[str, date, bool]]:
    """What a sweep over these firings would write for one duty, in their order."""
    anchors = {Anchor.LAST_DAY: last_day, Anchor.FORCE: force, Anchor.LATE: max(last_day, force)}
    found = []
    for fire in fired:
        meets = fire.first <= anchors[fire.anchor] <= fire.last
        if meets and (fire.anchor is Anchor.FORCE or force < fire.date):
            found.append((fire.rung, fire.date, bool(fire.superseded_before and force < fire.superseded_before)))
    return found


@given(LAST_DAYS, LEADS)
@example(date(2020, 2, 3), 30)  # Tết: R7 falls on the day of R3w or after it
@example(date(2026, 1, 12), 12)
def test_one_duty_read_day_by_day_gives_its_steps(last_day: date, lead: int) -> None:
    """`firings` over all its days and `steps` name the same rungs on the same dates, with the same ones superseded."""
    last_day, force = facts(last_day, lead)
    expected = steps(POLICY, last_day, force, CALENDAR)
    end = max(step.date for step in expected)
    found = fired_for(last_day, force, firings(POLICY, force, end, CALENDAR))
    assert sorted(found) == sorted((step.rung.name, step.date, step.superseded) for step in expected)


@given(LAST_DAYS, LEADS)
def test_steps_are_those_of_the_independent_oracle(last_day: date, lead: int) -> None:
    """Dates, rungs in use and superseded ones as a second, plain reading of the contract has them."""
    last_day, force = facts(last_day, lead)
    expected = ladder(last_day, force)
    gone = overtaken(expected)
    assert [(s.rung.name, s.date, s.superseded) for s in steps(POLICY, last_day, force, CALENDAR)] == [
        (rung.name, rung.day, rung.name in gone) for rung in expected
    ]


@given(st.lists(st.tuples(LAST_DAYS, LEADS), min_size=1, max_size=8), st.dates(date(2020, 1, 1), date(2026, 12, 1)))
def test_one_day_of_firings_meets_many_duties_as_their_own_steps_do(duties: list[tuple[date, int]], day: date) -> None:
    """The sweep's view of a single day: for each duty just the steps dated that day."""
    fired = firings(POLICY, day, day, CALENDAR)
    for last_day, force in (facts(*duty) for duty in duties):
        expected = [s for s in steps(POLICY, last_day, force, CALENDAR) if s.date == day]
        assert [name for name, _, _ in fired_for(last_day, force, fired)] == [s.rung.name for s in expected]


def test_the_default_ladder_has_the_rungs_kinds_and_receivers_of_the_contract() -> None:
    """Read from `config/policies.toml`; the table is typed in here."""
    repeats = [f"E3.{k}" for k in range(1, 13)]
    escalated = ("owner", "head", "coordinator", "supervisor")
    assert [(r.name, r.kind.value, r.to) for r in POLICY.rungs] == [
        ("N", "notice", ("owner", "collaborators")),
        ("R30", "reminder", ("owner",)),
        ("R14", "reminder", ("owner", "collaborators")),
        ("R7", "reminder", ("owner",)),
        ("R3w", "reminder", ("owner", "collaborators")),
        ("R1w", "reminder", ("owner",)),
        ("R0", "reminder", ("owner",)),
        ("E1", "escalation", escalated[:2]),
        ("E2", "escalation", escalated[:3]),
        ("E3", "escalation", escalated),
        *[(name, "escalation", escalated) for name in repeats],
    ]
    assert (POLICY.ack_from, POLICY.ack_workdays, POLICY.ack_limit, POLICY.bounce_workdays) == ("E1", 3, 2, 3)
    assert [POLICY.rank(name) for name in ("N", "E1", "E3.12", "E9")] == [0, 7, 21, -1]


def test_a_day_off_fires_nothing_but_what_comes_into_force_on_it() -> None:
    """A rung dated by working days never falls on a Saturday; a decision may."""
    saturday = date(2020, 3, 7)
    assert [f.rung for f in firings(POLICY, saturday, saturday, CALENDAR)] == ["N"]


def test_several_days_fire_in_the_order_of_days_and_of_the_table() -> None:
    """A sweep after missed days reads them in order."""
    found = firings(POLICY, date(2020, 3, 3), date(2020, 3, 10), CALENDAR)
    assert [(f.date, f.rank) for f in found] == sorted((f.date, f.rank) for f in found)
    assert {f.date for f in found} == {date(2020, 3, n) for n in range(3, 11)}


def test_around_tet_a_reminder_by_days_gives_way_to_one_by_working_days() -> None:
    """Last day Monday 3/2/2020: R7 goes back to 22/1, three working days before 3/2 is 22/1 too, R30 was before."""
    found = steps(POLICY, date(2020, 2, 3), date(2020, 1, 2), CALENDAR)
    by_name = {step.rung.name: step for step in found}
    assert by_name["R7"].superseded
    assert not by_name["R3w"].superseded
    assert by_name["R7"].date >= by_name["R3w"].date


def test_a_rung_from_a_submission_has_no_date_of_its_own() -> None:
    """It is dated by the wait, not by the deadline."""
    rung = Rung("C", Kind.REMINDER, Anchor.SUBMITTED, 4, ("coordinator",))
    with pytest.raises(ValueError, match="submission"):
        date_of(rung, date(2020, 3, 4), date(2020, 3, 3), CALENDAR)


def told(submitted: date, today: date) -> tuple[str, ...]:
    """Who hears today of a submission of that day."""
    met = [fire for fire in waiting(POLICY, today, CALENDAR) if fire.first <= submitted <= fire.last]
    assert len(met) <= 1
    return met[0].to if met else ()


@given(LAST_DAYS, st.integers(0, 40))
def test_a_submission_is_told_from_the_fourth_working_day_and_to_the_supervisor_from_the_seventh(
    submitted: date, days: int
) -> None:
    """More than 3 working days of waiting; every working day; never on a day off."""
    today = submitted + timedelta(days=days)
    waited = sum(CALENDAR.is_working(submitted + timedelta(days=n)) for n in range(1, days + 1))
    expected: tuple[str, ...] = ()
    if CALENDAR.is_working(today) and waited >= 4:
        expected = ("coordinator", "supervisor") if waited >= 7 else ("coordinator",)
    assert told(submitted, today) == expected


def test_the_wait_of_a_submission_is_named_after_its_day() -> None:
    """One rung a day for ever: submitted on Monday 4/5/2020, told from Friday 8/5, to the supervisor from 13/5."""
    day, heard = date(2020, 5, 4), []
    for _ in range(12):
        day += DAY
        heard += [(f"{day:%d/%m}", len(told(date(2020, 5, 4), day)))] if told(date(2020, 5, 4), day) else []
    assert heard == [("08/05", 1), ("11/05", 1), ("12/05", 1), ("13/05", 2), ("14/05", 2), ("15/05", 2)]
    assert {f.rung for f in waiting(POLICY, date(2020, 5, 8), CALENDAR)} == {"C2020-05-08", "CS2020-05-08"}


def test_steps_of_a_duty_late_from_the_start_begin_with_e1_after_the_day_of_force() -> None:
    """B is the later of last day and day of force, so an old deadline does not fire seven rungs at once."""
    by_day: dict[date, list[Step]] = defaultdict(list)
    for step in steps(POLICY, date(2020, 3, 4), date(2020, 5, 15), CALENDAR):
        by_day[step.date].append(step)
    assert [step.rung.name for step in by_day[date(2020, 5, 18)]] == ["E1"]
    assert all(len(on_day) == 1 for on_day in by_day.values())
