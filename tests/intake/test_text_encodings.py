"""Bytes to text: Unicode in its forms, old Vietnamese encodings turned or refused, and nothing else ever raised."""

import unicodedata
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import BadInputError
from engine.intake.readers import Document, read_bytes
from engine.intake.readers.oldfonts import from_tcvn3, from_vni, is_syllable

TEXT = (
    "Ủy ban nhân dân huyện Bến Đá xây dựng kế hoạch nuôi trồng thủy sản vùng đầm phá, giữ rừng ngập mặn ven biển.\n"
    "Phòng Kinh tế chủ trì, báo cáo định kỳ hằng quý; những xã chậm phải giải trình bằng văn bản và khắc phục ngay."
)
SMALL = TEXT.replace("Ủy", "Uỷ")
"""TCVN3 has codes for small letters with tones only, and for these capitals: Ă Â Ê Ô Ơ Ư Đ."""
TCVN3 = (
    "Uû ban nh©n d©n huyÖn BÕn §¸ x©y dùng kÕ ho¹ch nu«i trång thñy s¶n vïng ®Çm ph¸, gi÷ rõng ngËp "
    "mÆn ven biÓn.\n"
    "Phßng Kinh tÕ chñ tr×, b¸o c¸o ®Þnh kú h»ng quý; nh÷ng x· chËm ph¶i gi¶i tr×nh b»ng v¨n b¶n vµ kh¾c "
    "phôc ngay."
)
VNI = (
    "UÛy ban nhaân daân huyeän Beán Ñaù xaây döïng keá hoaïch nuoâi troàng thuûy saûn vuøng ñaàm phaù, giöõ röøng "
    "ngaäp maën ven bieån.\nPhoøng Kinh teá chuû trì, baùo caùo ñònh kyø haèng quyù; nhöõng xaõ chaäm phaûi giaûi "
    "trình baèng vaên baûn vaø khaéc phuïc ngay."
)
LETTERS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")


def read(data: bytes) -> Document:
    """Bytes as they are read."""
    return read_bytes(data, "ke-hoach.txt")


def said(document: Document) -> str:
    """Its text, line by line."""
    return "\n".join(block.text for block in document.blocks)


def windows_1258(text: str) -> bytes:
    """Letters with their tones after them, as that encoding has them."""
    parts = []
    for letter in unicodedata.normalize("NFC", text):
        spread = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in spread if mark in TONES[1:])
        base = unicodedata.normalize("NFC", "".join(mark for mark in spread if mark not in TONES[1:]))
        parts.append(base + tones)
    return "".join(parts).encode("cp1258")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_with_and_without_marks_and_needs_no_note(encoding: str) -> None:
    """UTF-16 without a mark is told by its zero bytes."""
    document = read(TEXT.encode(encoding))
    assert said(document) == TEXT
    assert not document.notes


@pytest.mark.parametrize(
    ("data", "text", "label"),
    [
        (windows_1258(TEXT), TEXT, "Windows-1258"),
        (TCVN3.encode("latin-1"), SMALL, "TCVN3 (ABC)"),
        (TCVN3.encode(), SMALL, "TCVN3 (ABC)"),
        (VNI.encode("cp1252"), TEXT, "VNI"),
        (VNI.encode(), TEXT, "VNI"),
        (TEXT.encode().decode("latin-1").encode(), TEXT, "Latin-1"),
    ],
)
def test_old_encodings_are_turned_and_the_reader_says_so(data: bytes, text: str, label: str) -> None:
    """As bytes, and as the Unicode that other programs made of them."""
    document = read(data)
    assert said(document) == text
    (note,) = document.notes
    assert note.kind == "encoding"
    assert label in note.text


def test_every_letter_of_the_old_encodings_has_its_unicode() -> None:
    """All vowels with all tones, small in TCVN3 and of both sizes in VNI."""
    vowels = [unicodedata.normalize("NFC", letter + tone) for letter in LETTERS for tone in TONES]
    tcvn3 = "aµ¸·¶¹¨»¾½¼Æ©ÇÊÉÈËeÌÐÏÎÑªÒÕÔÓÖi×ÝÜØÞoßãâáä«åèçæé¬êíìëîuïóòñô\xadõø÷öùyúýüûþ®"
    assert from_tcvn3(tcvn3) == "".join([*vowels, "đ"])
    vni = (
        "a aø aù aõ aû aï aê aè aé aü aú aë aâ aà aá aã aå aä e eø eù eõ eû eï eâ eà eá eã eå eä i ì í ó æ ò "
        "o oø où oõ oû oï oâ oà oá oã oå oä ô ôø ôù ôõ ôû ôï u uø uù uõ uû uï ö öø öù öõ öû öï y yø yù yõ yû î ñ"
    )
    assert from_vni(vni) == " ".join([*vowels, "đ"])
    assert from_vni(vni.upper()) == " ".join([*vowels, "đ"]).upper()


