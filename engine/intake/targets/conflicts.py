"""Faults of the targets: figures that contradict each other, units left out, unnamed or named twice, totals that
cannot be, an annex whose title and columns speak of different levels.

A figure of a sentence or a task row is held against the annexes only where one indicator there is clearly the same, at
the same level, for the same unit, year and measure; what is merely alike is no conflict.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby

from engine.intake.draft import Anomaly, Question, Target
from engine.intake.faults.anomalies import anomaly
from engine.intake.targets.annex import annex_name
from engine.intake.targets.figures import shown
from engine.intake.targets.indicators import levels, same_indicator, years
from engine.intake.targets.tables import FigureTable
from engine.intake.targets.units import bare_name, is_nameless, is_total, unit_key

CLOSE = 0.051
"""Figures are printed to one decimal: what differs by less is rounding."""


def target_faults(annexes: Sequence[Target], rows: Sequence[Target], text: Sequence[Target]) -> list[Anomaly]:
    """Every fault found in holding the targets of annexes, task rows and sentences against each other."""
    known = _Known(annexes)
    lists = [list(group) for _total, group in _lists(rows)]
    longest = sorted(lists, key=len, reverse=True)[:2]
    return [
        *_conflicts(known, rows, text),
        *(fault for listed in lists for fault in _list_faults(listed, known, longest)),
        *_repeated(annexes),
        *_impossible_totals(annexes),
    ]


def annex_faults(tables: Sequence[FigureTable]) -> list[Anomaly]:
    """Annexes whose title names another level or year than their columns do."""
    faults = []
    for table in tables:
        headers = " ".join(part for path in table.columns for part in path)
        for what, of in (("cấp", levels), ("năm", lambda text: set(map(str, years(text))))):
            titled, printed = of(table.title), of(headers)
            if titled and printed and not titled & printed:
                detail = f"tên ghi {what} {', '.join(sorted(titled))}, cột ghi {', '.join(sorted(printed))}"
                faults.append(anomaly(annex_name(table.appendix), "title_mismatch", detail=detail, printed=table.title))
    return faults


def target_questions(faults: Sequence[Anomaly]) -> list[Question]:
    """Which of two contradicting figures holds, and whom a figure without a name is for."""
    asked = list[Question]()
    for fault in faults:
        if fault.kind == "target_conflict":
            reason = f"{fault.detail}: số nào đúng?"
            choices = [place.strip() for place in (fault.printed or "").split(" | ")]
        elif fault.kind == "unit_name_missing":
            reason, choices = "số này giao cho đơn vị nào?", [fault.detail.split(": ")[-1]] if fault.detail else []
        else:
            continue
        question = Question(
            id=f"target-{len(asked) + 1}",
            where=fault.where,
            printed=fault.printed or "",
            reason=reason,
            choices=choices,
        )
        asked.append(question)
    return asked


class _Known:
    """The targets of the annexes, to be found by indicator, level, year and unit."""

    def __init__(self, annexes: Sequence[Target]) -> None:
        self.by_column = defaultdict[tuple[str | None, int | None, str], list[Target]](list)
        for target in annexes:
            if target.unit and not target.parent:
                self.by_column[target.level, target.year, target.indicator].append(target)
        self.found: dict[tuple[str | None, int | None, str], list[Target]] = {}

    def like(self, target: Target) -> list[Target]:
        """The figures of the one annex column that has the same indicator, level and year; none where unsure."""
        key = (target.level, target.year, target.indicator)
        if key not in self.found:
            columns = [column for column in self.by_column if column[:2] == key[:2]]
            at = same_indicator(target.indicator, [indicator for _level, _year, indicator in columns])
            self.found[key] = self.by_column[columns[at]] if at is not None else []
        return [other for other in self.found[key] if other.measure == target.measure]

    def figure(self, target: Target) -> Target | None:
        """The annex's figure for the unit of a target, or for all units where it names none."""
        like = self.like(target)
        if target.unit is None:
            return next((other for other in like if is_total(other.unit or "")), None)
        if is_nameless(target.unit):
            return None
        return next((other for other in like if _same_unit(other.unit or "", target.unit)), None)


def _same_unit(one: str, other: str) -> bool:
    if unit_key(one) == unit_key(other):
        return True
    named = [unit_key(name) != bare_name(name) for name in (one, other)]
    return not all(named) and bare_name(one) == bare_name(other)


def _place(target: Target) -> str:
    if target.appendix and target.ref:
        return f"{annex_name(target.appendix)} {target.ref}"
    return annex_name(target.appendix) if target.appendix or not target.ref else f"mục {target.ref}"


def _differ(one: Target, other: Target) -> bool:
    return abs(one.value - other.value) > CLOSE or (
        one.value_max is not None and other.value_max is not None and abs(one.value_max - other.value_max) > CLOSE
    )


def _figure(target: Target) -> str:
    value = shown(target.value) + (f"-{shown(target.value_max)}" if target.value_max is not None else "")
    return value + (target.measure if target.measure in ("%", "‰") else f" {target.measure}" if target.measure else "")


def _conflicts(known: _Known, rows: Sequence[Target], text: Sequence[Target]) -> Iterator[Anomaly]:
    """Figures of rows and sentences against the annex, else of rows against sentences.

    A row that agrees with the annex is in order, whatever a sentence says: that one is told by itself.
    """
    said = defaultdict[object, list[Target]](list)
    for target in text:
        if target.unit is None:
            said[target.level, target.year, target.measure].append(target)
    for number, target in enumerate((*rows, *text)):
        others = [annex] if (annex := known.figure(target)) else []
        if number < len(rows) and target.unit is None:
            alike = said[target.level, target.year, target.measure]
            same = same_indicator(target.indicator, [other.indicator for other in alike])
            others += [alike[same]] if same is not None else []
        if others and "%" not in target.indicator and _differ(target, others[0]):
            yield _conflict(target, others)


