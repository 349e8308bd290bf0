"""What may begin at a word of a cell: the head of a name, a group, an office holder's title, "chủ trì:", a person."""

from collections.abc import Sequence

from engine.intake.agencies.names import field_at
from engine.intake.agencies.vocabulary import (
    ADDRESS,
    BARE,
    CONNECTORS,
    HEADS,
    HELPS,
    LEADS,
    NO_HEADS,
    NOUNS,
    OPENERS,
    SCHOOLS,
    SEPARATORS,
    SURNAMES,
    TITLES,
    TITLES_OF_HEADS,
    Phrases,
)
from engine.intake.agencies.words import Word

LONGEST_GROUP_NAME = 12
SHORT_WORDS = frozenset(
    {"p", "tt", "tp", "tx", "h", "q", "đ", "vp", "ub", "bv", "bql", "bcđ", "ts", "ths", "pgs", "gs"}
)
"""Abbreviations that a full stop belongs to."""
NEED_CAPITAL = frozenset(
    (
        *("p", "tt", "trạm", "tổ", "đội", "khoa", "quỹ", "cổng", "báo", "ngành", "ca", "vụ", "đh", "chính"),
        *("quân", "thuế", "thống"),
    )
)
WITH_SCHOOL = frozenset({"thpt", "thcs"})
_LEAD_NOUNS = Phrases("cơ quan | đơn vị | bộ phận")


def is_break(words: Sequence[Word], at: int) -> bool:
    """Whether a name may end before this word: a separator, a connector, a bracket, a colon, the end."""
    return at >= len(words) or words[at].text in SEPARATORS or words[at].key in CONNECTORS or words[at].text in "():[]"


def is_separator(words: Sequence[Word], at: int) -> bool:
    """Whether this word may part two names; a dash only with a blank beside it, a full stop only after a whole word."""
    word = words[at]
    if word.text == ".":
        return at == 0 or words[at - 1].key not in SHORT_WORDS or _ends_field(words, at)
    if word.key == "-":
        before = at == 0 or words[at - 1].end < word.start
        return before or (at + 1 < len(words) and word.end < words[at + 1].start)
    if word.text == "&":
        return at == 0 or words[at - 1].end < word.start
    return word.text in SEPARATORS or word.key in CONNECTORS


def _ends_field(words: Sequence[Word], at: int) -> bool:
    """Whether the short word before `at` is the end of another: "TT&TT" in "Sở TT&TT. Phối hợp: …"."""
    joint = words[at - 2] if at > 1 else None
    return joint is not None and joint.text in ("&", "-") and joint.end == words[at - 1].start


def head_at(words: Sequence[Word], at: int) -> int:
    """How many words the head of a name at `at` has ("Sở", "Trung tâm"); 0 where no name begins.

    A head in small letters counts where a name in capitals or a known field follows: "phòng Nội vụ" is a name, "ban" in
    "sở, ban, ngành" is not.
    """
    size = HEADS.at(words, at)
    alone = BARE.at(words, at)
    if alone and is_break(words, at + alone) and (words[at].is_name or alone > 1):
        return alone
    after = at + size
    if not size or NO_HEADS.at(words, at) > 1:
        return 0
    if after < len(words) and words[after].text == "." and words[after - 1].key in SHORT_WORDS:
        after += 1
    if is_break(words, after) or words[after].key == "-":
        return 0
    first, follower = words[at], words[after]
    if first.key in WITH_SCHOOL:
        return size if follower.is_name and follower.key not in SCHOOLS else 0
    if first.key in ("p", "tt") and not first.text.isupper():
        return 0
    if first.key in ("sở", "bộ", "ban") and size == 1 and follower.text.islower() and NOUNS.at(words, after):
        return 0
    capital = first.is_name
    if first.key in NEED_CAPITAL and not capital:
        return 0
    named = follower.is_name or field_at(words, after, first.key if size == 1 else "") is not None
    return size if capital or named or first.key in ("ubnd", "hđnd") else 0


