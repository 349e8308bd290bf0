"""HTML as saved from a law site or by Word: the document's paragraphs and tables without the page around it.

Left out are what a page never prints as text (scripts, buttons, hidden parts), and menus: lists of links only. Tables
that lay out a page are unrolled; tables of data keep their cells, with those that reach over rows and columns.
"""

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from engine.errors import BadInputError
from engine.intake.readers.blocks import Block, Content, Grid, Note, Place, blocks_of, printed
from engine.intake.readers.docx.text import RAISED
from engine.intake.readers.encoding import declared_as, decode, peek
from engine.intake.readers.html.page import Shape, shape_of
from engine.intake.readers.html.tables import Drawn, end_group, grid_of
from engine.intake.readers.plain.wrapping import LIST_MARK

PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.I)
TAGS = re.compile(r"</(?:p|div)\s*>", re.I)
TAGS_LIMIT = 800_000
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
ENTITY = re.compile(r"&#?\w{1,10};")
PARAGRAPHS = frozenset(
    [
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "hr",
        "pre",
        "blockquote",
        "center",
        "address",
        "article",
        "section",
        "main",
        "header",
        "footer",
        "nav",
        "aside",
        "figure",
        "figcaption",
        "fieldset",
        "legend",
        "form",
        "body",
        "html",
    ]
)
GROUPS = frozenset(("thead", "tbody", "tfoot"))
ROMAN = (
    "",
    "i",
    "ii",
    "iii",
    "iv",
    "v",
    "vi",
    "vii",
    "viii",
    "ix",
    "x",
    "xi",
    "xii",
    "xiii",
    "xiv",
    "xv",
    "xvi",
    "xvii",
)
HIDDEN_WORTH_SAYING = 200
"""Letters of hidden text from which a person is told of it."""

Element = Any


def recognises(data: bytes) -> bool:
    """Whether a text is a page, or a piece of one that begins with a tag or is full of them."""
    text = peek(data)
    closings = len(TAGS.findall(text))
    return PAGE.search(text) is not None or closings > 4 or (closings > 0 and text.lstrip().startswith("<"))


def read(data: bytes, name: str) -> Content:
    """The paragraphs and tables of a page.

    Raises:
        BadInputError: tags too many or too deep, or an encoding that `encoding.decode` refuses.
    """
    text, notes = decode(data, name, charset=declared_as(data), unescape=_unescaped)
    blocks, grids, more = content_of_page(text, name)
    return Content(blocks, grids, [*notes, *more])


def content_of_page(text: str, name: str) -> Content:
    """The paragraphs and tables of a page, or of a piece of one, that is text already.

    Raises:
        BadInputError: tags too many or too deep.
    """
    page = _Page(name)
    root = _parsed(text, name)
    if root is not None:
        page.walk(root)
    return Content(page.blocks, page.grids, list(page.said()))


def _unescaped(text: str) -> str:
    """Letters written as entities as themselves, before old font encodings are looked for; markup stays."""
    return ENTITY.sub(lambda match: found if (found := entities.unescape(match[0])) > "\x9f" else match[0], text)


def _parsed(text: str, name: str) -> Element | None:
    if text.count("<") > TAGS_LIMIT:
        raise BadInputError(
            f"{name}: trang web có hơn {TAGS_LIMIT} thẻ. Chép phần kế hoạch sang tệp riêng rồi đọc lại."
        )
    parser = etree.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, no_network=True, encoding="utf-8")
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise BadInputError(f"{name}: trang web bị hỏng ({error.msg}). Lưu lại từ trình duyệt rồi đọc lại.") from None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise BadInputError(f"{name}: thẻ lồng nhau quá sâu. Chép phần kế hoạch sang tệp riêng rồi đọc lại.")
    return root


@dataclass
class _Table:
    """A table of data while it is read; tables inside its cells are text of the cells."""

    element: Element
    rows: list[list[Drawn]] = field(default_factory=list)
    cell: Drawn | None = None
    inner: int = 0
    group: int = 0


