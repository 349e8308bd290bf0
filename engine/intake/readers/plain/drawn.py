"""Tables drawn in text: with pipes, with boxes of dashes, and with tabs as spreadsheets paste them.

A finder looks at the lines from one on and gives the rows with the line after them, or nothing where no table begins.
What is doubtful stays a row of its own: a row too many asks a question, two rows in one would hide a deadline.
"""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine.intake.readers.blocks import Cell, Grid, Place
from engine.intake.readers.plain.lines import Line

BOX = str.maketrans("│┃║┆┊╎─━═┄┈╌┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝╒╤╕╞╪╡╘╧╛╓╥╖╟╫╢╙╨╜", "||||||------" + "+" * 45)
BOX_RULE = re.compile(r"\+(?:[-=:]+\+)+")
PIPE_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?")
PIPE = re.compile(r"(?<!\\)\|")
COLUMNS = 100
"""Cells in a row beyond which pipes or tabs are no table."""
LONGEST_ROW = 100
"""Lines that one row of a table may run over."""


Clean = Callable[[str], str]


@dataclass(slots=True)
class Row:
    """A row as it is put together: the pieces of each cell, one a line, and the lines they stand on."""

    pieces: list[list[str]]
    first: Line
    last: Line

    def add(self, pieces: Sequence[str], line: Line) -> None:
        """One more line of the row."""
        for at, piece in enumerate(pieces):
            if at == len(self.pieces):
                self.pieces.append([])
            self.pieces[at].append(piece)
        self.last = line


@dataclass(slots=True)
class Found:
    """A table: its rows, and the index of the line after it."""

    rows: list[Row]
    after: int
    widths: list[int] = field(default_factory=list)

    def grid(self, number: int, clean: Clean) -> Grid:
        """Its grid; `clean` turns the text of a cell (its lines joined with newlines) into what is printed."""
        return Grid(number, [self._cells(number, at, row, clean) for at, row in enumerate(self.rows, start=1)])

    def _cells(self, number: int, at: int, row: Row, clean: Clean) -> list[Cell]:
        last = row.last.number if row.last.number != row.first.number else None
        texts = [clean(_cell_text(pieces, self.widths[i : i + 1])) for i, pieces in enumerate(row.pieces)]
        return [
            Cell(text, Place(row.first.number, number, at, column, row.first.page, last))
            for column, text in enumerate(texts, start=1)
        ]


def find_table(lines: Sequence[Line], at: int) -> Found | None:
    """The table that begins at a line, if one does."""
    text = lines[at].text
    if "|" in text or text[:1] in "+┌┏╔╒╓│┃║":
        return _boxed(lines, at) or _piped(lines, at)
    return _tabbed(lines, at) if "\t" in lines[at].raw else None


def _cell_text(pieces: Sequence[str], width: Sequence[int]) -> str:
    """The lines of a cell: those that were wrapped at the width of its column are one paragraph."""
    text, last = "", ""
    for piece in filter(None, map(str.strip, pieces)):
        is_wrapped = last and (piece[0].islower() or (width and _is_full(last, piece, width[0])))
        text += (" " if is_wrapped else "\n" if text else "") + piece
        last = piece
    return text


def _is_full(last: str, following: str, width: int) -> bool:
    return len(last) + 1 + len(following.split(maxsplit=1)[0]) > width


# -- pipes and boxes ---------------------------------------------------------------------------------------------------


def _boxed(lines: Sequence[Line], at: int) -> Found | None:
    """A table between rules of `+---+`: what stands between two rules is a row, if the rows have rules of their own."""
    opening = [line.text.translate(BOX) for line in lines[at : at + 2]]
    if len(opening) < 2 or not BOX_RULE.fullmatch(opening[0]) or not opening[1].startswith("|"):
        return None
    bands: list[list[Line]] = []
    end = at
    while end < len(lines) and (drawn := lines[end].text.translate(BOX))[:1] in ("|", "+"):
        if BOX_RULE.fullmatch(drawn):
            bands.append([])
        elif drawn.startswith("|"):
            bands[-1].append(lines[end])
        else:
            break
        end += 1
    filled = [band for band in bands if band]
    if len(bands) < 2:
        return None
    if len(filled) > 2 or len(filled[-1]) == 1:
        return Found([_banded(band) for band in filled], end, _widths([line for band in filled for line in band]))
    body = _rows_of(filled[-1])
    return Found([*(_banded(band) for band in filled[:-1]), *body], end, _widths(filled[-1]))


def _banded(band: Sequence[Line]) -> Row:
    row = Row([[] for _ in _cells(band[0].text)], band[0], band[0])
    for line in band:
        row.add(_cells(line.text), line)
    return row


