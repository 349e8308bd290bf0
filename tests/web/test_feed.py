"""Calendar subscriptions over HTTP (RFC 9110, RFC 9111), and the page that issues them."""

import gzip
import logging
import re
import unicodedata
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime

import httpx
import pytest
from sites import Site, site_of
from sqlmodel import select

from calendars.tokens import issue
from engine.acts import Act, perform
from engine.clock import Clock
from engine.intake.agencies.directory import enable
from engine.models import Agency, Assignment, Feed, FeedToken, User


@pytest.fixture
def token(site: Site) -> str:
    """A subscription of the education department."""
    with site.installation.database.write() as session:
        agency = session.exec(select(Agency).where(Agency.name == "Sở Giáo dục và Đào tạo")).one()
        return issue(session, agency, site.installation.writing_moment())


def fetch(site: Site, token: str, query: str = "", **headers: str) -> httpx.Response:
    """What a client gets that asks for no encoding unless it says so."""
    sent = {"accept-encoding": "identity"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return site.client.get(f"/feeds/{token}.ics{query}", headers=sent)


def later(site: Site, seconds: int) -> None:
    """Let the machine's time go on."""
    clock = site.installation.clock
    now = clock.real() + timedelta(seconds=seconds)
    site.installation.__dict__["clock"] = Clock(clock.now, lambda: now)


def perform_first(site: Site, event: str, by: str, **more: str) -> None:
    """One act on the first duty of the department."""
    with site.installation.database.write() as session:
        agency = session.exec(select(Agency).where(Agency.name == "Sở Giáo dục và Đào tạo")).one()
        owned = select(Assignment.id).where(Assignment.agency_id == agency.id).order_by(Assignment.id)
        part = session.exec(owned).first() or 0
        perform(session, part, Act(event, by, **more), site.installation.writing_moment())  # type: ignore[arg-type]


def test_a_feed_is_a_calendar_with_validators(site: Site, token: str) -> None:
    """The type, a strong ETag, Last-Modified, and nothing that lets a proxy or a search engine keep it."""
    answer = fetch(site, token)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.text.startswith("BEGIN:VCALENDAR")
    assert answer.text.count("BEGIN:VEVENT") == 10
    assert re.fullmatch(r'"[0-9a-f]{32}"', answer.headers["etag"])
    assert answer.headers["last-modified"].endswith("GMT")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["vary"] == "accept-encoding"
    assert "content-disposition" not in answer.headers


def test_a_download_is_offered_as_a_file(site: Site, token: str) -> None:
    """The same bytes, under a name that gives no token away."""
    answer = fetch(site, token, "?download=1")
    assert answer.headers["content-disposition"] == 'attachment; filename="lich-han.ics"'
    assert answer.content == fetch(site, token).content


def test_two_fetches_give_the_same_bytes(site: Site, token: str) -> None:
    """Nothing in a feed depends on when it is read, nor on what is in memory."""
    first, second = fetch(site, token), fetch(site, token)
    other = fetch(site_of(site.installation), token)
    assert first.content == second.content == other.content
    assert first.headers["etag"] == second.headers["etag"] == other.headers["etag"]


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"other" , W/{} ,"more"', "*"])
def test_a_client_that_has_it_gets_304(site: Site, token: str, form: str) -> None:
    """Lists, weak comparison and the asterisk count; the 304 repeats the validators."""
    had = fetch(site, token).headers
    answer = fetch(site, token, if_none_match=form.format(had["etag"]))
    assert (answer.status_code, answer.content) == (304, b"")
    for name in ("etag", "cache-control", "vary", "x-robots-tag"):
        assert answer.headers[name] == had[name]
    assert "last-modified" in answer.headers


@pytest.mark.parametrize("form", ['"other"', "{}x", "other", '"a{}b"'])
def test_other_tags_get_the_whole_feed(site: Site, token: str, form: str) -> None:
    """Also one that only holds ours within it."""
    bare = fetch(site, token).headers["etag"].strip('"')
    assert fetch(site, token, if_none_match=form.format(bare)).status_code == 200


def test_if_none_match_beats_if_modified_since(site: Site, token: str) -> None:
    """A date says nothing where an ETag was sent, in either sense."""
    had = fetch(site, token).headers
    later(site, 10)
    now = format_datetime(site.installation.clock.real(), usegmt=True)
    assert fetch(site, token, if_none_match='"other"', if_modified_since=now).status_code == 200
    old = "Thu, 01 Jan 1970 00:00:00 GMT"
    assert fetch(site, token, if_none_match=had["etag"], if_modified_since=old).status_code == 304


def test_a_date_alone_tells_too(site: Site, token: str) -> None:
    """Some clients send nothing else."""
    fetch(site, token)
    later(site, 10)
    sent = fetch(site, token).headers["last-modified"]
    assert fetch(site, token, if_modified_since=sent).status_code == 304
    for odd in ("Thu, 01 Jan 2099 00:00:00 GMT", "yesterday", "Thu, 32 Foo 2020", "0"):
        assert fetch(site, token, if_modified_since=odd).status_code == 200


@pytest.mark.parametrize("known_by", ["if-none-match", "if-modified-since"])
def test_what_left_the_feed_is_no_304(site: Site, token: str, known_by: str) -> None:
    """A deletion moves both validators on, though no event left is newer."""
    fetch(site, token)
    later(site, 10)
    had = fetch(site, token)
    sent = had.headers["etag" if known_by == "if-none-match" else "last-modified"]
    perform_first(site, "cancel", "dieu-phoi", reason="thôi", document="12/CV")
    answer = fetch(site, token, **{known_by: sent})
    assert answer.status_code == 200
    assert answer.text.count("BEGIN:VEVENT") == 9
    later(site, 10)
    assert parsedate_to_datetime(fetch(site, token).headers["last-modified"]) > parsedate_to_datetime(
        had.headers["last-modified"]
    )


def test_last_modified_never_lies_ahead(site: Site, token: str) -> None:
    """Several changes within a second carry the time of a view ahead of the clock; the header waits for it."""
    now = site.installation.clock.real()
    site.installation.__dict__["clock"] = Clock(site.installation.clock.now, lambda: now)
    seen = [fetch(site, token)]
    for event in ("accept", "progress", "progress"):
        perform_first(site, event, "chuyen-vien-sgddt", reason="đang làm")
        seen.append(fetch(site, token))
    assert len({answer.headers["etag"] for answer in seen}) == 4
    assert all(parsedate_to_datetime(answer.headers["last-modified"]) <= now for answer in seen)
    for before in seen[:3]:
        assert fetch(site, token, if_modified_since=before.headers["last-modified"]).status_code == 200


def test_gzip_is_the_same_feed_under_a_tag_of_its_own(site: Site, token: str) -> None:
    """Each representation answers to its own tag only."""
    plain = fetch(site, token)
    with site.client.stream("GET", f"/feeds/{token}.ics", headers={"accept-encoding": "gzip"}) as answer:
        raw, headers = b"".join(answer.iter_raw()), answer.headers
    assert headers["content-encoding"] == "gzip"
    assert int(headers["content-length"]) == len(raw) < len(plain.content) / 3
    assert gzip.decompress(raw) == plain.content
    assert headers["etag"] != plain.headers["etag"]
    assert headers["vary"] == plain.headers["vary"] == "accept-encoding"
    both = {"etag": headers["etag"], "plain": plain.headers["etag"]}
    assert fetch(site, token, accept_encoding="gzip", if_none_match=both["etag"]).status_code == 304
    assert fetch(site, token, accept_encoding="gzip", if_none_match=both["plain"]).status_code == 200
    assert fetch(site, token, if_none_match=both["etag"]).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "zipped"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("identity, gzip;q=0.5", False),
        ("", False),
    ],
)
def test_encodings_are_weighed(site: Site, token: str, accepted: str, *, zipped: bool) -> None:
    """What is refused or liked less is not sent."""
    assert ("content-encoding" in fetch(site, token, accept_encoding=accepted).headers) is zipped


