"""Signing in by a link, and out again. Opening a link changes nothing: mail scanners open links too."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse

from engine.queries.pages import Person, people
from web.here import Here, InHere
from web.session import new_session

router = APIRouter(include_in_schema=False)

OVER = "Liên kết đăng nhập này không đúng hoặc đã hết hạn. Xin một liên kết mới."


@router.get("/sign-in")
def door(here: InHere) -> HTMLResponse:
    """How to sign in; a demo offers its people for the choosing."""
    return here.page("signin.html", offered=_all(here) if here.demo else [])


@router.get("/sign-in/{token}")
def asked(token: str, here: InHere) -> HTMLResponse:
    """Who the link is for, and the button that signs in."""
    return here.page("signin_link.html", person=_linked(here, token), token=token)


@router.post("/sign-in")
def signed_in(
    here: InHere, token: Annotated[str, Form()] = "", person: Annotated[str, Form()] = ""
) -> RedirectResponse:
    """Sign in by a link's token; in a demo also as one of its people."""
    if token:
        found = _linked(here, token)
    elif here.demo and person:
        found = next((one for one in _all(here) if one.key == person), None) or _refused()
    else:
        found = _refused()
    answer = here.go("/", saying=f"Đã đăng nhập: {found.name}.")
    here.keep(answer, new_session(found.key))
    return answer


@router.post("/sign-out")
def signed_out(here: InHere) -> RedirectResponse:
    """Sign out."""
    answer = here.go("/sign-in", saying="Đã đăng xuất.")
    here.keep(answer, new_session())
    return answer


def _linked(here: Here, token: str) -> Person:
    key = here.signing.read_link(token)
    return next((one for one in _all(here) if one.key == key), None) or _refused()


def _all(here: Here) -> list[Person]:
    with here.installation.database.read() as session:
        return people(session)


def _refused() -> Person:
    raise HTTPException(HTTPStatus.FORBIDDEN, OVER)
