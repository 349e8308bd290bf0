"""`dondoc template`: kept, seen, taken back; and what `deliver` says where a kept one fails on a real mail."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from shell import Shell
from typer.testing import CliRunner, Result

from cli.main import build
from engine.errors import BadInputError, ManyFaultsError

Said = Callable[..., Result]
BY = ("--by", "dieu-phoi")


@pytest.fixture
def dondoc(running: Shell, monkeypatch: pytest.MonkeyPatch) -> Said:
    """The command line in this process: a start costs more than all that is tried here."""
    monkeypatch.setenv("DONDOC_HOME", str(running.home))
    for name, value in running.settings.items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> Result:
        return CliRunner().invoke(build([*words]), words, catch_exceptions=False)

    return run


def edited(dondoc: Said, folder: Path, old: str, new: str) -> str:
    """A file with the Vietnamese words as they are in use, one thing changed."""
    text = dondoc("template", "show", "words.vi").stdout
    assert old in text
    file = folder / "words.vi"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return str(file)


def test_a_template_is_kept_seen_and_taken_back(dondoc: Said, tmp_path: Path) -> None:
    """Each step is a version with who, and what it changed; a fault or a stranger leaves none."""
    with pytest.raises(ManyFaultsError, match=r"d\.nam"):
        dondoc("template", "save", "words.vi", edited(dondoc, tmp_path, "{{ d.name }}", "{{ d.nam }}"), *BY)
    own = edited(dondoc, tmp_path, "Kính gửi: ", "Kính gửi quý cơ quan: ")
    with pytest.raises(BadInputError, match="no user"):
        dondoc("template", "save", "words.vi", own, "--by", "ai-do")
    assert "chưa ai sửa" in dondoc("template", "log", "words.vi").stdout
    said = dondoc("template", "save", "words.vi", own, *BY).stdout
    assert "+{% macro greeting(d) %}Kính gửi quý cơ quan: " in said
    assert "phiên bản 1" in said
    assert "quý cơ quan" in dondoc("template", "show", "words.vi").stdout
    assert json.loads(dondoc("template", "reset", "words.vi", *BY, "--json").stdout)["version"] == 2
    assert "quý cơ quan" not in dondoc("template", "show", "words.vi").stdout
    assert "quý cơ quan" in dondoc("template", "show", "words.vi", "--version", "1").stdout
    log = json.loads(dondoc("template", "log", "words.vi", "--json").stdout)
    assert [(one["version"], bool(one["text"])) for one in log] == [(2, False), (1, True)]
    assert "dùng lại mẫu gốc" in dondoc("template", "log", "words.vi").stdout


def test_where_a_kept_template_fails_the_mail_goes_and_the_command_says_so(
    dondoc: Said, running: Shell, tmp_path: Path
) -> None:
    """In one line beside the figures; the run keeps how many, and the doctor where."""
    trap = '{{ d.lines[99].ref if d.lines|length > 1 and d.name != "Sở Lao động" else d.name }}'
    dondoc("template", "save", "words.vi", edited(dondoc, tmp_path, "{{ d.name }}", trap), *BY)
    dondoc("sweep")
    done = dondoc("deliver", "--json")
    figures = json.loads(done.stdout)
    assert 0 < figures["shipped_template"] <= figures["sent"]
    assert re.fullmatch(rf"{figures['shipped_template']} thư đi bằng mẫu gốc .*'dondoc doctor'.*", done.stderr.strip())
    assert "words.vi, dòng" in running.run("doctor").stdout
    assert "mẫu gốc" not in dondoc("deliver").stderr
