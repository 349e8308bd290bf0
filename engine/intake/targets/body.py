"""Targets of the running text and of task rows: where sentences that set figures stand, and for which year."""

import re
from collections.abc import Iterator, Sequence

from engine.intake.draft import Target, Task
from engine.intake.targets.figures import figures
from engine.intake.targets.indicators import years
from engine.intake.targets.sentences import Place, sentence_targets, unit_lists
from engine.intake.text.annexes import annex_label
from engine.intake.text.closing import BEHIND_TEXT
from engine.intake.text.outline import Node

GOALS = re.compile(r"mục tiêu|chỉ tiêu|phấn đấu", re.I)
NO_GOALS = re.compile(
    r"kinh phí|nguồn lực|ngân sách|thực trạng|tình hình thực hiện|kết quả (?:thực hiện|đạt được|năm)|hạn chế|tồn tại|"
    r"nguyên nhân|căn cứ|đặc điểm|sự cần thiết|bối cảnh|cơ sở (?:pháp lý|xây dựng)|đánh giá chung|tổ chức bộ máy",
    re.I,
)
PREAMBLE = re.compile(r"Căn cứ\b")
LONGEST_HEADING = 200


def text_targets(root: Node, *, year: int | None, since: int | None) -> list[Target]:
    """The figures that the running text sets, in order, up to the recipients or the first annex.

    `year` is the plan's, for sentences that name none; figures of years before `since` are results of the past.
    """
    found: list[Target] = []
    sections = any(child.mark.count for child in root.children)
    begun = not sections
    for node in root.children:
        begun = begun or node.mark.count > 0
        if BEHIND_TEXT.match(node.text) or annex_label(node.text):
            break
        if begun and not PREAMBLE.match(node.text):
            for part, place in _places(node, Place("", year, since)):
                if BEHIND_TEXT.match(part.text):
                    return found
                found.extend(sentence_targets(part.text, place))
    return found


def _places(node: Node, above: Place) -> Iterator[tuple[Node, Place]]:
    """Every paragraph below, with what it stands under; parts that tell of the past or of money left out."""
    waiting = [(node, above)]
    while waiting:
        part, place = waiting.pop()
        heads = bool(part.children) and len(part.text) <= LONGEST_HEADING
        goals = place.goals or (heads and GOALS.search(part.text) is not None)
        if heads and NO_GOALS.search(part.text) and not GOALS.search(part.text):
            continue
        lines, cell = (part.paragraph.lines, part.paragraph.cell) if part.paragraph else (None, None)
        yield part, Place(part.ref, place.year, place.since, goals, None, lines, cell)
        year = _lead_year(part.text, place) if heads else place.year
        waiting.extend((child, Place("", year, place.since, goals)) for child in reversed(part.children))


def _lead_year(text: str, place: Place) -> int | None:
    """The year a heading or a lead-in ("Mục tiêu đến năm 2030:") gives to all below it."""
    named = [year for year in years(text) if place.since is None or year >= place.since]
    return named[-1] if named and not figures(re.sub(r"(?:20[0-4]\d)", " ", text)) else place.year


def row_targets(tasks: Sequence[tuple[str | None, Task]], *, year: int | None, since: int | None) -> list[Target]:
    """The totals of task rows that list a figure for each of several units, and those figures.

    `tasks` come with the number of their annex.
    """
    found = list[Target]()
    for appendix, task in tasks:
        if "%" in task.text or "‰" in task.text:
            place = Place(task.ref, year, since, appendix=appendix, lines=task.source_lines, cell=task.cell)
            for listed in unit_lists(sentence_targets(task.text, place)):
                found.extend(listed)
    return found
