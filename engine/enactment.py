"""How an amendment is carried out: wordings kept, tasks and duties changed by `acts`, questions put, agencies told.

Called within one transaction, after `amendments.py` has found nothing left to settle.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from engine.acts import Act, add_version, take_step
from engine.asking import REASON, Asking, Document
from engine.clock import Moment
from engine.entries import plan_entry
from engine.intake.agencies.registry import Registry
from engine.intake.amendment.difference import Difference, Party, RowChange
from engine.intake.amendment.steps import Step, consequences, plain_of, steps_of
from engine.intake.draft import Task as Printed
from engine.intake.loading.load import duty_row, fingerprint, place_of, task_row
from engine.intake.loading.parties import Agencies
from engine.ledger import seal
from engine.models import Amendment, Assignment, Collaborator, Plan, Question, Task, Wording
from engine.notices import News, tell_amendment
from engine.plans import reading_of
from engine.queries.amendments import of_document
from engine.renewal import Renewal
from engine.rules.ladder import Policy
from engine.rules.terms import to_json
from engine.rules.workdays import Workdays

RUNNING = ("assigned", "in_progress", "returned", "suspended")


@dataclass(frozen=True)
class Rules:
    """What reading and telling an amendment needs of the installation."""

    registry: Registry
    calendar: Workdays
    policy: Policy


def carry_out(
    session: Session, plan: Plan, document: Document, difference: Difference, *, rules: Rules, when: Moment
) -> tuple[int, dict[str, int]]:
    """Carry out all that a document changes; it counts from today.

    Args:
        session: a writing session that holds the plan's lock.
        plan: the plan amended.
        document: the document.
        difference: what it changes; nothing of it is left unsettled.
        rules: registry, calendar and ladder.
        when: the time.

    Returns:
        The amendment's number, and how many duties moved, began, ended and went to another agency, how many questions
        were put, and how many notices written.

    Raises:
        RefusedError: an act is not possible.
    """
    seal(session, [plan.id or 0])  # what was written before stands under the references of its day
    work = _Enactment(session, plan, document, rules=rules, when=when)
    work.begin(difference)
    work.enact(difference)
    work.put_in_order()
    work.renew_offers()
    work.asking.of_plan()
    if document.title:
        plan.title = document.title
        session.add(plan)
    session.flush()
    work.counts["questions"] = work.asking.count
    work.counts["told"] = tell_amendment(
        session, work.amendment, work.news, dated=work.dated, policy=rules.policy, when=when
    )
    return work.amendment.id or 0, work.counts


@dataclass
class _Enactment:
    """The work on one plan."""

    session: Session
    plan: Plan
    document: Document
    rules: Rules
    when: Moment
    amendment: Amendment = field(init=False)
    agencies: Agencies = field(init=False)
    asking: Asking = field(init=False)
    printed: dict[str, Printed] = field(init=False)
    tasks: dict[str, Task] = field(default_factory=dict)
    placed: dict[str, Task] = field(default_factory=dict)
    kept: dict[int, str] = field(default_factory=dict)
    rows: list[tuple[Task, RowChange]] = field(default_factory=list)
    duties: dict[int, list[Assignment]] = field(default_factory=dict)
    last: int = 0
    news: list[News] = field(default_factory=list)
    dated: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("moved", "opened", "cancelled", "handed_over", "questions", "told"), 0)
    )

    def begin(self, difference: Difference) -> None:
        """Lock what is asked, and write down which document this is."""
        session, plan_id, said = self.session, self.plan.id or 0, self.document.draft
        # Answers lock their question before their duties: taken in that order here too, neither waits for the other.
        session.exec(select(Question.id).where(Question.plan_id == plan_id).with_for_update(key_share=True)).all()
        held = session.exec(select(Task).where(Task.plan_id == plan_id).order_by(col(Task.id))).all()
        self.tasks = {task.ref: task for task in held}
        self.last = max((task.position for task in held), default=0)
        duties = select(Assignment).where(Assignment.plan_id == plan_id).order_by(col(Assignment.id))
        locked = duties.with_for_update(key_share=True).execution_options(populate_existing=True)
        for part in session.exec(locked).all():
            self.duties.setdefault(part.task_id, []).append(part)
        self.agencies = Agencies(session, self.rules.registry, self.plan.place)
        self.printed = {row.ref: row for row in said.tasks}
        for row in said.tasks:
            self.agencies.entries_of([*row.owners, *row.collaborators])
        self.amendment = Amendment(
            plan_id=plan_id,
            number=self.document.number,
            issued=self.document.issued,
            title=said.plan.title or "",
            source_name=said.source,
            source_sha256=said.source_sha256,
            whole=self.document.whole,
            applied_by=self.document.by.id or 0,
            applied_on=self.when.today,
            applied_at=self.when.real,
            changes=[],
        )
        session.add(self.amendment)
        session.flush()
        self.asking = Asking(session, self.document, self.amendment, self.when)
        data: dict[str, Any] = {
            "amendment": self.amendment.id,
            "document": self.document.number,
            "document_date": self.document.issued.isoformat(),
            "sha256": said.source_sha256,
            "whole": self.document.whole,
            "rows": [{"ref": row.ref, "changes": plain_of(row)} for row in difference.rows],
        }
        if self.document.title:
            data["title"] = [self.plan.title, self.document.title]
        self._note("amend", data)

    def enact(self, difference: Difference) -> None:
        """Change every row, and keep with the amendment what it changed in which task."""
        self._free_references(difference.rows)
        done = []
        for row in difference.rows:
            task, steps = self._task(row), steps_of(row)
            self.rows.append((task, row))
            self.asking.settle(task, row)
            self._take(task, row, steps)
            done.append({"ref": row.ref, "task_id": task.id, "changes": plain_of(row), "agencies": consequences(steps)})
        self.amendment.changes = done
        self.session.add(self.amendment)

    # -- rows ----------------------------------------------------------------------------------------------------------

    def _free_references(self, rows: Sequence[RowChange]) -> None:
        """Let each row have the reference that the plan anew prints for it; a struck one gives its own up."""
        wanted = {row.said.ref for row in rows if row.said and (row.held is None or row.has("reference"))}
        moving = [
            (self.tasks[row.held.ref], row.said.ref) for row in rows if row.held and row.said and self._moves(row)
        ]
        struck = {row.held.ref for row in rows if row.held and row.has("removed")}
        gone = [
            task for ref, task in self.tasks.items() if ref in wanted and (ref in struck or task.removed_on is not None)
        ]
        for task in (*gone, *(task for task, _ in moving)):
            self._keep_wording(task)
            task.ref = f"~{task.id}"  # two rows may change places
        self.session.flush()
        for task, ref in moving:
            task.ref = ref
        taken = {task.ref for task in self.tasks.values()} | wanted
        for task in gone:
            task.ref = _free(self.kept[task.id or 0], taken, "~")
            taken.add(task.ref)
        self.session.flush()

    def _moves(self, row: RowChange) -> bool:
        return row.has("reference") and not row.has("removed")

    def _task(self, row: RowChange) -> Task:
        """The task of a row as it stands from now on."""
        if row.held is None:
            return self._added(self.printed[row.ref])
        task = self.tasks[row.held.ref]
        if row.has("removed"):
            task.removed_on = self.when.today
            self.session.add(task)
        elif row.said is not None:
            self._keep_wording(task)
            self._reword(task, row, self.printed[row.said.ref])
        return task

    def _added(self, printed: Printed) -> Task:
        self.last += 1
        task = task_row(self.plan, printed, self.last)
        taken = {held.ref for held in self.tasks.values()} | {other.ref for other in self.placed.values()}
        task.ref, task.amendment_id = _free(printed.ref, taken, "+", first=printed.ref), self.amendment.id
        self.session.add(task)
        self.session.flush()
        self.placed[printed.ref] = task
        self._put_collaborators(task, printed)
        return task

    def _keep_wording(self, task: Task) -> None:
        """Keep what a task says now for the days before today; once for each amendment."""
        if task.id in self.kept:
            return
        self.kept[task.id or 0] = task.ref
        words = ("ref", "section", "text", "owner_text", "collaborators_text", "deadline_text", "deliverable", "place")
        self.session.add(
            Wording(
                task_id=task.id or 0,
                amendment_id=self.amendment.id or 0,
                until=self.when.today,
                replaced=task.amendment_id,
                deadline=dict(task.deadline),
                **{name: getattr(task, name) for name in words},
            )
        )

    def _reword(self, task: Task, row: RowChange, printed: Printed) -> None:
        for change in row.changes:
            name = {"deadline": "deadline_text", "owner": "owner_text", "collaborators": "collaborators_text"}
            if change.what != "reference":
                setattr(task, name.get(change.what, change.what), change.new)
        reading = to_json(printed.deadline) if row.has("deadline") else dict(task.deadline)
        said = {
            "text": task.text,
            "owner_text": task.owner_text or None,
            "collaborators_text": task.collaborators_text or None,
            "deadline_text": task.deadline_text or None,
            "deliverable": task.deliverable or None,
        }
        task.deadline = reading | {"fingerprint": fingerprint(printed.model_copy(update=said))}
        if self.document.whole or row.has("deadline"):
            task.place = place_of(printed)
        task.amendment_id = self.amendment.id
        self.session.add(task)
        if row.has("collaborators"):
            self.session.exec(delete(Collaborator).where(col(Collaborator.task_id) == task.id))
            self._put_collaborators(task, printed)

    def _put_collaborators(self, task: Task, printed: Printed) -> None:
        for agency in self.agencies.ids_of(printed.collaborators):
            self.session.add(Collaborator(task_id=task.id or 0, agency_id=agency))
        self.session.flush()

    # -- duties --------------------------------------------------------------------------------------------------------

    def _take(self, task: Task, row: RowChange, steps: Sequence[Step]) -> None:
        """What follows for each agency, and what it is told."""
        blocked = self.asking.blocked(task)
        parts = self._parts(task)
        anchor = parts[0].id if parts else None
        for step in steps:
            part = step.part.id if step.part else None
            if step.asks:
                self.asking.instead(task, step, self._agency(step.agency))
            elif step.opens:
                part = self._open(task, step, blocked=blocked)
                anchor = anchor or part
            elif step.part is not None:
                self._change(task, step, blocked=blocked)
            if step.told and (part or anchor):
                to = self._agency(step.agency)
                self.news.append(News(part or anchor or 0, to, step.role, step.told, handed=step.gives_to is not None))
        if not row.has("removed"):
            self._touch(task, blocked=blocked)

    def _open(self, task: Task, step: Step, *, blocked: bool) -> int:
        highest = max((part.position % 1000 for part in self._parts(task)), default=-1)
        part = duty_row(task, self._agency(step.agency), highest + 1, self.when, unclear=blocked)
        part.opened_on, part.revision = self.when.today, 1
        self.session.add(part)
        self.session.flush()
        self.duties.setdefault(task.id or 0, []).append(part)
        if step.moves_to is not None and not blocked:
            nominal, bound = self._printed_day(task, step.moves_to)
            add_version(
                self.session,
                part,
                step.moves_to,
                force_day=self.when.today,
                cause="amendment",
                nominal=nominal,
                bound=bound,
                reason=REASON,
                authority=self.document.number,
            )
            self.dated.append(part.id or 0)
        self.counts["opened"] += 1
        return part.id or 0

    def _change(self, task: Task, step: Step, *, blocked: bool) -> None:
        if step.part is None:
            return
        number = step.part.id
        part = next(each for each in self._parts(task) if each.id == number)
        if step.gives_to is not None:
            self._agency(step.gives_to)  # there before the duty goes to it
            self._act(part, "reassign", to_agency=step.gives_to.key)
            self.counts["handed_over"] += 1
        if step.cancels:
            self._act(part, "cancel")
            self.counts["cancelled"] += 1
        elif step.moves_to is not None and not blocked:
            nominal, bound = self._printed_day(task, step.moves_to)
            self._act(part, "move", new_day=step.moves_to, nominal=nominal, bound=bound)
            self.dated.append(step.part.id)
            self.counts["moved"] += 1

    def _act(self, part: Assignment, event: str, **more: Any) -> None:  # noqa: ANN401  fields of an act
        act = Act(
            event,
            self.document.by.key,
            reason=f"{REASON} {self.amendment.authority}",
            document=self.document.number,
            document_date=self.document.issued,
            amendment=self.amendment.id or 0,
            **more,
        )
        take_step(self.session, part, act, plan=self.plan, person=self.document.by, when=self.when)

    def _touch(self, task: Task, *, blocked: bool) -> None:
        """Say of every running duty whether it waits, and let calendars show what it says now."""
        for part in self._parts(task):
            if part.state in RUNNING:
                part.unclear = blocked
                part.revision, part.changed_at = part.revision + 1, self.when.real
                self.session.add(part)

    def _printed_day(self, task: Task, day: date) -> tuple[date, str]:
        reading = reading_of(task)
        return reading.end or day, reading.bound or "by"

    def _parts(self, task: Task) -> list[Assignment]:
        return sorted(self.duties.get(task.id or 0, ()), key=lambda part: part.position)

    def _agency(self, party: Party) -> int:
        return self.agencies.id_of(self.agencies.known(party.key, party.name))

    # -- the plan ------------------------------------------------------------------------------------------------------

    def put_in_order(self) -> None:
        """Let the tasks stand as the plan anew prints them."""
        if not self.document.whole:
            return
        held = self.session.exec(select(Task).where(*of_document(self.plan.id))).all()
        by_ref = {task.ref: task for task in held} | self.placed
        for position, printed in enumerate(self.document.draft.tasks, start=1):
            task = by_ref[printed.ref]
            if task.position != position:
                task.position = position
                for part in self._parts(task):
                    part.position = position * 1000 + part.position % 1000

    def renew_offers(self) -> None:
        """Let what comes again, and what else is offered, be what the document says now."""
        gone = Renewal(self.session, self.plan, self.asking, self.rules.registry, self.when).renew(self.rows)
        self.news += gone
        self.counts["cancelled"] += len(gone)

    def _note(self, event: str, data: dict[str, Any]) -> None:
        kept = {"event": event, "by": self.document.by.key} | data
        self.session.add(plan_entry(self.plan.id, kept, self.when))


def _free(ref: str, taken: set[str], mark: str, *, first: str = "") -> str:
    """The reference itself where it may be and is free, else with the first number that is."""
    if first and first not in taken:
        return first
    return next(name for n in count(1) if (name := f"{ref}{mark}{n}") not in taken)
