"""The pack of a proof: what it says, and that nobody can change it unnoticed."""

import json
import re
from collections.abc import Callable
from datetime import date, time
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from packs import KEY, log_of, pack, proof, verdicts
from sink import Sink, running
from sqlalchemy import event
from sqlmodel import select
from world import AN, BINH, LAN, START, A, B, Duty, World, moment

from config.holidays import read_calendar
from config.policies import read_policies
from engine.database import Database
from engine.ledger import canonical, hash_of
from engine.models import Amendment, Message, Task, User, Wording
from engine.pack import sign, verify_pack, written
from engine.told import Told, record_delivery

OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
OFFICE, HEAD, COORDINATOR = "vanthu@so-a.example.vn", "giamdoc@so-a.example.vn", "lan@example.vn"
END = date(2020, 3, 20)


def march(day: int) -> date:
    """That day of March 2020."""
    return date(2020, 3, day)


def story(world: World, sink: Sink) -> None:
    """Two agencies; the notice to one comes back, the coordinator telephones, the other hands in, one escalates."""
    world.plan(Duty("I.1", march(12), owners=(A, B)), Duty("I.2", march(12), owners=(B,)))
    sink.refuse = lambda to: f"550 5.1.1 <{to}>: no such user" if to == OFFICE else None
    world.sweep(START)
    world.deliver(START, sink.transport)
    sink.refuse = lambda _: None
    with world.database.write() as session:
        told = Told(LAN, "phone", "Đã gọi chánh văn phòng")
        record_delivery(session, world.part("I.1"), told, when=moment(march(5), time(9, 0)))
    for day in range(5, 20):
        world.sweep(march(day))
        if day == 9:
            world.act("accept", "I.1", by=BINH, agency=B, day=march(9))
        if day == 12:
            result = {"document": "9/BC", "document_date": march(12)}
            world.act("submit", "I.1", by=BINH, agency=B, day=march(12), **result)
        if day == 17:
            world.ack("I.1", day=march(17))
        world.deliver(march(day), sink.transport)


@cache
def told() -> tuple[str, tuple[str, ...]]:
    """The pack of the story and the exported log."""
    database = Database(f"sqlite:///{mkdtemp()}/log.db")
    database.migrate()
    world = World.founded(database, read_calendar(), read_policies()["default"])
    with running(Sink()) as sink:
        story(world, sink)
    made = pack(world, END), tuple(log_of(world, END))
    database.close()
    return made


def changed(change: Callable[[dict[str, Any]], None], key: Ed25519PrivateKey = KEY) -> str:
    """The pack with another content, signed anew."""
    content = json.loads(told()[0])["proof"]
    change(content)
    return sign(content, key)


def refused(text: str, **how: Any) -> str:
    """The faults found; there must be some."""
    verdict = verify_pack(text, **how)
    assert verdict.faults
    assert verdict.to_json()["ok"] is False
    return "\n".join(verdict.faults)


# -- what it says ------------------------------------------------------------------------------------------------------


def test_a_pack_tells_what_became_of_each_rung(world: World, sink: Sink) -> None:
    """Refused notice, mail taken, a person's delivery, acts and acknowledgement, each in a plain sentence."""
    story(world, sink)
    found = proof(world, END)
    assert verdicts(found, "N")[OFFICE] == (
        f"Không gửi được tới {OFFICE} (cơ quan chủ trì): “550 5.1.1 <mailbox 1>: no such user” "
        "(ghi nhận 08:00 ngày 03/03/2020)."
    )
    assert verdicts(found, "E1")[HEAD] == (
        f"Đã gửi lúc 08:00 ngày 13/03/2020 tới {HEAD} (người đứng đầu); máy chủ nhận, trả lời “250 taken”; "
        "không ghi nhận thư trả lại."
    )
    said = [one["said"] for one in found["entries"]]
    assert "lan ghi nhận đã báo qua điện thoại ngày 05/03/2020: Đã gọi chánh văn phòng" in said
    assert any("lan đã nắm" in words for words in said)
    (first, second) = found["parts"]
    assert first["summary"][1:] == [
        "Báo cho chính cơ quan: 6 lần máy chủ thư đã nhận và không ghi nhận thư trả lại, 1 lần không gửi được.",
        "Báo bằng cách khác: qua điện thoại ngày 05/03/2020.",
        "Chưa có thao tác nào của ai ghi trên hệ thống về việc này.",
    ]
    assert second["summary"][-1].startswith("Thao tác đầu tiên ghi trên hệ thống về việc này: 09/03/2020, binh")
    assert any("không chứng tỏ người nhận đã đọc" in note for note in found["notes"])


