"""What a recipient wishes of the mail: read, checked with all faults at once, put, and noted in the log.

Wishes shape mail and never end it: what a duty rests on comes to the mailbox, or to its deputy while it is absent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, time
from typing import Any, TypeVar

from sqlmodel import Session

from engine.clock import Moment
from engine.entries import plan_entry
from engine.errors import ManyFaultsError
from engine.models import Mailbox, OptOut
from engine.queries.mailboxes import (
    declined_by,
    is_known_to,
    mailbox_named,
    plans_told_to,
    relies_on,
    stand_in_of,
)
from engine.rules.mail_classes import OPTIONAL

T = TypeVar("T")

LANGUAGES = ("vi", "en")
GATHERINGS = ("daily", "weekly")
CALENDAR_FILES = ("off", "auto", "always")

FAULTS = {
    "language": "the language is vi or en",
    "gathering": "mail is gathered daily or weekly",
    "weekday": "the day of the weekly mail is one of mon, tue, wed, thu, fri, sat, sun",
    "calendar_files": "calendar files are off, auto or always",
    "declined": "only optional mail can be declined (copies); what a duty rests on always comes",
    "quiet_form": "quiet hours are two times of a day, such as 11:30-13:30",
    "quiet_order": "quiet hours begin before they end, on one day",
    "quiet_whole": "quiet hours leave no time of the day in which mail leaves: shorten them",
    "absent_form": "an absence is two days, such as 2020-03-09..2020-03-13",
    "absent_order": "an absence begins on or before its last day",
    "absent_over": "the absence is over already: give days to come",
    "deputy_idle": "a deputy is named for an absence: give its days too",
    "deputy_missing": "an absence needs a deputy, for what a duty rests on must be read: name a mailbox",
    "deputy_self": "a mailbox cannot stand in for itself: name another one",
    "deputy_unknown": "this mailbox is of no agency or plan of the absent one: ask the coordinator of the plan",
    "deputy_failed": "mail to this deputy comes back: name another one",
    "deputy_absent": "this deputy is absent on some of these days too: name one who is there",
    "relied_on": "on some of these days this mailbox stands in for another: the coordinator names another deputy there",
}
"""Why wishes are refused, by the name of the fault; each with its remedy."""


@dataclass(frozen=True)
class Wishes:
    """What a mailbox wishes.

    Attributes:
        weekday: of the weekly mail, Monday 0.
        quiet: hours of the day without mail.
        absent: first and last day of an absence (vắng mặt).
        deputy: the address that gets the mail meanwhile (người nhận thay).
        declined: the optional classes of mail that are not wanted.
    """

    language: str = "vi"
    gathering: str = "daily"
    weekday: int = 0
    quiet: tuple[time, time] | None = None
    absent: tuple[date, date] | None = None
    deputy: str = ""
    calendar_files: str = "off"
    declined: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Occasion:
    """When and by whom wishes are changed, and the hours in which mail leaves.

    Attributes:
        via: `page`, `one_click`, `complaint` or `coordinator`.
        by: the person's key; empty where the link in a mail was followed without signing in.
    """

    when: Moment
    window: tuple[time, time]
    via: str
    by: str = ""


class WishesError(ManyFaultsError):
    """Wishes that cannot be; `names` are the keys of `FAULTS`."""

    def __init__(self, address: str, names: list[str]) -> None:
        self.names = names
        super().__init__(f"{address}: nothing was changed:", [FAULTS[name] for name in names])


def wishes_of(session: Session, mailbox: Mailbox, today: date) -> Wishes:
    """What a mailbox wishes; an absence that is over is none."""
    away = mailbox.absent_from and mailbox.absent_until and mailbox.absent_until >= today
    deputy = session.get(Mailbox, mailbox.deputy_id) if away and mailbox.deputy_id else None
    return Wishes(
        language=mailbox.language,
        gathering=mailbox.gathering,
        weekday=mailbox.gathering_weekday,
        quiet=_pair(mailbox.quiet_from, mailbox.quiet_until),
        absent=_pair(mailbox.absent_from, mailbox.absent_until) if away else None,
        deputy=deputy.address if deputy else "",
        calendar_files=mailbox.calendar_files,
        declined=declined_by(session, mailbox.id or 0),
    )


def put_wishes(
    session: Session,
    mailbox: Mailbox,
    wishes: Wishes,
    occasion: Occasion,
    *,
    faults: Sequence[str] = (),
) -> list[str]:
    """Make these the wishes of a mailbox, and note what changed in the log of each plan in which it has a part.

    A head's mailbox that is absent and names no deputy gets the agency's own.

    Args:
        session: a writing session.
        mailbox: whose wishes.
        wishes: all of them.
        occasion: when and by whom.
        faults: what could not be read of them; told together with the rest.

    Returns:
        The names of the wishes that changed.

    Raises:
        WishesError: some cannot be; nothing was changed.
    """
    session.refresh(mailbox, with_for_update=True)
    today = occasion.when.today
    held = wishes_of(session, mailbox, today)
    deputy = _deputy(session, mailbox, wishes)
    absence = () if "absent_form" in faults else _faults_of_absence(session, mailbox, wishes, deputy, held, today)
    if found := [*faults, *_faults_alone(wishes, occasion.window), *absence]:
        raise WishesError(mailbox.address, found)
    mailbox.language, mailbox.calendar_files = wishes.language, wishes.calendar_files
    mailbox.gathering, mailbox.gathering_weekday = wishes.gathering, wishes.weekday
    mailbox.quiet_from, mailbox.quiet_until = wishes.quiet or (None, None)
    mailbox.absent_from, mailbox.absent_until = wishes.absent or (None, None)
    mailbox.deputy_id = deputy.id if deputy else None
    session.add(mailbox)
    for name in held.declined - wishes.declined:
        session.delete(session.get_one(OptOut, (mailbox.id, name)))
    for name in wishes.declined - held.declined:
        session.add(OptOut(mailbox_id=mailbox.id or 0, mail_class=name, since=occasion.when.real, cause=occasion.via))
    session.flush()
    return _note(session, mailbox, held, occasion)


def decline(session: Session, mailbox: Mailbox, mail_class: str, occasion: Occasion) -> bool:
    """Decline one optional class of mail; whether it was wanted until now. Done twice it is as done once.

    Raises:
        WishesError: mail of that class always comes.
    """
    if mail_class not in OPTIONAL:
        raise WishesError(mailbox.address, ["declined"])
    session.refresh(mailbox, with_for_update=True)
    held = wishes_of(session, mailbox, occasion.when.today)
    if mail_class in held.declined:
        return False
    session.add(OptOut(mailbox_id=mailbox.id or 0, mail_class=mail_class, since=occasion.when.real, cause=occasion.via))
    session.flush()
    return bool(_note(session, mailbox, held, occasion))


def _pair(first: T | None, last: T | None) -> tuple[T, T] | None:
    return None if first is None or last is None else (first, last)


def _deputy(session: Session, mailbox: Mailbox, wishes: Wishes) -> Mailbox | None:
    """The mailbox that stands in; of a head who names nobody, the deputy of the agency."""
    if wishes.deputy:
        return mailbox_named(session, wishes.deputy)
    if wishes.absent and (known := stand_in_of(session, mailbox.id or 0)):
        return session.get(Mailbox, known)
    return None


def _faults_alone(wishes: Wishes, window: tuple[time, time]) -> Iterator[str]:
    """What is wrong with the wishes whoever has them."""
    known = {
        "language": wishes.language in LANGUAGES,
        "gathering": wishes.gathering in GATHERINGS,
        "weekday": 0 <= wishes.weekday <= 6,
        "calendar_files": wishes.calendar_files in CALENDAR_FILES,
        "declined": wishes.declined <= OPTIONAL,
    }
    yield from (name for name, right in known.items() if not right)
    if wishes.quiet:
        first, last = wishes.quiet
        if first >= last:
            yield "quiet_order"
        elif first <= window[0] and last >= window[1]:
            yield "quiet_whole"


def _faults_of_absence(
    session: Session, mailbox: Mailbox, wishes: Wishes, deputy: Mailbox | None, held: Wishes, today: date
) -> Iterator[str]:
    """What is wrong with an absence. Nobody stands in for one who stands in: so no two can name each other."""
    if not wishes.absent:
        if wishes.deputy:
            yield "deputy_idle"
        return
    first, last = wishes.absent
    if first > last:
        yield "absent_order"
    elif last < today:
        yield "absent_over"
    if deputy is None:
        yield "deputy_unknown" if wishes.deputy else "deputy_missing"
        return
    if (wishes.absent, deputy.address) == (held.absent, held.deputy):
        return
    number = deputy.id or 0
    if number == mailbox.id:
        yield "deputy_self"
        return
    if not is_known_to(session, mailbox.id or 0, number):
        yield "deputy_unknown"
        return  # what is the matter with a stranger's mailbox is not told
    if deputy.state == "failed":
        yield "deputy_failed"
    if deputy.absent_from and deputy.absent_until and deputy.absent_from <= last and deputy.absent_until >= first:
        yield "deputy_absent"
    if relies_on(session, mailbox.id or 0, first, last):
        yield "relied_on"


def note(session: Session, mailbox: Mailbox, data: dict[str, Any], when: Moment) -> None:
    """Write what concerns a mailbox into the log of each active plan in which it has a part."""
    data = {**data, "mailbox": mailbox.id}
    session.add_all(plan_entry(plan, data, when) for plan in plans_told_to(session, mailbox.id or 0))


def _note(session: Session, mailbox: Mailbox, held: Wishes, occasion: Occasion) -> list[str]:
    """Write what changed into the log of each plan; addresses stand there by number."""
    now = wishes_of(session, mailbox, occasion.when.today)
    changed = [each.name for each in fields(Wishes) if getattr(now, each.name) != getattr(held, each.name)]
    if not changed:
        return []
    values = {name: _told(getattr(now, name)) for name in changed} | (
        {"deputy": mailbox.deputy_id} if "deputy" in changed else {}
    )
    data: dict[str, Any] = {"event": "wishes", "changed": values, "via": occasion.via}
    if occasion.by:
        data["by"] = occasion.by
    note(session, mailbox, data, occasion.when)
    return changed


def _told(value: Any) -> Any:  # noqa: ANN401  any wish
    if isinstance(value, tuple):
        return [each.isoformat() for each in value]
    return sorted(value) if isinstance(value, frozenset) else value
