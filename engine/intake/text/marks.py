"""The mark that opens a paragraph: "Phần I", "II.", "2.1.", "a)", "-", "+"; its family, its label and its count."""

import re
from dataclasses import dataclass

FAMILIES = ("part", "upper", "roman", "article", "caps", "number", "number2", "number3", "number4", "number5")
"""Families of section numbers, the widest first: one of them closes all narrower ones."""
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}
LETTERS = "abcdđeghiklmnopqrstuvxy"
"""Vietnamese lists count with đ and without f, j, w, z."""

MARK = re.compile(
    r"(?P<word>Phần|PHẦN|Chương|CHƯƠNG|Mục|MỤC|Điều|ĐIỀU)\s+(?P<ordinal>(?:thứ\s+|"
    r"THỨ\s+)?[^\W_]{1,9})(?:\s*[.:]|\s+[-–]|$)\s*"
    r"|(?P<roman>[IVXL]{1,7})(?:\s*[.)/:]|\s*[-–](?=\s))\s*(?=$|[^\W\d_a-z]|[“\"(\d])"
    r"|(?P<upper>[A-ZĐ])\s*[.)/]\s+"
    r"|\(?(?P<number>\d{1,3}(?:\.\d{1,3}){0,4})(?P<close>\s*[.)/:]|\s*[-–](?=\s*[^\W\d_a-z])|"
    r"(?<=\.\d)\s(?=[^\W\d_a-z])|(?<=\.\d\d)\s(?=[^\W\d_a-z]))(?!\d)\s*"
    r"|\(?(?P<letter>[a-zđ])\s*[.)]\s*(?=\S)"
    r"|(?P<bullet>[-–—−+*•▪●○◦·‣►➢✓✔❖]|o(?=\s+[^\W\d_a-z]))(?:\s+|(?=[^\W\d_]))"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark: `family` groups marks of one kind, `count` is its number in its list (0: it does not count)."""

    family: str
    label: str
    count: int = 0

    @property
    def is_bullet(self) -> bool:
        """Whether it only sets an item off, without counting."""
        return self.family.startswith("bullet")

    @property
    def rank(self) -> int | None:
        """Its place among the section numbers; None for letters and bullets, which hang on whatever is above."""
        return FAMILIES.index(self.family) if self.family in FAMILIES else None


def read_mark(text: str, *, after_letter: str = "") -> tuple[Mark | None, str]:
    """The mark of a paragraph and the text behind it; `after_letter` is the capital that numbered the section before.

    "C." and "D." may be letters or Roman numerals: a letter where the one before it came last.
    """
    match = MARK.match(text)
    if not match:
        return None, text
    rest = text[match.end() :].strip()
    if match["word"]:
        family = "part" if match["word"].casefold() in ("phần", "chương") else "article"
        return Mark(family, match["ordinal"], _ordinal(match["ordinal"])), rest
    if match["roman"]:
        numeral = match["roman"]
        if after_letter and len(numeral) == 1 and ord(numeral) == ord(after_letter) + 1:
            return Mark("upper", numeral, ord(numeral) - 64), rest
        return Mark("roman", numeral, _roman(numeral)), rest
    if match["upper"]:
        return Mark("upper", match["upper"], ord(match["upper"]) - 64), rest
    if match["number"]:
        return _number(match), rest
    if match["letter"]:
        letter = match["letter"]
        return Mark("letter", letter, LETTERS.find(letter) + 1), rest
    return Mark("bullet " + ("-" if match["bullet"] in "-–—−" else match["bullet"]), "", 0), rest


def _number(match: re.Match[str]) -> Mark:
    parts = match["number"].split(".")
    if len(parts) > 1:
        return Mark(f"number{len(parts)}", match["number"], int(parts[-1]))
    family = "bracket" if match["close"].strip() == ")" else "number"
    return Mark(family, str(int(parts[0])), int(parts[0]))


def _ordinal(printed: str) -> int:
    return int(printed) if printed.isdigit() else _roman(printed)


def _roman(numeral: str) -> int:
    values = [ROMAN.get(letter, 0) for letter in numeral.upper()]
    return sum(-value if value < max(values[i:]) else value for i, value in enumerate(values))
