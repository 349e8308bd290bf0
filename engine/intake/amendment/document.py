"""What an amending document (văn bản sửa đổi, bổ sung) says of itself: which plan it amends, whether it is the whole
plan anew or only some rows of it, and which rows it strikes.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from typing import Literal

from engine.intake.draft import Draft

Extent = Literal["whole", "partial"]

LONGEST = 2_000
"""Characters of a sentence or title that are looked at; an amending document says what it does at once."""

AMENDS = re.compile(r"\b(?:sửa đổi|bổ sung|điều chỉnh|thay thế|bãi bỏ|đính chính)\b", re.I)
REPLACES = re.compile(r"\bthay thế\s+(?:toàn bộ\s+)?(?:cho\s+)?(?:kế hoạch|chương trình|phụ lục)\b", re.I)
CHANGES = re.compile(r"\b(?:sửa đổi|bổ sung|điều chỉnh|bãi bỏ|đính chính)\b", re.I)
STRIKES = re.compile(r"\s*[-–+•*]?\s*(?:\d{1,3}[.)]\s*)?(?:bãi bỏ|hủy bỏ|huỷ bỏ|loại bỏ)\b", re.I)
STRUCK = re.compile(
    r"\W*(?:bãi bỏ|hủy bỏ|huỷ bỏ|loại bỏ|bỏ)(?:\s+(?:nhiệm vụ|nội dung|công việc|mục|dòng)(?:\s+này)?)?\W*|"
    r".*\((?:bãi bỏ|hủy bỏ|huỷ bỏ|bỏ)\)\W*",
    re.I | re.S,
)
LEAVES = re.compile(r"\W*(?:giữ nguyên|không thay đổi|không đổi|như cũ|như trước)\W*", re.I)
NUMBER = re.compile(r"\d+\s*/\s*[^\W\d_][\w&]*(?:\s*[-–]\s*[^\W\d_][\w&]*)*")
TOKEN = re.compile(r"[\w.]+")
LEAD = frozenset(
    ["các", "những", "nhiệm", "vụ", "nội", "dung", "công", "việc", "mục", "dòng", "số", "thứ", "tự", "stt", "tt"]
)
"""Words that may stand between "bãi bỏ" and the references."""

WITHIN = frozenset(("mục", "phần", "nhóm", "điểm", "khoản", "điều"))
"""Words after a reference by which it may mean another one ("nhiệm vụ 3 mục II")."""


@dataclass(frozen=True)
class Taken:
    """How far a document reaches, and why it is taken so; `extent` None where it does not say."""

    extent: Extent | None
    reason: str


def amended_numbers(draft: Draft) -> list[str]:
    """The numbers of the plans that a document's title says it amends or replaces; none where it says nothing such."""
    title = _head(draft.plan.title)
    at = AMENDS.search(title)
    return [number_key(found) for found in NUMBER.findall(title[at.end() :])] if at else []


def taken_for(draft: Draft, number: str) -> Taken:
    """Whether a document is the plan of that number anew or changes some of its rows.

    Args:
        draft: the document.
        number: number of the plan that is to be amended; may be empty.
    """
    title, key = _head(draft.plan.title), number_key(number)
    if key and number_key(draft.plan.number or "") == key:
        return Taken("whole", f"văn bản mang chính số {number}")
    named = {number_key(found) for found in NUMBER.findall(title)}
    named |= {number_key(basis.number) for basis in draft.legal_bases if basis.number}
    if not key or key not in named:
        return Taken(None, f"tiêu đề và căn cứ không nêu số {number}" if key else "kế hoạch đang chạy không có số")
    replaces, changes = REPLACES.search(title), CHANGES.search(title)
    if replaces and not changes:
        return Taken("whole", f"tiêu đề ghi “{replaces[0]}”")
    if changes and not replaces:
        return Taken("partial", f"tiêu đề ghi “{changes[0]}” và văn bản nêu số {number}")
    return Taken(None, "tiêu đề không nói rõ là sửa đổi một phần hay thay thế toàn bộ")


def strikes(words: Iterable[str | None]) -> bool:
    """Whether a cell of a row says just that the task is struck: "Bãi bỏ", "Bãi bỏ nhiệm vụ này", "… (bãi bỏ)".

    A task may well begin with the word ("Bãi bỏ các thủ tục không cần thiết").
    """
    return any(STRUCK.fullmatch(text) for text in words if text and len(text) <= LONGEST)


def leaves(text: str | None) -> bool:
    """Whether a cell says that what stood there stays ("giữ nguyên")."""
    return LEAVES.fullmatch((text or "")[:LONGEST]) is not None


def struck_in_text(draft: Draft, refs: Collection[str]) -> tuple[set[str], list[str]]:
    """The rows that sentences of the running text strike, and the sentences whose rows are not certain.

    Only "Bãi bỏ (các) nhiệm vụ II.3, II.4 …" with references of the plan right there is taken at its word.
    """
    known = {ref.casefold(): ref for ref in refs}
    found, unclear = set[str](), list[str]()
    for sentence in _sentences(draft):
        if STRIKES.match(sentence):
            named = _struck(sentence, known)
            found |= named
            if not named:
                unclear.append(sentence)
    return found, unclear


def _struck(sentence: str, known: dict[str, str]) -> set[str]:
    body = STRIKES.sub("", sentence, count=1)
    words = list(dropwhile(LEAD.__contains__, (word.strip(".").casefold() for word in TOKEN.findall(body))))
    listed = list(takewhile(lambda word: word == "và" or word in known, words))
    if WITHIN.intersection(words[len(listed) :]):
        return set()
    return {known[word] for word in listed if word in known}


def number_key(number: str) -> str:
    """A number of a document (số, ký hiệu) without what differs in typing: `12/KH-UBND`."""
    return re.sub(r"\s+", "", number).replace("–", "-").casefold()


def _head(text: str | None) -> str:
    return " ".join((text or "")[:LONGEST].split())


def _sentences(draft: Draft) -> Iterator[str]:
    yield from (duty.text[:LONGEST] for duty in draft.obligations)
    yield from (measure.text[:LONGEST] for measure in draft.unassigned_measures)
