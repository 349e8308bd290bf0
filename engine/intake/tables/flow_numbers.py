"""Which numbers among the cells of a table in running paragraphs begin a row, and which are pages, sums or ticks.

A number alone in a paragraph begins a row unless what stands around it says otherwise: the numbers before and behind
it, and how many cells the row would have with it and without.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from engine.intake.tables.headers import Column
from engine.intake.tables.layout import MARK
from engine.intake.tables.rows import NUMBER, clean_number
from engine.intake.text.marks import LETTERS, ROMANS

ALPHABETS = (LETTERS, "abcdefghijklmnopqrstuvwxyz")
"""The order in which rows are lettered, with or without "đ"."""
LONGEST = 20
"""Characters of the longest number with the mark of a footnote."""
LONG_NUMBER = 4


def row_starts(texts: Sequence[str], columns: Sequence[Column]) -> tuple[list[int], set[int]]:
    """The places of the numbers that begin rows, and of the page numbers among the cells."""
    places = list(_candidates(texts))
    starts: list[int] = []
    pages: set[int] = set()
    left_out = 0
    ends = [*places, len(texts), len(texts)]
    for at, below, beyond in zip(places, ends[1:], ends[2:], strict=False):
        above = at - starts[-1] - 1 - (len(pages) - left_out) if starts else 0
        here = _Number(texts, columns, at, (below, beyond), starts[-1] if starts else None, above)
        if at in pages or here.is_figure() or here.is_sum() or here.is_tick():
            continue
        if here.is_page() and not here.stands_over_page():
            pages.add(at)
            continue
        starts.append(at)
        left_out = len(pages)
        if here.stands_over_page():
            pages.add(below)
    return starts, pages


def is_next_section(number: str, before: Collection[str]) -> bool:
    """Whether a Roman numeral or a capital begins a numbering of sections, or goes on with one of those before."""
    if number in ("I", "A") and number not in before:
        return True
    orders: list[Sequence[str]] = [ROMANS, *(letters.upper() for letters in ALPHABETS)]
    return any(number in order and order.index(number) and order[order.index(number) - 1] in before for order in orders)


def _candidates(texts: Sequence[str]) -> Iterator[int]:
    last = -2
    for at, text in enumerate(texts):
        match = NUMBER.fullmatch(MARK.sub("", text)) if len(text) <= LONGEST else None
        if match and not (match["code"] and last == at - 1):  # "1", "Nhiệm vụ 1": the second is the task
            last = at
            yield at


@dataclass(frozen=True, slots=True)
class _Number:
    """A number at `at`, the two `next` ones, the last that begins a row at `start`, `above` cells before."""

    texts: Sequence[str]
    columns: Sequence[Column]
    at: int
    next: tuple[int, int]
    start: int | None
    above: int

    @property
    def below(self) -> int:
        """The place of the next number."""
        return self.next[0]

    @property
    def text(self) -> str:
        return self.texts[self.at]

    def is_figure(self) -> bool:
        """Whether the row above is whole with it, and it stands in a column of notes."""
        if self.start is None or not self.text.isdigit():
            return False
        whole = self.above + self.below - self.at == len(self.columns)
        return whole and self.columns[self.above].role in ("notes", "period")

    def is_sum(self) -> bool:
        """Whether it is a year or a sum: of four digits, and not the next number."""
        if not self.text.isdigit() or len(self.text) < LONG_NUMBER:
            return False
        last = self._number(self.start)
        return not (last.isdigit() and int(self.text) == int(last) + 1)

    def is_tick(self) -> bool:
        """Whether it is a letter out of order, as an "x" is."""
        if not (len(self.text) == 1 and self.text.islower()) or self.text == "a":
            return False
        return not any(f"{self._number(self.start)}{self.text}" in letters for letters in ALPHABETS)

    def stands_over_page(self) -> bool:
        """Whether it is the next number, and a page number stands between it and its cells."""
        if not self._is_bare() or self.below >= len(self.texts) or not self.texts[self.below].isdigit():
            return False
        last, here, page = (self._number(place) for place in (self.start, self.at, self.below))
        return last.isdigit() and _follows(last, here) and here.isdigit() and not _follows(last, page)

    def is_page(self) -> bool:
        """Whether nothing stands behind it, or it breaks the numbering in the middle of a row."""
        if self._is_bare():
            return True
        if self.start is None or not self.text.isdigit():
            return False
        last, here, below = (self._number(place) for place in (self.start, self.at, self.below))
        width = len(self.columns)
        behind = self.below - self.at - 1
        if here == below and self.above >= width and behind + self.next[1] - self.below - 1 == width:
            return False  # the second of them is the page, and parts the row
        breaks = _follows(last, below) and (here == below or not _follows(last, here))
        return breaks and min(self.above, behind) < width

    def _is_bare(self) -> bool:
        return not any(self.texts[self.at + 1 : self.below])

    def _number(self, place: int | None) -> str:
        return clean_number(self.texts[place]) if place is not None and place < len(self.texts) else ""


def _follows(number: str, below: str) -> bool:
    """Whether a row numbered `below` may come right after one numbered `number`."""
    head, _, last = number.rpartition(".")
    if not last.isdigit():
        return below in ("", "1", "01") or not below.isdigit()
    succeeding = f"{head}.{int(last) + 1}" if head else str(int(last) + 1)
    return below in (succeeding, succeeding.zfill(2), f"{number}.1", "1") or not below.isdigit()
