"""`dondoc log proof`, `log verify-proof` and `told`: the files that a dispute gets, from outside."""

import json
from pathlib import Path

from shell import Refused, Shell  # type: ignore[import-not-found]

TASK = "I.1"


def notices(demo: Shell) -> str:
    """The notices have gone; the key of the agency that does the first task."""
    demo.ok("sweep")
    demo.ok("deliver")
    return str(demo.json("show", TASK)["parts"][0]["agency_key"])


def test_a_proof_is_written_in_both_forms_and_checked_without_a_database(running: Shell, tmp_path: Path) -> None:
    """By key, by the exported log, by a head; a letter changed in either form shows, and exit is 1."""
    notices(running)
    log, key = tmp_path / "log.jsonl", str(running.home / "ledger.pub")
    for name in ("proof.json", "proof.pdf"):
        running.ok("log", "proof", TASK, "--out", str(tmp_path / name))
    running.ok("log", "export", str(log))
    elsewhere = Shell(tmp_path / "elsewhere")
    for name in ("proof.json", "proof.pdf"):
        verdict = elsewhere.json("log", "verify-proof", str(tmp_path / name), "--key", key, "--log", str(log))
        assert (verdict["ok"], verdict["key_trusted"], verdict["log_compared"]) == (True, True, True)
    assert not elsewhere.home.exists()

    edited = tmp_path / "edited.json"
    text = (tmp_path / "proof.json").read_text(encoding="utf-8")
    edited.write_text(text.replace("Ghi thành tệp", "Đã gửi", 1), encoding="utf-8")
    assert elsewhere.run("log", "verify-proof", str(edited)).returncode == 1
    paper = (tmp_path / "proof.pdf").read_bytes()
    for place in (len(paper) // 3, len(paper) - 700):
        edited.with_suffix(".pdf").write_bytes(paper[:place] + bytes([paper[place] ^ 1]) + paper[place + 1 :])
        done = elsewhere.run("log", "verify-proof", str(edited.with_suffix(".pdf")))
        assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    log.write_text("".join(log.read_text(encoding="utf-8").splitlines(keepends=True)[1:]), encoding="utf-8")
    done = elsewhere.run("log", "verify-proof", str(tmp_path / "proof.json"), "--log", str(log))
    assert (done.returncode, "the log itself" in done.stderr) == (1, True)


def test_a_demo_says_that_it_is_one(running: Shell, tmp_path: Path) -> None:
    """Nobody can take it for evidence."""
    running.ok("log", "proof", TASK, "--out", str(tmp_path / "proof.json"))
    assert json.loads((tmp_path / "proof.json").read_text(encoding="utf-8"))["proof"]["demo"] is True


def test_a_proof_as_of_a_day_and_for_one_agency(running: Shell, tmp_path: Path) -> None:
    """Both narrow it, as with other commands that read."""
    agency = notices(running)
    file = tmp_path / "proof.json"
    running.ok("log", "proof", TASK, "--out", str(file), "--agency", agency, "--as-of", "2020-03-03")
    proof = json.loads(file.read_text(encoding="utf-8"))["proof"]
    assert [part["agency_key"] for part in proof["parts"]] == [agency]
    assert proof["as_of"].startswith("2020-03-03T08:00")


def test_what_cannot_be_written_is_refused(running: Shell, refused: Refused, tmp_path: Path) -> None:
    """Another ending, no such task or agency, a folder that is not there: exit 2, and no file."""
    said = refused(running, "log", "proof", TASK, "--out", str(tmp_path / "proof.docx"))
    assert "FILE.pdf" in said
    assert "FILE.json" in said
    assert "no task" in refused(running, "log", "proof", "IX.9", "--out", str(tmp_path / "proof.pdf"))
    for agency in ("khong-co", "ubnd-tinh-khac"):
        refused(running, "log", "proof", TASK, "--agency", agency, "--out", str(tmp_path / "proof.pdf"))
    assert "cannot be written" in refused(running, "log", "proof", TASK, "--out", str(tmp_path / "no" / "proof.pdf"))
    assert list(tmp_path.glob("proof*")) == []
    assert "cannot be read" in refused(running, "log", "verify-proof", str(tmp_path / "none.json"))


def test_the_coordinator_records_another_delivery(running: Shell, refused: Refused) -> None:
    """Who may, how, and once a day; it stands in the task's history."""
    agency = notices(running)
    coordinator = "dieu-phoi"
    words = ("told", TASK, "--agency", agency, "--how", "phone", "--comment", "Đã gọi chánh văn phòng")
    assert "ghi nhận" in running.ok(*words, "--by", coordinator)
    assert "recorded today already" in refused(running, *words, "--by", coordinator)
    assert "not the coordinator" in refused(running, *words, "--by", "giam-sat")
    assert "YYYY-MM-DD" in refused(running, *words, "--by", coordinator, "--date", "hôm qua")
    told = [line["data"] for line in running.json("show", TASK)["history"] if line["kind"] == "delivery"]
    assert [(one["how"], one["by"], one["comment"]) for one in told] == [("phone", coordinator, words[-1])]
