"""Delivery to a real SMTP server: what goes, what waits, what is taken back, and nothing lost or twice."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sink import Sink, free_port, running
from sqlmodel import col, select
from world import AN, LAN, START, A, B, Duty, World, at_once, moment

from engine.clock import at
from engine.database import Database
from engine.delivery import RETRIES, WINDOW, deliver
from engine.gathering import gather
from engine.ledger import export, verify
from engine.mail.smtp import SmtpSettings, SmtpTransport
from engine.models import Agency, Entry, Mailbox, Message, Plan
from engine.outbox import LEASE, claim
from engine.plans import change
from engine.sweep import sweep

KEY = Ed25519PrivateKey.generate()

LAST = date(2020, 3, 20)
OFFICE, HEAD, OTHER = "vanthu@so-a.example.vn", "giamdoc@so-a.example.vn", "vanthu@so-b.example.vn"
COORDINATOR, SUPERVISOR = "lan@example.vn", "minh@example.vn"


def march(day: int) -> date:
    """That day of March 2020."""
    return date(2020, 3, day)


def counts(world: World, sink: Sink, day: date, **more: object) -> dict[str, int]:
    """The figures of one delivery."""
    return world.deliver(day, sink.transport, **more).counts()  # type: ignore[arg-type]


def messages(world: World) -> list[Message]:
    """The outbox."""
    with world.database.read() as session:
        rows = session.exec(select(Message).order_by(col(Message.id))).all()
        session.expunge_all()
        return list(rows)


def busy_morning(world: World) -> set[str]:
    """Six mailboxes to tell of two duties that are late; their addresses."""
    world.plan(Duty("I.1", march(4), helpers=("so-ngoai",)), Duty("I.2", march(4), owners=(B,)))
    world.sweep(START)
    world.sweep(march(13))
    return {OFFICE, OTHER, HEAD, "giamdoc@so-b.example.vn", COORDINATOR, SUPERVISOR, "vanthu@so-ngoai.example.vn"}


def test_a_morning_goes_out_as_one_message_for_each_mailbox(world: World, sink: Sink) -> None:
    """Sent, marked with the server's reply, and written into the ledger that verifies."""
    expected = busy_morning(world)
    assert counts(world, sink, march(13)) == {"sent": 7, "failed": 0, "withdrawn": 0, "pending": 0}
    assert Counter(sink.recipients) == Counter(expected)
    assert {m.status for m in messages(world)} == {"sent"}
    assert all("taken" in m.reply and m.sent_at and m.subject for m in messages(world))
    told = [line.data for line in world.lines(kinds=["delivery"])]
    assert len(told) == 7
    assert {tuple(pair) for data in told for pair in data["told"]} >= {("I.1", "N"), ("I.1", "E3"), ("I.2", "E3")}
    assert counts(world, sink, march(13)) == {"sent": 0, "failed": 0, "withdrawn": 0, "pending": 0}
    with world.database.read() as session:
        lines = list(export(session, KEY, moment(march(13)).real))
    assert verify(lines).faults == []
    assert not [address for address in expected if address in "".join(lines)]


def test_a_digest_tells_all_duties_of_a_mailbox(small_world: World, sink: Sink) -> None:
    """One mail with several lines, and a section for each plan."""
    small_world.plan(Duty("I.1", LAST), Duty("I.2", march(12)))
    small_world.plan(Duty("II.1", LAST), number="02/KH-THU")
    small_world.sweep(START)
    assert counts(small_world, sink, START)["sent"] == 1
    (text,) = sink.texts(OFFICE)
    for words in ("I.1. ", "I.2. ", "II.1. ", "01/KH-THU", "02/KH-THU", "20/03/2020", "còn 13 ngày làm việc"):
        assert words in text


