"""Who may get mail of an installation that only tries things out."""

from collections.abc import Collection


def is_allowed(address: str, allow: Collection[str]) -> bool:
    """Whether an address, or its domain, is on the list; an empty list allows all."""
    if not allow:
        return True
    known = {entry.lower().lstrip("@") for entry in allow}
    return address.lower() in known or address.lower().rpartition("@")[2] in known
