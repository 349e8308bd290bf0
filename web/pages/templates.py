"""The office's mail templates: what is in use, an editor that shows and checks before it keeps, and their history."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from engine import templates
from engine.errors import ManyFaultsError, RefusedError
from engine.mail.glossary import entries_of
from engine.mail.grammar import SIZE_LIMIT, Fault
from engine.mail.message import Content
from engine.mail.office import NAMES, TITLES
from engine.mail.sandbox import place_of
from engine.queries.tasks import Wanted, duties
from engine.queries.templates import versions_of
from web.doorway import POLICY
from web.here import Here, InHere
from web.pages.mail import style_hashes

router = APIRouter(include_in_schema=False)

CHOICES = 200
"""How many tasks the form offers."""

Text = Annotated[str, Form(max_length=4 * SIZE_LIMIT)]
Task = Annotated[int | None, Form()]


@dataclass(frozen=True)
class Asked:
    """What a form brought: the text, the task to try it on, which of the mails to show."""

    text: str
    task: int | None = None
    sample: int = 0


@router.get("/templates")
def listed(here: InHere) -> HTMLResponse:
    """Each template, who changed it last, and when."""
    here.needs(*templates.EDITORS)
    with here.installation.database.read() as session:
        newest = {version.name: version for version in reversed(versions_of(session))}
    return here.page("templates.html", names=NAMES, titles=TITLES, newest=newest)


@router.get("/templates/{name}")
def edited(name: str, here: InHere) -> HTMLResponse:
    """One template: its text, what it may say, and its versions."""
    _may(here, name)
    with here.installation.database.read() as session:
        text = templates.in_use(session, name, here.installation.trial)
    return _page(here, name, Asked(text))


@router.post("/templates/{name}/preview")
def previewed(
    name: str, here: InHere, text: Text, task: Task = None, sample: Annotated[int, Form()] = 0
) -> HTMLResponse:
    """The mail about a real task by this text, and the faults of the text; nothing is kept."""
    _may(here, name)
    asked = Asked(text, task, sample)
    with here.installation.database.read() as session:
        faults = templates.faults_of(session, name, text, _trial(here, task))
    return _page(here, name, asked, faults=faults, look=True)


@router.post("/templates/{name}")
def saved(name: str, here: InHere, text: Text, task: Task = None) -> Response:
    """Keep the text as the newest version, or list its faults with the text as it was typed."""
    person = _may(here, name)
    trial = _trial(here, task)
    with here.installation.database.read() as session:
        faults = templates.faults_of(session, name, text, trial)
    if faults:
        return _page(here, name, Asked(text, task), faults=faults, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with here.installation.database.write() as session:
            number = templates.save(session, name, text, by=person, when=here.when, trial=trial)
    except (ManyFaultsError, RefusedError) as error:
        return _page(
            here, name, Asked(text, task), faults=[Fault(0, str(error), "thử lại")], status=HTTPStatus.BAD_REQUEST
        )
    return here.go(f"/templates/{name}", saying=f"Đã lưu phiên bản {number}; dùng từ lần gửi thư sau.")


@router.post("/templates/{name}/reset")
def taken_back(name: str, here: InHere) -> Response:
    """Take the shipped template again; the office's versions stay to be seen."""
    person = _may(here, name)
    with here.installation.database.write() as session:
        templates.reset(session, name, by=person, when=here.when)
    return here.go(f"/templates/{name}", saying="Đã dùng lại mẫu gốc; tính từ lần gửi thư sau.")


def _may(here: Here, name: str) -> str:
    """The key of the person, who may edit; the template is one there is."""
    person = here.needs(*templates.EDITORS)
    if name not in NAMES:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return person.key


def _trial(here: Here, task: int | None) -> templates.Trial:
    return replace(here.installation.trial, task=task)


def _page(
    here: Here,
    name: str,
    asked: Asked,
    *,
    faults: list[Fault] | None = None,
    look: bool = False,
    status: int = HTTPStatus.OK,
) -> HTMLResponse:
    content, samples, broken = _tried(here, name, asked) if look else (None, [], [])
    with here.installation.database.read() as session:
        versions = versions_of(session, name)
        tasks = _tasks(session, here)
    trial = here.installation.trial
    page = here.page(
        "template.html",
        status=status,
        name=name,
        title=TITLES[name],
        asked=asked,
        faults=faults if faults is not None else broken,
        looked=look,
        content=content,
        samples=samples,
        tasks=tasks,
        changes=list(templates.changes(name, versions, trial.folder)),
        own=bool(versions and versions[0].text),
        entries=entries_of(name, here.installation.renderer),
    )
    if content:  # the frames hold the mail itself and stand under the policy of this page: just its styles are let in
        styles = " ".join(f"'sha256-{digest}'" for digest in style_hashes(content.html))
        page.headers["content-security-policy"] = POLICY.replace(
            "style-src 'self'", f"style-src 'self' 'unsafe-hashes' {styles}"
        )
    return page


def _tasks(session: Session, here: Here) -> list[tuple[int, str]]:
    """The tasks that a template may be tried on."""
    found: dict[int, str] = {}
    for duty in duties(session, Wanted(), here.yardstick(), today=here.when.today):
        found.setdefault(duty.task_id, f"{duty.ref} – {duty.number}")
    return list(found.items())[:CHOICES]


def _tried(here: Here, name: str, asked: Asked) -> tuple[Content | None, list[str], list[Fault]]:
    """The mail chosen by this text, the names of all that could be chosen, and why there is none."""
    with here.installation.database.read() as session:
        trial = _trial(here, asked.task)
        tried = templates.samples_of(session, trial, templates.language_of(name))
        renderer = templates.renderer_with(session, trial, {name: asked.text})
    names = [where for where, _ in tried]
    if not tried:
        return None, names, []
    try:
        return renderer.strictly(tried[min(max(asked.sample, 0), len(tried) - 1)][1]), names, []
    except Exception as error:  # noqa: BLE001  whatever a template can do wrong
        return None, names, [Fault(place_of(error)[1], str(error), "sửa chỗ này")]
