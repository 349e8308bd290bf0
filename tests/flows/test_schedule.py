"""The schedule: its hours, and what is said of a faulty one."""

import itertools
import tomllib
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from config.schedule import SCHEDULE_FILE, DutyTimes, Schedule, parse_schedule, read_schedule
from engine.clock import ZONE
from engine.errors import BadInputError, ManyFaultsError
from flows.clock import trigger

DAY = datetime(2026, 11, 23, tzinfo=ZONE)


def firings(times: DutyTimes) -> list[datetime]:
    """When the duty is fired on one day, on Vietnam's clock."""
    found: list[datetime] = []
    fires, moment = trigger(times), DAY
    while (fire := fires.get_next_fire_time(None, moment)) and fire < DAY + timedelta(days=1):
        found.append(fire)
        moment = fire + timedelta(seconds=1)
    return found


def test_the_sweep_runs_at_seven_in_vietnam(schedule: Schedule) -> None:
    """07:00 in Vietnam is midnight in UTC."""
    assert [fire.isoformat() for fire in firings(schedule.duties.daily_sweep)] == ["2026-11-23T07:00:00+07:00"]


def test_recurring_duties_open_before_the_sweep(schedule: Schedule) -> None:
    """What opens in the morning is reminded of the same morning."""
    assert [fire.time() for fire in firings(schedule.duties.open_recurring)] == [time(6, 30)]


def test_mail_leaves_from_half_past_seven_to_five(schedule: Schedule) -> None:
    """Every few minutes, and never outside the hours of mail."""
    fires = firings(schedule.duties.deliver_outbox)
    assert (fires[0].time(), fires[-1].time()) == (time(7, 30), time(17, 0))
    assert {later - sooner for sooner, later in itertools.pairwise(fires)} == {timedelta(minutes=5)}


def test_all_faults_of_a_schedule_are_named_at_once() -> None:
    """File and key of each, so that one look mends them all."""
    table = tomllib.loads(SCHEDULE_FILE.read_text(encoding="utf-8"))
    del table["clock"]["stop_wait_seconds"]
    table["duties"]["daily_swep"] = table["duties"].pop("daily_sweep")
    table["duties"]["deliver_outbox"]["cron"] = ["0 8 * * *", "61 * * * *", "often", "0 7 * * 1-5"]
    table["prefect"]["look_seconds"] = "soon"
    with pytest.raises(ManyFaultsError) as refused:
        parse_schedule(table, source="schedule.toml")
    assert sorted(fault.split(": ")[1] for fault in refused.value.faults) == [
        "clock.stop_wait_seconds",
        "duties.daily_sweep",
        "duties.daily_swep",
        "duties.deliver_outbox.cron[2]",
        "duties.deliver_outbox.cron[3]",
        "duties.deliver_outbox.cron[4]",
        "prefect.look_seconds",
    ]
    assert all(fault.startswith("schedule.toml: ") for fault in refused.value.faults)


def test_days_of_the_week_as_numbers_are_refused() -> None:
    """APScheduler counts them from Monday, cron and Prefect from Sunday."""
    table = tomllib.loads(SCHEDULE_FILE.read_text(encoding="utf-8"))
    table["duties"]["daily_sweep"]["cron"] = ["0 7 * * 1-5"]
    with pytest.raises(ManyFaultsError, match="mon-fri"):
        parse_schedule(table, source="schedule.toml")


@pytest.mark.parametrize("content", [b"[clock", b"\xff\xfe"], ids=["not TOML", "not UTF-8"])
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, content: bytes) -> None:
    """One clear message with the place and the remedy."""
    path = tmp_path / "schedule.toml"
    path.write_bytes(content)
    with pytest.raises(BadInputError, match=r"schedule\.toml cannot be read as TOML .*correct or restore it"):
        read_schedule(path)
