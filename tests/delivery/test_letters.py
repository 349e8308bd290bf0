"""What a mail says to whom and how it hangs together, as it comes out of a real server."""

from datetime import date, time
from email.message import EmailMessage
from typing import Any

from sink import Sink
from sqlmodel import col, select
from world import LAN, START, A, B, Duty, World, moment

from engine.letters import letters_of
from engine.models import Mailbox, Message, OptOut, Plan, Task
from engine.rules.mail_classes import MailClass

LAST = date(2020, 3, 20)
OFFICE, HELPER, COORDINATOR = "vanthu@so-a.example.vn", "vanthu@so-b.example.vn", "lan@example.vn"


def march(day: int) -> date:
    """That day of March 2020."""
    return date(2020, 3, day)


def days(world: World, sink: Sink, first: date, last: date) -> None:
    """Sweeps and mail of these days."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        world.sweep(date.fromordinal(ordinal))
        world.deliver(date.fromordinal(ordinal), sink.transport)


def to(sink: Sink, address: str) -> list[EmailMessage]:
    """The mails that an address got."""
    return [mail for recipient, mail in sink.mails if recipient == address]


def said(mail: EmailMessage) -> str:
    """Its plain text."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def change(world: World, table: Any, **values: Any) -> None:
    """Set columns of every row of a table."""
    with world.database.write() as session:
        for row in session.exec(select(table)).all():
            for name, value in values.items():
                setattr(row, name, value)


def test_the_mails_about_one_task_hang_together(small_world: World, sink: Sink) -> None:
    """The first begins the thread; each later one answers the last and names the first, over a moved deadline too."""
    small_world.plan(Duty("I.1", LAST))
    days(small_world, sink, START, march(17))
    small_world.act("move", "I.1", new_day=march(31), document="12/UBND", day=march(17))
    days(small_world, sink, march(18), march(31))
    mails = to(sink, OFFICE)
    assert len(mails) > 4
    ids = [str(mail["Message-ID"]) for mail in mails]
    assert mails[0]["In-Reply-To"] is mails[0]["References"] is None
    for place, mail in enumerate(mails[1:], start=1):
        assert mail["In-Reply-To"] == ids[place - 1]
        assert str(mail["References"]).split() == ids[:place]


def test_a_digest_hangs_with_its_plan_and_a_new_task_joins_no_old_one(small_world: World, sink: Sink) -> None:
    """Two plans, and a task alone: three threads."""
    small_world.plan(Duty("I.1", LAST), Duty("I.2", LAST))
    days(small_world, sink, START, march(13))
    first, *later = to(sink, OFFICE)
    assert later
    assert str(later[-1]["References"]).split()[0] == first["Message-ID"]
    small_world.act("cancel", "I.2", reason="thôi", document="13/UBND", day=march(13))
    days(small_world, sink, march(14), march(17))
    alone = to(sink, OFFICE)[-1]
    assert "I.2" not in said(alone)
    assert alone["References"] is None


def test_what_did_not_arrive_is_no_part_of_a_thread(small_world: World, sink: Sink) -> None:
    """A refused mail is in nobody's folder, so nothing answers it."""
    small_world.plan(Duty("I.1", LAST))
    sink.refuse = lambda address: "550 unknown" if address == OFFICE else None
    days(small_world, sink, START, START)
    sink.refuse = lambda _: None
    days(small_world, sink, march(4), march(17))
    (mail, *_) = to(sink, OFFICE)
    assert mail["References"] is None


def test_a_second_try_has_the_same_bytes(small_world: World, sink: Sink) -> None:
    """Read anew and written anew, whatever has been sent since."""
    small_world.plan(Duty("I.1", LAST, owners=(A, B)))
    days(small_world, sink, START, march(17))
    when = moment(march(17), time(8))
    with small_world.database.read() as session:
        numbers = [row for row in session.exec(select(Message.id).order_by(col(Message.id))).all() if row]
        once = [small_world.desk.write(one, when).mail.data for one in letters_of(session, numbers, again=True)]
        anew = [small_world.desk.write(letters_of(session, [n], again=True)[0], when).mail.data for n in numbers]
    assert once == anew
    assert len(set(once)) == len(numbers) > 4


def test_mail_on_a_duty_cannot_be_declined_and_says_why(small_world: World, sink: Sink) -> None:
    """It has a page of preferences and no one click."""
    small_world.plan(Duty("I.1", LAST))
    days(small_world, sink, START, START)
    (mail,) = to(sink, OFFICE)
    assert mail["List-Unsubscribe"] is mail["List-Unsubscribe-Post"] is None
    assert str(mail["List-Help"]).startswith("<https://dondoc.example.vn/u/")
    assert str(mail["List-Help"]).strip("<>") in said(mail)
    assert "không thể từ chối" in said(mail)
    assert mail["List-Id"] == "<duty.thu.vanphong.example.vn>"


