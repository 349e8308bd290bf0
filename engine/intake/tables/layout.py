"""Sets the texts of a row out over its columns where there are more or fewer texts than columns.

A printed row that lost an empty cell, or whose cells have several paragraphs, tells by the make of its texts which
column each is in: names of bodies, deadlines, items of a list. Every way to part the texts is weighed and the cheapest
taken; where another is about as cheap, the columns that differ are said to be unsure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from engine.intake.agencies.beginnings import head_at, opener_at, person_at, title_at
from engine.intake.agencies.vocabulary import NOUNS, STARTING_NOUNS, Phrases
from engine.intake.agencies.words import words_of
from engine.intake.tables.ditto import is_ditto
from engine.intake.tables.headers import Column
from engine.rules import deadlines

MARK = re.compile(r"(?<=\S)(?:[¹²³⁴-⁹]+|\s*(?:\*{1,3}|\(\s*(?:\d|\*{1,3})\s*\)|\[\d{1,2}\])(?=\s*(?:$|[;,\n])))")
"""The mark of a footnote behind a date, a number or a name."""
ITEM = re.compile(r"\s*[-–+•*]\s*(?=\w)")
"""How an item of a list begins."""
SENTENCE = re.compile(
    r"(?:^|\s)(?:thực hiện|xây dựng|ban hành|triển khai|rà soát|tham mưu|báo cáo|kiểm tra|hướng dẫn|lập|"
    r"có trách nhiệm)\s"
)
"""What stands in a sentence about a body and not in its name; in small letters."""
THINGS = Phrases(
    "bộ tiêu chí | bộ chỉ số | bộ chỉ tiêu | bộ tài liệu | bộ công cụ | bộ câu hỏi | bộ dữ liệu | bộ nhận diện | "
    "hội thi | hội diễn | hội thao | hội trại | trường học"
)
"""Things that are made or held, and begin like the name of a body."""
LONGEST_NAMES = 400
"""Characters of the longest paragraph that is taken for a list of bodies."""
LONGEST_ROW = 300
"""Texts of the longest row whose ways of parting are weighed."""

Make = Literal["", "same", "party", "time", "text"]
"""How a text is made: empty, a ditto mark, names of bodies or persons, a deadline, anything else."""
FIT: dict[str, dict[Make, int]] = {
    "task": {"": 2, "party": 1, "time": 1},
    "owner": {"text": 2, "time": 8},
    "collaborators": {"text": 2, "time": 8},
    "deadline": {"text": 3, "party": 8},
    "start": {"text": 3, "party": 8},
    "deliverable": {"party": 3, "time": 3},
    "notes": {"time": 3},
    "period": {"party": 3, "time": 1},
}
"""What it costs to take a text of a make for that of a column; 0 where they go together."""
WRONG = 8
"""From which cost on a text cannot be left where it stands."""
LACKING = 5
"""What a column without a cell costs."""
TORN_LIST, FIRST_ITEM = 4, 2
"""What it costs to begin a cell amid a list, or with the first item behind a paragraph of the same make."""
CLOSE = 1
"""What a second way may cost more and still be thought of."""
WHO = frozenset(("owner", "collaborators"))
LOOSE = (("deadline", "text"), ("task", "time"))
"""What is no sign that a row has slipped."""
ASKED = ("owner", "collaborators", "deadline")
"""The columns of which it must be sure which texts they hold."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The text of each column, None where there is none; whether a second row seems to hide in it; what is unsure."""

    texts: list[str | None]
    crowded: bool = False
    unsure: frozenset[str] = frozenset()


def looks_like_deadline(text: str) -> bool:
    """Whether a cell is made as deadlines are, a footnote mark aside."""
    return len(text) <= deadlines.LONGEST and _looks_like_deadline(text)


@lru_cache(maxsize=4096)
def _looks_like_deadline(text: str) -> bool:
    return deadlines.looks_like_deadline(MARK.sub("", text))


