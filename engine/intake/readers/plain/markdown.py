"""Markdown: its marks are taken off, so that the text equals that of other formats; list marks and numbers stay.

Read more kindly than CommonMark: what programs write when they turn a scan into Markdown is read too (a paragraph that
a page's end parts, rows wider than their header, several marks in a row), and no row or cell is cut off.
"""

import html
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from engine.intake.readers.blocks import Cell, Content, Grid, Place, printed
from engine.intake.readers.encoding import decode, peek
from engine.intake.readers.html import content_of_page
from engine.intake.readers.plain.drawn import Clean, find_table
from engine.intake.readers.plain.flow import Finder, Table, content_of
from engine.intake.readers.plain.lines import Line, collapsed, split_lines

HEADING = re.compile(r"[ ]{0,3}#{1,6}[ \t]+(?=\S)")
CLOSING = re.compile(r"[ \t]#+[ \t]*$")
BOLD = re.compile(r"(?<![\w*\\])\*{2,3}(?=[^\s*])[^*\n]{1,300}(?<=[^\s*\\])\*{2,3}")
TABLE_RULE = re.compile(r"^[ ]{0,3}\|?[ ]*:?-{3,}:?[ ]*(?:\|[ ]*:?-{3,}:?[ ]*)+\|?[ ]*$", re.M)
LINK = re.compile(r"!?\[([^\[\]\n]{0,1000})\]\((?:<[^<>\n]{0,2000}>|[^()\s]{0,2000})(?:\s+\"[^\"\n]{0,500}\")?\)")
AUTOLINK = re.compile(r"<((?:https?://|mailto:|[\w.+-]+@)[^<>\s]{1,2000})>")
FOOTNOTE, NOTE = re.compile(r"\[\^([\w-]{1,40})\](?!:)"), re.compile(r"[ ]{0,3}\[\^([\w-]{1,40})\]:[ \t]*")
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
HIDDEN, ESCAPED = 0xE000, re.compile("[\ue021-\ue07e]")
"""Where escaped characters wait, in letters for private use, until the marks are off."""
BREAK, TAG = re.compile(r"<br\s{0,9}/?>", re.I), re.compile(r"</?[a-z][a-z0-9]{0,15}(?:\s[^<>]{0,300})?/?>", re.I)
RULE = re.compile(r"(?:[-*_][ \t]*){3,}")
FENCE, QUOTE, STAR_ITEM = (
    re.compile(r"\s{0,3}(?:```+|~~~+)"),
    re.compile(r"[ ]{0,3}(?:>[ ]?)+"),
    re.compile(r"^\s{0,9}\*\s+(?=\S)"),
)
PAIRS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(`+)([^`]{1,2000})\1",
        r"(~~)([^~]{1,2000})~~",
        r"(?<![\w_])(_{1,3})(?=[^\s_])([^_]{1,2000})(?<=[^\s_])\1(?![\w_])",
        r"(?<![\w*])(\*)(?=[^\s*])([^*]{1,2000})(?<=[^\s*])\*(?![\w*])",
    )
)
MARK = re.compile(r"[*_`]|~~")
ADJOINING, STRONG = re.compile(r"\*{4,}"), re.compile(r"(?<![(*])\*{2,}|\*{2,}(?![)*])")


def recognises(data: bytes) -> bool:
    """Whether a text has marks that only Markdown has: headings, bold words, tables with a rule, escaped marks."""
    text = peek(data)
    lines = text.split("\n")
    headings = sum(1 for line in lines if HEADING.match(line))
    return headings > 0 or len(BOLD.findall(text)) > 1 or TABLE_RULE.search(text) is not None


def read(data: bytes, name: str) -> Content:
    """The paragraphs and tables of a Markdown text.

    Raises:
        BadInputError: too many lines, or an encoding that `encoding.decode` refuses.
    """
    text, notes = decode(data, name)
    lines = list(_structure(_without_marks(split_lines(text, name))))
    return content_of(lines, notes, _unescaped, find=_finder(lines, name), over_pages=True)


