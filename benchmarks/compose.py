"""The floor of `simulate` and `deliver`: as many messages with as many lines, rendered and composed, nothing else."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from benchmarks.measure import HERE
from engine.clock import at
from engine.mail.message import Heading, Mail, Sender, compose
from engine.mail.render import Digest, Line, Renderer, Section

TEMPLATES = HERE / "templates" / "email"
SENDER = Sender("Văn phòng", "dondoc@vanphong.example.vn", "bench")
DAY = date(2020, 6, 17)
TASK = "Rà soát, hoàn thiện kế hoạch giáo dục hướng nghiệp và định hướng phân luồng học sinh của đơn vị, địa phương"


def compose_all(lines: Iterable[int]) -> Iterator[Mail]:
    """A mail for each number of lines."""
    renderer = Renderer(TEMPLATES)
    for number, count in enumerate(lines, start=1):
        content = renderer.digest(_digest(count))
        to = ("Sở Giáo dục và Đào tạo", f"vanthu{number}@example.vn")
        yield compose(content, SENDER, Heading(f"m{number}", to, at(DAY)))


def _digest(count: int) -> Digest:
    url = "http://127.0.0.1:8080/tasks/mau/I.1"
    line = Line("reminder", "R7", "I.1", TASK, ("Sở Mẫu",), DAY, 5, "owner", "Trước ngày 18/6/2020", "before", url)
    section = Section("07/KH-MAU", "Kế hoạch mẫu", "http://127.0.0.1:8080/plans/mau", (line,) * count)
    return Digest("Sở Mẫu", "vi", DAY, (section,), "Văn phòng")


if __name__ == "__main__":
    for _ in compose_all(len(message["refs"]) for message in json.loads(Path(sys.argv[1]).read_text("utf-8"))):
        pass
