"""`dondoc agency` and `dondoc user`: who is accountable, where to write to them, and who acts."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.context import installation
from cli.output import JsonOption, out, print_json, print_table
from engine.errors import RefusedError
from engine.intake.agencies.directory import (
    add_person,
    directory_of,
    enable,
    import_directory,
    people_of,
    read_directory,
)
from engine.intake.loading.parties import PersonEntry
from web.session import signin_link

agency_group = typer.Typer(no_args_is_help=True, help="The agencies and their mailboxes.")
user_group = typer.Typer(no_args_is_help=True, help="The people who act.")
MISSING = "– thiếu –"


class Part(StrEnum):
    """What a person may be."""

    COORDINATOR = "coordinator"
    AGENCY = "agency"
    SUPERVISOR = "supervisor"
    INSPECTOR = "inspector"


def register(app: typer.Typer) -> None:
    """Add the commands of this group to `app`."""
    app.add_typer(agency_group, name="agency")
    app.add_typer(user_group, name="user")


@agency_group.command("import")
def import_agencies(
    file: Annotated[Path, typer.Argument(help="A directory: .xlsx, or .csv in UTF-8.")], as_json: JsonOption = False
) -> None:
    """Take over a directory; the same again changes nothing, a blank cell leaves what is there."""
    rows, place = read_directory(file), installation()
    with place.database.write() as session:
        done = import_directory(session, rows, place.clock.moment(), registry=place.registry)
    if as_json:
        print_json(done.to_json())
        return
    figures = (("cơ quan", done.agencies), ("hộp thư", done.mailboxes))
    print_table(("", "thêm", "sửa", "giữ nguyên"), [(label, c.added, c.changed, c.unchanged) for label, c in figures])


@agency_group.command("list")
def list_agencies(as_json: JsonOption = False) -> None:
    """Every agency with its mailboxes; what a reminder would lack is marked."""
    with installation().database.read() as session:
        listed = directory_of(session)
    if as_json:
        print_json(listed)
        return
    roles = ("office", "head", "deputy")
    rows = [
        (each["key"], each["name"], *(MISSING if role in each["missing"] else each[role] for role in roles))
        for each in listed
    ]
    print_table(("Mã", "Cơ quan", "Văn thư", "Thủ trưởng", "Cấp phó"), rows)
    if lacking := sum("office" in each["missing"] for each in listed):
        out.print(f"{lacking} cơ quan chưa có địa chỉ thư: thư của họ đến người điều phối.")


@user_group.command("add")
def add_user(
    key: Annotated[str, typer.Argument(help="What --by will name: lower-case letters, digits, hyphens.")],
    name: Annotated[str, typer.Option(help="Full name.")],
    role: Annotated[Part, typer.Option(help="What the person may do.")],
    agency: Annotated[str, typer.Option(help="Key of the agency the person belongs to.")] = "",
    email: Annotated[str, typer.Option(help="Where the person gets mail.")] = "",
) -> None:
    """Register a person."""
    with installation().database.write() as session:
        add_person(session, PersonEntry(key, name, role, email, agency))
    out.print(f"Đã thêm {name} ({key}, {role}).", markup=False)


@user_group.command("list")
def list_users(as_json: JsonOption = False) -> None:
    """Everyone who acts."""
    with installation().database.read() as session:
        people = people_of(session)
    if as_json:
        print_json(people)
        return
    rows = [
        (each["key"], each["name"], each["role"], each["agency"], each["email"], "đã ngừng" if each["disabled"] else "")
        for each in people
    ]
    print_table(("Mã", "Họ tên", "Vai", "Cơ quan", "Thư", ""), rows)


@user_group.command("disable")
def disable_user(user: Annotated[str, typer.Argument(metavar="USER", help="Key of the person.")]) -> None:
    """Stop a person: no sign-in, no acts, and their calendars close. Their entries in the log stay."""
    place = installation()
    with place.database.write() as session:
        done = enable(session, user, disabled_at=place.clock.real())
        out.print(f"{done.name} ({user}) từ nay không làm gì được nữa; lịch của người này đã đóng.", markup=False)


@user_group.command("enable")
def enable_user(user: Annotated[str, typer.Argument(metavar="USER", help="Key of the person.")]) -> None:
    """Let a disabled person act again."""
    with installation().database.write() as session:
        done = enable(session, user)
        out.print(f"{done.name} ({user}) lại làm việc được.", markup=False)


@user_group.command("link")
def link_user(
    user: Annotated[str, typer.Argument(metavar="USER", help="Key of the person who is to sign in.")],
    as_json: JsonOption = False,
) -> None:
    """Print a link by which that person signs in to the pages: good for an hour (in a demo for seven days)."""
    place = installation()
    with place.database.read() as session:
        known = [each["key"] for each in people_of(session) if not each["disabled"]]
    if user not in known:
        listed = f"có: {', '.join(known)}" if known else "chưa có ai: thêm bằng 'dondoc user add'"
        raise RefusedError(f"Không có người mang mã {user}; {listed}.")
    address = signin_link(place, user)
    if as_json:
        print_json({"url": address})
        return
    lasts = "7 ngày" if place.demo else "một giờ"
    out.print(f"Liên kết đăng nhập của {user} (dùng được trong {lasts}, giữ như mật khẩu):", markup=False)
    typer.echo(address)
