"""What a recurring reading lacks, how a person's words fill it, and the terms on which it is agreed."""

from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.acceptance import Terms, agreed, needs_deadline
from engine.rules.deadlines import read_deadline
from engine.rules.periods import MONTHS, OFTEN, Schedule
from engine.rules.schedules import choices, fill, in_words, lacks, schedule_of
from engine.rules.terms import Deadline, from_json, to_json

TODAY = date(2026, 3, 2)


def read(words: str) -> Deadline:
    """A recurring wording as the reader takes it."""
    return read_deadline(words, issued=None, year=2026)


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ("trước ngày 15 hàng tháng", None),
        ("chậm nhất ngày 20 tháng cuối quý", None),
        ("chậm nhất ngày 20/6 và 20/12 hàng năm", None),
        ("hàng ngày", None),
        ("hàng tuần", "day"),
        ("định kỳ 6 tháng", "day"),
        ("ngày 20 hàng quý", "month"),
        ("định kỳ báo cáo", "frequency"),
    ],
)
def test_what_is_not_printed_is_asked(words: str, missing: str | None) -> None:
    """How often first, then the day, then which month of the period."""
    assert lacks(read(words)) == missing


def test_a_day_of_each_month_does_not_say_the_month_of_a_quarter() -> None:
    """ "trước ngày 15 hàng tháng", printed for a report of each quarter too."""
    assert lacks(replace(read("trước ngày 15 hàng tháng"), frequency="quarterly")) == "month"


@pytest.mark.parametrize(
    ("words", "topic", "value", "schedule"),
    [
        ("định kỳ báo cáo", "frequency", "trước ngày 15 hàng tháng", Schedule("monthly", 15, bound="before")),
        ("hàng tháng", "day", "20", Schedule("monthly", 20)),
        ("hàng tháng", "day", "trước ngày 20", Schedule("monthly", 20, bound="before")),
        ("hàng quý", "day", "chậm nhất ngày 25 tháng cuối kỳ", Schedule("quarterly", 25)),
        ("hàng quý", "day", "ngày 5 tháng đầu quý sau", Schedule("quarterly", 5, months_on=1)),
        ("hàng quý", "day", "ngày 5 tháng đầu quý", Schedule("quarterly", 5, months_on=-2)),
        ("định kỳ 6 tháng", "day", "15/6 và 15/12", Schedule("half-yearly", dates=("06-15", "12-15"))),
        ("hàng tuần", "day", "thứ sáu", Schedule("weekly", 5)),
        ("ngày 20 hàng quý", "month", "tháng cuối kỳ", Schedule("quarterly", 20)),
        ("ngày 20 hàng quý", "month", "tháng đầu kỳ sau", Schedule("quarterly", 20, months_on=1)),
    ],
)
def test_an_answer_fills_what_is_missing(words: str, topic: str, value: str, schedule: Schedule) -> None:
    """In the words of documents or as a bare number; a reading kept in a table is the same again."""
    filled = fill(read(words), topic, value)  # type: ignore[arg-type]
    assert schedule_of(filled) == schedule
    assert from_json(to_json(filled)) == filled


@pytest.mark.parametrize(
    ("topic", "value"),
    [("frequency", "thỉnh thoảng"), ("day", "sớm nhất"), ("day", "32"), ("day", "0"), ("month", "tháng nào cũng được")],
)
def test_words_that_are_no_answer_are_refused_with_how_to_write_one(topic: str, value: str) -> None:
    """Nothing is made of them."""
    with pytest.raises(ValueError, match="viết"):
        fill(read("hàng quý"), topic, value)  # type: ignore[arg-type]


@given(st.sampled_from(["định kỳ báo cáo", "hàng tháng", "hàng quý", "định kỳ 6 tháng", "ngày 20 hàng quý"]), st.data())
def test_every_suggested_answer_is_taken(words: str, data: st.DataObject) -> None:
    """Answering with the choices leads to a whole schedule in at most three steps."""
    current = read(words)
    for _ in range(3):
        topic = lacks(current)
        if topic is None:
            break
        current = fill(current, topic, data.draw(st.sampled_from(choices(current, topic))))
    assert schedule_of(current).frequency in MONTHS


@given(st.text(max_size=40), st.sampled_from(["frequency", "day", "month"]), st.sampled_from(OFTEN))
def test_any_words_are_an_answer_or_refused(words: str, topic: str, frequency: str) -> None:
    """Never another error."""
    with suppress(ValueError):
        filled = fill(Deadline(kind="recurring", text="", frequency=frequency), topic, words)  # type: ignore[arg-type]
        assert in_words(filled)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("trước ngày 15 hàng tháng", "hàng tháng, trước ngày 15"),
        ("chậm nhất ngày 20/6 và 20/12 hàng năm", "6 tháng một lần, chậm nhất ngày 20/06 và 20/12"),
        ("ngày 20 hàng quý", "hàng quý, chậm nhất ngày 20, chưa rõ tháng nào của kỳ"),
        ("hàng năm", "hàng năm, chưa rõ ngày"),
        ("hàng ngày", "hàng ngày"),
    ],
)
def test_a_schedule_is_said_in_words(words: str, said: str) -> None:
    """For a person to judge before accepting."""
    assert in_words(read(words)) == said


def test_a_target_is_agreed_only_with_a_day_that_a_person_sets() -> None:
    """The end of its year is a proposal."""
    end = date(2026, 12, 31)
    target = Deadline(kind="unknown", text="", reason="không ghi ngày", suggest=(end,))
    assert needs_deadline(target)
    with pytest.raises(ValueError, match="--as-proposed"):
        agreed(target, Terms("lan"), today=TODAY)
    assert agreed(target, Terms("lan", proposed=True), today=TODAY).end == end
    assert agreed(target, Terms("lan", last_day=date(2026, 11, 1)), today=TODAY).end == date(2026, 11, 1)
    assert agreed(target, Terms("lan", open_ended=True), today=TODAY).kind == "ongoing"


@pytest.mark.parametrize(
    ("words", "terms", "remedy"),
    [
        ("trước ngày 15 hàng tháng", Terms("lan"), "--until"),
        ("hàng tháng", Terms("lan", until=TODAY), "--day"),
        ("trước ngày 15 hàng tháng", Terms("lan", last_day=TODAY), "--frequency"),
        ("trước ngày 15 hàng tháng", Terms("lan", until=TODAY, close_day=32), "--close-day"),
        ("31/12/2026", Terms("lan", day="15"), "--deadline"),
        ("31/12/2026", Terms("lan", last_day=date(2026, 1, 5)), "đã qua"),
        ("theo kế hoạch của tỉnh", Terms("lan"), "--no-deadline"),
    ],
)
def test_terms_that_do_not_fit_are_refused_with_the_remedy(words: str, terms: Terms, remedy: str) -> None:
    """What is missing is named by the option that gives it."""
    with pytest.raises(ValueError, match=remedy):
        agreed(read(words), terms, today=TODAY)


def test_what_is_printed_is_agreed_as_printed() -> None:
    """A known day, and no word on time at all."""
    printed = read("trước ngày 15/12/2026")
    assert agreed(printed, Terms("lan"), today=TODAY) == printed
    none = Deadline(kind="ongoing", text="")
    assert agreed(none, Terms("lan"), today=TODAY) == none
