"""Fixed words of letterheads, headings and signatures, given back the marks that a line without diacritics lost.

Only words that stand in every document are given back; a name that lost its marks stays as printed.
"""

import re
import unicodedata

WIDEST = 120
"""Characters of a line of a letterhead or a heading; longer ones are text."""
FIXED = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ĐẢNG CỘNG SẢN VIỆT NAM", "Độc lập", "Tự do", "Hạnh phúc",
    "ỦY BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN", "UBND TỈNH", "UBND HUYỆN", "UBND XÃ", "UBND PHƯỜNG", "UBND THÀNH PHỐ",
    "KẾ HOẠCH", "CHƯƠNG TRÌNH", "ĐỀ ÁN", "PHƯƠNG ÁN", "QUYẾT ĐỊNH", "CHỈ THỊ", "BÁO CÁO", "THÔNG BÁO", "TỜ TRÌNH",
    "PHÓ CHỦ TỊCH", "CHỦ TỊCH", "PHÓ GIÁM ĐỐC", "GIÁM ĐỐC", "PHÓ HIỆU TRƯỞNG", "HIỆU TRƯỞNG", "PHÓ BÍ THƯ", "BÍ THƯ",
    "TỔ CHỨC THỰC HIỆN", "PHÂN CÔNG", "TRÁCH NHIỆM", "NHIỆM VỤ", "GIẢI PHÁP", "MỤC ĐÍCH", "MỤC TIÊU", "YÊU CẦU",
    "NỘI DUNG", "KINH PHÍ", "Nơi nhận", "NƠI NHẬN",
)  # fmt: skip
UNITS = ("TỈNH", "HUYỆN", "THỊ XÃ", "QUẬN", "XÃ", "PHƯỜNG", "THÀNH PHỐ", "SỞ")
"""Words that mean a unit where they open a line in capitals."""
NUMBER = re.compile(r"So(?=\s*:?\s*\d*\s*[/-]\s*[A-Z])")
DAY = re.compile(r"\bngay(?P<day>[\s\d.]*)thang(?P<month>[\s\d.]*)nam(?=\s*\d{4})")


def _bare(text: str) -> str:
    spread = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


BY_BARE = {_bare(phrase): phrase for phrase in (*FIXED, *UNITS)}
PHRASES = re.compile(rf"\b(?:{'|'.join(_bare(phrase) for phrase in FIXED)})\b|^(?:{'|'.join(map(_bare, UNITS))})\b")


def with_marks(line: str) -> str:
    """A short line that lost all its diacritics, with those of its fixed words; any other line as it is."""
    if len(line) > WIDEST or not line.isascii() or not any(map(str.isalpha, line)):
        return line
    line = DAY.sub(r"ngày\g<day>tháng\g<month>năm", NUMBER.sub("Số", line, count=1))
    return PHRASES.sub(lambda found: BY_BARE[found[0]], line)
