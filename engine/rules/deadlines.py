"""Vietnamese words to a typed deadline: an ordered list of recognisers over shapes, the first that fits decides.

Nothing is guessed: what no recogniser takes whole, with every date accounted for, stays unknown and says why. To widen
the reading, add a pattern and its builder to `READINGS` (order matters) or a kind of date to `day_words.TOKENS`.
The readings and their sources: docs/decisions/0003-reading.md; "trước" is applied by `last_day` only.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.rules.day_words import Span, find_spans
from engine.rules.terms import Bound, Deadline, Kind, Unit, from_json, last_day, to_json

__all__ = ["Deadline", "from_json", "last_day", "looks_like_deadline", "read_deadline", "to_json"]

TIMEWORDS = (
    r"trước|sau|từ|đến|tới|khi|nếu|h[àằ]ng|mỗi|định|kỳ|kể|ngày|tháng|quý|năm|tuần|theo|trong|hết|đầu|giữa|cuối|"
    r"chậm|muộn|và|hoặc|tết|lần|không|chưa|thường|liên"
)
HARMLESS = rf"(?:(?!(?:{TIMEWORDS})\b)[^\W\dA-Z][^\s\dA-Z]*[\s,:]+)*?"
LEAD = rf"(?:{HARMLESS})"
VERB = (
    r"(?:(?:cần|phải|dự kiến|cơ bản) )*(?:xong|hoàn thành|hoàn thiện|thực hiện|triển khai|tổ chức|gửi|trình|nộp|"
    r"ban hành|báo cáo|kết thúc|thời gian|thời hạn|hạn)?[\s:]*"
)
ASIDE = r"\s*\((?!.*\b(?:sau|khi|nếu|theo)\b)[^()\dA-Z]*\)"
TAIL = rf"(?:\s+để\b.*|{ASIDE}|[\s,]+(?:(?!(?:{TIMEWORDS})\b)[^\W\dA-Z][^\s\dA-Z]*[\s,]*)+)?"
BEFORE = r"(?P<bound>trước|trong|đến hết|hết|đến|tới|(?:chậm|muộn) nhất(?: là)?(?: vào)?(?: đến)?|vào)\s*"
PART = r"(?P<part>đầu|giữa|cuối)?\s*"
EVENT = r"(?:(?:ngày|lễ|dịp)\s+[^\dA-Z,;]*?)?"

LONGEST = 400
"""Characters of a cell beyond which it is no deadline, and beyond which patterns would be slow."""

FREQUENCIES = (
    (r"h[àằ]ng ngày|mỗi ngày", "daily"),
    (r"h[àằ]ng tuần|mỗi tuần", "weekly"),
    (r"(?:định kỳ|mỗi|h[àằ]ng) (?:0?6|sáu) tháng|\b0?2 lần/năm|nửa năm", "half-yearly"),
    (
        r"(?:định kỳ|mỗi|h[àằ]ng) 0?3 tháng|\b0?4 lần/năm|(?:đầu|cuối) quý|(?:h[àằ]ng|mỗi|định kỳ|lần/) ?quý",
        "quarterly",
    ),
    (r"(?:h[àằ]ng|mỗi|định kỳ) tháng|\b(?:0?1|một) lần/tháng|\b12 lần/năm", "monthly"),
    (r"(?:h[àằ]ng|mỗi|định kỳ) năm|\b(?:0?1|một) lần/năm|năm liền kề|kỳ báo cáo năm", "yearly"),
    (r"định kỳ|lần/|kỳ báo cáo", "unspecified"),
)
PARTS: dict[tuple[str, str], tuple[int, int]] = {
    # (part, letter) -> (months on, day) of the narrowed end; day 0: the last of that month
    ("đầu", "M"): (0, 10),
    ("giữa", "M"): (0, 15),
    ("đầu", "Q"): (0, 0),
    ("giữa", "Q"): (1, 0),
    ("đầu", "Y"): (2, 0),
    ("giữa", "Y"): (5, 0),
}
PART_NAMES = {"đầu": "start", "giữa": "middle", "cuối": "end"}
KINDS: dict[str, Kind] = {"M": "month", "Q": "quarter", "Y": "year", "H": "range", "S": "range", "R": "range"}


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording on its way to a deadline: as printed, folded, as a shape, with its dates and its document's days."""

    text: str
    words: str
    shape: str
    spans: list[Span]
    issued: dt.date | None
    year: int | None


