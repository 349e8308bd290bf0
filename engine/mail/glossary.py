"""What an office's template may use, in a table for those who write one: every name with its meaning and an example."""

from dataclasses import dataclass, replace
from datetime import date

from engine.mail.render import Reason, Renderer
from engine.mail.samples import samples
from engine.mail.sandbox import attributes_of, methods_of


@dataclass(frozen=True)
class Entry:
    """One thing a template may use: how it is written, what it means, and what it holds in a sample."""

    written: str
    meaning: str
    example: str


def entries_of(name: str, renderer: Renderer) -> dict[str, list[Entry]]:
    """Heading → what the template of that name may use under it, from the classes themselves."""
    layout = name.startswith("digest")
    digest = replace(dict(samples("vi"))["20 việc"], reasons=(Reason("owner", "49/KH-MẪU", ("Sở A", "Sở B")),))
    section, line = digest.sections[0], digest.lines[0]
    given = {
        "digest": digest, "section": section, "block": section.blocks[0], "line": line, "news": line.news[0],
        "reason": digest.reasons[0],
    }  # fmt: skip
    found = {}
    for variable, value in given.items():
        kind, letter = type(value), variable if layout else variable[0]
        found[f"{variable} ({kind.__name__})"] = [
            *(
                Entry(f"{letter}.{one}", meaning_of(kind, one), _example(getattr(value, one)))
                for one in sorted(attributes_of(kind))
            ),
            *(Entry(f"{letter}.{one}(…)", meaning_of(kind, one), "") for one in sorted(methods_of(kind))),
        ]
    found["macro của lời thư"] = [
        Entry(f"words.{macro}(…)" if layout else f"{macro}(…)", MACROS.get(macro, "của cơ quan"), f"{count} tham số")
        for macro, count in sorted(renderer.macros.items())
    ]
    box = renderer.sandbox(escaped=False)
    found["bộ lọc"] = [Entry(f"…|{one}", FILTERS[one], "") for one in sorted(box.public_filters)]
    return found


def meaning_of(given: type, name: str) -> str:
    """The Vietnamese words for a field, property or method."""
    return MEANINGS.get(f"{given.__name__}.{name}") or MEANINGS[name]


def _example(value: object) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, list | tuple):
        plain = all(isinstance(one, str) for one in value)
        return "; ".join(map(str, value))[:60] if plain else f"danh sách {len(value)} mục"
    words = {True: "có", False: "không", None: ""}
    return words[value] if value is None or isinstance(value, bool) else str(value)[:60]


MEANINGS = {
    "name": "tên người nhận",
    "language": "ngôn ngữ của thư",
    "day": "ngày gửi; in bằng |day",
    "sections": "các kế hoạch, mỗi kế hoạch một phần",
    "office": "tên cơ quan gửi",
    "demo": "có phải bản thử",
    "reasons": "vì sao hộp thư này nhận được thư",
    "preferences": "địa chỉ trang cài đặt nhận thư; trống khi không có",
    "declinable": "cả thư chỉ để biết và có thể từ chối",
    "answerable": "có người đọc thư trả lời",
    "absences": "nhận thay những ai, mỗi người một lần",
    "of": 'các việc của một nhóm: of("escalation")',
    "within": "cùng thư ấy, rút gọn cho vừa số byte; bố cục không cần gọi",
    "lines": "tất cả các việc",
    "number": "số kế hoạch",
    "title": "tên kế hoạch; trống khi kế hoạch hạn chế",
    "url": "địa chỉ trang",
    "groups": "các nhóm có việc, gấp nhất trước",
    "blocks": "các nhóm có việc cùng nội dung, gấp nhất trước",
    "shown": "mỗi việc hiện thế nào trong thư dài: card, row, reference hay counted",
    "group": "nhóm của việc: reminder, escalation …",
    "count": "số việc của nhóm",
    "cards": "các việc nêu đầy đủ",
    "rows": "các việc nêu gọn một dòng",
    "references": "các việc chỉ nêu số mục",
    "more": "số việc không nêu cả số mục",
    "rung": "bậc nhắc: R7, E1 …",
    "ref": "số mục của việc",
    "task": "nội dung việc; trống khi kế hoạch hạn chế",
    "brief": "nội dung việc gọn một dòng",
    "size": "ước số byte HTML của việc",
    "tells": 'có thay đổi ấy không: tells("removed")',
    "agencies": "các cơ quan chủ trì",
    "last_day": "ngày cuối còn đúng hạn; in bằng |day",
    "left": "số ngày làm việc còn lại; âm khi đã quá",
    "role": "vì sao báo cho hộp thư này: owner, head …",
    "printed": "chữ trong văn bản ghi thời hạn",
    "bound": "before khi văn bản ghi “trước ngày”",
    "rule": "cách tính ngày cuối: before, month, quarter, counted …; trống khi văn bản ghi đúng ngày",
    "counted": "số đơn vị thời gian được đếm",
    "unit": "đơn vị được đếm: day, working_day, week, month",
    "counted_from": "đếm từ ngày này; in bằng |day",
    "rolled": "ngày tính ra là ngày nghỉ nên chuyển sang ngày làm việc kế tiếp",
    "cause": "hạn có do đâu: activation, amendment, answer, move, return, reopen, resume",
    "since": "hạn có hiệu lực từ ngày này; in bằng |day",
    "by_document": "văn bản làm căn cứ cho hạn",
    "reason": "lý do ghi khi đổi hạn",
    "for_name": "nhận thay ai; trống khi không nhận thay",
    "until": "người được nhận thay vắng đến hết ngày này; in bằng |day",
    "plan": "số kế hoạch",
    "detail": "câu trả lời của máy chủ thư",
    "means": "vì sao thư không đến",
    "remedy": "việc cần làm khi thư không đến",
    "unreached": "thư trước có bị trả lại",
    "lost": "hộp thư mà thư trước không tới được",
    "lost_role": "hộp thư ấy là của ai: owner, head, collaborators",
    "lost_for": "hộp thư ấy nhận thay ai",
    "informed": "đã có người báo cho cơ quan chủ trì bằng cách khác",
    "off_ahead": "từ nay tới hạn chỉ còn ngày nghỉ",
    "news": "những điều văn bản sửa đổi thay đổi",
    "authority": "số, ngày văn bản sửa đổi",
    "what": "điều gì thay đổi: deadline, owner …",
    "old": "chữ trước khi đổi",
    "new": "chữ sau khi đổi",
    "old_day": "ngày trước khi đổi",
    "new_day": "ngày sau khi đổi",
    "Reason.role": "vai của hộp thư trong kế hoạch: owner, head, coordinator …",
    "Reason.agencies": "của những cơ quan nào",
}
"""Field, property or method → what it means; with its class where the name means something else elsewhere."""

