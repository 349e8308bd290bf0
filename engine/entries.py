"""New entries of the escalation log, unsealed: of a plan, or of one agency's duty. `ledger` numbers and seals them."""

from typing import Any

from engine.clock import Moment
from engine.models import Assignment, Entry


def plan_entry(plan_id: int | None, data: dict[str, Any], when: Moment) -> Entry:
    """What happened to a plan as a whole; `data["event"]` names it."""
    return Entry(plan_id=plan_id or 0, kind="plan", effective=when.today, at=when.real, data=data)


def duty_entry(part: Assignment, kind: str, data: dict[str, Any], *, when: Moment) -> Entry:
    """What happened to a duty, under its deadline version and round of now."""
    return Entry(
        plan_id=part.plan_id,
        assignment_id=part.id,
        agency_id=part.agency_id,
        kind=kind,
        version=part.version,
        round=part.round,
        effective=when.today,
        at=when.real,
        data=data,
    )
