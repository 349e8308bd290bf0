"""Vietnamese words to a typed deadline: an ordered list of recognisers over shapes, the first that fits decides.

Nothing is guessed: what no recogniser takes whole, with every date accounted for, stays unknown and says why. To widen
the reading, add a pattern and its builder to `READINGS` (order matters), a kind of date to `day_words.TOKENS`, or a
spelling to `spelling`. The readings and their sources: docs/decisions/0003-reading.md; "trước" is applied by
`last_day` only.
"""

import datetime as dt
import re
from dataclasses import replace

from engine.rules.day_words import Span, find_spans
from engine.rules.recurring_words import RECURRING, SEVERAL, each_year, recurring, several_months
from engine.rules.relative_words import (
    BARE_COUNT,
    COUNTED,
    EVENT,
    NUMBER,
    OWN_ISSUE,
    SINCE,
    TET,
    after_each_period,
    counted,
    event,
    start_only,
    tet_of_year,
)
from engine.rules.spelling import spell
from engine.rules.terms import Bound, Deadline, Kind, from_json, last_day, to_json
from engine.rules.wording import LEAD, TAIL, VERB, Builder, Wording, says, unknown, unread

__all__ = ["Deadline", "from_json", "last_day", "looks_like_deadline", "read_deadline", "to_json"]

LONGEST = 400
"""Characters of a cell beyond which it is no deadline, and beyond which patterns would be slow."""
LONGEST_LOOSE = 80
"""Characters up to which a cell that names no date ("theo kế hoạch …", "sau khi …") is taken for a deadline."""
LOOSE = frozenset({"event", "other-document", "ongoing", "counted-term", "recurring", "start-only"})

BARE_NUMBER = re.compile(r"\d{1,2}\.\d{1,2}|\d{1,3}")
"""As likely the number of a row as a day: "1.5"."""

PARTS: dict[tuple[str, str], tuple[int, int]] = {
    # (part, letter) -> (months on, day) of the narrowed end; day 0: the last of that month
    ("đầu", "M"): (0, 10),
    ("giữa", "M"): (0, 15),
    ("nửa đầu", "M"): (0, 15),
    ("đầu", "Q"): (0, 0),
    ("giữa", "Q"): (1, 0),
    ("đầu", "Y"): (2, 0),
    ("giữa", "Y"): (5, 0),
}
PART_NAMES = {"đầu": "start", "giữa": "middle", "cuối": "end", "nửa đầu": "first-half", "nửa cuối": "second-half"}
KINDS: dict[str, Kind] = {
    "M": "month", "T": "month", "Q": "quarter", "Y": "year", "H": "range", "S": "range", "R": "range",
}  # fmt: skip


WEEKDAYS = {
    "hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "2": 0, "3": 1, "4": 2, "5": 3, "6": 4, "7": 5,
    "chủ nhật": 6,
}  # fmt: skip
WEEKDAY = re.compile(r"\bthứ (hai|ba|tư|năm|sáu|bảy|[2-7])\b|\bchủ nhật\b")


def read_deadline(text: str, *, issued: dt.date | None, year: int | None) -> Deadline:
    """What a deadline cell says; `issued` is the document's day, `year` the year its plan is for, where known.

    Never raises and never guesses: a wording it cannot read whole is `unknown` with a reason.
    """
    printed = " ".join(text[: 2 * LONGEST].split())
    if len(text) > LONGEST and len(printed) > LONGEST:
        return Deadline(kind="unknown", text=printed, rule="unread", reason="ô thời hạn quá dài để là một thời hạn")
    words = spell(printed)
    shape, spans = find_spans(words, year)
    wording = Wording(printed, words, shape, spans, issued, year)
    if BARE_NUMBER.fullmatch(words):
        return unread(wording, "bare-number", "chỉ ghi một con số, không rõ là ngày tháng nào")
    months = SEVERAL.search(words)
    deadline = several_months(months, wording) if months else None
    return deadline or _first_fitting(wording)


def looks_like_deadline(text: str) -> bool:
    """Whether a cell is made as deadlines are: wholly one, or opening with the words of one and holding a number.

    A long cell that names no date is a sentence about time, not a deadline: a task may begin with "Thường xuyên".
    """
    if len(text) > LONGEST:
        return False
    deadline = read_deadline(text, issued=None, year=2000)
    if deadline.rule in LOOSE:
        return len(text) <= LONGEST_LOOSE
    if deadline.rule not in ("unread", "empty", "bare-number"):
        return True
    return bool(re.match(rf"{LEAD}(?:trước|(?:chậm|muộn) nhất|trong (?:tháng|quý|năm)|ngày)\b.*\d", text.casefold()))


