"""What is said to files that are damaged, hostile, or of no format that is read."""

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packed import MADE, SHEET, W, archive, changed, p

from engine.errors import BadInputError
from engine.intake.readers import read_bytes
from engine.intake.readers.oldfonts import TCVN3
from engine.intake.readers.packages import ENTRIES


def laughs(levels: int = 12) -> str:
    """An XML part whose entities grow tenfold at each level."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, levels))
    text = f"<w:document {W}><w:body>{p(f'&e{levels - 1};')}</w:body></w:document>"
    return f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>{text}'


def text(document: str | bytes | None) -> bytes:
    """The sample in Word with this instead of its text."""
    return changed("plan.docx", "word/document.xml", document)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
REFUSED: dict[str, tuple[bytes, str, str]] = {
    "macros": (changed("plan.docx", "word/vbaProject.bin", b"\0"), "macro", ".docx"),
    "encrypted": (OLE + "EncryptedPackage".encode("utf-16-le"), "mật khẩu", "bỏ mật khẩu"),
    "old Word": (OLE + "WordDocument".encode("utf-16-le"), ".doc", ".docx"),
    "old Excel": (OLE + "Workbook".encode("utf-16-le"), ".xls", ".xlsx"),
    "OpenDocument": (archive({"mimetype": "application/vnd.oasis", "content.xml": "<a/>"}), "OpenDocument", ".docx"),
    "slides": (archive({"ppt/presentation.xml": "<a/>"}), "PowerPoint", ".docx"),
    "another archive": (archive({"anh.jpg": b"\xff\xd8"}), "zip", "Giải nén"),
    "an empty archive": (archive({}), "trống", "Chọn đúng tệp"),
    "RTF": (b"{\\rtf1\\ansi}", "RTF", ".docx"),
    "an image": (b"\xff\xd8\xff\xe0" + bytes(50), "hình ảnh", "OCR"),
    "a saved mail page": (b"MIME-Version: 1.0\r\n", ".mht", ".html"),
    "bare XML": (b"<?xml version='1.0'?><a/>", "XML", ".docx"),
    "cut short": (MADE["plan.docx"][:-4000], "hỏng", "lưu lại"),
    "without its text": (text(None), "word/document.xml", "lưu lại"),
    "without relations": (changed("plan.docx", "_rels/.rels", None), "hỏng", "lưu lại"),
    "text that is no XML": (text("<w:p>"), "hỏng", "lưu lại"),
    "Strict": (text("<w:document xmlns:w='http://purl.oclc.org/a'/>"), "Strict", ".docx"),
    "laughs": (text(laughs()), "thực thể", "lưu lại"),
    "a bomb": (text(b" " * (101 << 20)), "100 MB", "lưu lại"),
    "one endless piece": (text(f"<w:document {W}><w:body>" + "<w:b/>" * 900_000), "4 MB", "lưu lại"),
    "nested deep": (text(f"<a {W}>" + "<a>" * 5000), "hỏng", "lưu lại"),
    "too many entries": (archive({f"word/{n}.xml": "" for n in range(ENTRIES + 1)}), str(ENTRIES), "lưu lại"),
    "a sheet without cells": (changed("plan.xlsx", SHEET, "<worksheet/>"), "không có ô nào", "Chọn đúng"),
    "a PDF cut short": (b"%PDF-1.7\n" + bytes(100), "hỏng", "xuất lại"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_read_is_refused_with_its_kind_and_remedy(kind: str) -> None:
    """The message names the file, what is wrong and what to do."""
    data, fault, remedy = REFUSED[kind]
    with pytest.raises(BadInputError) as refusal:
        read_bytes(data, "tệp kế hoạch")
    message = str(refusal.value)
    assert message.startswith("tệp kế hoạch")
    assert fault in message
    assert remedy in message


def test_a_locked_pdf_is_told_from_a_damaged_one() -> None:
    """Made by hand: an encryption dictionary that no empty password opens."""
    body = MADE["plan.pdf"]
    at = body.rindex(b"trailer") if b"trailer" in body else -1
    key = (
        b"/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <"
        + b"41" * 32
        + b"> /U <"
        + b"42" * 32
        + b"> >> "
    )
    locked = body[: at + 7] + body[at + 7 :].replace(b"<<", b"<< " + key, 1) if at >= 0 else body
    with pytest.raises(BadInputError, match="mật khẩu"):
        read_bytes(locked, "plan.pdf")


def damage(data: bytes, flips: list[tuple[float, int]], cut: float) -> bytes:
    """The bytes with some changed, and cut short."""
    torn = bytearray(data)
    for at, value in flips:
        torn[int(at * (len(torn) - 1))] = value
    return bytes(torn[: int(len(torn) * cut)])


FLIPS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8)
CUTS = st.one_of(st.just(1.0), st.floats(0.01, 1))
OLD = ['"', "val=", "w:", "<c ", "r=", "1", "s=", "Id", "<v>", "t="]
NEW = ["", '"-1"', "x:", "<w:p/>", "99999999999", '" a="', "\x00", "<"]
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(name=st.sampled_from(["plan.docx", "plan.xlsx"]), flips=FLIPS, cut=CUTS)
def test_damaged_archives_are_read_or_refused(name: str, flips: list[tuple[float, int]], cut: float) -> None:
    """No third way out."""
    with suppress(BadInputError):
        read_bytes(damage(MADE[name], flips, cut), name)


@settings(MANY, max_examples=12)
@given(flips=FLIPS, cut=CUTS)
def test_damaged_pdfs_are_read_or_refused(flips: list[tuple[float, int]], cut: float) -> None:
    """No third way out."""
    with suppress(BadInputError):
        read_bytes(damage(MADE["plan.pdf"], flips, cut), "plan.pdf")


@MANY
@given(
    part=st.sampled_from(["word/document.xml", "word/styles.xml", "word/numbering.xml", "xl/worksheets/sheet1.xml",
                          "xl/workbook.xml", "xl/styles.xml", "word/_rels/document.xml.rels"]),
    words=st.lists(st.tuples(st.sampled_from(OLD), st.sampled_from(NEW)), max_size=4),
)  # fmt: skip
def test_damaged_parts_are_read_or_refused(part: str, words: list[tuple[str, str]]) -> None:
    """Attributes and elements that no program writes."""
    name = "plan.docx" if part.startswith("word") else "plan.xlsx"
    with zipfile.ZipFile(io.BytesIO(MADE[name])) as package:
        text = package.read(part).decode()
    for old, new in words:
        text = text.replace(old, new, 3)
    with suppress(BadInputError):
        read_bytes(changed(name, part, text), name)


def test_a_word_file_in_an_old_font_is_refused_by_its_name() -> None:
    """Letters of .VnTime are named TCVN3 with the way out; the same words in Unicode are read."""
    words = "Kế hoạch phổ biến việc tuyển sinh, bồi dưỡng giáo viên của huyện đảo trước ngày khai giảng"
    old = words.translate({letter: code for code, letter in TCVN3.items()})
    with pytest.raises(BadInputError, match=r"TCVN3.*Unikey"):
        read_bytes(text(f"<w:document {W}><w:body>{p(old)}</w:body></w:document>"), "cu.docx")
    kept = read_bytes(text(f"<w:document {W}><w:body>{p(words)}</w:body></w:document>"), "moi.docx")
    assert [block.text for block in kept.blocks] == [words]
