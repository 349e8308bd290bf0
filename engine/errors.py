"""The few ways in which the engine says no. A message names the place and ends with the remedy."""

from collections.abc import Sequence


class DondocError(Exception):
    """Something is wrong that a person can mend."""


class RefusedError(DondocError):
    """The request cannot be carried out as it stands; nothing was changed."""


class BadInputError(RefusedError):
    """A file, a setting or a value is not what it must be."""


class ManyFaultsError(BadInputError):
    """Several faults found in one reading, all told at once."""

    def __init__(self, heading: str, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join([heading, *(f"  - {fault}" for fault in self.faults)]))


class UnavailableError(DondocError):
    """A service this needs (database, mail server) does not answer; trying again later can help."""


class CheckFailedError(DondocError):
    """A check, a verification or a delivery found something wrong."""
