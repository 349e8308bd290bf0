"""Calendar subscriptions as the pages list them; the token itself is never stored."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session

from engine.models import Agency, Feed, FeedToken, columns

FEED, AGENCY, TOKEN = columns(Feed), columns(Agency), columns(FeedToken)


@dataclass(frozen=True)
class Subscription:
    """One subscription of an agency."""

    id: int
    name: str
    agency_id: int
    agency_key: str
    agency: str
    created_at: datetime
    expires_on: date | None
    revoked_at: datetime | None
    fetched_at: datetime | None
    client: str


def subscriptions(session: Session, *, agency: int | None = None, number: int | None = None) -> list[Subscription]:
    """The subscriptions by agency, running ones first; of one agency, or the one with that number."""
    rows = (
        select(
            FEED.id,
            FEED.name,
            FEED.agency_id,
            AGENCY.key,
            AGENCY.name,
            FEED.created_at,
            TOKEN.expires_on,
            FEED.revoked_at,
            TOKEN.fetched_at,
            TOKEN.client,
        )
        .join(Agency, AGENCY.id == FEED.agency_id)
        .join(FeedToken, TOKEN.feed_id == FEED.id)
        .order_by(AGENCY.name, FEED.revoked_at.is_not(None), FEED.id.desc())
    )
    if agency is not None:
        rows = rows.where(FEED.agency_id == agency)
    if number is not None:
        rows = rows.where(FEED.id == number)
    return [Subscription(*row) for row in session.execute(rows)]
