"""The zip archives that Word and Excel write, opened within bounds; their XML is read without entities or network.

Nothing is unpacked to disk. Pictures, macros and archives inside are never opened, so how far they would unpack does
not matter; a part that is read stops at its declared size, and XML that never ends a piece is refused before it grows.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lxml import etree

from engine.errors import BadInputError

ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
ENTRY = b"PK\x01\x02"
ENTRIES, UNPACKED = 5_000, 500 << 20
"""Most entries of an archive, and most bytes it may declare for all of them: pictures of a plan stay far below."""
PART, WHOLE, PIECE = 100 << 20, 8 << 20, 4 << 20
"""Most bytes of a part read piece by piece, of one held whole, and of one piece (a paragraph or a row)."""
PIECES = 150_000
"""Most pieces of a part."""
CHUNK = 64 << 10
DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
PARSER = {**SAFE, "remove_comments": True, "remove_pis": True}
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    etree.LxmlError,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What zipfile and lxml raise for a file that is damaged."""

Element = Any
"""An element of lxml, which ships no types."""


def holds(data: bytes, folder: str) -> bool:
    """Whether these bytes are an archive with XML in that folder ("word/", "xl/"); a damaged one holds nothing."""
    if not data.startswith(ZIP) or data.count(ENTRY) > ENTRIES:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(name.startswith(folder) and name.endswith(".xml") for name in archive.namelist())
    except BROKEN:
        return False


class Package:
    """An opened archive of a document: its parts by name, and how they hang together.

    Raises:
        BadInputError: damaged, too large unpacked, locked by a password, or with macros. So do all its methods for a
            part that is damaged, missing, too large or declares entities.
    """

    def __init__(self, data: bytes, name: str, program: str) -> None:
        self.name, self.program = name, program
        if data.count(ENTRY) > ENTRIES:
            raise BadInputError(f"{name}: tệp nén có hơn {ENTRIES} mục, không mở. {self._again}")
        with self._damage("tệp nén"):
            self.archive = zipfile.ZipFile(io.BytesIO(data))
        entries = self.archive.infolist()
        if sum(entry.file_size for entry in entries) > UNPACKED:
            raise BadInputError(f"{name}: tệp bung ra quá lớn (hơn {UNPACKED >> 20} MB), không mở. {self._again}")
        if any(entry.flag_bits & 1 for entry in entries):
            raise BadInputError(f"{name}: tệp nén có mật khẩu. Mở ra, bỏ mật khẩu rồi lưu lại.")
        self.parts = {entry.filename.lower(): entry for entry in entries}
        if any(part.endswith("vbaproject.bin") for part in self.parts):
            raise BadInputError(f"{name}: tệp có macro, không mở. {self._again}")

    @property
    def _again(self) -> str:
        word = {"Word": ".docx", "Excel": ".xlsx"}.get(self.program, ".docx hoặc .xlsx")
        return f"Mở bằng {self.program} rồi lưu lại (Save As) dạng {word} thường."

    def damaged(self, what: str, why: object = "") -> BadInputError:
        """The refusal of a damaged part."""
        detail = " ".join(str(why).split())[:120]
        return BadInputError(f"{self.name}: tệp bị hỏng ({what}{': ' if detail else ''}{detail}). {self._again}")

    @contextmanager
    def _damage(self, what: str) -> Iterator[None]:
        try:
            yield
        except BROKEN as error:
            raise self.damaged(what, error) from error

    def main(self) -> str:
        """The name of the part that the document begins with."""
        for kind, target in self.relations("").values():
            if kind == "officeDocument":
                return target
        raise self.damaged("không có phần chính của văn bản")

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part ("" for the archive) refers to inside: id → kind (the last word of its URI) and part."""
        folder, base = posixpath.split(part)
        root = self.tree(posixpath.join(folder, "_rels", f"{base}.rels"))
        if root is None:
            return {}
        inside = (item for item in root.iter(RELATIONS) if item.get("TargetMode") != "External")
        return {
            item.get("Id", ""): (
                item.get("Type", "").rsplit("/", 1)[-1],
                posixpath.normpath(posixpath.join("/", folder, item.get("Target", ""))).lstrip("/"),
            )
            for item in inside
        }

    def related(self, part: str, kind: str) -> list[str]:
        """The parts of one kind ("styles", "footnotes") that a part refers to."""
        return [target for found, target in self.relations(part).values() if found == kind]

    def tree(self, part: str) -> Element | None:
        """The root element of a part; None where the archive has no such part."""
        if part.lower() not in self.parts:
            return None
        parser = etree.XMLParser(**PARSER)
        for chunk in self._chunks(part, WHOLE):
            with self._damage(part):
                parser.feed(chunk)
        with self._damage(part):
            return parser.close()

    def pieces(self, part: str, *tags: str) -> Iterator[tuple[str, Element]]:
        """The starts and ends of elements of these tags; the caller clears what it is done with, by `done`.

        A piece is what lies between two calls of `done`.
        """
        if part.lower() not in self.parts:
            raise self.damaged(f"thiếu {part}")
        parser = etree.XMLPullParser(events=("start", "end"), tag=tags, **PARSER)
        self._open_piece = self._pieces = 0
        for chunk in self._chunks(part, PART):
            self._open_piece += len(chunk)
            with self._damage(part):
                parser.feed(chunk)
                events = list(parser.read_events())
            yield from events
            if self._open_piece > PIECE:
                raise BadInputError(
                    f"{self.name}: một đoạn hay một dòng của bảng lớn hơn {PIECE >> 20} MB, không mở. {self._again}"
                )
        with self._damage(part):
            parser.close()
        yield from parser.read_events()

    def done(self, element: Element) -> None:
        """Frees an element and what stands before it."""
        self._open_piece = 0
        self._pieces += 1
        if self._pieces > PIECES:
            raise BadInputError(f"{self.name}: hơn {PIECES} đoạn hay dòng, không mở. {self._again}")
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]

    def _chunks(self, part: str, limit: int) -> Iterator[bytes]:
        entry = self.parts[part.lower()]
        if entry.file_size > limit:
            raise BadInputError(f"{self.name}: phần {part} lớn hơn {limit >> 20} MB, không mở. {self._again}")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self.damaged(part, "cách nén lạ")
        tail = b""
        with self._damage(part):
            file = self.archive.open(entry)
        with file:
            while True:
                with self._damage(part):
                    chunk = file.read(CHUNK)
                if not chunk:
                    return
                if any(mark in tail + chunk for mark in DOCTYPES):
                    raise BadInputError(f"{self.name}: phần {part} có khai báo thực thể XML, không mở. {self._again}")
                tail = chunk[-20:]
                yield chunk
