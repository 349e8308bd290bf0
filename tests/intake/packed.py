"""Archives of Word and Excel made part by part, and what was read of them in short."""

import io
import zipfile
from collections.abc import Mapping

from documents import FORMS

from engine.intake.readers import Document

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MORE = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
HEAD = "<?xml version='1.0' encoding='UTF-8'?>"
PARTS = {"numbering": "word/numbering.xml", "styles": "word/styles.xml", "footnotes": "word/footnotes.xml"}


def relations(targets: Mapping[str, str]) -> str:
    """A part that says which parts another one refers to."""
    items = "".join(
        f'<Relationship Id="r{kind}" Type="{KINDS}{kind}" Target="/{part}"/>' for kind, part in targets.items()
    )
    return f'{HEAD}<Relationships xmlns="{RELATIONS}">{items}</Relationships>'


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip archive of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return file.getvalue()


def p(text: str, properties: str = "") -> str:
    """A paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def texts(document: Document) -> list[str]:
    """The words of a document."""
    return [block.text for block in document.blocks]


def rows(document: Document, number: int = 1) -> list[list[str]]:
    """The cells of a grid, covered ones as the direction of what covers them."""
    return [[cell.text or f"<{cell.merged}>" for cell in row] for row in document.grids[number - 1].rows]


MADE = {name: FORMS[name]() for name in ("plan.docx", "plan.xlsx", "plan.pdf")}
"""The sample, made once."""


def changed(name: str, part: str, text: str | bytes | None) -> bytes:
    """A valid file with one part changed, or without it."""
    with zipfile.ZipFile(io.BytesIO(MADE[name])) as package:
        parts = {entry: package.read(entry) for entry in package.namelist()}
    parts.pop(part, None)
    return archive(parts if text is None else {**parts, part: text})
