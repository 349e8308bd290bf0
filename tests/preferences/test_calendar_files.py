"""Deadlines as calendar files: who gets them, what they are, and how they are taken back."""

from dataclasses import replace
from datetime import date, time
from email.message import EmailMessage

import icalendar
import pytest
from sink import Sink
from sqlmodel import select
from wishers import AN_MAIL, HEAD_A, OFFICE_A, OFFICE_B, named, wish
from world import START, A, B, Duty, World, moment

from calendars.attachments import CalendarFiles
from calendars.linter.check import check_feed
from calendars.tokens import issue, revoke
from engine.clock import Moment, at
from engine.delivery import Delivered, deliver
from engine.models import Agency, CalendarFile, Feed, FeedToken, Message
from engine.plans import find_plan

BASE = "https://dondoc.example.vn"
SENDER = "dondoc@vanphong.example.vn"
LAST = date(2020, 3, 31)
NEXT = date(2020, 3, 4)
UNDER = {"reason": "thay đổi kế hoạch", "document": "12/QĐ-THU"}


def day_of(world: World, sink: Sink, day: date) -> Delivered:
    """The sweep and the mail of a day."""
    world.sweep(day)
    sending = world.sending(sink.transport)
    files = CalendarFiles(SENDER, BASE)
    now = at(day, time(8, 0))
    return deliver(replace(sending, desk=replace(sending.desk, attach=files)), Moment(now, now))


def files_to(sink: Sink, address: str) -> list[EmailMessage]:
    """The calendar files that went to an address, in order."""
    mails = [mail for to, mail in sink.mails if to == address]
    return [part for mail in mails for part in mail.walk() if part.get_content_type() == "text/calendar"]


def data_of(part: EmailMessage) -> bytes:
    """The bytes of a file."""
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data


def event_in(part: EmailMessage) -> tuple[icalendar.Calendar, icalendar.Event]:
    """The calendar in a part, and the one event in it."""
    calendar = icalendar.Calendar.from_ical(data_of(part))
    (event,) = calendar.events
    return calendar, event


def held(world: World) -> list[tuple[int, int, bool]]:
    """Which deadlines mailboxes hold: assignment, sequence, whether taken back."""
    with world.database.read() as session:
        rows = session.exec(select(CalendarFile).order_by(CalendarFile.assignment_id, CalendarFile.mailbox_id)).all()
        return [(row.assignment_id, row.sequence, row.withdrawn) for row in rows]


def test_a_new_deadline_comes_as_a_file(world: World, sink: Sink) -> None:
    """PUBLISH with the method in MIME and in body, one event, an organizer, nobody asked for an answer."""
    world.plan(Duty("1", LAST))
    wish(world, OFFICE_A, calendar_files="always")
    day_of(world, sink, START)
    (mail,) = (mail for to, mail in sink.mails if to == OFFICE_A)
    assert mail.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["multipart/alternative", "text/calendar"]
    (part,) = files_to(sink, OFFICE_A)
    assert part["Content-Type"].params == {
        "method": "PUBLISH",
        "charset": "UTF-8",
        "name": "han-01-kh-thu-2020-mau-1.ics",
    }
    assert part.get_content_disposition() == "attachment"
    assert part.get_filename() == "han-01-kh-thu-2020-mau-1.ics"
    calendar, event = event_in(part)
    assert calendar["METHOD"] == part["Content-Type"].params["method"]
    assert (event["UID"], event["SEQUENCE"]) == (world.state("1").uid, world.state("1").revision)
    assert event["ORGANIZER"] == f"mailto:{SENDER}"
    assert event["DTSTART"].dt == LAST
    assert "ATTENDEE" not in event
    assert calendar.errors == event.errors == []
    assert held(world) == [(world.part("1"), world.state("1").revision, False)]


