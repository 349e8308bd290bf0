"""The feed doctor at an address: a real server on loopback, right and with one fault each; where it will not go."""

import gzip
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import typer
from broken import RIGHT
from typer.testing import CliRunner

from calendars.linter import fetch
from calendars.linter.fetch import public, target_of
from calendars.linter.subscription import check_subscription
from cli.feed_check import check
from engine.errors import BadInputError, RefusedError, UnavailableError

NOW = datetime(2026, 11, 25, tzinfo=UTC)
KEY = "Zm9vYmFyYmF6cXV4cXV1eHF1dXo"
TAG, DATE = '"abc"', "Mon, 05 Jan 2026 02:00:00 GMT"
BODY = RIGHT["ours"]
RIGHT_HEADERS = {
    "Content-Type": "text/calendar; charset=utf-8",
    "X-Content-Type-Options": "nosniff",
    "ETag": TAG,
    "Last-Modified": DATE,
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


@dataclass
class Manners:
    """How a server answers; every default is right."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: Callable[[int], bytes] = lambda _: BODY
    by_tag: bool = True
    only_this_tag: bool = False
    by_date: bool = True
    date_first: bool = False
    any_date: bool = False
    bare_304: bool = False
    packs: Callable[[bytes], bytes] | None = gzip.compress
    head: int = 200
    before: Callable[[], None] = lambda: None


def handler(manners: Manners) -> type[BaseHTTPRequestHandler]:
    """A handler with these manners; `asked` counts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        asked = 0

        def do_HEAD(self) -> None:
            self.answer(manners.head, b"", str(len(manners.body(0))))

        def do_GET(self) -> None:
            type(self).asked += 1
            manners.before()
            body = manners.body(self.asked)
            if manners.status != 200:
                self.answer(manners.status, body)
            elif self.known():
                self.answer(304, b"")
            elif manners.packs and self.headers["Accept-Encoding"] == "gzip":
                self.answer(200, manners.packs(body), packed=True)
            else:
                self.answer(200, body)

        def known(self) -> bool:
            held, since = self.headers["If-None-Match"], self.headers["If-Modified-Since"]
            by_date = manners.by_date and (since == DATE or (bool(since) and manners.any_date))
            if held is None or (manners.date_first and by_date):
                return by_date
            if manners.only_this_tag:
                return bool(held == TAG)
            return manners.by_tag and (TAG in held or held == "*")

        def answer(self, status: int, body: bytes, length: str = "", *, packed: bool = False) -> None:
            self.send_response(status)
            for name, value in (RIGHT_HEADERS | manners.headers).items():
                if value and not (status == 304 and manners.bare_304):
                    self.send_header(name, value)
            if packed:
                self.send_header("Content-Encoding", "gzip")
            if status != 304:
                self.send_header("Content-Length", length or str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@contextmanager
def serving(manners: Manners) -> Iterator[str]:
    """The address of a feed at such a server."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(manners)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/feeds/{KEY}.ics"
        finally:
            server.shutdown()
            thread.join()


def here(address: fetch.Address) -> bool:
    """Only this machine, where the test's server is."""
    return address.is_loopback


def points(manners: Manners) -> list[str]:
    """What is found at such a server; that it is plain http always is."""
    with serving(manners) as url:
        found = [finding.point for finding in check_subscription(url, NOW, here).findings]
    assert "https" in found
    return [point for point in found if point != "https"]


def forgetful(count: int) -> bytes:
    """A feed whose DTSTAMP is now."""
    return BODY.replace(b"DTSTAMP:20260105T020000Z", b"DTSTAMP:20260105T0200%02dZ" % count)


FAULTS = [
    ("redirect", Manners(status=302, headers={"Location": "http://169.254.169.254/"})),
    ("answer", Manners(status=404)),
    ("media-type", Manners(headers={"Content-Type": "text/plain; charset=utf-8"})),
    ("media-type", Manners(headers={"Content-Type": "text/calendar"})),
    ("nosniff", Manners(headers={"X-Content-Type-Options": ""})),
    ("attachment", Manners(headers={"Content-Disposition": "attachment; filename=a.ics"})),
    ("etag", Manners(headers={"ETag": ""})),
    ("etag-weak", Manners(headers={"ETag": f"W/{TAG}"})),
    ("last-modified", Manners(headers={"Last-Modified": ""})),
    ("last-modified-value", Manners(headers={"Last-Modified": "2026-01-05"}, any_date=False, by_date=True)),
    ("stable", Manners(body=forgetful)),
    ("not-modified", Manners(by_tag=False)),
    ("not-modified", Manners(only_this_tag=True)),
    ("not-modified-headers", Manners(bare_304=True)),
    ("precedence", Manners(date_first=True)),
    ("modified-since", Manners(by_date=False)),
    ("modified-since-value", Manners(any_date=True)),
    ("head", Manners(head=405)),
    ("gzip", Manners(packs=None)),
    ("gzip-differs", Manners(packs=lambda body: gzip.compress(body + b" "))),
    ("caching", Manners(headers={"Cache-Control": "public, max-age=86400"})),
    ("referrer", Manners(headers={"Referrer-Policy": ""})),
    ("robots", Manners(headers={"X-Robots-Tag": ""})),
    ("secret-inside", Manners(body=lambda _: BODY.replace(b"/t/1", b"/" + KEY.encode()))),
]


def test_a_right_server_has_no_finding_but_that_it_is_plain_http() -> None:
    """Every request that clients make is answered as it should be."""
    assert points(Manners()) == []


@pytest.mark.parametrize(("point", "manners"), FAULTS, ids=[f"{n} {point}" for n, (point, _) in enumerate(FAULTS)])
def test_each_fault_of_a_server_gives_its_finding(point: str, manners: Manners) -> None:
    """One fault, one finding; a date that is no date cannot come back as If-Modified-Since either."""
    found = points(manners)
    assert found == ([point, "modified-since"] if point == "last-modified-value" else [point])


@pytest.mark.parametrize(("seconds", "found"), [(5, []), (65, ["modified-since"])])
def test_a_feed_that_has_just_changed_may_come_whole_once_more(seconds: int, found: list[str]) -> None:
    """By a date of the last minute nobody can tell two states of it apart."""
    sent = datetime.now(UTC)
    dates = {"Last-Modified": format_datetime(sent - timedelta(seconds=seconds), usegmt=True)}
    with serving(Manners(by_date=False, headers=dates)) as url:
        report = check_subscription(url, sent, lambda address: address.is_loopback)
    assert [finding.point for finding in report.findings if finding.point != "https"] == found


def test_a_page_in_place_of_a_feed_is_told() -> None:
    """What a server sends that asks to sign in."""
    page = Manners(headers={"Content-Type": "text/html; charset=utf-8"}, body=lambda _: b"<html></html>\n")
    assert {"media-type", "no-calendar"} <= set(points(page))


def test_a_server_that_never_ends_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then does not keep it."""
    monkeypatch.setattr(fetch, "SECONDS", 0.3)
    stop = threading.Event()
    with serving(Manners(before=lambda: bool(stop.wait(10)))) as url:
        began = time.monotonic()
        with pytest.raises(UnavailableError, match=r"127\.0\.0\.1 does not answer"):
            check_subscription(url, NOW, here)
        assert time.monotonic() - began < 9, "it waited for the server"
        stop.set()


def test_a_small_answer_that_unpacks_to_a_huge_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether packed or not, no more than the limit is taken."""
    monkeypatch.setattr(fetch, "LIMIT", 100_000)
    for body, packs in ((b"x" * 200_000, None), (BODY, lambda _: gzip.compress(bytes(1_000_000)))):
        with (
            serving(Manners(body=lambda _, body=body: body, packs=packs)) as url,
            pytest.raises(BadInputError, match="larger"),
        ):
            check_subscription(url, NOW, here)


INSIDE = """\
0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1 192.0.0.8 192.0.2.1 192.88.99.1
192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 :: ::1
::ffff:8.8.8.8 ::ffff:127.0.0.1 ::8.8.8.8 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:db8::1
2002:7f00:1::1 3fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1
""".split()  # noqa: SIM905  a list of forty strings reads worse


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_that_is_not_of_the_internet_is_never_connected_to(address: str) -> None:
    """Nor one that carries such an address in it."""
    assert not public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "113.160.0.1", "2001:4860:4860::8888", "2606:4700::1111"])
