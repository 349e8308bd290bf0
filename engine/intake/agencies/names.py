"""One printed name to its long form: abbreviations spelled out, "UBND" kept short, the plan's own province left off."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from engine.intake.agencies.vocabulary import CENTRAL_CITIES, FIELDS, UNSURE, Field
from engine.intake.agencies.words import DASHES, Word, fold, words_of

LONGEST_NAME = 300
"""Longer than any body's name; what is longer stays as printed."""
GLUE = frozenset({"-", "&", ",", ".", "/", "+", "và"})
TIGHT = frozenset({"-", "&", "/", "+"})
_UNIT = r"(?=\s*(?:tỉnh|huyện|thị|thành|tp|xã|phường|quận|các|cấp)\b)"
_COMMITTEE = r"(?:ub|[uủ][ỷy] ?ban)"


def _rules(*pairs: tuple[str, str]) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern, re.IGNORECASE), long) for pattern, long in pairs]


HEAD_RULES = _rules(
    (r"^vp\b\.?\s*", "Văn phòng "),
    (r"^bv\b\.?\s*", "Bệnh viện "),
    (r"^bql\b\.?\s*", "Ban Quản lý "),
    (r"^bcđ\b\.?\s*", "Ban Chỉ đạo "),
    (r"^ttyt\b", "Trung tâm Y tế"),
    (r"^ubkt\b", "Ủy ban Kiểm tra"),
    (r"^btv\b(?=\s+(?:tỉnh|thành|huyện|thị|quận|đảng)\s+[uủ][ỷy])", "Ban Thường vụ"),
    (r"^bch\b(?=\s+(?:đảng bộ|đoàn|công đoàn|hội))", "Ban Chấp hành"),
    (r"^bgh\b", "Ban Giám hiệu"),
    (r"^gvcn\b", "Giáo viên chủ nhiệm"),
    (r"^ca\b\.?\s*" + _UNIT, "Công an "),
    (r"^bchqs\b(?=\s+tỉnh)", "Bộ Chỉ huy Quân sự"),
    (r"^bchqs\b(?=\s+(?:huyện|thị|thành|quận|xã|phường))", "Ban Chỉ huy Quân sự"),
    (r"^(?:trường )?đh\b\.?\s*", "Trường Đại học "),
    (r"^trường cđ\b\.?\s*", "Trường Cao đẳng "),
    (r"^tt\b\.?\s*(?=(?:y tế|gdnn|gdtx|văn hóa|văn hoá|khuyến nông|phát triển|dịch vụ|phục vụ|kiểm soát|thông tin)\b)",
     "Trung tâm "),
    (r"^tt\b\.?\s*(?=(?:tỉnh [uủ][ỷy]|thành [uủ][ỷy]|huyện [uủ][ỷy]|thị [uủ][ỷy]|đảng [uủ][ỷy]|hđnd|ubnd)\b)",
     "Thường trực "),
    (r"^(p|tt)\b\s*\.?\s*(?=[^\W\d_])", r"\1. "),
)  # fmt: skip
"""What an abbreviation at the beginning of a name stands for, where what follows makes it sure."""
INNER_RULES = _rules(
    (rf"\b(?:{_COMMITTEE}\s*mttq|mttq(?=\s*(?:vn|việt|tỉnh|huyện|thành|tp|xã|phường|quận|thị|các|và|$)))\s*(?:vn\b)?",
     "@mttq"),
    (r"\bmttq\b", "Mặt trận Tổ quốc"),
    (r"\bhội lhpn\b", "Hội Liên hiệp Phụ nữ"),
    (r"\bhội lhtn\b", "Hội Liên hiệp Thanh niên"),
    (r"\bhội ccb\b", "Hội Cựu chiến binh"),
    (r"\bhội nd\b", "Hội Nông dân"),
    (r"\bhội pn\b", "Hội Phụ nữ"),
    (r"\bhội nct\b", "Hội Người cao tuổi"),
    (r"\bhội ctđ\b", "Hội Chữ thập đỏ"),
    (r"\blđlđ\b", "Liên đoàn Lao động"),
    (r"\blmhtx\b", "Liên minh Hợp tác xã"),
    (r"^đ(?:oàn )?tn ?cs ?(?:hcm|hồ chí minh)\b", "Đoàn Thanh niên Cộng sản Hồ Chí Minh"),
    (r"^đ(?:oàn )?tn\b", "Đoàn Thanh niên"),
    (r"\bbhxh\b", "Bảo hiểm xã hội"),
    (r"\bbcđ\b", "Ban Chỉ đạo"),
    (r"\bhđnd\s*&\s*ubnd\b", "HĐND và UBND"),
    (r"^ngân hàng csxh\b", "Ngân hàng Chính sách xã hội"),
    (r"\bban ngành\b", "ban, ngành"),
    (r"\bkbnn\b", "Kho bạc Nhà nước"),
    (r"\bnhnn\b", "Ngân hàng Nhà nước"),
    (r"\bnhcsxh\b", "Ngân hàng Chính sách xã hội"),
    (r"\bvksnd\b", "Viện kiểm sát nhân dân"),
    (r"\btand\b", "Tòa án nhân dân"),
    (r"\bvpcp\b", "Văn phòng Chính phủ"),
    (r"\bttcp\b", "Thanh tra Chính phủ"),
    (r"\bchqs\b", "Chỉ huy Quân sự"),
    (r"\bch bđbp\b", "Chỉ huy Bộ đội Biên phòng"),
    (r"\bbđbp\b", "Bộ đội Biên phòng"),
    (r"\bqltt\b", "Quản lý thị trường"),
    (r"\bkcn\b", "khu công nghiệp"),
    (r"\bhtx\b", "Hợp tác xã"),
    (r"\bcơ sở gdnn\b", "cơ sở giáo dục nghề nghiệp"),
    (r"^cổng ttđt\b", "Cổng Thông tin điện tử"),
    (r"^đài pt\s*[-–]\s*th\b", "Đài Phát thanh - Truyền hình"),
    (r"^đài pt\s*&?\s*th\b", "Đài Phát thanh và Truyền hình"),
    (r"\btp\b\.?(?=\s*[^\W\d_]|$)", "thành phố"),
    (r"\btx\b\.?(?=\s*[^\W\d_]|$)", "thị xã"),
)  # fmt: skip
"""Abbreviations that mean one body wherever they stand in a name."""


