"""What a recurring reading still lacks before its periods can be told, and how a person's words fill it."""

import re
from dataclasses import replace
from typing import Literal

from engine.rules.deadlines import read_deadline
from engine.rules.periods import MONTHS, OFTEN, Schedule
from engine.rules.terms import Bound, Deadline

Topic = Literal["frequency", "day", "month"]

MONTH_SAID = re.compile(
    r"tháng\s+(?:cuối|đầu|thứ|sau|tiếp|kế|liền)|(?:cuối|đầu)\s+(?:mỗi\s+)?(?:quý|kỳ|năm)|"
    r"năm\s+(?:sau|liền|tiếp|kế)|kết\s+thúc\s+(?:quý|kỳ|năm)"
)
DAY_WORDS = re.compile(
    r"(?:(?P<before>trước)|(?:chậm|muộn) nhất(?: là)?(?: vào)?|vào)?\s*(?:ngày\s*)?(?P<day>\d{1,2})"
    r"(?:\s+(?:của\s+)?(?P<month>tháng (?:cuối|đầu)(?: (?:quý|kỳ|năm))?(?: (?:sau|tiếp theo))?|tháng sau))?"
)
WEEKDAYS = {"hai": 1, "ba": 2, "tư": 3, "năm": 4, "sáu": 5, "bảy": 6}
LAST_MONTH, NEXT_MONTH = "tháng cuối kỳ", "tháng đầu kỳ sau"

FREQUENCY_WORDS = {
    "daily": "hàng ngày",
    "weekly": "hàng tuần",
    "monthly": "hàng tháng",
    "quarterly": "hàng quý",
    "half-yearly": "6 tháng một lần",
    "yearly": "hàng năm",
}
REASONS: dict[Topic, str] = {
    "frequency": "văn bản không ghi bao lâu một lần: mỗi tháng, mỗi quý, 6 tháng hay mỗi năm?",
    "day": "văn bản không ghi ngày phải xong trong mỗi kỳ. Gợi ý: NĐ 09/2019/NĐ-CP chốt số liệu ngày 14 tháng cuối kỳ "
    "(Điều 12), bộ và tỉnh gửi Chính phủ chậm nhất ngày 25 (Điều 13); cấp dưới do cơ quan nhận báo cáo đặt",
    "month": "có ngày nhưng không ghi là tháng nào của kỳ: tháng cuối kỳ hay tháng đầu kỳ sau?",
}
WRITE: dict[Topic, str] = {
    "frequency": "viết “hàng tháng”, “hàng quý”, “định kỳ 6 tháng” hoặc “hàng năm”",
    "day": "viết một ngày của tháng (“ngày 20”, “trước ngày 20 tháng cuối quý”), một thứ trong tuần (“thứ sáu”) hoặc "
    "các ngày trong năm (“15/6 và 15/12”)",
    "month": f"viết “{LAST_MONTH}” hoặc “{NEXT_MONTH}”",
}


def lacks(reading: Deadline) -> Topic | None:
    """The first thing that a recurring reading lacks before its days can be told; None where it has all."""
    if reading.frequency not in OFTEN:
        return "frequency"
    if reading.frequency == "daily":
        return None
    if reading.frequency == "weekly":
        return None if reading.day and reading.day <= max(WEEKDAYS.values()) + 1 else "day"
    if not reading.dates and not reading.day:
        return "day"
    several = reading.frequency in MONTHS and MONTHS[reading.frequency] > 1
    said = reading.dates or reading.rule == "answered" or MONTH_SAID.search(reading.text.casefold())
    return "month" if several and not said else None


def choices(reading: Deadline, topic: Topic) -> list[str]:
    """Answers to choose from, each as `fill` takes it: suggestions, never taken by themselves."""
    if topic == "frequency":
        return ["hàng tháng", "hàng quý", "định kỳ 6 tháng", "hàng năm"]
    if topic == "month":
        return [LAST_MONTH, NEXT_MONTH]
    if reading.frequency not in MONTHS:
        return []
    return ["chậm nhất ngày 25" if reading.frequency == "monthly" else f"chậm nhất ngày 25 {LAST_MONTH}"]


def fill(reading: Deadline, topic: Topic, value: str) -> Deadline:
    """The reading with a person's words in the place of what it lacks; they may say more than was asked.

    Raises:
        ValueError: the words are no answer; the message says how to write one.
    """
    words = " ".join(value.casefold().split()).strip(" .;,")
    filled = {"frequency": _frequency, "day": _day, "month": _month}[topic](reading, words)
    if filled is None:
        raise ValueError(f"“{value}” chưa trả lời được: {WRITE[topic]}.")
    return replace(filled, kind="recurring", text=reading.text, reason=None, counted=False)


