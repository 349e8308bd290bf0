"""The stretch a plan is for, from its title, else from the line that says when it is carried out."""

import calendar
import re
from collections.abc import Sequence

from engine.intake.draft import Period

STRETCH = re.compile(r"giai đoạn\s*(?:từ\s+)?(?:năm\s+)?(\d{4})\s*(?:[-–]|đến(?:\s+năm)?)\s*(\d{4})")
SCHOOL_YEAR = re.compile(r"năm học\s*(\d{4})\s*[-–]\s*(\d{4})")
MONTHS = re.compile(
    r"từ\s+tháng\s+(\d{1,2})(?:\s*(?:/|năm)\s*(\d{4}))?\s+đến\s+(?:hết\s+)?tháng\s+(\d{1,2})\s*(?:/|năm)\s*(\d{4})"
)
QUARTER = re.compile(r"quý\s+(iv|i{1,3}|[1-4])\s*(?:/|,?\s*năm\s+)\s*(\d{4})")
HALF = re.compile(r"(?:6|06|sáu) tháng (đầu|cuối) năm\s*(\d{4})")
MONTH = re.compile(r"tháng\s+(\d{1,2})\s*(?:/|năm)\s*(\d{4})")
UNTIL = re.compile(
    r"đến (?:hết )?năm\s+(\d{4})(?:\s*,?\s*(?:và\s+)?(?:tầm nhìn|định hướng)\s+(?:đến\s+)?(?:năm\s+)?(\d{4}))?"
)
SPAN = re.compile(r"\bnăm\s+(\d{4})\s*[-–]\s*(\d{4})")
YEAR = re.compile(r"(?<!đến )(?<!hết )\bnăm\s+(\d{4})")
JOINED = re.compile(r"(?:,|\bvà)\s*$")
JOINED_BEHIND = re.compile(r"\s*(?:,|và)\s+năm\b")
"""A first year beside the whole stretch: "năm 2021 và giai đoạn 2021-2025"."""
CITED = re.compile(r"ngày\s+\d{1,2}\s*(?:/|tháng)\s*\d{1,2}\s*(?:/|năm)\s*\d{4}|[“\"][^”\"]*[”\"]")
TIME_LINE = re.compile(
    r"(?:\W{0,5}\d{0,2}[.)]?\s{0,3})Thời gian(?: (?:thực hiện|triển khai|tổ chức))?(?:\s*:\s*(?P<when>.+))?"
)
QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}


def read_period(title: str, lines: Sequence[str] = ()) -> Period | None:
    """The period of a plan; None where neither its title nor its line on time says one.

    A day or a quoted name in the title belongs to another document; the year that comes last is the plan's own.
    """
    return _of_title(title) or _of_text(lines)


def _of_title(title: str) -> Period | None:
    words = " ".join(title.casefold().split())
    own = CITED.sub(lambda cited: " " * len(cited[0]), words)
    found = _ending(own.rstrip(" .")) or _narrow(own)
    if found:
        return found
    until = UNTIL.search(own)
    if until:
        return Period(start=None, end=f"{until[1]}-12-31", horizon=until[2], printed=until[0])
    span, years = SPAN.search(own), list(YEAR.finditer(own))
    if span:
        return _years(span[1], span[2], span[0])
    return _years(years[-1][1], years[-1][1], f"năm {years[-1][1]}") if years else None


def _ending(words: str) -> Period | None:
    """A stretch of years, or a school year, that no single year in the title narrows."""
    for pattern in (STRETCH, SCHOOL_YEAR):
        for match in pattern.finditer(words):
            beside = JOINED.search(words[: match.start()]) or JOINED_BEHIND.match(words, match.end())
            if beside or not YEAR.search(words):
                if pattern is SCHOOL_YEAR:
                    return Period(start=f"{match[1]}-09-01", end=f"{match[2]}-05-31", printed=match[0])
                return _years(match[1], match[2], match[0])
    return None


def _months(words: str) -> Period | None:
    months = MONTHS.search(words)
    if months and _is_month(months[1], months[3]):
        first = f"{months[2] or months[4]}-{int(months[1]):02d}-01"
        return Period(start=first, end=_last(int(months[4]), int(months[3])), printed=months[0])
    return None


def _narrow(words: str) -> Period | None:
    """Months, a half-year, a quarter or a month."""
    months = _months(words)
    if months:
        return months
    half, quarter, month = HALF.search(words), QUARTER.search(words), MONTH.search(words)
    if half:
        edges = ("01-01", "06-30") if half[1] == "đầu" else ("07-01", "12-31")
        return Period(start=f"{half[2]}-{edges[0]}", end=f"{half[2]}-{edges[1]}", printed=half[0])
    if quarter:
        last = 3 * QUARTERS[quarter[1]]
        return Period(start=f"{quarter[2]}-{last - 2:02d}-01", end=_last(int(quarter[2]), last), printed=quarter[0])
    if month and _is_month(month[1]):
        number = int(month[1])
        return Period(start=f"{month[2]}-{number:02d}-01", end=_last(int(month[2]), number), printed=month[0])
    return None


def _of_text(lines: Sequence[str]) -> Period | None:
    """A line "Thời gian thực hiện: từ tháng … đến tháng …", or the line below that heading."""
    for i, line in enumerate(lines):
        match = TIME_LINE.fullmatch(line[:300]) if "hời gian" in line[:30] else None
        if match:
            when = match["when"] or (lines[i + 1][:300] if i + 1 < len(lines) else "")
            words = when.casefold().rstrip(" .")
            found = _months(words) or _ending(words)
            if found:
                return found.model_copy(update={"printed": when.rstrip(" .") if len(when) < 80 else found.printed})
    return None


def _is_month(*numbers: str) -> bool:
    return all(1 <= int(number) <= 12 for number in numbers)


def _last(year: int, month: int) -> str:
    return f"{year}-{month:02d}-{calendar.monthrange(year, month)[1]:02d}"


def _years(first: str, last: str, printed: str) -> Period:
    return Period(start=f"{first}-01-01", end=f"{last}-12-31", printed=printed)
