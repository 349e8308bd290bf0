"""The words of one cell, made ready for reading: notes blanked out, capitals as in names, broken lines joined.

Places in the readable text are places in the printed one, so that a name's printed words can always be shown.
"""

import re
import unicodedata
from collections.abc import Iterator

from engine.intake.agencies.beginnings import head_at, is_separator, opener_at
from engine.intake.agencies.vocabulary import ACRONYMS, CONNECTORS, OR_ELSE
from engine.intake.agencies.words import Word, words_of

NOTE_MARK = re.compile(r"[¹²³⁰⁴-⁹*†]+|\[\d{1,3}\]|(?<=[a-zà-ỹ])\d{1,2}(?!\w)")


class CellWords:
    """The words of a cell in order. `closing` tells for each opening bracket the one that closes it."""

    def __init__(self, text: str) -> None:
        self._printed = unicodedata.normalize("NFC", text)
        self._text = _readable(self._printed)
        self.words = list(_joined(words_of(self._text)))
        self.closing = _brackets(self.words)

    def text(self, at: int, end: int) -> str:
        """The readable text of some words, without what stands in brackets."""
        parts, here = [], at
        for start in range(at, end):
            if start >= here and self.closing.get(start, end) < end:
                parts.append(self.between(here, start))
                here = self.closing[start] + 1
        parts.append(self.between(here, end))
        return " ".join(" ".join(parts).split()).strip(" ,;:-–+")

    def between(self, at: int, end: int) -> str:
        """The readable text of some words, as it is."""
        return self._text[self.words[at].start : self.words[end - 1].end] if at < end else ""

    def printed(self, at: int, end: int) -> str:
        """The printed text of some words on one line."""
        return " ".join(self._printed[self.words[at].start : self.words[end - 1].end].split()).strip(" ,;")

    def parted(self, at: int) -> bool:
        """Whether a separator stands at `at`."""
        return at < len(self.words) and is_separator(self.words, at)

    def next_word(self, at: int) -> int:
        """The first word from `at` on that no separator is; a semicolon, a new line or a bracket stops the search."""
        words = self.words
        while at < len(words) and (not words[at].is_word or words[at].key in CONNECTORS):
            if words[at].text in ";\n(":
                break
            at += 1
        return at


def _readable(text: str) -> str:
    """The text with notes blanked out and, where it is all in capitals, with words as names are written.

    Its length stays, so that places in it are places in the printed text.
    """
    text = NOTE_MARK.sub(lambda mark: " " * len(mark[0]), text)
    if any(letter.islower() for letter in text):
        return text
    return re.sub(r"[^\W\d_]+", _small, text)


def _small(word: re.Match[str]) -> str:
    text, small = word[0], word[0].capitalize()
    vowels = set("aeiouy") & set(unicodedata.normalize("NFD", text.casefold()))
    keep = not vowels or text.casefold() in ACRONYMS or len(text) == 1 or len(small) != len(text)
    return text if keep else small.lower() if text.casefold() in CONNECTORS else small


def _joined(words: list[Word]) -> Iterator[Word]:
    """The words without the line ends that only break a line within a name."""
    for at, word in enumerate(words):
        if word.text == "\n" and at and at + 1 < len(words):
            before, after = words[at - 1], words[at + 1]
            small = after.text[0].islower() and not opener_at(words, at + 1) and not head_at(words, at + 1)
            if before.key in ("và", "-", "&", ",", "của") or (small and after.key not in OR_ELSE):
                continue
        yield word


def _brackets(words: list[Word]) -> dict[int, int]:
    """Each opening bracket with the one that closes it; what is not closed is no bracket."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for at, word in enumerate(words):
        if word.text == "(":
            opened.append(at)
        elif word.text == ")" and opened:
            start = opened.pop()
            if not opened:
                pairs[start] = at
    return pairs
