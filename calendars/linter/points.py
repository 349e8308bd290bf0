"""The points on which a feed is checked: the section each stands on, how grave it is, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error breaks the standard or a common client; a warning is what clients show differently than meant."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Point:
    """One point.

    Attributes:
        rfc: the section it stands on.
        severity: how grave it is.
        remedy: what the maker of the feed does about it, in Vietnamese.
    """

    rfc: str
    severity: Severity
    remedy: str


def _error(rfc: str, remedy: str) -> Point:
    return Point(rfc, Severity.ERROR, remedy)


def _warning(rfc: str, remedy: str) -> Point:
    return Point(rfc, Severity.WARNING, remedy)


LINES = {
    "bom": _error("RFC 5545 3.1.4", "Bỏ ba byte BOM ở đầu tệp."),
    "line-end": _error("RFC 5545 3.1", "Kết thúc mọi dòng bằng CRLF; xuống dòng trong nội dung viết là \\n."),
    "last-line": _error("RFC 5545 3.1", "Thêm CRLF sau dòng cuối; tệp có thể đã bị cắt."),
    "line-length": _error("RFC 5545 3.1", "Gấp dòng để không dòng nào quá 75 byte: CRLF rồi một dấu cách."),
    "fold-character": _error("RFC 5545 3.1", "Gấp dòng giữa hai ký tự, không cắt đôi một ký tự UTF-8."),
    "fold-start": _error("RFC 5545 3.1", "Bỏ dấu cách ở đầu dòng đầu tiên: không có dòng nào trước đó để nối."),
    "blank-line": _error("RFC 5545 3.1", "Bỏ dòng trống; dòng trống trong nội dung viết là \\n."),
    "utf8": _error("RFC 5545 3.1.4", "Ghi tệp bằng UTF-8."),
    "nfc": _warning("RFC 5198 3", "Chuẩn hóa chữ về dạng dựng sẵn (NFC), để tìm kiếm thấy được."),
    "control": _error("RFC 5545 3.3.11", "Bỏ ký tự điều khiển khỏi nội dung."),
    "separator": _warning("RFC 5198 3", "Thay U+0085, U+2028, U+2029 bằng \\n: có ứng dụng coi đó là hết dòng."),
    "syntax": _error("RFC 5545 3.1", "Viết dòng theo mẫu TÊN;THAM-SỐ=giá trị:nội dung."),
    "parameter": _error("RFC 5545 3.2", "Đặt trong ngoặc kép giá trị tham số có : ; , và dùng ^' ^n ^^ (RFC 6868)."),
    "nesting": _error("RFC 5545 3.6", "Cho mỗi BEGIN một END cùng tên, đúng thứ tự và đúng chỗ."),
    "outside": _error("RFC 5545 3.4", "Chỉ để nội dung giữa BEGIN:VCALENDAR và END:VCALENDAR."),
    "unread": _error("RFC 5545 3.1", "Sửa các lỗi đã nêu rồi kiểm tra lại."),
    "several": _warning("RFC 5545 3.4", "Gộp vào một VCALENDAR: nhiều ứng dụng chỉ đọc lịch đầu tiên."),
    "order": _error("RFC 5545 3.6.1", "Đưa mọi thuộc tính lên trước BEGIN:VALARM: Outlook từ chối tệp này."),
    "once": _error("RFC 5545 3.6", "Chỉ ghi thuộc tính này một lần."),
    "value": _error("RFC 5545 3.3", "Viết lại giá trị đúng kiểu của thuộc tính."),
    "value-date": _error("RFC 5545 3.3.4", "Thêm ;VALUE=DATE cho ngày không có giờ."),
    "utc": _error("RFC 5545 3.8.7", "Ghi thời điểm theo UTC, có chữ Z ở cuối."),
    "escape": _error("RFC 5545 3.3.11", "Viết \\\\ \\; \\, \\n; các ký tự khác không thêm dấu \\ ở trước."),
    "html": _warning("RFC 5545 3.3.11", "Thoát ký tự theo iCalendar, không theo HTML."),
    "uri": _error("RFC 5545 3.3.13", "Ghi một URI đủ lược đồ, không dấu cách (người: mailto:…)."),
}
"""What a line can have wrong in itself."""

CALENDAR = {
    "no-calendar": _error("RFC 5545 3.4", "Bắt đầu bằng BEGIN:VCALENDAR; đây có thể không phải tệp lịch."),
    "version": _error("RFC 5545 3.7.4", "Ghi VERSION:2.0 đúng một lần."),
    "prodid": _error("RFC 5545 3.7.3", "Ghi PRODID đúng một lần."),
    "calscale": _error("RFC 5545 3.7.1", "Ghi CALSCALE:GREGORIAN nhiều nhất một lần."),
    "empty": _error("RFC 5545 3.6", "Lịch trống vẫn cần một thành phần: kèm VTIMEZONE."),
    "method": _warning("RFC 5546 1.4", "Bỏ METHOD: lịch đăng ký không phải thư mời."),
    "name": _warning("RFC 7986 5.1", "Ghi NAME và X-WR-CALNAME giống nhau."),
    "name-language": _error("RFC 7986 5.1", "Ghi mỗi ngôn ngữ nhiều nhất một NAME và một DESCRIPTION."),
    "refresh-missing": _warning("RFC 7986 5.7", "Thêm REFRESH-INTERVAL;VALUE=DURATION:PT6H và X-PUBLISHED-TTL:PT6H."),
    "refresh": _error("RFC 7986 5.7", "Viết REFRESH-INTERVAL;VALUE=DURATION: với thời lượng dương."),
    "refresh-differs": _warning("RFC 7986 5.7", "Ghi REFRESH-INTERVAL và X-PUBLISHED-TTL bằng nhau."),
    "refresh-long": _warning("RFC 7986 5.7", "Rút xuống nhiều nhất một ngày: Outlook lấy đó làm giới hạn dưới."),
    "source": _warning("RFC 7986 5.8", "Bỏ SOURCE: ai được gửi tệp này cũng mở được lịch."),
    "color": _error("RFC 7986 5.9", "Dùng tên màu của CSS3, như steelblue."),
    "external": _warning("RFC 7986 7", "Bỏ ảnh và liên kết họp ở máy chủ ngoài: chúng báo ai đã mở lịch."),
    "calendar-modified": _warning("RFC 7986 5.4", "Cho LAST-MODIFIED của lịch bằng lần sửa mới nhất trong đó."),
}
"""What a calendar can have wrong as a whole."""

ZONES = {
    "zone-missing": _error("RFC 5545 3.2.19", "Kèm VTIMEZONE cùng TZID: Outlook báo lỗi hoặc lệch giờ."),
    "zone-twice": _error("RFC 5545 3.6.5", "Ghi mỗi VTIMEZONE một lần."),
    "zone-parts": _error("RFC 5545 3.6.5", "VTIMEZONE cần TZID và một STANDARD có DTSTART, TZOFFSETFROM, TZOFFSETTO."),
    "zone-vietnam": _error("RFC 5545 3.6.5", "Việt Nam: một STANDARD, +0700 sang +0700, không có DAYLIGHT."),
    "zone-name": _warning("RFC 7808 3.1", "Dùng tên múi giờ IANA, như Asia/Ho_Chi_Minh."),
    "zone-where": _error("RFC 5545 3.2.19", "Bỏ TZID ở ngày không giờ và ở giờ UTC."),
    "floating": _error("RFC 5545 3.3.5", "Thêm TZID=Asia/Ho_Chi_Minh hoặc ghi UTC: giờ trôi đổi theo máy người xem."),
    "utc-shown": _warning("RFC 5545 3.3.5", "Dùng TZID: Outlook hiện “Coordinated Universal Time” cho giờ UTC."),
}
"""What goes wrong with hours and time zones."""

ITEMS = {
    "uid": _error("RFC 5545 3.8.4.7", "Ghi đúng một UID, không đổi suốt đời công việc."),
    "uid-twice": _error("RFC 5545 3.8.4.7", "Cho mỗi mục một UID riêng: mục trùng che nhau hoặc nhân đôi."),
    "uid-long": _error("RFC 7986 5.3", "Rút UID xuống nhiều nhất 255 byte."),
    "uid-tells": _warning("RFC 7986 5.3", "Dùng UUID ngẫu nhiên làm UID, không có tên máy hay tên người."),
    "dtstamp": _error("RFC 5545 3.8.7.2", "Ghi đúng một DTSTAMP: lần sửa cuối, theo UTC."),
    "start": _error("RFC 5545 3.8.2.4", "Thêm DTSTART."),
    "summary": _warning("RFC 5545 3.8.1.12", "Thêm SUMMARY: ứng dụng hiện mục không tên."),
    "modified": _error("RFC 5545 3.8.7.3", "LAST-MODIFIED không thể trước CREATED."),
    "end": _error("RFC 5545 3.8.2.2", "Ghi DTEND sau DTSTART; mục cả ngày: ngày hôm sau."),
    "end-duration": _error("RFC 5545 3.6.1", "Chọn một: thời điểm kết thúc hoặc DURATION."),
    "end-type": _error("RFC 5545 3.8.2.2", "Cho đầu và cuối cùng kiểu: cùng là ngày hoặc cùng là giờ."),
    "duration": _error("RFC 5545 3.6.1", "Mục cả ngày: DURATION tính bằng ngày hoặc tuần; có DURATION thì có DTSTART."),
    "status": _error("RFC 5545 3.8.1.11", "Dùng trạng thái mà loại mục này cho phép."),
    "cancelled": _warning("RFC 5545 3.8.1.11", "Bỏ mục, hoặc để CONFIRMED và ghi “[Đã hủy]”: Google giấu nó đi."),
    "due": _error("RFC 5545 3.8.2.3", "Ghi DUE sau DTSTART."),
    "completed": _warning("RFC 5545 3.8.2.1", "Ghi COMPLETED khi và chỉ khi STATUS:COMPLETED."),
    "transparent": _warning("RFC 5545 3.8.2.7", "Thêm TRANSP:TRANSPARENT: thời hạn không làm người ta bận cả ngày."),
    "people": _warning("RFC 5545 3.8.4", "Bỏ ORGANIZER, ATTENDEE khỏi lịch đăng ký: đó là dữ liệu cá nhân."),
    "recurrence": _warning("RFC 5545 3.8.5.3", "Ghi từng kỳ thành mục riêng: mỗi kỳ có trạng thái riêng."),
}
"""What an event or a task can have wrong."""

ALARMS = {
    "alarm-parts": _error("RFC 5545 3.6.6", "VALARM cần ACTION, TRIGGER, và DESCRIPTION khi ACTION:DISPLAY."),
    "alarm-action": _warning("RFC 5545 3.6.6", "Chỉ dùng ACTION:DISPLAY trong lịch chung."),
    "alarm-repeat": _error("RFC 5545 3.6.6", "REPEAT đi cùng DURATION, và ngược lại."),
    "alarm-trigger": _error("RFC 5545 3.8.6.3", "Tính TRIGGER từ mốc có trong mục; mục chỉ có DUE: RELATED=END."),
    "alarm-midnight": _warning("RFC 5545 3.8.6.3", "Mục cả ngày: trừ thêm giờ, như -PT16H là 8 giờ sáng hôm trước."),
    "alarm-uid": _warning("RFC 9074 4", "Cho mỗi VALARM một UID riêng, không đổi: chuông đã tắt thì không reo lại."),
    "alarm-twice": _error("RFC 9074 4", "Cho hai VALARM hai UID khác nhau."),
    "alarm-acknowledged": _warning("RFC 9074 6", "Bỏ ACKNOWLEDGED: đó là trạng thái của từng người."),
    "alarm-proximity": _warning("RFC 9074 8", "Bỏ PROXIMITY: thời hạn không phụ thuộc nơi chốn."),
}
"""What an alarm can have wrong."""

HTTP = {
    "redirect": _error("RFC 9110 15.4", "Trả lịch ngay ở địa chỉ đã đăng ký; chuyển hướng làm lộ mã trong địa chỉ."),
    "answer": _error("RFC 9110 15", "Trả 200 kèm lịch; lịch trống cũng là 200."),
    "media-type": _error("RFC 5545 3.1.4", "Trả Content-Type: text/calendar; charset=utf-8."),
    "nosniff": _warning("Fetch 3.6", "Thêm X-Content-Type-Options: nosniff."),
    "attachment": _warning("RFC 6266 4.2", "Bỏ Content-Disposition ở địa chỉ đăng ký: có ứng dụng tải về bản chết."),
    "etag": _error("RFC 9110 8.8.3", "Thêm ETag tính từ nội dung."),
    "etag-weak": _warning("RFC 9110 8.8.1", "Dùng ETag mạnh, tính từ chính các byte gửi đi."),
    "last-modified": _warning("RFC 9110 8.8.2", "Thêm Last-Modified: Apple hỏi lại chỉ bằng ngày giờ."),
    "last-modified-value": _error("RFC 9110 5.6.7", "Ghi Last-Modified đúng dạng ngày HTTP, không ở tương lai."),
    "stable": _error(
        "RFC 9110 8.8.3", "Cùng nội dung thì cùng từng byte: DTSTAMP là lần sửa cuối, không phải bây giờ."
    ),
    "not-modified": _error("RFC 9110 13.1.2", "Trả 304 khi If-None-Match có ETag đang dùng, kể cả danh sách, W/ và *."),
    "not-modified-headers": _warning("RFC 9110 15.4.5", "Lặp lại ETag, Last-Modified, Cache-Control trong 304."),
    "precedence": _error("RFC 9110 13.1.3", "Khi có If-None-Match thì bỏ qua If-Modified-Since."),
    "modified-since": _warning("RFC 9110 13.1.3", "Trả 304 khi If-Modified-Since bằng Last-Modified."),
    "modified-since-value": _error("RFC 9110 13.1.3", "Bỏ qua If-Modified-Since không đọc được, trả 200."),
    "head": _error("RFC 9110 9.3.2", "Trả HEAD như GET, cùng đầu thư, không có thân."),
    "gzip": _warning("RFC 9110 12.5.3", "Nén gzip khi được hỏi: lịch nhỏ đi khoảng mười lần."),
    "gzip-differs": _error("RFC 9110 8.4.1", "Bản nén giải ra phải đúng từng byte như bản không nén."),
    "caching": _warning("RFC 9111 5.2.2", "Trả Cache-Control: private, no-cache."),
    "referrer": _warning("Referrer Policy 3.1", "Thêm Referrer-Policy: no-referrer: mã nằm trong địa chỉ."),
    "robots": _warning("RFC 9309 1", "Thêm X-Robots-Tag: noindex: lịch không được vào máy tìm kiếm."),
    "https": _error("RFC 9110 4.2.2", "Chỉ phục vụ qua https: địa chỉ này là chìa khóa."),
    "secret-inside": _error("RFC 7986 5.8", "Bỏ địa chỉ đăng ký khỏi nội dung: ai được gửi tệp cũng mở được lịch."),
}
"""What the answers of a server can have wrong."""

POINTS = LINES | CALENDAR | ZONES | ITEMS | ALARMS | HTTP
