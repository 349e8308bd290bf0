"""Wordings that hang on something else: a term counted from a day, an event, Tết.

A counted term has an end only where its anchor is known: a printed day, or the issue of the document itself.
"""

import datetime as dt
import re
from itertools import pairwise

from engine.rules.day_words import Span
from engine.rules.lunar import tet, year_named
from engine.rules.terms import Deadline, Unit
from engine.rules.wording import HARMLESS, VERB, Wording, unit_of, unknown

ASIDE_NUMBER = r"(?:\s*\([^)]*\))?"  # "10 (mười) ngày"
UNIT = r"(?P<unit>ngày làm việc|ngày|tuần|tháng)"
WITHIN = r"(?:trong(?: vòng| thời hạn| thời gian)?|(?:chậm|muộn|trễ) nhất(?: là)?|không quá|tối đa|thời hạn)"
NUMBER = rf"(?P<number>\d{{1,3}}){ASIDE_NUMBER}\s*{UNIT}"
SINCE = r"[,\s]*(?:(?:kể|tính) )?(?:từ|sau)(?: khi| ngày)?\s*"
COUNTED = rf".*?{WITHIN} {NUMBER}"
BARE_COUNT = rf"{VERB}{NUMBER}"
OWN_ISSUE = (
    r"(?:ngày )?(?:(?:văn bản này|kế hoạch(?: này)?) )?(?:được )?(?:ban hành|ký)(?: ban hành)?"
    r"(?: (?:văn bản này|kế hoạch(?: này)?))?"
)
EVENT = (
    rf"(?:{HARMLESS})?(?:ngay )?(?:(?:trước|sau|trong)(?: khi| ngày| dịp| thời gian)?|khi) "
    r"(?!mắt\b|hết\b|cuối\b|đầu\b|giữa\b|ngày\b|tháng\b|quý\b|năm\b(?! học)|tuần\b|vòng\b|đó\b|này\b|hoặc\b)[^\dA-Z]+"
    r"(?: \d{1,3} ngày(?: làm việc)?)?|(?:trước|sau) \d{1,3} (?:ngày|tuần|tháng)\b[^\dA-Z]*"
)
TET = (
    r"[^A-Z]*\b(?P<bound>trước|sau|trong)\b[^A-Z]*\btết\b(?! (?:dương lịch|trung thu|thiếu nhi))"
    r"(?P<name>[^A-Z\d]*)(?:Y|(?P<year>20\d\d))?[^A-Z]*"
)


def counted(match: re.Match[str], wording: Wording) -> Deadline | None:
    """ "trong 10 ngày kể từ ngày …": counted from a known day, else open until that day is told."""
    number, unit = int(match["number"]), unit_of(match["unit"])
    anchor = (match.groupdict().get("anchor") or "").strip()
    if number == 0:
        return unknown(wording, "no-term", f"thời hạn ghi 0 {match['unit']}")
    from_day = _anchor_day(anchor, wording)
    reason = None if from_day else f"chưa biết ngày bắt đầu tính: {_shown(anchor)}"
    return Deadline(
        kind="relative",
        text=wording.text,
        start=from_day,
        end=_count(from_day, number, unit),
        bound="by",
        rule="counted-term",
        reason=reason,
        counted=True,
        days=number,
        unit=unit,
        anchor=anchor or None,
    )


def after_each_period(match: re.Match[str], wording: Wording) -> Deadline:
    """So many days after every month, quarter or year has ended."""
    frequency = {"tháng": "monthly", "quý": "quarterly", "năm": "yearly"}[match["period"]]
    return Deadline(
        kind="relative",
        text=wording.text,
        bound="by",
        rule="days-after-period",
        counted=True,
        days=int(match["number"]),
        unit=unit_of(match["unit"]),
        frequency=frequency,
        anchor=f"kết thúc {match['period']}",
        reason="tính từ khi kết thúc mỗi kỳ",
    )


def event(_match: re.Match[str], wording: Wording) -> Deadline:
    """Before, at or after something that the document gives no day for."""
    after_issue = re.search(rf"sau khi (?:có )?{OWN_ISSUE}$", wording.shape)
    return Deadline(
        kind="relative",
        text=wording.text,
        start=wording.issued if after_issue else None,
        rule="event",
        bound="before" if wording.shape.startswith("trước") else None,
        anchor=wording.words,
        reason="gắn với một sự việc mà văn bản không ghi ngày",
    )


def tet_of_year(match: re.Match[str], wording: Wording) -> Deadline:
    """Before the Tết of a year that is named or numbered; without its year the plan may mean either one."""
    numbered = wording.spans[0].year if wording.spans else int(match["year"]) if match["year"] else None
    year = numbered or _year_in(match["name"])
    first = tet(year) if year else None
    if first is None or match["bound"] != "trước":
        return event(match, wording)
    return Deadline(kind="relative", text=wording.text, end=first, bound="before", rule="tet", anchor="Tết Nguyên đán")


def start_only(_match: re.Match[str], wording: Wording) -> Deadline:
    """Only the day to begin on is printed: when it must be done is for a person to say."""
    return unknown(wording, "start-only", "chỉ ghi thời điểm bắt đầu, không ghi phải xong khi nào")


def _year_in(name: str) -> int | None:
    words = name.replace(",", " ").split()
    return next((year for pair in pairwise(words) if (year := year_named(" ".join(pair)))), None)


def _anchor_day(anchor: str, wording: Wording) -> dt.date | None:
    if len(wording.spans) == 1 and re.fullmatch(r"(?:ngày\s*)?D", anchor):
        return wording.spans[0].end
    if not wording.spans and re.fullmatch(OWN_ISSUE, anchor):
        return wording.issued
    return None


def _shown(anchor: str) -> str:
    return re.sub(r"[A-Z]", "…", anchor) or "không ghi"


def _count(day: dt.date | None, number: int, unit: Unit) -> dt.date | None:
    """The counted day before any rolling; working days wait for a calendar (Bộ luật Dân sự 2015, Đ147-148)."""
    if day is None or unit == "working_day":
        return None
    if unit != "month":
        return day + dt.timedelta(days=number * (7 if unit == "week" else 1))
    years, month = divmod(day.month - 1 + number, 12)
    length = Span("M", (month + 1, 1), (month + 1, 0), day.year + years).end
    assert length is not None
    return min(length, length.replace(day=min(day.day, length.day)))
