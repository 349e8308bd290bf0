"""Plain text: paragraphs, one cell a paragraph as law sites save tables, hard-wrapped lines, drawn tables.

A lone no-break space is an empty cell, and so is what two lone pipes on end leave between them.
"""

from engine.intake.readers.blocks import Content
from engine.intake.readers.encoding import decode, peek
from engine.intake.readers.plain.flow import content_of
from engine.intake.readers.plain.lines import split_lines


def recognises(data: bytes) -> bool:
    """Whether the bytes are text: without the control characters of binary files."""
    return peek(data) != ""


def read(data: bytes, name: str) -> Content:
    """The paragraphs and tables of a text.

    Raises:
        BadInputError: too many lines, or an encoding that `encoding.decode` refuses.
    """
    text, notes = decode(data, name)
    return content_of(split_lines(text, name), notes)
