"""The sealed pack of a proof: signed with the key of the log, and checked without any database.

Whoever holds the public key can tell whether a letter of it was changed; whoever holds the exported log too, whether
its entries are the log's, and whether any about the task was left out.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from engine.ledger import canonical, hash_of, key_id

SCHEMA = "dondoc-proof/1"


def sealed_line(text: str) -> dict[str, Any]:
    """The parts of a sealed line; `canonical` of them is the line again, letter by letter."""
    line: dict[str, Any] = json.loads(text)
    return line


def sign(proof: dict[str, Any], key: Ed25519PrivateKey) -> str:
    """The file of a pack: the proof, its hash, and the signature of the log's key over it."""
    body = canonical(proof).encode()
    public = key.public_key()
    return written(
        {
            "proof": proof,
            "sha256": hashlib.sha256(body).hexdigest(),
            "key": key_id(public),
            "public_key": public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex(),
            "signature": key.sign(body).hex(),
        }
    )


def written(pack: dict[str, Any]) -> str:
    """A pack as it stands in a file: for people to read, and in one way only."""
    return json.dumps(pack, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@dataclass
class PackVerdict:
    """What checking a pack found. `faults` empty: it is what the holder of the key signed."""

    plan: str = ""
    ref: str = ""
    entries: int = 0
    sha256: str = ""
    key: str = ""
    key_trusted: bool = False
    log_compared: bool = False
    faults: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The verdict as `dondoc log verify-proof --json` prints it."""
        return {"ok": not self.faults, **self.__dict__}


def verify_pack(
    text: str,
    *,
    trusted: Ed25519PublicKey | None = None,
    log: Iterable[str] | None = None,
    published: Sequence[str] = (),
) -> PackVerdict:
    """Check a pack: its form, its signature, every entry's hash and place, and what it says of mail against them.

    Args:
        text: the file.
        trusted: the key that must have signed; without it the file's own is used and `key_trusted` is False.
        log: the lines of an exported log, already verified: the pack's entries must be its, and none be left out.
        published: heads seen earlier; each must be an entry of the pack or the head that it names.
    """
    verdict = PackVerdict()
    try:
        pack = json.loads(text)
        fitting = isinstance(pack, dict) and isinstance(pack.get("proof"), dict) and written(pack) == text
    except (ValueError, RecursionError):
        fitting = False
    if not fitting or pack.keys() != {"proof", "sha256", "key", "public_key", "signature"}:
        verdict.faults.append("not a pack as it is written here: something was changed, or the file is another one")
        return verdict
    try:
        _check_signature(pack, trusted, verdict)
        _check_proof(pack["proof"], verdict)
        if log is not None:
            _compare(pack["proof"], log, verdict)
        heads = {pack["proof"]["chain"]["hash"], *(one["sealed"].get("hash") for one in pack["proof"]["entries"])}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        verdict.faults.append(f"the proof lacks what it must hold ({type(error).__name__}: {error})")
        return verdict
    verdict.faults.extend(
        f"the published head {head} is neither the pack's nor of its entries" for head in published if head not in heads
    )
    return verdict


def _check_signature(pack: dict[str, Any], trusted: Ed25519PublicKey | None, verdict: PackVerdict) -> None:
    body = canonical(pack["proof"]).encode()
    verdict.sha256 = hashlib.sha256(body).hexdigest()
    if pack["sha256"] != verdict.sha256:
        verdict.faults.append("the proof was changed (its hash does not fit)")
    try:
        own = Ed25519PublicKey.from_public_bytes(bytes.fromhex(pack["public_key"]))
        verdict.key, verdict.key_trusted = key_id(own), trusted is not None
        own.verify(bytes.fromhex(pack["signature"]), body)
    except (ValueError, InvalidSignature):
        verdict.faults.append("the proof is not signed by the key it names")
    if pack["key"] != verdict.key:
        verdict.faults.append("the name of the key was changed")
    if trusted is not None and verdict.key != key_id(trusted):
        verdict.faults.append(f"the proof is signed by another key than the trusted one ({key_id(trusted)})")


def _check_proof(proof: dict[str, Any], verdict: PackVerdict) -> None:
    """The entries' own hashes and places, and the recipients against what was sealed."""
    verdict.plan, verdict.ref, verdict.entries = proof["plan"]["slug"], proof["task"]["ref"], len(proof["entries"])
    if proof["schema"] != SCHEMA:
        verdict.faults.append(f"the proof is written as {proof['schema']}, not as {SCHEMA}")
    chain: dict[str, Any] = proof["chain"]
    before: dict[str, Any] = {"seq": 0, "hash": ""}
    by_place = {one["sealed"]["seq"]: one["sealed"] for one in proof["entries"]}
    for one in proof["entries"]:
        line = one["sealed"]
        name = f"entry {line['seq']}"
        if line["hash"] != hash_of(line):
            verdict.faults.append(f"{name} was changed (its hash does not fit)")
        if line["seq"] <= before["seq"] or line["seq"] > chain["count"] or line["plan"] != chain["plan"]:
            verdict.faults.append(f"{name} does not stand where it belongs")
        if line["seq"] == before["seq"] + 1 and before["hash"] and line["prev"] != before["hash"]:
            verdict.faults.append(f"{name} does not follow the entry before it")
        if line["seq"] == chain["count"] and line["hash"] != chain["hash"]:
            verdict.faults.append(f"{name} is not the head that the chain names")
        if sorted(told["mailbox"] for told in one["recipients"]) != sorted(line["recipients"] + line["stand_in"]):
            verdict.faults.append(f"{name} was sealed for other mailboxes than the pack shows")
        verdict.faults.extend(
            f"{name}: what is said of the mail to mailbox {told['mailbox']} is not what was sealed"
            for told in one["recipients"]
            if not _as_sealed(told, by_place)
        )
        before = line


def _as_sealed(told: dict[str, Any], by_place: dict[int, dict[str, Any]]) -> bool:
    """Whether a mail that left, came back or was taken back is one of the entries of the pack, with the same words."""
    if (left := told["left"]) is not None:
        data = by_place.get(left["seq"], {}).get("data", {})
        same = all(str(data.get(name, "")) == left[name] for name in ("message_id", "reply", "text_sha256"))
        if data.get("message") != told["message"] or not same:
            return False
    backs = [one["seq"] for one in told["bounces"] if one["seq"] is not None]
    return all(by_place.get(seq, {}).get("kind") == "bounce" for seq in backs)


def _compare(proof: dict[str, Any], log: Iterable[str], verdict: PackVerdict) -> None:
    """The pack's entries against the log's; what the log says of the task and the pack does not is left out."""
    verdict.log_compared = True
    chain, own = proof["chain"], {one["sealed"]["seq"]: canonical(one["sealed"]) for one in proof["entries"]}
    last = 0
    agencies = {part["agency_key"] for part in proof["parts"]}
    for text in log:
        line = json.loads(text)
        if line.get("plan") != chain["plan"] or "seq" not in line:
            continue
        last = line["seq"]
        if last == chain["count"] and line["hash"] != chain["hash"]:
            verdict.faults.append("the head that the pack names is not the log's")
        if last in own:
            if own.pop(last) != text.rstrip("\n"):
                verdict.faults.append(f"entry {last} is not what the log says")
        elif (
            last <= chain["count"]
            and line["agency_key"] in agencies
            and line["effective"] <= proof["as_of"][:10]
            and _names(line, proof["task"]["wordings"])
        ):
            verdict.faults.append(f"entry {last} of the log is about this task, and the pack leaves it out")
    verdict.faults.extend(f"entry {seq} does not stand in the log" for seq in own)
    if last < chain["count"]:
        verdict.faults.append(f"the log ends at entry {last}, before the head that the pack names ({chain['count']})")


def _names(line: dict[str, Any], wordings: Sequence[dict[str, Any]]) -> bool:
    """Whether the line's reference was the task's that day. On the day of a new one either may be another task's."""
    since = ""
    for said in wordings:
        until = said["until"] or "9999"
        if line["ref"] == said["ref"] and since < line["effective"] < until:
            return True
        since = until
    return False
