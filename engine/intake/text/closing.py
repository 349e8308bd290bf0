"""The end of a document: its recipients and its signature, whichever of the two comes first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.intake.agencies.vocabulary import SURNAMES

RECIPIENTS = re.compile(r"\W*(?:Nơi nhận|NƠI NHẬN)\s*:?\s*(?P<rest>.*)")
BEHIND_TEXT = re.compile(r"\W*Nơi nhận\b")
"""How the list of recipients begins, for what reads the text before it; never in capitals, unlike `RECIPIENTS`."""
FORM = re.compile(r"(?:TM|T/M|KT|K/T|TL|T/L|TUQ|Q|QUYỀN)\s*[./]?\s+(?=\S)|(?:TM|KT|TL|TUQ|Q)\.")
POST = (
    r"(?:PHÓ\s+|QUYỀN\s+)?(?:CHỦ TỊCH|(?:TỔNG\s+)?GIÁM ĐỐC|CHÁNH (?:VĂN PHÒNG|THANH TRA|ÁN)|"
    r"TRƯỞNG (?:PHÒNG|BAN|KHOA|ĐOÀN)|"
    r"BÍ THƯ|BỘ TRƯỞNG|THỨ TRƯỞNG|TỔNG BIÊN TẬP|CỤC TRƯỞNG|VIỆN TRƯỞNG|HIỆU TRƯỞNG|VỤ TRƯỞNG|CHI CỤC TRƯỞNG|THỦ TƯỚNG|"
    r"THỦ TRƯỞNG|TỔNG THANH TRA|CHỈ HUY TRƯỞNG|TỔNG CỤC TRƯỞNG|THỐNG ĐỐC|TRƯỞNG BAN CHỈ ĐẠO|TỔ TRƯỞNG|ĐẠI DIỆN|"
    r"TƯ LỆNH(?: TRƯỞNG)?|CHÍNH [ỦU][YỶ]|CHỦ NHIỆM|HẠT TRƯỞNG|TRẠM TRƯỞNG|ĐỘI TRƯỞNG|ĐỒN TRƯỞNG|KIỂM TOÁN TRƯỞNG|"
    r"TRƯỞNG (?:CÔNG AN|TRẠM|TIỂU BAN|THUẾ|ĐÀI|CHI NHÁNH)|TỔNG KIỂM TOÁN)"
)
POST_LINE = re.compile(rf"{POST}\b[^\d:;]{{0,60}}")
SIGNED = re.compile(r"[\[(]?\s*(?:đã ký|ký tên|ký, ghi|chữ ký|signature|ký thay)\b", re.I)
ELECTRONIC = re.compile(r"(?:Người ký|Ký bởi|Được ký bởi|Ký số bởi)\s*:\s*(?P<name>.*)", re.I)
STAMP = re.compile(r"(?:Email|Cơ quan|Thời gian ký|Ngày ký|Chức vụ)\s*:", re.I)
DEGREE = re.compile(
    r"\s*(?:(?:(?:GS|PGS|TSKH|TS|ThS|BSCK|BS|KS|CN|LS|NGƯT|NGND|TTƯT|TTND|(?:BS)?CKI{1,2}|Đ/c)\b\s*[.:]?|"
    r"(?:(?:Đại|Thượng|Trung|Thiếu) (?:tướng|tá|úy)|Đại úy|Luật sư|Bác sĩ|Nhà giáo ưu tú)(?=\s))[\s,-]*)+(?=[^\W\d_])"
)
"""Titles of learning and ranks, which are no part of a signer's name."""
FILED = re.compile(r"(?P<own>Lưu\b.*[.;,)])\s+(?P<name>[^.,;:()]{3,60})")
APOSTROPHE = re.compile(r"['’‘](?=\w)|['’‘](?=\s)")
"""As names of peoples of the highlands have it: "H'Yim", "K’ Brớ"."""
LISTED = re.compile(r"[-–—+*•]\s*|\d{1,2}[.)]\s*")
TAIL = re.compile(rf"(?P<own>.*?)\s*(?P<post>(?:\b(?:TM|KT|TL|TUQ|Q)\.\s*|\b{POST}).*)")
REACH = 60
"""Lines after the recipients in which a signature is looked for."""


