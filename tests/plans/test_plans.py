"""The life of a plan: who may change it, and what a look at it leaves behind."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import Session, select
from typer.testing import CliRunner
from world import AN, LAN, MINH, START, Duty, World, moment

from cli.main import build
from config.assembly import assemble
from engine.errors import RefusedError
from engine.models import Entry, Plan
from engine.plans import activate, change, settings

SAMPLE = Path(__file__).parents[2] / "config" / "plans" / "huong-nghiep-mau.txt"
Change = Callable[[Session, Plan, World, str], object]
CHANGES: dict[str, Change] = {
    "suspend": lambda session, plan, _, by: change(session, plan, "suspend", moment(START), by=by),
    "close": lambda session, plan, _, by: change(session, plan, "close", moment(START), by=by),
    "set": lambda session, plan, _, by: settings(session, plan, {"supervisor": LAN}, moment(START), by=by),
    "activate": lambda session, plan, world, by: activate(
        session, plan, calendar=world.calendar, when=moment(START), by=by
    ),
}


@pytest.mark.parametrize("event", CHANGES)
def test_only_coordinator_or_supervisor_change_a_plan(small_world: World, event: str) -> None:
    """Neither somebody who is not registered nor an officer of an agency; who did it stands in the log."""
    plan = small_world.plan(Duty("I.1", START), active=event != "activate")
    for by, said in (("ai-do", "Nobody is registered"), (AN, "neither coordinator nor supervisor")):
        with pytest.raises(RefusedError, match=said), small_world.database.write() as session:
            CHANGES[event](session, session.get_one(Plan, plan), small_world, by)
    for by in (LAN, MINH):
        with small_world.database.write() as session:
            CHANGES[event](session, session.get_one(Plan, plan), small_world, by)
            session.flush()
            notes = session.exec(select(Entry.data).where(Entry.kind == "plan")).all()
            assert [note["by"] for note in notes if note["event"] == event] == [by]
            session.rollback()


def test_a_suspended_plan_is_resumed_only_by_who_steers_it(small_world: World) -> None:
    """As it was suspended."""
    plan = small_world.plan(Duty("I.1", START))
    with small_world.database.write() as session:
        change(session, session.get_one(Plan, plan), "suspend", moment(START), by=LAN)
    with pytest.raises(RefusedError, match="neither coordinator"), small_world.database.write() as session:
        change(session, session.get_one(Plan, plan), "resume", moment(START), by=AN)
    with small_world.database.write() as session:
        change(session, session.get_one(Plan, plan), "resume", moment(START), by=MINH)
        assert session.get_one(Plan, plan).state == "active"


def test_json_alone_shows_what_would_start_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only --yes skips the question; the settings of a look are not kept either."""
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path))
    monkeypatch.setenv("DONDOC_DEMO", "1")
    runner, app = CliRunner(), build(["plan"])
    assert runner.invoke(build(["load"]), ["load", str(SAMPLE)]).exit_code == 0
    look = runner.invoke(app, ["plan", "activate", "07/KH-MAU", "--before", "inclusive", "--json"])
    assert look.exit_code == 0
    starts = json.loads(look.stdout)
    assert (starts["duties"], starts["started"]) == (111, 0)
    assert {"coordinator", "supervisor"} <= {role for _, role, _ in starts["addresses"]}
    with assemble().database.read() as session:
        plan = session.exec(select(Plan)).one()
        assert (plan.state, plan.before) == ("draft", "strict")
    done = runner.invoke(app, ["plan", "activate", "07/KH-MAU", "--before", "inclusive", "--json", "--yes"])
    assert json.loads(done.stdout)["started"] == 102
    with assemble().database.read() as session:
        plan = session.exec(select(Plan)).one()
        assert (plan.state, plan.before) == ("active", "inclusive")
