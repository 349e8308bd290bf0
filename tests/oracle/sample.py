"""From a plan draft (JSON, schema truth/1) to the duties the ladder is run for, read without the product."""

from datetime import date, timedelta
from typing import Any

from .ladder import Duty, working_day_on_or_after

ONE_DAY = timedelta(days=1)


def duties_of_draft(draft: dict[str, Any]) -> list[Duty]:
    """List one duty for each task and accountable agency, in the order of print; tasks without a last day have none."""
    duties: list[Duty] = []
    for task in draft["tasks"]:
        last_day = last_day_of(task["deadline"])
        if last_day is not None:
            duties += [(task["ref"], agency, last_day) for agency in agencies_of(task["owners"])]
    return duties


def agencies_of(owners: list[dict[str, Any]]) -> list[str]:
    """Name every accountable agency once: the members of a group, an open group itself, each co-owner."""
    names: list[str] = []
    for owner in owners:
        names += owner["members"] if owner["kind"] == "group" else [owner["name"]]
    return list(dict.fromkeys(names))


def last_day_of(deadline: dict[str, Any] | None) -> date | None:
    """Tell the last day on time under the default settings: "before" is strict, only a counted term rolls on."""
    if deadline is None or deadline.get("end") is None:
        return None
    end = date.fromisoformat(deadline["end"])
    if deadline.get("bound") == "before":
        if deadline["kind"] in ("month", "quarter", "year"):  # "trước tháng 6" ends before June begins
            return date.fromisoformat(deadline["start"]) - ONE_DAY
        return end - ONE_DAY
    if deadline["kind"] == "relative":  # "trong 10 ngày …" runs to the end of the next working day
        return working_day_on_or_after(end)
    return end
