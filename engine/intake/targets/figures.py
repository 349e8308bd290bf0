"""Figures as Vietnamese documents print them: decimal comma, thousands point, bounds in words, ranges, shares."""

import re
from dataclasses import dataclass, replace

NUMBER = r"(?:[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?|[1-9]\d{0,2}(?:,\d{3}){2,}(?:\.\d+)?|\d+(?:[.,]\d+)?)"
BOUNDS = (
    # operator, the words before the figure
    (">=", r"≥|>=|tối thiểu|ít nhất|không dưới|không thấp hơn|không ít hơn|từ (?=[\d.,% ]+trở lên)"),
    ("<=", r"≤|<=|tối đa|không quá|không vượt quá|nhiều nhất|không cao hơn|từ (?=[\d.,% ]+trở xuống)"),
    (">", r">|trên|hơn|vượt|lớn hơn|cao hơn"),
    ("<", r"<|dưới|nhỏ hơn|thấp hơn|ít hơn"),
    ("~", r"~|≈|khoảng|xấp xỉ|gần|ước|chừng"),
)
FILLER = r"(?:\s*\b(?:có|đạt|được|là|còn|cho|mức))?"
BOUND = "|".join(rf"(?P<b{at}>{words})" for at, (_op, words) in enumerate(BOUNDS))
FIGURE = re.compile(
    rf"(?:(?<!\w)(?:{BOUND}){FILLER}\s*)?"
    rf"(?<![\w.,/])(?<!\w[-–])(?P<low>{NUMBER})\s?(?P<share>[%‰])?"
    rf"(?:\s?(?:-|–|đến)\s?(?P<high>{NUMBER})\s?(?P<share_high>[%‰])?)?"
    r"(?![\w%]|[.,-]\w|/(?-i:[\dA-ZĐ]))(?P<after>\s*trở (?:lên|xuống))?",
    re.I,
)
"""A figure with the words that bound it. A number inside a document's sign, a date or a name ("G20") is none."""
SPACED = re.compile(r"(?<![\d.,])([1-9]\d{0,2})((?: \d{3})+)(?![\d.,])")
NOTHING = re.compile(r"(?:[-–—./\\…_\s]|x\b|không (?:giao|có))*", re.I)
LONGEST_CELL = 120
"""A cell of a table of figures that is longer is prose."""


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` with how it bounds (`=`, `>=`, `>`, `<=`, `<`, `~`, `range`); `top` is the end of a range.

    `measure` is "%" or "‰" where printed with the figure; `start` and `end` are its place in the text.
    """

    value: float
    op: str
    measure: str | None
    top: float | None
    start: int
    end: int


def number(printed: str) -> float:
    """The number printed in Vietnamese style; a point before three digits parts thousands ("1.250" is 1250)."""
    if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", printed):
        return float(printed.replace(".", "").replace(",", "."))
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3}){2,}(?:\.\d+)?", printed):
        return float(printed.replace(",", ""))
    return float(printed.replace(",", "."))


def figures(text: str) -> list[Figure]:
    """Every figure of a text in order, whatever it counts."""
    return [_figure(match) for match in FIGURE.finditer(text)]


def cell_figure(text: str) -> Figure | None:
    """The one figure that a cell of a table is; None where it holds none, or more words than one needs."""
    text = SPACED.sub(lambda match: match[0].replace(" ", ""), text.strip()[: LONGEST_CELL + 1])
    negative = re.match(r"[-−]\d", text) is not None
    text = text[1:] if negative else text
    match = FIGURE.search(text)
    if match is None or len(text) > LONGEST_CELL or _wordy(text[: match.start()]) or _wordy(text[match.end() :]):
        return None
    figure = _figure(match)
    return replace(figure, value=-figure.value) if negative else figure


def is_empty(text: str) -> bool:
    """Whether a cell says that there is no value: blank, a dash, dots or a cross."""
    return len(text) <= LONGEST_CELL and NOTHING.fullmatch(text) is not None


def shown(value: float) -> str:
    """A number as the document would print it: decimal comma, no idle zeros."""
    return f"{value:g}".replace(".", ",") if abs(value) < 1e6 else f"{value:.0f}"


def _wordy(rest: str) -> bool:
    """Whether words beside a figure say more than a unit of measure, an arrow or a remark in brackets."""
    bare = re.sub(r"\([^()]*\)", " ", rest)
    return re.search(r"\d|[-−]\s*$", bare) is not None or len(bare.split()) > 3


def _figure(match: re.Match[str]) -> Figure:
    low, high = number(match["low"]), number(match["high"]) if match["high"] else None
    op = next((op for at, (op, _words) in enumerate(BOUNDS) if match[f"b{at}"]), "=")
    if match["after"]:
        op = ">=" if match["after"].endswith("lên") else "<="
    if high is not None:
        op = "range"
    start = match.start() if op != "=" or match.start("low") == match.start() else match.start("low")
    return Figure(low, op, match["share"] or match["share_high"], high, start, match.end())