def test_every_fact_of_a_mail_stands_in_the_pack(small_world: World, sink: Sink) -> None:
    """Message-ID, reply, hash and both times, as the server and the log have them."""
    story(small_world, sink)
    found = proof(small_world, END)
    left = [told["left"] for one in found["entries"] for told in one["recipients"] if told["left"]]
    assert {one["message_id"] for one in left} - {""} <= set(sink.ids)
    assert all(one["reply"] == "250 taken" and len(one["text_sha256"]) == 64 and one["sent_at"] for one in left)
    rule = next(one["rule"] for one in found["entries"] if one["sealed"]["rung"] == "R3w")
    assert rule["rung"] == "Bậc R3w: Nhắc trước 3 ngày làm việc"
    assert rule["ladder"] == f"theo bậc thang {small_world.policy.name}"


def test_the_texts_are_made_again_and_fit_their_hash(small_world: World, sink: Sink) -> None:
    """The annex shows what went; a text that no longer fits is not shown."""
    story(small_world, sink)
    texts = {text["message"]: text for text in proof(small_world, END)["texts"]}
    shown = [text for text in texts.values() if text["text"]]
    assert shown
    bodies = [body.replace("\r\n", "\n") for address in set(sink.recipients) for body in sink.texts(address)]
    links = re.findall(r"/u/(\S+)", "".join(bodies))
    assert links
    assert not [link for link in links if link in pack(small_world, END)]  # who holds one acts for the recipient
    arrived = {re.sub(r"/u/\S+", "/u/…", body).strip() for body in bodies}
    assert {text["text"].strip() for text in shown} <= arrived
    with small_world.database.write() as session:
        for delivered in session.exec(select(Message)):
            delivered.mailbox_id = 1 + delivered.mailbox_id % 5  # as if it had gone to somebody else
            session.add(delivered)
    spoilt = proof(small_world, END)["texts"]
    assert any(text["text"] is None and "Không dựng lại được" in text["said"] for text in spoilt)


def test_for_one_agency_the_pack_holds_its_part_and_no_letter_to_others(small_world: World, sink: Sink) -> None:
    """The other owner's entries stay out, and so do digests that tell of other duties."""
    story(small_world, sink)
    found = proof(small_world, END, agency=A)
    assert [part["agency_key"] for part in found["parts"]] == [A]
    assert {one["sealed"]["agency_key"] for one in found["entries"]} == {A, None}
    withheld = [text for text in found["texts"] if text["withheld"]]
    assert withheld
    assert all(text["text"] is None for text in withheld)
    assert any(text["text"] for text in found["texts"])
    assert verify_pack(pack(small_world, END, agency=A), log=log_of(small_world, END)).faults == []


def test_looking_back_the_pack_knows_nothing_of_what_came_later(small_world: World, sink: Sink) -> None:
    """As of the day of the notice: no telephone, no later rung, and the state of that day."""
    story(small_world, sink)
    found = proof(small_world, march(4), looks_back=True)
    assert {one["sealed"]["rung"] for one in found["entries"] if one["sealed"]["rung"]} == {"N"}
    assert not [one for one in found["entries"] if one["sealed"]["effective"] > "2020-03-04"]
    assert [part["state_said"] for part in found["parts"]] == ["Đã giao", "Đã giao"]
    assert verify_pack(pack(small_world, march(4), looks_back=True), log=log_of(small_world, END)).faults == []


