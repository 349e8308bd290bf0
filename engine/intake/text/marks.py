"""The mark that opens a paragraph: "Phần I", "II.", "2.1.", "a)", "-", "+"; its family, its label and its count."""

import re
from dataclasses import dataclass

from engine.intake.text.paragraphs import CAPITALS

FAMILIES = ("part", "upper", "roman", "article", "caps", "number", "number2", "number3", "number4", "number5")
"""Families of section numbers, the widest first: one of them closes all narrower ones."""
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}
ORDINALS = {"nhất": 1, "hai": 2, "ba": 3, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}
LETTERS = "abcdđeghiklmnopqrstuvxy"
"""Vietnamese lists count with đ and without f, j, w, z."""
ROMANS = tuple(
    tens + ones for tens in ("", "X", "XX") for ones in ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
)
"""I to X, XI to XX, XXI to XXX, as sections of a table are counted."""

WORD = (
    r"(?P<word>Phần|PHẦN|Chương|CHƯƠNG|Mục|MỤC|Điều|ĐIỀU)\s+(?P<ordinal>(?:thứ\s+|"
    r"THỨ\s+)?[^\W_]{1,9})(?:\s*[.:]|\s+[-–]|$)\s*"
)
ROMAN_MARK = rf"(?P<roman>[IVXL]{{1,7}})(?:\s*[.)/:]|\s*[-–](?=\s))\s*(?=$|[{CAPITALS}“\"(\d])"
UPPER_MARK = r"(?P<upper>[A-ZĐ])\s*[.)/]\s+"
CLOSE = (
    rf"\s*[.):](?!\d)|\s*/(?=\s|[{CAPITALS}][^{CAPITALS}])|\s*[-–](?=\s*[{CAPITALS}])|"
    rf"(?<=\.\d)\s(?=[{CAPITALS}])|(?<=\.\d\d)\s(?=[{CAPITALS}])"
)
NUMBER_MARK = rf"\(?(?P<number>\d{{1,3}}(?:\.\d{{1,3}}){{0,4}})(?P<close>{CLOSE})\s*"
LETTER_MARK = r"\(?(?P<letter>[a-zđ])\s*[.)]\s*(?=\S)"
BULLET_MARK = rf"(?P<bullet>[-–—−+*•▪●○◦·‣►➢✓✔❖]|o(?=\s+[{CAPITALS}]))(?:\s+|(?=[^\W\d_]))"
MARK = re.compile("|".join((WORD, ROMAN_MARK, UPPER_MARK, NUMBER_MARK, LETTER_MARK, BULLET_MARK)))


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
        return _worded(family, match["ordinal"]), rest
    if match["roman"]:
        numeral = match["roman"]
        if after_letter and len(numeral) == 1 and ord(numeral) == ord(after_letter) + 1:
            return Mark("upper", numeral, ord(numeral) - 64), rest
        return Mark("roman", numeral, roman_value(numeral)), rest
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


def _worded(family: str, printed: str) -> Mark:
    """The mark of "Phần thứ hai", "Chương II" or "Điều 2"; a number in words becomes a digit in references."""
    bare = printed.casefold().removeprefix("thứ").strip()
    count = ORDINALS.get(bare) or (int(bare) if bare.isdigit() else roman_value(bare))
    return Mark(family, str(count) if bare in ORDINALS else printed, count)


def roman_value(numeral: str) -> int:
    """What a Roman numeral counts, in capitals or small letters; letters that are none count nothing."""
    values = [ROMAN.get(letter, 0) for letter in numeral.upper()]
    return sum(-value if value < max(values[i:]) else value for i, value in enumerate(values))
