"""A directory of agencies: read from .xlsx and .csv with every fault named at once, and taken over again and again."""

import io
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlmodel import Session, func, select
from world import START, A, B, World, moment

from config.registry import default_registry
from engine.errors import BadInputError, ManyFaultsError
from engine.intake.agencies import sheet
from engine.intake.agencies.directory import (
    add_person,
    directory_of,
    import_directory,
    is_address,
    people_of,
    read_directory,
)
from engine.intake.loading.parties import PersonEntry
from engine.models import Agency, Contact, Mailbox, User

HEADER = ["Mã", "Tên cơ quan", "Thư văn thư", "Thủ trưởng", "Thư thủ trưởng", "Cấp phó", "Thư cấp phó", "Tên gọi khác"]
FULL = ["so-y", "Sở Y", "vt@y.vn", "Giám đốc", "gd@y.vn", "Phó Giám đốc", "pgd@y.vn", "SY; Sở Y tỉnh"]
BARE = ["", "Hội Z", "vt@z.vn", None, None, None, None, None]
Write = Callable[..., Path]
NOW = moment(START)


@pytest.fixture
def xlsx(tmp_path: Path) -> Write:
    """Writes rows as a workbook."""

    def write(*rows: list[Any], name: str = "danh-ba.xlsx") -> Path:
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def text(tmp_path: Path) -> Write:
    """Writes bytes or text as a file."""

    def write(content: str | bytes, name: str = "danh-ba.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def faults(path: Path) -> list[str]:
    """The faults of a file that must be refused."""
    with pytest.raises(ManyFaultsError) as refused:
        read_directory(path)
    return refused.value.faults


def table(rows: list[list[Any]], mark: str = ";") -> str:
    """Rows as CSV."""
    return "".join(mark.join(f'"{cell or ""}"' for cell in row) + "\r\n" for row in rows)


def test_a_workbook_is_read_with_its_places(xlsx: Write) -> None:
    """A title above the header, a blank row, a row with a name and one address only."""
    first, second = read_directory(xlsx(["DANH BẠ CƠ QUAN"], HEADER, FULL, [], BARE))
    assert (first.key, first.name, first.aliases) == ("so-y", "Sở Y", ("SY", "Sở Y tỉnh"))
    assert first.mailboxes == {"office": "vt@y.vn", "head": "gd@y.vn", "deputy": "pgd@y.vn"}
    assert first.titles == {"head": "Giám đốc", "deputy": "Phó Giám đốc"}
    assert first.places["office"] == "C3"
    assert (second.key, second.mailboxes, second.places["name"]) == ("", {"office": "vt@z.vn"}, "B5")


@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_files_of_all_habits_say_the_same(xlsx: Write, text: Write, mark: str, encoding: str) -> None:
    """With and without BOM, parted by semicolon, comma or tab, commas in names or not."""
    rows = [HEADER, FULL, ["", "Sở Lao động, Thương binh và Xã hội", "vt@ld.vn", None, None, None, None, None]]
    assert read_directory(text(table(rows, mark), encoding=encoding)) == read_directory(xlsx(*rows))


def test_a_csv_may_name_its_own_separator(text: Write) -> None:
    """As Excel writes it; the rows below keep their numbers."""
    (row,) = read_directory(text("sep=|\ntên cơ quan|email\nSở Y|vt@y.vn\n"))
    assert (row.name, row.places["office"]) == ("Sở Y", "B3")


@pytest.mark.parametrize(
    "header",
    [
        ["MÃ CƠ QUAN", "Tên đơn vị", "Email"],
        ["id", "Agency", "Office email"],
        [" Mã ", "CƠ QUAN (*)", "Hộp thư:"],
        ["Ma\u0303", "Te\u0302n co\u031b quan", "Đi\u0323a chi\u0309 thư"],  # letters and marks apart
    ],
)
def test_columns_are_known_by_many_headings(xlsx: Write, header: list[str]) -> None:
    """Vietnamese and English, whatever the case, marks and spaces."""
    (row,) = read_directory(xlsx(header, ["so-y", "Sở Y", "vt@y.vn"]))
    assert (row.key, row.name, row.mailboxes) == ("so-y", "Sở Y", {"office": "vt@y.vn"})


def test_every_fault_is_named_at_once_with_its_cell(xlsx: Write) -> None:
    """Bad address, missing name, bad key, key, name and address twice."""
    rows = [
        HEADER,
        FULL,
        ["so-y", "Sở Khác", "vt@khac.vn"],
        [None, None, "ai@dau.vn"],
        ["Sở!", "Sở D", "không phải thư"],
        ["so-e", "SỞ Y", "vt@e.vn", None, "VT@y.vn"],
    ]
    found = faults(xlsx(*rows))
    for place, word in [
        ("A3", "mã này"),
        ("dòng 4", "thiếu tên"),
        ("A5", "Sở!"),
        ("C5", "không phải thư"),
        ("B6", "cơ quan này"),
        ("E6", "địa chỉ này"),
    ]:
        assert [fault for fault in found if fault.startswith(f"{place}:") and word in fault], (place, found)
    assert len(found) == 6


def test_formulas_are_refused_and_never_evaluated(xlsx: Write, text: Write) -> None:
    """Not even a harmless one: what it says depends on who opens it."""
    found = faults(xlsx(HEADER, ["so-y", '=HYPERLINK("http://x.vn")', '="vt"&"@y.vn"']))
    assert [fault.split(":")[0] for fault in found] == ["B2", "C2"]
    assert "công thức" in faults(text("tên cơ quan;email\n=cmd|'/c calc'!A1;vt@y.vn\n"))[0]


def test_a_file_without_a_header_or_without_rows_says_what_it_needs(xlsx: Write) -> None:
    """The wanted headings are listed."""
    assert "tên cơ quan" in faults(xlsx(["a", "b"], ["c", "d"]))[0]
    assert "không có cơ quan nào" in faults(xlsx(HEADER))[0]


def test_a_column_that_stands_twice_is_a_fault(xlsx: Write) -> None:
    """Two headings that mean the same: which one counts?"""
    assert faults(xlsx(["Tên cơ quan", "Email", "Hộp thư"], ["Sở Y", "a@y.vn", "b@y.vn"]))[0].startswith("C1:")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "trống"),
        (b" \r\n", "trống"),
        (b"t\xean c\xf4 quan;email\n", "UTF-8"),
        (b"a;b\x00c\n", "nhị phân"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "đời cũ"),
        (b"PK\x03\x04 broken", "hỏng"),
        (b'a;"' + b"x" * 200_000, "không đọc được"),
    ],
)
def test_what_is_no_directory_is_refused_with_the_remedy(text: Write, content: bytes, word: str) -> None:
    """Empty, wrongly encoded, binary, protected, old, damaged."""
    with pytest.raises(BadInputError, match=word):
        read_directory(text(content))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    """Named with their path."""
    for path in (tmp_path, tmp_path / "none.xlsx"):
        with pytest.raises(BadInputError, match="không có tệp"):
            read_directory(path)


