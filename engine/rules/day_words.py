"""Finds the days, months, quarters and years printed in a wording and puts a letter in place of each.

"xong trước ngày 05/3/2020" becomes the shape "xong trước D" and one span; `deadlines` then reads shapes. The letters:
D day, M month, Q quarter, Y year, H some months at one end of a year, S school year, R a run of days, months or
quarters, T ten days of a month (tuần: thượng, trung, hạ tuần).
"""

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

YEARS = range(1900, 2200)
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
QUARTER = r"(?:[ivx]+|\d{1,2})\b"
YEAR_AFTER = r"(?:\s*(?:năm|[/.\-])\s*(?P<y>\d+)\b)?"


@dataclass(frozen=True, slots=True)
class Span:
    """One printed stretch of the calendar, from `first` to `last` (month, day); day 0 is the last of its month."""

    letter: str
    first: tuple[int, int]
    last: tuple[int, int]
    year: int | None = None
    printed_year: bool = False
    years_on: int = 0
    fault: str = ""
    detail: str = ""
    suggest: tuple[dt.date, ...] = ()

    @property
    def start(self) -> dt.date | None:
        """Its first day, where the year is known."""
        return None if self.year is None else _day(self.year, self.first)

    @property
    def end(self) -> dt.date | None:
        """Its last day, where the year is known."""
        return None if self.year is None else _day(self.year + self.years_on, self.last)


def _day(year: int, month_day: tuple[int, int]) -> dt.date | None:
    month, day = month_day
    day = day or calendar.monthrange(year, month)[1]
    return dt.date(year, month, day) if _real(year, month, day) else None  # 29/2 moved to another year


def _fault(letter: str, rule: str, detail: str, suggest: tuple[dt.date, ...] = ()) -> Span:
    return Span(letter, (1, 1), (1, 1), fault=rule, detail=detail, suggest=suggest)


def _year(printed: str | None, plan_year: int | None) -> tuple[int | None, str]:
    """The year, and what is wrong with it; two digits are of this century."""
    if printed is None:
        return plan_year, ""
    if len(printed) == 2:
        return 2000 + int(printed), ""
    if len(printed) == 4 and int(printed) in YEARS:
        return int(printed), ""
    return None, f"năm {printed} không có thật"


def possible_days(day: str, month: int, year: int) -> tuple[dt.date, ...]:
    """The real days that a misprinted day of that month may have meant: a digit lost, or one too many."""
    length = calendar.monthrange(year, month)[1]
    wide = {int(f"{digit}{day[-1]}") for digit in range(4)} if len(day) == 1 or day[0] == "0" else {length, int(day[0])}
    return tuple(dt.date(year, month, number) for number in sorted(wide) if 1 <= number <= length)


def _possible_years(printed: str, day: int, month: int) -> tuple[dt.date, ...]:
    years = {int(printed[:i] + printed[i + 1 :]) for i in range(len(printed))} if len(printed) == 5 else set()
    return tuple(dt.date(y, month, day) for y in sorted(years) if y in range(2000, 2100) and _real(y, month, day))


