"""The SMTP server of the tests of delivery, and the reports of those of bounces, for what is proved against them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path += [str(Path(__file__).parents[1] / folder) for folder in ("delivery", "bounces")]

from sink import Sink, running


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A running SMTP server."""
    with running(Sink()) as started:
        yield started
