"""From a token, or an owner, to the view it opens; and how an address narrows one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from calendars.events import clean
from calendars.tokens import CHOICES, LONGEST_SEARCH, hash_of, words_of
from engine.errors import BadInputError
from engine.models import Agency, Contact, Feed, FeedToken, Mailbox, User, columns
from engine.queries.feeds import View, plan_of

NOWHERE = 0
"""A plan that none is: two filters that exclude each other show nothing."""

CONTENTS = CHOICES["content"]


class Opened(NamedTuple):
    """What a token opens: its own number, and the view."""

    token_id: int
    view: View


def opened_by(session: Session, token_sha256: str, today: date, *, stamp: str = "") -> Opened | None:
    """What a token opens, with its owner's rights of now.

    None for an unknown, revoked or expired one, and for one whose owner may see nothing any more.
    """
    token, feed = columns(FeedToken), columns(Feed)
    rows = (
        select(FeedToken, Feed)
        .join(Feed, feed.id == token.feed_id)
        .where(token.sha256 == token_sha256, token.expires_on >= today, feed.revoked_at.is_(None))
    )
    row = session.execute(rows).one_or_none()
    if row is None:
        return None
    view = view_of(session, row.Feed, stamp=stamp)
    return Opened(row.FeedToken.id, view) if view else None


def opened_by_token(session: Session, token: str, today: date, *, stamp: str = "") -> Opened | None:
    """`opened_by` for the token itself."""
    return opened_by(session, hash_of(token), today, stamp=stamp)


def view_of(session: Session, feed: Feed, *, stamp: str = "") -> View | None:
    """The view of a subscription; None where its owner may see nothing any more."""
    if feed.agency_id is not None:
        scope, owner = "agency", feed.agency_id
        language = _language_of_agency(session, owner)
    else:
        person = session.get_one(User, feed.person_id)
        if person.disabled_at is not None or person.role == "inspector":
            return None
        language = _language_of_person(session, person)
        scope, owner = person.role, person.id or 0
        if person.role == "agency":
            owner = person.agency_id or 0
            language = language or _language_of_agency(session, owner)
    return View(
        scope=scope,
        owner=owner,
        stamp=stamp,
        plan_id=feed.plan_id,
        search=feed.search,
        # Who steers or watches plans sees every part of them anyway.
        part=feed.part if scope == "agency" else "lead",
        finished=feed.finished,
        cancelled=feed.cancelled,
        history_days=feed.history_days,
        component=feed.component,
        alarms=feed.alarms,
        content=feed.content,
        language="en" if language == "en" else "vi",
    )


def view_of_agency(session: Session, agency: Agency, *, stamp: str = "") -> View:
    """What an agency sees where nothing else was asked for."""
    language = "en" if _language_of_agency(session, agency.id or 0) == "en" else "vi"
    return View("agency", agency.id or 0, stamp, language=language)


def narrowed(session: Session, view: View, asked: Mapping[str, str]) -> View:
    """The view that an address asks for by its query: never more than the subscription shows.

    Raises:
        BadInputError: a value is none that can be asked for.
    """
    for field in ("part", "finished", "cancelled"):
        value = _one_of(asked, field, CHOICES[field])
        if value == CHOICES[field][0]:  # the narrower one
            changed: dict[str, Any] = {field: value}
            view = replace(view, **changed)
    if content := _one_of(asked, "content", CONTENTS):
        view = replace(view, content=max(content, view.content, key=CONTENTS.index))
    if history := asked.get("history"):
        if not (history.isascii() and history.isdigit() and len(history) <= 5):
            raise BadInputError("history: viết số ngày, như 90.")
        view = replace(view, history_days=min(view.history_days, int(history)))
    if plan := asked.get("plan"):
        found = plan_of(session, view, clean(plan))
        view = replace(view, plan_id=found if found and view.plan_id in (None, found) else NOWHERE)
    if search := words_of(asked.get("search", "")):
        if len(search) > LONGEST_SEARCH:
            raise BadInputError(f"search: dài nhất {LONGEST_SEARCH} chữ.")
        view = replace(view, narrowed=search)
    return view


def _one_of(asked: Mapping[str, str], field: str, allowed: tuple[str, ...]) -> str:
    value = asked.get(field, "")
    if value and value not in allowed:
        raise BadInputError(f"{field}: một trong {', '.join(allowed)}.")
    return value


def _language_of_agency(session: Session, agency: int) -> str:
    contact, mailbox = columns(Contact), columns(Mailbox)
    rows = (
        select(mailbox.language)
        .join(Contact, contact.mailbox_id == mailbox.id)
        .where(contact.agency_id == agency, contact.role == "office")
    )
    return session.execute(rows).scalar_one_or_none() or ""


def _language_of_person(session: Session, person: User) -> str:
    rows = select(columns(Mailbox).language).where(columns(Mailbox).id == person.mailbox_id)
    return session.execute(rows).scalar_one_or_none() or ""
