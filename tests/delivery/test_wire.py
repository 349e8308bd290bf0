"""A composed mail is what DATA carries: the client sends it as it is."""

from datetime import date, time

from aiosmtplib.protocol import PERIOD_REGEX, normalize_message_line_endings
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import at
from engine.mail.message import Attachment, Content, Heading, Sender, compose

HOSTILE = st.text(st.sampled_from("a.ế\r\n\x85\u2028\x00 <>@\"'=?;\t😀"), max_size=120)


@given(HOSTILE, HOSTILE, HOSTILE, st.binary(max_size=200))
def test_whatever_a_mail_says_its_lines_end_as_they_must_and_none_begins_with_a_dot(
    name: str, subject: str, text: str, data: bytes
) -> None:
    """No line end of its own reaches the server, so no second mail can be smuggled behind an early dot."""
    heading = Heading("m1", (name, "vanthu@so-a.example.vn"), at(date(2020, 3, 3), time(8)))
    file = Attachment(f"{name}.ics", "text/calendar; charset=utf-8", data)
    sender = Sender(name, "dondoc@vanphong.example.vn", "thu")
    mail = compose(Content(subject, text, text, "vi"), sender, heading, attachments=[file])
    assert normalize_message_line_endings(mail.data) == mail.data
    assert PERIOD_REGEX.search(mail.data) is None
