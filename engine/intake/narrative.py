"""The document around its tables: letterhead, number, day, title, period, bases, recipients, signature.

What is not printed stays empty; a blank left for the clerk says so in `number_reason` and `issue_date_partial`.
"""

import datetime as dt
import re
from collections.abc import Sequence

from engine.intake.draft import LegalBasis, Period, Plan
from engine.intake.readers import Block
from engine.intake.registry import Registry

TYPES = "KẾ HOẠCH|CHƯƠNG TRÌNH|CHƯƠNG TRÌNH HÀNH ĐỘNG|ĐỀ ÁN|QUYẾT ĐỊNH|CHỈ THỊ|CÔNG VĂN|THÔNG BÁO|BÁO CÁO|NGHỊ QUYẾT"
PLANS = frozenset({"KẾ HOẠCH", "CHƯƠNG TRÌNH", "CHƯƠNG TRÌNH HÀNH ĐỘNG"})
UNITS = r"TỈNH|THÀNH PHỐ|HUYỆN|THỊ XÃ|QUẬN|XÃ|PHƯỜNG|THỊ TRẤN"
PREAMBLE = re.compile(r"(?:Thực hiện|Căn cứ|Thi hành|Triển khai thực hiện (?!.*KẾ)|Nhằm|Để|Xét|Theo)\b")
HEADING = re.compile(r"(?:[IVX]+|\d+)\s*[.)]\s*\S")
MOTTO = re.compile(r"CỘNG HÒA|CỘNG HOÀ|Độc lập|-{3,}|_{3,}")
DAY = re.compile(
    r"(?P<place>[^\W\d_][^,;:\n|]{1,40}),\s*ngày\s+(?P<d>\d{1,2}|…+|\.+)?\s*tháng\s+(?P<m>\d{1,2}|…+|\.+)?\s*"
    r"năm\s+(?P<y>\d{4})"
)
NUMBER = re.compile(r"Số\s*:\s*(?P<number>[\d…. ]*/?\s*[\w\-–/&]*)")
BASIS = re.compile(
    r"(?P<type>Quyết định|Nghị quyết|Nghị định|Thông tư|Kế hoạch|Chương trình hành động|Chương trình|Kết luận|Chỉ thị|"
    r"Công văn|Thông báo|Luật)\s+(?:số\s+)?(?P<number>\d+[\w\-–/]*/?[\w\-–]+)?"
    r"(?:,?\s*ngày\s+(?P<d>\d{1,2})(?:/|\s+tháng\s+)(?P<m>\d{1,2})(?:/|\s+năm\s+)(?P<y>\d{4}))?"
    r"(?:\s+của\s+(?P<issuer>.+?)(?=\s+(?:về|phê duyệt|ban hành|triển khai|thực hiện|quy định|và|trên)\b|[,;.“(]|$))?"
)
POSTS = re.compile(r"CHỦ TỊCH|GIÁM ĐỐC|CHÁNH|TRƯỞNG|BÍ THƯ|BỘ TRƯỞNG|TỔNG")
HEAD = 60
"""Lines in which a letterhead, and after the recipients a signature, are looked for."""
LONGEST_PREAMBLE = 20_000


def plain(text: str) -> str:
    """A line without the marks of Markdown."""
    return " ".join(re.sub(r"\*+|^#+\s*|(?<!\w)_+|_+(?!\w)|\|", " ", text).split())


def read_plan(blocks: Sequence[Block], registry: Registry, *, has_table: bool) -> Plan:
    """What the document says about itself, and whether it is a plan at all."""
    lines = [plain(block.text) for block in blocks]
    at = next((i for i, line in enumerate(lines[: 2 * HEAD]) if re.fullmatch(TYPES, line)), None)
    head = lines[:at] if at is not None else lines[:HEAD]
    place, issued, partial = _day(head)
    number, why_not = _number(head)
    title = _title(lines, at) if at is not None else next((line for line in lines if line), None)
    signer, post, form = _signature(lines)
    is_plan = at is not None and (lines[at] in PLANS or has_table) and bool(place or number or signer)
    return Plan(
        is_plan=is_plan,
        not_plan_reason=None if is_plan else "không có tên loại văn bản, số, nơi và ngày ban hành của một kế hoạch",
        doc_type=lines[at].capitalize() if at is not None else None,
        number=number,
        number_reason=why_not if is_plan else None,
        issuer=_issuer(head, lines, registry),
        place=place,
        issue_date=issued,
        issue_date_partial=partial,
        title=title,
        period=_period(title or ""),
        signer=signer,
        signer_title=post.capitalize().replace("chủ tịch", "Chủ tịch").replace("giám đốc", "Giám đốc")
        if post
        else None,
        signing_form=form,
        recipients=_recipients(lines),
    )


def plan_year(plan: Plan) -> int | None:
    """The one year a plan is for; None where it spans several or does not say."""
    start, end = (plan.period.start, plan.period.end) if plan.period else (None, None)
    return int(start[:4]) if start and end and start[:4] == end[:4] else None


def legal_bases(blocks: Sequence[Block]) -> list[LegalBasis]:
    """The documents that the preamble names, in order."""
    lines = [plain(block.text) for block in blocks[: 2 * HEAD]]
    start = next((i for i, line in enumerate(lines) if PREAMBLE.match(line)), len(lines))
    stop = next((i for i in range(start, len(lines)) if HEADING.match(lines[i])), len(lines))
    bases = []
    for match in BASIS.finditer(" ".join(lines[start:stop])[:LONGEST_PREAMBLE]):
        if match["number"] or (match["issuer"] and match["type"] in ("Nghị quyết", "Luật")):
            bases.append(
                LegalBasis(type=match["type"], number=match["number"], date=_iso(match), issuer=match["issuer"])
            )
    return bases


