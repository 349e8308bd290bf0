"""Events and tasks (RFC 5545 sections 3.6.1 and 3.6.2): what their properties have to do with each other."""

from datetime import timedelta

from calendars.linter.alarms import check_alarms
from calendars.linter.findings import Findings
from calendars.linter.lines import ContentLine
from calendars.linter.tree import Component
from calendars.linter.values import When, read_duration, read_when

DAY = timedelta(days=1)
ONCE = (
    "CLASS", "COLOR", "COMPLETED", "CREATED", "DESCRIPTION", "DTEND", "DTSTART", "DUE", "DURATION", "GEO",
    "LAST-MODIFIED", "LOCATION", "ORGANIZER", "PERCENT-COMPLETE", "PRIORITY", "RECURRENCE-ID", "RRULE", "SEQUENCE",
    "STATUS", "SUMMARY", "TRANSP", "URL",
)  # fmt: skip
STATES = {
    "VEVENT": {"TENTATIVE", "CONFIRMED", "CANCELLED"},
    "VTODO": {"NEEDS-ACTION", "IN-PROCESS", "COMPLETED", "CANCELLED"},
    "VJOURNAL": {"DRAFT", "FINAL", "CANCELLED"},
}
LONGEST_UID = 255


def check_item(item: Component, findings: Findings, *, method: bool) -> None:
    """Check an event, a task or a note.

    Args:
        item: the component, ended.
        findings: where faults go.
        method: whether the calendar has a METHOD, which makes DTSTART optional.
    """
    _identity(item, findings)
    _once(item, findings)
    _texts(item, findings)
    if item.name == "VEVENT":
        _event(item, findings, method=method)
    elif item.name == "VTODO":
        _todo(item, findings)
    check_alarms(item, findings)


def when(item: Component, name: str) -> When | None:
    """A day or moment of a component; None where it is missing or was not understood."""
    line = item.first(name)
    return read_when(line.value, line.parameter("TZID")) if line else None


def _identity(item: Component, findings: Findings) -> None:
    uids = item.all("UID")
    if len(uids) != 1 or (uids[0].readable and not uids[0].value.strip()):
        findings.add("uid", item.line, f"{item.name} có {len(uids)} UID." if uids else f"{item.name} không có UID.")
    elif len(uids[0].value.encode()) > LONGEST_UID:
        findings.add("uid-long", uids[0].line, f"UID dài {len(uids[0].value.encode())} byte.")
    elif "@" in uids[0].value:
        findings.add("uid-tells", uids[0].line, "UID nêu tên máy hoặc tên người sau dấu @.")
    stamps = item.all("DTSTAMP")
    if len(stamps) != 1:
        findings.add("dtstamp", item.line, f"{item.name} có {len(stamps)} DTSTAMP.")
    made, changed = when(item, "CREATED"), when(item, "LAST-MODIFIED")
    if made and changed and made.later_than(changed):
        findings.add("modified", _line(item, "LAST-MODIFIED"), "LAST-MODIFIED trước CREATED.")


def _once(item: Component, findings: Findings) -> None:
    for name in ONCE:
        if len(found := item.all(name)) > 1:
            findings.add("once", found[1].line, f"{name} có {len(found)} lần.")


def _texts(item: Component, findings: Findings) -> None:
    if item.name != "VJOURNAL" and not item.has("SUMMARY"):
        findings.add("summary", item.line, f"{item.name} không có SUMMARY.")
    state = item.first("STATUS")
    if state and state.value.upper() not in STATES[item.name]:
        findings.add("status", state.line, f"{item.name} không có trạng thái “{state.value[:40]}”.")
    elif state and state.value.upper() == "CANCELLED" and item.name == "VEVENT":
        findings.add("cancelled", state.line, "Mục đã hủy: Google giấu đi, Apple gạch ngang.")
    for person in (*item.all("ORGANIZER"), *item.all("ATTENDEE"))[:1]:
        findings.add("people", person.line, f"Có {person.name}.")
    for rule in (*item.all("RRULE"), *item.all("RDATE"))[:1]:
        findings.add("recurrence", rule.line, f"Có {rule.name}.")
    for line in (*item.all("IMAGE"), *item.all("CONFERENCE")):
        if line.value.lower().startswith(("http:", "https:")):
            findings.add("external", line.line, f"{line.name} dẫn ra máy chủ ngoài.")


def _event(item: Component, findings: Findings, *, method: bool) -> None:
    start, end = when(item, "DTSTART"), when(item, "DTEND")
    if not method and not item.has("DTSTART"):
        findings.add("start", item.line, "VEVENT không có DTSTART.")
    if item.has("DTEND") and item.has("DURATION"):
        findings.add("end-duration", _line(item, "DURATION"), "Có cả DTEND lẫn DURATION.")
    _ends_after("end", item, "DTEND", findings)
    if start and start.is_date and not item.has("DTEND"):
        _whole_days(item, findings)
    if start and start.is_date and end != start and item.value("TRANSP").upper() != "TRANSPARENT":
        findings.add("transparent", item.line, "Mục cả ngày chiếm thời gian của người xem.")


def _todo(item: Component, findings: Findings) -> None:
    start = when(item, "DTSTART")
    if item.has("DUE") and item.has("DURATION"):
        findings.add("end-duration", _line(item, "DURATION"), "Có cả DUE lẫn DURATION.")
    elif item.has("DURATION") and not item.has("DTSTART"):
        findings.add("duration", _line(item, "DURATION"), "Có DURATION mà không có DTSTART.")
    elif start and start.is_date:
        _whole_days(item, findings)
    _ends_after("due", item, "DUE", findings)
    done, state = item.has("COMPLETED"), item.value("STATUS").upper() == "COMPLETED"
    if done != state:
        findings.add("completed", item.line, "Có COMPLETED mà chưa xong." if done else "Đã xong mà không có COMPLETED.")


def _ends_after(point: str, item: Component, name: str, findings: Findings) -> None:
    """The end is of the type of the start, and later."""
    start, end = when(item, "DTSTART"), when(item, name)
    if start is None or end is None:
        return
    if start.is_date != end.is_date:
        findings.add("end-type", _line(item, name), f"DTSTART và {name} khác kiểu.")
    elif end.later_than(start) is False:
        findings.add(point, _line(item, name), f"{name} không sau DTSTART.")


def _whole_days(item: Component, findings: Findings) -> None:
    length = read_duration(item.value("DURATION"))
    if length is not None and length % DAY:
        findings.add("duration", _line(item, "DURATION"), "Mục cả ngày có DURATION tính cả giờ.")


def _line(item: Component, name: str) -> int:
    found: ContentLine | None = item.first(name)
    return found.line if found else item.line
