"""Sealing what a sweep wrote. Floor: hashing the same lines and writing them by the bare driver's executemany."""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlmodel import Session

from benchmarks.crowd import crowd
from benchmarks.databases import ORIGINALS, Original, opened
from benchmarks.duty import CALENDAR, MORNING, POLICY
from benchmarks.measure import Result, peak_mib, several, timed
from engine.database import Database
from engine.ledger import seal
from engine.sweep import sweep

COUNT, FIRING = 20_000, 10_000
TIMES = 5
SEALED = "SELECT seq, prev, hash, sealed, id FROM entry WHERE sealed IS NOT NULL AND effective = '2020-06-17'"
UPDATE = "UPDATE entry SET seq = {0}, prev = {0}, hash = {0}, sealed = {0} WHERE id = {0}"


def run() -> Iterator[Result]:
    """Both databases; `n` is the number of entries sealed."""
    for original_of in ORIGINALS:
        with original_of(_swept) as original:
            yield _measured(original)


def _swept(session: Session) -> None:
    crowd(session, count=COUNT, firing=FIRING)
    sweep(session, MORNING, policy=POLICY, calendar=CALENDAR)


def _measured(original: Original) -> Result:
    with opened(address := original.copy()) as database:
        _seal(database)
    connection = original.bare(address)
    rows = connection.execute(SEALED).fetchall()
    connection.close()
    ours, floor = several(TIMES, lambda: _ours(original), lambda: _bare(original, rows))
    return Result.of(f"seal.{original.kind}", FIRING, ours, floor, peak_mib())


def _ours(original: Original) -> float:
    with opened(original.copy()) as database:
        return timed(lambda: _seal(database))


def _seal(database: Database) -> None:
    with database.write() as session:
        sealed = seal(session)
    if sealed != FIRING:
        raise RuntimeError(f"{sealed} entries were sealed, not {FIRING}")


def _bare(original: Original, rows: list[tuple[Any, ...]]) -> float:
    connection: Any = original.bare(original.copy())
    update = UPDATE.format("?" if original.kind == "sqlite" else "%s")

    def work() -> None:
        connection.execute("BEGIN")
        for row in rows:
            hashlib.sha256(row[3].encode()).hexdigest()
        connection.cursor().executemany(update, rows)
        connection.execute("COMMIT")

    try:
        return timed(work)
    finally:
        connection.close()