def test_the_file_is_calendar_text_as_the_standard_wants_it(world: World, sink: Sink) -> None:
    """CRLF, UTF-8, lines of 75 octets at most; REQUEST nowhere."""
    world.plan(Duty("1", LAST))
    wish(world, OFFICE_A, calendar_files="always")
    day_of(world, sink, START)
    data = data_of(files_to(sink, OFFICE_A)[0])
    lines = data.split(b"\r\n")
    assert lines[-1] == b""
    assert not any(b"\n" in line or b"\r" in line or len(line) > 75 for line in lines)
    assert b"REQUEST" not in data
    assert data.decode().count("BEGIN:VEVENT") == 1


def test_the_linter_of_subscriptions_finds_nothing_but_that_it_is_none(world: World, sink: Sink) -> None:
    """METHOD, ORGANIZER and a cancelled event belong in a file of this kind, and an interval of refreshing does not."""
    world.plan(Duty("1", LAST))
    wish(world, OFFICE_A, calendar_files="always")
    day_of(world, sink, START)
    world.act("cancel", "1", **UNDER)
    day_of(world, sink, NEXT)
    found = [{each.point for each in check_feed(data_of(part)).findings} for part in files_to(sink, OFFICE_A)]
    assert found == [
        {"method", "people", "refresh-missing"},
        {"method", "people", "refresh-missing", "cancelled"},
    ]


def test_with_files_off_nothing_is_attached_and_nothing_more_is_sent(world: World, sink: Sink) -> None:
    """As it is before anybody asks for them: also when a duty is cancelled."""
    world.plan(Duty("1", LAST), Duty("2", LAST, owners=(B,)))
    day_of(world, sink, START)
    world.act("cancel", "1", **UNDER)
    world.act("reassign", "2", agency=B, to_agency=A, **UNDER)
    before = len(world.lines())
    day_of(world, sink, NEXT)
    assert [mail.get_content_type() for _, mail in sink.mails] == ["multipart/alternative"] * len(sink.mails)
    assert held(world) == []
    assert [line.rung for line in world.lines()[before:]] == []


def test_only_the_owner_gets_files(world: World, sink: Sink) -> None:
    """Not who helps, and not the coordinator in place of an agency without an address."""
    world.plan(Duty("1", LAST, helpers=(B,)))
    for address in (OFFICE_A, OFFICE_B, HEAD_A):
        wish(world, address, calendar_files="always")
    day_of(world, sink, START)
    assert [to for to, mail in sink.mails if mail.get_content_type() == "multipart/mixed"] == [OFFICE_A]


def test_auto_attaches_until_a_subscription_runs(world: World, sink: Sink) -> None:
    """Revoked or expired ones do not count."""
    wish(world, OFFICE_A, calendar_files="auto")
    world.plan(Duty("1", LAST))
    with world.database.write() as session:
        agency = session.exec(select(Agency).where(Agency.key == A)).one()
        issue(session, agency, moment(START))
    day_of(world, sink, START)
    assert files_to(sink, OFFICE_A) == []
    with world.database.write() as session:
        token = session.exec(select(FeedToken)).one()
        token.expires_on = START
    world.plan(Duty("1", LAST), number="02/KH-THU", day=NEXT)
    day_of(world, sink, NEXT)
    assert len(files_to(sink, OFFICE_A)) == 1
    with world.database.write() as session:
        agency = session.exec(select(Agency).where(Agency.key == A)).one()
        issue(session, agency, moment(NEXT))
        for feed in session.exec(select(Feed)).all():
            if feed.revoked_at is None:
                revoke(session, feed.id or 0, moment(NEXT))
    world.plan(Duty("1", LAST), number="03/KH-THU", day=date(2020, 3, 5))
    day_of(world, sink, date(2020, 3, 5))
    assert len(files_to(sink, OFFICE_A)) == 2


def test_a_moved_deadline_comes_as_the_same_event(world: World, sink: Sink) -> None:
    """Same UID, higher SEQUENCE, the new day."""
    world.plan(Duty("1", LAST))
    wish(world, OFFICE_A, calendar_files="always")
    day_of(world, sink, START)
    world.act("move", "1", new_day=date(2020, 4, 15), **UNDER)
    day_of(world, sink, NEXT)
    first, second = (event_in(part)[1] for part in files_to(sink, OFFICE_A))
    assert first["UID"] == second["UID"]
    assert second["SEQUENCE"] > first["SEQUENCE"]
    assert second["DTSTART"].dt == date(2020, 4, 15)