@cache
def _fields_of(head: str) -> tuple[tuple[Field, tuple[str, ...]], ...]:
    return tuple(
        (field, tuple(word.key for word in words_of(field.name) if word.key not in GLUE))
        for field in FIELDS
        if head in field.heads
    )


def field_at(words: Sequence[Word], at: int, head: str = "") -> tuple[int, str] | None:
    """The field of administration spelled at `at`, long, short or mixed ("Lao động - TB&XH"): its end and long form.

    Args:
        words: of the text.
        at: where the field would begin.
        head: "sở", "bộ", "phòng" or "p", which decides what a short form means; "" for long forms alone.
    """
    if at >= len(words):
        return None
    found: dict[str, int] = {}
    for field, parts in _beginning(head, words[at].text):
        end = _spelled(words, at, parts, field, short=bool(head))
        if end:
            found[field.name] = end
    longest = max(found.values(), default=0)
    names = [name for name, end in found.items() if end == longest]
    return (longest, names[0]) if len(names) == 1 else None


@cache
def _every_field() -> tuple[tuple[Field, tuple[str, ...]], ...]:
    return tuple({f.name: (f, parts) for head in ("sở", "bộ", "p") for f, parts in _fields_of(head)}.values())


@lru_cache(maxsize=4096)
def _beginning(head: str, first: str) -> tuple[tuple[Field, tuple[str, ...]], ...]:
    """The fields of a head that may begin with this word, in full or as initials."""
    key, every = first.casefold(), _fields_of(head) if head else _every_field()
    return tuple(
        (field, parts)
        for field, parts in every
        if parts[0] == fold(first) or first in field.also or (head and "".join(p[0] for p in parts).startswith(key))
    )


