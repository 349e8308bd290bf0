"""Text of a cell as words with their place, and one key for the many spellings of a name."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

DASHES = "-‐‑‒–—−"
_WORD = re.compile(r"[^\W_]+|\n|[^\w\s]|_")
_BARE, _TONES = ("oa", "oe", "uy"), "\u0300\u0301\u0309\u0303\u0323"
_NEW_PLACE = {
    unicodedata.normalize("NFC", pair + tone): unicodedata.normalize("NFC", pair[0] + tone + pair[1])
    for pair in _BARE
    for tone in _TONES
}
"""The two places for one tone mark ("uỷ", "ủy"); a document mixes them."""
_OLD_PLACE = re.compile(rf"(?<!q)(?:{'|'.join(_NEW_PLACE)})(?!\w)")
_PEOPLES_COMMITTEE = (("ủy", "ban", "nhân", "dân"), ("ub", "nhân", "dân"), ("ủy", "ban", "nd"), ("ub", "nd"))


class Word(NamedTuple):
    """A word, a punctuation mark or a line's end; `key` is its folded form, `start` and `end` its place in the text."""

    text: str
    key: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it is no punctuation mark and no line's end."""
        return self.text[0].isalnum()

    @property
    def is_name(self) -> bool:
        """Whether it is written as names are: a capital, or a number."""
        return self.text[0].isupper() or self.text[0].isdigit()


@lru_cache(maxsize=8192)
def _key(text: str) -> str:
    if text in DASHES:
        return "-"
    return _OLD_PLACE.sub(lambda pair: _NEW_PLACE[pair[0]], text.casefold())


def words_of(text: str) -> list[Word]:
    """The words of a text in NFC; "Ủy ban nhân dân" in any spelling is the one word with the key "ubnd"."""
    found = [Word(match[0], _key(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]
    words: list[Word] = []
    at = 0
    while at < len(found):
        size = _committee(found, at)
        first, last = found[at], found[at + max(size, 1) - 1]
        words.append(Word(text[first.start : last.end], "ubnd", first.start, last.end) if size else first)
        at += max(size, 1)
    return words


def _committee(words: Sequence[Word], at: int) -> int:
    if words[at].key not in ("ủy", "ub"):
        return 0
    for form in _PEOPLES_COMMITTEE:
        if tuple(word.key for word in words[at : at + len(form)]) == form:
            return len(form)
    return 0


def fold(name: str) -> str:
    """One key for the spellings of a name: NFC, lower case, single spaces, bare dashes, new tone places, UBND."""
    key = " ".join(unicodedata.normalize("NFC", name).casefold().split())
    key = _OLD_PLACE.sub(lambda pair: _NEW_PLACE[pair[0]], key)
    return re.sub(rf"\s*[{DASHES}]\s*", "-", key).replace("ủy ban nhân dân", "ubnd")
