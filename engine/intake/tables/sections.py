"""The sections of a task table: which rows are headings, the reference of every row, and the titles it stands under.

A reference is the numeral of the section and the printed number ("II.2.4"); a row without a printed number gets one by
its place, which says so ("3+1") wherever the rows around it have numbers of their own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engine.intake.tables.rows import NUMBER, Row
from engine.intake.text.marks import LETTERS

Kind = str
"""How a number is made: "capital", "roman", "number" (with its depth: "number2"), "letter", "code", "none"."""
ORDER = {"capital": 0, "roman": 0, "none": 1, "count": 1, "number": 2, "letter": 20, "code": 21}
CARRIED = frozenset({"owner", "collaborators", "deadline"})
"""What a heading may say for all rows below it."""
ALPHABET = LETTERS.upper()
"""The order of sections counted in capitals."""


@dataclass(slots=True)
class Entry:
    """One row in the outline; `carrier` is the place of the heading whose cells count for it too."""

    row: Row
    ref: str
    path: list[str]
    is_section: bool = False
    carrier: int | None = None
    group: int = 0
    """Which heading without a number it stands under, counted from 1."""
    is_empty: bool = False
    """Whether it is a heading with no row under it."""


@dataclass(slots=True)
class _Heading:
    kind: Kind
    number: str
    title: str
    at: int
    carries: bool = False


@dataclass(slots=True)
class _Outline:
    printed: bool
    """Whether rows of the table have numbers at all."""
    stack: list[_Heading] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    group: int = 0
    last: str = ""
    """The reference of the last numbered row, and how many came since without a number."""
    since: int = 0
    number: str = ""
    """The number of the last row with one: lettered rows hang on it."""
    letter: str = ""

    def kind(self, row: Row, *, anew: bool) -> Kind:
        """How a row is numbered; "C" after "B" is a letter, after a Roman "XCIX" it is not.

        `anew` says that the rows below a heading begin again at 1, so that its number counts sections.
        """
        if anew:
            return "count"
        if re.fullmatch(r"[a-zđ]", row.number):
            return "letter"
        match = NUMBER.fullmatch(row.number)
        if not match or match["code"]:
            return "code" if row.number else "none"
        following = (
            bool(self.letter) and row.number in ALPHABET and ALPHABET.index(row.number) == _index(self.letter) + 1
        )
        if match["capital"] or (match["roman"] and following):
            self.letter = row.number
            return "capital"
        if match["roman"]:
            return "roman" if "." not in row.number else "code"
        return f"number{row.number.count('.') or ''}"

    def close(self, kind: Kind) -> None:
        """Leave the sections that a row of this kind cannot stand in."""
        open_ = [heading.kind for heading in self.stack]
        if kind in open_:
            del self.stack[open_.index(kind) :]
        else:
            self.stack = [heading for heading in self.stack if _rank(heading.kind) <= _rank(kind)]

    def leave(self, number: str) -> None:
        """Leave the sections counted in Arabic numerals that a number does not extend."""
        self.stack = [
            heading
            for heading in self.stack
            if not heading.kind.startswith("number") or number.startswith(f"{heading.number}.")
        ]

    def head(self, heading: _Heading, ref: str) -> None:
        """Begin a section; rows without a number count from it."""
        self.stack.append(heading)
        if heading.kind == "none":
            self.group += 1
        else:
            self.last, self.since = ref, 0
        if not heading.kind.startswith("number"):
            self.number = ""

    def fill(self, number: str) -> None:
        """Note of every heading around a row that it has one."""
        for heading in self.around(number):
            self.entries[heading.at].is_empty = False

    def prefix(self, number: str) -> str:
        """The numerals of the sections around a row, unless its number begins with them."""
        numerals = [heading.number for heading in self.stack if heading.kind in ("capital", "roman", "count")]
        if any(number.startswith(f"{numeral}.") for numeral in numerals[-1:]):
            numerals = []
        return ".".join(numerals)

    def around(self, number: str) -> list[_Heading]:
        """The headings a row stands under: of those counted in Arabic numerals, the ones whose number it extends."""
        return [
            heading
            for heading in self.stack
            if not heading.kind.startswith("number")
            or number.startswith(f"{heading.number}.")
            or not number[:1].isdigit()
        ]

    def path(self, number: str) -> list[str]:
        """The titles a row stands under."""
        return [heading.title for heading in self.around(number) if heading.title]

    def ref(self, row: Row, kind: Kind) -> str:
        """The reference of a row that is no heading."""
        if kind == "none":
            self.since += 1
            place = f"{self.last or 0}+{self.since}" if self.printed else str(self.since)
            return place if self.printed else _joined(self.prefix(""), place)
        under = self.number if kind == "letter" else ""
        prefix = "" if kind == "code" else self.prefix(under or row.number)
        self.last, self.since = _joined(prefix, under, row.number), 0
        return self.last


def outline(rows: Sequence[Row]) -> list[Entry]:
    """Every row of a table in order, headings among them, with its reference and the titles above it."""
    printed = any(row.number for row in rows if row.own)
    sections = [_is_section(rows, at, printed=printed) for at in range(len(rows))]
    state = _Outline(printed)
    for at, row in enumerate(rows):
        carries = not sections[at] and _carries(rows, at)
        anew = sections[at] and _counts_anew(rows, at)
        _enter(state, row, at, is_section=sections[at] or carries, carries=carries, anew=anew)
    _part_groups(state.entries)
    return state.entries


def _enter(state: _Outline, row: Row, at: int, *, is_section: bool, carries: bool, anew: bool) -> None:
    kind = state.kind(row, anew=anew)
    heads = is_section or kind in ("roman", "capital")
    if heads:
        state.close(kind)
    elif kind.startswith("number"):
        state.leave(row.number)
    carrier, path = _carrier(state), state.path(row.number)
    ref = _joined(state.prefix(row.number), row.number) if is_section else state.ref(row, kind)
    if kind not in ("letter", "none"):
        state.number = row.number
    if not is_section:
        state.fill(row.number)
    if heads:
        state.head(_Heading(kind, row.number, row.cells.get("task", ""), at, carries=carries), ref)
    state.entries.append(Entry(row, ref, path, is_section, carrier, state.group, is_empty=is_section))


def _carrier(state: _Outline) -> int | None:
    return next((heading.at for heading in reversed(state.stack) if heading.carries), None)


def _joined(*parts: str) -> str:
    return ".".join(filter(None, parts))


def _rank(kind: Kind) -> int:
    depth = re.fullmatch(r"number(\d*)", kind)
    return ORDER["number"] + int(depth[1] or 0) if depth else ORDER[kind]


def _index(letter: str) -> int:
    return ALPHABET.index(letter) if letter in ALPHABET else -2


def _is_section(rows: Sequence[Row], at: int, *, printed: bool) -> bool:
    """A row of text alone is a heading if it is numbered or made as one, or has rows below it; else it lacks its cells.

    Where rows have no numbers at all, a row in the letters of any other is one that lacks its cells.
    """
    row = rows[at]
    if not row.text_only and (row.own or not _has_children(rows, at)):
        return False
    if re.fullmatch(r"[IVXLC]+|[A-HĐK-Z]", row.number) or _has_children(rows, at) or _counts_anew(rows, at):
        return True
    title = row.cells.get("task", "")
    loose = not row.number and row.text_only and (printed or title == title.upper())
    return at + 1 < len(rows) and (row.heading or loose)


def _counts_anew(rows: Sequence[Row], at: int) -> bool:
    """Whether numbers begin again at 1 right below a row that counts on."""
    below = rows[at + 1] if at + 1 < len(rows) else None
    digits = rows[at].number.isdigit() and below is not None and below.number.isdigit()
    return digits and below is not None and (int(below.number) == 1 or rows[at].heading)


def _has_children(rows: Sequence[Row], at: int) -> bool:
    """Whether the next row is numbered below this one: 1.1 under 1, a under 1, 1 under I or A."""
    number, below = rows[at].number, rows[at + 1].number if at + 1 < len(rows) else ""
    if re.fullmatch(r"[IVXLC]+|[A-HĐK-Z]", number):
        return below[:1].isdigit() or below.startswith(f"{number}.")
    lettered = number[:1].isdigit() and re.fullmatch(r"[a-zđ]", below) is not None
    return bool(number) and (lettered or below.startswith(f"{number}."))


def _children(rows: Sequence[Row], at: int) -> Iterator[Row]:
    """The rows under a heading: up to the next of its own make."""
    number = rows[at].number
    for below in range(at + 1, len(rows)):
        row = rows[below]
        under = row.number.startswith(f"{number}.") or re.fullmatch(r"[a-zđ]", row.number)
        if not (under or (not number[:1].isdigit() and row.number[:1].isdigit())):
            return
        yield row


def _is_origin(rows: Sequence[Row], at: int) -> bool:
    """Whether the row below hangs on all that this one says beside its text."""
    below = rows[at + 1].merged if at + 1 < len(rows) else {}
    return bool(rows[at].own) and all(below.get(role) == at for role in rows[at].own)


def _carries(rows: Sequence[Row], at: int) -> bool:
    """Whether a row with rows below it says who or when for all of them: by a merge, or because none of them does."""
    said = set(rows[at].own)
    if not said or not said <= CARRIED or not _has_children(rows, at):
        return False
    return _is_origin(rows, at) or (
        not {"owner", "deadline"} <= said
        and all(not child.cells.get(role) for child in _children(rows, at) for role in said)
    )


def _part_groups(entries: Sequence[Entry]) -> None:
    """Numbers that begin anew under each heading without a number are told apart by the heading's place."""
    seen: dict[str, int] = {}
    rows = [entry for entry in entries if not entry.is_section]
    if any(seen.setdefault(entry.ref, entry.group) != entry.group for entry in rows):
        for entry in rows:
            entry.ref = f"({entry.group}).{entry.ref}" if entry.group else entry.ref
