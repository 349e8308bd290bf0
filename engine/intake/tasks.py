"""Rows of the task table to tasks: sections to references, cells to agencies and deadlines, ditto marks resolved."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from engine.intake.agencies import CellReading, is_ditto, read_cell
from engine.intake.draft import Agency, Task
from engine.intake.registry import Registry
from engine.intake.table import NUMBER, Row, TaskTable
from engine.rules.deadlines import read_deadline


@dataclass(slots=True)
class TaskRow:
    """A task with what its row said beyond it: names not known, cells not there, the table it stands in."""

    task: Task
    row: Row
    label: str
    unknown: dict[str, list[tuple[str, list[str]]]] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """Its place for a person: the annex and the reference."""
        return f"{self.label} {self.task.ref}".strip()


@dataclass(frozen=True, slots=True)
class Context:
    """What reading a row needs to know of its document."""

    registry: Registry
    groups: Mapping[str, Sequence[str]]
    issued: dt.date | None
    year: int | None


@dataclass(slots=True)
class _Section:
    roman: str = ""
    roman_title: str = ""
    number: str = ""
    title: str = ""

    def enter(self, row: Row) -> None:
        title = row.cells.get("task", "")
        if _is_roman(row):
            self.roman, self.roman_title, self.number, self.title = row.number, title, "", ""
        else:
            self.number, self.title = row.number, title

    def ref(self, row: Row) -> str:
        """Section numeral and printed number; a lettered row hangs on the number above it."""
        if _is_roman(row):
            return row.number
        under = self.number if re.fullmatch(r"[a-zđ]", row.number) else ""
        return ".".join(filter(None, (self.roman, under, row.number)))

    def path(self, row: Row) -> list[str]:
        inside = row.number.startswith(f"{self.number}.") or not row.number[:1].isdigit()
        return [title for title in (self.roman_title, self.title if inside else "") if title]


def read_tasks(table: TaskTable, context: Context) -> list[TaskRow]:
    """The tasks of one table in order."""
    section, tasks = _Section(), list[TaskRow]()
    for at, row in enumerate(table.rows):
        if _is_section(table.rows, at):
            section.enter(row)
            continue
        if _is_roman(row):
            section.enter(row)
        tasks.append(_task_row(row, section, label=table.label, context=context))
    for above, below in pairwise(tasks):
        _inherit(above.task, below.task)
    return tasks


def _is_roman(row: Row) -> bool:
    match = NUMBER.fullmatch(row.number)
    return bool(match and match["roman"])


def _is_section(rows: Sequence[Row], at: int) -> bool:
    """A row of text alone is a heading if it is numbered in Roman or has rows below it; else it lacks its cells."""
    row = rows[at]
    if not row.text_only or _is_roman(row):
        return row.text_only
    below = rows[at + 1].number if at + 1 < len(rows) else ""
    return below.startswith(f"{row.number}.") or (
        row.number[:1].isdigit() and re.fullmatch(r"[a-zđ]", below) is not None
    )


def _task_row(row: Row, section: _Section, *, label: str, context: Context) -> TaskRow:
    owners, collaborators = (_read(row, role, context) for role in ("owner", "collaborators"))
    text, path = row.cells.get("deadline", ""), section.path(row)
    task = Task(
        ref=section.ref(row),
        tt_printed=row.number,
        section=path[-1] if path else None,
        section_path=path,
        text=row.cells.get("task", ""),
        owner_text=row.cells.get("owner") or None,
        owners=owners.agencies,
        collaborators_text=row.cells.get("collaborators") or None,
        collaborators=collaborators.agencies,
        deadline_text=text or None,
        start_text=row.cells.get("start") or None,
        deadline=read_deadline(text, issued=context.issued, year=context.year),
        deliverable=row.cells.get("deliverable") or None,
        source_lines=(row.first_line, row.last_line),
    )
    return TaskRow(task, row, label, {"owner": owners.unknown, "collaborators": collaborators.unknown})


def _read(row: Row, role: str, context: Context) -> CellReading:
    text = row.cells.get(role, "")
    return CellReading() if is_ditto(text) else read_cell(text, context.registry, groups=context.groups)


def _inherit(above: Task, below: Task) -> None:
    """A ditto mark carries the value of the row above, and says from where."""
    if is_ditto(below.owner_text):
        below.owners, below.owners_inherited_from = _copies(above.owners), above.owners_inherited_from or above.ref
    if is_ditto(below.collaborators_text):
        below.collaborators = _copies(above.collaborators)
        below.collaborators_inherited_from = above.collaborators_inherited_from or above.ref
    if is_ditto(below.deadline_text):
        below.deadline, below.deadline_inherited_from = above.deadline, above.deadline_inherited_from or above.ref


def _copies(agencies: Sequence[Agency]) -> list[Agency]:
    return [agency.model_copy(deep=True) for agency in agencies]