def looks_like_parties(text: str) -> bool:
    """Whether a paragraph begins as the name of a body, of bodies or of a person does, and is no sentence about one."""
    bare = text[mark.end() :] if (mark := ITEM.match(text)) else text
    if len(bare) > LONGEST_NAMES or SENTENCE.search(bare) or bare.partition(":")[2].lstrip()[:1].islower():
        return False
    words = words_of(bare[:80])
    if not words or THINGS.at(words, 0):
        return False
    opened = opener_at(words, 0)
    if opened:
        return opened < len(words) and (NOUNS.at(words, opened) > 0 or head_at(words, opened) > 0)
    noun = STARTING_NOUNS.at(words, 0)
    group = noun > 1 or (noun and words[0].is_name)
    return bool(group or head_at(words, 0) or title_at(words, 0) or person_at(words, 0))


def set_out(texts: Sequence[str], columns: Sequence[Column]) -> Layout:
    """Texts over columns: as they stand where each column has its own, else in the way that fits their make best."""
    roles = [column.role for column in columns]
    at = roles.index("deadline") if "deadline" in roles else None
    makes = [_make(text) for text in texts]
    whole = len(texts) == len(columns) and (at is None or makes[at] in ("", "same", "time"))
    held = list(zip(roles, makes, strict=False))
    misfit = any(FIT.get(role, {}).get(make, 0) >= WRONG for role, make in held)
    if whole and not misfit and not any(_torn(texts, makes, i) > 1 for i in range(1, len(texts))):
        return Layout(list(texts), unsure=_pushed(held))
    if len(texts) == 1 and "task" in roles:
        return Layout([texts[0] if column == roles.index("task") else None for column in range(len(roles))])
    if not texts or not columns or len(texts) > LONGEST_ROW:
        return Layout(_cut(texts, len(columns)), crowded=len(texts) > len(columns), unsure=frozenset(ASKED))
    ways = _Ways(texts, makes, roles)
    path = ways.best()
    crowded = _is_crowded(makes, path, at)
    unsure = ways.unsure(path) | ({"deadline"} if crowded else set())
    placed = [(roles[column], make) for column, make in zip(path, makes, strict=True)]
    return Layout(_parted(texts, path, len(columns)), crowded, unsure | _pushed(placed))


def _pushed(held: Sequence[tuple[str, Make]]) -> frozenset[str]:
    """Who leads and who helps, where a sentence stands for the one and a body for the other."""
    return WHO if ("owner", "text") in held and ("collaborators", "party") in held else frozenset()


def _is_crowded(makes: Sequence[Make], path: Sequence[int], at: int | None) -> bool:
    """Whether a second deadline stands a whole row away from the first, with room for its own cells before it."""
    if at is None or at not in path:
        return False
    width, here = max(path) + 1, path.index(at)
    return any(make == "time" and i >= at and abs(i - here) >= width for i, make in enumerate(makes))


def _make(text: str) -> Make:
    if not text:
        return ""
    if is_ditto(text):
        return "same"
    if looks_like_deadline(text):
        return "time"
    return "party" if looks_like_parties(text) else "text"


def _is_item(text: str) -> bool:
    return text[:1].islower() or ITEM.match(text) is not None


def fits(texts: Sequence[str], columns: Sequence[Column]) -> bool:
    """Whether each text is made as its column asks; a deadline may be worded in any way, a task like a deadline."""
    makes = [_make(text) for text in texts]
    held = [(column.role, make) for column, make in zip(columns, makes, strict=True)]
    wrong = (FIT.get(role, {}).get(make, 0) for role, make in held if (role, make) not in LOOSE)
    return not any(wrong) and not any(_torn(texts, makes, at) for at in range(1, len(texts)))


def goes_on(above: str, text: str) -> bool:
    """Whether a paragraph is made to go on with the one above it: an item behind its like, or behind a comma."""
    return _goes_on([above, text], [_make(above), _make(text)], 1)


def _goes_on(texts: Sequence[str], makes: Sequence[Make], at: int) -> bool:
    if not texts[at] or not texts[at - 1]:
        return False
    here, above = ("text" if make == "time" else make for make in (makes[at], makes[at - 1]))
    if here != above or here not in ("party", "text"):
        return False
    open_ = texts[at - 1].endswith((";", ",", ":"))
    return open_ or (_is_item(texts[at]) and (here == "text" or _is_item(texts[at - 1])))


