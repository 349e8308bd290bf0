"""`dondoc read` and `dondoc explain` as people and scripts call them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "config" / "plans" / "huong-nghiep-mau.txt"


def dondoc(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    code = "from cli.main import run; run()"
    return subprocess.run([sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True, check=False)


def test_read_prints_one_json_document() -> None:
    """And nothing else on stdout."""
    result = dondoc("read", SAMPLE, "--json")
    assert (result.returncode, result.stderr) == (0, "")
    assert len(json.loads(result.stdout)["tasks"]) == 30


def test_read_shows_people_the_table_with_its_questions() -> None:
    """Rows, metadata, questions with what they block, anomalies."""
    shown = dondoc("read", SAMPLE).stdout
    for words in ("II.5.2", "19/12/2020", "07/KH-MAU", "111 phần việc", "? I.3-deadline", "[giữ thời hạn]"):
        assert words in shown


def test_faults_of_the_document_are_in_the_answer(tmp_path: Path) -> None:
    """A text without a table is answered, exit 0."""
    path = tmp_path / "thu.txt"
    path.write_text("Thư mời họp", encoding="utf-8")
    result = dondoc("read", path, "--json")
    assert result.returncode == 0
    assert {fault["kind"] for fault in json.loads(result.stdout)["anomalies"]} == {"not_a_plan", "no_task_table"}


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    """Exit 2, one message on stderr, nothing on stdout."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"\x00\x01\x02")
    for case in (path, tmp_path / "none.txt"):
        result = dondoc("read", case, "--json")
        assert (result.returncode, result.stdout) == (2, "")
        assert case.name in result.stderr.replace("\n", "")


def test_read_does_not_load_the_database_nor_the_scheduler() -> None:
    """What a reader does not need would cost most of a second."""
    code = (
        "import sys, cli.read; print([m for m in ('sqlmodel', 'sqlalchemy', 'prefect', 'fastapi') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_explain_deadline_answers_with_deadline_and_questions() -> None:
    """A known one asks nothing; an impossible one offers what may have been meant."""
    known = json.loads(dondoc("explain", "deadline", "trước ngày 28/5", "--year", "2025", "--json").stdout)
    assert (known["deadline"]["end"], known["deadline"]["bound"], known["questions"]) == ("2025-05-28", "before", [])
    broken = json.loads(dondoc("explain", "deadline", "trước ngày 0/5/2025", "--json").stdout)
    assert broken["deadline"]["kind"] == "unknown"
    assert broken["questions"][0]["choices"] == ["2025-05-10", "2025-05-20", "2025-05-30"]
    assert broken["questions"][0]["blocks"] == "deadline"


def test_explain_deadline_counts_from_the_day_of_issue() -> None:
    """Ten days from Friday 06/3/2020 end on Monday 16/3."""
    shown = dondoc("explain", "deadline", "trong 10 ngày kể từ ngày ban hành", "--issued", "2020-03-06").stdout
    assert "2020-03-16" in shown


def test_explain_agencies_answers_with_agencies_and_questions() -> None:
    """What a cell blocks depends on its column."""
    cell = "Sở GD&ĐT, Sở Ngoại vụ"
    owner = json.loads(dondoc("explain", "agencies", cell, "--json").stdout)
    assert [agency["name"] for agency in owner["agencies"]] == ["Sở Giáo dục và Đào tạo", "Sở Ngoại vụ"]
    assert [question["blocks"] for question in owner["questions"]] == ["owner"]
    others = json.loads(dondoc("explain", "agencies", cell, "--column", "collaborators", "--json").stdout)
    assert [question["blocks"] for question in others["questions"]] == ["nothing"]
    assert "Sở Ngoại vụ" in dondoc("explain", "agencies", cell).stdout


@pytest.mark.parametrize(
    "words", [("deadline", "x", "--issued", "hôm nay"), ("agencies", "x", "--column", "both"), ("deadline",)]
)
def test_wrong_usage_is_refused(words: tuple[str, ...]) -> None:
    """Exit 2."""
    assert dondoc("explain", *words).returncode == 2
