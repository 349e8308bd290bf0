"""One wording of time on its way to a deadline, and the vocabulary that its readings share."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from engine.rules.day_words import Span
from engine.rules.terms import Bound, Deadline, Unit

TIMEWORDS = (
    r"trước|sau|từ|đến|tới|khi|nếu|h[àằ]ng|mỗi|định|kỳ|kể|ngày|tháng|quý|năm|tuần|theo|trong|hết|đầu|giữa|cuối|"
    r"chậm|muộn|trễ|và|hoặc|tết|lần|không|chưa|thường|liên|khoảng"
)
WORD = rf"(?!(?:{TIMEWORDS})\b)[^\W\dA-Z][^\s,:\dA-Z]*"
"""A word that says nothing of time. It holds no separator, so that a run of words divides in one way only."""
HARMLESS = rf"(?:(?:{WORD}|\d{{1,3}}%)[\s,:]+)*?"
LEAD = rf"(?:{HARMLESS})"
VERB = (
    r"(?:(?:cần|phải|dự kiến|cơ bản|ngay) )*(?:xong|hoàn thành|hoàn thiện|thực hiện|triển khai|tổ chức|gửi|trình|nộp|"
    r"ban hành|báo cáo|kết thúc|thời gian|thời hạn|hạn)?[\s:]*"
)
ASIDE = r"\s*\((?!.*\b(?:sau|khi|nếu|theo)\b)[^()\dA-Z]*\)"
TAIL = rf"(?:\s+để\b.*|{ASIDE}|[\s,]+{WORD}(?:[\s,:]+{WORD})*[\s,]*)?"


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording: as printed, folded, as a shape, with its dates and its document's day and plan year."""

    text: str
    words: str
    shape: str
    spans: list[Span]
    issued: dt.date | None
    year: int | None


Builder = Callable[[re.Match[str], Wording], Deadline | None]


def unknown(wording: Wording, rule: str, reason: str, suggest: tuple[dt.date, ...] = ()) -> Deadline:
    """The deadline of a wording that is not read: no date, and why."""
    bound: Bound | None = "before" if re.search(r"\btrước\b", wording.shape) else None
    return Deadline(kind="unknown", text=wording.text, bound=bound, rule=rule, reason=reason, suggest=suggest)


def unread(wording: Wording, rule: str = "unread", reason: str = "chưa hiểu được cách ghi thời hạn này") -> Deadline:
    """A wording not taken whole: the days printed in it are offered to the person who is asked."""
    if rule == "other-document" and not re.search(r"\b(?:trước|đến|nhất|xong|hết)\b", wording.shape):
        return unknown(wording, rule, reason)  # the day of the other document is none of this task
    days = (span.end for span in wording.spans if span.letter == "D" and not span.fault)
    return unknown(wording, rule, reason, tuple(dict.fromkeys(day for day in days if day)))


def says(rule: str, reason: str) -> Builder:
    """A builder for wordings that are understood to hold no date."""
    return lambda _match, wording: unread(wording, rule, reason)


def month_day(span: Span) -> str:
    """`06-15`: a span's last day where no year is known."""
    return f"{span.last[0]:02d}-{span.last[1]:02d}"


def unit_of(words: str) -> Unit:
    """The unit of a counted term."""
    units: dict[str, Unit] = {"ngày": "day", "ngày làm việc": "working_day", "tuần": "week", "tháng": "month"}
    return units[words]
