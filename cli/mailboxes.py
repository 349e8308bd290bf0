"""`dondoc mailbox`: the addresses that get mail, what came back from them, and how their recipients want it."""

from dataclasses import asdict, replace
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Any

import typer
from sqlmodel import Session

from cli.context import AsOf, By, installation
from cli.output import JsonOption, out, print_json, print_table
from engine.bounces import clear
from engine.errors import BadInputError, RefusedError
from engine.models import Mailbox
from engine.preferences import Occasion, Wishes, note, put_wishes, wishes_of
from engine.queries.mailboxes import mailbox_named, mailboxes_of, parts_of
from engine.queries.pages import people

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STATES = {"ok": "nhận được", "failing": "đang trả lại thư", "failed": "không nhận được"}
WISHES = {
    "language": "Ngôn ngữ",
    "gathering": "Gom thư",
    "quiet": "Giờ không gửi",
    "absent": "Vắng mặt",
    "deputy": "Người nhận thay",
    "calendar_files": "Tệp lịch",
    "declined": "Không nhận",
}

mailbox = typer.Typer(no_args_is_help=True, help="Mailboxes: their state, and how their recipients want mail.")

Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="As 'dondoc mailbox list' shows it.")]


class State(StrEnum):
    """What the bounces say of a mailbox."""

    OK = "ok"
    FAILING = "failing"
    FAILED = "failed"


def register(app: typer.Typer) -> None:
    """Add the commands of this group to `app`."""
    app.add_typer(mailbox, name="mailbox")


