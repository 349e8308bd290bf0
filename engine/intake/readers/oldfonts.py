"""Vietnamese typed before Unicode: the font encodings TCVN3 (ABC) and VNI, told from the text and turned into Unicode.

Such text is Latin-1 to a program: "Uû ban nh©n d©n" (TCVN3), "Uyû ban nhaân daân" (VNI). It is turned only where nearly
every word then is a well-made Vietnamese syllable. TCVN3 sets capitals with a second font (.VnTimeH) over the codes of
small letters, which a text does not carry: "kÕ ho¹ch" may have been printed "KẾ HOẠCH".

Sources: TCVN 5712:1993 (VN3, as in the C library's TCVN5712-1), the VNI-Windows table.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

_TCVN3_CODES = (
    "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
    "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
)
TCVN3 = str.maketrans(*_TCVN3_CODES)
TONES = "\u0300\u0301\u0309\u0303\u0323"
"""Huyền, sắc, hỏi, ngã, nặng: the order of the marks of VNI below."""
_WITHOUT, _CIRCUMFLEX, _BREVE = "", "\u0302", "\u0306"
_VNI_MARKS: dict[str, str] = {
    **dict(zip("øùûõï", TONES, strict=True)),
    **{mark: _CIRCUMFLEX + tone for mark, tone in zip("âàáåãä", (_WITHOUT, *TONES), strict=True)},
    **{mark: _BREVE + tone for mark, tone in zip("êèéúüë", (_WITHOUT, *TONES), strict=True)},
}
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "î": "ỵ", "æ": "ỉ", "ó": "ĩ", "ò": "ị"}
_VNI = re.compile(r"([aeouyôö])([øùûõïâàáåãäêèéúüë])|([ôöñîæóò])", re.I)
VIETNAMESE = frozenset("àáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ")
"""The Vietnamese letters of Latin-1: they are in texts of every encoding and prove nothing."""
ODD = re.compile(f"[{''.join(sorted({*_TCVN3_CODES[0], *'øûïåäëüöñîæØÛÏÅÄËÜÖÑÎÆ'} - VIETNAMESE))}]")
UNICODE = re.compile("[ăđĩũơưĂĐĨŨƠƯẠ-ỹ]")
"""Letters of Vietnamese that neither encoding's codes can show."""
WORD = re.compile(r"[^\s\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e–—‘’“”…]+")
SYLLABLE = re.compile(
    r"(?:ngh|ng|gh|gi|kh|ch|nh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
    r"(?:(?:iê|yê|oa|oă|oe|oo|uâ|uê|uô|ươ|uyê|uy|[aăâeêioôơuưy])(?:ch|ng|nh|[cmnpt])|uyê|uya|uyu|uây|uôi|ươi|ươu|iêu|yêu|"
    r"oai|oao|oay|oeo|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oa|oe|oi|ôi|ơi|ua|uê|ui|uơ|uy|ưa|ưi|ưu|[aeêioôơuưy])"
)
ENOUGH = 5
"""Words in an old encoding below which nothing is concluded: a trade mark sign is no evidence."""
CERTAIN, SAMPLE = 0.9, 50_000


class OldFont(NamedTuple):
    """One encoding: its name for a person, and its text as Unicode."""

    name: str
    to_unicode: Callable[[str], str]


def from_tcvn3(text: str) -> str:
    """TCVN3 (ABC) text as Unicode; small accented letters among capitals become capitals."""
    return "\n".join(_capitals(line) for line in text.translate(TCVN3).split("\n"))


def from_vni(text: str) -> str:
    """VNI-Windows text as Unicode."""
    return unicodedata.normalize("NFC", _VNI.sub(_vni_letter, text))


FONTS = (OldFont("TCVN3 (ABC)", from_tcvn3), OldFont("VNI", from_vni))


def is_syllable(word: str) -> bool:
    """Whether a word is made as Vietnamese syllables are: one tone at most, an onset and a rhyme that exist."""
    spread = unicodedata.normalize("NFD", word.lower())
    bare = "".join(mark for mark in spread if mark not in TONES)
    return len(spread) - len(bare) <= 1 and SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)) is not None


def share_of_syllables(text: str) -> float:
    """How many of the words with letters beyond ASCII are Vietnamese syllables, from 0 to 1; 0 where there is none."""
    return _share(Counter(match[0] for match in WORD.finditer(text) if not match[0].isascii()), str)


def font_of(text: str) -> OldFont | None:
    """The old encoding that the odd words of a text are in, where that is certain; None for other texts.

    Only words with letters that Unicode Vietnamese has no use for are judged, so text that is Unicode elsewhere counts.
    """
    odd = odd_words(text)
    if sum(odd.values()) < ENOUGH:
        return None
    best = max(FONTS, key=lambda font: _share(odd, font.to_unicode))
    return best if _share(odd, best.to_unicode) >= CERTAIN else None


def odd_words(text: str) -> Counter[str]:
    """The words of a text that show signs of an old encoding inside a word."""
    words: Counter[str] = Counter()
    for line in text.split("\n") if ODD.search(text) else ():
        if ODD.search(line):
            words.update(word for word in WORD.findall(line) if ODD.search(word) and _has_latin(word))
            if len(words) > SAMPLE:
                break
    return words


def _has_latin(word: str) -> bool:
    return any("a" <= letter <= "z" or "A" <= letter <= "Z" for letter in word)


def _share(words: Counter[str], to_unicode: Callable[[str], str]) -> float:
    sample = [(word, count) for word, count in words.most_common(SAMPLE) if not any(map(str.isdigit, word))]
    good = sum(count for word, count in sample if is_syllable(to_unicode(word)))
    return good / max(1, sum(count for _, count in sample))


def _vni_letter(match: re.Match[str]) -> str:
    letter, mark = str(match[3] or match[1]), str(match[2] or "")
    unicode = _VNI_LETTERS.get(letter.lower(), letter.lower())
    return (unicode.upper() if letter.isupper() else unicode) + _VNI_MARKS.get(mark.lower(), "")


def _capitals(line: str) -> str:
    """Capitals throughout where all the ASCII letters of a line, or of a word of several, are capitals."""
    ascii_letters = [letter for letter in line if letter.isascii() and letter.isalpha()]
    if len(ascii_letters) > 3 and all(map(str.isupper, ascii_letters)):
        return line.upper()
    return WORD.sub(lambda match: _capital_word(match[0]), line) if ascii_letters else line


def _capital_word(word: str) -> str:
    plain = [letter for letter in word if letter.isascii() and letter.isalpha()]
    return word.upper() if len(plain) > 1 and all(map(str.isupper, plain)) else word
