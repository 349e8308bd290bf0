"""What a supervisor of processes asks: alive, ready, and in figures."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse

from config.assembly import Installation
from config.schedule import Schedule
from engine.clock import Moment, at
from engine.delivery import in_window
from engine.errors import DondocError
from engine.models import Run
from engine.queries.mail import troubled
from engine.queries.pages import states_counted
from engine.queries.runs import last_runs, messages_by_status
from flows.clock import trigger

router = APIRouter(include_in_schema=False)

FAILED_WORKDAYS = 3
"""A message that failed is news for so many working days; after that the log and `doctor` keep it."""

STUCK_AFTER = timedelta(minutes=30)


@router.get("/healthz")
def healthz() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
def readyz(request: Request) -> JSONResponse:
    """Database, clock and mail are in order; else 503 with what is not."""
    state = request.app.state
    found = checks(state.installation, state.schedule, since=state.started)
    ready = all(check["ok"] for check in found.values())
    return JSONResponse({"ready": ready, "checks": found}, 200 if ready else 503)


@router.get("/metrics")
def metrics(request: Request) -> PlainTextResponse:
    """Counts for Prometheus; names nobody."""
    installation: Installation = request.app.state.installation
    text = "".join(f"{line}\n" for line in _metrics(installation))
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4; charset=utf-8")


def checks(installation: Installation, schedule: Schedule, *, since: datetime) -> dict[str, dict[str, Any]]:
    """What is in order and what is not.

    Args:
        installation: what is looked at.
        schedule: when each duty is to run.
        since: when this process began; a duty is not late before its first turn after that.
    """
    try:
        when = installation.clock.moment()
        with installation.database.read() as session:
            runs = last_runs(session)
    except DondocError as error:
        return {"database": {"ok": False, "error": str(error)}}
    duties = {
        name: _duty(runs.get(name), trigger(times), timedelta(seconds=times.late_start_seconds), since, when)
        for name, times in schedule.duties.times().items()
    }
    clock = {"ok": all(duty["ok"] for duty in duties.values()), "duties": duties}
    return {"database": {"ok": True}, "clock": clock, "mail": _mail(installation, when)}


def _duty(run: Run | None, times: Any, grace: timedelta, since: datetime, when: Moment) -> dict[str, Any]:  # noqa: ANN401  a trigger has no types
    begun = max(run.started_at, since) if run else since
    expected = times.get_next_fire_time(None, begun)
    late = expected is not None and when.real > expected + grace
    error = run.error if run else ""
    last = run.started_at.isoformat() if run else None
    return {"ok": not late and not error, "last": last, "late": late, "error": error}


def _mail(installation: Installation, when: Moment) -> dict[str, Any]:
    first_day = installation.calendar.shift(when.today, -FAILED_WORKDAYS)
    opened = at(when.today, installation.settings.window[0])
    open_long_enough = in_window(installation.sending, when) and when.now - opened >= STUCK_AFTER
    with installation.database.read() as session:
        found = troubled(session, since=first_day, waiting_since=when.real - STUCK_AFTER)
    if not open_long_enough:
        found["stuck"] = 0  # mail rests at night; the morning's delivery comes first
    return {"ok": not any(found.values()), **found}


def _metrics(installation: Installation) -> Iterator[str]:
    now = installation.clock.real()
    with installation.database.read() as session:
        runs, messages, states = last_runs(session), messages_by_status(session), states_counted(session)
    yield from _family("dondoc_messages", "Messages of the outbox by status.", "status", messages)
    yield from _family("dondoc_assignments", "Assignments of active plans by state.", "state", dict(states))
    ages = {name: int((now - run.started_at).total_seconds()) for name, run in runs.items()}
    yield from _family("dondoc_duty_age_seconds", "Time since the last run of each duty.", "duty", ages)
    failed = {name: int(bool(run.error)) for name, run in runs.items()}
    yield from _family("dondoc_duty_failed", "Whether the last run of each duty failed.", "duty", failed)


def _family(name: str, told: str, label: str, values: Mapping[str, int]) -> Iterator[str]:
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} gauge"
    yield from (f'{name}{{{label}="{key}"}} {value}' for key, value in sorted(values.items()))
