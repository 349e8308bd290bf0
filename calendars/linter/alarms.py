"""Alarms (RFC 5545 section 3.6.6, RFC 9074): whole, of a kind that rings, and known again after a refresh."""

from datetime import timedelta

from calendars.linter.findings import Findings
from calendars.linter.lines import ContentLine
from calendars.linter.tree import Component
from calendars.linter.values import read_duration, read_when

DAY = timedelta(days=1)


def check_alarms(item: Component, findings: Findings) -> None:
    """Check the alarms of an event or a task."""
    alarms = item.named("VALARM")
    uids: set[str] = set()
    for alarm in alarms:
        _parts(alarm, findings)
        if trigger := alarm.first("TRIGGER"):
            _trigger(trigger, item, findings)
        uid = alarm.value("UID")
        if not uid:
            findings.add("alarm-uid", alarm.line, "VALARM không có UID.")
        elif uid in uids:
            findings.add("alarm-twice", alarm.line, "Hai VALARM cùng UID.")
        uids.add(uid)


def _parts(alarm: Component, findings: Findings) -> None:
    action = alarm.value("ACTION").upper()
    needed = {"ACTION", "TRIGGER"} | ({"DESCRIPTION"} if action in {"DISPLAY", "EMAIL"} else set())
    if missing := [name for name in sorted(needed) if not alarm.has(name)]:
        findings.add("alarm-parts", alarm.line, f"VALARM không có {', '.join(missing)}.")
    for name in ("ACTION", "TRIGGER", "DURATION", "REPEAT", "UID"):
        if len(found := alarm.all(name)) > 1:
            findings.add("once", found[1].line, f"{name} của VALARM có {len(found)} lần.")
    if action and action != "DISPLAY":
        findings.add("alarm-action", alarm.line, f"VALARM có ACTION:{action[:40]}.")
    if alarm.has("REPEAT") != alarm.has("DURATION"):
        findings.add("alarm-repeat", alarm.line, "VALARM chỉ có một trong hai: REPEAT, DURATION.")
    if alarm.has("ACKNOWLEDGED"):
        findings.add("alarm-acknowledged", alarm.line, "VALARM có ACKNOWLEDGED.")
    if alarm.has("PROXIMITY"):
        findings.add("alarm-proximity", alarm.line, "VALARM có PROXIMITY.")


def _trigger(trigger: ContentLine, item: Component, findings: Findings) -> None:
    """Relative to something that is there, at an hour of the day; or absolute, in UTC."""
    if trigger.parameter("VALUE").upper() == "DATE-TIME":
        moment = read_when(trigger.value)
        if moment is None or moment.is_date:
            findings.add("value", trigger.line, f"TRIGGER không phải thời điểm: “{trigger.value[:40]}”.")
        elif moment.kind != "utc":
            findings.add("utc", trigger.line, "TRIGGER không theo UTC.")
        return
    length = read_duration(trigger.value)
    if length is None:
        findings.add("value", trigger.line, f"TRIGGER không phải thời lượng: “{trigger.value[:40]}”.")
        return
    from_end = trigger.parameter("RELATED").upper() == "END"
    end = "DTEND" if item.name == "VEVENT" else "DUE"
    known = item.has(end) or (item.has("DTSTART") and item.has("DURATION")) if from_end else item.has("DTSTART")
    if not known and (from_end or item.name == "VTODO"):
        findings.add(
            "alarm-trigger", trigger.line, f"TRIGGER tính từ {end if from_end else 'DTSTART'} mà mục không có."
        )
    elif not length % DAY and _all_day(item):
        findings.add("alarm-midnight", trigger.line, f"TRIGGER:{trigger.value} reo lúc nửa đêm.")


def _all_day(item: Component) -> bool:
    for name in ("DTSTART", "DUE"):
        if line := item.first(name):
            when = read_when(line.value)
            return when is not None and when.is_date
    return False
