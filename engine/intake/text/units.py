"""Whom a heading or a sentence of the running text gives work to."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.intake.agencies.cell import read_cell
from engine.intake.agencies.registry import Registry
from engine.intake.agencies.words import words_of
from engine.intake.draft import Agency
from engine.intake.text.paragraphs import CAPITALS

CAPITAL = f"(?-i:[{CAPITALS}])"
"""A capital letter, in patterns that otherwise do not mind the case."""
OFFICE = (
    r"(?:Phó\s+)?(?:Giám đốc|Chủ tịch|Thủ trưởng|Chánh|Trưởng|Hiệu trưởng|Viện trưởng|Cục trưởng|Chi cục trưởng|"
    r"Bí thư|Tổng Giám đốc|Người đứng đầu|Lãnh đạo|Đồng chí|Đ/c)\b"
)
UNIT = (
    rf"(?:Sở|Bộ|Ban|Phòng|Hội|Báo|Cục|Khoa|Tổ|Viện|Đội|Vụ|Tòa|Kho|Chi bộ|Đài)\s+{CAPITAL}|"
    r"UBND|[ỦU][yỷ] ban|HĐND|Hội đồng|TT\.?HĐND|Thường trực|Văn phòng|Thanh tra (?:tỉnh|huyện|Sở|Bộ|"
    r"Chính phủ|thành phố)|"
    r"Công an\b|Bộ (?:Chỉ huy|Tư lệnh|phận)|Ban (?:Chỉ huy|Quản lý|Chỉ đạo|Tuyên|Tổ chức|Dân|Nội|Thường vụ|Chấp hành|"
    r"cán sự|Chủ nhiệm|Giám hiệu|quản lý|chỉ đạo|giám hiệu)|Hội (?:Liên|Nông|Cựu|Khuyến|đồng|Doanh|Phụ|Chữ|"
    r"Người|Luật|Nhà)|"
    r"Mặt trận|MTTQ|Đoàn (?:các|cơ sở|Thanh|TN|khối|ĐBQH|thể|Luật|tỉnh|huyện|xã|phường|trường)|"
    r"Liên (?:đoàn|minh|hiệp)|Hiệp hội|Chi cục|"
    r"Tổng (?:cục|công ty|Công ty|biên tập)|Trung tâm|TTYT|Trường|Học viện|Đại học|Bệnh viện|Trạm|Ngân hàng|Kho bạc|"
    r"Bảo hiểm xã hội|BHXH|Cục Thuế|Thuế (?:tỉnh|huyện|cơ sở)|Hải quan|Công ty|Tập đoàn|Hợp tác xã|Bưu điện|Viễn thông|"
    r"Điện lực|Đài (?:Phát|Truyền|PT|truyền|phát)|Cổng [Tt]hông tin|Tạp chí|Tòa án|Toà án|TAND|Viện [Kk]iểm sát|VKSND|"
    r"Đảng [ủu][yỷ]|Đảng bộ|Đảng đoàn|Quân khu|Sư đoàn|Lữ đoàn|Trung đoàn|Đồn [Bb]iên phòng|"
    r"Thống kê (?:tỉnh|huyện|cơ sở)|"
    r"Huyện [ủu][yỷ]|Thành [ủu][yỷ]|Thị [ủu][yỷ]|Quận [ủu][yỷ]|Tỉnh [ủu][yỷ]|"
    r"Cấp [ủu][yỷ]|Chi [ủu][yỷ]|Tổ công tác|"
    r"Tổ (?:chức|giúp|thư|tự|dân)|Nhà trường|Bộ đội|Cơ quan|Đơn vị|Ngành\s|Tỉnh [Đđ]oàn|Huyện [Đđ]oàn|"
    r"Thành [Đđ]oàn|Đội (?:Quản|Cảnh|quản)|"
    r"UB\s?MTTQ|UBMT|Công chức|Chi nhánh|Xí nghiệp|LĐLĐ|VNPT|Viettel|(?:Các|Những|Toàn thể|"
    r"Tất cả các)\s+(?:sở|ban|ngành|phòng|đơn vị|cơ quan|địa phương|huyện|"
    r"xã|thành viên|trường|cơ sở|doanh nghiệp|tổ chức|hội|đoàn thể|cấp|tập thể|chi bộ|đảng|trung tâm|công ty|bệnh viện|"
    r"trạm|hợp tác xã|ngân hàng|chủ đầu tư|chủ rừng|hộ|khoa|bộ|vụ|cục|viện|đồng chí|thôn|tổ dân phố|khu|nhà|lực lượng|"
    r"ủy ban|UBND|hiệp hội|phường|thị trấn|học viện|đài|tỉnh|thị|quận|báo|cá nhân|ông|bà|chi cục|liên đoàn|nhóm|tổ)|"
    r"Nhóm\s|Công đoàn|Chính quyền|Lực lượng|Chủ đầu tư|Doanh nghiệp|Địa phương"
)
HEAD = re.compile(rf"(?:{OFFICE}\s+)?(?:{UNIT})|{OFFICE}", re.I)
NO_UNIT = re.compile(
    r"(?:Báo cáo|Ban hành|Hội nghị|Hội thảo|Hội thi|Tổ chức(?!\s+(?:chính trị|Đảng|đoàn|đảng))|Thành lập|"
    r"Viện trợ|Trung tâm hóa|Bộ tiêu chí|"
    r"Bộ chỉ (?:số|tiêu)|Các (?:cấp học|cấp độ|tổ hợp|khu vực|hộ nghèo)|Đoàn kết|Kho dữ liệu|Đài thọ|"
    r"Công an toàn|Bộ máy|Bộ tài liệu|Ban đầu)\b",
    re.I,
)
VERB = (
    r"có trách nhiệm|chịu trách nhiệm|có nhiệm vụ|có kế hoạch|là (?:cơ quan|đơn vị|đầu mối)|được giao|"
    r"chủ trì|phối hợp|tham mưu|"
    r"triển khai|thực hiện|xây dựng|chỉ đạo|hướng dẫn|căn cứ|tăng cường|đẩy mạnh|rà soát|báo cáo|bố trí|theo dõi|"
    r"kiểm tra|cung cấp|tuyên truyền|chủ động|theo chức năng|trên cơ sở|tiếp tục|định kỳ|thường xuyên|quan tâm|"
    r"tập trung|đưa|lồng ghép|vận động|bảo đảm|đảm bảo|ban hành|thẩm định|cân đối|phổ biến|quán triệt|giám sát|"
    r"đôn đốc|tổng hợp|nghiên cứu|đề xuất|trình|lập|hỗ trợ|phát huy|huy động|bám sát|nâng cao|khuyến khích|cam kết|"
    r"lựa chọn|phân công|phân bổ|nghiêm túc|khẩn trương|kịp thời|tham gia|làm|cử|gửi|hoàn thành|đăng tải|"
    r"đăng ký|tiến hành|"
    r"công bố|công khai|tạo điều kiện|giúp|giữ|duy trì|mở|cấp|thống nhất|xem xét|chuẩn bị|tự|sử dụng|"
    r"quyết định|phát động|cập nhật|"
    r"viết|phụ trách|trực(?! thuộc)|ra quân|tổng kết|sơ kết|thành lập|củng cố|kiện toàn|tiếp nhận|xử lý|giải quyết|"
    r"thông báo|quảng bá|"
    r"giới thiệu|liên hệ|mua sắm|thanh toán|quyết toán|điều phối|ưu tiên|"
    r"hoàn thiện|điều chỉnh|bổ sung|sửa đổi|phê duyệt|vận hành|khai thác|ứng dụng|áp dụng|tập huấn|bồi dưỡng|chăm sóc|"
    r"thu hút|kêu gọi|thu thập|tích hợp|ngăn chặn|phát hiện|xác minh|động viên|biểu dương|khen thưởng|nắm bắt|tiếp thu|"
    r"quy định|chấn chỉnh|chấp hành|tuần tra|xử phạt|trồng|nhân rộng|tuyển chọn|chuyển đổi|rút kinh nghiệm|"
    r"ký|lấy|đánh giá|thống kê|khảo sát|tổ chức(?! (?:chính trị|xã hội|đảng|đoàn|hội|tôn giáo|tín dụng|"
    r"kinh tế|thành viên|trong|và|,))|"
    r"quản lý(?! (?:các|dự|khu|chất|thị|nhà|đất|đầu|bảo|trật|rừng))|phải|cần|sẽ|đồng thời|ngoài|hằng|hàng"
)
HALF = re.compile(
    r"\b(?:chương|quy|công|lộ|tiến|hành|quá|giáo|thường|thành|độc|thiết|xác|cung|trung|sơ|nâng|đăng|thư|trật|bầu|việc|"
    r"thuyết|lịch|kỷ|dân|quân|tổ|thanh|khởi|hậu|giúp)$",
    re.I,
)
SYLLABLE = re.compile(r"\s*(?:trình|lập|cấp|mở|làm|cử|ký|tự|trực|giữ|lấy|giúp|cần|phải)\b")
"""Verbs of one syllable that may be the second half of a noun: "chương trình", "Thường trực"."""
NOUNED = (
    (
        re.compile(r"\b(?:Kế hoạch|Hành chính|Nghiệp vụ|Thông tin)$"),
        re.compile(rf"\s*(?:tổng hợp|tuyên truyền)(?=\s*(?:$|[:.])|\s+(?!báo cáo|trình)(?:{VERB})\b)"),
    ),
    (
        re.compile(r"\b(?:Hội đồng|Đoàn|Ban|Tổ|Đội|Nhóm|dân phố|dân cư)$", re.I),
        re.compile(r"\s*tự (?:đánh giá|quản|vệ)\b"),
    ),
    (re.compile(r"\b(?:Hội đồng|Đoàn|Ban|Tổ) tự$", re.I), re.compile(r"\s*đánh giá\b")),
)
"""Verbs that end the names of offices: "Phòng Kế hoạch tổng hợp", "Hội đồng tự đánh giá"."""
LIST_OF_NAMES = re.compile(
    rf"(?:Các|Những)\s+(?:sở|ban|phòng|bộ|hội|huyện|xã|phường|ngành|đoàn thể)[^.;:]{{0,40}}:\s*(?={CAPITAL})", re.I
)
WORKS = re.compile(rf"(?:{VERB})\b", re.I)
BIDS = re.compile(r"giao|đề nghị|yêu cầu|phân công|kiến nghị|mời", re.I)
NAMES = re.compile(rf"{CAPITAL}|(?:các|toàn thể|mỗi|từng)\s")
UNFINISHED = re.compile(r"(?:\b(?:các|những|và|tổ chức|người)|[-–&])$")
BARE_OFFICE = re.compile(r"(?:Lãnh đạo|Chánh|Trưởng|Đồng chí|Đ/c)[\s,]*", re.I)
"""Words for an office that name nobody by themselves; "Lãnh đạo" is a verb there."""
OF_NAME = re.compile(r"\b[Bb]an$")
NOMINAL = re.compile(r"[\s,]*(?:quản lý|tổ chức|chỉ đạo|kiểm tra|giám sát|vận động)\b")
"""Verbs that make a name behind "Ban": "Ban chỉ đạo", "ban tổ chức"."""
BOUND = re.compile(rf"\s*:|[\s,]+(?=(?-i:(?:{VERB})\b))", re.I)
GIVE = re.compile(
    r"(?P<by>[^.:;]{0,90}?\b)?(?:giao(?:\s+(?:nhiệm vụ|trách nhiệm))?(?:\s+cho)?|đề nghị|yêu cầu|phân công|kiến nghị|"
    r"mời|trách nhiệm của|nhiệm vụ của|nhiệm vụ cụ thể của|trách nhiệm cụ thể của|đối với)\s*:?\s+",
    re.I,
)
FORMULA = re.compile(
    r"(?:(?:có|chịu) trách nhiệm|có nhiệm vụ|chủ trì|thực hiện|tổ chức thực hiện|triển khai thực hiện)?[\s:.;]*", re.I
)
ANNOUNCES = re.compile(r"(?:sau(?: đây)?|cụ thể|nhiệm vụ|nội dung|công việc|trách nhiệm)\s*:$", re.I)
COOPERATES = re.compile(r"(?:chủ trì|phối hợp)\b", re.I)
WORK = re.compile(rf"\b(?-i:(?!(?:chủ trì|phối hợp|thực hiện|triển khai|có trách nhiệm)\b)(?:{VERB}))\b", re.I)
SHORT = re.compile(r"\b(?:ubnd|hđnd|mttq|ubmttq)\b")
COLLECTIVE = re.compile(
    r"(?:các|những) [^,;]+? và (?!(?:các|những|UBND|[ủu][yỷ] ban|sở|bộ|HĐND|ban)\b)[^,;]+|"
    r"[^,;]+ và các (?:tổ chức thành viên|tổ chức chính trị|đơn vị (?:trực )?thuộc|đoàn thể)[^,;]*",
    re.I,
)
"""One name for several bodies: "các" reaches over "và", or the second are the first one's own."""
ASIDE = re.compile(r"\s*\([^()]{0,120}\)\s*(?=:|\.?$)")
LONGEST = 300
"""Characters of the names at the head of a sentence; what runs longer is the sentence itself."""
LONGEST_NAME = 100
"""Characters of a name that a registry knows."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Agencies at the head of a text. `rest` is what they have to do; `heads` says that the text only names them."""

    agencies: list[Agency]
    rest: str
    heads: bool
    given: bool = False
    run_in: bool = False


