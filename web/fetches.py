"""What is remembered of the fetches of calendars: when, by which client, how often; and how many a minute."""

import logging
import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from calendars.tokens import Fetched, fetched
from config.assembly import Installation
from engine.errors import DondocError

log = logging.getLogger(__name__)

WRITE_EVERY = timedelta(minutes=1)
PATIENCE = 2.0
"""Seconds that the writing waits for other writers; what cannot be written waits for the next time."""

MOST_TOKENS = 10_000


class Fetches:
    """When and by which client each token was last used; in memory, written at most once a minute."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._seen: dict[int, tuple[datetime, str, int]] = {}
        self._written: datetime | None = None
        self._lock = threading.Lock()

    def note(self, token_id: int, client: str, now: datetime) -> bool:
        """Remember a fetch; whether it is time to write."""
        with self._lock:
            had = self._seen.get(token_id)
            self._seen[token_id] = (now, client, had[2] + 1 if had else 1)
            due = self._written is None or now - self._written >= WRITE_EVERY
            if due:
                self._written = now
            return due

    def write(self) -> None:
        """Write down what was seen since the last time; a database that takes nothing just now loses nothing."""
        with self._lock:
            seen, self._seen = self._seen, {}
        if not seen:
            return
        try:
            with self._installation.database.write(patience=PATIENCE) as session:
                fetched(session, {token: Fetched(*last) for token, last in seen.items()})
        except DondocError as error:
            log.warning("the fetches of calendars wait to be written: %s", error)
            with self._lock:
                for token, (moment, client, times) in seen.items():
                    later = self._seen.get(token)
                    self._seen[token] = (*later[:2], later[2] + times) if later else (moment, client, times)


class Rate:
    """Counts the fetches of each token in the running minute."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._counted: OrderedDict[int, tuple[int, int]] = OrderedDict()

    def wait(self, token_id: int, now: datetime) -> int:
        """Seconds until this token may ask again; 0: it may now, and this one counts."""
        second = int(now.timestamp())
        minute = second // 60
        begun, count = self._counted.get(token_id, (minute, 0))
        if begun != minute:
            count = 0
        if count >= self._most:
            return 60 - second % 60
        self._counted[token_id] = (minute, count + 1)
        if len(self._counted) > MOST_TOKENS:
            self._counted.popitem(last=False)
        return 0