def test_head_has_the_headers_alone(site: Site, token: str) -> None:
    """The validators and the length of GET without its body."""
    got = fetch(site, token)
    asked = site.client.head(f"/feeds/{token}.ics", headers={"accept-encoding": "identity"})
    assert (asked.status_code, asked.content) == (200, b"")
    assert [asked.headers[name] for name in ("etag", "content-length")] == [
        got.headers["etag"],
        str(len(got.content)),
    ]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PROPFIND", "OPTIONS"])
def test_a_feed_is_only_read(site: Site, token: str, method: str) -> None:
    """No form token is asked for, for nothing is taken."""
    answer = site.client.request(method, f"/feeds/{token}.ics")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_a_change_shows_in_the_next_fetch(site: Site, token: str) -> None:
    """Stale blocks are made anew before the answer; the ETag moves."""
    before = fetch(site, token)
    perform_first(site, "accept", "chuyen-vien-sgddt")
    after = fetch(site, token, if_none_match=before.headers["etag"])
    assert after.status_code == 200
    assert after.headers["etag"] != before.headers["etag"]


def test_an_address_narrows_by_its_query(site: Site, token: str) -> None:
    """And says what it does not understand; what it knows nothing of is left alone."""
    assert fetch(site, token, "?search=kh%C3%B4ng+c%C3%B3").text.count("BEGIN:VEVENT") == 0
    narrow = fetch(site, token, "?content=reference&utm=x")
    assert narrow.text.count("SUMMARY:[Hạn] Nhiệm vụ ") == 10
    assert "DESCRIPTION" not in narrow.text
    wrong = fetch(site, token, "?content=everything")
    assert (wrong.status_code, "content" in wrong.text) == (400, True)


