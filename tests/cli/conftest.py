"""A command line in a home of its own: the real program, as a process."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

SAMPLE = Path(__file__).parents[2] / "config" / "plans" / "huong-nghiep-mau.txt"


@dataclass
class Shell:
    """Runs `dondoc` in one home."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command and give back what it said."""
        # Bytecode is kept between the many starts: without it each takes twice as long.
        left_out = ("DONDOC_", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        environment = kept | {"DONDOC_HOME": str(self.home)} | self.settings | settings
        command = [str(Path(sys.executable).with_name("dondoc")), *words]
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120)

    def ok(self, *words: str, **settings: str) -> str:
        """Run a command that must answer; its output."""
        done = self.run(*words, **settings)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, *words: str, **settings: str) -> Any:
        """Run a command with --json; the one document it printed."""
        return json.loads(self.ok(*words, "--json", **settings))


@pytest.fixture
def office(tmp_path: Path) -> Shell:
    """An installation for real work, empty."""
    return Shell(tmp_path / "home")


@pytest.fixture
def demo(tmp_path: Path) -> Shell:
    """A demo installation, empty; its clock stands on 2020-03-03."""
    return Shell(tmp_path / "demo", {"DONDOC_DEMO": "1"})


@pytest.fixture
def running(demo: Shell) -> Shell:
    """A demo in which the sample plan has been activated."""
    demo.ok("load", str(SAMPLE), "--activate")
    return demo


Refused = Callable[..., str]


@pytest.fixture
def refused() -> Refused:
    """Checks that a command was refused with exit 2 and no traceback; what it said."""

    def check(shell: Shell, *words: str, **settings: str) -> str:
        done = shell.run(*words, **settings)
        assert done.returncode == 2, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr

    return check
