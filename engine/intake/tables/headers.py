"""Which column of a table is which, by the words of its whole header.

Every cell is weighed for each role it may have; the heaviest claim to a role wins it, and a column that loses (a second
"Thời gian", a "TIẾN ĐỘ" beside a "Thời hạn") stays visible among the notes. To teach a wording, add it to `SIGNS`.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

Role = Literal["ref", "task", "owner", "collaborators", "deadline", "start", "deliverable", "period", "notes"]
LONGEST_HEADER = 90
"""Characters of the longest header cell: beyond it stands a sentence, not the name of a column."""


class Column(NamedTuple):
    """One column: what it holds and its printed name. `period` is a part of the year that rows only tick."""

    role: Role
    title: str


BODY = r"(?:cơ quan|đơn vị|người|cá nhân|bộ phận|lãnh đạo|cq|đv|phòng|ban|tổ chức|địa phương|sở|ngành|cán bộ|nhân sự)"
DOES = (
    r"(?:thực hiện|tham mưu|soạn thảo|triển khai|được giao|được phân công|xử lý|chuẩn bị|đề xuất|thụ lý|trình|xây dựng|"
    r"báo cáo|nhận nhiệm vụ)"
)
TIME = r"(?:thời gian|thời điểm|ngày tháng|ngày|mốc thời gian|mốc|tg|tiến độ|kế hoạch|tháng|lộ trình|dự kiến)"
WORK = r"(?:nhiệm vụ|công việc|đầu việc|công tác|việc)"

ALWAYS_NOTES = re.compile(
    r"ghi chú.*|notes?|remarks?|chú thích.*|.*\b(?:kinh phí|dự toán|ngân sách|ưu tiên)\b.*|"
    r"nguồn (?:lực|vốn|tài chính).*|"
    r"priority|căn cứ.*|lý do.*|.*\b(?:hiện nay|đến nay|đạt được|thực tế|đã (?:đạt|hoàn thành|thực hiện))\b.*|"
    r"(?:tình hình|tình trạng|trạng thái|mức độ|tỷ lệ|tỉ lệ|%|đánh giá|ý kiến|vướng mắc|khó khăn)(?!\w).*|status|"
    r"progress|(?:thời gian|ngày) (?:giao|nhận|cập nhật)\b.*|số ngày.*|nội dung chi\b.*"
)
"""What tells of money, of the standing of the work or of its ground, whatever other words stand beside it."""
TARGETS = re.compile(
    r"(?:tên |các |nội dung )?chỉ tiêu(?!.*\bnhiệm vụ).*|mức phấn đấu.*|đơn vị tính|đvt|(?:đến hết )?năm \d{4}"
)
"""Columns of a table of targets."""
MONEY = re.compile(r"đơn giá.*|thành tiền.*|tổng mức.*|số tiền.*")
COMBINED = re.compile(
    r".*\b(?:chủ trì|đầu mối)\b.*\bphối hợp\b.*|.*\bphối hợp\b(?! với).*\bchủ trì\b.*|"
    r".*\bthực hiện ?[,/–-] ?phối hợp\b.*"
)
"""One column for who leads and who helps."""

SHORT = {"kq": "kết quả", "sp": "sản phẩm", "tg": "thời gian", "cq": "cơ quan", "đv": "đơn vị", "nv": "nhiệm vụ"}
"""Abbreviations of header words."""

SIGNS: tuple[tuple[Role, float, str], ...] = (
    ("ref", 3, r"(?:s\.?)?t\.?t|số(?: ?tt| thứ tự)?|thứ tự|#|no|id|wbs"),
    ("ref", 3, r"mã(?: (?:wbs|số|hiệu|nhiệm vụ|việc|công việc|nv))?"),
    ("start", 3, rf"(?:{TIME} )?(?:bắt đầu|khởi công|khởi động)(?: (?:thực hiện|triển khai|từ))?|từ(?: ngày)?"),
    ("start", 3, r"start(?: date)?"),
    ("deadline", 3, r"(?:(?:mốc|ngày|dự kiến) )*(?:thời hạn|hạn|kỳ hạn|deadline|due)\b.*"),
    ("deadline", 3, rf"(?:{TIME}[ ,/–-]*)+(?:(?:thực hiện|và|phải)[ ,/–-]*)*(?:hoàn thành|hoàn tất|kết thúc|xong)\b.*"),
    ("deadline", 3, r"(?:phải )?(?:hoàn thành|hoàn tất|kết thúc)|đến(?: ngày)?|finish|end date|completion.*"),
    ("deadline", 2, r"(?:(?:dự kiến|kế hoạch|khung|mốc) )*(?:thời gian|thời điểm|lộ trình|tg|lịch|timeline|time)\b.*"),
    ("deadline", 2, r"mốc|(?:ngày|tháng|quý)(?:[/, ]+(?:tháng|quý|năm))*(?: (?:thực hiện|triển khai|trình|ban hành))?"),
    ("deadline", 2, rf"(?:{TIME} )?bắt đầu\b.*\b(?:kết thúc|hoàn thành|đến)\b.*|từ\b.*\bđến\b.*"),
    ("deadline", 1, r"(?:kế hoạch )?tiến độ\b.*"),
    ("owner", 3, r".*\b(?:chủ trì|đầu mối|owner|lead)\b.*"),
    ("owner", 2.5, r".*\btrách nhiệm\b.*|responsible.*|pic|assignee|assigned to"),
    ("owner", 2, rf"(?:(?:các|tên) )?{BODY}\b.*\b{DOES}\b.*|.*\bphụ trách\b.*|phân công\b.*|giao (?:cho|việc).*"),
    ("owner", 1.5, r"tổ chức thực hiện|thực hiện"),
    ("owner", 1, rf"(?:(?:các|tên) )?{BODY}(?:[,/ ]+(?:và )?{BODY})*"),
    ("collaborators", 3.5, r".*\b(?:phối hợp|cộng tác)\b.*|collaborat.*|support.*"),
    ("collaborators", 2.5, rf"(?:(?:các|tên) )?(?:{BODY}|bên|thành phần)\b.*\b(?:liên quan|tham gia|hỗ trợ)\b.*"),
    ("collaborators", 1, r"thành phần"),
    ("deliverable", 3.2, r".*\b(?:sản phẩm|đầu ra|deliverables?|outputs?)\b.*"),
    (
        "deliverable",
        3.1,
        r"(?:dự kiến|yêu cầu) kết quả.*|kết quả (?:dự kiến|yêu cầu|cần đạt|phải đạt|mong đợi|cụ thể).*",
    ),
    ("deliverable", 2.5, r"(?:cấp|thẩm quyền|hình thức)\b.*|nội dung ?/ ?thẩm quyền.*"),
    ("deliverable", 2.5, r"(?!thời|ngày|hạn|tiến|quý).*\bban hành"),
    ("deliverable", 2.5, r"(?:cơ quan|người|nơi) (?:phê duyệt|quyết định|tiếp nhận|nhận)\b.*"),
    ("deliverable", 2, r"kết quả(?: (?:công việc|hoàn thành))?|results?"),
    ("deliverable", 1, r"kết quả\b.*"),
    (
        "task",
        3,
        rf"(?:(?:tên|các|danh mục|mô tả|nội dung|chi tiết|nhóm|mục tiêu|chỉ tiêu)[ ,/]*(?:và )?)*{WORK}\b.*|tasks?",
    ),
    ("task", 2.5, r"(?:(?:tên|các|danh mục|nội dung|nhóm) )*hoạt động\b.*|activit.*"),
    ("task", 2, r"(?:các |tóm tắt )?nội dung\b.*"),
    (
        "task",
        1,
        r"(?:(?:tên|các|danh mục) )*(?:giải pháp|biện pháp|hạng mục|đề án|dự án|chương trình|văn bản|báo cáo)\b.*",
    ),
)
_SIGNS = tuple((role, weight, re.compile(pattern)) for role, weight, pattern in SIGNS)
_FIRST = re.compile("|".join(pattern for role, _, pattern in SIGNS if role in ("ref", "task")))
WATCHES = re.compile(r"\b(?:theo dõi|đôn đốc|giám sát|kiểm tra|đánh giá|chỉ đạo)\b|^lãnh đạo phụ trách")
"""Who watches over the work answers for it only where no other column says who does it."""
ASIDE = re.compile(r"\s*\([^()]*\)?$")
UNITS = re.compile(r"đvt|số lượng.*|khối lượng.*|đơn vị tính")
PERIOD = re.compile(r"(?:quý|tháng|năm)\s*\S{1,5}(?:\s*[/-]\s*\d{4})?")
BARE_PERIOD = re.compile(r"i|ii|iii|iv|\d{1,2}")


def header_role(text: str, *, weak: bool = False) -> Role | None:
    """The column that a header cell names when it stands alone, if any.

    Words that only the other columns make clear ("Đơn vị", "Tiến độ") count where `weak` is set.
    """
    claims = _claims(text)
    role = max(claims.items(), key=lambda claim: claim[1])[0] if claims else None
    return role if role and (weak or claims[role] > 1) else None


def begins_header(text: str) -> bool:
    """Whether a header may begin with this cell: the column of the numbers, or that of the work. Quick to tell."""
    return len(text) <= LONGEST_HEADER and _FIRST.fullmatch(_fold(ASIDE.sub("", text))) is not None


def is_combined(column: Column) -> bool:
    """Whether one column holds both who leads and who helps ("Cơ quan chủ trì/phối hợp")."""
    return column.role == "owner" and COMBINED.fullmatch(_fold(column.title)) is not None


def read_columns(heads: Sequence[tuple[str, ...]]) -> list[Column] | None:
    """The columns of a task table from its header, for each column the words above one another; None for another table.

    A task table names the work and who does it or by when; a table of targets, costs or persons does not.
    """
    titles = [" – ".join(dict.fromkeys(part for part in head if part)) for head in heads]
    claims = [_period_or_claims(head) for head in heads]
    _weigh_units(titles, claims)
    roles, weights = _assign(claims)
    if not _is_task_table(titles, weights):
        return None
    return [Column(role, _title(role, head, title)) for role, head, title in zip(roles, heads, titles, strict=True)]


def _fold(text: str) -> str:
    words = text.replace("_", " ").casefold().split()
    return " ".join(SHORT.get(word.strip(".:*"), word) for word in words).strip(" .:*¹²³")


def _claims(text: str) -> dict[Role, float]:
    """The roles that the words of one header cell may stand for, with their weight."""
    return dict(_claims_of(text)) if len(text) <= 2 * LONGEST_HEADER else {}


@lru_cache(maxsize=1024)
def _claims_of(text: str) -> dict[Role, float]:
    whole = _fold(text)
    words = ASIDE.sub("", whole).strip(" .:*") or whole
    if not words or len(whole) > LONGEST_HEADER:
        return {}
    if ALWAYS_NOTES.fullmatch(words) or TARGETS.fullmatch(words) or MONEY.fullmatch(words):
        return {"notes": 3}
    if COMBINED.fullmatch(whole):
        return {"owner": 3}
    claims: dict[Role, float] = {}
    for role, weight, pattern in _SIGNS:
        if role not in claims and pattern.fullmatch(words):
            claims[role] = weight - (1.5 if role == "owner" and weight > 2 and WATCHES.search(words) else 0)
    if "collaborators" in claims:
        claims.pop("owner", None)
    return claims


def _period_or_claims(head: tuple[str, ...]) -> dict[Role, float]:
    """Claims of the lowest words that make any; under a head of time, a part of the year is a column to tick."""
    parts = [part for part in head if part]
    if len(parts) > 1 and "deadline" in _claims(parts[0]) and _period_name(parts):
        return {"period": 3}
    return _claims(parts[-1]) or _claims(" ".join(parts)) if parts else {}


def _period_name(parts: Sequence[str]) -> str | None:
    last, above = _fold(parts[-1]), _fold(" ".join(parts[:-1]))
    if PERIOD.fullmatch(last):
        return parts[-1]
    unit = next((unit for unit in ("Quý", "Tháng") if unit.casefold() in above), None)
    return f"{unit} {parts[-1]}" if unit and BARE_PERIOD.fullmatch(last) else None


def _title(role: Role, head: tuple[str, ...], title: str) -> str:
    return (_period_name([part for part in head if part]) or title) if role == "period" else title


def _weigh_units(titles: Sequence[str], claims: Sequence[dict[Role, float]]) -> None:
    """A bare "Đơn vị" beside a quantity is a unit of measure; a first column without a name holds the numbers."""
    if any(UNITS.fullmatch(_fold(title)) for title in titles):
        for claim in claims:
            if claim.get("owner") == 1:
                del claim["owner"]
    if titles and not titles[0] and not any("ref" in claim for claim in claims):
        claims[0]["ref"] = 1


def _assign(claims: Sequence[dict[Role, float]]) -> tuple[list[Role], dict[Role, float]]:
    """The role of each column and the weight each role was won with, the heaviest claim first."""
    roles: list[Role | None] = [None] * len(claims)
    won: dict[Role, float] = {}
    ranked = sorted(
        ((weight, -at, role) for at, claim in enumerate(claims) for role, weight in claim.items()), reverse=True
    )
    for weight, place, role in ranked:
        repeats = role in ("notes", "period") or (role == "task" and weight >= 2)
        if roles[-place] is None and (role not in won or repeats):
            roles[-place] = role
            won[role] = max(weight, won.get(role, 0))
    return [role or "notes" for role in roles], won


def _is_task_table(titles: Sequence[str], won: dict[Role, float]) -> bool:
    task, owner = won.get("task", 0), won.get("owner", 0)
    deadline = max(won.get("deadline", 0), won.get("period", 0))
    if not task or owner + deadline < 2:
        return False
    if task < 2:
        return owner >= 2 and deadline >= 2
    folded = [_fold(title) for title in titles]
    counts = any(TARGETS.fullmatch(title) or MONEY.fullmatch(title) for title in folded)
    return not counts or deadline > 0