def _first_fitting(wording: Wording) -> Deadline:
    for pattern, build in READINGS:
        match = pattern.fullmatch(wording.shape)
        deadline = build(match, wording) if match else None
        if deadline is not None:
            return deadline
    return unread(wording)


def _faulty(_match: re.Match[str], wording: Wording) -> Deadline | None:
    for span in wording.spans:
        if span.fault:
            return unknown(wording, span.fault, span.detail, span.suggest)
    return None


def _bound(word: str | None, letter: str = "D") -> Bound:
    if word == "trước":
        return "before"
    return "in" if word == "trong" or (letter == "Q" and not word) else "by"


def _one_day(match: re.Match[str], wording: Wording) -> Deadline | None:
    span = wording.spans[0]
    groups = match.groupdict()
    if span.year is None:
        return each_year(match, wording)
    weekday = WEEKDAY.search(wording.words)
    if weekday and span.end and WEEKDAYS[weekday[1] or weekday[0]] != span.end.weekday():
        reason = f"ghi “{weekday[0]}” mà ngày {span.end:%d/%m/%Y} không phải {weekday[0]}"
        return unknown(wording, "weekday-conflict", reason, (span.end,))
    hour = groups.get("hour")
    return Deadline(
        kind="date",
        text=wording.text,
        date=span.end,
        start=span.start,
        end=span.end,
        bound=_bound(groups.get("bound")),
        rule="day" if span.printed_year else "day-of-plan-year",
        time=f"{int(hour):02d}:{int(groups['minute'] or 0):02d}" if hour else None,
    )


def _one_period(match: re.Match[str], wording: Wording) -> Deadline | None:
    span = wording.spans[0] if wording.spans else Span("Y", (1, 1), (12, 0), wording.year)
    start, end = span.start, span.end
    groups = match.groupdict()
    part, bound, about = groups.get("part"), groups.get("bound"), bool(groups.get("about"))
    if start is None or end is None:
        return unknown(wording, "year-missing", "không ghi năm và chưa biết năm của kế hoạch")
    if bound == "trước" and (part or span.letter in "RHST"):
        return unknown(wording, "before-a-stretch", "“trước” một khoảng: trước khi nó bắt đầu hay kết thúc?")
    if part and part != "cuối" and (part, span.letter) not in PARTS:
        return unknown(wording, "part-of-a-stretch", f"“{part}” của khoảng này là đến ngày nào?")
    narrowed = PARTS.get((part, span.letter)) if part else None
    if narrowed:
        month = start.month + narrowed[0]
        end = Span("M", (month, 1), (month, narrowed[1]), start.year).end
    approx = bool(part) or about or span.letter in "ST"
    return Deadline(
        kind=KINDS[span.letter],
        text=wording.text,
        start=start,
        end=end,
        bound="by" if part and bound != "trước" else _bound(bound, span.letter),
        rule=f"{PART_NAMES[part]}-of-{KINDS[span.letter]}" if part else KINDS[span.letter],
        approx=approx,
        reason="khoảng thời gian chỉ gần đúng" if approx else None,
    )


def _plan_year(match: re.Match[str], wording: Wording) -> Deadline | None:
    """ "cả năm", "trong năm": the whole of the year printed or planned."""
    deadline = _one_period(match, wording)
    return replace(deadline, bound="in") if deadline and deadline.end else deadline


def _named_day(_match: re.Match[str], wording: Wording) -> Deadline:
    day = wording.spans[0].end
    reason = "gắn với một ngày lễ, kỷ niệm: có phải hạn là đúng ngày ấy không?"
    return unknown(wording, "named-day", reason, (day,) if day else ())


def _week_of_month(match: re.Match[str], wording: Wording) -> Deadline:
    """Weeks of a month have no agreed first day; the seventh days are only offered."""
    month, week = wording.spans[0].start, {"đầu": 1}.get(match["week"]) or int(match["week"])
    offered = (month + dt.timedelta(days=7 * week - 1),) if month and 1 <= week <= 4 else ()
    return unknown(wording, "week-of-month", "ghi theo tuần của tháng: đến ngày nào?", offered)


