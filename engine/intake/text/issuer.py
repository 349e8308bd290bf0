"""Who issues a document: the lowest body of its letterhead, several joint ones, or who says so in the text."""

import re
from collections.abc import Iterable, Sequence

from engine.intake.agencies.cell import read_cell
from engine.intake.agencies.registry import Registry

BODY = re.compile(
    r"(?:[ỦU][YỶ] BAN|UBND|HĐND|HỘI|SỞ|BỘ|TỈNH [ỦU][YỶ]|HUYỆN [ỦU][YỶ]|THÀNH [ỦU][YỶ]|THỊ [ỦU][YỶ]|QUẬN [ỦU][YỶ]|"
    r"ĐẢNG|BAN|CỤC|CHI|TỔNG|VĂN PHÒNG|PHÒNG|TRƯỜNG|ĐẠI HỌC|HỌC VIỆN|VIỆN|TRUNG TÂM|CÔNG TY|TẬP ĐOÀN|BỆNH VIỆN|LIÊN|"
    r"ĐOÀN|CÔNG AN|T[OÒ][AÀ] ÁN|CHÍNH PHỦ|THỦ TƯỚNG|KHO BẠC|NGÂN HÀNG|BẢO HIỂM|THANH TRA|TỔ|TRẠM|ĐÀI|BÁO|MẶT TRẬN|"
    r"CÔNG ĐOÀN|QUÂN KHU|QUÂN CHỦNG|BINH CHỦNG|QUÂN ĐOÀN|BINH ĐOÀN|SƯ ĐOÀN|LỮ ĐOÀN|TRUNG ĐOÀN|TIỂU ĐOÀN|ĐỒN|"
    r"(?:TỈNH|THÀNH|HUYỆN|THỊ|QUẬN) ĐOÀN|HẢI QUAN|HẠT KIỂM LÂM|KIỂM TOÁN|QUỸ|THUẾ|THỐNG KÊ|VỤ|HIỆP HỘI|HỢP TÁC XÃ|"
    r"NHÀ (?:HÁT|VĂN HÓA|XUẤT BẢN|THIẾU NHI|MÁY)|THƯ VIỆN|BẢO TÀNG|TẠP CHÍ|QUỐC HỘI|BƯU ĐIỆN|VIỄN THÔNG|ĐIỆN LỰC|KHOA|"
    r"BCH|VƯỜN QUỐC GIA|PHÂN HIỆU|THÔNG TẤN XÃ)\b"
)
PARTY = re.compile(r"(?:TỈNH|THÀNH|HUYỆN|THỊ|QUẬN|ĐẢNG) [ỦU][YỶ]\b")
COUNCIL = re.compile(
    r"(?P<body>[ỦU][YỶ] BAN NHÂN DÂN|UBND|HỘI ĐỒNG NHÂN DÂN|HĐND)\s+(?P<level>TỈNH|THÀNH PHỐ|TP\.?|HUYỆN|"
    r"THỊ XÃ|QUẬN|XÃ|PHƯỜNG|THỊ TRẤN|ĐẶC KHU)\s+(?P<name>.+)"
)
OF_COUNCIL = re.compile(
    r"(?:VĂN PHÒNG (?:HĐND|HỘI ĐỒNG NHÂN DÂN|UBND|[ỦU][YỶ] BAN NHÂN DÂN)|"
    r"SỞ|PHÒNG|BAN (?!QUẢN LÝ)|THANH TRA|TỔ CÔNG TÁC|HỘI ĐỒNG)\b"
)
"""Bodies of a council's or committee's own, which bear its province or district in their names."""
PEER = re.compile(r"(?:SỞ|BỘ)\b")
JOINT = re.compile(r"\s+[-–]\s+")
UNIT = re.compile(r"\b(?:tỉnh|huyện|thị xã|quận|xã|phường|thị trấn|đặc khu|thành phố) (?![uủ][yỷ]\b)(?P<name>.+)")
SHORT = re.compile(r"\b(?:hđnd|ubnd|mttq|tnhh|tncs|pbgdpl|gd&đt|thpt|thcs)\b", re.I)
WIDE = 4
"""Lines over which the name of one body runs at most."""


