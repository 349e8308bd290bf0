"""The words by which Vietnamese administration names its bodies: what begins a name, titles, fields, abbreviations.

They hold for every province; what only one province says belongs to its registry. Keys are folded (`words.fold`).
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from engine.intake.agencies.words import Word


class Phrases:
    """Phrases of folded words, by the first of them."""

    def __init__(self, text: str) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted({tuple(phrase.split()) for phrase in text.split(" | ")}, key=len, reverse=True):
            self._by_first.setdefault(phrase[0], []).append(phrase)

    def at(self, words: Sequence[Word], at: int) -> int:
        """How many words the longest of these phrases has at `at`; 0 where none stands."""
        if at >= len(words):
            return 0
        for phrase in self._by_first.get(words[at].key, ()):
            size = len(phrase)
            if size == 1 or (at + size <= len(words) and all(words[at + n].key == phrase[n] for n in range(1, size))):
                return size
        return 0


def _keys(text: str) -> frozenset[str]:
    return frozenset(text.split())


HEADS = Phrases(
    "bộ môn | "
    "sở | bộ | ban | ủy ban | ub | ubnd | hđnd | hội đồng | hội | phòng | p | trung tâm | tt | trường | công an | "
    "ca | đài | văn phòng | vp | thanh tra | cục | tổng cục | chi cục | vụ | viện | học viện | nhạc viện | đại học "
    "| đh | cao đẳng | trung cấp | khoa | tổ | đội | đoàn | liên đoàn | liên hiệp | liên minh | hiệp hội | mặt trận "
    "| ngân hàng | kho bạc | bảo hiểm | tòa án | báo | cổng | tạp chí | công ty | tổng công ty | tập đoàn | bệnh "
    "viện | bv | bql | bcđ | quỹ | tỉnh ủy | thành ủy | huyện ủy | thị ủy | quận ủy | đảng ủy | đảng bộ | chi bộ | "
    "thường trực | tỉnh đoàn | huyện đoàn | thành đoàn | thị đoàn | quận đoàn | đoàn thanh niên | hải quan | quân "
    "khu | kiểm toán | thông tấn xã | chính phủ | thủ tướng | quốc hội | bưu điện | bưu chính | điện lực | viễn "
    "thông | thư viện | bảo tàng | nhà hát | nhà văn hóa | nhà xuất bản | nhà thiếu nhi | trạm y tế | trạm khuyến "
    "nông | trạm thú y | hạt kiểm lâm | câu lạc bộ | hợp tác xã | htx | doanh nghiệp tư nhân | chi nhánh | cơ quan "
    "thường trực | đơn vị sự nghiệp | bộ đội | bộ phận | ngành | thpt | thcs | mttq | trạm kiểm | trạm chăn nuôi | "
    "trạm trồng trọt | trạm quan trắc | trạm cấp | bđbp | bhxh | bchqs | lđlđ | kbnn | nhnn | vksnd | tand | ubmttq "
    "| ttyt | đtn | bch | ubkt | bgh | gvcn | quân sự | thuế | thống kê | đảng đoàn | công đoàn | lữ đoàn | sư đoàn "
    "| trung đoàn | tiểu đoàn | đồn biên phòng | phân hiệu | vườn quốc gia | btv"
)
"""What a name may begin with, where a word of the name follows (see `BARE` for those that stand alone)."""
BARE = Phrases(
    "công an | văn phòng | thanh tra | bưu điện | điện lực | hải quan | kho bạc | quân sự | tỉnh ủy | thành ủy | "
    "huyện ủy | thị ủy | quận ủy | đảng ủy | tỉnh đoàn | huyện đoàn | thành đoàn | thị đoàn | đoàn thanh niên | "
    "ubnd | hđnd | chính phủ | quốc hội | chi bộ | đảng bộ | thuế | thống kê | mặt trận | mttq | bch quân sự"
)
NO_HEADS = Phrases(
    "phòng chống | phòng cháy | phòng ngừa | phòng vệ | phòng ban | phòng bệnh | phòng thủ | hội nhập | hội nghị | "
    "hội thảo | hội chợ | hội họa | ban hành | ban ngành | ban đầu | bộ máy | bộ ngành | đoàn thể | đoàn kết | tổ "
    "chức | đội ngũ | trường hợp | báo cáo | báo chí | khoa học | sở ngành | sở hữu | sở thích | quỹ đất | vụ việc "
    "| cục bộ | viện trợ | thanh tra viên | bộ luật | ngành nghề | trường học"
)
"""Words that begin like a head and are none: "Thủy lợi và Phòng chống thiên tai" is one name."""
LAW_HEADS = frozenset({"sở", "bộ", "ubnd"})
"""Heads so firm that they begin a name even where nothing parts it from the one before."""

OPENERS = Phrases("các | những | một số | toàn thể | tất cả | toàn bộ | mọi | một trong")
NOUNS = Phrases(
    "sở | bộ | ban | ngành | cơ quan | đơn vị | địa phương | tổ chức | đoàn thể | hội | hội đoàn thể | doanh nghiệp "
    "| trường | trường học | nhà trường | cơ sở | trung tâm | phòng | khoa | viện | học viện | đại học | cao đẳng | "
    "huyện | thị xã | thị | tx | thành phố | thành | tp | quận | xã | phường | thị trấn | đặc khu | tỉnh | thôn | "
    "bản | ấp | khu phố | tổ dân phố | cá nhân | công ty | tập đoàn | chủ đầu tư | hợp tác xã | ban ngành | sở "
    "ngành | bộ ngành | phòng ban | cấp | khu vực | hộ gia đình | tổ chức chính trị | lực lượng | chi cục | cục | "
    "vụ | chi bộ | chi đoàn | giáo viên | giảng viên | người dân"
)
"""Common nouns: after "các", and without it in small letters, they make or go on with a group and begin no name."""
STARTING_NOUNS = Phrases(
    "địa phương | đơn vị | cơ quan | doanh nghiệp | đoàn thể | nhà trường | sở ngành | bộ ngành | ban ngành | sở | "
    "bộ | giáo viên | giảng viên | người dân"
)
"""Those of them that begin a group without "các": "Sở Y tế, địa phương"."""
SCHOOLS = _keys("th thcs thpt mn gdtx gdnn gdhn dtnt ptdtnt ptdtbt cđ đh tc tcn cđn")
"""Kinds of schools: part of a name or of a group, never a name."""
ACRONYMS = _keys(
    "ubnd hđnd ubmttq mttq bhxh nhnn kbnn nhcsxh vksnd tand vpcp ttcp lđlđ bchqs bchqs bđbp vtv vov ttxvn đtn qlđt "
    "bql bcđ bch btv bgh ubkt gvcn ub ca cqđt vp "
    "đài ptth qk đhqg vcci evn vnpt"
)
"""Abbreviations with vowels or of national use: in a cell all in capitals they are not words to be spelled small."""
SEPARATORS = frozenset(",;\n./+•*·|")
OR_ELSE = frozenset({"hoặc", "hay"})
CONNECTORS = OR_ELSE | {"và", "cùng", "với", "&"}

TITLES = Phrases(
    "gđ | pgđ | giám đốc | phó giám đốc | "
    "tổng giám đốc | phó tổng giám đốc | chủ tịch | phó chủ tịch | pct | thủ trưởng | phó "
    "thủ trưởng | chánh | phó chánh | trưởng | phó trưởng | phó | hiệu trưởng | phó hiệu trưởng | viện trưởng | phó "
    "viện trưởng | cục trưởng | phó cục trưởng | vụ trưởng | phó vụ trưởng | chi cục trưởng | tổng cục trưởng | bộ "
    "trưởng | thứ trưởng | bí thư | phó bí thư | chỉ huy trưởng | chính ủy | tổng biên tập | phó tổng biên tập | "
    "chủ nhiệm | phó chủ nhiệm | chánh án | lãnh đạo | người đứng đầu | tổ trưởng | đội trưởng | trạm trưởng | hạt "
    "trưởng | tư lệnh | thống đốc | tổng thanh tra | tổng kiểm toán | đồng chí | đ / c | đc | ông | bà"
)
"""Office holders and forms of address; "trưởng", "chánh" and "phó" hold only before a head ("Trưởng phòng …")."""
TITLES_OF_HEADS = frozenset({"chánh", "phó chánh", "trưởng", "phó trưởng", "phó"})
ADDRESS = re.compile(r"^(?:đồng chí|đ\s*/\s*c|đc|ông|bà)\b\s*", re.IGNORECASE)
"""Forms of address, which are no part of a title."""
LEADS = Phrases("chủ trì | đầu mối | thực hiện | chịu trách nhiệm | tham mưu | chủ trì thực hiện | chủ trì tham mưu")
HELPS = Phrases("phối hợp | tham gia | phối hợp thực hiện | cùng phối hợp | phối hợp chặt chẽ")
SURNAMES = _keys(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ ngô dương lý đinh trịnh đoàn mai trương lương lưu tạ tô "
    "đào chu vương quách thái nông hứa lò giàng vàng sùng triệu"
)
SHORT_TITLES = {"pct": "Phó Chủ tịch", "gđ": "Giám đốc", "pgđ": "Phó Giám đốc"}
DITTOS = Phrases("như trên | nt | n / t | như dòng | như mục | như ô | như nhiệm vụ | như đã nêu | như phần")

LEVELS = {
    ("tỉnh",): (1, "tỉnh"),
    ("huyện",): (2, "huyện"),
    ("quận",): (2, "quận"),
    ("thị", "xã"): (2, "thị xã"),
    ("thị",): (2, "thị xã"),
    ("tx",): (2, "thị xã"),
    ("thành", "phố"): (2, "thành phố"),
    ("thành",): (2, "thành phố"),
    ("tp",): (2, "thành phố"),
    ("h",): (2, "huyện"),
    ("q",): (2, "quận"),
    ("xã",): (3, "xã"),
    ("phường",): (3, "phường"),
    ("p",): (3, "phường"),
    ("thị", "trấn"): (3, "thị trấn"),
    ("tt",): (3, "thị trấn"),
    ("đặc", "khu"): (3, "đặc khu"),
}
"""Units by their words, with the tier of government; "thị" in a list is "thị xã", "thành" is "thành phố"."""
CENTRAL_CITIES = frozenset({"hà nội", "hồ chí minh", "hải phòng", "đà nẵng", "cần thơ"})
"""Cities with the rank of a province: "thành phố X" is the province itself there."""


class Field(NamedTuple):
    """A field of administration: its official long form and the heads that are named after it."""

    name: str
    heads: frozenset[str]
    also: tuple[str, ...] = ()


_SO, _BO, _PHONG, _OFFICE = "sở", "bộ", "p", "phòng"


def _field(name: str, *heads: str, also: tuple[str, ...] = ()) -> Field:
    both = {_OFFICE} if _PHONG in heads else set()
    return Field(name, frozenset({*heads, *both}), also)


FIELDS = (
    _field("Giáo dục và Đào tạo", _SO, _BO, _PHONG),
    _field("Lao động - Thương binh và Xã hội", _SO, _BO, _PHONG),
    _field("Kế hoạch và Đầu tư", _SO, _BO),
    _field("Thông tin và Truyền thông", _SO, _BO),
    _field("Văn hóa, Thể thao và Du lịch", _SO, _BO),
    _field("Văn hóa và Thể thao", _SO),
    _field("Văn hóa và Thông tin", _PHONG),
    _field("Văn hóa, Khoa học và Thông tin", _PHONG),
    _field("Văn hóa - Xã hội", _PHONG),
    _field("Nông nghiệp và Phát triển nông thôn", _SO, _BO, _PHONG),
    _field("Nông nghiệp và Môi trường", _SO, _BO, _PHONG),
    _field("Tài nguyên và Môi trường", _SO, _BO, _PHONG),
    _field("Khoa học và Công nghệ", _SO, _BO),
    _field("Công Thương", _SO, _BO),
    _field("Y tế", _SO, _BO, _PHONG),
    _field("Tư pháp", _SO, _BO, _PHONG),
    _field("Nội vụ", _SO, _BO, _PHONG),
    _field("Ngoại vụ", _SO, also=("NgV",)),
    _field("Ngoại giao", _BO),
    _field("Quốc phòng", _BO),
    _field("Công an", _BO),
    _field("Xây dựng", _SO, _BO),
    _field("Giao thông vận tải", _SO, _BO),
    _field("Giao thông vận tải - Xây dựng", _SO),
    _field("Tài chính", _SO, _BO, _OFFICE),
    _field("Du lịch", _SO),
    _field("Quy hoạch - Kiến trúc", _SO),
    _field("An toàn thực phẩm", _SO),
    _field("Dân tộc", _PHONG),
    _field("Dân tộc và Tôn giáo", _SO, _BO, _PHONG),
    _field("Tài chính - Kế hoạch", _PHONG),
    _field("Kinh tế", _PHONG),
    _field("Kinh tế và Hạ tầng", _PHONG),
    _field("Kinh tế, Hạ tầng và Đô thị", _PHONG),
    _field("Quản lý đô thị", _PHONG),
    _field("Kế hoạch - Tài chính", _OFFICE),
    _field("Tổ chức cán bộ", _OFFICE),
    _field("Tổ chức - Hành chính", _OFFICE),
    _field("Hành chính - Tổng hợp", _OFFICE),
)
"""Departments by decree, at all tiers and of the years before and after the mergers of 2025; `p` stands for "P.", which
an office also uses for rooms of its own: only fields of a district are sure behind it."""
UNSURE = frozenset({"Ngoại vụ", "Ngoại giao"})
"""Fields whose first letters are another's too (NV is Nội vụ): spelled out, or by their own short form."""
