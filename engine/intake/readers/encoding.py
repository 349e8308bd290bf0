"""Bytes to text: UTF-8, UTF-16 with or without its mark, and what can be turned into Unicode with certainty.

Certain means that the whole file becomes Vietnamese: Windows-1258, TCVN3 and VNI where nearly every word then is a
Vietnamese syllable, UTF-8 that was once taken for Latin-1 ("Káº¿ hoáº¡ch") where it goes back without a remainder. A
file in two encodings is refused with the line at which the second begins.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from engine.errors import BadInputError
from engine.intake.readers.blocks import AS_SEEN, Content, Note, Place
from engine.intake.readers.oldfonts import CERTAIN, FONTS, UNICODE, OldFont, font_of, odd_words, share_of_syllables

REMEDY = "mở tệp bằng trình soạn thảo rồi lưu lại dạng .txt (UTF-8)"
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1c-\x1f]")
UNPRINTED = {**AS_SEEN, **dict.fromkeys([0x1A, 0x1B, *range(0x7F, 0x85), *range(0x86, 0xA0)])}
"""What `blocks.printed` turns, and the control codes that old editors leave: end of file, escape, the C1 set."""
ANY_UNPRINTED = re.compile(f"[{''.join(map(chr, UNPRINTED))}]")
MOJIBAKE = re.compile("á[º»][\x80-\xbf\u0152-\u2122]|Æ[°¯]|Ä[\x91\x90‘ƒ\u201a]|Ã[\x80-\xbf]{2}")
CP1252 = {
    ord(bytes([code]).decode("cp1252")): code for code in range(0x80, 0xA0) if code not in b"\x81\x8d\x8f\x90\x9d"
}
UTF8_VIETNAMESE = re.compile(rb"\xe1[\xba\xbb][\x80-\xbf]|\xc6[\xa0\xa1\xaf\xb0]|\xc4[\x82\x83\x90\x91]")
CHARSET = re.compile(rb"charset\s{0,5}=\s{0,5}[\"']?([\w-]{1,40})", re.I)
WESTERN = frozenset(("windows-1252", "iso-8859-1", "us-ascii", "latin1", "cp1252"))
VIETNAMESE = frozenset(("windows-1258", "cp1258"))
PEEK, SAMPLE, DAMAGED = 65536, 1_000_000, "\ufffd"


class Text(NamedTuple):
    """A text, and what a person should know of how it was read."""

    text: str
    notes: list[Note]


def decode(data: bytes, name: str, *, charset: str | None = None, unescape: Callable[[str], str] = str) -> Text:
    """The text of these bytes in NFC, without control characters or invisible marks; newlines as they are.

    Args:
        data: the bytes of a file.
        name: its name, for errors.
        charset: the encoding that the file itself declares; believed where it gives Vietnamese.
        unescape: turns letters written as entities into themselves.

    Raises:
        BadInputError: binary data, an encoding that is not certain, or two encodings in one file.
    """
    text, notes = (
        _as_declared(data, charset or "", unescape) or _from_unicode(data, name) or _from_old_bytes(data, name)
    )
    text = unescape(text)
    for repair in (_without_mojibake, _without_old_font):
        text, more = repair(text, name)
        notes = [*notes, *more]
    text = unicodedata.normalize("NFC", text.translate(UNPRINTED) if ANY_UNPRINTED.search(text) else text)
    if match := CONTROL.search(text):
        raise BadInputError(
            f"{name}, dòng {_line(text, match.start())}: có ký tự điều khiển (mã {ord(match[0])}), như trong tệp nhị "
            f"phân, không phải văn bản. Chọn tệp kế hoạch; {REMEDY}."
        )
    if DAMAGED in text:
        line = _line(text, text.index(DAMAGED))
        notes = [*notes, Note("encoding", f"dòng {line}: có chữ đã hỏng ({DAMAGED}) từ khi lưu tệp", Place(line=line))]
    return Text(text, notes)


def peek(data: bytes) -> str:
    """The beginning of a text, good enough to tell its format; "" for what is not text."""
    encoding = _utf16(data) or "utf-8"
    text = data[:PEEK].decode(encoding, errors="replace").lstrip("\ufeff")
    return "" if CONTROL.search(text) else text


def declared_as(data: bytes) -> str | None:
    """The encoding that a page says it is in."""
    match = CHARSET.search(data[:4096])
    return match[1].decode("ascii").lower() if match else None


def _as_declared(data: bytes, charset: str, unescape: Callable[[str], str]) -> Text | None:
    """Text in a declared encoding of one byte a letter, if it then is Vietnamese; declared UTF-8 needs no help."""
    if charset in WESTERN:
        text = _western(data)
    elif charset in VIETNAMESE:
        text = _vietnamese(data)
    else:
        return None
    is_right = share_of_syllables(unescape(text)) >= CERTAIN
    return Text(text, []) if is_right and not data.isascii() else None


def _vietnamese(data: bytes) -> str:
    return unicodedata.normalize("NFC", data.decode("cp1258", errors="replace"))


def _old_font(font: OldFont) -> Callable[[bytes], str]:
    return lambda data: font.to_unicode(_western(data))


def _western(data: bytes) -> str:
    return data.decode("latin-1").translate({code: letter for letter, code in CP1252.items()})


def _from_unicode(data: bytes, name: str) -> Text | None:
    if encoding := _utf16(data):
        try:
            return Text(data.decode(encoding), [])
        except UnicodeDecodeError as error:
            raise _undecodable(data, name, error, "UTF-16") from None
    try:
        return Text(data.decode("utf-8-sig"), [])
    except UnicodeDecodeError as error:
        if UTF8_VIETNAMESE.search(data):
            raise _undecodable(data, name, error, "UTF-8") from None
        return None


def _utf16(data: bytes) -> str | None:
    """Which UTF-16 the bytes are, if any; without a mark, the zero bytes of its ASCII letters tell."""
    if data.startswith(UTF16):
        return "utf-16"
    start = data[:4096]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if len(data) % 2 or max(even, odd) < len(start) / 8 or min(even, odd):
        return None
    return "utf-16-le" if odd else "utf-16-be"


def _from_old_bytes(data: bytes, name: str) -> Text:
    """Bytes that are no Unicode, in the one old encoding in which they are Vietnamese."""
    shares = {label: share_of_syllables(read(data[:SAMPLE])) for label, read in OLD.items()}
    label, second = sorted(shares, key=lambda label: shares[label], reverse=True)[:2]
    text = OLD[label](data) if shares[label] >= CERTAIN > shares[second] + 0.1 else DAMAGED
    if DAMAGED in text or share_of_syllables(text) < CERTAIN:
        try:
            data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise _undecodable(data, name, error, "UTF-8") from None
    return Text(text, [_turned(label)])


def _without_mojibake(text: str, name: str) -> Text:
    found = MOJIBAKE.search(text)
    if not found:
        return Text(text, [])
    try:
        repaired = text.translate(CP1252).encode("latin-1").decode()
    except UnicodeError:
        if len(MOJIBAKE.findall(text[: found.start() + PEEK])) < 3:
            return Text(text, [])
        raise BadInputError(
            f"{name}, dòng {_line(text, found.start())}: chữ UTF-8 bị đọc nhầm thành Latin-1 (“{found[0]}…”) và không "
            f"khôi phục được trọn vẹn. Lấy lại tệp gốc; {REMEDY}."
        ) from None
    return Text(repaired, [_note("chữ UTF-8 bị lưu nhầm thành Latin-1 đã được khôi phục trọn vẹn")])


def refuse_old_font(content: Content, name: str) -> None:
    """Refuse a document with letters typed for an old font, as Word files of those years have.

    They are not turned: Word and Excel hold them beside marks that these fonts took for letters (the soft hyphen is
    TCVN3's "ư"), so a letter may be lost before it can be read.

    Raises:
        BadInputError: enough of its words are TCVN3 or VNI.
    """
    font = font_of("\n".join(block.text for block in content.blocks))
    if font:
        raise BadInputError(
            f"{name}: chữ theo bảng mã {font.name}, không phải Unicode. Chuyển cả văn bản sang Unicode (ví dụ bằng "
            "Unikey, mục Công cụ), lưu lại rồi đọc lại."
        )


def _without_old_font(text: str, name: str) -> Text:
    font = font_of(text)
    foreign = UNICODE.search(text)
    if font is None:
        if sum(odd_words(text).values()) > 20 and not foreign:
            raise BadInputError(
                f"{name}: chữ theo một bảng mã cũ không rõ (TCVN3, VNI hay loại khác), không phải Unicode. "
                f"Chuyển sang Unicode (ví dụ bằng Unikey) rồi {REMEDY}."
            )
        return Text(text, [])
    if foreign:
        raise _two_encodings(text, name, font.name)
    turned = font.to_unicode(text)
    if share_of_syllables(turned) < CERTAIN:
        raise BadInputError(
            f"{name}: chữ có vẻ theo bảng mã {font.name} nhưng không chắc chắn. "
            f"Chuyển sang Unicode (ví dụ bằng Unikey) rồi {REMEDY}."
        )
    return Text(turned, [_turned(font.name)])


def _two_encodings(text: str, name: str, label: str) -> BadInputError:
    first = next(number for number, line in enumerate(text.split("\n"), start=1) if odd_words(line))
    word = next(iter(odd_words(text.split("\n")[first - 1])))
    return BadInputError(
        f"{name}, dòng {first}: chữ theo bảng mã {label} (“{word}”) lẫn trong văn bản Unicode. "
        f"Chuyển phần đó sang Unicode (ví dụ bằng Unikey) rồi {REMEDY}."
    )


def _turned(label: str) -> Note:
    note = f"chữ theo bảng mã {label} đã được chuyển sang Unicode"
    if label.startswith("TCVN3"):
        note += "; chữ in bằng phông chữ hoa (.VnTimeH) có thể hiện thành chữ thường"
    return _note(note)


def _note(text: str) -> Note:
    return Note("encoding", text, Place())


def _undecodable(data: bytes, name: str, error: UnicodeDecodeError, label: str) -> BadInputError:
    line = data.count(b"\n", 0, error.start) + 1
    return BadInputError(
        f"{name}, dòng {line}: byte 0x{data[error.start]:02X} (vị trí {error.start}) "
        f"không phải là chữ {label}. Nếu tệp dùng bảng mã cũ (TCVN3/ABC, VNI) thì chuyển sang Unicode trước; "
        f"sau đó {REMEDY}."
    )


def _line(text: str, at: int) -> int:
    return len(re.findall(r"\r\n|\r|\n", text[:at])) + 1


OLD: dict[str, Callable[[bytes], str]] = {
    "Windows-1258": _vietnamese,
    **{font.name: _old_font(font) for font in FONTS},
}
"""Encodings of one byte a letter, by name."""
