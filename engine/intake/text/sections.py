"""What a section of a plan is for, by its heading: giving work to units, measures, a timetable, or none of these."""

import re
from typing import Literal

SectionKind = Literal["assign", "measure", "timetable", "report", "other"]

ASSIGN = re.compile(
    r"tổ chức (?:thực hiện|triển khai|chỉ đạo)|phân công|trách nhiệm|giao nhiệm vụ|"
    r"nhiệm vụ (?:cụ thể )?(?:của|cho) (?:các|từng)|"
    r"thực hiện phối hợp|triển khai thực hiện$",
    re.I,
)
TIMETABLE = re.compile(r"(?:nội dung|hoạt động|công việc|nhiệm vụ).{0,40}(?:thời gian|tiến độ|lịch)", re.I)
MEASURE = re.compile(
    r"nhiệm vụ|giải pháp|nội dung|hoạt động|biện pháp|lộ trình|công tác|công việc|các bước|chương trình|triển khai",
    re.I,
)
REPORT = re.compile(
    r"(?:chế độ|công tác|thông tin,?)\s+(?:thông tin,?\s+)?báo cáo|^báo cáo$|sơ kết.{0,20}tổng kết", re.I
)
OTHER = re.compile(
    r"mục đích|mục tiêu|yêu cầu|quan điểm|căn cứ|chỉ tiêu|kinh phí|dự toán|nguồn lực|ngân sách|thực trạng|"
    r"tình hình|sự cần thiết|"
    r"phạm vi|đối tượng|thời gian|địa điểm|thành phần|bối cảnh|kết quả|khái quát|định hướng|phương châm|"
    r"nguyên tắc|tên kế hoạch|hiệu lực",
    re.I,
)
FILLER = re.compile(r"(?:Các|Một số|Những|Về|Công tác)\s+", re.I)
WORDS = r"(?:\s+[^\W\d_]+){0,4}"
LEAD = re.compile(
    r"(?:(?:đơn vị|cơ quan|bộ phận|cán bộ|người|phòng|cấp)\s+(?:chủ trì|thực hiện|phụ trách|tổ chức|"
    r"tham mưu|chịu trách nhiệm)|chủ trì|phân công)"
    r"(?:\s+(?:thực hiện|tổ chức|chính|tham mưu|chủ trì))?\s*:\s*(?P<value>.+)",
    re.I | re.S,
)
LEADING = re.compile(r"(?:(?:đơn vị|cơ quan|bộ phận|cán bộ|người|phòng|cấp)\s+)?chủ trì\b", re.I)
HELP = re.compile(r"(?:(?:đơn vị|cơ quan|bộ phận)\s+)?phối hợp(?:\s+thực hiện)?\s*:\s*(?P<value>.+)", re.I | re.S)
TIME = re.compile(rf"(?:thời gian|thời hạn|tiến độ){WORDS}\s*(?::\s*(?P<value>.+)|$)", re.I | re.S)
OTHER_DETAIL = re.compile(
    rf"(?:địa điểm|nội dung|mục tiêu|thành phần|đối tượng|kinh phí|nguồn kinh phí|sản phẩm|kết quả|hình thức|"
    rf"số lượng|phạm vi|quy mô|phương thức)"
    rf"{WORDS}\s*(?::\s*(?P<value>.+)|$)",
    re.I | re.S,
)
DETAILS = (("lead", LEAD), ("help", HELP), ("time", TIME), ("other", OTHER_DETAIL))
WORKS = ("nhiệm vụ", "giải pháp", "lộ trình")
"""Words that make a section one of work, whatever stands before them ("MỤC TIÊU, NHIỆM VỤ")."""


def kind_of(heading: str, *, top: bool = True) -> SectionKind | None:
    """What a heading announces; None where it says nothing of the kind, so that the section above decides.

    Below the top only a short heading that opens with such words counts: "2. Kinh phí", not "2.3. Đổi mới nội dung".
    """
    words = heading[:300] if top else _opening(heading)
    if ASSIGN.search(words):
        return "assign"
    if REPORT.search(words):
        return "report"
    if TIMETABLE.search(words):
        return "timetable"
    measure, other = MEASURE.search(words), OTHER.search(words)
    if other and (not measure or other.start() < measure.start()) and not (measure and measure[0].lower() in WORKS):
        return "other"
    return "measure" if measure else None


def _opening(heading: str) -> str:
    bare = FILLER.sub("", heading, count=1)
    match = next(filter(None, (pattern.match(bare) for pattern in (ASSIGN, REPORT, TIMETABLE, MEASURE, OTHER))), None)
    return bare if match and len(heading) <= 80 else ""


def detail(text: str) -> tuple[str, str] | None:
    """An attribute of an activity, "Thời gian: quý II": which (lead, help, time or other) and its value.

    The bare word, as a heading has it, has the value "".
    """
    for which, pattern in DETAILS:
        match = pattern.match(text[:2_000])
        if match:
            return which, (match["value"] or "").strip(" .;")
    return None
