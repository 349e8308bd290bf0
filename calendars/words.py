"""The words of calendars in both languages."""

from collections.abc import Mapping

MARKS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "": "Hạn",
        "completed": "Xong",
        "submitted": "Đã nộp",
        "suspended": "Tạm dừng",
        "cancelled": "Đã huỷ",
    },
    "en": {
        "": "Due",
        "completed": "Done",
        "submitted": "Handed in",
        "suspended": "Suspended",
        "cancelled": "Cancelled",
    },
}
"""What stands before a title, by the state of the duty."""

RULES = {
    "vi": {
        "strict": "“trước” không kể ngày đó",
        "inclusive": "kể cả ngày đó",
        "by": "kể cả ngày đó",
        "in": "đến hết thời gian ghi",
    },
    "en": {
        "strict": "“trước” (before) leaves that day out",
        "inclusive": "that day included",
        "by": "that day included",
        "in": "to the end of the time printed",
    },
}
"""How the printed words were taken."""

CAUSES = {
    "vi": {
        "amendment": "theo văn bản sửa đổi",
        "answer": "theo trả lời của người điều phối",
        "move": "đã dời hạn",
        "return": "kết quả trả lại để làm tiếp",
        "reopen": "nhiệm vụ mở lại",
        "resume": "cộng những ngày tạm dừng",
    },
    "en": {
        "amendment": "by an amending document",
        "answer": "by an answer of the coordinator",
        "move": "moved",
        "return": "the result was returned",
        "reopen": "the duty was opened again",
        "resume": "the days of suspension were added",
    },
}
"""Why a deadline is not the one first printed."""

WORDS = {
    "vi": {
        "task": "Nhiệm vụ",
        "helps": "phối hợp",
        "leads": "Cơ quan chủ trì",
        "last": "Ngày cuối còn đúng hạn",
        "how": "Cách tính hạn",
        "printed": "văn bản ghi",
        "by": "theo",
        "place": "Kế hoạch {number}, mục {ref}",
        "feed": "Hạn nhiệm vụ",
        "coordinator": "các kế hoạch {name} điều phối",
        "supervisor": "các kế hoạch {name} giám sát",
        "plan": "kế hoạch {number}",
    },
    "en": {
        "task": "Task",
        "helps": "helping",
        "leads": "Lead agency",
        "last": "Last day on time",
        "how": "How the date came about",
        "printed": "the document says",
        "by": "under",
        "place": "Plan {number}, item {ref}",
        "feed": "Deadlines",
        "coordinator": "plans coordinated by {name}",
        "supervisor": "plans supervised by {name}",
        "plan": "plan {number}",
    },
}
