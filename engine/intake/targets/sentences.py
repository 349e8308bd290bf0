"""Figures in sentences to targets: "Phấn đấu 80% trường … có …", "Tỷ lệ … đạt trên 44%, trong đó huyện A 40%; …".

A clause leads with its figure or ends with it; what is left of it without the figure names the indicator. A clause of
nothing but a unit, a year or a level goes on with the indicator before it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.intake.draft import Target
from engine.intake.targets.figures import FIGURE, Figure, figures
from engine.intake.targets.indicators import COMPARED, level, years
from engine.intake.targets.units import is_nameless, is_total, unit_kind

CAPITALS = "".join(letter for letter in map(chr, (*range(0x41, 0x1B1), *range(0x1EA0, 0x1EFA))) if letter.isupper())
CLAUSE = re.compile(rf";|\n|(?<=[.!?…])\s+(?=[{CAPITALS}+•“(-])")
PAST = re.compile(
    r"\bđã\b|đạt được|hiện (?:nay|có|tại)|tính đến|năm trước|cùng kỳ|vừa qua|kết quả|trước đây|(?:chỉ|mới|ước) đạt",
    re.I,
)
STRIVES = r"ph[ấầ]n đ[ấầ]u|bảo đảm|đảm bảo"
"""Words of intent; "phần đấu" is how a scan reads "phấn đấu"."""
MEANT = re.compile(
    rf"{STRIVES}|đạt|ít nhất|tối thiểu|tối đa|không quá|nâng|duy trì|hoàn thành|mục tiêu|chỉ tiêu|giảm|tăng", re.I
)
MONEY_BEFORE = re.compile(
    r"\b(?:hỗ trợ|cấp bù|chi trả|trích|miễn|giảm (?:học phí|giá|thuế|phí)|hưởng|vay|đối ứng)\b[^,;]{0,40}$", re.I
)
MONEY_AFTER = re.compile(
    r"\s*(?:kinh phí|học phí|chi phí|giá|lãi|mức|lương|ngân sách|tiền|vốn|tổng (?:kinh phí|vốn|chi|mức)|"
    r"nhu cầu (?:vốn|kinh phí))\b",
    re.I,
)
NO_COUNT_AFTER = re.compile(
    r"\s*(?:(?:tháng|năm|ngày|tuổi|giờ|phút|tuần|quý|lần|cấp|mục|nội dung|nhiệm vụ|nhóm|giải pháp|khâu|đột phá|"
    r"chỉ tiêu|mục tiêu|tiêu chí|chương trình mục tiêu|trụ cột|bước|giai đoạn|phần|lĩnh vực|điểm|khoản|điều|đợt|"
    r"văn bản|và)\b|[^\s\w]|$)",
    re.I,
)
NO_COUNT_BEFORE = re.compile(
    r"(?:\b(?:năm|tháng|ngày|quý|số|điều|khoản|mục|phụ lục|biểu|giai đoạn|thứ|khóa|khoá|cấp|lớp|tuổi|loại|mức độ|phần|"
    r"điểm|nhóm|chương|nghị quyết|quyết định|chỉ thị|kết luận|kế hoạch|đề án|nghị định|thông tư|luật|công văn|"
    r"chương trình|tuần|lần|trước|hạng|bậc|phiên bản|khối|vùng)|[-–/(])\s*$",
    re.I,
)
ANNEX = re.compile(r"(?:phụ lục|biểu)(?: số)?[ \d,]*$", re.I)
NOUN = re.compile(
    r"\s*((?:(?:triệu|tỷ|nghìn|ngàn)\s+){0,2}(?:ngành,? nghề|học sinh|học viên|sinh viên|(?:người )?lao động|"
    r"doanh nghiệp|lượt (?:khách|người)|hợp tác xã|sản phẩm|trung tâm|cơ sở|giáo viên|mô hình|dự án|[^\W\d_]+)"
    r"(?:/[^\W\d_]+(?: [^\W\d_]+)?){0,2})",
    re.I,
)
"""What a count counts: a known pair of words, else the next one."""
OPENING = re.compile(
    rf"(?:[\s,:;.()“”\"–-]|\d+[.)](?=\s)|\b(?:trong đó|(?:{STRIVES})(?: đạt)?|(?:từ nay )?(?:đến|vào|trong|hết|cuối)|"
    r"giai đoạn \d{4}\s?[-–]\s?\d{4}|năm(?= \d{4})|\d{4}|hằng năm|hàng năm|mỗi năm|riêng|và|có|để|cụ thể|như sau|với|"
    r"bao gồm|gồm)\b)*",
    re.I,
)
"""Words before an indicator that are none of its name; `CLOSING`, those between it and its figure."""
CLOSING = re.compile(
    rf"(?:[\s,:;.(–-]|\b(?:phải|sẽ|cần|đã|đạt|là|còn|được|có|cho|lên|xuống|giảm|tăng|ở mức|mức|bằng|chiếm|đến|từ|trên|"
    rf"bình quân|tối thiểu|ít nhất|vào|năm \d{{4}}|{STRIVES}|trong đó|và|hết))*$",
    re.I,
)
LEADS = re.compile(r"\b(?:đạt|là|còn|lên|xuống|bằng|chiếm|mức)\s*$|:\s*$", re.I)
NAMES = re.compile(
    r"(?:[-+•]\s*)?(?:tỷ lệ|tỉ lệ|tỷ trọng|tổng|số|mức|thu nhập|tốc độ|bình quân|diện tích|độ che phủ|giá trị)\b", re.I
)
PREDICATE = re.compile(
    r"\s(?:có|được|đạt|tiếp tục|tham gia|vào|đi|hoàn thành|sử dụng|thực hiện|triển khai|tổ chức|bố trí|là|biết)\s", re.I
)
RISES = re.compile(r"[^,;]{0,40}\b(?:lên|xuống|còn|thành)\b", re.I)
BEHIND = re.compile(r"[\s,(]*(?:vào|đến|trong|của)?\s*(?:hết |cuối )?năm\s+(\d{4})", re.I)
PLACE_NAME = re.compile(rf"[{CAPITALS}][^\W\d_{CAPITALS}]+(?: [{CAPITALS}][^\W\d_{CAPITALS}]+){{1,3}}")
"""Words that all begin with a capital: of a list of units, the name of one without its "huyện"."""
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """What a sentence stands under: its reference, year and whether its part sets goals."""

    ref: str
    year: int | None
    since: int | None = None
    goals: bool = False
    appendix: str | None = None
    lines: tuple[int, int] | None = None
    cell: dict[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """What a figure measures: indicator, level, and the unit it is for."""

    indicator: str = ""
    level: str | None = None
    unit: str | None = None


def sentence_targets(text: str, place: Place) -> list[Target]:
    """The targets of one paragraph in order: shares, and counts where its part sets goals."""
    found: list[Target] = []
    year, name = place.year, Name()
    for clause in CLAUSE.split(text[:LONGEST]):
        kept = _kept(clause, place)
        if not kept:
            year = _last_year(clause, place) or year
        meant = place.goals or MEANT.search(clause) is not None
        for statement in _statements(clause, kept):
            reading = _Statement(statement, _kept(statement, place))
            if not (meant or reading.opens() or (found and reading.goes_on())):
                continue
            for at, figure in enumerate(reading.kept):
                name = _named(reading.words(at), after=name)
                near = reading.year(at)
                if near is not None and place.since is not None and near < place.since:
                    continue
                year = near or year
                if not reading.is_past(at):
                    found.append(_target(reading, figure, name, replace(place, year=year)))
    return found


def _kept(text: str, place: Place) -> list[Figure]:
    return [figure for figure in figures(text) if _is_set(text, figure, goals=place.goals)]


def _statements(clause: str, kept: Sequence[Figure]) -> Iterator[str]:
    """The statements of a clause, parted at commas and brackets between two figures.

    "80% trường A, 60% trường B có …" stays one: the second half says what both have.
    """
    begin = 0
    for one, other in pairwise(kept):
        gap = clause[one.end : other.start]
        at = max(gap.rfind(", "), gap.rfind(" ("))
        said, next_said = _bare(gap[: max(at, 0)]), _bare(gap[max(at, 0) :])
        apart = next_said or not said or gap[at + 1] == "(" or PREDICATE.search(f" {said} ")
        if at >= 0 and apart:
            yield clause[begin : one.end + at]
            begin = one.end + at + 1
    if kept:
        yield clause[begin:]


def _last_year(clause: str, place: Place) -> int | None:
    """The year that a lead-in ("Đến năm 2030:") gives to the clauses after it."""
    named = [year for year in years(clause) if place.since is None or year >= place.since]
    return named[-1] if named and re.search(r"(?:đến|vào|trong|hết|cuối)\s[^;]{0,20}\d{4}", clause, re.I) else None


def _is_set(clause: str, figure: Figure, *, goals: bool) -> bool:
    """Whether a figure is a share, or counts things; not a year, an age, a number of a paper, a share of money."""
    before, after = clause[max(0, figure.start - 60) : figure.start], clause[figure.end :]
    if figure.measure:
        return goals or not (MONEY_BEFORE.search(before) or MONEY_AFTER.match(after))
    if not goals or NO_COUNT_BEFORE.search(before) or NO_COUNT_AFTER.match(after) or ANNEX.search(before):
        return False
    return not (1900 <= figure.value <= 2100 and figure.value == int(figure.value) and re.search(r"năm\s*$", before))


class _Statement:
    """A statement with its figures: the words before, between and after them."""

    def __init__(self, text: str, kept: list[Figure]) -> None:
        self.text, self.kept = text, kept
        ends, starts = [0, *(figure.end for figure in kept)], [*(figure.start for figure in kept), len(text)]
        self.gaps = [text[end:start] for end, start in zip(ends, starts, strict=True)]
        first, self.last = _bare(self.gaps[0]), _bare(self.gaps[-1])
        counted = None if not kept or kept[-1].measure else NOUN.match(self.gaps[-1])
        last = _bare(self.gaps[-1][counted.end() :]) if counted else self.last
        named = len(first.split()) >= 2 and (NAMES.match(self.gaps[0].lstrip()) or LEADS.search(self.gaps[0]))
        self.trails = bool(named) or (bool(first) and len(last.split()) < 2)

    def opens(self) -> bool:
        """Whether the clause begins with its figure ("100% trường …")."""
        return not self.gaps[0].strip(" -+•")

    def goes_on(self) -> bool:
        """Whether the clause only names a unit, a year or a level before its figure."""
        first = _bare(self.gaps[0])
        return not first or unit_of(first) is not None or _is_level(first)

    def words(self, at: int) -> str:
        """The words that name what a figure measures: before it, or behind it up to where the next one's begin."""
        before, behind = self._between(at)[1], self._between(at + 1)[0] if at + 1 < len(self.gaps) else ""
        if self.trails:
            return _bare(before) or (self.last if len(self.kept) == 1 else "")
        own = _bare(behind)
        if at + 1 < len(self.kept) and not PREDICATE.search(f" {own} "):
            last = f" {self.last}"
            shared = PREDICATE.search(last)
            own += last[shared.start() :] if shared and not _bare(self._between(at + 1)[1]) else ""
        return " ".join(filter(None, (_bare(before), own)))

    def _between(self, at: int) -> tuple[str, str]:
        """What a gap says of the figure before it, and of the one behind it."""
        gap = self.gaps[at]
        if at == 0:
            return "", gap
        if at == len(self.kept):
            return gap, ""
        if self.trails:
            said = BEHIND.match(gap) or (None if self.kept[at - 1].measure else NOUN.match(gap))
            return gap[: said.end() if said else 0], gap[said.end() if said else 0 :]
        return gap, ""

    def year(self, at: int) -> int | None:
        """The year printed with a figure: right behind it, else the nearest before it."""
        behind = BEHIND.match(self.gaps[at + 1])
        named = years(self._between(at)[1])
        return int(behind[1]) if behind else named[-1] if named else None

    def is_past(self, at: int) -> bool:
        """Whether a figure tells what was reached, or from where something rises."""
        start = self.kept[at - 1].end if at else 0
        said = COMPARED.sub(" ", self.text[start : self.kept[at].start])
        rises = re.search(r"\btừ\s*$", said, re.I) and at + 1 < len(self.kept) and RISES.match(self.gaps[at + 1])
        return bool(rises) or (PAST.search(said) is not None and not re.search(STRIVES, said, re.I))


