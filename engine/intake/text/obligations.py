"""Items of the outline to obligations and measures of the draft, with role, deadline, period and reports."""

import re
from collections.abc import Sequence
from typing import Any, Literal

from engine.intake.draft import Agency, Measure, Obligation, Report
from engine.intake.text.duties import Item
from engine.intake.text.spans import Calendar, deadline_of, due_phrases, period_of
from engine.rules.terms import Deadline

CLAUSE = r"(?:(?:Trên cơ sở|Căn cứ|Theo|Giao|Đề nghị)\b[^.;]{0,400}?,\s*)?"
ADVERB = (
    r"(?:(?:là (?:cơ quan|đơn vị|đầu mối)(?: thường trực| đầu mối)?|chịu trách nhiệm|có trách nhiệm|"
    r"được giao)\s*,?\s+)?"
)
ROLE = re.compile(rf"{CLAUSE}{ADVERB}(?P<role>chủ trì|(?:tham gia\s+)?phối hợp)\b", re.I)
Role = Literal["lead", "coordinate"]


def obligations(items: Sequence[Item], reports: Sequence[Report], calendar: Calendar) -> list[Obligation]:
    """The duties among the items. `reports` are those read from the same items."""
    by_ref: dict[tuple[str, object], list[Report]] = {}
    for report in reports:
        by_ref.setdefault((report.ref, report.lines or str(report.cell)), []).append(report)
    return [_obligation(item, by_ref.get(_key(item), []), calendar) for item in items if item.kind == "duty"]


def measures(items: Sequence[Item]) -> list[Measure]:
    """The measures that no agency is named for."""
    found = []
    for item in items:
        if item.kind == "measure":
            place = item.node.paragraph
            lines, cell = (place.lines, place.cell) if place else (None, None)
            found.append(Measure(ref=item.ref, text=item.text, lines=lines, cell=cell))
    return found


def _key(item: Item) -> tuple[str, object]:
    place = item.node.paragraph
    return item.ref, (place.lines or str(place.cell)) if place else ""


def _obligation(item: Item, reports: Sequence[Report], calendar: Calendar) -> Obligation:
    place = item.node.paragraph
    names = [agency.name for agency in item.agencies]
    deadline = _deadline(item, reports, calendar)
    return Obligation(
        ref=item.ref,
        agency=names[0] if len(names) == 1 else names or None,
        text=item.text,
        lines=place.lines if place else None,
        cell=place.cell if place else None,
        role=_role(item),
        period=None if reports else period_of(item.text),
        deadline=deadline,
        recurring=_recurring(reports),
        owners=item.agencies,
    )


def _role(item: Item) -> Role | None:
    """Whether the words make the unit lead or help; None where they say neither."""
    text = item.text
    for agency in item.agencies[:1]:  # the sentence may name its subject first
        for name in (agency.printed, agency.name):
            if name and text.casefold().startswith(name.casefold()):
                text = text[len(name) :].lstrip(" ,:")
    match = ROLE.match(text)
    if not match:
        match = re.match(rf"Giao\s+[^.;:]{{3,200}}?\s+{ADVERB}(?P<role>chủ trì|phối hợp)\b", text, re.I)
    if match:
        return "lead" if match["role"].lower() == "chủ trì" else "coordinate"
    return "lead" if item.leads else None


def _deadline(item: Item, reports: Sequence[Report], calendar: Calendar) -> Deadline | None:
    """The deadline printed in the item or beside it; days of its reports are theirs."""
    of_reports = {day for report in reports for day in (report.due_rule or "").split("; ")}
    printed = [match[0] for match in due_phrases(item.text) if match[0] not in of_reports]
    found = deadline_of(printed, calendar)
    if found is None and item.when:
        return calendar.read(item.when)
    return found


def _recurring(reports: Sequence[Report]) -> dict[str, Any] | None:
    if not reports:
        return None
    frequencies = [report.frequency for report in reports]
    first = reports[0]
    return {
        "frequency": frequencies[0] if len(frequencies) == 1 else frequencies,
        "recipient": _names(first.via or first.to),
        "onward": _names(first.to) if first.via else None,
        "due_rule": first.due_rule,
        "printed": first.printed,
    }


def _names(agencies: Agency | list[Agency] | None) -> str | list[str] | None:
    if isinstance(agencies, list):
        return [agency.name for agency in agencies]
    return agencies.name if agencies else None
