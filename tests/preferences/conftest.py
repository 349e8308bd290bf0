"""An office with the cast in it and a plan that runs, its pages, and a mail server."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sink import Sink
from wishers import Office, office_of
from world import A, B, Duty, World

from config.assembly import assemble
from engine.models import Installation as InstallationRow
from engine.rules.ladder import Policy
from engine.rules.workdays import Workdays


@pytest.fixture
def bare_office(
    tmp_path: Path, sqlite_template: Path, calendar: Workdays, policy: Policy, sink: Sink, base_url: str
) -> Iterator[Office]:
    """A real installation (no demo) with the cast in it, and no plan yet."""
    shutil.copy(sqlite_template, tmp_path / "dondoc.db")
    settings = {"DONDOC_HOME": str(tmp_path), "DONDOC_SMTP_URL": f"smtp://127.0.0.1:{sink.port}?tls=none"}
    installation = assemble(settings | ({"DONDOC_BASE_URL": base_url} if base_url else {}))
    with installation.database.write() as session:
        session.delete(session.get_one(InstallationRow, 1))
    world = World.founded(installation.database, calendar, policy)
    yield office_of(installation, world)
    installation.database.close()


@pytest.fixture
def base_url() -> str:
    """Under which name the pages are reached; empty: that of a machine on its own."""
    return ""


@pytest.fixture
def office(bare_office: Office) -> Office:
    """One active plan: A owns three duties, and helps B with one."""
    bare_office.world.plan(
        Duty("I.1", date(2020, 3, 31), owners=(A,)),
        Duty("I.2", date(2020, 4, 30), owners=(A, B)),
        Duty("I.3", date(2020, 6, 30), owners=(A,)),
        Duty("II.1", date(2020, 3, 31), owners=(B,), helpers=(A,)),
    )
    return bare_office
