"""Word documents (.docx), read as they would print with every tracked change accepted.

Deleted and hidden words are left out and said in a note; comments, codes of fields, headers and page numbers are left
out; footnotes come at the end. A table inside a cell is part of the cell's text where the row says more than that, else
the row is there for the layout and the table is one of its own.
"""

import re
from collections.abc import Iterator
from typing import Any

from engine.errors import BadInputError
from engine.intake.readers.blocks import Block, Cell, Content, Grid, Note, NoteKind, Place, printed
from engine.intake.readers.docx.lists import Lists, Styles, W, is_on, number, value
from engine.intake.readers.docx.text import Printer, content, joins_next
from engine.intake.readers.packages import Package, holds

FOLDER = "word/"
WIDEST, CELLS = 63, 150_000
"""Columns of the widest table that Word makes, and cells of the largest document that is read."""
LETTERHEAD = re.compile(r"C[ỘO]NG H[ÒO]A|CỘNG HOÀ|Độc lập\s*-\s*Tự do")
SAID: dict[NoteKind, str] = {
    "tracked_changes": "{n} chỗ sửa đổi chưa duyệt (Track Changes), đọc như đã chấp nhận hết, ví dụ “{words}”",
    "hidden_text": "{n} chỗ chữ ẩn không đọc, ví dụ “{words}”",
}

Element = Any


def recognises(data: bytes) -> bool:
    """Whether the bytes are an archive with a Word document."""
    return holds(data, FOLDER)


def read(data: bytes, name: str) -> Content:
    """The paragraphs and tables of a Word document.

    Raises:
        BadInputError: damaged, locked, with macros, or too large; see `packages`.
    """
    package = Package(data, name, "Word")
    main = package.main()
    printer = Printer(Styles(_part(package, main, "styles")), Lists(_part(package, main, "numbering")))
    story = _Story(name, printer)
    _letterhead(package, main, story)
    _body(package, main, story)
    _notes(package, main, story)
    return Content(story.blocks, story.grids, story.said())


def _part(package: Package, main: str, kind: str) -> Element | None:
    return next((package.tree(part) for part in package.related(main, kind)), None)


def _body(package: Package, main: str, story: "_Story") -> None:
    """Piece by piece, so that a document of any length takes the memory of its largest paragraph or row."""
    paragraphs = tables = 0
    begun = False
    for event, element in package.pieces(main, W + "document", W + "p", W + "tbl", W + "tr"):
        opens = event == "start"
        if element.tag == W + "document":
            begun = True
        elif element.tag == W + "p":
            paragraphs += 1 if opens else -1
            if not opens and not paragraphs and not tables:
                story.paragraph(element)
                package.done(element)
        elif not paragraphs and element.tag == W + "tbl":
            tables += 1 if opens else -1
            if tables == 1 and opens:
                story.open_table()
            elif not tables:
                package.done(element)
        elif not paragraphs and tables == 1 and not opens:
            story.row(element)
            package.done(element)
    if not begun:
        raise package.damaged(f"{main} không phải văn bản Word thường, có thể là dạng Strict")


def _letterhead(package: Package, main: str, story: "_Story") -> None:
    """A header that bears the motto of the State is the head of the letter; any other one is left out."""
    for part in package.related(main, "header"):
        root = package.tree(part)
        if root is not None and LETTERHEAD.search("".join(root.itertext(W + "t"))):
            story.pieces(root)
            return


def _notes(package: Package, main: str, story: "_Story") -> None:
    roots = {kind: _part(package, main, f"{kind}s") for kind in ("footnote", "endnote")}
    texts = {
        (kind, note.get(W + "id", "")): note
        for kind, root in roots.items()
        if root is not None
        for note in root.findall(W + kind)
    }
    for count, key in enumerate(dict.fromkeys(story.printer.notes), start=1):
        if key in texts:
            story.note(f"[{count}]", texts[key])


