"""Packs of a small world, made as the command makes them."""

import json
from datetime import date, time
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel import select
from world import World, moment

from engine.ledger import export, seal
from engine.models import Task
from engine.pack import sign
from engine.proof import Asked, facts
from engine.typeset import pdf
from web.proof import in_words

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TEMPLATE = Path(__file__).parents[2] / "templates" / "document" / "proof.typ"
NIGHT = time(20, 0)


def pack(world: World, day: date, ref: str = "I.1", *, agency: str | None = None, looks_back: bool = False) -> str:
    """The signed pack of a task, as of the evening of a day."""
    with world.database.write() as session:
        seal(session)
    with world.database.read() as session:
        task = session.exec(select(Task).where(Task.ref == ref)).one()
        asked = Asked(task, agency, moment(day, NIGHT), looks_back, world.policy, world.calendar, world.desk)
        return sign(in_words(facts(session, asked), world.policy), KEY)


def proof(world: World, day: date, ref: str = "I.1", **how: Any) -> dict[str, Any]:
    """What the pack says."""
    found: dict[str, Any] = json.loads(pack(world, day, ref, **how))["proof"]
    return found


def verdicts(proof: dict[str, Any], rung: str) -> dict[str, str]:
    """What is said of each recipient of a rung: address → sentence."""
    return {
        told["address"]: told["verdict"]
        for one in proof["entries"]
        if one["sealed"]["rung"] == rung
        for told in one["recipients"]
    }


def log_of(world: World, day: date) -> list[str]:
    """The exported log."""
    with world.database.read() as session:
        return list(export(session, KEY, moment(day, NIGHT).real))


def paper(pack: str, day: date) -> bytes:
    """The pack on paper."""
    return pdf(TEMPLATE, pack, moment(day, NIGHT).now)
