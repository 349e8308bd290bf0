"""What a report does to a message, its duties, its mailbox, and what it must not do."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from returned_mail import TAGS, mail
from sqlmodel import col, select
from world import LAN, START, A, B, Duty, World, moment

from engine.bounces import RESENDS, Effect, Watch, clear, recover, take
from engine.clock import Moment, at
from engine.database import Database
from engine.errors import RefusedError, UnavailableError
from engine.mail.reports import Kind
from engine.models import Assignment, Canary, Entry, Mailbox, Message, OptOut, Report
from engine.told import Told, record_delivery

LAST = date(2020, 3, 20)
OFFICE, HEAD, COORDINATOR, SUPERVISOR = (
    "vanthu@so-a.example.vn",
    "giamdoc@so-a.example.vn",
    "lan@example.vn",
    "minh@example.vn",
)


def march(day: int) -> date:
    """That day of March 2020."""
    return date(2020, 3, day)


def taken(world: World, raw: bytes, when: Moment, to: str = "") -> Effect:
    """Take a report."""
    with world.database.write() as session:
        return take(session, raw, Watch(TAGS, world.calendar), when=when, envelope_to=to)


def message_to(world: World, address: str = OFFICE) -> Message:
    """The newest message to an address."""
    with world.database.read() as session:
        rows = select(Message).join(Mailbox, col(Mailbox.id) == Message.mailbox_id).where(Mailbox.address == address)
        found = session.exec(rows.order_by(col(Message.id).desc())).first()
        assert found is not None
        session.expunge(found)
        return found


def mailbox(world: World, address: str = OFFICE) -> Mailbox:
    """A mailbox as it stands."""
    with world.database.read() as session:
        found = session.exec(select(Mailbox).where(Mailbox.address == address)).one()
        session.expunge(found)
        return found


def sent(world: World, folder: Path, *duties: Duty) -> int:
    """A plan whose notices have gone; the message to the office of the first agency."""
    world.plan(*(duties or (Duty("I.1", LAST),)))
    world.sweep(START)
    world.deliver(START, world.to_files(folder))
    return message_to(world).id or 0


def state_of(database: Database) -> list[object]:
    """All that a report may change, for comparing."""
    with database.read() as session:
        tables = (Message, Mailbox, Entry, Assignment, OptOut)
        return [row.model_dump() for table in tables for row in session.exec(select(table)).all()]


# -- for good ----------------------------------------------------------------------------------------------------------


def test_a_notice_that_came_back_hours_later_holds_the_ladder_and_is_told(world: World, tmp_path: Path) -> None:
    """Marked, written, the mailbox named; after three working days it goes on to everyone, and says so."""
    number = sent(world, tmp_path)
    assert taken(world, mail("postfix", number), moment(START, time(14))) == Effect(Kind.BOUNCE, "failed", number)
    message, box = message_to(world), mailbox(world)
    assert (message.status, message.bounced_at) == ("sent", at(START, time(14)))
    assert message.bounce.startswith("5.1.1 550 5.1.1 …: Recipient address rejected")
    assert (box.state, box.state_since, box.state_words) == ("failed", START, message.bounce)
    (bounce,) = world.lines("I.1", kinds=["bounce"])
    assert bounce.to == (COORDINATOR,)
    told = {name: bounce.data[name] for name in ("message", "mailbox", "role", "rung", "status", "held_until")}
    expected = {"message": number, "mailbox": box.id, "role": "owner", "rung": "N", "status": "5.1.1"}
    assert told == expected | {"held_until": "2020-03-06"}
    assert "@" not in str(bounce.data)
    world.sweep_through(march(4), march(6))
    assert world.rungs("I.1") == ["2020-03-03 N"]
    world.deliver(march(4), world.to_files(tmp_path))
    assert message_to(world, COORDINATOR).status == "sent"
    world.sweep_through(march(9), march(13))
    assert set(world.lines("I.1")[-1].to) == {OFFICE, HEAD, COORDINATOR, SUPERVISOR}


def test_a_report_is_taken_once_and_a_message_fails_once(world: World, tmp_path: Path) -> None:
    """The same bytes, and another server's report of the same message."""
    number = sent(world, tmp_path)
    taken(world, mail("postfix", number), moment(START, time(9)))
    before = state_of(world.database)
    assert taken(world, mail("postfix", number), moment(march(5))).done == "known"
    assert taken(world, mail("exim", number), moment(march(5))).done == "noted"
    assert taken(world, mail("gmail_full", number), moment(march(5))).done == "noted"
    assert state_of(world.database) == before