def test_a_mail_carries_the_headers_of_an_automatic_notice(small_world: World, sink: Sink) -> None:
    """One recipient, no reply from machines, a list to filter by, a thread to follow, and both texts."""
    small_world.plan(Duty("I.1", LAST))
    small_world.sweep(START)
    small_world.deliver(START, sink.transport)
    ((to, mail),) = sink.mails
    assert to == OFFICE
    assert [value.addr_spec for value in mail["To"].addresses] == [OFFICE]
    assert mail["From"].addresses[0].addr_spec == "dondoc@vanphong.example.vn"
    assert mail["From"].addresses[0].display_name == "Văn phòng"
    for name in ("Cc", "Bcc", "Return-Receipt-To", "List-Unsubscribe", "In-Reply-To"):
        assert mail[name] is None
    for name in ("To", "From", "Subject", "Date", "Message-ID", "List-Id"):
        assert len(mail.get_all(name, [])) == 1
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == f"<m{messages(small_world)[0].id}.thu@vanphong.example.vn>"
    assert mail["References"] is None
    assert mail["Content-Language"] == "vi"
    assert mail["Date"].datetime == at(START, time(8, 0))
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    html = mail.get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()


HOSTILE = 'Sở "A"\r\nBcc: <evil@example.org>\r\n\r\n<script>alert(1)</script> \u2028X-Evil: 1\x00'


def test_hostile_names_inject_nothing(small_world: World, sink: Sink) -> None:
    """Line ends and tags in the names of an agency, a mailbox and a plan stay text."""
    small_world.plan(Duty("I.1", LAST))
    with small_world.database.write() as session:
        for agency in session.exec(select(Agency)).all():
            agency.name = HOSTILE
        for mailbox in session.exec(select(Mailbox)).all():
            mailbox.name = HOSTILE
        for plan in session.exec(select(Plan)).all():
            plan.number = plan.title = HOSTILE
    small_world.sweep(START)
    assert counts(small_world, sink, START)["sent"] == 1
    ((to, mail),) = sink.mails
    assert to == OFFICE
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert [value.addr_spec for value in mail["To"].addresses] == [OFFICE]
    html = mail.get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()


@pytest.mark.parametrize(
    "bad", ["không phải địa chỉ", "văn.thư@so-a.example.vn", "a@b.vn\r\nRCPT TO:<x@y.vn>", "", "<a@b.vn>"]
)
def test_one_impossible_address_does_not_keep_the_others_from_their_mail(world: World, sink: Sink, bad: str) -> None:
    """It fails for good, is told to the coordinator, and the rest goes."""
    with world.database.write() as session:
        session.exec(select(Mailbox).where(Mailbox.address == OFFICE)).one().address = bad
    world.plan(Duty("I.1", LAST, owners=(A, B)))
    world.sweep(START)
    assert counts(world, sink, START) == {"sent": 1, "failed": 1, "withdrawn": 0, "pending": 1}
    assert counts(world, sink, START, hour=time(9)) == {"sent": 1, "failed": 0, "withdrawn": 0, "pending": 0}
    assert sink.recipients == [OTHER, COORDINATOR]


@pytest.mark.parametrize(("hour", "leaves"), [(time(7, 29), 0), (time(7, 30), 1), (time(17, 0), 1), (time(17, 1), 0)])
def test_mail_leaves_only_in_the_hours_of_a_working_day(
    small_world: World, sink: Sink, hour: time, leaves: int
) -> None:
    """What falls outside waits, and is not lost."""
    small_world.plan(Duty("I.1", LAST))
    small_world.sweep(START)
    done = counts(small_world, sink, START, hour=hour)
    assert done == {"sent": leaves, "failed": 0, "withdrawn": 0, "pending": 1 - leaves}


def test_mail_does_not_leave_on_a_day_off(small_world: World, sink: Sink) -> None:
    """Saturday waits for Monday."""
    small_world.plan(Duty("I.1", LAST))
    small_world.sweep(march(6))
    assert counts(small_world, sink, march(7))["pending"] == 1
    assert counts(small_world, sink, march(9))["sent"] == 1


