"""What a page works with: the installation, who asks, and the time, read once for each request."""

import unicodedata
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from config.assembly import Installation
from engine.clock import Moment
from engine.queries.pages import Person, people
from engine.queries.tasks import Yardstick
from engine.rules.ladder import Policy
from web.session import Session, Signing, new_session

FLASH = "dondoc-flash"

HIGHEST = 2**31 - 1
"""The highest number a row can have on both databases."""

RowNumber = Annotated[int, Path(ge=1, le=HIGHEST)]
Before = Annotated[int | None, Query(ge=1, le=HIGHEST)]


@dataclass(frozen=True)
class Here:
    """One request: where it came, who asks, when."""

    request: Request
    installation: Installation
    signing: Signing
    session: Session
    fresh: bool
    person: Person | None
    when: Moment

    @property
    def demo(self) -> bool:
        """Whether this is a demo, whose pages anyone may read."""
        return self.installation.demo

    @property
    def agency(self) -> str | None:
        """The key of the agency whose things alone this person sees in log, mail and subscriptions; None: all."""
        return (self.person.agency_key or "") if self.person and self.person.role == "agency" else None

    @property
    def agency_id(self) -> int | None:
        """The id of that agency; 0, which none has, for an agency's person without one."""
        return (self.person.agency_id or 0) if self.person and self.person.role == "agency" else None

    def policy(self, name: str = "default") -> Policy:
        """A ladder by its name."""
        return self.installation.policies.get(name, self.installation.policies["default"])

    def yardstick(self) -> Yardstick:
        """By what timeliness is told today."""
        return Yardstick(self.when.today, self.installation.calendar, self.policy())

    def page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401
        """A page of the site."""
        flash = self.signing.read_flash(self.request.cookies.get(FLASH))
        html = self.request.app.state.pages.get_template(template).render(
            here=self,
            path=self.request.url.path,
            form_token=self.signing.form_token(self.session),
            flash=flash,
            **values,
        )
        answer = HTMLResponse(html, status)
        if self.fresh:
            self.keep(answer, self.session)
        if flash:
            answer.delete_cookie(FLASH)
        return answer

    def keep(self, answer: Response, session: Session) -> None:
        """Set the cookie of a session."""
        answer.set_cookie(
            self.signing.cookie,
            self.signing.write_session(session),
            max_age=int(self.signing.lifetime.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self.signing.secure,
        )

    def go(self, place: str, *, saying: str = "") -> RedirectResponse:
        """On to another page of this site; an address elsewhere leads to the first page."""
        inside = place.startswith("/") and not place.startswith(("//", "/\\"))
        answer = RedirectResponse(place if inside else "/", HTTPStatus.SEE_OTHER)
        if saying:
            answer.set_cookie(
                FLASH,
                self.signing.write_flash(saying),
                max_age=60,
                httponly=True,
                samesite="lax",
                secure=self.signing.secure,
            )
        return answer

    def needs(self, *roles: str) -> Person:
        """The person, who must hold one of these roles.

        Raises:
            HTTPException: nobody signed in, or somebody with another role.
        """
        if self.person is None:
            raise HTTPException(HTTPStatus.UNAUTHORIZED)
        if self.person.role not in roles:
            raise HTTPException(HTTPStatus.FORBIDDEN)
        return self.person


def here_of(request: Request) -> Here:
    """What belongs to a request, read once."""
    kept: Here | None = getattr(request.state, "here", None)
    if kept is None:
        installation: Installation = request.app.state.installation
        signing: Signing = request.app.state.signing
        read = signing.read_session(request.cookies.get(signing.cookie))
        session = read or new_session()
        person = _person(installation, session)
        kept = Here(request, installation, signing, session, read is None, person, installation.clock.moment())
        request.state.here = kept
    return kept


def _person(installation: Installation, session: Session) -> Person | None:
    if session.person is None:
        return None
    with installation.database.read() as reading:
        return next(iter(people(reading, session.person)), None)


def typed(text: str) -> str:
    """What a person typed, in the one form in which texts are kept and compared: NFC, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


InHere = Annotated[Here, Depends(here_of)]
