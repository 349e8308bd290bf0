"""The log's file: what verify must refuse, and what it must accept."""

import json
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from world import AN, START, A, B, Duty, World, moment

from config.holidays import read_calendar
from config.policies import read_policies
from engine.database import Database
from engine.ledger import canonical, export, hash_of, key_id, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
Change = Callable[[list[str]], list[str]]


@cache
def log() -> tuple[str, ...]:
    """A log of two plans with entries of several kinds."""
    database = Database(f"sqlite:///{mkdtemp()}/log.db")
    database.migrate()
    world = World.founded(database, read_calendar(), read_policies()["default"])
    world.plan(Duty("I.1", date(2020, 3, 4)), Duty("I.2", date(2020, 3, 20), owners=(A, B), helpers=("hoi-c",)))
    world.plan(Duty("I.1", date(2020, 3, 20)), number="02/KH-THU")
    world.sweep_through(START, date(2020, 3, 5))
    world.act("submit", "I.2", by=AN, document="9/BC", document_date=date(2020, 3, 5), day=date(2020, 3, 5))
    world.sweep_through(date(2020, 3, 6), date(2020, 3, 13))
    world.deliver(date(2020, 3, 13), world.to_files(Path(mkdtemp())))
    with database.read() as session:
        lines = tuple(export(session, KEY, moment(date(2020, 3, 13)).real))
    database.close()
    return lines


def refused(lines: list[str], **how: Any) -> list[str]:
    """The faults found; there must be some."""
    verdict = verify(lines, **how)
    assert verdict.faults
    assert verdict.to_json()["ok"] is False
    return verdict.faults


def heads() -> dict[str, Any]:
    """The last line."""
    document: dict[str, Any] = json.loads(log()[-1])
    return document


def signed_anew(lines: list[str], key: Ed25519PrivateKey) -> list[str]:
    """The same entries under a head that fits them, signed by whoever holds `key`: what a forger would write."""
    head = json.loads(lines[-1])["head"]
    entries = [json.loads(line) for line in lines[:-1]]
    chains: dict[str, dict[str, Any]] = {}
    for entry in entries:
        before = chains.get(entry["plan"], {"count": 0, "hash": "0" * 64})
        entry |= {"seq": before["count"] + 1, "prev": before["hash"]}
        entry["hash"] = hash_of(entry)
        chains[entry["plan"]] = {"count": entry["seq"], "hash": entry["hash"]}
    head |= {"count": len(entries), "hash": entries[-1]["hash"], "key": key_id(key.public_key()), "chains": chains}
    signature = key.sign(canonical(head).encode()).hex()
    last = canonical({"head": head, "public_key": key.public_key().public_bytes_raw().hex(), "signature": signature})
    return [*(canonical(entry) for entry in entries), last]


def test_an_exported_log_is_whole() -> None:
    """With its own key, with the trusted one, and with any head that it ever had."""
    lines = list(log())
    assert {json.loads(line)["kind"] for line in lines[:-1]} >= {"plan", "notice", "reminder", "escalation", "act"}
    verdict = verify(lines)
    assert (verdict.faults, verdict.key_trusted, verdict.count) == ([], False, len(lines) - 1)
    earlier = [json.loads(lines[n])["hash"] for n in (0, 3, len(lines) - 2)]
    trusted = verify([f"{line}\n" for line in lines], trusted=KEY.public_key(), published=earlier)
    assert (trusted.faults, trusted.key_trusted, trusted.key) == ([], True, key_id(KEY.public_key()))
    assert trusted.to_json()["ok"] is True
    assert trusted.head == heads()["head"]["hash"]


def test_persons_and_addresses_stand_in_the_log_by_reference() -> None:
    """No mail address of anybody is in it: the domain stands in Message-IDs alone."""
    assert "example.vn" not in re.sub(r"<m\d+\.[0-9a-z]+@[a-z.]+>", "", "".join(log()))


def test_an_entry_holds_what_the_contract_promises() -> None:
    """The fields of a line, and a chain that counts from 1 for each plan."""
    promised = {
        *("seq", "at", "effective", "plan", "ref", "agency", "kind", "rung", "last_day", "deadline_version", "round"),
        *("policy", "recipients", "prev", "hash"),
    }
    seen: dict[str, int] = {}
    for line in map(json.loads, log()[:-1]):
        assert promised <= set(line)
        assert line["seq"] == seen.get(line["plan"], 0) + 1
        seen[line["plan"]] = line["seq"]
    assert seen == {plan: chain["count"] for plan, chain in heads()["head"]["chains"].items()}
    assert len(seen) == 2


ENTRIES = st.integers(0, 10_000)
"""A place in the file; taken modulo its length."""


def edit(field: str) -> Change:
    """Change one field of the third entry, keeping its hash."""

    def change(lines: list[str]) -> list[str]:
        line = json.loads(lines[2])
        value = line[field]
        line[field] = value + 1 if isinstance(value, int) and not isinstance(value, bool) else f"{value}x"
        return [*lines[:2], canonical(line), *lines[3:]]

    return change


def test_every_edited_field_is_refused() -> None:
    """Each field of an entry, one at a time, with and without a hash made to fit it."""
    for field in json.loads(log()[2]):
        changed = edit(field)(list(log()))
        assert any("line 3" in fault for fault in refused(changed))
        if field != "hash":
            line = json.loads(changed[2])
            line["hash"] = hash_of(line)
            refused([*changed[:2], canonical(line), *changed[3:]])


