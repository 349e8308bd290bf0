"""A command line in a home of its own: the real program, as a process."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).parents[1] / "config" / "plans" / "huong-nghiep-mau.txt"


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


Refused = Callable[..., str]
"""Checks that a command was refused with exit 2 and no traceback; what it said."""
