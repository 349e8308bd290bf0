"""An amending document, and the questions that it settles and leaves open."""

from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, col, select

from engine.clock import Moment
from engine.entries import plan_entry
from engine.intake.amendment.difference import RowChange, Said, What
from engine.intake.amendment.steps import SETTLED, Step
from engine.intake.draft import Draft
from engine.intake.draft import Question as Asked
from engine.intake.loading.load import question_row, task_of
from engine.models import Amendment, Question, Task, User

REASON = "theo văn bản sửa đổi"
BLOCKING: tuple[What, ...] = ("deadline", "owner")
OF_OWNERS = ("lead", "members")
"""Questions about owners that block nothing."""


@dataclass(frozen=True)
class Document:
    """A document that amends a plan: what it says, its authority, and how far it reaches.

    Attributes:
        title: the plan's new title; empty where it stays.
        by: who applies it.
        doubts: sentences that strike something, but not certainly what.
    """

    draft: Draft
    number: str
    issued: date
    whole: bool
    by: User
    title: str = ""
    doubts: tuple[str, ...] = ()


@dataclass
class Asking:
    """The questions of one amendment; `count` of those put."""

    session: Session
    document: Document
    amendment: Amendment
    when: Moment
    count: int = 0
    keys: set[str] = field(init=False)
    open: dict[int | None, list[Question]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the plan's questions once, for all rows."""
        asked = select(Question).where(Question.plan_id == self.amendment.plan_id).order_by(col(Question.id))
        questions = self.session.exec(asked.execution_options(populate_existing=True)).all()
        self.keys = {question.key for question in questions}
        for question in questions:
            if question.answer is None:
                self.open.setdefault(question.task_id, []).append(question)

    def settle(self, task: Task, row: RowChange) -> None:
        """Close what the document has answered or overtaken, and put what it leaves open."""
        settled = BLOCKING if row.has("removed") else tuple(name for name in BLOCKING if row.has(name))
        for question in [each for each in self.open.get(task.id, ()) if each.blocks in settled]:
            self.open[task.id].remove(question)
            question.answer, question.answered_by = self.amendment.authority, self.document.by.id
            question.answered_at, question.answer_reason = self.when.real, REASON
            self.session.add(question)
            self._note(question)
        if row.said is not None and not row.has("removed"):
            for asked in self._asked(row, row.said):
                self.put(task, asked)
            self._ask_for_day(task, row, row.said)

    def _asked(self, row: RowChange, said: Said) -> list[Asked]:
        """The reader's questions about what this row changes."""
        draft, changed = self.document.draft, {str(change.what) for change in row.changes}
        own = [asked for asked in draft.questions if task_of(asked.id, draft) == said.ref]
        return own if row.held is None else [asked for asked in own if _topic(asked, said.ref) in changed]

    def _ask_for_day(self, task: Task, row: RowChange, said: Said) -> None:
        """A deadline that is read, but names no day, does not take away the one in force: a person says what holds."""
        parts = row.held.parts if row.held else ()
        running = [part.last_day for part in parts if part.last_day is not None and part.state not in SETTLED]
        if row.has("deadline") and "deadline" not in said.unread and said.last_day is None and running:
            reason = f"văn bản {self.amendment.authority} đổi thời hạn thành lời không có ngày: hạn nào có hiệu lực?"
            days = sorted({day.isoformat() for day in running})
            asked = Asked(
                id=f"{said.ref}-deadline",
                where=task.place,
                printed=said.deadline_text,
                reason=reason,
                choices=days,
                blocks="deadline",
            )
            self.put(task, asked)

    def instead(self, task: Task, step: Step, agency: int) -> None:
        """Ask what becomes of a duty that is not touched."""
        part = step.part.id if step.part else agency
        asked = Asked(
            id=f"{task.ref}-amended-{part}",
            where=task.place,
            printed=task.deadline_text,
            reason=f"{step.agency.name}: {step.asks} (văn bản {self.amendment.authority})",
            choices=["giữ nguyên", "làm theo văn bản mới"],
        )
        self.put(task, asked)

    def of_plan(self) -> None:
        """What the document strikes without saying surely what, and the groups whose members it does not list."""
        for number, sentence in enumerate(self.document.doubts, start=1):
            reason = "văn bản sửa đổi bỏ nội dung này nhưng không rõ là mục nào: có bỏ nhiệm vụ nào không?"
            self.put(None, Asked(id=f"struck-{number}", where="văn bản", printed=sentence, reason=reason))
        asked = select(Question.printed).where(
            Question.plan_id == self.amendment.plan_id, col(Question.task_id).is_(None)
        )
        known = set(self.session.exec(asked).all())
        for question in self.document.draft.questions:
            if question.id.startswith("group-") and question.printed not in known:
                self.put(None, question)

    def put(self, task: Task | None, asked: Asked) -> None:
        """Put a question from today, under a key of its own where an earlier one has the same."""
        row = question_row(self.amendment.plan_id, task.id if task else None, asked)
        if row.key in self.keys:
            row.key = f"a{self.amendment.id}-{asked.id}"
        row.asked_on = self.when.today
        self.keys.add(row.key)
        self.open.setdefault(row.task_id, []).append(row)
        self.session.add(row)
        self.count += 1

    def blocked(self, task: Task) -> bool:
        """Whether a question keeps the duties of a task waiting."""
        return any(question.blocks != "nothing" for question in self.open.get(task.id, ()))

    def _note(self, question: Question) -> None:
        """The answer in the log, whose day says from when on the duty is clear."""
        data = {"event": "answer", "question": question.key, "by": self.document.by.key}
        data |= {"value": self.amendment.authority, "reason": REASON}
        self.session.add(plan_entry(question.plan_id, data, self.when))


def _topic(asked: Asked, ref: str) -> str:
    """What of a row a question is about."""
    topic = asked.id.removeprefix(f"{ref}-").split("-")[0]
    return asked.blocks if asked.blocks != "nothing" else "owner" if topic in OF_OWNERS else topic