@dataclass(slots=True)
class Closing:
    """Recipients and signature; `start` and `end` are the lines between which they stand (`end` not included)."""

    start: int
    end: int
    recipients: list[str] = field(default_factory=list)
    signer: str | None = None
    post: str | None = None
    form: str | None = None


def read_closing(lines: Sequence[str], after: int = 0) -> Closing | None:
    """The first closing behind line `after`; None where the document has neither recipients nor signature."""
    at = next((i for i in range(after, len(lines)) if _is_recipients(lines[i])), None)
    signed = _signature_line(lines, after, at if at is not None else len(lines))
    start = min((i for i in (at, signed) if i is not None), default=None)
    if start is None:
        return None
    closing = Closing(start, start + 1)
    column: list[tuple[int, str]] = []
    if at is not None:
        column = _recipients(lines, at, closing)
    behind = at is None or (signed is not None and signed < at)
    source = [(i, lines[i]) for i in range(signed or 0, min(len(lines), (signed or 0) + 20))] if behind else column
    _sign(source, closing)
    return closing


def _is_recipients(line: str) -> bool:
    match = RECIPIENTS.match(line) if len(line) < 200 else None
    return bool(match) and (not match["rest"] or line.lstrip("* ").startswith(("Nơi nhận:", "NƠI NHẬN:")))  # type: ignore[index]


def _signature_line(lines: Sequence[str], after: int, before: int) -> int | None:
    """The line at which a signature begins before the recipients, if a person's name soon follows it."""
    for i in range(after, before):
        line = lines[i]
        if len(line) < 120 and _is_form(line) and any(map(_names_signer, lines[i + 1 : i + 8])):
            return i
        if len(line) < 120 and _post_and_name(line):
            return i
    return None


def _names_signer(line: str) -> bool:
    stamped = ELECTRONIC.match(line)
    return _name_in_capitals(line) is not None or is_name(stamped["name"].strip() if stamped else line)


def _post_and_name(line: str) -> bool:
    post, rest = upper_words(line)
    return bool(POST_LINE.fullmatch(post)) and is_name(rest)


def _is_form(line: str) -> bool:
    return line.isupper() and bool(FORM.match(line) or POST_LINE.fullmatch(line))


def _recipients(lines: Sequence[str], at: int, closing: Closing) -> list[tuple[int, str]]:
    """Take the recipients; gives back the lines of the signature, parted from a column set beside them."""
    column: list[tuple[int, str]] = []
    rest = RECIPIENTS.match(lines[at])
    pending = [(at, rest["rest"])] if rest and rest["rest"] else []
    listing = True
    for i, line in [*pending, *((i, lines[i]) for i in range(at + 1, min(len(lines), at + REACH)))]:
        own, post = line, ""
        tail = TAIL.fullmatch(line) if len(line) < 300 else None
        if tail and (not tail["own"] or LISTED.match(tail["own"])) and upper_words(tail["post"])[0]:
            own, post = tail["own"], tail["post"]
        if post:
            column.append((i, post))
        mark = LISTED.match(own)
        if own and listing and (mark or (not column and own.endswith((";", ".", ",")) and len(own) < 200)):
            closing.recipients.append(LISTED.sub("", own, count=1).rstrip(";., "))
            closing.end = i + 1
        elif own and not mark:
            listing = listing and not (closing.recipients and column)
            column.append((i, own))
    return column