def test_small_codes_among_tcvn3_capitals_were_capitals() -> None:
    """A whole line of capitals, or a word of several; one capital opens a name."""
    assert from_tcvn3("§Ò ¸N TH¤NG TIN\nUBND TØNH vµ Uû ban") == "ĐỀ ÁN THÔNG TIN\nUBND TỈNH và Uỷ ban"


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (f"{TEXT}\n{TCVN3}".encode(), "dòng 3: chữ theo bảng mã TCVN3"),
        (f"{TEXT}\n{VNI}".encode(), "dòng 3: chữ theo bảng mã VNI"),
        (TEXT.encode() + b"\n" + TCVN3.encode("latin-1"), "dòng 3: byte"),
        (f"{TEXT}\n{TEXT.encode().decode('latin-1')}".encode(), "dòng 3: chữ UTF-8 bị đọc nhầm"),
        (("Uû ban ®ang hâp " * 9 + "x©zzk dÖwqh nÖqqt tÖwwy ").encode() * 3, "không rõ"),
    ],
)
def test_two_encodings_in_one_file_are_refused_at_the_line_of_the_second(data: bytes, place: str) -> None:
    """As is what no one encoding makes Vietnamese of; always with the remedy."""
    with pytest.raises(BadInputError) as refusal:
        read(data)
    assert place in str(refusal.value)
    assert "UTF-8" in str(refusal.value)


@pytest.mark.parametrize(
    "words", ["Phần mềm Office® và ©2024", "nhiệt độ 30°C ± 2", "Café Übersee, São Paulo", "«trích»"]
)
def test_letters_of_other_tongues_are_no_old_encoding(words: str) -> None:
    """A sign, a foreign name: the text stays as it is."""
    assert said(read(f"{TEXT}\n{words}".encode())).endswith(words)


def test_control_characters_anywhere_are_refused_and_invisible_marks_dropped() -> None:
    """Beyond the first bytes too; the place is named."""
    with pytest.raises(BadInputError, match=r"dòng 5002: có ký tự điều khiển \(mã 0\)"):
        read(("a\n" * 5000 + "một dòng dài\n" * 1).encode() + b"x" * 70_000 + b"\x00")
    assert said(read("mềm\u00ad \u200bdẻo\u202e 1\ufeff\x1b".encode())) == "mềm dẻo 1"


def test_damaged_letters_are_pointed_out() -> None:
    """A replacement character is kept, for a person to mend."""
    document = read("Một\nK\ufffd hoạch".encode())
    assert (said(document), [note.place.line for note in document.notes]) == ("Một\nK\ufffd hoạch", [2])


@pytest.mark.parametrize(("word", "well_made"), [
    ("nghiêng", True), ("quốc", True), ("gì", True), ("Ủy", True), ("khuya", True), ("ĐÀ", True),
    ("ngh", False), ("hồộ", False), ("zô", False), ("đk", False), ("nhaân", False),
])  # fmt: skip
def test_syllables_are_told_by_how_they_are_made(word: str, *, well_made: bool) -> None:
    """Not by a list of words."""
    assert is_syllable(word) is well_made


VALID = (
    TEXT.encode(),
    TCVN3.encode("latin-1"),
    VNI.encode("cp1252"),
    windows_1258(TEXT),
    TEXT.encode("utf-16"),
    "# Đề\n\n**a** | b\n|--|--|\n| 1<br>2 | [c](d) |\n\n<table><tr><td rowspan=3>x</table>\n".encode(),
    "<html><body><p>Kế hoạch<table><tr><td rowspan=2 colspan=3>a<td>b<tr><td>c</table><ul><li>d</ul>".encode(),
    "1\tviệc\t\"dài\nhơn\"\n2\tb\tc\n+--+--+\n|a|b|\n+--+--+\n\f2\n".encode(),
)  # fmt: skip


def _mutated(data: bytes, at: int, piece: bytes) -> bytes:
    at %= len(data)
    return data[:at] + piece + data[at + len(piece) // 2 :]


def _is_clean(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text) and not any(unicodedata.category(letter) == "Cc" for letter in text)


@settings(max_examples=150, deadline=None)
@given(
    data=st.binary(max_size=300) | st.builds(_mutated, st.sampled_from(VALID), st.integers(0), st.binary(max_size=12))
)
def test_any_bytes_become_clean_text_or_a_refusal(data: bytes) -> None:
    """NFC without control characters, cells included; no third way out."""
    with suppress(BadInputError):
        document = read(data)
        cells = [cell.text.replace("\n", "") for grid in document.grids for row in grid.rows for cell in row]
        assert all(map(_is_clean, [*(block.text for block in document.blocks), *cells]))


@settings(max_examples=100, deadline=None)
@given(
    text=st.text(max_size=200),
    wrap=st.sampled_from([str, "# A\n\n{}".format, "<p>{}</p><p></p>".format, "|a|b|\n|{}|c|".format]),
)
def test_any_text_becomes_clean_text_or_a_refusal(text: str, wrap: Callable[[str], str]) -> None:
    """Whatever Unicode holds, in each of the formats that are text."""
    with suppress(BadInputError):
        document = read(wrap(text).encode("utf-8", errors="replace"))
        assert all(_is_clean(block.text) for block in document.blocks)
