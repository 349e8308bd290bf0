"""`dondoc read` and `dondoc explain` as people and scripts call them."""

import json
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from days import five_day_week
from rich.console import Console

from cli.reading import show
from engine.intake.agencies.registry import Registry
from engine.intake.draft import Draft, Report
from engine.intake.reader import draft_of
from engine.intake.readers import read_bytes

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
    """Rows, metadata, counts, questions with what they block, anomalies; plain signs where nobody sees colours."""
    shown = dondoc("read", SAMPLE).stdout
    for words in ("II.5.2", "→ 19/12/2020", "07/KH-MAU", "111 phần việc", "✗ I.3-deadline [chặn thời hạn]", "1 chặn"):
        assert words in shown
    assert "\x1b[" not in shown


def screen(draft: Draft, width: int, **more: Any) -> str:
    """What a terminal of that width shows."""
    console = Console(file=StringIO(), width=width, highlight=False, **more)
    show(draft, console, is_working=five_day_week)
    return console.file.getvalue()  # type: ignore[attr-defined]


@pytest.fixture
def judged(plan: Callable[..., Draft]) -> Draft:
    """A plan with a row in order, one without a date, and one owned by a group."""
    made = plan(
        ("I", "TUYÊN TRUYỀN", "", "", "", ""),
        ("1", "Soạn tờ rơi về cây xanh", "Sở Nội vụ", "Sở GD&ĐT", "Trước ngày 20/6/2024", "Tờ rơi"),
        (
            "2",
            "Phát tờ rơi " + "đến từng nhà " * 30,
            "UBND huyện, thị xã",
            "Sở GD&ĐT",
            "Trước ngày 0/6/2024",
            "Danh sách",
        ),
    )
    made.recurring_reports = [Report(ref="IV", printed="Báo cáo hàng quý", frequency="quarterly", lines=(9, 9))]
    return made


@pytest.mark.parametrize("width", [80, 120])
def test_a_screen_of_80_or_120_columns_shows_every_word(judged: Draft, width: int) -> None:
    """Long text wraps and nothing is cut; the columns keep their place from row to row."""
    shown = screen(judged, width)
    assert max(len(line) for line in shown.splitlines()) <= width
    assert "…" not in shown
    flat = " ".join(shown.split())
    assert flat.count("đến") >= 30
    assert ("Phối hợp" in shown) == (width == 120)


def test_rows_questions_offers_and_faults_stand_under_their_signs(judged: Draft) -> None:
    """A sign at the row and at its question; the section as a divider; grave faults before notes."""
    lines = [line.strip() for line in screen(judged, 120).splitlines()]
    assert any(line.startswith("✓  I.1") for line in lines)
    assert any(line.startswith("✗  I.2") for line in lines)
    assert "TUYÊN TRUYỀN" in lines
    assert any("→ 19/06/2024" in line for line in lines)
    assert any("→ chưa rõ" in line for line in lines)
    assert any("= 2 cơ quan" in line for line in lines)
    assert any(line.startswith("✗ I.2-deadline [chặn thời hạn]") for line in lines)
    assert any(line.startswith("✗ IV, dòng 9: hàng quý, chưa rõ ngày") for line in lines)
    faults = lines[lines.index("Ghi nhận về văn bản (điều phải xem đứng trước)") + 1 :]
    marks = [line[0] for line in faults if line[:2] in ("! ", "· ")]
    assert marks == sorted(marks)
    assert marks[0] == "!"


def test_a_terminal_shows_colours_unless_it_is_asked_not_to(judged: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR leaves the signs."""
    assert "\x1b[31m" in screen(judged, 80, force_terminal=True).replace("\x1b[1;31m", "\x1b[31m")
    monkeypatch.setenv("NO_COLOR", "1")
    plain = screen(judged, 80, force_terminal=True)
    assert "31m" not in plain
    assert "✗" in plain


def test_a_document_that_is_no_plan_says_so_first(registry: Registry) -> None:
    """Before any table."""
    draft = draft_of(read_bytes("Thư mời họp".encode(), "thu.txt"), registry)
    assert "✗ Không phải kế hoạch" in "\n".join(screen(draft, 80).splitlines()[:3])


def test_a_very_long_cell_says_how_much_is_left_out(judged: Draft) -> None:
    """A megabyte in one cell would drown all the others."""
    judged.tasks[0].text = "dài " * 100_000
    shown = screen(judged, 80)
    assert "(còn 399" in " ".join(shown.split())
    assert len(shown) < 50_000


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


def test_explain_agencies_reads_for_the_province_it_is_told() -> None:
    """No other province's entries count there, and helpers named in an owner cell are none of its owners."""
    cell = "Chủ trì: Sở GD&ĐT; Phối hợp: Sở Y tế"
    home, other = (
        json.loads(dondoc("explain", "agencies", cell, *place, "--json").stdout)
        for place in ((), ("--place", "Núi Biếc"))
    )
    assert [agency["name"] for agency in other["agencies"]] == ["Sở Giáo dục và Đào tạo"]
    assert "id" in home["agencies"][0]
    assert "id" not in other["agencies"][0]
    assert home["questions"] == []


@pytest.mark.parametrize(
    "words", [("deadline", "x", "--issued", "hôm nay"), ("agencies", "x", "--column", "both"), ("deadline",)]
)
def test_wrong_usage_is_refused(words: tuple[str, ...]) -> None:
    """Exit 2."""
    assert dondoc("explain", *words).returncode == 2