Builder = Callable[[re.Match[str], Wording], Deadline | None]


def read_deadline(text: str, *, issued: dt.date | None, year: int | None) -> Deadline:
    """What a deadline cell says; `issued` is the document's day, `year` the year its plan is for, where known.

    Never raises and never guesses: a wording it cannot read whole is `unknown` with a reason.
    """
    printed = " ".join(unicodedata.normalize("NFC", text).split())
    if len(printed) > LONGEST:
        return Deadline(kind="unknown", text=printed, rule="unread", reason="ô thời hạn quá dài để là một thời hạn")
    words = re.sub(r"[‐-―−]", "-", printed.casefold()).strip(" .;,:")
    shape, spans = find_spans(words, year)
    wording = Wording(printed, words, shape, spans, issued, year)
    for pattern, build in READINGS:
        match = pattern.fullmatch(shape)
        deadline = build(match, wording) if match else None
        if deadline is not None:
            return deadline
    return _unknown(wording, "unread", "chưa hiểu được cách ghi thời hạn này")


def looks_like_deadline(text: str) -> bool:
    """Whether a cell is made as deadlines are: wholly one, or opening with the words of one and holding a number."""
    if len(text) > LONGEST:
        return False
    deadline = read_deadline(text, issued=None, year=2000)
    if deadline.rule not in ("unread", "empty"):
        return True
    return bool(re.match(rf"{LEAD}(?:trước|(?:chậm|muộn) nhất|trong (?:tháng|quý|năm)|ngày)\b.*\d", text.casefold()))


def _unknown(wording: Wording, rule: str, reason: str, suggest: tuple[dt.date, ...] = ()) -> Deadline:
    bound: Bound | None = "before" if re.search(r"\btrước\b", wording.shape) else None
    return Deadline(kind="unknown", text=wording.text, bound=bound, rule=rule, reason=reason, suggest=suggest)


def _says(rule: str, reason: str) -> Builder:
    return lambda _match, wording: _unknown(wording, rule, reason)


def _faulty(_match: re.Match[str], wording: Wording) -> Deadline | None:
    for span in wording.spans:
        if span.fault:
            return _unknown(wording, span.fault, span.detail, span.suggest)
    return None


def _bound(word: str | None, letter: str = "D") -> Bound:
    if word == "trước":
        return "before"
    return "in" if word == "trong" or (letter == "Q" and not word) else "by"


def _one_day(match: re.Match[str], wording: Wording) -> Deadline | None:
    span = wording.spans[0]
    groups = match.groupdict()
    bound, hour = _bound(groups.get("bound")), groups.get("hour")
    if span.year is None:
        return Deadline(
            kind="recurring",
            text=wording.text,
            bound=bound,
            rule="day-each-year",
            reason="không ghi năm",
            frequency="yearly",
            dates=(_month_day(span),),
        )
    time = f"{int(match['hour']):02d}:{int(match['minute'] or 0):02d}" if hour else None
    rule = "day" if span.printed_year else "day-of-plan-year"
    return Deadline(
        kind="date", text=wording.text, date=span.end, start=span.start, end=span.end, bound=bound, rule=rule, time=time
    )


def _month_day(span: Span) -> str:
    return f"{span.last[0]:02d}-{span.last[1]:02d}"


def _one_period(match: re.Match[str], wording: Wording) -> Deadline | None:
    span = wording.spans[0] if wording.spans else Span("Y", (1, 1), (12, 0), wording.year)
    start, end = span.start, span.end
    if start is None or end is None:
        return _unknown(wording, "year-missing", "không ghi năm và chưa biết năm của kế hoạch")
    part, bound = match.groupdict().get("part"), match.groupdict().get("bound")
    narrowed = PARTS.get((part, span.letter)) if part else None
    if narrowed:
        month = start.month + narrowed[0]
        end = Span("M", (month, 1), (month, narrowed[1]), start.year).end
    return Deadline(
        kind=KINDS[span.letter],
        text=wording.text,
        start=start,
        end=end,
        bound="by" if part and bound != "trước" else _bound(bound, span.letter),
        rule=f"{PART_NAMES[part]}-of-{KINDS[span.letter]}" if part else KINDS[span.letter],
        approx=bool(part) or span.letter == "S",
        reason="khoảng thời gian chỉ gần đúng" if part or span.letter == "S" else None,
    )


