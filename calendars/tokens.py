"""Subscriptions: a random token, shown once, kept as a hash; it opens one feed and nothing else."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from sqlmodel import Session, select

from engine.clock import Moment
from engine.errors import RefusedError
from engine.models import Agency, Feed, FeedToken

TOKEN_BYTES = 24
"""192 bits of randomness."""

LIFETIME = timedelta(days=365)


def issue(session: Session, agency: Agency, when: Moment, *, name: str = "") -> str:
    """A new subscription of an agency; the token is returned here and never again."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = Feed(agency_id=agency.id or 0, name=name or agency.name, created_at=when.real)
    session.add(feed)
    session.flush()
    key = FeedToken(feed_id=feed.id or 0, sha256=hash_of(token), created_at=when.real, expires_on=when.today + LIFETIME)
    session.add(key)
    return token


def revoke(session: Session, feed_id: int, when: Moment) -> Feed:
    """End a subscription for good.

    Raises:
        RefusedError: there is no such subscription, or it has ended already.
    """
    feed = session.get(Feed, feed_id)
    if feed is None or feed.revoked_at is not None:
        raise RefusedError(f"There is no running subscription {feed_id}: see 'dondoc feed list'.")
    feed.revoked_at = when.real
    session.add(feed)
    return feed


def opened_by(session: Session, token: str, today: date) -> tuple[FeedToken, Feed] | None:
    """The running subscription that a token opens; None for an unknown, revoked or expired one."""
    key = session.exec(select(FeedToken).where(FeedToken.sha256 == hash_of(token))).one_or_none()
    if key is None or key.expires_on < today:
        return None
    feed = session.get_one(Feed, key.feed_id)
    return None if feed.revoked_at is not None else (key, feed)


def fetched(session: Session, seen: dict[int, tuple[datetime, str]]) -> None:
    """Write down when and by which client subscriptions were last fetched."""
    for token_id, (moment, client) in seen.items():
        if key := session.get(FeedToken, token_id):
            key.fetched_at, key.client, key.fetches = moment, client[:120], key.fetches + 1
            session.add(key)


def hash_of(token: str) -> str:
    """What is kept of a token; it is random enough to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