MACROS = {
    "subject": "tiêu đề thư",
    "counts": "đếm việc theo nhóm",
    "preheader": "dòng xem trước trong hộp thư",
    "named": "số mục và nội dung ngắn của việc",
    "task": "chữ “Nhiệm vụ”",
    "left": "còn, hay quá, bao nhiêu ngày làm việc",
    "greeting": "lời chào",
    "opening": "câu mở đầu",
    "plan": "đề mục của một kế hoạch",
    "heading": "đề mục của một nhóm",
    "due": "ngày cuối còn đúng hạn",
    "how": "cách tính ngày cuối",
    "since": "hạn có từ bao giờ, do đâu",
    "brief": "ngày cuối, hay điều đề nghị, gọn một dòng",
    "references": "lời dẫn các việc chỉ nêu số mục",
    "more": "lời về số việc không nêu",
    "instead": "việc này nhận thay ai",
    "absence": "thư này nhận thay ai, đến bao giờ",
    "owner": "cơ quan chủ trì",
    "news": "một điều thay đổi",
    "ask": "điều đề nghị người nhận làm",
    "unreached": "thư trước không đến được cơ quan chủ trì",
    "why": "vì sao nhận thư này",
    "reason": "một lý do nhận thư",
    "choice": "lời dẫn tới trang cài đặt nhận thư",
    "footer": "câu cuối thư",
    "demo": "dòng báo bản thử",
    "open_plan": "chữ của liên kết tới kế hoạch",
    "page": "chữ của liên kết tới trang cài đặt",
    "open": "chữ của liên kết tới nhiệm vụ",
}

FILTERS = {
    "capitalize": "viết hoa chữ đầu",
    "day": "ngày dạng dd/mm/yyyy",
    "default": "giá trị thay khi không có",
    "first": "mục đầu",
    "format": '"%02d"|format(số)',
    "join": 'nối lại: |join("; ")',
    "last": "mục cuối",
    "length": "đếm số mục",
    "list": "thành danh sách",
    "lower": "chữ thường",
    "map": 'lấy một thuộc tính: |map(attribute="ref")',
    "rejectattr": 'bỏ mục có thuộc tính: |rejectattr("unreached")',
    "selectattr": 'giữ mục có thuộc tính: |selectattr("unreached")',
    "sort": 'sắp xếp: |sort(attribute="last_day")',
    "trim": "bỏ khoảng trắng hai đầu",
    "truncate": "cắt ngắn: |truncate(60)",
    "unique": "bỏ trùng",
    "upper": "chữ hoa",
    "weekday": 'thứ trong tuần; |weekday("en") tiếng Anh',
}
