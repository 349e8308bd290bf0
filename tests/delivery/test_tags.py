"""Signed marks in addresses and links."""

from datetime import date

import pytest

from engine.mail.tags import Tags

TAGS, OTHERS = Tags(b"k" * 32), Tags(b"o" * 32)


def test_a_mark_tells_what_it_was_made_of_also_in_capitals() -> None:
    """Some servers write local parts in capitals."""
    assert TAGS.read_bounce(TAGS.bounce(4711).upper()) == 4711
    assert TAGS.read_canary(TAGS.canary(date(2026, 11, 25))) == date(2026, 11, 25)
    assert TAGS.read_unsubscribe(TAGS.unsubscribe(12, "copies")) == (12, "copies")
    assert len(TAGS.bounce(2**31 - 1)) <= 30


@pytest.mark.parametrize("change", [lambda tag: tag[:-1], lambda tag: "b1" + tag[2:], lambda _: "", lambda _: "b1"])
def test_a_changed_mark_tells_nothing(change: object) -> None:
    """Cut, another number, none, unsigned."""
    assert TAGS.read_bounce(change(TAGS.bounce(47))) is None  # type: ignore[operator]


def test_a_mark_of_another_kind_or_installation_tells_nothing() -> None:
    """An address is no canary, a link is no address, and keys differ."""
    assert TAGS.read_bounce(TAGS.canary(date(2026, 1, 1))) is None
    assert TAGS.read_canary(TAGS.bounce(1)) is None
    assert OTHERS.read_bounce(TAGS.bounce(1)) is None
    assert TAGS.read_unsubscribe(TAGS.bounce(1)) is None
    assert OTHERS.read_unsubscribe(TAGS.unsubscribe(1, "copies")) is None
    assert TAGS.read_unsubscribe("") is None
    assert TAGS.read_unsubscribe("ü.ü") is None
