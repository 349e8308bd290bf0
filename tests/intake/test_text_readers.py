"""Plain text and Markdown: paragraphs that were wrapped, tables that were drawn, marks that are no words."""

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import BadInputError
from engine.intake.readers import Document, read_bytes

BODY = (
    "Thực hiện Chương trình hành động của Tỉnh ủy Sông Xanh về phát triển kinh tế ban đêm, Ủy ban nhân dân tỉnh yêu "
    "cầu các sở rà soát những tuyến phố đủ điều kiện, lấy ý kiến người dân rồi trình phương án trước khi mở cửa.",
    "- Sở Công Thương lập danh mục các điểm kinh doanh ban đêm, công bố trên cổng thông tin của tỉnh và cập nhật mỗi "
    "khi có thay đổi; hướng dẫn hộ kinh doanh làm thủ tục.",
    "- Công an tỉnh bố trí lực lượng tuần tra tại các điểm đông người, xử lý việc đỗ xe lấn chiếm lòng đường, phối hợp "
    "với lực lượng dân phòng của từng phường trong suốt thời gian mở cửa.",
    "- Ủy ban nhân dân thành phố Bến Đá vận động hộ dân giữ vệ sinh chung, thu gom rác sau giờ đóng cửa và báo cáo kết "
    "quả về Sở Công Thương theo quy định.",
)


def read(text: str) -> Document:
    """A text as it is read."""
    return read_bytes(text.encode(), "ke-hoach.txt")


def texts(text: str) -> list[str]:
    """The blocks of a text."""
    return [block.text for block in read(text).blocks]


def rows(text: str) -> list[list[str]]:
    """The rows of its only table."""
    (grid,) = read(text).grids
    return [[cell.text for cell in row] for row in grid.rows]


@pytest.mark.parametrize("width", [55, 72, 80, 100])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_wrapped_paragraphs_are_put_together(width: int, gap: str) -> None:
    """With or without blank lines between them, at any usual width; the lines of each are kept."""
    wrapped = [textwrap.fill(paragraph, width) for paragraph in BODY]
    blocks = read(gap.join(wrapped)).blocks
    assert [block.text for block in blocks] == list(BODY)
    assert (blocks[0].line, blocks[0].last_line) == (1, wrapped[0].count("\n") + 1)


def test_first_lines_of_a_web_page_are_shorter_and_still_go_on() -> None:
    """Tags before the first words of a paragraph took their share of its first line, and more of a heading's."""
    page = []
    for paragraph in (*BODY, "1. Sở Giao thông vận tải và các đơn vị quản lý bến xe", *BODY[1:]):
        limit = 30 if paragraph[0].isdigit() else 52
        first = textwrap.wrap(paragraph, limit)[0]
        page += [first, *textwrap.wrap(paragraph.removeprefix(first), 80)]
    assert "1. Sở Giao thông vận tải và các đơn vị quản lý bến xe" in texts("\n".join(page))
    assert texts("\n".join(page))[1:4] == list(BODY[1:])


def test_a_list_mark_inside_a_name_begins_nothing() -> None:
    """ "kinh tế - xã hội" broken before its dash goes on; "- Sở" after an end begins an item."""
    words = "- Rà soát quy hoạch, đề án, chương trình cùng các nguồn lực dành cho kinh tế\n- xã hội của tỉnh;"
    lines = "\n".join(textwrap.fill(paragraph, 76) for paragraph in BODY)
    assert texts(f"{lines}\n{words}\n- Sở Tài chính")[-2:] == [words.replace("\n", " "), "- Sở Tài chính"]


