"""Bounces without a machine-readable part, as qmail, older Exim, MDaemon and others write them: read by their words."""

import re
from dataclasses import dataclass

from engine.mail.parts import Part, words

READ = 6000
"""Characters of a text in which a reason is looked for."""

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
"""An enhanced status code (RFC 3463)."""

REPLY = re.compile(r"(?<![\d.:-])([45][0-5]\d)(?=[ -]\S)")
"""A reply code of SMTP (RFC 5321, section 4.2)."""

ADDRESS = re.compile(r"[^\s<>()\[\]\"';:,=@]{1,64}@[^\s<>()\[\]\"';:,=@]{1,255}")

DAEMON = re.compile(
    r"\b(mailer[-_]?daemon|mail[-_]daemon|postmaster|mdaemon|mail delivery (sub)?system|delivery[-_]?agent)\b", re.I
)

FAILED = re.compile(
    r"undeliver|returned mail|failure notice|delivery (has )?fail|delivery (status notification )?\(?fail|"
    r"(can|could|was|were|been|be|is)( ?n[o']t| unable)( be| been)? (deliver|reach|sent)|did not reach|"
    r"unable to deliver|not able to deliver|failed to deliver|permanent(ly)? (error|fatal|fail)|fatal errors|"
    r"delivery error|message not delivered|giving up on it|failed recipient|"
    r"không (thể )?(gửi|phát|chuyển)( được)?|gửi (thư )?(không thành công|thất bại)|thư (bị )?trả lại",
    re.I,
)

DELAYED = re.compile(
    r"this is a warning message only|will (be )?(continue|retr)|attempts will continue|(not|hasn't) yet been delivered|"
    r"no action is required|still (being )?(trying|retried)|(message|mail|delivery)( is| has been)? delayed|"
    r"\bdelay(ed)? (of|for|\d)|do not (need to )?resend|sẽ (được )?(tiếp tục|thử)",
    re.I,
)

AWAY = re.compile(
    r"auto(matic)?[- ]?(reply|response|responder)|out[- ]of[- ](the )?office|vacation|"
    r"(trả lời|phản hồi|hồi đáp)( thư)? tự động|tự động (trả lời|phản hồi)|vắng mặt|đi công tác|nghỉ phép",
    re.I,
)

ORIGINAL = re.compile(
    r"^[-=*_ ]{2,}.{0,60}\b(copy of|original|unsent|returned|below|header|thư gốc)\b|^return-path:|^received: from",
    re.I,
)
"""Where a bounce without parts begins to repeat the original."""

REASONS = (
    (re.compile(r"quota|(mail)?box (is |was )?full|exceeded .{0,30}(storage|limit)|hộp thư .{0,20}đầy", re.I), "5.2.2"),
    (
        re.compile(
            r"user unknown|unknown (user|recipient|address|or illegal|local)|no such (user|mailbox|recipient|address)|"
            r"no mailbox here|not listed in|(does not|doesn't|not) exist|invalid (recipient|mailbox|address)|"
            r"(does not|doesn't) have an? .{0,60}account|"
            r"(recipient|address|user|mailbox)( address)? (rejected|not found|unknown)|không tồn tại",
            re.I,
        ),
        "5.1.1",
    ),
    (re.compile(r"any host|(host|domain)( name)?( is)? (unknown|not found)|unrouteable|bad domain", re.I), "5.1.2"),
    (re.compile(r"disabled|suspended|inactive|bị khóa|ngừng hoạt động", re.I), "5.2.1"),
    (re.compile(r"too (large|big)|exceeds .{0,30}size|size limit", re.I), "5.3.4"),
    (re.compile(r"spam|blocked|black ?list|policy|denied|refused by|content|SPF|DKIM|DMARC", re.I), "5.7.1"),
    (re.compile(r"time ?out|timed out|expired|too long|retry time|giving up|could not be reached", re.I), "4.4.7"),
)  # fmt: skip
"""What a server says in words, and the code that says the same. The first that fits."""


@dataclass(frozen=True)
class Said:
    """What a text says: that the mail is given up or late, why, and to whom it was going."""

    late: bool
    status: str
    reason: str
    recipient: str


def said(mail: Part, text: str) -> Said | None:
    """What a bounce in words says; None where the mail is no bounce.

    Only what comes from a mail system is taken for one: a person may write of mail that did not arrive.
    """
    subject = words(mail.field("subject"))
    failed_to = mail.field("x-failed-recipients")
    if not failed_to and not _from_system(mail):
        return None
    own = _before_original(text)
    if AWAY.search(subject) or not (
        failed_to or FAILED.search(subject) or FAILED.search(own) or DELAYED.search(subject)
    ):
        return None
    status, reason = reason_in(own)
    late = bool(DELAYED.search(subject) or DELAYED.search(own))
    return Said(late, status or "5.0.0", reason, (failed_to or _recipient(own, mail)).partition(",")[0].strip())


def reason_in(text: str) -> tuple[str, str]:
    """The status code that a text names or means, and the line that says it; both empty where none does."""
    text = text[:READ]
    reply, worded = REPLY.search(text), next(((r.search(text), code) for r, code in REASONS if r.search(text)), None)
    if exact := next((m for m in STATUS.finditer(text) if m[1][0] != "2" and not m[1].endswith(".0.0")), None):
        return exact[1], _line_at(text, exact.start())
    if worded and worded[0]:
        kind = reply[1][0] if reply else worded[1][0]
        return kind + worded[1][1:], _line_at(text, (reply or worded[0]).start())
    if reply:
        return f"{reply[1][0]}.0.0", _line_at(text, reply.start())
    if vague := STATUS.search(text):
        return vague[1], _line_at(text, vague.start())
    found = FAILED.search(text)
    return "", _line_at(text, found.start()) if found else ""


def is_automatic(mail: Part) -> bool:
    """Whether a machine answered for a person (RFC 3834), or says so in its subject."""
    submitted = mail.field("auto-submitted").partition(";")[0].strip().lower()
    if submitted not in {"", "no"} or any(mail.field(f"x-auto{kind}") for kind in ("reply", "respond", "responder")):
        return True
    return mail.field("precedence").lower() == "auto_reply" or bool(AWAY.search(words(mail.field("subject"))))


def _from_system(mail: Part) -> bool:
    senders = " ".join(words(mail.field(name)) for name in ("from", "sender", "return-path"))
    return bool(DAEMON.search(senders))  # an empty sender tells nothing: vacation programs write from it too


def _before_original(text: str) -> str:
    kept = []
    for line in text[:READ].splitlines():
        if ORIGINAL.match(line.strip()):
            break
        kept.append(line)
    return "\n".join(kept)


def _recipient(text: str, mail: Part) -> str:
    own = {*ADDRESS.findall(mail.field("from")), *ADDRESS.findall(mail.field("to"))}
    return next((found for found in ADDRESS.findall(text) if found not in own and not DAEMON.search(found)), "")


def _line_at(text: str, place: int) -> str:
    begin, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
    return text[begin : end if end >= 0 else len(text)]
