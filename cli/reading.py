"""A draft in the terminal, so that a person can judge at a glance whether a document was read rightly.

Every mark is a sign before it is a colour: ✓ in order, ? asked, ✗ waits for an answer, ! to be looked at.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from engine.intake.draft import Agency, Draft, Question, Task
from engine.intake.loading.offers import Offered, offers_of
from engine.rules.schedules import in_words
from engine.rules.terms import Deadline, last_day

IsWorking = Callable[[date], bool]
WIDE = 110
"""Columns from which collaborators have a column of their own."""

LONGEST = 600
"""Characters of one cell that are shown; a longer one says how much is left out."""

SIGNS = {"deadline": ("✗", "bold red"), "owner": ("✗", "bold red"), "nothing": ("?", "yellow")}
FINE = ("✓", "green")
BLOCKS = {"deadline": "chặn thời hạn", "owner": "chặn cơ quan chủ trì", "nothing": "không chặn gì"}
KINDS = {
    "row": "dòng định kỳ",
    "report": "báo cáo định kỳ",
    "obligation": "nhiệm vụ trong lời văn",
    "target": "chỉ tiêu",
}
UNDATED = {"ongoing": "thường xuyên", "relative": "theo sự việc", "unknown": "chưa rõ"}


def show(draft: Draft, console: Console, *, is_working: IsWorking) -> None:
    """Print what was read: the document, its counts, its rows with what is asked of each, then offers and faults."""
    offers = offers_of(draft) if draft.plan.is_plan else []
    _heading(draft, console)
    _counts(draft, offers, console)
    _rows(draft, console, is_working)
    _offers(offers, console)
    _questions(draft, console)
    _faults(draft, console)


def _heading(draft: Draft, console: Console) -> None:
    plan = draft.plan
    name = " ".join(filter(None, (plan.doc_type, plan.number or "(không có số)")))
    console.print(Text(name, style="bold"))
    if plan.title:
        console.print(Text(plan.title, style="bold"))
    if not plan.is_plan:
        console.print(Text(f"✗ Không phải kế hoạch: {plan.not_plan_reason or 'không rõ'}", style="bold red"))
    period = plan.period.printed or f"{plan.period.start or '…'} – {plan.period.end or '…'}" if plan.period else None
    facts = [
        ("Ban hành", f"{plan.issuer or '?'}, {plan.place or '?'}, {plan.issue_date or plan.issue_date_partial or '?'}"),
        ("Thời kỳ", period),
        ("Người ký", f"{plan.signer} ({plan.signer_title or '?'})" if plan.signer else "?"),
        ("Căn cứ", "; ".join(filter(None, (basis.number or basis.type for basis in draft.legal_bases)))),
        ("Nơi nhận", f"{len(plan.recipients)} nơi" if plan.recipients else None),
    ]
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, value in facts:
        if value:
            grid.add_row(label, Text(_short(value)))
    console.print(grid)


def _counts(draft: Draft, offers: Sequence[Offered], console: Console) -> None:
    blocks = Counter[str](question.blocks for question in draft.questions)
    asked = ", ".join(f"{blocks[kind]} {words}" for kind, words in BLOCKS.items() if blocks[kind])
    offered = ", ".join(f"{number} {KINDS[kind]}" for kind, number in Counter(o.kind for o in offers).items())
    grave = sum(fault.must_flag for fault in draft.anomalies)
    parts = sum(1 for _ in draft.assignments())
    lines = [
        (
            FINE if draft.tasks else SIGNS["nothing"],
            f"{len(draft.tasks)} dòng nhiệm vụ, {parts} phần việc giao cho cơ quan",
        ),
        (SIGNS["deadline" if blocks["deadline"] or blocks["owner"] else "nothing"], _counted("câu hỏi", blocks, asked)),
        (("+", "cyan"), f"{len(offers)} mục chờ người điều phối nhận{f': {offered}' if offered else ''}"),
        (("!", "bold magenta"), f"{len(draft.anomalies)} điều ghi nhận về văn bản, {grave} phải xem"),
    ]
    console.print()
    for (sign, style), words in lines:
        console.print(Text.assemble((sign, style), " ", words))


def _counted(noun: str, counts: Counter[str], said: str) -> str:
    return f"{counts.total()} {noun}{f': {said}' if said else ''}"


def _rows(draft: Draft, console: Console, is_working: IsWorking) -> None:
    """One table a section, all of the same columns; the section's name stands above it as a divider."""
    asked: dict[str, list[Question]] = {}
    for question in draft.questions:
        asked.setdefault(_row_of(question, draft.tasks), []).append(question)
    wide, first = console.width >= WIDE, True
    for path, tasks in groupby(draft.tasks, key=lambda task: tuple(task.section_path)):
        console.print()
        if path:
            console.print(Text(" › ".join(" ".join(title.split()) for title in path), style="bold cyan"))
        table = _table(console.width, max(len(task.ref) for task in draft.tasks), header=first, wide=wide)
        first = False
        for task in tasks:
            table.add_row(*_cells(task, asked.get(task.ref, ()), wide=wide, is_working=is_working))
        console.print(table)


def _row_of(question: Question, tasks: Sequence[Task]) -> str:
    fitting = (task.ref for task in tasks if question.id.startswith(f"{task.ref}-"))
    return max(fitting, key=len, default="")


