"""`config/agencies/*.toml`: what is shipped, and faults that are all named at once."""

from pathlib import Path

import pytest

from config.registry import default_registry, load_registries, load_registry
from engine.errors import BadInputError, ManyFaultsError
from engine.intake.agencies.cell import read_cell
from engine.intake.agencies.registry import Registries

GOOD = """
province = "Sông Xanh"
[[agency]]
id = "nv"
name = "Sở Nội vụ"
mailbox = "vanthu@example.vn"
head = { title = "Giám đốc", mailbox = "giamdoc@example.vn" }
"""


def write(folder: Path, text: str) -> Path:
    """A registry file with this text."""
    path = folder / "song-xanh.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_agency_of_the_shipped_registry_can_be_written_to() -> None:
    """Agencies have their own mailbox and those of head and deputy, at example.vn; groups have none."""
    registry = default_registry()
    for entry in registry.entries:
        boxes = [entry.mailbox, entry.head and entry.head.mailbox, entry.deputy and entry.deputy.mailbox]
        if entry.kind == "agency":
            assert all(box and box.endswith(".example.vn") for box in boxes), entry.id
        else:
            assert boxes == [None, None, None], entry.id
    group = registry.named("UBND các huyện, TX, TP")
    assert group is not None
    assert len(group.members) == 9


def test_a_good_file_becomes_plain_values(tmp_path: Path) -> None:
    """Names, mailboxes and officers."""
    registry = load_registry(write(tmp_path, GOOD))
    entry = registry.by_id["nv"]
    assert (registry.province, entry.kind, entry.mailbox) == ("Sông Xanh", "agency", "vanthu@example.vn")
    assert entry.head is not None
    assert entry.head.title == "Giám đốc"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("mailbox = ", "mailbx = ", 1), "khóa lạ mailbx"),
        (GOOD.replace('"vanthu@example.vn"', '"vanthu"', 1), "'vanthu' không phải là địa chỉ thư"),
        (GOOD.replace("title", "titel"), "head phải có đúng các khóa title, mailbox"),
        (GOOD + 'kind = "department"\n', "kind là 'department'"),
        (GOOD + 'parent = "ubnd"\n', "parent là ubnd"),
        (GOOD + 'aliases = "SNV"\n', "aliases phải là list"),
        (GOOD + '[[agency]]\nid = "nv"\nname = "Sở Tài chính"\n', "id nv dùng 2 lần"),
        (GOOD + '[[agency]]\nid = "n2"\nname = "SỞ  NỘI VỤ"\n', "dùng cho nhiều cơ quan: n2, nv"),
        (GOOD + '[[agency]]\nid = "g"\nname = "Các sở"\nkind = "group"\nmembers = ["tc"]\n', "members nêu tc"),
        (GOOD + '[[agency]]\nname = "Sở Tài chính"\n', "thiếu id"),
        (GOOD.replace("province", "provins"), "thiếu khóa province"),
        ('province = "Sông Xanh"\n', "thiếu các mục [[agency]]"),
    ],
)
def test_a_fault_is_named_with_file_and_key(text: str, said: str, tmp_path: Path) -> None:
    """A typo never passes unseen."""
    path = write(tmp_path, text)
    with pytest.raises(ManyFaultsError) as refusal:
        load_registry(path)
    assert str(path) in str(refusal.value)
    assert any(said in fault for fault in refusal.value.faults)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """One reading, one list."""
    text = GOOD + 'colour = "red"\nparent = "x"\n[[agency]]\nid = "nv"\nname = "Sở Nội vụ"\nkind = "open"\n'
    with pytest.raises(ManyFaultsError) as refusal:
        load_registry(write(tmp_path, text))
    assert len(refusal.value.faults) >= 4


def test_what_is_no_toml_names_the_line(tmp_path: Path) -> None:
    """And a missing file its path."""
    with pytest.raises(BadInputError, match="line 3"):
        load_registry(write(tmp_path, 'province = "x"\n\n[[agency]\n'))
    with pytest.raises(BadInputError, match=r"none\.toml"):
        load_registry(tmp_path / "none.toml")


STATE = """
province = ""
[[agency]]
id = "tw-yt"
name = "Bộ Y tế"
aliases = ["BYT"]
"""


@pytest.fixture
def registries(tmp_path: Path) -> Registries:
    """Two provinces that both have a Sở Nội vụ, and a ministry."""
    write(tmp_path, GOOD)
    (tmp_path / "nui-biec.toml").write_text(GOOD.replace("Sông Xanh", "Núi Biếc").replace('"nv"', '"nb-nv"'), "utf-8")
    (tmp_path / "trung-uong.toml").write_text(STATE, "utf-8")
    return load_registries("song-xanh", tmp_path)


@pytest.mark.parametrize(
    ("place", "issuer", "known"),
    [
        ("Sông Xanh", "Ủy ban nhân dân tỉnh Sông Xanh", "nv"),
        ("Núi Biếc", "Sở Nội vụ", "nb-nv"),
        ("Bến Đá", "Ủy ban nhân dân huyện Bến Đá tỉnh Núi Biếc", "nb-nv"),
        ("NÚI BIẾC", None, "nb-nv"),
        ("Bến Đá", "Ủy ban nhân dân huyện Bến Đá", None),
        ("Sông Xanh", "Bộ Y tế", None),
        (None, None, None),
    ],
)
def test_names_are_those_of_the_province_that_a_document_says(
    place: str | None, issuer: str | None, known: str | None, registries: Registries
) -> None:
    """Never another province's; a ministry signs in a city and is none of its bodies."""
    registry = registries.for_document(place, issuer)
    found = [agency.id for agency in read_cell("Sở Nội vụ; BYT", registry).agencies]
    assert found == [known, "tw-yt"]


def test_the_office_works_with_its_own_province(registries: Registries) -> None:
    """Where no document says another one."""
    home = registries.at_home
    assert home.province == "Sông Xanh"
    assert [entry.id for entry in home.entries] == ["nv", "tw-yt"]
    assert home.for_document("Núi Biếc", None) is home


def test_national_bodies_are_shipped_without_mailboxes() -> None:
    """By their names of every year; no alias of a province is taken from it."""
    registries = load_registries()
    national = registries.national
    assert {entry.mailbox for entry in national.entries} == {None}
    assert [agency.name for agency in read_cell("VTV, TTXVN; Bộ KH&ĐT", registries.for_place("Bến Đá")).agencies] == [
        "Đài Truyền hình Việt Nam",
        "Thông tấn xã Việt Nam",
        "Bộ Kế hoạch và Đầu tư",
    ]
    assert len(registries.at_home.entries) == len(default_registry().entries) + len(national.entries)


def test_suggestions_are_truly_near_and_never_taken() -> None:
    """One letter apart is another body; a department is no ministry."""
    registries = load_registries()
    home, other = registries.at_home, registries.for_place("Bến Đá")
    assert home.nearest("Sở Ngoại vụ") == ["Sở Nội vụ"]
    assert read_cell("Sở Ngoại vụ", home).agencies[0].id is None
    assert home.nearest("Tư pháp") == ["Sở Tư pháp"]
    assert other.nearest("Sở Y tế") == other.nearest("Phòng GDHN") == []
    assert read_cell("Các cơ sở GDHN", home).agencies[0].id is None
    assert read_cell("Các cơ sở GDNN", home).agencies[0].id is not None
