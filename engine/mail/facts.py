"""What a mail tells, as facts: templates put them into words."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

GROUPS = ("undelivered", "escalation", "confirm", "amendment", "reminder", "notice")
"""The headings of a digest, most urgent first."""

BRIEF = 90
"""Characters of a task's text where there is one row for it."""


@dataclass(frozen=True)
class News:
    """One thing that an amendment changed for the recipient: `what` as in the log, words and days before and after."""

    what: str
    old: str = ""
    new: str = ""
    old_day: date | None = None
    new_day: date | None = None


@dataclass
class Line:
    """One line of a digest: a task, for one agency or for several members of a group. Never changed once made.

    It is not frozen, for that would double what making one costs, and a morning has tens of thousands.

    Attributes:
        group: the heading of `GROUPS` it stands under.
        task: its text; empty where the plan is restricted, and the reference says it all.
        agencies: names of the owner agencies it tells of.
        left: working days from the day of sending to `last_day`; negative when it is over.
        role: why this mailbox is told (`owner`, `head`, `collaborators`, `coordinator`, `supervisor`, `stand_in`), or
            `former` where an amendment took the agency out of the duty.
        printed: the words of the document from which the date was read.
        bound: `before` where the last day is the one before the printed one.
        unreached: whether mail to the owner came back, so that it may not know.
        off_ahead: whether only days off are left up to `last_day`, so that the day of sending is the last working day.
        news: what an amendment changed.
        authority: number and day of the amendment.
        rule: by which rule the date follows from the words: `before`, `before_period`, `inclusive`, `month`, `quarter`,
            `year`, `part`, `counted`, or none where the words are a day.
        counted: how many of `unit` (`day`, `working_day`, `week`, `month`) are counted from `counted_from`.
        rolled: whether that day is off, so that the last day is the next working day.
        cause: what put the date in force (`activation`, `amendment`, `answer`, `move`, `return`, `reopen`, `resume`).
        since: from which day it is in force; `by_document` and `reason` say on what ground.
        old_day: the last day before it was changed.
        for_name: for whom this is got in stead.
        lost: of a mail that came back: the mailbox that was not reached, there in which part (`lost_role`), and in
            whose stead it was to get it.
        informed: whether somebody has told the lead agency otherwise since.
    """

    group: str
    rung: str
    ref: str
    task: str
    agencies: tuple[str, ...]
    last_day: date | None
    left: int
    role: str
    printed: str
    bound: str
    url: str
    detail: str = ""
    means: str = ""
    remedy: str = ""
    unreached: bool = False
    off_ahead: bool = False
    news: tuple[News, ...] = ()
    authority: str = ""
    rule: str = ""
    counted: int = 0
    unit: str = ""
    counted_from: date | None = None
    rolled: bool = False
    cause: str = ""
    since: date | None = None
    by_document: str = ""
    reason: str = ""
    old_day: date | None = None
    for_name: str = ""
    lost: str = ""
    lost_role: str = ""
    lost_for: str = ""
    informed: bool = False

    @property
    def brief(self) -> str:
        """Its text in one row."""
        return shortened(self.task, BRIEF)

    @property
    def size(self) -> int:
        """About how many octets of HTML its card takes beyond the frame."""
        told = (
            len(self.task)
            + len(self.printed)
            + len(self.reason)
            + len(self.detail)
            + len(self.lost)
            + sum(map(len, self.agencies))
        )
        return 2 * (told + sum(len(news.old) + len(news.new) for news in self.news)) + 120 * len(self.news)

    def tells(self, what: str) -> bool:
        """Whether that is among the news."""
        return any(news.what == what for news in self.news)


