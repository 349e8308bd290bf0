"""The head of a document: its type, number, place and day, issuer and title, as NĐ 30/2020/NĐ-CP lays them out.

Party documents ("Số 12-KH/TU") and web pages with noise around the text are read the same way. What is not printed
stays empty; a blank left for the clerk says so.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.intake.agencies.registry import Registry
from engine.intake.text.issuer import issuer_in_words, printed_issuer
from engine.intake.text.paragraphs import CAPITALS

TYPES = (
    "KẾ HOẠCH HÀNH ĐỘNG", "KẾ HOẠCH CÔNG TÁC", "KẾ HOẠCH PHỐI HỢP", "KẾ HOẠCH LIÊN TỊCH", "KẾ HOẠCH",
    "CHƯƠNG TRÌNH HÀNH ĐỘNG", "CHƯƠNG TRÌNH CÔNG TÁC", "CHƯƠNG TRÌNH PHỐI HỢP", "CHƯƠNG TRÌNH", "ĐỀ ÁN", "PHƯƠNG ÁN",
    "QUYẾT ĐỊNH", "CHỈ THỊ", "CÔNG VĂN", "CÔNG ĐIỆN", "THÔNG BÁO", "BÁO CÁO", "NGHỊ QUYẾT", "KẾT LUẬN", "HƯỚNG DẪN",
    "BIÊN BẢN", "TỜ TRÌNH", "GIẤY MỜI", "QUY CHẾ", "QUY ĐỊNH", "NGHỊ ĐỊNH", "THÔNG TƯ", "LUẬT",
)  # fmt: skip
"""Types of documents by their printed names, the longer before the shorter."""
TYPE_LINE = re.compile(rf"(?P<type>{'|'.join(TYPES)})(?:\s*[:\-–]?\s+(?P<rest>\S.*))?:?")
TYPE_WORD = re.compile(rf"(?:{'|'.join(TYPES)}):?", re.I)
MOTTO = re.compile(
    r"CỘNG\s+H[ÒO][AÀ]\s+(?:XÃ|XÂ)\s+HỘI(?:\s+CHỦ\s+NGHĨA\s+VIỆT\s+NAM)?|CHỦ\s+NGHĨA\s+VIỆT\s+NAM|"
    r"ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM|Độc\s+lập\s*[-–]\s*Tự\s+do\s*[-–]\s*Hạnh\s+phúc|[-–—_*=]{3,}|\|",
    re.I,
)
BLANK = r"[…._\s]"
DAY = re.compile(
    rf"(?:(?<!\w)(?P<place>[{CAPITALS}][^,;:\n|]{{1,40}}?)\s*,|^(?P<bare>[{CAPITALS}][^,;:\n|]{{1,40}}?))\s*ngày\s*"
    rf"(?P<d>\d{{1,2}}|{BLANK}*)\s*(?:tháng|/)\s*(?P<m>\d{{1,2}}|{BLANK}*)\s*(?:năm|/)\s*(?P<y>\d{{4}})",
    re.M,
)
NUMBER = re.compile(r"Số\s*:?\s*(?P<count>\d{0,6})[…._\s]*(?P<sign>[/\-–]\s*\w{1,15}(?:\s*[/\-–&]\s*\w{1,15}){0,6})")
NUMBER_BLANK = re.compile(r"Số\s*:\s*[…._\s]*/?\s*$")
SUBJECT = re.compile(r"(?:V/v|Về việc|Vv)\s*:?\s*(?P<title>\S.*)", re.I)
PREAMBLE = re.compile(r"(?:Thực hiện|Căn cứ|Thi hành|Triển khai thực hiện|Nhằm|Để|Xét|Theo|Kính gửi)\b")
HEADING = re.compile(r"(?!V/v)(?:[IVXL]+|\d+|[A-ZĐ])\s*[.)/]\s*\S|(?:PHẦN|Phần|CHƯƠNG|Chương|Điều)\s+\S")
COLUMN = re.compile(r"S?TT|Số (?:TT|thứ tự)|Nội dung(?: công việc| nhiệm vụ)?|Nhiệm vụ|Công việc", re.I)
"""What heads the first column of a table that follows the title at once."""
ATTACHED = re.compile(
    r"\(\s*(?:Ban hành\s+)?[Kk]èm theo\s+(?P<type>[^\d]{3,40}?)\s+số\s*:?\s*"
    r"(?P<number>\d*\s*[/\-–]\s*[\w\-–/& ]{2,25}?)"
    r"(?:,?\s*ngày\s+(?P<d>\d{1,2})\s*(?:/|tháng)\s*(?P<m>\d{1,2})\s*(?:/|năm)\s*(?P<y>\d{4}))?"
    r"(?:\s+của\s+(?P<issuer>[^()]{3,120}))?\s*\)"
)
FORM = re.compile(r"(?:Biểu )?mẫu\s*(?:(?:số|đề cương|phụ lục)?\s*:?\s*[\dIVX]{1,4}[a-zđ]?\b|kế hoạch)", re.I)
"""What heads a form to be filled in: "Mẫu số 02"."""
ABOVE = 40
"""Lines above the type in which its letterhead stands."""
WIDEST = 200
"""Characters of a line of a letterhead; longer ones are text."""
DEEP = 1_000
"""Lines in which the type is looked for: a page of the web may open with a long menu."""
TOP = 120
"""Lines in which a type without any letterhead above it counts."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head as printed; `at` is the line of the type, `end` the first line after the title.

    `part_of` is the type of the document that an annex saved on its own names as its own.
    """

    at: int | None
    end: int
    doc_type: str | None
    number: str | None
    number_reason: str | None
    place: str | None
    issued: str | None
    issued_partial: str | None
    issuer: str | None
    title: str | None
    part_of: str | None = None
    is_form: bool = False


def read_head(lines: Sequence[str], registry: Registry) -> Head:
    """The head of a document from its printed lines (without marks of Markdown)."""
    at, kind, rest = _type(lines)
    stop = at if at is not None else min(len(lines), ABOVE)
    near = [line for line in lines[max(0, stop - ABOVE) : stop] if len(line) <= WIDEST]
    above = [" ".join(MOTTO.sub(" ", line).split()) for line in near]
    attached = next(filter(None, (ATTACHED.search(text) for text in _pairs(lines[: 2 * TOP]))), None)
    place, issued, partial = read_day(above)
    number, why_not = _number(above)
    issuer = printed_issuer(_letterhead(above), lines, registry)
    part_of = None
    if attached and not number and not issuer and not issued:  # an annex saved on its own names its plan
        issued, issuer = _iso(attached), attached["issuer"] and attached["issuer"].strip()
        number = _tight(attached["number"]) if attached["number"][:1].isdigit() else None
        part_of = attached["type"].strip().capitalize()
    if at is None:
        title, end = _annex_title(lines) if part_of else _untyped_title(lines, above, kind)
    else:
        title, end = read_title(lines, at, rest)
    return Head(
        at,
        end,
        kind,
        number,
        None if number else why_not,
        place,
        issued,
        partial,
        issuer or issuer_in_words(lines),
        title,
        part_of,
        any(map(FORM.match, above)),
    )


def _pairs(lines: Sequence[str]) -> Iterator[str]:
    """Each line that may name the plan it belongs to, with the two after it."""
    for i, line in enumerate(lines):
        if "èm theo" in line:
            yield " ".join(lines[i : i + 3])


def _type(lines: Sequence[str]) -> tuple[int | None, str | None, str]:
    """Line, type, and what follows the type on its line. A letterhead above it decides; without any, the first line."""
    first = None
    for at, line in enumerate(lines[:DEEP]):
        match = TYPE_LINE.fullmatch(line) if line[:2].isupper() else None
        if match and match["rest"] and not _begins_title(match["rest"]):
            match = None
        kind = match["type"] if match else (line.rstrip(":").upper() if TYPE_WORD.fullmatch(line) else None)
        if not kind:
            continue
        found = at, kind.capitalize(), (match["rest"] or "") if match else ""
        if any(map(_is_letterhead, lines[max(0, at - 15) : at])):
            return found
        if match and first is None and at < TOP:
            first = found
    if first is None and any(line.startswith("Kính gửi") for line in lines[:TOP]) and _number(lines[:TOP])[0]:
        return None, "Công văn", ""
    return first or (None, None, "")


def further_documents(lines: Sequence[str], number: str | None) -> list[tuple[int, str]]:
    """Lines at which the numbers of other documents with letterheads of their own stand, and those numbers."""
    found: dict[str, int] = {}
    for at, line in enumerate(lines):
        kind = TYPE_LINE.fullmatch(line[:300]) if line[:2].isupper() else None
        if not kind or (kind["rest"] and not _begins_title(kind["rest"])):
            continue
        for above in range(max(0, at - 15), at):
            match = NUMBER.fullmatch(lines[above]) or (NUMBER.match(lines[above]) if DAY.search(lines[above]) else None)
            said = match["count"] + _tight(match["sign"]) if match and match["count"] else None
            if said and said != number:
                found.setdefault(said, above)
    return [(above, said) for said, above in found.items()]


def _begins_title(rest: str) -> bool:
    return rest[0].isalpha() or rest[0] in '“"('


def _is_letterhead(line: str) -> bool:
    return bool(NUMBER.match(line) or DAY.search(line) or (MOTTO.search(line) and any(map(str.isalpha, line))))


def read_day(head: Sequence[str]) -> tuple[str | None, str | None, str | None]:
    """Place, day, and year-month where the day was left blank."""
    for text in ("\n".join(head), " ".join(head)):  # a narrow letterhead breaks the line before the day
        match = DAY.search(NUMBER.sub(" | ", text))
        if match:
            whole = _iso(match)
            month = match["m"].strip() if match["m"].strip().isdigit() else None
            partial = match["y"] + (f"-{int(month):02d}" if month else "")
            return (match["place"] or match["bare"]).strip(), whole, None if whole else partial
    return None, None, None


def _iso(match: re.Match[str]) -> str | None:
    try:
        return dt.date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
    except (TypeError, ValueError):
        return None


def _number(head: Sequence[str]) -> tuple[str | None, str | None]:
    for line in head:
        match = NUMBER.match(line)
        if match and match["count"]:
            return match["count"] + _tight(match["sign"]), None
        if match or NUMBER_BLANK.match(line):
            return None, f"chỗ ghi số để trống: “{(match or NUMBER_BLANK.match(line) or [line])[0].strip()}”"
    return None, "văn bản không có dòng số, ký hiệu"


def _letterhead(above: Sequence[str]) -> list[str]:
    """The lines above the number and the day."""
    ends = (i for i, line in enumerate(above) if NUMBER.match(line) or NUMBER_BLANK.match(line) or DAY.search(line))
    return list(above[: next(ends, len(above))])


def _tight(number: str) -> str:
    return re.sub(r"\s+", "", number)


def read_title(lines: Sequence[str], at: int, rest: str) -> tuple[str | None, int]:
    """The lines under the type until the text begins; the first may itself open like a preamble."""
    title = [rest] if rest else []
    end = at + 1
    while end < len(lines) and len(title) < 12:
        line = lines[end]
        ends = (
            line.startswith("(")
            or COLUMN.fullmatch(line)
            or HEADING.match(line)
            or line.endswith((":", ";"))
            or MOTTO.match(line)
        )
        if line and title and (ends or _begins_text(title, line)):
            break
        if line and not title and (ends or len(line) > 600):
            if not MOTTO.match(line):
                break
        elif line:
            title.append(line)
        end += 1
    return " ".join(title).strip() or None, end


def _begins_text(title: Sequence[str], line: str) -> bool:
    """Whether a line is no longer the title: a preamble, a sentence, or small letters after capitals."""
    if line[0].islower():
        return False
    if PREAMBLE.match(line) or len(line) > 400 or re.search(r"[^.][.]$", line):
        return True
    return title[0].isupper() != line.isupper() and len(line.split()) > 2


def _annex_title(lines: Sequence[str]) -> tuple[str | None, int]:
    """What stands between "PHỤ LỤC" and the words that name the plan it belongs to."""
    end = next(i for i, line in enumerate(lines) if "èm theo" in line)
    title = [line for line in lines[:end] if line and not re.match(r"phụ lục(?:\s+(?:số\s+)?\w{1,5})?$", line, re.I)]
    return " ".join(title[-4:]) or None, end + 1


def _untyped_title(lines: Sequence[str], above: Sequence[str], kind: str | None) -> tuple[str | None, int]:
    for i, line in enumerate(above):
        match = SUBJECT.match(line)
        if match and kind:
            wrapped = [text for text in above[i + 1 : i + 4] if text and text[0].islower()]
            return " ".join([match["title"], *wrapped]), 0
    return next((line for line in lines if line), None), 0
