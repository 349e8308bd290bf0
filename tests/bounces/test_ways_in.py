"""Bounces come in by LMTP and by maildir, once each, and only ours; the canary proves the way."""

import os
import smtplib
from datetime import date, time
from pathlib import Path

import pytest
from offices import Office
from returned_mail import CORPUS
from sqlmodel import select
from world import START

from config.schedule import read_schedule
from engine.clock import at
from engine.errors import CheckFailedError, UnavailableError
from engine.health import findings
from engine.models import Canary, Message, Report
from web.expected import expected
from web.letterbox import LARGEST, Letterbox

OWNER, COORDINATOR = "vanthu@so-a.example.vn", "lan@example.vn"


def march(day: int) -> date:
    """That day of March 2020."""
    return date(2020, 3, day)


def report(office: Office, name: str = "postfix", to: str = OWNER) -> bytes:
    """A mail of the corpus about the last mail to someone."""
    return (CORPUS / f"{name}.eml").read_bytes().replace(b"{bounce}", office.back_to(to).encode())


def reports(office: Office) -> list[str]:
    """What was taken, and its effect."""
    with office.place.database.read() as session:
        return [f"{one.kind} {one.effect}" for one in session.exec(select(Report).order_by(Report.id)).all()]  # type: ignore[arg-type]


def told(office: Office, what: str) -> tuple[bool, str]:
    """One finding of the doctor."""
    place = office.place
    with place.database.read() as session:
        found = findings(session, expected(place, read_schedule()), place.clock.moment())
    return next((one.ok, one.detail) for one in found if one.what == what)


def test_a_notice_comes_back_and_the_coordinator_reads_of_it(office: Office) -> None:
    """Sent by SMTP, back by LMTP: the ladder waits, the next mail says so, and after three working days it goes on."""
    office.world.sweep(START)
    assert office.deliver(START).sent == 1
    back = office.back_to(OWNER)
    assert back.startswith("don-doc+b")
    office.at(march(4), time(9))
    assert office.bring(back, report(office)) == (250, "2.0.0 Taken")
    assert office.world.state("I.1").held_until == march(9)
    assert office.deliver(march(4), time(10)).sent == 1
    _, to, raw = office.post.taken[-1]
    assert to == COORDINATOR
    from email import message_from_bytes, policy  # noqa: PLC0415

    text = message_from_bytes(raw, policy=policy.default).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "I.1" in text
    assert "User unknown" in text
    assert "địa chỉ không có hoặc viết sai" in text
    office.world.sweep_through(march(4), march(13))
    office.deliver(march(13))
    assert {to for _, to, _ in office.post.taken[-4:]} == {
        OWNER,
        "giamdoc@so-a.example.vn",
        COORDINATOR,
        "minh@example.vn",
    }
    (what, detail) = told(office, "hộp thư không tới được")
    assert not what
    assert f"{OWNER} từ 04/03/2020: 5.1.1" in detail
    assert "dondoc agency import" in detail


@pytest.mark.parametrize(
    "to", ["lan@example.vn", "don-doc@tinh.example.vn", "don-doc+b1.aaaaaaaaaaaaaaaa@tinh.example.vn"]
)
def test_nothing_but_our_bounce_addresses_is_taken(office: Office, to: str) -> None:
    """No relay, and no mail to be bounced to the innocent."""
    assert office.bring(to, b"x")[0] == 550
    assert reports(office) == []


def test_our_mark_at_another_domain_is_refused(office: Office) -> None:
    """The mark is ours, the address is not."""
    office.world.sweep(START)
    office.deliver(START)
    assert office.bring(office.back_to(OWNER).partition("@")[0] + "@khac.example.vn", b"x")[0] == 550


def test_a_mail_has_one_recipient(office: Office) -> None:
    """So one answer says all; the mail server brings the second by itself."""
    office.world.sweep(START)
    office.deliver(START)
    with smtplib.LMTP("127.0.0.1", office.port) as door:
        door.ehlo_or_helo_if_needed()
        door.mail("")
        assert door.rcpt(office.back_to(OWNER))[0] == 250
        assert door.rcpt(office.back_to(OWNER))[0] == 452


