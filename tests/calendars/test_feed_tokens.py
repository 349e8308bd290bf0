"""Tokens of subscriptions: kept as a hash, rotated with an overlap, closed with their owner."""

import unicodedata
from datetime import timedelta

import pytest
from sqlmodel import Session, select
from world import AN, START, A, World, moment

from calendars.tokens import Fetched, Shows, alarms_of, fetched, hash_of, issue, revoke, rotate
from calendars.views import opened_by_token
from engine.acts import person_named
from engine.clock import Moment
from engine.errors import RefusedError
from engine.intake.agencies.directory import enable
from engine.models import Agency, FeedToken, User
from engine.queries.subscriptions import Subscription, subscriptions

NOW = moment(START)


def token_of(world: World, *, person: str = "", **more: object) -> str:
    """A new subscription of A, or of a person."""
    with world.database.write() as session:
        if person:
            owner: Agency | User = session.exec(select(User).where(User.key == person)).one()
        else:
            owner = session.exec(select(Agency).where(Agency.key == A)).one()
        return issue(session, owner, NOW, **more)  # type: ignore[arg-type]


def opens(world: World, token: str, days: int = 0) -> bool:
    """Whether a token opens its feed so many days later."""
    with world.database.read() as session:
        return opened_by_token(session, token, START + timedelta(days=days)) is not None


def the_one(session: Session) -> Subscription:
    """The only subscription there is."""
    (found,) = subscriptions(session)
    return found


def test_a_token_is_long_kept_as_a_hash_and_expires(world: World) -> None:
    """At least 128 bits; an unknown one opens nothing; the last day still counts."""
    token = token_of(world, days=10)
    assert len(token) * 6 >= 128
    with world.database.read() as session:
        assert session.exec(select(FeedToken.sha256)).one() == hash_of(token) != token
    assert not opens(world, token + "x")
    assert [opens(world, token, day) for day in (0, 10, 11)] == [True, True, False]


def test_two_tokens_overlap_while_one_replaces_the_other(world: World) -> None:
    """The old one works for the days of the overlap; without any it ends at once, and none is lengthened by it."""
    first = token_of(world, days=5)
    with world.database.write() as session:
        second = rotate(session, 1, NOW, overlap=14)
    assert [opens(world, first, day) for day in (5, 6)] == [True, False]
    with world.database.write() as session:
        third = rotate(session, 1, NOW, overlap=3)
    assert [opens(world, second, day) for day in (0, 2, 3)] == [True, True, False]
    with world.database.write() as session:
        rotate(session, 1, NOW, overlap=0)
    assert [opens(world, token) for token in (first, second, third)] == [False] * 3


def test_a_revoked_subscription_is_over_with_all_its_tokens(world: World) -> None:
    """It cannot be rotated back to life, nor ended twice."""
    first = token_of(world)
    with world.database.write() as session:
        second = rotate(session, 1, NOW, overlap=14)
        revoke(session, 1, NOW)
    assert not opens(world, first)
    assert not opens(world, second)
    for again in (lambda s: revoke(s, 1, NOW), lambda s: rotate(s, 1, NOW, overlap=1), lambda s: revoke(s, 7, NOW)):
        with world.database.write() as session, pytest.raises(RefusedError, match="feed list"):
            again(session)


def test_a_subscription_closes_with_its_owner(world: World) -> None:
    """A disabled person's opens nothing, and gets no new one; enabled, it opens again."""
    token = token_of(world, person=AN)
    with world.database.write() as session:
        enable(session, AN, disabled_at=NOW.real)
    assert not opens(world, token)
    with world.database.read() as session:
        assert the_one(session).state(START) == "closed"
    with pytest.raises(RefusedError, match="user enable"):
        token_of(world, person=AN)
    with world.database.read() as session, pytest.raises(RefusedError, match="disabled"):
        person_named(session, AN)
    with world.database.write() as session:
        enable(session, AN)
    assert opens(world, token)


def test_inspectors_are_refused_with_the_reason(world: World) -> None:
    """They have no duties to keep in a calendar."""
    with world.database.write() as session:
        session.exec(select(User).where(User.key == AN)).one().role = "inspector"
    with pytest.raises(RefusedError, match="đoàn kiểm tra"):
        token_of(world, person=AN)


def test_what_a_subscription_may_show_is_checked_together(world: World) -> None:
    """All faults at once, and nothing is issued."""
    with pytest.raises(RefusedError) as refused:
        token_of(world, shows=Shows(content="all", component="journal", history_days=-1))
    assert all(word in str(refused.value) for word in ("content", "component", "history"))
    assert alarms_of(" 1, 7,7") == "7,1"


def test_fetches_are_counted_for_each_token(world: World) -> None:
    """With the last client, shortened and without control characters."""
    token_of(world)
    with world.database.write() as session:
        fetched(session, {1: Fetched(NOW.real, "Thunderbird\x1b[31m" + "x" * 200, 3)})
        fetched(session, {1: Fetched(NOW.real + timedelta(hours=1), "khal", 2)})
    with world.database.read() as session:
        token = the_one(session).newest
    assert (token.fetched_at, token.client, token.fetches) == (NOW.real + timedelta(hours=1), "khal", 5)


def test_what_nobody_reads_or_soon_nobody_can_read_is_warned_of(world: World) -> None:
    """Never fetched for three days; silent for a week; thirty days before the end."""
    token_of(world)
    with world.database.read() as session:
        feed = the_one(session)
    day = timedelta(days=1)
    assert [feed.warnings(_later(days)) for days in (3, 4)] == [[], ["unused"]]
    with world.database.write() as session:
        fetched(session, {1: Fetched(NOW.real + 320 * day, "khal", 1)})
    with world.database.read() as session:
        feed = the_one(session)
    assert [feed.warnings(_later(days)) for days in (327, 328, 335, 366)] == [
        [],
        ["silent"],
        ["expiring", "silent"],
        [],
    ]


def _later(days: int) -> Moment:
    return moment(START + timedelta(days=days))


@pytest.mark.parametrize("text", ["x", "-1", "61", "1,2,3,4,5,6", "1_0", "٣", "²", "9" * 5000])
def test_days_of_alarms_are_written_as_numbers(text: str) -> None:
    """Nothing else is taken for one."""
    with pytest.raises(RefusedError, match="alarms"):
        alarms_of(text)


def test_words_are_kept_as_they_are_compared(world: World) -> None:
    """Also from a terminal that sends marks apart: words that find nothing would leave a calendar empty."""
    token_of(world, name="Máy  của\x07văn thư", shows=Shows(search=unicodedata.normalize("NFD", " hướng\tnghiệp ")))
    with world.database.read() as session:
        assert (the_one(session).name, the_one(session).search) == ("Máy của văn thư", "hướng nghiệp")
