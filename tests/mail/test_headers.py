"""The head of a mail: each field once, within its lines, whatever names and titles hold."""

import re
from datetime import date, time
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import compat32, default
from typing import Any, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.clock import at
from engine.mail.errors import PermanentMailError
from engine.mail.message import Attachment, Content, Heading, Sender, compose, one_line

SENT = at(date(2020, 3, 3), time(8))
TO = "vanthu@so-a.example.vn"
SENDER = Sender("Văn phòng", "don-doc@vanphong.example.vn", "thu")
HOSTILE = 'Sở "A"\r\nBcc: <evil@example.org>\r\n\r\n<script>\u2028X-Evil: 1\x00\x85 (=?utf-8?q?x?=), \u202eab;\\'
ONCE = ("Date", "From", "To", "Subject", "Message-ID", "List-Id", "List-Help", "List-Unsubscribe",
        "List-Unsubscribe-Post", "Auto-Submitted", "X-Auto-Response-Suppress", "Reply-To", "In-Reply-To", "References",
        "MIME-Version", "Content-Type", "Content-Language")  # fmt: skip

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def made(subject: str, name: str = "Sở A", **more: Any) -> bytes:
    """The bytes of a mail."""
    heading = Heading("m1", (name, TO), SENT, **more)
    return compose(Content(subject, "chữ\n", "<p>chữ</p>\n", "vi"), SENDER, heading).data


def parsed(data: bytes) -> EmailMessage:
    """As a mail program reads it."""
    return cast("EmailMessage", message_from_bytes(data, policy=default))  # type: ignore[arg-type]


def shown_name(data: bytes) -> str:
    """The display name of the recipient; the library's own reading puts blanks between encoded words."""
    raw = str(cast("Any", message_from_bytes(data, policy=compat32))["To"])
    name = raw.removesuffix(f"<{TO}>").strip()
    quoted = re.fullmatch(r'"(.*)"', name)
    return re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else str(make_header(decode_header(name)))


def full(subject: str, name: str = "Sở A") -> bytes:
    """A mail with every header there is."""
    return made(
        subject,
        name,
        earlier=[SENDER.message_id(f"m{number}") for number in range(100, 140)],
        reply_to="lan@example.vn",
        help_url="https://dondoc.example.vn/u/1-copies.abc",
        unsubscribe_url="https://dondoc.example.vn/u/1-copies.abc",
    )


@settings(max_examples=150, deadline=None)
@given(WORDS, WORDS)
@example(HOSTILE, HOSTILE)
@example("ệ" * 300, "Ủy ban nhân dân " * 30)
@example("x" * 300, "y" * 300)
@example("👩‍👩‍👧 " * 60, "=?utf-8?q?=0D=0ABcc:_x?=")
def test_whatever_a_name_or_title_holds_each_field_stands_once_within_its_lines(subject: str, name: str) -> None:
    """Nothing is injected or lost; lines keep to 78 octets, encoded words to 75 and to whole characters."""
    data = full(subject, name)
    head = data.partition(b"\r\n\r\n")[0].decode("ascii")
    assert not re.search(r"\r(?!\n)|(?<!\r)\n|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", data.decode("ascii"))
    names = [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith(" ")]
    assert sorted(names) == sorted(ONCE)
    assert max(map(len, head.split("\r\n"))) <= 78
    for word in re.findall(r"=\?utf-8\?b\?[^?]*\?=", head):
        assert len(word) <= 75
        decode_header(word)[0][0].decode("utf-8")  # raises where a character was split
    mail = parsed(data)
    assert str(mail["Subject"]).split() == one_line(subject).split()
    (to,) = mail["To"].addresses
    assert to.addr_spec == TO
    assert shown_name(data) == one_line(name)


def test_a_thread_names_its_first_mail_and_the_newest() -> None:
    """So that the head stays short, and a mail program that lost some still finds its place."""
    mail = parsed(full("x"))
    references = str(mail["References"]).split()
    assert references[0] == SENDER.message_id("m100")
    assert references[-1] == mail["In-Reply-To"] == SENDER.message_id("m139")
    assert len(references) < 12
    first = parsed(made("x"))
    assert first["References"] is first["In-Reply-To"] is None


@pytest.mark.parametrize(
    "address",
    [
        "a b@x.vn", "a@b@c.vn", "a,b@x.vn", "<a@x.vn>", '"a"@x.vn', "văn@x.vn", "a@x.vn\r\nBcc: y@x.vn", "a", "",
        "a@x.vn;b@x.vn", "(a)a@x.vn",
    ],
)  # fmt: skip
def test_what_is_no_one_address_gets_no_mail(address: str) -> None:
    """Nor does a comment, a list or a quoted word pass for one."""
    with pytest.raises(PermanentMailError):
        compose(Content("x", "x", "x", "vi"), SENDER, Heading("m1", ("Sở A", address), SENT))


def test_a_long_address_stands_on_a_line_of_its_own() -> None:
    """It cannot be folded, but it is whole."""
    long = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.example.vn"
    data = compose(Content("x", "x", "x", "vi"), SENDER, Heading("m1", ("Sở A", long), SENT)).data
    assert f"\r\n <{long}>\r\n".encode() in data
    assert parsed(data)["To"].addresses[0].addr_spec == long


def test_the_envelope_names_the_message_where_it_fits() -> None:
    """A local part has 64 octets at most (RFC 5321, 4.5.3.1.1)."""
    assert SENDER.returning("b1f.abc") == "don-doc+b1f.abc@vanphong.example.vn"
    long = Sender("x", f"{'d' * 60}@vanphong.example.vn", "thu")
    assert long.returning("b1f.abc") == long.address
    mail = compose(Content("x", "x", "x", "vi"), SENDER, Heading("m1", ("", TO), SENT, envelope="don-doc+b1@x.vn"))
    assert mail.sender == "don-doc+b1@x.vn"
    assert compose(Content("x", "x", "x", "vi"), SENDER, Heading("m1", ("", TO), SENT)).sender == SENDER.address


@pytest.mark.parametrize("name", ["hạn nộp.ics", "han.ics", 'a"b.ics', "x" * 90 + ".ics"])
def test_a_file_goes_with_the_two_texts(name: str) -> None:
    """With its name (RFC 2231) and its bytes, beside the texts and not among them."""
    file = Attachment(name, "text/calendar; method=PUBLISH; charset=UTF-8", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    content = Content("x", "chữ\n", "<p>chữ</p>", "vi")
    data = compose(content, SENDER, Heading("m1", ("", TO), SENT), attachments=[file]).data
    mail = parsed(data)
    assert mail.get_content_type() == "multipart/mixed"
    (found,) = mail.iter_attachments()
    assert found.get_filename() == name
    assert found.get_payload(decode=True) == file.data
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().split() == ["chữ"]
    assert max(map(len, data.split(b"\r\n"))) <= 998


@settings(max_examples=40, deadline=None)
@given(WORDS)
@example("\r.\r\n.\r\n\x00--=_m1.thu--")
def test_texts_come_back_as_they_were(text: str) -> None:
    """Line ends aside: a body can neither end a mail nor begin a part."""
    unix = re.sub(r"\r\n?", "\n", text)
    mail = parsed(compose(Content("x", unix, f"<p>{unix}", "vi"), SENDER, Heading("m1", ("", TO), SENT)).data)
    plain, html = mail.iter_parts()
    for part, said in ((plain, unix), (html, f"<p>{unix}")):
        assert cast("bytes", part.get_payload(decode=True)).decode() == said.replace("\n", "\r\n")
