"""What `dondoc doctor` and `/readyz` both look at: the clock and the mail; and what else the doctor names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, func, select

from engine.clock import ZONE, Moment, at
from engine.mail.dialects import STATUS
from engine.models import Agency, Assignment, Contact, Plan, Question, Run
from engine.queries.bounces import failing, reports_since, way_back
from engine.queries.mail import refusals, troubled, waiting
from engine.queries.runs import last_runs, messages_by_status
from engine.queries.subscriptions import subscriptions
from engine.queries.templates import FALLBACK, fallbacks
from engine.rules.mail_status import meaning
from engine.rules.workdays import Workdays

FAILED_WORKDAYS = 3
"""A message that failed is news for so many working days; after that the doctor lists it and calls it no fault."""

STUCK_AFTER = timedelta(minutes=30)
"""How long a message may wait after it was due, in the hours of mail."""

LISTED = 5
"""How many failed messages or mailboxes the doctor names."""

CANARY_LATE = timedelta(hours=2)
"""How long a canary may be on its way back."""

CANARY_WORKDAYS = 2
"""So many working days without a canary sent say that nobody looks any more."""


@dataclass(frozen=True)
class Expected:
    """What ought to have happened by now, told by the door.

    Attributes:
        turns: duty → the newest turn that it must have taken by now, its grace included; None: there was none.
        calendar: the working days.
        window: the hours of a working day in which mail leaves.
        since: when the asking server began; a duty is not late before its first turn after that. None where no
            server asks: then a duty that never ran is not late, for the installation is new.
        watched: whether bounces come in here.
        wanted: whether they ought to: mail leaves by a server, and it is no demo.
        canary: whether a mail proves the way back every working day.
    """

    turns: Mapping[str, datetime | None]
    calendar: Workdays
    window: tuple[time, time]
    since: datetime | None = None
    watched: bool = False
    wanted: bool = False
    canary: bool = False


@dataclass(frozen=True)
class DutyHealth:
    """How a duty's last run went, and whether the next is missing."""

    run: Run | None
    late: bool

    @property
    def error(self) -> str:
        """What went wrong in the last run; empty where nothing did."""
        return self.run.error if self.run else ""

    @property
    def ok(self) -> bool:
        """Whether nobody need look."""
        return not self.late and not self.error


@dataclass(frozen=True)
class MailHealth:
    """How many messages failed in the last working days, and how many wait too long."""

    failed: int
    stuck: int

    @property
    def ok(self) -> bool:
        """Whether nobody need look."""
        return not self.failed and not self.stuck


@dataclass(frozen=True)
class BounceHealth:
    """Whether bounces come in, and when that was last proven.

    Attributes:
        proven: when the last canary came back.
        late: whether one that was sent is missing, or none was sent.
    """

    watched: bool
    proven: datetime | None = None
    late: bool = False

    @property
    def ok(self) -> bool:
        """Whether nobody need look."""
        return not self.late


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    ok: bool
    detail: str


def duties_health(session: Session, expected: Expected) -> dict[str, DutyHealth]:
    """Each duty of the schedule."""
    runs = last_runs(session)
    return {
        duty: DutyHealth(runs.get(duty), _late(runs.get(duty), turn, expected.since))
        for duty, turn in expected.turns.items()
    }


def mail_health(session: Session, expected: Expected, when: Moment) -> MailHealth:
    """The messages that need a person."""
    first_day = expected.calendar.shift(when.today, -FAILED_WORKDAYS)
    found = troubled(session, since=first_day, waiting_since=when.real - STUCK_AFTER, today=when.today)
    # Mail rests at night and on days off, and the morning's delivery comes before the look at what it left.
    opened, closed = (at(when.today, hour) for hour in expected.window)
    leaving = expected.calendar.is_working(when.today) and opened + STUCK_AFTER <= when.now <= closed
    return MailHealth(found["failed"], found["stuck"] if leaving else 0)


def bounce_health(session: Session, expected: Expected, when: Moment) -> BounceHealth:
    """Whether what comes back is seen. Without a way in there is nothing to be late."""
    if not expected.watched or not expected.canary:
        return BounceHealth(expected.watched)
    back = way_back(session)
    missing = back.unproven_since is not None and when.real - back.unproven_since > CANARY_LATE
    newest = back.sent_day or back.first_mail
    silent = newest is not None and newest < expected.calendar.shift(when.today, -CANARY_WORKDAYS)
    return BounceHealth(True, back.last_seen, missing or silent)


def findings(session: Session, expected: Expected, when: Moment) -> list[Finding]:
    """Everything the doctor looks at, with what is wrong and where."""
    duties = duties_health(session, expected)
    return [
        *(Finding(duty, health.ok, _words(health)) for duty, health in duties.items()),
        *_mail(session, mail_health(session, expected, when), when),
        _bounces(session, bounce_health(session, expected, when), expected, when),
        _mailboxes(session),
        _addresses(session),
        _questions(session),
        _calendars(session, when),
        _templates(session, expected.calendar.shift(when.today, -FAILED_WORKDAYS)),
    ]


def _late(run: Run | None, turn: datetime | None, since: datetime | None) -> bool:
    begun = [moment for moment in (run.started_at if run else None, since) if moment is not None]
    return turn is not None and bool(begun) and max(begun) < turn