@dataclass
class _Page:
    """The pieces read so far, and what is open: the paragraph, the table, the lists."""

    name: str
    blocks: list[Block] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    lists: list[list[Any]] = field(default_factory=list)
    mark: str = ""
    table: _Table | None = None
    raised: int = 0
    shape: Shape = field(default_factory=Shape)

    def walk(self, root: Element) -> None:
        """Every element in order, without recursion: pages nest as deep as they like."""
        self.shape = shape_of(root)
        steps = etree.iterwalk(root, events=("start", "end"))
        for event, element in steps:
            if event == "start":
                if element in self.shape.left_out:
                    steps.skip_subtree()
                else:
                    self._open(element)
            else:
                if element not in self.shape.left_out:
                    self._close(element)
                self._say(element.tail)
        self._flush()

    def said(self) -> Iterator[Note]:
        """Notes on hidden text, where there is enough of it to be missed."""
        hidden = self.shape.hidden
        if hidden.letters > HIDDEN_WORTH_SAYING:
            words = f"trang có phần ẩn ({hidden.letters} chữ) không đọc, bắt đầu bằng “{printed(hidden.words)[:60]}”"
            yield Note("hidden_text", words, Place())

    def _open(self, element: Element) -> None:
        tag = element.tag
        if tag in PARAGRAPHS:
            self._flush()
        if tag == "br":
            self.words.append("\n")
        elif tag in ("ul", "ol"):
            self.lists.append([element.get("type", "1") if tag == "ol" else "", _number(element.get("start"), 1)])
        elif tag == "li" and self.lists:
            self._mark(element)
        elif tag == "sup":
            self.raised += 1
        elif tag == "table" and self.table:
            self.table.inner += 1
        elif tag == "table" and element not in self.shape.layouts:
            self.table = _Table(element)
        elif self.table and not self.table.inner and tag in ("tr", "td", "th"):
            self._open_cell(self.table, element)
        self._say(element.text)

    def _close(self, element: Element) -> None:
        tag = element.tag
        if tag in PARAGRAPHS:
            self._flush()
        if tag == "sup":
            self.raised -= 1
        elif tag == "li":
            self.mark = ""
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif self.table and element is self.table.element:
            rows, self.table = self.table.rows, None
            if any(rows):
                self.grids.append(grid_of(rows, len(self.grids) + 1, self.name))
                self.blocks.extend(blocks_of(self.grids[-1]))
        elif self.table and tag == "table":
            self.table.inner -= 1
        elif self.table and not self.table.inner and tag in ("tr", "td", "th"):
            self.table.cell = None
        elif self.table and not self.table.inner and tag in GROUPS:
            end_group(self.table.rows[self.table.group :])
            self.table.group = len(self.table.rows)

    def _open_cell(self, table: _Table, element: Element) -> None:
        if element.tag == "tr" or not table.rows:
            table.rows.append([])
        if element.tag != "tr":
            table.cell = Drawn(_number(element.get("colspan"), 1), _number(element.get("rowspan"), 1))
            table.rows[-1].append(table.cell)

    def _mark(self, element: Element) -> None:
        """The number or dash that a browser prints before a list item."""
        kind, number = self.lists[-1]
        number = _number(element.get("value"), number)
        self.lists[-1][1] = number + 1
        self.mark = f"{_numeral(kind, number)}. " if kind else "- "

    def _say(self, text: str | None) -> None:
        if text:
            words = text.replace("\n", " ").replace("\r", " ")
            self.words.append(words.translate(RAISED) if self.raised else words)

    def _flush(self) -> None:
        """Ends the paragraph: its lines go to the open cell, or are blocks."""
        if not self.words:
            return
        lines = [line for part in "".join(self.words).split("\n") if (line := printed(CONTROL.sub("", part)))]
        self.words.clear()
        if lines and self.mark:
            lines[0] = lines[0] if LIST_MARK.match(lines[0]) else self.mark + lines[0]
            self.mark = ""
        if self.table and self.table.cell:
            self.table.cell.lines.extend(lines)
        else:
            self.blocks.extend(Block(line, Place()) for line in lines)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.strip().isdecimal() and len(text) < 12 else default


def _numeral(kind: str, number: int) -> str:
    if kind in "aA" and 0 < number < 27:
        return chr(ord(kind) + number - 1)
    if kind in "iI" and 0 < number < len(ROMAN):
        return ROMAN[number] if kind == "i" else ROMAN[number].upper()
    return str(number)
