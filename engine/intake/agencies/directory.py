"""A directory of agencies (danh bạ): a sheet or a CSV file to rows, and rows to agencies with their mailboxes.

Every fault of a file is named at once with its cell, and a file with a fault changes nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from engine.clock import Moment
from engine.errors import ManyFaultsError, RefusedError
from engine.intake.agencies.registry import Registry
from engine.intake.agencies.sheet import Cell, read_sheet
from engine.intake.agencies.words import fold
from engine.intake.loading.parties import PersonEntry, ascii_key, put_agency, put_mailbox
from engine.models import Agency, Assignment, Contact, Mailbox, User, columns

ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}"
)
KEY = re.compile(r"[a-z0-9][a-z0-9-]*")
HEADINGS = {
    "key": ("mã", "mã cơ quan", "mã đơn vị", "mã định danh", "key", "id", "code"),
    "name": ("tên cơ quan", "tên đơn vị", "cơ quan", "đơn vị", "tên", "tên cơ quan, đơn vị", "agency", "name"),
    "aliases": ("tên gọi khác", "tên khác", "tên viết tắt", "viết tắt", "aliases", "other names"),
    "office": ("thư cơ quan", "thư văn thư", "thư của văn thư", "email", "email cơ quan", "email văn thư", "hộp thư",
               "hộp thư cơ quan", "địa chỉ thư", "office", "office email", "mailbox"),
    "head": ("thư thủ trưởng", "thư người đứng đầu", "email thủ trưởng", "email người đứng đầu", "head email"),
    "head_title": ("thủ trưởng", "người đứng đầu", "chức danh thủ trưởng", "head", "head title"),
    "deputy": ("thư cấp phó", "email cấp phó", "deputy email"),
    "deputy_title": ("cấp phó", "phó thủ trưởng", "chức danh cấp phó", "deputy", "deputy title"),
}  # fmt: skip
FIELDS = {fold(heading): name for name, headings in HEADINGS.items() for heading in headings}
ROLES = {"office": "", "head": "Thủ trưởng", "deputy": "Cấp phó"}
"""The mailboxes of an agency, and what stands before its name where no title is given."""
HEADER_WITHIN = 20
"""The header stands in the first rows; above it there may be a title."""


@dataclass(frozen=True)
class DirectoryRow:
    """One agency as listed; `mailboxes` and `places` are by role, a role that is left blank is not in them."""

    name: str
    key: str = ""
    aliases: tuple[str, ...] = ()
    mailboxes: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)


@dataclass
class Counts:
    """How many were new, changed, and as they were."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass
class Imported:
    """What an import did."""

    agencies: Counts = field(default_factory=Counts)
    mailboxes: Counts = field(default_factory=Counts)

    def to_json(self) -> dict[str, dict[str, int]]:
        """The figures as `dondoc agency import --json` prints them."""
        return asdict(self)


def read_directory(path: Path) -> list[DirectoryRow]:
    """The agencies listed in a file (.xlsx, or .csv in UTF-8).

    Raises:
        BadInputError: the file cannot be read.
        ManyFaultsError: rows have faults; each is named with its cell.
    """
    rows = read_sheet(path, known=lambda text: _field(text) is not None)
    header = next((n for n, row in enumerate(rows[:HEADER_WITHIN]) if "name" in _fields(row).values()), None)
    if header is None:
        wanted = ", ".join(f"“{headings[0]}”" for headings in HEADINGS.values())
        raise ManyFaultsError(
            f"{path.name}: không thấy dòng tiêu đề.", [f"cần cột “tên cơ quan”; nhận các cột {wanted}"]
        )
    fields, faults = _fields(rows[header]), list(_header_faults(rows[header]))
    found: list[DirectoryRow] = []
    for row in rows[header + 1 :]:
        cells = {fields[cell.column]: cell for cell in row if cell.column in fields and cell.text}
        if cells:
            faults.extend(_row_faults(cells, row[0].row))
            found.append(_row(cells, row[0].row))
    faults.extend(_conflicts(found))
    if not found:
        faults.append(f"dòng {rows[header][0].row}: sau dòng tiêu đề không có cơ quan nào")
    if faults:
        raise ManyFaultsError(f"{path.name}: danh bạ có {len(faults)} lỗi, chưa ghi gì; sửa rồi chạy lại:", faults)
    return found


