"""The document around its tables: letterhead, number, day, title, period, bases, recipients, signature.

What is not printed stays empty; a blank left for the clerk says so in `number_reason` and `issue_date_partial`.
"""

import re
from collections.abc import Sequence

from engine.intake.agencies.registry import Registry
from engine.intake.draft import LegalBasis, Plan
from engine.intake.readers import Block
from engine.intake.text import bases
from engine.intake.text.closing import Closing, read_closing
from engine.intake.text.letterhead import Head, read_head
from engine.intake.text.paragraphs import plain
from engine.intake.text.period import read_period
from engine.intake.text.verdict import PLANS, judge, opens_plan

ISSUES = re.compile(
    r"[Bb]an hành(?: kèm theo (?:Quyết định|Công văn|văn bản) này)?,?\s+“?(?P<what>Kế hoạch|Chương trình|"
    r"Đề án|Phương án)\b"
)
FRONT = 400
"""Lines behind the type in which a decision says what it issues, and a plan when it is carried out."""


def read_plan(blocks: Sequence[Block], registry: Registry, *, has_table: bool) -> Plan:
    """What the document says about itself, and whether it is a plan at all."""
    lines = [plain(block.text[:2_000]) for block in blocks]
    head = read_head(lines, registry)
    closing = read_closing(lines, head.end)
    evidence, reason = judge(head, closing, has_table=has_table, attached=_attached(lines, head, closing))
    return Plan(
        is_plan=reason is None,
        not_plan_reason=reason,
        doc_type=head.doc_type,
        number=head.number,
        number_reason=head.number_reason if reason is None else None,
        issuer=head.issuer,
        place=head.place,
        issue_date=head.issued,
        issue_date_partial=head.issued_partial,
        title=head.title,
        period=read_period(head.title or "", lines[head.end : head.end + FRONT]),
        signer=closing.signer if closing else None,
        signer_title=closing.post if closing else None,
        signing_form=closing.form if closing else None,
        recipients=closing.recipients if closing else [],
        evidence=evidence,
    )


def _attached(lines: Sequence[str], head: Head, closing: Closing | None) -> str | None:
    """The type of the plan that this document issues: said in its text, and printed behind its signature."""
    if not head.doc_type or head.doc_type.startswith(PLANS):
        return None
    said = next(filter(None, map(ISSUES.search, (line[:600] for line in lines[head.end : head.end + FRONT]))), None)
    behind = lines[closing.end :] if closing else ()
    printed = next((line for line in behind if opens_plan(line)), None)
    return said["what"] if said and printed else None


def plan_year(plan: Plan) -> int | None:
    """The one year a plan is for; None where it spans several or does not say."""
    start, end = (plan.period.start, plan.period.end) if plan.period else (None, None)
    return int(start[:4]) if start and end and start[:4] == end[:4] else None


def legal_bases(blocks: Sequence[Block]) -> list[LegalBasis]:
    """The documents that the preamble names, in order."""
    return bases.legal_bases([plain(block.text[:5_000]) for block in blocks[:FRONT]])
