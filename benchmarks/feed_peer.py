"""A calendar of 100 duties beside Radicale with the same events, each on one core, asked by the same wrk.

`feed_peer.full` is the whole calendar. For `feed_peer.304` both are sent the ETag they gave; Radicale answers a GET
with the whole calendar all the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import HERE, Result, several
from benchmarks.served import LIMIT, Server, calendar_of, known, our_server, paths, seconds_each, serving

EVENTS = 100
TIMES = 2
RADICALE = HERE / ".venv" / "clients" / "bin" / "python"
COLLECTION = "/bench/lich/"
WHO = "Basic YmVuY2g6YmVuY2g="
"""Radicale lets anyone be anyone here, but wants a name."""

SETTINGS = """[server]
max_connections = 100
[auth]
type = none
[rights]
type = owner_only
[storage]
filesystem_folder = {folder}
[logging]
level = error
"""


def run() -> Iterator[Result]:
    """`n` is the number of requests; the seconds are those of so many."""
    asked = paths()
    with calendar_of(EVENTS) as original, our_server(original.copy()) as ours, _radicale() as peer:
        _, headers, body = ours.get(asked[0])
        known(ours, asked)
        held = _put(peer, body)
        for name, our_etag, their_etag in (("full", "", ""), ("304", headers["etag"], held)):
            our_headers = {"If_None_Match": our_etag} if our_etag else {}
            their_headers = {"Authorization": WHO} | ({"If_None_Match": their_etag} if their_etag else {})
            one, other = several(
                TIMES,
                lambda sent=our_headers: seconds_each(ours, asked, **sent),
                lambda sent=their_headers: seconds_each(peer, [COLLECTION], **sent),
            )
            yield Result.beside(f"feed_peer.{name}", 1000, 1000 * one, 1000 * other, ours.peak_mib())


@contextmanager
def _radicale() -> Iterator[Server]:
    if not RADICALE.exists():
        raise RuntimeError("Radicale is missing: make .venv/clients.stamp")
    with TemporaryDirectory(prefix="dondoc-bench-") as folder:
        settings = Path(folder) / "settings"
        settings.write_text(SETTINGS.format(folder=folder))
        command = [str(RADICALE), "-m", "radicale", "--config", str(settings), "--server-hosts", "127.0.0.1:{port}"]
        with serving(command, "/", {}) as server:
            yield server


def _put(peer: Server, body: bytes) -> str:
    """Give Radicale the calendar; the ETag it gives back for it."""
    connection = HTTPConnection("127.0.0.1", peer.port, timeout=LIMIT)
    connection.request("PUT", COLLECTION, body, {"Authorization": WHO, "Content-Type": "text/calendar; charset=utf-8"})
    answer = connection.getresponse()
    answer.read()
    status, headers, data = peer.get(COLLECTION, Authorization=WHO)
    if answer.status != 201 or status != 200 or data.count(b"BEGIN:VEVENT") != EVENTS:
        raise RuntimeError(f"Radicale did not take the calendar ({answer.status}, {status})")
    return headers.get("etag", "")
