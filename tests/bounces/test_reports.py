"""What mail servers of many makes write when mail does not arrive, and what must count for nothing."""

import base64
from datetime import date
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from returned_mail import CORPUS, SENDER, TAGS, bounce_address, mail

from engine.mail.canary import canary_mail
from engine.mail.parts import DEEPEST, parts_of
from engine.mail.reports import LONGEST, WORDS, Kind, Report, read
from engine.mail.tags import Tags

TO = "vanthu@so-a.example.vn"
B, D, C, A, O = Kind.BOUNCE, Kind.DELAY, Kind.COMPLAINT, Kind.AUTO_REPLY, Kind.OTHER  # noqa: E741

EXPECTED = {
    "postfix": (B, "5.1.1", "failed", TO, "User unknown in virtual mailbox table"),
    "zimbra_full": (B, "5.2.2", "failed", TO, "552 5.2.2 Over quota"),
    "exim": (B, "5.1.2", "failed", TO, "Unrouteable address"),
    "exim_old": (B, "5.1.1", "failed", TO, "550 No such user here"),
    "exim_warning": (D, "4.4.7", "delayed", TO, "Connection timed out"),
    "sendmail": (B, "5.1.1", "failed", TO, "User unknown"),
    "sendmail_delayed": (D, "4.2.0", "delayed", TO, ""),
    "qmail": (B, "5.1.1", "failed", TO, "Sorry, no mailbox here by that name. (#5.1.1)"),
    "yahoo_old": (B, "5.1.1", "failed", TO, "554 delivery error"),
    "yahoo": (B, "5.2.2", "failed", TO, "mailbox full"),
    "exchange": (B, "5.1.10", "failed", TO, "Recipient not found by SMTP address lookup"),
    "office365": (B, "5.7.1", "failed", TO, "rejected by organization policy"),
    "exchange_2003": (B, "5.1.1", "failed", TO, "#5.1.1"),
    "gmail": (B, "5.1.1", "failed", TO, "The email account that you tried to reach does not exist."),
    "gmail_full": (B, "4.2.2", "failed", TO, "over quota"),
    "mdaemon": (B, "5.1.1", "failed", TO, "550 5.1.1 …, Recipient unknown"),
    "icewarp": (B, "5.1.1", "failed", TO, "550 5.1.1 User unknown; rejecting"),
    "domino": (B, "5.1.1", "failed", TO, "not listed in Domino Directory"),
    "kerio": (B, "5.2.2", "failed", TO, "552 mailbox quota of the user is exceeded"),
    "courier": (B, "5.1.1", "failed", TO, "550 User unknown."),
    "amazon_ses": (B, "5.7.1", "failed", TO, "Client host blocked"),
    "postfix_expired": (B, "4.4.1", "failed", TO, "Connection timed out"),
    "postfix_delayed": (D, "4.4.1", "delayed", TO, "Connection refused"),
    "success_delivered": (O, "2.0.0", "delivered", TO, "250 2.0.0 Ok"),
    "success_relayed": (O, "2.0.0", "relayed", TO, "250 2.0.0 Ok"),
    "success_expanded": (O, "2.0.0", "expanded", TO, "250 2.0.0 Ok"),
    "utf8_rfc6533": (B, "5.1.1", "failed", "văn.thư@sở-a.example.vn", "550 5.1.1 Không có người dùng này"),
    "utf8_escaped": (B, "5.1.3", "failed", "văn@so-a.example.vn", ""),
    "complaint_yahoo": (C, "", "abuse", TO, "abuse"),
    "complaint_hotmail": (C, "", "abuse", TO, "abuse"),
    "feedback_not_spam": (O, "", "not-spam", TO, ""),
    "feedback_auth": (O, "", "auth-failure", TO, ""),
    "vacation": (A, "", "", "", ""),
    "out_of_office_vietnamese": (A, "", "", "", ""),
    "challenge_response": (A, "", "", "", ""),
    "spam": (O, "", "", "", ""),
    "person_writes": (O, "", "", "", ""),
    "list_mail": (O, "", "", "", ""),
}