def _range(match: re.Match[str], wording: Wording) -> Deadline | None:
    first, last = wording.spans
    if last.printed_year and not first.printed_year:
        first = replace(first, year=last.year)
        if first.start and last.end and first.start > last.end:  # "từ 15/12 đến 15/01/2025" begins the year before
            first = replace(first, year=(first.year or 0) - 1)
    start, end = first.start, last.end
    if start is None or end is None:
        return unknown(wording, "year-missing", "không ghi năm và chưa biết năm của kế hoạch")
    if end < start:
        return unknown(wording, "end-before-start", "ngày kết thúc trước ngày bắt đầu")
    approx = match.groupdict().get("part") == "cuối"
    reason = "khoảng thời gian chỉ gần đúng" if approx else None
    return Deadline(
        kind="range", text=wording.text, start=start, end=end, bound="in", rule="range", approx=approx, reason=reason
    )


def _next_year(_match: re.Match[str], wording: Wording) -> Deadline:
    span = wording.spans[0]
    day = replace(span, year=span.year + 1).end if span.year else None
    return unknown(wording, "next-year", "“năm sau” là năm sau của năm nào?", (day,) if day else ())


def _from_now(_match: re.Match[str], wording: Wording) -> Deadline | None:
    end = wording.spans[0].end
    if end is None or wording.issued is None:
        return unknown(wording, "relative", "“từ nay” tính từ ngày ban hành, mà ngày ấy chưa rõ")
    if end < wording.issued:
        return unknown(wording, "end-before-start", "ngày kết thúc trước ngày ban hành")
    return Deadline(kind="range", text=wording.text, start=wording.issued, end=end, bound="in", rule="from-issue-date")


def _ongoing(_match: re.Match[str], wording: Wording) -> Deadline | None:
    start = wording.spans[0].start if wording.spans else None
    return Deadline(kind="ongoing", text=wording.text, start=start, rule="ongoing")


def _then_ongoing(match: re.Match[str], wording: Wording) -> Deadline | None:
    first = _first_fitting(replace(wording, shape=match["first"].strip(" ;,")))
    return replace(first, then="ongoing") if first.end else None