def test_a_server_that_is_away_loses_nothing_and_uses_up_no_try(world: World, sink: Sink) -> None:
    """Nobody listens: everything stays pending; later the same messages go under the same ids."""
    busy_morning(world)
    away = SmtpTransport(SmtpSettings("127.0.0.1", free_port()))
    for hour in range(8, 16):
        done = world.deliver(march(13), away, hour=time(hour))
        assert done.error
        assert done.counts() == {"sent": 0, "failed": 0, "withdrawn": 0, "pending": 7}
    waiting = messages(world)
    assert {(m.status, m.attempts) for m in waiting} == {("pending", 0)}
    assert all(m.error for m in waiting)
    assert counts(world, sink, march(13), hour=time(16))["sent"] == 7
    assert sorted(sink.ids) == sorted(f"<m{m.id}.thu@vanphong.example.vn>" for m in waiting)
    assert [line.kind for line in world.lines(kinds=["bounce"])] == []


@pytest.mark.parametrize("reply", ["530 5.7.0 Must issue a STARTTLS command first", "550 5.7.1 sender not allowed"])
def test_a_server_that_does_not_want_us_fails_no_message(small_world: World, sink: Sink, reply: str) -> None:
    """It is about the sender, not about the recipients: nobody's ladder is held for it."""
    small_world.plan(Duty("I.1", LAST, owners=(A, B)))
    small_world.sweep(START)
    sink.refuse_sender = reply
    done = small_world.deliver(START, sink.transport)
    assert reply[:3] in done.error
    assert done.counts() == {"sent": 0, "failed": 0, "withdrawn": 0, "pending": 2}
    sink.refuse_sender = ""
    assert counts(small_world, sink, START)["sent"] == 2


def test_a_temporary_refusal_is_tried_again_later_under_the_same_id(world: World, sink: Sink) -> None:
    """451, then taken; in between it is left alone until its time."""
    world.plan(Duty("I.1", LAST, owners=(A, B)))
    world.sweep(START)
    sink.refuse = lambda to: "451 4.7.1 greylisted" if to == OFFICE else None
    start = at(START, time(8))
    assert counts(world, sink, START) == {"sent": 1, "failed": 0, "withdrawn": 0, "pending": 1}
    before = next(m for m in messages(world) if m.status == "pending")
    assert "451" in before.error
    sink.refuse = lambda _: None
    early = start + RETRIES[0] - timedelta(seconds=1)
    assert counts(world, sink, START, real=early)["sent"] == 0
    assert counts(world, sink, START, real=start + RETRIES[0])["sent"] == 1
    assert sink.recipients == [OTHER, OFFICE]
    assert sink.ids[-1] == f"<m{before.id}.thu@vanphong.example.vn>"
    assert world.lines(kinds=["bounce"]) == []


def test_after_the_last_try_a_message_has_failed_and_the_coordinator_is_told(world: World, sink: Sink) -> None:
    """Not in silence."""
    world.plan(Duty("I.1", LAST))
    world.sweep(START)
    sink.refuse = lambda to: "450 mailbox busy" if to == OFFICE else None
    real = at(START, time(8))
    for wait in RETRIES:
        assert counts(world, sink, START, real=real)["failed"] == 0
        real += wait
    assert counts(world, sink, START, real=real) == {"sent": 0, "failed": 1, "withdrawn": 0, "pending": 1}
    assert counts(world, sink, START, real=real)["sent"] == 1
    assert sink.recipients == [COORDINATOR]


