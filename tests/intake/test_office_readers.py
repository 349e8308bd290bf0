"""Word documents and Excel workbooks to paragraphs and grids."""

import io
import zipfile
from collections.abc import Mapping

import openpyxl
import pytest
from packed import HEAD, KINDS, MAIN, MORE, PARTS, SHEET, W, archive, p, relations, rows, texts

from engine.intake.readers import Document, read_bytes
from engine.intake.readers.docx.lists import in_form


def word_parts(body: str, **others: str) -> dict[str, str | bytes]:
    """The parts of a Word document with this body; `others` are its numbering, styles and the like."""
    written = {kind: f"{HEAD}<w:{kind} {W}>{text}</w:{kind}>" for kind, text in others.items() if kind != "header"}
    files = {PARTS[kind]: text for kind, text in written.items()}
    targets = {kind: PARTS[kind] for kind in written}
    if "header" in others:
        files["word/header1.xml"] = f"{HEAD}<w:hdr {W}>{others['header']}</w:hdr>"
        targets["header"] = "word/header1.xml"
    return {
        "_rels/.rels": relations({"officeDocument": "word/document.xml"}),
        "word/document.xml": f"{HEAD}<w:document {W} {MORE}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relations(targets),
        **files,
    }


def word(body: str, **others: str) -> Document:
    """A Word document with this body, read."""
    return read_bytes(archive(word_parts(body, **others)), "plan.docx")


def listed(text: str, level: int = 0, number: int = 1) -> str:
    """A paragraph of a list."""
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def table(*rows: str) -> str:
    """A table of rows."""
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def tc(content: str = "", properties: str = "") -> str:
    """A cell with these paragraphs, or this text."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content if content.startswith('<') else p(content)}</w:tc>"


# -- Word --------------------------------------------------------------------------------------------------------------

NUMBERING = """
<w:abstractNum w:abstractNumId="0">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2."/></w:lvl>
  <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>
  <w:lvl w:ilvl="3"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="1">
  <w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="decimal"/><w:suff w:val="nothing"/>
    <w:lvlText w:val="%1"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="1"/>
  <w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride></w:num>