def _real(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def _make_day(match: re.Match[str], plan_year: int | None) -> Span:
    day, month, printed = match["d"], int(match["m"] or match.groupdict()["n"]), match["y"]
    year, wrong = _year(printed, plan_year)
    if wrong:
        return _fault("D", "invalid-date", wrong, _possible_years(printed, int(day), month))
    if not 1 <= month <= 12:
        swapped = (dt.date(year, int(day), month),) if year and _real(year, int(day), month) else ()
        return _fault("D", "invalid-date", f"không có tháng {month}", swapped)
    if not _real(year or 2000, month, int(day)):  # 2000 was a leap year: 29/2 stands until the year is known
        detail = f"tháng {month} không có ngày {day}"
        return _fault("D", "invalid-date", detail, possible_days(day, month, year) if year else ())
    return Span("D", (month, int(day)), (month, int(day)), year, printed is not None)


def _mixed_marks(match: re.Match[str], _plan_year: int | None) -> Span:
    return _fault("D", "mixed-marks", f"“{match[0]}” có thể là một ngày, cũng có thể là nhiều tháng")


def _letters(match: re.Match[str], _plan_year: int | None) -> Span:
    mended = match[0].replace("o", "0").translate(str.maketrans("il|", "111"))
    day, month, year = (int(part) for part in re.findall(r"\d+", mended))
    suggest = (dt.date(year, month, day),) if year in YEARS and _real(year, month, day) else ()
    return _fault("D", "letter-for-digit", f"“{match[0]}” có chữ cái lẫn trong số", suggest)


def _make_months(match: re.Match[str], plan_year: int | None) -> Span:
    first = int(match["m"])
    last = int(match.groupdict().get("n") or first)
    year, wrong = _year(match["y"], plan_year)
    if wrong or not (1 <= first <= 12 and 1 <= last <= 12):
        return _fault("M", "invalid-date", wrong or f"không có tháng {last if 1 <= first <= 12 else first}")
    if last != first and "-" not in match[0] and "đến" not in match[0] and last != first + 1:
        return _fault("M", "two-milestones", "ô ghi nhiều mốc")
    return Span("R" if last != first else "M", (first, 1), (last, 0), year, match["y"] is not None)


def _make_quarters(match: re.Match[str], plan_year: int | None) -> Span:
    words = [word for word in (match["q"], match.groupdict().get("r")) if word]
    numbers = [int(word) if word.isdigit() else ROMAN.get(word, 0) for word in words]
    year, wrong = _year(match["y"], plan_year)
    if wrong or not all(1 <= number <= 4 for number in numbers):
        return _fault("Q", "invalid-date", wrong or f"không có quý {words[-1].upper()}")
    first, last = numbers[0], numbers[-1]
    if len(words) == 2 and match["sep"] in (",", "và") and last != first + 1:
        return _fault("Q", "two-milestones", "ô ghi nhiều mốc")
    return Span("R" if len(words) == 2 else "Q", (3 * first - 2, 1), (3 * last, 0), year, match["y"] is not None)


def _make_half(match: re.Match[str], plan_year: int | None) -> Span:
    year, wrong = _year(match["y"], plan_year)
    months = int(match["n"] or 6)
    if wrong or not 1 <= months <= 11:
        return _fault("H", "invalid-date", wrong or f"năm không có {months} tháng {match['half']}")
    first, last = ((1, 1), (months, 0)) if match["half"] == "đầu" else ((13 - months, 1), (12, 0))
    return Span("H", first, last, year, match["y"] is not None)


TEN_DAYS = {"thượng": (1, 10), "trung": (11, 20), "hạ": (21, 0)}


def _make_ten_days(match: re.Match[str], plan_year: int | None) -> Span:
    month = int(match["m"])
    year, wrong = _year(match["y"], plan_year)
    if wrong or not 1 <= month <= 12:
        return _fault("T", "invalid-date", wrong or f"không có tháng {month}")
    first, last = TEN_DAYS[match["part"]]
    return Span("T", (month, first), (month, last), year, match["y"] is not None)


def _make_days(match: re.Match[str], plan_year: int | None) -> Span:
    """Days of one month: "15-20/3", "từ ngày 15 đến ngày 20 tháng 3"; with "," or "và" only those that touch."""
    days, month = [int(match["d"]), int(match["e"])], int(match["m"])
    year, wrong = _year(match["y"], plan_year)
    real = all(_real(year or 2000, month, day) for day in days)
    if wrong or not real:
        return _fault("D", "invalid-date", wrong or f"không có ngày {days[0]} hoặc {days[1]} tháng {month}")
    if match["sep"] in (",", "và") and days[1] != days[0] + 1:
        return _fault("D", "two-milestones", "ô ghi nhiều mốc thời gian")
    if days[1] < days[0]:
        return _fault("D", "end-before-start", "ngày kết thúc trước ngày bắt đầu")
    return Span("R", (month, days[0]), (month, days[1]), year, match["y"] is not None)


def _lunar(match: re.Match[str], _plan_year: int | None) -> Span:
    return _fault("M", "lunar-date", f"“{match[0]}” là ngày tháng âm lịch: ghi ngày dương lịch")


def _make_school_year(match: re.Match[str], _plan_year: int | None) -> Span:
    year = int(match["y"])
    if int(match["z"]) != year + 1:
        return _fault("S", "invalid-date", f"năm học {match['y']}-{match['z']} không hợp lệ")
    return Span("S", (9, 1), (5, 0), year, printed_year=True, years_on=1)


def _make_year(match: re.Match[str], _plan_year: int | None) -> Span:
    return Span("Y", (1, 1), (12, 0), int(match["y"]), printed_year=True)


def _roman(match: re.Match[str], _plan_year: int | None) -> Span:
    return _fault("Q", "roman-before-year", f"“{match[0].upper()}” có thể là tháng hoặc quý")


NOTE = r"(?:\s*\([^)\d]*\))?"  # "06 (sáu)"
Maker = Callable[[re.Match[str], int | None], Span]
TOKENS: tuple[tuple[re.Pattern[str], Maker], ...] = tuple(
    (re.compile(pattern), make)
    for pattern, make in (
        (r"năm học\s+(?P<y>\d{4})\s*-\s*(?P<z>\d{4})", _make_school_year),
        (r"(?:\b(?P<n>\d{1,2}) tháng|nửa) (?P<half>đầu|cuối)(?: của)? năm(?:\s+(?P<y>\d+))?", _make_half),
        (r"tháng (?:giêng|chạp)\b(?: năm)?(?: \d+)?|[^,;]*\bâm lịch", _lunar),
        (rf"(?P<part>thượng|trung|hạ) tuần tháng\s+(?P<m>\d{{1,2}})\b{YEAR_AFTER}", _make_ten_days),
        (
            rf"quý\s+(?P<q>{QUARTER})\s*(?P<sep>-|,|và|đến)\s*(?:quý\s+)?(?P<r>{QUARTER}){YEAR_AFTER}",
            _make_quarters,
        ),
        (rf"quý\s+(?P<q>{QUARTER}){YEAR_AFTER}", _make_quarters),
        (
            r"tháng\s+(?P<m>\d{1,2})\s*(?:-|,|và|đến)\s*(?:tháng\s+)?(?P<n>\d{1,2})\b(?!\s*[/.]\s*\d{1,2}\b)"
            rf"{YEAR_AFTER}",
            _make_months,
        ),
        (
            r"(?:ngày\s+)?(?<![/.\-\d])(?<!giờ )\b(?P<d>\d{1,2})\s*(?P<sep>-|,|và|đến|tới)\s*(?:ngày\s+)?(?P<e>\d{1,2})"
            r"(?:\s*[/.]\s*|\s+tháng\s+)(?P<m>\d{1,2})\b(?:\s*(?:năm|[/.])\s*(?P<y>\d+)\b)?",
            _make_days,
        ),
        (r"(?:ngày\s+)?\b(?=[\d|/.]*[oil|])(?=[oil|/.]*\d)[\doil|]{1,2}/[\doil|]{1,2}/[\doil|]{4}\b", _letters),
        (
            r"(?:ngày\s+)?\b(?P<d>\d{1,2})\s*(?:[/.]\s*(?P<m>\d{1,2})\s*[/.]|-\s*(?P<n>\d{1,2})\s*-)\s*(?P<y>\d{4,})\b",
            _make_day,
        ),
        (r"\b\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{4}\b", _mixed_marks),
        (r"(?:ngày\s+)?\b(?P<d>\d{1,2})([/.\-])(?P<m>\d{1,2})\2(?P<y>\d{2,3})\b(?![/.\-]\d)", _make_day),
        (
            rf"(?:ngày\s+)?(?<!tuần )(?<!thứ )\b(?P<d>\d{{1,2}}){NOTE}\s+tháng\s+(?P<m>\d{{1,2}}){NOTE}"
            r"(?:\s*(?:năm|/|,(?=\s*\d{4}))\s*(?P<y>\d+)\b)?",
            _make_day,
        ),
        (r"tháng\s+(?P<m>\d{1,2})\s*/\s*(?P<y>[23]\d)\b(?!\s*[/.\-])", _make_months),
        (r"(?:tháng\s+|\b)(?P<m>\d{1,2})\s*[/.\-]\s*(?P<y>\d{4,})\b", _make_months),
        (r"(?:ngày\s+)?\b(?P<d>\d{1,2})\s*[/.]\s*(?P<m>\d{1,2})\b(?![/.\-]\d{3})(?:\s+năm\s+(?P<y>\d+)\b)?", _make_day),
        (rf"tháng\s+(?P<m>\d{{1,2}})\b{YEAR_AFTER}", _make_months),
        (r"\b[ivx]+\s*/\s*(?:19|20|21)\d{2}\b", _roman),
        (r"(?:năm\s+)?\b(?P<y>(?:19|20|21)\d{2})\b(?!\s*[/.]\s*\d)", _make_year),
    )
)


def find_spans(words: str, plan_year: int | None) -> tuple[str, list[Span]]:
    """The shape of a folded wording and its spans in the order of their letters."""
    found: list[Span] = []
    for pattern, make in TOKENS:

        def mark(match: re.Match[str], make: Maker = make) -> str:
            found.append(make(match, plan_year))
            return chr(0xE000 + len(found) - 1)  # a private character holds the place until all are found

        words = pattern.sub(mark, words)
    held = {chr(0xE000 + place): span for place, span in enumerate(found)}
    shape = "".join(held[letter].letter if letter in held else letter for letter in words)
    return shape, [held[letter] for letter in words if letter in held]