def test_the_task_is_shown_as_printed_and_as_amended_and_only_what_was_known(small_world: World) -> None:
    """Both wordings with their authority; looking back before the amendment, the first one alone."""
    plan = small_world.plan(Duty("I.1", march(20)))
    with small_world.database.write() as session:
        task, person = session.exec(select(Task)).one(), session.exec(select(User)).first()
        assert person is not None
        amendment = Amendment(plan_id=plan, number="15/KH", issued=march(9), source_sha256="x", applied_on=march(10))
        amendment.applied_by, amendment.applied_at, amendment.changes = person.id or 0, moment(march(10)).real, []
        session.add(amendment)
        session.flush()
        kept = {"ref": task.ref, "text": task.text, "deadline_text": task.deadline_text, "deadline": task.deadline}
        old = Wording(task_id=task.id or 0, amendment_id=amendment.id or 0, until=march(10), **kept)
        task.text, task.amendment_id = "Lời mới", amendment.id
        session.add_all([old, task])
    both = proof(small_world, march(12))["task"]["wordings"]
    assert [(one["text"], one["authority"], one["until"]) for one in both] == [
        ("Việc I.1 của kế hoạch thử", "", "2020-03-10"),
        ("Lời mới", "15/KH ngày 09/03/2020", None),
    ]
    before = proof(small_world, march(9), looks_back=True)
    assert [(one["text"], one["until"]) for one in before["task"]["wordings"]] == [(kept["text"], None)]
    assert before["how_the_date_came"][1][0] == "Lưu ý"


def test_a_mail_not_gone_yet_and_one_taken_back_are_named_as_that(small_world: World, sink: Sink) -> None:
    """Nothing sent: waiting. Handed in before sending: withdrawn, with the reason in words."""
    small_world.plan(Duty("I.1", march(12)))
    small_world.sweep(START)
    assert "Chưa gửi" in verdicts(proof(small_world, START), "N")[OFFICE]
    small_world.act("submit", "I.1", by=AN, document="9/BC", document_date=START)
    small_world.deliver(START, sink.transport)
    words = verdicts(proof(small_world, START), "N")[OFFICE]
    assert words == (
        f"Không gửi tới {OFFICE} (cơ quan chủ trì): đã rút lại vì việc đã ở trạng thái “Đã nộp, chờ xác nhận”."
    )


def test_mail_into_files_is_not_called_sent(small_world: World, tmp_path: Path) -> None:
    """Without a mail server nothing left the machine, and the pack says so."""
    small_world.plan(Duty("I.1", march(12)))
    small_world.sweep(START)
    small_world.deliver(START, small_world.to_files(tmp_path))
    words = verdicts(proof(small_world, START), "N")[OFFICE]
    assert "Ghi thành tệp" in words
    assert "thư không đi ra ngoài" in words


def test_a_bounce_after_the_server_took_the_mail_is_told(small_world: World, sink: Sink) -> None:
    """What the message row knows counts too, where no entry of the log was due."""
    small_world.plan(Duty("I.1", march(12)))
    small_world.sweep(START)
    small_world.deliver(START, sink.transport)
    with small_world.database.write() as session:
        message = session.exec(select(Message)).one()
        message.bounced_at, message.bounce = moment(START, time(11, 0)).real, "5.2.2 mailbox full"
        session.add(message)
    words = verdicts(proof(small_world, START), "N")[OFFICE]
    assert "sau đó thư bị trả lại: “5.2.2 mailbox full” (ghi nhận 11:00 ngày 03/03/2020)" in words


def test_the_pack_of_nine_agencies_takes_as_many_statements_as_of_one(world: World) -> None:
    """A fixed number, however many parts and entries."""

    def statements(ref: str) -> int:
        counted: list[str] = []

        def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            counted.append(statement)

        event.listen(world.database.engine, "before_cursor_execute", count)
        pack(world, march(20), ref)
        event.remove(world.database.engine, "before_cursor_execute", count)
        return len(counted)

    world.plan(Duty("I.1", march(12)), Duty("I.2", march(12), owners=(A, B, "hoi-c", "so-ngoai", "van-phong")))
    world.sweep_through(START, march(20))
    assert statements("I.1") == statements("I.2") < 30


# -- that nobody changes it --------------------------------------------------------------------------------------------


def test_a_pack_is_whole_by_its_key_and_by_the_log() -> None:
    """Trusted key, exported log, and any head it holds."""
    text, log = told()
    heads = [json.loads(text)["proof"]["chain"]["hash"]]
    verdict = verify_pack(text, trusted=KEY.public_key(), log=log, published=heads)
    assert (verdict.faults, verdict.key_trusted, verdict.log_compared, verdict.ref) == ([], True, True, "I.1")
    assert not verify_pack(text).key_trusted


