"""A file to a draft: its blocks → task tables, text and targets, agencies and deadlines → faults and questions."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from engine.intake.agencies.listing import listed_groups
from engine.intake.agencies.registry import Registries, Registry
from engine.intake.draft import Anomaly, Draft, Plan
from engine.intake.faults.anomalies import anomaly
from engine.intake.faults.document import document_faults, order_faults, text_faults
from engine.intake.faults.rows import IsWorking, row_faults, table_faults
from engine.intake.questions import group_questions, left_out_questions, plan_questions, row_questions
from engine.intake.readers import Document, read_file
from engine.intake.tables.find import find_tables
from engine.intake.tables.rows import TaskTable
from engine.intake.tables.tasks import Context, read_all
from engine.intake.targets import read_targets
from engine.intake.text.body import Body, read_body
from engine.intake.text.metadata import legal_bases, plan_year
from engine.intake.text.metadata import read_plan as read_metadata
from engine.intake.text.outline import read_outline
from engine.intake.text.paragraphs import paragraphs


def read_plan(path: Path, known: Registry | Registries, *, is_working: IsWorking | None = None) -> Draft:
    """The draft of the plan in a file; `is_working` lets it name deadlines on days off.

    A document without a task table, or that is no plan, gives a draft that says so.

    Raises:
        BadInputError: the file cannot be read (see `readers.read_file`).
    """
    return draft_of(read_file(path), known, is_working=is_working)


def draft_of(document: Document, known: Registry | Registries, *, is_working: IsWorking | None = None) -> Draft:
    """The draft of a document already read to blocks."""
    tables = find_tables(document)
    plan = read_metadata(document.blocks, known.for_document(None, None), has_table=bool(tables))
    registry = known.for_document(plan.place, plan.issuer)
    listed = listed_groups(document.blocks, registry)
    issued = dt.date.fromisoformat(plan.issue_date) if plan.issue_date else None
    context = Context(registry, {name: members for name, members in listed.items() if members}, issued, plan_year(plan))
    rows = read_all(tables, context)
    used = {agency.name: agency for row in rows for agency in (*row.task.owners, *row.task.collaborators)}
    groups = {name: agency.members for name, agency in used.items() if agency.kind != "agency"}
    unlisted = _unlisted(groups, listed, registry)
    spans = [table.span for table in tables]
    outline = read_outline(paragraphs(document.blocks, [range(*span) for span in spans]))
    tasks = [(row.label, row.task) for row in rows]
    figures = read_targets(document, outline, plan, tasks=tasks, task_tables=spans)
    body = _body(document, context, spans) if plan.is_plan else Body()
    draft = Draft(
        schema="truth/1",
        source=document.name,
        source_sha256=document.sha256,
        plan=plan,
        legal_bases=legal_bases(document.blocks),
        groups=groups,
        targets=figures.targets,
        body_targets=figures.beside,
        tasks=[row.task for row in rows],
        obligations=body.obligations,
        unassigned_measures=body.measures,
        recurring_reports=body.reports,
        budget=body.budget,
        anomalies=[
            *_plan_faults(plan, tables),
            *row_faults(rows, plan, is_working),
            *figures.faults,
            *unlisted,
            *document_faults(document, outline, plan),
            *order_faults(tasks),
            *_unread(body),
        ],
        questions=[
            *plan_questions(plan, has_table=bool(tables)),
            *row_questions(rows),
            *figures.questions,
            *group_questions(unlisted),
        ],
    )
    draft.anomalies.extend(text_faults(draft))
    draft.questions.extend(left_out_questions(draft.anomalies))
    return draft


def _body(document: Document, context: Context, tables: Sequence[tuple[int, int]]) -> Body:
    return read_body(
        document,
        context.registry,
        issued=context.issued,
        year=context.year,
        groups=context.groups,
        left_out=[range(*span) for span in tables],
    )


def _unlisted(
    groups: dict[str, list[str] | None], listed: dict[str, list[str] | None], registry: Registry
) -> list[Anomaly]:
    """Groups in use whose members the document lists only in part, or not at all."""
    faults = []
    for name in groups:
        entry = registry.named(name)
        if entry and entry.kind == "group":
            missing = [member for member in registry.members_of(entry) if member not in (listed.get(name) or ())]
            if missing:
                detail = f"văn bản không liệt kê: {', '.join(missing)}"
                faults.append(anomaly("văn bản", "unit_omitted", detail=detail, printed=name))
    return faults


def _unread(body: Body) -> list[Anomaly]:
    detail = f"{body.unread} đoạn cuối của phần lời văn chưa được đọc: tách văn bản rồi đọc phần ấy riêng"
    return [anomaly("phần lời văn", "text_unread", detail=detail)] if body.unread else []


def _plan_faults(plan: Plan, tables: list[TaskTable]) -> list[Anomaly]:
    faults = []
    if not plan.is_plan:
        faults.append(anomaly("văn bản", "not_a_plan", detail=plan.not_plan_reason))
    if not tables:
        faults.append(anomaly("văn bản", "no_task_table", detail="không tìm thấy bảng phân công nhiệm vụ"))
    if plan.is_plan and plan.number is None:
        faults.append(anomaly("văn bản", "number_missing", detail=plan.number_reason))
    if plan.is_plan and plan.issue_date is None:
        faults.append(anomaly("văn bản", "issue_date_incomplete", printed=plan.issue_date_partial))
    faults.extend(table_faults(tables))
    return faults
