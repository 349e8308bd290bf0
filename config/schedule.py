"""When the duties run: `schedule.toml`, read into types with all its faults told at once."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from apscheduler.triggers.cron import CronTrigger
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt, ValidationError

from engine.clock import ZONE
from engine.errors import BadInputError, ManyFaultsError

SCHEDULE_FILE = Path(__file__).with_name("schedule.toml")


def _cron(line: str) -> str:
    """The line as it stands, if it is a cron line that every reader of cron understands alike."""
    CronTrigger.from_crontab(line, timezone=ZONE)
    if any(sign.isdigit() for sign in line.split()[4]):
        raise ValueError("write the days of the week as names (mon-fri), not numbers")
    return line


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class DutyTimes(_Table):
    """When one duty runs."""

    cron: Annotated[list[Annotated[str, AfterValidator(_cron)]], Field(min_length=1)]
    at_start: bool
    late_start_seconds: PositiveInt


class DutyTable(_Table):
    """The duties in the order in which they are caught up at start."""

    open_recurring: DutyTimes
    daily_sweep: DutyTimes
    publish_feeds: DutyTimes
    deliver_outbox: DutyTimes
    take_bounces: DutyTimes

    def times(self) -> Mapping[str, DutyTimes]:
        """Each duty's times under its name."""
        return {name: getattr(self, name) for name in type(self).model_fields}


class ClockTimes(_Table):
    """How the clock behaves."""

    stop_wait_seconds: PositiveFloat


class PrefectTimes(_Table):
    """How the local Prefect server is kept."""

    look_seconds: PositiveFloat
    answer_seconds: PositiveFloat
    patience_seconds: PositiveFloat
    restart_first_seconds: PositiveFloat
    restart_most_seconds: PositiveFloat
    stop_wait_seconds: PositiveFloat
    keep_runs_days: PositiveInt
    log_limit_mib: PositiveFloat


class Schedule(_Table):
    """The whole of `schedule.toml`."""

    clock: ClockTimes
    duties: DutyTable
    prefect: PrefectTimes


def parse_schedule(table: Mapping[str, Any], *, source: str) -> Schedule:
    """The schedule in `table`.

    Raises:
        ManyFaultsError: keys are missing, unknown or not what they must be; every one is named.
    """
    try:
        return Schedule.model_validate(dict(table))
    except ValidationError as fault:
        faults = [f"{source}: {_place(item['loc'])}: {item['msg']}" for item in fault.errors()]
        raise ManyFaultsError("The schedule cannot be used; correct these lines and start again:", faults) from None


def read_schedule(path: Path = SCHEDULE_FILE) -> Schedule:
    """The schedule in the file at `path`.

    Raises:
        BadInputError: the file is missing or not TOML.
        ManyFaultsError: its contents are not a schedule.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadInputError(f"{path} cannot be read as TOML ({fault}); correct or restore it") from fault
    return parse_schedule(table, source=str(path))


def _place(keys: tuple[int | str, ...]) -> str:
    return "".join(f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in keys).lstrip(".")