@dataclass(frozen=True)
class Block:
    """The lines under one heading of a plan: some as cards, more in a row each, the rest by reference alone.

    Attributes:
        count: all of them.
        more: those of which not even the reference is shown.
    """

    group: str
    count: int
    cards: tuple[Line, ...]
    rows: tuple[Line, ...] = ()
    references: tuple[Line, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class Section:
    """The lines about one plan. `shown` says of each whether it is a card, a row, a reference or only counted."""

    number: str
    title: str
    url: str
    lines: tuple[Line, ...]
    shown: tuple[str, ...] = ()

    @property
    def groups(self) -> list[str]:
        """The headings that have lines, most urgent first."""
        return [block.group for block in self.blocks]

    def of(self, group: str) -> list[Line]:
        """The lines under one heading."""
        return [line for line in self.lines if line.group == group]

    @cached_property
    def blocks(self) -> list[Block]:
        """What stands under each heading that has lines, most urgent first."""
        grouped: dict[str, dict[str, list[Line]]] = {}
        if self.shown:
            for line, how in zip(self.lines, self.shown, strict=True):
                grouped.setdefault(line.group, {}).setdefault(how, []).append(line)
        else:
            for line in self.lines:
                grouped.setdefault(line.group, {}).setdefault("card", []).append(line)
        return [_block(group, grouped[group]) for group in GROUPS if group in grouped]


def _block(group: str, shown: dict[str, list[Line]]) -> Block:
    cards, rows, references = (tuple(shown.get(how, ())) for how in ("card", "row", "reference"))
    count = sum(map(len, shown.values()))
    return Block(group, count, cards, rows, references, len(shown.get("counted", ())))


@dataclass(frozen=True)
class Reason:
    """Why a mailbox gets a mail: its role in a plan, there for which agencies, or in whose stead and until when."""

    role: str
    plan: str
    agencies: tuple[str, ...] = ()
    for_name: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Digest:
    """What one message tells one mailbox.

    Attributes:
        reasons: why this mailbox gets it.
        preferences: the page on which it sets what comes; empty where there is none.
        declinable: whether all of it is only for information, and can be declined.
        answerable: whether somebody reads an answer.
    """

    name: str
    language: str
    day: date
    sections: tuple[Section, ...]
    office: str
    demo: bool = False
    reasons: tuple[Reason, ...] = ()
    preferences: str = ""
    declinable: bool = False
    answerable: bool = False

    @property
    def lines(self) -> list[Line]:
        """All its lines, over all plans."""
        return [line for section in self.sections for line in section.lines]

    @property
    def absences(self) -> list[Reason]:
        """In whose stead it is got, each once."""
        return list({one.for_name: one for one in self.reasons if one.for_name}.values())

    def of(self, group: str) -> list[Line]:
        """The lines under one heading, over all plans."""
        return [line for line in self.lines if line.group == group]

    def within(self, octets: int) -> "Digest":
        """The same in about so many octets of HTML: cards for the most urgent, then rows, then references."""
        told = [(GROUPS.index(line.group), place, number) for place, section in enumerate(self.sections)
                for number, line in enumerate(section.lines)]  # fmt: skip
        told.sort()
        lines = [self.sections[place].lines[number] for _, place, number in told]
        shown: list[list[str]] = [["card"] * len(section.lines) for section in self.sections]
        for (_, place, number), how in zip(told, _densities(lines, octets), strict=True):
            shown[place][number] = how
        sections = (replace(one, shown=tuple(how)) for one, how in zip(self.sections, shown, strict=True))
        return replace(self, sections=tuple(sections))


FRAME, CARD, ROW, REFERENCE = 4_500, 950, 340, 24
"""Octets of HTML: of a mail, a card, a row and a reference, beside their words."""


def fits(lines: Sequence[Line], octets: int) -> bool:
    """Whether all have room as cards."""
    return FRAME + sum(CARD + line.size for line in lines) <= octets


def _densities(lines: Sequence[Line], octets: int) -> Iterator[str]:
    """How each is shown: the first as cards up to half of the room, then rows, while the rest can still be named."""
    left = octets - FRAME
    for place, line in enumerate(lines):
        named = min(REFERENCE * (len(lines) - place - 1), octets // 6)
        row = ROW + 2 * (len(line.brief) + sum(map(len, line.agencies)))
        costs = {"card": CARD + line.size, "row": row, "reference": REFERENCE}
        room = {"card": left - octets // 2, "row": left - named, "reference": left}
        how = next((one for one, cost in costs.items() if cost <= room[one]), "counted")
        left -= costs.get(how, 0)
        yield how


def shortened(text: str, length: int) -> str:
    """A text in one line, cut between words where it is longer."""
    plain = " ".join(text.split())
    return plain if len(plain) <= length else textwrap.shorten(plain, length, placeholder=" …")
