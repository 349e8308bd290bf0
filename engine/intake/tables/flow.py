"""Task tables printed one cell a paragraph: rows by their numbers, or by their width where they have none."""

import re
from collections.abc import Sequence
from itertools import pairwise

from engine.intake.readers import Block, Place
from engine.intake.tables.flow_header import Header, find_header
from engine.intake.tables.flow_numbers import is_next_section, row_starts
from engine.intake.tables.headers import LONGEST_HEADER, Column
from engine.intake.tables.layout import ASKED, fits, goes_on, looks_like_deadline, set_out
from engine.intake.tables.rows import (
    DRAWN_PAGE,
    GLUED,
    NUMBER,
    REMARK,
    Row,
    Stray,
    TaskTable,
    cells_of,
    clean_number,
    marked,
    split_number,
)

END = re.compile(
    r"(?:PHỤ LỤC|Phụ lục)(?:\s+(?:số\s+)?[\dIVXL]+)?\s*(?:[.:–-].*)?|\W*(?:Nơi nhận|NƠI NHẬN)\b.*|Trên đây là\b.*|"
    r"(?:TM|KT|TL|TUQ|Q)\.\s?[A-ZĐ].*|(?:PHÓ )?(?:CHỦ TỊCH|GIÁM ĐỐC)|BÍ THƯ|CHÁNH VĂN PHÒNG|(?:Người lập|NGƯỜI LẬP)\b.*"
)
"""What stands behind a table and never in it: the next annex, recipients, signature."""
LONGEST_HEADING = 300


def read_flow(blocks: Sequence[Block]) -> list[TaskTable]:
    """Every task table among the paragraphs that stand in no grid, in order."""
    tables, at = [], 0
    while at < len(blocks):
        header = find_header(blocks, at)
        if header is None:
            at += 1
            continue
        start = at + len(header.titles)
        table = TaskTable("", header.columns, (at, start))
        cells = _without_headers(blocks, start, header)
        kept = [place for place in cells if not DRAWN_PAGE.fullmatch(blocks[place].text)]
        table.stray.extend(_page(blocks[place]) for place in cells if DRAWN_PAGE.fullmatch(blocks[place].text))
        end = (_numbered if header.numbered else _unnumbered)(table, blocks, kept)
        end = _remarks(table, blocks, max(end, start))
        table.span = (at, end)
        tables.append(table)
        at = end
    return tables


def _without_headers(blocks: Sequence[Block], start: int, header: Header) -> list[int]:
    """The places of the cells: up to a grid, the end of the annex or another header; repeated headers are left out."""
    kept: list[int] = []
    at = header.behind_counts(blocks, start)
    while at < len(blocks) and blocks[at].place.table is None and not END.fullmatch(blocks[at].text):
        if header.stands_at(blocks, at):
            at = header.behind_counts(blocks, at + len(header.titles))
        elif _begins_other(blocks, at):
            break
        else:
            kept.append(at)
            at += 1
    return kept


def _begins_other(blocks: Sequence[Block], at: int) -> bool:
    """Whether another table's header begins here: its "TT", and short words before the first number."""
    if blocks[at].text.casefold().strip(" .") not in ("tt", "stt", "số tt", "số thứ tự"):
        return False
    words = [block.text for block in blocks[at + 1 : at + 3]]
    return all(0 < len(text) <= LONGEST_HEADER and not NUMBER.fullmatch(text) for text in words)


def _numbered(table: TaskTable, blocks: Sequence[Block], kept: Sequence[int]) -> int:
    """Read rows that begin with a number; gives back the place behind the last of them."""
    starts, pages = row_starts([blocks[place].text for place in kept], table.columns)
    table.stray.extend(_page(blocks[kept[page]]) for page in sorted(pages))
    end = _before_first(table, blocks, kept[: starts[0] if starts else 0])
    # what is over may be the task's where the task stands behind the deadline
    roles = [column.role for column in table.columns]
    tidy = len(starts) > 1 and "deadline" in roles and "task" not in roles[roles.index("deadline") :]
    for start, stop in pairwise([*starts, len(kept)]):
        cells = [kept[i] for i in range(start + 1, stop) if i not in pages]
        above: list[int] = []
        if stop == len(kept):
            cells = cells[: _body([blocks[i].text for i in cells], table.columns, tidy=tidy)]
        while stop < len(kept) and len(cells) > 1 and _is_heading(table, blocks, cells, kept[stop]):
            above.insert(0, cells.pop())
        tidy = tidy and len(cells) <= len(table.columns)
        end = max(end, _add(table, blocks, kept[start], cells), _headings(table, blocks, above))
    return end


def _before_first(table: TaskTable, blocks: Sequence[Block], places: Sequence[int]) -> int:
    """Texts in front of the first number: a row that lost its own if there is a deadline among them, else headings."""
    if len(places) > 1 and any(looks_like_deadline(blocks[place].text) for place in places):
        table.rows.append(_row("", [blocks[place] for place in places], table.columns))
        return places[-1] + 1
    return _headings(table, blocks, places)


def _body(texts: Sequence[str], columns: Sequence[Column], *, tidy: bool) -> int:
    """How many of the last row's texts are its cells; behind them stand notes, a signature or further text.

    `tidy` says that no row above has more texts than cells, so that what is over here is none of the table.
    """
    at = next((i for i, column in enumerate(columns) if column.role == "deadline"), len(columns) - 1)
    anchor = next((i for i in range(at, len(texts)) if texts[i] and looks_like_deadline(texts[i])), at)
    if anchor > at and anchor - at > 8 * len(columns):
        anchor = at
    whole = anchor + len(columns) - at
    for i in range(anchor + 1, len(texts)):
        over = i >= whole and (_heads_rows(texts[i]) or (tidy and not goes_on(texts[i - 1], texts[i])))
        if over or REMARK.match(texts[i]):
            return i
    return len(texts)


