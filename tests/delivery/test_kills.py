"""kill -9 at every step of a delivery: the next one loses nothing and doubles at most what was in flight."""

import signal
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sink import Sink, running
from sqlmodel import col, select
from world import START, A, B, Duty, World

from engine.models import Message

OWNERS = (A, B, "so-ngoai", "van-phong")
IN_FLIGHT = {"answered", "marking"}
"""Where the server has a mail that is not marked."""

POINTS = ("gathering", "gathered", "claiming", "claimed", "in_data", "answered", "marking", "between")


@pytest.mark.parametrize("point", POINTS)
def test_a_delivery_killed_at_any_point_is_made_good_by_the_next(world: World, point: str) -> None:
    """Every mail arrives; the one in flight twice, the same in every byte; the ledger tells of each once."""
    world.plan(Duty("I.1", date(2020, 3, 20), owners=OWNERS))
    world.sweep(START)
    script = Path(__file__).with_name("deliver_once.py")
    with running(Sink()) as sink:
        url = world.database.engine.url.render_as_string(hide_password=False)
        process = subprocess.Popen([sys.executable, str(script), url, str(sink.port), str(START), point])
        assert process.wait(60) == -signal.SIGKILL
        before = len(sink.mails)
        assert world.deliver(START, sink.transport).error == ""
    with world.database.read() as session:
        outbox = session.exec(select(Message).order_by(col(Message.id))).all()
        assert [m.status for m in outbox] == ["sent"] * 4
        wanted = {f"<m{m.id}.thu@vanphong.example.vn>" for m in outbox}
    assert before == (3 if point in IN_FLIGHT | {"between"} else 2 if point == "in_data" else 0)
    doubled = [identity for identity, times in Counter(sink.ids).items() if times > 1]
    assert set(sink.ids) == wanted
    assert len(sink.ids) - len(wanted) == len(doubled) == (1 if point in IN_FLIGHT else 0)
    for identity in doubled:
        first, second = (mail for _, mail in sink.mails if mail["Message-ID"] == identity)
        assert first.as_bytes() == second.as_bytes()
    told = Counter(line.data["message_id"] for line in world.lines(kinds=["delivery"]))
    assert told == dict.fromkeys(wanted, 1)
