"""The value of a cell as Excel shows it: dates by what their format shows of them, numbers with their decimals.

A number format is read for a Vietnamese reader: 1.234.567 and 55,8% with dots between thousands and a decimal comma. A
plain number keeps its dot, since "1.1" may number a task; with three decimals it takes the comma, for "1.234" would
read as a thousand.
"""

import datetime as dt
import math
import re
from collections.abc import Sequence

from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel

ASIDE = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|[_*].')
"""What a number format prints as it stands (quoted, escaped), its conditions, and its blanks."""
DIGITS = re.compile(r"[#0?][#0?,]*(?:\.(?P<decimals>[#0?]+))?(?P<percent>\s*%)?")
LONGEST_FORMAT, MOST_DECIMALS = 255, 15


def shown_number(value: float, form: str, epoch: dt.datetime) -> str:
    """A number in a number format ("General", "0.00", "dd/mm/yyyy", "0%")."""
    form = form[:LONGEST_FORMAT]
    if not math.isfinite(value):
        return str(value)
    if is_timedelta_format(form) or is_date_format(form):
        return _date(value, form, epoch) or _plain(value)
    section = _section(form.split(";"), value)
    bare = ASIDE.sub(lambda match: "\0" * len(match[0]), section)
    digits = DIGITS.search(bare)
    if not digits or "general" in bare.lower():
        return _plain(value)
    before, behind = _literal(section[: digits.start()]), _literal(section[digits.end() :])
    return f"{before}{_digits(abs(value) if section is not form else value, digits)}{behind}".strip()


def shown_day(value: dt.date | dt.time, form: str = "dd/mm/yyyy hh:mm") -> str:
    """A day, month or time of day: only the parts that its format shows."""
    bare = re.sub(r"am/pm", "", ASIDE.sub("", form.split(";", maxsplit=1)[0]).lower())
    parts = [letter for letter in "dmyh" if letter in bare]
    day = ""
    if isinstance(value, dt.date):
        shapes = (("d", "%d"), ("m", "%m"), ("y", "%Y"))
        timed = "h" in parts and "d" not in parts and "y" not in parts  # then "m" is for minutes
        day = "" if timed else value.strftime("/".join(shape for letter, shape in shapes if letter in parts))
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return day
    clock = value.strftime("%H:%M") if "h" in parts else ""
    return " ".join(filter(None, (day, clock if clock != "00:00" or not day else "")))


def _date(value: float, form: str, epoch: dt.datetime) -> str:
    try:
        moment = from_excel(value, epoch, timedelta=is_timedelta_format(form))
    except (OverflowError, ValueError, TypeError):
        return ""
    if isinstance(moment, dt.timedelta):
        minutes = round(moment.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return shown_day(moment, form) if isinstance(moment, dt.date | dt.time) else ""


def _section(sections: Sequence[str], value: float) -> str:
    """The part of a format for positive, negative and zero values; one part alone is for all."""
    if value < 0 and len(sections) > 1:
        return sections[1]
    return sections[2] if value == 0 and len(sections) > 2 else sections[0]


def _literal(text: str) -> str:
    return ASIDE.sub(lambda match: match[1] or match[2] or "", text)


def _digits(value: float, form: re.Match[str]) -> str:
    whole_form, decimals_form = form[0].partition(".")[0], form["decimals"] or ""
    percent, grouped = form["percent"] is not None, "," in whole_form
    decimals = min(len(decimals_form), MOST_DECIMALS)
    text = f"{value * 100 if percent else value:,.{decimals}f}"
    whole, _, rest = text.partition(".")
    optional = len(decimals_form) - len(decimals_form.rstrip("#?"))
    while optional and rest.endswith("0"):
        rest, optional = rest[:-1], optional - 1
    whole = whole.replace(",", "." if grouped else "").rjust(whole_form.replace(",", "").count("0"), "0")
    comma = percent or grouped or len(rest) == 3
    return f"{whole}{(',' if comma else '.') + rest if rest else ''}{'%' if percent else ''}"


def _plain(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.10g}"
    return text.replace(".", ",") if re.fullmatch(r"-?\d+\.\d{3}", text) else text
