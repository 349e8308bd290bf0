"""Calendar subscriptions: what one is, issue, list, revoke."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import HTMLResponse, Response

from calendars.tokens import issue, revoke
from engine.queries.pages import Person, agency_named, owner_agencies
from engine.queries.subscriptions import subscriptions
from web.here import Here, InHere, RowNumber, typed

router = APIRouter(include_in_schema=False)

LONGEST_NAME = 80


@router.get("/feeds")
def feeds(here: InHere) -> HTMLResponse:
    """What a subscription is, and those of each agency."""
    return _page(here)


@router.post("/feeds")
def issued(here: InHere, agency: Annotated[str, Form()], name: Annotated[str, Form()] = "") -> HTMLResponse:
    """Issue a subscription; its address stands on this one page and never again."""
    _own(here.needs("coordinator", "agency"), agency)
    with here.installation.database.write() as session:
        found = agency_named(session, agency)
        if found is None:
            raise HTTPException(HTTPStatus.BAD_REQUEST, "Không có cơ quan này: chọn một cơ quan trong danh sách.")
        owner, token = found.name, issue(session, found, here.when, name=typed(name)[:LONGEST_NAME])
    address = f"{here.installation.settings.base_url}/feeds/{token}.ics"
    return _page(here, address=address, of=owner)


@router.post("/feeds/{number:int}/revoke")
def revoked(number: RowNumber, here: InHere) -> Response:
    """End a subscription for good."""
    person = here.needs("coordinator", "agency")
    with here.installation.database.write() as session:
        found = subscriptions(session, number=number)
        if not found:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        _own(person, found[0].agency_key)
        revoke(session, number, here.when)
    return here.go("/feeds", saying=f"Đã thu hồi lịch “{found[0].name}”. Địa chỉ đó không còn mở được.")


def _own(person: Person, agency: str) -> None:
    """An agency's person acts for the own agency only."""
    if person.role == "agency" and person.agency_key != agency:
        raise HTTPException(HTTPStatus.FORBIDDEN)


def _page(here: Here, *, address: str = "", of: str = "") -> HTMLResponse:
    with here.installation.database.read() as session:
        listed = subscriptions(session, agency=here.agency_id)
        agencies = [pair for pair in owner_agencies(session) if here.agency in (None, pair[0])]
    webcal = address.replace(f"{urlsplit(address).scheme}://", "webcal://", 1) if address else ""
    may = here.person is not None and here.person.role in ("coordinator", "agency")
    return here.page(
        "feeds.html",
        subscriptions=listed,
        agencies=agencies,
        address=address,
        webcal=webcal,
        of=of,
        may=may,
        today=here.when.today,
    )