"""


def test_numbers_that_word_keeps_outside_the_text_are_read() -> None:
    """Levels, starts, restarts below a new number, legal digits for Roman ones, bullets as hyphens."""
    body = [("Mục", 0), ("Ý", 1), ("Ý", 1), ("Điểm", 2), ("Gạch", 3), ("Mục", 0), ("Ý", 1), ("Điểm", 2)]
    read = texts(word("".join(listed(text, level) for text, level in body), numbering=NUMBERING))
    assert read == ["I. Mục", "1.1. Ý", "1.2. Ý", "a) Điểm", "- Gạch", "II. Mục", "2.1. Ý", "a) Điểm"]


def test_a_numbered_column_without_text_is_its_numbers() -> None:
    """The column TT of many plans is nothing but a list; a list begun anew counts from its own start."""
    body = table(*(tc(listed("", number=number)) + tc("Việc") for number in (2, 2, 3, 3)))
    assert rows(word(body, numbering=NUMBERING)) == [["4", "Việc"], ["5", "Việc"], ["9", "Việc"], ["10", "Việc"]]


def test_styles_give_lists_capitals_and_hide() -> None:
    """What a style says of its paragraphs goes for those of styles based on it."""
    styles = """
    <w:style w:type="paragraph" w:styleId="A"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>
      <w:rPr><w:caps/></w:rPr></w:style>
    <w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>
    <w:style w:type="character" w:styleId="C"><w:rPr><w:vanish/></w:rPr></w:style>
    <w:style w:type="paragraph" w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style>"""
    body = (
        p("mục tiêu", '<w:pStyle w:val="B"/>') + p("thường", '<w:pStyle w:val="Loop"/>')
        + '<w:p><w:r><w:t>thấy </w:t></w:r><w:r><w:rPr><w:rStyle w:val="C"/></w:rPr><w:t>ẩn</w:t></w:r></w:p>'
    )  # fmt: skip
    document = word(body, styles=styles, numbering=NUMBERING)
    assert texts(document) == ["I. MỤC TIÊU", "thường", "thấy"]
    assert [(note.kind, "“ẩn”" in note.text) for note in document.notes] == [("hidden_text", True)]


@pytest.mark.parametrize(
    ("count", "form", "printed"),
    [(4, "upperRoman", "IV"), (27, "lowerLetter", "aa"), (5, "upperLetter", "E"), (3, "decimalZero", "03"),
     (21, "vietnameseCounting", "hai mươi mốt"), (15, "vietnameseCounting", "mười lăm"),
     (7, "chicago", "7"), (0, "upperRoman", "0")],
)  # fmt: skip
def test_formats_of_numbers(count: int, form: str, printed: str) -> None:
    """As Word prints them; one it does not know in digits."""
    assert in_form(count, form) == printed


def test_tracked_changes_are_read_as_accepted_and_said() -> None:
    """Inserted in, deleted out; a deleted end of a paragraph joins it to the next, a deleted row is gone."""
    body = (
        "<w:p><w:r><w:t>trước ngày </w:t></w:r><w:del><w:r><w:delText>15</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>20</w:t></w:r></w:ins><w:r><w:t>/5/2024</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>nối </w:t></w:r></w:p>" + p("liền")
        + "<w:tbl><w:tr><w:trPr><w:del/></w:trPr>" + tc("bỏ") + "</w:tr><w:tr>" + tc("giữ") + "</w:tr></w:tbl>"
    )  # fmt: skip
    document = word(body)
    assert texts(document) == ["trước ngày 20/5/2024", "nối liền", "giữ"]
    assert [note.kind for note in document.notes] == ["tracked_changes"]
    assert "Track Changes" in document.notes[0].text


def test_what_stands_in_the_text_for_something_else() -> None:
    """Fields show their results, breaks part lines, hyphens and raised digits look as they print, comments are none."""
    run = "<w:r><w:fldChar w:fldCharType='{}'/></w:r>"
    body = (
        "<w:p>" + run.format("begin") + "<w:r><w:instrText>DATE</w:instrText><w:t>mã</w:t></w:r>"
        + run.format("separate")
        + "<w:r><w:t>01/02/2024</w:t></w:r>" + run.format("end") + "</w:p>"
        "<w:p><w:r><w:t>một</w:t><w:br/><w:t>hai</w:t><w:tab/><w:t>ba</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>12/KH</w:t><w:noBreakHyphen/><w:t>UBND,</w:t><w:softHyphen/><w:t> 5 m</w:t></w:r>"
        "<w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>2</w:t></w:r>"
        "<w:r><w:sym w:font='Wingdings' w:char='F0FC'/></w:r><w:r><w:commentReference w:id='1'/></w:r></w:p>"
        "<w:sdt><w:sdtPr/><w:sdtContent>" + p("khung") + "</w:sdtContent></w:sdt>"
        "<w:p><w:hyperlink><w:r><w:t>nối </w:t></w:r></w:hyperlink>"
        "<w:smartTag><w:r><w:t>thẻ</w:t></w:r></w:smartTag></w:p>"
    )  # fmt: skip
    assert texts(word(body)) == ["01/02/2024", "một", "hai ba", "12/KH-UBND, 5 m²✓", "khung", "nối thẻ"]


def test_the_mark_of_a_footnote_glues_to_no_date() -> None:
    """The text goes on without it; the note comes at the end."""
    body = p("xong năm 2024").replace("</w:r></w:p>", "</w:r><w:r><w:footnoteReference w:id='7'/></w:r></w:p>") + p(
        "Hết"
    )
    notes = f"<w:footnote w:id='7'>{p('Theo số liệu cũ')}</w:footnote><w:footnote w:id='8'>{p('thừa')}</w:footnote>"
    assert texts(word(body, footnotes=notes)) == ["xong năm 2024", "Hết", "[1] Theo số liệu cũ"]


def test_a_text_box_is_read_once() -> None:
    """Word writes every drawing twice, for itself and for older programs."""
    box = f"<w:txbxContent>{p('trong khung')}</w:txbxContent>"
    body = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>" + box + "</w:drawing></mc:Choice>"
        "<mc:Fallback><w:pict><v:textbox>" + box + "</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent>"
        "<w:t>ngoài</w:t></w:r></w:p>"
    )  # fmt: skip
    assert texts(word(body)) == ["ngoài", "trong khung"]


def test_merged_cells_hang_on_the_cell_that_reaches_into_them() -> None:
    """Both ways at once, cells left out before a row, and widths that no table has."""
    body = table(
        tc("rộng", '<w:gridSpan w:val="2"/><w:vMerge w:val="restart"/>') + tc("a"),
        tc("", '<w:gridSpan w:val="2"/><w:vMerge/>') + tc("b"),
        tc("c") + tc("d", '<w:gridSpan w:val="-5"/>') + tc("e", '<w:gridSpan w:val="x"/>'),
        tc("mồ côi", "<w:vMerge/>") + tc("f", '<w:hMerge w:val="restart"/>') + tc("", "<w:hMerge/>"),
    )
    assert rows(word(body)) == [
        ["rộng", "<left>", "a"],
        ["<above>", "<above>", "b"],
        ["c", "d", "e"],
        ["mồ côi", "f", "<left>"],
    ]
    assert len(word(table(tc("a", '<w:gridSpan w:val="999999"/>'))).grids[0].rows[0]) == 63


def test_cells_know_their_place() -> None:
    """A question can name table, row and column."""
    document = word(p("đầu") + table(tc("a") + tc(p("b") + p("c"))))
    places = [(block.text, block.place.table, block.place.row, block.place.column) for block in document.blocks]
    assert places == [("đầu", None, None, None), ("a", 1, 1, 1), ("b", 1, 1, 2), ("c", 1, 1, 2)]


def test_a_table_in_a_cell_is_its_text_or_a_table_of_its_own() -> None:
    """Beside other cells it belongs to its cell; alone in its row, the outer table is there for the layout."""
    inner = table(tc("TT") + tc("Việc"), tc("1") + tc("Làm"))
    beside = word(table(tc("1") + tc(p("Gồm:") + inner + p("hết"))))
    assert rows(beside) == [["1", "Gồm:\nTT | Việc\n1 | Làm\nhết"]]
    alone = word(table(tc(p("trước") + inner + p("sau"))))
    assert texts(alone) == ["trước", "TT", "Việc", "1", "Làm", "sau"]
    assert rows(alone, 2) == [["TT", "Việc"], ["1", "Làm"]]


def test_a_header_is_read_only_where_it_is_the_letterhead() -> None:
    """A running line or a number of pages is no text of the plan."""
    assert texts(word(p("Nội dung"), header=p("Trang 1"))) == ["Nội dung"]
    letterhead = table(tc("UBND TỈNH SÔNG XANH") + tc("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"))
    document = word(p("Nội dung") + table(tc("a") + tc("b")), header=letterhead)
    assert texts(document)[0] == "UBND TỈNH SÔNG XANH"
    assert [grid.number for grid in document.grids] == [1, 2]


# -- Excel -------------------------------------------------------------------------------------------------------------


def workbook(
    fill: dict[str, object], formats: Mapping[str, str] | None = None, **sheet_more: object
) -> openpyxl.Workbook:
    """A workbook with these cells in its first sheet."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = str(sheet_more.get("title", "Kế hoạch"))
    for address, value in fill.items():
        sheet[address] = value  # type: ignore[assignment]
    for address, form in (formats or {}).items():
        sheet[address].number_format = form
    return book


