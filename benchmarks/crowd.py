"""A crowd of open assignments made straight in SQL, of which a known number have a rung on the day swept.

Ten plans, a thousand agencies with office and head, four agencies a task, two collaborators. Every assignment has its
sealed notice; as many as fire on `DAY` fired on the working day before it, and have that entry too. The others have
last days on which no rung falls on either day, from a year back to two years ahead.
"""

from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Date, bindparam, text
from sqlmodel import Session

from benchmarks.duty import BEFORE, CALENDAR, DAY, FORCE, POLICY
from engine.clock import at
from engine.models.instant import Instant
from engine.rules.ladder import steps

PLANS, AGENCIES = 10, 1000
NUMBERS = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :count)"
SEALED = "{" + "x" * 470 + "}"
"""As long as the canonical line of an entry."""

FIRES, FIRED, QUIET = range(3)
"""The parts of the crowd: a rung on the day swept, one on the working day before, none on either."""

PART = "CASE assignment.id % {every} WHEN 0 THEN 0 WHEN 1 THEN 1 ELSE 2 END"
LAST_DAY = """last_day d ON d.part = {part}
  AND d.n = (assignment.id / CASE {part} WHEN 2 THEN 1 ELSE {every} END)
          % CASE {part} WHEN 0 THEN {fires} WHEN 1 THEN {fired} ELSE {quiet} END"""

CAST = (
    (1, "INSERT INTO installation (id, uid, demo, gatherings) {numbers} SELECT n, 'bench', false, 0 FROM number"),
    (
        2 * AGENCIES + 2,
        """INSERT INTO mailbox (id, address, name, language)
           {numbers} SELECT n, 'box' || n || '@example.vn', 'Mẫu ' || n, 'vi' FROM number""",
    ),
    (
        AGENCIES,
        """INSERT INTO agency (id, key, name, kind, province)
           {numbers} SELECT n, 'a' || n, 'Cơ quan ' || n, 'agency', '' FROM number""",
    ),
    (AGENCIES, "INSERT INTO contact (agency_id, role, mailbox_id) {numbers} SELECT n, 'office', n FROM number"),
    (AGENCIES, "INSERT INTO contact (agency_id, role, mailbox_id) {numbers} SELECT n, 'head', n + :count FROM number"),
    (
        2,
        """INSERT INTO person (id, key, name, role, mailbox_id)
           {numbers} SELECT n, 'p' || n, 'Người ' || n, CASE n WHEN 1 THEN 'coordinator' ELSE 'supervisor' END,
           2 * :agencies + n FROM number""",
    ),
    (
        PLANS,
        """INSERT INTO plan (id, slug, number, title, issuer, place, source_name, source_sha256, state, before, roll,
                             policy, coordinator_id, supervisor_id, activated_on, swept_through, loaded_at)
           {numbers} SELECT n, 'plan-' || n, n || '/KH', 'Kế hoạch mẫu', '', '', '', '', 'active', 'strict', 'none',
           'default', 1, 2, :force, :before, :at FROM number""",
    ),
    (
        AGENCIES,
        """INSERT INTO message (id, mailbox_id, day, status, attempts, next_try, subject, text_sha256, reply, error,
                                sent_at)
           {numbers} SELECT n, n, :force, 'sent', 1, :at, 'Nhắc hạn', '', '250 OK', '', :at FROM number""",
    ),
)
TASKS = (
    """INSERT INTO task (id, plan_id, ref, position, section, text, owner_text, collaborators_text, deadline_text,
                         deadline, deliverable, place, rollup, rollup_n)
       {numbers} SELECT n, 1 + (n + n / 10 + n / 100) % :plans, 'I.' || n, n, '',
       'Rà soát, hoàn thiện kế hoạch của đơn vị, địa phương ' || n, '', '', 'Trước ngày 18/6/2020', '{{}}', '', '',
       'all', 0 FROM number""",
    """INSERT INTO collaborator (task_id, agency_id)
       {numbers} SELECT n, 1 + (n * 13) % :agencies FROM number
       UNION ALL SELECT n, 1 + (n * 13 + 1) % :agencies FROM number""",
)
DUTIES = (
    """INSERT INTO assignment (id, uid, plan_id, task_id, agency_id, position, state, state_since, round, version,
                               unclear, revision, changed_at)
       {numbers} SELECT number.n, 'u' || number.n, task.plan_id, task.id,
       1 + (number.n * 7 + number.n / 100) % :agencies, number.n % 4, 'assigned', :force, 1, 1, false, 1, :at
       FROM number JOIN task ON task.id = (number.n + 3) / 4""",
    f"""INSERT INTO deadline (assignment_id, version, last_day, force_day, late_from, nominal, bound, cause, reason,
                              authority)
        SELECT assignment.id, 1, d.last_day, f.last_day, d.last_day, d.last_day, 'by', 'activation', '', ''
        FROM assignment JOIN {LAST_DAY} JOIN last_day f ON f.part = 3 AND f.n = assignment.plan_id""",
    """INSERT INTO entry (plan_id, assignment_id, kind, rung, rank, version, round, last_day, superseded, policy,
                          effective, at, data, seq, prev, hash, sealed)
       SELECT plan_id, id, 'notice', 'N', 0, 1, 1, NULL, false, 'default', :force, :at, '{{}}', id, 'p', 'h', :sealed
       FROM assignment""",
    f"""INSERT INTO entry (plan_id, assignment_id, kind, rung, rank, version, round, last_day, superseded, policy,
                           effective, at, data, seq, prev, hash, sealed)
        SELECT assignment.plan_id, assignment.id, d.kind, d.rung, d.place, 1, 1, d.last_day, false, 'default',
        :before, :at, '{{{{}}}}', :count + assignment.id, 'p', 'h', :sealed
        FROM assignment JOIN {LAST_DAY} WHERE {PART} = 1""",
    """INSERT INTO recipient (entry_id, mailbox_id, role, message_id, withdrawn)
       SELECT entry.id, assignment.agency_id, 'owner', assignment.agency_id, ''
       FROM entry JOIN assignment ON assignment.id = entry.assignment_id""",
    "INSERT INTO chain (plan_id, count, hash) SELECT id, 2 * :count, 'h' FROM plan",
)


