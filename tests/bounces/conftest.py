"""The installation that tests bring returned mail to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from offices import Office, an_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """One with a plan of one duty in force."""
    with an_office(tmp_path) as made:
        yield made
