"""Test mail to the addresses of a plan."""

import asyncio

from sink import Sink
from world import START, World, moment

from engine.trial import send_trials

OFFICE = "vanthu@so-a.example.vn"


def test_a_bad_address_does_not_end_the_test_mail(small_world: World, sink: Sink) -> None:
    """It is named with the reason, and the addresses after it get theirs."""
    addresses = [("Sở B", "không phải địa chỉ"), ("Sở A", OFFICE)]
    refused = asyncio.run(send_trials(small_world.sending(sink.transport), addresses, moment(START)))
    assert list(refused) == ["không phải địa chỉ"]
    assert "not a mail address" in refused["không phải địa chỉ"]
    assert sink.recipients == [OFFICE]
    assert "trả lời thư này" not in sink.texts(OFFICE)[0]


def test_a_name_in_test_mail_is_no_markup(small_world: World, sink: Sink) -> None:
    """Tags in it stay text."""
    asyncio.run(send_trials(small_world.sending(sink.transport), [("Sở <b>A</b>", OFFICE)], moment(START)))
    html = sink.mails[0][1].get_body(("html",))
    assert html is not None
    assert "Sở &lt;b&gt;A&lt;/b&gt;" in html.get_content()
