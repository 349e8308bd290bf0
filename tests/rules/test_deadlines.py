"""Words to deadlines, and deadlines to last days."""

import datetime as dt

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.deadlines import Deadline, from_json, last_day, looks_like_deadline, read_deadline, to_json
from engine.rules.lunar import TET, tet

ISSUED = dt.date(2024, 2, 20)


def read(text: str, *, issued: dt.date | None = ISSUED, year: int | None = 2024) -> Deadline:
    """The deadline in a plan for 2024 issued on 20 February."""
    return read_deadline(text, issued=issued, year=year)


def weekdays(day: dt.date) -> bool:
    """A calendar without holidays."""
    return day.weekday() < 5


days = st.dates(min_value=dt.date(1945, 9, 2), max_value=dt.date(2150, 12, 31))


@given(
    day=days, words=st.sampled_from(["{}", "ngày {}", "trước ngày {}", "Xong trước ngày {}", "chậm nhất là ngày {}"])
)
def test_any_real_day_is_read_as_printed(day: dt.date, words: str) -> None:
    """A day written dd/mm/yyyy comes back as that day, whatever stands before it."""
    deadline = read(words.format(f"{day:%d/%m/%Y}"), issued=None, year=None)
    assert (deadline.kind, deadline.date, deadline.end) == ("date", day, day)
    assert deadline.bound == ("before" if "trước" in words else "by")


@given(day=days, form=st.sampled_from(["{d}.{m}.{y}", "{d}-{m}-{y}", "{d} / {m} / {y}", "ngày {d} tháng {m} năm {y}"]))
def test_every_way_to_write_a_day_reads_the_same(day: dt.date, form: str) -> None:
    """Slash, dot, dash and words are one date."""
    assert read(form.format(d=day.day, m=day.month, y=day.year)).end == day


@given(day=st.integers(0, 99), month=st.integers(0, 99), year=st.integers(0, 99999))
def test_an_impossible_day_is_never_given_a_date(day: int, month: int, year: int) -> None:
    """Either the printed day exists and is taken, or nothing is."""
    deadline = read(f"Xong trước ngày {day}/{month}/{year}")
    try:
        expected = dt.date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        expected = None
    assert deadline.end in (None, expected)
    assert (deadline.kind == "unknown") == (deadline.end is None)


VOCABULARY = """trước ngày tháng quý năm từ đến hết cuối đầu giữa trong 10 31/6 30/6/2024 2024 II hàng kể làm việc và
sau khi 15 lần thường xuyên hoàn thành T9/2024 0/1 ; , . / - ( )"""
WORDS = st.sampled_from(VOCABULARY.split())


REPEATED = st.tuples(
    st.sampled_from(["a,", "a: ", "(a ", "ngày ", "10 ngày ", "1/", "tháng 1 ", "mười "]), st.integers(1, 400)
)


@given(
    text=st.one_of(
        st.text(max_size=60), st.lists(WORDS, max_size=80).map(" ".join), REPEATED.map(lambda pair: pair[0] * pair[1])
    )
)
def test_unknown_never_has_a_date(text: str) -> None:
    """Whatever is thrown at it, the reader answers, and an unknown deadline has a reason and no day."""
    deadline = read(text)
    if deadline.kind == "unknown":
        assert (deadline.date, deadline.start, deadline.end) == (None, None, None)
        assert deadline.reason
    assert from_json(to_json(deadline)) == deadline
    last_day(deadline, is_working=weekdays)


