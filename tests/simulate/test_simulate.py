"""A simulated year against the independent oracle, and a copy that leaves its source alone."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.ladder import expected
from oracle.sample import duties_of_draft
from sqlmodel import func, select
from world import AN, LAN, PEOPLE, REGISTRY, START, A, B, Duty, World, draft, moment

from config.people import read_people
from config.registry import default_registry
from engine.database import Database
from engine.intake.draft import Agency as Named
from engine.intake.draft import Draft, Obligation, Period, Report
from engine.intake.loading.load import load
from engine.intake.reader import read_plan
from engine.mail.transport import FileTransport
from engine.models import Entry, Installation, Message, Plan, Task
from engine.offers import Desk, accept, withdraw
from engine.plans import activate
from engine.queries.simulation import ledger_of, messages_of
from engine.recurring import open_due
from engine.rules.acceptance import Terms
from engine.rules.deadlines import read_deadline
from engine.simulate import copy_of, simulate, to_files

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "config" / "plans" / "huong-nghiep-mau.txt"
SHARED = ROOT / ".." / "shared"
END = date(2021, 1, 31)
YEAR = {"notice": 102, "reminder": 550, "escalation": 954}


def written(ledger: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    """Entries as the oracle names them, each counted."""
    names = ("date", "ref", "agency", "kind", "rung", "superseded", "last_day")
    return Counter(tuple(entry[name] for name in names) for entry in ledger)


def foretold(document: dict[str, Any], first: date, last: date) -> Counter[tuple[Any, ...]]:
    """What the oracle says of a draft."""
    return Counter(tuple(entry) for entry in expected(duties_of_draft(document), activated=first, until=last))


@contextmanager
def lived(world: World, plan: int, first: date, last: date) -> Iterator[tuple[Database, Path]]:
    """A copy of the plan that has lived through those days."""
    with world.database.read() as session, copy_of(session, session.get_one(Plan, plan), policy=world.policy) as made:
        copy, folder = made
        sending = to_files(world.sending(FileTransport(folder)), copy, folder / "mail")
        days = list(simulate(sending, first, last, policy=world.policy, calendar=world.calendar))
        assert days[0] == first
        assert days[-1] == last
        assert len(days) == (last - first).days + 1
        yield copy, folder


def province(world: World, document: Draft) -> int:
    """The plan of a document, loaded with the agencies that the product ships."""
    with world.database.write() as session:
        loaded = load(session, document, registry=default_registry(), people=read_people(), when=moment(START))
        return session.exec(select(Plan).where(Plan.slug == loaded.slug)).one().id or 0


def test_a_year_of_the_sample_plan_is_the_oracle_s_year(small_world: World) -> None:
    """Every entry, and a message a day at most for each mailbox."""
    document = read_plan(SAMPLE, default_registry(), is_working=small_world.calendar.is_working)
    plan = province(small_world, document)
    with lived(small_world, plan, START, END) as (copy, folder), copy.read() as session:
        ledger, messages = ledger_of(session), messages_of(session)
        assert Counter(entry["kind"] for entry in ledger) == YEAR
        assert written(ledger) == foretold(document.to_json(), START, END)
        assert [entry["date"] for entry in ledger] == sorted(entry["date"] for entry in ledger)
        assert len(messages) == len({(m["date"], m["to"]) for m in messages}) == len(list(folder.glob("mail/*.eml")))
        told = {(e["date"], address) for e in ledger for address in e["recipients"]}
        assert told <= {(m["date"], m["to"]) for m in messages}
        assert not any(entry["superseded"] for entry in ledger)


def test_a_year_of_the_main_plan_is_the_oracle_s_year(small_world: World) -> None:
    """The plan itself, where it lies beside the project, against the reading that people made of it; sweeps only."""
    seeds, truth = sorted(SHARED.glob("seeds/000*.txt")), SHARED / "truth" / "seed000.json"
    if not seeds or not truth.exists():
        pytest.skip("the main plan and its hand-made reading are not here")
    calendar = small_world.calendar
    plan = province(small_world, read_plan(seeds[0], default_registry(), is_working=calendar.is_working))
    with small_world.database.write() as session:
        activate(session, session.get_one(Plan, plan), calendar=calendar, when=moment(START))
    small_world.sweep_through(START, END)
    with small_world.database.read() as session:
        ledger = ledger_of(session)
    assert Counter(entry["kind"] for entry in ledger) == YEAR
    assert written(ledger) == foretold(json.loads(truth.read_text(encoding="utf-8")), START, END)


@settings(max_examples=6)
@given(
    st.lists(
        st.tuples(st.integers(-10, 50), st.sampled_from([(A,), (B,), (A, B), ("hoi-c",)])), min_size=1, max_size=6
    ),
    st.one_of(
        st.dates(date(2019, 1, 1), date(2026, 12, 1)),
        st.dates(date(2020, 1, 2), date(2020, 1, 31)),  # Tết
        st.dates(date(2025, 12, 15), date(2026, 1, 12)),  # the swap of 2/1 and 10/1/2026
    ),
)
def test_any_plan_over_any_days_is_as_the_oracle_says(
    tmp_path_factory: pytest.TempPathFactory,
    world_of: Any,
    duties: list[tuple[int, tuple[str, ...]]],
    first: date,
) -> None:
    """Deadlines near and past, holidays, days of force on days off."""
    world: World = world_of(tmp_path_factory.mktemp("any"))
    listed = [Duty(f"I.{n}", first + timedelta(days=lead), owners=own) for n, (lead, own) in enumerate(duties)]
    plan = world.plan(*listed, active=False)
    last = first + timedelta(days=65)
    with lived(world, plan, first, last) as (copy, _), copy.read() as session:
        assert written(ledger_of(session)) == foretold(draft(listed).to_json(), first, last)
    world.database.close()


@pytest.fixture
def world_of(sqlite_template: Path, calendar: Any, policy: Any) -> Any:
    """Makes a world in a folder, for tests that need many."""

    def make(folder: Path) -> World:
        path = folder / "dondoc.db"
        path.write_bytes(sqlite_template.read_bytes())
        return World.founded(Database(f"sqlite:///{path}"), calendar, policy)

    return make


def test_a_copy_is_of_the_plan_as_loaded(world: World) -> None:
    """Acts, ledger, outbox and new owners of the source are left out; from SQLite and from PostgreSQL alike."""
    duties = [Duty("I.1", date(2020, 3, 10), owners=(A,), helpers=(B,)), Duty("I.2", date(2020, 3, 12))]
    plan = world.plan(*duties, active=False)
    with lived(world, plan, START, date(2020, 3, 16)) as (copy, _), copy.read() as session:
        before = ledger_of(session)
    with world.database.write() as session:
        activate(session, session.get_one(Plan, plan), calendar=world.calendar, when=moment(START))
    world.sweep(START)
    world.act("submit", "I.2", by=AN, document="9/BC", document_date=START)
    world.act("reassign", "I.1", reason="chuyển", document="12/UBND", to_agency="so-ngoai")
    world.act("reassign", "I.1", agency="so-ngoai", reason="chuyển", document="13/UBND", to_agency=B)
    with lived(world, plan, START, date(2020, 3, 16)) as (copy, _), copy.read() as session:
        assert ledger_of(session) == before
        assert len(before) > 10


def test_what_was_accepted_lives_in_the_copy_and_its_periods_open_anew(world: World) -> None:
    """By the moving clock, whatever the source has opened; what was withdrawn or not accepted is not there."""
    report = {"ref": "IV", "who": Named(name="Sở A"), "printed": "Báo cáo hằng tháng", "frequency": "monthly"}
    made = draft([Duty("I.1", date(2020, 12, 1))])
    made.plan.period = Period(start="2020-01-01", end="2020-12-31")
    made.recurring_reports = [
        Report(**report, deadline=read_deadline("trước ngày 15 hàng tháng", issued=START, year=2020))
    ]
    made.obligations = [
        Obligation(ref=f"V.{n}", agency="Sở B", text=f"Việc {n}", deadline=made.tasks[0].deadline) for n in (1, 2, 3)
    ]
    with world.database.write() as session:
        loaded = load(session, made, registry=REGISTRY, people=PEOPLE, when=moment(START))
        plan = session.exec(select(Plan).where(Plan.slug == loaded.slug)).one()
        activate(session, plan, calendar=world.calendar, when=moment(START))
        desk = Desk(session, moment(START), world.calendar, REGISTRY)
        names = [f"{plan.slug}:{key}" for key in ("IV-report-1", "V.1-obligation-1", "V.2-obligation-1")]
        accept(desk, names, Terms(LAN))
        withdraw(desk, names[2:], by=LAN, reason="nhầm", document="1/CV")
        number = plan.id or 0
    with world.database.write() as session:
        assert open_due(session, moment(date(2020, 5, 4)), calendar=world.calendar) == 2
    with lived(world, number, date(2020, 4, 1), date(2020, 5, 20)) as (copy, _), copy.read() as session:
        assert sorted(session.exec(select(Task.ref)).all()) == ["I.1", "IV/2020-04", "IV/2020-05", "IV/2020-06", "V.1"]
        told = {(entry["ref"], entry["date"]) for entry in ledger_of(session) if entry["kind"] == "notice"}
    assert {("V.1", date(2020, 4, 1)), ("IV/2020-04", date(2020, 4, 1)), ("IV/2020-05", date(2020, 4, 15))} <= told


def test_a_simulation_changes_nothing_in_its_source(world: World, tmp_path: Path) -> None:
    """No entry, no message, no state, and its folder is gone afterwards."""
    plan = world.plan(Duty("I.1", date(2020, 3, 10)), active=False)
    with lived(world, plan, START, date(2020, 3, 16)) as (_, folder):
        assert list(folder.glob("mail/*.eml"))
    assert not folder.exists()
    with world.database.read() as session:
        assert session.get_one(Plan, plan).state == "draft"
        for table in (Entry, Message):
            assert session.exec(select(func.count()).select_from(table)).one() == 0
        assert session.exec(select(func.count()).select_from(Installation)).one() == 1