def test_a_cancelled_duty_is_taken_back_once(world: World, sink: Sink) -> None:
    """CANCEL with the same UID and a higher SEQUENCE, in a mail that says it in words; never a second time."""
    world.plan(Duty("1", LAST), Duty("2", LAST))
    wish(world, OFFICE_A, calendar_files="always")
    day_of(world, sink, START)
    world.act("cancel", "1", **UNDER)
    for day in (NEXT, date(2020, 3, 5)):
        day_of(world, sink, day)
    published, _, void = files_to(sink, OFFICE_A)
    calendar, event = event_in(void)
    assert (calendar["METHOD"], void["Content-Type"].params["method"]) == ("CANCEL", "CANCEL")
    assert (event["STATUS"], event["UID"]) == ("CANCELLED", event_in(published)[1]["UID"])
    assert event["SEQUENCE"] > event_in(published)[1]["SEQUENCE"]
    assert event["ORGANIZER"] == f"mailto:{SENDER}"
    text = sink.texts(OFFICE_A)[-1]
    assert "Việc bỏ theo 12/QĐ-THU" in text
    assert "rút hạn này khỏi lịch" in text
    assert "Không phải làm việc này nữa" in text
    assert held(world)[0] == (world.part("1"), event["SEQUENCE"], True)


def test_a_duty_given_away_is_taken_back_from_the_one_and_given_to_the_other(world: World, sink: Sink) -> None:
    """The former owner gets a CANCEL that says who has it now, the new one a PUBLISH of the same event."""
    world.plan(Duty("1", LAST))
    for address in (OFFICE_A, OFFICE_B):
        wish(world, address, calendar_files="always", language="en")
    day_of(world, sink, START)
    world.act("reassign", "1", to_agency=B, **UNDER)
    day_of(world, sink, NEXT)
    (was, void), (given,) = files_to(sink, OFFICE_A), files_to(sink, OFFICE_B)
    assert [event_in(part)[0]["METHOD"] for part in (was, void, given)] == ["PUBLISH", "CANCEL", "PUBLISH"]
    assert len({event_in(part)[1]["UID"] for part in (was, void, given)}) == 1
    assert event_in(void)[1]["SEQUENCE"] > event_in(was)[1]["SEQUENCE"]
    text = sink.texts(OFFICE_A)[-1]
    assert "Sở B" in text
    assert "please delete it" in text
    (line,) = (line for line in world.lines() if line.data.get("calendar"))
    assert line.to == (OFFICE_A,)


def test_a_duty_opened_again_before_the_mail_is_not_taken_back(world: World, sink: Sink) -> None:
    """What the sweep decided is looked at again; the deadline is told anew instead."""
    world.plan(Duty("1", LAST))
    wish(world, OFFICE_A, calendar_files="always")
    day_of(world, sink, START)
    world.act("cancel", "1", **UNDER)
    world.sweep(NEXT)
    world.act("reopen", "1", day=NEXT, new_day=date(2020, 4, 15), reason="vẫn làm")
    day_of(world, sink, date(2020, 3, 5))
    parts = files_to(sink, OFFICE_A)
    assert [event_in(part)[0]["METHOD"] for part in parts] == ["PUBLISH", "PUBLISH"]
    assert event_in(parts[1])[1]["SEQUENCE"] > event_in(parts[0])[1]["SEQUENCE"]
    assert [taken_back for _, _, taken_back in held(world)] == [False]


