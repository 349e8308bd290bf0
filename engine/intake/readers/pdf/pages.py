"""The words and rules of a PDF, one JSON document a page: run as a process of its own, bytes in by stdin.

PDFium is C++ and meets hostile files here: forms that call each other a million times, streams that inflate without an
end. A process can be held to so much memory and time, and when it dies nothing else does. It imports nothing of ours,
so that it starts fast.
"""

import ctypes
import json
import sys
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pypdfium2
from pypdfium2 import raw

MEMORY, SECONDS = 288 << 20, 30
"""Bytes of address space (some 100 MB of it are the interpreter's and PDFium's) and seconds of computing."""
PAGES, CHARACTERS, OBJECTS = 1_000, 4_000_000, 1_000_000
THIN, DEPTH = 3.0, 4
"""Points up to which a filled rectangle is a rule, and how deep forms in forms are looked into."""
POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
RAISED = str.maketrans("0123456789", POWERS)
HYPHEN_AT_LINE_END = "\x02"

Handle = Any
"""Of an object of PDFium's, by ctypes."""
Box = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]


class TooMuchError(Exception):
    """More pages, characters or drawn objects than a plan has."""


def pages_of(data: bytes) -> Iterator[dict[str, Any]]:
    """For each page `{"box": [left, top, right, bottom], "words": […], "rules": […]}`; an `{"error": …}` ends them.

    A word is [left, top, right, bottom, base, text], a rule [left, top, right, bottom], in points to the right and
    downward on the page as it is looked at; `base` is the line that letters stand on. An error is "password", "damaged"
    or "large".
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = raw.FPDF_GetLastError() in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY) or "assword" in str(error)
        yield {"error": "password" if locked else "damaged"}
        return
    try:
        if len(document) > PAGES:
            raise TooMuchError
        room = {"characters": CHARACTERS, "objects": OBJECTS}
        for number in range(len(document)):
            yield _page(document, number, room)
    except pypdfium2.PdfiumError:
        yield {"error": "damaged"}
    except (TooMuchError, MemoryError):
        yield {"error": "large"}
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, number: int, room: dict[str, int]) -> dict[str, Any]:
    page = document[number]
    text = page.get_textpage()
    try:
        turn = page.get_rotation()
        room["characters"] -= text.count_chars()
        if room["characters"] < 0:
            raise TooMuchError
        rules = [_turned(*rule, turn) for rule in _rules(page.raw, room)]
        words = list(_words(text.raw, text.count_chars(), turn, rules))
        left, low, right, high = page.get_cropbox()
        box = _turned(left, low, right, high, turn)
    finally:
        text.close()
        page.close()
    return {
        "box": box,
        "words": [[*map(_round, place), word] for place, word in words],
        "rules": [[*map(_round, rule)] for rule in rules],
    }


def _round(value: float) -> float:
    return round(value, 2)


def _turned(x0: float, y0: float, x1: float, y1: float, turn: int) -> Box:
    """A box of the page's own space (y upward) as it is looked at (y downward)."""
    if turn == 90:
        return y0, x0, y1, x1
    if turn == 180:
        return -x1, y0, -x0, y1
    return (-y1, -x1, -y0, -x0) if turn == 270 else (x0, -y1, x1, -y0)


class _Word:
    """A word as it grows: its letters, and before which of them another text object begins, and where."""

    def __init__(self, box: Box, base: float, letter: str) -> None:
        self.left, self.top, self.right, self.bottom = box
        self.base, self.letters = base, [letter]
        self.joints: list[tuple[int, float]] = []

    def add(self, letter: str, box: Box) -> None:
        self.left, self.right = min(self.left, box[0]), max(self.right, box[2])
        self.top, self.bottom = min(self.top, box[1]), max(self.bottom, box[3])
        self.letters.append(letter)

    def parts(self, borders: list[Box]) -> Iterator[tuple[list[float], str]]:
        """The word, or its text objects where a border of a table runs through it: two cells that touch."""
        middle = (self.top + self.bottom) / 2
        crossed = self.joints and any(
            self.left + 1 < x < self.right - 1 and top <= middle <= bottom for x, top, _, bottom in borders
        )
        starts = [(0, self.left), *(self.joints if crossed else ())]
        for (start, left), (stop, right) in pairwise([*starts, (len(self.letters), self.right)]):
            yield [left, self.top, right, self.bottom, self.base], "".join(self.letters[start:stop])


