"""What a supervisor of processes asks: alive, ready, and in figures."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse

from config.assembly import Installation
from config.schedule import Schedule
from engine.clock import ZONE, at
from engine.errors import DondocError
from engine.health import DutyHealth, bounce_health, duties_health, mail_health
from engine.queries.bounces import bounces_by_class, mailboxes_by_state, reports_since, way_back
from engine.queries.pages import states_counted
from engine.queries.runs import last_runs, messages_by_status
from web.expected import expected
from web.here import InHere

router = APIRouter(include_in_schema=False)

STEERING = ("coordinator", "supervisor")
"""Who reads the words of errors at /readyz; anyone else sees what is in order and when it last was."""


@router.get("/healthz")
def healthz() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
def readyz(request: Request, here: InHere) -> JSONResponse:
    """Database, clock and mail are in order; else 503 with what is not."""
    state = request.app.state
    errors = here.person is not None and here.person.role in STEERING
    found = checks(state.installation, state.schedule, since=state.started, errors=errors)
    ready = all(check["ok"] for check in found.values())
    return JSONResponse({"ready": ready, "checks": found}, 200 if ready else 503)


@router.get("/metrics")
def metrics(request: Request) -> PlainTextResponse:
    """Counts for Prometheus; names nobody."""
    installation: Installation = request.app.state.installation
    text = "".join(f"{line}\n" for line in _metrics(installation))
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4; charset=utf-8")


def checks(
    installation: Installation, schedule: Schedule, *, since: datetime, errors: bool
) -> dict[str, dict[str, Any]]:
    """What is in order and what is not.

    Args:
        installation: what is looked at.
        schedule: when each duty is to run.
        since: when this process began; a duty is not late before its first turn after that.
        errors: whether the words of errors are told, which can name addresses.
    """
    try:
        due = expected(installation, schedule, since=since)
        with installation.database.read() as session:
            health = duties_health(session, due)
            when = installation.clock.moment()
            mail, bounces = mail_health(session, due, when), bounce_health(session, due, when)
    except DondocError as error:
        return {"database": {"ok": False} | ({"error": str(error)} if errors else {})}
    duties = {name: _duty(duty, errors=errors) for name, duty in health.items()}
    clock = {"ok": all(duty.ok for duty in health.values()), "duties": duties}
    return {
        "database": {"ok": True},
        "clock": clock,
        "mail": {"ok": mail.ok, "failed": mail.failed, "stuck": mail.stuck},
        "bounces": {
            "ok": bounces.ok,
            "watched": bounces.watched,
            "proven": bounces.proven.isoformat() if bounces.proven else None,
        },
    }


def _duty(health: DutyHealth, *, errors: bool) -> dict[str, Any]:
    last = health.run.started_at.isoformat() if health.run else None
    told = {"ok": health.ok, "last": last, "late": health.late}
    return told | ({"error": health.error} if errors else {})


def _metrics(installation: Installation) -> Iterator[str]:
    now = installation.clock.real()
    with installation.database.read() as session:
        runs, messages, states = last_runs(session), messages_by_status(session), states_counted(session)
        mailboxes, bounces = mailboxes_by_state(session), bounces_by_class(session)
        today = reports_since(session, at(now.astimezone(ZONE).date(), time.min))
        proven = way_back(session).last_seen
    yield from _family("dondoc_messages", "Messages of the outbox by status.", "status", messages)
    yield from _family("dondoc_assignments", "Assignments of active plans by state.", "state", dict(states))
    yield from _family("dondoc_mailboxes", "Mailboxes by what mail to them met.", "state", mailboxes)
    yield from _family("dondoc_bounces", "Bounces by class and subject of their status code.", "status", bounces)
    yield from _family("dondoc_reports_today", "Mails that came to bounce addresses today.", "kind", today)
    back = {"canary": int((now - proven).total_seconds())} if proven else {}
    yield from _family("dondoc_way_back_age_seconds", "Time since the way back was last proven.", "by", back)
    ages = {name: int((now - run.started_at).total_seconds()) for name, run in runs.items()}
    yield from _family("dondoc_duty_age_seconds", "Time since the last run of each duty.", "duty", ages)
    failed = {name: int(bool(run.error)) for name, run in runs.items()}
    yield from _family("dondoc_duty_failed", "Whether the last run of each duty failed.", "duty", failed)


def _family(name: str, told: str, label: str, values: Mapping[str, int]) -> Iterator[str]:
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} gauge"
    yield from (f'{name}{{{label}="{key}"}} {value}' for key, value in sorted(values.items()))