def _table(width: int, ref_width: int, *, header: bool, wide: bool) -> Table:
    table = Table(box=None, show_header=header, header_style="bold underline", pad_edge=False, width=width)
    table.add_column("", width=1)
    table.add_column("Số", width=min(ref_width, 12), overflow="fold")
    table.add_column("Nội dung", ratio=6, overflow="fold")
    table.add_column("Chủ trì", ratio=4, overflow="fold")
    if wide:
        table.add_column("Phối hợp", ratio=3, overflow="fold")
    table.add_column("Thời hạn → ngày cuối", ratio=4, overflow="fold")
    return table


def _cells(task: Task, asked: Sequence[Question], *, wide: bool, is_working: IsWorking) -> Iterator[Text]:
    blocking = next((question.blocks for question in asked if question.blocks != "nothing"), None)
    sign, style = SIGNS[blocking or "nothing"] if asked else FINE
    yield Text(sign, style=style)
    yield Text(task.ref)
    text = Text("\n".join(filter(None, map(str.strip, _short(task.text, lines=True).split("\n")))))
    for question in asked:
        mark, colour = SIGNS[question.blocks]
        text.append(f"\n{mark} {question.reason}", style=colour)
    yield text
    owners = _agencies(task.owners)
    if not wide and task.collaborators:
        owners.append(f"\n+ {len(task.collaborators)} phối hợp", style="dim")
    yield owners
    if wide:
        yield _agencies(task.collaborators, style="dim")
    yield _time(task, is_working)


def _agencies(agencies: Sequence[Agency], style: str = "") -> Text:
    """Each on a line; a group with how many members are known, an office holder by the title."""
    lines = []
    for agency in agencies:
        lines.append(f"{f'{agency.role} ' if agency.role else ''}{agency.name}")
        if agency.members:
            lines.append(f"= {len(agency.members)} cơ quan")
        elif agency.kind == "open_group":
            lines.append("= nhóm mở")
    return Text("\n".join(lines) or "?", style=style if lines else "bold red")


def _time(task: Task, is_working: IsWorking) -> Text:
    """The printed words, and the last day on time that follows from them; what is not known says so."""
    printed, said = task.deadline_text or "(trống)", reading_of(task.deadline, is_working)
    text = Text(_short(printed))
    sure = task.deadline.kind not in ("unknown", "relative") or said[:1].isdigit()
    text.append(f"\n→ {said}", style="green" if sure else "bold red")
    return text


def reading_of(deadline: Deadline, is_working: IsWorking) -> str:
    """The last day on time, or what stands in its place."""
    last = last_day(deadline, is_working=is_working)
    if last is not None:
        return f"{last:%d/%m/%Y}" + (" (gần đúng)" if deadline.approx else "")
    return in_words(deadline) if deadline.kind == "recurring" else UNDATED.get(deadline.kind, "chưa rõ")


def _offers(offers: Sequence[Offered], console: Console) -> None:
    """What comes again one by one, since its days are to be judged; of the rest the counts have been told."""
    again = [offered for offered in offers if offered.recurs]
    if not again:
        return
    _title(console, "Việc và báo cáo định kỳ chờ nhận")
    for offered in again:
        sign, style = SIGNS["deadline"] if offered.lacks else ("+", "cyan")
        who = offered.agency_text or "?"
        line = Text.assemble((sign, style), f" {offered.ref}, {offered.place}: ", (in_words(offered.reading), "bold"))
        line.append(f" – {who}" + (f" → {offered.addressee}" if offered.addressee else ""))
        console.print(Padding(line, (0, 0, 0, 2)))


def _questions(draft: Draft, console: Console) -> None:
    if not draft.questions:
        return
    _title(console, "Câu hỏi, theo chỗ")
    by_place: dict[str, list[Question]] = {}
    for question in draft.questions:
        by_place.setdefault(question.where, []).append(question)
    for place, questions in by_place.items():
        console.print(Text(f"  {place}", style="bold"))
        for question in questions:
            sign, style = SIGNS[question.blocks]
            line = Text.assemble((f"{sign} {question.id}", style), f" [{BLOCKS[question.blocks]}] ")
            line.append(_quoted(question.printed) + question.reason)
            if question.choices:
                line.append(f" Chọn: {' | '.join(question.choices)}", style="italic")
            console.print(Padding(line, (0, 0, 0, 4)))


def _faults(draft: Draft, console: Console) -> None:
    if not draft.anomalies:
        return
    _title(console, "Ghi nhận về văn bản (điều phải xem đứng trước)")
    for fault in sorted(draft.anomalies, key=lambda fault: not fault.must_flag):
        sign, style = ("!", "bold magenta") if fault.must_flag else ("·", "dim")
        line = Text.assemble((sign, style), f" {fault.where}: ", (fault.kind, style))
        line.append(" " + "; ".join(filter(None, (fault.detail, _quoted(fault.printed or "").strip()))))
        console.print(Padding(line, (0, 0, 0, 2)))


def _title(console: Console, words: str) -> None:
    console.print()
    console.print(Text(words, style="bold cyan"))


def _quoted(words: str) -> str:
    return f"“{_short(words)}” " if words else ""


def _short(text: str, *, lines: bool = False) -> str:
    words = text.strip() if lines else " ".join(text.split())
    return words if len(words) <= LONGEST else f"{words[:LONGEST].rstrip()}… (còn {len(words) - LONGEST} chữ cái)"