def _conflict(target: Target, others: Sequence[Target]) -> Anomaly:
    subject = " ".join(filter(None, (target.level, target.unit and f"({target.unit})")))
    figures = [(_place(each), _figure(each)) for each in (target, *others)]
    detail = f"{target.indicator[:120]}{f' – {subject}' if subject else ''}: " + "; ".join(
        f"{place} ghi {figure}" for place, figure in figures
    )
    choices = " | ".join(dict.fromkeys(figure for _place_, figure in figures))
    return anomaly(_place(target), "target_conflict", detail=detail, printed=choices)


# lists of units


def _lists(rows: Sequence[Target]) -> Iterator[tuple[str, Iterator[Target]]]:
    """The figures for units that each total of a task row lists."""
    units = [target for target in rows if target.unit]
    return groupby(units, key=lambda target: f"{target.ref}\n{target.level}\n{target.indicator}")


def _list_faults(listed: list[Target], known: _Known, longest: list[list[Target]]) -> Iterator[Anomaly]:
    first = listed[0]
    nameless = [target for target in listed if is_nameless(target.unit or "")]
    expected = [other for other in known.like(first) if not is_total(other.unit or "")]
    reference = expected or next((other for other in longest if other is not listed), [])
    missing = [
        other for other in reference
        if not is_nameless(other.unit or "") and not any(_same_unit(other.unit or "", t.unit or "") for t in listed)
    ]  # fmt: skip
    where = _place(first)
    for target in nameless:
        likely = (
            missing[0].unit
            if len(missing) == len(nameless) == 1 and (not expected or not _differ(missing[0], target))
            else None
        )
        detail = f"theo phép loại trừ có thể là: {likely}" if likely else None
        yield anomaly(where, "unit_name_missing", detail=detail, printed=f"{target.unit} {_figure(target)}")
    if missing and len(missing) > len(nameless) and len(missing) * 2 < len(reference):
        source = annex_name(expected[0].appendix) if expected else "danh sách khác trong bảng"
        names = ", ".join(f"{other.unit} ({_figure(other)})" if expected else str(other.unit) for other in missing)
        detail = f"{first.level or ''} thiếu {names} so với {source}".strip()
        yield anomaly(where, "unit_omitted", detail=detail, printed=first.indicator[:200])
    for name, times in Counter(unit_key(target.unit or "") for target in listed if target not in nameless).items():
        if times > 1:
            yield anomaly(where, "duplicate_unit", detail=f"“{name}” có {times} số trong cùng một danh sách")


# within an annex


def _repeated(annexes: Sequence[Target]) -> Iterator[Anomaly]:
    cells = Counter(
        (target.appendix, target.indicator, target.level, target.year, target.parent, unit_key(target.unit))
        for target in annexes
        if target.unit and not is_total(target.unit)
    )
    told = set[tuple[str | None, str]]()
    for (appendix, _indicator, _level, _year, _parent, unit), times in cells.items():
        if times > 1 and (appendix, unit) not in told:
            told.add((appendix, unit))
            yield anomaly(annex_name(appendix), "duplicate_unit", detail=f"“{unit}” có {times} dòng")


def _impossible_totals(annexes: Sequence[Target]) -> Iterator[Anomaly]:
    """A share of the whole that is beyond those of all its parts, or a number that is not the sum of its parts."""
    columns = defaultdict[object, list[Target]](list)
    for target in annexes:
        if target.unit:
            columns[target.appendix, target.indicator, target.level, target.year, target.measure].append(target)
    for targets in columns.values():
        by_parent = defaultdict[str | None, list[Target]](list)
        for target in targets:
            if not is_total(target.unit or ""):
                by_parent[target.parent].append(target)
        total = next((target for target in targets if is_total(target.unit or "")), None)
        wholes = [(total, by_parent[None])] if total else []
        wholes += [
            (target, by_parent[target.unit]) for target in by_parent[None] if len(by_parent.get(target.unit, ())) > 1
        ]
        yield from (fault for whole, parts in wholes if whole and (fault := _total_fault(whole, parts)))


def _total_fault(whole: Target, parts: Sequence[Target]) -> Anomaly | None:
    values = [part.value for part in parts]
    if len(values) < 2 or any(part.value_max is not None or part.op for part in parts) or whole.op:
        return None
    low, high = min(values), max(values)
    if whole.measure in ("%", "‰"):
        if low - CLOSE <= whole.value <= high + CLOSE:
            return None
        detail = f"{whole.unit} {_figure(whole)} nằm ngoài khoảng {shown(low)}–{shown(high)} của các đơn vị thành phần"
        return anomaly(annex_name(whole.appendix), "total_out_of_range", detail=detail, printed=whole.indicator[:200])
    if not _adds_up(whole, values):
        detail = f"{whole.unit} {_figure(whole)}, cộng các đơn vị thành phần được {shown(sum(values))}"
        return anomaly(annex_name(whole.appendix), "total_mismatch", detail=detail, printed=whole.indicator[:200])
    return None


def _adds_up(whole: Target, values: Sequence[float]) -> bool:
    """Whether counts add up; of anything else, only that the whole lies within its parts or is their sum."""
    summed = abs(sum(values) - whole.value) <= max(CLOSE, 0.001 * abs(whole.value))
    counts = (
        all(value == int(value) for value in (*values, whole.value)) and "bình quân" not in whole.indicator.casefold()
    )
    return summed or not counts or min(values) <= whole.value <= max(values)