def test_a_bounced_notice_is_recorded_and_told_and_holds_the_ladder_three_working_days(
    world: World, sink: Sink
) -> None:
    """550 for the notice of 3/3: R14 of 6/3 waits, and goes on 9/3 to head, coordinator and supervisor as well."""
    world.plan(Duty("I.1", LAST))
    world.sweep(START)
    sink.refuse = lambda to: f"550 5.1.1 <{to.upper()}>: no such user" if to == OFFICE else None
    assert counts(world, sink, START) == {"sent": 0, "failed": 1, "withdrawn": 0, "pending": 1}
    (bounce,) = world.lines("I.1", kinds=["bounce"])
    assert bounce.to == (COORDINATOR,)
    assert "550" in bounce.data["reply"]
    assert OFFICE not in str(bounce.data).lower()
    assert world.state("I.1").held_until == march(6)
    assert counts(world, sink, START, hour=time(9))["sent"] == 1
    (text,) = sink.texts(COORDINATOR)
    assert "I.1" in text
    assert "Sở A" in text
    assert "550" in text
    world.sweep_through(march(4), march(6))
    assert world.rungs("I.1") == ["2020-03-03 N"]
    world.sweep(march(9))
    (reminder,) = world.lines("I.1", kinds=["reminder"])
    assert (str(reminder), set(reminder.to)) == ("2020-03-09 R14", {OFFICE, HEAD, COORDINATOR, SUPERVISOR})
    sink.refuse = lambda _: None
    assert counts(world, sink, march(9))["sent"] == 4
    for to in (HEAD, COORDINATOR, SUPERVISOR):
        assert "không đến được cơ quan chủ trì" in sink.texts(to)[-1]
    assert "không đến được địa chỉ của cơ quan" in sink.texts(OFFICE)[-1]


def test_after_a_new_deadline_the_ladder_is_the_usual_one_again(small_world: World, sink: Sink) -> None:
    """A bounce counts for the version whose notice came back."""
    small_world.plan(Duty("I.1", LAST))
    small_world.sweep(START)
    sink.refuse = lambda to: "550 no such user" if to == OFFICE else None
    small_world.deliver(START, sink.transport)
    sink.refuse = lambda _: None
    small_world.change_contact(A, "office", "moi@so-a.example.vn")
    small_world.act("move", "I.1", day=march(5), new_day=march(27), document="12/UBND")
    small_world.sweep_through(march(6), march(13))
    assert [(str(line), line.to) for line in small_world.lines("I.1")][1:] == [
        ("2020-03-06 N", ("moi@so-a.example.vn",)),
        ("2020-03-13 R14", ("moi@so-a.example.vn",)),
    ]


def test_a_new_owner_is_not_blamed_for_the_mail_that_the_old_one_did_not_get(small_world: World, sink: Sink) -> None:
    """Reassigned after the bounce: the further rungs go the usual way."""
    small_world.plan(Duty("I.1", LAST))
    small_world.sweep(START)
    sink.refuse = lambda to: "550 no such user" if to == OFFICE else None
    small_world.deliver(START, sink.transport)
    small_world.act("reassign", "I.1", day=march(4), reason="chuyển", document="12/UBND", to_agency=B)
    small_world.sweep_through(march(5), march(13))
    small_world.deliver(march(13), sink.transport)
    assert {line.to for line in small_world.lines("I.1")[1:] if not line.superseded} == {(OTHER,)}
    assert "không đến được" not in sink.texts(OTHER)[-1]


def test_a_bounced_reminder_is_told_and_makes_the_further_rungs_louder(small_world: World, sink: Sink) -> None:
    """Nothing is held, for the notice had arrived; but no dead mailbox shields an agency."""
    small_world.plan(Duty("I.1", LAST))
    small_world.sweep(START)
    small_world.deliver(START, sink.transport)
    small_world.sweep_through(march(4), march(6))
    sink.refuse = lambda to: "550 no such user" if to == OFFICE else None
    assert counts(small_world, sink, march(6))["failed"] == 1
    assert small_world.state("I.1").held_until is None
    small_world.sweep_through(march(9), march(13))
    assert set(small_world.lines("I.1")[-1].to) == {OFFICE, HEAD, COORDINATOR, SUPERVISOR}


