"""Who leads and who helps, where one cell says both: "Chủ trì: …; Phối hợp: …", "… chủ trì, phối hợp với …"."""

import re
from collections import defaultdict

LABEL = re.compile(
    r"(?:^|[;,.\n])\s*[-–+•]?\s*(?:(?:cơ quan|đơn vị)\s)?(?P<word>chủ trì|đầu mối|thực hiện|phối hợp)"
    r"(?:\sthực hiện)?\s?:",
    re.I,
)
TOGETHER = re.compile(r"\s(?:chủ trì|là đầu mối)[,;]?\s(?:và )?phối hợp (?:cùng )?với\s", re.I)


def shares(text: str) -> tuple[str, str] | None:
    """The part of a cell that names who leads and the part that names who helps; None where it does not say."""
    labels = list(LABEL.finditer(text))
    if not labels:
        both = TOGETHER.search(text)
        return (text[: both.start()].strip(), text[both.end() :].strip()) if both else None
    parts: dict[bool, list[str]] = defaultdict(list)
    parts[False].append(text[: labels[0].start()])
    for label, stop in zip(labels, [*(label.start() for label in labels[1:]), len(text)], strict=True):
        parts[label["word"].casefold() == "phối hợp"].append(text[label.end() : stop])
    lead, help_ = ("\n".join(filter(None, (part.strip(" ;,.\n") for part in parts[helps]))) for helps in (False, True))
    return lead, help_