def test_letterhead_cells_and_signature_of_a_wrapped_text_stay_apart() -> None:
    """Short lines end where their writer ended them."""
    head = ["ỦY BAN NHÂN DÂN", "TỈNH SÔNG XANH", "-------", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số: 12/KH-UBND"]
    cells = ["1", "Lập danh mục điểm kinh doanh", "Sở Công Thương", "các huyện, thị xã", "quý II/2024"]
    signature = ["Nơi nhận:", "- Như trên;", "- Lưu: VT.", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Lê Văn Mẫu"]
    body = [line for paragraph in BODY for line in textwrap.wrap(paragraph, 80)]
    assert texts("\n".join([*head, *body, *cells, *signature])) == [*head, *BODY, *cells, *signature]


def test_wrapped_cells_without_gaps_are_told_of() -> None:
    """Where a line is full by chance, no reader can tell whose words the next ones are; blank lines take the doubt."""
    body = [line for paragraph in BODY for line in textwrap.wrap(paragraph, 80)]
    cells = ["1", "Lập danh mục", "Sở A", "2", "Công bố", "Sở B", "3", "Báo cáo", "Sở C"]
    (note,) = read("\n".join([*body, *cells])).notes
    assert (note.kind, note.place.line) == ("wrapped_cells", len(body) + 1)
    assert not read("\n".join(body) + "\n\n" + "\n\n".join(cells)).notes


def test_cells_one_a_line_are_never_run_together() -> None:
    """A task in small letters after an agency without an end mark is another cell: no width repeats here."""
    cells = ["Sở Giáo dục", "các phòng, ban liên quan", "tháng 3", "Sở Y tế và các bệnh viện", "thường xuyên"] * 8
    assert texts("\n".join(cells)) == cells


def test_pages_lose_their_numbers_and_join_what_they_part() -> None:
    """A number alone at the edge of a page that is the page's own is no text; a date's number inside is."""
    lines = textwrap.wrap(BODY[0], 60)
    pages = [*lines[:2], "", "1", "\f" + lines[2], *lines[3:], *textwrap.wrap(BODY[1], 60), "7", "- hết", "2"]
    blocks = read("\n".join([*pages, "\fPHỤ LỤC", "3"])).blocks
    assert [block.text for block in blocks] == [BODY[0], BODY[1], "7", "- hết", "PHỤ LỤC"]
    assert [block.place.page for block in blocks] == [1, 2, 2, 2, 3]


def test_lone_pipes_part_cells_and_two_of_them_leave_an_empty_one() -> None:
    """As programs write that turn a page into text."""
    assert texts("Số: 5/KH\n|\nBến Đá, ngày 2\n|\n|\nKẾ HOẠCH") == ["Số: 5/KH", "Bến Đá, ngày 2", "", "KẾ HOẠCH"]


@pytest.mark.parametrize(
    "table",
    [
        "| TT | Việc | Hạn |\n|----|:----:|----:|\n| 1 | Lập danh mục | |\n| 2 | Báo cáo | Quý II |",
        "TT | Việc | Hạn\n--- | --- | ---\n1 | Lập danh mục |\n2 | Báo cáo | Quý II",
        "TT | Việc | Hạn\n1 | Lập danh mục |\n2 | Báo cáo | Quý II",
        "|TT|Việc|Hạn|\n|1|Lập danh\nmục||\n|2|Báo cáo|Quý II|",
        "+--+----+---+\n|TT|Việc|Hạn|\n+==+====+===+\n|1|Lập danh||\n||mục||\n+-+-+-+\n|2|Báo cáo|Quý II|\n+-+-+-+",
        "┌──┬────┬───┐\n│TT│Việc│Hạn│\n├──┼────┼───┤\n│1│Lập danh mục│ │\n│2│Báo cáo│Quý II│\n└──┴────┴───┘",
        "TT\tViệc\tHạn\n1\tLập danh mục\t\n2\tBáo cáo\tQuý II",
        'TT\tViệc\tHạn\n1\t"Lập danh\nmục"\t\n2\t"Báo cáo"\tQuý II',
        "| TT | Việc     | Hạn    |\n|----|----------|--------|\n| 1  | Lập danh |        |\n"
        "|    | mục      |        |\n| 2  | Báo cáo  | Quý II |",
    ],
)
def test_drawn_tables_are_grids_in_every_drawing(table: str) -> None:
    """Pipes, boxes and tabs, with or without rules, with cells over several lines."""
    expected = [["TT", "Việc", "Hạn"], ["1", "Lập danh mục", ""], ["2", "Báo cáo", "Quý II"]]
    assert rows(f"Bảng\n\n{table}\n\nHết") == expected


def test_the_blocks_of_a_table_stand_in_order_between_the_others() -> None:
    """Each cell with its row, column and lines; an empty cell is an empty block."""
    blocks = read("Trước\n|a|b|\n|c||\nSau").blocks
    assert [block.text for block in blocks] == ["Trước", "a", "b", "c", "", "Sau"]
    assert [(block.place.row, block.place.column, block.line) for block in blocks[1:5]] == [
        (1, 1, 2), (1, 2, 2), (2, 1, 3), (2, 2, 3),
    ]  # fmt: skip


def test_a_line_that_may_be_a_row_of_its_own_is_one() -> None:
    """A cell that would have fitted above was not wrapped: the doubtful line stays a row."""
    table = "| 1 | Lập danh mục | Quý I  |\n|   | Báo cáo      |        |\n|   |              | Quý II |"
    assert rows(table) == [["1", "Lập danh mục", "Quý I"], ["", "Báo cáo", ""], ["", "", "Quý II"]]


def test_short_and_long_rows_keep_what_they_have() -> None:
    """Nothing is cut off or made up."""
    assert rows("|a|b|c|\n|--|--|--|\n|1|2|\n|1|2|3|4|") == [["a", "b", "c"], ["1", "2"], ["1", "2", "3", "4"]]


def test_marks_of_markdown_are_taken_off() -> None:
    """Headings, emphasis, links, notes, escapes, entities: what stays is what another format would say."""
    assert texts(
        "## **KẾ HOẠCH**\n\n*Sông Xanh, ngày 2 tháng 3 năm 2024*\n\n**CHỦ TỊCH****Lê Văn Mẫu**\n\n"
        "Theo [Luật](https://example.vn/luat_so_5)[^1] và tệp ke_hoach_1\\*\n\n1. Một\n* Hai&nbsp;ba\n+ Bốn\n\n"
        "**TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH**\n\n---\n\n```\n> trích\n```\n[^1]: Ghi chú"
    ) == [
        "KẾ HOẠCH", "Sông Xanh, ngày 2 tháng 3 năm 2024", "CHỦ TỊCH Lê Văn Mẫu", "Theo Luật và tệp ke_hoach_1*",
        "1. Một", "- Hai ba", "+ Bốn", "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "trích", "1 Ghi chú",
    ]  # fmt: skip


def test_cells_of_markdown_lose_their_marks_and_break_at_br() -> None:
    """A pipe that is escaped is a letter of its cell."""
    table = "| **TT** | Việc |\n|---|---|\n| 1 | Lập *danh mục*<br/>rồi A\\|B |"
    assert rows(table) == [["TT", "Việc"], ["1", "Lập danh mục\nrồi A|B"]]


def test_tables_in_html_inside_markdown_are_tables() -> None:
    """As readers of scans write them, with cells that reach over rows."""
    text = (
        "# Bảng\n\n<table>\n<tr><td rowspan=2>1</td><td>**Một**<br>hai</td></tr>\n<tr><td>ba</td></tr>\n</table>\n\nHết"
    )
    (grid,) = read(text).grids
    assert [[(cell.text, cell.merged) for cell in row] for row in grid.rows] == [
        [("1", ""), ("Một\nhai", "")], [("", "above"), ("ba", "")],
    ]  # fmt: skip
    assert [(block.text, block.line) for block in read(text).blocks][-1] == ("Hết", 8)


@pytest.mark.parametrize(
    "words", ["5*3 = 15 và 2 * 4", "(*) Ghi chú", "(**) Số ước tính", "a_b và tệp_x_", "#1", "Mục *"]
)
def test_a_few_stars_do_not_make_markdown(words: str) -> None:
    """A plain text keeps every letter; so does a Markdown text with such words in it."""
    assert texts(f"{words}\n\nHết") == [words, "Hết"]
    assert texts(f"# A\n\n{words}\n\nHết") == ["A", words, "Hết"]


def test_a_paragraph_parted_by_a_page_in_markdown_is_whole_again() -> None:
    """Long, without an end, gone on with a small letter; a short heading before it is not taken in."""
    first, second = BODY[0][:110].rsplit(" ", 1)[0], "rà soát phương án rồi trình."
    assert texts(f"# A\n\nCăn cứ thực tế\n\n{first}\n\n{second}") == ["A", "Căn cứ thực tế", f"{first} {second}"]


def test_too_many_lines_or_cells_are_refused_in_words() -> None:
    """Before memory goes to them."""
    for text in ("a\n" * 400_001, "a|b\n" * 300_000 + "\t" * 200_000):
        with pytest.raises(BadInputError, match="Tách riêng"):
            read(text)


def test_a_megabyte_in_a_cell_is_one_cell() -> None:
    """And so is a megabyte on a line."""
    long = "từ " * 350_000
    assert [len(cell) for cell in rows(f"|1|{long}|\n|2|b|")[0]] == [1, len(long) - 1]
    assert len(texts(long)) == 1


WORD = st.text(alphabet="abcdeghiklmnopqrstuvxyàảãáạăâđêôơưếộ", min_size=1, max_size=7)
SENTENCE = st.lists(WORD, min_size=1, max_size=60).map(lambda words: " ".join(words).capitalize() + ".")


@settings(max_examples=60, deadline=None)
@given(paragraphs=st.lists(SENTENCE, min_size=1, max_size=12), width=st.integers(50, 110))
def test_no_word_is_lost_however_a_text_is_wrapped(paragraphs: list[str], width: int) -> None:
    """And none moves: wrapped or not, the words come back in order."""
    for text in ("\n\n".join(paragraphs), "\n\n".join(textwrap.fill(part, width) for part in paragraphs)):
        assert " ".join(texts(text)).split() == " ".join(paragraphs).split()


@settings(max_examples=60, deadline=None)
@given(paragraphs=st.lists(SENTENCE, min_size=1, max_size=12))
def test_unwrapped_paragraphs_come_back_as_they_were(paragraphs: list[str]) -> None:
    """One a line."""
    assert texts("\n\n".join(paragraphs)) == paragraphs


@settings(max_examples=60, deadline=None)
@given(table=st.lists(st.lists(WORD, min_size=3, max_size=3), min_size=3, max_size=8), mark=st.sampled_from("|\t"))
def test_cells_come_back_as_they_were(table: list[list[str]], mark: str) -> None:
    """With pipes and with tabs."""
    edge = mark.strip()
    assert rows("\n".join(f"{edge}{mark.join(row)}{edge}" for row in table)) == table