def test_every_mail_of_the_corpus_has_its_reading() -> None:
    """None is left without an expectation."""
    assert {path.stem for path in CORPUS.glob("*.eml")} == EXPECTED.keys()


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
@pytest.mark.parametrize("name", EXPECTED)
def test_a_report_is_read(name: str, ends: bytes) -> None:
    """Its kind, code, address and words; whose it is by our mark; no address in the words."""
    kind, status, action, recipient, words = EXPECTED[name]
    found = read(mail(name).replace(b"\n", ends), TAGS)
    assert (found.kind, found.status, found.action, found.recipient) == (kind, status, action, recipient)
    assert found.message == 4711
    assert words in found.words
    assert "@" not in found.words
    assert len(found.words) <= WORDS
    assert found.final == (kind == B)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_report_without_a_mark_of_ours_counts_for_nothing(name: str) -> None:
    """Signed by another installation, or not at all."""
    assert read(mail(name, tags=Tags(b"another key")), TAGS) == Report(O)
    assert read(mail(name).replace(bounce_address().encode(), SENDER.encode()), TAGS) == Report(O)


@pytest.mark.parametrize("name", ["postfix", "qmail", "complaint_yahoo"])
def test_the_address_it_was_delivered_to_counts_before_what_the_mail_says(name: str) -> None:
    """The envelope was written by our server, the mail by anyone."""
    assert read(mail(name), TAGS, bounce_address(12)).message == 12
    assert read(mail(name), TAGS, bounce_address(12).upper()).message == 12
    assert read(mail(name), TAGS, "someone@tinh.example.vn").message == 4711
    rewritten = f"SRS0=abcd=TT=tinh.example.vn={bounce_address(12).partition('@')[0]}@chuyentiep.example.vn"
    assert read(mail(name), TAGS, rewritten).message == 12


def test_the_original_alone_tells_whose_report_it_is() -> None:
    """A report sent to another address of ours still carries the original's Return-Path."""
    raw = mail("postfix").replace(f"To: {bounce_address()}".encode(), b"To: postmaster@tinh.example.vn")
    assert read(raw, TAGS).message == 4711


def test_encoded_parts_are_read() -> None:
    """A gateway may have put the parts into base64."""
    status = (
        "Reporting-MTA: dns; mx.example.vn\n\nFinal-Recipient: rfc822; a@b.example.vn\nAction: failed\nStatus: 5.2.1\n"
    )
    encoded = base64.encodebytes(status.encode()).decode()
    raw = (
        f"To: {bounce_address()}\nContent-Type: multipart/report; boundary=x\n\n--x\n"
        f"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n{encoded}\n--x--\n"
    )
    found = read(raw.encode(), TAGS)
    assert (found.kind, found.status, found.recipient) == (B, "5.2.1", "a@b.example.vn")


@pytest.mark.parametrize(
    ("fields", "kind", "status"),
    [
        ("Status: 5.1.1", B, "5.1.1"),
        ("Status: 4.2.1", D, "4.2.1"),
        ("Action: failed", B, "5.0.0"),
        ("Action: failed\nStatus: 2.0.0", B, "5.0.0"),
        ("Action: failed\nDiagnostic-Code: smtp; 550 5.7.1 spam", B, "5.7.1"),
        ("Action: failed\nStatus: five", B, "5.0.0"),
        ("Action: DELIVERED\nStatus: 5.1.1", O, "5.1.1"),
    ],
)
def test_missing_fields_are_made_good_from_the_others(fields: str, kind: Kind, status: str) -> None:
    """Action, status and diagnosis each may be wanting."""
    raw = (
        f"To: {bounce_address()}\nContent-Type: multipart/report; boundary=x\n\n--x\n"
        f"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.example.vn\n{fields}\n"
    )
    found = read(raw.encode(), TAGS)
    assert (found.kind, found.status) == (kind, status)


