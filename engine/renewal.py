"""What an amending document does to the offers of a running plan: what was accepted by words that it changes ends, and
what it says now is offered, for a coordinator to accept. Nothing comes again by words that are no longer printed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session, col, select

from engine.acts import Act, perform
from engine.asking import REASON, Asking
from engine.clock import Moment
from engine.intake.agencies.registry import Registry
from engine.intake.amendment.difference import Change, RowChange, What
from engine.intake.draft import Question as Asked
from engine.intake.loading.offering import AMENDED, add_offers, put_offers
from engine.intake.loading.offers import Offered, key_of, offers_of
from engine.models import Assignment, Deadline, Offer, Plan, Recurrence, Task
from engine.notices import News
from engine.rules.schedules import in_words
from engine.rules.states import State
from engine.rules.terms import from_json

ENDING: frozenset[What] = frozenset({"removed", "deadline", "owner", "collaborators"})
"""What, changed in a row that comes again, leaves nothing of what was accepted to go by."""

SETTLED = (State.SUBMITTED, State.COMPLETED, State.CANCELLED)
"""Periods that stay as they are, whatever becomes of the row."""

Rows = Sequence[tuple[Task, RowChange]]
"""The rows that a document changes, each with its task as it stands from today."""


def ended_by(session: Session, plan_id: int, rows: Iterable[RowChange]) -> list[Offer]:
    """The accepted offers of rows that a document strikes, or in which it changes day, owner or helpers."""
    refs = {row.held.ref for row in rows if row.held and any(row.has(what) for what in ENDING)}
    chosen = select(Offer).where(Offer.plan_id == plan_id, Offer.kind == "row", Offer.state == "accepted")
    return [offer for offer in session.exec(chosen.order_by(col(Offer.position))).all() if offer.ref in refs]


@dataclass(frozen=True)
class Renewal:
    """The work on the offers of one plan, in the transaction of its amendment."""

    session: Session
    plan: Plan
    asking: Asking
    registry: Registry
    when: Moment

    def renew(self, rows: Rows) -> list[News]:
        """Let the offers be those of the document as it stands from today.

        Returns:
            What the agencies are told whose open periods end.
        """
        ended = {offer.id for offer in ended_by(self.session, self.plan.id or 0, [row for _, row in rows])}
        of_rows = select(Offer).where(
            Offer.plan_id == self.plan.id, Offer.kind == "row", ~col(Offer.key).contains(AMENDED)
        )
        by_ref: dict[str, list[Offer]] = {}
        for offer in self.session.exec(of_rows.order_by(col(Offer.position))).all():
            by_ref.setdefault(offer.ref, []).append(offer)
        theirs = [
            (offer, task, row) for task, row in rows if row.held is not None for offer in by_ref.get(row.held.ref, ())
        ]
        news = list[News]()
        for offer, task, row in theirs:
            if offer.id in ended:
                news += self._end(offer, task, struck=row.has("removed"))
        self._follow(theirs)
        if self.asking.document.whole:
            self._offer_whole()
        else:
            self._offer_part(rows, [offer for offer, _, row in theirs if row.has("deadline")])
        return news

    def _end(self, offer: Offer, task: Task, *, struck: bool) -> list[News]:
        """Open no further period, and say so; the open ones of what is struck end with it."""
        of_offer = select(Recurrence).where(Recurrence.offer_id == offer.id)
        for held in self.session.exec(of_offer.with_for_update(key_share=True)).all():
            held.ended_on = self.when.today
            self.session.add(held)
        offer.answers = {topic: said for topic, said in offer.answers.items() if topic not in ("deadline", "agencies")}
        self._decide(offer, "withdrawn")
        often, authority = in_words(from_json(offer.reading)), self.asking.amendment.authority
        reason = (
            f"văn bản {authority} bỏ dòng này: việc định kỳ đã nhận ({often}) thôi từ hôm nay, kỳ đang mở hủy theo; "
            "có kỳ nào vẫn phải làm?"
            if struck
            else f"văn bản {authority} đổi dòng này: việc định kỳ đã nhận ({often}) thôi mở kỳ mới, kỳ đang mở giữ "
            "nguyên; nhận lại theo lời mới bằng 'dondoc offers accept'?"
        )
        asked = Asked(id=f"{offer.key}-ended", where=task.place, printed=task.deadline_text, reason=reason)
        self.asking.put(task, asked)
        return self._cancel_periods(offer) if struck else []

    def _decide(self, offer: Offer, state: str) -> None:
        offer.state, offer.reason = state, f"{REASON} {self.asking.amendment.authority}"
        offer.decided_by, offer.decided_on = self.asking.document.by.id, self.when.today
        offer.decided_at = self.when.real
        self.session.add(offer)
        self.session.flush()

    def _cancel_periods(self, offer: Offer) -> list[News]:
        amendment, news = self.asking.amendment, list[News]()
        reason, authority = f"{REASON} {amendment.authority}", amendment.number
        open_parts = select(Assignment, Task.text).join(Task, col(Task.id) == Assignment.task_id)
        chosen = open_parts.where(Task.offer_id == offer.id, col(Assignment.state).not_in(SETTLED))
        for part, text in self.session.exec(chosen.order_by(col(Assignment.position))).all():
            day = self.session.get(Deadline, (part.id, part.version))
            act = Act("cancel", self.asking.document.by.key, reason, authority, amendment.issued)
            perform(self.session, part.id or 0, replace(act, amendment=amendment.id or 0), self.when)
            gone = Change("removed", old=text, old_day=day.last_day if day else None)
            news.append(News(part.id or 0, part.agency_id, "owner", (gone,)))
        return news

    def _follow(self, theirs: Sequence[tuple[Offer, Task, RowChange]]) -> None:
        """Let offers follow their rows to new numbers; those of struck rows stand apart from what is offered now."""
        keys = dict[int, str]()
        for offer, task, row in theirs:
            struck = row.has("removed")
            if struck or offer.ref != task.ref:
                number = int(offer.key.rpartition("-")[2])
                keys[offer.id or 0] = key_of(task.ref, "row", number)
                keys[offer.id or 0] += f"{AMENDED}{self.asking.amendment.id}" if struck else ""
                offer.key = f"~{offer.id}"  # two rows may change places
            if struck and offer.state == "offered":
                self._decide(offer, "declined")
        self.session.flush()
        for offer, task, _ in theirs:
            offer.key, offer.ref = keys.get(offer.id or 0, offer.key), task.ref
            self.session.add(offer)
        self.session.flush()

    def _offer_whole(self) -> None:
        """All that the plan anew offers; what was accepted otherwise stays, and a person is asked."""
        done = put_offers(self.session, self.plan, self.asking.document.draft, registry=self.registry, when=self.when)
        chosen = select(Offer).where(Offer.plan_id == self.plan.id, Offer.state == "accepted")
        for offer in self.session.exec(chosen.where(col(Offer.key).in_(done.dropped)).order_by(Offer.key)).all():
            reason = (
                f"văn bản {self.asking.amendment.authority} không còn ghi như khi nhận: giữ việc đã nhận, "
                f"hay rút bằng 'dondoc offers undo {self.plan.slug}:{offer.key}'?"
            )
            self.asking.put(
                None, Asked(id=f"{offer.key}-said-anew", where=offer.place, printed=offer.printed, reason=reason)
            )

    def _offer_part(self, rows: Rows, of_changed: Sequence[Offer]) -> None:
        """What a partial amendment offers: its rows under the plan's numbers, its running text under its own."""
        of_ref = {
            row.said.ref: task
            for task, row in rows
            if row.said is not None and (row.has("added") or row.has("deadline")) and not row.has("removed")
        }
        offered = [
            self._in_plan(each, of_ref.get(each.ref))
            for each in offers_of(self.asking.document.draft)
            if each.kind != "row" or each.ref in of_ref
        ]
        kept = {each.key for each in offered}
        for offer in of_changed:
            if offer.key not in kept and offer.state == "offered":
                self._decide(offer, "declined")  # it comes no more again
        add_offers(self.session, self.plan, offered, registry=self.registry)
        self._name_holders([each.key for each in offered if each.kind == "row"])

    def _in_plan(self, offered: Offered, task: Task | None) -> Offered:
        until = offered.reading.until or (self._end_of_plan() if offered.recurs else None)
        reading = replace(offered.reading, until=until)
        if offered.kind != "row" or task is None:
            return replace(offered, key=f"{offered.key}{AMENDED}{self.asking.amendment.id}", reading=reading)
        number = int(offered.key.rpartition("-")[2])
        said = {"key": key_of(task.ref, "row", number), "ref": task.ref, "text": task.text, "reading": reading}
        return replace(offered, **said)  # type: ignore[arg-type]

    def _end_of_plan(self) -> date | None:
        """The end of what comes again in the plan: an amending document seldom prints it."""
        own = select(Offer).where(Offer.plan_id == self.plan.id, ~col(Offer.key).contains(AMENDED))
        ends = [from_json(offer.reading).until for offer in self.session.exec(own).all()]
        return max((end for end in ends if end is not None), default=None)

    def _name_holders(self, keys: Sequence[str]) -> None:
        """A row of an amendment may leave its owners as they are: whoever holds the duty is named."""
        for offer in self.session.exec(select(Offer).where(Offer.plan_id == self.plan.id, col(Offer.key).in_(keys))):
            holders = select(Assignment.agency_id).join(Task, col(Task.id) == Assignment.task_id)
            of_row = holders.where(Task.plan_id == self.plan.id, Task.ref == offer.ref)
            running = of_row.where(col(Assignment.state).not_in(SETTLED)).order_by(col(Assignment.position))
            offer.agency_ids = list(self.session.exec(running).all())
            self.session.add(offer)
        self.session.flush()
