"""What the words of an indicator say beside its name: level, year, measure; and when two of them mean the same."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from engine.intake.targets.figures import FIGURE

LEVELS = (
    ("mầm non", r"mầm non|mẫu giáo|\bmn\b"),
    ("tiểu học", r"tiểu học"),
    ("THCS", r"\bthcs\b|trung học cơ sở"),
    ("THPT", r"\bthpt\b|trung học phổ thông"),
    ("cấp tỉnh", r"cấp tỉnh"),
    ("cấp huyện", r"cấp huyện"),
    ("cấp xã", r"cấp xã"),
)
YEAR = re.compile(r"(?<![\d/.-])(?<!so với )(?:20[0-4]\d)(?!\d|[.,/-]\d)")
DATED = re.compile(r"(?<!\d)\d{1,2}[/.-](?:\d{1,2}[/.-])?(20[0-4]\d)(?!\d)")
COMPARED = re.compile(r"so (?:với|sánh với) (?:cùng kỳ )?(?:năm )?\d{4}", re.I)
BRACKETED = re.compile(r"\(([^()]{1,30})\)\s*$")
UNITS_OF_MEASURE = re.compile(
    r"%|‰|người|lao động|học sinh|học viên|sinh viên|giáo viên|trường|lớp|cơ sở|xã|hộ|ha|km2?|m[23²³]|tấn|"
    r"(?:triệu |tỷ |nghìn |ngàn )?(?:đồng|usd|lượt khách|người)(?:/.{1,20})?|điểm|giường(?: bệnh)?|"
    r"doanh nghiệp|hợp tác xã|htx|mô hình|dự án|sản phẩm|.{1,12}/.{1,12}",
    re.I,
)
IDLE = frozenset(
    (
        *("tỷ", "tỉ", "lệ", "có", "của", "và", "với", "về", "các", "những", "được", "trong", "cho", "số", "là", "đạt"),
        *(
            "theo",
            "từ",
            "đến",
            "năm",
            "phấn",
            "đấu",
            "tối",
            "thiểu",
            "ít",
            "nhất",
            "trên",
            "khoảng",
            "đó",
            "trở",
            "lên",
        ),
        *("một", "tỉnh", "tổng", "chỉ", "tiêu"),
    )
)
"""Words that tell no indicator from another."""
ALIKE = 0.75
CLEARLY = 0.15


@lru_cache(maxsize=16_384)
def level(*texts: str) -> str | None:
    """The one level of schooling or government that the first text with any names; None where it names several."""
    for text in texts:
        found = [name for name, words in LEVELS if re.search(words, text, re.I)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def levels(text: str) -> set[str]:
    """Every level a text names."""
    return {name for name, words in LEVELS if re.search(words, text, re.I)}


def years(text: str) -> list[int]:
    """The years a text names, those it only compares with left out."""
    return [int(year) for year in YEAR.findall(COMPARED.sub(" ", text))]


def header_years(text: str) -> list[int]:
    """The years that the header of a column names, those of its dates too ("đến 31/12/2024")."""
    return [*years(DATED.sub(" ", text)), *(int(year) for year in DATED.findall(COMPARED.sub(" ", text)))]


def measure(texts: Iterable[str]) -> str | None:
    """The unit of measure that headers name, "%" where one only says so."""
    for text in texts:
        match = BRACKETED.search(text)
        if match and UNITS_OF_MEASURE.fullmatch(match[1].strip()):
            return match[1].strip()
        if "%" in text:
            return "%"
    return None


@lru_cache(maxsize=16_384)
def key_words(text: str) -> frozenset[str]:
    """The words of an indicator that tell it from others: without figures, levels and what every indicator says."""
    text = FIGURE.sub(" ", text.casefold())
    for _name, words in LEVELS:
        text = re.sub(words, " ", text)
    return frozenset(word for word in re.findall(r"[^\W\d_]+", text) if word not in IDLE)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the shorter one's words that the other has too; 0 for fewer than three words."""
    return len(one & other) / min(len(one), len(other)) if min(len(one), len(other)) >= 3 else 0.0


def same_indicator(text: str, others: Sequence[str]) -> int | None:
    """Which of the others the same thing is measured by: alike by far more words than any different one, else None."""
    wanted = key_words(text)
    scores = sorted(((likeness(wanted, key_words(other)), at) for at, other in enumerate(others)), reverse=True)
    if not scores or scores[0][0] < ALIKE:
        return None
    rival = next((score for score, at in scores[1:] if key_words(others[at]) != key_words(others[scores[0][1]])), 0.0)
    return scores[0][1] if scores[0][0] - rival >= CLEARLY else None
