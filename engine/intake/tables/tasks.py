"""Rows of the task tables to tasks: cells to agencies and deadlines, marks and merges that repeat the row above."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.intake.agencies.cell import CellReader, CellReading
from engine.intake.agencies.registry import Registry
from engine.intake.draft import Agency, Task
from engine.intake.readers import Place
from engine.intake.tables.ditto import FIELDS, is_ditto, take_over
from engine.intake.tables.headers import is_combined
from engine.intake.tables.layout import MARK, looks_like_deadline
from engine.intake.tables.rows import Row, Stray, TaskTable
from engine.intake.tables.sections import Entry, outline
from engine.rules.deadlines import read_deadline
from engine.rules.terms import Deadline

MIXED = "dòng thiếu hoặc lẫn ô nên chưa rõ ai chủ trì"
UNSURE = "dòng thiếu hoặc lẫn ô nên chưa rõ ô nào là thời hạn"
MARKED = ("owner", "collaborators", "deadline")
UNTOLD = "một ô cho cả chủ trì và phối hợp mà không ghi ai chủ trì"


@dataclass(slots=True)
class TaskRow:
    """A task with what its row said beyond it: names not known, cells not there, the table it stands in."""

    task: Task
    row: Row
    label: str
    unknown: dict[str, list[tuple[str, list[str]]]] = field(default_factory=dict)
    doubt: str = ""
    """Why it is not clear who answers for it, though agencies are named."""
    marks: list[str] = field(default_factory=list)
    """Cells that bear the mark of a footnote, as printed."""
    taken: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Fields taken over: the kind of anomaly that says how, and the reference of the row they come from."""

    @property
    def where(self) -> str:
        """Its place for a person: the annex and the reference."""
        return f"{self.label} {self.task.ref}".strip()

    def take_over(self, source: "TaskRow", role: str, *, kind: str) -> None:
        """Take the value of another row in one column, with what is open about it."""
        if role == "task":
            self.task.text = source.task.text
            self.taken["text"] = kind, source.task.ref
            return
        self.taken[FIELDS[role]] = kind, take_over(self.task, source.task, role)
        if role in self.unknown:
            self.unknown[role] = source.unknown[role]
        if role == "owner":
            self.doubt = self.doubt or source.doubt
            if "collaborators" not in self.row.cells and source.task.collaborators:
                take_over(self.task, source.task, "collaborators")  # one cell says both
        if role != "deliverable" and not getattr(self.task, f"{role}_text"):
            setattr(self.task, f"{role}_text", getattr(source.task, f"{role}_text"))


@dataclass(frozen=True, slots=True)
class Context:
    """What reading a row needs to know of its document."""

    registry: Registry
    groups: Mapping[str, Sequence[str]]
    issued: dt.date | None
    year: int | None


def read_all(tables: Sequence[TaskTable], context: Context) -> list[TaskRow]:
    """The tasks of all tables in order.

    Numbers that begin anew in a later table are told apart by its annex ("PL05.1"), so that a reference is one row's.
    """
    rows: list[TaskRow] = []
    used: set[str] = set()
    for number, table in enumerate(tables, start=1):
        reader = _TableReader(table, context)
        if used & {entry.ref for entry in reader.entries}:
            reader.part_from(used, number)
        found = reader.read()
        used.update(row.task.ref for row in found)
        rows.extend(found)
    return rows


