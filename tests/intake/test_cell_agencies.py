"""One cell to agencies, against a registry."""

import pytest

from engine.intake.agencies.cell import read_cell
from engine.intake.agencies.listing import listed_groups
from engine.intake.agencies.registry import Registry
from engine.intake.readers import read_bytes

GD, LD, NV = "Sở Giáo dục và Đào tạo", "Sở Lao động - Thương binh và Xã hội", "Sở Nội vụ"


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Sở Nội vụ", [NV]),
        ("sở nội vụ.", [NV]),
        ("Sở GD&ĐT", [GD]),
        ("Sở Nội vụ, Sở GD&ĐT; UBND tỉnh", [NV, GD, "UBND tỉnh"]),
        ("Sở Nội vụ và Sở Giáo dục và Đào tạo", [NV, GD]),
        ("Sở Nội vụ hoặc UBND tỉnh", [NV, "UBND tỉnh"]),
        ("Sở Nội vụ Sở GD&ĐT", [NV, GD]),
        ("Sở Lao động, Thương binh và Xã hội, Sở Nội vụ", [LD, NV]),
        ("Sở Lao động–Thương binh  và Xã hội", [LD]),
        ("Ủy ban nhân dân tỉnh", ["UBND tỉnh"]),
        ("Uỷ ban nhân dân tỉnh Sông Xanh", ["UBND tỉnh"]),
        ("Sở Nội vụ tỉnh Sông Xanh", [NV]),
        ("UBND huyện, thị xã", ["UBND các huyện, thị xã"]),
        ("- Sở Nội vụ\n- UBND tỉnh", [NV, "UBND tỉnh"]),
        ("các trường nghề liên quan", ["Các trường nghề"]),
        ("Sở Nội vụ, Sở Nội vụ", [NV]),
        ("", []),
    ],
)
def test_known_names_are_found_however_they_are_written(cell: str, names: list[str], registry: Registry) -> None:
    """Case, dashes, tone marks, abbreviations, separators, the province at the end."""
    reading = read_cell(cell, registry)
    assert [agency.name for agency in reading.agencies] == names
    assert reading.unknown == []


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Trung tâm Dữ liệu và Thống kê; Sở Nội vụ", ["Trung tâm Dữ liệu và Thống kê", NV]),
        ("Vụ Tổng hợp và Thống kê, Thuế", ["Vụ Tổng hợp và Thống kê", "Thuế"]),
        ("Thuế và Thống kê", ["Thuế", "Thống kê"]),
        ("Sở Nội vụ và Thống kê", [NV, "Thống kê"]),
        ("Phòng Nội vụ và Thống kê", ["Phòng Nội vụ", "Thống kê"]),
        ("Trung tâm Dữ liệu, Thống kê", ["Trung tâm Dữ liệu", "Thống kê"]),
        ("Trung tâm Dữ liệu và Thống kê tỉnh", ["Trung tâm Dữ liệu", "Thống kê tỉnh"]),
    ],
)
def test_a_field_of_work_is_no_second_body_behind_a_unit_it_belongs_to(
    cell: str, names: list[str], registry: Registry
) -> None:
    """ "Thống kê" is a body by itself, and the end of the name of a unit with a free field."""
    assert [agency.name for agency in read_cell(cell, registry).agencies] == names


def test_a_comma_inside_an_unknown_name_does_not_part_it(registry: Registry) -> None:
    """Only a comma before the head of another name does."""
    reading = read_cell("Sở Văn hóa, Thể thao và Du lịch, Sở Nội vụ", registry)
    assert [agency.name for agency in reading.agencies] == ["Sở Văn hóa, Thể thao và Du lịch", NV]


def test_a_name_one_letter_off_is_asked_about_and_never_taken(registry: Registry) -> None:
    """Nội vụ and Ngoại vụ are two departments."""
    reading = read_cell("Sở Ngoại vụ", registry)
    assert [(agency.name, agency.id) for agency in reading.agencies] == [("Sở Ngoại vụ", None)]
    assert reading.unknown == [("Sở Ngoại vụ", [NV])]


def test_a_group_closed_by_a_named_member_is_another_group(registry: Registry) -> None:
    """ "UBND các huyện, thị xã Cầu Gỗ" is not the group without the last words."""
    reading = read_cell("UBND các huyện, thị xã Cầu Gỗ", registry)
    assert [agency.id for agency in reading.agencies] == [None]


def test_an_office_holder_names_the_agency_and_the_role(registry: Registry) -> None:
    """The mail goes to the agency, the responsibility is the person's."""
    reading = read_cell("Giám đốc Sở Nội vụ; Chủ tịch UBND các huyện, thị xã; Thủ trưởng các cơ quan", registry)
    assert [(agency.role, agency.name, agency.kind) for agency in reading.agencies] == [
        ("Giám đốc", NV, "agency"),
        ("Chủ tịch", "UBND các huyện, thị xã", "group"),
        ("Thủ trưởng", "Các cơ quan", "open_group"),
    ]


def test_a_spelling_that_differs_is_kept(registry: Registry) -> None:
    """The canonical name is shown, the printed one stays on record."""
    first, second = read_cell("Sở GD&ĐT; Sở Nội vụ", registry).agencies
    assert (first.printed, second.printed) == ("Sở GD&ĐT", None)


def test_group_members_are_those_the_document_lists(registry: Registry) -> None:
    """In its order; without a list the registry's stand in, and an open group has none."""
    listed = listed_groups(read_bytes("TX Cầu Gỗ\n12\nHuyện Bến Đá\n".encode(), "a").blocks, registry)
    assert listed == {"UBND các huyện, thị xã": ["UBND thị xã Cầu Gỗ", "UBND huyện Bến Đá"]}
    members = {name: names for name, names in listed.items() if names}
    printed, open_group = read_cell("UBND các huyện, thị xã; các trường nghề", registry, groups=members).agencies
    assert printed.members == ["UBND thị xã Cầu Gỗ", "UBND huyện Bến Đá"]
    assert open_group.members is None
    assert read_cell("UBND các huyện, thị xã", registry).agencies[0].members == [
        "UBND huyện Bến Đá",
        "UBND thị xã Cầu Gỗ",
    ]