def unit_of(words: str) -> str | None:
    """The unit that these words are, and nothing else: an area or school with its name, or bare of it."""
    if len(words) > 80 or FIGURE.search(words):
        return None
    if is_nameless(words) or PLACE_NAME.fullmatch(words):
        return words
    if unit_kind(words) is None or is_total(words) or PREDICATE.search(f" {words} "):
        return None
    last = words.rsplit(maxsplit=1)[-1]
    return words if last[0].isupper() and not _is_level(last) else None


def _is_level(words: str) -> bool:
    return level(words) is not None and len(words.split()) <= 4


def _bare(words: str) -> str:
    words = COMPARED.sub(" ", words[:1000])
    opening = OPENING.match(words)
    return " ".join(CLOSING.sub("", words[opening.end() if opening else 0 :]).strip(" ,:;.()–-").split())


def _named(words: str, *, after: Name) -> Name:
    """What a figure measures by its words; a unit, a level or no word goes on with what the one before measures."""
    head, colon, tail = words.rpartition(": ")
    part = tail if colon and (unit_of(tail) or _is_level(tail)) else words if after.indicator else ""
    unit, share = unit_of(part), level(part) if _is_level(part) else None
    if not (unit or share):
        return Name(words, level(words)) if words else replace(after, unit=None)
    if colon and head and part is tail:
        return Name(head, share or level(head), unit)
    return Name(after.indicator, share or after.level, unit)


def _target(reading: _Statement, figure: Figure, name: Name, place: Place) -> Target:
    noun = None if figure.measure else NOUN.match(reading.text[figure.end :])
    return Target(
        appendix=place.appendix,
        ref=place.ref,
        indicator=name.indicator or reading.text.strip(" -+•")[:300],
        level=name.level,
        unit=name.unit,
        unit_kind=unit_kind(name.unit) if name.unit else None,
        value=figure.value,
        value_max=figure.top,
        op=figure.op,
        measure=figure.measure or (noun[1] if noun else None),
        year=place.year,
        note=None if place.year else "văn bản không ghi năm của chỉ tiêu này",
        lines=place.lines,
        cell=place.cell,
    )


def unit_lists(targets: list[Target]) -> Iterator[list[Target]]:
    """Each total with the units listed behind it, where there are at least two."""
    listed: list[Target] = []
    for target in targets:
        if target.unit is None:
            if len(listed) > 2:
                yield listed
            listed = [target]
        elif listed:
            listed.append(target)
    if len(listed) > 2:
        yield listed
