"""A proof in words: each entry, rung and mail as a Vietnamese sentence that claims no more than the log knows."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from engine.clock import local
from engine.queries.history import LogLine
from engine.rules.ladder import Policy
from web.words import BOUNDS, CAUSES, READINGS, STATES, TIMELINESS, TOLD, WAYS, rung_words, said

NOTES = (
    "Máy chủ thư trả lời “250” nghĩa là máy chủ đã nhận thư để chuyển đi; điều đó không chứng tỏ người nhận đã đọc. "
    "Thư không chứa dấu theo dõi việc mở thư.",
    "“Không ghi nhận thư trả lại” nghĩa là đến lúc lập hồ sơ chưa có thư trả lại nào đến địa chỉ nhận thư trả lại của "
    "văn phòng.",
    "Nhật ký ghi hộp thư bằng số; địa chỉ trong hồ sơ này lấy từ danh bạ lúc lập hồ sơ. “Ngày” là ngày nghiệp vụ, "
    "“Giờ máy” là giờ thật của máy ghi nhật ký, theo giờ Việt Nam.",
)
BEFORE = {"strict": "“trước ngày” thì ngày cuối là hôm trước", "inclusive": "“trước ngày” tính cả ngày ghi"}
ROLL = {"none": "không dời khi rơi vào ngày nghỉ", "next": "rơi vào ngày nghỉ thì dời sang ngày làm việc sau"}
LADDER = ("notice", "reminder", "escalation")
FARED = {
    "sent": "máy chủ thư đã nhận và không ghi nhận thư trả lại",
    "bounced": "thư bị trả lại sau khi máy chủ đã nhận",
    "again": "bị trả lại tạm thời, chờ gửi lại",
    "refused": "không gửi được",
    "withdrawn": "rút lại trước khi gửi",
    "waiting": "còn chờ gửi",
    "filed": "chỉ ghi thành tệp, không qua máy chủ thư",
}
"""What became of a mail, for counting."""
REASONS = {
    "the deadline was changed": "hạn đã thay đổi",
    "the duty went to another agency": "việc đã chuyển cho cơ quan khác",
    "the duty became unclear": "việc trở thành chưa rõ",
    "the duty was opened again": "việc được mở lại",
    "the recipient declined copies": "người nhận đã từ chối bản để biết",
}


def in_words(proof: dict[str, Any], policy: Policy) -> dict[str, Any]:
    """The proof with its sentences added.

    Args:
        proof: the facts, as `engine.proof.facts` gives them.
        policy: the ladder of the plan as it is now; rungs written under another one say so.
    """
    addresses = {told["mailbox"]: told["address"] for one in proof["entries"] for told in one["recipients"]}
    spoken = [_entry(one, policy, addresses) for one in proof["entries"]]
    parts = [_part(part, spoken) for part in proof["parts"]]
    texts = [text | {"said": _text(text)} for text in proof["texts"]]
    return proof | {
        "entries": spoken,
        "parts": parts,
        "texts": texts,
        "notes": list(NOTES),
        "how_the_date_came": _derivation(proof["why"], proof["task"]["wordings"][-1]),
    }


def _entry(one: dict[str, Any], policy: Policy, addresses: Mapping[int, str]) -> dict[str, Any]:
    line = one["sealed"]
    found = one | {"said": said(_log_line(line), policy, addresses), "rule": _rule(line, policy)}
    found["recipients"] = [told | {"verdict": verdict(told)} for told in one["recipients"]]
    if line["kind"] in LADDER and not one["recipients"]:
        found["none_told"] = (
            "Không gửi cho ai: bậc sau đã đến nên chỉ bậc sau được gửi."
            if line["superseded"]
            else "Không gửi cho ai: không có địa chỉ nào cho bậc này."
        )
    return found


def _log_line(line: dict[str, Any]) -> LogLine:
    return LogLine(
        entry_id=0,
        seq=line["seq"],
        at=datetime.fromisoformat(line["at"]),
        effective=date.fromisoformat(line["effective"]),
        plan=line["plan"],
        ref=line["ref"],
        agency=line["agency"],
        agency_key=line["agency_key"],
        assignment_id=None,
        kind=line["kind"],
        rung=line["rung"],
        version=line["deadline_version"],
        round=line["round"],
        last_day=date.fromisoformat(line["last_day"]) if line["last_day"] else None,
        superseded=line["superseded"],
        policy=line["policy"],
        data=line["data"],
        hash=line["hash"],
    )


def _rule(line: dict[str, Any], policy: Policy) -> dict[str, str] | None:
    """By which rule a rung was written: what it means, and the name of its ladder."""
    if line["kind"] not in LADDER:
        return None
    words = rung_words(line["rung"], policy)
    if not line["policy"]:
        return {"rung": f"Bậc {line['rung']}: {words}", "ladder": "ghi ngay khi có thay đổi, ngoài bậc thang"}
    now = "" if line["policy"] == policy.name else f" (nay là {policy.name}; lời giải thích theo bậc thang nay)"
    return {"rung": f"Bậc {line['rung']}: {words}", "ladder": f"theo bậc thang {line['policy']}{now}"}


def verdict(told: dict[str, Any]) -> str:
    """What is known of one mail to one mailbox."""
    to = f"tới {told['address']} ({TOLD.get(told['role'], told['role'])})"
    if told["taken_by"]:
        to += f", người nhận thay là {told['taken_by']['address']}"
    match told["outcome"]:
        case "withdrawn":
            return f"Không gửi {to}: đã rút lại vì {reason_words(told['withdrawn']['reason'])}."
        case "sent":
            return f"{_left(told, to)}{_reported(told)}; không ghi nhận thư trả lại."
        case "again":
            return f"{_left(told, to)}{_reported(told)}; đang chờ gửi lại."
        case "filed":
            return (
                f"Ghi thành tệp lúc {_clock(told['left']['sent_at'])}, thư {to}; hệ thống này chưa nối máy chủ thư nên "
                "thư không đi ra ngoài."
            )
        case "bounced":
            return f"{_left(told, to)}; sau đó thư bị trả lại: {_returned(told)}."
        case "refused":
            return f"Không gửi được {to}: {_returned(told) or told['error'] or 'không rõ lý do'}."
        case _:
            tried = f"; đã thử {told['attempts']} lần, lần cuối: {told['error']}" if told["error"] else ""
            return f"Chưa gửi {to}: còn chờ gửi{tried}."


def reason_words(reason: str) -> str:
    """Why an item was taken back; a reason without words here is quoted as the log has it."""
    if reason in REASONS:
        return REASONS[reason]
    for start, words in (("the duty is ", "việc đã ở trạng thái"), ("no longer waits for confirmation: ", "việc đã")):
        if reason.startswith(start):
            state = reason.removeprefix(start)
            return f"{words} “{STATES.get(state, state)}”"
    return f"kế hoạch không còn chạy ({reason})" if reason.startswith("the plan is ") else f"“{reason}”"


def _left(told: dict[str, Any], to: str) -> str:
    left = told["left"]
    when = f"lúc {_clock(left['sent_at'])}" if left["sent_at"] else f"ngày {_day(left['day'])}"
    copy = f" (lần gửi thứ {told['copies']})" if told["copies"] > 1 else ""
    return f"Đã gửi {when} {to}{copy}; máy chủ nhận, trả lời “{left['reply']}”"


def _reported(told: dict[str, Any]) -> str:
    """What came back that did not end the mail."""
    return "".join(
        f"; {'một lần bị trả lại tạm thời' if one['again'] else 'máy chủ báo còn chậm'}: “{_said_back(one)}” "
        f"(ghi nhận {_clock(one['at'])})"
        for one in told["reports"]
    )


def _returned(told: dict[str, Any]) -> str:
    return "; ".join(f"“{_said_back(back)}” (ghi nhận {_clock(back['at'])})" for back in told["bounces"])


def _said_back(back: dict[str, Any]) -> str:
    """The words of a server, with the status code where they lack it."""
    words: str = back["words"]
    return words if back["status"] in words else f"{back['status']} {words}".strip()


def _part(part: dict[str, Any], entries: list[dict[str, Any]]) -> dict[str, Any]:
    """An agency's duty with its standing in words, and what the log can be summed up to."""
    own = [one for one in entries if one["sealed"]["agency_key"] == part["agency_key"]]
    rungs = [one for one in own if one["sealed"]["kind"] in LADDER]
    mails = [told["outcome"] for one in rungs for told in one["recipients"] if told["role"] in ("owner", "stand_in")]
    acts = [one for one in own if one["sealed"]["kind"] == "act" and not one["sealed"]["data"].get("amendment")]
    passed = sum(one["sealed"]["superseded"] for one in rungs)
    counted = [f"{mails.count(outcome)} lần {words}" for outcome, words in FARED.items() if outcome in mails]
    summary = [
        f"{len(rungs)} bậc đã ghi{f', trong đó {passed} bậc không gửi vì bậc sau đã đến' if passed else ''}.",
        f"Báo cho chính cơ quan: {', '.join(counted) or 'chưa lần nào'}.",
    ]
    handed = [one for one in own if one["sealed"]["kind"] == "delivery" and "how" in one["sealed"]["data"]]
    summary += [
        f"Báo bằng cách khác: {WAYS.get(one['sealed']['data']['how'], '')} ngày {_day(one['sealed']['data']['date'])}."
        for one in handed
    ]
    first = next((f"{_day(one['sealed']['effective'])}, {one['said']}" for one in acts), "")
    summary.append(
        f"Thao tác đầu tiên ghi trên hệ thống về việc này: {first}."
        if first
        else "Chưa có thao tác nào của ai ghi trên hệ thống về việc này."
    )
    return part | {
        "state_said": STATES.get(part["state"], part["state"]),
        "timeliness_said": TIMELINESS.get(part["timeliness"], part["timeliness"]),
        "deadlines": [one | {"cause_said": CAUSES.get(one["cause"], one["cause"])} for one in part["deadlines"]],
        "summary": summary,
    }