@mailbox.command("list")
def list_mailboxes(
    state: Annotated[list[State] | None, typer.Option(help="Only those in this state; may be repeated.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the mailboxes with their state."""
    place = installation()
    today = place.clock.moment().today
    with place.database.read() as session:
        listed = [_shown(session, each, today) for each in mailboxes_of(session, states=tuple(state or ()))]
    if as_json:
        print_json(listed)
        return
    told = ("address", "name", "state_since", "state_words")
    rows = [(STATES[each["state"]], *(each[name] for name in told), _parts(each["parts"])) for each in listed]
    print_table(("Tình trạng", "Địa chỉ", "Tên", "Từ ngày", "Vì sao", "Vai"), rows)


@mailbox.command("show")
def show_mailbox(address: Address, as_json: JsonOption = False) -> None:
    """Show one mailbox: whom it serves, what came back from it, and its wishes."""
    place = installation()
    with place.database.read() as session:
        shown = _shown(session, find_mailbox(session, address), place.clock.moment().today)
    if as_json:
        print_json(shown)
        return
    facts = [("Địa chỉ", shown["address"]), ("Tên", shown["name"]), ("Vai", _parts(shown["parts"]))]
    facts.append(("Tình trạng", " ".join(filter(None, (STATES[shown["state"]], shown["state_words"])))))
    facts += [(words, shown["wishes"][name]) for name, words in WISHES.items()]
    print_table(("", ""), facts)


@mailbox.command("set")
def set_mailbox(
    address: Address,
    by: Annotated[str, typer.Option("--by", metavar="USER", help="The coordinator who decided it.")] = "",
    language: Annotated[str | None, typer.Option(metavar="vi|en", help="Of its mail.")] = None,
    gathering: Annotated[str | None, typer.Option(metavar="daily|weekly[:DAY]", help="DAY: mon … sun.")] = None,
    quiet: Annotated[str | None, typer.Option(metavar="HH:MM-HH:MM|none", help="Hours without mail.")] = None,
    absent: Annotated[str | None, typer.Option(metavar="FROM..UNTIL", help="First and last day of an absence.")] = None,
    present: Annotated[bool, typer.Option("--present", help="No absence any more.")] = False,
    deputy: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Who gets its mail meanwhile.")] = None,
    calendar_files: Annotated[str | None, typer.Option(metavar="off|auto|always", help="Deadlines as files.")] = None,
    wants: Annotated[list[str] | None, typer.Option(metavar="copies", help="Optional mail it wants again.")] = None,
    declines: Annotated[list[str] | None, typer.Option(metavar="copies", help="Optional mail it declines.")] = None,
    as_of: AsOf = None,
) -> None:
    """Change how a mailbox gets mail; what a duty rests on always comes."""
    if present and (absent or deputy):
        raise BadInputError("--present ends an absence: leave out --absent and --deputy.")
    faults: list[str] = []
    given = _gathering(gathering) | _quiet(quiet, faults) | _absent(absent, faults)
    given |= {"absent": None, "deputy": ""} if present else {}
    plain = {"language": language, "calendar_files": calendar_files, "deputy": deputy}
    given |= {name: value for name, value in plain.items() if value is not None}
    place = installation(as_of)
    when = place.writing_moment()
    with place.database.write() as session:
        occasion = Occasion(when, place.settings.mail.window, "coordinator", _coordinator(session, by))
        chosen = find_mailbox(session, address)
        held = wishes_of(session, chosen, when.today)
        given["declined"] = held.declined.union(declines or ()).difference(wants or ())
        changed = put_wishes(session, chosen, replace(held, **given), occasion, faults=faults)
        now = _told(wishes_of(session, chosen, when.today))
    seen = {"gathering" if name == "weekday" else name for name in changed}
    lines = [f"{words}: {now[name] or 'không'}" for name, words in WISHES.items() if name in seen]
    out.print("; ".join(lines) or "Không có gì thay đổi.", markup=False)


@mailbox.command("clear")
def clear_mailbox(
    address: Address,
    by: By,
    comment: Annotated[str, typer.Option(help="What was done about it, such as who was called.")],
    as_of: AsOf = None,
) -> None:
    """Call a mailbox good again from which mail came back: a person has seen to it."""
    if not comment.strip():
        raise BadInputError("--comment: say what was done about it.")
    place = installation(as_of)
    when = place.writing_moment()
    with place.database.write() as session:
        by = _coordinator(session, by)
        cleared = clear(session, find_mailbox(session, address).address)
        note(session, cleared, {"event": "clear_mailbox", "by": by, "reason": comment.strip()}, when)
        out.print(f"{cleared.address}: {STATES[cleared.state]}.", markup=False)


def _coordinator(session: Session, key: str) -> str:
    """The key of who decided it, where one is named.

    Raises:
        RefusedError: it is no coordinator's.
    """
    if key and key not in {person.key for person in people(session) if person.role == "coordinator"}:
        raise RefusedError(f"No coordinator has the key {key!r}: see 'dondoc user list'.")
    return key


def find_mailbox(session: Session, address: str) -> Mailbox:
    """The mailbox with that address.

    Raises:
        RefusedError: there is none.
    """
    found = mailbox_named(session, address)
    if found is None:
        raise RefusedError(f"No mailbox has the address {address!r}: see 'dondoc mailbox list'.")
    return found


def _gathering(text: str | None) -> dict[str, Any]:
    """`weekly:fri` and the like; a day that is none becomes one that the check refuses."""
    if text is None:
        return {}
    name, colon, day = text.partition(":")
    return {"gathering": name} | ({"weekday": DAYS.index(day) if day in DAYS else -1} if colon else {})


def _quiet(text: str | None, faults: list[str]) -> dict[str, Any]:
    if text is None or text == "none":
        return {} if text is None else {"quiet": None}
    first, _, last = text.partition("-")
    try:
        return {"quiet": (_hour(first), _hour(last))}
    except ValueError:
        faults.append("quiet_form")
        return {}


def _hour(text: str) -> time:
    return time.fromisoformat(text).replace(tzinfo=None)


def _absent(text: str | None, faults: list[str]) -> dict[str, Any]:
    if text is None:
        return {}
    first, _, last = text.partition("..")
    try:
        return {"absent": (date.fromisoformat(first), date.fromisoformat(last))}
    except ValueError:
        faults.append("absent_form")
        return {}


def _shown(session: Session, box: Mailbox, today: date) -> dict[str, Any]:
    wishes = wishes_of(session, box, today)
    return {
        "address": box.address,
        "name": box.name,
        "state": box.state,
        "state_since": box.state_since,
        "state_words": box.state_words,
        "parts": [asdict(part) for part in parts_of(session, box.id or 0)],
        "wishes": _told(wishes),
    }


def _told(wishes: Wishes) -> dict[str, str]:
    """The wishes as the options of `set` write them."""
    weekly = f"weekly:{DAYS[wishes.weekday]}" if wishes.gathering == "weekly" else "daily"
    return {
        "language": wishes.language,
        "gathering": weekly,
        "quiet": "-".join(f"{hour:%H:%M}" for hour in wishes.quiet or ()),
        "absent": "..".join(day.isoformat() for day in wishes.absent or ()),
        "deputy": wishes.deputy,
        "calendar_files": wishes.calendar_files,
        "declined": ", ".join(sorted(wishes.declined)),
    }


def _parts(parts: list[dict[str, str]]) -> str:
    return "; ".join(" ".join(filter(None, (part["role"], part["agency"] or part["person"]))) for part in parts)