def printed_issuer(letterhead: Sequence[str], lines: Sequence[str], registry: Registry) -> str | None:
    """The lowest body of the letterhead, with the province or district of the one above where it has none itself.

    Joint issuers are named together. `lines` are those of the whole text, which may write the name in small letters.
    """
    bodies = _bodies(letterhead)
    if not bodies:
        return None
    *above, last = bodies
    joint = _joint(above, last)
    if joint:
        return " - ".join(_mixed_case(name, lines, registry) for name in joint)
    council = COUNCIL.fullmatch(last)
    if council:
        return _council(council)
    name = _mixed_case(last, lines, registry)
    parent = COUNCIL.fullmatch(above[-1]) if above else None
    if parent and last == "VĂN PHÒNG":
        name += f" {_council(parent)}"
    elif parent and OF_COUNCIL.match(last) and parent["name"] not in last:
        name += re.sub(r"^(?:Ủy ban|Hội đồng) nhân dân", "", _council(parent))
    if above and PARTY.match(above[-1]) and last.startswith(("BAN", "VĂN PHÒNG")):
        committee, place = " ".join(above[-1].split()[:2]), " ".join(above[-1].split()[2:])
        said = _with_place(place.lower()) if UNIT.match(place.lower()) else _proper(place)
        name += f" {committee.capitalize()} {said}".rstrip()
    return name


def _bodies(letterhead: Sequence[str]) -> list[str]:
    bodies: list[list[str]] = []
    for line in letterhead:
        if not line.isupper():
            continue
        if BODY.match(line):
            bodies.append([line])
        elif bodies and len(bodies[-1]) < WIDE:
            bodies[-1].append(line)
    return [" ".join(body) for body in bodies]


def _joint(above: Sequence[str], last: str) -> list[str]:
    """The names of bodies that issue together: on one line between dashes, or departments below each other."""
    parts = JOINT.split(last)
    if len(parts) > 1 and all(BODY.match(part) and not COUNCIL.match(part) for part in parts):
        return parts
    peers = [last]
    for name in reversed(above):
        if not (name.endswith(("-", "–")) or (PEER.match(name) and PEER.match(last) and name[:2] == last[:2])):
            break
        peers.insert(0, name.rstrip(" -–"))
    return peers if len(peers) > 1 else []


def _council(match: re.Match[str]) -> str:
    body = "Hội đồng nhân dân" if match["body"].startswith("H") else "Ủy ban nhân dân"
    level = match["level"].lower().replace("tp.", "thành phố").replace("tp", "thành phố")
    return f"{body} {level} {_proper(match['name'])}"


def _proper(name: str) -> str:
    return " ".join(word.capitalize() for word in name.split())


def _with_place(name: str) -> str:
    """A name in small letters with capitals in that of its province, district or commune."""
    unit = UNIT.search(name)
    return name[: unit.start("name")] + _proper(unit["name"]) if unit else name


def _mixed_case(name: str, lines: Iterable[str], registry: Registry) -> str:
    """A name in capitals as the registry or the text itself writes it."""
    entry = registry.named(name)
    if entry:
        return entry.name
    pattern = re.compile(re.escape(name).replace(r"\ ", r"\s+"), re.I)
    for line in lines:
        match = pattern.search(line[:2000])
        if match and not match[0].isupper():
            return match[0][0].upper() + match[0][1:]
    read = read_cell(name.capitalize(), registry).agencies
    known = len(read) == 1 and read[0].name.casefold() == name.casefold()
    return SHORT.sub(lambda short: short[0].upper(), _with_place(read[0].name if known else name.capitalize()))


def issuer_in_words(lines: Sequence[str]) -> str | None:
    """Without a letterhead: who issues the plan in its own words, or whose plan it closes as."""
    for line in lines:
        match = re.match(r"([^,;:.]{3,80}?) (?:xây dựng|ban hành) Kế hoạch\b", line[:300])
        if match and match[1][0].isupper():
            return match[1]
    for line in lines:
        match = re.match(r"Trên đây là Kế hoạch\b.{0,400}\bcủa ([^,;:]{3,80}?)(?:[.,;]|$)", line[:600])
        if match:
            return match[1]
    return None
