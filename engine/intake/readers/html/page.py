"""What in a page is the document: found in one pass before it is read, without recursion.

Certain to be left out are parts that print nothing, hidden parts, menus (links and nothing else), marks of footnotes,
and headers, footers and asides that hold little of the page's text and no article. Forms stay: many sites of
authorities wrap the whole page in one.
"""

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from lxml import etree

UNPRINTED = frozenset(
    [
        "head",
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "button",
        "select",
        "textarea",
        "input",
        "iframe",
        "object",
        "embed",
        "applet",
        "canvas",
        "audio",
        "video",
        "map",
        "dialog",
        "datalist",
        "progress",
        "meter",
        "math",
        "frameset",
    ]
)
AROUND = frozenset(("header", "footer", "nav", "aside"))
MENUS = frozenset(("ul", "ol", "dl", "div", "nav", "p", "table", "td"))
LINES = frozenset(("p", "div", "li", "br", "tr", "h1", "h2", "h3", "h4"))
HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.I)
NOTE_MARK = re.compile(r"[\[(]?(?:\d{1,3}|\*{1,3}|[a-z])[\])]?")
NOTE_LINK = re.compile(r"#(?!.*ref).*(?:ftn|edn|fn|note)", re.I | re.S)
DOCUMENT = re.compile(r"CỘNG\s+H[ÒO]|Độc\s+lập\s*[-–]|Nơi\s+nhận|KẾ\s+HOẠCH|\bSố\s*:")
MENU_LINKS, LINK_LETTERS, LITTLE = 4, 40, 0.3
"""Links of the shortest menu, letters of its longest usual entry, and the share of a page that its rim may have."""
LONG_CELL, LAYOUT_CELLS = 12, 6
"""Paragraphs of a cell, and cells of a table, that lays out a page."""

Element = Any


@dataclass
class Hidden:
    """How much text is hidden, and how it begins."""

    letters: int = 0
    words: str = ""


@dataclass
class Shape:
    """What a page is made of: elements to leave out, tables of layout."""

    left_out: set[Element] = field(default_factory=set)
    layouts: set[Element] = field(default_factory=set)
    hidden: Hidden = field(default_factory=Hidden)


@dataclass(slots=True)
class _Open:
    """An element on the way down: its text, its links, and for tables its cells."""

    element: Element
    letters: int = 0
    linked: int = 0
    links: int = 0
    lines: int = 0
    has_article: bool = False
    rows: list[int] = field(default_factory=list)
    longest: int = 0
    nested: int = 0


def shape_of(root: Element) -> Shape:
    """The shape of a page."""
    return _Surveyor().survey(root)


class _Surveyor:
    def __init__(self) -> None:
        self.shape = Shape()
        self.path: list[_Open] = [_Open(None)]
        self.tables: list[_Open] = []
        self.rims: list[tuple[Element, int]] = []
        self.articles = 0

    def survey(self, root: Element) -> Shape:
        steps = etree.iterwalk(root, events=("start", "end"))
        for event, element in steps:
            if event == "end":
                if element not in self.shape.left_out:
                    self._leave(element)
                self.path[-1].letters += _letters(element.tail)
            elif self._is_unprinted(element):
                self.shape.left_out.add(element)
                steps.skip_subtree()
            else:
                self._enter(element)
        little = LITTLE * self.path[0].letters
        self.shape.left_out.update(rim for rim, letters in self.rims if letters < little and not _is_document(rim))
        return self.shape

    def _is_unprinted(self, element: Element) -> bool:
        tag = element.tag
        if not isinstance(tag, str) or tag in UNPRINTED:
            return True
        if tag == "a" and _is_note_mark(element):
            return True
        if element.get("hidden") is None and not HIDDEN.search(element.get("style") or ""):
            return False
        words = "".join(element.itertext())
        self.shape.hidden.letters += _letters(words)
        self.shape.hidden.words = self.shape.hidden.words or words.strip()
        return True

    def _enter(self, element: Element) -> None:
        tag = element.tag
        self.path.append(_Open(element, letters=_letters(element.text), lines=tag in LINES))
        if tag in ("article", "main"):
            self.articles += 1
        if tag == "table":
            self.tables.append(self.path[-1])
        elif self.tables and tag == "tr":
            self.tables[-1].rows.append(0)
        elif self.tables and tag in ("td", "th"):
            self.tables[-1].rows = self.tables[-1].rows or [0]
            self.tables[-1].rows[-1] += 1

    def _leave(self, element: Element) -> None:
        tag, left = element.tag, self.path.pop()
        above = self.path[-1]
        if tag == "a" and element.get("href") is not None:
            left.linked, left.links = left.letters, 1
        if tag in ("article", "main"):
            self.articles -= 1
            left.has_article = True
        if tag == "table":
            self._table(left)
        elif self.tables and tag in ("td", "th"):
            self.tables[-1].longest = max(self.tables[-1].longest, left.lines)
        if tag in MENUS and _is_menu(left):
            self.shape.left_out.add(element)
            return
        if tag in AROUND and not left.has_article and not self.articles:
            self.rims.append((element, left.letters))
        above.letters += left.letters
        above.linked += left.linked
        above.links += left.links
        above.lines += left.lines
        above.has_article |= left.has_article

    def _table(self, table: _Open) -> None:
        self.tables.pop()
        cells = sum(table.rows)
        if self.tables:
            self.tables[-1].nested += cells + table.nested
        if _is_layout(table, cells):
            self.shape.layouts.add(table.element)


def _is_document(rim: Element) -> bool:
    """Whether a header or footer is the document's own: its letterhead, or its recipients and signature."""
    return DOCUMENT.search(" ".join(islice(rim.itertext(), 500))) is not None


def _is_layout(table: _Open, cells: int) -> bool:
    if cells < 2 or table.element.get("role") == "presentation":
        return True
    if table.nested:
        return table.nested > cells or sum(count > 1 for count in table.rows) < 3
    return cells <= LAYOUT_CELLS and table.longest >= LONG_CELL


def _is_menu(part: _Open) -> bool:
    return part.links >= MENU_LINKS and part.linked >= 0.95 * part.letters and part.linked < LINK_LETTERS * part.links


def _is_note_mark(element: Element) -> bool:
    if not NOTE_LINK.match(element.get("href") or ""):
        return False
    words = "".join(islice(element.itertext(), 5)).strip()
    return not words or NOTE_MARK.fullmatch(words) is not None


def _letters(text: str | None) -> int:
    return len(text.strip()) if text else 0
