"""What every reader yields: the printed pieces of a document in order, each with its place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece stands: a 1-based line of a text, or a cell of a table; whatever the format knows."""

    line: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a cell where `place.table` is set. `text` is "" for a piece that is printed but empty."""

    text: str
    place: Place

    @property
    def line(self) -> int:
        """Its line, 0 where the format has none."""
        return self.place.line or 0


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: its name, the SHA-256 of its bytes and its pieces."""

    name: str
    sha256: str
    blocks: list[Block]