BEFORE = (
    r"(?:(?P<bound>trước(?! hoặc)|trong|đến hết|hết|đến|tới|vào|"
    r"(?:chậm|muộn|trễ) nhất(?: là)?(?: vào| trong)?(?: đến)?(?: hết)?)|"
    r"không (?:quá|muộn hơn|chậm hơn|muộn quá|chậm quá|trễ hơn|sau)|trước hoặc (?:vào |trong |đúng )?)\s*"
)
ABOUT = r"(?P<about>khoảng\s+)?"
PART = r"(?P<part>nửa đầu|nửa cuối|đầu|giữa|cuối)?\s*"
NAMED_DAY = r"(?:ngày|lễ|dịp)\s+[^\dA-Z,;]*?"
HOUR = (
    r"(?:vào )?(?:lúc )?(?:(?P<hour>\d{1,2})\s*(?:giờ|h|g|:)\s*(?P<minute>\d{2})?(?:\s*phút|['’])?|"
    r"(?:đầu |cuối )?(?:giờ )?(?:sáng|trưa|chiều|tối|ngày))"
)
DAYNAME = r"thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật"
SINCE_NOW = rf"(?:kể )?từ (?:nay|khi (?:kế hoạch(?: này)? )?(?:được )?ban hành|{OWN_ISSUE})"
CASES = r"(?:yêu cầu|phát sinh|nhu cầu|vụ việc|tình huống|đột xuất|sự cố|trường hợp|biến động|thay đổi)"
ONGOING = rf"thường xuyên|liên tục|khi (?:có |xảy ra )?{CASES}|đột xuất|phát sinh|theo yêu cầu|theo nhu cầu"
PERIOD_ENDS = r"[,\s]*(?:kể )?(?:từ|sau)(?: khi| ngày)? kết thúc (?P<period>tháng|quý|năm)\b.*"
UNTIL = r"\s*(?:-|đến hết|đến|tới)\s*"
READINGS: tuple[tuple[re.Pattern[str], Builder], ...] = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        (r"[-\s]*", says("empty", "ô thời hạn để trống")),
        (r"[\"“”'〃]+|-?\s*nt\s*-?|như trên", says("ditto", "ghi “như trên”: cần xem dòng phía trên")),
        (r".*[A-Z].*", _faulty),
        (rf"{COUNTED}{PERIOD_ENDS}", after_each_period),
        (rf"{BARE_COUNT}{PERIOD_ENDS}", after_each_period),
        (rf"{COUNTED}{SINCE}(?P<anchor>.*)", counted),
        (rf"{BARE_COUNT}{SINCE}(?P<anchor>.+)", counted),
        (rf"sau (?:khi )?(?P<anchor>[^\d]*(?:ban hành|ký)[^\d]*?) {NUMBER}", counted),
        (COUNTED, counted),
        (RECURRING, recurring),
        (r"(?:từ )?Y(?:,| và)? (?:(?:những|các) năm (?:tiếp theo|sau|kế tiếp)|trở đi)", _ongoing),
        (
            rf"(?P<first>[^;]*[DMQY][^;DMQY]*?)(?:[;,]| và\b) *"
            rf"[^\dA-Z]*(?:{ONGOING}|duy trì|(?:những|các) năm)[^\dA-Z]*",
            _then_ongoing,
        ),
        (rf"[^\dA-Z]*(?:{ONGOING})[^\dA-Z]*Y?", _ongoing),
        (
            r".*\btheo (?:kế hoạch|tiến độ|chỉ đạo|lộ trình|hướng dẫn|quy định|chương trình|thời (?:gian|hạn)|lịch|"
            r"từng|quyết định|văn bản|nghị quyết|đề án|dự án|giai đoạn|thông báo|đợt|thực tế)\b.*|theo (?!dõi)[^A-Z]*",
            says("other-document", "phụ thuộc một văn bản hoặc tiến độ khác"),
        ),
        (TET, tet_of_year),
        (
            r"[^DMQHSRT]*\b(?:sau khi|kỳ họp|trước khi)\b[^DMQHSRT]*|"
            r"tuần(?: thứ)? \d{1,2}(?:(?:-|,| và | đến )\d{1,2})*",
            event,
        ),
        (rf"{LEAD}{BEFORE}{HOUR}[,\s]*D{TAIL}", _one_day),
        (rf"{LEAD}{BEFORE}(?:{NAMED_DAY})?D{TAIL}", _one_day),
        (rf"{VERB}(?:{HOUR}[,\s]*)?D{TAIL}", _one_day),
        (rf"{LEAD}(?:{BEFORE}|{VERB})(?:{HOUR}[,\s]*)?(?:{DAYNAME}),?\s*D", _one_day),
        (rf"{LEAD}{SINCE_NOW}(?: cho)? (?:đến|tới)(?: hết| cuối)* [A-Z]{TAIL}", _from_now),
        (rf"{LEAD}(?:từ|trong(?: suốt)? giai đoạn|giai đoạn) [A-Z]{UNTIL}[A-Z]{TAIL}", _range),
        (rf"{VERB}[A-Z]{UNTIL}[A-Z]{TAIL}", _range),
        (rf"{LEAD}{ABOUT}{BEFORE}{PART}[MQYHSRT]{TAIL}", _one_period),
        (rf"{VERB}{ABOUT}{PART}[MQYHSRT]{TAIL}", _one_period),
        (rf"{VERB}(?:từ|các) R{TAIL}", _one_period),
        (rf"{VERB}từ (?:đầu |giữa |cuối )?[MQY] (?:đến|tới) (?P<part>hết|cuối) [MQY]{TAIL}", _range),
        (r"[^A-Z]*D (?:của )?năm (?:sau|tiếp theo|kế tiếp)", _next_year),
        (rf"{VERB}(?:tuần )?(?P<part>cuối)\s+M{TAIL}", _one_period),
        (rf"{VERB}tuần (?:thứ )?(?P<week>đầu|\d)(?: của)? M", _week_of_month),
        (rf"{VERB}(?:trong )?(?:(?:suốt )?(?:cả|quanh|suốt) (?:năm|Y)|năm kế hoạch|trong năm)", _plan_year),
        (rf"{VERB}(?P<part>cuối|đầu|giữa) năm(?: nay| kế hoạch)?", _one_period),
        (rf"{LEAD}(?:kể )?(?:từ|sau|không trước)(?: khi)? [A-Z]{TAIL}", start_only),
        (EVENT, event),
        (rf"(?:nhân |vào |đúng )?{NAMED_DAY}D", _named_day),
        (r"(?!0?[369] tháng)" + BARE_COUNT, counted),
        (r".*[A-Z].*[A-Z].*", says("two-milestones", "ô ghi nhiều mốc thời gian")),
        (r".*\bngày \d{1,2}", says("day-without-month", "có ngày nhưng không có tháng")),
    )
)