@given(ENTRIES, ENTRIES, st.sampled_from(["edit", "remove", "move", "duplicate", "swap", "insert", "blank", "space"]))
def test_any_change_of_any_line_is_refused(place: int, other: int, kind: str) -> None:
    """A random line and a random mischief; the key is not even needed to see it."""
    lines = list(log())
    place, other = place % (len(lines) - 1), other % (len(lines) - 1)
    changed = lines.copy()
    match kind:
        case "edit":
            at = other % len(lines[place])
            changed[place] = f"{lines[place][:at]}{'7' if lines[place][at] != '7' else '8'}{lines[place][at + 1 :]}"
        case "remove":
            del changed[place]
        case "move" | "swap":
            if place == other:
                other = (place + 1) % (len(lines) - 1)
            if kind == "move":
                changed.insert(other, changed.pop(place))
            else:
                changed[place], changed[other] = changed[other], changed[place]
        case "duplicate":
            changed.insert(other, lines[place])
        case "insert":
            changed.insert(place, canonical({**json.loads(lines[place]), "rung": "E9"}))
        case "blank":
            changed.insert(place, "")
        case "space":
            changed[place] = lines[place].replace(":", ": ", 1)
    refused(changed)


@given(st.integers(1, 10_000), st.booleans())
def test_a_cut_tail_is_refused(cut: int, keep_head: bool) -> None:
    """The last entries gone, with the head left standing or gone too."""
    lines = list(log())
    cut = cut % (len(lines) - 1) or 1
    faults = refused(lines[: -cut - 1] + (lines[-1:] if keep_head else []))
    assert keep_head or any("tail was cut" in fault for fault in faults)


@given(st.integers(0, 10_000), st.sampled_from("0123456789abcdef"))
def test_any_change_of_the_head_is_refused(at: int, letter: str) -> None:
    """Count, hashes, time, key, signature: one letter is enough."""
    lines = list(log())
    last = lines[-1]
    at %= len(last)
    if last[at] != letter:
        refused([*lines[:-1], last[:at] + letter + last[at + 1 :]])


def test_a_log_whose_head_line_is_cut_off_in_the_middle_is_refused() -> None:
    """A copy that broke off."""
    refused([*log()[:-1], log()[-1][:100]])


def test_something_after_the_head_is_refused() -> None:
    """Another entry, or another head."""
    for more in (log()[0], log()[-1]):
        assert any("follows the head" in fault for fault in refused([*log(), more]))


def test_a_head_signed_with_another_key_is_refused_by_who_names_the_key() -> None:
    """A forger can chain and sign anew, but not with the installation's key."""
    forged = signed_anew(edit("rung")(list(log())), OTHER)
    assert verify(forged).faults == []
    assert not verify(forged).key_trusted
    assert any("signed" in fault for fault in refused(forged, trusted=KEY.public_key()))


def test_the_key_that_the_file_states_must_be_the_one_that_is_trusted() -> None:
    """A true log of another installation is not ours."""
    theirs = signed_anew(list(log()), OTHER)
    refused(theirs, trusted=KEY.public_key())
    assert verify(theirs, trusted=OTHER.public_key()).faults == []


def test_a_head_published_before_must_still_stand_in_the_chain() -> None:
    """Even one who holds the key cannot take back what a report has printed."""
    published = json.loads(log()[4])["hash"]
    rewritten = signed_anew(edit("rung")(list(log())), KEY)
    assert verify(rewritten, trusted=KEY.public_key()).faults == []
    (fault,) = refused(rewritten, trusted=KEY.public_key(), published=[published])
    assert published in fault
    assert verify(list(log()), published=[published.upper()]).faults == []


def test_an_empty_log_has_a_head_and_is_whole() -> None:
    """Nothing happened yet; that too is signed."""
    empty = signed_head()
    assert verify(empty, trusted=KEY.public_key()).faults == []
    refused([])


def signed_head() -> list[str]:
    """The export of an installation without any entry."""
    head = {
        "count": 0,
        "hash": "0" * 64,
        "time": "2020-03-03T00:00:00+00:00",
        "key": key_id(KEY.public_key()),
        "chains": {},
    }
    signature = KEY.sign(canonical(head).encode()).hex()
    public = KEY.public_key().public_bytes_raw().hex()
    return [canonical({"head": head, "public_key": public, "signature": signature})]


@pytest.mark.parametrize("text", ["not json", "[]", "{}", '{"head": 1}', '{"head": {}, "public_key": "zz"}', "\x00"])
def test_what_is_no_log_is_refused_without_an_error(text: str) -> None:
    """Whatever somebody hands in."""
    refused([text])
    refused([*log()[:-1], text])


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line | {"note": "forged"},
        lambda line: line | {"public_key": "0" * 64},
        lambda line: line | {"public_key": line["public_key"].upper()},
        lambda line: line | {"signature": line["signature"].upper()},
        lambda line: line | {"signature": line["signature"][:10] + " " + line["signature"][10:]},
    ],
    ids=["more", "another key", "key in capitals", "signature in capitals", "a blank"],
)
def test_every_letter_of_the_head_line_counts(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Also what the signature itself does not cover, with and without a trusted key."""
    lines = log()
    refused([*lines[:-1], canonical(change(json.loads(lines[-1])))])
    assert verify([*lines[:-1], canonical(change(json.loads(lines[-1])))], trusted=KEY.public_key()).faults
    refused(["[" * 100_000])
