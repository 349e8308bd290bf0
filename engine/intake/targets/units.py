"""Units that figures are given for: districts, communes, schools, departments and the whole, told by their words."""

import re
from functools import lru_cache

LONGEST = 200
SHORT = {"tp": "thành phố", "tx": "thị xã", "tt": "thị trấn", "h": "huyện", "q": "quận", "p": "phường"}
SHORTENED = re.compile(rf"^({'|'.join(SHORT)})(?:\.\s*|\s+)")
ISSUER = re.compile(r"^(?:ubnd|[uủ][ỷy] ban nhân dân) ")
AREAS = r"thành phố|thị xã|huyện|quận|đặc khu|xã|phường|thị trấn"
TOTAL = re.compile(
    r"(?:tính )?(?:chung )?(?:toàn|cả) (?P<whole>tỉnh|thành phố|huyện|thị xã|quận|xã|phường|ngành)|"
    r"(?:tổng(?: số| cộng| chung)?|cộng|bình quân(?: chung)?)(?: (?:toàn|cả) (?P<sum>tỉnh|thành phố|huyện|xã|ngành))?"
)
KINDS = (
    # the first that fits; a school may bear the name of a district
    ("school", r"(?:các )?(?:trường|(?:pt)?dtnt|thpt|thcs|th&|th và|th-|tiểu học|mầm non|mẫu giáo|trung cấp|tc |"
               r"cao đẳng|cđ |đại học|trung tâm (?:gd|giáo dục)|ttgd)"),
    ("district", r"(?:thành phố|thị xã|huyện|quận)\b"),
    ("commune", r"(?:xã|phường|thị trấn|đặc khu)\b"),
    ("province", r"tỉnh\b"),
    ("department", r"(?:các )?(?:sở|phòng|ban|chi cục|cục|ngành|báo|đài|hội|đoàn|liên đoàn|công an|bộ chỉ huy|"
                   r"văn phòng|thanh tra|kho bạc|bảo hiểm|ngân hàng|ủy ban)\b"),
)  # fmt: skip
WHOLES = {"tỉnh": "province", "thành phố": "province", "huyện": "district", "thị xã": "district", "quận": "district",
          "xã": "commune", "phường": "commune", "ngành": "department"}  # fmt: skip
NAMELESS = re.compile(rf"(?:{AREAS}|trường|sở|phòng)", re.I)


@lru_cache(maxsize=16_384)  # a table repeats its units in every column, a plan in every list
def unit_key(name: str) -> str:
    """One key for the spellings of a unit: short forms spelled out, "UBND" and end marks dropped."""
    key = " ".join(name[:LONGEST].casefold().split()).strip(" :;,.-–+")
    return SHORTENED.sub(lambda match: f"{SHORT[match[1]]} ", ISSUER.sub("", key))


def bare_name(name: str) -> str:
    """The name without its area's word: "Cầu Gỗ" of "TX Cầu Gỗ"."""
    return re.sub(rf"^(?:{AREAS})\s+", "", unit_key(name))


def is_total(name: str) -> bool:
    """Whether a name means all units together ("TOÀN TỈNH:", "Tổng cộng")."""
    return len(name) <= 60 and TOTAL.fullmatch(unit_key(name)) is not None


def is_nameless(name: str) -> bool:
    """Whether only the word for an area is printed where its name belongs ("huyện 50%")."""
    return NAMELESS.fullmatch(unit_key(name)) is not None


@lru_cache(maxsize=16_384)
def unit_kind(name: str, column: str = "") -> str | None:
    """district, commune, school, province, department or total; None where no word tells.

    `column` is the header above bare names ("Huyện, thị xã").
    """
    key = unit_key(name)
    total = TOTAL.fullmatch(key)
    if total:
        return WHOLES.get(total["whole"] or total["sum"] or "", "total")
    for text in filter(None, (key, unit_key(column))):
        for kind, words in KINDS:
            if re.match(words, text):
                return kind
    return None
