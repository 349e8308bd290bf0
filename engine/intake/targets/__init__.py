"""Targets of a plan: the figures it sets, in the tables of its annexes, in its sentences and in task rows.

`read_targets` gives them all, with what contradicts in them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.intake.draft import Anomaly, Plan, Question, Target, Task
from engine.intake.readers import Document
from engine.intake.targets.annex import annex_targets
from engine.intake.targets.body import row_targets, text_targets
from engine.intake.targets.conflicts import annex_faults, target_faults, target_questions
from engine.intake.text.annexes import annex_label
from engine.intake.text.outline import Node

__all__ = ["PlanTargets", "read_targets"]


@dataclass(frozen=True, slots=True)
class PlanTargets:
    """`targets` are those of the annexes, or of the text where no annex sets any; `beside` what else is said of them:
    the sentences beside an annex, and task rows that list units."""

    targets: list[Target]
    beside: list[Target]
    faults: list[Anomaly]
    questions: list[Question]


def read_targets(
    document: Document,
    outline: Node,
    plan: Plan,
    *,
    tasks: Sequence[tuple[str, Task]],
    task_tables: Sequence[tuple[int, int]],
) -> PlanTargets:
    """The targets of a document; `tasks` come with the label of their table ("Phụ lục 04"), `task_tables` are the
    ranges of blocks that those tables cover."""
    year, since = _years(plan)
    annexes = annex_targets(document, year=year, since=since, left_out=task_tables)
    text = text_targets(outline, year=year, since=since)
    rows = row_targets([(annex_label(label), task) for label, task in tasks], year=year, since=since)
    faults = [*annexes.faults, *annex_faults(annexes.tables), *target_faults(annexes.targets, rows, text)]
    return PlanTargets(
        targets=annexes.targets or text,
        beside=[*(text if annexes.targets else ()), *rows],
        faults=faults,
        questions=target_questions(faults),
    )


def _years(plan: Plan) -> tuple[int | None, int | None]:
    """The year a figure without one is for, the last of the plan's period; and the first that is not past."""
    period = plan.period
    last = _year(period.end) if period else None
    first = _year(period.start) if period else None
    issued = _year(plan.issue_date or plan.issue_date_partial)
    return last, first or issued


def _year(date: str | None) -> int | None:
    match = re.match(r"(\d{4})", date or "")
    return int(match[1]) if match else None