def test_a_file_that_is_too_large_is_not_read(text: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """In bytes, and in rows."""
    rows = "tên cơ quan;email\n" + "".join(f"Sở {n};vt@y{n}.vn\n" for n in range(30))
    monkeypatch.setattr(sheet, "ROWS", 20)
    with pytest.raises(BadInputError, match="20 dòng"):
        read_directory(text(rows))
    monkeypatch.setattr(sheet, "FILE_LIMIT", 100)
    with pytest.raises(BadInputError, match="lớn hơn"):
        read_directory(text(rows))


def repacked(path: Path, change: Callable[[str, bytes], bytes], **more: bytes) -> Path:
    """The workbook with its parts changed, and others added."""
    with zipfile.ZipFile(path) as old:
        parts = {name: change(name, old.read(name)) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in (parts | more).items():
            new.writestr(name, part)
    return path


def test_a_zip_bomb_is_not_unpacked(xlsx: Write) -> None:
    """A small file of 200 MB: its unpacked size is looked at first."""
    bomb = repacked(xlsx(HEADER, FULL), lambda _, part: part, **{"xl/media/a.xml": b"\x00" * (200 << 20)})
    assert bomb.stat().st_size < 1 << 20
    with pytest.raises(BadInputError, match="bung ra quá lớn"):
        read_directory(bomb)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_that_declares_entities_is_not_parsed(xlsx: Write, encoding: str) -> None:
    """Whatever the encoding it hides in."""
    laughs = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'.encode(encoding)
    path = repacked(xlsx(HEADER, FULL), lambda name, part: laughs if "sheet1" in name else part)
    with pytest.raises(BadInputError, match="thực thể"):
        read_directory(path)


def test_another_kind_of_archive_is_told_apart(tmp_path: Path) -> None:
    """A Word file, or any zip."""
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(BadInputError, match="không phải bảng tính"):
        read_directory(tmp_path / "a.xlsx")


def test_a_damaged_workbook_is_refused_whatever_is_damaged(xlsx: Write) -> None:
    """Cut at any place, or a part rewritten at random: a clear message or the right rows, never a stack trace."""
    whole = xlsx(HEADER, FULL).read_bytes()
    path, dice = xlsx(HEADER, FULL), random.Random(7)
    for turn in range(60):
        if turn % 2:
            path.write_bytes(whole[: dice.randrange(4, len(whole))])
        else:
            path.write_bytes(whole)
            scratched = bytes([dice.randrange(256)]) * dice.randrange(1, 40)
            place = dice.randrange(3000)
            target = dice.choice(["sheet1.xml", "workbook.xml", "styles.xml", "Content_Types", "_rels"])
            repacked(
                path,
                lambda name, part, t=target, p=place, s=scratched: (
                    part[: p % len(part)] + s + part[p % len(part) :] if t in name else part
                ),
            )
        with suppress(BadInputError):
            read_directory(path)


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("vanthu@so-a.example.vn", True),
        ("a.b+c@x.vn", True),
        ("", False),
        ("a@b", False),
        ("a@@b.vn", False),
        ("a b@c.vn", False),
        (".a@b.vn", False),
        ("a@b.vn\n", False),
        ("a@b.vn, c@d.vn", False),
        ("<a@b.vn>", False),
        ("văn@b.vn", False),
        (f"{'a' * 250}@b.vn", False),
    ],
)
def test_an_address_is_what_mail_can_be_sent_to(address: str, good: bool) -> None:
    """Plain ASCII, one @, a domain with a dot, nothing around it."""
    assert is_address(address) is good


