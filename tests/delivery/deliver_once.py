"""One delivery in a process of its own, for a test to kill: database address, port, day; and where it kills itself."""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from aiosmtplib.protocol import SMTPProtocol
from world import World

from config.holidays import read_calendar
from config.policies import read_policies
from engine import delivery, outbox
from engine.clock import Moment, at
from engine.database import Database
from engine.letters import Desk
from engine.mail.smtp import SmtpSettings, SmtpTransport

POINTS: dict[str, tuple[Any, str, int]] = {
    "gathered": (delivery, "_claimed", 1),
    "claiming": (delivery, "letters_of", 1),  # after the update, before the end of its transaction
    "claimed": (Desk, "write", 1),
    "answered": (outbox, "mark_sent", 3),  # the server has the third mail, and nothing says so yet
    "marking": (delivery, "_entries", 3),  # within the transaction of the mark
}
"""What is called there, and at which call the process ends."""


def die() -> None:
    """As by kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_at(place: Any, name: str, call: int) -> None:
    """End at that call of a function."""
    real, calls = getattr(place, name), iter(range(1, 1000))

    def counted(*given: Any, **named: Any) -> Any:
        if next(calls) == call:
            die()
        return real(*given, **named)

    setattr(place, name, counted)


def gather_half() -> None:
    """End when the messages are made and the items not yet on them."""
    real = delivery.gather

    def halfway(session: Any, *given: Any, **named: Any) -> None:
        real(session, *given, **named)
        die()

    delivery.gather = halfway


def half_a_mail() -> None:
    """End in the midst of the third mail."""
    real, mails = SMTPProtocol.write, iter(range(1, 1000))

    def halfway(self: SMTPProtocol, data: bytes) -> None:
        if len(data) > 1000 and next(mails) == 3:
            assert self.transport is not None
            os.write(self.transport.get_extra_info("socket").fileno(), data[: len(data) // 2])
            die()
        real(self, data)

    SMTPProtocol.write = halfway  # type: ignore[method-assign]


def progress(count: int) -> None:
    """End between the third mail and the next."""
    if count == 3:
        die()


def main(url: str, port: str, day: str, point: str = "") -> None:
    """Deliver, and end where it is said."""
    world = World(Database(url), read_calendar(), read_policies()["default"])
    transport = SmtpTransport(SmtpSettings("127.0.0.1", int(port)))
    special: dict[str, Callable[[], None]] = {"gathering": gather_half, "in_data": half_a_mail}
    if point in special:
        special[point]()
    elif point in POINTS:
        kill_at(*POINTS[point])
    sending = replace(world.sending(transport), progress=progress if point == "between" else lambda _: None)
    now = at(date.fromisoformat(day), time(8))
    delivery.deliver(sending, Moment(now, now))


if __name__ == "__main__":
    main(*sys.argv[1:])
