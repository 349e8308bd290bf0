"""The office's mail templates (mẫu thư của cơ quan): tried on a real task, checked, and kept as versions."""

import hashlib
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import unified_diff
from pathlib import Path

from sqlmodel import Session, select

from engine.clock import Moment
from engine.digest import TEXT_LENGTH, Letterhead
from engine.errors import BadInputError, ManyFaultsError, RefusedError
from engine.mail.grammar import Fault
from engine.mail.office import NAMES, check, languages_of, tidy
from engine.mail.render import LANGUAGES, Digest, Line, Reason, Renderer, Section
from engine.models import MailTemplate, User
from engine.queries.templates import RealTask, Version, overrides_of, real_task, versions_of
from engine.rules.workdays import Workdays

EDITORS = ("coordinator", "supervisor")
"""Who may change the words that go out in the office's name."""

TOLD = (("notice", "owner"), ("reminder", "owner"), ("reminder", "collaborators"), ("escalation", "coordinator"))
"""In what parts a real task is told of."""


@dataclass(frozen=True)
class Trial:
    """What a template is tried with.

    Attributes:
        folder: where the shipped templates lie.
        task: the task of the database; None: the one that is due next.
    """

    folder: Path
    head: Letterhead
    calendar: Workdays
    today: date
    task: int | None = None


def known(name: str) -> str:
    """That name, if it is a template's.

    Raises:
        BadInputError: there is none of that name.
    """
    if name not in NAMES:
        raise BadInputError(f"There is no mail template {name!r}: choose one of {', '.join(NAMES)}.")
    return name


def faults_of(session: Session, name: str, text: str, trial: Trial) -> list[Fault]:
    """Everything that is wrong with a template, tried on samples and on a real task: that one, or the next due."""
    known(name)
    overrides = {key: value for key, value in overrides_of(session).items() if key != name}
    found = real_task(session, trial.today, trial.task)
    real = list(_digests(found, trial)) if found else []
    return check(name, tidy(text), folder=trial.folder, overrides=overrides, real=real)


def save(session: Session, name: str, text: str, *, by: str, when: Moment, trial: Trial) -> int:
    """Keep a template as the newest version; it counts from the next delivery on.

    Returns:
        The number of the version; the newest there is where the text is the same.

    Raises:
        BadInputError: there is no such template, or no such user.
        ManyFaultsError: the check found faults; nothing is kept.
        RefusedError: the user may not change templates.
    """
    person = _editor(session, by)
    kept = tidy(text)
    if not kept:
        raise BadInputError("The template is empty: to take the shipped one again use 'dondoc template reset'.")
    if faults := faults_of(session, name, kept, trial):
        raise ManyFaultsError(f"{name} was not kept:", [str(fault) for fault in faults])
    return _add(session, name, kept, person, when)


def reset(session: Session, name: str, *, by: str, when: Moment) -> int:
    """Take the shipped template again; what the office wrote stays among the versions.

    Raises:
        BadInputError: there is no such template, or no such user.
        RefusedError: the user may not change templates.
    """
    return _add(session, known(name), "", _editor(session, by), when)


def samples_of(session: Session, trial: Trial, language: str) -> list[tuple[str, Digest]]:
    """Name → digest of a real task, as it is told to each who hears of it."""
    found = real_task(session, trial.today, trial.task)
    told = list(_digests(found, trial)) if found else []
    return [(name, digest) for name, digest in told if digest.language == language]


def renderer_with(session: Session, trial: Trial, texts: Mapping[str, str]) -> Renderer:
    """A renderer with the templates in use, and these in place of them."""
    return Renderer(trial.folder, {**overrides_of(session), **texts})


def in_use(session: Session, name: str, trial: Trial) -> str:
    """The text of a template as it counts now."""
    return overrides_of(session).get(known(name)) or shipped(name, trial.folder)


def shipped(name: str, folder: Path) -> str:
    """The text of a template as it came with the program."""
    return (folder / known(name)).read_text(encoding="utf-8")


def text_of(session: Session, name: str, number: int, folder: Path) -> str:
    """The text of one version.

    Raises:
        RefusedError: there is no such version.
    """
    for version in versions_of(session, known(name)):
        if version.version == number:
            return version.text or shipped(name, folder)
    raise RefusedError(f"{name} has no version {number}: see 'dondoc template log {name}'.")


def changes(name: str, versions: list[Version], folder: Path) -> Iterator[tuple[Version, str]]:
    """Each version with what it changed, newest first; the first one against the shipped template."""
    for place, version in enumerate(versions):
        earlier = versions[place + 1].text if place + 1 < len(versions) else ""
        before, after = (text or shipped(name, folder) for text in (earlier, version.text))
        yield version, difference(before, after)


def difference(before: str, after: str) -> str:
    """The unified diff of two texts; empty where they are the same."""
    lines = unified_diff(before.splitlines(), after.splitlines(), "trước", "sau", lineterm="", n=2)
    return "\n".join(lines)


def language_of(name: str) -> str:
    """The language in which a template is shown first."""
    return languages_of(name)[0]


def _add(session: Session, name: str, text: str, person: User, when: Moment) -> int:
    versions = versions_of(session, name)
    newest = versions[0] if versions else None
    if newest and newest.text == text:
        return newest.version
    if newest is None and not text:
        raise RefusedError(f"{name} is the shipped one already; nothing was changed.")
    number = newest.version + 1 if newest else 1
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    session.add(
        MailTemplate(name=name, version=number, text=text, sha256=sha256, saved_by=person.id or 0, saved_at=when.real)
    )
    session.flush()
    return number


def _editor(session: Session, by: str) -> User:
    person = session.exec(select(User).where(User.key == by)).first()
    if person is None:
        raise BadInputError(f"There is no user {by!r}: see 'dondoc user list'.")
    if person.role not in EDITORS or person.disabled_at is not None:
        raise RefusedError("Only a coordinator or a supervisor may change mail templates; nothing was changed.")
    return person


def _digests(task: RealTask, trial: Trial) -> Iterator[tuple[str, Digest]]:
    base = trial.head.base_url
    left = trial.calendar.count(trial.today, task.last_day) if task.last_day else 0
    for language in LANGUAGES:
        for group, role in TOLD:
            line = Line(
                group=group,
                rung="",
                ref=task.ref,
                task=textwrap.shorten(task.text, TEXT_LENGTH, placeholder=" …"),
                agencies=(task.agency,),
                last_day=task.last_day,
                left=-3 if group == "escalation" else left,
                role=role,
                printed=task.printed,
                bound="before" if task.bound == "before" else "",
                rule="before" if task.bound == "before" else "",
                url=f"{base}/tasks/{task.plan}/{task.ref}",
            )
            section = Section(task.number, task.title, f"{base}/plans/{task.plan}", (line,))
            reasons = (Reason(role, task.number, (task.agency,)),)
            digest = Digest(
                task.agency,
                language,
                trial.today,
                (section,),
                office=trial.head.office,
                demo=trial.head.demo,
                reasons=reasons,
            )
            yield f"{task.plan}:{task.ref}, {group}, {role}", digest
