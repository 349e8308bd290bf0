"""Brings the spellings of a wording of time together before it is read: number words, short forms, marks around it.

"Xong trước ngày mồng năm tháng Ba" and "Xong trước ngày 5 tháng 3" are one; a footnote mark says nothing of the day.
"""

import re
import unicodedata

UNITS = {
    "không": 0,
    "một": 1,
    "mốt": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "tư": 4,
    "năm": 5,
    "lăm": 5,
    "nhăm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
}
UNIT = "|".join(UNITS)
NUMBER = (
    rf"(?:(?:hai|ba) mươi(?: (?:mốt|hai|ba|bốn|tư|lăm|nhăm|sáu|bảy|bẩy|tám|chín))?|mười(?: (?:{UNIT}))?|(?:{UNIT}))"
)
AFTER = r"(?=\s*(?:$|[,;.()/-]|tháng|năm|quý|ngày|tuần|đầu|cuối|hàng|hằng|và|đến|làm|kể|từ|sau|trước|lần))"
IN_WORDS = re.compile(
    rf"\b(?<!hàng )(?<!hằng )(?<!mỗi )(ngày|mùng|mồng|tháng|quý)\s+(?!năm(?! (?:năm|tháng))\b)({NUMBER}){AFTER}"
)
"""After "ngày", "tháng", "quý"; a lone "tháng năm" may mean "month and year" and stays in words."""
COUNT_IN_WORDS = re.compile(rf"\b({NUMBER}) (?=(?:ngày|tuần|tháng|lần)\b)")
FOOTNOTE = re.compile(r"(?<=[\d)\w])\s*(?:[¹²³⁰⁴-⁹*†‡]+|[(\[](?:\d|\*+)[)\]]|\[\^\d+\])+\s*$")
PAIRS = {"(": ")", "[": "]", "“": "”", '"': '"', "«": "»", "'": "'"}
SHORT = (
    (re.compile(r"\b(\d{1,2}) (tháng|quý|năm|tuần) 0?1 lần\b"), r"\1 \2/lần"),
    (re.compile(r"\b(tháng|quý|năm|tuần) (\d{1,2}) lần\b"), r"\2 lần/\1"),
    (re.compile(r"\b(ngày|tháng|quý|năm):\s*(?=[\divx])"), r"\1 "),
    (re.compile(r"(?<=\d)\s*(?:->|=>|→|~|÷)\s*(?=\d|ngày|tháng|quý)"), " - "),
    (re.compile(r"(?<=\d)\s*[&+]\s*(?=\d|tháng|quý)"), " và "),
    # a short form, and what it stands for; "Q" and "T" only right before their number
    (re.compile(r"\bquý\s*(?=(?:iv|i{1,3}|[1-4])\b)"), "quý "),
    (re.compile(r"\bq\.?\s*(?=(?:iv|i{1,3}|[1-4])\s*(?:[/.,;-]|và|năm|$))"), "quý "),
    (re.compile(r"\bth?g?\.?\s?(?=(?:0?[1-9]|1[0-2])\s*(?:$|[/.,;-]|và\b|năm\b|đến\b))"), "tháng "),
    (re.compile(r"\btháng(?=\d)"), "tháng "),
    (re.compile(r"\bngày(?=\d)"), "ngày "),
    (re.compile(r"\b(?:mùng|mồng)\s+(?=\d)"), "ngày "),
    (re.compile(r"\bngày\s+ngày\b"), "ngày"),
    (re.compile(r"\bđịnh kì\b"), "định kỳ"),
    (re.compile(r"\bkì\b"), "kỳ"),
)
ISO = re.compile(r"\b(\d{4})[-/](\d{1,2})[-/](\d{1,2})\b(?![-/]\d)")
PRIVATE = re.compile("[\ue000-\uf8ff]")
LIST_MARK = re.compile(r"^(?:[-+•*]\s+|[a-zđ]\)\s+)+")


def spell(printed: str) -> str:
    """The wording folded for reading: lower case, NFC, bare dashes, digits for number words, no marks around it."""
    words = PRIVATE.sub(" ", unicodedata.normalize("NFC", printed).casefold()).replace("qúy", "quý")
    words = re.sub(r"[‐-―−]", "-", " ".join(words.split()))
    words = LIST_MARK.sub("", words.strip(" .;,:"))
    words = FOOTNOTE.sub("", _bare(words)).strip(" .;,:")
    words = ISO.sub(_day_first, IN_WORDS.sub(_in_digits, words))
    words = COUNT_IN_WORDS.sub(lambda match: f"{_number(match[1])} ", words)
    for pattern, long in SHORT:
        words = pattern.sub(long, words)
    return words


def _bare(words: str) -> str:
    """Without the brackets or quotation marks around the whole of it; a lone mark is a ditto and stays."""
    while len(words) > 2 and PAIRS.get(words[0]) == words[-1] and not set(words[1:-1]) & {words[0], words[-1]}:
        words = words[1:-1].strip(" .;,:")
    return words


def _day_first(match: re.Match[str]) -> str:
    return f"{match[3]}/{match[2]}/{match[1]}" if 1 <= int(match[2]) <= 12 else match[0]


def _in_digits(match: re.Match[str]) -> str:
    return f"{match[1]} {_number(match[2])}"


def _number(words: str) -> int:
    tens, _, unit = words.rpartition(" ")
    if words == "mười":
        return 10
    if words.endswith("mươi"):
        return 10 * UNITS[words.split(maxsplit=1)[0]]
    first = tens.split()[0] if tens else ""
    return (10 if first == "mười" else 10 * UNITS[first] if first else 0) + UNITS[unit]
