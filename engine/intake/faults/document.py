"""Faults of the running text as printed: numbering, doubled words, footnote marks, web pages, broken lines; and what
its duties and reports leave unsaid."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from engine.intake.draft import Anomaly, Draft, Obligation, Plan, Task
from engine.intake.faults.anomalies import anomaly
from engine.intake.faults.citations import attachment_faults, citation_faults, reference_faults
from engine.intake.faults.rows import duty_faults
from engine.intake.readers import Block, Document, Note
from engine.intake.text.annexes import annex_label
from engine.intake.text.closing import BEHIND_TEXT
from engine.intake.text.letterhead import further_documents
from engine.intake.text.outline import Node
from engine.intake.text.paragraphs import plain
from engine.intake.text.verdict import PLANS

DOUBLED = re.compile(
    r"\b(và|của|các|những|cho|với|là|được|trong|theo|về|tại|từ|đến|để|thực hiện|tổ chức|triển khai|tuyên truyền|"
    r"phối hợp|xây dựng|truyền)\s+\1\b(?!\s+(?:hình|thông|thanh|đạt|tải))",
    re.I,
)
"""Words nobody doubles on purpose, unlike "dần dần" or "luôn luôn"."""
MISREAD = re.compile(r"\bPh(?:ần đ[ấầ]u|ấn đầu)(?=\s+(?:\d|đến|đạt|có|ít nhất|tối thiểu|trên|năm))", re.I)
NOTE_MARK = re.compile(r"(?<=[^\W\d_]{2})(\d)(?=\s*[,.;:)]|\s|$)")
NOTE = re.compile(r"\s*\[?(\d)\]?[.)]?\s+(?=[^\W\d_a-z])")
UNITS_WITH_FIGURES = re.compile(r"(?:\b[kd]?m|\bc?m|CO|H|PM|G|COVID|A|B|C)\d$")
WEB = re.compile(
    r"\W*(?:đang tải(?: nội dung)?\b|(?:đăng nhập|đăng ký|trang chủ|bản in|chia sẻ|tải về|quay lại|lược đồ|"
    r"văn bản liên quan)$|thống kê truy cập|đang (?:online|truy cập)|lượt (?:xem|truy cập)|hôm nay\s*:\s*\d|"
    r"tất cả\s*:\s*\d|in trang|gửi email|tải văn bản|về đầu trang|email\s*:|website\s*:|website\b.{0,60}$|ghi rõ nguồn|"
    r"bản quyền|copyright|©|dịch vụ doanh nghiệp|tin liên quan|các tin khác|bình luận|facebook|zalo)",
    re.I,
)
LONGEST_WEB = 200
REPORT = re.compile(r"[-+•\s]*(?:tổng hợp,?\s+)?(?:báo cáo|tổng kết)\b", re.I)
WHOLE = re.compile(r"tổng kết|kết quả (?:thực hiện|triển khai)|tình hình (?:thực hiện|triển khai)", re.I)
PART_OF_YEAR = re.compile(r"sơ kết|6 tháng|quý|hằng tháng|hàng tháng|đột xuất|chuyên đề|giữa kỳ", re.I)
POST = r"(?:CHỦ TỊCH|GIÁM ĐỐC|BỘ TRƯỞNG|CỤC TRƯỞNG|CHÁNH VĂN PHÒNG|TRƯỞNG PHÒNG|TRƯỞNG BAN|HIỆU TRƯỞNG|BÍ THƯ)"
GLUED = re.compile(rf"[^a-z]{{0,60}}?{POST}[*_\s]*(?=[^\W\d_])(?P<name>[^\W\d_]+(?: [^\W\d_]+){{1,4}})\W*")
BROKEN = 0.3
"""The share of paragraphs over several lines from which a text counts as hard-wrapped."""
MOST = 20


def document_faults(document: Document, outline: Node, plan: Plan) -> list[Anomaly]:
    """What is amiss in the text as printed, and what its reader left out."""
    body, roots = _body(outline)
    labels = [label for block in document.blocks if (label := annex_label(block.text))]
    return [
        *_numbering(roots),
        *reference_faults(body, roots, labels),
        *citation_faults(body, plan),
        *attachment_faults(_attachments(document.blocks), plan),
        *_slips(body),
        *_footnote_marks(document.blocks, body),
        *_web(document.blocks),
        *_further(document.blocks, plan),
        *_signature(document.blocks),
        *_broken_lines(body),
        *(anomaly(_said(note.place.line), _kind(note), detail=note.text) for note in document.notes),
    ]


def _kind(note: Note) -> str:
    """What may hide a duty must be seen by a person; what only tells how the file was read is a note."""
    return "reader_note" if note.kind in ("encoding", "tracked_changes") else "left_out"


def text_faults(draft: Draft) -> list[Anomaly]:
    """What measures, duties and reports of the running text leave unsaid: who, by when, how often.

    Beside a task table they only tell in words what its rows set out, with owners and days.
    """
    if not draft.plan.is_plan:
        return []
    faults = [*(_unassigned(draft) if not draft.tasks else ()), *duty_faults(draft.obligations)]
    rare = [report.ref for report in draft.recurring_reports if report.frequency == "unspecified"]
    if rare:
        detail = f"{len(rare)} yêu cầu báo cáo không ghi định kỳ bao lâu: {_listed(rare)}"
        faults.append(anomaly("chế độ báo cáo", "frequency_missing", detail=detail))
    return faults


def _unassigned(draft: Draft) -> Iterator[Anomaly]:
    measures = [measure.ref for measure in draft.unassigned_measures]
    if measures:
        sections = dict.fromkeys(re.split(r"[.-]", ref)[0] for ref in measures)
        detail = f"{len(measures)} nhiệm vụ, giải pháp không ghi cơ quan thực hiện và thời hạn"
        yield anomaly(f"phần {', '.join(sections)}", "no_owner", detail=detail)
    undated = [duty.ref for duty in draft.obligations if not _is_timed(duty)]
    if undated:
        every = len(undated) == len(draft.obligations)
        where = "mọi nhiệm vụ giao cho các đơn vị" if every else _listed(undated)
        yield anomaly(where, "no_deadline", detail=f"{len(undated)} nhiệm vụ giao cho các đơn vị không ghi thời hạn")


def _is_timed(duty: Obligation) -> bool:
    rhythm = (duty.recurring or {}).get("frequency", "unspecified")
    return duty.deadline is not None or rhythm != "unspecified"


def _listed(refs: Sequence[str]) -> str:
    rest = f" và {len(refs) - MOST} mục khác" if len(refs) > MOST else ""
    return ", ".join(refs[:MOST]) + rest


def order_faults(tasks: Sequence[tuple[str, Task]]) -> list[Anomaly]:
    """Tables in which a report on the whole plan is due before work it reports on; tasks come with their table's label.

    Reports for a part of the year may well be early.
    """
    tables = defaultdict[str, list[Task]](list)
    for label, task in tasks:
        if task.deadline.kind == "date" and task.deadline.end:
            tables[label].append(task)
    faults = []
    for label, dated in tables.items():
        ends = [(task.deadline.end, _reports_on_all(task), task.ref) for task in dated if task.deadline.end]
        last = max((end for end, reports, _ref in ends if not reports), default=None)
        early = [f"dòng {ref} hạn {end:%d/%m/%Y}" for end, reports, ref in ends if reports and last and end < last]
        if early:
            detail = f"{', '.join(early[:5])}; công việc còn kéo dài tới {last:%d/%m/%Y}"
            faults.append(anomaly(label or "bảng phân công", "report_due_before_tasks", detail=detail))
    return faults


def _reports_on_all(task: Task) -> bool:
    text = task.text[:400]
    reports = REPORT.match(text) or (task.deliverable and REPORT.match(task.deliverable))
    return bool(reports) and WHOLE.search(text) is not None and PART_OF_YEAR.search(text) is None


def _body(outline: Node) -> tuple[list[Node], list[Node]]:
    """The nodes before the recipients and annexes, and those of them at the top."""
    body, roots = list[Node](), list[Node]()
    top = {id(child) for child in outline.children}
    for node in outline.walk():
        if BEHIND_TEXT.match(node.text) or annex_label(node.text):
            break
        if node is not outline:
            body.append(node)
            if id(node) in top:
                roots.append(node)
    return body, roots


def _said(line: int | None) -> str:
    return f"dòng {line}" if line else "văn bản"


def _numbering(roots: Sequence[Node]) -> Iterator[Anomaly]:
    """Parts numbered twice, and numbers left out between them."""
    for family in ("part", "upper", "roman"):
        parts = [node for node in roots if node.mark.family == family and node.mark.count]
        seen = dict[int, Node]()
        for part in parts:
            if part.mark.count in seen:
                first, second = (f"“{node.mark.label}. {node.text[:80]}”" for node in (seen[part.mark.count], part))
                detail = f"hai phần cùng số {part.mark.label}: {first} và {second}"
                yield anomaly("đề mục", "duplicate_section_number", detail=detail)
            seen.setdefault(part.mark.count, part)
        absent = [str(count) for count in range(1, max(seen, default=0)) if count not in seen]
        if absent and len(parts) > 1:
            titles = ", ".join(f"{node.mark.label}. {node.text[:40]}" for node in parts)
            yield anomaly("đề mục", "numbering", detail=f"thiếu phần thứ {', '.join(absent)} trong dãy: {titles}")


def _slips(body: Sequence[Node]) -> Iterator[Anomaly]:
    told = 0
    for node in body:
        for kind, pattern in (("typo", DOUBLED), ("ocr_typo", MISREAD)):
            match = pattern.search(node.text[:20_000])
            if match and told < MOST:
                told += 1
                yield anomaly(_where(node), kind, printed=match[0])


def _where(node: Node) -> str:
    lines = node.paragraph.lines if node.paragraph else None
    return f"mục {node.ref}" if node.ref else _said(lines[0] if lines else None)


def _footnote_marks(blocks: Sequence[Block], body: Sequence[Node]) -> Iterator[Anomaly]:
    """Marks glued to a word, certain only where a note with that number stands at the end."""
    closing = next((at for at, block in enumerate(blocks) if BEHIND_TEXT.match(plain(block.text[:60]))), len(blocks))
    notes = {match[1] for block in blocks[closing:] if (match := NOTE.match(block.text[:20]))}
    for node in body if notes else ():
        for match in NOTE_MARK.finditer(node.text[:20_000]):
            before = node.text[max(0, match.start() - 12) : match.end()]
            if match[1] in notes and before[-2].islower() and not UNITS_WITH_FIGURES.search(before):
                yield anomaly(_where(node), "footnote_mark", printed=before)


def _web(blocks: Sequence[Block]) -> Iterator[Anomaly]:
    found = [block for block in blocks if block.text and len(block.text) <= LONGEST_WEB and WEB.match(block.text)]
    if found:
        detail = f"{len(found)} dòng của trang web lẫn vào văn bản, ví dụ “{found[0].text[:80]}”"
        yield anomaly(_said(found[0].place.line), "web_noise", detail=detail)


def _further(blocks: Sequence[Block], plan: Plan) -> Iterator[Anomaly]:
    """Other documents in the same file, whose duties are not among those of the first."""
    if not plan.is_plan or not plan.number or not (plan.doc_type or "").startswith(PLANS):
        return
    for at, number in further_documents([plain(block.text[:300]) for block in blocks], plan.number):
        detail = (
            f"tệp còn văn bản số {number}: lời văn của nó chưa được đọc, bảng của nó (nếu có) lẫn với bảng của "
            f"văn bản số {plan.number}; tách thành tệp riêng rồi đọc"
        )
        yield anomaly(_said(blocks[at].place.line), "left_out", detail=detail)


def _signature(blocks: Sequence[Block]) -> Iterator[Anomaly]:
    for block in blocks:
        match = GLUED.fullmatch(block.text) if len(block.text) <= 120 else None
        if match and all(word[0].isupper() and not word.isupper() for word in match["name"].split()):
            yield anomaly(_said(block.place.line), "title_and_name_glued", printed=block.text)


def _broken_lines(body: Sequence[Node]) -> Iterator[Anomaly]:
    spans = [node.paragraph.lines for node in body if node.paragraph and node.paragraph.lines]
    broken = [span for span in spans if span[1] > span[0]]
    if len(broken) >= 5 and len(broken) >= BROKEN * len(spans):
        detail = f"{len(broken)}/{len(spans)} đoạn bị ngắt dòng; đã nối lại khi đọc"
        yield anomaly("văn bản", "hard_wrapped_lines", detail=detail)


def _attachments(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    for at, block in enumerate(blocks):
        if len(block.text) <= 400 and "èm theo" in block.text:
            label = next(
                (found for above in reversed(blocks[max(0, at - 4) : at]) if (found := annex_label(above.text))), None
            )
            yield (f"Phụ lục {label.upper()}" if label else _said(block.place.line)), block.text
