"""Pages: the document without what is around it, and tables with cells that reach over others."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import BadInputError
from engine.intake.readers import Document, read_bytes

MENU = "".join(f'<li><a href="/{at}">Mục {at}</a></li>' for at in range(6))
PAGE = f"""<!DOCTYPE html><html><head><title>Văn bản</title><style>p {{ color: red }}</style></head><body>
<header>Trang thông tin</header><ul>{MENU}</ul>
<form id="aspnetForm"><div>Đang tải nội dung...</div>
<table width="100%"><tr><td>
  <table><tr><td><p align="center"><b>ỦY BAN NHÂN DÂN<br>HUYỆN BẾN ĐÁ<br>-------</b></p></td>
    <td><b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b><br/>Độc lập - Tự do - Hạnh phúc</td></tr>
    <tr><td>Số: 7/KH-UBND</td><td><i>Bến Đá, ngày 5
      tháng 3 năm 2024</i></td></tr></table>
  <p align=center><b>KẾ HOẠCH</b></p>
  <p class=MsoNormal>Nuôi trồng<o:p></o:p> trên 20 km<sup>2</sup><a href="#_ftn1" name="_ftnref1"><sup>[1]</sup></a>,
    giữ <span style='mso-spacerun:yes'>&nbsp; </span>rừng&#273;ước<script>alert(1)</script></p>
  <p style="display:none">ẩn đi</p>
  <table border=1><tr><td>1</td><td>Thả giống</td><td>&nbsp;</td></tr>
  <tr><td>2</td><td><p>Thu<p>hoạch</td><td>Quý IV</td></tr></table>
  <!-- ghi chú -->
</td></tr></table></form>
<div id=ftn1><p><a href="#_ftnref1">[1]</a> Theo số liệu</p></div>
<footer>Bản quyền</footer></body></html>"""


def read(text: str | bytes) -> Document:
    """A page as it is read."""
    return read_bytes(text if isinstance(text, bytes) else text.encode(), "ke-hoach.html")


def texts(text: str | bytes) -> list[str]:
    """The blocks of a page."""
    return [block.text for block in read(text).blocks]


def drawn(rows: str) -> list[list[str]]:
    """A table as its texts, "^" where a higher and "<" where a wider cell reaches."""
    (grid,) = read(f"<html><table>{rows}</table>").grids
    return [[{"above": "^", "left": "<"}.get(cell.merged, cell.text) for cell in row] for row in grid.rows]


def test_a_page_gives_its_document_and_nothing_around_it() -> None:
    """Menu, header, footer, scripts and hidden text go; a table of layout is unrolled, a footnote's mark left out."""
    assert texts(PAGE) == [
        "Đang tải nội dung...", "ỦY BAN NHÂN DÂN", "HUYỆN BẾN ĐÁ", "-------", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc", "Số: 7/KH-UBND", "Bến Đá, ngày 5 tháng 3 năm 2024", "KẾ HOẠCH",
        "Nuôi trồng trên 20 km², giữ rừngđước", "1", "Thả giống", "", "2", "Thu", "hoạch", "Quý IV", "[1] Theo số liệu",
    ]  # fmt: skip
    assert [[cell.text for cell in row] for row in read(PAGE).grids[1].rows] == [
        ["1", "Thả giống", ""], ["2", "Thu\nhoạch", "Quý IV"],
    ]  # fmt: skip


def test_a_letterhead_in_a_header_is_the_documents() -> None:
    """So is a footer with the recipients, and whatever stands in an article."""
    page = (
        "<html><header>Số: 5/KH-UBND</header><p>KẾ HOẠCH</p><article><footer>Ký thay</footer></article>"
        "<footer>Nơi nhận: như trên</footer><nav>Bản đồ trang</nav><p>" + "từ " * 99
    )
    assert texts(page)[:4] == ["Số: 5/KH-UBND", "KẾ HOẠCH", "Ký thay", "Nơi nhận: như trên"]


def test_much_hidden_text_is_told_of() -> None:
    """A tab of the page that was not open when it was saved may be the document."""
    (note,) = read(f"<html><p>Một</p><div style='display: none'>Kế hoạch {'ẩn ' * 99}</div>").notes
    assert (note.kind, "Kế hoạch ẩn" in note.text) == ("hidden_text", True)


def test_cells_reach_over_rows_and_columns() -> None:
    """Two header rows, a section row, a cell for two rows; no rowspan leaves its part of the table."""
    rows = (
        "<thead><tr><th rowspan=2>TT<th rowspan=2>Việc<th colspan=2>Cơ quan<th rowspan=99999999>Hạn"
        "<tr><th>Chủ trì<th>Phối hợp</thead>"
        "<tr><td colspan=99999999>I. Nuôi trồng<tr><td>1<td>Thả giống<td>A<td>B<td rowspan=0>Quý I"
        "<tr><td>2<td>Cho ăn<td>C<td>D"
    )
    assert drawn(rows) == [
        ["TT", "Việc", "Cơ quan", "<", "Hạn"],
        ["^", "^", "Chủ trì", "Phối hợp", "^"],
        ["I. Nuôi trồng", "<", "<", "<", "<"],
        ["1", "Thả giống", "A", "B", "Quý I"],
        ["2", "Cho ăn", "C", "D", "^"],
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("<tr><td>a<td>b<tr><td>c", [["a", "b"], ["c"]]),
        ("<tr><td colspan=x rowspan=-1>a<td>b<tr><td>c<td>d", [["a", "b"], ["c", "d"]]),
        ("<tr><td>a<td rowspan=2>b<tr><td colspan=2>c<td>d", [["a", "b", ""], ["c", "^", "d"]]),
        ("<tr></tr><tr><td>a<td>b<tr><td>c<td>d", [["a", "b"], ["c", "d"]]),
    ],
)
def test_tables_out_of_order_keep_every_cell(rows: str, expected: list[list[str]]) -> None:
    """Short rows, senseless spans, cells that would cover each other, empty rows."""
    assert [[text for text in row if text] for row in drawn(rows)] == [
        [text for text in row if text] for row in expected
    ]


