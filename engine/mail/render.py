"""From the items of one message to subject, text and HTML: one layout, the words of the recipient's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, nodes

from engine.mail.direct import Direct
from engine.mail.facts import GROUPS, Block, Digest, Line, News, Reason, Section, fits
from engine.mail.grammar import macros_of
from engine.mail.message import Content
from engine.mail.remembered import Remembered
from engine.mail.sandbox import Sandbox, budget, place_of

__all__ = ["GROUPS", "LANGUAGES", "WEEKDAYS", "Digest", "Line", "News", "Reason", "Renderer", "Section"]

WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
LANGUAGES = tuple(WEEKDAYS)

LIMIT = 96_000
"""Octets of HTML at most: some providers cut a mail off beyond 102 kB, and with it what stands at its end."""


@dataclass(frozen=True)
class _Pieces:
    """The templates that together write a mail; the words by language, and whether for HTML."""

    text: Template
    html: Template
    words: dict[tuple[str, bool], Any]


class Renderer:
    """Renders digests from the templates of `templates/email`, or from those an office put in their place."""

    def __init__(self, folder: Path, overrides: Mapping[str, str] | None = None) -> None:
        """Prepare the templates, once for all messages.

        Args:
            folder: where the shipped ones lie.
            overrides: name → the office's own text, which runs in a sandbox.
        """
        self.folder = folder
        self._plain, self._escaped = _environment(folder, escaped=False), _environment(folder, escaped=True)
        self._shipped = _shipped(folder)
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
        own = {False: self.sandbox(escaped=False), True: self.sandbox(escaped=True)}

        def words(language: str, *, escaped: bool) -> Any:  # noqa: ANN401  its macros
            name = f"words.{language}"
            return own[escaped].get_template(name).module if name in self.overrides else kept.words[language, escaped]

        kept = self._shipped
        return _Pieces(
            own[False].get_template("digest.txt") if "digest.txt" in self.overrides else kept.text,
            own[True].get_template("digest.html") if "digest.html" in self.overrides else kept.html,
            {(language, escaped): words(language, escaped=escaped) for language, escaped in kept.words},
        )

    def sandbox(self, *, escaped: bool) -> Sandbox:
        """Where the office's templates run."""
        return Sandbox(
            self.overrides,
            given=GIVEN,
            own=FILTERS,
            variables=VARIABLES,
            macros=self.macros,
            words=(Remembered,),
            escaped=escaped,
        )

    @cached_property
    def macros(self) -> dict[str, int]:
        """The macros of the words in use, of all languages together, with the number of their arguments."""
        found: dict[str, int] = {}
        for language in LANGUAGES:
            found |= macros_of(self.parsed(self.source(f"words.{language}")))
        return found

    def parsed(self, text: str) -> nodes.Template:
        """A text read as a template, to look at and not to change; nothing of it runs."""
        return _parsed(text)

    def source(self, name: str) -> str:
        """The text of a template as it is in use."""
        return self.overrides.get(name) or self.shipped(name)

    def shipped(self, name: str) -> str:
        """The text of a template as it came with the program."""
        assert self._plain.loader is not None
        return self._plain.loader.get_source(self._plain, name)[0]


def _written(pieces: _Pieces, digest: Digest) -> Content:
    language = digest.language if digest.language in LANGUAGES else LANGUAGES[0]
    plain, escaped = pieces.words[language, False], pieces.words[language, True]
    subject = " ".join(str(plain.subject(digest)).split())
    subject = f"[DEMO] {subject}" if digest.demo else subject
    shown, room = digest, LIMIT
    if not fits(digest.lines, room):
        shown = digest.within(room)
    while True:
        html = pieces.html.render(digest=shown, words=escaped, subject=subject).strip() + "\n"
        if len(html.encode()) <= LIMIT or room < LIMIT // 8:
            break
        room = room * 3 // 4
        shown = digest.within(room)
    text = pieces.text.render(digest=shown, words=plain).strip() + "\n"
    return Content(subject, text, html, language)


@cache
def _environment(folder: Path, *, escaped: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=escaped,  # noqa: S701  the plain one writes no HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS
    environment.code_generator_class = Direct
    return environment


@cache
def _shipped(folder: Path) -> _Pieces:
    """The shipped templates. What their macros say is remembered by what they read: many lines say the same."""
    plain, escaped = _environment(folder, escaped=False), _environment(folder, escaped=True)
    return _Pieces(
        plain.get_template("digest.txt"),
        escaped.get_template("digest.html"),
        {
            (language, environment is escaped): _words(environment, f"words.{language}")
            for language in LANGUAGES
            for environment in (plain, escaped)
        },
    )


def _words(environment: Environment, name: str) -> Remembered:
    assert environment.loader is not None
    text = environment.loader.get_source(environment, name)[0]
    return Remembered(environment.get_template(name).module, _parsed(text))


@lru_cache(maxsize=32)
def _parsed(text: str) -> nodes.Template:
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).parse(text)


def _day(value: date | None) -> str:
    return f"{value.day:02d}/{value.month:02d}/{value.year}" if value else ""


def _weekday(value: date | None, language: str = "vi") -> str:
    return WEEKDAYS[language][value.weekday()] if value else ""


GIVEN = (Digest, Section, Block, Line, News, Reason)
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