def test_a_copy_can_be_declined_in_one_click_and_then_comes_no_more(small_world: World, sink: Sink) -> None:
    """Only where all of the mail is a copy; the notice of the duty is none."""
    small_world.plan(Duty("I.1", LAST, helpers=("so-b",)))
    days(small_world, sink, START, march(17))
    notice, *_, copy = to(sink, HELPER)
    before = len(to(sink, HELPER))
    assert notice["List-Unsubscribe"] is None
    assert copy["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = str(copy["List-Unsubscribe"]).strip("<>")
    mailbox, declined = small_world.desk.tags.read_unsubscribe(url.rpartition("/")[2]) or (0, "")
    assert declined == MailClass.COPIES
    assert copy["List-Id"] == "<copies.thu.vanphong.example.vn>"
    assert "chỉ để biết" in said(copy)
    with small_world.database.write() as session:
        assert session.get_one(Mailbox, mailbox).address == HELPER
        session.add(OptOut(mailbox_id=mailbox, mail_class=declined, since=moment(march(17)).real, cause="one_click"))
    small_world.plan(Duty("II.1", march(31), helpers=("so-b",)), number="02/KH-THU", day=march(17))
    days(small_world, sink, march(17), march(31))
    later = to(sink, HELPER)[before:]
    assert [mail["List-Unsubscribe"] for mail in later] == [None]  # the notice of the second duty
    withdrawn = [line.data["reason"] for line in small_world.lines(kinds=["withdrawn"])]
    assert "the recipient declined copies" in withdrawn


def test_each_mail_has_a_bounce_address_of_its_own(small_world: World, sink: Sink) -> None:
    """By which the message is known; without marks it is the sender's."""
    small_world.plan(Duty("I.1", LAST, owners=(A, B)))
    small_world.sweep(START)
    small_world.deliver(START, sink.transport)
    with small_world.database.read() as session:
        letters = letters_of(session, [1, 2], again=True)
    desk = small_world.desk
    for letter in letters:
        sender = desk.write(letter, moment(START)).mail.sender
        tag = sender.partition("@")[0].partition("+")[2]
        assert desk.tags.read_bounce(tag) == letter.address.message_id


def test_a_restricted_plan_is_told_by_reference_alone(small_world: World, sink: Sink) -> None:
    """No title, no words of the document, no reason; the dates are told."""
    small_world.plan(Duty("I.3", LAST))
    change(small_world, Plan, restricted=True, title="Tên kế hoạch kín")
    change(small_world, Task, text="Việc kín", deadline_text="Trước ngày kín")
    small_world.act("move", "I.3", new_day=march(27), document="12/UBND", reason="lý do kín", day=START)
    days(small_world, sink, march(4), march(20))
    mails = to(sink, OFFICE)
    assert mails
    for mail in mails:
        html = mail.get_body(("html",))
        assert html is not None
        whole = f"{mail['Subject']}\n{said(mail)}\n{html.get_content()}"
        assert "kín" not in whole
        assert "Nhiệm vụ I.3" in str(mail["Subject"])
        assert "27/03/2020" in whole


def test_a_mail_says_how_a_moved_date_came_about(small_world: World, sink: Sink) -> None:
    """From which day, by which document, what it was before, and why."""
    small_world.plan(Duty("I.1", LAST))
    small_world.act("move", "I.1", by=LAN, new_day=march(27), document="12/UBND", reason="chờ Bộ", day=march(4))
    days(small_world, sink, march(4), march(20))
    text = said(to(sink, OFFICE)[-1])
    assert "dời hạn ngày 04/03/2020 (12/UBND); ngày cuối trước đây: 20/03/2020; lý do: “chờ Bộ”" in text
    assert "Văn bản ghi" not in text


def test_a_mail_says_how_a_printed_date_is_read(small_world: World, sink: Sink) -> None:
    """The words and the rule; the other language tells the same."""
    small_world.plan(Duty("I.1", LAST))
    days(small_world, sink, START, START)
    assert "Văn bản ghi: “Trước ngày 21/03/2020” – “trước ngày” nên ngày cuối là ngày liền trước." in said(
        to(sink, OFFICE)[0]
    )
    assert "Cơ quan" in said(to(sink, OFFICE)[0])
    change(small_world, Mailbox, language="en")
    with small_world.database.read() as session:
        letter = letters_of(session, [1], again=True)[0]
    assert (
        "“Trước ngày 21/03/2020” – “before”, so the last day is the one before it."
        in small_world.desk.words(letter, START).text
    )


def test_a_deputy_is_told_in_whose_stead_and_until_when(small_world: World, sink: Sink) -> None:
    """In the greeting, beside the duty, and where it says why it was sent."""
    small_world.plan(Duty("I.1", LAST))
    with small_world.database.write() as session:
        own = session.exec(select(Mailbox).where(Mailbox.address == OFFICE)).one()
        deputy = session.exec(select(Mailbox).where(Mailbox.address == "pho@so-a.example.vn")).one()
        own.absent_from, own.absent_until, own.deputy_id = START, march(13), deputy.id
        name = own.name
    days(small_world, sink, START, START)
    (mail,) = to(sink, "pho@so-a.example.vn")
    assert f"Nhận thay {name}, vắng đến hết ngày 13/03/2020." in said(mail)
    assert f"trong Kế hoạch 01/KH-THU, nhận thay {name}." in said(mail)
