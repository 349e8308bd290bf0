"""`dondoc feed check`: what is wrong with a calendar feed of any maker."""

from pathlib import Path
from typing import Annotated

import typer

from calendars.linter.check import LIMIT, check_feed
from calendars.linter.findings import Finding, Report
from calendars.linter.points import Severity
from calendars.linter.subscription import check_subscription
from cli.output import JsonOption, out, print_json, print_table
from engine.clock import real_now
from engine.errors import BadInputError

GRAVITY = {Severity.ERROR: "lỗi", Severity.WARNING: "lưu ý"}


def check(
    target: Annotated[str, typer.Argument(metavar="FILE|URL", help="A .ics file, or the address of a subscription.")],
    as_json: JsonOption = False,
) -> None:
    """Check a calendar feed, of this or any other maker; exit 1 when it has errors.

    An address is fetched only from public machines, without following redirects; it is printed nowhere.
    """
    report = _report(target)
    if as_json:
        print_json(report.to_json())
    else:
        _print(report)
    if report.errors:
        raise typer.Exit(1)


def _report(target: str) -> Report:
    if "://" in target:
        return check_subscription(target, real_now())
    return check_feed(_read(Path(target)))


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise BadInputError(f"{path}: no such file.")
        with path.open("rb") as file:
            return file.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        raise BadInputError(f"{path}: cannot be read ({error}).") from error


def _print(report: Report) -> None:
    if report.findings:
        print_table(("Dòng", "Mức", "Điểm", "Ở đâu", "Sai gì", "Sửa thế nào"), map(_row, report.findings))
    for point, count in report.untold.items():
        out.print(f"… và {count} chỗ nữa: {point}", markup=False)
    held = ", ".join(f"{count} {name}" for name, count in report.components.items()) or "không có thành phần nào"
    out.print(f"{report.errors} lỗi, {report.warnings} lưu ý; {report.size:,} byte, {held}.", markup=False)


def _row(finding: Finding) -> tuple[object, ...]:
    section = f"{finding.point}\n{finding.rfc}"
    line = finding.line or ""
    return line, GRAVITY[finding.severity], section, finding.place, finding.what, finding.remedy
