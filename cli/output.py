"""How every command speaks: one JSON document with `--json`, tables for people, faults on stderr."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else there.")]

WIDE = 200
"""Columns of a table that goes to a file or a pipe, where nothing is gained by breaking lines."""

CHANGES = {
    "added": "việc mới",
    "removed": "việc bỏ",
    "reference": "số mục",
    "section": "phần",
    "text": "nội dung",
    "deliverable": "sản phẩm",
    "deadline": "thời hạn",
    "owner": "chủ trì",
    "collaborators": "phối hợp",
    "left": "chuyển đi",
    "joined": "thêm vào phối hợp",
    "released": "thôi phối hợp",
    "waits": "chờ trả lời câu hỏi, chưa nhắc",
}
"""What an amendment changes, in words."""

out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def print_json(document: Any) -> None:  # noqa: ANN401  any JSON value
    """Write `document` as one JSON document; days and moments in ISO form."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=_plain) + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """Write a table for people; an empty one says so."""
    table = Table(*columns, title=escape(title) or None, title_justify="left", header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    if table.row_count:
        out.print(table)
    else:
        out.print("(không có dòng nào)")
