"""Calendar subscriptions as pages and commands list them; the token itself is never stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session

from engine.clock import Moment
from engine.models import Agency, Feed, FeedToken, Plan, User, columns

FEED, AGENCY, TOKEN, PERSON, PLAN = (columns(table) for table in (Feed, Agency, FeedToken, User, Plan))

EXPIRING = timedelta(days=30)
SILENT = timedelta(days=7)
"""A client asks several times a day; one that has been silent for so long has stopped."""

UNUSED = timedelta(days=3)


@dataclass(frozen=True)
class Token:
    """A token of a subscription as it stands."""

    id: int
    created_at: datetime
    expires_on: date
    fetched_at: datetime | None
    client: str
    fetches: int


@dataclass(frozen=True)
class Subscription:
    """One subscription: whose, what it shows, and its tokens, the newest first."""

    id: int
    name: str
    agency_key: str | None
    person_key: str | None
    owner: str
    closed: bool
    plan: str | None
    search: str
    part: str
    component: str
    alarms: str
    finished: str
    cancelled: str
    history_days: int
    content: str
    created_at: datetime
    revoked_at: datetime | None
    tokens: tuple[Token, ...]

    @property
    def newest(self) -> Token:
        """The token that was given last."""
        return self.tokens[0]

    @property
    def last(self) -> Token:
        """The token that was used last, or the newest where none was."""
        used = [token for token in self.tokens if token.fetched_at]
        return max(used, key=lambda token: token.fetched_at or token.created_at, default=self.newest)

    def state(self, today: date) -> str:
        """`running`, `expired`, `closed` (with its owner) or `revoked`."""
        if self.revoked_at is not None:
            return "revoked"
        if self.closed:
            return "closed"
        return "running" if self.newest.expires_on >= today else "expired"

    def warnings(self, when: Moment) -> list[str]:
        """What somebody ought to look at: `expiring`, `silent` (fetched once, no more) or `unused`."""
        if self.state(when.today) != "running":
            return []
        found = ["expiring"] if self.newest.expires_on - when.today <= EXPIRING else []
        fetched = self.last.fetched_at
        if fetched is not None and when.real - fetched > SILENT:
            found.append("silent")
        if fetched is None and when.real - self.newest.created_at > UNUSED:
            found.append("unused")
        return found


def subscriptions(
    session: Session, *, agency: int | None = None, person: int | None = None, number: int | None = None
) -> list[Subscription]:
    """The subscriptions by owner, running ones first; those of an agency or a person, or the one with that number."""
    rows = (
        select(
            FEED.id,
            FEED.name,
            AGENCY.key.label("agency_key"),
            PERSON.key.label("person_key"),
            AGENCY.name.label("agency"),
            PERSON.name.label("person"),
            or_(PERSON.disabled_at.is_not(None), PERSON.role == "inspector").label("closed"),
            PLAN.slug.label("plan"),
            FEED.search,
            FEED.part,
            FEED.component,
            FEED.alarms,
            FEED.finished,
            FEED.cancelled,
            FEED.history_days,
            FEED.content,
            FEED.created_at,
            FEED.revoked_at,
        )
        .select_from(Feed)
        .outerjoin(Agency, AGENCY.id == FEED.agency_id)
        .outerjoin(User, PERSON.id == FEED.person_id)
        .outerjoin(Plan, PLAN.id == FEED.plan_id)
        .order_by(AGENCY.name, PERSON.name, FEED.revoked_at.is_not(None), FEED.id.desc())
    )
    if number is not None:
        rows = rows.where(FEED.id == number)
    whose = [
        column == owner for column, owner in ((FEED.agency_id, agency), (FEED.person_id, person)) if owner is not None
    ]
    if whose:
        rows = rows.where(or_(*whose))
    listed = [dict(row._mapping) for row in session.execute(rows)]
    tokens = _tokens(session, [row["id"] for row in listed] if number is not None else None)
    return [_subscription(row, tokens.get(row["id"], ())) for row in listed]


def _subscription(row: dict[str, Any], tokens: tuple[Token, ...]) -> Subscription:
    agency, person = row.pop("agency"), row.pop("person")
    return Subscription(**row | {"owner": agency or person, "closed": bool(row["closed"]), "tokens": tokens})


def _tokens(session: Session, feeds: Iterable[int] | None) -> dict[int, tuple[Token, ...]]:
    rows = select(
        TOKEN.feed_id, TOKEN.id, TOKEN.created_at, TOKEN.expires_on, TOKEN.fetched_at, TOKEN.client, TOKEN.fetches
    ).order_by(TOKEN.id.desc())
    if feeds is not None:
        rows = rows.where(TOKEN.feed_id.in_(list(feeds)))
    found: dict[int, list[Token]] = {}
    for feed, *token in session.execute(rows):
        found.setdefault(feed, []).append(Token(*token))
    return {feed: tuple(held) for feed, held in found.items()}
