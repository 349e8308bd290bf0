"""Documents on paper: typst sets a template, and gets what it says as data, never as markup."""

from datetime import datetime
from pathlib import Path

import typst

from engine.errors import RefusedError


def pdf(template: Path, data: str, when: datetime) -> bytes:
    """A PDF of a template: the same bytes for the same data, on every machine (its fonts are typst's own).

    It is a PDF/A-3 (for archives), unless the data hold a character that no font here has: that standard forbids it.

    Args:
        template: the typst file; it reads `sys.inputs.data`.
        data: a JSON document.
        when: the time that the file carries.

    Raises:
        RefusedError: the template cannot be set with this data.
    """
    given = {"data": data}
    seconds = int(when.timestamp())
    try:
        return typst.compile(
            template,
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs=given,
            timestamp=seconds,
            pdf_standards="a-3b",
        )
    except typst.TypstError as refusal:
        try:
            return typst.compile(template, format="pdf", ignore_system_fonts=True, sys_inputs=given, timestamp=seconds)
        except typst.TypstError:
            raise RefusedError(f"{template.name} cannot be set: {refusal}") from refusal