def import_directory(
    session: Session, rows: Sequence[DirectoryRow], when: Moment, *, registry: Registry | None = None
) -> Imported:
    """Put a directory into the tables; the same again changes nothing, and what is left blank stays as it is.

    A row without a key is the agency of that name: one in the database, else one of the registry, else a new one.

    Raises:
        ManyFaultsError: an address serves an agency that is not in the file, or two rows mean one agency.
    """
    agencies = {agency.key: agency for agency in session.exec(select(Agency)).all()}
    named = {fold(agency.name): agency.key for agency in agencies.values()}
    keys = [row.key or _key_of(row, named, registry) for row in rows]
    if faults := [*_same_agency(rows, keys), *_foreign_addresses(session, rows, keys)]:
        raise ManyFaultsError("Danh bạ chưa được ghi:", faults)
    done = Imported()
    renamed = [
        agency.id
        for row, key in zip(rows, keys, strict=True)
        if (agency := agencies.get(key)) and row.key and agency.name != row.name
    ]
    for row, key in zip(rows, keys, strict=True):
        _put_row(session, row, key, agencies.get(key), done, registry)
    parts = columns(Assignment)
    named_anew = update(Assignment).where(parts.agency_id.in_(renamed))  # calendars name the agency
    session.execute(named_anew.values(revision=parts.revision + 1, changed_at=when.real))
    return done


def directory_of(session: Session) -> list[dict[str, Any]]:
    """Every agency with its mailboxes, in the order of names; `missing` says which a ladder would need."""
    contacts: dict[int, dict[str, str]] = {}
    held = select(Contact.agency_id, Contact.role, Mailbox.address).join(Mailbox, col(Mailbox.id) == Contact.mailbox_id)
    for agency_id, role, address in session.exec(held):
        contacts.setdefault(agency_id, {})[role] = address
    listed = []
    for agency in session.exec(select(Agency).order_by(Agency.name, Agency.key)).all():
        has = contacts.get(agency.id or 0, {})
        wanted = ("office", "head") if agency.kind == "agency" else ("office",)
        boxes = {role: has.get(role) for role in ROLES}
        missing = [role for role in wanted if role not in has]
        listed.append({"key": agency.key, "name": agency.name, "kind": agency.kind, **boxes, "missing": missing})
    return listed


def add_person(session: Session, person: PersonEntry) -> User:
    """Register a person who acts.

    Raises:
        ManyFaultsError: the key is taken or none, the agency is unknown or missing, the address is none.
    """
    faults = []
    agency = session.exec(select(Agency).where(Agency.key == person.agency)).one_or_none() if person.agency else None
    if not KEY.fullmatch(person.key):
        faults.append(f"{person.key!r} không dùng làm mã được: chỉ chữ thường không dấu, số và dấu gạch nối")
    elif session.exec(select(User.id).where(User.key == person.key)).first() is not None:
        faults.append(f"đã có người mang mã {person.key}: chọn mã khác (xem 'dondoc user list')")
    if not person.name.strip():
        faults.append("thiếu họ tên (--name)")
    if person.agency and agency is None:
        faults.append(f"không có cơ quan {person.agency} (xem 'dondoc agency list')")
    elif person.role == "agency" and agency is None:
        faults.append("người của cơ quan phải thuộc một cơ quan (--agency)")
    if person.mailbox and not is_address(person.mailbox):
        faults.append(f"{person.mailbox!r} không phải là địa chỉ thư (--email)")
    if faults:
        raise ManyFaultsError("Chưa thêm người này:", faults)
    user = User(key=person.key, name=person.name.strip(), role=person.role, agency_id=agency.id if agency else None)
    if person.mailbox:
        user.mailbox_id = put_mailbox(session, person.mailbox, user.name).id
    session.add(user)
    session.flush()
    return user


