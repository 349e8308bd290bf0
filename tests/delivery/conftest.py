"""A server that takes everything, unless a test tells it otherwise."""

from collections.abc import Iterator

import pytest
from sink import Sink, running


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A running SMTP server."""
    with running(Sink()) as started:
        yield started
