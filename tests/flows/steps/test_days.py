"""Days in all the languages, and the ones that can mean two."""

from __future__ import annotations

from datetime import date

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.steps import days
from flows.steps.days import Order


@pytest.mark.parametrize(
    "text",
    [
        "05.03.2026",
        "2026-03-05",
        "2026/03/05",
        "5 марта 2026 г.",
        "«05» марта 2026 года",
        "March 5, 2026",
        "5 March 2026",
        "5th March 2026",
        "05-Mar-2026",
        "05.03.26",
        "2026年3月5日",
        "2026 年 3 月 5 日",
        "5. März 2026",
        "5 mars 2026",
        "5 Mart 2026",
        "5. mart 2026.",
        "5. март 2026.",
        "2026 жылғы 5 наурыз",
        "5 наурыз 2026 ж.",
    ],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert [reading.certain for reading in days.readings(text)] == [date(2026, 3, 5)]


@pytest.mark.parametrize("text", ["05/03/2026", "05-03-2026"])
def test_figures_with_slashes_can_mean_two_days(text: str) -> None:
    (found,) = days.readings(text)
    assert found.certain is None
    assert found.days == {date(2026, 3, 5), date(2026, 5, 3)}
    assert found.in_order(Order.DAY_FIRST) == date(2026, 3, 5)
    assert found.in_order(Order.MONTH_FIRST) == date(2026, 5, 3)


def test_a_number_before_a_date_does_not_hide_it() -> None:
    assert [r.certain for r in days.readings("4139/26 dated 22 July 2026")] == [date(2026, 7, 22)]


def test_another_date_of_the_paper_decides_the_order() -> None:
    assert days.order_of(["05/03/2026", "25/03/2026"], ["en"]) is Order.DAY_FIRST
    assert days.order_of(["05/03/2026", "03/25/2026"], ["en"]) is Order.MONTH_FIRST


def test_dates_that_contradict_each_other_decide_nothing() -> None:
    assert days.order_of(["25/03/2026", "03/25/2026"], ["ru"]) is None


def test_a_language_that_writes_the_day_first_decides() -> None:
    assert days.order_of(["05/03/2026"], ["fr"]) is Order.DAY_FIRST
    assert days.order_of(["05/03/2026"], ["ru", "en"]) is None
    assert days.order_of(["05/03/2026"], []) is None


@pytest.mark.parametrize("text", ["31.02.2026", "2026-13-01", "30 февраля 2026", "12345", "INV-2026-0042", "1.2.3.4"])
def test_what_is_no_day_of_the_calendar_is_none(text: str) -> None:
    assert days.readings(text) == []


@settings(max_examples=60, derandomize=True)
@given(
    st.dates(date(1990, 1, 1), date(2090, 12, 31)),
    st.sampled_from(["en", "ru", "de", "fr", "tr", "sr_Latn", "zh", "kk"]),
)
def test_every_day_written_out_in_words_is_read_back(day: date, language: str) -> None:
    text = format_date(day, format="long", locale=language)
    assert [reading.certain for reading in days.readings(text)] == [day]


@settings(max_examples=200, derandomize=True)
@given(st.text(max_size=60))
def test_no_text_makes_it_crash(text: str) -> None:
    for reading in days.readings(text):
        assert reading.days
