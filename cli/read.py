"""`dondoc read` and `dondoc explain`: how the reader understands a document or one cell; no database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Timer
from typing import Annotated

import typer

from cli.output import JsonOption, err, out, print_json, print_table
from cli.reading import show
from config.holidays import read_calendar
from config.registry import load_registries
from engine.errors import BadInputError
from engine.intake.agencies.cell import read_cell
from engine.intake.questions import about_deadline
from engine.intake.reader import read_plan
from engine.rules.deadlines import last_day, read_deadline, to_json

explain = typer.Typer(no_args_is_help=True, help="How the reader understands one cell.")
PATIENCE_SECONDS = 1.0
"""How long reading may take before a person is told that it goes on."""


def register(app: typer.Typer) -> None:
    """Add the commands of this group to `app`."""
    app.command("read")(read)
    app.add_typer(explain, name="explain")


def read(
    file: Annotated[Path, typer.Argument(help="The document; its format is told from its content.")],
    as_json: JsonOption = False,
) -> None:
    """Read a document into a plan draft; nothing is stored, and faults of the document are in the answer."""
    is_working = read_calendar().is_working
    with _patience(f"Đang đọc {file.name} …"):
        draft = read_plan(file, load_registries(), is_working=is_working)
    if as_json:
        print_json(draft.to_json())
        return
    show(draft, out, is_working=is_working)


@contextmanager
def _patience(words: str) -> Iterator[None]:
    """Say on stderr that something is under way, once it has taken a second; on a terminal only."""
    status = err.status(words)
    timer = Timer(PATIENCE_SECONDS, status.start)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()


@explain.command("deadline")
def explain_deadline(
    text: Annotated[str, typer.Argument(help="The words of a deadline cell.")],
    issued: Annotated[str | None, typer.Option(help="The document's day, YYYY-MM-DD.")] = None,
    year: Annotated[int | None, typer.Option(min=1900, max=2199, help="The year the plan is for.")] = None,
    as_json: JsonOption = False,
) -> None:
    """What a deadline cell says, and what it leaves open."""
    deadline = read_deadline(text, issued=_day(issued), year=year)
    asked = about_deadline(deadline)
    questions = [{"printed": deadline.text, **asked}] if asked else []
    if as_json:
        print_json({"deadline": to_json(deadline), "questions": questions})
        return
    last = last_day(deadline, is_working=read_calendar().is_working)
    rows = [(key, value) for key, value in to_json(deadline).items() if value not in (None, [], "")]
    print_table(("", "cách hiểu"), [*rows, ("ngày cuối còn đúng hạn", last or "–")])


@explain.command("agencies")
def explain_agencies(
    cell: Annotated[str, typer.Argument(help="The words of an owner or collaborator cell.")],
    column: Annotated[str, typer.Option(help="owner or collaborators")] = "owner",
    place: Annotated[str | None, typer.Option(help="The document's province; without it, this office's own.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Which agencies a cell names, and what it leaves open."""
    if column not in ("owner", "collaborators"):
        raise BadInputError(f"--column là {column!r}: chỉ nhận owner hoặc collaborators.")
    registries = load_registries()
    reading = read_cell(cell, registries.for_place(place) if place else registries.at_home)
    agencies = reading.agencies if column == "owner" else reading.named
    questions = [
        {
            "printed": doubt.printed,
            "reason": doubt.reason,
            "choices": list(doubt.choices),
            "blocks": "owner" if column == "owner" and not doubt.of_helper else "nothing",
        }
        for doubt in reading.doubts
    ]
    if as_json:
        print_json({"agencies": [agency.model_dump(mode="json") for agency in agencies], "questions": questions})
        return
    rows = [(a.name, a.kind, a.role, ", ".join(a.members or ())) for a in agencies]
    print_table(("Cơ quan", "loại", "chức danh", "thành viên"), rows)
    for question in questions:
        near = f" ({' | '.join(question['choices'])})" if question["choices"] else ""
        out.print(f"? “{question['printed']}” {question['reason']}{near}", markup=False)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInputError(f"--issued là {text!r}: cần một ngày dạng YYYY-MM-DD.") from None
