"""Feeds that are right, in several makers' styles, and a corpus of broken ones: each a right one with one defect."""

from dataclasses import dataclass

ZONE = """BEGIN:VTIMEZONE
TZID:Asia/Ho_Chi_Minh
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0700
TZOFFSETTO:+0700
TZNAME:+07
END:STANDARD
END:VTIMEZONE
"""
GOOD = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Mẫu//Lịch việc//VI
CALSCALE:GREGORIAN
NAME:Hạn nhiệm vụ
X-WR-CALNAME:Hạn nhiệm vụ
REFRESH-INTERVAL;VALUE=DURATION:PT6H
X-PUBLISHED-TTL:PT6H
X-WR-TIMEZONE:Asia/Ho_Chi_Minh
LAST-MODIFIED:20260105T020000Z
{ZONE}BEGIN:VEVENT
UID:6f1c0a2e-7f0a-4a0e-9d53-2f6b6c1b7a11
DTSTAMP:20260105T020000Z
CREATED:20260101T020000Z
LAST-MODIFIED:20260105T020000Z
SEQUENCE:3
DTSTART;VALUE=DATE:20260130
DTEND;VALUE=DATE:20260131
SUMMARY:[Hạn] Báo cáo kết quả\\, kiến nghị\\; "gửi": tỉnh
DESCRIPTION:Dòng một\\nDòng hai \\\\ hết
URL:https://viec.example.vn/t/1
TRANSP:TRANSPARENT
CLASS:CONFIDENTIAL
STATUS:CONFIRMED
BEGIN:VALARM
UID:0b8d0f8e-0d5a-4a77-8f0b-4a4a6a0d9c01
ACTION:DISPLAY
DESCRIPTION:Sắp đến hạn
TRIGGER:-PT16H
END:VALARM
BEGIN:VALARM
UID:0b8d0f8e-0d5a-4a77-8f0b-4a4a6a0d9c02
ACTION:DISPLAY
DESCRIPTION:Sắp đến hạn
TRIGGER:-P6DT16H
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:6f1c0a2e-7f0a-4a0e-9d53-2f6b6c1b7a12
DTSTAMP:20260105T020000Z
DTSTART;TZID=Asia/Ho_Chi_Minh:20260130T090000
DTEND;TZID=Asia/Ho_Chi_Minh:20260130T100000
SUMMARY:Họp giao ban
END:VEVENT
BEGIN:VTODO
UID:6f1c0a2e-7f0a-4a0e-9d53-2f6b6c1b7a13
DTSTAMP:20260105T020000Z
DUE;VALUE=DATE:20260131
SUMMARY:Nộp báo cáo
STATUS:COMPLETED
COMPLETED:20260105T020000Z
PERCENT-COMPLETE:100
BEGIN:VALARM
UID:0b8d0f8e-0d5a-4a77-8f0b-4a4a6a0d9c03
ACTION:DISPLAY
DESCRIPTION:Sắp đến hạn
TRIGGER;RELATED=END:-PT16H
END:VALARM
END:VTODO
END:VCALENDAR
"""
EMPTY = f"""BEGIN:VCALENDAR
PRODID:-//Mẫu//Lịch trống//VI
VERSION:2.0
X-PUBLISHED-TTL:PT1H
{ZONE}END:VCALENDAR
"""
FOLDED = """begin:vcalendar
version:2.0
prodid:mau
refresh-interval;value=duration:P1D
begin:vevent
uid:1
dtstamp:20260105T020000Z
dtstart;value=date:20260130
summary;language=vi:Một tiêu đề dài được gấp bằng dấu
 \x20rồi bằng dấu\x20
\ttab\\, và hết
categories:Báo cáo,Kế hoạch
transp:transparent
x-custom;x-p="a:b;c,d";x-q=e^'f:giá;trị,nào\\cũng&amp;được
end:vevent
end:vcalendar
"""
TZDATA_ZONE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Mẫu//Châu Âu//EN
X-PUBLISHED-TTL:PT12H
BEGIN:VEVENT
UID:a
DTSTAMP:20260105T020000Z
DTSTART;TZID="Europe/Berlin":20260130T090000
DURATION:PT1H
SUMMARY:Giờ mùa hè
BEGIN:VALARM
UID:b
ACTION:DISPLAY
DESCRIPTION:Sắp họp
TRIGGER;VALUE=DATE-TIME:20260130T070000Z
REPEAT:2
DURATION:PT5M
RELATED-TO;RELTYPE=SNOOZE:c
END:VALARM
END:VEVENT
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
END:VCALENDAR
"""
SAIGON = GOOD.replace("Asia/Ho_Chi_Minh", "Asia/Saigon")


