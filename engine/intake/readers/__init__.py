"""Files to blocks. The format is told from the content, never from the name; one module a format, all of one shape.

To add a format: a module with `recognises(data)` and `read(data, name) -> Content`, and its place in
`READERS`; the first that recognises the bytes reads them.
"""

import hashlib
from pathlib import Path
from typing import Protocol

from engine.errors import BadInputError
from engine.intake.readers import docx, html, pdf, xlsx
from engine.intake.readers.blocks import Block, Cell, Content, Document, Grid, Note, Place
from engine.intake.readers.encoding import refuse_old_font
from engine.intake.readers.plain import markdown, txt
from engine.intake.readers.unread import refuse_other_formats

__all__ = ["Block", "Cell", "Content", "Document", "Grid", "Note", "Place", "read_bytes", "read_file"]

LIMIT = 20 * 1024 * 1024
"""Bytes of the largest file that is opened: a plan with its annexes is far below it."""


class Reader(Protocol):
    """One format."""

    def recognises(self, data: bytes) -> bool:
        """Whether these bytes are of this format."""

    def read(self, data: bytes, name: str) -> Content:
        """The document's pieces in order, and its tables."""


READERS: tuple[Reader, ...] = (docx, xlsx, pdf, html, markdown, txt)


def read_file(path: Path) -> Document:
    """The document in a file.

    Raises:
        BadInputError: no such file, not a file, empty, too large, damaged, wrongly encoded or of another format.
    """
    name = path.name
    if not path.exists():
        raise BadInputError(f"{path}: không có tệp này. Kiểm tra lại đường dẫn.")
    if not path.is_file():
        raise BadInputError(f"{path}: không phải là một tệp. Chỉ ra tệp văn bản cần đọc.")
    if path.stat().st_size > LIMIT:
        raise _too_large(name)
    try:
        with path.open("rb") as file:
            data = file.read(LIMIT + 1)
    except OSError as error:
        raise BadInputError(f"{path}: không mở được ({error.strerror}). Kiểm tra quyền đọc tệp.") from None
    return read_bytes(data, name)


def read_bytes(data: bytes, name: str) -> Document:
    """The document in these bytes; faults as `read_file` says."""
    if len(data) > LIMIT:
        raise _too_large(name)
    if not data.strip():
        raise BadInputError(f"{name}: tệp trống. Chọn đúng tệp có nội dung kế hoạch.")
    refuse_other_formats(data, name)
    for reader in READERS:
        if reader.recognises(data):
            content = reader.read(data, name)
            refuse_old_font(content, name)
            return Document(name, hashlib.sha256(data).hexdigest(), *content)
    raise BadInputError(
        f"{name}: đây là tệp nhị phân, không phải văn bản. "
        "Chọn tệp kế hoạch dạng .docx, .xlsx, .pdf, .html hay .txt (UTF-8)."
    )


def _too_large(name: str) -> BadInputError:
    return BadInputError(f"{name}: tệp lớn hơn {LIMIT // 1024 // 1024} MB. Tách riêng văn bản kế hoạch rồi đọc lại.")
