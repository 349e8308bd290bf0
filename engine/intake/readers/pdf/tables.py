"""The ruled tables of pages, with the words in their cells, to grids."""

from collections.abc import Iterator, Sequence

from engine.intake.readers.blocks import Cell, Grid, Place
from engine.intake.readers.pdf.grid import NEAR, Ruled, Span
from engine.intake.readers.pdf.lines import Frame, Line, Word, lines_of, paragraphs, pitch_of


class PageTable:
    """A ruled table of one page and the words in its cells."""

    def __init__(self, page: int, ruled: Ruled, words: dict[Span, list[Word]]) -> None:
        self.page, self.top, self._ruled = page, ruled.ys[0], ruled
        self._lines = {span: lines_of(found, page) for span, found in words.items()}

    def goes_on(self, above: "PageTable") -> bool:
        """Whether it is the rest of a table on the page before: its columns stand where those did."""
        pairs = zip(self._ruled.xs, above._ruled.xs, strict=False)
        same = len(self._ruled.xs) == len(above._ruled.xs) and all(abs(one - two) < NEAR for one, two in pairs)
        return same and self.page == above.page + 1

    @property
    def runs(self) -> list[list[Line]]:
        """The lines of each cell."""
        return list(self._lines.values())

    @property
    def paddings(self) -> list[float]:
        """The room between a cell's left border and its lines; none where words stick out of their cell."""
        return [line.x0 - span.left for span, lines in self._lines.items() for line in lines if line.x0 >= span.left]

    def rows(self, pad: float, pitch: float) -> Iterator[list[tuple[Span, str]]]:
        """For each row the cell over each column, and its text."""
        texts = {
            span: "\n".join(text for text, _ in paragraphs(lines, Frame(span.left + pad, span.right - pad, pitch)))
            for span, lines in self._lines.items()
        }
        for row in range(len(self._ruled.ys) - 1):
            spans = [self._ruled.spans[row, column] for column in range(len(self._ruled.xs) - 1)]
            yield [(span, texts.get(span, "")) for span in spans]


def grid_of(parts: Sequence[PageTable], number: int) -> Grid:
    """A table over all its pages; rows that repeat its header on a new page are left out."""
    rows: list[list[Cell]] = []
    header: list[list[str]] = []
    pad = min((padding for part in parts for padding in part.paddings), default=0.0)
    pitch = pitch_of([run for part in parts for run in part.runs], 0.5)
    for part in parts:
        repeats = bool(header)
        for at, found in enumerate(part.rows(pad, pitch)):
            texts = [text for _, text in found]
            repeats = repeats and at < len(header) and texts == header[at] and any(texts)
            if not repeats:
                places = (
                    Place(table=number, row=len(rows) + 1, column=x + 1, page=part.page) for x in range(len(found))
                )
                rows.append([_cell(*cell, at, place) for cell, place in zip(found, places, strict=True)])
            if part is parts[0]:
                header.append(texts)
    return Grid(number, rows)


def _cell(span: Span, text: str, row: int, place: Place) -> Cell:
    if span.row < row:
        return Cell("", place, "above")
    return Cell("", place, "left") if span.column + 1 < (place.column or 0) else Cell(text, place)
