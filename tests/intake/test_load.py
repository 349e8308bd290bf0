"""From a draft to tables: what is refused, and what an edited document leaves standing."""

from datetime import date

import pytest
from sqlmodel import Session, select
from world import PEOPLE, REGISTRY, START, Duty, World, draft, moment

from engine.errors import BadInputError
from engine.intake.draft import Draft
from engine.intake.load import Loaded, load
from engine.models import Agency, Plan

DAY = date(2020, 6, 19)


def loaded(world: World, document: Draft) -> Loaded:
    """Load a document in a transaction of its own."""
    with world.database.write() as session:
        return load(session, document, registry=REGISTRY, people=PEOPLE, when=moment(START))


def plan_of(session: Session) -> Plan:
    """The only plan."""
    return session.exec(select(Plan)).one()


def test_rows_with_the_same_reference_are_refused_with_their_places(world: World) -> None:
    """All of them at once, before anything is written."""
    document = draft([Duty("I.1", DAY), Duty("I.2", DAY), Duty("I.1", DAY), Duty("I.3", DAY), Duty("I.3", DAY)])
    for position, row in enumerate(document.tasks):
        row.source_lines = (10 * position, 10 * position + 5)
    with world.database.write() as session:
        agencies = len(session.exec(select(Agency.id)).all())
        with pytest.raises(BadInputError) as refusal:
            load(session, document, registry=REGISTRY, people=PEOPLE, when=moment(START))
    assert refusal.value.faults == ["I.1: dòng 0–5; dòng 20–25", "I.3: dòng 30–35; dòng 40–45"]  # type: ignore[attr-defined]
    with world.database.read() as session:
        assert session.exec(select(Plan)).all() == []
        assert len(session.exec(select(Agency.id)).all()) == agencies