def opener_at(words: Sequence[Word], at: int) -> int:
    """How many words open a group at `at`: "các", "một số", a number before a common noun ("03 khoa")."""
    size = OPENERS.at(words, at)
    if size:
        return size
    counted = words[at].text.isdigit() and at + 1 < len(words) and NOUNS.at(words, at + 1)
    return 1 if counted else 0


def nouns_at(words: Sequence[Word], at: int, *, capital: bool = False) -> int:
    """Where a run of common nouns ends that fills its piece ("địa phương", "đơn vị liên quan"); 0 where none does.

    With `capital` its first letter may be one, as at a cell's beginning.
    """
    size = NOUNS.at(words, at)
    if not size or (words[at].is_name and not capital):
        return 0
    end = at + size
    while end < len(words) and end < at + LONGEST_GROUP_NAME and not is_break(words, end):
        if words[end].is_name and words[end].key != "tp":
            return 0
        end += 1
    return end


def title_at(words: Sequence[Word], at: int) -> int:
    """How many words of office holders' titles stand at `at`, several joined ones as one; 0 where none does.

    "Trưởng phòng Nội vụ" is a title before a head that belongs to the name as well.
    """
    end = at
    while size := TITLES.at(words, end):
        key = " ".join(word.key for word in words[end : end + size])
        after = end + size
        named = ADDRESS.match(key) and after < len(words) and words[after].is_name
        if not (words[end].is_name or named or end > at):
            break
        if key in TITLES_OF_HEADS and not _before_head(words, after):
            break
        end = after
        if ADDRESS.match(key):
            continue
        if end < len(words) and words[end].key == "của":
            return end + 1 - at
        joint = end < len(words) and (words[end].text in ",/" or words[end].key in ("và", "hoặc"))
        if joint and TITLES.at(words, end + 1) and words[end + 1].is_name:
            end += 1
            continue
        break
    return end - at


def _before_head(words: Sequence[Word], at: int) -> bool:
    joined = at < len(words) and words[at].text in ",/" and TITLES.at(words, at + 1) > 0
    return joined or HEADS.at(words, at) > 0 or (at < len(words) and words[at].key in ("các", "ngành"))


def begins_office(words: Sequence[Word], at: int) -> bool:
    """Whether a body, a group, a unit or a proper name may begin behind an office holder's title."""
    word = words[at]
    named = HEADS.at(words, at) or BARE.at(words, at) or OPENERS.at(words, at) or NOUNS.at(words, at)
    return bool(named) or not word.text.islower() or field_at(words, at) is not None


def mark_at(words: Sequence[Word], at: int) -> tuple[int, str] | None:
    """Words that say what part a body has: where they end, and "lead" or "help"."""
    here = at + _LEAD_NOUNS.at(words, at)
    for kind, phrases in (("lead", LEADS), ("help", HELPS)):
        size = phrases.at(words, here)
        if size:
            return _with_preposition(words, here + size, kind)
    return None


def _with_preposition(words: Sequence[Word], at: int, kind: str) -> tuple[int, str]:
    """Past "với", "cùng" and a colon: "phối hợp với:"; "chủ trì, phối hợp với" makes helpers of what follows."""
    here = at
    if kind == "lead" and here < len(words) and (words[here].text == "," or words[here].key == "và"):
        size = HELPS.at(words, here + 1)
        if size:
            return _with_preposition(words, here + 1 + size, "help")
    while here < len(words) and (words[here].key in ("với", "cùng", "là") or words[here].text == ":"):
        here += 1
    return here, kind


def person_at(words: Sequence[Word], at: int) -> int:
    """How many words a person's name at `at` has: a common surname and two to four more capitals."""
    if words[at].key not in SURNAMES or not words[at].is_name or head_at(words, at):
        return 0
    end = at
    while end < len(words) and words[end].text.isalpha() and words[end].is_name:
        end += 1
    ends = is_break(words, end) or words[end].key == "-"
    return end - at if 3 <= end - at <= 5 and ends and not field_at(words, at) else 0
