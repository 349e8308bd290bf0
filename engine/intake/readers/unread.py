"""What is told of a file in no format that is read: what it is, and how to save it so that it can be."""

import re

from engine.errors import BadInputError
from engine.intake.readers.packages import ZIP, Package, holds

OLE = b"\xd0\xcf\x11\xe0"
SCANNED = "Nhận dạng chữ (OCR) thành tệp .docx hoặc .txt, soát lại rồi đọc"
WORD, EXCEL, TEXT = "lưu lại dạng .docx", "lưu lại dạng .xlsx", "lưu lại dạng .txt (UTF-8)"
MARKS: tuple[tuple[tuple[bytes, ...], str, str], ...] = (
    # the first bytes, in small letters; what the file is; what to do
    ((b"{\\rtf",), "tệp RTF", f"Mở bằng Word rồi {WORD}"),
    ((b"\xff\xd8\xff", b"\x89png", b"gif8", b"ii*\0", b"mm\0*"), "tệp hình ảnh", SCANNED),
    ((b"at&tform",), "tệp DjVu", SCANNED),
    ((b"rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"bzh", b"\xfd7zxz"), "tệp nén", "Giải nén, rồi chọn tệp kế hoạch"),
    (
        (b"mime-version:", b"from: <saved by"),
        "trang web lưu một tệp (.mht)",
        "Mở bằng trình duyệt rồi lưu lại dạng .html",
    ),
)
XML = re.compile(rb"<\?xml\b")
PAGE = re.compile(rb"<(?:!doctype\s+)?html\b", re.I)
OLE_KINDS = (
    ("EncryptedPackage", "tệp được bảo vệ bằng mật khẩu", "Mở bằng Word hoặc Excel, bỏ mật khẩu rồi lưu lại"),
    ("WordDocument", "tệp Word đời cũ (.doc)", f"Mở bằng Word rồi {WORD}"),
    ("Workbook", "tệp Excel đời cũ (.xls)", f"Mở bằng Excel rồi {EXCEL}"),
    ("Book", "tệp Excel đời cũ (.xls)", f"Mở bằng Excel rồi {EXCEL}"),
    ("PowerPoint Document", "tệp trình chiếu PowerPoint", f"Chép phần kế hoạch vào Word rồi {WORD}"),
)
OTHER_PACKAGES = (
    ("ppt/", "tệp trình chiếu PowerPoint", f"Chép phần kế hoạch vào Word rồi {WORD}"),
    ("content.xml", "tệp OpenDocument (.odt, .ods)", f"Mở bằng LibreOffice hoặc Word rồi {WORD} hoặc .xlsx"),
    ("meta-inf/container.xml", "sách điện tử (.epub)", f"Mở ra rồi {TEXT}"),
    ("xl/workbook.bin", "tệp Excel nhị phân (.xlsb)", f"Mở bằng Excel rồi {EXCEL}"),
)


def refuse_other_formats(data: bytes, name: str) -> None:
    """Says no to a file that is told by its first bytes to be of a format that no reader takes.

    Raises:
        BadInputError: what it is and the remedy.
    """
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for marks, kind, remedy in MARKS:
        if start.startswith(marks):
            raise _refusal(name, kind, remedy)
    if (start[:4] == b"riff" and start[8:12] == b"webp") or (start[:2] == b"bm" and start[6:10] == bytes(4)):
        raise _refusal(name, "tệp hình ảnh", SCANNED)
    if XML.match(start) and not PAGE.search(data[:4096]):
        raise _refusal(name, "tệp XML", f"Mở bằng Word rồi {WORD}")
    if data.startswith(OLE):
        raise _refusal(name, *_ole_kind(data))
    if data.startswith(ZIP) and not (holds(data, "word/") or holds(data, "xl/")):
        raise _refusal(name, *_archive_kind(data, name))


def _refusal(name: str, kind: str, remedy: str) -> BadInputError:
    return BadInputError(f"{name}: đây là {kind}, không đọc được. {remedy}.")


def _ole_kind(data: bytes) -> tuple[str, str]:
    """Streams of the container of old Office files and of encrypted new ones are named in UTF-16."""
    for stream, kind, remedy in OLE_KINDS:
        if stream.encode("utf-16-le") in data:
            return kind, remedy
    return "tệp Office đời cũ", f"Mở ra rồi {WORD} hoặc .xlsx"


def _archive_kind(data: bytes, name: str) -> tuple[str, str]:
    parts = Package(data, name, "Word hoặc Excel").parts
    for part, kind, remedy in OTHER_PACKAGES:
        if any(found.startswith(part) for found in parts):
            return kind, remedy
    if not parts:
        return "tệp nén trống", "Chọn đúng tệp kế hoạch"
    return "tệp nén (zip), không phải Word hay Excel", "Giải nén, rồi chọn tệp kế hoạch"
