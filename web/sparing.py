"""How often something may be done: kept in memory, for what must not be hammered."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

MOST_KEYS = 10_000


class Sparing:
    """Allows `most` times within `span` for each key."""

    def __init__(self, most: int, span: timedelta) -> None:
        self._most, self._span = most, span
        self._done: OrderedDict[int, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def allows(self, key: int, now: datetime) -> bool:
        """Whether it may be done once more; counts where it may."""
        with self._lock:
            done = self._done.setdefault(key, deque(maxlen=self._most))
            self._done.move_to_end(key)
            while len(self._done) > MOST_KEYS:
                self._done.popitem(last=False)
            if len(done) == self._most and now - done[0] < self._span:
                return False
            done.append(now)
            return True
