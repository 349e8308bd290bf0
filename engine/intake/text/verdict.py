"""Whether a document is a plan, by what speaks for it; nothing is taken for one by its words alone."""

from engine.intake.text.closing import Closing
from engine.intake.text.letterhead import TYPE_LINE, Head

PLANS = ("Kế hoạch", "Chương trình", "Đề án", "Phương án")
"""Types that set out work; "Kế hoạch hành động" and the like begin with one of these."""
NORMS = ("Thông tư", "Nghị định", "Luật")
"""What prescribes forms of plans to be filled in, and issues no plan itself."""
CARRIERS = ("Quyết định", "Chỉ thị", "Công văn", "Công điện", "Thông báo", "Nghị quyết", "Kết luận", "Hướng dẫn")
"""Types that may carry a plan: one attached, or a table that gives work to agencies."""


def opens_plan(line: str) -> bool:
    """Whether a line is the type of a plan in capitals, as its title begins."""
    match = TYPE_LINE.fullmatch(line[:300]) if line[:2].isupper() else None
    return match is not None and match["type"].capitalize().startswith(PLANS)


def judge(
    head: Head, closing: Closing | None, *, has_table: bool, attached: str | None
) -> tuple[list[str], str | None]:
    """What speaks for a plan, and the reason why it is none (None: it is one). `attached` is the type of a plan
    inside the document, issued by it."""
    evidence = _evidence(head, closing, has_table=has_table, attached=attached)
    kind = head.doc_type
    if (head.part_of or "").startswith(NORMS) or (head.is_form and not head.number):
        return evidence, "văn bản là mẫu để điền, không phải kế hoạch đã ban hành"
    signed = bool(head.number or head.place or head.issued or (closing and (closing.signer or closing.recipients)))
    if kind and kind.startswith(PLANS):
        return (
            evidence,
            None if signed or has_table else f"có chữ “{kind}” nhưng không có số, ngày, nơi nhận hay chữ ký",
        )
    if kind and kind.startswith(CARRIERS) and (attached or has_table):
        return evidence, None
    if kind:
        return evidence, f"văn bản là {kind.lower()}, không phải kế hoạch và không ban hành kèm kế hoạch nào"
    if has_table or (head.part_of or "").startswith(PLANS):
        return evidence, None
    return evidence, "không có tên loại văn bản, số, nơi và ngày ban hành của một kế hoạch"


def _evidence(head: Head, closing: Closing | None, *, has_table: bool, attached: str | None) -> list[str]:
    found = [
        ("tên loại văn bản", head.doc_type),
        ("số, ký hiệu", head.number),
        ("ngày ban hành", head.issued or head.issued_partial),
        ("người ký", closing.signer if closing else None),
        ("nơi nhận", f"{len(closing.recipients)} dòng" if closing and closing.recipients else None),
        ("văn bản kèm theo", attached),
        ("phụ lục của", head.part_of),
        ("bảng phân công", "có" if has_table else None),
    ]
    return [f"{what}: {value}" for what, value in found if value]
