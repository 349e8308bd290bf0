"""`dondoc template`: the mail templates that an office may edit."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

from cli.context import By, installation
from cli.output import JsonOption, out, print_json, print_table
from cli.tasks import find_task
from config.assembly import Installation
from engine import templates
from engine.errors import BadInputError, CheckFailedError
from engine.mail.office import NAMES, TITLES
from engine.queries.templates import versions_of

template = typer.Typer(no_args_is_help=True, help="Mail templates that the office may edit.")

Name = Annotated[str, typer.Argument(metavar="NAME", help=" | ".join(NAMES))]
File = Annotated[Path, typer.Argument(metavar="FILE", help="The new text.")]
Task = Annotated[str | None, typer.Option("--task", metavar="TASK", help="Tried on this task; else on the next due.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this group to `app`."""
    app.add_typer(template, name="template")


@template.command("list")
def list_templates(as_json: JsonOption = False) -> None:
    """List the templates, and who changed them last."""
    place = installation()
    with place.database.read() as session:
        newest = {version.name: version for version in reversed(versions_of(session))}
    if as_json:
        print_json([{"name": name, "title": TITLES[name], **_plain(newest.get(name))} for name in NAMES])
        return
    rows = [(name, TITLES[name], *_standing(newest.get(name))) for name in NAMES]
    print_table(("Tên", "Là", "Đang dùng", "Người sửa", "Lúc", "SHA-256"), rows)


@template.command("show")
def show(
    name: Name,
    shipped: Annotated[bool, typer.Option("--shipped", help="As it came with the program.")] = False,
    version: Annotated[int | None, typer.Option(help="An earlier version.")] = None,
) -> None:
    """Print a template as it is in use."""
    place = installation()
    trial = place.trial
    with place.database.read() as session:
        if shipped:
            text = templates.shipped(name, trial.folder)
        elif version is not None:
            text = templates.text_of(session, name, version, trial.folder)
        else:
            text = templates.in_use(session, name, trial)
    typer.echo(text, nl=False)


@template.command("check")
def check(name: Name, file: File, task: Task = None, as_json: JsonOption = False) -> None:
    """Name every fault of a template, with its line and what to do; exit 1 where there is one."""
    place = installation()
    with place.database.read() as session:
        faults = templates.faults_of(session, name, _read(file), _trial(place, session, task))
    if as_json:
        print_json([asdict(fault) for fault in faults])
    else:
        print_table(("Dòng", "Lỗi", "Cách sửa"), [(fault.line or "", fault.what, fault.remedy) for fault in faults])
    if faults:
        raise CheckFailedError(f"{len(faults)} faults in {file.name}.")


@template.command("save")
def save(name: Name, file: File, by: By, task: Task = None, as_json: JsonOption = False) -> None:
    """Keep a template; it counts from the next delivery on. Nothing is kept where the check finds a fault."""
    place = installation()
    text = _read(file)
    with place.database.write() as session:
        before = templates.in_use(session, name, place.trial)
        number = templates.save(
            session,
            name,
            text,
            by=by,
            when=place.writing_moment(),
            trial=_trial(place, session, task),
        )
        after = templates.in_use(session, name, place.trial)
    _tell(name, number, templates.difference(before, after), as_json=as_json)


@template.command("reset")
def reset(name: Name, by: By, as_json: JsonOption = False) -> None:
    """Take the shipped template again; the office's versions stay to be seen."""
    place = installation()
    with place.database.write() as session:
        before = templates.in_use(session, name, place.trial)
        number = templates.reset(session, name, by=by, when=place.writing_moment())
    _tell(name, number, templates.difference(before, templates.shipped(name, place.trial.folder)), as_json=as_json)


@template.command("preview")
def preview(
    name: Name,
    folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the mails are written.")],
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="The new text.")] = None,
    current: Annotated[bool, typer.Option("--current", help="The template as it is in use.")] = False,
    task: Task = None,
) -> None:
    """Write the mails about a real task, as each who is told gets them: subject, text and HTML."""
    if (file is None) != current:
        raise BadInputError("Name a FILE, or --current: one of the two.")
    place = installation()
    with place.database.read() as session:
        texts = {templates.known(name): _read(file)} if file else {}
        renderer = templates.renderer_with(session, place.trial, texts)
        tried = templates.samples_of(session, _trial(place, session, task), templates.language_of(name))
    if not tried:
        raise BadInputError("There is no open task to try it on: load a plan first.")
    _written(folder, [(where, renderer.strictly(digest)) for where, digest in tried])
    out.print(f"{len(tried)} thư trong {folder}", markup=False)


@template.command("log")
def log(name: Name, as_json: JsonOption = False) -> None:
    """The versions of a template with what each changed, newest first."""
    place = installation()
    with place.database.read() as session:
        versions = versions_of(session, templates.known(name))
    changed = list(templates.changes(name, versions, place.trial.folder))
    if as_json:
        print_json([asdict(version) | {"diff": diff} for version, diff in changed])
        return
    for version, diff in changed:
        what = "" if version.text else ", dùng lại mẫu gốc"
        out.print(
            f"Phiên bản {version.version}: {version.saved_by}, {version.saved_at:%Y-%m-%d %H:%M} UTC{what}",
            markup=False,
        )
        out.print(f"{diff}\n", markup=False)
    if not changed:
        out.print(f"{name}: mẫu gốc, chưa ai sửa.", markup=False)


def _written(folder: Path, mails: list[tuple[str, Any]]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, (where, content) in enumerate(mails, start=1):
            (folder / f"{number}.html").write_text(content.html, encoding="utf-8")
            head = f"Mẫu: {where}\nTiêu đề: {content.subject}\n\n"
            (folder / f"{number}.txt").write_text(head + content.text, encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"{folder}: cannot be written ({error.strerror}).") from error


def _tell(name: str, number: int, diff: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"name": name, "version": number, "diff": diff})
    else:
        out.print(f"{diff}\n{name}: phiên bản {number}; dùng từ lần gửi sau.", markup=False)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{file}: cannot be read as UTF-8 text ({error}).") from error


def _trial(place: Installation, session: Session, task: str | None) -> templates.Trial:
    return replace(place.trial, task=find_task(session, task).id if task else None)


def _plain(version: Any) -> dict[str, Any]:  # noqa: ANN401  a version or none
    if version is None:
        return {"version": 0, "shipped": True}
    return asdict(version) | {"shipped": not version.text}


def _standing(version: Any) -> tuple[object, ...]:  # noqa: ANN401
    if version is None:
        return ("mẫu gốc", "", "", "")
    used = f"phiên bản {version.version}" if version.text else f"mẫu gốc (từ phiên bản {version.version})"
    return (used, version.saved_by, f"{version.saved_at:%Y-%m-%d %H:%M} UTC", version.sha256[:12])