def _torn(texts: Sequence[str], makes: Sequence[Make], at: int) -> int:
    """What it costs to begin a cell with a text that is made to go on with the one before it."""
    if not _goes_on(texts, makes, at):
        return 0
    if not _is_item(texts[at]):
        return 1
    return TORN_LIST if _is_item(texts[at - 1]) or texts[at - 1].endswith((";", ",", ":")) else FIRST_ITEM


def _cut(texts: Sequence[str], width: int) -> list[str | None]:
    if not width:
        return []
    head, rest = texts[: width - 1], texts[width - 1 :]
    return [*head, "\n".join(filter(None, rest)) if rest else None, *[None] * (width - len(head) - 1)]


def _parted(texts: Sequence[str], path: Sequence[int], width: int) -> list[str | None]:
    cells: list[str | None] = [None] * width
    for text, column in zip(texts, path, strict=True):
        above = cells[column]
        cells[column] = text if above is None else "\n".join(filter(None, (above, text)))
    return cells


class _Ways:
    """Every way to part texts among columns in order; `before` and `behind` hold what the cheapest one costs there."""

    def __init__(self, texts: Sequence[str], makes: Sequence[Make], roles: Sequence[str]) -> None:
        self.texts, self.makes, self.roles = texts, makes, roles
        self.width = len(roles)
        self.fits = [[FIT.get(role, {}).get(make, 0) for role in roles] for make in makes]
        self.behind = self._behind()

    def _steps(self, at: int, column: int) -> list[tuple[int, int]]:
        """Where the text behind `at` may stand if that is in `column`, and the cost; the likelier of equals first."""
        begin = _torn(self.texts, self.makes, at + 1)
        steps = [(to, begin + LACKING * (to - column - 1)) for to in range(column + 1, self.width)]
        return [*steps[:1], (column, self._stay(at + 1, column)), *steps[1:]]

    def _stay(self, at: int, column: int) -> int:
        """What it costs that a cell goes on with another paragraph."""
        pair = self.makes[at - 1 : at + 1]
        if "" in pair:
            return 2
        if "same" in pair:
            return 3
        return 0 if self.roles[column] == "task" or _goes_on(self.texts, self.makes, at) else 1

    def _behind(self) -> list[list[int]]:
        """Of each text in each column: the least that the texts behind it cost."""
        costs = [[0] * self.width for _ in self.texts]
        costs[-1] = [LACKING * (self.width - 1 - column) for column in range(self.width)]
        for at in range(len(self.texts) - 2, -1, -1):
            for column in range(self.width):
                costs[at][column] = min(
                    cost + self.fits[at + 1][to] + costs[at + 1][to] for to, cost in self._steps(at, column)
                )
        return costs

    def _opening(self) -> list[int]:
        return [LACKING * column + self.fits[0][column] for column in range(self.width)]

    def best(self) -> list[int]:
        """The column of each text in the cheapest way."""
        opening = self._opening()
        path = [min(range(self.width), key=lambda column: opening[column] + self.behind[0][column])]
        for at in range(len(self.texts) - 1):
            fits, rest = self.fits[at + 1], self.behind[at + 1]
            to, _ = min(self._steps(at, path[-1]), key=lambda step: step[1] + fits[step[0]] + rest[step[0]])
            path.append(to)
        return path

    def unsure(self, path: Sequence[int]) -> frozenset[str]:
        """The columns in question that another way, about as cheap, gives other texts."""
        before = self._opening()
        allowed = min(cost + rest for cost, rest in zip(before, self.behind[0], strict=True)) + CLOSE
        found = set[str]()
        for at, chosen in enumerate(path):
            near = {to for to in range(self.width) if before[to] + self.behind[at][to] <= allowed} | {chosen}
            if len(near) > 1:
                found |= {self.roles[column] for column in near}
            if at + 1 < len(path):
                after = [10**9] * self.width
                for column in range(self.width):
                    for to, cost in self._steps(at, column):
                        after[to] = min(after[to], before[column] + cost + self.fits[at + 1][to])
                before = after
        return frozenset(found & set(ASKED))
