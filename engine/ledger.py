"""The escalation log as a chain: sealing, export and a verification that needs no database.

Each plan has one chain. An entry's hash is SHA-256 over its canonical JSON, which holds the number and the hash of the
entry before it; the export ends with the heads of all chains, signed with Ed25519. Who can verify cannot forge.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import Row, bindparam, func, update
from sqlalchemy import select as sa_select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from engine.models import Agency, Assignment, Chain, Entry, Plan, Recipient, Task, columns

GENESIS = "0" * 64
"""What the first entry of a chain gives as the hash before it."""

BATCH = 5000
CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
HEAD_LINE = re.compile(r"[0-9a-f]{64} [0-9a-f]{128}")
"""Public key and signature as an export writes them."""


ENTRY, CHAIN, PLAN, TASK, AGENCY, ASSIGNMENT = (
    columns(table) for table in (Entry, Chain, Plan, Task, Agency, Assignment)
)
UNSEALED = (
    sa_select(
        *(ENTRY.id, ENTRY.at, ENTRY.effective, ENTRY.kind, ENTRY.rung, ENTRY.last_day, ENTRY.version, ENTRY.round),
        *(ENTRY.policy, ENTRY.superseded, ENTRY.data, PLAN.slug, TASK.ref),
        *(AGENCY.name.label("agency"), AGENCY.key.label("agency_key")),
    )
    .join(Plan, PLAN.id == ENTRY.plan_id)
    .outerjoin(Assignment, ASSIGNMENT.id == ENTRY.assignment_id)
    .outerjoin(Task, TASK.id == ASSIGNMENT.task_id)
    .outerjoin(Agency, AGENCY.id == func.coalesce(ENTRY.agency_id, ASSIGNMENT.agency_id))
    .where(ENTRY.plan_id == bindparam("plan"), ENTRY.hash.is_(None))
    .order_by(ENTRY.id)
    .limit(BATCH)
)
SEAL = (
    update(ENTRY.id.table)
    .where(ENTRY.id == bindparam("entry"))
    .values(seq=bindparam("number"), prev=bindparam("before"), hash=bindparam("digest"), sealed=bindparam("line"))
)
"""Made once: sealing is asked for after every change."""


def canonical(document: dict[str, Any]) -> str:
    """JSON with sorted keys, no spaces and plain UTF-8: equal content gives equal bytes."""
    return CANONICAL(document)


def hash_of(line: dict[str, Any]) -> str:
    """The hash of an entry: over its canonical JSON without the field `hash` itself."""
    body = {name: value for name, value in line.items() if name != "hash"}
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def key_id(public: Ed25519PublicKey) -> str:
    """The name of a key: the first 16 hex digits of the SHA-256 of its raw bytes."""
    return hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def seal(session: Session, plans: Sequence[int] = ()) -> int:
    """Give number and hash to every entry that has none; each chain under its own lock.

    Args:
        session: a writing session.
        plans: ids of the chains to seal; all when empty.

    Returns:
        How many entries were sealed.
    """
    waiting = select(Entry.plan_id).where(col(Entry.hash).is_(None)).distinct()
    if plans:
        waiting = waiting.where(col(Entry.plan_id).in_(plans))
    return sum(_seal_chain(session, plan_id) for plan_id in sorted(session.exec(waiting).all()))


def _seal_chain(session: Session, plan_id: int) -> int:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(Chain).values(plan_id=plan_id, count=0, hash=GENESIS).on_conflict_do_nothing())
    count, before = session.execute(
        sa_select(CHAIN.count, CHAIN.hash).where(CHAIN.plan_id == plan_id).with_for_update()
    ).one()
    sealed = 0
    while lines := _unsealed(session, plan_id):
        rows = []
        for entry_id, line in lines:
            count += 1
            line |= {"seq": count, "prev": before}
            digest = hash_of(line)
            text = canonical(line | {"hash": digest})
            rows.append({"entry": entry_id, "number": count, "before": before, "digest": digest, "line": text})
            before = digest
        session.connection().execute(SEAL, rows)
        sealed += len(rows)
        if len(rows) < BATCH:
            break
    session.execute(update(CHAIN.count.table).where(CHAIN.plan_id == plan_id).values(count=count, hash=before))
    return sealed


def _unsealed(session: Session, plan_id: int) -> list[tuple[int, dict[str, Any]]]:
    """The next entries to seal, as the lines that will stand in the export."""
    rows = session.connection().execute(UNSEALED, {"plan": plan_id}).all()
    recipients = _recipients(session, [row.id for row in rows])
    return [(row.id, _line(row, recipients.get(row.id, ()))) for row in rows]


def _recipients(session: Session, entries: list[int]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    if entries:
        rows = select(Recipient.entry_id, Recipient.mailbox_id, Recipient.role).where(
            col(Recipient.entry_id).between(entries[0], entries[-1])
        )
        for entry, mailbox, role in session.exec(rows.order_by(col(Recipient.mailbox_id))):
            found.setdefault(entry, []).append((mailbox, role))
    return found


def _line(entry: Row[Any], told: Sequence[tuple[int, str]]) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(),
        "effective": entry.effective.isoformat(),
        "plan": entry.slug,
        "ref": entry.ref,
        "agency": entry.agency,
        "agency_key": entry.agency_key,
        "kind": entry.kind,
        "rung": entry.rung,
        "last_day": entry.last_day.isoformat() if entry.last_day else None,
        "deadline_version": entry.version,
        "round": entry.round,
        "policy": entry.policy,
        "superseded": entry.superseded,
        "recipients": [mailbox for mailbox, role in told if role != "stand_in"],
        "stand_in": [mailbox for mailbox, role in told if role == "stand_in"],
        "data": entry.data,
    }


def export(session: Session, key: Ed25519PrivateKey, now: datetime, *, plans: Sequence[int] = ()) -> Iterator[str]:
    """The log's file, line by line: the sealed entries of each chain in order, then the signed head.

    Args:
        session: a reading session.
        key: the installation's signing key.
        now: the time written into the head.
        plans: ids of the plans to export; all when empty.
    """
    heads: dict[str, dict[str, Any]] = {}
    last, total = GENESIS, 0
    chosen = select(Plan.id, Plan.slug)
    if plans:
        chosen = chosen.where(col(Plan.id).in_(plans))
    for plan_id, slug in sorted(session.exec(chosen), key=lambda row: row[1]):  # a database may sort hyphens otherwise
        entries = select(Entry.sealed, Entry.hash).where(Entry.plan_id == plan_id, col(Entry.hash).is_not(None))
        count = 0
        for line, digest in session.exec(entries.order_by(col(Entry.seq)).execution_options(yield_per=BATCH)):
            count, last = count + 1, digest or GENESIS
            yield line or ""
        if count:
            heads[slug] = {"count": count, "hash": last}
            total += count
    head = {"count": total, "hash": last, "time": now.isoformat(), "key": key_id(key.public_key()), "chains": heads}
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    yield canonical({"head": head, "public_key": public, "signature": key.sign(canonical(head).encode()).hex()})


@dataclass
class Verdict:
    """What a verification found. `faults` empty: the file is whole and unchanged."""

    count: int = 0
    head: str = ""
    key: str = ""
    key_trusted: bool = False
    time: str = ""
    faults: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The verdict as `dondoc log verify --json` prints it."""
        return {
            "ok": not self.faults,
            "entries": self.count,
            "head": self.head,
            "key": self.key,
            "key_trusted": self.key_trusted,
            "time": self.time,
            "faults": self.faults,
        }


