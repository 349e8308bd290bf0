"""Feeds ahead of time: blocks of all subscriptions made before anyone asks, and feeds as files."""

from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session

from calendars.feeds import feed_of, freshen, prune, stamp_of
from calendars.views import view_of, view_of_agency
from engine.clock import Moment
from engine.database import Database
from engine.models import Agency, Assignment, Feed, columns
from engine.queries.feeds import View


def publish(database: Database, when: Moment, *, base_url: str) -> int:
    """Make every stale block that a running subscription shows, once per change; how many were made."""
    with database.read() as session:
        views = _views(session, stamp_of(base_url))
    made = sum(freshen(database, view, when, base_url=base_url) for view in views)
    with database.write() as session:
        prune(session, views)
    return made


def write_files(database: Database, folder: Path, when: Moment, *, base_url: str) -> int:
    """Write the feed of every agency that owns a duty, as `<key>.ics`; how many.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    owners = select(columns(Assignment).agency_id)
    with database.read() as session:
        chosen = select(Agency).where(columns(Agency).id.in_(owners)).order_by(columns(Agency).key)
        agencies = session.execute(chosen).scalars().all()
        views = {agency.key: view_of_agency(session, agency, stamp=stamp_of(base_url)) for agency in agencies}
    for key, view in views.items():
        (folder / f"{key}.ics").write_bytes(feed_of(database, view, when, base_url=base_url).data)
    return len(views)


def _views(session: Session, stamp: str) -> list[View]:
    """What the running subscriptions show, each view once."""
    running = select(Feed).where(columns(Feed).revoked_at.is_(None)).order_by(columns(Feed).id)
    found = (view_of(session, feed, stamp=stamp) for feed in session.execute(running).scalars().all())
    return list(dict.fromkeys(view for view in found if view is not None))
