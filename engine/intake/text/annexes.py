"""How a paragraph heads an annex (phụ lục): the number it bears, the name of it for a person, and headings without one.

The rules differ, and stand here side by side. A figure table may stand under a numbered form ("Biểu số 2") as under an
annex, a task table only under an annex; running text without a signature ends at a heading that says nothing more.
"""

import re

NUMBERED = re.compile(
    r"\W*(?:phụ lục|biểu(?: mẫu)?)\s*(?:số\s*)?[:.]?\s*(\d{1,3}[a-zđ]?|[ivxl]+)\b(?!\s+(?:kèm|đính|ban))", re.I
)
LONGEST_HEADING = 150
UNNUMBERED = re.compile(r"\W*(?:phụ lục|biểu)\W*", re.I)
NAMED = re.compile(r"phụ lục\s*(?:số\s*)?:?\s*([\divxl]+)?\b.*", re.I)
ALONE = re.compile(r"phụ lục(?:\s+(?:số\s*)?[\divxl]{1,5}[a-zđ]?)?\W*", re.I)
LONGEST_ALONE = 40


def annex_label(text: str) -> str | None:
    """The number of the annex or form that a heading opens ("PHỤ LỤC 01" gives "01"), if it is one."""
    match = NUMBERED.match(text) if len(text) <= LONGEST_HEADING else None
    return match[1] if match else None


def named_annex(text: str) -> str:
    """The annex that a heading opens, for a person ("Phụ lục 01"); "" for any other paragraph."""
    if text[:7].casefold() != "phụ lục":
        return ""
    match = NAMED.fullmatch(text)
    if match and match[1]:
        return f"Phụ lục {match[1].upper()}"
    # without a number, a sentence may begin so: "Phụ lục kèm theo …"
    return "Phụ lục" if match and (text == text.upper() or not text[7:].strip(" .:")) else ""


def is_bare_heading(text: str) -> bool:
    """Whether a paragraph is "Phụ lục" or "Biểu" and nothing more."""
    return UNNUMBERED.fullmatch(text) is not None


def ends_running_text(line: str) -> bool:
    """Whether a line heads an annex and says nothing beside its number."""
    return ALONE.fullmatch(line[:LONGEST_ALONE]) is not None