def sheet(book: openpyxl.Workbook, *edits: tuple[str, str]) -> Document:
    """A workbook, read; `edits` change its first sheet's XML, where openpyxl would not."""
    file = io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file) as package:
        parts = {entry: package.read(entry) for entry in package.namelist()}
    for old, new in edits:
        parts[SHEET] = parts[SHEET].replace(old.encode(), new.encode())
    return read_bytes(archive(parts), "plan.xlsx")


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (1.1, "0.00", "1.10"), (1.1, "General", "1.1"), (5.0, "General", "5"),
        (0.558, "0.0%", "55,8%"), (0.5, "0%", "50%"),
        (1234567, "#,##0", "1.234.567"), (1.234, "General", "1,234"), (7, "00", "07"), (3, '"Quý "0', "Quý 3"),
        (45427, "dd/mm/yyyy", "15/05/2024"), (45427, "mm/yyyy", "05/2024"),
        (45427, "d/m", "15/05"), (45427, "yyyy", "2024"),
        (45427.5, "dd/mm/yyyy hh:mm", "15/05/2024 12:00"), (45427, "[$-42A]dd/mm/yyyy;@", "15/05/2024"),
        (-3, "0;(0)", "(3)"), (0.1 + 0.2, "General", "0.3"), (True, "General", "TRUE"), ("_x0041_b", "General", "Ab"),
        (-9e9, "dd/mm/yyyy", "-9000000000"), ("việc\nhai", "General", "việc\nhai"),
    ],
)  # fmt: skip
def test_values_are_read_as_excel_shows_them(value: object, form: str, shown: str) -> None:
    """A number of a task keeps its nought, a month gets no day, a percentage its comma."""
    read = sheet(workbook({"A1": value}, {"A1": form}))
    assert "\n".join(texts(read)) == shown