@dataclass(slots=True)
class Units:
    """Reads agencies at the heads of texts; each wording is read once."""

    registry: Registry
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    seen: dict[str, list[Agency]] = field(default_factory=dict)
    first_words: set[str] = field(default_factory=set)

    def named(self, printed: str) -> list[Agency]:
        """The agencies that a list of names holds."""
        key = " ".join(printed.split()).strip(" .,;:")
        if key.isupper() and len(key.split()) > 1:  # a heading in capitals
            key = SHORT.sub(lambda short: short[0].upper(), key.lower())
        if key not in self.seen:
            read = read_cell(_capital(key), self.registry, groups=self.groups).agencies if key else []
            if len(read) > 1 and COLLECTIVE.fullmatch(key) and not any(agency.id for agency in read):
                read = [Agency(name=key, kind="open_group")]
            self.seen[key] = [agency.model_copy(update={"name": _capital(agency.name)}) for agency in read]
        return self.seen[key]

    def knows(self, text: str) -> bool:
        """Whether a text opens with a spelling that the registry knows."""
        if not self.first_words:
            names = (name for entry in self.registry.entries for name in (entry.name, *entry.aliases))
            self.first_words.update(words_of(name)[0].key for name in names if name.strip())
        first = next(iter(words_of(text[:30])), None)
        if first is None or first.key not in self.first_words:
            return False
        return next(iter(self.registry.known_at(words_of(text[:LONGEST_NAME]), 0)), None) is not None

    def is_title(self, text: str) -> bool:
        """Whether a short text does nothing but name agencies."""
        if len(text) > 160 or not HEAD.match(GIVE.sub("", text, count=1)):
            return False
        subject = self.subject(text)
        return subject is not None and subject.heads

    def subject(self, text: str, *, anything: bool = False) -> Subject | None:
        """Whom a text gives work to, by its opening; None where it opens with the work itself.

        `anything` takes a short text without any known word for an agency too: a heading among headings of agencies.
        """
        opening = text[: 2 * LONGEST]
        give = GIVE.match(opening)
        given = bool(give and _gives(give))
        start = give.end() if give and given else 0
        ordered = given and BIDS.search(give[0]) is not None  # type: ignore[index]
        if not (self._opens(opening, start) or (ordered and NAMES.match(opening, start))):
            return self._unfamiliar(text) if anything else None
        bound = None if _lists_names(opening, start) else _bound(opening, start)
        if bound is None:
            return self._whole(text, start, given=given)
        if bound.start() - start > LONGEST or BARE_OFFICE.fullmatch(opening, start, bound.start()):
            return None
        names = opening[start : bound.start()]
        rest = text[bound.end() :].strip()
        run_in = bound[0].strip() == ":"
        return Subject(self.named(names), rest, heads=_only_announces(rest), given=given, run_in=run_in)

    def _opens(self, text: str, start: int) -> bool:
        if NO_UNIT.match(text, start):
            return False
        if HEAD.match(text, start):
            return True
        return text[start : start + 1].isupper() and self.knows(text[start:])

    def _whole(self, text: str, start: int, *, given: bool) -> Subject | None:
        names = ASIDE.sub("", text[start:]).strip(" .:;")
        if len(names) > LONGEST or ". " in names:
            return None
        return Subject(self.named(names), "", heads=True, given=given)

    def _unfamiliar(self, text: str) -> Subject | None:
        names, colon, rest = text.partition(":")
        if len(names) > 120 or names.endswith((".", ";")) or WORKS.match(names):
            return None
        return Subject(self.named(names), rest.strip(), heads=not rest.strip(), run_in=bool(colon))


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _only_announces(rest: str) -> bool:
    """Whether what follows the names is no work itself but opens a list of it."""
    if FORMULA.fullmatch(rest):
        return True
    if not rest.endswith(":") or len(rest) > LONGEST:
        return False
    return bool(ANNOUNCES.search(rest) or (COOPERATES.match(rest) and not WORK.search(rest)))


def _gives(give: re.Match[str]) -> bool:
    """Whether the words before "giao" name who gives, or nobody."""
    by = (give["by"] or "").strip()
    return not by or HEAD.match(by) is not None


def _lists_names(text: str, start: int) -> bool:
    """Whether a colon opens a list of names, "Các Sở: Y tế, Nội vụ", and no work."""
    names = LIST_OF_NAMES.match(text, start)
    return bool(names) and not WORKS.match(text, names.end())  # type: ignore[union-attr]


def _bound(text: str, start: int) -> re.Match[str] | None:
    """Where the names end: at a colon or before a verb that no name holds."""
    for bound in BOUND.finditer(text, start + 2):
        before = text[start : bound.start()]
        if before.count("(") > before.count(")"):
            continue
        named = OF_NAME.search(before) and NOMINAL.match(text, bound.start())
        compound = HALF.search(before) and SYLLABLE.match(text, bound.start())
        nouned = any(left.search(before) and right.match(text, bound.start()) for left, right in NOUNED)
        if not (named or compound or nouned or UNFINISHED.search(before)):
            return bound
    return None