class _TableReader:
    """Reads the rows of one table."""

    def __init__(self, table: TaskTable, context: Context) -> None:
        self.table, self.context = table, context
        self.entries = outline(table.rows)
        self.combined = any(is_combined(column) for column in table.columns)
        self.cells = CellReader(context.registry, context.groups)
        self.deadlines: dict[tuple[str, str], Deadline] = {}

    def part_from(self, used: set[str], number: int) -> None:
        """Put the annex, or else the table's number, before every reference."""
        annex = self.table.label.removeprefix("Phụ lục").strip()
        prefix = f"PL{annex}" if annex else f"B{number}"
        if used & {f"{prefix}.{entry.ref}" for entry in self.entries}:
            prefix = f"{prefix}.B{number}"
        for entry in self.entries:
            entry.ref = f"{prefix}.{entry.ref}"

    def read(self) -> list[TaskRow]:
        """The tasks in order; headings only lend them what they say for all, and one with no row goes astray."""
        tasks: list[TaskRow] = []
        by_row: list[TaskRow] = []
        for entry in self.entries:
            row = self._task(entry)
            self._inherit(row, entry, above=tasks[-1] if tasks else None, by_row=by_row)
            by_row.append(row)
            if not entry.is_section:
                tasks.append(row)
            elif entry.is_empty:
                self.table.stray.append(Stray("section_without_rows", entry.row.title, entry.row.place))
        return tasks

    def _task(self, entry: Entry) -> TaskRow:
        row, cells, place = entry.row, entry.row.cells, entry.row.place
        owners, collaborators = (self._agencies(cells.get(role, "")) for role in ("owner", "collaborators"))
        hangs = row.merged.get("ref")
        task = Task(
            ref=entry.ref,
            tt_printed=row.number if hangs is None else self.table.rows[hangs].number,
            section=entry.path[-1] if entry.path else None,
            section_path=entry.path,
            text=cells.get("task", ""),
            owner_text=cells.get("owner") or None,
            owners=_each_once(owners.agencies),
            collaborators_text=cells.get("collaborators") or None,
            collaborators=_each_once([*owners.helpers, *collaborators.named]),
            deadline_text=cells.get("deadline") or None,
            start_text=cells.get("start") or None,
            deadline=self._deadline(
                cells.get("deadline", ""), cells.get("start", ""), sure="deadline" not in row.unsure
            ),
            deliverable=cells.get("deliverable") or None,
            notes=cells.get("notes") or None,
            source_lines=(place.line, place.last_line or place.line) if place.line else None,
            cell=_cell(place),
        )
        return TaskRow(
            task,
            row,
            self.table.label,
            {"owner": owners.unknown, "collaborators": [*owners.unknown_helpers, *collaborators.unknown_named]},
            doubt=self._doubt(row, owners),
            marks=[text for text in (row.marked, *(cells.get(role, "") for role in MARKED)) if MARK.search(text)],
        )

    def _agencies(self, text: str) -> CellReading:
        return CellReading() if not text or is_ditto(text) else self.cells.read(MARK.sub("", text))

    def _doubt(self, row: Row, owners: CellReading) -> str:
        if row.crowded or {"owner", "collaborators"} & {*row.missing, *row.unsure}:
            return MIXED
        return UNTOLD if self.combined and not owners.helpers and len(owners.agencies) > 1 else owners.unclear

    def _deadline(self, text: str, start_text: str, *, sure: bool) -> Deadline:
        if (text, start_text) not in self.deadlines:
            self.deadlines[text, start_text] = self._read_deadline(text, start_text)
        deadline = self.deadlines[text, start_text]
        if sure or not text:
            return deadline
        suggest = (deadline.end,) if deadline.end else ()
        return Deadline(kind="unknown", text=deadline.text, rule="unsure-cell", reason=UNSURE, suggest=suggest)

    def _read_deadline(self, text: str, start_text: str) -> Deadline:
        """What the deadline cell says; several deadlines under one another, or one before its start, are unknown."""
        issued, year = self.context.issued, self.context.year
        deadline = read_deadline(MARK.sub("", text), issued=issued, year=year)
        lines = [line for line in text.split("\n") if line.strip()]
        if deadline.rule == "unread" and len(lines) > 1 and all(map(looks_like_deadline, lines)):
            reason = f"ô thời hạn ghi {len(lines)} mốc: mốc nào là hạn của việc nào?"
            return replace(deadline, rule="two-milestones", reason=reason)
        start = read_deadline(MARK.sub("", start_text), issued=issued, year=year) if start_text else None
        begins = start.start or start.end if start else None
        if begins and deadline.end and deadline.end < begins:
            reason = f"bắt đầu {begins:%d/%m/%Y} sau khi kết thúc {deadline.end:%d/%m/%Y}: ngày nào đúng?"
            suggest = (deadline.end,)
            return Deadline(kind="unknown", text=deadline.text, rule="end-before-start", reason=reason, suggest=suggest)
        return deadline

    def _inherit(self, row: TaskRow, entry: Entry, *, above: TaskRow | None, by_row: Sequence[TaskRow]) -> None:
        """Give a row what hangs on a cell above, what a mark repeats, and what its section's heading says for all."""
        carrier = by_row[entry.carrier] if entry.carrier is not None else None
        for role in ("task", *FIELDS):
            text = row.row.cells.get(role, "")
            if role in row.row.merged:
                row.take_over(by_row[row.row.merged[role]], role, kind="vertical_merge")
            elif is_ditto(text):
                if above:
                    row.take_over(above, role, kind="ditto_resolved")
                elif role in row.unknown:
                    row.unknown[role] = [(text, [])]
            elif carrier and not text and (carrier.row.own.get(role) or FIELDS.get(role) in carrier.taken):
                row.take_over(carrier, role, kind="ditto_resolved")


def _each_once(agencies: Sequence[Agency]) -> list[Agency]:
    return list({agency.name: agency for agency in agencies}.values())


def _cell(place: Place) -> dict[str, int] | None:
    printed = {"table": place.table, "row": place.row, "page": place.page}
    return {name: number for name, number in printed.items() if number is not None} if place.table else None