def test_unknown_revoked_expired_and_closed_get_the_same_answer(site: Site, token: str) -> None:
    """Nobody learns that an address once worked; no page to sign in stands in its place."""
    database, when = site.installation.database, site.installation.writing_moment()
    with database.write() as session:
        person = session.exec(select(User).where(User.key == "chuyen-vien-sgddt")).one()
        closed, expired = issue(session, person, when), issue(session, person, when, days=-1)
    assert fetch(site, closed).status_code == 200
    assert fetch(site, token).status_code == 200
    with database.write() as session:
        enable(session, "chuyen-vien-sgddt", disabled_at=when.real)
    site.sign_in("dieu-phoi")
    assert site.post("/feeds/1/revoke", page="/feeds").status_code == 303
    answers = [fetch(site, each) for each in (token, closed, expired, "x" * 32, "", "ă%00")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({(answer.content, tuple(sorted(answer.headers.items()))) for answer in answers}) == 1


def test_too_many_fetches_in_a_minute_wait(site: Site, token: str) -> None:
    """By token; the next minute they may go on."""
    most = site.installation.settings.feeds.requests_per_minute
    now = site.installation.clock.real().replace(second=20)
    site.installation.__dict__["clock"] = Clock(site.installation.clock.now, lambda: now)
    assert {fetch(site, token, if_none_match="*").status_code for _ in range(most)} == {304}
    answer = fetch(site, token)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "40")
    assert fetch(site, "x").status_code == 404
    later(site, 40)
    assert fetch(site, token).status_code == 200


def test_a_fetch_is_written_at_most_once_a_minute(site: Site, token: str) -> None:
    """The first one at once; those within a minute stay in memory until the next that comes later."""
    now = site.installation.clock.real()
    site.installation.__dict__["clock"] = Clock(site.installation.clock.now, lambda: now)
    fetch(site, token, user_agent="first")
    assert _fetched(site) == ("first", 1)
    fetch(site, token, user_agent="second")
    assert _fetched(site) == ("first", 1)
    later(site, 61)
    fetch(site, token, user_agent="third")
    assert _fetched(site) == ("third", 3)


def test_what_was_seen_is_written_when_the_server_stops(site: Site, token: str) -> None:
    """A fetch in the last minute is not lost."""
    with site.client:
        fetch(site, token, user_agent="first")
        fetch(site, token, user_agent="second")
    assert _fetched(site) == ("second", 2)


def test_a_locked_database_fails_no_fetch(site: Site, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the first one, nor its counting: what could not be written is written later."""
    monkeypatch.setattr("web.fetches.PATIENCE", 0.01)
    monkeypatch.setattr("calendars.feeds.PATIENCE", 0.01)
    with site.installation.database.write() as session:
        session.exec(select(Agency)).first()
        answer = fetch(site, token, user_agent="first")
        assert (answer.status_code, answer.text.count("BEGIN:VEVENT")) == (200, 10)
        assert "last-modified" not in answer.headers
    later(site, 61)
    assert "last-modified" in fetch(site, token, user_agent="second").headers
    assert _fetched(site) == ("second", 2)


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


def test_a_rotated_address_and_its_successor_both_open(site: Site, token: str) -> None:
    """The page shows the new one once, and until when the old one works."""
    site.sign_in("dieu-phoi")
    page = site.post("/feeds/1/rotate", page="/feeds")
    found = re.search(r"<code>http://127\.0\.0\.1:8080/feeds/([^<]+)\.ics</code>", page.text)
    assert found
    assert found[1] != token
    assert [fetch(site, each).status_code for each in (token, found[1])] == [200, 200]
    assert "địa chỉ cũ còn đến" in site.client.get("/feeds").text


def test_a_person_gets_a_calendar_of_their_own(site: Site) -> None:
    """Only they see and end it; the supervisor's shows all that they supervise."""
    site.sign_in("giam-sat")
    page = site.post("/feeds", page="/feeds", agency="*", name="Của tôi", alarms="7,1", content="title")
    found = re.search(r"/feeds/([^<]+)\.ics</code>", page.text)
    assert found
    body = fetch(site, found[1]).text
    assert body.count("BEGIN:VEVENT") > 10
    assert body.count("BEGIN:VALARM") == 2 * body.count("BEGIN:VEVENT")
    assert site.post("/feeds", page="/feeds", agency="yb-so-gddt").status_code == 403
    site.sign_in("dieu-phoi")
    assert "Của tôi" not in site.client.get("/feeds").text
    assert site.post("/feeds/1/revoke", page="/feeds").status_code == 403


def test_a_form_that_asks_for_what_cannot_be_is_refused(site: Site) -> None:
    """With the field named, and nothing issued."""
    site.sign_in("dieu-phoi")
    for field, value in (("alarms", "x"), ("content", "all"), ("plan", "none"), ("history", "-1"), ("part", "<b>")):
        answer = site.post("/feeds", page="/feeds", agency="yb-so-gddt", **{field: value})
        assert answer.status_code in (400, 409)
        assert "<b>" not in answer.text
    with site.installation.database.read() as session:
        assert session.exec(select(Feed)).all() == []


def _fetched(site: Site) -> tuple[str, int]:
    with site.installation.database.read() as session:
        return session.exec(select(FeedToken.client, FeedToken.fetches)).one()
