"""Deadlines and periods that a sentence prints, found by their words and read by the rules of deadlines.

A day counts as a deadline only behind "trước", "chậm nhất", "trong", "đến hết" and the like, never as the day of a
document that is cited, and not inside quotation marks.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine.rules.deadlines import read_deadline
from engine.rules.terms import Deadline

DM = r"\d{1,2}\s?[/.\-]\s?\d{1,2}(?:\s?[/.\-]\s?\d{4})?"
DAY = (
    r"thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])\s+(?:h[àằ]ng|mỗi)\s+tuần|"
    rf"(?:ngày\s+)?{DM}|ngày\s+\d{{1,2}}\s+tháng\s+\d{{1,2}}(?:\s+năm\s+\d{{4}})?|"
    r"(?:ngày\s+)?\d{1,2}\s+(?:của\s+)?(?:tháng\s+(?:đầu|cuối|sau|tiếp theo)(?:\s+(?:của\s+)?(?:quý|kỳ|"
    r"năm)(?:\s+sau)?)?|(?:h[àằ]ng|mỗi)\s+(?:tháng|quý|năm))"
)
MONTH = (
    r"(?:(?:đầu|giữa|cuối)\s+)?(?:tháng\s+\d{1,2}(?:\s?/\s?\d{4}|\s+năm\s+\d{4})?|quý\s+(?:IV|I{1,3}|[1-4])\b(?:\s?/\s?\d{4}|"
    r",?\s+năm\s+\d{4})?|năm\s+\d{4})"
)
BOUND = (
    r"(?:trước|chậm nhất(?:\s+là)?(?:\s+vào)?(?:\s+đến)?|muộn nhất(?:\s+là)?(?:\s+vào)?|đến hết|hết|xong trong|"
    r"trong|vào)"
)
DONE = r"(?:(?:hoàn thành|xong|thực hiện|gửi|báo cáo|trình|nộp|ban hành|triển khai)\s+)?"
COUNTED = (
    r"(?:trong(?:\s+(?:thời hạn|vòng))?|sau|chậm nhất(?:\s+(?:là|sau))?)\s+\d{1,3}\s+(?:ngày(?:\s+làm việc)?|"
    r"tháng)[^,.;()]{0,80}"
)
MORE_DAYS = rf"(?:\s*(?:[,;]|và)\s*(?:ngày\s+)?{DM}(?![\w%])){{0,4}}"
"""Further days of one deadline: "trước ngày 15/6 và 15/12" is not the first of them."""
STRETCH = rf"từ\s+(?:{DAY}|{MONTH})\s+đến\s+(?:hết\s+)?(?:{DAY}|{MONTH})"
DUE = re.compile(
    rf"(?<!\w)(?:{STRETCH}|{DONE}{BOUND}\s+(?:{DAY}|{MONTH}){MORE_DAYS}(?:\s+(?:h[àằ]ng|mỗi)\s+(?:tháng|quý|năm))?|"
    rf"{COUNTED})(?![\w%])",
    re.I,
)
QUOTED = re.compile(r"[“\"«][^”\"»]{0,2000}[”\"»]")
PAST = re.compile(r"(?:đã|được|tính|cấp|sinh|thành lập|công nhận|có hiệu lực|ký|phát sinh)\s*$", re.I)
EVERY = re.compile(r"(?<!\w)(?:h[àằ]ng|mỗi)\s+(?P<unit>ngày|tuần|tháng|quý|năm)\b", re.I)
UNTIL = re.compile(
    r"(?<!\w)đến\s+(?:hết\s+)?năm\s+(\d{4})(?:\s*(?:,|và)?\s*(?:đến\s+)?(?:tầm nhìn\s+(?:đến\s+)?)?năm\s+\d{4})?", re.I
)
YEARS = re.compile(r"(?<!\w)giai đoạn\s+(\d{4})\s*[-–]\s*(\d{4})", re.I)
FREQUENCY = {"ngày": "daily", "tuần": "weekly", "tháng": "monthly", "quý": "quarterly", "năm": "yearly"}
LONGEST = 5_000
"""Characters of an item in which deadlines are looked for."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The document's own days: when it was issued, and the one year it is for."""

    issued: dt.date | None = None
    year: int | None = None

    def read(self, printed: str) -> Deadline:
        """A wording as a deadline."""
        return read_deadline(printed, issued=self.issued, year=self.year)


def unquoted(text: str) -> str:
    """The text with what stands in quotation marks blanked, every other letter in its place."""
    return QUOTED.sub(lambda quoted: " " * len(quoted[0]), text[:LONGEST])


def due_phrases(text: str) -> list[re.Match[str]]:
    """The wordings of a deadline in a text, in order."""
    bare = unquoted(text)
    return [match for match in DUE.finditer(bare) if not PAST.search(bare[max(0, match.start() - 20) : match.start()])]


def deadline_of(printed: Iterable[str], calendar: Calendar) -> Deadline | None:
    """The one deadline of an item; several different ones are unknown and say so."""
    found: dict[str, Deadline] = {}
    for text in printed:
        deadline = calendar.read(text)
        unread = deadline.kind == "unknown" and deadline.rule == "unread"
        passed = deadline.end and calendar.issued and deadline.end < calendar.issued
        if not unread and not passed:
            found.setdefault(text.casefold(), deadline)
    ends = {(deadline.kind, deadline.end, deadline.bound) for deadline in found.values()}
    if len(ends) > 1:
        listed = "; ".join(deadline.text for deadline in found.values())
        reason = f"mục này ghi {len(found)} thời hạn: {listed}"
        days = tuple(sorted({deadline.end for deadline in found.values() if deadline.end}))
        return Deadline(kind="unknown", text=listed, rule="several-deadlines", reason=reason, suggest=days)
    return next(iter(found.values()), None)


def period_of(text: str) -> dict[str, Any] | None:
    """The stretch or rhythm of work that a text prints without making it a deadline."""
    bare = unquoted(text)
    every, until, years = EVERY.search(bare), UNTIL.search(bare), YEARS.search(bare)
    if every:
        return {"kind": "recurring", "frequency": FREQUENCY[every["unit"].lower()], "printed": every[0]}
    if until:
        return {"kind": "range", "start": None, "end": f"{until[1]}-12-31", "printed": until[0]}
    if years:
        return {"kind": "range", "start": f"{years[1]}-01-01", "end": f"{years[2]}-12-31", "printed": years[0]}
    return None