def _spelled(words: Sequence[Word], at: int, parts: Sequence[str], field: Field, *, short: bool) -> int:
    """The end of the field's words at `at`, each in full or as initials; 0 where something else stands there."""
    if at < len(words) and words[at].text in field.also:
        return at + 1
    done, here, shortened, glued = 0, at, False, 0
    while done < len(parts) and here < len(words) and glued < 3:
        word, initials = words[here], "".join(part[0] for part in parts[done:])
        if word.key == parts[done]:
            done, glued = done + 1, 0
        elif word.key in GLUE and here > at:
            glued += 1
        elif short and word.text.isupper() and initials.startswith(word.key):
            done, glued, shortened = done + len(word.key), 0, True
        else:
            return 0
        here += 1
    if done < len(parts) or (shortened and (field.name in UNSURE or _goes_on(words, here))):
        return 0
    return here


def _goes_on(words: Sequence[Word], at: int) -> bool:
    """Whether a short form is cut from a longer one: "KT" of "KT&BĐCL"."""
    return at + 1 < len(words) and words[at].key in TIGHT and words[at + 1].text.isupper()


@lru_cache(maxsize=4096)
def long_form(printed: str) -> str:
    """The long form of one name, without touching its order of words."""
    text = " ".join(printed.split())
    if len(text) > LONGEST_NAME:
        return text
    text = _with_field(re.sub(rf"\s*[{DASHES}]\s+|\s+[{DASHES}]\s*", " - ", text))
    for pattern, long in HEAD_RULES:
        text = pattern.sub(long, text, count=1)
    for pattern, long in INNER_RULES:
        text = pattern.sub(_front if long == "@mttq" else long, text)
    text = re.sub(rf"^{_COMMITTEE}\s*(?:nd|nhân dân)\b", "UBND", text, flags=re.IGNORECASE)
    text = re.sub(r"[uủ][ỷy] ban nhân dân\b", "UBND", text, flags=re.IGNORECASE)
    return (text[:1].upper() + text[1:]).strip()


def _front(match: re.Match[str]) -> str:
    body = "Ủy ban Mặt trận Tổ quốc" if re.match(_COMMITTEE, match[0], re.IGNORECASE) else "Mặt trận Tổ quốc"
    tail = " " if match[0][-1].isspace() else ""
    return body + (" Việt Nam" if re.search(r"vn\s*$", match[0], re.IGNORECASE) else "") + tail


def _with_field(text: str) -> str:
    """The name with the field behind "Sở", "Bộ", "Phòng" or "P." in its long form."""
    words = words_of(text)
    head = words[0].key if words else ""
    at = 2 if head == "p" and len(words) > 1 and words[1].key == "." else 1
    if head not in ("sở", "bộ", "phòng", "p") or (head == "p" and words[0].text != "P"):
        return text
    found = field_at(words, at, head)
    if not found:
        return text
    end, name = found
    shown = {"sở": "Sở", "bộ": "Bộ"}.get(head, "Phòng")
    return f"{shown} {name}{text[words[end - 1].end :]}"


def without_place(name: str, place: str) -> str:
    """The name without the plan's own province at its end: "Sở Y tế tỉnh X" is "Sở Y tế"."""
    folded, own = fold(name), fold(place)
    tails: list[tuple[str, int]] = []
    if folded.startswith("sở "):
        ends = [" tỉnh", " thành phố", *([f" tỉnh {own}", f" thành phố {own}", f" {own}"] if own else [])]
        tails = [(end, len(end.split())) for end in sorted(ends, key=len, reverse=True)]
    elif own:
        tails = [(f" tỉnh {own}", len(own.split()))]
        if own in CENTRAL_CITIES:
            tails.append((f" thành phố {own}", len(own.split())))
    for tail, count in tails:
        if folded.endswith(tail) and len(folded) > len(tail) + 3:
            return " ".join(name.split()[:-count])
    return name
