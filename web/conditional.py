"""What a client holds already and what it can take: conditional requests and encodings (RFC 9110, 12.5.3 and 13)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def matches(held: str, etag: str) -> bool:
    """Whether an If-None-Match names this tag: a list, weakly compared, or the asterisk."""
    return held == etag or held.strip() == "*" or etag in TAG.findall(held)


def unchanged_since(since: str, modified: datetime, now: datetime) -> bool:
    """Whether an If-Modified-Since says that nothing changed; a date that is none, or still to come, says nothing."""
    try:
        moment = parsedate_to_datetime(since)
    except (ValueError, IndexError, OverflowError):
        return False
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)  # "-0000", and the two obsolete forms, which carry no zone
    return modified <= moment <= now


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding takes gzip, and no less gladly than the bytes as they are."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        key, _, value = parameter.partition("=")
        try:
            weights[name.strip()] = float(value) if key.strip() == "q" else 1.0
        except ValueError:
            weights[name.strip()] = 0.0
    gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return gzip > 0 and gzip >= weights.get("identity", 0.0)