def _range(_match: re.Match[str], wording: Wording) -> Deadline | None:
    first, last = wording.spans
    if last.printed_year and not first.printed_year:
        first = replace(first, year=last.year)
        if first.start and last.end and first.start > last.end:  # "từ 15/12 đến 15/01/2025" begins the year before
            first = replace(first, year=(first.year or 0) - 1)
    start, end = first.start, last.end
    if start is None or end is None:
        return _unknown(wording, "year-missing", "không ghi năm và chưa biết năm của kế hoạch")
    if end < start:
        return _unknown(wording, "end-before-start", "ngày kết thúc trước ngày bắt đầu")
    return Deadline(kind="range", text=wording.text, start=start, end=end, bound="in", rule="range")


def _from_now(_match: re.Match[str], wording: Wording) -> Deadline | None:
    end = wording.spans[0].end
    if end is None or wording.issued is None:
        return _unknown(wording, "relative", "“từ nay” tính từ ngày ban hành, mà ngày ấy chưa rõ")
    return Deadline(kind="range", text=wording.text, start=wording.issued, end=end, bound="in", rule="from-issue-date")


def _counted(match: re.Match[str], wording: Wording) -> Deadline | None:
    number, unit = int(match["number"]), _unit(match["unit"])
    anchor, from_day = match["anchor"].strip(), None
    if len(wording.spans) == 1 and re.fullmatch(r"(?:ngày\s*)?D", anchor):
        from_day = wording.spans[0].end
    elif not wording.spans and re.match(r"(?:văn bản |kế hoạch )?(?:này )?(?:được )?(?:ban hành|ký)\b", anchor):
        from_day = wording.issued
    reason = None if from_day else f"chưa biết ngày bắt đầu tính: {anchor.replace('D', '…') or 'không ghi'}"
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
        anchor=anchor,
    )


def _unit(words: str) -> Unit:
    units: dict[str, Unit] = {"ngày": "day", "ngày làm việc": "working_day", "tuần": "week", "tháng": "month"}
    return units[words]


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


def _recurring(_match: re.Match[str], wording: Wording) -> Deadline | None:
    frequency = next(name for pattern, name in FREQUENCIES if re.search(pattern, wording.shape))
    if any(span.letter not in ("D", "Y") for span in wording.spans):
        return _unknown(wording, "two-milestones", "vừa ghi định kỳ vừa ghi mốc thời gian")
    dates = tuple(_month_day(span) for span in wording.spans if span.letter == "D")
    day = re.search(r"ngày (\d{1,2})\b(?! tháng \d)", wording.shape)
    if len(dates) == 2 and frequency == "yearly":
        frequency = "half-yearly"
    if day and not 1 <= int(day[1]) <= 31:
        return _unknown(wording, "invalid-date", f"không có ngày {day[1]}")
    reason = None if dates or day else "không ghi ngày phải xong trong mỗi kỳ"
    return Deadline(
        kind="recurring",
        text=wording.text,
        frequency=frequency,
        dates=dates,
        bound=("before" if "trước" in wording.shape else "by") if dates or day else None,
        day=int(day[1]) if day else None,
        rule="recurring",
        reason=reason,
    )


def _ongoing(_match: re.Match[str], wording: Wording) -> Deadline | None:
    start = wording.spans[0].start if wording.spans else None
    return Deadline(kind="ongoing", text=wording.text, start=start, rule="ongoing")


def _then_ongoing(_match: re.Match[str], wording: Wording) -> Deadline | None:
    first = read_deadline(re.split(r"[;,]", wording.text)[0], issued=wording.issued, year=wording.year)
    return replace(first, text=wording.text, then="ongoing") if first.end else None


def _event(_match: re.Match[str], wording: Wording) -> Deadline | None:
    after_issue = re.search(r"sau khi (?:có )?(?:kế hoạch|văn bản)(?: này)? (?:được )?ban hành", wording.shape)
    return Deadline(
        kind="relative",
        text=wording.text,
        start=wording.issued if after_issue else None,
        rule="event",
        bound="before" if wording.shape.startswith("trước") else None,
        anchor=wording.words,
        reason="gắn với một sự việc mà văn bản không ghi ngày",
    )


