"""Calendar subscriptions over HTTP, as features.md 6.4 asks."""

import logging
import re
import unicodedata
from datetime import timedelta

import pytest
from sites import Site
from sqlmodel import select

from calendars.tokens import issue
from engine.acts import Act, perform
from engine.clock import Clock
from engine.models import Agency, Assignment, Feed, FeedToken


@pytest.fixture
def token(site: Site) -> str:
    """A subscription of the education department."""
    with site.installation.database.write() as session:
        agency = session.exec(select(Agency).where(Agency.name == "Sở Giáo dục và Đào tạo")).one()
        return issue(session, agency, site.installation.writing_moment())


def test_a_feed_is_a_calendar_with_validators(site: Site, token: str) -> None:
    """The type, a strong ETag, Last-Modified, and nothing that lets a proxy or a search engine keep it."""
    answer = site.client.get(f"/feeds/{token}.ics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.text.startswith("BEGIN:VCALENDAR")
    assert answer.text.count("BEGIN:VEVENT") == 10
    assert re.fullmatch(r'"[0-9a-f]+"', answer.headers["etag"])
    assert answer.headers["last-modified"].endswith("GMT")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "content-disposition" not in answer.headers


def test_two_fetches_give_the_same_bytes(site: Site, token: str) -> None:
    """Nothing in a feed depends on when it is read."""
    first, second = (site.client.get(f"/feeds/{token}.ics") for _ in range(2))
    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"]


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_a_client_that_has_it_gets_304(site: Site, token: str, form: str) -> None:
    """Lists, weak comparison and the asterisk count; the 304 repeats the validators."""
    had = site.client.get(f"/feeds/{token}.ics").headers
    answer = site.client.get(f"/feeds/{token}.ics", headers={"if-none-match": form.format(had["etag"])})
    assert answer.status_code == 304
    assert answer.content == b""
    for name in ("etag", "last-modified", "cache-control"):
        assert answer.headers[name] == had[name]


def test_if_none_match_beats_if_modified_since(site: Site, token: str) -> None:
    """A date says nothing where an ETag was sent."""
    had = site.client.get(f"/feeds/{token}.ics").headers
    headers = {"if-none-match": '"other"', "if-modified-since": had["last-modified"]}
    assert site.client.get(f"/feeds/{token}.ics", headers=headers).status_code == 200


@pytest.mark.parametrize("since", ["own", "Thu, 01 Jan 2099 00:00:00 GMT", "yesterday"])
def test_a_date_alone_gets_the_whole_feed(site: Site, token: str, since: str) -> None:
    """Last-Modified moves back when a duty leaves the feed; only the ETag knows."""
    had = site.client.get(f"/feeds/{token}.ics").headers
    sent = had["last-modified"] if since == "own" else since
    answer = site.client.get(f"/feeds/{token}.ics", headers={"if-modified-since": sent})
    assert answer.status_code == 200


def test_head_has_the_headers_alone(site: Site, token: str) -> None:
    """The validators of GET without its body."""
    got, asked = site.client.get(f"/feeds/{token}.ics"), site.client.head(f"/feeds/{token}.ics")
    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["etag"] == got.headers["etag"]


def test_a_change_shows_in_the_next_fetch(site: Site, token: str) -> None:
    """Stale blocks are made anew before the answer; the ETag moves."""
    before = site.client.get(f"/feeds/{token}.ics")
    with site.installation.database.write() as session:
        agency = session.exec(select(Agency).where(Agency.name == "Sở Giáo dục và Đào tạo")).one()
        part = session.exec(select(Assignment).where(Assignment.agency_id == agency.id)).first()
        assert part is not None
        assert part.id is not None
        perform(session, part.id, Act("accept", "chuyen-vien-sgddt"), site.installation.writing_moment())
    after = site.client.get(f"/feeds/{token}.ics", headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.headers["etag"] != before.headers["etag"]


def test_unknown_and_revoked_tokens_get_the_same_answer(site: Site, token: str) -> None:
    """Nobody learns that an address once worked."""
    site.sign_in("dieu-phoi")
    assert site.post("/feeds/1/revoke", page="/feeds").status_code == 303
    revoked, unknown = (site.client.get(f"/feeds/{name}.ics") for name in (token, "x" * 32))
    assert revoked.status_code == unknown.status_code == 404
    assert revoked.content == unknown.content
    assert revoked.headers.items() == unknown.headers.items()


def test_a_fetch_is_written_at_most_once_a_minute(site: Site, token: str) -> None:
    """The first one at once; those within a minute stay in memory until the next that comes later."""
    clock = site.installation.clock
    now = clock.real()
    site.installation.__dict__["clock"] = Clock(clock.now, lambda: now)
    site.client.get(f"/feeds/{token}.ics", headers={"user-agent": "first"})
    assert _client(site) == "first"
    site.client.get(f"/feeds/{token}.ics", headers={"user-agent": "second"})
    assert _client(site) == "first"
    site.installation.__dict__["clock"] = Clock(clock.now, lambda: now + timedelta(seconds=61))
    site.client.get(f"/feeds/{token}.ics", headers={"user-agent": "third"})
    assert _client(site) == "third"


def test_what_was_seen_is_written_when_the_server_stops(site: Site, token: str) -> None:
    """A fetch in the last minute is not lost."""
    with site.client:
        site.client.get(f"/feeds/{token}.ics", headers={"user-agent": "first"})
        site.client.get(f"/feeds/{token}.ics", headers={"user-agent": "second"})
    assert _client(site) == "second"


def test_no_token_stands_in_the_log(site: Site, token: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a feed's nor a sign-in link's."""
    caplog.set_level(logging.DEBUG)
    site.client.get(f"/feeds/{token}.ics")
    site.client.get(f"/sign-in/{token}")
    ours = [line for line in caplog.messages if "HTTP Request" not in line]  # the test's own client logs too
    assert ours
    assert not [line for line in ours if token in line]


def test_a_subscription_is_issued_once_and_opens(site: Site) -> None:
    """The address stands on the answer to the form, on no later page, and works."""
    site.sign_in("dieu-phoi")
    with site.installation.database.read() as session:
        key = session.exec(select(Agency.key).where(Agency.name == "UBND huyện Trấn Yên")).one()
    page = site.post("/feeds", page="/feeds", agency=key, name="Outlook của văn thư")
    found = re.search(r"<code>http://127\.0\.0\.1:8080(/feeds/[^<]+\.ics)</code>", page.text)
    assert found
    assert page.headers["cache-control"] == "no-store"
    assert site.client.get(found[1]).status_code == 200
    later = site.client.get("/feeds").text
    assert found[1] not in later
    assert "Outlook của văn thư" in later


def test_a_name_is_kept_in_composed_letters(site: Site) -> None:
    """macOS and some keyboards send marks apart; all that is stored and compared is NFC."""
    site.sign_in("dieu-phoi")
    name = "Lịch của  văn thư"
    page = site.post("/feeds", page="/feeds", agency="yb-so-gddt", name=unicodedata.normalize("NFD", name))
    assert page.status_code == 200
    with site.installation.database.read() as session:
        assert session.exec(select(Feed.name)).one() == "Lịch của văn thư"


def test_over_plain_http_a_feed_of_an_https_site_is_refused(site: Site, token: str) -> None:
    """It is not redirected either: the token would stand in the Location."""
    site.client.app.state.signing.secure = True  # type: ignore[attr-defined]
    answer = site.client.get(f"/feeds/{token}.ics")
    assert answer.status_code == 403
    assert "location" not in answer.headers


def _client(site: Site) -> str:
    with site.installation.database.read() as session:
        return session.exec(select(FeedToken.client)).one()
