"""A morning's digests of twenty duties each, sent to an SMTP server on this machine: from claim to mark, one process.

Floor: the bare client sends the very same bytes over as many connections to the same server. Both in turn, several
times; the median counts. `ratio` is ours over the floor: 2 means that half as many leave in the same time.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import time
from functools import partial

import aiosmtplib

from benchmarks.compose import SENDER, TEMPLATES
from benchmarks.databases import ORIGINALS, Original, opened
from benchmarks.duty import CALENDAR, DAY
from benchmarks.measure import Result, peak_mib, several, timed
from benchmarks.morning import TASKS, morning
from benchmarks.sink import sink
from engine.clock import Moment, at
from engine.delivery import Sending, deliver
from engine.digest import Letterhead
from engine.letters import Desk
from engine.mail.message import Mail
from engine.mail.render import Renderer
from engine.mail.smtp import SmtpSettings, SmtpTransport
from engine.mail.tags import Tags

COUNT = 400
TIMES = 5
HEAD = Letterhead("https://dondoc.example.vn", "Văn phòng")
NOW = Moment(at(DAY, time(8, 0)), at(DAY, time(8, 0)))
Ready = list[tuple[str, str, bytes]]
"""Envelope sender, recipient and bytes of each mail."""


class Kept(SmtpTransport):
    """Sends as ever, and keeps what it sent."""

    def __init__(self, port: int) -> None:
        super().__init__(SmtpSettings("127.0.0.1", port))
        self.ready: Ready = []

    async def send(self, mail: Mail, *, sender: str, recipient: str) -> str:
        """Send and keep it."""
        self.ready.append((sender, recipient, mail.data))
        return await super().send(mail, sender=sender, recipient=recipient)


def run() -> Iterator[Result]:
    """`n` is the number of mails; on a database of each kind."""
    for original_of in ORIGINALS:
        with original_of(partial(morning, mailboxes=COUNT)) as original, sink() as port:
            kept = Kept(port)
            _deliver(original, kept)
            ready = kept.ready
            ours, floor = several(
                TIMES,
                lambda o=original, p=port: _deliver(o, SmtpTransport(SmtpSettings("127.0.0.1", p))),  # type: ignore[misc]
                lambda r=ready, p=port: timed(lambda: asyncio.run(_send(r, p))),  # type: ignore[misc]
            )
        yield Result.of(f"deliver.{original.kind}", COUNT, ours, floor, peak_mib())


def _deliver(original: Original, transport: SmtpTransport) -> float:
    """How long it took."""
    with opened(original.copy()) as database:
        sending = Sending(
            database=database,
            transport=transport,
            desk=Desk(Renderer(TEMPLATES), SENDER, CALENDAR, HEAD, Tags(b"bench")),
            calendar=CALENDAR,
        )
        return timed(lambda: _checked(deliver(sending, NOW).counts()))


def _checked(done: dict[str, int]) -> None:
    if done != {"sent": COUNT, "failed": 0, "withdrawn": 0, "pending": 0}:
        raise RuntimeError(f"{done}, not {COUNT} digests of {TASKS}")


async def _send(ready: Sequence[tuple[str, str, bytes]], port: int) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        for sender, recipient, data in ready:
            await client.sendmail(sender, [recipient], data)
