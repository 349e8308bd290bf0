"""A small registry of an invented province, and plans built row by row in our own words."""

from collections.abc import Callable, Sequence

import pytest
from days import five_day_week

from engine.intake.agencies.registry import AgencyEntry, Registry
from engine.intake.draft import Draft
from engine.intake.reader import draft_of
from engine.intake.readers import read_bytes

HEADER = ("TT", "Nội dung công việc", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian hoàn thành", "Sản phẩm")
EMPTY = "\xa0"
Plan = Callable[..., Draft]


@pytest.fixture(scope="session")
def registry() -> Registry:
    """Three departments, two districts with their group, one open group."""
    return Registry(
        "Sông Xanh",
        (
            AgencyEntry(id="ubnd", name="UBND tỉnh"),
            AgencyEntry(id="gd", name="Sở Giáo dục và Đào tạo", aliases=("Sở GD&ĐT",)),
            AgencyEntry(
                id="ld", name="Sở Lao động - Thương binh và Xã hội", aliases=("Sở Lao động, Thương binh và Xã hội",)
            ),
            AgencyEntry(id="nv", name="Sở Nội vụ"),
            AgencyEntry(id="h1", name="UBND huyện Bến Đá", aliases=("Huyện Bến Đá",)),
            AgencyEntry(id="h2", name="UBND thị xã Cầu Gỗ", aliases=("TX Cầu Gỗ",)),
            AgencyEntry(
                id="huyen",
                name="UBND các huyện, thị xã",
                kind="group",
                members=("h1", "h2"),
                aliases=("UBND huyện, thị xã",),
            ),
            AgencyEntry(id="truong", name="Các trường nghề", kind="open_group"),
        ),
    )


@pytest.fixture
def plan_text() -> Callable[..., str]:
    """Text of a plan with these rows, one cell a paragraph."""

    def build(
        *rows: Sequence[str], annex: str = "", header: Sequence[str] = HEADER, title: str = "Việc năm 2024"
    ) -> str:
        head = ["UBND TỈNH SÔNG XANH", "Số: 12/KH-UBND", "Sông Xanh, ngày 02 tháng 01 năm 2024", "KẾ HOẠCH", title]
        cells = [cell or EMPTY for row in rows for cell in row]
        table = ["PHỤ LỤC 02", *header, *cells] if rows else []
        return "\n\n".join([*head, "Căn cứ nhu cầu của tỉnh.", annex, *table])

    return build


@pytest.fixture
def plan(registry: Registry, plan_text: Callable[..., str]) -> Plan:
    """The draft of a plan with these rows."""

    def build(*rows: Sequence[str], **more: object) -> Draft:
        text = plan_text(*rows, **more)
        return draft_of(read_bytes(text.encode(), "plan.txt"), registry, is_working=five_day_week)

    return build
