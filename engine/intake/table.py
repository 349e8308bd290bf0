"""Finds the task table and its rows in one-cell-a-paragraph text: headers by their words, rows by their numbers.

The deadline is the anchor of a row: what the header puts right before and after it are single cells, and the task text
takes the rest, however many paragraphs it has. A row that lacks a cell is kept and says so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.intake.readers import Block
from engine.rules.deadlines import looks_like_deadline

HEADERS: tuple[tuple[str, str], ...] = (
    # role, words of a header cell (the first that fits); "kết quả" must come before the task's "nội dung"
    ("ref", r"(?:s?tt|số (?:tt|thứ tự)|mã(?: wbs| số)?|#|no\.?)"),
    ("notes", r"ghi chú.*|.*kinh phí.*|.*ưu tiên.*|.*hiện nay|căn cứ.*|lý do.*"),
    ("start", r"(?:thời gian |ngày )?bắt đầu.*"),
    ("deliverable", r".*(?:sản phẩm|kết quả|deliverable|hình thức văn bản|cấp trình|ban hành).*"),
    ("collaborators", r".*(?:phối hợp|đơn vị liên quan|cơ quan liên quan).*"),
    ("deadline", r"(?:mốc )?(?:thời (?:gian|hạn|điểm)|tiến độ|lộ trình|hạn|tg)\b.*"),
    ("owner", r".*(?:chủ trì|đầu mối|phân công|trách nhiệm)\b.*|.*(?:cơ quan|đơn vị|người|lãnh đạo|cq) thực hiện.*"),
    ("task", r".*(?:nội dung|nhiệm vụ|công việc|đầu việc|hoạt động).*"),
)
LONGEST_HEADER = 90
NUMBER = re.compile(r"(?P<roman>[IVXLC]+)[.)]?|(?P<number>\d{1,3}(?:\.\d{1,3})*)[.)]?|(?P<letter>[a-zđ])[.)]")
END = re.compile(r"(?:PHỤ LỤC|Phụ lục)(?:\s+(?:số\s+)?[\dIVXL]+)?\s*(?:[.:–-].*)?|\W*Nơi nhận\W*")
LABEL = re.compile(r"(phụ lục)\s*(?:số\s*)?:?\s*([\divxl]+)?\b.*", re.I)


@dataclass(slots=True)
class Row:
    """One row as printed: its number, its cells by column, and the columns it has no cell for."""

    number: str
    cells: dict[str, str]
    first_line: int
    last_line: int
    missing: list[str] = field(default_factory=list)
    crowded: bool = False
    """Whether it seems to hold two rows: the number between them may be lost."""

    @property
    def text_only(self) -> bool:
        """Whether nothing but the task column says anything, as in a heading of a section."""
        return not any(text for role, text in self.cells.items() if role != "task")


@dataclass(slots=True)
class TaskTable:
    """The task table: `label` is its annex ("Phụ lục 04"), `columns` the roles of its header in order."""

    label: str
    columns: list[str]
    rows: list[Row] = field(default_factory=list)
    stray: list[Block] = field(default_factory=list)


def header_role(text: str) -> str | None:
    """The column a header cell names, if any."""
    words = " ".join(text.casefold().split()).strip(" .:*")
    if not words or len(words) > LONGEST_HEADER:
        return None
    return next((role for role, pattern in HEADERS if re.fullmatch(pattern, words)), None)


def find_tables(blocks: Sequence[Block]) -> list[TaskTable]:
    """Every task table of the document, in order; none where no header names a task, an owner and a deadline."""
    tables, at = [], 0
    while at < len(blocks):
        columns, after = _header(blocks, at)
        if not columns:
            at += 1
            continue
        stop = next((i for i in range(after, len(blocks)) if END.fullmatch(blocks[i].text)), len(blocks))
        tables.append(_read_rows(TaskTable(_label(blocks, at), columns), blocks[after:stop]))
        at = stop
    return tables


def _header(blocks: Sequence[Block], at: int) -> tuple[list[str], int]:
    roles: list[str] = []
    end = at
    while end < len(blocks) and (role := header_role(blocks[end].text)):
        roles.append("notes" if role in roles else role)
        end += 1
    whole = roles[:1] == ["ref"] and {"task", "owner", "deadline"} <= set(roles)
    return (roles[1:], end) if whole else ([], at)


def _label(blocks: Sequence[Block], at: int) -> str:
    for block in reversed(blocks[:at]):
        match = LABEL.fullmatch(block.text)
        if match:
            return f"Phụ lục {match[2].upper()}" if match[2] else "Phụ lục"
    return ""


def _read_rows(table: TaskTable, blocks: Sequence[Block]) -> TaskTable:
    starts = [i for i, block in enumerate(blocks) if NUMBER.fullmatch(block.text)]
    for start, stop in zip(starts, [*starts[1:], len(blocks)], strict=True):
        cells = blocks[start + 1 : stop]
        if any(cell.text for cell in cells):
            table.rows.append(_row(blocks[start], cells, table.columns))
        else:
            table.stray.append(blocks[start])  # a page number between two rows
    return table


def _row(number: Block, blocks: Sequence[Block], columns: Sequence[str]) -> Row:
    texts = [block.text for block in blocks]
    likely = [i for i, text in enumerate(texts) if text and looks_like_deadline(text)]
    anchor, at = _anchor(texts, columns, likely), columns.index("deadline")
    if anchor is None:
        cells = _spread(texts, columns)
    else:
        cells = {
            **_spread(texts[:anchor], columns[:at]),
            "deadline": texts[anchor],
            **_spread(texts[anchor + 1 :], columns[at + 1 :]),
        }
    filled = [block.line for block in blocks if block.text]
    missing = [role for role in columns if role not in cells]
    # a second deadline a whole row away from the first, with room for its own cells before it
    crowded = any(at <= other <= anchor - len(columns) for other in likely) if anchor is not None else False
    return Row(number.text.rstrip(".)"), cells, filled[0], filled[-1], missing, crowded)


def _anchor(texts: Sequence[str], columns: Sequence[str], likely: Sequence[int]) -> int | None:
    """Where the deadline cell is: of the cells made like one, that with the right number of cells behind it.

    Another one only where it leaves room for the cells before it: a task may begin with "Thường xuyên".
    """
    at = list(columns).index("deadline")
    exact = [i for i in likely if len(texts) - i == len(columns) - at]
    room = at if len(texts) >= len(columns) else min(at, 1)
    found = [i for i in exact or likely if i >= room]
    return found[-1] if found else None


def _spread(texts: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    """Texts over columns in order; what is over goes to the task (else the last column) as further paragraphs."""
    if not columns:
        return {}
    surplus = len(texts) - len(columns)
    if surplus <= 0:
        return dict(zip(columns, texts, strict=False))
    wide = columns.index("task") if "task" in columns else len(columns) - 1
    folded = [*texts[:wide], "\n".join(filter(None, texts[wide : wide + surplus + 1])), *texts[wide + surplus + 1 :]]
    return dict(zip(columns, folded, strict=True))