# -- into the database -------------------------------------------------------------------------------------------------


def kept(session: Session) -> list[Any]:
    """Everything an import could change."""
    return [session.exec(select(func.count()).select_from(table)).one() for table in (Agency, Contact, Mailbox)] + [
        directory_of(session)
    ]


def imported(world: World, path: Path) -> dict[str, dict[str, int]]:
    """Read and take over."""
    with world.database.write() as session:
        return import_directory(session, read_directory(path), NOW).to_json()


def counts(added: int, changed: int, unchanged: int) -> dict[str, int]:
    """Three figures by their names."""
    return {"added": added, "changed": changed, "unchanged": unchanged}


def test_a_directory_taken_over_twice_changes_nothing_the_second_time(world: World, xlsx: Write) -> None:
    """Added, then unchanged; on both databases."""
    path = xlsx(HEADER, FULL, BARE)
    assert imported(world, path) == {"agencies": counts(2, 0, 0), "mailboxes": counts(4, 0, 0)}
    with world.database.read() as session:
        before = kept(session)
        by_key = {each["key"]: each for each in directory_of(session)}
    assert imported(world, path) == {"agencies": counts(0, 0, 2), "mailboxes": counts(0, 0, 4)}
    with world.database.read() as session:
        assert kept(session) == before
    assert by_key["so-y"]["missing"] == []
    assert (by_key["hoi-z"]["name"], by_key["hoi-z"]["missing"]) == ("Hội Z", ["head"])


def test_a_changed_address_moves_the_contact_and_keeps_the_old_mailbox(world: World, xlsx: Write) -> None:
    """The ledger names mailboxes by their number, so none is rewritten."""
    done = imported(world, xlsx(HEADER, [A, "Sở A", "moi@a.vn", None, "giamdoc@so-a.example.vn"]))
    assert done == {"agencies": counts(0, 0, 1), "mailboxes": counts(0, 1, 1)}
    with world.database.read() as session:
        old = session.exec(select(Mailbox).where(Mailbox.address == "vanthu@so-a.example.vn")).one()
        assert old.id is not None
        assert next(e for e in directory_of(session) if e["key"] == A)["office"] == "moi@a.vn"


def test_a_blank_cell_leaves_what_is_there(world: World, xlsx: Write) -> None:
    """A directory of names only takes no address away."""
    with world.database.read() as session:
        before = directory_of(session)
    imported(world, xlsx(HEADER, [A, "Sở A"], [None, "sở b"]))
    with world.database.read() as session:
        assert directory_of(session) == before


def test_a_key_keeps_an_agency_through_a_new_name(world: World, xlsx: Write) -> None:
    """Renamed by its key; a row without a key never renames."""
    done = imported(world, xlsx(HEADER, [A, "Sở A mới"], [None, "Sở B"]))
    assert done["agencies"] == counts(0, 1, 1)


