"""`dondoc bounces`: what came back; taken by itself, or by hand from files."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.context import AsOf, installation
from cli.output import JsonOption, out, print_json, print_table
from engine.bounces import take
from engine.errors import BadInputError, CheckFailedError
from engine.maildir import read_report
from engine.queries.bounces import reports

bounces = typer.Typer(help="Mail that came back.", no_args_is_help=True)

KINDS = {
    "bounce": "thư trả lại",
    "delay": "báo chậm",
    "complaint": "báo thư rác",
    "canary": "thư thử đường về",
    "other": "khác",
    "auto_reply": "trả lời tự động",
}
EFFECTS = {
    "failed": "không gửi được; đã báo người điều phối",
    "again": "gửi lại sau",
    "noted": "đã ghi nhận",
    "declined": "thôi gửi thư để biết",
    "seen": "đường về thông",
    "known": "đã nhận trước đó",
    "none": "không có tác dụng",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this group to `app`."""
    app.add_typer(bounces, name="bounces")


@bounces.command("take")
def take_files(
    path: Annotated[Path, typer.Argument(metavar="FILE|DIR", help="A mail, or a folder of mails.")],
    as_of: AsOf = None,
    as_json: JsonOption = False,
) -> None:
    """Take mails from files, as if they had come in; the files stay. Exit 1 where one cannot be read."""
    place = installation(as_of)
    files = sorted(file for file in path.iterdir() if file.is_file()) if path.is_dir() else [path]
    when, done, faults = place.writing_moment(), [], []
    for file in files:
        try:
            raw = read_report(file)
        except OSError as error:
            faults.append(f"{file}: cannot be read ({error.strerror})")
            continue
        with place.database.write() as session:
            effect = take(session, raw, place.watch, when=when)
        done.append({"file": str(file), "kind": effect.kind, "effect": effect.done, "message": effect.message})
    if as_json:
        print_json(done)
    else:
        rows = [(one["file"], KINDS[str(one["kind"])], one["message"], EFFECTS[str(one["effect"])]) for one in done]
        print_table(("Tệp", "Loại", "Thư", "Tác dụng"), rows)
    if faults and not done:
        raise BadInputError("; ".join(faults))
    if faults:
        raise CheckFailedError("; ".join(faults))
    if not as_json:
        out.print(f"{len(done)} thư")


@bounces.command("list")
def list_taken(
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    as_json: JsonOption = False,
) -> None:
    """What came back and what was done upon it, the newest first."""
    with installation().database.read() as session:
        found = reports(session, limit)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    print_table(
        ("Lúc (UTC)", "Loại", "Mã", "Thư", "Tới", "Lời máy chủ", "Tác dụng"),
        [
            (
                f"{one.received_at:%Y-%m-%d %H:%M}",
                KINDS[one.kind],
                one.status,
                one.message,
                one.address,
                one.words,
                EFFECTS[one.effect],
            )
            for one in found
        ],
    )
