"""What a coordinator is told of mail that came back, and when it no longer matters."""

from datetime import date, time

import pytest
from returned_mail import TAGS, mail
from sink import Sink
from sqlmodel import col, select
from world import LAN, START, B, Duty, World, moment

from engine.bounces import Watch, take
from engine.clock import at
from engine.models import CalendarFile, Mailbox, Message
from engine.queries.history import LogLine
from engine.told import Told, record_delivery
from web.words import said

LAST = date(2020, 3, 20)
OFFICE, HELPER, COORDINATOR = "vanthu@so-a.example.vn", "vanthu@so-b.example.vn", "lan@example.vn"


def march(day: int) -> date:
    """That day of March 2020."""
    return date(2020, 3, day)


def set_off(world: World, sink: Sink, **more: tuple[str, ...]) -> None:
    """A duty whose notices a server has taken."""
    world.plan(Duty("I.1", LAST, **more))
    world.sweep(START)
    world.deliver(START, sink.transport)


def back(world: World, name: str, day: date, *, to: str = OFFICE, first: bool = True) -> None:
    """The first mail to an address, or the newest, comes back."""
    with world.database.write() as session:
        found = session.exec(select(Message.id).join(Mailbox).where(Mailbox.address == to).order_by(col(Message.id)))
        numbers = found.all()
        number = numbers[0 if first else -1] or 0
        take(session, mail(name, number), Watch(TAGS, world.calendar), when=moment(day, time(14, 0)))


def told_by_telephone(world: World, day: date) -> None:
    """The coordinator has called the office."""
    with world.database.write() as session:
        said = Told(LAN, "phone", "đã gọi văn thư")
        record_delivery(session, world.part("I.1"), said, when=moment(day, time(9, 0)))


def go_on(world: World, sink: Sink, first: int, last: int) -> None:
    """Sweeps and mail of those days of March."""
    for day in range(first, last + 1):
        world.sweep(march(day))
        world.deliver(march(day), sink.transport)


def test_the_coordinator_reads_whose_mail_came_back(world: World, sink: Sink) -> None:
    """Two mailboxes of one duty failed for different reasons: each is named with its part; the ledger names none."""
    set_off(world, sink, helpers=(B,))
    back(world, "postfix", START, to=HELPER)
    back(world, "exim", START)
    world.deliver(march(4), sink.transport)
    (text,) = sink.texts(COORDINATOR)
    assert f"Thư gửi cơ quan phối hợp không đến: Sở B ({HELPER}). Đề nghị báo bằng cách khác" in text
    assert f"Thư gửi cơ quan chủ trì không đến: Sở A ({OFFICE})." in text
    assert "@" not in str([line.data for line in world.lines(kinds=("bounce",))])


def test_a_deputy_that_was_not_reached_is_named_with_whom_it_stood_in_for(small_world: World, sink: Sink) -> None:
    """Else the coordinator would call somebody who is away, or the wrong office."""
    with small_world.database.write() as session:
        boxes = {box.address: box for box in session.exec(select(Mailbox))}
        boxes[OFFICE].absent_from, boxes[OFFICE].deputy_id = START, boxes[HELPER].id
    set_off(small_world, sink)
    back(small_world, "postfix", START, to=HELPER)
    small_world.deliver(march(4), sink.transport)
    assert f"không đến: Sở B ({HELPER}), nhận thay Sở A." in sink.texts(COORDINATOR)[0]


def test_a_report_of_what_a_person_has_told_already_does_not_raise_the_ladder(world: World, sink: Sink) -> None:
    """The coordinator called, then the server gave up: the owner knows, so head and supervisor are left in peace."""
    set_off(world, sink)
    told_by_telephone(world, march(4))
    back(world, "postfix", march(4))
    go_on(world, sink, 5, 13)
    assert {line.to for line in world.lines("I.1", kinds=("reminder",))} == {(OFFICE,)}
    assert "không đến được cơ quan chủ trì" not in "".join(sink.texts(OFFICE))
    assert "Đã ghi nhận báo bằng cách khác. Nguyên nhân: " in sink.texts(COORDINATOR)[0]