@dataclass(frozen=True, slots=True)
class _PageTable:
    """A table written in HTML among the lines."""

    first: Line
    last: Line
    after: int
    rows: Sequence[Sequence[Cell]]

    def grid(self, number: int, clean: Clean) -> Grid:
        return Grid(number, [[self._cell(number, cell, clean) for cell in row] for row in self.rows])

    def _cell(self, number: int, cell: Cell, clean: Clean) -> Cell:
        place = Place(self.first.number, number, cell.place.row, cell.place.column, last_line=self.last.number)
        return Cell(clean(cell.text), place, cell.merged)


def _finder(lines: Sequence[Line], name: str) -> Finder:
    """Finds tables drawn with pipes, and those written in HTML from their own line on."""
    ends = [at for at, line in enumerate(lines) if "</table" in line.text.lower()]
    failed = [-1]

    def find(lines: Sequence[Line], at: int) -> Table | None:
        if not lines[at].text.lower().startswith("<table"):
            return find_table(lines, at)
        place = bisect_left(ends, at)
        end = ends[place] if place < len(ends) else at
        if end <= failed[-1]:
            return None
        grids = content_of_page("\n".join(line.raw for line in lines[at : end + 1]), name).grids
        if len(grids) != 1:
            failed.append(end)  # not tried again from every line on the way there
            return None
        return _PageTable(lines[at], lines[end], end + 1, grids[0].rows)

    return find


def _without_marks(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines without inline marks: taken off a line first, then off lines on end, as marks may span them."""
    for filled, group in groupby(lines, key=lambda line: bool(line.text)):
        together = list(group)
        raws = [_without_emphasis(_without_links(line.raw)) for line in together]
        if filled and any("*" in raw or "_" in raw for raw in raws):
            raws = _without_emphasis("\n".join(raws)).split("\n")
        yield from map(_as, together, raws)


def _without_links(raw: str) -> str:
    """A line without links and footnote marks, its escaped characters hidden from what takes off marks."""
    if "\\" in raw:
        raw = ESCAPE.sub(lambda match: chr(HIDDEN + ord(match[1])), raw)
    return FOOTNOTE.sub("", AUTOLINK.sub(r"\1", LINK.sub(r"\1", raw))) if "[" in raw or "<" in raw else raw


def _without_emphasis(text: str) -> str:
    """Strong marks go where there is an even number of them, others where they stand around words: "5*3" stays."""
    if MARK.search(text) is None:
        return text
    text = ADJOINING.sub("** **", text)
    if len(STRONG.findall(text)) % 2 == 0:
        text = STRONG.sub("", text)
    for pair in PAIRS:
        text = pair.sub(r"\2", text)
    return text


def _structure(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines without headings' marks, fences, quotation marks and rules; a heading stands between blank lines."""
    for line in lines:
        raw = QUOTE.sub("", line.raw) if line.text.startswith(">") else line.raw
        if FENCE.match(raw) or RULE.fullmatch(raw.strip()):
            yield _as(line, "")
        elif heading := HEADING.match(raw):
            yield from (_as(line, ""), _as(line, CLOSING.sub("", raw[heading.end() :])), _as(line, ""))
        elif note := NOTE.match(raw):
            yield _as(line, f"{note[1]} {raw[note.end() :]}")
        else:
            is_broken = raw.endswith(("  ", "\\")) and bool(line.text)
            yield _as(line, STAR_ITEM.sub("- ", raw.rstrip("\\"), count=1))
            if is_broken:
                yield _as(line, "")  # a break that the writer asked for


def _unescaped(text: str) -> str:
    """A paragraph or cell as printed: escaped characters again themselves, inline HTML gone, `<br>` a new line."""
    if "<" in text or "&" in text:
        text = "\n".join(map(printed, html.unescape(TAG.sub("", BREAK.sub("\n", text))).split("\n")))
    text = ESCAPED.sub(lambda match: chr(ord(match[0]) - HIDDEN), text)
    return "\n".join(filter(None, map(collapsed, text.split("\n"))))


def _as(line: Line, raw: str) -> Line:
    return line._replace(raw=raw, text=collapsed(raw))