def people_of(session: Session) -> list[dict[str, Any]]:
    """Everyone who acts, in the order of keys."""
    rows = session.exec(
        select(User, Agency.key, Mailbox.address)
        .outerjoin(Agency, col(Agency.id) == User.agency_id)
        .outerjoin(Mailbox, col(Mailbox.id) == User.mailbox_id)
        .order_by(User.key)
    )
    return [
        {
            "key": user.key,
            "name": user.name,
            "role": user.role,
            "agency": agency,
            "email": address,
            "disabled": user.disabled_at is not None,
        }
        for user, agency, address in rows
    ]


def enable(session: Session, key: str, *, disabled_at: datetime | None = None) -> User:
    """Let a person act, or with `disabled_at` stop them: from then on they do nothing and hold no key.

    Raises:
        RefusedError: nobody has that key.
    """
    user = session.exec(select(User).where(User.key == key)).one_or_none()
    if user is None:
        raise RefusedError(f"Không có người mang mã {key}: xem 'dondoc user list'.")
    if user.disabled_at is None or disabled_at is None:
        user.disabled_at = disabled_at
    session.add(user)
    return user


def is_address(text: str) -> bool:
    """Whether mail can be sent there: plain ASCII, one @, a domain with a dot."""
    return len(text) <= 254 and ADDRESS.fullmatch(text) is not None


# -- reading -----------------------------------------------------------------------------------------------------------


def _fields(row: Sequence[Cell]) -> dict[int, str]:
    """Column → field, the first column of each."""
    found: dict[int, str] = {}
    for cell in row:
        name = _field(cell.text)
        if name and name not in found.values():
            found[cell.column] = name
    return found


def _field(heading: str) -> str | None:
    return FIELDS.get(fold(re.sub(r"[\s:*()_]+", " ", heading)))


def _header_faults(row: Sequence[Cell]) -> Iterator[str]:
    used = _fields(row)
    for cell in row:
        if _field(cell.text) and cell.column not in used:
            yield f"{cell.place}: cột “{cell.text}” nói cùng một điều với một cột trước"


def _row(cells: dict[str, Cell], number: int) -> DirectoryRow:
    text = {name: cell.text for name, cell in cells.items()}
    return DirectoryRow(
        name=" ".join(text.get("name", "").split()),
        key=text.get("key", "").lower(),
        aliases=tuple(alias.strip() for alias in re.split(r"[;\n]", text.get("aliases", "")) if alias.strip()),
        mailboxes={role: text[role] for role in ROLES if role in text},
        titles={role: text[f"{role}_title"] for role in ROLES if f"{role}_title" in text},
        places={"row": f"dòng {number}"} | {name: cell.place for name, cell in cells.items()},
    )


def _row_faults(cells: dict[str, Cell], number: int) -> Iterator[str]:
    for cell in cells.values():
        if cell.formula:
            yield f"{cell.place}: có công thức; chương trình không tính công thức, hãy dán giá trị"
    if "name" not in cells:
        yield f"dòng {number}: thiếu tên cơ quan"
    key = cells.get("key")
    if key and not key.formula and not KEY.fullmatch(key.text.lower()):
        yield f"{key.place}: mã “{key.text}” chỉ được gồm chữ không dấu, số và dấu gạch nối"
    for cell in (cells[role] for role in ROLES if role in cells):
        if not cell.formula and not is_address(cell.text):
            yield f"{cell.place}: “{cell.text}” không phải là một địa chỉ thư"