def test_what_comes_back_after_a_person_told_it_raises_the_ladder_again(small_world: World, sink: Sink) -> None:
    """The call was about the notice; that the reminder did not arrive nobody has told the owner."""
    set_off(small_world, sink)
    told_by_telephone(small_world, march(4))
    go_on(small_world, sink, 5, 6)
    back(small_world, "postfix", march(9), first=False)
    go_on(small_world, sink, 10, 13)
    *_, raised = small_world.lines("I.1", kinds=("reminder",))
    assert len(raised.to) == 4


def test_a_report_on_the_former_owner_does_not_raise_the_ladder_of_the_new(world: World, sink: Sink) -> None:
    """It went to another agency, whose mail arrives."""
    set_off(world, sink)
    world.act("reassign", "I.1", day=march(4), to_agency=B, reason="đúng chức năng", document="QĐ 1")
    go_on(world, sink, 4, 4)
    back(world, "postfix", march(5))
    go_on(world, sink, 5, 13)
    assert {line.to for line in world.lines("I.1", kinds=("reminder",))} == {(HELPER,)}
    assert COORDINATOR not in sink.recipients


@pytest.mark.parametrize("event", ["cancel", "reassign"])
def test_news_of_a_duty_that_ended_meanwhile_is_taken_back(small_world: World, sink: Sink, event: str) -> None:
    """Nobody is asked to call about what needs no call."""
    set_off(small_world, sink)
    back(small_world, "postfix", START)
    more = {"to_agency": B} if event == "reassign" else {}
    small_world.act(event, "I.1", day=START, reason="thôi", document="QĐ 1", **more)
    small_world.deliver(march(4), sink.transport)
    assert COORDINATOR not in sink.recipients
    assert [line.data["reason"] for line in small_world.lines(kinds=("withdrawn",))] != []


@pytest.mark.parametrize("arrived", [False, True])
def test_a_calendar_file_that_came_back_is_in_no_calendar(world: World, sink: Sink, *, arrived: bool) -> None:
    """No mail to take it out follows to a dead mailbox; but what an earlier mail brought must be taken out."""
    with world.database.write() as session:
        session.exec(select(Mailbox).where(Mailbox.address == OFFICE)).one().calendar_files = "always"
    set_off(world, sink)
    if arrived:
        world.act("move", "I.1", day=march(4), reason="lùi", document="QĐ 1", new_day=date(2020, 4, 10))
        go_on(world, sink, 5, 5)
    back(world, "postfix", march(5), first=False)
    with world.database.read() as session:
        assert len(session.exec(select(CalendarFile)).all()) == int(arrived)


def test_the_log_on_the_page_says_the_reason_and_the_remedy(small_world: World) -> None:
    """A code and English words of a server help nobody."""
    data = {"mailbox": 4, "status": "5.2.2", "reply": "552 5.2.2 over quota"}
    line = LogLine(
        entry_id=1, seq=1, at=at(START), effective=START, plan="kh", ref="I.1", agency=None, agency_key=None,
        assignment_id=1, kind="bounce", rung=None, version=1, round=1, last_day=None, superseded=False, policy="",
        data=data, hash=None,
    )  # fmt: skip
    words = said(line, small_world.policy, {4: OFFICE})
    assert words.startswith(f"Thư tới {OFFICE} không đến: hộp thư đã đầy; gọi điện đề nghị cơ quan dọn hộp thư")
    assert words.endswith("(máy chủ: “552 5.2.2 over quota”)")


def test_one_mail_about_three_duties_is_not_called_three_mails(small_world: World, sink: Sink) -> None:
    """The subject counts duties, and says so."""
    small_world.plan(*[Duty(f"I.{number}", LAST) for number in range(3)])
    small_world.sweep(START)
    small_world.deliver(START, sink.transport)
    back(small_world, "postfix", START)
    small_world.deliver(march(4), sink.transport)
    assert str(sink.mails[-1][1]["Subject"]) == "[Đôn đốc] 3 nhiệm vụ có thư không đến – 01/KH-THU"


def test_the_owner_is_not_asked_to_tell_itself(small_world: World, sink: Sink) -> None:
    """That an earlier mail did not arrive is said to each in words of its own."""
    set_off(small_world, sink)
    back(small_world, "postfix", START)
    go_on(small_world, sink, 4, 11)
    asked = "đề nghị báo bằng cách khác"
    assert "không đến được địa chỉ của cơ quan; thư này nói lại đầy đủ" in sink.texts(OFFICE)[-1]
    assert asked not in sink.texts(OFFICE)[-1]
    assert asked in sink.texts("giamdoc@so-a.example.vn")[-1]
