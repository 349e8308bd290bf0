"""Papers and parts that a document cites, held against each other: another issuer, another day, a part not there.

A number is the same paper only within one year and one issuer; what may be two papers is no conflict.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from engine.intake.draft import Anomaly, Plan
from engine.intake.faults.anomalies import anomaly
from engine.intake.text.annexes import annex_label
from engine.intake.text.bases import BASIS
from engine.intake.text.marks import ROMAN, roman_value
from engine.intake.text.outline import Node

OTHER_PAPERS = re.compile(
    r"nghị định|thông tư|quyết định|luật|quy chế|quy định|nghị quyết|công văn|hướng dẫn|kế hoạch số", re.I
)
ANNEX = r"(?:\d{1,2}|[IVX]{1,5})\b"
ANNEXES = re.compile(
    rf"phụ lục(?:\s+số)?\s+(?P<numbers>{ANNEX}(?:\s?(?:,|và|;)\s?(?:phụ lục(?:\s+số)?\s+)?{ANNEX}){{0,12}})", re.I
)
PARTS = re.compile(
    r"(?:(?P<items>(?:mục|điểm|khoản|tiểu mục)\s+\d[\d.]{0,6}"
    r"(?:\s?(?:,|và|;)\s?(?:(?:mục|điểm|khoản)\s+)?\d[\d.]{0,6}){0,12}),?\s+(?:của\s+|thuộc\s+)?)?(?:phần|mục|chương)\s+(?P<part>(?-i:[IVX]{1,5}))\b,?\s+(?:của\s+|trong\s+|tại\s+)?"
    r"(?:bản\s+)?(?:kế hoạch|chương trình|đề án|phương án)\s+này",
    re.I,
)
ATTACHED = re.compile(r"kèm theo\s+(?:kế hoạch|chương trình|đề án)\s+số\s*:?\s*(?P<number>\d+\s?/\s?[\w\-–]+)", re.I)
DAY = re.compile(r"ngày\s+(\d{1,2})\s*(?:/|tháng)\s*(\d{1,2})\s*(?:/|năm)\s*(\d{4})", re.I)
SOURCE = re.compile(r"\b(?:trong|tại|là|của|ban hành)\s+$", re.I)
FIRST = 3
"""Paragraphs of an article in which it says what paper it is about."""
LONGEST = 20_000
MOST_SPELLINGS = 8


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation: the paper's type and number, the day and issuer printed with it, and where."""

    type: str
    number: str
    day: dt.date | None
    issuer: str | None
    where: str
    is_source: bool = False


def citation_faults(body: Sequence[Node], plan: Plan) -> list[Anomaly]:
    """Conflicts among the papers that the running text cites."""
    cited = [one for at, node in enumerate(body) for one in _cited(node, early=at < FIRST)]
    by_number = defaultdict[str, list[Cited]](list)
    for one in cited:
        by_number[one.number].append(one)
    return [
        *(fault for same in by_number.values() for fault in _issuers(same, plan.issuer or "")),
        *(fault for same in by_number.values() for fault in _days(same)),
        *_later(cited, plan),
    ]


def reference_faults(body: Sequence[Node], roots: Sequence[Node], labels: Iterable[str]) -> list[Anomaly]:
    """References to annexes and parts that the document does not have; `labels` are the numbers of its annexes."""
    known = {_number(label) for label in labels}
    parts = defaultdict[int, list[set[str]]](list)
    for root in roots:
        if root.mark.family in ("roman", "part", "upper"):
            parts[root.mark.count].append({child.mark.label for child in root.children})
    faults = [fault for node in body for fault in (*_annexes(node, known), *_parts(node, parts))]
    unique = {(fault.detail, fault.printed): fault for fault in reversed(faults)}
    return list(reversed(unique.values()))


def attachment_faults(texts: Iterable[tuple[str, str]], plan: Plan) -> list[Anomaly]:
    """Annexes that name another number or day than the plan has; `texts` come with their place."""
    faults = []
    for where, text in texts:
        match = ATTACHED.search(text[:400])
        if not match:
            continue
        number = re.sub(r"\s", "", match["number"])
        if plan.number and number.casefold() != plan.number.casefold():
            detail = f"phụ lục kèm theo số {number}, kế hoạch mang số {plan.number}"
            faults.append(anomaly(where, "number_conflict", detail=detail, printed=text[:200]))
        day = _date(DAY.search(text[match.end() : 400]))
        if plan.issue_date and day and day.isoformat() != plan.issue_date:
            detail = f"phụ lục ghi kế hoạch ngày {day:%d/%m/%Y}, kế hoạch đề ngày {_shown(plan.issue_date)}"
            faults.append(anomaly(where, "date_conflict", detail=detail, printed=text[:200]))
    return faults


def _cited(node: Node, *, early: bool) -> Iterator[Cited]:
    text = node.text[:LONGEST]
    where = _place(node)
    for match in BASIS.finditer(text):
        if match["number"]:
            number = re.sub(r"\s", "", match["number"]).casefold()
            source = early and SOURCE.search(text[max(0, match.start() - 20) : match.start()]) is not None
            yield Cited(match["type"], number, _date_of(match), match["issuer"], where, source)


def _place(node: Node) -> str:
    lines = node.paragraph.lines if node.paragraph else None
    return (
        f"mục {node.ref}" if node.ref and not node.is_item else f"dòng {lines[0]}" if lines else node.ref or "văn bản"
    )