@pytest.mark.parametrize(
    "name",
    [
        *("vacation", "out_of_office_vietnamese", "challenge_response", "spam", "person_writes", "list_mail"),
        *("success_delivered", "success_relayed", "feedback_not_spam", "postfix_delayed", "exim_warning"),
    ],
)
def test_what_is_no_bounce_changes_nothing(small_world: World, tmp_path: Path, name: str) -> None:
    """Neither state nor ledger nor outbox; it is only noted that it came."""
    number = sent(small_world, tmp_path)
    before = state_of(small_world.database)
    assert taken(small_world, mail(name, number), moment(march(4))).done in {"none", "noted"}
    assert state_of(small_world.database) == before
    with small_world.database.read() as session:
        assert len(session.exec(select(Report)).all()) == 1


def test_a_message_that_is_not_there_is_nobodys(small_world: World, tmp_path: Path) -> None:
    """Such as after an older database was restored."""
    sent(small_world, tmp_path)
    assert taken(small_world, mail("postfix", 9999), moment(START)) == Effect(Kind.BOUNCE, "none", None)


def test_a_report_that_overtakes_the_sender_is_to_be_brought_again(small_world: World, tmp_path: Path) -> None:
    """The server answers faster than the message is marked: nothing is written, not even that it came."""
    number = sent(small_world, tmp_path)
    with small_world.database.write() as session:
        message = session.get_one(Message, number)
        message.status, message.sent_at, message.claimed_by = "sending", None, "a sender"
        session.add(message)
    with pytest.raises(UnavailableError):
        taken(small_world, mail("postfix", number), moment(START))
    with small_world.database.read() as session:
        assert session.exec(select(Report)).all() == []


# -- late reports ------------------------------------------------------------------------------------------------------


def test_a_report_does_not_hold_a_ladder_that_has_climbed(small_world: World, tmp_path: Path) -> None:
    """The notice comes back after the duty was escalated: it is told, and nothing waits."""
    number = sent(small_world, tmp_path, Duty("I.1", march(4)))
    small_world.sweep_through(march(4), march(9))
    assert any(line.kind == "escalation" for line in small_world.lines("I.1"))
    taken(small_world, mail("postfix", number), moment(march(9), time(9)))
    assert small_world.state("I.1").held_until is None
    (bounce,) = small_world.lines("I.1", kinds=["bounce"])
    assert "held_until" not in bounce.data
    assert bounce.to == (COORDINATOR,)


def test_a_report_does_not_hold_a_duty_that_went_to_another(small_world: World, tmp_path: Path) -> None:
    """The new owner has a notice of its own."""
    number = sent(small_world, tmp_path)
    small_world.act("reassign", "I.1", day=march(4), reason="chuyển", document="12/UBND", to_agency=B)
    taken(small_world, mail("postfix", number), moment(march(5)))
    assert small_world.state("I.1", B).held_until is None


def test_a_report_of_an_old_deadline_does_not_hold_the_new_one(small_world: World, tmp_path: Path) -> None:
    """The deadline moved meanwhile."""
    number = sent(small_world, tmp_path)
    small_world.act("move", "I.1", day=march(4), new_day=march(27), document="12/UBND")
    taken(small_world, mail("postfix", number), moment(march(5)))
    assert small_world.state("I.1").held_until is None


def test_a_report_of_a_duty_that_is_over_is_written_and_told_to_nobody(small_world: World, tmp_path: Path) -> None:
    """There is nothing left to do about it."""
    number = sent(small_world, tmp_path)
    small_world.act("cancel", "I.1", day=march(4), reason="thôi", document="12/UBND")
    taken(small_world, mail("postfix", number), moment(march(5)))
    (bounce,) = small_world.lines("I.1", kinds=["bounce"])
    assert bounce.to == ()
    assert small_world.state("I.1").held_until is None


def test_a_report_does_not_hold_what_a_person_has_told_already(small_world: World, tmp_path: Path) -> None:
    """The coordinator telephoned before the report came."""
    number = sent(small_world, tmp_path)
    with small_world.database.write() as session:
        told = Told(LAN, "phone", "đã gọi văn thư Sở A")
        record_delivery(session, small_world.part("I.1"), told, when=moment(march(4)))
    taken(small_world, mail("postfix", number), moment(march(5)))
    assert small_world.state("I.1").held_until is None