def test_a_table_inside_a_cell_of_data_is_part_of_its_text() -> None:
    """The rows around it are the table's own."""
    inner = "<table><tr><td>x<td>y</table>"
    assert drawn(f"<tr><td>1<td>a<td>{inner}<tr><td>2<td>b<td>c<tr><td>3<td>d<td>e") == [
        ["1", "a", "x\ny"], ["2", "b", "c"], ["3", "d", "e"],
    ]  # fmt: skip


def test_list_items_carry_what_a_browser_prints_before_them() -> None:
    """Numbers from their start, letters, dashes; a mark that is typed is not doubled."""
    page = (
        "<html><ol start=3><li>ba<li><p>bốn</p><p>tiếp</p></ol><ol type=a><li>một<ol type=I><li>trong</ol><li>hai</ol>"
        "<ul><li>gạch<li>- sẵn<li></ul>"
    )
    assert texts(page) == ["3. ba", "4. bốn", "tiếp", "a. một", "I. trong", "b. hai", "- gạch", "- sẵn"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("<p>Kế hoạch</p><p>hai", "Kế hoạch"),
        ("Kế hoạch" + "<div>x</div>" * 5, "Kế hoạch"),
        ("\ufeff <HTML><p>Kế hoạch", "Kế hoạch"),
        (
            "<?xml version='1.0' encoding='utf-8'?><html xmlns='http://www.w3.org/1999/xhtml'><p>Kế hoạch</p></html>",
            "Kế hoạch",
        ),
        ("<html><p>K&#7871; ho&#7841;ch", "Kế hoạch"),
        ("<html><p>Kế hoạch".encode("utf-16"), "Kế hoạch"),
        (b"<html><meta charset=windows-1258><p>K\xea\xec hoa\xf2ch", "Kế hoạch"),
        ("<html><meta charset=windows-1252><p>nh\xe0 &#7903; x\xe3 \x96".encode("latin-1"), "nhà ở xã –"),
        ("<html><p>KÕ ho¹ch nu«i trång ®Çm ph¸ v&ugrave;ng ven biÓn", "Kế hoạch nuôi trồng đầm phá vựng ven biển"),
    ],
)
def test_pages_are_told_by_their_content_in_any_encoding(data: str | bytes, words: str) -> None:
    """With or without <html>; letters as they are, as entities, in the page's own encoding or an old font's."""
    assert texts(data)[0] == words


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("<html>" + "<div>" * 5_000 + "x", "quá sâu"),
        ("<html>" + "<b>" * 5_000 + "x", "quá sâu"),
        ("<html>" + "<p>" * 800_001, "thẻ"),
        ("<html><table>" + "<tr><td>a<td colspan=59 rowspan=9999>b" * 9_000, "ô"),
    ],
)
def test_bombs_are_refused_in_words(data: str, reason: str) -> None:
    """Nested without end, tags without number, cells by multiplication."""
    with pytest.raises(BadInputError, match=reason):
        read(data)


def test_entities_of_a_doctype_are_not_expanded() -> None:
    """An entity bomb is a word that means nothing."""
    page = "<!DOCTYPE html [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><html><p>x &b;</p>"
    assert not any("haha" in text for text in texts(page))


WORDS = st.lists(st.text(alphabet="abcdeghiàảãáạăâđêôơưếộ", min_size=1, max_size=6), min_size=1, max_size=8).map(
    " ".join
)


@settings(max_examples=60, deadline=None)
@given(
    paragraphs=st.lists(WORDS, min_size=1, max_size=8),
    table=st.lists(st.lists(WORDS, min_size=3, max_size=3), min_size=2),
)
def test_what_is_written_is_read(paragraphs: list[str], table: list[list[str]]) -> None:
    """Paragraphs and cells come back, in order."""
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in table)
    document = read(f"<html>{''.join(f'<p>{text}</p>' for text in paragraphs)}<table>{cells}</table>")
    assert [block.text for block in document.blocks if not block.place.table] == paragraphs
    assert [[cell.text for cell in row] for row in document.grids[0].rows] == table


@settings(max_examples=60, deadline=None)
@given(tags=st.lists(st.sampled_from([*re.findall(r"<[^<>]+>", PAGE), "từ", "<td rowspan=3>", "<li>"]), max_size=40))
def test_tags_in_any_order_lose_no_word(tags: list[str]) -> None:
    """But for those that print nothing."""
    shown = [tag for tag in tags if not re.match(r"<(?:script|style|title|head|header|footer|a |p style|!)", tag)]
    assert "".join(texts("<html>" + "".join(shown))).count("từ") == shown.count("từ")