def octets(text: str) -> bytes:
    """The feed as it goes out."""
    return text.replace("\n", "\r\n").encode()


RIGHT = {
    "ours": octets(GOOD),
    "empty": octets(EMPTY),
    "small letters and folds": octets(FOLDED),
    "a zone with summer time, declared after its use": octets(TZDATA_ZONE),
    "the older name of Vietnam's zone": octets(SAIGON),
}


@dataclass(frozen=True)
class Defect:
    """A change of the right feed, and the point that has to be found for it."""

    point: str
    old: str
    new: str

    def feed(self) -> bytes:
        """The broken feed."""
        assert GOOD.count(self.old) >= 1, self.old
        return octets(GOOD.replace(self.old, self.new, 1))


ALARM = "ACTION:DISPLAY\nDESCRIPTION:Sắp đến hạn\nTRIGGER:-PT16H\n"
START = "DTSTART;VALUE=DATE:20260130\n"
END = "DTEND;VALUE=DATE:20260131\n"
MEETING = "DTSTART;TZID=Asia/Ho_Chi_Minh:20260130T090000\nDTEND;TZID=Asia/Ho_Chi_Minh:20260130T100000\n"
UID = "UID:6f1c0a2e-7f0a-4a0e-9d53-2f6b6c1b7a1"
TITLE = "SUMMARY:Họp giao ban\n"
DONE = "STATUS:COMPLETED\nCOMPLETED:20260105T020000Z\n"
TASK = GOOD[GOOD.index("DUE;") : GOOD.index("END:VTODO")]

