"""What Word keeps outside the text of a paragraph: its style, and the number or bullet printed before it.

Source of the rules: ECMA-376 part 1, 17.7 (styles) and 17.9 (numbering).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LEVELS = 9
LARGEST = 32_767
"""The largest number that Word counts to."""
LONGEST_LABEL = 60
WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
MARKS = ("-", "–", "—", "+", "*")
"""Bullets that are typed as they are; any other one is printed as "-"."""

Element = Any


def value(parent: Element | None, *path: str) -> str | None:
    """The `w:val` of a descendant, "" where it is there without one; None where it is not there."""
    for tag in path:
        parent = parent.find(W + tag) if parent is not None else None
    return None if parent is None else parent.get(W + "val", "")


def number(text: str | None, otherwise: int, *, low: int = 0, high: int = LARGEST) -> int:
    """A whole number of an attribute, brought between two bounds."""
    if text is None or not re.fullmatch(r"[+-]?\d{1,9}", text.strip()):
        return otherwise
    return max(low, min(high, int(text)))


def is_on(text: str | None) -> bool | None:
    """A switch of Word: None where it is not there, off by "0", "false" or "off"."""
    return None if text is None else text.lower() not in ("0", "false", "off", "none")


@dataclass(slots=True)
class Look:
    """What a style says of its text: capitals, hidden, list and level; None where it says nothing."""

    caps: bool | None = None
    vanish: bool | None = None
    list_id: str | None = None
    level: int | None = None

    @classmethod
    def of(cls, properties: Element | None, runs: Element | None) -> "Look":
        """What the properties of a paragraph and of its text say."""
        level = value(properties, "numPr", "ilvl")
        return cls(
            caps=is_on(value(runs, "caps")),
            vanish=is_on(value(runs, "vanish")),
            list_id=value(properties, "numPr", "numId"),
            level=None if level is None else number(level, 0, high=LEVELS - 1),
        )

    def over(self, below: "Look") -> "Look":
        """This one, and where it says nothing the one below."""
        pairs = zip(self._all(), below._all(), strict=True)
        return Look(*(mine if mine is not None else theirs for mine, theirs in pairs))  # type: ignore[arg-type]

    def _all(self) -> tuple[object, ...]:
        return self.caps, self.vanish, self.list_id, self.level


class Styles:
    """The styles of a document by their id."""

    def __init__(self, root: Element | None) -> None:
        found = [] if root is None else root.findall(W + "style")
        self._styles = {style.get(W + "styleId", ""): style for style in found}
        self._looks: dict[str, Look] = {}
        self.default = next(
            (
                style.get(W + "styleId")
                for style in found
                if style.get(W + "type") == "paragraph" and is_on(style.get(W + "default", "0"))
            ),
            None,
        )

    def look(self, name: str | None) -> Look:
        """What a style and those it is based on say."""
        if name is None or name not in self._styles:
            return Look()
        if name not in self._looks:
            self._looks[name] = Look()  # a style based on itself ends here
            style = self._styles[name]
            own = Look.of(style.find(W + "pPr"), style.find(W + "rPr"))
            self._looks[name] = own.over(self.look(value(style, "basedOn")))
        return self._looks[name]


@dataclass(slots=True)
class _Level:
    form: str = "decimal"
    text: str = ""
    start: int = 1
    space: str = " "
    legal: bool = False
    restart: int | None = None
    style: str | None = None


@dataclass(slots=True)
class _List:
    abstract: str
    levels: dict[int, _Level]
    starts: dict[int, int] = field(default_factory=dict)


class Lists:
    """The lists of a document and how far each has counted; ask once a paragraph, in the document's order."""

    def __init__(self, root: Element | None) -> None:
        self._lists = dict(_lists(root)) if root is not None else {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, list_id: str | None, level: int | None, style: str | None) -> str:
        """What is printed before the next paragraph of a list, with the blank behind it; "" where it is in none."""
        found = self._lists.get(list_id or "")
        if found is None:
            return ""
        if level is None:  # a style names its list, and the list says on which level the style is
            level = next((at for at, one in found.levels.items() if one.style == style and style), 0)
        one = found.levels.get(level)
        if one is None:
            return ""
        counts = self._count(found, list_id or "", level)
        if one.form == "bullet":
            return f"{one.text if one.text in MARKS else '-'} "
        text = re.sub(r"%([1-9])", lambda match: self._one(found, counts, int(match[1]) - 1, legal=one.legal), one.text)
        return f"{text[:LONGEST_LABEL]}{one.space}" if text else ""

    def _count(self, found: _List, list_id: str, level: int) -> dict[int, int]:
        counts = self._counts.setdefault(found.abstract, {})
        if level in found.starts and (list_id, level) not in self._begun:
            counts[level] = found.starts[level] - 1
        self._begun.add((list_id, level))
        counts[level] = counts.get(level, found.levels[level].start - 1) + 1
        for deeper in [at for at in counts if at > level]:
            restart = found.levels[deeper].restart
            if restart is None or level < restart:
                del counts[deeper]
        return counts

    @staticmethod
    def _one(found: _List, counts: dict[int, int], level: int, *, legal: bool) -> str:
        one = found.levels.get(level, _Level())
        return in_form(counts.get(level, one.start), "decimal" if legal else one.form)


