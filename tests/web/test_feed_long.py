"""A calendar whose first fetch takes longer than a client waits."""

import threading
import time

import httpx
import pytest
from sites import Site
from sqlmodel import select

from calendars.events import event_of
from calendars.tokens import issue
from engine.models import Agency, EventBlock
from engine.queries.feeds import Due

DUTIES = 10


def test_each_fetch_gets_further(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told when to come again; blocks are kept some at a time, go on meanwhile, and none is made twice."""
    monkeypatch.setattr("web.feed.BUILD_SECONDS", 0.05)
    monkeypatch.setattr("calendars.feeds.BATCH", 2)
    made: list[str] = []
    allowed = threading.Semaphore(0)

    def slowly(duty: Due, **more: object) -> str:
        assert allowed.acquire(timeout=30)
        made.append(duty.uid)
        return event_of(duty, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("calendars.feeds.event_of", slowly)
    address = f"/feeds/{_token(site)}.ics"
    with site.client:
        _told_to_wait(site.client.get(address))
        allowed.release(5)
        while _kept(site) < 4:  # two batches; the third waits
            time.sleep(0.01)
        _told_to_wait(site.client.get(address))
        allowed.release(DUTIES - 5)
        while (answer := site.client.get(address)).status_code == 503:
            pass
    assert (answer.status_code, answer.text.count("BEGIN:VEVENT")) == (200, DUTIES)
    assert len(made) == len(set(made)) == _kept(site) == DUTIES


def _told_to_wait(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


def _token(site: Site) -> str:
    with site.installation.database.write() as session:
        agency = session.exec(select(Agency).where(Agency.name == "Sở Giáo dục và Đào tạo")).one()
        return issue(session, agency, site.installation.writing_moment())


def _kept(site: Site) -> int:
    with site.installation.database.read() as session:
        return len(session.exec(select(EventBlock.assignment_id)).all())