def test_of_several_recipients_the_one_not_reached_counts() -> None:
    """An alias may lead to several; that one was reached does not help the others."""
    groups = "Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; a@b.example.vn\nAction: delivered\nStatus: 2.0.0\n"
    groups += "\nFinal-Recipient: rfc822; c@b.example.vn\nAction: failed\nStatus: 5.1.1\n"
    head = f"To: {bounce_address()}\nContent-Type: multipart/report; boundary=x\n"
    found = read(f"{head}\n--x\nContent-Type: message/delivery-status\n\n{groups}".encode(), TAGS)
    assert (found.kind, found.recipient) == (B, "c@b.example.vn")


def test_our_canary_is_known_only_as_the_bounce_it_pretends_to_be() -> None:
    """It proves that bounces are understood, not only that mail arrives."""
    day = date(2026, 11, 25)
    raw = canary_mail(SENDER.replace("@", f"+{TAGS.canary(day)}@"), day)
    assert read(raw, TAGS) == Report(Kind.CANARY, canary=day)
    assert read(raw.replace(b"Action: failed", b"Action: delivered"), TAGS).kind == O


# -- nothing makes it fail or hang -------------------------------------------------------------------------------------


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_as_something(raw: bytes) -> None:
    """Garbage addressed to us is no bounce, and no error."""
    assert read(raw, TAGS, bounce_address()).message == 4711


PIECES = st.sampled_from(
    [
        *(b"", b"\r", b" \t", b"--x", b"--x--", b"\xff\x00", b"550 5.1.1 @", b"Action: failed", b"Status: 5."),
        *(b"Content-Type: " + kind for kind in (b"multipart/report; boundary=x", b'multipart/mixed; boundary=""')),
        *(b"Content-Type: " + kind for kind in (b"message/delivery-status", b"message/feedback-report")),
        *(b"Content-Type: text/plain; charset=punycode", b"Content-Transfer-Encoding: base64"),
        *(b"Subject: =?utf-8?b?=?=", b"Subject: =?zlib?q?x?=", b"From: postmaster@x", b"Diagnostic-Code: ;;"),
    ]
)


@given(st.lists(PIECES, max_size=30), st.sampled_from([b"\n", b"\r\n"]))
def test_any_heap_of_pieces_of_reports_is_read_as_something(pieces: list[bytes], ends: bytes) -> None:
    """Right pieces in the wrong order."""
    assert read(ends.join(pieces), TAGS, bounce_address()).message == 4711


def test_deep_nesting_and_long_headers_are_not_followed() -> None:
    """A thousand parts in each other, a hundred thousand fields: what counts is not reached, and nothing breaks."""
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1000))
    assert max(part.depth for part in parts_of(deep)) == DEEPEST
    assert read(deep, TAGS, bounce_address()).kind == O
    assert read(b"X-A: 1\n" * 100_000 + mail("postfix"), TAGS, bounce_address()).kind == O
    assert len(parts_of(b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 100_000)) == 40


def test_of_a_huge_report_the_beginning_is_read() -> None:
    """The original may be of any size; it stands behind what counts."""
    found = read(mail("postfix") + b"x" * LONGEST * 3, TAGS)
    assert found.status == "5.1.1"


def test_one_long_line_without_an_address_is_read() -> None:
    """Nothing is sought in it longer than it is read."""
    raw = mail("qmail").replace(b"Sorry, no mailbox here by that name.", b"a" * 500_000)
    assert read(raw, TAGS).kind == B


def test_a_mail_of_the_library_with_attachments_is_read() -> None:
    """A bounce in words with the original attached, made by another program than ours."""
    made = EmailMessage()
    made["From"], made["To"] = "Mail Delivery System <mailer-daemon@mx.example.vn>", bounce_address()
    made["Subject"] = "Thư bị trả lại"
    made.set_content("Không gửi được thư tới vanthu@so-a.example.vn: hộp thư đã đầy.")
    original = EmailMessage()
    original["Return-Path"] = bounce_address()
    original.set_content("550 5.1.1 của thư gốc không tính")
    made.add_attachment(original)
    found = read(made.as_bytes(), TAGS)
    assert (found.kind, found.status, found.recipient) == (B, "5.2.2", TO)