def _sign(column: Sequence[tuple[int, str]], closing: Closing) -> None:
    """Read posts and name from the lines of a signature."""
    form: list[str] = []
    electronic = None
    for at, (i, line) in enumerate(column):
        stamped = ELECTRONIC.match(line)
        if stamped:
            electronic = electronic or (stamped["name"].strip() if is_name(stamped["name"].strip()) else None)
        if stamped or STAMP.match(line):
            continue
        post, rest = (
            ("", line) if is_name(line) or (form and _name_in_capitals(line)) else upper_words(_bare_name(line))
        )
        if post and (FORM.match(post) or POST_LINE.match(post) or form):
            _add_form(form, post)
            closing.end = max(closing.end, i + 1)
            line = rest  # noqa: PLW2901  the name may stand on the same line
        if not line or SIGNED.match(line):
            continue
        if form and (capitals := _name_in_capitals(line)) and _post(form):
            closing.signer, closing.end = capitals, max(closing.end, i + 1)
            break
        if form and is_name(line):
            second = _second_signer(column[at + 1 : at + 8])
            names = [_bare_name(name) for name in (line, second[1] if second else "") if name]
            closing.signer, closing.end = "; ".join(names), max(closing.end, (second[0] if second else i) + 1)
            break
        if form and len(line) > 100:
            break
    if form:
        closing.signer = closing.signer or electronic or _filed_name(closing)
        closing.post, closing.form = _post(form), " / ".join(form)


def _second_signer(column: Sequence[tuple[int, str]]) -> tuple[int, str] | None:
    """The line and name of who signs a joint document with the first: posts and a name right below the first one's."""
    lines = [(i, line) for i, line in column if line and not SIGNED.match(line)]
    posts = next((n for n, (_, line) in enumerate(lines) if not _is_form(line)), len(lines))
    return lines[posts] if 0 < posts < len(lines) and is_name(lines[posts][1]) else None


def _filed_name(closing: Closing) -> str | None:
    """A name set beside the last recipient, as a text copied from two columns has it: "- Lưu: VT. Trần Văn A"."""
    filed = FILED.fullmatch(closing.recipients[-1]) if closing.recipients else None
    if not filed or not is_name(filed["name"]):
        return None
    closing.recipients[-1] = filed["own"].rstrip(";., ")
    return filed["name"]


def _add_form(form: list[str], post: str) -> None:
    """A post on its own line, or the rest of one that a narrow column broke."""
    broken = form and FORM.match(form[-1]) and not FORM.match(post) and not POST_LINE.match(post)
    if broken:
        form[-1] += f" {post}"
    else:
        form.append(post)


def _post(form: Sequence[str]) -> str | None:
    """The signer's own post in the letters of a sentence: "Phó Chủ tịch"."""
    for line in reversed(form):
        bare = FORM.sub("", line, count=1).strip()
        if POST_LINE.match(bare):
            words = bare.lower()
            for name in ("chủ tịch", "giám đốc", "văn phòng", "trưởng phòng", "trưởng ban", "hiệu trưởng", "bí thư"):
                words = words.replace(name, name.capitalize())
            words = re.sub(r"\b(?:ubnd|hđnd|mttq)\b", lambda short: short[0].upper(), words)
            return words[0].upper() + words[1:]
    return None


def upper_words(line: str) -> tuple[str, str]:
    """The words in capitals that open a line, and the rest of it."""
    words = line.split()
    count = next((i for i, word in enumerate(words) if word != word.upper() or not word[0].isalpha()), len(words))
    return " ".join(words[:count]), " ".join(words[count:])


def _bare_name(line: str) -> str:
    """A line without the titles and ranks before a name."""
    titles = DEGREE.match(line)
    return line[titles.end() :] if titles else line


def _name_in_capitals(line: str) -> str | None:
    """A person's name printed in capitals, in the letters of a name; a common surname tells it from a post."""
    words = _bare_name(line[:100]).split()
    named = 3 <= len(words) <= 5 and words[0].casefold() in SURNAMES and all(w.isalpha() and w.isupper() for w in words)
    return " ".join(word.capitalize() for word in words) if named and not POST_LINE.match(" ".join(words)) else None


def is_name(line: str) -> bool:
    """Whether a line is a person's name: two to six words with capitals, nothing else."""
    words = APOSTROPHE.sub("", _bare_name(line[:100])).split()
    return (
        2 <= len(words) <= 6
        and len(line) < 60
        and all(w[0].isupper() and w.isalpha() and (len(w) == 1 or not w.isupper()) for w in words)
        and not all(len(w) == 1 for w in words)
    )
