"""Reads `config/agencies/*.toml` into plain engine values, and names every fault of a file at once."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.errors import BadInputError, ManyFaultsError
from engine.intake.agencies.registry import AgencyEntry, Officer, Registries, Registry
from engine.intake.agencies.words import fold

AGENCIES = Path(__file__).parent / "agencies"
HOME, STATE = "yen-bai", "trung-uong"
"""The files of the province that an installation ships with, and of the bodies that every province shares."""
KINDS = ("agency", "group", "open_group")
KEYS: Mapping[str, type] = {
    "id": str,
    "name": str,
    "kind": str,
    "aliases": list,
    "members": list,
    "level": str,
    "parent": str,
    "mailbox": str,
    "head": dict,
    "deputy": dict,
}
OFFICER_KEYS = ("title", "mailbox")


def load_registry(path: Path) -> Registry:
    """The agencies of one province.

    Raises:
        BadInputError: no such file, or it is not TOML.
        ManyFaultsError: unknown keys, wrong values, ids or aliases used twice, members or parents that do not exist.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInputError(f"{path}: không mở được danh bạ cơ quan ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path}: không phải TOML hợp lệ ({error}). Sửa chỗ ấy rồi chạy lại.") from None
    faults = list(_faults(document))
    if faults:
        raise ManyFaultsError(f"{path}: danh bạ cơ quan có {len(faults)} lỗi, sửa rồi chạy lại:", faults)
    entries = tuple(_entry(row) for row in document["agency"])
    return Registry(document["province"], entries, version=str(document.get("version", "")))


def load_registries(home: str = HOME, folder: Path = AGENCIES) -> Registries:
    """The registries of all provinces in a folder; `home` is the file name of the installation's own, without ".toml".

    Raises:
        BadInputError: as `load_registry`; also where the folder has no file of the own province.
    """
    own = load_registry(folder / f"{home}.toml")
    others = [load_registry(path) for path in sorted(folder.glob("*.toml")) if path.stem not in (home, STATE)]
    return Registries((own, *others), load_registry(folder / f"{STATE}.toml"), home=own.province)


def default_registry() -> Registry:
    """The registry of the province this installation ships with."""
    return load_registry(AGENCIES / f"{HOME}.toml")


def _entry(row: Mapping[str, Any]) -> AgencyEntry:
    return AgencyEntry(
        id=row["id"],
        name=row["name"],
        kind=row.get("kind", "agency"),
        aliases=tuple(row.get("aliases", ())),
        members=tuple(row.get("members", ())),
        level=row.get("level", ""),
        parent=row.get("parent"),
        mailbox=row.get("mailbox"),
        head=_officer(row.get("head")),
        deputy=_officer(row.get("deputy")),
    )


def _officer(row: Mapping[str, str] | None) -> Officer | None:
    return Officer(row["title"], row["mailbox"]) if row else None


def _faults(document: Mapping[str, Any]) -> Iterator[str]:
    for key in document.keys() - {"province", "version", "agency"}:
        yield f"khóa lạ ở đầu tệp: {key}"
    if not isinstance(document.get("province"), str):
        yield 'thiếu khóa province (tên tỉnh; "" cho cơ quan trung ương)'
    rows = document.get("agency")
    if not isinstance(rows, list) or not rows:
        yield "thiếu các mục [[agency]]"
        return
    for number, row in enumerate(rows, start=1):
        yield from _row_faults(row, f"[[agency]] thứ {number} ({row.get('id', 'không có id')})")
    yield from _doubles(rows)
    yield from _links(rows)


def _row_faults(row: Mapping[str, Any], where: str) -> Iterator[str]:
    for key in row.keys() - KEYS.keys():
        yield f"{where}: khóa lạ {key}; các khóa được dùng: {', '.join(KEYS)}"
    for key, kind in KEYS.items():
        if key in row and not isinstance(row[key], kind):
            yield f"{where}: {key} phải là {kind.__name__}"
    for key in ("id", "name"):
        if not row.get(key):
            yield f"{where}: thiếu {key}"
    if row.get("kind", "agency") not in KINDS:
        yield f"{where}: kind là {row['kind']!r}, phải là một trong {', '.join(KINDS)}"
    for key in ("head", "deputy"):
        if isinstance(row.get(key), dict) and set(row[key]) != set(OFFICER_KEYS):
            yield f"{where}: {key} phải có đúng các khóa {', '.join(OFFICER_KEYS)}"
    for address in _addresses(row):
        if address.count("@") != 1 or " " in address:
            yield f"{where}: {address!r} không phải là địa chỉ thư"


def _addresses(row: Mapping[str, Any]) -> list[str]:
    officers = [row[key] for key in ("head", "deputy") if isinstance(row.get(key), dict)]
    return [holder["mailbox"] for holder in (row, *officers) if isinstance(holder.get("mailbox"), str)]


def _doubles(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for name, times in Counter(row.get("id") for row in rows).items():
        if name and times > 1:
            yield f"id {name} dùng {times} lần"
    holders: dict[str, set[str]] = {}
    for row in rows:
        for alias in (row.get("name", ""), *_strings(row, "aliases")):
            holders.setdefault(fold(alias), set()).add(str(row.get("id")))
    for alias, ids in holders.items():
        if len(ids) > 1:
            yield f"tên “{alias}” dùng cho nhiều cơ quan: {', '.join(sorted(ids))}"


def _links(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    known = {row.get("id") for row in rows}
    for row in rows:
        for member in _strings(row, "members"):
            if member not in known:
                yield f"{row.get('id')}: members nêu {member}, không có cơ quan nào mang id ấy"
        if row.get("parent") and row["parent"] not in known:
            yield f"{row.get('id')}: parent là {row['parent']}, không có cơ quan nào mang id ấy"
        if bool(row.get("members")) != (row.get("kind") == "group"):
            yield f'{row.get("id")}: members dùng cho kind = "group", và chỉ cho nó'


def _strings(row: Mapping[str, Any], key: str) -> list[str]:
    values = row.get(key)
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