DEFECTS = (
    Defect("line-length", "Họp giao ban", "Họp giao ban " + "x" * 60),
    Defect("line-length", "Họp giao ban", "Họp " + "ệ" * 22),
    Defect("fold-start", "BEGIN:VCALENDAR\nVERSION", " \nBEGIN:VCALENDAR\nVERSION"),
    Defect("blank-line", "END:VEVENT\nBEGIN:VTODO", "END:VEVENT\n\nBEGIN:VTODO"),
    Defect("blank-line", "END:VCALENDAR\n", "END:VCALENDAR\n\n"),
    Defect("nfc", "Họp", "Ho\u0323p"),
    Defect("control", "Họp", "Họp\x07"),
    Defect("control", "Họp", "Họp\x00"),
    Defect("separator", "Họp", "Họp\u2028"),
    Defect("separator", "Họp", "Họp\x85"),
    Defect("syntax", "CLASS:CONFIDENTIAL", "CLASS CONFIDENTIAL"),
    Defect("syntax", TITLE, TITLE + "Họp: lần hai\n"),
    Defect("parameter", "SUMMARY:Họp", "SUMMARY;LANGUAGE:Họp"),
    Defect("parameter", "SUMMARY:Họp", 'SUMMARY;X-P="a:Họp'),
    Defect("parameter", "SUMMARY:Họp", "SUMMARY;X-P=a^b:Họp"),
    Defect("parameter", "SUMMARY:Họp", "SUMMARY;X-P=a;X-P=b:Họp"),
    Defect("nesting", "END:VEVENT\nBEGIN:VTODO", "BEGIN:VTODO"),
    Defect("nesting", "END:VALARM\nEND:VTODO", "END:VTODO"),
    Defect("nesting", "END:STANDARD\n", "END:STANDARD\nEND:DAYLIGHT\n"),
    Defect("nesting", "END:VCALENDAR\n", ""),
    Defect("outside", "END:VCALENDAR\n", "END:VCALENDAR\nX-AFTER:1\n"),
    Defect("several", "END:VCALENDAR\n", "END:VCALENDAR\nBEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nEND:VCALENDAR\n"),
    Defect("order", "END:VALARM\nEND:VTODO", "END:VALARM\nPRIORITY:1\nEND:VTODO"),
    Defect("once", TITLE, TITLE + TITLE),
    Defect("value", "PERCENT-COMPLETE:100", "PERCENT-COMPLETE:101"),
    Defect("value", "SEQUENCE:3", "SEQUENCE:-1"),
    Defect("value", START, "DTSTART;VALUE=DATE:20260230\n"),
    Defect("value", START, "DTSTART;VALUE=DATE:2026-01-30\n"),
    Defect("value", "X-PUBLISHED-TTL:PT6H", "X-PUBLISHED-TTL:6H"),
    Defect("value", "TZOFFSETTO:+0700", "TZOFFSETTO:+7"),
    Defect("value", "TRIGGER:-PT16H", "TRIGGER:-16H"),
    Defect("value-date", START, "DTSTART:20260130\n"),
    Defect("utc", "CREATED:20260101T020000Z", "CREATED:20260101T020000"),
    Defect("utc", "TRIGGER:-PT16H", "TRIGGER;VALUE=DATE-TIME:20260129T080000"),
    Defect("escape", "Họp giao ban", "Họp, giao ban"),
    Defect("escape", "Họp giao ban", "Họp; giao ban"),
    Defect("escape", "Họp giao ban", "Họp\\: giao ban"),
    Defect("escape", "Họp giao ban", "Họp giao ban\\\\\\"),
    Defect("html", "Họp giao ban", "Họp &amp\\; giao"),
    Defect("html", "Họp giao ban", "Họp &quot\\;giao ban&quot\\;"),
    Defect("uri", "URL:https://viec.example.vn/t/1", "URL:viec.example.vn/t/1"),
    Defect("uri", "URL:https://viec.example.vn/t/1", "URL:https://viec.example.vn/t 1"),
    Defect("version", "VERSION:2.0\n", ""),
    Defect("version", "VERSION:2.0", "VERSION:1.0"),
    Defect("version", "VERSION:2.0\n", "VERSION:2.0\nVERSION:2.0\n"),
    Defect("prodid", "PRODID:-//Mẫu//Lịch việc//VI\n", ""),
    Defect("calscale", "CALSCALE:GREGORIAN\n", "CALSCALE:GREGORIAN\nCALSCALE:GREGORIAN\n"),
    Defect("calscale", "CALSCALE:GREGORIAN", "CALSCALE:JULIAN"),
    Defect("method", "CALSCALE:GREGORIAN\n", "CALSCALE:GREGORIAN\nMETHOD:PUBLISH\n"),
    Defect("name", "X-WR-CALNAME:Hạn nhiệm vụ", "X-WR-CALNAME:Lịch khác"),
    Defect("name-language", "NAME:Hạn nhiệm vụ\n", "NAME:Hạn nhiệm vụ\nNAME:Hạn nhiệm vụ\n"),
    Defect("refresh-missing", "REFRESH-INTERVAL;VALUE=DURATION:PT6H\nX-PUBLISHED-TTL:PT6H\n", ""),
    Defect("refresh", "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "REFRESH-INTERVAL:PT6H"),
    Defect("refresh", "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "REFRESH-INTERVAL;VALUE=DURATION:PT0S"),
    Defect("refresh-differs", "X-PUBLISHED-TTL:PT6H", "X-PUBLISHED-TTL:PT12H"),
    Defect(
        "refresh-long",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H\nX-PUBLISHED-TTL:PT6H\n",
        "REFRESH-INTERVAL;VALUE=DURATION:P1W\nX-PUBLISHED-TTL:P1W\n",
    ),
    Defect("source", ZONE, "SOURCE:https://viec.example.vn/feeds/Zm9vYmFyYmF6cXV4cXV1eA.ics\n" + ZONE),
    Defect("color", ZONE, "COLOR:#ff0000\n" + ZONE),
    Defect("external", ZONE, "IMAGE;VALUE=URI;DISPLAY=BADGE:https://anh.example.vn/1.png\n" + ZONE),
    Defect("external", TITLE, TITLE + "CONFERENCE;VALUE=URI:https://hop.example.vn/1\n"),
    Defect("calendar-modified", "LAST-MODIFIED:20260105T020000Z\nBEGIN", "LAST-MODIFIED:20260104T020000Z\nBEGIN"),
    Defect("zone-missing", ZONE, ""),
    Defect("zone-twice", ZONE, ZONE + ZONE),
    Defect("zone-parts", "TZOFFSETFROM:+0700\n", ""),
    Defect("zone-vietnam", "TZOFFSETFROM:+0700", "TZOFFSETFROM:+0800"),
    Defect("zone-name", "X-WR-TIMEZONE:Asia/Ho_Chi_Minh", "X-WR-TIMEZONE:SE Asia Standard Time"),
    Defect("zone-name", "X-WR-TIMEZONE:Asia/Ho_Chi_Minh", "X-WR-TIMEZONE:Asia/Hanoi"),
    Defect("zone-where", START, "DTSTART;VALUE=DATE;TZID=Asia/Ho_Chi_Minh:20260130\n"),
    Defect("zone-where", "CREATED:", "CREATED;TZID=Asia/Ho_Chi_Minh:"),
    Defect("utc-shown", MEETING, "DTSTART:20260130T020000Z\nDTEND:20260130T030000Z\n"),
    Defect("floating", MEETING, "DTSTART:20260130T090000\nDURATION:PT1H\n"),
    Defect("uid", UID + "2\n", ""),
    Defect("uid", UID + "2\n", UID + "2\n" + UID + "9\n"),
    Defect("uid-twice", UID + "3\n", UID + "2\n"),
    Defect("uid-long", UID + "2\n", UID + "2" + "".join("\n " + "x" * 70 for _ in range(4)) + "\n"),
    Defect("uid-tells", UID + "2\n", UID + "2@maychu.example.vn\n"),
    Defect("dtstamp", "DTSTAMP:20260105T020000Z\nDUE", "DUE"),
    Defect("start", MEETING, ""),
    Defect("summary", TITLE, ""),
    Defect("modified", "CREATED:20260101T020000Z", "CREATED:20260106T020000Z"),
    Defect("end", END, "DTEND;VALUE=DATE:20260130\n"),
    Defect("end", MEETING, MEETING.replace("T100000", "T080000")),
    Defect("end-duration", MEETING, MEETING + "DURATION:PT1H\n"),
    Defect("end-type", END, "DTEND;TZID=Asia/Ho_Chi_Minh:20260130T170000\n"),
    Defect("duration", END, "DURATION:PT8H\n"),
    Defect("duration", TASK, "DURATION:P1D\nSUMMARY:Nộp báo cáo\n"),
    Defect("status", "STATUS:CONFIRMED", "STATUS:COMPLETED"),
    Defect("status", DONE, "STATUS:CONFIRMED\n"),
    Defect("cancelled", "STATUS:CONFIRMED", "STATUS:CANCELLED"),
    Defect("due", "DUE;VALUE=DATE:20260131\n", "DTSTART;VALUE=DATE:20260131\nDUE;VALUE=DATE:20260131\n"),
    Defect("completed", DONE, "STATUS:COMPLETED\n"),
    Defect("completed", DONE, "STATUS:IN-PROCESS\nCOMPLETED:20260105T020000Z\n"),
    Defect("transparent", "TRANSP:TRANSPARENT\n", ""),
    Defect("people", TITLE, TITLE + "ORGANIZER:mailto:lan@example.vn\n"),
    Defect("recurrence", TITLE, TITLE + "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1\n"),
    Defect("alarm-parts", "TRIGGER:-PT16H\n", ""),
    Defect("alarm-parts", ALARM, "ACTION:DISPLAY\nTRIGGER:-PT16H\n"),
    Defect("alarm-action", ALARM, "ACTION:AUDIO\nTRIGGER:-PT16H\n"),
    Defect("alarm-repeat", ALARM, ALARM + "REPEAT:2\n"),
    Defect("alarm-trigger", "TRIGGER;RELATED=END:-PT16H", "TRIGGER:-PT16H"),
    Defect("alarm-midnight", "TRIGGER:-PT16H", "TRIGGER:-P1D"),
    Defect("alarm-uid", "UID:0b8d0f8e-0d5a-4a77-8f0b-4a4a6a0d9c01\n", ""),
    Defect("alarm-twice", "4a4a6a0d9c02", "4a4a6a0d9c01"),
    Defect("alarm-acknowledged", ALARM, ALARM + "ACKNOWLEDGED:20260105T020000Z\n"),
    Defect("alarm-proximity", ALARM, ALARM + "PROXIMITY:ARRIVE\n"),
)

OF_BYTES = (
    ("bom", b"\xef\xbb\xbf" + octets(GOOD)),
    ("line-end", octets(GOOD).replace(b"\r\n", b"\n")),
    ("line-end", octets(GOOD).replace(b"\r\n", b"\r")),
    (
        "line-end",
        octets(GOOD.replace(TITLE, "")).replace(
            b"END:VEVENT\r\nBEGIN:VTODO", b"SUMMARY:H\nai\r\nEND:VEVENT\r\nBEGIN:VTODO"
        ),
    ),
    ("line-end", octets(GOOD).replace(b" giao ban", b" giao\rban")),
    ("last-line", octets(GOOD).removesuffix(b"\r\n")),
    ("fold-character", octets(GOOD).replace("Họp".encode(), b"H\xe1\xbb\r\n \x8dp")),
    ("utf8", octets(GOOD).replace("Họp".encode(), b"H\xf4p")),
    ("empty", octets(EMPTY.replace(ZONE, ""))),
)
"""Broken feeds whose defect is one of bytes, or of a feed of another kind."""
