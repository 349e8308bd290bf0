"""Files to blocks, and files that are refused."""

import os
import unicodedata
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInputError
from engine.intake.readers import LIMIT, read_bytes, read_file

TEXT = "Việc thứ nhất\n\n\xa0\nỞ huyện  Bến Đá "


def test_a_text_keeps_its_line_numbers_and_its_empty_cells() -> None:
    """Blank lines only part paragraphs; a lone no-break space is an empty cell."""
    blocks = read_bytes(TEXT.encode(), "a.txt").blocks
    assert [(block.line, block.text) for block in blocks] == [(1, "Việc thứ nhất"), (3, ""), (4, "Ở huyện Bến Đá")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_in_its_usual_encodings_reads_the_same(encoding: str) -> None:
    """UTF-8 with and without a mark, UTF-16 with one."""
    assert read_bytes(TEXT.encode(encoding), "a.txt").blocks == read_bytes(TEXT.encode(), "a.txt").blocks


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_newline_is_one(newline: str) -> None:
    """The last line counts without one."""
    blocks = read_bytes(f"một{newline}hai{newline}ba".encode(), "a.txt").blocks
    assert [(block.line, block.text) for block in blocks] == [(1, "một"), (2, "hai"), (3, "ba")]


def test_decomposed_letters_are_composed() -> None:
    """NFD text of some machines becomes NFC, so that names compare."""
    data = unicodedata.normalize("NFD", TEXT).encode()
    assert read_bytes(data, "a.txt").blocks[0].text == "Việc thứ nhất"


def test_direction_marks_are_dropped() -> None:
    """An invisible mark could make a date read otherwise than it looks."""
    assert read_bytes("trước \u202e15/4\u202c".encode(), "a.txt").blocks[0].text == "trước 15/4"


@pytest.mark.parametrize(
    ("data", "place", "remedy"),
    [
        (b"", "tệp trống", "Chọn đúng tệp"),
        (b" \r\n\n", "tệp trống", "Chọn đúng tệp"),
        (b"\x7fELF\x02\x01\x01\x00\x00", "nhị phân", "UTF-8"),
        ("Kế hoạch\nsố".encode() + b" \xe9\xff", "dòng 2: byte 0xE9", "TCVN3"),
        (b"\xff\xfea\x00\x00\xd8", "UTF-16", "UTF-8"),
        (
            "Kế hoạch năm 2024\nViÖt Nam ®éc lËp tù do h¹nh phóc\nkÕ ho¹ch ®µo t¹o".encode(),
            "dòng 2: chữ theo",
            "Unikey",
        ),
        (b"{\\rtf1 a}", "RTF", "lưu lại dạng .docx"),
    ],
)
def test_what_is_not_readable_text_is_refused_with_place_and_remedy(data: bytes, place: str, remedy: str) -> None:
    """By content, never by name; the message names the file, what is wrong and what to do."""
    with pytest.raises(BadInputError) as refusal:
        read_bytes(data, "ke-hoach.txt")
    message = str(refusal.value)
    assert message.startswith("ke-hoach.txt")
    assert place in message
    assert remedy in message


def test_a_name_says_nothing_about_the_content(tmp_path: Path) -> None:
    """Text in a file called .pdf is text."""
    (tmp_path / "a.pdf").write_text(TEXT, encoding="utf-8")
    assert len(read_file(tmp_path / "a.pdf").blocks) == 3


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    """A sparse file of 200 MB costs no memory and no time."""
    path = tmp_path / "big.txt"
    path.touch()
    os.truncate(path, 10 * LIMIT)
    with pytest.raises(BadInputError, match="lớn hơn 20 MB"):
        read_file(path)
    with pytest.raises(BadInputError, match="lớn hơn 20 MB"):
        read_bytes(b"a" * (LIMIT + 1), "big.txt")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A missing path, a folder, a device."""
    for path in (tmp_path / "none.txt", tmp_path, Path(os.devnull)):
        with pytest.raises(BadInputError, match="tệp"):
            read_file(path)


@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No third way out."""
    with suppress(BadInputError):
        assert all(block.line >= 1 for block in read_bytes(data, "x").blocks)
