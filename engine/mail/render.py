"""From the items of one message to subject, text and HTML: one layout, the words of the recipient's language."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from engine.mail.message import Content

WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
LANGUAGES = tuple(WEEKDAYS)
GROUPS = ("undelivered", "escalation", "confirm", "amendment", "reminder", "notice")
"""The headings of a digest, most urgent first."""


@dataclass(frozen=True)
class News:
    """One thing that an amendment changed for the recipient: `what` as in the log, words and days before and after."""

    what: str
    old: str = ""
    new: str = ""
    old_day: date | None = None
    new_day: date | None = None


@dataclass(frozen=True)
class Line:
    """One line of a digest: a task, for one agency or for several members of a group.

    Attributes:
        group: the heading of `GROUPS` it stands under.
        agencies: names of the owner agencies it tells of.
        left: working days from the day of sending to `last_day`; negative when it is over.
        role: why this mailbox is told (`owner`, `head`, `collaborators`, `coordinator`, `supervisor`, `stand_in`), or
            `former` where an amendment took the agency out of the duty.
        printed: the words of the document from which the date was read.
        unreached: whether mail to the owner came back, so that it may not know.
        off_ahead: whether only days off are left up to `last_day`, so that the day of sending is the last working day.
        news: what an amendment changed.
        authority: number and day of the amendment.
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
    unreached: bool = False
    off_ahead: bool = False
    news: tuple[News, ...] = ()
    authority: str = ""

    def tells(self, what: str) -> bool:
        """Whether that is among the news."""
        return any(news.what == what for news in self.news)


@dataclass(frozen=True)
class Section:
    """The lines about one plan."""

    number: str
    title: str
    url: str
    lines: tuple[Line, ...]

    @property
    def groups(self) -> list[str]:
        """The headings that have lines, most urgent first."""
        return [group for group in GROUPS if self.of(group)]

    def of(self, group: str) -> list[Line]:
        """The lines under one heading."""
        return [line for line in self.lines if line.group == group]


@dataclass(frozen=True)
class Digest:
    """What one message tells one mailbox."""

    name: str
    language: str
    day: date
    sections: tuple[Section, ...]
    office: str
    demo: bool = False

    @property
    def lines(self) -> list[Line]:
        """All its lines, over all plans."""
        return [line for section in self.sections for line in section.lines]

    def of(self, group: str) -> list[Line]:
        """The lines under one heading, over all plans."""
        return [line for line in self.lines if line.group == group]


class Renderer:
    """Renders digests from the templates of `templates/email`."""

    def __init__(self, folder: Path) -> None:
        """Prepare the templates under `folder`, once for all messages."""
        plain, html = _environment(folder, escaped=False), _environment(folder, escaped=True)
        self._text = plain.get_template("digest.txt")
        self._html = html.get_template("digest.html")
        self._words: dict[tuple[str, bool], Template] = {
            (language, escaped): (html if escaped else plain).get_template(f"words.{language}")
            for language in LANGUAGES
            for escaped in (False, True)
        }

    def digest(self, digest: Digest) -> Content:
        """Subject, text and HTML of a digest; a language without words gets Vietnamese."""
        language = digest.language if digest.language in LANGUAGES else LANGUAGES[0]
        plain, escaped = (self._words[language, html].module for html in (False, True))
        subject = " ".join(str(plain.subject(digest)).split())  # type: ignore[attr-defined]  # a macro of words.*
        subject = f"[DEMO] {subject}" if digest.demo else subject
        text = self._text.render(digest=digest, words=plain).strip() + "\n"
        html = self._html.render(digest=digest, words=escaped, subject=subject).strip() + "\n"
        return Content(subject, text, html, language)


def _environment(folder: Path, *, escaped: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=escaped,  # noqa: S701  the plain one writes no HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = _day
    environment.filters["weekday"] = _weekday
    return environment


def _day(value: date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def _weekday(value: date | None, language: str = "vi") -> str:
    return WEEKDAYS[language][value.weekday()] if value else ""
