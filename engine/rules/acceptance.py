"""On what terms an offer is accepted, and the deadline that it then has. Nothing that is not given is guessed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from engine.rules.periods import MONTHS
from engine.rules.schedules import Topic, fill, schedule_of
from engine.rules.terms import Bound, Deadline


@dataclass(frozen=True)
class Terms:
    """What a coordinator says on accepting; what is left out is taken as printed.

    Attributes:
        last_day: the day of what does not come again; `bound` tells whether it is the last on time (`by`) or not.
        open_ended: without any deadline, though one is proposed or could not be read.
        proposed: with the deadline that is proposed (the end of a target's year).
        frequency: how often, of what comes again; a code or words.
        day: the day in each period, as a number or in words.
        until: the last day of what comes again, where the plan prints no end.
        agencies: keys or names of who is accountable, instead of whom the document names.
        close_day: the day of a period's last month on which its data close.
    """

    by: str
    reason: str = ""
    last_day: date | None = None
    open_ended: bool = False
    proposed: bool = False
    frequency: str = ""
    day: str = ""
    bound: Bound | None = None
    until: date | None = None
    agencies: Sequence[str] = ()
    close_day: int | None = None


def agreed(reading: Deadline, terms: Terms, *, today: date) -> Deadline:
    """The deadline, or how often, that an offer with this reading has on these terms.

    Raises:
        ValueError: something is missing or does not fit; the message says what to add.
    """
    if reading.kind == "recurring" or terms.frequency:
        return _recurring(reading, terms)
    return _dated(reading, terms, today)


def needs_deadline(reading: Deadline) -> bool:
    """Whether a deadline is printed, or proposed, that is not known: only a person can set it."""
    return reading.kind in ("unknown", "relative") and not reading.known


def _recurring(reading: Deadline, terms: Terms) -> Deadline:
    if terms.last_day or terms.proposed or terms.open_ended:
        raise ValueError("việc định kỳ không có một hạn duy nhất: dùng --frequency, --day và --until")
    asked: list[tuple[Topic, str]] = [("frequency", terms.frequency), ("day", terms.day)]
    for topic, value in asked:
        reading = fill(reading, topic, value) if value else reading
    reading = replace(reading, bound=terms.bound or reading.bound, until=terms.until or reading.until)
    try:
        schedule = schedule_of(reading)
    except ValueError as error:
        raise ValueError(f"{error}: nêu --frequency, --day, hoặc trả lời câu hỏi của mục này") from error
    if terms.close_day is not None and (schedule.frequency not in MONTHS or not 1 <= terms.close_day <= 31):
        raise ValueError("--close-day là ngày chốt số liệu, từ 1 đến 31, của tháng cuối kỳ")
    if reading.until is None:
        raise ValueError("văn bản không ghi khi nào thôi: nêu --until YYYY-MM-DD")
    return reading


def _dated(reading: Deadline, terms: Terms, today: date) -> Deadline:
    if terms.day or terms.until or terms.close_day:
        raise ValueError("việc này không định kỳ: nêu thêm --frequency, hoặc dùng --deadline")
    if terms.last_day is not None:
        if terms.last_day < today:
            raise ValueError(f"hạn {terms.last_day:%d/%m/%Y} đã qua: nêu --deadline khác")
        return _on(reading, terms.last_day, terms.bound or "by")
    if terms.proposed and reading.suggest:
        return _on(reading, reading.suggest[0], "by")
    if terms.open_ended:
        return Deadline(kind="ongoing", text=reading.text, rule="accepted-without-deadline")
    if needs_deadline(reading):
        proposed = f", --as-proposed ({reading.suggest[0]:%d/%m/%Y})" if reading.suggest else ""
        raise ValueError(f"{reading.reason or 'chưa rõ thời hạn'}: nêu --deadline{proposed} hoặc --no-deadline")
    return reading


def _on(reading: Deadline, day: date, bound: Bound) -> Deadline:
    return Deadline(kind="date", text=reading.text, date=day, end=day, bound=bound, rule="answered")
