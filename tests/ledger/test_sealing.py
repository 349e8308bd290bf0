"""Sealing: one number after the other, for each plan by itself, whoever seals."""

import json
from collections.abc import Callable
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel import Session, col, select
from world import START, A, B, Duty, World, at_once, moment

from engine.database import Database
from engine.ledger import export, seal, verify
from engine.models import Chain, Entry
from engine.sweep import sweep

KEY = Ed25519PrivateKey.generate()
LAST = date(2020, 3, 20)


def unsealed(world: World, session: Session, day: date) -> None:
    """A sweep whose entries wait for their seal."""
    sweep(session, moment(day), policy=world.policy, calendar=world.calendar)


def numbers(world: World, plan: int) -> list[int | None]:
    """The numbers of a plan's entries, in order."""
    with world.database.read() as session:
        return list(session.exec(select(Entry.seq).where(Entry.plan_id == plan).order_by(col(Entry.seq))).all())


def test_sealers_at_once_number_without_gap_or_double(world: World, again: Callable[[Database], Database]) -> None:
    """Four of them over two plans, with sweeps going on beside them."""
    plans = [
        world.plan(*[Duty(f"I.{n}", LAST, owners=(A, B)) for n in range(12)], number=f"0{k}/KH-THU") for k in (1, 2)
    ]
    with world.database.write() as session:
        unsealed(world, session, START)
    others = [again(world.database) for _ in range(4)]

    def work(database: Database) -> int:
        with database.write() as session:
            unsealed(world, session, date(2020, 3, 6))
        with database.write() as session:
            return seal(session)

    sealed = at_once(*[lambda d=d: work(d) for d in others])
    assert [numbers(world, plan) for plan in plans] == [list(range(1, 50))] * 2  # activation, 24 N, 24 R14
    assert sum(sealed) == 98
    with world.database.read() as session:
        assert verify(export(session, KEY, moment(START).real), trusted=KEY.public_key()).faults == []


def test_sealing_again_changes_nothing(world: World) -> None:
    """Neither numbers nor the head."""
    plan = world.plan(Duty("I.1", LAST))
    world.sweep(START)
    with world.database.write() as session:
        head = session.get_one(Chain, plan).hash
        assert seal(session) == 0
        assert session.get_one(Chain, plan).hash == head


def test_only_the_named_chains_are_sealed(small_world: World) -> None:
    """A shard seals its own plans."""
    first = small_world.plan(Duty("I.1", LAST))
    second = small_world.plan(Duty("I.1", LAST), number="02/KH-THU")
    with small_world.database.write() as session:
        unsealed(small_world, session, START)
        assert seal(session, [second]) == 2
    assert numbers(small_world, first) == [None, None]
    with small_world.database.read() as session:
        exported = [json.loads(line) for line in export(session, KEY, moment(START).real)]
    assert [line.get("kind") for line in exported] == ["plan", "notice", None]


def test_a_seal_that_is_not_kept_leaves_the_chain_as_it_was(small_world: World) -> None:
    """Rolled back with its transaction, then done anew with the same numbers."""
    plan = small_world.plan(Duty("I.1", LAST))
    small_world.sweep(START)
    with small_world.database.engine.connect() as connection, Session(connection) as session:
        unsealed(small_world, session, date(2020, 3, 6))
        seal(session)
        session.rollback()
    small_world.sweep(date(2020, 3, 6))
    assert numbers(small_world, plan) == [1, 2, 3]


def test_an_export_of_one_plan_is_verified_alone(small_world: World) -> None:
    """An auditor of one plan needs no other."""
    first = small_world.plan(Duty("I.1", LAST))
    small_world.plan(Duty("I.1", LAST), number="02/KH-THU")
    small_world.sweep(START)
    with small_world.database.read() as session:
        lines = list(export(session, KEY, moment(START).real, plans=[first]))
    assert len(lines) == 3
    assert verify(lines, trusted=KEY.public_key()).faults == []


def test_the_order_of_plans_does_not_depend_on_how_a_database_sorts(world: World) -> None:
    """By their slugs, letter by letter: some databases look past hyphens."""
    for number in ("2/KH", "10/KH", "1/KH", "1A/KH"):
        world.plan(Duty("I.1", LAST), number=number)
    world.sweep(START)
    with world.database.read() as session:
        lines = list(export(session, KEY, moment(START).real))
    slugs = [json.loads(line)["plan"] for line in lines[:-1]]
    assert slugs == sorted(slugs)
    assert verify(lines).faults == []
