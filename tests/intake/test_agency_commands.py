"""`dondoc agency` and `dondoc user` as a person types them."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli import agencies
from engine.errors import BadInputError, ManyFaultsError

LISTING = "Mã;Tên cơ quan;Thư văn thư\nso-y;Sở [/y];vt@y.vn\nhoi-z;Hội Z;\n"


@pytest.fixture
def app() -> typer.Typer:
    """The command line with this group alone."""
    made = typer.Typer()
    agencies.register(made)
    return made


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own."""
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "var"))
    return tmp_path


def run(app: typer.Typer, *words: str) -> str:
    """What a command prints."""
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def answer(app: typer.Typer, *words: str) -> Any:
    """The one JSON document of a command."""
    return json.loads(run(app, *words, "--json"))


def test_a_directory_is_imported_and_listed_with_what_is_missing(app: typer.Typer, home: Path) -> None:
    """Figures, tables, JSON; names that look like markup stay names."""
    file = home / "danh-ba.csv"
    file.write_text(LISTING, encoding="utf-8")
    first = answer(app, "agency", "import", str(file))
    assert first["agencies"] == {"added": 2, "changed": 0, "unchanged": 0}
    assert "giữ nguyên" in run(app, "agency", "import", str(file))
    listed = {each["key"]: each for each in answer(app, "agency", "list")}
    assert listed["so-y"]["name"] == "Sở [/y]"
    assert (listed["so-y"]["missing"], listed["hoi-z"]["missing"]) == (["head"], ["office", "head"])
    shown = run(app, "agency", "list")
    assert "Sở [/y]" in shown
    assert "thiếu" in shown
    assert "1 cơ quan chưa có địa chỉ thư" in shown


def test_people_are_added_and_listed(app: typer.Typer) -> None:
    """The role is one of four, and one key is one person."""
    run(app, "user", "add", "hoa", "--name", "Hoa", "--role", "supervisor", "--email", "hoa@x.vn")
    assert answer(app, "user", "list") == [
        {"key": "hoa", "name": "Hoa", "role": "supervisor", "agency": None, "email": "hoa@x.vn", "disabled": False}
    ]
    assert "Hoa" in run(app, "user", "list")
    with pytest.raises(ManyFaultsError, match="hoa"):
        run(app, "user", "add", "hoa", "--name", "Hoa", "--role", "supervisor")
    assert CliRunner().invoke(app, ["user", "add", "x", "--name", "X", "--role", "boss"]).exit_code == 2


def test_an_empty_installation_lists_nothing(app: typer.Typer) -> None:
    """And says so."""
    assert answer(app, "agency", "list") == []
    assert "không có dòng nào" in run(app, "agency", "list")


def test_a_file_with_faults_is_refused_before_an_installation_is_made(app: typer.Typer, home: Path) -> None:
    """Nothing is left behind."""
    (home / "a.csv").write_text("tên cơ quan;email\nSở Y;không\n", encoding="utf-8")
    for name in ("a.csv", "none.csv"):
        with pytest.raises(BadInputError):
            run(app, "agency", "import", str(home / name))
    assert not (home / "var").exists()