def verify(lines: Iterable[str], *, trusted: Ed25519PublicKey | None = None, published: Sequence[str] = ()) -> Verdict:
    """Check an exported log: every hash, every link, the order, the signed head.

    Args:
        lines: the lines of the file.
        trusted: the key that must have signed; without it the file's own key is used and `key_trusted` is False.
        published: heads seen earlier, in a report or a mail; each must still stand in the chain.
    """
    verdict = Verdict()
    seen: set[str] = set()
    chains: dict[str, tuple[int, str]] = {}
    last_plan, head_line = "", None
    for number, text in enumerate(lines, start=1):
        if head_line is not None:
            verdict.faults.append(f"line {number}: something follows the head")
            break
        line = _parsed(text)
        if line is None:
            verdict.faults.append(f"line {number}: not a line of a log")
        elif "head" in line:
            head_line = line
        else:
            verdict.count += 1
            seen.add(_check_entry(line, number, chains, verdict))
            plan = str(line.get("plan"))
            if plan < last_plan:
                verdict.faults.append(f"line {number}: the plans are out of order")
            last_plan = plan
    if head_line is None:
        verdict.faults.append("the file ends without its signed head: its tail was cut")
    else:
        _check_head(head_line, chains, trusted, verdict)
    verdict.faults.extend(
        f"the published head {head} is not in the chain" for head in published if head.lower() not in seen
    )
    return verdict


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        return None
    # A line with other spacing or a repeated name says the same to a lenient reader, but it was not written here.
    return line if isinstance(line, dict) and canonical(line) == text.rstrip("\n") else None


def _check_entry(line: dict[str, Any], number: int, chains: dict[str, tuple[int, str]], verdict: Verdict) -> str:
    plan, digest = str(line.get("plan")), hash_of(line)
    count, before = chains.get(plan, (0, GENESIS))
    if line.get("hash") != digest:
        verdict.faults.append(f"line {number}: the entry was changed (its hash does not fit)")
    if line.get("seq") != count + 1:
        verdict.faults.append(f"line {number}: entry {line.get('seq')} of {plan} stands where {count + 1} belongs")
    elif line.get("prev") != before:
        verdict.faults.append(f"line {number}: the entry before it was changed, or is not the one it followed")
    chains[plan] = (count + 1, digest)
    return digest


def _check_head(
    line: dict[str, Any], chains: dict[str, tuple[int, str]], trusted: Ed25519PublicKey | None, verdict: Verdict
) -> None:
    head = line.get("head")
    head = head if isinstance(head, dict) else {}
    key, signature = str(line.get("public_key")), str(line.get("signature"))
    try:
        own = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        verdict.key, verdict.key_trusted = key_id(own), trusted is not None
        own.verify(bytes.fromhex(signature), canonical(head).encode())
    except (ValueError, InvalidSignature):
        verdict.faults.append("the head is not signed by the key it names")
    if trusted is not None and verdict.key != key_id(trusted):
        verdict.faults.append(f"the head is signed by another key than the trusted one ({key_id(trusted)})")
    written_here = HEAD_LINE.fullmatch(f"{key} {signature}") and line.keys() == {"head", "public_key", "signature"}
    if not written_here or head.get("key") != verdict.key:
        verdict.faults.append("the line of the head was changed")
    verdict.head, verdict.time = str(head.get("hash")), str(head.get("time"))
    chains_stated = head.get("chains")
    stated = chains_stated if isinstance(chains_stated, dict) else {}
    found = {plan: {"count": count, "hash": digest} for plan, (count, digest) in chains.items()}
    for plan in sorted(stated.keys() | found.keys()):
        if stated.get(plan) != found.get(plan):
            verdict.faults.append(f"the head does not fit the entries of {plan}: some are missing or added")
    if head.get("count") != verdict.count or (found and head.get("hash") not in {c["hash"] for c in found.values()}):
        verdict.faults.append("the head does not fit the entries of the file")