def _iso(match: re.Match[str]) -> str | None:
    try:
        return dt.date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
    except (TypeError, ValueError):
        return None


def _day(head: Sequence[str]) -> tuple[str | None, str | None, str | None]:
    """Place, day, and year-month where the day was left blank."""
    for text in ("\n".join(head), " ".join(head)):  # a narrow letterhead breaks the line before the day
        match = DAY.search(text)
        if match:
            place = match["place"].strip().split("  ")[-1]
            whole = _iso(match)
            month = match["m"] if (match["m"] or "").isdigit() else None
            return place, whole, None if whole else match["y"] + (f"-{int(month):02d}" if month else "")
    return None, None, None


def _number(head: Sequence[str]) -> tuple[str | None, str | None]:
    for line in head:
        match = NUMBER.match(line)
        if match:
            number = re.sub(r"\s+", "", match["number"])
            if re.match(r"\d", number):
                return number, None
            return None, f"chỗ ghi số để trống: “{line}”"
    return None, "văn bản không có dòng số, ký hiệu"


def _title(lines: Sequence[str], at: int) -> str | None:
    title: list[str] = []
    for line in lines[at + 1 :]:
        if not line and not title:
            continue
        if not line or PREAMBLE.match(line) or HEADING.match(line) or MOTTO.match(line) or len(title) > 6:
            break
        title.append(line)
    return " ".join(title) or None


def _issuer(head: Sequence[str], lines: Sequence[str], registry: Registry) -> str | None:
    """From the letterhead; without one, from who issues the plan in its own words."""
    top = []
    for line in head:
        if MOTTO.match(line) or DAY.search(line) or NUMBER.match(line):
            break
        if line and line == line.upper() and any(letter.isalpha() for letter in line):
            top.append(line)
    letterhead = " ".join(top)
    match = re.search(rf"([ỦU][YỶ] BAN NHÂN DÂN|UBND)\s+({UNITS})\s+(.+)", letterhead)
    if match and not re.search(r"\b(?:SỞ|PHÒNG|BAN|CHI CỤC)\b", match[3]):
        return f"Ủy ban nhân dân {match[2].lower()} {_proper(match[3])}"
    if top:
        entry = registry.named(top[-1])
        return entry.name if entry else top[-1].capitalize()
    return _issuer_in_words(lines)


def _issuer_in_words(lines: Sequence[str]) -> str | None:
    for line in lines:
        match = re.match(r"([^,;:.]{3,80}?) (?:xây dựng|ban hành) Kế hoạch\b", line)
        if match and match[1][0].isupper():
            return match[1]
    for line in lines:
        match = re.match(r"Trên đây là Kế hoạch\b.*\bcủa ([^,;:]{3,80}?)(?:[.,;]|$)", line)
        if match:
            return match[1]
    return None


def _proper(name: str) -> str:
    return " ".join(word.capitalize() for word in name.split())


def _period(title: str) -> Period | None:
    words = title.casefold()
    stretch = re.search(r"giai đoạn\s+(\d{4})\s*[-–]\s*(\d{4})\s*$", words)
    until = re.search(r"đến (?:hết )?năm\s+(\d{4})(?:,?\s*(?:tầm nhìn|định hướng) đến (?:năm )?(\d{4}))?", words)
    years = re.findall(r"(?<!đến )\bnăm\s+(\d{4})", words)
    if stretch:
        return Period(start=f"{stretch[1]}-01-01", end=f"{stretch[2]}-12-31", printed=stretch[0])
    if until:
        return Period(start=None, end=f"{until[1]}-12-31", horizon=until[2], printed=until[0])
    if years:
        return Period(start=f"{years[-1]}-01-01", end=f"{years[-1]}-12-31", printed=f"năm {years[-1]}")
    return None


def _recipients(lines: Sequence[str]) -> list[str]:
    at = next((i for i, line in enumerate(lines) if re.fullmatch(r"Nơi nhận\s*:?", line)), len(lines))
    listed: list[str] = []
    for line in lines[at + 1 :]:
        if not line.startswith(("-", "–", "+")):
            if listed:
                break
            continue
        listed.append(line.lstrip("-–+ ").rstrip(";. "))
    return listed


def _signature(lines: Sequence[str]) -> tuple[str | None, str | None, str | None]:
    """Name, post, and the form of signing ("KT. CHỦ TỊCH / PHÓ CHỦ TỊCH") after the recipients."""
    at = next((i for i, line in enumerate(lines) if re.fullmatch(r"Nơi nhận\s*:?", line)), None)
    if at is None:
        return None, None, None
    form: list[str] = []
    for line in filter(None, lines[at + 1 : at + HEAD]):
        post, rest = _upper_words(line)
        if post and (form or POSTS.search(post) or post.startswith("TM.")):
            form.append(post)
            line = rest  # noqa: PLW2901  the name may stand on the same line
        if line and form and any(POSTS.search(part) for part in form):
            is_name = len(line.split()) <= 6 and not re.search(r"[\d:;/]", line)
            return line if is_name else None, _post(form[-1]), " / ".join(form)
    return None, None, None


def _upper_words(line: str) -> tuple[str, str]:
    """The words in capitals that open a line, and the rest of it."""
    words = line.split()
    count = next((i for i, word in enumerate(words) if word != word.upper() or not word[0].isalpha()), len(words))
    return " ".join(words[:count]), " ".join(words[count:])


def _post(line: str) -> str:
    return re.split(r"(?:TM|KT|TL|TUQ|Q)\.\s*", line)[-1].strip()
