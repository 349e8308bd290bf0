"""The documents that a plan rests on, as its preamble names them: type, number, day, issuer."""

import datetime as dt
import re
from collections.abc import Sequence

from engine.intake.draft import LegalBasis
from engine.intake.text.letterhead import HEADING

TYPES = (
    "Quyết định|Nghị quyết|Nghị định|Thông tư liên tịch|Thông tư|Kế hoạch|Chương trình hành động|Chương trình|Kết luận|"
    "Chỉ thị|Công văn|Công điện|Thông báo|Tờ trình|Văn bản|Đề án|Hướng dẫn|Quy định|Pháp lệnh|Bộ luật|Luật"
)
DAY = r"(?P<d>\d{1,2})\s*(?:[/.]|tháng)\s*(?P<m>\d{1,2})\s*(?:[/.]|năm)\s*(?P<y>\d{4})"
BASIS = re.compile(
    rf"(?P<type>{TYPES})\s+(?:số\s*:?\s*)?(?P<number>\d{{1,6}}\s?[/\-–]\s?[\w\-–/]+)?"
    rf"(?:\s*,?\s*(?:ban hành\s+)?ngày\s+{DAY})?"
    r"(?:\s*,?\s+của\s+(?P<issuer>[^,;.“\"(\n]{2,120}?)(?=\s+(?:về|phê duyệt|ban hành|triển khai|thực hiện|"
    r"quy định|trên|"
    rf"và\s+(?:các\s+)?(?:{TYPES.lower()}|{TYPES})|hướng dẫn|sửa đổi|tăng cường|ngày|tại|khóa|nhiệm kỳ)\b|"
    rf"\s*[,;.“\"(]|\s*$))?"
)
PREAMBLE = re.compile(r"(?:Thực hiện|Căn cứ|Thi hành|Triển khai thực hiện|Xét|Theo|Để|Nhằm|Tiếp tục)\b")
LAW = re.compile(
    rf"(?P<type>Bộ luật|Luật|Pháp lệnh)\s[^;.\d]{{2,150}}?"
    rf"(?:số\s*:?\s*(?P<number>\d{{1,4}}/\d{{4}}/\w{{2,12}})(?:\s*,?\s*ngày\s+{DAY})?|"
    rf"ngày\s+{DAY.replace('<', '<law_')})"
)
LONGEST = 20_000
"""Characters of a preamble that are read."""


def legal_bases(lines: Sequence[str]) -> list[LegalBasis]:
    """The documents named from the first preamble line to the first numbered heading; only those with a number, or
    resolutions and laws with their issuer."""
    start = next((i for i, line in enumerate(lines) if PREAMBLE.match(line)), len(lines))
    stop = next((i for i in range(start, len(lines)) if HEADING.match(lines[i])), len(lines))
    preamble = " ".join(lines[start:stop])[:LONGEST]
    found: dict[tuple[str, str | None], tuple[int, LegalBasis]] = {}
    for match in BASIS.finditer(preamble):
        number = re.sub(r"\s+", "", match["number"]) if match["number"] else None
        if number or (match["issuer"] and match["type"] in ("Nghị quyết", "Luật")):
            basis = LegalBasis(type=match["type"], number=number, date=_iso(match), issuer=match["issuer"])
            found.setdefault((basis.type, number or basis.issuer), (match.start(), basis))
    for match in LAW.finditer(preamble):
        basis = LegalBasis(type=match["type"], number=match["number"], date=_iso(match) or _iso(match, "law_"))
        found.setdefault((basis.type, basis.number or basis.date), (match.start(), basis))
    return [basis for _, basis in sorted(found.values(), key=lambda each: each[0])]


def _iso(match: re.Match[str], prefix: str = "") -> str | None:
    try:
        return dt.date(int(match[f"{prefix}y"]), int(match[f"{prefix}m"]), int(match[f"{prefix}d"])).isoformat()
    except (TypeError, ValueError):
        return None
