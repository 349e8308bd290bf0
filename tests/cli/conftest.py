"""Installations to run commands in."""

import shutil
from pathlib import Path

import pytest
from shell import SAMPLE, Refused, Shell


@pytest.fixture
def office(tmp_path: Path) -> Shell:
    """An installation for real work, empty."""
    return Shell(tmp_path / "home")


@pytest.fixture
def demo(tmp_path: Path) -> Shell:
    """A demo installation, empty; its clock stands on 2020-03-03."""
    return Shell(tmp_path / "demo", {"DONDOC_DEMO": "1"})


@pytest.fixture(scope="session")
def activated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a demo in which the sample plan has been activated, to be copied."""
    home = tmp_path_factory.mktemp("activated") / "home"
    Shell(home, {"DONDOC_DEMO": "1"}).ok("load", str(SAMPLE), "--activate")
    return home


@pytest.fixture
def running(demo: Shell, activated: Path) -> Shell:
    """A demo in which the sample plan has been activated."""
    shutil.copytree(activated, demo.home)
    return demo


@pytest.fixture
def refused() -> Refused:
    """Checks that a command was refused with exit 2 and no traceback; what it said."""

    def check(shell: Shell, *words: str, **settings: str) -> str:
        done = shell.run(*words, **settings)
        assert done.returncode == 2, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr

    return check