def _date_of(match: re.Match[str]) -> dt.date | None:
    try:
        return dt.date(int(match["y"]), int(match["m"]), int(match["d"]))
    except (TypeError, ValueError):
        return None


def _date(match: re.Match[str] | None) -> dt.date | None:
    try:
        return dt.date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None


def _shown(day: str) -> str:
    return f"{dt.date.fromisoformat(day):%d/%m/%Y}"


def _issuers(same: Sequence[Cited], own: str) -> Iterator[Anomaly]:
    # "Kế hoạch thực hiện Chỉ thị … của UBND tỉnh": the issuer of this document may belong to the outer noun
    others = [cited for cited in same if cited.issuer and not (own and _alike(cited.issuer, own))]
    for one, other in combinations(_distinct(others, lambda cited: cited.issuer), 2):
        days = one.day == other.day or not (one.day and other.day)
        if one.type == other.type and days and not _alike(one.issuer or "", other.issuer or ""):
            said = f"{one.where} ghi của {one.issuer}, {other.where} ghi của {other.issuer}"
            yield anomaly("văn bản viện dẫn", "issuer_conflict", detail=f"{one.type} {one.number.upper()}: {said}")
            return


def _days(same: Sequence[Cited]) -> Iterator[Anomaly]:
    for one, other in combinations(_distinct(same, lambda cited: cited.day.isoformat() if cited.day else None), 2):
        if not (one.day and other.day and one.day.year == other.day.year and one.type == other.type):
            continue
        if not (one.issuer and other.issuer) or _alike(one.issuer, other.issuer):
            days = f"{one.where} ghi ngày {one.day:%d/%m/%Y}, {other.where} ghi ngày {other.day:%d/%m/%Y}"
            yield anomaly("văn bản viện dẫn", "date_conflict", detail=f"{one.type} {one.number.upper()}: {days}")
            return


def _distinct(same: Sequence[Cited], key: Callable[[Cited], str | None]) -> list[Cited]:
    found = dict[str, Cited]()
    for one in same:
        value = key(one)
        if value:
            found.setdefault(value.casefold(), one)
    return list(found.values())[:MOST_SPELLINGS]


def _alike(one: str, other: str) -> bool:
    """Whether two printed issuers may be one: one holds the other, or is shortened to initials."""
    a, b = (
        re.sub(r"\s+", " ", text.casefold().replace("uỷ", "ủy").replace("ubnd", "ủy ban nhân dân")).strip()
        for text in (one, other)
    )
    shortened = re.search(r"\b(?!UBND\b)[A-ZĐ&]{2,}", f"{one} {other}") is not None
    return shortened or a in b or b in a


def _later(cited: Sequence[Cited], plan: Plan) -> Iterator[Anomaly]:
    """Papers dated after the document that cites them; for an article, after the paper it is about."""
    if plan.issue_date:
        issued = dt.date.fromisoformat(plan.issue_date)
        for one in _distinct([one for one in cited if one.day and one.day > issued], lambda one: one.number):
            detail = (
                f"viện dẫn {one.type} {one.number.upper()} ngày {one.day:%d/%m/%Y}, sau ngày ban hành {issued:%d/%m/%Y}"
            )
            yield anomaly(one.where, "date_conflict", detail=detail)
    elif not plan.is_plan:
        source = next((one for one in cited if one.is_source and one.day), None)
        later = [one for one in cited if source and source.day and one.day and one.day > source.day]
        if source and source.day and later:
            named = ", ".join(
                f"{one.number.upper()} ngày {one.day:%d/%m/%Y}" for one in _distinct(later, lambda one: one.number)[:4]
            )
            detail = (
                f"{source.type} {source.number.upper()} ghi ngày {source.day:%d/%m/%Y} nhưng nội dung nhắc tới {named}"
            )
            yield anomaly(source.where, "date_conflict", detail=detail)


def _number(printed: str) -> int | str:
    if printed.isdigit():
        return int(printed)
    numeral = printed.upper()
    if not set(numeral) <= set(ROMAN):
        return numeral
    return roman_value(numeral)


def _annexes(node: Node, known: set[int | str]) -> Iterator[Anomaly]:
    for match in ANNEXES.finditer(node.text[:LONGEST]):
        after = node.text[match.end() : match.end() + 60]
        if annex_label(node.text) or (OTHER_PAPERS.search(after) and "này" not in after):
            continue
        absent = [
            number
            for number in re.findall(r"\d{1,2}|[IVXivx]{1,5}\b", match["numbers"])
            if _number(number) not in known
        ]
        if absent:
            detail = f"văn bản không có phụ lục {', '.join(absent)}"
            yield anomaly(_place(node), "wrong_cross_reference", detail=detail, printed=match[0])


def _parts(node: Node, parts: dict[int, list[set[str]]]) -> Iterator[Anomaly]:
    for match in PARTS.finditer(node.text[:LONGEST]):
        count = _number(match["part"])
        held = parts.get(count, []) if isinstance(count, int) else []
        items = re.findall(r"\d[\d.]*", match["items"] or "")
        absent = [item for item in items if not any(item.split(".")[0] in labels for labels in held)]
        if parts and (not held or absent):
            lacks = (
                f"phần {match['part']} không có mục {', '.join(absent)}"
                if held
                else f"văn bản không có phần {match['part']}"
            )
            yield anomaly(_place(node), "wrong_cross_reference", detail=lacks, printed=match[0])