def _words(health: DutyHealth) -> str:
    run = health.run
    if run is None:
        return "chưa chạy lần nào"
    words = f"{run.finished_at or run.started_at:%Y-%m-%d %H:%M} UTC, {run.via}, {run.counts}"
    if run.error:
        words += f", lỗi: {run.error}"
    return words + (", đã im lặng quá lâu" if health.late else "")


def _mail(session: Session, health: MailHealth, when: Moment) -> list[Finding]:
    def named(rows: list[tuple[date, str, str]]) -> str:
        return "; ".join(f"{day:%Y-%m-%d} {address}: {error or 'chưa thử'}" for day, address, error in rows)

    names = named(refusals(session, LISTED))
    waits = waiting(session, LISTED, waiting_since=when.real - STUCK_AFTER, today=when.today) if health.stuck else []
    sent = messages_by_status(session).get("sent", 0)
    return [
        Finding("thư không gửi được", not health.failed, names or f"không có (đã gửi {sent})"),
        Finding(
            "thư chờ quá lâu", not health.stuck, f"{health.stuck} – {named(waits)}" if waits else str(health.stuck)
        ),
    ]


def _bounces(session: Session, health: BounceHealth, expected: Expected, when: Moment) -> Finding:
    if not health.watched:
        told = "không theo dõi được: chưa có đường nhận thư trả lại (bounces.maildir hoặc bounces.listen)"
        if not expected.wanted:
            told = "không theo dõi: thư không qua máy chủ thư thật hoặc chưa có đường nhận thư trả lại"
        return Finding("thư trả lại", not expected.wanted, told)
    proven = f"lần cuối {health.proven:%Y-%m-%d %H:%M} UTC" if health.proven else "chưa lần nào"
    if health.late:
        told = f"đường về không chắc còn thông, thư thử về {proven}: kiểm tra máy chủ thư (docs/operating.md)"
        return Finding("thư trả lại", ok=False, detail=told)
    today = reports_since(session, at(when.real.astimezone(ZONE).date(), time.min))
    counts = ", ".join(f"{kind} {count}" for kind, count in sorted(today.items())) or "không có"
    way = f"thư thử về {proven}" if expected.canary else "không gửi thư thử"
    return Finding("thư trả lại", ok=True, detail=f"đường về: {way}; nhận hôm nay: {counts}")


def _mailboxes(session: Session) -> Finding:
    """A mailbox that failed needs a person; one that fails for now is only named."""
    rows = failing(session)
    named = "; ".join(_mailbox(*row) for row in rows[:LISTED])
    more = f"; và {len(rows) - LISTED} hộp thư khác" if len(rows) > LISTED else ""
    return Finding("hộp thư không tới được", all(row[1] != "failed" for row in rows), named + more or "không có")


def _mailbox(address: str, state: str, since: date | None, words: str) -> str:
    known = STATUS.search(words)
    told = meaning(known[1] if known else "")
    for_now = "" if state == "failed" else " (tạm thời, thư còn được gửi lại)"
    day = f"{since:%d/%m/%Y}" if since else "?"
    return f"{address} từ {day}{for_now}: {words} – {told.means}; {told.remedy}"


def _addresses(session: Session) -> Finding:
    office = select(Contact.agency_id).where(Contact.role == "office")
    owners = (
        select(Agency.name)
        .join(Assignment, col(Assignment.agency_id) == Agency.id)
        .join(Plan, col(Plan.id) == Assignment.plan_id)
        .where(col(Agency.id).not_in(office), Plan.state == "active")
        .distinct()
    )
    names = session.exec(owners.order_by(Agency.name)).all()
    detail = "; ".join(names) + " – người điều phối nhận thay" if names else "cơ quan nào cũng có"
    return Finding("cơ quan chưa có địa chỉ thư", not names, detail)


def _questions(session: Session) -> Finding:
    waiting = select(func.count(col(Question.id))).where(col(Question.answer).is_(None), Question.blocks != "nothing")
    count = session.exec(waiting).one()
    return Finding("câu hỏi đang chặn nhiệm vụ", count == 0, f"{count} (dondoc questions)")


def _templates(session: Session, since: date) -> Finding:
    """Whether a template of the office failed on a mail, which then spoke the shipped words."""
    named = "; ".join(
        f"thư {number}: {why.removeprefix(FALLBACK)}" for number, why in fallbacks(session, since, LISTED)
    )
    detail = f"{named} – thư đã đi bằng mẫu gốc; sửa mẫu ở trang Mẫu thư" if named else "dùng được"
    return Finding("mẫu thư của cơ quan", not named, detail)


def _calendars(session: Session, when: Moment) -> Finding:
    words = {"expiring": "sắp hết hạn", "silent": "thôi không ai đọc", "unused": "chưa ai đọc"}
    told = [
        f"số {feed.id} ({feed.owner}): {', '.join(words[warning] for warning in warnings)}"
        for feed in subscriptions(session)
        if (warnings := feed.warnings(when))
    ]
    listed = "; ".join(told[:LISTED]) + (f" … (còn {len(told) - LISTED})" if len(told) > LISTED else "")
    return Finding("lịch đăng ký cần xem lại (dondoc feed list)", not told, listed or "không có")
