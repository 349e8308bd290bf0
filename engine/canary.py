"""Once every working day a mail to our own bounce address goes out by the same server: what comes back proves the way.

A bounce that finds no way in is silence, and silence looks like success.
"""

import asyncio
from dataclasses import dataclass
from datetime import time

from engine.clock import Moment
from engine.database import Database
from engine.errors import CheckFailedError
from engine.mail.canary import canary_mail
from engine.mail.errors import MailError
from engine.mail.message import Mail
from engine.mail.tags import Tags
from engine.mail.transport import Transport
from engine.models import Canary
from engine.rules.workdays import Workdays


@dataclass(frozen=True)
class Canaries:
    """What sending canaries takes: marks, our address, the way mail leaves, and its hours."""

    tags: Tags
    sender: str
    transport: Transport
    calendar: Workdays
    window: tuple[time, time]

    def address(self, when: Moment) -> str:
        """The canary's bounce address of that day."""
        local, _, domain = self.sender.partition("@")
        return f"{local}+{self.tags.canary(when.today)}@{domain}"


def send_canary(database: Database, canaries: Canaries, when: Moment) -> int:
    """Send the canary of the day, if mail may leave and none has gone yet; how many went.

    It is noted once the server has it. One that is back before that has noted itself.

    Raises:
        CheckFailedError: the server did not take it; the next run tries again.
    """
    first, last = canaries.window
    if not canaries.calendar.is_working(when.today) or not first <= when.now.time() <= last:
        return 0
    with database.read() as session:
        if session.get(Canary, when.today) is not None:
            return 0
    try:
        asyncio.run(_send(canaries, when))
    except MailError as error:
        raise CheckFailedError(f"The mail that proves the way back does not leave: {error}") from error
    with database.write() as session:
        if session.get(Canary, when.today) is None:
            session.add(Canary(day=when.today, sent_at=when.real))
    return 1


async def _send(canaries: Canaries, when: Moment) -> None:
    address = canaries.address(when)
    mail = Mail(f"<canary.{address}>", canary_mail(address, when.today), "")
    async with canaries.transport as transport:
        await transport.send(mail, sender="", recipient=address)
