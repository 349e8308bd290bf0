"""What a status code of mail means (RFC 3463 and the register it opened) to people, and what to do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Meaning:
    """What a class of codes says, and the remedy, in one language."""

    means: str
    remedy: str


Both = dict[str, Meaning]


def _both(vi: tuple[str, str], en: tuple[str, str]) -> Both:
    return {"vi": Meaning(*vi), "en": Meaning(*en)}


CORRECT = ("hỏi lại cơ quan và sửa địa chỉ (dondoc agency import)", "ask the agency and correct the address")
MEANINGS: dict[str, Both] = {
    "x.2.1": _both(
        ("hộp thư đã bị khóa hoặc không nhận thư", "hỏi cơ quan địa chỉ đang dùng, rồi sửa địa chỉ"),
        ("the mailbox is disabled", "ask the agency which address it uses, and correct it"),
    ),
    "x.2.2": _both(
        ("hộp thư đã đầy", "gọi điện đề nghị cơ quan dọn hộp thư; trong lúc chờ, báo bằng điện thoại hoặc văn bản"),
        ("the mailbox is full", "telephone the agency to make room; meanwhile tell it by telephone or on paper"),
    ),
    "x.2.3": _both(
        ("thư lớn hơn mức hộp thư cho phép", "báo quản trị mạng của cơ quan nhận nâng giới hạn"),
        ("the mail is larger than the mailbox takes", "ask the recipient's administrator to raise the limit"),
    ),
    "x.1.2": _both(
        ("tên miền của địa chỉ không có", CORRECT[0]), ("the domain of the address does not exist", CORRECT[1])
    ),
    "x.4.4": _both(
        ("không tìm thấy máy chủ thư của tên miền", CORRECT[0]),
        ("no mail server is known for the domain", CORRECT[1]),
    ),
    "x.4.7": _both(
        (
            "máy chủ thư của cơ quan nhận không trả lời trong nhiều ngày",
            "báo bằng điện thoại hoặc văn bản; hỏi quản trị mạng",
        ),
        (
            "the agency's mail server has not answered for days",
            "tell it by telephone or on paper; ask its administrator",
        ),
    ),
    "x.1": _both(("địa chỉ không có hoặc viết sai", CORRECT[0]), ("the address does not exist", CORRECT[1])),
    "x.2": _both(
        ("hộp thư không nhận được thư", "gọi điện hỏi cơ quan; nếu cần thì sửa địa chỉ"),
        ("the mailbox takes no mail", "telephone the agency; correct the address where needed"),
    ),
    "x.3": _both(
        ("máy chủ thư của cơ quan nhận gặp trục trặc", "báo quản trị mạng của cơ quan nhận"),
        ("the agency's mail system is in trouble", "tell the recipient's administrator"),
    ),
    "x.4": _both(
        ("không tới được máy chủ thư của cơ quan nhận", "báo bằng điện thoại hoặc văn bản; hỏi quản trị mạng hai bên"),
        ("the agency's mail server cannot be reached", "tell it by telephone or on paper; ask both administrators"),
    ),
    "x.5": _both(
        ("hai máy chủ thư không hiểu nhau", "báo quản trị mạng của văn phòng"),
        ("the two mail servers do not understand each other", "tell the office's administrator"),
    ),
    "x.6": _both(
        ("máy chủ nhận không nhận nội dung của thư", "báo quản trị mạng của văn phòng"),
        ("the server does not take the content", "tell the office's administrator"),
    ),
    "x.7": _both(
        (
            "máy chủ nhận chặn thư theo chính sách (bộ lọc, SPF, DKIM, DMARC)",
            "đề nghị quản trị mạng của cơ quan nhận cho phép địa chỉ của văn phòng; kiểm tra SPF và DKIM của văn phòng",
        ),
        (
            "the server blocks the mail by policy (filter, SPF, DKIM, DMARC)",
            "ask the recipient's administrator to allow the office's address; check the office's SPF and DKIM",
        ),
    ),
}
"""By subject and detail, then by subject alone; the class (4 or 5) says for how long, not what."""

UNCLEAR = _both(
    ("máy chủ không nói rõ lý do", "gọi điện hỏi cơ quan; nếu cần thì sửa địa chỉ"),
    ("the server gives no clear reason", "telephone the agency; correct the address where needed"),
)


def meaning(status: str, language: str = "vi") -> Meaning:
    """What a status such as `5.1.1` means, and what to do; of an unknown one what can be said."""
    _, _, rest = status.partition(".")
    subject = rest.partition(".")[0]
    found = MEANINGS.get(f"x.{rest}") or MEANINGS.get(f"x.{subject}") or UNCLEAR
    return found.get(language, found["vi"])
