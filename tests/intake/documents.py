"""One invented plan, written in every format that is read: as a clerk makes it there, not as a conversion does."""

import html
import io
import itertools
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import docx
import openpyxl
import typst
from openpyxl.styles import Alignment, Border, Side
from openpyxl.utils import get_column_letter

NBSP = "\xa0"
Row = Sequence[str]


@dataclass(frozen=True)
class Table:
    """Rows of cells, a cell's paragraphs parted by newlines; a row of two cells is a section that runs across."""

    header: Row
    rows: Sequence[Row]
    widths: Sequence[int] = ()

    @property
    def all_rows(self) -> list[Row]:
        """The header and what is below it."""
        return [self.header, *self.rows]


@dataclass(frozen=True)
class Columns:
    """Lines that stand side by side: a letterhead, recipients and signature."""

    left: Sequence[str]
    right: Sequence[str]


Piece = str | Table | Columns


@dataclass(frozen=True)
class Sample:
    """A document as its pieces in order."""

    pieces: Sequence[Piece] = field(default_factory=list)


TASKS = Table(
    ("TT", "Nội dung công việc", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian hoàn thành", "Sản phẩm"),
    (
        ("I", "Nâng cao nhận thức"),
        ("1", "Tổ chức hội nghị quán triệt kế hoạch tới toàn thể cán bộ", "Sở Nội vụ", "Sở Giáo dục và Đào tạo",
         "Trước ngày 15/3/2024", "Hội nghị"),
        ("2", "Biên soạn tài liệu:\n- Tài liệu cho học sinh;\n- Tài liệu cho cha mẹ học sinh.",
         "Sở Giáo dục và Đào tạo", "Sở Nội vụ; UBND các huyện, thị xã", "Quý II/2024", "Tài liệu"),
        ("II", "Đào tạo và hỗ trợ việc làm"),
        ("1", "Mở lớp dạy nghề ngắn hạn cho lao động nông thôn ở các xã vùng sâu, vùng xa trên địa bàn toàn tỉnh",
         "UBND các huyện, thị xã", "Các trường nghề", "Trước ngày 30/9/2024", "Lớp học"),
        ("2", "Khảo sát nhu cầu tuyển dụng", "Sở Lao động - Thương binh và Xã hội", "UBND các huyện, thị xã",
         "Trước ngày 10/6/2024", "Báo cáo"),
        ("3", "Tổng hợp kết quả khảo sát", "nt", "", "Trước ngày 20/12/2024", "Báo cáo"),
    ),
    (4, 32, 18, 18, 16, 12),
)  # fmt: skip
TARGETS = Table(
    ("TT", "Đơn vị", "Tỷ lệ trường có phòng tư vấn (%)", "Số lớp dạy nghề"),
    (
        ("1", "Huyện Bến Đá", "45,5", "12"),
        ("2", "Thị xã Cầu Gỗ", "61,2", "8"),
    ),
    (6, 34, 30, 30),
)
LETTERHEAD = Columns(
    ("ỦY BAN NHÂN DÂN", "TỈNH SÔNG XANH", "Số: 12/KH-UBND"),
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Sông Xanh, ngày 02 tháng 01 năm 2024"),
)
SIGNATURE = Columns(
    ("Nơi nhận:", "- Như trên;", "- Thường trực Tỉnh ủy;", "- Lưu: VT, NV."),
    ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Nguyễn Văn An"),
)
SAMPLE = Sample((
    LETTERHEAD,
    "KẾ HOẠCH",
    "Hướng nghiệp và giải quyết việc làm cho thanh niên năm 2024",
    "Căn cứ Nghị quyết số 08/NQ-HĐND ngày 08/12/2023 của Hội đồng nhân dân tỉnh về nhiệm vụ năm 2024;",
    "Căn cứ Quyết định số 77/QĐ-UBND ngày 20/12/2023 của Ủy ban nhân dân tỉnh về giao chỉ tiêu kế hoạch;",
    "Ủy ban nhân dân tỉnh ban hành Kế hoạch với các nội dung như sau:",
    "I. MỤC ĐÍCH, YÊU CẦU",
    "1. Mục đích",
    "- Giúp thanh niên chọn nghề phù hợp với sức khỏe, năng lực và nhu cầu của thị trường lao động trong tỉnh, góp "
    "phần giảm tỷ lệ thất nghiệp ở khu vực nông thôn.",
    "2. Yêu cầu",
    "- Phân công rõ việc, rõ người, rõ thời gian.",
    "II. TỔ CHỨC THỰC HIỆN",
    "1. Sở Giáo dục và Đào tạo",
    "- Hướng dẫn các trường đưa nội dung hướng nghiệp vào kế hoạch dạy học, tổ chức ít nhất hai buổi trải nghiệm nghề "
    "trong mỗi học kỳ và tổng hợp khó khăn, vướng mắc gửi Ủy ban nhân dân tỉnh.",
    "2. Sở Nội vụ",
    "- Theo dõi, đôn đốc việc thực hiện Kế hoạch này.",
    "3. UBND các huyện, thị xã",
    "- Xây dựng kế hoạch của địa phương, bố trí kinh phí thực hiện.",
    "Các cơ quan, đơn vị gửi báo cáo kết quả thực hiện về Sở Nội vụ trước ngày 20 tháng cuối quý để tổng hợp, báo cáo "
    "Ủy ban nhân dân tỉnh.",
    SIGNATURE,
    "PHỤ LỤC 01",
    "CHỈ TIÊU GIAO CÁC ĐỊA PHƯƠNG NĂM 2024",
    TARGETS,
    "PHỤ LỤC 02",
    "PHÂN CÔNG NHIỆM VỤ",
    TASKS,
))  # fmt: skip


def many_tasks(count: int) -> Sample:
    """The sample with a task table of so many rows."""
    body = itertools.islice(itertools.cycle(row for row in TASKS.rows if len(row) > 2 and row[2] != "nt"), count)
    rows = [(str(number), *row[1:]) for number, row in enumerate(body, start=1)]
    return Sample((*SAMPLE.pieces[:-1], Table(TASKS.header, rows, TASKS.widths)))


def flow_text(sample: Sample = SAMPLE) -> bytes:
    """Plain text as law sites save it: a paragraph is a line, so is each paragraph of a cell."""
    lines: list[str] = []
    for piece in sample.pieces:
        if isinstance(piece, Table):
            lines += [line for row in piece.all_rows for cell in row for line in (cell or NBSP).split("\n")]
        else:
            lines += _lines(piece)
    return "\n\n".join(lines).encode()


def pipe_text(sample: Sample = SAMPLE) -> bytes:
    """Plain text with its tables drawn with bars; a row goes on over lines up to its last bar."""
    parts: list[str] = []
    for piece in sample.pieces:
        if isinstance(piece, Table):
            parts.append("\n".join(f"| {' | '.join(_filled(row, piece))} |" for row in piece.all_rows))
        else:
            parts += _lines(piece)
    return "\n\n".join(parts).encode()


def markdown(sample: Sample = SAMPLE) -> bytes:
    """Markdown with pipe tables; paragraphs of a cell parted by `<br>`."""
    parts: list[str] = []
    for piece in sample.pieces:
        if not isinstance(piece, Table):
            parts += [f"**{line}**" if line.isupper() else line for line in _lines(piece)]
            continue
        filled = [[cell.replace("\n", "<br>") for cell in _filled(row, piece)] for row in piece.all_rows]
        rows = [f"| {' | '.join(row)} |" for row in filled]
        parts.append("\n".join([rows[0], "|" + "---|" * len(piece.header), *rows[1:]]))
    return "\n\n".join(parts).encode()


def web_page(sample: Sample = SAMPLE) -> bytes:
    """HTML as an office would publish it."""
    parts = []
    for piece in sample.pieces:
        if isinstance(piece, Table):
            parts.append(f"<table class='ruled'>{''.join(_html_row(row, piece) for row in piece.all_rows)}</table>")
        elif isinstance(piece, Columns):
            cells = "".join(f"<td>{_html_lines(lines)}</td>" for lines in (piece.left, piece.right))
            parts.append(f"<table class='plain'><tr>{cells}</tr></table>")
        else:
            parts.append(_html_lines([piece]))
    style = (
        "body{font:13pt serif} .ruled{border-collapse:collapse} .ruled td{border:1px solid black;padding:2pt 4pt} "
        ".plain{width:100%} .plain td{width:50%;text-align:center;vertical-align:top} p{margin:4pt 0}"
    )
    head = f"<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'><style>{style}</style></head>"
    return f"{head}<body>{''.join(parts)}</body></html>".encode()


def _html_row(row: Row, table: Table) -> str:
    cells = [
        f"<td{_across(at, row, table)}>{_html_lines(cell.split(chr(10))) if cell else ''}</td>"
        for at, cell in enumerate(row)
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _across(at: int, row: Row, table: Table) -> str:
    missing = len(table.header) - len(row)
    return f" colspan='{missing + 1}'" if missing and at == len(row) - 1 else ""


def _html_lines(lines: Iterable[str]) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines)


def word(sample: Sample = SAMPLE) -> bytes:
    """A Word document: letterhead and signature as tables without borders, sections of a table merged across."""
    document = docx.Document()
    for piece in sample.pieces:
        if isinstance(piece, Table):
            _word_table(document, piece)
        elif isinstance(piece, Columns):
            table = document.add_table(1, 2)
            for cell, lines in zip(table.rows[0].cells, (piece.left, piece.right), strict=True):
                cell.text = "\n".join(lines)
        else:
            document.add_paragraph(piece)
    return _saved(document)


def _word_table(document: docx.document.Document, table: Table) -> None:
    grid = document.add_table(0, len(table.header), style="Table Grid")
    for row in table.all_rows:
        cells = grid.add_row().cells
        for cell, text in zip(cells, row, strict=False):
            first, *others = text.split("\n")
            cell.paragraphs[0].add_run(first)
            for line in others:
                cell.add_paragraph(line)
        if len(row) < len(cells):
            cells[len(row) - 1].merge(cells[-1])


def _saved(document: docx.document.Document | openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def workbook(sample: Sample = SAMPLE) -> bytes:
    """A workbook of one sheet: text in cells merged across it, tables in its columns, numbers as numbers."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    width = max(len(piece.header) for piece in sample.pieces if isinstance(piece, Table))
    thin = Side("thin")
    at = 1
    for piece in sample.pieces:
        if isinstance(piece, Columns):
            for left, right in itertools.zip_longest(piece.left, piece.right, fillvalue=None):
                sheet.cell(at, 1, left)
                sheet.cell(at, 4, right)
                at += 1
        elif isinstance(piece, str):
            sheet.cell(at, 1, piece)
            sheet.merge_cells(f"A{at}:{get_column_letter(width)}{at}")
            at += 1
        else:
            for row in piece.all_rows:
                for column, text in enumerate(_filled(row, piece), start=1):
                    cell = sheet.cell(at, column, _number(text) if text else None)
                    cell.border = Border(thin, thin, thin, thin)
                    cell.alignment = Alignment(wrap_text=True)
                at += 1
        at += isinstance(piece, Columns | Table)
    return _saved(book)


def _number(text: str) -> str | float | int:
    if text.isdigit():
        return int(text)
    return float(text.replace(",", ".")) if text.replace(",", "").isdigit() else text


def typeset(sample: Sample = SAMPLE, *, page: str = "") -> bytes:
    """A PDF set by typst: ruled tables that go on over pages with their header, numbers of pages at the foot."""
    parts = [f'#set page(paper: "a4", margin: 2cm, numbering: "1"{page})', '#set text(lang: "vi", size: 12pt)']
    for piece in sample.pieces:
        if isinstance(piece, Table):
            widths = ", ".join(f"{width}fr" for width in piece.widths)
            header = ", ".join(_typst_cell([cell]) for cell in piece.header)
            cells = ",\n".join(_typst_row(row, piece) for row in piece.rows)
            parts.append(f"#table(columns: ({widths}), table.header({header}),\n{cells})")
        elif isinstance(piece, Columns):
            left, right = (_typst_cell(lines) for lines in (piece.left, piece.right))
            parts.append(f"#table(columns: (1fr, 1fr), stroke: none, align: center, {left}, {right})")
        else:
            parts.append(f"#par({_typst(piece)})")
    return typst.compile("\n\n".join(parts).encode())


def _typst_row(row: Row, table: Table) -> str:
    cells = [_typst_cell(cell.split("\n")) for cell in row]
    if len(row) < len(table.header):
        cells[-1] = f"table.cell(colspan: {len(table.header) - len(row) + 1}){cells[-1]}"
    return ", ".join(cells)


def _typst_cell(lines: Iterable[str]) -> str:
    return f"[{' #parbreak() '.join(f'#{_typst(line)}' for line in lines)}]"


def _typst(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _filled(row: Row, table: Table) -> list[str]:
    return [*row, *[""] * (len(table.header) - len(row))]


def _lines(piece: str | Columns) -> list[str]:
    return [piece] if isinstance(piece, str) else [*piece.left, *piece.right]


FORMS: dict[str, Callable[..., bytes]] = {
    "flow.txt": flow_text,
    "pipes.txt": pipe_text,
    "plan.md": markdown,
    "plan.html": web_page,
    "plan.docx": word,
    "plan.xlsx": workbook,
    "plan.pdf": typeset,
}
"""The sample in every format, each with a name for it."""


def main(count: int, folder: Path) -> None:
    """Writes the sample with so many rows into a folder, in every format."""
    sample = many_tasks(count)
    for name, form in FORMS.items():
        (folder / name).write_bytes(form(sample))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