def test_a_bounced_mail_to_a_helper_leaves_the_owner_in_peace(small_world: World, sink: Sink) -> None:
    """The coordinator hears of it; the ladder goes on as ever."""
    small_world.plan(Duty("I.1", LAST, helpers=(B,)))
    small_world.sweep(START)
    sink.refuse = lambda to: "550 no such user" if to == OTHER else None
    assert counts(small_world, sink, START) == {"sent": 1, "failed": 1, "withdrawn": 0, "pending": 1}
    assert small_world.state("I.1").held_until is None
    small_world.sweep_through(march(4), march(13))
    assert small_world.lines("I.1")[-1].to == (OFFICE,)


@pytest.mark.parametrize(
    ("event", "more", "reason"),
    [
        ("submit", {"by": AN, "document": "9/BC", "document_date": START}, "the duty is submitted"),
        ("move", {"new_day": date(2020, 4, 30), "document": "12/UBND"}, "the deadline was changed"),
        ("suspend", {"reason": "chờ", "document": "12/UBND"}, "the duty is suspended"),
        ("reassign", {"reason": "chuyển", "document": "1", "to_agency": "so-ngoai"}, "the duty went to another agency"),
    ],
)
def test_what_is_no_longer_due_is_withdrawn_with_its_reason(
    world: World, sink: Sink, event: str, more: dict[str, object], reason: str
) -> None:
    """Between the sweep and the mail something happened: the item is taken back, and the ledger says why."""
    world.plan(Duty("I.1", LAST), Duty("I.2", LAST, owners=(B,)))
    world.sweep(START)
    world.act(event, "I.1", **more)
    done = counts(world, sink, START, hour=time(9, 30))
    assert (done["withdrawn"], done["failed"], done["pending"]) == (1, 0, 0)
    assert OFFICE not in sink.recipients
    assert OTHER in sink.recipients
    (line,) = world.lines("I.1", kinds=["withdrawn"])
    assert (line.data["reason"], line.data["rung"]) == (reason, "N")
    assert world.lines("I.2", kinds=["withdrawn"]) == []


def test_one_item_withdrawn_leaves_the_rest_of_the_message(small_world: World, sink: Sink) -> None:
    """The mail goes with what is still due."""
    small_world.plan(Duty("I.1", LAST), Duty("I.2", LAST))
    small_world.sweep(START)
    small_world.act("submit", "I.1", by=AN, document="9/BC", document_date=START)
    assert counts(small_world, sink, START, hour=time(9, 30)) == {"sent": 1, "failed": 0, "withdrawn": 0, "pending": 0}
    (text,) = sink.texts(OFFICE)
    assert "I.2. " in text
    assert "I.1. " not in text


def test_a_confirmed_submission_is_no_longer_waited_for(small_world: World, sink: Sink) -> None:
    """Confirmed between the sweep and the mail."""
    small_world.plan(Duty("I.1", LAST))
    small_world.act("submit", "I.1", by=AN, document="9/BC", document_date=START)
    small_world.sweep(march(9))
    small_world.act("confirm", "I.1", by=LAN, day=march(9))
    assert counts(small_world, sink, march(9), hour=time(9, 30))["withdrawn"] == 1
    assert sink.mails == []


def test_a_suspended_plan_sends_nothing(small_world: World, sink: Sink) -> None:
    """What its sweep had written is withdrawn."""
    plan = small_world.plan(Duty("I.1", LAST))
    small_world.sweep(START)
    with small_world.database.write() as session:
        change(session, session.get_one(Plan, plan), "suspend", moment(START), by=LAN, reason="thử")
    assert counts(small_world, sink, START) == {"sent": 0, "failed": 0, "withdrawn": 1, "pending": 0}
    (line,) = small_world.lines("I.1", kinds=["withdrawn"])
    assert line.data["reason"] == "the plan is suspended"


