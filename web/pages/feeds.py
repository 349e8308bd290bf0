"""Calendar subscriptions: what one is, issue, list, rotate, revoke."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, HTTPException
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from calendars.tokens import LONGEST_NAME, LONGEST_SEARCH, Shows, alarms_of, issue, revoke, rotate
from engine.models import Agency, User
from engine.queries.pages import Person, agency_named, owner_agencies, plan_heads
from engine.queries.subscriptions import Subscription, subscriptions
from web.here import Here, InHere, RowNumber, typed

router = APIRouter(include_in_schema=False)

ISSUERS = ("coordinator", "agency", "supervisor")
MYSELF = "*"
"""What the list of owners holds for the person who asks."""


def _shows(  # noqa: PLR0913, PLR0917  the fields of a form
    here: InHere,
    plan: Annotated[str, Form()] = "",
    search: Annotated[str, Form()] = "",
    part: Annotated[str, Form()] = "lead",
    component: Annotated[str, Form()] = "event",
    alarms: Annotated[str, Form()] = "",
    finished: Annotated[str, Form()] = "marked",
    cancelled: Annotated[str, Form()] = "hidden",
    history: Annotated[int, Form()] = 365,
    content: Annotated[str, Form()] = "full",
) -> Shows:
    """What the form asks a subscription to show."""
    with here.installation.database.read() as session:
        found = plan_heads(session, plan) if plan else []
    if plan and not found:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "Không có kế hoạch này: chọn một kế hoạch trong danh sách.")
    return Shows(
        plan_id=found[0].id if found else None,
        search=typed(search)[: LONGEST_SEARCH + 1],
        part=part,
        component=component,
        alarms=alarms_of(alarms),
        finished=finished,
        cancelled=cancelled,
        history_days=history,
        content=content,
    )


@router.get("/feeds")
def feeds(here: InHere) -> HTMLResponse:
    """What a subscription is, and those that this person may see."""
    return _page(here)


@router.post("/feeds")
def issued(
    here: InHere,
    shows: Annotated[Shows, Depends(_shows)],
    agency: Annotated[str, Form()],
    name: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Issue a subscription; its address stands on this one page and never again."""
    person = here.needs(*ISSUERS)
    with here.installation.database.write() as session:
        owner = _owner(session, person, agency)
        days = here.installation.settings.feeds.token_days
        token = issue(session, owner, here.when, name=typed(name)[:LONGEST_NAME], shows=shows, days=days)
        told = owner.name
    return _page(here, token=token, of=told)


@router.post("/feeds/{number:int}/rotate")
def rotated(number: RowNumber, here: InHere) -> HTMLResponse:
    """Give a subscription a new address, shown once; the old one works on for some days."""
    found, kept = _own(here, number), here.installation.settings.feeds
    with here.installation.database.write() as session:
        token = rotate(session, number, here.when, overlap=kept.overlap_days, days=kept.token_days)
    return _page(here, token=token, of=found.owner, overlap=kept.overlap_days)


@router.post("/feeds/{number:int}/revoke")
def revoked(number: RowNumber, here: InHere) -> Response:
    """End a subscription for good."""
    found = _own(here, number)
    with here.installation.database.write() as session:
        revoke(session, number, here.when)
    return here.go("/feeds", saying=f"Đã thu hồi lịch “{found.name}”. Địa chỉ đó không còn mở được.")


def _owner(session: Session, person: Person, chosen: str) -> Agency | User:
    """Whose the new subscription is: an agency's person asks for the own agency, a supervisor for themselves."""
    if chosen == MYSELF:
        return session.get_one(User, person.id)
    if person.role == "supervisor" or (person.role == "agency" and person.agency_key != chosen):
        raise HTTPException(HTTPStatus.FORBIDDEN)
    found = agency_named(session, chosen)
    if found is None:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "Không có cơ quan này: chọn một cơ quan trong danh sách.")
    return found


def _own(here: Here, number: int) -> Subscription:
    """A subscription that this person may end: the own one, that of the own agency, for a coordinator any agency's."""
    person = here.needs(*ISSUERS)
    with here.installation.database.read() as session:
        found = subscriptions(session, number=number)
    if not found:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    if not _manages(person, found[0]):
        raise HTTPException(HTTPStatus.FORBIDDEN)
    return found[0]


def _manages(person: Person | None, feed: Subscription) -> bool:
    if person is None or person.role not in ISSUERS:
        return False
    if feed.person_key is not None:
        return feed.person_key == person.key
    return person.role == "coordinator" or (person.role == "agency" and feed.agency_key == person.agency_key)


def _page(here: Here, *, token: str = "", of: str = "", overlap: int | None = None) -> HTMLResponse:
    person = here.person
    with here.installation.database.read() as session:
        listed = [
            feed
            for feed in subscriptions(session)
            if (feed.person_key is None and here.agency in (None, feed.agency_key)) or _manages(person, feed)
        ]
        agencies = [pair for pair in owner_agencies(session) if here.agency in (None, pair[0])]
        plans = [plan for plan in plan_heads(session) if plan.state == "active"]
    address = f"{here.installation.settings.base_url}/feeds/{token}.ics" if token else ""
    return here.page(
        "feeds.html",
        subscriptions=listed,
        manages=lambda feed: _manages(person, feed),
        agencies=[] if person and person.role == "supervisor" else agencies,
        plans=plans,
        address=address,
        webcal=address.replace(f"{urlsplit(address).scheme}://", "webcal://", 1),
        of=of,
        overlap=overlap,
        may=person is not None and person.role in ISSUERS,
        myself=MYSELF,
        when=here.when,
    )