@pytest.mark.parametrize(
    ("text", "kind", "start", "end", "bound"),
    [
        ("Xong trước ngày 07/4", "date", "2024-04-07", "2024-04-07", "before"),
        ("nộp trước 16h30 ngày 07/4/2024", "date", "2024-04-07", "2024-04-07", "before"),
        ("Trước ngày 08/4/2024 (thứ hai)", "date", "2024-04-08", "2024-04-08", "before"),
        ("Tháng 5", "month", "2024-05-01", "2024-05-31", "by"),
        ("trong tháng 5/2025", "month", "2025-05-01", "2025-05-31", "in"),
        ("T5/2025", "month", "2025-05-01", "2025-05-31", "by"),
        ("Quý III năm 2025", "quarter", "2025-07-01", "2025-09-30", "in"),
        ("quý 3/2025", "quarter", "2025-07-01", "2025-09-30", "in"),
        ("hết năm 2025", "year", "2025-01-01", "2025-12-31", "by"),
        ("nửa cuối năm 2025", "range", "2025-07-01", "2025-12-31", "by"),
        ("Quý I, II", "range", "2024-01-01", "2024-06-30", "by"),
        ("từ tháng 3 đến tháng 6/2025", "range", "2025-03-01", "2025-06-30", "by"),
        ("Từ 15/12 đến 15/01/2025", "range", "2024-12-15", "2025-01-15", "in"),
        ("Quý IV/2024 - quý I/2025", "range", "2024-10-01", "2025-03-31", "in"),
        ("từ nay đến 30/6", "range", "2024-02-20", "2024-06-30", "in"),
        ("Năm học 2025-2026", "range", "2025-09-01", "2026-05-31", "by"),
        ("Giữa tháng 5", "month", "2024-05-01", "2024-05-15", "by"),
        ("Thường xuyên trong năm", "ongoing", None, None, None),
        ("trước ngày 20 hằng tháng", "recurring", None, None, "before"),
        ("mỗi quý một lần, 01 lần/quý", "recurring", None, None, None),
        ("Trước kỳ họp giữa năm", "relative", None, None, "before"),
        ("Ngày mồng năm tháng tư năm 2025", "date", "2025-04-05", "2025-04-05", "by"),
        ("trước ngày hai mươi mốt tháng Mười một", "date", "2024-11-21", "2024-11-21", "before"),
        ("2025-04-07", "date", "2025-04-07", "2025-04-07", "by"),
        ("(Trước 07/4/2025)", "date", "2025-04-07", "2025-04-07", "before"),
        ("07/4/2025 (1)", "date", "2025-04-07", "2025-04-07", "by"),
        ("07/4/2025³", "date", "2025-04-07", "2025-04-07", "by"),
        ("không muộn hơn ngày 07/4/2025", "date", "2025-04-07", "2025-04-07", "by"),
        ("trước hoặc đúng ngày 07/4/2025", "date", "2025-04-07", "2025-04-07", "by"),
        ("Vào lúc 14 giờ 30, ngày 07/4/2025", "date", "2025-04-07", "2025-04-07", "by"),
        ("Thứ hai, ngày 07/4/2025", "date", "2025-04-07", "2025-04-07", "by"),
        ("hoàn thành 80% trước 07/4/2025", "date", "2025-04-07", "2025-04-07", "before"),
        ("07/4/2025 và những năm tiếp theo", "date", "2025-04-07", "2025-04-07", "by"),
        ("QIII/2025", "quarter", "2025-07-01", "2025-09-30", "in"),
        ("T7-T9/2025", "range", "2025-07-01", "2025-09-30", "by"),
        ("Chậm nhất đến hết tháng 7", "month", "2024-07-01", "2024-07-31", "by"),
        ("Trung tuần tháng 7", "month", "2024-07-11", "2024-07-20", "by"),
        ("ngày 12-14/7/2025", "range", "2025-07-12", "2025-07-14", "by"),
        ("Từ ngày 12 đến ngày 14 tháng 7", "range", "2024-07-12", "2024-07-14", "by"),
        ("12, 13/7", "range", "2024-07-12", "2024-07-13", "by"),
        ("9 tháng đầu năm 2025", "range", "2025-01-01", "2025-09-30", "by"),
        ("ba tháng cuối năm", "range", "2024-10-01", "2024-12-31", "by"),
        ("Từ đầu tháng 4 đến cuối tháng 7", "range", "2024-04-01", "2024-07-31", "in"),
        ("kể từ ngày ký đến hết tháng 7", "range", "2024-02-20", "2024-07-31", "in"),
        ("Quanh năm", "year", "2024-01-01", "2024-12-31", "in"),
        ("Trước Tết Nguyên đán Bính Ngọ", "relative", None, "2026-02-17", "before"),
        ("Ngay sau khi có hướng dẫn của cấp trên", "relative", None, None, None),
        ("Trước lễ tổng kết 5 ngày", "relative", None, None, "before"),
        ("Khi xảy ra sự cố", "ongoing", None, None, None),
    ],
)
def test_kinds_of_deadlines(text: str, kind: str, start: str | None, end: str | None, bound: str | None) -> None:
    """One wording of each kind, with its dates and its bound."""
    shown = to_json(read(text))
    assert (shown["kind"], shown["start"], shown["end"], shown["bound"]) == (kind, start, end, bound)