def test_a_report_does_not_shorten_a_hold(small_world: World, tmp_path: Path) -> None:
    """One that lasts longer stays."""
    number = sent(small_world, tmp_path)
    with small_world.database.write() as session:
        session.get_one(Assignment, small_world.part("I.1")).held_until = march(25)
    taken(small_world, mail("postfix", number), moment(march(5)))
    assert small_world.state("I.1").held_until == march(25)


def test_mail_to_a_deputy_that_came_back_counts_for_the_deputys_mailbox(small_world: World, tmp_path: Path) -> None:
    """The duty waits as ever; the ledger names both mailboxes."""
    small_world.plan(Duty("I.1", LAST))
    with small_world.database.write() as session:
        office = session.exec(select(Mailbox).where(Mailbox.address == OFFICE)).one()
        deputy = session.exec(select(Mailbox).where(Mailbox.address == HEAD)).one()
        office.absent_from, office.absent_until, office.deputy_id = START, march(10), deputy.id
    small_world.sweep(START)
    small_world.deliver(START, small_world.to_files(tmp_path))
    taken(small_world, mail("postfix", message_to(small_world, HEAD).id or 0), moment(START, time(9)))
    (bounce,) = small_world.lines("I.1", kinds=["bounce"])
    assert (bounce.data["mailbox"], bounce.data["for"]) == (mailbox(small_world, HEAD).id, mailbox(small_world).id)
    assert (mailbox(small_world, HEAD).state, mailbox(small_world).state) == ("failed", "ok")
    assert small_world.state("I.1").held_until == march(6)


# -- for now -----------------------------------------------------------------------------------------------------------


def test_a_message_given_up_for_now_goes_again_and_at_last_fails(world: World, tmp_path: Path) -> None:
    """Under the same number, later each time; only then is the coordinator told."""
    number, real = sent(world, tmp_path), at(START, time(9))
    for count, wait in enumerate(RESENDS, 1):
        raw = mail("gmail_full", number) + b"%d" % count
        assert taken(world, raw, Moment(at(START, time(9)), real)).done == "again"
        message, box = message_to(world), mailbox(world)
        assert (message.id, message.status, message.next_try, message.sent_at) == (number, "pending", real + wait, None)
        assert (box.state, box.state_since, box.soft_bounces) == ("failing", START, count)
        assert taken(world, raw + b"x", Moment(at(START, time(9)), real)).done == "noted"  # another report of that try
        real += wait
        assert world.deliver(START, world.to_files(tmp_path), hour=time(10), real=real).sent == 1
    assert world.lines("I.1", kinds=["bounce"]) == []
    assert taken(world, mail("gmail_full", number), Moment(at(START, time(11)), real)).done == "failed"
    assert (message_to(world).status, mailbox(world).state) == ("sent", "failed")
    assert world.state("I.1").held_until == march(6)


def test_a_message_given_up_after_days_goes_no_more(small_world: World, tmp_path: Path) -> None:
    """A server that tried for four working days: the coordinator must know now."""
    number = sent(small_world, tmp_path)
    assert taken(small_world, mail("postfix_expired", number), moment(march(9))).done == "failed"
    assert mailbox(small_world).state == "failed"


def test_a_message_that_waits_to_go_again_and_fails_for_good_goes_no_more(small_world: World, tmp_path: Path) -> None:
    """Two servers say different things of one try."""
    number = sent(small_world, tmp_path)
    taken(small_world, mail("gmail_full", number), moment(START, time(9)))
    assert taken(small_world, mail("postfix", number), moment(START, time(10))).done == "failed"
    assert message_to(small_world).status == "failed"
    done = small_world.deliver(march(4), small_world.to_files(tmp_path))
    assert (done.sent, done.pending) == (1, 0)  # the coordinator's


def test_a_duty_done_while_its_message_waits_to_go_again_is_not_sent(small_world: World, tmp_path: Path) -> None:
    """It is looked at again before it goes, as any other."""
    number = sent(small_world, tmp_path)
    taken(small_world, mail("gmail_full", number), moment(START, time(9)))
    small_world.act("cancel", "I.1", day=march(4), reason="thôi", document="12/UBND")
    done = small_world.deliver(march(4), small_world.to_files(tmp_path))
    assert (done.sent, done.withdrawn) == (0, 1)