def crowd(session: Session, *, count: int, firing: int) -> None:
    """Fill an empty database with `count` assignments of which `firing` have a rung on `DAY`."""
    last_days = _last_days()
    _put_last_days(session, last_days)
    sizes = dict(zip(("fires", "fired", "quiet"), (len(days) for days in last_days), strict=True))
    every = count // firing
    known = {"numbers": NUMBERS, "every": every, "part": PART.format(every=every), **sizes}
    put = partial(_put, session)
    for size, statement in CAST:
        put(statement.format(**known), count=size)
    for statement in TASKS:
        put(statement.format(**known), count=(count + 3) // 4)
    for statement in DUTIES:
        put(statement.format(**known), count=count)


def _put_last_days(session: Session, last_days: list[list[dict[str, Any]]]) -> None:
    """A table to choose last days from; part 3 holds the day of force of each plan."""
    session.execute(
        text(
            "CREATE TEMPORARY TABLE last_day (part INTEGER, n INTEGER, last_day DATE, rung VARCHAR, place INTEGER, "
            "kind VARCHAR, PRIMARY KEY (part, n))"
        )
    )
    rows = [{"part": part, "n": n} | row for part, days in enumerate(last_days) for n, row in enumerate(days)]
    forces = [
        {"part": 3, "n": plan, "day": FORCE - timedelta(days=7 * plan), "rung": None, "place": None, "kind": None}
        for plan in range(1, PLANS + 1)
    ]
    insert = text("INSERT INTO last_day VALUES (:part, :n, :day, :rung, :place, :kind)")
    session.execute(insert.bindparams(bindparam("day", type_=Date)), rows + forces)


def _put(session: Session, statement: str, *, count: int) -> None:
    days = {"force": FORCE, "before": BEFORE}
    given: dict[str, Any] = {"count": count, "agencies": AGENCIES, "plans": PLANS, "at": at(FORCE), "sealed": SEALED}
    used = {name: value for name, value in (given | days).items() if f":{name}" in statement}
    types = [bindparam(name, type_=Instant if name == "at" else Date) for name in used if name in {"at", *days}]
    session.execute(text(statement).bindparams(*types), used)


def _last_days() -> list[list[dict[str, Any]]]:
    """The last days of each part, with the rung that falls on them."""
    found: list[list[dict[str, Any]]] = [[], [], []]
    for offset in range(-360, 731):
        day = DAY + timedelta(days=offset)
        told = [step for step in steps(POLICY, day, FORCE, CALENDAR) if step.date in (BEFORE, DAY)]
        if not told:
            found[QUIET].append({"day": day, "rung": None, "place": None, "kind": None})
        elif len(told) == 1 and not told[0].superseded:
            rung = told[0].rung
            part = FIRES if told[0].date == DAY else FIRED
            row = {"day": day, "rung": rung.name, "place": POLICY.rank(rung.name), "kind": str(rung.kind)}
            found[part].append(row)
    return found
