"""`dondoc load`: a document into the database, as a plan of its own or on one that runs."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.context import AsOf, installation
from cli.output import CHANGES, JsonOption, out, print_json, print_table
from config.assembly import Installation
from engine.amendments import Applied, Look, Request, apply, look
from engine.enactment import Rules
from engine.errors import BadInputError, RefusedError
from engine.intake.amendment.document import Extent
from engine.intake.amendment.steps import to_json
from engine.intake.draft import Draft
from engine.intake.loading.load import Loaded, load
from engine.intake.reader import read_plan
from engine.models import Plan
from engine.plans import activate, find_plan

ASIDE = "Amending a running plan"
"""Under which heading the help lists the options of an amendment."""

COUNTS = {
    "moved": "dời hạn",
    "opened": "việc mới",
    "cancelled": "bỏ",
    "handed_over": "chuyển cơ quan",
    "questions": "câu hỏi",
    "told": "thông báo",
}

HEADING = {"title": "tên", "issuer": "cơ quan ban hành", "number": "số", "issue_date": "ngày ban hành"}


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("load")(load_file)


def load_file(
    file: Annotated[Path, typer.Argument(help="The document.")],
    activate_it: Annotated[bool, typer.Option("--activate", help="Activate the plan as well.")] = False,
    amend: Annotated[str, typer.Option(metavar="PLAN", help="The running plan it amends.", rich_help_panel=ASIDE)] = "",
    by: Annotated[
        str, typer.Option("--by", metavar="USER", help="Apply it, as the coordinator.", rich_help_panel=ASIDE)
    ] = "",
    document: Annotated[
        str, typer.Option(metavar="NUMBER", help="By which document, if not this one.", rich_help_panel=ASIDE)
    ] = "",
    document_date: Annotated[str, typer.Option(metavar="DATE", help="Its date.", rich_help_panel=ASIDE)] = "",
    whole: Annotated[
        bool | None,
        typer.Option("--whole/--partial", help="The plan anew, or only some rows of it.", rich_help_panel=ASIDE),
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="ROW=REF", help="Which row of the plan, or 'new'.", rich_help_panel=ASIDE),
    ] = None,
    strike: Annotated[
        list[str] | None, typer.Option(metavar="REF", help="A row that it strikes.", rich_help_panel=ASIDE)
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Go on without being asked.", rich_help_panel=ASIDE)] = False,
    as_of: AsOf = None,
    as_json: JsonOption = False,
) -> None:
    """Load a document as a plan, in one transaction; the same file again changes nothing.

    What it changes in a plan that runs is shown; --amend PLAN --by USER applies it.
    """
    place = installation(as_of)
    draft = read_plan(file, place.registries, is_working=place.calendar.is_working)
    if not amend:
        _as_plan(place, draft, activate_it=activate_it, as_json=as_json)
        return
    extent: Extent | None = None if whole is None else "whole" if whole else "partial"
    request = Request(
        plan=amend,
        by=by,
        number=document,
        issued=_day(document_date),
        extent=extent,
        mapping=_mapped(mapping or []),
        struck=strike or [],
    )
    if yes and not by:
        raise BadInputError("Name who applies it (--by USER).")
    if bool(document) != bool(document_date):
        raise BadInputError("Name the document with both its number and its date (--document, --document-date).")
    _on_plan(place, draft, request, yes=yes, as_json=as_json)


def _as_plan(place: Installation, draft: Draft, *, activate_it: bool, as_json: bool) -> None:
    when, started, found = place.writing_moment(), 0, None
    known = place.registries.for_document(draft.plan.place, draft.plan.issuer)
    with place.database.write() as session:
        loaded = load(session, draft, registry=known, people=place.people, when=when)
        plan = find_plan(session, loaded.slug)
        if activate_it and plan.state == "draft":
            started = activate(session, plan, calendar=place.calendar, when=when)
        if plan.state == "active" and not loaded.applied and not loaded.unchanged:
            found = look(session, draft, Request(plan.slug, extent="whole"), _rules(place, draft, plan))
    if as_json:
        difference = {"difference": to_json(found.difference)} if found else {}
        print_json(asdict(loaded) | {"unchanged": loaded.unchanged, "started": started} | difference)
        return
    _show_loaded(loaded, started)
    if found is not None:
        _show_difference(found)
        out.print(
            f"Áp dụng: dondoc load {draft.source} --amend {loaded.slug} --by USER --document SỐ --document-date NGÀY",
            markup=False,
        )


def _on_plan(place: Installation, draft: Draft, request: Request, *, yes: bool, as_json: bool) -> None:
    with place.database.read() as session:
        rules = _rules(place, draft, find_plan(session, request.plan))
        found = look(session, draft, request, rules)
    if not as_json:
        _show_look(found)
    settled = request.by and not found.already and (yes or not as_json)
    if not settled:
        if as_json:
            print_json(_look_json(found) | {"applied": False})
        return
    if not yes and not found.difference.unfit and not typer.confirm("Áp dụng văn bản này?"):
        raise RefusedError("Not applied; nothing was changed.")
    with place.database.write() as session:
        done = apply(session, draft, request, rules, when=place.writing_moment(), seen=found.difference)
    if as_json:
        print_json(_look_json(done.look) | {"applied": done.amendment is not None, "counts": dict(done.counts)})
    else:
        _show_applied(done)


def _rules(place: Installation, draft: Draft, plan: Plan) -> Rules:
    known = place.registries.for_document(draft.plan.place or plan.place, draft.plan.issuer or plan.issuer)
    return Rules(known, place.calendar, place.policies.get(plan.policy, place.policies["default"]))


def _mapped(pairs: list[str]) -> dict[str, str]:
    split = [pair.partition("=") for pair in pairs]
    if wrong := [pair for pair, (row, _, ref) in zip(pairs, split, strict=True) if not (row.strip() and ref.strip())]:
        raise BadInputError(f"--map {', '.join(wrong)}: write ROW=REF, or ROW=new for a row the plan has not.")
    return {row.strip(): ref.strip() for row, _, ref in split}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInputError(f"--document-date {text}: write YYYY-MM-DD.") from error


def _look_json(found: Look) -> dict[str, Any]:
    plain = {name: getattr(found, name) for name in ("plan", "extent", "reason", "authority", "title", "already")}
    return plain | {"ends": list(found.ends), "doubts": list(found.doubts), "difference": to_json(found.difference)}


def _show_look(found: Look) -> None:
    if found.already:
        out.print(f"{found.plan}: không có gì thay đổi: {found.already}.", markup=False)
        return
    kind = {"whole": "toàn bộ kế hoạch (mục không còn là bỏ)", "partial": "sửa đổi một phần"}[found.extent or "whole"]
    out.print(f"{found.plan}: được hiểu là {kind}, vì {found.reason}.", markup=False)
    if found.title:
        out.print(f"  tên mới: {found.title}", markup=False)
    _show_difference(found)
    for key in found.ends:
        out.print(
            f"  việc định kỳ đã nhận {key} thôi theo lời cũ; nhận lại theo lời mới: dondoc offers {found.plan}",
            markup=False,
        )
    for sentence in found.doubts:
        out.print(f"  chưa rõ bỏ mục nào, chưa áp dụng (--strike MỤC): “{sentence}”", markup=False)


def _show_difference(found: Look) -> None:
    difference = to_json(found.difference)
    rows = []
    for agency in difference["agencies"]:
        for change in agency["changes"]:
            rows += [(agency["name"], change["ref"], CHANGES[told["what"]], *_cells(told)) for told in change["told"]]
            if change["asks"]:
                rows.append((agency["name"], change["ref"], "sẽ hỏi, không tự đổi", "", change["asks"]))
    print_table(("Cơ quan", "Mục", "Thay đổi", "Trước", "Nay"), rows)
    for unfit in difference["unfit"]:
        meant = unfit["suggestion"] or "new"
        out.print(f"  mục {unfit['ref']} không khớp: {unfit['reason']}; --map {unfit['ref']}={meant}", markup=False)


def _cells(told: dict[str, str]) -> tuple[str, str]:
    old, new = told["old"], told["new"]
    if told["what"] == "deadline":
        return _dated(old, told.get("old_day")), _dated(new, told.get("new_day"))
    return _short(old), _short(new)


def _dated(words: str, day: str | None) -> str:
    return f"{_short(words)} → {date.fromisoformat(day):%d/%m/%Y}" if day else _short(words)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else words[:59].rstrip() + "…"


def _show_applied(done: Applied) -> None:
    if done.amendment is None:
        out.print(f"{done.look.plan}: không có gì thay đổi{': ' + done.look.already if done.look.already else ''}.")
        return
    counts = ", ".join(f"{done.counts[name]} {words}" for name, words in COUNTS.items())
    out.print(f"Đã áp dụng {done.look.authority}: {counts}.", markup=False)


def _show_loaded(loaded: Loaded, started: int) -> None:
    if loaded.unchanged:
        out.print(f"{loaded.slug}: không có gì thay đổi.")
    else:
        verb = "đã nạp" if loaded.created else "đã cập nhật" if loaded.applied else "khác bản đang chạy (chưa áp dụng)"
        out.print(f"{loaded.slug}: {verb}.")
    if loaded.heading and not loaded.created:
        out.print(f"  phần đầu văn bản khác: {', '.join(HEADING[name] for name in loaded.heading)}")
    for label, refs in (("thêm", loaded.added), ("sửa", loaded.changed), ("bỏ", loaded.removed)):
        if refs:
            out.print(f"  {label}: {', '.join(refs)}")
    if loaded.dropped_answers:
        out.print(f"  câu trả lời không giữ được, cần trả lời lại: {', '.join(loaded.dropped_answers)}")
    out.print(
        f"  {loaded.tasks} nhiệm vụ, {loaded.assignments} việc giao cho cơ quan ({loaded.unclear} chưa rõ), "
        f"{loaded.questions} câu hỏi."
    )
    if loaded.offers.dropped:
        out.print(
            f"  đã quyết định, nay văn bản ghi khác, cần xem lại: {', '.join(loaded.offers.dropped)}", markup=False
        )
    if offered := len(loaded.offers.added) + len(loaded.offers.changed):
        out.print(f"  {offered} mục ngoài bảng chờ người điều phối nhận: dondoc offers {loaded.slug}", markup=False)
    if started:
        out.print(f"  Đã kích hoạt: {started} việc có hạn.")