def _piped(lines: Sequence[Line], at: int) -> Found | None:
    """Lines of `| a | b |`, or of `a | b` over a rule of dashes; a row without its closing pipe goes on."""
    first = lines[at].text
    if _is_rule(first):
        return None
    outer = first.startswith("|") and len(first) > 1
    has_rule = at + 1 < len(lines) and "|" in first and _is_rule(lines[at + 1].text)
    if not (outer and len(_cells(first)) > 1) and not has_rule and not _is_bare(lines, at):
        return None
    logical: list[list[Line]] = []
    end = at
    while end < len(lines) and lines[end].text:
        line = lines[end]
        if outer and logical and not logical[-1][-1].text.endswith("|") and not line.text.startswith("|"):
            if len(logical[-1]) > LONGEST_ROW:
                break
            logical[-1].append(line)
        elif 1 < len(PIPE.findall(line.text)) + 1 <= COLUMNS + 1 and (not outer or line.text.startswith("|")):
            logical.append([line])
        else:
            break
        end += 1
    if not logical:
        return None
    if outer and not logical[-1][-1].text.endswith("|") and len(logical[-1]) > 1:
        end -= len(logical[-1]) - 1  # text after the table, not a cell that goes on
        del logical[-1][1:]
    return _piped_rows(logical, end)


def _piped_rows(logical: Sequence[Sequence[Line]], end: int) -> Found:
    drawn = [part for part in logical if not _is_rule(part[0].text)]
    if all(len(part) == 1 for part in drawn):
        flat = [part[0] for part in drawn]
        rows = _rows_of(flat)
        if not flat[0].text.startswith("|") and not any(row.pieces[-1][0] for row in rows):
            for row in rows:
                row.pieces.pop()  # a closing pipe on every line
        return Found(rows, end, _widths(flat))
    return Found([_broken(part) for part in drawn], end)


def _broken(part: Sequence[Line]) -> Row:
    """A row whose cells run over lines without pipes of their own."""
    cells = _cells("\n".join(line.text for line in part))
    return Row([cell.split("\n") for cell in cells], part[0], part[-1])


def _is_bare(lines: Sequence[Line], at: int) -> bool:
    """Three lines on end with the same two or more pipes: a table without a rule."""
    counts = [len(PIPE.findall(line.text)) for line in lines[at : at + 3]]
    return len(counts) == 3 and counts[0] >= 2 and len(set(counts)) == 1 and len(lines[at].text) > 2 * counts[0]


def _is_rule(text: str) -> bool:
    return "-" in text and "|" in text and PIPE_RULE.fullmatch(text) is not None


def _cells(text: str) -> list[str]:
    drawn = text.translate(BOX)
    inner = drawn.removeprefix("|")
    if drawn.startswith("|") and inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [cell.strip().replace("\\|", "|") for cell in PIPE.split(inner)]


def _widths(lines: Sequence[Line]) -> list[int]:
    """The widths of the columns where the pipes stand under each other; [] where they do not."""
    places = {tuple(match.start() for match in PIPE.finditer(line.raw.translate(BOX))) for line in lines[:50]}
    if len(places) != 1:
        return []
    (stops,) = places
    texts = [_cells(line.text) for line in lines]
    return [max(len(row[at]) for row in texts if at < len(row)) for at in range(max(0, len(stops) - 1))]


def _rows_of(lines: Sequence[Line]) -> list[Row]:
    """Rows of one line each, but for lines that only carry on cells whose next word did not fit their column."""
    widths, rows = _widths(lines), list[Row]()
    for line in lines:
        cells = _cells(line.text)
        if rows and widths and _carries_on(rows[-1], cells, widths):
            rows[-1].add(cells, line)
        else:
            rows.append(Row([[cell] for cell in cells], line, line))
    return rows


def _carries_on(row: Row, cells: Sequence[str], widths: Sequence[int]) -> bool:
    filled = [at for at, cell in enumerate(cells) if cell]
    return (
        not cells[0]
        and any(not cells[at][0].isupper() for at in filled)
        and len(cells) == len(row.pieces) == len(widths)
        and all(row.pieces[at][-1] and _is_full(row.pieces[at][-1], cells[at], widths[at]) for at in filled)
    )


# -- tabs --------------------------------------------------------------------------------------------------------------


def _tabbed(lines: Sequence[Line], at: int) -> Found | None:
    """Rows of at least three cells between tabs; a cell in quotation marks may run over several lines."""
    rows: list[Row] = []
    end, wide = at, 0
    while end < len(lines):
        taken = _quoted(lines, end)
        cells = _tab_cells(lines[end : end + taken])
        if not 3 <= max(len(cells), wide) <= COLUMNS or len(cells) < 2:
            break
        rows.append(Row([cell.split("\n") for cell in cells], lines[end], lines[end + taken - 1]))
        wide = max(wide, len(cells))
        end += taken
    return Found(rows, end) if len(rows) > 1 else None


def _quoted(lines: Sequence[Line], at: int) -> int:
    """How many lines the row takes: more than one where a cell opens with a quotation mark and closes further down."""
    raw = lines[at].raw
    if not re.search(r'(?:^|\t)"', raw) or raw.count('"') % 2 == 0:
        return 1
    for taken in range(2, min(LONGEST_ROW, len(lines) - at) + 1):
        if lines[at + taken - 1].raw.count('"') % 2:
            return taken
    return 1


def _tab_cells(lines: Sequence[Line]) -> list[str]:
    raw = "\n".join(line.raw for line in lines)
    if len(lines) > 1 or re.search(r'(?:^|\t)"[^\t]*"(?:\t|$)', raw):
        try:
            (cells,) = csv.reader(io.StringIO(raw, newline=""), delimiter="\t")
        except (csv.Error, ValueError):
            cells = raw.split("\t")
    else:
        cells = raw.split("\t")
    return ["\n".join(" ".join(part.split()) for part in cell.split("\n")).strip("\n") for cell in cells]
