"""The feed doctor on the bytes of a feed: each defect gives its finding, a right feed none, a hostile one an end."""

import pytest
from broken import DEFECTS, GOOD, OF_BYTES, RIGHT, Defect, octets
from hypothesis import given
from hypothesis import strategies as st

from calendars.linter import findings, lines
from calendars.linter.check import LIMIT, check_feed
from calendars.linter.findings import EACH
from calendars.linter.points import HTTP, POINTS, Severity
from engine.errors import BadInputError

ALONE = {"no-calendar", "unread"}
"""Points that stand for a file that is no feed at all; they have tests of their own."""


def points(data: bytes) -> list[str]:
    """What is found in a feed."""
    return [finding.point for finding in check_feed(data).findings]


@pytest.mark.parametrize("style", RIGHT)
def test_a_right_feed_has_no_finding(style: str) -> None:
    """In several makers' styles."""
    assert check_feed(RIGHT[style]).findings == []


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: f"{defect.point}: {defect.new[:30]!r}")
def test_each_defect_gives_exactly_its_finding(defect: Defect) -> None:
    """One defect, one finding."""
    assert points(defect.feed()) == [defect.point]


@pytest.mark.parametrize(("point", "data"), OF_BYTES, ids=[f"{n} {point}" for n, (point, _) in enumerate(OF_BYTES)])
def test_each_defect_of_bytes_gives_exactly_its_finding(point: str, data: bytes) -> None:
    """Line ends, encodings, and what is missing as a whole."""
    assert points(data) == [point]


def test_every_point_of_a_file_has_a_broken_feed() -> None:
    """No point is without its proof."""
    assert POINTS.keys() - HTTP.keys() - ALONE == {d.point for d in DEFECTS} | {point for point, _ in OF_BYTES}


def test_a_finding_names_line_place_and_remedy() -> None:
    """The line in the file, the component with UID and title, the section, and what to do."""
    feed = Defect("status", "STATUS:CONFIRMED", "STATUS:XONG").feed()
    report = check_feed(feed)
    finding = report.findings[0]
    assert feed.split(b"\r\n")[finding.line - 1] == b"STATUS:XONG"
    assert finding.place.component == "VEVENT"
    assert finding.place.uid == "6f1c0a2e-7f0a-4a0e-9d53-2f6b6c1b7a11"
    assert finding.place.summary == '[Hạn] Báo cáo kết quả, kiến nghị; "gửi": tỉnh'
    assert (finding.severity, finding.rfc) == (Severity.ERROR, "RFC 5545 3.8.1.11")
    assert "trạng thái" in finding.remedy
    assert (report.errors, report.warnings) == (1, 0)
    assert report.components == {"VTIMEZONE": 1, "VEVENT": 2, "VTODO": 1}


def test_a_fault_that_shows_only_at_the_end_still_names_its_place() -> None:
    """A zone may be declared after its use."""
    finding = check_feed(
        Defect("zone-missing", GOOD[GOOD.index("BEGIN:VTIMEZONE") : GOOD.index("BEGIN:VEVENT")], "").feed()
    ).findings[0]
    assert (finding.point, finding.place.summary) == ("zone-missing", "Họp giao ban")


def test_the_windows_name_of_a_zone_is_told_with_the_name_to_use() -> None:
    """As Outlook writes it."""
    feed = octets(
        GOOD.replace("TZID:Asia/Ho_Chi_Minh", "TZID:SE Asia Standard Time").replace(
            "TZID=Asia/Ho_Chi_Minh", "TZID=SE Asia Standard Time"
        )
    )
    found = check_feed(feed).findings
    assert [finding.point for finding in found] == ["zone-name"]
    assert "Asia/Ho_Chi_Minh" in found[0].what


def test_a_daylight_block_for_vietnam_is_found() -> None:
    """Vietnam has no summer time; with one alone clients shift every hour."""
    assert points(octets(GOOD.replace("BEGIN:STANDARD", "BEGIN:DAYLIGHT").replace("END:STANDARD", "END:DAYLIGHT"))) == [
        "zone-vietnam"
    ]


def test_an_alarm_forged_by_a_title_is_seen() -> None:
    """A maker that does not escape line ends lets a title add components."""
    forged = octets(GOOD.replace("Họp giao ban", "Họp\nBEGIN:VALARM\nACTION:EMAIL\nEND:VALARM"))
    assert {"alarm-parts", "alarm-action"} <= set(points(forged))


