"""Cells of a province that no registry knows: what Vietnamese administration calls its bodies everywhere."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.intake.agencies.cell import CellReader, CellReading, read_cell
from engine.intake.agencies.listing import listed_groups
from engine.intake.agencies.registry import Registry
from engine.intake.agencies.words import words_of
from engine.intake.draft import Agency
from engine.intake.readers import read_bytes

PLACE = Registry("Sông Xanh", (), is_bare=True)
LD, VH = "Sở Lao động - Thương binh và Xã hội", "Sở Văn hóa, Thể thao và Du lịch"
GD, YT, TC = "Sở Giáo dục và Đào tạo", "Sở Y tế", "Sở Tài chính"
DISTRICTS = "UBND các huyện, thị xã, thành phố"


def read(cell: str) -> CellReading:
    """A cell read for that province."""
    return read_cell(cell, PLACE)


def names(agencies: list[Agency]) -> list[str]:
    """Their names in order."""
    return [agency.name for agency in agencies]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Sở LĐ-TB&XH, Sở VHTTDL; Sở GDĐT", [LD, VH, GD]),
        ("Sở Lao động - TB&XH", [LD]),
        ("Sở Lao động, Thương binh và Xã hội, Sở Y tế", [LD, YT]),
        ("SỞ GIÁO DỤC VÀ ĐÀO TẠO; UBND TỈNH", [GD, "UBND tỉnh"]),
        ("Sở NV và Sở NgV", ["Sở Nội vụ", "Sở Ngoại vụ"]),
        ("P. TC-KH, P.GD&ĐT", ["Phòng Tài chính - Kế hoạch", "Phòng Giáo dục và Đào tạo"]),
        ("P.QT&TB, 05 khoa, TT. NN&TH", ["P. QT&TB", "05 khoa", "TT. NN&TH"]),
        ("Sở Y tế tỉnh Sông Xanh; Công an tỉnh Sông Xanh", [YT, "Công an tỉnh"]),
        ("Sở Y tế tỉnh Núi Biếc", ["Sở Y tế tỉnh Núi Biếc"]),
        (
            "Đoàn TNCS HCM huyện, Hội LHPN huyện",
            ["Đoàn Thanh niên Cộng sản Hồ Chí Minh huyện", "Hội Liên hiệp Phụ nữ huyện"],
        ),
        ("CA tỉnh, Bộ CHQS tỉnh, BĐBP tỉnh", ["Công an tỉnh", "Bộ Chỉ huy Quân sự tỉnh", "Bộ đội Biên phòng tỉnh"]),
        ("Bộ Y tế Bộ Nội vụ", ["Bộ Y tế", "Bộ Nội vụ"]),
        ("Sở Y tế UBND các xã", [YT, "UBND các xã"]),
        ("Y tế, Tài chính", ["Y tế", "Tài chính"]),
        ("1. Sở Y tế\n2. Sở Tài chính", [YT, TC]),
        ("Sở Giáo dục và\nĐào tạo\n- Sở Y tế", [GD, YT]),
        ("Sở Y tế/Sở Tài chính + Công an tỉnh", [YT, TC, "Công an tỉnh"]),
        ("Sở Y tế[2], Sở Tài chính1", [YT, TC]),
        ("Chi cục Thủy lợi và Phòng chống thiên tai, Sở Y tế", ["Chi cục Thủy lợi và Phòng chống thiên tai", YT]),
        ("Văn phòng HĐND và UBND huyện, UBND xã Đá", ["Văn phòng HĐND và UBND huyện", "UBND xã Đá"]),
        ("Ban Quản lý Khu kinh tế và các khu công nghiệp", ["Ban Quản lý Khu kinh tế và các khu công nghiệp"]),
        ("Tập đoàn Sông Lớn (SLG), Công ty Nước sạch", ["Tập đoàn Sông Lớn", "Công ty Nước sạch"]),
    ],
)
def test_names_are_parted_and_spelled_out(cell: str, expected: list[str]) -> None:
    """A comma parts only where another name begins; a short form is spelled out where it can mean one thing only."""
    assert names(read(cell).agencies) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("các Sở: Y tế, Văn hóa, Thể thao và Du lịch và Tài chính; UBND tỉnh", [YT, VH, TC, "UBND tỉnh"]),
        ("Các Sở Y tế, Tài chính", [YT, TC]),
        ("Phòng GD&ĐT, LĐ-TB&XH", ["Phòng Giáo dục và Đào tạo", "Phòng Lao động - Thương binh và Xã hội"]),
        ("Các Bộ: Tài chính, Công an", ["Bộ Tài chính", "Bộ Công an"]),
        ("các sở, ngành: Y tế, Tài chính, Công an tỉnh", [YT, TC, "Công an tỉnh"]),
        ("các Hội: Nông dân, Phụ nữ và Cựu chiến binh", ["Hội Nông dân", "Hội Phụ nữ", "Hội Cựu chiến binh"]),
        (
            "Các phòng: Đào tạo, Khảo thí và Bảo đảm chất lượng",
            ["Phòng Đào tạo", "Phòng Khảo thí và Bảo đảm chất lượng"],
        ),
        ("Văn phòng Chính phủ, các Bộ: TC, KH&ĐT", ["Văn phòng Chính phủ", "Bộ Tài chính", "Bộ Kế hoạch và Đầu tư"]),
        ("Các đơn vị: Phòng Đào tạo, Khoa Sử", ["Phòng Đào tạo", "Khoa Sử"]),
        (
            "UBND các huyện: Bến Đá, Trạm Cỏ và Khe Sâu",
            ["UBND huyện Bến Đá", "UBND huyện Trạm Cỏ", "UBND huyện Khe Sâu"],
        ),
        (
            "UBND các huyện Bến Đá, Khe Sâu; thị xã Cầu Gỗ",
            ["UBND huyện Bến Đá", "UBND huyện Khe Sâu", "UBND thị xã Cầu Gỗ"],
        ),
        ("UBND huyện Bến Đá, TX. Cầu Gỗ, TP Sông", ["UBND huyện Bến Đá", "UBND thị xã Cầu Gỗ", "UBND thành phố Sông"]),
        ("HĐND, UBND xã", ["HĐND xã", "UBND xã"]),
    ],
)
def test_a_head_said_once_holds_for_the_list(cell: str, expected: list[str]) -> None:
    """ "các Sở: A, B" names agencies, and no group."""
    agencies = read(cell).agencies
    assert names(agencies) == expected
    assert {agency.kind for agency in agencies} == {"agency"}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Các bộ, ngành, địa phương", ["Các bộ, ngành, địa phương"]),
        ("các Sở, Ban, Ngành; Ủy ban nhân dân huyện, thị xã, TP", ["Các Sở, Ban, Ngành", DISTRICTS]),
        ("UBND các huyện, thị, thành phố", [DISTRICTS]),
        ("UBND quận-huyện, xã, thị trấn", ["UBND các quận, huyện", "UBND các xã, thị trấn"]),
        ("UBND các huyện, thành phố Sông", ["UBND các huyện, thành phố Sông"]),
        ("UBND các tỉnh, thành phố trực thuộc Trung ương", ["UBND các tỉnh, thành phố trực thuộc Trung ương"]),
        ("UBND 20 xã/phường, 03 khoa", ["UBND 20 xã/phường", "03 khoa"]),
        ("Các trường THCS, THPT trên địa bàn", ["Các trường THCS, THPT trên địa bàn"]),
        ("các huyện ủy, thị ủy trực thuộc Tỉnh ủy", ["Các huyện ủy, thị ủy trực thuộc Tỉnh ủy"]),
        ("cơ sở Giáo dục nghề nghiệp", ["Cơ sở Giáo dục nghề nghiệp"]),
        ("các sở, ban ngành, đoàn thể", ["Các sở, ban, ngành, đoàn thể"]),
        ("Cơ quan, đơn vị có liên quan", ["Cơ quan, đơn vị có liên quan"]),
        ("Trung tâm Y tế các huyện, thị xã", ["Trung tâm Y tế các huyện, thị xã"]),
    ],
)
def test_groups_stay_whole_and_open(cell: str, expected: list[str]) -> None:
    """Their commas part nothing; without a list of members they are open, and no unknown agencies."""
    reading = read(cell)
    assert names(reading.agencies) == expected
    assert {agency.kind for agency in reading.agencies} == {"open_group"}
    assert reading.doubts == []


def test_a_named_unit_stands_beside_a_group() -> None:
    """The city by name, the others as a group."""
    agencies = read("UBND thành phố Sông và các quận, huyện").agencies
    assert [(agency.name, agency.kind) for agency in agencies] == [
        ("UBND thành phố Sông", "agency"),
        ("UBND các quận, huyện", "open_group"),
    ]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (
            "Giám đốc các Sở: Y tế; Tài chính; Thủ trưởng các đơn vị",
            [(YT, "Giám đốc"), (TC, "Giám đốc"), ("Các đơn vị", "Thủ trưởng")],
        ),
        ("Chủ tịch, Phó Chủ tịch UBND tỉnh (vx)", [("UBND tỉnh", "Chủ tịch, Phó Chủ tịch")]),
        ("Chánh Văn phòng UBND tỉnh", [("Văn phòng UBND tỉnh", "Chánh Văn phòng")]),
        (
            "Trưởng phòng Nội vụ, Trưởng Công an huyện",
            [("Phòng Nội vụ", "Trưởng phòng"), ("Công an huyện", "Trưởng Công an")],
        ),
        ("Đ/c Chủ tịch UBND huyện", [("UBND huyện", "Chủ tịch")]),
        ("Lãnh đạo Sở", [("Lãnh đạo Sở", None)]),
    ],
)
def test_office_holders_stand_for_their_agency(cell: str, expected: list[tuple[str, str | None]]) -> None:
    """With the title as role; a title that names no agency stays as printed."""
    assert [(agency.name, agency.role) for agency in read(cell).agencies] == expected


@pytest.mark.parametrize(
    "cell",
    [
        "Chủ trì: Sở Y tế; Phối hợp: Sở Tài chính, Công an tỉnh",
        "Sở Y tế chủ trì, phối hợp với Sở Tài chính và Công an tỉnh",
        "Sở Y tế (chủ trì), Sở Tài chính (phối hợp), Công an tỉnh (phối hợp)",
    ],
)
def test_a_cell_may_say_who_leads_and_who_helps(cell: str) -> None:
    """Helpers are no owners."""
    reading = read(cell)
    assert (names(reading.agencies), names(reading.helpers)) == ([YT], [TC, "Công an tỉnh"])


@pytest.mark.parametrize("joint", ["hoặc", "và/hoặc", "hoặc/và", "hay"])
def test_alternatives_are_a_question(joint: str) -> None:
    """Who of them leads is not ours to choose."""
    reading = read(f"Sở Y tế {joint} Sở Tài chính")
    assert names(reading.agencies) == [YT, TC]
    assert [doubt.kind for doubt in reading.doubts] == ["unknown", "unknown", "alternatives"]
    assert reading.unclear


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("Trần Thị Bình", "person"),
        ("như trên", "ditto"),
        ("Như mục 1", "ditto"),
        ("UBND các huyện (trừ huyện Bến Đá)", "aside"),
        ("Sở Y tế (Chi cục Dân số)", "aside"),
    ],
)
def test_what_names_no_agency_is_asked_about(cell: str, kind: str) -> None:
    """Persons, marks of repetition, and notes that change who is meant."""
    assert kind in [doubt.kind for doubt in read(cell).doubts]


def test_a_harmless_note_asks_nothing() -> None:
    """It is kept in the printed words."""
    reading = read("Các đơn vị (cơ quan thường trực)")
    assert (reading.doubts, reading.agencies[0].printed) == ([], "Các đơn vị (cơ quan thường trực)")


def test_members_in_brackets_make_a_group_of_them() -> None:
    """As the document names them."""
    group = read("UBND các huyện (Bến Đá, Khe Sâu)").agencies[0]
    assert (group.name, group.kind, group.members) == (
        "UBND các huyện",
        "group",
        ["UBND huyện Bến Đá", "UBND huyện Khe Sâu"],
    )


def test_units_listed_one_under_another_are_the_members() -> None:
    """Figures may stand between; a unit mentioned by itself elsewhere is no list."""
    text = "Huyện Khe Sâu\nchủ trì\nTP Sông\n1\n\nHuyện Bến Đá\n20,5\n30\nTX Cầu Gỗ\n11\nThực hiện"
    listed = listed_groups(read_bytes(text.encode(), "a").blocks, PLACE)
    members = {name: found for name, found in listed.items() if found}
    groups = CellReader(PLACE, members).read(f"{DISTRICTS}; UBND các huyện; UBND các quận").agencies
    assert [(group.kind, group.members) for group in groups] == [
        ("group", ["UBND thành phố Sông", "UBND huyện Bến Đá", "UBND thị xã Cầu Gỗ"]),
        ("group", ["UBND huyện Bến Đá"]),
        ("open_group", None),
    ]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Công an, Quân sự xã", ["Công an xã", "Quân sự xã"]),
        (
            "Lữ đoàn 12, Sư đoàn 34; Thuế tỉnh, Thống kê tỉnh",
            ["Lữ đoàn 12", "Sư đoàn 34", "Thuế tỉnh", "Thống kê tỉnh"],
        ),
        ("Bộ Chỉ huy Bộ đội Biên phòng tỉnh", ["Bộ Chỉ huy Bộ đội Biên phòng tỉnh"]),
        ("Sở VHTTDL, BCH Bộ đội Biên phòng tỉnh", [VH, "BCH Bộ đội Biên phòng tỉnh"]),
        ("Ban Dân vận Huyện ủy, UBKT Huyện ủy", ["Ban Dân vận Huyện ủy", "Ủy ban Kiểm tra Huyện ủy"]),
        ("Sở Giao thông vận tải - Xây dựng", ["Sở Giao thông vận tải - Xây dựng"]),
        ("Sở Y tế - Tài chính", ["Sở Y tế - Tài chính"]),
        ("Sở TT&TT. Sở Y tế", ["Sở Thông tin và Truyền thông", YT]),
        ("Tổ trưởng chuyên môn", ["Tổ trưởng chuyên môn"]),
        ("Đảng đoàn HĐND tỉnh; BTV Tỉnh ủy", ["Đảng đoàn HĐND tỉnh", "Ban Thường vụ Tỉnh ủy"]),
        (
            "UBND các xã Bến Đá, Đồi Cao và thị trấn Sông Xanh",
            ["UBND xã Bến Đá", "UBND xã Đồi Cao", "UBND thị trấn Sông Xanh"],
        ),
        (
            "BGH, GVCN các lớp; Văn phòng HĐND&UBND",
            ["Ban Giám hiệu", "Giáo viên chủ nhiệm các lớp", "Văn phòng HĐND và UBND"],
        ),
    ],
)
def test_bodies_of_the_forces_the_party_and_schools(cell: str, expected: list[str]) -> None:
    """Each is a name of its own, and nothing is made of a department of two fields."""
    assert names(read(cell).agencies) == expected


@pytest.mark.parametrize("cell", ["Đ/c Trần Văn An - PCT UBND xã", "Ông Trần Văn An, Phó Chủ tịch UBND xã"])
def test_a_person_named_with_an_office_is_its_holder(cell: str) -> None:
    """The cell says itself whose work it is: nothing is asked of the person, and the words stay."""
    reading = read(cell)
    (office,) = reading.agencies
    assert (office.name, office.role, office.printed) == ("UBND xã", "Phó Chủ tịch", cell)
    assert [doubt.kind for doubt in reading.doubts] == ["unknown"]


@pytest.mark.parametrize(
    "cell",
    [
        "Chủ trì: Sở Y tế. Phối hợp: Sở Tài chính, UBND các xã",
        "Sở Y tế chủ trì; Sở Tài chính, UBND các xã phối hợp",
        "Sở Y tế chủ trì, Sở Tài chính, UBND các xã phối hợp",
    ],
)
def test_whoever_is_said_to_help_owns_nothing(cell: str) -> None:
    """Wherever the word for it stands."""
    reading = read(cell)
    assert (names(reading.agencies), names(reading.helpers)) == ([YT], [TC, "UBND các xã"])


def test_equal_cells_are_read_once_and_share_nothing() -> None:
    """A change to one row's agencies leaves the other's alone."""
    reader = CellReader(PLACE)
    first, second = reader.read("Sở Y tế"), reader.read("Sở Y tế")
    first.agencies[0].role = "Giám đốc"
    assert second.agencies[0].role is None


@pytest.mark.parametrize(
    "unit", ["Sở Y tế, ", "(", "các sở: ", "huyện A, ", "UBND các huyện ", "và ", "chủ trì ", "GD&ĐT"]
)
def test_a_cell_of_a_megabyte_is_read(unit: str) -> None:
    """However it repeats itself, the same names come out once."""
    reading = read(unit * (1_000_000 // len(unit) // 10))
    assert len(reading.agencies) <= 2


PIECES = st.sampled_from(
    [
        *("Sở Y tế", "Sở Văn hóa, Thể thao và Du lịch", "các đơn vị liên quan", "UBND các huyện, thị xã", "và", "VOV"),
        *("Giám đốc Sở Nội vụ", "P. KH-TC", "Nguyễn Văn An", "(chủ trì)", "Phối hợp:", "như trên", "hoặc", "các Sở:"),
        *("Tài chính", "Trạm Cỏ", "huyện Bến Đá", "03 khoa", "\n- ", ";", ",", "Đ/c", "trừ", "UBND", "Ủy ban nhân dân"),
    ]
)
NAMES = st.sampled_from(
    [
        *("Sở Y tế", "Sở GD&ĐT", "Công an tỉnh", "Văn phòng UBND tỉnh", "Hội Nông dân", "Bộ Nội vụ", "P. KH-TC"),
        *("UBND huyện Bến Đá", "Các đơn vị", "Phòng Văn hóa và Thông tin"),
    ]
)


@settings(max_examples=120)
@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=8).map(" ".join))
def test_no_word_of_a_cell_is_lost(printed: str) -> None:
    """Every word is printed in some agency or some question, in NFC; or it joins, numbers or notes."""
    cell = unicodedata.normalize("NFC", printed)
    reading = read(printed)
    kept = [agency.printed or agency.name for agency in reading.named] + [doubt.printed for doubt in reading.doubts]
    said = {word.key for word in words_of(" ".join(kept))}
    lost = [word.text for word in words_of(cell) if word.is_word and word.text.isalpha() and len(word.text) > 1]
    joining = {"và", "hoặc", "hay", "cùng", "với"}
    assert [
        word for word in lost if not said & {part.key for part in words_of(word)} and word.casefold() not in joining
    ] == []


@settings(max_examples=80)
@given(st.lists(NAMES, min_size=1, max_size=6, unique=True), st.sampled_from([", ", "; ", "\n", " và "]))
def test_a_name_reads_the_same_alone_and_in_a_list(chosen: list[str], joint: str) -> None:
    """In the order printed."""
    alone = [read(name).agencies[0].name for name in chosen]
    assert names(read(joint.join(chosen)).agencies) == alone


def test_printed_words_stay_with_the_name() -> None:
    """What was printed otherwise is on record, with title and list head."""
    printed = [agency.printed for agency in read("các Sở: Y tế, TC; UBND tỉnh").agencies]
    assert printed == ["các Sở: Y tế", "TC", None]
    assert re.search("uỷ", read("Uỷ ban nhân dân tỉnh").agencies[0].printed or "", re.I)
