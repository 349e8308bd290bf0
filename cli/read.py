"""`dondoc read` and `dondoc explain`: how the reader understands a document or one cell; no database."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.output import JsonOption, out, print_json, print_table
from config.holidays import read_calendar
from config.registry import load_registries
from engine.errors import BadInputError
from engine.intake.agencies import read_cell
from engine.intake.draft import Draft, Task
from engine.intake.questions import about_deadline
from engine.intake.reader import read_plan
from engine.rules.deadlines import Deadline, last_day, read_deadline, to_json

explain = typer.Typer(no_args_is_help=True, help="How the reader understands one cell.")
UNDATED = {"ongoing": "thường xuyên", "recurring": "định kỳ", "relative": "theo sự việc", "unknown": "chưa rõ"}


def register(app: typer.Typer) -> None:
    """Add the commands of this group to `app`."""
    app.command("read")(read)
    app.add_typer(explain, name="explain")


def read(
    file: Annotated[Path, typer.Argument(help="The document; its format is told from its content.")],
    as_json: JsonOption = False,
) -> None:
    """Read a document into a plan draft; nothing is stored, and faults of the document are in the answer."""
    draft = read_plan(file, load_registries(), is_working=read_calendar().is_working)
    if as_json:
        print_json(draft.to_json())
        return
    _show(draft)


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
    blocks = "owner" if column == "owner" else "nothing"
    questions = [
        {"printed": doubt.printed, "reason": doubt.reason, "choices": list(doubt.choices), "blocks": blocks}
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


def _show(draft: Draft) -> None:
    asked: dict[str, list[str]] = {}
    for question in draft.questions:
        ref, _, topic = question.id.partition("-")
        asked.setdefault(ref, []).append(topic + ("!" if question.blocks != "nothing" else ""))
    rows = [_row(task, asked.get(task.ref, [])) for task in draft.tasks]
    if rows:
        print_table(("Số", "Nội dung", "Chủ trì", "Thời hạn", "Ngày cuối", "Hỏi"), rows, title=draft.plan.title or "")
    _show_plan(draft)
    for question in draft.questions:
        blocks = {"deadline": " [giữ thời hạn]", "owner": " [giữ người chủ trì]"}.get(question.blocks, "")
        choices = f" ({' | '.join(question.choices)})" if question.choices else ""
        out.print(f"? {question.id}: {question.printed} – {question.reason}{choices}{blocks}", markup=False)
    for fault in draft.anomalies:
        mark = "!" if fault.must_flag else "·"
        said = "; ".join(filter(None, (fault.detail, fault.printed)))
        out.print(f"{mark} {fault.where}: {fault.kind} {said}", markup=False)


def _show_plan(draft: Draft) -> None:
    plan = draft.plan
    facts: list[tuple[str, Any]] = [
        ("Loại", plan.doc_type),
        ("Số", plan.number),
        ("Ban hành", f"{plan.issuer or '?'}, {plan.place or '?'}, {plan.issue_date or plan.issue_date_partial or '?'}"),
        ("Người ký", f"{plan.signer} ({plan.signer_title})" if plan.signer else None),
        ("Là kế hoạch", "có" if plan.is_plan else f"không: {plan.not_plan_reason}"),
        ("Nhiệm vụ", f"{len(draft.tasks)} dòng, {sum(1 for _ in draft.assignments())} phần việc"),
    ]
    for label, value in facts:
        if value:
            out.print(f"{label}: {value}", markup=False)


def _row(task: Task, asked: list[str]) -> tuple[str, ...]:
    text = " ".join(task.text.split())
    owners = "; ".join(owner.name for owner in task.owners) or "?"
    return (
        task.ref,
        text[:60] + ("…" if len(text) > 60 else ""),
        owners,
        task.deadline_text or "",
        _last(task.deadline),
        " ".join(asked),
    )


def _last(deadline: Deadline) -> str:
    last = last_day(deadline, is_working=read_calendar().is_working)
    return f"{last:%d/%m/%Y}" if last else UNDATED.get(deadline.kind, "?")
