"""The running text of a document: what it makes duties of units, measures, periodic reports and costs."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from engine.intake.agencies.registry import Registry
from engine.intake.draft import BudgetLine, Measure, Obligation, Report
from engine.intake.readers import Block, Document
from engine.intake.text.annexes import ends_running_text
from engine.intake.text.budget import budget_lines
from engine.intake.text.closing import read_closing
from engine.intake.text.duties import read_items
from engine.intake.text.letterhead import read_head, read_title
from engine.intake.text.obligations import measures, obligations
from engine.intake.text.outline import read_outline
from engine.intake.text.paragraphs import paragraphs, plain
from engine.intake.text.reports import read_reports
from engine.intake.text.spans import Calendar
from engine.intake.text.units import Units
from engine.intake.text.verdict import PLANS, opens_plan

MOST = 30_000
"""Paragraphs that are read for duties: a hundred times those of a long plan."""


@dataclass(slots=True)
class Body:
    """What the running text says; `unread` counts the paragraphs behind the first `MOST`."""

    obligations: list[Obligation] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    budget: list[BudgetLine] = field(default_factory=list)
    unread: int = 0


def read_body(
    document: Document,
    registry: Registry,
    *,
    issued: dt.date | None = None,
    year: int | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    left_out: Collection[range] = (),
) -> Body:
    """The body of a plan: neither letterhead, recipients and signature nor the tables in `left_out`.

    `issued`, `year` and `groups` are what reading deadlines and agencies needs to know of the document.
    """
    blocks = document.blocks
    outside, annexes = _outside(blocks, registry)
    text = paragraphs(blocks, [*left_out, *outside])
    calendar, units = Calendar(issued, year), Units(registry, groups or {})
    items = read_items(read_outline(text[:MOST], units.is_title), units)
    reports = read_reports(items, units, calendar)
    return Body(
        obligations(items, reports, calendar),
        measures(items),
        reports,
        budget_lines([*text, *paragraphs(blocks, [*left_out, range(annexes)])], document.grids),
        unread=max(0, len(text) - MOST),
    )


def _outside(blocks: Sequence[Block], registry: Registry) -> tuple[list[range], int]:
    """Block indexes that are not running text: the head, each closing, and annexes that hold no plan themselves; and
    where these annexes begin."""
    lines = [plain(block.text[:2_000]) for block in blocks]
    head = read_head(lines, registry)
    carries = not (head.doc_type or "").startswith(PLANS)
    at, end, spans = head.end, len(lines), [range(head.end)]
    while (closing := read_closing(lines, at)) is not None:
        behind = range(closing.end, len(lines)) if carries else ()
        at, end = next((i for i in behind if opens_plan(lines[i])), len(lines)), closing.end
        at = read_title(lines, at, "")[1] if at < len(lines) else at
        spans.append(range(closing.start, at))
    if len(spans) == 1:  # without a signature the text ends where its first annex begins
        end = next((at for at in range(head.end, len(lines)) if ends_running_text(lines[at])), len(lines))
        spans.append(range(end, len(lines)))
    return spans, end
