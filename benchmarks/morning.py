"""A morning's digests made straight in SQL: so many mailboxes, each with twenty duties in two plans to be told of.

What the sweep of that morning wrote is there and sealed: a reminder for every duty. Each mailbox got mail before, of
the same two plans, so that what goes now has a thread to hang on.
"""

from functools import partial

from sqlalchemy import Date, bindparam, text
from sqlmodel import Session

from benchmarks.duty import DAY, FORCE
from engine.clock import at
from engine.models.instant import Instant

TASKS = 20
"""Duties that each mailbox is told of."""

PLANS = 10
NUMBERS = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :count)"
WORDS = (
    "Rà soát, hoàn thiện kế hoạch giáo dục hướng nghiệp và định hướng phân luồng học sinh của đơn vị, địa phương, "
    "gửi Văn phòng tổng hợp, báo cáo theo quy định"
)
SEALED = "{" + "x" * 470 + "}"

OWNER = "1 + (n - 1) / :tasks"
"""The mailbox and agency of a duty."""

PLAN = f"1 + (({OWNER}) * 2 + n % 2) % :plans"

ONCE = (
    "INSERT INTO installation (id, uid, demo, gatherings) VALUES (1, 'bench', false, 0)",
    """INSERT INTO mailbox (id, address, name, language)
       VALUES (1000001, 'lan@vanphong.example.vn', 'Lan', 'vi'), (1000002, 'minh@vanphong.example.vn', 'Minh', 'vi')""",
    """INSERT INTO person (id, key, name, role, mailbox_id)
       VALUES (1, 'lan', 'Lan', 'coordinator', 1000001), (2, 'minh', 'Minh', 'supervisor', 1000002)""",
)
OF_PLANS = (
    """INSERT INTO plan (id, slug, number, title, issuer, place, source_name, source_sha256, state, before, roll,
                         policy, coordinator_id, supervisor_id, activated_on, swept_through, loaded_at)
       {numbers} SELECT n, 'plan-' || n, n || '/KH-MAU', 'Kế hoạch giáo dục hướng nghiệp giai đoạn ' || n, '', '', '',
       '', 'active', 'strict', 'none', 'default', 1, 2, :force, :day, :at FROM number""",
    "INSERT INTO chain (plan_id, count, hash) SELECT id, 1000000, 'h' FROM plan",
)
OF_MAILBOXES = (
    """INSERT INTO mailbox (id, address, name, language)
       {numbers} SELECT n, 'vanthu' || n || '@so' || n || '.example.vn', 'Văn thư Sở số ' || n, 'vi' FROM number""",
    """INSERT INTO agency (id, key, name, kind, province)
       {numbers} SELECT n, 'a' || n, 'Sở Mẫu số ' || n, 'agency', '' FROM number""",
    "INSERT INTO contact (agency_id, role, mailbox_id) {numbers} SELECT n, 'office', n FROM number",
    """INSERT INTO message (mailbox_id, day, status, attempts, next_try, subject, text_sha256, thread, reply, error,
                            sent_at)
       {numbers} SELECT 1 + (n - 1) / 2, :force, 'sent', 1, :at, 'Nhắc hạn', '',
       'plan-' || (1 + ((1 + (n - 1) / 2) * 2 + n % 2) % :plans) || '-' || (1 + (n - 1) / 2), '250 OK', '', :at
       FROM number WHERE 1 + (n - 1) / 2 <= :mailboxes""",
)
OF_DUTIES = (
    f"""INSERT INTO task (id, plan_id, ref, position, section, text, owner_text, collaborators_text, deadline_text,
                          deadline, deliverable, place, rollup, rollup_n)
        {{numbers}} SELECT n, {PLAN}, 'I.' || n, n, '', :words || ' ' || n, '', '', 'Trước ngày 25/6/2020',
        '{{{{}}}}', '', '', 'all', 0 FROM number""",
    f"""INSERT INTO assignment (id, uid, plan_id, task_id, agency_id, position, state, state_since, round, version,
                                unclear, revision, changed_at)
        {{numbers}} SELECT n, 'u' || n, {PLAN}, n, {OWNER}, 0, 'assigned', :force, 1, 1, false, 1, :at FROM number""",
    """INSERT INTO deadline (assignment_id, version, last_day, force_day, late_from, nominal, bound, cause, reason,
                             authority)
       SELECT id, 1, :last, :force, :last, :nominal, 'before', 'activation', '', '' FROM assignment""",
    """INSERT INTO entry (plan_id, assignment_id, kind, rung, rank, version, round, last_day, superseded, policy,
                          effective, at, data, seq, prev, hash, sealed)
       SELECT plan_id, id, 'reminder', 'R7', 3, 1, 1, :last, false, 'default', :day, :at, '{{}}', id, 'p', 'h', :sealed
       FROM assignment""",
    """INSERT INTO recipient (entry_id, mailbox_id, role, withdrawn)
       SELECT entry.id, assignment.agency_id, 'owner', ''
       FROM entry JOIN assignment ON assignment.id = entry.assignment_id""",
)


def morning(session: Session, *, mailboxes: int) -> None:
    """Fill an empty database with the digests of `DAY`."""
    put = partial(_put, session, mailboxes)
    for statements, count in ((ONCE, 1), (OF_PLANS, PLANS), (OF_MAILBOXES, mailboxes), (OF_DUTIES, mailboxes * TASKS)):
        for statement in statements:
            put(statement.format(numbers=NUMBERS), 2 * count if "INTO message" in statement else count)


def _put(session: Session, mailboxes: int, statement: str, count: int) -> None:
    days = {"force": FORCE, "day": DAY, "last": DAY.replace(day=24), "nominal": DAY.replace(day=25)}
    given = {
        "count": count,
        "mailboxes": mailboxes,
        "tasks": TASKS,
        "plans": PLANS,
        "words": WORDS,
        "at": at(FORCE),
        "sealed": SEALED,
        **days,
    }
    used = {name: value for name, value in given.items() if f":{name}" in statement}
    types = [bindparam(name, type_=Instant if name == "at" else Date) for name in used if name in {"at", *days}]
    session.execute(text(statement).bindparams(*types), used)
