"""One plan in every format is one draft: only what names the file and the place in it may differ."""

import io
import re
import shutil
from typing import Any

import openpyxl
import pytest
from days import five_day_week
from documents import FORMS, web_page, workbook
from playwright.sync_api import sync_playwright

from engine.intake.agencies.registry import Registry
from engine.intake.draft import Draft
from engine.intake.reader import draft_of
from engine.intake.readers import read_bytes

PLACES = frozenset(("source", "source_sha256", "source_lines", "lines", "cell"))


def without_places(value: Any) -> Any:
    """A draft's JSON without what tells of the file: its name, its lines and its cells."""
    if isinstance(value, dict):
        return {key: without_places(inner) for key, inner in value.items() if key not in PLACES}
    if isinstance(value, list):
        return [without_places(inner) for inner in value]
    return (
        re.sub(r"(?:dòng|bảng|trang) \d+(?:, (?:dòng|cột|trang) \d+)*", "", value) if isinstance(value, str) else value
    )


def draft_from(data: bytes, name: str, registry: Registry) -> Draft:
    """The draft of these bytes."""
    return draft_of(read_bytes(data, name), registry, is_working=five_day_week)


@pytest.fixture(scope="module")
def expected(registry: Registry) -> dict[str, Any]:
    """What the plan says, read from plain text."""
    read: dict[str, Any] = without_places(draft_from(FORMS["flow.txt"](), "plan.txt", registry).to_json())
    return read


def test_the_sample_says_what_it_should(registry: Registry) -> None:
    """Equal drafts prove nothing if they are empty: metadata, tasks of two sections, targets, a ditto."""
    draft = draft_from(FORMS["flow.txt"](), "plan.txt", registry)
    assert (draft.plan.number, draft.plan.issue_date, draft.plan.signer) == (
        "12/KH-UBND",
        "2024-01-02",
        "Nguyễn Văn An",
    )
    assert [task.ref for task in draft.tasks] == ["I.1", "I.2", "II.1", "II.2", "II.3"]
    assert draft.tasks[1].text == "Biên soạn tài liệu:\n- Tài liệu cho học sinh;\n- Tài liệu cho cha mẹ học sinh."
    assert draft.tasks[4].owners[0].name == "Sở Lao động - Thương binh và Xã hội"
    assert [(target.unit, target.value) for target in draft.targets][:2] == [
        ("Huyện Bến Đá", 45.5),
        ("Huyện Bến Đá", 12),
    ]
    assert len(draft.legal_bases) == 2


@pytest.mark.parametrize("name", [name for name in FORMS if name != "flow.txt"])
def test_every_format_gives_the_same_draft(name: str, expected: dict[str, Any], registry: Registry) -> None:
    """Tables, paragraphs of a cell, sections, ditto marks and metadata alike."""
    assert without_places(draft_from(FORMS[name](), name, registry).to_json()) == expected


@pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no browser here")
def test_a_page_printed_by_a_browser_gives_the_same_draft(expected: dict[str, Any], registry: Registry) -> None:
    """Other letters, other lines, other rules than a typesetter's."""
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(web_page().decode())
        printed = page.pdf(format="A4", display_header_footer=True, margin={"top": "2cm", "bottom": "2cm"})
        browser.close()
    assert without_places(draft_from(printed, "plan.pdf", registry).to_json()) == expected


def test_hidden_rows_of_a_workbook_are_asked_about(registry: Registry) -> None:
    """A duty behind a filter would be lost without a word: a person must see it, and is asked to look."""
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    book.worksheets[0].row_dimensions[12].hidden = True
    kept = io.BytesIO()
    book.save(kept)
    draft = draft_from(kept.getvalue(), "plan.xlsx", registry)
    faults = [fault for fault in draft.anomalies if fault.kind == "left_out"]
    assert [(fault.must_flag, "12" in (fault.detail or "")) for fault in faults] == [(True, True)]
    assert [question.blocks for question in draft.questions if question.id.startswith("plan-left-out")] == ["nothing"]
