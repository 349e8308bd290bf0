"""`dondoc log`: the escalation log to read, to export and to verify."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cli.context import installation
from cli.keys import public_key
from cli.output import JsonOption, err, out, print_json, print_table
from cli.proof import proof, verify_proof
from engine.errors import BadInputError, CheckFailedError
from engine.ledger import export, seal, verify
from engine.plans import find_plan
from engine.queries.history import Sought, log_lines
from engine.queries.mail import addresses
from web.words import said

log = typer.Typer(help="The escalation log.")
PlanOption = Annotated[str | None, typer.Option("--plan", metavar="PLAN", help="Only this plan.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this group to `app`."""
    log.command("proof")(proof)
    log.command("verify-proof")(verify_proof)
    app.add_typer(log, name="log")


@log.callback(invoke_without_command=True)
def show_log(
    context: typer.Context,
    plan: PlanOption = None,
    agency: Annotated[str | None, typer.Option(metavar="KEY", help="Only this agency's duties.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="From this day on.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 200,
    as_json: JsonOption = False,
) -> None:
    """Read the log, the newest entries first."""
    if context.invoked_subcommand:
        return
    place = installation()
    with place.database.read() as session:
        plan_id = find_plan(session, plan).id if plan else None
        lines = log_lines(session, Sought(plan_id=plan_id, agency=agency, since=_day(since), limit=limit))
        known = addresses(session, [line.data["mailbox"] for line in lines if "mailbox" in line.data])
    if as_json:
        print_json([asdict(line) for line in lines])
        return
    print_table(
        ("Số", "Ngày", "Nấc", "Mục", "Cơ quan", "Nội dung", "Gửi tới", "Mã băm"),
        [
            (
                line.seq,
                line.effective,
                line.rung,
                line.ref,
                line.agency,
                said(line, place.policies["default"], known),
                "; ".join(told.address for told in line.told),
                (line.hash or "")[:12],
            )
            for line in lines
        ],
    )


@log.command("export")
def export_log(file: Annotated[Path, typer.Argument(metavar="FILE")], plan: PlanOption = None) -> None:
    """Write the sealed log as JSON Lines, closed by its signed head."""
    place = installation()
    with place.database.write() as session:
        seal(session)
    with place.database.read() as session:
        plans = [find_plan(session, plan).id or 0] if plan else []
        part = file.with_name(file.name + ".part")
        count = -1
        try:
            with part.open("w", encoding="utf-8", newline="\n") as lines:
                for line in export(session, place.signing_key, place.clock.real(), plans=plans):
                    lines.write(line + "\n")
                    count += 1
            part.replace(file)
        except OSError as error:
            raise BadInputError(f"{file}: cannot be written ({error.strerror}).") from error
    out.print(f"{count} mục trong {file}; khóa công khai: {place.public_key_file}", markup=False)


@log.command("verify")
def verify_log(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    key: Annotated[Path | None, typer.Option(metavar="PUB", help="The public key to trust (PEM).")] = None,
    head: Annotated[list[str] | None, typer.Option(metavar="HEX", help="A head published before.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Check an exported log without any database; exit 1 when it was edited, cut or forged."""
    trusted = public_key(key) if key else None
    try:
        with file.open(encoding="utf-8", newline="\n") as lines:
            verdict = verify(lines, trusted=trusted, published=head or [])
    except OSError as error:
        raise BadInputError(f"{file}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise CheckFailedError(f"{file}: not the text of a log (byte {error.start}).") from error
    if as_json:
        print_json(verdict.to_json())
    elif not verdict.faults:
        out.print(f"Nguyên vẹn: {verdict.count} mục, đầu chuỗi {verdict.head}, khóa {verdict.key}.", markup=False)
    if not verdict.key_trusted:
        err.print("Chữ ký chỉ được so với khóa ghi trong tệp; nêu --key để so với khóa đã biết.")
    if verdict.faults:
        shown = "\n".join(f"  - {fault}" for fault in verdict.faults[:20])
        raise CheckFailedError(f"{file} is not what was exported:\n{shown}")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInputError(f"--since {text}: write YYYY-MM-DD.") from error
