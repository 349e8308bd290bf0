"""The words of Word's paragraphs as printed: numbers of lists in, codes of fields, comments and unseen words out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.intake.readers.blocks import NoteKind, printed
from engine.intake.readers.docx.lists import Lists, Look, Styles, W, value

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
UNPRINTED = frozenset(
    W + name for name in ("pPr", "rPr", "del", "moveFrom", "sdtPr", "sdtEndPr", "rt", "tblPr", "tcPr")
)
DELETED = frozenset((W + "del", W + "moveFrom"))
INSERTED = frozenset((W + "ins", W + "moveTo"))
BREAKS = {W + "br": "\n", W + "cr": "\n", W + "tab": " ", W + "ptab": " ", W + "noBreakHyphen": "-"}
DRAWN = frozenset((W + "drawing", W + "pict", W + "object", MC + "AlternateContent"))
RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
SYMBOLS = {0xFC: "✓", 0xFE: "☑", 0xFD: "☒", 0xA8: "☐", 0x6F: "☐", 0xB7: "-", 0xA7: "-", 0xE0: "→", 0xF0: "→"}
"""What the common letters of symbol fonts (Wingdings, Symbol) look like."""

Element = Any


@dataclass(slots=True)
class Printer:
    """Prints paragraphs in the document's order, and remembers what it met: notes referred to, what it left out."""

    styles: Styles
    lists: Lists
    notes: list[tuple[str, str]] = field(default_factory=list)
    """Kind ("footnote", "endnote") and id of each note in the order in which the text refers to them."""
    left_out: dict[NoteKind, list[str]] = field(default_factory=dict)
    _codes: list[bool] = field(default_factory=list)
    _boxes: list[Element] = field(default_factory=list)

    def paragraph(self, element: Element, *, goes_on: bool = False) -> tuple[str, list[Element]]:
        """The text of a paragraph, its line breaks as newlines, and the text boxes that hang on it.

        One that goes on from another, whose end was deleted, has no number of its own.
        """
        self._codes, self._boxes = [], []
        properties = element.find(W + "pPr")
        style = value(properties, "pStyle") or self.styles.default
        look = self.styles.look(style)
        text = "".join(self._runs(element, look))
        mark = properties.find(W + "rPr") if properties is not None else None
        ends_unseen = Look.of(None, mark).over(look).vanish or joins_next(element)
        if goes_on or (ends_unseen and not text.strip()):
            return text, self._boxes
        own = Look.of(properties, None).over(look)
        level = own.level if own.level is not None or own.list_id != look.list_id else None
        return self.lists.label(own.list_id, level, style) + text, self._boxes

    def leave_out(self, kind: NoteKind, text: str) -> None:
        """Remembers words that are in the file but not in what is read."""
        self.left_out.setdefault(kind, []).append(printed(text)[:80])

    def _runs(self, parent: Element, look: Look) -> Iterator[str]:
        for child in parent:
            if child.tag == W + "r":
                yield self._run(child, look)
            elif child.tag in DELETED:
                self.leave_out("tracked_changes", "".join(child.itertext(W + "delText", W + "t")))
            elif child.tag == M + "r":
                yield "".join(child.itertext(M + "t"))
            elif child.tag in DRAWN:
                yield from self._drawn(child, look)
            elif child.tag not in UNPRINTED:
                if child.tag in INSERTED:
                    self.leave_out("tracked_changes", "".join(child.itertext(W + "t")))
                yield from self._runs(child, look)

    def _run(self, run: Element, look: Look) -> str:
        properties = run.find(W + "rPr")
        own = Look.of(None, properties).over(self.styles.look(value(properties, "rStyle"))).over(look)
        text = "".join(self._inside(run, look))
        if own.vanish:
            if text.strip():
                self.leave_out("hidden_text", text)
            return ""
        if value(properties, "vertAlign") == "superscript":
            text = text.translate(RAISED)
        return text.upper() if own.caps else text

    def _inside(self, run: Element, look: Look) -> Iterator[str]:
        for child in run:
            tag = child.tag
            if tag == W + "fldChar":
                self._field(child.get(W + "fldCharType", ""))
            elif any(self._codes):
                continue
            elif tag == W + "t":
                yield child.text or ""
            elif tag in BREAKS:
                yield BREAKS[tag]
            elif tag == W + "sym":
                yield _symbol(child.get(W + "char", ""))
            elif tag in (W + "footnoteReference", W + "endnoteReference"):
                self.notes.append((tag.removeprefix(W).removesuffix("Reference"), child.get(W + "id", "")))
            elif tag in DRAWN:
                yield from self._drawn(child, look)
            elif tag == W + "ruby":
                yield from self._runs(
                    child.find(W + "rubyBase") if child.find(W + "rubyBase") is not None else [], look
                )

    def _field(self, kind: str) -> None:
        """Between "begin" and "separate" stands the code of a field, then what it shows."""
        if kind == "begin":
            self._codes.append(True)
        elif kind == "separate" and self._codes:
            self._codes[-1] = False
        elif kind == "end" and self._codes:
            self._codes.pop()

    def _drawn(self, element: Element, look: Look) -> Iterator[str]:
        """Text boxes; of the two versions that Word writes of a drawing the newer one."""
        if element.tag == MC + "AlternateContent":
            version = next((child for child in element if child.tag == MC + "Choice"), None)
            if version is None:
                version = element.find(MC + "Fallback")
            if version is not None:
                yield from (self._inside if version.find(W + "r") is None else self._runs)(version, look)
            return
        self._boxes.extend(
            box
            for box in element.iter(W + "txbxContent")
            if not any(above.tag in (MC + "Fallback", W + "txbxContent") for above in _between(box, element))
        )


def _between(element: Element, top: Element) -> Iterator[Element]:
    for above in element.iterancestors():
        if above is top:
            return
        yield above


def _symbol(code: str) -> str:
    try:
        letter = int(code, 16) & 0xFFFF
    except ValueError:
        return ""
    if 0xF000 <= letter <= 0xF0FF:
        return SYMBOLS.get(letter & 0xFF, "")
    return SYMBOLS.get(letter) or (chr(letter) if chr(letter).isprintable() else "")


def content(parent: Element) -> Iterator[Element]:
    """The children of a body, cell, row or table, looking through what only wraps them; deleted ones are left out."""
    for child in parent:
        if child.tag == W + "sdt":
            yield from content(child.find(W + "sdtContent") if child.find(W + "sdtContent") is not None else [])
        elif child.tag == MC + "AlternateContent":
            version = next(iter(child), None)
            yield from content(version if version is not None else [])
        elif child.tag in INSERTED or child.tag in (W + "customXml", W + "smartTag", W + "sdtContent"):
            yield from content(child)
        elif child.tag not in UNPRINTED:
            yield child


def joins_next(paragraph: Element) -> bool:
    """Whether the mark that ends a paragraph was deleted: accepted, it runs on into the next one."""
    return paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None
