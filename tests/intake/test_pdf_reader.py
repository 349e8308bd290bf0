"""PDF files to paragraphs and grids."""

import io

import pypdfium2
import pytest
import typst
from documents import TASKS, Sample, typeset
from packed import rows, texts

from engine.errors import BadInputError
from engine.intake.readers import Document, read_bytes


def pdf(markup: str) -> Document:
    """A PDF set from typst's markup, read."""
    return read_bytes(typst.compile(markup.encode()), "plan.pdf")


def test_a_table_over_pages_is_one_with_its_pages_in_its_places() -> None:
    """Its header, repeated on each page, is read once; numbers of pages are left out."""
    row = TASKS.rows[1]
    sample = Sample(
        ("Mở đầu của kế hoạch", type(TASKS)(TASKS.header, [(str(n), *row[1:]) for n in range(1, 61)], TASKS.widths))
    )
    document = read_bytes(typeset(sample), "plan.pdf")
    assert len(document.grids) == 1
    assert [row[0].text for row in document.grids[0].rows] == ["TT", *map(str, range(1, 61))]
    assert {row[1].text for row in document.grids[0].rows[1:]} == {row[1]}
    pages = [row[0].place.page for row in document.grids[0].rows]
    assert pages == sorted(pages, key=lambda page: page or 0)
    assert pages[-1] == 3
    assert texts(document)[0] == "Mở đầu của kế hoạch"
    assert not [block for block in document.blocks if block.place.table is None and block.text.isdigit()]


def test_merged_cells_of_a_ruled_table() -> None:
    """A border that is not drawn joins two cells."""
    document = pdf("""#table(columns: 3, table.cell(rowspan: 2)[TT], table.cell(colspan: 2)[Thời gian],
        [Bắt đầu], [Kết thúc], [1], [Quý I/2024], [Quý II/2024])""")
    assert rows(document) == [
        ["TT", "Thời gian", "<left>"],
        ["<above>", "Bắt đầu", "Kết thúc"],
        ["1", "Quý I/2024", "Quý II/2024"],
    ]


def test_paragraphs_go_on_over_lines_and_pages_and_end_where_there_was_room() -> None:
    """Justified text of several pages comes back in the paragraphs that were typed."""
    typed = [
        f"Đoạn {n}. " + "Các cơ quan, đơn vị tổ chức thực hiện nghiêm túc kế hoạch này. " * (n % 4 + 1)
        for n in range(1, 40)
    ]
    document = pdf('#set par(justify: true, first-line-indent: 1cm)\n#set page(numbering: "1")\n' + "\n\n".join(typed))
    assert texts(document) == [text.strip() for text in typed]
    assert document.blocks[-1].place.page == 3


def test_raised_digits_glue_to_no_date() -> None:
    """The mark of a footnote stays a mark."""
    document = pdf("Hoàn thành năm 2024#super[1] trên diện tích 500 m#super[2] đất.")
    assert texts(document) == ["Hoàn thành năm 2024¹ trên diện tích 500 m² đất."]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_turned_on_its_side_reads_as_it_is_looked_at(turn: int) -> None:
    """Annexes are laid across; the text is set along the page and the page is shown turned back."""
    markup = (
        f"#rotate({-turn}deg, reflow: true, table(columns: 2, [Nhiệm vụ], [Chủ trì], [Khảo sát nhu cầu], [UBND tỉnh]))"
    )
    document = pypdfium2.PdfDocument(typst.compile(markup.encode()))
    document[0].set_rotation(turn)
    file = io.BytesIO()
    document.save(file)
    read = read_bytes(file.getvalue(), "plan.pdf")
    assert rows(read) == [["Nhiệm vụ", "Chủ trì"], ["Khảo sát nhu cầu", "UBND tỉnh"]]


def test_a_scan_names_ocr_as_the_remedy_and_a_scanned_page_is_said() -> None:
    """A PDF of pictures has no text; one page of them in a document is a note."""
    with pytest.raises(BadInputError, match="OCR"):
        pdf("#rect(width: 5cm, height: 5cm)")
    document = pdf("Trang này có đủ chữ để đọc được.\n#pagebreak()\n#rect(width: 5cm, height: 5cm)")
    assert [(note.kind, note.place.page) for note in document.notes] == [("page_without_text", 2)]