def test_who_is_away_keeps_the_file_until_back(world: World, sink: Sink) -> None:
    """A deputy's calendar gets no deadlines of another, and none is taken back from it."""
    world.plan(Duty("1", LAST))
    wish(world, OFFICE_A, calendar_files="always")
    wish(world, AN_MAIL, calendar_files="always")
    day_of(world, sink, START)
    wish(world, OFFICE_A, absent=(NEXT, date(2020, 3, 5)), deputy=AN_MAIL)
    world.act("cancel", "1", **UNDER)
    world.plan(Duty("1", LAST), number="02/KH-THU", day=NEXT)
    day_of(world, sink, NEXT)
    assert files_to(sink, AN_MAIL) == []
    day_of(world, sink, date(2020, 3, 6))
    assert [event_in(part)[0]["METHOD"] for part in files_to(sink, OFFICE_A)] == ["PUBLISH", "CANCEL"]


def test_a_restricted_plan_tells_a_calendar_the_reference_alone(world: World, sink: Sink) -> None:
    """As its mail and its subscriptions do."""
    world.plan(Duty("1", LAST))
    with world.database.write() as session:
        find_plan(session, "01/KH-THU").restricted = True
    wish(world, OFFICE_A, calendar_files="always")
    day_of(world, sink, START)
    data = data_of(files_to(sink, OFFICE_A)[0])
    assert "Việc 1" not in data.decode()
    assert "DESCRIPTION" not in data.decode()


def test_a_mail_that_did_not_leave_leaves_no_file_behind(world: World, sink: Sink) -> None:
    """Only what a server took is counted as held."""
    world.plan(Duty("1", LAST))
    wish(world, OFFICE_A, calendar_files="always")
    sink.refuse = lambda _: "550 5.1.1 no such user"
    day_of(world, sink, START)
    assert held(world) == []


def test_a_mail_that_goes_again_carries_its_file_again(world: World, sink: Sink) -> None:
    """What came back for now was not read, and the next try is the same mail."""
    world.plan(Duty("1", LAST))
    wish(world, OFFICE_A, calendar_files="always")
    day_of(world, sink, START)
    with world.database.write() as session:
        message = session.exec(select(Message)).one()
        message.status, message.sent_at, message.attempts = "pending", None, 0
    day_of(world, sink, NEXT)
    first, second = (event_in(part)[1] for part in files_to(sink, OFFICE_A))
    assert (first["UID"], first["SEQUENCE"]) == (second["UID"], second["SEQUENCE"])
    assert sink.ids[0] == sink.ids[1]


@pytest.mark.parametrize("ref", ["II.1.4", "Đ.2", 'a"b', "1/2"])
def test_names_of_files_are_safe_on_every_machine(small_world: World, sink: Sink, ref: str) -> None:
    """ASCII letters, digits, points and hyphens, so that no mail program must decode them."""
    small_world.plan(Duty(ref, LAST))
    wish(small_world, OFFICE_A, calendar_files="always")
    day_of(small_world, sink, START)
    name = files_to(sink, OFFICE_A)[0].get_filename() or ""
    assert name.endswith(".ics")
    assert all(sign.isascii() and (sign.isalnum() or sign in ".-") for sign in name)


def test_a_mail_carries_no_more_than_thirty_files(small_world: World, sink: Sink) -> None:
    """Those due first."""
    small_world.plan(*(Duty(f"{n}", date(2020, 4, 1).replace(day=1 + n % 28)) for n in range(40)))
    wish(small_world, OFFICE_A, calendar_files="always")
    day_of(small_world, sink, START)
    days = [event_in(part)[1]["DTSTART"].dt for part in files_to(sink, OFFICE_A)]
    assert len(days) == 30
    assert days == sorted(days)


def test_the_mailbox_of_no_office_any_more_is_left_alone(small_world: World, sink: Sink) -> None:
    """An agency whose address changed writes nobody a CANCEL."""
    small_world.plan(Duty("1", LAST))
    wish(small_world, OFFICE_A, calendar_files="always")
    day_of(small_world, sink, START)
    small_world.change_contact(A, "office", "moi@so-a.example.vn")
    day_of(small_world, sink, NEXT)
    assert len(files_to(sink, OFFICE_A)) == 1
    with small_world.database.read() as session:
        assert named(session, OFFICE_A).calendar_files == "always"