def test_of_the_same_fault_twenty_are_told_and_the_others_counted() -> None:
    """So that a feed of thousands of faults can be read."""
    event = "BEGIN:VEVENT\nUID:{}\nDTSTAMP:20260105T020000Z\nDTSTART:20260130T020000\nSUMMARY:a\nEND:VEVENT\n"
    report = check_feed(
        octets(GOOD.replace("END:VCALENDAR\n", "".join(map(event.format, range(50))) + "END:VCALENDAR\n"))
    )
    assert [finding.point for finding in report.findings] == ["floating"] * EACH
    assert report.untold == {"floating": 50 - EACH}
    assert report.errors == 50


@pytest.mark.parametrize(
    "data", [b"", b"\r\n", b"<!DOCTYPE html>\r\n<html></html>\r\n", b"\x00" * 1000, bytes(range(256)) * 40]
)
def test_what_is_no_calendar_is_said_to_be_none(data: bytes) -> None:
    """An empty file, a sign-in page, something binary."""
    assert "no-calendar" in points(data)


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_to_their_end(data: bytes) -> None:
    """Nothing makes it fail."""
    check_feed(data)


@given(st.integers(0, len(RIGHT["ours"]) - 1), st.binary(max_size=3))
def test_a_feed_cut_or_damaged_anywhere_is_read_to_its_end(at: int, inserted: bytes) -> None:
    """A cut feed is always found."""
    whole = RIGHT["ours"]
    check_feed(whole[:at] + inserted + whole[at:])
    assert points(whole[:at])


@pytest.mark.parametrize(
    "data",
    [
        b"BEGIN:A\r\n" * 300_000,
        b"BEGIN:VCALENDAR\r\nX:" + b"a" * 8_000_000,
        b"BEGIN:VCALENDAR\r\nX" + b";A=b" * 1_000_000 + b"\r\n",
        b"BEGIN:VCALENDAR\r\nSUMMARY:" + b"\\" * 4_000_000 + b"\r\n",
        b"BEGIN:VCALENDAR\r\nRRULE:" + b"A=1;" * 500_000 + b"\r\n",
        b"BEGIN:VCALENDAR\r\nX:" + b"a\r\n " * 1_000_000,
        b"BEGIN:VCALENDAR\r\n" + b"?\r\n" * 300_000,
        b"BEGIN:VCALENDAR\r\nDTSTART:" + b"9" * 4_000_000 + b"\r\n",
        b"\r" * 400_000,
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + b"END:X\r\n" * 300_000,
    ],
    ids=["deep", "long", "parameters", "backslashes", "rule", "folds", "garbage", "digits", "returns", "ends"],
)
def test_a_hostile_feed_comes_to_an_end(data: bytes) -> None:
    """Its faults are few and short whatever it holds."""
    report = check_feed(data)
    assert report.errors
    assert len(report.findings) <= EACH * len(POINTS)
    assert all(len(finding.what) <= 160 for finding in report.findings)


def test_a_feed_of_endless_lines_or_faults_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so, and what stands before is told."""
    monkeypatch.setattr(lines, "MOST_LINES", 200)
    assert "unread" in points(octets(GOOD.replace("END:VCALENDAR", "X-A:1\n" * 200 + "END:VCALENDAR")))
    monkeypatch.undo()
    monkeypatch.setattr(findings, "MOST", 10)
    assert {"value", "unread"} <= set(points(b"BEGIN:VCALENDAR\r\n" + b"SEQUENCE:a\r\n" * 30))


def test_a_feed_over_the_limit_is_refused() -> None:
    """A hundred megabytes are no feed."""
    with pytest.raises(BadInputError, match="64 MiB"):
        check_feed(bytes(LIMIT + 1))


def test_what_a_stranger_wrote_cannot_steer_the_terminal() -> None:
    """Escape sequences and marks that turn text around are taken out."""
    feed = octets(GOOD.replace("STATUS:CONFIRMED", "STATUS:\x1b[2J\u202eX"))
    texts = "".join(finding.what + str(finding.place) for finding in check_feed(feed).findings)
    assert not {"\x1b", "\u202e"} & set(texts)
