"""From the items of one message to subject, text and HTML: one layout, the words of the recipient's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from engine.mail.grammar import macros_of
from engine.mail.message import Content
from engine.mail.sandbox import Sandbox, budget, place_of

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


@dataclass(frozen=True)
class _Pieces:
    """The templates that together write a mail; the words by language, and whether for HTML."""

    text: Template
    html: Template
    words: dict[tuple[str, bool], Template]


class Renderer:
    """Renders digests from the templates of `templates/email`, or from those an office put in their place."""

    def __init__(self, folder: Path, overrides: Mapping[str, str] | None = None) -> None:
        """Prepare the templates, once for all messages.

        Args:
            folder: where the shipped ones lie.
            overrides: name → the office's own text, which runs in a sandbox.
        """
        self._plain, self._escaped = _environment(folder, escaped=False), _environment(folder, escaped=True)
        self._shipped = self._pieces(self._plain, self._escaped)
        self.overrides = dict(overrides or {})

    def digest(self, digest: Digest) -> Content:
        """Subject, text and HTML of a digest; a language without words gets Vietnamese.

        Where the office's own template fails, the shipped one speaks, and `Content.fault` says why: a mail that is due
        goes, whatever it looks like.
        """
        if not self.overrides:
            return _written(self._shipped, digest)
        try:
            return self.strictly(digest)
        except Exception as error:  # noqa: BLE001  whatever a template can do wrong
            name, line = place_of(error)
            return replace(_written(self._shipped, digest), fault=f"{name or 'mẫu thư'}, dòng {line}: {error}")

    def strictly(self, digest: Digest) -> Content:
        """The same, but what a template of the office does wrong is raised."""
        with budget(len(digest.lines)):
            return _written(self._own, digest)

    @cached_property
    def _own(self) -> _Pieces:
        sandboxes = [
            Sandbox(
                self.overrides,
                given=GIVEN,
                own=FILTERS,
                variables=VARIABLES,
                macros=self.macros,
                escaped=escaped,
            )
            for escaped in (False, True)
        ]
        return self._pieces(*sandboxes)

    @cached_property
    def macros(self) -> dict[str, int]:
        """The macros of the words in use, of all languages together, with the number of their arguments."""
        found: dict[str, int] = {}
        for language in LANGUAGES:
            found |= macros_of(self._plain.parse(self.source(f"words.{language}")))
        return found

    def source(self, name: str) -> str:
        """The text of a template as it is in use."""
        return self.overrides.get(name) or self.shipped(name)

    def shipped(self, name: str) -> str:
        """The text of a template as it came with the program."""
        assert self._plain.loader is not None
        return self._plain.loader.get_source(self._plain, name)[0]

    def _pieces(self, plain: Environment, html: Environment) -> _Pieces:
        def piece(name: str, *, escaped: bool) -> Template:
            own, ours = (html, self._escaped) if escaped else (plain, self._plain)
            return (own if own is ours or name in self.overrides else ours).get_template(name)

        return _Pieces(
            piece("digest.txt", escaped=False),
            piece("digest.html", escaped=True),
            {
                (language, escaped): piece(f"words.{language}", escaped=escaped)
                for language in LANGUAGES
                for escaped in (False, True)
            },
        )


def _written(pieces: _Pieces, digest: Digest) -> Content:
    language = digest.language if digest.language in LANGUAGES else LANGUAGES[0]
    plain, escaped = (pieces.words[language, html].module for html in (False, True))
    subject = " ".join(str(plain.subject(digest)).split())  # type: ignore[attr-defined]  # a macro of words.*
    subject = f"[DEMO] {subject}" if digest.demo else subject
    text = pieces.text.render(digest=digest, words=plain).strip() + "\n"
    html = pieces.html.render(digest=digest, words=escaped, subject=subject).strip() + "\n"
    return Content(subject, text, html, language)


def _environment(folder: Path, *, escaped: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=escaped,  # noqa: S701  the plain one writes no HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS
    return environment


def _day(value: date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def _weekday(value: date | None, language: str = "vi") -> str:
    return WEEKDAYS[language][value.weekday()] if value else ""


GIVEN = (Digest, Section, Line, News)
"""What a template is given; it may use what these declare."""

FILTERS: dict[str, Callable[..., str]] = {"day": _day, "weekday": _weekday}
"""The ways of writing days."""

VARIABLES: dict[str, tuple[str, ...]] = {
    "words.vi": (),
    "words.en": (),
    "digest.txt": ("digest", "words"),
    "digest.html": ("digest", "words", "subject"),
}
"""Every template of a mail, with the names it is given."""
