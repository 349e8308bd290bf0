"""Headers of task tables printed one cell a paragraph: by their words, and by the width of the rows below."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.intake.readers import Block
from engine.intake.tables.headers import LONGEST_HEADER, Column, begins_header, header_role, read_columns
from engine.intake.tables.rows import COUNT, GLUED, counts_columns, numbers_row

WIDEST = 16
"""Columns of the widest table that is looked for."""
SAMPLE = 40
"""Rows by whose width a header is judged."""
TIMES, WHO = frozenset(("start", "deadline")), frozenset(("owner", "collaborators"))


@dataclass(frozen=True, slots=True)
class Header:
    """A header in running paragraphs: the columns behind the numbers, its paragraphs, and whether it counts rows."""

    columns: list[Column]
    titles: tuple[str, ...]
    numbered: bool

    def stands_at(self, blocks: Sequence[Block], at: int) -> bool:
        """Whether the same paragraphs stand here, as behind a page break."""
        return blocks[at].text.casefold() == self.titles[0].casefold() and [
            block.text.casefold() for block in blocks[at : at + len(self.titles)]
        ] == [title.casefold() for title in self.titles]

    def behind_counts(self, blocks: Sequence[Block], at: int) -> int:
        """The place behind a row "(1) (2) (3)" or "A B 1 2" that counts the columns, if there is one."""
        width = len(self.columns) + self.numbered
        cells = [block.text for block in blocks[at : at + width]]
        return at + width if len(cells) == width and counts_columns(cells) else at


def find_header(blocks: Sequence[Block], at: int) -> Header | None:
    """The header that begins at a paragraph: of the widths it may have, that which the rows below bear out."""
    here = blocks[at]
    role = header_role(here.text) if here.place.table is None and begins_header(here.text) else None
    if role not in ("ref", "task"):
        return None
    texts = list(_heads(blocks, at, numbered=role == "ref"))
    best: tuple[int, Header] | None = None
    for size in range(len(texts), 1, -1):
        plain: list[tuple[str, ...]] = [(text,) for text in texts[:size]]
        for heads in (plain, _nested(texts[:size]) or []):
            columns = read_columns(heads)
            if columns and _is_whole(columns, numbered=role == "ref"):
                inner = columns[1:] if role == "ref" else columns
                header = Header(inner, tuple(texts[:size]), role == "ref")
                fits = _fits(blocks, at + size, len(inner)) if header.numbered else 0
                if best is None or fits > best[0]:
                    best = fits, header
        if header_role(texts[size - 1], weak=True):
            break  # only words that name no column may be a heading behind the header
    return best[1] if best else None


def _heads(blocks: Sequence[Block], at: int, *, numbered: bool) -> Iterator[str]:
    """The paragraphs that may be a header: short ones up to the first number; without numbers, known words only."""
    for place in range(at, min(at + WIDEST, len(blocks))):
        text = blocks[place].text
        plain = blocks[place].place.table is None and 0 < len(text) <= LONGEST_HEADER
        if not plain or (place > at and (numbers_row(text) or COUNT.fullmatch(text) or GLUED.match(text))):
            return
        role = header_role(text, weak=True)
        if not numbered and (role is None or (role == "task" and place > at)):
            return
        yield text


def _is_whole(columns: Sequence[Column], *, numbered: bool) -> bool:
    """Paragraphs are taken for a header only where they name the work, and who or when; without numbers, all three."""
    roles = {column.role for column in columns}
    if numbered:
        return columns[0].role == "ref" and "task" in roles and len(columns) > 2
    return {"task", "owner", "deadline"} <= roles and "ref" not in roles


def _nested(texts: Sequence[str]) -> list[tuple[str, ...]] | None:
    """Heads with the second header row put under the first: "Thời gian", "Phân công" … "Bắt đầu", "Hoàn thành"."""
    roles = [header_role(text) for text in texts]
    for size in range(min(6, len(texts) - 3), 1, -1):
        if all(role in TIMES | WHO for role in roles[-size:]):
            heads: list[tuple[str, ...]] = []
            rest = list(zip(texts[-size:], roles[-size:], strict=True))
            for text, role in zip(texts[:-size], roles[:-size], strict=True):
                kind = TIMES if role in TIMES else WHO if role in WHO else frozenset()
                count = next((i for i, (_, under) in enumerate(rest) if under not in kind), len(rest))
                heads.extend([(text, under) for under, _ in rest[:count]] if count > 1 else [(text,)])
                rest = rest[count:] if count > 1 else rest
            if not rest:
                return heads
    return None


def _fits(blocks: Sequence[Block], after: int, width: int) -> int:
    """How many of the next rows have just this many cells behind their number."""
    reach = range(after, min(after + SAMPLE * (width + 1), len(blocks)))
    starts = [place for place in reach if numbers_row(blocks[place].text)]
    return sum(stop - start == width + 1 for start, stop in pairwise(starts))
