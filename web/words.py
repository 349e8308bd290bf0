"""The Vietnamese words of the pages for what the engine names in English. One place, so that pages agree."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.mail.render import WEEKDAYS
from engine.queries.history import LogLine
from engine.rules.ladder import Anchor, Policy
from engine.rules.mail_status import meaning

TIMELINESS = {
    "not_due": "Chưa đến hạn",
    "due_soon": "Sắp đến hạn",
    "overdue": "Quá hạn",
    "done_on_time": "Xong đúng hạn",
    "done_late": "Xong quá hạn",
    "no_deadline": "Không có hạn",
    "unclear": "Chưa rõ",
    "suspended": "Tạm dừng",
    "cancelled": "Đã hủy",
}
CLASSES = {
    "done_on_time": "Hoàn thành đúng hạn",
    "done_late": "Hoàn thành quá hạn",
    "open_in_term": "Chưa xong, trong hạn",
    "open_overdue": "Chưa xong, quá hạn",
}
"""The official four, in the order of the report."""

STATES = {
    "assigned": "Đã giao",
    "in_progress": "Đang thực hiện",
    "submitted": "Đã nộp, chờ xác nhận",
    "completed": "Hoàn thành",
    "returned": "Trả lại làm tiếp",
    "suspended": "Tạm dừng",
    "cancelled": "Đã hủy",
}
PLAN_STATES = {"draft": "Chưa kích hoạt", "active": "Đang chạy", "suspended": "Tạm dừng", "closed": "Đã đóng"}
ROLES = {
    "coordinator": "Người điều phối",
    "agency": "Cơ quan",
    "supervisor": "Người giám sát",
    "inspector": "Đoàn kiểm tra",
}
TOLD = {
    "owner": "cơ quan chủ trì",
    "head": "người đứng đầu",
    "collaborators": "cơ quan phối hợp",
    "coordinator": "người điều phối",
    "supervisor": "người giám sát",
    "stand_in": "người điều phối (nhận thay)",
}
KINDS = {
    "notice": "Giao việc",
    "reminder": "Nhắc hạn",
    "escalation": "Đôn đốc",
    "act": "Xử lý",
    "ack": "Đã nắm",
    "hold": "Tạm giữ",
    "delivery": "Gửi thư",
    "bounce": "Thư không đến",
    "withdrawn": "Rút lại",
    "plan": "Kế hoạch",
}
MAIL = {
    "": "chờ gửi",
    "pending": "chờ gửi",
    "sending": "đang gửi",
    "sent": "đã gửi",
    "failed": "không gửi được",
    "withdrawn": "đã rút",
}
BLOCKS = {
    "deadline": "chưa tính được hạn nên chưa nhắc",
    "owner": "chưa rõ ai chủ trì nên chưa nhắc",
    "nothing": "không chặn việc nào",
}
EVENTS = {
    "accept": "nhận việc",
    "progress": "báo tiến độ",
    "decline": "từ chối",
    "submit": "nộp kết quả",
    "confirm": "xác nhận hoàn thành",
    "return": "trả lại để làm tiếp",
    "move": "dời hạn",
    "suspend": "tạm dừng",
    "resume": "cho làm tiếp",
    "cancel": "hủy",
    "reopen": "mở lại",
    "reassign": "chuyển cho cơ quan khác",
    "activate": "kích hoạt kế hoạch",
    "close": "đóng kế hoạch",
    "accept_offer": "nhận mục của văn bản thành việc",
    "decline_offer": "không nhận mục của văn bản",
    "withdraw_offer": "rút việc đã nhận",
    "answer": "trả lời câu hỏi",
    "unanswer": "rút câu trả lời",
    "set": "đổi thiết lập kế hoạch",
    "amend": "áp dụng văn bản sửa đổi",
    "wishes": "đổi cách nhận thư của một hộp thư",
    "clear_mailbox": "xác nhận một hộp thư nhận được trở lại",
}
CAUSES = {
    "activation": "kích hoạt kế hoạch",
    "amendment": "văn bản sửa đổi",
    "answer": "trả lời câu hỏi",
    "move": "dời hạn",
    "return": "trả lại để làm tiếp",
    "reopen": "mở lại",
    "resume": "làm tiếp sau khi tạm dừng",
}
READINGS = {
    "date": "một ngày cụ thể",
    "month": "một tháng",
    "quarter": "một quý",
    "year": "một năm",
    "range": "một khoảng thời gian",
    "recurring": "việc lặp lại theo kỳ",
    "ongoing": "việc thường xuyên, không có ngày kết thúc",
    "relative": "tính từ một việc khác",
    "unknown": "không đọc được ngày",
}
WAYS = {"phone": "qua điện thoại", "paper": "bằng văn bản giấy", "hand": "trao tay", "other": "bằng cách khác"}
"""How the coordinator saw to it that the owner knows, where mail did not arrive."""

BOUNDS = {"before": "“trước”", "by": "“chậm nhất”", "in": "“trong”"}


def weekday(day: date) -> str:
    """`thứ Ba`."""
    return WEEKDAYS["vi"][day.weekday()]


def rung_words(name: str | None, policy: Policy) -> str:
    """What a rung of the ladder is, said in full; a name the ladder lacks says what it can."""
    name = name or ""
    if name.startswith("N"):
        return "Giao việc" if name == "N" else "Giao lại cho cơ quan mới"
    if name.startswith("A."):
        return "Báo thay đổi theo văn bản sửa đổi"
    if name.startswith("W."):
        return "Rút hạn khỏi lịch"
    if name.startswith("C"):
        return "Chờ xác nhận kết quả"
    rung = next((rung for rung in policy.rungs if rung.name == name), None)
    if rung is None:
        return name
    match rung.anchor:
        case Anchor.LAST_DAY:
            return f"Nhắc trước {-rung.offset} ngày"
        case Anchor.LAST_WORKDAY:
            return f"Nhắc trước {-rung.offset} ngày làm việc" if rung.offset else "Nhắc vào ngày làm việc cuối"
        case _:
            return f"Đôn đốc sau {rung.offset} ngày làm việc quá hạn"


def said(line: LogLine, policy: Policy, addresses: Mapping[int, str]) -> str:
    """One entry of the log as a sentence."""
    data = line.data
    about = addresses.get(data.get("mailbox", 0), "")
    match line.kind:
        case "notice" | "reminder" | "escalation":
            words = rung_words(line.rung, policy)
            told = f"{words} – không gửi, vì bậc sau đã đến" if line.superseded else words
        case "act" | "plan":
            told = _act(data)
        case "ack":
            until = _day(data.get("held_until"))
            told = f"{data.get('by', '')} đã nắm: {data.get('comment', '')} (bậc kế tiếp chờ đến hết {until})"
        case "delivery" if "how" in data:
            told = _told_otherwise(data)
        case "delivery":
            refs = _listed(data.get("told", []))
            told = f"Thư số {data.get('message')} tới {about} về {refs}: {data.get('reply', '')}"
        case "bounce":
            told = _lost(data, about)
        case "withdrawn":
            told = f"Rút bậc {data.get('rung', '')} khỏi thư tới {about}: {data.get('reason', '')}"
        case _:
            told = KINDS.get(line.kind, line.kind)
    return told


def _lost(data: Mapping[str, Any], about: str) -> str:
    known = meaning(str(data.get("status", "")), "vi")
    told = f"Thư tới {about} không đến: {known.means}; {known.remedy}"
    return f"{told} (máy chủ: “{data['reply']}”)" if data.get("reply") else told


def _told_otherwise(data: Mapping[str, Any]) -> str:
    way = WAYS.get(data["how"], data["how"])
    return f"{data['by']} ghi nhận đã báo {way} ngày {_day(data['date'])}: {data['comment']}"


def _act(data: Mapping[str, Any]) -> str:
    event = str(data.get("event", ""))
    words = EVENTS.get(event, event)
    who = data.get("by") or ""
    parts = [f"{who}: {words}" if who else words[:1].upper() + words[1:]]
    if data.get("question"):
        value = f": “{data['value']}”" if data.get("value") else ""
        parts.append(f"{data['question']}{value}")
    if data.get("offer"):
        parts.append(str(data["offer"]))
    if data.get("document"):
        dated = f" ngày {_day(data['document_date'])}" if data.get("document_date") else ""
        parts.append(f"văn bản {data['document']}{dated}")
    if data.get("new_day"):
        parts.append(f"hạn mới {_day(data['new_day'])}")
    if data.get("deadlines"):
        parts.append(f"{data['deadlines']} nhiệm vụ có hạn bắt đầu được theo dõi")
    if data.get("reason"):
        parts.append(f"“{data['reason']}”")
    return "; ".join(parts)


def _listed(told: list[list[str]]) -> str:
    refs = list(dict.fromkeys(ref for ref, _ in told))
    shown = ", ".join(refs[:4])
    return f"{shown} và {len(refs) - 4} nhiệm vụ khác" if len(refs) > 4 else shown


def _day(text: str | None) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}" if text else ""
