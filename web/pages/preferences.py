"""`/u/<token>`: what a mailbox gets and how it wants it, by the link in its mails; and declining in one click.

The link may be forwarded and is opened by mail scanners, so looking changes nothing, a form of this page brings back a
token of its own, and only who is signed in may send the mail of an absence to somebody else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from sqlmodel import Session

from engine.models import Mailbox
from engine.preferences import Occasion, Wishes, WishesError, decline, put_wishes, wishes_of
from engine.queries.mailboxes import parts_of, serves
from engine.rules.mail_classes import OPTIONAL
from web.here import Here, InHere
from web.pages.preferences_words import FAULTS, PARTS, PLACES, WORDS
from web.sparing import Sparing

T = TypeVar("T")

router = APIRouter(include_in_schema=False)

UNKNOWN = "Liên kết này không đúng. Mở liên kết trong thư mới nhất. (This link is not valid: use the newest mail.)"
ALWAYS = "Mail on duties always comes; see the page of this link for how it can be gathered or delegated.\n"
NO_CLICK = "Send List-Unsubscribe=One-Click, or open this address in a browser.\n"
PRIVATE = {"referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
CHANGES_AN_HOUR = 20
WEEKDAYS = "0123456"
FIELDS = 30
"""More fields than the form has, and far fewer than would cost anything to read."""


@dataclass(frozen=True)
class Refused:
    """What was filled in and is shown again, and the names of its faults."""

    given: Mapping[str, str]
    faults: Sequence[str]


NOTHING = Refused({}, ())


async def _form(request: Request) -> Mapping[str, str]:
    """The text fields of a form, in either of the encodings that mail services send."""
    form = await request.form(max_files=0, max_fields=FIELDS)
    return {name: value.strip() for name, value in form.items() if isinstance(value, str)}


Given = Annotated[Mapping[str, str], Depends(_form)]


@router.get("/u/{token}")
def preferences(token: str, here: InHere) -> HTMLResponse:
    """What this mailbox gets, and the form; looking changes nothing."""
    with here.installation.database.read() as session:
        mailbox, _ = _opened(here, session, token)
        wishes = wishes_of(session, mailbox, here.when.today)
        return _page(here, session, mailbox, token=token, wishes=wishes)


@router.post("/u/{token}")
def one_click(token: str, given: Given, here: InHere) -> Response:
    """Decline the one class of mail that the link is of (RFC 8058): no cookie, no sign-in, no form of ours needed."""
    with here.installation.database.read() as session:
        mailbox, mail_class = _opened(here, session, token)
    if given.get("List-Unsubscribe") != "One-Click":
        return PlainTextResponse(NO_CLICK, HTTPStatus.BAD_REQUEST)
    if mail_class not in OPTIONAL:
        return PlainTextResponse(ALWAYS, HTTPStatus.FORBIDDEN)
    with here.installation.database.write() as session:
        decline(session, session.get_one(Mailbox, mailbox.id), mail_class, _occasion(here, "one_click"))
    return PlainTextResponse("Đã ghi nhận. Done.\n")


@router.post("/u/{token}/preferences")
def changed(token: str, given: Given, here: InHere) -> Response:
    """Put what the form says. Absence and deputy count only from who was signed in when the form was shown."""
    with here.installation.database.write() as session:
        mailbox, _ = _opened(here, session, token)
        person = here.person.key if here.person else ""
        if here.signing.read_preferences(given.get("form_token", "")) != [mailbox.id, person]:
            raise HTTPException(HTTPStatus.FORBIDDEN, WORDS[mailbox.language]["expired"])
        sparing: Sparing = here.request.app.state.wishes
        if not sparing.allows(mailbox.id or 0, here.when.real):
            raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, WORDS[mailbox.language]["often"])
        held = wishes_of(session, mailbox, here.when.today)
        wishes, faults = _read(given, held, absence=_may_send_elsewhere(here, session, mailbox))
        try:
            put_wishes(session, mailbox, wishes, _occasion(here, "page", person), faults=faults)
        except WishesError as error:
            return _page(here, session, mailbox, token=token, wishes=wishes, refused=Refused(given, error.names))
    return here.go(f"/u/{token}", saying=WORDS[wishes.language]["saved"])


def sparing() -> Sparing:
    """How often the wishes of one mailbox may be changed."""
    return Sparing(CHANGES_AN_HOUR, timedelta(hours=1))


def _occasion(here: Here, via: str, by: str = "") -> Occasion:
    return Occasion(here.when, here.installation.settings.mail.window, via, by)


def _opened(here: Here, session: Session, token: str) -> tuple[Mailbox, str]:
    """Mailbox and class of a link; forged, garbled and forgotten ones get one and the same answer."""
    read = here.installation.tags.read_unsubscribe(token)
    mailbox = session.get(Mailbox, read[0]) if read else None
    if read is None or mailbox is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, UNKNOWN)
    return mailbox, read[1]


def _may_send_elsewhere(here: Here, session: Session, mailbox: Mailbox) -> bool:
    """Whether who is signed in may name a deputy for it: a coordinator, or somebody of the mailbox or its agency."""
    if here.person is None:
        return False
    return here.person.role == "coordinator" or serves(session, mailbox.id or 0, here.person.id)


def _read(given: Mapping[str, str], held: Wishes, *, absence: bool) -> tuple[Wishes, list[str]]:
    """The wishes that a form tells, and what in it cannot be read."""
    faults: list[str] = []
    weekday = given.get("weekday", "")
    wishes = Wishes(
        language=given.get("language", held.language),
        gathering=given.get("gathering", held.gathering),
        weekday=WEEKDAYS.find(weekday) if len(weekday) == 1 else -1 if weekday else held.weekday,
        quiet=_span(given, "quiet", _hour, faults),
        absent=_span(given, "absent", date.fromisoformat, faults) if absence else held.absent,
        deputy=given.get("deputy", "") if absence else held.deputy,
        calendar_files=given.get("calendar_files", held.calendar_files),
        declined=frozenset(name for name in OPTIONAL if f"wants_{name}" not in given),
    )
    return wishes, faults


def _hour(text: str) -> time:
    return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)


def _span(given: Mapping[str, str], name: str, read: Callable[[str], T], faults: list[str]) -> tuple[T, T] | None:
    """Two fields that belong together; None where both are empty, or where they cannot be read."""
    first, last = given.get(f"{name}_from", ""), given.get(f"{name}_until", "")
    if not first and not last:
        return None
    try:
        return read(first), read(last)
    except ValueError:
        faults.append(f"{name}_form")
        return None


def _page(
    here: Here,
    session: Session,
    mailbox: Mailbox,
    *,
    token: str,
    wishes: Wishes,
    refused: Refused = NOTHING,
) -> HTMLResponse:
    language = mailbox.language if mailbox.language in WORDS else "vi"
    page = here.page(
        "preferences.html",
        status=HTTPStatus.BAD_REQUEST if refused.faults else HTTPStatus.OK,
        mailbox=mailbox,
        parts=parts_of(session, mailbox.id or 0),
        wishes=wishes,
        given=refused.given,
        faults=refused.faults,
        token=token,
        own_token=here.signing.write_preferences(mailbox.id or 0, here.person.key if here.person else ""),
        may=_may_send_elsewhere(here, session, mailbox),
        window=here.installation.settings.mail.window,
        places=PLACES,
        marked={PLACES.get(fault, "deputy") for fault in refused.faults},
        lang=language,
        w=WORDS[language],
        roles=PARTS[language],
        said=FAULTS[language],
    )
    page.headers.update(PRIVATE)
    return page