def _is_heading(table: TaskTable, blocks: Sequence[Block], cells: Sequence[int], below: int) -> bool:
    """Whether the last paragraph in front of a number is the heading of a section and no cell.

    It is numbered above that number, or in capitals; in a row that would be whole with it, its own number must go on
    with that of a section before, or its capitals be the only ones.
    """
    text = blocks[cells[-1]].text
    if not text or len(text) > LONGEST_HEADING:
        return False
    match, number = GLUED.match(text), clean_number(blocks[below].text)
    if len(cells) > len(table.columns):
        over = match is not None and match["number"] is not None
        return number.startswith(f"{match['number']}.") if match and over else _heads_rows(text)
    if match and (match["roman"] or match["capital"]):
        sections = {row.number for row in table.rows if row.heading or row.text_only}
        return is_next_section(match["roman"] or match["capital"], sections)
    task = blocks[cells[0]].text
    return not match and len(text.split()) > 2 and _heads_rows(text) and task != task.upper()


def _heads_rows(text: str) -> bool:
    """Whether a text is made like the heading of a section: a Roman numeral or letter before it, or all in capitals."""
    if len(text) > LONGEST_HEADING:
        return False
    match = GLUED.match(text)
    capitals = text == text.upper() and " " in text and any(letter.isalpha() for letter in text)
    return bool(match and (match["roman"] or match["capital"])) or (capitals and not match)


def _add(table: TaskTable, blocks: Sequence[Block], start: int, cells: Sequence[int]) -> int:
    """Add the row that begins with the number at `start`; gives back the place behind it."""
    row = _row(clean_number(blocks[start].text), [blocks[i] for i in cells], table.columns)
    row.marked = marked(blocks[start].text)
    table.rows.append(row)
    return cells[-1] + 1


def _row(number: str, blocks: Sequence[Block], columns: Sequence[Column]) -> Row:
    layout = set_out([block.text for block in blocks], columns)
    cells, missing = cells_of(columns, layout.texts)
    return Row(number, cells, _place(blocks), missing, layout.crowded, unsure=layout.unsure)


def _place(blocks: Sequence[Block]) -> Place:
    filled = [block for block in blocks if block.text] or blocks
    first, last = filled[0], filled[-1]
    return Place(line=first.place.line, last_line=last.last_line or None, page=first.place.page)


def _headings(table: TaskTable, blocks: Sequence[Block], places: Sequence[int]) -> int:
    """Add paragraphs that run across the table as headings of sections; gives back the place behind them."""
    for place in places:
        text = blocks[place].text
        if text:
            number, title = split_number(text)
            table.rows.append(Row(number, {"task": title}, _place([blocks[place]]), heading=True))
    return places[-1] + 1 if places else 0


def _unnumbered(table: TaskTable, blocks: Sequence[Block], kept: Sequence[int]) -> int:
    """Read rows without a column of numbers: each as wide as the header, else up to the next deadline."""
    columns, width = table.columns, len(table.columns)
    at = next(i for i, column in enumerate(columns) if column.role == "deadline")
    texts = [blocks[i].text for i in kept]
    even: list[bool] = []
    here = end = 0
    while here < len(kept):
        size = _chunk(texts, here, width, at) or (width if len(kept) - here == width else None)
        if size is None:
            break
        if size == 1:
            end = _headings(table, blocks, kept[here : here + 1])
        else:
            row = _row("", [blocks[i] for i in kept[here : here + size]], columns)
            row.number, row.cells["task"] = split_number(row.cells.get("task", ""))
            table.rows.append(row)
            even.append(size == width and fits(texts[here : here + size], columns))
            end = kept[here + size - 1] + 1
        here += size
    _doubt(table, even)
    return end


def _doubt(table: TaskTable, even: Sequence[bool]) -> None:
    """Without numbers, where one row does not come out even, the end of the one before it is not sure either."""
    rows = [row for row in table.rows if not row.heading]
    for row, whole, below in zip(rows, even, [*even[1:], True], strict=True):
        if not (whole and below):
            row.unsure = frozenset(ASKED)


def _chunk(texts: Sequence[str], here: int, width: int, at: int) -> int | None:
    """How many texts the next row has; 1 for a heading; None where no row begins."""
    deadline = texts[here + at] if here + at < len(texts) else ""
    if here + width <= len(texts) and (not deadline or looks_like_deadline(deadline)):
        return width
    reach = range(here, min(here + 3 * width, len(texts)))
    anchor = next((i for i in reach if texts[i] and looks_like_deadline(texts[i])), None)
    if anchor is None:
        return None
    return 1 if anchor == here + at + 1 and _heads_rows(texts[here]) else min(anchor + width - at, len(texts)) - here


def _page(block: Block) -> Stray:
    return Stray("page_number_in_table", block.text, block.place)


def _remarks(table: TaskTable, blocks: Sequence[Block], at: int) -> int:
    """Take the notes right under a table with it."""
    while at < len(blocks) and blocks[at].place.table is None and REMARK.match(blocks[at].text):
        table.stray.append(Stray("footnote_mark", blocks[at].text, blocks[at].place))
        at += 1
    return at
