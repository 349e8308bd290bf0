"""From bytes to content lines (RFC 5545 section 3.1), naming what is wrong with the bytes."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from calendars.linter.findings import Findings

OCTETS = 75
MOST_LINES = 3_000_000
"""Twice those of 50,000 duties with alarms; after so many the rest is not read."""

NO_PARAMETERS: Mapping[str, list[str]] = MappingProxyType({})
BOM = b"\xef\xbb\xbf"
PHYSICAL = re.compile(rb"([^\n]*)(\n|\Z)")
NAME = re.compile(r"[A-Za-z0-9-]+(?=[;:])")
ITEM = r'(?:"[^"]*"|[^";:,]*)'
PARAMETER = re.compile(rf";([A-Za-z0-9-]+)=({ITEM}(?:,{ITEM})*)(?=[;:])")
PARAMETER_VALUE = re.compile(r'"([^"]*)"|([^",]+)')
CARET = re.compile(r"\^(?![n'^])")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
SEPARATOR = re.compile("[\x80-\x9f\u2028\u2029]")


class ContentLine(NamedTuple):
    """A property, or the BEGIN or END of a component: unfolded, its value as written.

    Attributes:
        name: in capitals.
        value: raw, still escaped.
        line: the number of its first physical line.
        parameters: by name in capitals; values without their quotes.
        last: the number of its last physical line.
        readable: whether its parameters were understood; if not, only that it is there is known.
    """

    name: str
    value: str
    line: int
    parameters: Mapping[str, list[str]] = NO_PARAMETERS
    last: int = 0
    readable: bool = True

    def parameter(self, name: str) -> str:
        """The first value of a parameter, empty without one."""
        return next(iter(self.parameters.get(name, ())), "")


@dataclass(slots=True)
class _Logical:
    """What is gathered of one content line."""

    line: int
    last: int
    octets: list[bytes]
    after_bad_end: bool


class Lines:
    """The content lines of a feed. Faults of line ends are told once: where they are wrong they mostly all are."""

    def __init__(self, data: bytes, findings: Findings) -> None:
        self._findings = findings
        self._bad_ends: list[int] = []
        self._count_bad = 0
        if data.startswith(BOM):
            findings.add("bom", 1, "Tệp bắt đầu bằng BOM.")
            data = data[len(BOM) :]
        if b"\n" not in data and data.count(b"\r") > 1:
            self._bad_end(1)
            data = data.replace(b"\r", b"\r\n")
        self._data = data

    def __iter__(self) -> Iterator[ContentLine]:
        for logical in self._unfolded():
            if (line := self._read(logical)) is not None:
                yield line
        if self._count_bad:
            more = f" ({self._count_bad} dòng)" if self._count_bad > 1 else ""
            self._findings.add("line-end", self._bad_ends[0], f"Hết dòng không bằng CRLF{more}.")

    def _unfolded(self) -> Iterator[_Logical]:
        """Physical lines put together; after a wrong line end, what is no line of its own is passed over."""
        current: _Logical | None = None
        bad_before = False
        for number, (octets, bad) in enumerate(self._physical(), start=1):
            if octets[:1] in (b" ", b"\t"):
                if current is None:
                    self._findings.add("fold-start", number, "Dòng bắt đầu bằng dấu cách mà không nối vào dòng nào.")
                    continue
                if 0x80 <= octets[1:2].ljust(1)[0] <= 0xBF:
                    self._findings.add("fold-character", number, "Chỗ gấp dòng cắt đôi một ký tự.")
                current.octets.append(octets[1:])
                current.last = number
            else:
                if current is not None:
                    yield current
                current = _Logical(number, number, [octets], bad_before)
            bad_before = bad
        if current is not None:
            yield current

    def _physical(self) -> Iterator[tuple[bytes, bool]]:
        """Each line without its end, and whether that end was wrong."""
        for number, match in enumerate(PHYSICAL.finditer(self._data), start=1):
            octets, end = match[1], match[2]
            if number > MOST_LINES:
                self._findings.add("unread", number, f"Tệp có hơn {MOST_LINES:,} dòng; phần sau không được đọc.")
                return
            if not end:
                if octets:
                    self._findings.add("last-line", number, "Tệp không kết thúc bằng CRLF.")
                    yield octets.replace(b"\r", b" "), False
                return
            bad = not octets.endswith(b"\r")
            octets = octets.removesuffix(b"\r")
            if b"\r" in octets:
                bad, octets = True, octets.replace(b"\r", b" ")
            if bad:
                self._bad_end(number)
            if len(octets) > OCTETS:
                self._findings.add("line-length", number, f"Dòng dài {len(octets)} byte.")
            yield octets, bad

    def _bad_end(self, number: int) -> None:
        self._count_bad += 1
        if not self._bad_ends:
            self._bad_ends.append(number)

    def _read(self, logical: _Logical) -> ContentLine | None:
        octets = b"".join(logical.octets)
        if not octets:
            if not logical.after_bad_end:
                self._findings.add("blank-line", logical.line, "Dòng trống.")
            return None
        text = self._text(octets, logical.line)
        name = NAME.match(text)
        if name is None:
            if not logical.after_bad_end:
                self._findings.add("syntax", logical.line, f"Không đọc được dòng “{text[:40]}”.")
            return None
        at = name.end()
        parameters: Mapping[str, list[str]] = NO_PARAMETERS
        if text[at] == ";":
            at, parameters = self._parameters(text, at, logical.line)
        if at < 0:
            return ContentLine(name[0].upper(), "", logical.line, last=logical.last, readable=False)
        return ContentLine(name[0].upper(), text[at + 1 :], logical.line, parameters, logical.last)

    def _text(self, octets: bytes, line: int) -> str:
        try:
            text = octets.decode()
        except UnicodeDecodeError as error:
            self._findings.add("utf8", line, f"Byte thứ {error.start + 1} của dòng không phải UTF-8.")
            return octets.decode(errors="replace")
        bad = CONTROL.search(text)
        if not text.isascii():
            if not unicodedata.is_normalized("NFC", text):
                self._findings.add("nfc", line, "Chữ ở dạng tách dấu (không phải NFC).")
            if other := SEPARATOR.search(text):
                self._findings.add("separator", line, f"Có ký tự U+{ord(other[0]):04X}.")
        if bad:
            self._findings.add("control", line, f"Có ký tự điều khiển U+{ord(bad[0]):04X}.")
        return text

    def _parameters(self, text: str, at: int, line: int) -> tuple[int, dict[str, list[str]]]:
        """Where the parameters end, -1 where that cannot be told; and what they are."""
        found: dict[str, list[str]] = {}
        while text[at] == ";":
            match = PARAMETER.match(text, at)
            if match is None:
                self._findings.add("parameter", line, f"Không đọc được tham số ở “{text[at : at + 40]}”.")
                return -1, {}
            name = match[1].upper()
            if name in found:
                self._findings.add("parameter", line, f"Tham số {name} có hai lần.")
            if CARET.search(match[2]):
                self._findings.add("parameter", line, f"Dấu ^ trong tham số {name} không theo RFC 6868.")
            found[name] = [quoted or plain for quoted, plain in PARAMETER_VALUE.findall(match[2])]
            at = match.end()
        return at, found
