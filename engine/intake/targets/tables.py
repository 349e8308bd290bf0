"""Tables of figures in one shape, whatever form the document printed them in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.intake.readers import Block
from engine.intake.text.annexes import annex_label, is_bare_heading

LONGEST_REF = 20
ATTACHED = re.compile(r"\W*(?:ban hành )?kèm theo\b", re.I)
UNITS = re.compile(
    r"(?:tên )?(?:(?:các )?đơn vị(?! (?:tính|đo))|địa phương|địa bàn|huyện|thị xã|thành phố|xã|phường|quận|trường|"
    r"cơ sở|cơ quan|sở|khối)\b",
    re.I,
)
"""What heads a column of units; `INDICATORS`, one of indicators."""
INDICATORS = re.compile(
    r"(?:tên |nội dung |các )?(?:chỉ tiêu|chỉ số|mục tiêu|tiêu chí|nội dung|danh mục|lĩnh vực)\b", re.I
)
REF = re.compile(r"s?tt|số (?:tt|thứ tự)|mã số|#|no\.?", re.I)
"""What heads the row numbers; `ASIDE`, what sets no figures; `MEASURE`, units of measure."""
ASIDE = re.compile(
    r"ghi chú|chú thích|căn cứ|.*\b(?:chủ trì|phối hợp|theo dõi|phụ trách|chịu trách nhiệm)\b|"
    r"(?:cơ quan|đơn vị) (?:thực hiện|báo cáo|cung cấp|đầu mối)|đánh giá|thời (?:gian|hạn|điểm)|tiến độ|"
    r"năm (?:đạt|hoàn thành|công nhận|về đích)|nguồn số liệu",
    re.I,
)
MEASURE = re.compile(r"(?:đơn vị (?:tính|đo)|đvt|đv tính)\b", re.I)
COUNTED = re.compile(r"\(?(?:\d{1,2}|[A-ZĐ])(?:\s?=.{0,20})?\)?")
"""A cell of the row that numbers the columns."""
NEAR = 12
"""Paragraphs between the label of an annex and its table."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One row: its printed number ("" for none), the name in its first column, the cells behind it."""

    number: str
    name: str
    cells: Sequence[Block]


@dataclass(slots=True)
class FigureTable:
    """A table with its annex (None in the body), title, the header over its names and over each column of figures.

    `columns` holds the header cells above a column from the top down. `unread` are pieces that fit in no row.
    """

    appendix: str | None
    title: str
    name_header: str
    columns: list[tuple[str, ...]]
    rows: list[FigureRow] = field(default_factory=list)
    unread: list[Block] = field(default_factory=list)
    grid: int | None = None
    """The number of its grid, where it is one."""


def is_ref(text: str) -> bool:
    """Whether a header cell stands over the row numbers."""
    return len(text) <= LONGEST_REF and REF.fullmatch(text.strip(" .:*")) is not None


def names_figures(header: str) -> bool:
    """Whether the header over the names of a table is one of units or of indicators."""
    return UNITS.match(header) is not None or INDICATORS.match(header) is not None


def titled(near: Sequence[Block], latest: str | None) -> tuple[str | None, str]:
    """Annex and title of a table that comes after these paragraphs, the last `NEAR` before it.

    `latest` is the annex it stands in where its label is further away.
    """
    label = next((at for at in reversed(range(len(near))) if annex_label(near[at].text) is not None), None)
    if label is None:
        near, label = near[-2:], -1
    texts = [block.text for block in near[label + 1 :]]
    return latest, " ".join(text for text in texts if text and not ATTACHED.match(text) and not is_bare_heading(text))
