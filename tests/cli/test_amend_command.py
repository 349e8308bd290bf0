"""`dondoc load` on a plan that runs: shown first, applied by the coordinator, told in the task's history."""

from pathlib import Path

import pytest
from shell import SAMPLE, Shell

BY = ("--document", "9/QĐ-MAU", "--document-date", "2020-03-02")


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """The sample plan with the first deadline of its table moved."""
    text = SAMPLE.read_text(encoding="utf-8")
    file = tmp_path / "edited.txt"
    file.write_text(text.replace("Xong trước ngày 20/12/2020", "Xong trước ngày 30/11/2020", 1), encoding="utf-8")
    return file


def test_an_edited_plan_is_shown_and_then_applied_once(running: Shell, edited: Path) -> None:
    """Plain load and a look change nothing; --by applies; the second time says by whom it was done."""
    told = running.json("load", str(edited))
    assert (told["applied"], [row["ref"] for row in told["difference"]["rows"]]) == (False, ["I.1"])
    amend = ("load", str(edited), "--amend", "07/KH-MAU", *BY)
    look = running.json(*amend)
    assert (look["applied"], look["extent"], look["authority"]) == (False, "whole", "9/QĐ-MAU ngày 02/03/2020")
    assert running.json(*amend, "--by", "dieu-phoi") == look
    done = running.json(*amend, "--by", "dieu-phoi", "--yes")
    assert (done["applied"], done["counts"]["moved"]) == (True, 1)
    again = running.json(*amend, "--by", "dieu-phoi", "--yes")
    assert (again["applied"], "đã được" in again["already"]) == (False, True)
    assert running.json("load", str(edited))["unchanged"]


def test_the_history_of_a_task_tells_the_amendment(running: Shell, edited: Path) -> None:
    """`show` and `why`: by which document, from which day to which."""
    running.ok("load", str(edited), "--amend", "07/KH-MAU", *BY, "--by", "dieu-phoi", "--yes")
    for command in ("show", "why"):
        found = running.json(command, "07/KH-MAU:I.1")
        (amended,) = found["amendments"]
        assert amended["authority"] == "9/QĐ-MAU ngày 02/03/2020"
        assert [(c["old_day"], c["new_day"]) for c in amended["changes"]] == [("2020-12-19", "2020-11-29")]
        assert "9/QĐ-MAU ngày 02/03/2020" in running.ok(command, "07/KH-MAU:I.1")
    assert found["source"] == "edited.txt"


def test_a_task_as_of_a_past_day_knows_nothing_of_what_came_later(running: Shell, edited: Path) -> None:
    """Neither the document nor its acts and notices, and with them it shows who did what."""
    running.ok("load", str(edited), "--amend", "07/KH-MAU", *BY, "--by", "dieu-phoi", "--yes", "--as-of", "2020-03-10")
    assert "dieu-phoi: dời hạn" in running.ok("show", "07/KH-MAU:I.1", "--as-of", "2020-03-10")
    before = running.json("show", "07/KH-MAU:I.1", "--as-of", "2020-03-09")
    assert (before["amendments"], before["history"]) == ([], [])
    assert before["parts"][0]["last_day"] == "2020-12-19"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--yes",), "--by USER"),
        (("--document", "9/QĐ-MAU"), "--document-date"),
        (("--map", "I.1"), "ROW=REF"),
        (("--map", "I.1=X.9"), "no row X.9"),
        (("--strike", "X.9"), "no row X.9"),
        (("--by", "giam-sat", "--yes", *BY), "not the coordinator"),
        (("--by", "dieu-phoi", "--yes"), "--document NUMBER"),
    ],
)
def test_what_is_asked_wrongly_is_refused_with_its_remedy(
    running: Shell, edited: Path, options: tuple[str, ...], said: str
) -> None:
    """Exit 2, and nothing is changed."""
    done = running.run("load", str(edited), "--amend", "07/KH-MAU", *options)
    assert (done.returncode, said in done.stderr) == (2, True)
