"""An installation that does nothing and remembers."""

from datetime import datetime
from typing import Any

NOW = datetime.fromisoformat("2020-03-03T07:00:00+07:00")


class RecordingDuties:
    """An installation that does nothing and remembers what it was asked."""

    def __init__(self) -> None:
        self.performed: list[tuple[str, datetime]] = []
        self.runs: list[dict[str, Any]] = []
        self.fault: Exception | None = None

    def now(self) -> datetime:
        """A morning years before Prefect's."""
        return NOW

    async def perform(self, name: str, now: datetime) -> dict[str, int]:
        """Remember, and fail if told to."""
        self.performed.append((name, now))
        if self.fault:
            raise self.fault
        return {"done": 1}

    def record_run(self, **row: Any) -> None:
        """Keep the row."""
        self.runs.append(row)

    @property
    def ways(self) -> list[str]:
        """By which way each recorded run went."""
        return [row["via"] for row in self.runs]
