"""Delivery of a morning's mail to an SMTP server on this machine. Floor: the bare client, ready bytes, one connection.

`deliver` claims, looks again, renders, composes, sends, and records each mail in a transaction of its own before the
next one goes; the floor only sends.
"""

import asyncio
from collections.abc import Iterator
from datetime import time

import aiosmtplib
from sqlmodel import Session, text

from benchmarks.compose import SENDER, TEMPLATES, compose_all
from benchmarks.crowd import crowd
from benchmarks.databases import SqliteOriginal, opened, sqlite_original
from benchmarks.duty import CALENDAR, DAY, MORNING, POLICY
from benchmarks.measure import Result, peak_mib, several, timed
from benchmarks.sink import sink
from engine.clock import Moment, at
from engine.delivery import Sending, deliver
from engine.digest import Letterhead
from engine.mail.render import Renderer
from engine.mail.transport import SmtpSettings, SmtpTransport
from engine.sweep import sweep

COUNT = 400
TIMES = 3
NOW = Moment(at(DAY, time(8, 0)), at(DAY, time(8, 0)))


def run() -> Iterator[Result]:
    """`n` is the number of mails."""
    with sqlite_original(_swept) as original, sink() as port:
        lines = _deliver(original, port)[1]
        mails = [mail.data for mail in compose_all(lines)]
        ours, floor = several(
            TIMES, lambda: _deliver(original, port)[0], lambda: timed(lambda: asyncio.run(_send(mails, port)))
        )
    yield Result.of("deliver", len(lines), ours, floor, peak_mib())


def _swept(session: Session) -> None:
    crowd(session, count=COUNT, firing=COUNT)
    sweep(session, MORNING, policy=POLICY, calendar=CALENDAR)


def _deliver(original: SqliteOriginal, port: int) -> tuple[float, list[int]]:
    """How long it took, and of how many items each mail told."""
    with opened(original.copy()) as database:
        sending = Sending(
            database=database,
            transport=SmtpTransport(SmtpSettings("127.0.0.1", port)),
            renderer=Renderer(TEMPLATES),
            sender=SENDER,
            calendar=CALENDAR,
            head=Letterhead("https://dondoc.example.vn", "Văn phòng"),
        )
        seconds = timed(lambda: deliver(sending, NOW))
        with database.read() as session:
            told = session.execute(
                text(
                    "SELECT count(*) FROM recipient JOIN message ON message.id = recipient.message_id "
                    "WHERE message.day = '2020-06-17' AND message.status = 'sent' GROUP BY message.id"
                )
            )
            return seconds, [int(count) for count in told.scalars()]


async def _send(mails: list[bytes], port: int) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        for number, mail in enumerate(mails):
            await client.sendmail(SENDER.address, [f"box{number}@example.vn"], mail)