def test_a_mail_that_is_too_large_is_refused_and_the_door_stays_open(office: Office) -> None:
    """Its beginning alone would be read anyway, but nobody may fill our memory."""
    office.world.sweep(START)
    office.deliver(START)
    back = office.back_to(OWNER)
    assert office.bring(back, (b"x" * 70 + b"\r\n") * (LARGEST // 72 + 10))[0] == 552
    assert office.bring(back, report(office))[0] == 250


def test_what_cannot_be_written_is_to_be_brought_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """451 while the database is away; taken when it is back."""
    office.world.sweep(START)
    office.deliver(START)
    back = office.back_to(OWNER)

    def away(*_: object) -> None:
        raise UnavailableError("away")

    with monkeypatch.context() as patch:
        patch.setattr(Letterbox, "_take", away)
        assert office.bring(back, report(office))[0] == 451
    assert office.bring(back, report(office))[0] == 250
    assert reports(office) == ["bounce failed"]


def test_a_vacation_program_and_we_do_not_talk_to_each_other(office: Office) -> None:
    """Every mail of ours is answered at once; no mail of ours follows, and nothing changes."""
    office.world.sweep(START)
    office.deliver(START)
    answered = 0
    for day in range(4, 14):
        for _, to, _ in office.post.taken[answered:]:
            code, _ = office.bring(office.back_to(to), report(office, "vacation", to), sender=to)
            assert code == 250
        answered = len(office.post.taken)
        office.world.sweep(march(day))
        office.deliver(march(day))
    assert set(reports(office)) == {"other none"}
    quiet = [line.rung for line in office.world.lines("I.1")]
    assert len(office.post.taken) == len(quiet) == 3  # the notice and two reminders, as without the answers
    assert office.world.lines(kinds=["bounce"]) == []


# -- maildir -----------------------------------------------------------------------------------------------------------


def lay(office: Office, raw: bytes, name: str = "1.a.host") -> Path:
    """Lay a mail into `new`."""
    path = office.maildir / "new" / name
    path.write_bytes(raw)
    return path


def test_a_maildir_is_emptied_and_its_mails_are_kept(office: Office) -> None:
    """Taken, then in `cur` as seen; the address is known from the mail itself."""
    office.world.sweep(START)
    office.deliver(START)
    lay(office, report(office))
    counts = office.place.take_bounces(office.at(START, time(6)))
    assert counts == {"taken": 1, "left": 0, "recovered": 0, "canaries": 0}
    assert os.listdir(office.maildir / "new") == []
    assert os.listdir(office.maildir / "cur") == ["1.a.host:2,S"]
    assert reports(office) == ["bounce failed"]


def test_stopped_between_taking_and_moving_it_takes_nothing_twice(office: Office) -> None:
    """What was taken is known by its bytes, and only moved."""
    office.world.sweep(START)
    office.deliver(START)
    office.bring(office.back_to(OWNER), report(office))
    raw = report(office).replace(b"\n", b"\r\n")  # as it came over the wire
    lay(office, raw)
    before = office.world.lines(kinds=["bounce"])
    assert office.place.take_bounces(office.at(START, time(6)))["taken"] == 1
    assert office.world.lines(kinds=["bounce"]) == before
    assert os.listdir(office.maildir / "cur") == ["1.a.host:2,S"]


def test_what_is_no_plain_file_is_named_and_the_rest_taken(office: Office) -> None:
    """A link may lead anywhere."""
    office.world.sweep(START)
    office.deliver(START)
    (office.maildir / "new" / "0.link").symlink_to("/etc/hostname")
    (office.maildir / "new" / "0.pipe").mkdir()
    lay(office, report(office))
    with pytest.raises(CheckFailedError, match="2 mails"):
        office.place.take_bounces(office.at(START, time(6)))
    assert reports(office) == ["bounce failed"]


def test_a_report_of_a_mail_just_being_sent_stays_for_the_next_time(office: Office) -> None:
    """It is taken when the sender has marked it."""
    office.world.sweep(START)
    office.deliver(START)
    with office.place.database.write() as session:
        message = session.get_one(Message, 1)
        message.status, message.sent_at, message.claimed_by = "sending", None, "a sender"
    path = lay(office, report(office))
    assert office.place.take_bounces(office.at(START, time(6)))["left"] == 1
    assert path.exists()


# -- canary ------------------------------------------------------------------------------------------------------------


def canaries(office: Office) -> list[Canary]:
    """Those noted."""
    with office.place.database.read() as session:
        rows = list(session.exec(select(Canary)).all())
        session.expunge_all()
        return rows


def test_the_canary_goes_once_a_working_day_and_its_return_is_noted(office: Office) -> None:
    """Not before the hours of mail, not on a Sunday; without a sender, and no message of duties."""
    assert office.place.take_bounces(office.at(march(3), time(7)))["canaries"] == 0
    assert office.place.take_bounces(office.at(march(3), time(7, 35)))["canaries"] == 1
    assert office.place.take_bounces(office.at(march(3), time(7, 40)))["canaries"] == 0
    assert office.place.take_bounces(office.at(march(8), time(9)))["canaries"] == 0
    ((sender, to, raw),) = office.post.taken
    assert sender == "<>"  # as aiosmtpd writes the empty one
    office.at(march(3), time(7, 36))
    assert office.bring(to, raw)[0] == 250
    (canary,) = canaries(office)
    assert (canary.sent_at, canary.seen_at) == (at(march(3), time(7, 35)), at(march(3), time(7, 36)))
    assert reports(office) == ["canary seen"]
    assert told(office, "thư trả lại") == (
        True,
        "đường về: thư thử về lần cuối 2020-03-03 00:36 UTC; nhận hôm nay: canary 1",
    )
    with office.place.database.read() as session:
        assert session.exec(select(Message)).all() == []


def test_a_canary_that_does_not_return_is_noticed(office: Office) -> None:
    """After two hours, and still while the next day's is on its way; over when one is back."""
    office.place.take_bounces(office.at(march(3)))
    for day, hour, ok in ((3, time(9, 59), True), (3, time(10, 1), False), (4, time(8, 30), False)):
        office.at(march(day), hour)
        assert told(office, "thư trả lại")[0] is ok
        assert office.client.get("/readyz").json()["checks"]["bounces"]["ok"] is ok
    office.place.take_bounces(office.at(march(4), time(8, 30)))
    assert not told(office, "thư trả lại")[0]
    _, to, raw = office.post.taken[-1]
    office.bring(to, raw)
    assert told(office, "thư trả lại")[0]


def test_that_no_canary_was_sent_is_noticed(office: Office) -> None:
    """Two working days of silence: nobody looks any more."""
    office.place.take_bounces(office.at(march(3)))
    _, to, raw = office.post.taken[-1]
    office.bring(to, raw)
    for day, ok in ((5, True), (6, False)):
        office.at(march(day))
        assert told(office, "thư trả lại")[0] is ok


def test_without_a_way_in_the_doctor_says_so(office: Office) -> None:
    """A fault where mail leaves by a server; `/readyz` calls it unwatched."""
    from dataclasses import replace  # noqa: PLC0415

    settings = office.place.settings
    none = settings.bounces.model_copy(update={"listen": "", "maildir": ""})
    office.place.settings = replace(settings, bounces=none)
    ok, detail = told(office, "thư trả lại")
    assert (ok, "không theo dõi được" in detail) == (False, True)
    assert office.client.get("/readyz").json()["checks"]["bounces"] == {"ok": True, "watched": False, "proven": None}
    office.place.settings = replace(settings, bounces=none, smtp=None)
    assert told(office, "thư trả lại")[0]


def test_the_figures_tell_what_came_back(office: Office) -> None:
    """By class; names nobody."""
    office.world.sweep(START)
    office.deliver(START)
    office.bring(office.back_to(OWNER), report(office))
    text = office.client.get("/metrics").text
    assert 'dondoc_bounces{status="5.1"} 1' in text
    assert 'dondoc_mailboxes{state="failed"} 1' in text
    assert 'dondoc_reports_today{kind="bounce"} 1' in text
    assert "example.vn" not in text
