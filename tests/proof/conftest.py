"""The SMTP server of the tests of delivery, for what is proved against it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "delivery"))

from sink import Sink, running


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A running SMTP server."""
    with running(Sink()) as started:
        yield started
