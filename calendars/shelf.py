"""Feeds kept in memory, one for all who see the same; what was asked for longest ago leaves first."""

import gzip
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date

from calendars.feeds import FeedBody

MOST_BYTES = 64 * 1024 * 1024
GZIP_LEVEL = 6
OWN_BYTES, EVENT_BYTES = 2048, 24
"""What a kept feed, and each duty in it, take beside its bytes."""


@dataclass
class Kept:
    """A feed as of a state of the database and a day; compressed when somebody first asks for it so."""

    body: FeedBody
    mark: str
    day: date
    _small: bytes | None = field(default=None, repr=False)
    _making: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def compressed(self) -> bytes:
        """The bytes in gzip; the same each time."""
        with self._making:
            if self._small is None:
                self._small = gzip.compress(self.body.data, GZIP_LEVEL, mtime=0)
            return self._small

    @property
    def is_compressed(self) -> bool:
        """Whether the compressed bytes are there already."""
        return self._small is not None

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        beside = OWN_BYTES + EVENT_BYTES * len(self.body.ends)
        return beside + len(self.body.data) + len(self._small or b"")


class Shelf:
    """Feeds by the key of their view. Used by one thread."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def get(self, key: str) -> Kept | None:
        """What is kept for a view, true or not."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        return kept

    def put(self, key: str, kept: Kept) -> None:
        """Keep a feed, and let go of what was not asked for longest."""
        self._kept[key] = kept
        self._kept.move_to_end(key)
        self.settle()

    def settle(self) -> None:
        """Let go of feeds until the rest fits."""
        while self._kept and self.size > self._most:
            self._kept.popitem(last=False)

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return sum(kept.size for kept in self._kept.values())
