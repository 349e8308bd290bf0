"""Paragraphs and the tree of sections and items that they make."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.intake.readers import Block, Place
from engine.intake.text.outline import read_outline
from engine.intake.text.paragraphs import paragraphs


def outline(text: str) -> list[tuple[str, str]]:
    """(reference, text) of every node of a text, one line a block."""
    blocks = [
        Block(" ".join(line.split()), Place(line=at)) for at, line in enumerate(text.split("\n"), 1) if line.strip()
    ]
    return [(node.ref, node.text) for node in read_outline(paragraphs(blocks)).walk()][1:]


def refs(text: str) -> list[str]:
    """The references of a text in order."""
    return [ref for ref, _ in outline(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I. Việc\n1. Sở Một\n- Làm A\n- Làm B\n2. Sở Hai\n- Làm C", ["I", "I.1", "I.1-1", "I.1-2", "I.2", "I.2-1"]),
        ("III. Việc\n1. Phòng\na) Làm\nb) Làm\nđ) Làm", ["III", "III.1", "III.1.a", "III.1.b", "III.1.đ"]),
        (
            "I. Việc\n1. Phòng\n- Chỉ đạo:\n+ Làm A\n+ Làm B\n- Xong",
            ["I", "I.1", "I.1-1", "I.1-1+1", "I.1-1+2", "I.1-2"],
        ),
        (
            "II- Việc\n2. Hai\n2.1. Một\n- A\n2.2 Hai nữa\n• B",
            ["II", "II.2", "II.2.1", "II.2.1-1", "II.2.2", "II.2.2-1"],
        ),
        ("A. Đầu\nI. Một\nB. Giữa\nC. Cuối\nI. Một", ["A", "A.I", "B", "C", "C.I"]),
        ("Phần thứ nhất\nĐẦU\nĐiều 1. Một\nPhần thứ hai\nĐiều 2. Hai", ["1", "1.1", "2", "2.2"]),
        ("I. Việc\n(1) Một\n(2) Hai\n* A\n* B", ["I", "I.1", "I.2", "I.2-1", "I.2-2"]),
        ("I. Việc\n1. Một\n2) Hai\n3/ Ba", ["I", "I.1", "I.2", "I.3"]),
        ("V. Việc\n1. Sở\nLàm việc này.", ["V", "V.1", "V.1"]),
        ("V. Việc\n1. Sở\nLàm việc này.\n- Làm việc kia.", ["V", "V.1", "V.1-1", "V.1-2"]),
        ("I. MỘT\nIII. NỘI DUNG\n1. A\nIII. TỔ CHỨC THỰC HIỆN\n1. B", ["I", "III", "III.1", "TC", "TC.1"]),
        ("MỤC ĐÍCH CHUNG\n1. Giữ\nPHÂN CÔNG VIỆC\n1. Trồng\n1. Tưới", ["MĐ", "MĐ.1", "PC", "PC.1", "PC.1(2)"]),
        ("1. MỤC ĐÍCH, YÊU CẦU\n1. Mục đích\n2. Yêu cầu\nII. VIỆC", ["1", "1.1", "1.2", "II"]),
    ],
)
def test_marks_of_every_kind_make_references_that_do_not_repeat(text: str, expected: list[str]) -> None:
    """Roman numerals, digits at any depth, letters, words and bullets; numbers used twice or missing."""
    assert refs(text) == expected


def test_marks_of_markdown_are_no_text() -> None:
    """Stars, hashes and escapes go, a star that is a bullet stays one."""
    assert outline("## **II. VIỆC**\n\n* **Sở Một**: làm\n\n1\\. Hai") == [
        ("II", "VIỆC"),
        ("II-1", "Sở Một : làm"),
        ("II.1", "Hai"),
    ]


WRAPPED = """II. TỔ CHỨC THỰC HIỆN
1. Sở Nông nghiệp và
Môi trường
- Trồng cây ven sông trên địa bàn tỉnh, phối hợp với
Ủy ban nhân dân các huyện; chăm sóc cây trong ba năm
đầu, gắn với phát triển kinh tế
- xã hội của từng xã; bảo vệ rừng đầu nguồn, vận
động nhân dân cùng làm.
2. Sở Nội vụ
Phối hợp với Sở Nông nghiệp và Môi trường xét khen
thưởng hằng năm.
- Báo cáo kết quả thực hiện Kế hoạch số
12/KH-UBND về Sở Nông nghiệp và Môi trường;
kịp thời nêu những việc còn vướng, những cách
làm hay của các thôn, các xã ven sông để mọi nơi
cùng học tập, cùng làm theo trong các năm sau.
Trên đây là Kế hoạch.
"""


def test_hard_wrapped_lines_are_joined_and_their_lines_kept() -> None:
    """A heading stays apart from its text; a dash within a sentence opens no item."""
    nodes = outline(WRAPPED)
    assert [ref for ref, _ in nodes] == ["II", "II.1", "II.1-1", "II.2", "II.2-1", "II.2-2", "-1"]
    assert nodes[1][1] == "Sở Nông nghiệp và Môi trường"
    assert nodes[2][1].endswith("kinh tế - xã hội của từng xã; bảo vệ rừng đầu nguồn, vận động nhân dân cùng làm.")
    assert nodes[4][1] == "Phối hợp với Sở Nông nghiệp và Môi trường xét khen thưởng hằng năm."
    blocks = [Block(line, Place(line=at)) for at, line in enumerate(WRAPPED.split("\n"), 1) if line]
    assert [item.lines for item in paragraphs(blocks)][2] == (4, 8)


def test_a_page_break_in_a_sentence_is_no_new_paragraph() -> None:
    """The second half begins with a small letter behind an empty line."""
    assert outline("1. Việc\n\na) Xây dựng cơ chế phối hợp giữa các trường với các xưởng về công tác\n\nđào tạo nghề.")[
        1
    ] == (
        "1.a",
        "Xây dựng cơ chế phối hợp giữa các trường với các xưởng về công tác đào tạo nghề.",
    )


def test_tables_are_left_out_but_layout_is_not() -> None:
    """A table of one column only sets text; the blocks that the caller leaves out are gone."""
    blocks = [
        Block("I. Việc", Place(line=1)),
        Block("ô trái", Place(table=1, row=1, column=1)),
        Block("ô phải", Place(table=1, row=1, column=2)),
        Block("1. Trong khung", Place(table=2, row=1, column=1)),
        Block("ngoài lề", Place(line=9)),
    ]
    assert [item.text for item in paragraphs(blocks, [range(4, 5)])] == ["I. Việc", "1. Trong khung"]


LINES = st.lists(
    st.builds(
        lambda mark, words: f"{mark}{' '.join(words)}",
        st.sampled_from(["", "- ", "+ ", "I. ", "II. ", "1. ", "2. ", "2.1. ", "a) ", "b) ", "* ", "A. ", "Điều 3. "]),
        st.lists(st.sampled_from(["Sở", "trồng", "cây.", "VIỆC", "và", "Làm:", "12/5;"]), min_size=1, max_size=6),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(lines=LINES)
def test_no_word_is_lost_between_lines_and_tree(lines: list[str]) -> None:
    """Whatever the marks, every word that is no mark stands in the tree once, in order."""
    blocks = [Block(line, Place(line=2 * at)) for at, line in enumerate(lines, 1)]
    nodes = list(read_outline(paragraphs(blocks)).walk())
    printed = " ".join(lines).split()
    kept = " ".join(node.text for node in nodes).split()
    marks = {"-", "+", "I.", "II.", "1.", "2.", "2.1.", "a)", "b)", "*", "A.", "Điều", "3."}
    assert [word for word in kept if word not in marks] == [word for word in printed if word not in marks]
