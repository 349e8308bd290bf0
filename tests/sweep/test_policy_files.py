"""Ladders from a file: what a rung may be called."""

from pathlib import Path

import pytest

from config.files import ROOT
from config.policies import read_policies
from engine.errors import BadInputError

SHIPPED = (ROOT / "policies.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "E2"', 'name = "Canh"', "waits for confirmation"),
        ('name = "R30"', 'name = "C"', "waits for confirmation"),
        ('name = "N"\nkind = "notice"', 'name = "N"\nkind = "reminder"', "N is the name of a notice"),
    ],
)
def test_a_name_that_means_something_else_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Mail would call an escalation a confirmation that is due, or a reminder a notice."""
    file = tmp_path / "policies.toml"
    file.write_text(SHIPPED.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInputError, match=said):
        read_policies(file)
