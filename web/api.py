"""`/api/v1`: plans and tasks as JSON, read-only. The description is at /api/openapi.json."""

from datetime import date
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel

from engine.queries.pages import PlanHead, plan_heads
from engine.queries.tasks import Duty, Wanted, counts, duties
from engine.rules.timeliness import Timeliness
from web.here import InHere
from web.summary import standing

router = APIRouter(prefix="/api")


class PlanOut(BaseModel):
    """A plan with how its assignments stand today."""

    slug: str
    number: str
    title: str
    issuer: str
    issue_date: date | None
    state: str
    activated_on: date | None
    open_questions: int
    assignments: int
    official: dict[str, int]
    timeliness: dict[str, int]


class TaskOut(BaseModel):
    """One assignment: a task and the agency that answers for it."""

    plan: str
    ref: str
    section: str
    text: str
    deliverable: str
    agency: str
    agency_key: str
    deadline_text: str
    state: str
    round: int
    last_day: date | None
    first_last_day: date | None
    submitted_day: date | None
    timeliness: str


@router.get("/openapi.json", include_in_schema=False)
def description(request: Request) -> dict[str, Any]:
    """What the API offers, as OpenAPI."""
    described: dict[str, Any] = request.app.openapi()
    return described


@router.get("/v1/plans")
def plans(here: InHere) -> list[PlanOut]:
    """Every plan with its counts of today."""
    with here.installation.database.read() as session:
        heads = plan_heads(session)
        listed = duties(session, Wanted(), here.yardstick(), today=here.when.today)
    return [_plan(head, [duty for duty in listed if duty.plan_id == head.id]) for head in heads]


@router.get("/v1/plans/{slug}/tasks", responses={404: {"description": "There is no such plan."}})
def tasks(slug: str, here: InHere, agency: str | None = None, timeliness: Timeliness | None = None) -> list[TaskOut]:
    """The assignments of a plan, in the order of the document."""
    with here.installation.database.read() as session:
        heads = plan_heads(session, slug)
        if not heads:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        wanted = Wanted(plan_id=heads[0].id, agency=agency, timeliness=timeliness)
        listed = duties(session, wanted, here.yardstick(), today=here.when.today)
    return [TaskOut.model_validate(duty, from_attributes=True) for duty in listed]


def _plan(head: PlanHead, listed: list[Duty]) -> PlanOut:
    return PlanOut(
        slug=head.slug,
        number=head.number,
        title=head.title,
        issuer=head.issuer,
        issue_date=head.issue_date,
        state=head.state,
        activated_on=head.activated_on,
        open_questions=head.questions,
        assignments=len(listed),
        official=standing(listed).four,
        timeliness=counts(listed),
    )