def _words(text: Handle, count: int, turn: int, rules: list[Box]) -> Iterator[tuple[list[float], str]]:
    """Letters that follow one another without a gap; raised digits are written as such, and glue to no date."""
    borders = [rule for rule in rules if rule[2] - rule[0] <= THIN < rule[3] - rule[1]]
    rect = raw.FS_RECTF()
    word: _Word | None = None
    last, line = None, 0.0
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        letter = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        if not letter or letter.isspace() or not raw.FPDFText_GetLooseCharBox(text, index, ctypes.byref(rect)):
            if word:
                yield from word.parts(borders)
                word = None
            continue
        box = _turned(rect.left, rect.bottom, rect.right, rect.top, turn)
        letter = "-" if letter == HYPHEN_AT_LINE_END else letter
        owner = ctypes.cast(raw.FPDFText_GetTextObject(text, index), ctypes.c_void_p).value
        if letter.isdigit() and _is_raised(text, index, turn, line):
            letter = letter.translate(RAISED)
        if word and (
            unicodedata.combining(letter) or (letter in POWERS and box[0] - word.right < word.bottom - word.top)
        ):
            word.letters.append(letter)
            word.right = max(word.right, box[2])
            continue
        if word and not _parts(word, box):
            if owner != last:
                word.joints.append((len(word.letters), box[0]))
            word.add(letter, box)
        else:
            if word:
                yield from word.parts(borders)
            own = _base(text, index, turn)
            hangs = letter in POWERS and 0 < line - own < 1.5 * (box[3] - box[1])
            line = line if hangs else own
            word = _Word(box, line, letter)
        last = owner
    if word:
        yield from word.parts(borders)


def _base(text: Handle, index: int, turn: int) -> float:
    """The line that a letter stands on."""
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text, index, ctypes.byref(x), ctypes.byref(y))
    return _turned(x.value, y.value, x.value, y.value, turn)[1]


def _is_raised(text: Handle, index: int, turn: int, line: float) -> bool:
    """Whether a digit hangs above the line of the word before it or its own, as footnote marks and powers do."""
    left, right, low, high = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(text, index, *map(ctypes.byref, (left, right, low, high)))
    _, top, _, bottom = _turned(left.value, low.value, right.value, high.value, turn)
    height, own = bottom - top, _base(text, index, turn)
    below = line if 0 < line - own < 1.5 * height else own
    return height > 0 and below - bottom > 0.3 * height


def _parts(word: _Word, box: Box) -> bool:
    """Whether a letter begins another word: behind a gap, further left, or on another line."""
    height, (left, top, _, bottom) = word.bottom - word.top, box
    off = abs((top + bottom) / 2 - (word.top + word.bottom) / 2)
    return left - word.right > 0.2 * height or left < word.right - 0.6 * height or off > 0.5 * height


def _rules(page: Handle, room: dict[str, int]) -> Iterator[Box]:
    same: Matrix = (1, 0, 0, 1, 0, 0)
    objects = (raw.FPDFPage_GetObject(page, at) for at in range(raw.FPDFPage_CountObjects(page)))
    yield from _rules_of(objects, same, room, DEPTH)


def _rules_of(objects: Iterator[Any], outer: Matrix, room: dict[str, int], depth: int) -> Iterator[Box]:
    for item in objects:
        kind = raw.FPDFPageObj_GetType(item)
        room["objects"] -= 1
        if room["objects"] < 0:
            raise TooMuchError
        if kind == raw.FPDF_PAGEOBJ_PATH:
            yield from _rules_of_path(item, _times(_matrix(item), outer), room)
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth:
            inner = (raw.FPDFFormObj_GetObject(item, at) for at in range(raw.FPDFFormObj_CountObjects(item)))
            yield from _rules_of(inner, _times(_matrix(item), outer), room, depth - 1)


def _rules_of_path(path: Handle, matrix: Matrix, room: dict[str, int]) -> Iterator[Box]:
    """Straight strokes along the page, and filled rectangles so thin that they are drawn as rules."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke)):
        return
    for points in _subpaths(path, matrix, room):
        xs, ys = [x for x, _ in points], [y for _, y in points]
        box = min(xs), min(ys), max(xs), max(ys)
        if stroke.value:
            for (ax, ay), (bx, by) in pairwise(points):
                if abs(ax - bx) < 1 or abs(ay - by) < 1:
                    yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)
        elif fill.value and min(box[2] - box[0], box[3] - box[1]) <= THIN:
            yield box


def _subpaths(path: Handle, matrix: Matrix, room: dict[str, int]) -> Iterator[list[tuple[float, float]]]:
    x, y, points = ctypes.c_float(), ctypes.c_float(), list[tuple[float, float]]()
    count = raw.FPDFPath_CountSegments(path)
    room["objects"] -= count
    if room["objects"] < 0:
        raise TooMuchError
    a, b, c, d, e, f = matrix
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO and points:
            yield points
            points = []
        if raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y)):
            points.append((a * x.value + c * y.value + e, b * x.value + d * y.value + f))
        if raw.FPDFPathSegment_GetClose(segment) and points:
            points.append(points[0])
    if points:
        yield points


def _matrix(item: Handle) -> Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, ctypes.byref(found)):
        return (1, 0, 0, 1, 0, 0)
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(one: Matrix, two: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    p, q, r, s, t, u = two
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def main() -> None:
    """Reads stdin, writes stdout, within the limits of this process where the system knows such."""
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for page in pages_of(sys.stdin.buffer.read()):
        sys.stdout.buffer.write(json.dumps(page, ensure_ascii=False).encode() + b"\n")


if __name__ == "__main__":
    main()