def _derivation(why: dict[str, Any], wording: dict[str, Any]) -> list[list[str]]:
    """How the date came about, as rows of a label and a text; not where another wording was in force on the day."""
    if why["outdated"]:
        later = "nhiệm vụ được sửa đổi sau ngày này; ngày cuối của khi đó ở bảng các bản hạn dưới đây"
        return [["Ghi", wording["deadline_text"]], ["Lưu ý", later]]
    reading = why["reading"]
    words = (READINGS.get(str(reading.get("kind")), ""), BOUNDS.get(str(reading.get("bound")), ""))
    end = _day(reading["end"]) if reading.get("end") else ""
    rows = [
        ["Văn bản", ", ".join(filter(None, (why["source"], why["place"])))],
        ["Ghi", why["printed"]],
        *[["Hỏi và trả lời", f"{one['asked']} → “{one['value']}” ({one['by'] or ''})"] for one in why["answers"]],
        ["Đọc là", ", ".join(filter(None, (*words, end)))],
        ["Quy tắc", f"{BEFORE[why['before']]}; {ROLL[why['roll']]}"],
        ["Lịch làm việc", why["calendar"] + (" (tạm tính)" if why["provisional"] else "")],
        ["Ngày cuối còn đúng hạn", _day(why["last_day"]) if why["last_day"] else "chưa rõ"],
        *[["Sửa đổi", f"{one['authority']}, áp dụng {_day(one['day'])} ({one['by']})"] for one in why["amendments"]],
        *[["Đang hỏi", reason] for reason in why["questions"]],
    ]
    return [row for row in rows if row[1]]


def _text(text: dict[str, Any]) -> str:
    if text["text"] is not None:
        closed = " Mã riêng của người nhận trong địa chỉ liên kết đã được che." if "/u/…" in text["text"] else ""
        return f"Nội dung thư, dựng lại từ nhật ký, khớp mã băm.{closed}"
    if text["withheld"]:
        return "Thư gửi người nhận khác nên không in nội dung; chỉ nêu mã băm."
    return "Không dựng lại được đúng nội dung đã gửi (dữ liệu hoặc mẫu thư đã đổi từ đó); chỉ nêu mã băm."


def _clock(moment: str | None) -> str:
    return f"{local(datetime.fromisoformat(moment)):%H:%M ngày %d/%m/%Y}" if moment else "không rõ giờ"


def _day(day: str) -> str:
    return f"{date.fromisoformat(day):%d/%m/%Y}"