def test_a_row_without_a_key_is_found_by_name_or_other_name(world: World, xlsx: Write) -> None:
    """Whatever the letter case; and in the registry where the database does not have it yet."""
    rows = [[None, "SỞ A", "vt1@a.vn"], [None, "Sở Bê", "vt2@b.vn", None, None, None, None, "Sở B"]]
    assert imported(world, xlsx(HEADER, *rows))["agencies"] == counts(0, 0, 2)
    with world.database.write() as session:
        rows = read_directory(xlsx(HEADER, [None, "Sở GD&ĐT", "vt@gd.vn"]))
        import_directory(session, rows, NOW, registry=default_registry())
        found = session.exec(select(Agency).where(Agency.key == "yb-so-gddt")).one()
        assert found.name == "Sở Giáo dục và Đào tạo"


def test_an_address_of_an_agency_that_is_not_in_the_file_is_a_conflict(world: World, xlsx: Write) -> None:
    """Named with its cell, and nothing is half-written."""
    path = xlsx(HEADER, ["so-moi", "Sở Mới", "vt@moi.vn"], ["so-k", "Sở K", "VANTHU@so-a.example.vn"])
    with world.database.read() as session:
        before = kept(session)
    with pytest.raises(ManyFaultsError) as refused:
        imported(world, path)
    assert [fault for fault in refused.value.faults if fault.startswith("C3:") and "Sở A" in fault]
    with world.database.read() as session:
        assert kept(session) == before


def test_two_agencies_may_trade_their_addresses(world: World, xlsx: Write) -> None:
    """What matters is how it stands afterwards."""
    rows = [[A, "Sở A", "vanthu@so-b.example.vn"], [B, "Sở B", "vanthu@so-a.example.vn"]]
    assert imported(world, xlsx(HEADER, *rows))["mailboxes"] == counts(0, 2, 0)


def test_two_rows_that_mean_one_agency_are_refused(world: World, xlsx: Write) -> None:
    """By key and by name."""
    with pytest.raises(ManyFaultsError, match="là một cơ quan"):
        imported(world, xlsx(HEADER, [A, "Sở Alpha"], [None, "Sở A"]))


def test_a_sheet_of_many_agencies_is_taken_over(small_world: World, text: Write) -> None:
    """A whole province."""
    rows = "tên cơ quan,email\n" + "".join(f"Xã {n},vt@x{n}.vn\n" for n in range(300))
    assert imported(small_world, text(rows))["agencies"] == counts(300, 0, 0)


# -- people ------------------------------------------------------------------------------------------------------------


def test_people_are_registered_and_listed(world: World) -> None:
    """With agency and address; another person may share a mailbox."""
    with world.database.write() as session:
        add_person(session, PersonEntry("hoa", " Hoa ", "agency", "vanthu@so-a.example.vn", A))
        add_person(session, PersonEntry("kiem-tra", "Kiểm tra", "inspector"))
        people = {person["key"]: person for person in people_of(session)}
    assert people["hoa"] == {
        "key": "hoa",
        "name": "Hoa",
        "role": "agency",
        "agency": A,
        "email": "vanthu@so-a.example.vn",
        "disabled": False,
    }
    assert people["kiem-tra"]["agency"] is None
    assert list(people) == sorted(people)


def test_every_fault_of_a_person_is_named_at_once(world: World) -> None:
    """Key, name, agency, address; and nobody is added."""
    with world.database.read() as session:
        before = session.exec(select(func.count()).select_from(User)).one()
    for person, count in [
        (PersonEntry("Hoa!", " ", "agency", "hoa", "so-nao"), 4),
        (PersonEntry("lan", "Lan", "coordinator"), 1),
        (PersonEntry("hoa", "Hoa", "agency"), 1),
    ]:
        with pytest.raises(ManyFaultsError) as refused, world.database.write() as session:
            add_person(session, person)
        assert len(refused.value.faults) == count
    with world.database.read() as session:
        assert session.exec(select(func.count()).select_from(User)).one() == before


def test_a_workbook_with_an_empty_first_sheet_is_read_from_the_next(tmp_path: Path) -> None:
    """The first sheet that says something counts."""
    book = Workbook()
    second = book.create_sheet("Danh bạ")
    second.append(HEADER)
    second.append(FULL)
    stream = io.BytesIO()
    book.save(stream)
    path = tmp_path / "a.xlsx"
    path.write_bytes(stream.getvalue())
    assert [row.name for row in read_directory(path)] == ["Sở Y"]
