"""A sheet of cells from an .xlsx or a .csv file, each cell with its address. Nothing in it is evaluated.

The format is told from the content. An .xlsx is looked at as an archive first: how large it would unpack, and whether
its XML declares entities.
"""

import csv
import datetime as dt
import io
import re
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from engine.errors import BadInputError
from engine.intake.readers.packages import DOCTYPES
from engine.intake.readers.unread import OLE

FILE_LIMIT, UNPACKED_LIMIT = 10 * 1024 * 1024, 100 * 1024 * 1024
MEMBERS, ROWS, COLUMNS = 1000, 20_000, 60
DELIMITERS = (";", ",", "\t")
SEPARATOR = re.compile(r"sep=(.)\r?\n", re.I)
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")
BROKEN = (zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, KeyError, ValueError, TypeError, OSError,
          EOFError, NotImplementedError, AttributeError, IndexError)  # fmt: skip
"""What openpyxl and zipfile raise for a file that is damaged."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is not blank: its place (`B7`) and its text, in NFC and without control characters."""

    row: int
    column: int
    text: str
    formula: bool = False

    @property
    def place(self) -> str:
        """Its address in the sheet."""
        return f"{get_column_letter(self.column)}{self.row}"


Known = Callable[[str], bool]


def read_sheet(path: Path, *, known: Known) -> list[list[Cell]]:
    """The rows of a file that hold something, each with its cells that do.

    Args:
        path: the file.
        known: whether a text is a heading; a CSV file is parted at the character that gives the most of them.

    Raises:
        BadInputError: no such file, empty, too large, protected by a password, damaged, or of another format.
    """
    data = _bytes_of(path)
    if data.startswith(OLE):
        raise BadInputError(_why_ole(data, path.name))
    if data.startswith(b"PK"):
        return _workbook(data, path.name)
    return _csv(data, path.name, known)


def _bytes_of(path: Path) -> bytes:
    if not path.is_file():
        raise BadInputError(f"{path}: không có tệp này. Kiểm tra lại đường dẫn.")
    try:
        with path.open("rb") as file:
            data = file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise BadInputError(f"{path}: không mở được ({error.strerror}). Kiểm tra quyền đọc tệp.") from None
    if len(data) > FILE_LIMIT:
        raise BadInputError(f"{path.name}: tệp lớn hơn {FILE_LIMIT >> 20} MB. Để riêng danh bạ vào một tệp nhỏ hơn.")
    if not data.strip():
        raise BadInputError(f"{path.name}: tệp trống.")
    return data


def _why_ole(data: bytes, name: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return f"{name}: tệp được bảo vệ bằng mật khẩu. Mở bằng Excel, bỏ mật khẩu rồi lưu lại dạng .xlsx."
    return f"{name}: đây là tệp Excel hoặc Word đời cũ. Mở ra rồi lưu lại dạng .xlsx."


# -- .xlsx -------------------------------------------------------------------------------------------------------------


def _workbook(data: bytes, name: str) -> list[list[Cell]]:
    try:
        _look_inside(data, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that we do not read
            book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        try:
            for sheet in book.worksheets:
                if rows := list(_rows_of(sheet.iter_rows(max_row=ROWS + 1, max_col=COLUMNS), name)):
                    return rows
        finally:
            book.close()
    except BROKEN as error:
        raise BadInputError(
            f"{name}: tệp .xlsx bị hỏng ({type(error).__name__}). Mở bằng Excel rồi lưu lại."
        ) from error
    raise BadInputError(f"{name}: bảng tính không có ô nào có chữ.")


def _look_inside(data: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) > MEMBERS or sum(member.file_size for member in members) > UNPACKED_LIMIT:
            raise BadInputError(f"{name}: tệp bung ra quá lớn (hơn {UNPACKED_LIMIT >> 20} MB), không mở.")
        if any(member.flag_bits & 1 for member in members):
            raise BadInputError(f"{name}: tệp nén có mật khẩu. Lưu lại dạng .xlsx không mật khẩu.")
        names = {member.filename for member in members}
        if "xl/workbook.xml" not in names and not any(part.startswith("xl/") for part in names):
            raise BadInputError(f"{name}: tệp nén này không phải bảng tính Excel. Lưu danh bạ dạng .xlsx hoặc .csv.")
        for member in members:
            if member.filename.endswith((".xml", ".rels")):
                part = archive.read(member)
                if any(mark in part for mark in DOCTYPES):
                    raise BadInputError(f"{name}: {member.filename} có khai báo thực thể XML, không mở.")


def _rows_of(rows: Iterable[Iterable[object]], name: str) -> Iterator[list[Cell]]:
    for number, row in enumerate(rows, start=1):
        cells = []
        for column, cell in enumerate(row, start=1):
            text = _text(getattr(cell, "value", None))
            if text:
                cells.append(Cell(number, column, text, getattr(cell, "data_type", "") == "f"))
        if cells and number > ROWS:
            raise BadInputError(f"{name}: hơn {ROWS} dòng. Để riêng danh bạ vào một bảng nhỏ hơn.")
        if cells:
            yield cells


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dt.date | dt.time):
        value = value.isoformat()
    lines = CONTROL.sub(" ", unicodedata.normalize("NFC", str(value))).split("\n")
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


# -- .csv --------------------------------------------------------------------------------------------------------------


def _csv(data: bytes, name: str, known: Known) -> list[list[Cell]]:
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInputError(
            f"{name}, dòng {line}: không phải chữ UTF-8. Trong Excel chọn lưu dạng “CSV UTF-8”, hoặc dạng .xlsx."
        ) from None
    if "\x00" in text:
        raise BadInputError(f"{name}: đây là tệp nhị phân, không phải danh bạ. Lưu danh bạ dạng .xlsx hoặc .csv.")
    told = SEPARATOR.match(text)
    read = {mark: _parted(text, mark, name) for mark in ([told[1]] if told else DELIMITERS)}
    return max(read.values(), key=lambda rows: max((sum(known(c.text) for c in row) for row in rows[:20]), default=0))


def _parted(text: str, delimiter: str, name: str) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, row in enumerate(reader, start=1):
            texts = ((column, _text(value)) for column, value in enumerate(row[:COLUMNS], start=1))
            if cells := [Cell(number, column, value, value.startswith("=")) for column, value in texts if value]:
                rows.append(cells)
            if number > ROWS:
                raise BadInputError(f"{name}: hơn {ROWS} dòng. Để riêng danh bạ vào một bảng nhỏ hơn.")
    except csv.Error as error:
        raise BadInputError(f"{name}, dòng {reader.line_num}: không đọc được ({error}). Lưu lại dạng .xlsx.") from None
    return rows