def _relative_quarter(match: re.Match[str], wording: Wording) -> Deadline | None:
    frequency = {"tháng": "monthly", "quý": "quarterly", "năm": "yearly"}[match["period"]]
    return Deadline(
        kind="relative",
        text=wording.text,
        bound="by",
        rule="days-after-period",
        counted=True,
        days=int(match["number"]),
        unit=_unit(match["unit"]),
        frequency=frequency,
        anchor=f"kết thúc {match['period']}",
        reason="tính từ khi kết thúc mỗi kỳ",
    )


ASIDE_NUMBER = r"(?:\s*\([^)]*\))?"  # "10 (mười) ngày"
UNIT = r"(?P<unit>ngày làm việc|ngày|tuần|tháng)"
WITHIN = r"(?:trong(?: vòng| thời hạn)?|(?:chậm|muộn) nhất(?: là)?|không quá|tối đa)"
COUNTED = rf".*?{WITHIN} (?P<number>\d{{1,3}}){ASIDE_NUMBER}\s*{UNIT}"
HOUR = r"(?P<hour>\d{1,2})\s*(?:giờ|h|g|:)\s*(?P<minute>\d{2})?(?:\s*phút)?"
ONGOING = r"thường xuyên|liên tục|khi có|đột xuất|phát sinh|theo yêu cầu"
READINGS: tuple[tuple[re.Pattern[str], Builder], ...] = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        (r"[-\s]*", _says("empty", "ô thời hạn để trống")),
        (r"[\"“”'〃]+|nt|như trên|-nt-", _says("ditto", "ghi “như trên”: cần xem dòng phía trên")),
        (r".*[A-Z].*", _faulty),
        (
            rf"{COUNTED}[,\s]*(?:kể )?(?:từ|sau)(?: khi| ngày)? kết thúc (?P<period>tháng|quý|năm)\b.*",
            _relative_quarter,
        ),
        (rf"{COUNTED}[,\s]*(?:kể|tính)? ?(?:từ|sau)(?: khi| ngày)?\s*(?P<anchor>.*)", _counted),
        (rf"{COUNTED}(?P<anchor>)", _counted),
        (rf".*(?:{'|'.join(pattern for pattern, _ in FREQUENCIES)}).*", _recurring),
        (r"(?:từ )?Y (?:và (?:những|các) năm tiếp theo|trở đi)", _ongoing),
        (rf"[^;]*D[^;D]*[;,] *[^\dA-Z]*(?:{ONGOING})[^\dA-Z]*", _then_ongoing),
        (rf"[^\dA-Z]*(?:{ONGOING})[^\dA-Z]*Y?", _ongoing),
        (
            r".*\btheo (?:kế hoạch|tiến độ|chỉ đạo|lộ trình|hướng dẫn|quy định|chương trình|thời gian|lịch)\b.*",
            _says("other-document", "phụ thuộc một văn bản hoặc tiến độ khác"),
        ),
        (r".*\b(?:sau khi|kỳ họp|tết)\b.*|.*\btrước khi\b.*|tuần [^A-Z]*", _event),
        (rf"{LEAD}{BEFORE}{HOUR}[,\s]*D{TAIL}", _one_day),
        (rf"{LEAD}{BEFORE}{EVENT}D{TAIL}", _one_day),
        (rf"{VERB}(?:{HOUR}[,\s]*)?D{TAIL}", _one_day),
        (rf"{LEAD}(?:từ nay|từ khi ban hành)(?: cho)? (?:đến|tới)(?: hết| cuối)* [A-Z]{TAIL}", _from_now),
        (rf"{LEAD}(?:từ|giai đoạn|trong giai đoạn) [A-Z]\s*(?:-|đến hết|đến|tới)\s*[A-Z]{TAIL}", _range),
        (rf"{VERB}[A-Z]\s*(?:-|đến hết|đến|tới)\s*[A-Z]{TAIL}", _range),
        (rf"{LEAD}{BEFORE}{PART}[MQYHSR]{TAIL}", _one_period),
        (rf"{VERB}{PART}[MQYHSR]{TAIL}", _one_period),
        (rf"{VERB}(?:từ|các) R{TAIL}", _one_period),
        (rf"{VERB}(?P<bound>trong|hết|cuối)?\s*(?:cả năm|năm kế hoạch|trong năm)", _one_period),
        (r".*[A-Z].*[A-Z].*", _says("two-milestones", "ô ghi nhiều mốc thời gian")),
        (r".*\bngày \d{1,2}", _says("day-without-month", "có ngày nhưng không có tháng")),
    )
)