def test_an_address_of_the_internet_may_be_connected_to(address: str) -> None:
    """Of both kinds."""
    assert public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a.ics",
        "http://2130706433/a.ics",
        "http://0x7f.1/a.ics",
        "http://localhost:8080/a.ics",
        "http://[::1]/a.ics",
        "http://[::ffff:127.0.0.1]/a.ics",
        "https://[64:ff9b::7f00:1]/a.ics",
        "http://0/a.ics",
        "ftp://8.8.8.8/a.ics",
        "file:///etc/passwd",
        "webcal://8.8.8.8/a.ics",
        "http://",
        "http://user:word@8.8.8.8/a.ics",
        "http://8.8.8.8/a\r\nHost: inside",
        "http://8.8.8.8:99999/a.ics",
        "http://8.8.8.8/lịch.ics",
    ],
)
def test_an_address_that_may_not_be_fetched_is_refused_with_exit_2(url: str) -> None:
    """However it is written, and nothing is connected to."""
    with pytest.raises(RefusedError):
        target_of(url)


def test_a_name_with_one_public_and_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that it resolves to is judged."""
    both = [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(RefusedError, match=r"10\.0\.0\.1"):
        target_of("https://lich.example.vn/a.ics")


def test_what_was_judged_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that resolves to something else a moment later leads nowhere else."""
    with serving(Manners()) as url:
        target = target_of(url, here)
        connect = socket.create_connection
        reached = []

        def noting(address: tuple[str, int], *rest: object) -> socket.socket:
            reached.append(address[0])
            return connect(address, *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(socket, "create_connection", noting)
        monkeypatch.setattr(fetch, "_resolved", lambda *_: pytest.fail("resolved again"))
        assert target.ask().status == 200
    assert reached == ["127.0.0.1"]


def test_the_key_in_an_address_is_never_told() -> None:
    """Neither in a finding nor in a refusal."""
    with serving(Manners(status=302, headers={"Location": f"https://dich.example.vn/{KEY}"})) as url:
        report = check_subscription(url, NOW, here)
        with pytest.raises(RefusedError) as refused:
            target_of(url)
    assert KEY not in str(report.to_json())
    assert KEY not in str(refused.value)


@pytest.fixture
def command() -> typer.Typer:
    """The command alone."""
    app = typer.Typer()
    app.command()(check)
    return app


def test_the_command_says_what_is_wrong_and_exits_1(command: typer.Typer, tmp_path) -> None:  # noqa: ANN001
    """A right file: exit 0 and a line that sums up; a broken one: a table, or JSON."""
    good, bad = tmp_path / "a.ics", tmp_path / "b.ics"
    good.write_bytes(BODY)
    bad.write_bytes(BODY.replace(b"STATUS:CONFIRMED", b"STATUS:DONE"))
    done = CliRunner().invoke(command, [str(good)])
    assert (done.exit_code, done.output.split(";")[0]) == (0, "0 lỗi, 0 lưu ý")
    done = CliRunner().invoke(command, [str(bad)])
    assert done.exit_code == 1
    assert "status" in done.output
    assert "1 lỗi, 0 lưu ý" in done.output
    assert CliRunner().invoke(command, [str(bad), "--json"]).output.count('"remedy"') == 1


def test_the_command_refuses_what_is_no_file(command: typer.Typer, tmp_path) -> None:  # noqa: ANN001
    """A folder, a device, nothing at all."""
    for path in (tmp_path, tmp_path / "none.ics", "/dev/zero"):
        assert isinstance(CliRunner().invoke(command, [str(path)]).exception, BadInputError)