@pytest.mark.parametrize(
    ("text", "rule", "suggest"),
    [
        ("Xong trước ngày 0/11/2024", "invalid-date", ["2024-11-10", "2024-11-20", "2024-11-30"]),
        ("trước ngày 31/11/2024", "invalid-date", ["2024-11-03", "2024-11-30"]),
        ("5/14/2024", "invalid-date", ["2024-05-14"]),
        ("7/4/20244", "invalid-date", ["2024-04-07", "2044-04-07"]),
        ("2O/4/2024", "letter-for-digit", ["2024-04-20"]),
        ("Tháng 14", "invalid-date", []),
        ("quý VI/2024", "invalid-date", []),
        ("trước ngày 20", "day-without-month", []),
        ("IV/2024", "roman-before-year", []),
        ("2025, 2035", "two-milestones", []),
        ("trước 30/6 và trước 30/9", "two-milestones", ["2024-06-30", "2024-09-30"]),
        ("từ 30/6/2024 đến 30/5/2024", "end-before-start", []),
        ("Theo tiến độ của dự án", "other-document", []),
        ("", "empty", []),
        ("–", "empty", []),
        ("như trên", "ditto", []),
        ("không trước ngày 30/6/2024", "start-only", []),
        ("sau ngày 30/6/2024", "start-only", []),
        ("hội nghị năm 2024", "unread", []),
        ("từ tháng 5/2024", "start-only", []),
        ("9-11/2024", "mixed-marks", []),
        ("trong 0 ngày kể từ ngày ký", "no-term", []),
        ("1.6", "bare-number", ["2024-06-01"]),
        ("Thứ hai, ngày 08/4/2025", "weekday-conflict", ["2025-04-08"]),
        ("đầu năm học 2024-2025", "part-of-a-stretch", []),
        ("trước cuối tháng 7", "before-a-stretch", []),
        ("tuần 2 tháng 7", "week-of-month", ["2024-07-14"]),
        ("trước rằm tháng giêng", "lunar-date", []),
        ("dịp Quốc khánh 02/9", "named-day", ["2024-09-02"]),
        ("trước 15/01 năm sau", "next-year", ["2025-01-15"]),
        ("trước 07/4/2024 hoặc khi có kinh phí", "unread", ["2024-04-07"]),
        ("tháng 5/2024 và duy trì hằng năm", "two-milestones", []),
        ("trước ngày 5 hằng tháng, ngày 10 tháng cuối quý", "two-milestones", []),
        ("Theo Quyết định số 7/QĐ-UBND ngày 07/4/2023", "other-document", []),
    ],
)
def test_what_cannot_be_known_stays_unknown(text: str, rule: str, suggest: list[str]) -> None:
    """No date, the rule that stopped the reading, and only days a misprint may have meant."""
    shown = to_json(read(text))
    assert (shown["kind"], shown["rule"], shown["end"]) == ("unknown", rule, None)
    assert shown["suggest"] == suggest


def test_a_day_without_year_recurs_where_no_plan_year_is_known() -> None:
    """Without a plan year 07/4 is every 7 April, not a guess at one."""
    deadline = read("chậm nhất 07/4", year=None)
    assert (deadline.kind, deadline.dates, deadline.end) == ("recurring", ("04-07",), None)
    assert read("tháng 4", year=None).rule == "year-missing"


@pytest.mark.parametrize(
    ("text", "frequency", "day", "dates", "months_on"),
    [
        ("Ngày 18 tháng cuối quý", "quarterly", 18, (), 0),
        ("trước ngày 7 tháng đầu của quý sau", "quarterly", 7, (), 1),
        ("ngày 7 của tháng đầu quý", "quarterly", 7, (), -2),
        ("trước ngày 3 tháng sau", "monthly", 3, (), 1),
        ("gửi trước ngày 10/01 của năm liền kề năm báo cáo", "yearly", None, ("01-10",), 1),
        ("định kỳ trước 10/6 và 10/12", "half-yearly", None, ("06-10", "12-10"), 0),
        ("tháng 5 và tháng 11 hằng năm", "half-yearly", None, ("05-31", "11-30"), 0),
        ("quý III hằng năm", "yearly", None, ("09-30",), 0),
        ("mỗi năm hai lần", "half-yearly", None, (), 0),
        ("03 tháng/lần", "quarterly", None, (), 0),
        ("5 năm một lần", "unspecified", None, (), 0),
        ("hằng năm đến năm 2027", "yearly", None, (), 0),
    ],
)
def test_recurring_wordings(text: str, frequency: str, day: int | None, dates: tuple[str, ...], months_on: int) -> None:
    """How often, by which day, and in which month of its period; a reason where no day is printed."""
    deadline = read(text)
    assert (deadline.kind, deadline.frequency) == ("recurring", frequency)
    assert (deadline.day, deadline.dates, deadline.months_on) == (day, dates, months_on)
    assert bool(deadline.reason) == (day is None and not dates)


def test_a_recurring_duty_ends_where_the_wording_says() -> None:
    """The last day of the year named after "đến" or of a stretch of years."""
    assert read("hằng năm đến năm 2027").until == dt.date(2027, 12, 31)
    assert read("hằng năm, giai đoạn 2024-2026").until == dt.date(2026, 12, 31)


def test_tet_falls_on_the_day_the_calendar_gives() -> None:
    """The table of lunar new years agrees with an independent one."""
    calendar = holidays.country_holidays("VN", years=range(2016, 2031), language="en_US")
    printed = {day.year: day for day, name in calendar.items() if name == "Lunar New Year"}
    assert {year: tet(year) for year in TET} == printed


