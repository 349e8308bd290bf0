"""Notes in brackets behind a name: what part it has, whom a group means, and notes that may change who is meant."""

import re
from typing import Literal

from engine.intake.agencies.beginnings import head_at, mark_at
from engine.intake.agencies.cell_words import CellWords
from engine.intake.agencies.vocabulary import ACRONYMS

Part = Literal["", "lead", "help"]
EXCEPTING = frozenset({"trừ", "riêng", "ngoại"})
GROUP = re.compile(r"(UBND|HĐND) các (\S+|thị xã|thành phố|thị trấn)")


def part_in(cell: CellWords, at: int) -> Part:
    """The part that a note at `at` gives a name: "(chủ trì)", "(phối hợp)"."""
    mark = mark_at(cell.words, at + 1)
    if mark is None or (mark[1] == "help" and mark[0] != cell.closing[at]):
        return ""
    return "help" if mark[1] == "help" else "lead"


def matters(cell: CellWords, at: int) -> bool:
    """Whether a note names other bodies, or leaves some out."""
    words, end = cell.words, cell.closing[at]
    mark = mark_at(words, at + 1)
    if mark and mark[0] == end:
        return False
    return any(
        words[here].key in EXCEPTING or (head_at(words, here) and words[here].key not in ACRONYMS)
        for here in range(at + 1, end)
    )


def members_in(cell: CellWords, at: int, name: str, kind: str) -> list[str]:
    """The units that a group lists in its note: "UBND các huyện (A, B)"."""
    found = GROUP.fullmatch(name)
    if kind != "group" or not found:
        return []
    items = [item.strip() for item in re.split(r"[,;]|\bvà\b", cell.between(at + 1, cell.closing[at]))]
    if len(items) < 2 or not all(item and item[0].isupper() for item in items):
        return []
    return [f"{found[1]} {found[2]} {item}" for item in items]