def schedule_of(reading: Deadline, *, close_day: int | None = None) -> Schedule:
    """The schedule that a whole reading says.

    Raises:
        ValueError: it still lacks something.
    """
    missing = lacks(reading)
    if missing or reading.frequency is None:
        raise ValueError(REASONS[missing or "frequency"])
    bound: Bound = "before" if reading.bound == "before" else "by"
    return Schedule(reading.frequency, reading.day, reading.dates, reading.months_on, bound, close_day)


def in_words(reading: Deadline) -> str:
    """The schedule in words, for a person to judge: "hàng quý, trước ngày 15 tháng cuối kỳ"."""
    often = FREQUENCY_WORDS.get(reading.frequency or "", "chưa rõ bao lâu một lần")
    if reading.frequency == "daily":
        return often
    sign = "trước" if reading.bound == "before" else "chậm nhất"
    if reading.dates:
        days = " và ".join("/".join(reversed(day.split("-"))) for day in reading.dates)
        return f"{often}, {sign} ngày {days}{' năm sau' if reading.months_on > 0 else ''}"
    if not reading.day:
        return f"{often}, chưa rõ ngày"
    if reading.frequency == "weekly":
        names = {number: f"thứ {name}" for name, number in WEEKDAYS.items()} | {7: "Chủ nhật"}
        return f"{often}, {sign} {names.get(reading.day, 'chưa rõ ngày')}"
    if lacks(reading) == "month":
        return f"{often}, {sign} ngày {reading.day}, chưa rõ tháng nào của kỳ"
    return f"{often}, {sign} ngày {reading.day}{_month_words(reading)}"


def _month_words(reading: Deadline) -> str:
    if reading.frequency == "monthly":
        return " tháng sau" if reading.months_on == 1 else ""
    places = {0: LAST_MONTH, 1: NEXT_MONTH}
    return " " + places.get(reading.months_on, f"của tháng thứ {MONTHS[reading.frequency or ''] + reading.months_on}")


def _frequency(reading: Deadline, words: str) -> Deadline | None:
    if words in OFTEN:
        return replace(reading, frequency=words)
    for wording in (words, f"hàng {words}"):
        said = read_deadline(wording, issued=None, year=None)
        if said.kind == "recurring" and said.frequency in OFTEN:
            return _with_day(replace(reading, frequency=said.frequency), said)
    return None


def _day(reading: Deadline, words: str) -> Deadline | None:
    if reading.frequency == "weekly":
        return _weekday(reading, words)
    match = DAY_WORDS.fullmatch(words)
    if match and 1 <= int(match["day"]) <= 31:
        months = 1 if re.search(r"sau|tiếp", match["month"] or "") else 0
        if "đầu" in (match["month"] or "") and not months:
            months = 1 - MONTHS[reading.frequency or "monthly"]
        bound: Bound = "before" if match["before"] else "by" if words[:1].isalpha() else reading.bound or "by"
        rule = "answered" if match["month"] or reading.frequency == "monthly" else reading.rule
        return replace(reading, day=int(match["day"]), dates=(), months_on=months, bound=bound, rule=rule)
    for wording in (words, f"{words} hàng năm"):
        said = read_deadline(wording, issued=None, year=None)
        if (
            said.kind == "recurring"
            and (said.dates or said.frequency == reading.frequency)
            and (said.day or said.dates)
        ):
            return _with_day(reading, said)
    return None


def _weekday(reading: Deadline, words: str) -> Deadline | None:
    name = re.search(r"thứ (\w+)", words)
    day = WEEKDAYS.get(name[1]) if name else 7 if "chủ nhật" in words else None
    bound: Bound = "before" if words.startswith("trước") else "by"
    return replace(reading, day=day, bound=bound, rule="answered") if day else None


def _month(reading: Deadline, words: str) -> Deadline | None:
    if re.fullmatch(r"(?:tháng )?cuối(?: (?:kỳ|quý|năm))?", words):
        return replace(reading, months_on=0, rule="answered")
    if re.fullmatch(r"(?:tháng )?(?:đầu )?(?:(?:kỳ|quý|năm) )?(?:sau|tiếp theo)", words):
        return replace(reading, months_on=1, rule="answered")
    return None


def _with_day(reading: Deadline, said: Deadline) -> Deadline:
    """The reading with the day that other words say, if they say one; what they leave open stays open."""
    if not said.day and not said.dates:
        return reading
    month = MONTH_SAID.search(said.text.casefold()) is not None or said.frequency == "monthly" or bool(said.dates)
    return replace(
        reading,
        day=said.day,
        dates=said.dates,
        months_on=said.months_on,
        bound=said.bound or "by",
        rule="answered" if month else reading.rule,
    )
