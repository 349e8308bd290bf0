"""What a draft offers beside its dated tasks: obligations, targets, reports, rows that come again. Pure."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from engine.intake.draft import Agency, Draft, Obligation, Report, Target, Task
from engine.rules.schedules import FREQUENCY_WORDS, Topic, lacks
from engine.rules.terms import Deadline, to_json

T = TypeVar("T")

NO_DEADLINE = Deadline(kind="ongoing", text="", rule="none-printed")
"""For an obligation without a word on time: a duty without a deadline."""

TARGET_REASON = "văn bản không ghi ngày phải đạt chỉ tiêu: gợi ý là hết năm của chỉ tiêu"


@dataclass(frozen=True, slots=True)
class Offered:
    """One thing that a document offers; `key` stays the same while the document keeps its reference and order.

    Attributes:
        kind: obligation, report, row or target.
        agencies: who is named for it, groups with their members.
        addressee: to whom a report goes, and through whom.
        reading: when it is due, or how often; of a row that of its task.
    """

    key: str
    kind: str
    ref: str
    place: str
    printed: str
    text: str
    reading: Deadline
    agencies: list[Agency] = field(default_factory=list)
    collaborators: list[Agency] = field(default_factory=list)
    addressee: str = ""
    deliverable: str = ""

    @property
    def recurs(self) -> bool:
        """Whether it comes again, so that accepting it opens a task each period."""
        return self.reading.kind == "recurring"

    @property
    def lacks(self) -> Topic | None:
        """What a person has to say before its periods can be told."""
        return lacks(self.reading) if self.recurs else None

    @property
    def agency_text(self) -> str:
        """Who is named for it, as one line."""
        return "; ".join(agency.printed or agency.name for agency in self.agencies)

    @property
    def fingerprint(self) -> str:
        """A hash of all that it says; equal while nothing of it has changed."""
        names = [[agency.name, agency.members] for agency in (*self.agencies, *self.collaborators)]
        said = [self.printed, self.text, names, self.addressee, self.deliverable, to_json(self.reading)]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


def offers_of(draft: Draft) -> list[Offered]:
    """Everything that a document offers, in its order: rows of the table first, then reports, obligations, targets."""
    end = _end_of(draft)
    found = [
        *(_row(task) for task in draft.tasks if _recurs(task.deadline)),
        *(offered for report in draft.recurring_reports for offered in _reports(report)),
        *_obligations(draft),
        *(_target(target) for target in (*draft.body_targets, *draft.targets) if not _in_a_row(target)),
    ]
    return list(_keyed(_until(offered, end) for offered in found))


def _keyed(found: Iterable[Offered]) -> Iterator[Offered]:
    counts: dict[tuple[str, str], int] = {}
    for offered in found:
        number = counts[offered.ref, offered.kind] = counts.get((offered.ref, offered.kind), 0) + 1
        yield replace(offered, key=key_of(offered.ref, offered.kind, number))


def key_of(ref: str, kind: str, number: int) -> str:
    """The key of the `number`-th offer of its kind at a reference."""
    return "-".join((re.sub(r"[\s:]+", "-", ref).strip("-"), kind, str(number)))


def _until(offered: Offered, end: dt.date | None) -> Offered:
    """What comes again ends with the plan, unless it prints an end of its own."""
    if not offered.recurs or offered.reading.until is not None:
        return offered
    return replace(offered, reading=replace(offered.reading, until=end))


def _end_of(draft: Draft) -> dt.date | None:
    end = draft.plan.period.end if draft.plan.period else None
    return dt.date.fromisoformat(end) if end else None


def _recurs(deadline: Deadline) -> bool:
    return deadline.kind == "recurring" or bool(deadline.kind == "relative" and deadline.frequency)


def _row(task: Task) -> Offered:
    return Offered(
        key="",
        kind="row",
        ref=task.ref,
        place=place_of(task.source_lines, task.cell),
        printed=task.deadline_text or "",
        text=task.text,
        reading=_recurring(task.deadline, task.deadline.frequency),
        agencies=task.owners,
        collaborators=task.collaborators,
        deliverable=task.deliverable or "",
    )


def _reports(report: Report) -> Iterator[Offered]:
    """One for each frequency that the sentence names."""
    often = report.frequency if isinstance(report.frequency, list) else [report.frequency]
    printed = report.deadline or Deadline(kind="recurring", text=report.due_rule or "", rule="recurring")
    addressee = ", ".join(agency.name for agency in _several(report.to))
    addressee += f" (qua {report.via.name})" if report.via else ""
    for frequency in often:
        known = FREQUENCY_WORDS.get(frequency)
        yield Offered(
            key="",
            kind="report",
            ref=report.ref,
            place=place_of(report.lines, report.cell),
            printed=report.printed,
            text=f"Báo cáo {known or 'định kỳ'}{f' gửi {addressee}' if addressee else ''}: {report.printed}",
            reading=_recurring(printed, frequency if known else None, report.due_date),
            agencies=_several(report.who),
            addressee=addressee,
        )


def _recurring(printed: Deadline, frequency: str | None, due_date: str | None = None) -> Deadline:
    """The printed day as one of every period; a single date is that of each year."""
    reading = replace(printed, kind="recurring", frequency=frequency, counted=False, date=None, start=None, end=None)
    day = due_date or (printed.date.isoformat() if printed.date else None)
    if day and frequency == "yearly" and not reading.dates:
        return replace(reading, dates=(day[5:],), day=None, bound=printed.bound or "by")
    return reading


def _obligations(draft: Draft) -> Iterator[Offered]:
    """One each, or one for each frequency; where a report of the same place is offered, that is left to the report."""
    reported = {report.ref for report in draft.recurring_reports}
    for obligation in draft.obligations:
        owners = obligation.owners or [Agency(name=name) for name in _several(obligation.agency)]
        for reading in _times_of(obligation, again=obligation.ref not in reported):
            yield Offered(
                key="",
                kind="obligation",
                ref=obligation.ref,
                place=place_of(obligation.lines, obligation.cell),
                printed=obligation.text,
                text=obligation.text,
                reading=reading,
                agencies=owners,
            )


def _times_of(obligation: Obligation, *, again: bool) -> list[Deadline]:
    """Its deadline as read, or how often it comes; nothing of both where no word is said on time."""
    deadline = obligation.deadline
    if deadline is not None and not _recurs(deadline):
        return [deadline]
    of_period = obligation.period if (obligation.period or {}).get("kind") == "recurring" else None
    often = obligation.recurring or of_period or {}
    if not again or not (often or deadline):
        return [NO_DEADLINE]
    words = str(often.get("printed") or often.get("due_rule") or "")
    printed = deadline or Deadline(kind="recurring", text=words, rule="recurring")
    return [
        _recurring(printed, frequency if frequency in FREQUENCY_WORDS else None)
        for frequency in _several(often.get("frequency") or printed.frequency) or [None]
    ]


def _in_a_row(target: Target) -> bool:
    """Whether a figure stands in a row of the task table: that row is a duty already."""
    return target.appendix is not None and target.ref is not None


def _target(target: Target) -> Offered:
    value = f"{target.value:.12g}".replace(".", ",")
    measure = target.measure or ""
    amount = f"{value}{measure}" if measure == "%" else f"{value} {measure}".strip()
    sign = f"{target.op} " if target.op and target.op != "=" else ""
    level = f" ({target.level})" if target.level else ""
    year = f" năm {target.year}" if target.year else ""
    unit = f"{target.unit}: " if target.unit else ""
    end = dt.date(target.year, 12, 31) if target.year else None
    annex = f"Phụ lục {target.appendix}" if target.appendix else ""
    return Offered(
        key="",
        kind="target",
        ref=target.ref or (f"PL{target.appendix}" if target.appendix else "CT"),
        place=", ".join(filter(None, (annex, place_of(target.lines, target.cell)))),
        printed=f"{unit}{target.indicator}{level}: {sign}{amount}{year}",
        text=f"{target.indicator}{level}: đạt {sign}{amount}{year}",
        reading=Deadline(
            kind="unknown", text="", rule="target", reason=TARGET_REASON, suggest=(end,) if end else (), bound="by"
        ),
        agencies=[Agency(name=target.unit)] if target.unit else [],
    )


def _several(value: T | list[T] | None) -> list[T]:
    return value if isinstance(value, list) else [] if value is None else [value]


def place_of(lines: tuple[int, int] | None, cell: dict[str, int] | None) -> str:
    """Where something stands, for a person: its lines, or its cell in other formats."""
    if lines:
        return f"dòng {lines[0]}" if lines[0] == lines[1] else f"dòng {lines[0]}–{lines[1]}"
    return ", ".join(f"{name} {number}" for name, number in (cell or {}).items())
