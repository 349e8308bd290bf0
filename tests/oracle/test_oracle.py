"""The oracle is itself checked: against figures published for the main plan and against dates worked out by hand."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from .ladder import Entry, expected, is_working_day, ladder, wd
from .sample import duties_of_draft, last_day_of

MAIN_PLAN = Path(__file__).parents[2] / ".." / "shared" / "truth" / "seed000.json"


def lines(last_day: date, activated: date, until: date) -> list[str]:
    """Run one duty and print each entry as "day rung", with a minus before a superseded rung."""
    entries = expected([("I.1", "Sở A", last_day)], activated=activated, until=until)
    return [f"{entry.date} {'-' if entry.superseded else ''}{entry.rung}" for entry in entries]


@pytest.fixture(scope="module")
def main_plan() -> dict[str, Any]:
    """Load the main plan as people read it."""
    if not MAIN_PLAN.exists():
        pytest.skip("the hand-made reading of the main plan is not here")
    plan: dict[str, Any] = json.loads(MAIN_PLAN.read_text(encoding="utf-8"))
    return plan


@pytest.fixture(scope="module")
def main_ledger(main_plan: dict[str, Any]) -> list[Entry]:
    """Run the main plan from its day of issue to the end of January after it."""
    return expected(duties_of_draft(main_plan), activated=date(2020, 3, 3), until=date(2021, 1, 31))


def test_the_main_plan_gives_the_published_counts(main_ledger: list[Entry]) -> None:
    """102 notices, 550 reminders and 954 escalations, none of them superseded."""
    assert Counter(entry.kind for entry in main_ledger) == {"notice": 102, "reminder": 550, "escalation": 954}
    assert not any(entry.superseded for entry in main_ledger)


def test_a_task_with_an_impossible_date_is_never_urged(main_ledger: list[Entry]) -> None:
    """I.3 is printed "0/12/2020": it has no entry at all, the other 29 tasks have some."""
    refs = {entry.ref for entry in main_ledger}
    assert "I.3" not in refs
    assert len(refs) == 29


def test_no_rung_is_written_twice_and_none_on_a_day_off(main_ledger: list[Entry]) -> None:
    """A duty meets each rung once, and sweeps run on working days only."""
    keys = [(entry.ref, entry.agency, entry.rung) for entry in main_ledger]
    assert len(keys) == len(set(keys))
    assert all(is_working_day(entry.date) for entry in main_ledger)


def test_a_duty_due_the_day_after_activation_climbs_past_spring_holidays() -> None:
    """The tasks "trước ngày 05/3/2020": last day Wednesday 4/3, in force Tuesday 3/3."""
    # R1w would be 3/3, the day of force: not used. After 4/3: Thu 5 E1, 6, Mon 9 E2, 10, 11, 12, Fri 13/3 E3.
    # Then Fridays 20/3 and 27/3. Thu 2/4 (Giỗ Tổ) is off: 30/3, 31/3, 1/4, 3/4, Mon 6/4. Mondays 13, 20, 27/4.
    # Thu 30/4 and Fri 1/5 are off: 28/4, 29/4, 4/5, 5/5, Wed 6/5. Wednesdays 13, 20, 27/5, 3/6, and the twelfth 10/6.
    assert lines(date(2020, 3, 4), date(2020, 3, 3), date(2021, 1, 31)) == [
        "2020-03-03 N",
        "2020-03-04 R0",
        "2020-03-05 E1",
        "2020-03-09 E2",
        "2020-03-13 E3",
        "2020-03-20 E3.1",
        "2020-03-27 E3.2",
        "2020-04-06 E3.3",
        "2020-04-13 E3.4",
        "2020-04-20 E3.5",
        "2020-04-27 E3.6",
        "2020-05-06 E3.7",
        "2020-05-13 E3.8",
        "2020-05-20 E3.9",
        "2020-05-27 E3.10",
        "2020-06-03 E3.11",
        "2020-06-10 E3.12",
    ]


def test_a_last_day_on_a_holiday_is_reminded_before_and_escalated_after_it() -> None:
    """Last day Thursday 30/4/2020, a holiday followed by another and a weekend."""
    # W0 = Wed 29/4. R30 Tue 31/3, R14 Thu 16/4, R7 Thu 23/4. Before 29/4: 28, 27, 24 -> R3w Fri 24/4, R1w Tue 28/4.
    # After 30/4: Mon 4/5 E1, 5, 6/5 E2, 7, 8, 11, Tue 12/5 E3.
    assert lines(date(2020, 4, 30), date(2020, 3, 3), date(2020, 5, 12)) == [
        "2020-03-03 N",
        "2020-03-31 R30",
        "2020-04-16 R14",
        "2020-04-23 R7",
        "2020-04-24 R3w",
        "2020-04-28 R1w",
        "2020-04-29 R0",
        "2020-05-04 E1",
        "2020-05-06 E2",
        "2020-05-12 E3",
    ]


def test_national_day_2020_takes_one_day_out_of_the_count() -> None:
    """Last day Wednesday 2/9/2020; under the Code then in force only that day was off."""
    # W0 = Tue 1/9. R30 Mon 3/8, R14 Wed 19/8, R7 Wed 26/8. Before 1/9: Mon 31/8, Fri 28/8, Thu 27/8.
    # After 2/9: Thu 3 E1, Fri 4, Mon 7 E2, 8, 9, 10, Fri 11/9 E3.
    assert lines(date(2020, 9, 2), date(2020, 7, 1), date(2020, 9, 11)) == [
        "2020-07-01 N",
        "2020-08-03 R30",
        "2020-08-19 R14",
        "2020-08-26 R7",
        "2020-08-27 R3w",
        "2020-08-31 R1w",
        "2020-09-01 R0",
        "2020-09-03 E1",
        "2020-09-07 E2",
        "2020-09-11 E3",
    ]


def test_after_tet_2020_the_week_reminder_falls_behind_and_is_superseded() -> None:
    """Last day Friday 31/1/2020; Thursday 23/1 to Wednesday 29/1 are off."""
    # Working days before 31/1: Thu 30/1 (R1w), Wed 22/1, Tue 21/1 (R3w). R7 = Fri 24/1, Tết -> Wed 22/1, after R3w.
    # R14 Fri 17/1. R30 = Wed 1/1, New Year -> Tue 31/12. After 31/1: Mon 3/2 E1, 4, Wed 5 E2, 6, 7, 10, Tue 11/2 E3.
    assert lines(date(2020, 1, 31), date(2019, 12, 2), date(2020, 2, 11)) == [
        "2019-12-02 N",
        "2019-12-31 R30",
        "2020-01-17 R14",
        "2020-01-21 R3w",
        "2020-01-22 -R7",
        "2020-01-30 R1w",
        "2020-01-31 R0",
        "2020-02-03 E1",
        "2020-02-05 E2",
        "2020-02-11 E3",
    ]


def test_after_tet_2021_the_week_reminder_meets_the_day_before_and_gives_way() -> None:
    """Last day Wednesday 17/2/2021; Wednesday 10/2 to Tuesday 16/2 are off."""
    # Working days before 17/2: Tue 9/2 (R1w), Mon 8/2, Fri 5/2 (R3w). R7 = Wed 10/2, Tết -> Tue 9/2, the day of R1w.
    # R14 Wed 3/2, R30 Mon 18/1. After 17/2: Thu 18 E1, 19, Mon 22 E2, 23, 24, 25, Fri 26/2 E3. Fridays 5/3 … 16/4.
    # Wed 21/4 (Giỗ Tổ) off: 19, 20, 22, 23, Mon 26/4. Fri 30/4, Mon 3/5 (for Sat 1/5) off: 27, 28, 29, 4, Wed 5/5.
    assert lines(date(2021, 2, 17), date(2021, 1, 4), date(2021, 12, 31)) == [
        "2021-01-04 N",
        "2021-01-18 R30",
        "2021-02-03 R14",
        "2021-02-05 R3w",
        "2021-02-09 -R7",
        "2021-02-09 R1w",
        "2021-02-17 R0",
        "2021-02-18 E1",
        "2021-02-22 E2",
        "2021-02-26 E3",
        "2021-03-05 E3.1",
        "2021-03-12 E3.2",
        "2021-03-19 E3.3",
        "2021-03-26 E3.4",
        "2021-04-02 E3.5",
        "2021-04-09 E3.6",
        "2021-04-16 E3.7",
        "2021-04-26 E3.8",
        "2021-05-05 E3.9",
        "2021-05-12 E3.10",
        "2021-05-19 E3.11",
        "2021-05-26 E3.12",
    ]


def test_a_last_day_inside_tet_2021_sends_the_week_reminder_as_the_last_one() -> None:
    """Last day Tuesday 16/2/2021, the last day of Tết: W0 and R7 are both Tuesday 9/2, and R0 is what goes."""
    # Before 9/2: Mon 8/2 (R1w), Fri 5/2, Thu 4/2 (R3w). R14 Tue 2/2. R30 = Sun 17/1 -> Fri 15/1. E1 Wed 17/2.
    assert lines(date(2021, 2, 16), date(2021, 1, 4), date(2021, 2, 17)) == [
        "2021-01-04 N",
        "2021-01-15 R30",
        "2021-02-02 R14",
        "2021-02-04 R3w",
        "2021-02-08 R1w",
        "2021-02-09 -R7",
        "2021-02-09 R0",
        "2021-02-17 E1",
    ]


def test_after_tet_2026_the_week_reminder_falls_behind_and_is_superseded() -> None:
    """Last day Tuesday 24/2/2026; Monday 16/2 to Friday 20/2 are off, with a weekend on each side."""
    # Before 24/2: Mon 23/2 (R1w), Fri 13/2, Thu 12/2 (R3w). R7 = Tue 17/2, Tết -> Fri 13/2, after R3w.
    # R14 Tue 10/2. R30 = Sun 25/1 -> Fri 23/1. After 24/2: Wed 25 E1, 26, Fri 27 E2, 2, 3, 4, Thu 5/3 E3.
    assert lines(date(2026, 2, 24), date(2026, 1, 5), date(2026, 3, 5)) == [
        "2026-01-05 N",
        "2026-01-23 R30",
        "2026-02-10 R14",
        "2026-02-12 R3w",
        "2026-02-13 -R7",
        "2026-02-23 R1w",
        "2026-02-24 R0",
        "2026-02-25 E1",
        "2026-02-27 E2",
        "2026-03-05 E3",
    ]


def test_a_rung_that_is_not_used_supersedes_nothing() -> None:
    """Last day Thursday 18/2/2021: R7 comes the day after R3w, but R3w is the day of force and not in the ladder."""
    # Before 18/2: Wed 17/2 (R1w), Tue 9/2, Mon 8/2 (R3w). R7 = Thu 11/2, Tết -> Tue 9/2.
    last_day = date(2021, 2, 18)
    assert lines(last_day, date(2021, 2, 5), date(2021, 2, 18)) == [
        "2021-02-05 N",
        "2021-02-08 R3w",
        "2021-02-09 -R7",
        "2021-02-17 R1w",
        "2021-02-18 R0",
    ]
    assert lines(last_day, date(2021, 2, 8), date(2021, 2, 18)) == [
        "2021-02-08 N",
        "2021-02-09 R7",
        "2021-02-17 R1w",
        "2021-02-18 R0",
    ]


def test_a_deadline_already_past_is_escalated_from_the_day_of_force() -> None:
    """Last day Monday 2/3/2020, in force Tuesday 10/3: no reminder is left, and the count starts at 10/3."""
    # After 10/3: Wed 11 E1, 12, Fri 13 E2, 16, 17, 18, Thu 19/3 E3.
    assert lines(date(2020, 3, 2), date(2020, 3, 10), date(2020, 3, 19)) == [
        "2020-03-10 N",
        "2020-03-11 E1",
        "2020-03-13 E2",
        "2020-03-19 E3",
    ]


def test_the_swap_of_january_2026_is_known() -> None:
    """Friday 2/1/2026 is off and Saturday 10/1 is worked, so R1w of Monday 12/1 is that Saturday."""
    # Before 12/1: Sat 10 (R1w), Fri 9, Thu 8 (R3w). R7 Mon 5/1. R14 = Mon 29/12, before the day of force. E1 Tue 13/1.
    assert lines(date(2026, 1, 12), date(2025, 12, 31), date(2026, 1, 13)) == [
        "2025-12-31 N",
        "2026-01-05 R7",
        "2026-01-08 R3w",
        "2026-01-10 R1w",
        "2026-01-12 R0",
        "2026-01-13 E1",
    ]
    assert wd(date(2025, 12, 31), 1) == date(2026, 1, 5)


def test_what_comes_due_on_days_off_goes_on_the_next_sweep_and_the_latest_wins() -> None:
    """In force on Friday 2/1/2026, a day off: the notice meets R7 in the sweep of Monday 5/1 and gives way to it."""
    assert lines(date(2026, 1, 12), date(2026, 1, 2), date(2026, 1, 4)) == []
    assert lines(date(2026, 1, 12), date(2026, 1, 2), date(2026, 1, 5)) == ["2026-01-05 -N", "2026-01-05 R7"]
    assert lines(date(2026, 1, 13), date(2026, 1, 2), date(2026, 1, 5)) == ["2026-01-05 N"]


def test_a_ladder_never_holds_a_reminder_or_escalation_of_the_day_of_force() -> None:
    """Whatever day of 2020 a deadline of 31/12 comes into force, only the notice is dated that day or earlier."""
    for ordinal in range(date(2020, 1, 1).toordinal(), date(2021, 1, 1).toordinal()):
        force = date.fromordinal(ordinal)
        assert [rung.name for rung in ladder(date(2020, 12, 31), force) if rung.day <= force] == ["N"]


def test_a_draft_is_fanned_out_to_one_duty_for_each_accountable_agency() -> None:
    """Members of a group, an open group under its name, each co-owner; no duty without a date."""
    group = {"name": "UBND các huyện", "kind": "group", "members": ["UBND huyện A", "UBND huyện B"]}
    open_group = {"name": "Các cơ sở", "kind": "open_group"}
    co_owners = [{"name": "UBND tỉnh", "kind": "agency"}, {"name": "Sở A", "kind": "agency"}]
    before = {"kind": "date", "end": "2020-03-05", "bound": "before"}
    by = {"kind": "month", "start": "2020-06-01", "end": "2020-06-30", "bound": "by"}
    unknown = {"kind": "unknown", "end": None, "bound": "before"}
    draft: dict[str, Any] = {
        "tasks": [
            {"ref": "I.1", "owners": [group], "deadline": before},
            {"ref": "I.2", "owners": [open_group], "deadline": by},
            {"ref": "I.3", "owners": [group], "deadline": unknown},
            {"ref": "II.1", "owners": co_owners, "deadline": by},
        ]
    }
    assert duties_of_draft(draft) == [
        ("I.1", "UBND huyện A", date(2020, 3, 4)),
        ("I.1", "UBND huyện B", date(2020, 3, 4)),
        ("I.2", "Các cơ sở", date(2020, 6, 30)),
        ("II.1", "UBND tỉnh", date(2020, 6, 30)),
        ("II.1", "Sở A", date(2020, 6, 30)),
    ]


@pytest.mark.parametrize(
    ("deadline", "last_day"),
    [
        ({"kind": "date", "end": "2020-12-20", "bound": "by"}, date(2020, 12, 20)),  # a Sunday stays a Sunday
        ({"kind": "month", "start": "2020-06-01", "end": "2020-06-30", "bound": "before"}, date(2020, 5, 31)),
        ({"kind": "relative", "end": "2020-04-30", "bound": "by"}, date(2020, 5, 4)),  # over 30/4, 1/5, a weekend
        ({"kind": "relative", "end": "2025-01-29", "bound": "before"}, date(2025, 1, 28)),  # "trước Tết": not counted
        ({"kind": "recurring", "end": None, "bound": "before"}, None),
        (None, None),
    ],
)
def test_the_last_day_follows_the_words_of_the_deadline(deadline: dict[str, Any] | None, last_day: date | None) -> None:
    """Strict "before", whole months, counted terms that roll on, and words that give no day."""
    assert last_day_of(deadline) == last_day