def _conflicts(rows: Sequence[DirectoryRow]) -> Iterator[str]:
    """The same key or name in two rows, one address in two agencies."""
    seen: dict[tuple[str, str], DirectoryRow] = {}
    for row in rows:
        said = [("key", row.key), ("name", fold(row.name))] + [
            (role, box.lower()) for role, box in row.mailboxes.items()
        ]
        for name, value in said:
            kind = name if name in ("key", "name") else "address"
            first = seen.setdefault((kind, value), row) if value else row
            if first is not row:
                words = {"key": "mã này", "name": "cơ quan này"}.get(kind, "địa chỉ này")
                yield f"{row.places[name]}: {words} đã dùng ở {first.places['row']} ({first.name})"


# -- writing -----------------------------------------------------------------------------------------------------------


def _key_of(row: DirectoryRow, named: dict[str, str], registry: Registry | None) -> str:
    for name in (row.name, *row.aliases):
        if key := named.get(fold(name)):
            return key
        if registry and (entry := registry.named(name)):
            return entry.id
    return ascii_key(row.name)


def _same_agency(rows: Sequence[DirectoryRow], keys: Sequence[str]) -> Iterator[str]:
    seen: dict[str, DirectoryRow] = {}
    for row, key in zip(rows, keys, strict=True):
        if not key:
            yield f"{row.places['row']}: không đặt được mã cho “{row.name}”; ghi mã vào cột “mã”"
        elif seen.setdefault(key, row) is not row:
            first = seen[key]
            yield f"{row.places['row']}: “{row.name}” và “{first.name}” ({first.places['row']}) là một cơ quan ({key})"


def _foreign_addresses(session: Session, rows: Sequence[DirectoryRow], keys: Sequence[str]) -> Iterator[str]:
    held = (
        select(func.lower(Mailbox.address), Agency.key, Agency.name)
        .join(Contact, col(Contact.mailbox_id) == Mailbox.id)
        .join(Agency, col(Agency.id) == Contact.agency_id)
    )
    others = {address: name for address, key, name in session.exec(held) if key not in set(keys)}
    for row in rows:
        for role, address in row.mailboxes.items():
            if name := others.get(address.lower()):
                yield f"{row.places[role]}: {address} đang là địa chỉ của {name}, cơ quan không có trong danh bạ này"


def _put_row(
    session: Session, row: DirectoryRow, key: str, agency: Agency | None, done: Imported, registry: Registry | None
) -> None:
    counted = "unchanged"
    entry = registry.by_id.get(key) if registry else None
    if agency is None and registry and entry:
        agency, counted = put_agency(session, entry, registry.province), "added"
    elif agency is None:
        agency, counted = Agency(key=key, name=row.name, province=registry.province if registry else ""), "added"
    elif row.key and agency.name != row.name:
        agency.name, counted = row.name, "changed"
    session.add(agency)
    session.flush()
    _count(done.agencies, counted)
    for role, address in row.mailboxes.items():
        title = row.titles.get(role) or ROLES[role]
        _count(done.mailboxes, _put_contact(session, agency, role, address, f"{title} {agency.name}".strip()))


def _put_contact(session: Session, agency: Agency, role: str, address: str, name: str) -> str:
    known = session.exec(select(Mailbox).where(func.lower(Mailbox.address) == address.lower())).first()
    mailbox = known or put_mailbox(session, address, name)
    held = session.exec(select(Contact).where(Contact.agency_id == agency.id, Contact.role == role)).one_or_none()
    if held is None:
        session.add(Contact(agency_id=agency.id or 0, role=role, mailbox_id=mailbox.id or 0))
        return "added"
    if held.mailbox_id == mailbox.id:
        return "unchanged"
    # The old mailbox stays: the ledger names it.
    held.mailbox_id = mailbox.id or 0
    session.add(held)
    return "changed"


def _count(counts: Counts, which: str) -> None:
    setattr(counts, which, getattr(counts, which) + 1)
