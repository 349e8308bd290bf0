"""Plans: all of them at a glance, and one with its tasks."""

from http import HTTPStatus

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from engine.queries.pages import PlanHead, of_day, plan_heads
from engine.queries.plans import open_questions
from engine.queries.tasks import Duty, Wanted, duties
from engine.rules.states import OPEN
from engine.rules.timeliness import Timeliness
from web.here import Here, InHere
from web.summary import asked, fits, rows, sections, standing

router = APIRouter(include_in_schema=False)

NEXT_DAYS = 4
"""How many coming deadlines a plan's card names."""


@router.get("/")
def plans(here: InHere) -> HTMLResponse:
    """Every plan with the official four counts, what stands apart, and what comes next."""
    with here.installation.database.read() as session:
        heads = plan_heads(session)
        listed = duties(session, Wanted(), here.yardstick(), today=here.when.today)
        day = of_day(session, here.when.today)
    cards = []
    for head in heads:
        own = [duty for duty in listed if duty.plan_id == head.id]
        cards.append({"plan": head, "standing": standing(own), "next": _next(own, here)})
    return here.page("plans.html", cards=cards, day=day)


@router.get("/plans/{slug}")
def plan(slug: str, here: InHere, agency: str = "", timeliness: str = "") -> HTMLResponse:
    """One plan: its counts, its tasks under the headings of the document, its open questions."""
    with here.installation.database.read() as session:
        head = plan_of(session, slug)
        every = duties(session, Wanted(plan_id=head.id), here.yardstick(), today=here.when.today)
        questions = open_questions(session, head.id)
    shown = [duty for duty in every if agency in ("", duty.agency_key) and fits(duty, timeliness)]
    agencies = sorted({(duty.agency_key, duty.agency) for duty in every}, key=lambda pair: pair[1])
    return here.page(
        "plan.html",
        plan=head,
        standing=standing(every),
        sections=sections(rows(shown)),
        shown=len(shown),
        questions=asked(questions),
        open_questions=len(questions),
        agencies=agencies,
        kinds=[kind for kind in Timeliness if any(duty.timeliness is kind for duty in every)],
        chosen={"agency": agency, "timeliness": timeliness},
    )


def plan_of(session: Session, slug: str) -> PlanHead:
    """The plan that an address names.

    Raises:
        HTTPException: there is none.
    """
    heads = plan_heads(session, slug)
    if not heads:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return heads[0]


def _next(listed: list[Duty], here: Here) -> list[dict[str, object]]:
    """The next last days of a plan that somebody still has to meet."""
    coming: dict[object, list[Duty]] = {}
    for duty in listed:
        if duty.last_day and duty.last_day >= here.when.today and duty.state in OPEN and not duty.unclear:
            coming.setdefault(duty.last_day, []).append(duty)
    found = sorted(coming.items(), key=lambda pair: str(pair[0]))[:NEXT_DAYS]
    return [
        {
            "day": parts[0].last_day,
            "left": here.installation.calendar.count(here.when.today, parts[0].last_day or here.when.today),
            "tasks": list(dict.fromkeys(part.ref for part in parts)),
            "duties": len(parts),
            "timeliness": parts[0].timeliness,
        }
        for _, parts in found
    ]