@pytest.mark.parametrize("survived", [1, 3, 5])
def test_a_killed_delivery_loses_nothing_and_doubles_at_most_the_message_in_flight(world: World, survived: int) -> None:
    """kill -9 while the server holds a mail it has not answered for; the next delivery sends the rest."""
    expected = busy_morning(world)
    with running(Sink(stop_after=survived)) as slow:
        url = world.database.engine.url.render_as_string(hide_password=False)
        script = Path(__file__).with_name("deliver_once.py")
        process = subprocess.Popen([sys.executable, str(script), url, str(slow.port), "2020-03-13"])
        try:
            assert slow.stopped.wait(60)
        finally:
            process.kill()
        assert process.wait() == -signal.SIGKILL
    assert [m.status for m in messages(world)] == ["sent"] * (survived - 1) + ["sending"] * (8 - survived)
    with running(Sink()) as sink:
        # The lease is not over: the next delivery knows from the machine itself that the sender is dead.
        assert counts(world, sink, march(13)) == {"sent": 8 - survived, "failed": 0, "withdrawn": 0, "pending": 0}
    arrived = Counter(slow.ids + sink.ids)
    assert set(slow.recipients + sink.recipients) == expected
    assert sorted(arrived.values()) == [1] * 6 + [2]
    assert slow.ids[-1] in sink.ids  # the doubled one is the one in flight
    doubled = [mail for _, mail in slow.mails + sink.mails if mail["Message-ID"] == slow.ids[-1]]
    assert doubled[0].as_bytes() == doubled[1].as_bytes()


def test_what_a_sender_on_another_machine_held_is_taken_up_when_its_lease_is_over(world: World, sink: Sink) -> None:
    """Whether it lives cannot be told from here, so its time is waited for."""
    world.plan(Duty("I.1", LAST))
    world.sweep(START)
    with world.database.write() as session:
        gather(session, moment(START, time(8)), calendar=world.calendar, window=WINDOW)
        (claimed,) = claim(session, moment(START, time(8)))
        session.get_one(Message, claimed).claimed_by = "elsewhere/1/1"
    start = at(START, time(8))
    assert counts(world, sink, START, real=start + LEASE)["sent"] == 0
    assert counts(world, sink, START, real=start + LEASE + timedelta(seconds=1))["sent"] == 1
    assert messages(world)[0].attempts == 2


def test_deliveries_at_once_send_nothing_twice(world: World, sink: Sink, again: Callable[[Database], Database]) -> None:
    """Four of them over one outbox."""
    expected = busy_morning(world)
    databases = [again(world.database) for _ in range(4)]

    def work(database: Database) -> int:
        now = at(march(13), time(8))
        return deliver(world.sending(sink.transport, database), moment(now.date(), time(8))).sent

    sent = at_once(*[lambda d=d: work(d) for d in databases])
    assert sum(sent) == 7
    assert sorted(sink.recipients) == sorted(expected)
    assert len(set(sink.ids)) == 7


def test_nothing_leaves_before_it_is_sealed(small_world: World, sink: Sink) -> None:
    """What has gone out can no longer be changed in the ledger."""
    small_world.plan(Duty("I.1", LAST))
    with small_world.database.write() as session:
        sweep(session, moment(START), policy=small_world.policy, calendar=small_world.calendar)
    assert counts(small_world, sink, START)["sent"] == 1
    with small_world.database.read() as session:
        assert all(session.exec(select(Entry.hash)).all())


def test_files_take_the_place_of_a_server_that_is_not_set(small_world: World, tmp_path: Path) -> None:
    """The same mail as a file; sent again, it replaces itself."""
    small_world.plan(Duty("I.1", LAST, owners=(A, B)))
    small_world.sweep(START)
    assert small_world.deliver(START, small_world.to_files(tmp_path / "mail")).sent == 2
    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert OFFICE.encode() in b"".join(file.read_bytes() for file in files)