def test_a_long_sentence_about_time_is_no_deadline() -> None:
    """A task that begins with "Thường xuyên" or ends "theo kế hoạch" is not taken for its row's deadline."""
    assert looks_like_deadline("Theo kế hoạch của tỉnh")
    assert not looks_like_deadline(
        "Thường xuyên rà soát, cập nhật danh mục thiết bị của các trường trên địa bàn để bổ sung theo kế hoạch của tỉnh"
    )
    assert not looks_like_deadline("2.1")


def test_a_date_kept_up_afterwards_keeps_both() -> None:
    """The date is the deadline, and what goes on after it is said."""
    deadline = read("Trước ngày 07/4/2024; sau đó duy trì thường xuyên")
    assert (deadline.end, deadline.then) == (dt.date(2024, 4, 7), "ongoing")


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("trong 10 ngày kể từ ngày 01/3/2024", "2024-03-11"),
        ("Trong vòng 02 tuần từ ngày ban hành", "2024-03-05"),
        ("trong thời hạn 1 tháng kể từ ngày 31/01/2024", "2024-02-29"),
        ("trong 10 ngày kể từ ngày nhận được hồ sơ", None),
    ],
)
def test_counted_terms_count_from_the_day_after(text: str, end: str | None) -> None:
    """The first day is not counted, a month ends on its same day or its last, an unknown start stays unknown."""
    shown = to_json(read(text))
    assert (shown["kind"], shown["counted"], shown["end"]) == ("relative", True, end)
    assert bool(shown["reason"]) == (end is None)


def test_a_day_before_which_work_must_be_done_is_not_itself_on_time() -> None:
    """Strictly X - 1; X where the plan takes the word inclusively."""
    deadline = read("Xong trước ngày 08/4/2024")
    assert last_day(deadline, is_working=weekdays) == dt.date(2024, 4, 7)
    assert last_day(deadline, is_working=weekdays, before="inclusive") == dt.date(2024, 4, 8)


def test_before_a_month_ends_with_the_month_before_under_both_settings() -> None:
    """ "Trước tháng 6" is May, strictly or inclusively."""
    for text in ("trước tháng 6/2024", "trước quý III/2024", "trước năm 2025"):
        deadline = read(text)
        assert deadline.start is not None
        for before in ("strict", "inclusive"):
            last = last_day(deadline, is_working=weekdays, before=before)  # type: ignore[arg-type]
            assert last == deadline.start - dt.timedelta(days=1)


@given(day=days)
def test_a_printed_day_does_not_roll_unless_the_plan_says_so(day: dt.date) -> None:
    """A Sunday stays a Sunday; under roll = next it becomes the Monday after."""
    deadline = read(f"chậm nhất ngày {day:%d/%m/%Y}")
    assert last_day(deadline, is_working=weekdays) == day
    rolled = last_day(deadline, is_working=weekdays, roll="next")
    assert rolled is not None
    assert weekdays(rolled)
    assert 0 <= (rolled - day).days <= 2


def test_a_counted_term_ending_on_a_day_off_runs_to_the_next_working_day() -> None:
    """Ten days from Thursday 29/02/2024 end on Sunday 10/3; the duty runs through Monday."""
    assert last_day(read("trong 10 ngày kể từ ngày 29/02/2024"), is_working=weekdays) == dt.date(2024, 3, 11)


def test_working_days_are_counted_on_the_calendar_given() -> None:
    """Five working days after Friday 01/3/2024 end on Friday 08/3."""
    deadline = read("trong 5 ngày làm việc kể từ ngày 01/3/2024")
    assert deadline.end is None
    assert deadline.known
    assert last_day(deadline, is_working=weekdays) == dt.date(2024, 3, 8)


@pytest.mark.parametrize("text", ["Thường xuyên", "hàng năm", "khi có yêu cầu", "Theo kế hoạch riêng", ""])
def test_what_has_no_day_has_no_last_day(text: str) -> None:
    """Ongoing, recurring and unknown duties are never overdue by themselves."""
    assert last_day(read(text), is_working=weekdays) is None


def test_a_time_of_day_ends_on_that_day() -> None:
    """ "Trước 17 giờ ngày X" leaves X itself until that hour."""
    deadline = read("trước 17 giờ ngày 08/4/2024")
    assert (deadline.time, last_day(deadline, is_working=weekdays)) == ("17:00", dt.date(2024, 4, 8))


def test_cells_made_like_deadlines_are_told_from_others() -> None:
    """The anchor of a row: a broken date is one, an agency or a task text is none."""
    assert all(looks_like_deadline(text) for text in ("Xong trước ngày 0/11/2024", "Quý II", "Thường xuyên", "07/4"))
    assert not any(
        looks_like_deadline(text) for text in ("Sở Nội vụ", "Mở 04 lớp", "", "Tổng kết năm 2024", "x" * 9999)
    )
