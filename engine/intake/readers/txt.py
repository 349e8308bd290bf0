"""Plain text: every line that is not blank is a paragraph; a lone no-break space is an empty table cell.

Law sites save tables this way, one cell a paragraph.
"""

import codecs
import re
import unicodedata

from engine.errors import BadInputError
from engine.intake.readers.blocks import Block, Content, Place

NAME = "văn bản thuần (.txt)"
REMEDY = "mở tệp bằng trình soạn thảo rồi lưu lại dạng .txt (UTF-8)"
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
TCVN3 = frozenset("µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢£¤¥¦§")
PLAIN = frozenset("àáâãèéêìíòóôõùúýăđĩũơư")
MARKS = {0x200E: None, 0x200F: None, 0x202A: None, 0x202B: None, 0x202C: None, 0x202D: None, 0x202E: None, 0xFEFF: None}
"""Direction marks and stray byte-order marks: invisible, and able to make a text read otherwise than it looks."""


def recognises(data: bytes) -> bool:
    """Whether the bytes are text: UTF-16 with its mark, or free of control bytes."""
    return data.startswith(UTF16) or not CONTROL.search(data[:65536])


def read(data: bytes, name: str) -> Content:
    """The paragraphs of a text.

    Raises:
        BadInputError: the encoding is not UTF-8 (or UTF-16 with a mark), or the letters are those of an old font.
    """
    text = unicodedata.normalize("NFC", _decode(data, name)).translate(MARKS)
    _refuse_old_fonts(text, name)
    lines = re.split(r"\r\n|\r|\n", text)
    blocks = []
    for number, line in enumerate(lines, start=1):
        cleaned = " ".join(line.split())
        if cleaned or "\xa0" in line:
            blocks.append(Block(cleaned, Place(line=number)))
    return Content(blocks, [])


def _decode(data: bytes, name: str) -> str:
    encoding = "utf-16" if data.startswith(UTF16) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line, label = data.count(b"\n", 0, error.start) + 1, "UTF-16" if encoding == "utf-16" else "UTF-8"
        raise BadInputError(
            f"{name}, dòng {line}: byte 0x{data[error.start]:02X} (vị trí {error.start}) không phải là chữ {label}. "
            f"Nếu tệp dùng bảng mã cũ (TCVN3/ABC, VNI) thì chuyển sang Unicode trước; sau đó {REMEDY}."
        ) from None


def _refuse_old_fonts(text: str, name: str) -> None:
    """TCVN3 text stored as Unicode looks like "Uû ban nh©n d©n": letters no Vietnamese word has, and none it needs."""
    letters = [letter for letter in text if ord(letter) > 0x7F and letter != "\xa0"]
    vietnamese = sum(1 for letter in letters if letter.lower() in PLAIN or "Ạ" <= letter <= "ỹ" or letter in "–—“”…")
    odd = sum(1 for letter in letters if letter in TCVN3 and letter.lower() not in PLAIN)
    if odd > 20 and odd > vietnamese:
        raise BadInputError(
            f"{name}: chữ có vẻ theo bảng mã TCVN3 (ABC), không phải Unicode. "
            f"Chuyển sang Unicode (ví dụ bằng Unikey) rồi {REMEDY}."
        )
