"""What a proof says of mail that came back after a server had taken it, and of a deputy's mail."""

from datetime import date, time

from packs import log_of, pack, proof, verdicts
from returned_mail import TAGS, mail
from sink import Sink
from sqlmodel import select
from world import START, A, B, Duty, World, moment

from engine.bounces import Watch, take
from engine.models import Mailbox, Message
from engine.pack import verify_pack

OFFICE, OTHER = "vanthu@so-a.example.vn", "vanthu@so-b.example.vn"


def march(day: int) -> date:
    """That day of March 2020."""
    return date(2020, 3, day)


def back(world: World, name: str, day: date, hour: time) -> str:
    """A report of the corpus on the mail to the office comes in; what was done upon it."""
    with world.database.write() as session:
        number = session.exec(select(Message.id).join(Mailbox).where(Mailbox.address == OFFICE)).one()
        return take(session, mail(name, number or 0), Watch(TAGS, world.calendar), when=moment(day, hour)).done


def sent(world: World, sink: Sink) -> None:
    """A duty whose notice was taken by the server."""
    world.plan(Duty("I.1", march(20)))
    world.sweep(START)
    world.deliver(START, sink.transport)


def test_a_report_for_good_is_told_with_status_words_and_hour(world: World, sink: Sink) -> None:
    """Taken by the server, then returned: both are said."""
    sent(world, sink)
    assert back(world, "postfix", START, time(14, 0)) == "failed"
    words = verdicts(proof(world, march(4)), "N")[OFFICE]
    assert words.startswith(f"Đã gửi lúc 08:00 ngày 03/03/2020 tới {OFFICE} (cơ quan chủ trì); máy chủ nhận")
    assert "sau đó thư bị trả lại: “550 5.1.1 " in words
    assert "(ghi nhận 14:00 ngày 03/03/2020)" in words
    assert "không ghi nhận thư trả lại" not in words
    assert verify_pack(pack(world, march(4)), log=log_of(world, march(4))).faults == []


def test_a_mail_returned_for_now_waits_and_its_second_copy_counts(world: World, sink: Sink) -> None:
    """Not called sent while it is to go again; then the second copy is, and the first one's return stays told."""
    sent(world, sink)
    assert back(world, "gmail_full", START, time(9, 0)) == "again"
    words = verdicts(proof(world, START), "N")[OFFICE]
    assert "một lần bị trả lại tạm thời: “" in words
    assert words.endswith("đang chờ gửi lại.")
    assert world.deliver(START, sink.transport, hour=time(11, 0)).sent == 1
    words = verdicts(proof(world, START), "N")[OFFICE]
    assert words.startswith(f"Đã gửi lúc 11:00 ngày 03/03/2020 tới {OFFICE} (cơ quan chủ trì) (lần gửi thứ 2)")
    assert "một lần bị trả lại tạm thời" in words
    assert words.endswith("không ghi nhận thư trả lại.")
    assert verify_pack(pack(world, START), log=log_of(world, START)).faults == []


def test_a_delay_is_told_and_is_no_return(small_world: World, sink: Sink) -> None:
    """The server still tries."""
    sent(small_world, sink)
    assert back(small_world, "postfix_delayed", START, time(12, 0)) == "noted"
    words = verdicts(proof(small_world, START), "N")[OFFICE]
    assert "máy chủ báo còn chậm" in words
    assert words.endswith("không ghi nhận thư trả lại.")


def test_who_stood_in_is_named_and_what_came_back_from_there_counts(world: World, sink: Sink) -> None:
    """The mail went to the deputy; refused there, it is the office that was not reached."""
    with world.database.write() as session:
        boxes = {box.address: box for box in session.exec(select(Mailbox))}
        away = boxes[OFFICE]
        away.absent_from, away.absent_until, away.deputy_id = START, march(5), boxes[OTHER].id
        session.add(away)
    world.plan(Duty("I.1", march(20), owners=(A, B)))
    world.sweep(START)
    sink.refuse = lambda address: "550 5.1.1 no such user" if address == OTHER else None
    world.deliver(START, sink.transport)
    words = verdicts(proof(world, START, agency=A), "N")[OFFICE]
    assert f"Không gửi được tới {OFFICE} (cơ quan chủ trì), người nhận thay là {OTHER}: “550 5.1.1" in words
    assert verify_pack(pack(world, START), log=log_of(world, START)).faults == []
