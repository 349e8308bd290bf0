"""Reports due again and again: who sends them, to whom and through whom, how often, by which day of the period.

A sentence gives one report per frequency it names; the day printed behind a frequency is that of all named with it
since the day before ("tháng, quý (gửi trước ngày 15 hàng tháng), báo cáo năm (gửi trước 15/12)"), never of those named
apart ("hằng tháng báo cáo số liệu, hằng năm báo cáo kết quả trước ngày 10/12"). A report on an occasion ("nếu có vướng
mắc"), or due once on one day, is none.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.intake.draft import Agency, Frequency, Report
from engine.intake.text.duties import Item
from engine.intake.text.paragraphs import CAPITALS
from engine.intake.text.spans import BOUND, Calendar, due_phrases, unquoted
from engine.intake.text.units import HEAD, NO_UNIT, VERB, Units
from engine.rules.terms import Deadline

MENTION = re.compile(r"báo cáo", re.I)
SENTENCE = re.compile(r"(?<=[.;])\s+(?![^()]*\))")
OCCASION = re.compile(r"\b(?:nếu|khi có|khi cần|khi phát sinh|trường hợp|vướng mắc|khó khăn)\b", re.I)
ON_DEMAND = re.compile(r"\bđột xuất\b|\bkhi có yêu cầu\b", re.I)
TERM = (
    r"(?:(?:0?[369]|sáu|ba|chín)\s+tháng(?:\s+(?:đầu|cuối)\s+năm)?|tháng(?!\s*\d)|quý(?!\s*(?:[IV]+\b|\d))|"
    r"tuần|ngày(?!\s*\d)|(?:0?1\s+|một\s+)?năm(?!\s*(?:\d|học)))"
)
LEAD = (
    r"(?:h[àằ]ng|mỗi|định\s+k[ỳìi](?:\s+(?:h[àằ]ng|mỗi))?|báo\s+cáo(?:\s+định\s+k[ỳì])?|sơ\s+kết|tổng\s+kết|"
    r"kết\s+quả(?:\s+thực\s+hiện)?(?=\s+(?:0?6|sáu)\s+tháng))"
)
LINK = r"(?:\s*[,;/]\s*|\s+(?:và|hoặc)\s+|\s*[,;]\s*và\s+)"
SERIES = re.compile(
    rf"(?<!\w){LEAD}\s*:?\s*\(?(?:{LEAD}\s+)?(?P<terms>{TERM}(?:{LINK}(?:(?:cả|{LEAD})\s+)*{TERM})*)(?!\w)", re.I
)
ONE = re.compile(TERM, re.I)
DAY_ALONE = re.compile(
    rf"(?<!\w){BOUND}\s+ngày\s+\d{{1,2}}(?![\w%])(?!\s*[/.\-–]\s*\d)"
    r"(?!\s*(?:(?:của|h[àằ]ng|mỗi)\s+)?(?:tháng|quý|năm|kỳ))(?!\s*,\s*tháng\s*\d)",
    re.I,
)
"""A day of every period: "hằng tháng, trước ngày 20"."""
OF_EVERY: dict[Frequency, str] = {"monthly": "hằng tháng", "quarterly": "hằng quý"}
HALVES = 2
TIMES = re.compile(
    r"(?P<count>\d{1,2}|một|hai|bốn)\s*lần\s*(?:/|trong\s+|một\s+|mỗi\s+)(?P<unit>tuần|tháng|quý|năm)|"
    r"(?P<every>0?[36]|tháng|quý|năm)\s*(?:tháng\s*)?/\s*(?:0?1\s+)?lần",
    re.I,
)
NUMBERS = {"một": 1, "hai": 2, "bốn": 4}
PER_UNIT: dict[tuple[str, int], Frequency] = {
    ("tuần", 1): "weekly", ("tháng", 1): "monthly", ("quý", 1): "quarterly", ("năm", 1): "yearly",
    ("năm", 2): "half-yearly", ("năm", 4): "quarterly", ("năm", 12): "monthly",
}  # fmt: skip
EVERY: dict[str, Frequency] = {
    "3": "quarterly",
    "6": "half-yearly",
    "tháng": "monthly",
    "quý": "quarterly",
    "năm": "yearly",
}
OF_MONTHS: dict[str, Frequency] = {
    "3": "quarterly", "ba": "quarterly", "9": "quarterly", "chín": "quarterly",
    "6": "half-yearly", "sáu": "half-yearly",
}  # fmt: skip
PERIODIC = re.compile(r"(?<!\w)(?:theo\s+)?định\s+k[ỳì](?!\w)", re.I)
BY_RULE = re.compile(r"theo (?:đúng )?(?:quy định|chế độ)", re.I)
RESULT = re.compile(
    r"báo cáo(?:\s+(?:về|bằng văn bản|định k[ỳì]))*\s*,?\s*(?:kết quả|tình hình|tiến độ|việc|số liệu|"
    r"kịp thời|đầy đủ)|tổng hợp[\s,]+(?:và\s+)?(?:kết quả[^.;]{0,80}\s)?báo cáo|"
    r"gửi\s+(?:báo cáo|kết quả)|định k[ỳì]|chế độ (?:thông tin,?\s+)?báo cáo|để tổng hợp|kết quả[^.;]{0,120}báo cáo",
    re.I,
)
MODEST = re.compile(
    r"(?:tham mưu|trình|xem xét|đề xuất|xin ý kiến|kịp thời)[^.;]{0,60}báo cáo (?:UBND|[ỦU][yỷ] ban|cấp|"
    r"Chủ tịch|Thường trực|Ban|lãnh đạo)",
    re.I,
)
TO = re.compile(r"(?:gửi\s+về|gửi|về|cho|lên|với|báo\s+cáo)\s+(?:về\s+)?(?=\S)", re.I)
VIA = re.compile(r"(?:thông\s+)?qua\s+(?=\S)", re.I)
COLLECTED = re.compile(r"để\s+(?:tổng hợp|theo dõi)[^.;()]{0,60}?báo\s+cáo\s+", re.I)
OWN = re.compile(r"(?:Sở|Bộ|Ban|Tỉnh|Huyện|Trường|Chính phủ|Quốc hội|Thủ tướng)\b")
"""The body above, as a document inside it calls it."""
SUBJECTS = re.compile(
    rf"(?:^|[,;:]\s+|/\d{{1,4}}\s+|\b(?:yêu cầu|đề nghị|giao|quý|tháng|năm)\s+)(?=các\s|[{CAPITALS}])"
)
STOP = re.compile(
    rf"\s*[;.():]|,\s*(?!\s*(?:{HEAD.pattern}))|\s+(?:để|theo|trước|qua|thông qua|kết quả|tình hình|"
    rf"tổng hợp|định k[ỳì]|bằng|vào|chậm nhất|đúng|trong|khi|hằng|hàng|về|nắm|biết|giải quyết|cho|"
    rf"và\s+(?:cơ quan|đơn vị|gửi|báo cáo)|(?-i:(?:{VERB})))(?!\w)",
    re.I,
)
LONGEST = 5_000
"""Characters of an item that are read."""


@dataclass(slots=True)
class _Found:
    frequency: Frequency
    printed: str
    due: str | None = None
    to: list[Agency] | None = None
    via: Agency | None = None
    who: list[Agency] | None = None


def read_reports(items: Sequence[Item], units: Units, calendar: Calendar) -> list[Report]:
    """The periodic reports that these items ask for, in order."""
    reports: list[Report] = []
    for item in items:
        if MENTION.search(item.text[:LONGEST]):
            reports.extend(_report(found, item, calendar) for found in _of_item(item, units))
    return reports


def _of_item(item: Item, units: Units) -> list[_Found]:
    """One report per frequency; what a later sentence says more fully fills in the earlier one."""
    merged: dict[Frequency, _Found] = {}
    for sentence in SENTENCE.split(item.text[:LONGEST]):
        for found in _of_sentence(sentence, item, units):
            known = merged.setdefault(found.frequency, found)
            if known is not found:
                if found.due and not known.due:
                    known.due, known.printed = found.due, found.printed
                known.to, known.via, known.who = known.to or found.to, known.via or found.via, known.who or found.who
    if len(merged) > 1:
        merged.pop("unspecified", None)
    _share(list(merged.values()))
    return list(merged.values())


def _share(found: Sequence[_Found]) -> None:
    """Reports of one item go the same way unless they say otherwise."""
    for one in found:
        for other in found:
            one.to, one.via, one.who = one.to or other.to, one.via or other.via, one.who or other.who


def _of_sentence(sentence: str, item: Item, units: Units) -> list[_Found]:
    if not MENTION.search(sentence):
        return []
    bare = unquoted(sentence)
    dues = due_phrases(sentence)
    rhythm = _rhythm(bare, dues)
    to, via = _route(sentence, units)
    if not rhythm:
        if not _is_standing(bare, item, to, dues):
            return []
        rhythm = [("unspecified", None)]
    printed = sentence.strip(" .;/")
    rule = BY_RULE.search(bare)
    who = _sender(sentence, item, units)
    return [
        _Found(frequency, printed, due or (rule[0] if rule and frequency == "unspecified" else None), to, via, who)
        for frequency, due in rhythm
    ]


def _rhythm(text: str, dues: Sequence[re.Match[str]]) -> list[tuple[Frequency, str | None]]:
    """Frequencies in order, each with the day that goes with it."""
    dues = sorted([*dues, *DAY_ALONE.finditer(text)], key=lambda due: due.start())
    groups: list[list[tuple[int, Frequency]]] = []
    masked = _without(text, dues)
    for series in SERIES.finditer(masked):
        at = series.start("terms")
        groups.append([(at + term.start(), _frequency(term[0])) for term in ONE.finditer(series["terms"])])
    groups.extend([(match.start(), found)] for match in TIMES.finditer(masked) if (found := _counted(match)))
    if not groups:
        return [(found, due[0]) for due in dues if (found := _of_due(due[0]))]
    return list(_paired(sorted(groups), dues))


def _without(text: str, dues: Sequence[re.Match[str]]) -> str:
    """The text with its days blanked, each with the brackets it stands in."""
    for due in dues:
        start, end = text.rfind("(", max(0, due.start() - 40), due.start()), text.find(")", due.end(), due.end() + 40)
        first, last = (start, end + 1) if start >= 0 and end >= 0 else (due.start(), due.end())
        text = text[:first] + " " * (last - first) + text[last:]
    return text


def _paired(
    groups: Sequence[Sequence[tuple[int, Frequency]]], dues: Sequence[re.Match[str]]
) -> Iterator[tuple[Frequency, str | None]]:
    """A day belongs to the frequencies of a group named since the day before; one that opens the sentence to all."""
    opening = dues[0][0] if len(dues) == 1 and dues[0].start() < groups[0][0][0] else None
    ends = [group[0][0] for group in groups[1:]]
    days: dict[Frequency, list[str]] = {}
    for group, end in zip(groups, [*ends, LONGEST], strict=True):
        for at, frequency in group:
            due = next((due[0] for due in dues if at < due.start() < end), opening)
            known = days.setdefault(frequency, [due] if due else [])
            if due and due not in known and frequency == "half-yearly":
                known.append(due)
    for frequency, printed in days.items():
        yield frequency, "; ".join(printed) or None


def _frequency(term: str) -> Frequency:
    """How often a term comes; nine months are the third quarter's report, not the year's."""
    words = term.casefold().split()
    if len(words) > 1:
        return OF_MONTHS.get(words[0].lstrip("0"), "yearly")
    return {"ngày": "daily", "tuần": "weekly", "tháng": "monthly", "quý": "quarterly", "năm": "yearly"}[words[0]]  # type: ignore[return-value]


def _counted(match: re.Match[str]) -> Frequency | None:
    if match["every"]:
        return EVERY.get(match["every"].casefold().lstrip("0"))
    count = match["count"].casefold()
    return PER_UNIT.get((match["unit"].casefold(), NUMBERS.get(count) or int(count)))


def _of_due(due: str) -> Frequency | None:
    """The frequency that a day itself prints: "trước ngày 25 hàng tháng", "ngày 20 tháng cuối quý"."""
    words = due.casefold()
    for unit, frequency in (("tuần", "weekly"), ("tháng", "monthly"), ("quý", "quarterly"), ("năm", "yearly")):
        if re.search(rf"(?:h[àằ]ng|mỗi)\s+{unit}|tháng\s+(?:đầu|cuối)\s+(?:của\s+)?{unit}", words):
            return frequency  # type: ignore[return-value]
    return "monthly" if re.search(r"tháng\s+(?:sau|tiếp theo)", words) else None


def _is_standing(text: str, item: Item, to: list[Agency] | None, dues: Sequence[re.Match[str]]) -> bool:
    """Whether a sentence without a frequency asks for a report all the same, not once and not on an occasion."""
    if OCCASION.search(text) or any(re.search(r"\d", due[0]) for due in dues):
        return False
    if PERIODIC.search(text):
        return item.section != "other"
    given = (
        item.kind == "closing"
        or (item.kind == "duty" and item.section in ("assign", "report"))
        or item.section == "report"
    )
    return given and bool(to) and bool(RESULT.search(text)) and not ON_DEMAND.search(text) and not _only_consults(text)


def _only_consults(text: str) -> bool:
    """Whether the report is part of seeking a decision: "tham mưu, báo cáo UBND tỉnh xem xét"."""
    return bool(MODEST.search(text)) and not re.search(r"kết quả|tình hình|tổng hợp", text, re.I)


def _route(sentence: str, units: Units) -> tuple[list[Agency] | None, Agency | None]:
    """To whom, and through whom: "(qua Sở …)", or "gửi về Sở … để tổng hợp, báo cáo UBND tỉnh"."""
    text = sentence[:LONGEST]
    through = next((found for match in VIA.finditer(text) if (found := _names(text, match.end(), units))), None)
    collected = COLLECTED.search(text)
    final = _names(text, collected.end(), units) if collected else None
    start = next((m.start() for m in MENTION.finditer(text)), 0)
    found = None
    for match in TO.finditer(text, max(0, start - 200)):
        found = _names(text, match.end(), units)
        if found and (match.start() >= start - 1 or "gửi" in match[0].lower() or match[0].lower().startswith("về")):
            break
        found = None
    if final and found and {a.name for a in final} != {a.name for a in found}:
        return final, found[0]
    return found or final, through[0] if through else None


def _names(text: str, at: int, units: Units) -> list[Agency] | None:
    """The agencies named at a place of a sentence."""
    opening = text[at : at + 300]
    if NO_UNIT.match(opening) or not (HEAD.match(opening) or OWN.match(opening) or units.knows(opening)):
        return None
    stop = STOP.search(opening, 2)
    return units.named(opening[: stop.start()] if stop else opening) or None


def _sender(sentence: str, item: Item, units: Units) -> list[Agency] | None:
    """Who reports: the sentence's own units before the word "báo cáo", else the item's."""
    own = units.subject(sentence)
    if own and not own.heads and not own.run_in:
        return own.agencies
    for match in SUBJECTS.finditer(sentence[:LONGEST]):
        subject = units.subject(sentence[match.end() :]) if HEAD.match(sentence, match.end()) else None
        if subject and not subject.heads and subject.rest and match.end() < sentence.casefold().rfind("báo cáo"):
            return subject.agencies
    return item.agencies or None


def _report(found: _Found, item: Item, calendar: Calendar) -> Report:
    due = _day(found, calendar)
    return Report(
        ref=item.ref,
        who=_one(found.who),
        to=_one(found.to),
        via=found.via,
        frequency=found.frequency,
        due_rule=found.due,
        due_date=_yearly_day(found, due, calendar),
        printed=found.printed,
        deadline=due if due and due.kind != "unknown" else None,
        lines=item.node.paragraph.lines if item.node.paragraph else None,
        cell=item.node.paragraph.cell if item.node.paragraph else None,
    )


def _day(found: _Found, calendar: Calendar) -> Deadline | None:
    """The printed day as a deadline; a day alone is one of every period where the sentence says which.

    So are two days without a year for the two halves of each. One date is no day of every month or week.
    """
    if not found.due or BY_RULE.fullmatch(found.due):
        return None
    if DAY_ALONE.fullmatch(found.due) and found.frequency in OF_EVERY:
        return replace(calendar.read(f"{found.due} {OF_EVERY[found.frequency]}"), text=found.due)
    due = calendar.read(found.due)
    if due.kind == "date" and found.frequency in ("daily", "weekly", "monthly"):
        return None
    if found.frequency == "half-yearly" and due.rule == "two-milestones" and len(due.suggest) == HALVES:
        yearly = calendar.read(f"{found.due} hằng năm")
        return replace(yearly, text=found.due) if len(yearly.dates) == HALVES else due
    return due


def _yearly_day(found: _Found, due: Deadline | None, calendar: Calendar) -> str | None:
    if found.frequency != "yearly" or due is None:
        return None
    if due.end and due.kind == "date":
        return due.end.isoformat()
    if len(due.dates) == 1 and calendar.year:
        month, day = map(int, due.dates[0].split("-")[-2:])
        try:
            return dt.date(calendar.year, month, day).isoformat()
        except ValueError:
            return None
    return None


def _one(agencies: list[Agency] | None) -> Agency | list[Agency] | None:
    if not agencies:
        return None
    return agencies[0] if len(agencies) == 1 else agencies
