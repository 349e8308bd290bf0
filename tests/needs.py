"""What a test needs of the machine, and what happens where that is missing."""

import os

import pytest


def lacks(what: str) -> None:
    """Skip a test for want of something on this machine; where CI is set nothing may be missing."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(f"CI is set, and {what}")
    pytest.skip(what)