@given(st.integers(0, 10_000_000), st.sampled_from("0123456789abcdefxệ \n"))
def test_any_letter_changed_is_refused(at: int, letter: str) -> None:
    """Wherever it stands: facts, words, spacing, hash, key or signature."""
    text = told()[0]
    at %= len(text)
    if text[at] != letter:
        refused(text[:at] + letter + text[at + 1 :])


@given(st.integers(0, 10_000_000), st.integers(1, 500))
def test_anything_cut_out_is_refused(at: int, length: int) -> None:
    """A copy that broke off, or lost a piece."""
    text = told()[0]
    at %= len(text)
    refused(text[:at] + text[at + length :])


@pytest.mark.parametrize("text", ["", "[]", "{}", "\x00", '{"proof": {}}', "1" * 5000, "[" * 100_000])
def test_what_is_no_pack_is_refused_without_an_error(text: str) -> None:
    """Whatever somebody hands in."""
    refused(text)


def test_a_proof_without_what_it_must_hold_is_refused_without_an_error() -> None:
    """Signed, yet empty or of other types."""
    refused(sign({}, KEY))
    refused(sign({"plan": 1}, KEY))
    refused(changed(lambda content: content.update(entries=[{}])))
    refused(changed(lambda content: content.update(chain=None)))


def test_a_pack_signed_by_another_key_is_refused_by_who_names_the_key() -> None:
    """A forger can sign, but not with the office's key."""
    forged = changed(lambda content: content["notes"].clear(), OTHER)
    assert verify_pack(forged).faults == []
    assert "another key" in refused(forged, trusted=KEY.public_key())


def test_a_name_said_twice_is_refused() -> None:
    """A lenient reader takes the last one; here there is one way to write."""
    refused(told()[0].replace('"key":', '"key": "x",\n "key":', 1))


def test_a_changed_entry_is_refused_even_by_the_office_itself() -> None:
    """Signed with the right key, the hash of the line still tells; with a fitting hash, the log does."""

    def later(content: dict[str, Any]) -> None:
        content["entries"][1]["sealed"]["effective"] = "2020-03-04"

    def fitting(content: dict[str, Any]) -> None:
        later(content)
        line = content["entries"][1]["sealed"]
        line["hash"] = hash_of(line)

    assert "was changed" in refused(changed(later))
    assert "is not what the log says" in refused(changed(fitting), log=told()[1])


def test_what_is_said_of_mail_must_be_what_was_sealed() -> None:
    """A reply, a mailbox or a bounce that no entry knows is refused, though the office itself signed it."""

    def first_left(content: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = next(
            told for one in content["entries"] for told in one["recipients"] if told["left"] is not None
        )
        return found

    assert "not what was sealed" in refused(changed(lambda c: first_left(c)["left"].update(reply="250 đã đọc")))
    assert "not what was sealed" in refused(changed(lambda c: first_left(c)["left"].update(seq=9_999)))
    assert "not what was sealed" in refused(changed(lambda c: first_left(c).update(message=9_999)))
    assert "other mailboxes" in refused(changed(lambda c: first_left(c).update(mailbox=99)))


def test_an_entry_left_out_or_moved_is_refused() -> None:
    """Against the log an omission shows, even one that the office signed; the order shows without it."""
    number = next(
        place for place, one in enumerate(json.loads(told()[0])["proof"]["entries"]) if one["sealed"]["rung"] == "R3w"
    )
    short = changed(lambda content: content["entries"].pop(number))
    assert "leaves it out" in refused(short, log=told()[1])
    assert "where it belongs" in refused(changed(lambda content: content["entries"].reverse()))


def test_a_head_that_is_not_the_logs_is_refused() -> None:
    """Another hash, another count, a log that ends before, a published head that is in neither."""
    log = told()[1]
    assert refused(changed(lambda content: content["chain"].update(hash="0" * 64)), log=log)
    assert "the log ends" in refused(changed(lambda content: content["chain"].update(count=10_000)), log=log)
    assert "published head" in refused(told()[0], published=["f" * 64])


def test_a_pack_is_written_in_one_way_only() -> None:
    """Read and written again it is the same file; its hash is over the canonical proof."""
    text = told()[0]
    assert written(json.loads(text)) == text
    assert canonical(json.loads(text)["proof"]) == canonical(json.loads(canonical(json.loads(text)["proof"])))
