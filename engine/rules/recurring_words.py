"""Wordings of what comes again and again: how often, and by which day of each period.

Where the printed day lies in the period: "tháng cuối quý" is its last month, "tháng đầu quý sau" the one after it.
"""

import calendar
import re

from engine.rules.day_words import Span
from engine.rules.terms import Deadline
from engine.rules.wording import Wording, month_day, unknown

EACH = r"(?:h[àằ]ng|mỗi|từng|định kỳ|các(?= (?:tháng|quý) trong năm))"
FREQUENCIES = (
    # words of a folded wording, and how often they mean; the first that fits
    (rf"{EACH} ngày", "daily"),
    (rf"{EACH} tuần|lần/tuần", "weekly"),
    (
        rf"{EACH} 0?6 tháng|\b0?2 lần/năm|nửa năm|\b0?6 tháng/lần|\b0?6 tháng(?:,| và)(?: cả| 0?1)? năm\b",
        "half-yearly",
    ),
    (
        rf"{EACH} 0?3 tháng|\b0?4 lần/năm|(?:đầu|cuối|thứ (?:hai|2))(?: của)?(?: mỗi)? quý|{EACH} ?quý|"
        r"\b0?1 lần/quý|\b0?3 tháng/lần",
        "quarterly",
    ),
    (rf"{EACH} tháng|\b0?1 lần/tháng|\b12 lần/năm|\b0?1 tháng/lần|tháng (?:sau|tiếp theo|kế tiếp|liền kề)", "monthly"),
    (rf"{EACH} năm|\b0?1 lần/năm|\b0?1 năm/lần|năm liền kề|kỳ báo cáo năm", "yearly"),
    (r"định kỳ|lần/|/lần|kỳ báo cáo", "unspecified"),
    (r"ngày (?:làm việc )?(?:cuối cùng|đầu tiên)(?: của)? (?:mỗi )?tháng$", "monthly"),
)
RECURRING = rf".*(?:{'|'.join(pattern for pattern, _ in FREQUENCIES)}).*"
MONTHS_ON = (
    # the month of a printed day, counted from the last month of its period
    (r"tháng đầu(?: tiên)?(?: của)? quý (?:sau|tiếp theo|kế tiếp|liền kề)|tháng đầu(?: của)? năm sau", 1),
    (r"tháng (?:sau|tiếp theo|kế tiếp|liền kề)", 1),
    (r"năm liền kề|năm (?:sau|tiếp theo|kế tiếp)", 1),
    (r"tháng đầu(?: tiên)?(?: của)?(?: mỗi)? quý", -2),
    (r"tháng thứ (?:hai|2)(?: của)?(?: mỗi)? quý", -1),
)
SEVERAL = re.compile(r"\btháng \d{1,2}(?:(?:,| và|, và)(?: tháng)? \d{1,2})+,?(?: (?:h[àằ]ng|mỗi) năm)")


def recurring(_match: re.Match[str], wording: Wording) -> Deadline | None:
    """A duty of each period; a printed year beside it is where it ends."""
    frequency = next(name for pattern, name in FREQUENCIES if re.search(pattern, wording.shape))
    ends = [span for span in wording.spans if span.letter == "Y"]
    held = [span for span in wording.spans if span.letter != "Y"]
    stretch = len(ends) == 2 and re.search(r"giai đoạn Y\s*-\s*Y", wording.shape)
    if any(span.printed_year for span in held) or (len(ends) > 1 and not stretch):
        return unknown(wording, "two-milestones", "vừa ghi định kỳ vừa ghi mốc thời gian")
    if held and frequency == "unspecified":
        frequency = "yearly"
    if held and frequency not in ("yearly", "half-yearly"):
        return unknown(wording, "two-milestones", "vừa ghi định kỳ vừa ghi mốc thời gian")
    dates = tuple(_yearly_day(span, wording) for span in held)
    days = re.findall(r"ngày (\d{1,2})\b(?! (?:tháng \d|ngày))(?!/)", wording.shape)
    if any(not 1 <= int(day) <= 31 for day in days):
        return unknown(wording, "invalid-date", f"không có ngày {days[0]}")
    if days and (len(days) > 1 or dates or _others(wording, frequency)):
        return unknown(wording, "two-milestones", "ghi nhiều kỳ, mỗi kỳ một ngày: tách thành từng việc")
    day = int(days[0]) if days else None
    if len(dates) == 2 and frequency == "yearly":
        frequency = "half-yearly"
    reason = _missing(wording, frequency, dated=bool(dates or day))
    return Deadline(
        kind="recurring",
        text=wording.text,
        frequency=frequency,
        dates=dates,
        bound=("before" if "trước" in wording.shape else "by") if dates or day else None,
        day=day,
        months_on=next((months for pattern, months in MONTHS_ON if re.search(pattern, wording.shape)), 0),
        until=ends[-1].end if ends and re.search(r"đến|giai đoạn", wording.shape) else None,
        rule="recurring",
        reason=reason,
    )


def several_months(match: re.Match[str], wording: Wording) -> Deadline | None:
    """Months that come again each year: "tháng 6 và tháng 12 hàng năm", each to its last day."""
    months = [int(month) for month in re.findall(r"\d{1,2}", match[0])]
    if not all(1 <= month <= 12 for month in months) or "trước" in match[0]:
        return None
    return Deadline(
        kind="recurring",
        text=wording.text,
        frequency="half-yearly" if len(months) == 2 else "yearly",
        dates=tuple(f"{month:02d}-{calendar.monthrange(2001, month)[1]}" for month in months),
        bound="by",
        rule="recurring",
    )


def each_year(_match: re.Match[str], wording: Wording) -> Deadline:
    """A day and month where no plan year is known: it comes again each year."""
    return Deadline(
        kind="recurring",
        text=wording.text,
        bound="before" if re.search(r"\btrước\b", wording.shape) else "by",
        rule="day-each-year",
        reason="không ghi năm",
        frequency="yearly",
        dates=(month_day(wording.spans[0]),),
    )


def _yearly_day(span: Span, wording: Wording) -> str:
    """The day of each year that a printed day, month or quarter ends on; "trước tháng 6" ends as June begins."""
    if span.letter == "D":
        return month_day(span)
    month, day = span.first if re.search(r"\btrước\b", wording.shape) else span.last
    return f"{month:02d}-{day or calendar.monthrange(2001, month)[1]:02d}"


def _others(wording: Wording, frequency: str) -> set[str]:
    return {name for pattern, name in FREQUENCIES if re.search(pattern, wording.shape)} - {frequency, "unspecified"}


def _missing(wording: Wording, frequency: str, *, dated: bool) -> str | None:
    if re.search(r"ngày (?:làm việc )?(?:cuối|đầu)", wording.shape):
        return f"ngày phải xong ghi theo ngày làm việc hoặc cuối kỳ: “{wording.text}”"
    if _others(wording, frequency) and not dated:
        return "ghi nhiều kỳ báo cáo, không ghi ngày phải xong của từng kỳ"
    if frequency == "unspecified":
        return "không ghi bao lâu một lần"
    return None if dated else "không ghi ngày phải xong trong mỗi kỳ"