def _lists(root: Element) -> Iterator[tuple[str, _List]]:
    abstracts = {item.get(W + "abstractNumId"): item for item in root.findall(W + "abstractNum")}
    named = {name: item for item in abstracts.values() if (name := value(item, "styleLink"))}
    for item in root.findall(W + "num"):
        abstract = abstracts.get(value(item, "abstractNumId"))
        linked = named.get(value(abstract, "numStyleLink") or "")
        source = linked if linked is not None else abstract
        if source is None:
            continue
        found = _List(source.get(W + "abstractNumId", ""), dict(map(_level, source.findall(W + "lvl"))))
        for override in item.findall(W + "lvlOverride"):
            at = number(override.get(W + "ilvl"), 0, high=LEVELS - 1)
            if override.find(W + "lvl") is not None:
                found.levels[at] = _level(override.find(W + "lvl"))[1]
            if (start := value(override, "startOverride")) is not None:
                found.starts[at] = number(start, 1)
        yield item.get(W + "numId", ""), found


def _level(item: Element) -> tuple[int, _Level]:
    form, restart = value(item, "numFmt") or "decimal", value(item, "lvlRestart")
    return number(item.get(W + "ilvl"), 0, high=LEVELS - 1), _Level(
        form="bullet" if item.find(W + "lvlPicBulletId") is not None else form,
        text=value(item, "lvlText") or "",
        start=number(value(item, "start"), 1 if form != "bullet" else 0),
        space="" if value(item, "suff") == "nothing" else " ",
        legal=bool(is_on(value(item, "isLgl"))),
        restart=None if restart is None else number(restart, 0, high=LEVELS),
        style=value(item, "pStyle"),
    )


def in_form(count: int, form: str) -> str:
    """A number as Word prints it in one of its formats; formats of other scripts are printed in digits."""
    return FORMS.get(form, str)(count) if count > 0 or form in ("none", "decimalZero") else str(count)


def _roman(count: int) -> str:
    steps = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
             (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
    text = ""
    for size, letters in steps:
        times, count = divmod(count, size)
        text += letters * times
    return text


def _letter(count: int) -> str:
    """a … z, aa … zz: the alphabet that Word counts in whatever the language, without "đ"."""
    return chr(ord("a") + (count - 1) % 26) * min(1 + (count - 1) // 26, LONGEST_LABEL)


def _words(count: int) -> str:
    """Numbers to 99 in words; larger ones in digits."""
    if count > 99:
        return str(count)
    tens, ones = divmod(count, 10)
    if tens == 0 or count == 10:
        return WORDS[count]
    last = {0: "", 1: "một" if tens == 1 else "mốt", 5: "lăm"}.get(ones, WORDS[ones])
    return f"{'mười' if tens == 1 else f'{WORDS[tens]} mươi'} {last}".strip()


FORMS: dict[str, Callable[[int], str]] = {
    "none": lambda _: "",
    "decimalZero": lambda count: f"{count:02d}",
    "numberInDash": lambda count: f"- {count} -",
    "upperRoman": _roman,
    "lowerRoman": lambda count: _roman(count).lower(),
    "upperLetter": lambda count: _letter(count).upper(),
    "lowerLetter": _letter,
    "vietnameseCounting": _words,
    "cardinalText": _words,
}