# -- complaints, canaries ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["complaint_yahoo", "complaint_hotmail"])
def test_a_complaint_ends_the_optional_mail_and_tells_nobody(world: World, tmp_path: Path, name: str) -> None:
    """What a duty rests on still comes."""
    number = sent(world, tmp_path)
    assert taken(world, mail(name, number), moment(march(4))).done == "declined"
    assert taken(world, mail(name, number) + b"\n", moment(march(5))).done == "declined"
    with world.database.read() as session:
        (declined,) = session.exec(select(OptOut)).all()
        assert (declined.mailbox_id, declined.mail_class, declined.cause) == (
            message_to(world).mailbox_id,
            "copies",
            "complaint",
        )
    assert world.lines(kinds=["bounce"]) == []
    assert mailbox(world).state == "ok"


def test_a_canary_that_is_back_before_it_was_noted_notes_itself(world: World) -> None:
    """And the first return counts."""
    from engine.mail.canary import canary_mail  # noqa: PLC0415

    raw = canary_mail(f"don-doc+{TAGS.canary(START)}@tinh.example.vn", START)
    assert taken(world, raw, moment(START, time(9))).done == "seen"
    taken(world, raw + b"again", moment(START, time(12)))
    with world.database.read() as session:
        (canary,) = session.exec(select(Canary)).all()
        assert (canary.day, canary.seen_at) == (START, at(START, time(9)))


# -- good again --------------------------------------------------------------------------------------------------------


def recovered(world: World, day: date) -> int:
    """The daily look."""
    with world.database.write() as session:
        return recover(session, moment(day), calendar=world.calendar)


def test_a_mailbox_is_good_again_when_later_mail_did_not_come_back(world: World, tmp_path: Path) -> None:
    """Three working days after it; not for the mail before the failure."""
    number = sent(world, tmp_path, Duty("I.1", LAST))
    taken(world, mail("postfix", number), moment(START, time(9)))
    assert recovered(world, march(30)) == 0
    world.sweep_through(march(9), march(13))
    world.deliver(march(13), world.to_files(tmp_path))
    assert message_to(world).day == march(13)
    assert recovered(world, march(17)) == 0
    assert recovered(world, march(18)) == 1
    box = mailbox(world)
    assert (box.state, box.state_since, box.state_words, box.soft_bounces) == ("ok", None, "", 0)
    assert recovered(world, march(19)) == 0


def test_a_mailbox_whose_later_mail_came_back_too_stays_failed(world: World, tmp_path: Path) -> None:
    """Its failure still counts from the first."""
    number = sent(world, tmp_path, Duty("I.1", LAST))
    taken(world, mail("postfix", number), moment(START, time(9)))
    world.sweep_through(march(9), march(13))
    world.deliver(march(13), world.to_files(tmp_path))
    taken(world, mail("zimbra_full", message_to(world).id or 0), moment(march(16)))
    assert recovered(world, march(30)) == 0
    box = mailbox(world)
    assert (box.state_since, box.state_words) == (START, "5.2.2 552 5.2.2 Over quota")


def test_a_person_calls_a_mailbox_good_again(small_world: World, tmp_path: Path) -> None:
    """By its address; one that is not there is refused."""
    number = sent(small_world, tmp_path)
    taken(small_world, mail("postfix", number), moment(START, time(9)))
    with small_world.database.write() as session:
        clear(session, OFFICE)
    assert mailbox(small_world).state == "ok"
    with pytest.raises(RefusedError), small_world.database.write() as session:
        clear(session, "ai@do.example.vn")


def test_a_late_report_of_one_of_two_notices_holds_only_its_own_duty(small_world: World, tmp_path: Path) -> None:
    """The agency whose mail arrived goes on as ever."""
    sent(small_world, tmp_path, Duty("I.1", LAST, owners=(A, B)))
    taken(small_world, mail("postfix", message_to(small_world).id or 0), moment(march(4)))
    held = [small_world.state("I.1", agency).held_until for agency in (A, B)]
    assert held == [march(9), None]


def test_what_is_noted_of_a_report_names_when_it_came(small_world: World, tmp_path: Path) -> None:
    """By the machine's time."""
    number = sent(small_world, tmp_path)
    real = datetime.fromisoformat("2020-03-04T03:00:00+00:00") + timedelta(seconds=1)
    taken(small_world, mail("postfix_delayed", number), Moment(at(march(4)), real))
    with small_world.database.read() as session:
        (report,) = session.exec(select(Report)).all()
    assert (report.received_at, report.kind, report.status, report.effect) == (real, "delay", "4.4.1", "noted")