class _Story:
    """What was read so far, in the document's order."""

    def __init__(self, name: str, printer: Printer) -> None:
        self.name, self.printer = name, printer
        self.blocks: list[Block] = []
        self.grids: list[Grid] = []
        self._rows: list[list[Cell]] = []
        self._number = 0
        self._above: set[int] = set()
        self._cells = 0
        self._unended = ""
        self._open = False

    def pieces(self, parent: Element) -> None:
        """The paragraphs and tables of a part that is held whole."""
        for child in content(parent):
            if child.tag == W + "p":
                self.paragraph(child)
            elif child.tag == W + "tbl":
                self._table(child)

    def paragraph(self, element: Element) -> None:
        """A paragraph of the body, then its text boxes."""
        text, boxes = self.printer.paragraph(element, goes_on=bool(self._unended))
        text, self._unended = self._unended + text, ""
        if joins_next(element):
            self._unended = text
        else:
            self.blocks += [Block(line, Place()) for line in _lines(text)]
        for box in boxes:
            self.pieces(box)

    def note(self, mark: str, element: Element) -> None:
        """A footnote at the end of the text."""
        lines = [line for item in self._items(element) for line in self._flat(item)]
        self.blocks += [Block(f"{mark} {line}" if at == 0 else line, Place()) for at, line in enumerate(lines)]

    def _table(self, element: Element) -> None:
        outer = self._rows, self._number, self._above
        self.open_table()
        for row in content(element):
            if row.tag == W + "tr":
                self.row(row)
        self._rows, self._number, self._above = outer

    def open_table(self) -> None:
        """Begins a table: the rows that follow are its rows."""
        self._rows, self._above, self._number = [], set(), len(self.grids) + 1
        self.grids.append(Grid(self._number, self._rows))

    def row(self, element: Element) -> None:
        """A row of the table that is open."""
        properties = element.find(W + "trPr")
        gone: NoteKind | None = None
        if properties is not None and properties.find(W + "del") is not None:
            gone = "tracked_changes"
        elif is_on(value(properties, "hidden")):
            gone = "hidden_text"
        if gone:
            self.printer.leave_out(gone, " ".join(element.itertext(W + "t", W + "delText")))
            return
        cells = [cell for cell in content(element) if cell.tag == W + "tc"]
        row: list[Cell] = []
        self._rows.append(row)
        above, self._above = self._above, set()
        row += [Cell("", self._place(len(row) + 1)) for _ in range(_count(properties, "gridBefore", low=0))]
        speaking = [cell for cell in cells if "".join(cell.itertext(W + "t")).strip()]
        for cell in cells:
            self._cell(row, cell, above=above, alone=speaking in ([], [cell]))
            if self._cells + len(row) > CELLS:
                raise BadInputError(f"{self.name}: bảng có hơn {CELLS} ô. Tách riêng bảng nhiệm vụ rồi đọc lại.")
        self._cells += len(row)

    def _cell(self, row: list[Cell], element: Element, *, above: set[int], alone: bool) -> None:
        properties = element.find(W + "tcPr")
        width, at = _count(properties, "gridSpan", low=1), len(row) + 1
        upward, leftward = value(properties, "vMerge"), value(properties, "hMerge")
        if upward is not None:
            self._above.update(range(at, at + width))
        if (upward in ("", "continue") and at in above) or (leftward in ("", "continue") and row):
            if hidden := "".join(element.itertext(W + "t")).strip():
                self.printer.leave_out("hidden_text", hidden)
            covered = at in above and upward is not None
            row += [Cell("", self._place(at + more), "above" if covered else "left") for more in range(width)]
            return
        place = self._place(at)
        lines: list[str] = []
        row.append(Cell("", place))
        row += [Cell("", self._place(at + more), "left") for more in range(1, width)]
        for item in self._items(element):
            if not isinstance(item, str) and alone:
                self._table(item)
                continue
            texts = self._flat(item)
            lines += texts
            self.blocks += [Block(text, place) for text in texts]
        row[at - 1] = Cell("\n".join(lines), place)
        if not lines:
            self.blocks.append(Block("", place))

    def _items(self, parent: Element) -> Iterator["str | Element"]:
        """The lines of a cell or note, and the tables in it, in order and each when it is asked for."""
        unended = ""
        for child in content(parent):
            if child.tag == W + "tbl":
                yield child
            elif child.tag == W + "p":
                text, boxes = self.printer.paragraph(child, goes_on=bool(unended))
                text, unended = unended + text, ""
                if joins_next(child):
                    unended = text
                else:
                    yield from _lines(text)
                for box in boxes:
                    yield from self._items(box)
        yield from _lines(unended)

    def _flat(self, item: "str | Element") -> list[str]:
        """A line as it is; a table as one line a row."""
        if isinstance(item, str):
            return [item]
        rows = [
            [" ".join(line for part in self._items(cell) for line in self._flat(part)) for cell in content(row)]
            for row in content(item)
            if row.tag == W + "tr"
        ]
        return [line for row in rows if (line := " | ".join(filter(None, row)))]

    def _place(self, column: int) -> Place:
        return Place(table=self._number, row=len(self._rows), column=column)

    def said(self) -> list[Note]:
        """What was left out, once a kind."""
        found = self.printer.left_out.items()
        return [
            Note(kind, SAID[kind].format(n=len(words), words=next(filter(None, words), "")), Place())
            for kind, words in found
        ]


def _count(properties: Element | None, name: str, *, low: int) -> int:
    return number(value(properties, name), low, low=low, high=WIDEST)


def _lines(text: str) -> list[str]:
    return [line for part in text.split("\n") if (line := printed(part))]
