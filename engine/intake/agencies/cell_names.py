"""The names that the walk over a cell finds, and units that two of them share."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from engine.intake.agencies.asides import Part
from engine.intake.agencies.registry import AgencyEntry

UNIT = r"(?P<unit>(?:các |cấp )?(?:tỉnh|huyện|quận|thị|thành phố|xã|phường).*)"
SHARING = (
    (frozenset({"HĐND", "UBND", "Đảng ủy"}), re.compile(rf"(?:HĐND|UBND) {UNIT}", re.DOTALL)),
    (frozenset({"Công an", "Quân sự"}), re.compile(rf"(?:Công an|Quân sự) {UNIT}", re.DOTALL)),
)
"""Bodies whose unit may stand behind the second of them only: "HĐND, UBND xã", "Công an, Quân sự xã"."""

NameKind = Literal["agency", "group", "person", "ditto"]


@dataclass(slots=True)
class Name:
    """One name of a cell: its words without title and notes, and the printed words that it stands for.

    Attributes:
        text: the name; "" for a ditto mark.
        printed: all its words in the cell.
        entry: the registry's entry, where a known spelling was read.
        members: of a group that names them itself.
        part: what the cell says it does: "lead", "help", or nothing.
        alternative: whether "hoặc" stands before it.
        aside: whether a note in brackets may change who is meant.
    """

    text: str
    printed: str
    kind: NameKind = "agency"
    role: str | None = None
    entry: AgencyEntry | None = None
    members: list[str] = field(default_factory=list)
    part: Part = ""
    alternative: bool = False
    aside: bool = False


def share_units(names: Sequence[Name]) -> None:
    """Give a bare body the unit of the one behind it: "HĐND, UBND xã" are of the same commune."""
    for name, following in reversed(list(pairwise(names))):
        for bodies, pattern in SHARING:
            shared = pattern.match(following.text) if name.text in bodies else None
            if shared:
                name.text, name.kind = f"{name.text} {shared['unit']}", following.kind