def test_texts_that_cells_share_are_read_with_all_their_runs() -> None:
    """Excel keeps texts apart from the cells; reading aids of Eastern scripts are none of the text."""
    shared = (
        f'<sst xmlns="{MAIN}"><si><t>một</t></si><si><r><t>hai </t></r><r><t>ba</t></r><rPh><t>x</t></rPh></si></sst>'
    )
    row = "".join(f'<c t="s"><v>{at}</v></c>' for at in (1, 0, 7))
    parts = {
        "_rels/.rels": relations({"officeDocument": "xl/workbook.xml"}),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{KINDS[:-1]}"><sheets>'
        '<sheet name="A" r:id="rworksheet"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations({"worksheet": SHEET, "sharedStrings": "xl/sharedStrings.xml"}),
        "xl/sharedStrings.xml": shared,
        SHEET: f'<worksheet xmlns="{MAIN}"><sheetData><row>{row}</row></sheetData></worksheet>',
    }
    assert texts(read_bytes(archive(parts), "plan.xlsx")) == ["hai ba", "một"]


def test_tables_and_paragraphs_of_a_sheet_are_told_by_their_shape() -> None:
    """A title above and a signature below are none of the table; its blank row and column are left out."""
    fill = {"A1": "KẾ HOẠCH", "A3": "TT", "B3": "Việc", "D3": "Hạn", "A4": 1, "B4": "Một", "D4": "Quý I",
            "A6": 2, "B6": "Hai",
            "A8": "Nơi nhận:", "D8": "CHỦ TỊCH", "A9": "- Lưu: VT."}  # fmt: skip
    document = sheet(workbook(fill))
    assert rows(document) == [["TT", "Việc", "Hạn"], ["1", "Một", "Quý I"], ["2", "Hai", "<>"]]
    assert [block.text for block in document.blocks if not block.place.table] == [
        "KẾ HOẠCH",
        "Nơi nhận:",
        "- Lưu: VT.",
        "CHỦ TỊCH",
    ]
    assert document.grids[0].rows[2][1].place.address == "Kế hoạch!B6"


def test_merged_cells_of_a_sheet() -> None:
    """Across, down and both; a merge over the whole sheet costs nothing."""
    book = workbook({"A1": "a", "B1": "b", "C1": "c", "D1": "d", "A2": "e", "D2": "f", "A3": "g", "B3": "h", "D3": "i"})
    for merge in ("B1:C2", "D2:D3", "Z9:Z10"):
        book.worksheets[0].merge_cells(merge)
    book.worksheets[0]["A4"], book.worksheets[0]["B4"], book.worksheets[0]["C4"] = "x", "y", "z"
    assert rows(sheet(book, ("Z9:Z10", "Z9:XFD1048576"))) == [
        ["a", "b", "<left>", "d"],
        ["e", "<above>", "<above>", "f"],
        ["g", "h", "<>", "<above>"],
        ["x", "y", "z", "<>"],
    ]


def test_what_is_hidden_is_not_read_but_said() -> None:
    """Rows, columns and sheets; a formula without a value and one with a fault are said too."""
    book = workbook({"A1": "thấy", "B1": "ẩn", "A2": "ẩn", "A3": "=1+1", "A4": "còn"})
    book.worksheets[0].column_dimensions["B"].hidden = True
    book.worksheets[0].row_dimensions[2].hidden = True
    book.create_sheet("Nháp").sheet_state = "hidden"
    book.worksheets[1]["A1"] = "ẩn"
    document = sheet(book)
    assert texts(document) == ["thấy", "còn"]
    said = {note.kind: note.text for note in document.notes}
    assert said.keys() == {"hidden_cells", "formula_without_value"}
    assert all(place in said["hidden_cells"] for place in ("cột B", "dòng 2", "“Nháp”"))
    assert "Kế hoạch!A3" in said["formula_without_value"]


def test_a_stray_cell_at_the_end_of_a_sheet_makes_no_millions() -> None:
    """Only rows and columns that say something count."""
    document = sheet(workbook({"A1": "a", "B1": "b", "C1": "c", "XFD1048576": "lạc"}))
    assert rows(document) == [["a", "b", "c"]]
    assert texts(document)[-1] == "lạc"
