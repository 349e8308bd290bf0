"""One row of a real table after the other: which cell is which, what hangs on the row above, what is no row at all."""

from collections.abc import Sequence

from engine.intake.readers import Cell, Place
from engine.intake.tables.headers import Column
from engine.intake.tables.layout import set_out
from engine.intake.tables.rows import (
    NUMBER,
    PAGE,
    REMARK,
    Row,
    Stray,
    TaskTable,
    cells_of,
    clean_number,
    marked,
    split_number,
)

MOST_TORN = 10
"""Pages that one row may run over."""
LONGEST_NUMBER = 20


class RowReading:
    """Adds the rows of a grid to a table, in order; remembers what the cells above held, for those that hang on them.

    `columns` are those of the header with the numbers; `slots` says of each printed column which of them it is.
    """

    def __init__(self, table: TaskTable, columns: Sequence[Column], slots: Sequence[int]) -> None:
        """Begin at the first row under a header."""
        self.table, self.columns, self.slots = table, columns, slots
        self.ref = next((at for at, column in enumerate(columns) if column.role == "ref"), None)
        self.tasks = {at for at, column in enumerate(columns) if column.role == "task"}
        self.above = [""] * len(columns)
        self.origin = [0] * len(columns)
        self.torn = 0

    def add(self, row: Sequence[Cell]) -> None:
        """Add one printed row: a note or page number, a heading, the rest of a torn row, or a row of its own."""
        filled = [at for at, cell in enumerate(row) if cell.text]
        if not filled:
            self._remember([None if cell.merged == "above" else "" for cell in row], row)
        elif len(filled) == 1 and self._stray(row, row[filled[0]]):
            return
        elif self._runs_across(row, filled):
            self._heading(row, filled)
        elif len(row) < len(self.slots) and not any(cell.merged for cell in row):
            self._short(row)
        else:
            self._whole(row)

    def _stray(self, row: Sequence[Cell], cell: Cell) -> bool:
        """Whether the one text of a row is a page number, or a note under the table; it is kept as such."""
        alone = not any(other.merged == "above" for other in row)
        if alone and PAGE.fullmatch(cell.text):
            self.table.stray.append(Stray("page_number_in_table", cell.text, cell.place))
        elif alone and REMARK.match(cell.text):
            self.table.stray.append(Stray("footnote_mark", cell.text, cell.place))
        else:
            return False
        return True

    def _slot(self, at: int) -> int:
        return self.slots[at] if at < len(self.slots) else -1

    def _runs_across(self, row: Sequence[Cell], filled: Sequence[int]) -> bool:
        """Whether one text, with at most a number before it, takes a row that others divide into cells."""
        last = filled[-1]
        counted = [at for at in filled[:-1] if self._slot(at) == self.ref and NUMBER.fullmatch(row[at].text)]
        if len(counted) != len(filled) - 1:
            return False
        behind = row[last + 1 :]
        covers = {self._slot(last + 1 + at) for at, cell in enumerate(behind) if cell.merged == "left"}
        lone = len(row) == 1 or (self._slot(last) == self.ref and not NUMBER.fullmatch(row[last].text))
        return lone or (len(covers - {self._slot(last)}) > 0 and all(cell.merged for cell in behind))

    def _heading(self, row: Sequence[Cell], filled: Sequence[int]) -> None:
        text = row[filled[-1]].text
        number, title = (clean_number(row[filled[0]].text), text) if len(filled) > 1 else split_number(text)
        self._remember([None if cell.merged == "above" else "" for cell in row], row)
        self.table.rows.append(Row(number, {"task": title}, _place(row), heading=True))

    def _short(self, row: Sequence[Cell]) -> None:
        """A row with too few cells: set out around its deadline, like one of a text."""
        texts = [cell.text for cell in row]
        numbered = self.ref == 0 and NUMBER.fullmatch(texts[0]) is not None
        inner = [column for column in self.columns if column.role != "ref"]
        layout = set_out(texts[numbered:], inner)
        cells, missing = cells_of(inner, layout.texts)
        number = clean_number(texts[0]) if numbered else ""
        self.above = [""] * len(self.columns)
        self.table.rows.append(Row(number, cells, _place(row), missing, layout.crowded, unsure=layout.unsure))

    def _whole(self, row: Sequence[Cell]) -> None:
        """A row with a cell, or part of a merged one, for each column."""
        texts, hangs = self._texts(row)
        extra = "\n".join(cell.text for cell in row[len(self.slots) :] if cell.text)
        number = self._number(texts, hangs)
        if not extra and self._goes_on(number, texts, hangs):
            self._join(texts)
            return
        filled = [self.above[at] if at in hangs else text for at, text in enumerate(texts)]
        inner = [at for at in range(len(self.columns)) if at != self.ref]
        cells, missing = cells_of([self.columns[at] for at in inner], [filled[at] for at in inner])
        if extra:
            cells["notes"] = "\n".join(filter(None, (cells.get("notes"), extra)))
        shared = ("notes", "period")
        own = {column.role for at, column in enumerate(self.columns) if at not in hangs}
        roles: dict[int, str] = {at: self.columns[at].role for at in hangs}
        merged = {role: self.origin[at] for at, role in roles.items() if role not in shared and role not in own}
        self.torn = 0
        self._remember([None if at in hangs else text or "" for at, text in enumerate(texts)])
        printed = (texts[self.ref] or "") if self.ref is not None else ""
        self.table.rows.append(
            Row(number, cells, _place(row), missing, bool(extra), merged, marked=marked(printed) if number else "")
        )

    def _texts(self, row: Sequence[Cell]) -> tuple[list[str | None], list[int]]:
        """The text of each column, None where a wider cell or the row's end took it; and the columns that hang."""
        texts: list[str | None] = [None] * len(self.columns)
        hangs = []
        first = 0
        for at, slot in enumerate(self.slots[: len(row)]):
            cell = row[at]
            first = first if cell.merged == "left" else at
            if cell.merged == "left" and self.slots[first] != slot and row[first].text:
                continue
            if cell.merged == "above" and texts[slot] is None and self.above[slot]:
                hangs.append(slot)
            texts[slot] = "\n".join(filter(None, (texts[slot], cell.text)))
        return texts, [slot for slot in hangs if not texts[slot]]

    def _number(self, texts: list[str | None], hangs: Sequence[int]) -> str:
        """The row's number: of its column, or in front of its task; words in the numbers' column go to the task."""
        printed = (texts[self.ref] or "") if self.ref is not None else ""
        if self.ref in hangs or not self.tasks:
            return ""
        task = min(self.tasks)
        if len(printed) > LONGEST_NUMBER:
            texts[task] = "\n".join(filter(None, (printed, texts[task])))
        elif printed:
            return clean_number(printed) or printed
        number, rest = split_number(texts[task] or "")
        if number:
            texts[task] = rest
        return number

    def _goes_on(self, number: str, texts: Sequence[str | None], hangs: Sequence[int]) -> bool:
        """Whether a row without a number only goes on with the sentences of the row above, over a page break."""
        rows = self.table.rows
        if (
            number
            or hangs
            or self.torn >= MOST_TORN
            or self.ref is None
            or not rows
            or rows[-1].heading
            or not rows[-1].number
        ):
            return False
        return all(text[0].islower() or text[0] in ",;)" for text in texts if text)

    def _join(self, texts: Sequence[str | None]) -> None:
        above = self.table.rows[-1]
        self.torn += 1
        for column, text in zip(self.columns, texts, strict=True):
            if text:
                role = "deadline" if column.role == "period" else column.role
                above.cells[role] = " ".join(filter(None, (above.cells.get(role), text)))
                above.merged.pop(role, None)

    def _remember(self, texts: Sequence[str | None], row: Sequence[Cell] | None = None) -> None:
        """Note what each column holds, for cells below that hang on it; None where this row hangs itself."""
        for at, text in enumerate(texts):
            slot = at if row is None else self._slot(at)
            if text is not None and slot >= 0:
                self.above[slot], self.origin[slot] = text, len(self.table.rows)


def _place(row: Sequence[Cell]) -> Place:
    filled = [cell.place for cell in row if cell.text] or [row[0].place]
    lines = [line for place in filled for line in (place.line, place.last_line) if line]
    first = row[0].place
    return Place(
        line=min(lines, default=None),
        last_line=max(lines, default=None),
        table=first.table,
        row=first.row,
        page=filled[0].page,
    )
