"""Printed numbers: every form read back, ambiguity kept, and the style of a document decided by its arithmetic."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.steps.numbers import Product, Style, Sum, adds_up, decide, is_ambiguous, multiplies, parse, readings, split

quiet = settings(max_examples=200, deadline=None, derandomize=True)


def printed(value: Decimal, style: Style, places: int, group: str | None = None) -> str:
    whole, _, fraction = f"{value:.{places}f}".partition(".")
    sign = "-" if whole.startswith("-") else ""
    grouped = f"{int(whole.lstrip('-')):,}".replace(",", style.group if group is None else group)
    return sign + grouped + (style.decimal + fraction if fraction else "")


@quiet
@given(st.decimals(-(10**12), 10**12, places=4), st.sampled_from(list(Style)), st.integers(0, 4))
def test_a_number_is_read_back_in_the_style_it_was_printed_in(value: Decimal, style: Style, places: int) -> None:
    shown = printed(value, style, places)
    assert parse(shown, style) == Decimal(f"{value:.{places}f}")


@quiet
@given(st.decimals(0, 10**9, places=2), st.sampled_from("\u00a0\u2009\u202f "))
def test_any_blank_may_part_the_groups(value: Decimal, blank: str) -> None:
    assert parse(printed(value, Style.SPACE_COMMA, 2, blank)) == value


@quiet
@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert all(isinstance(reading.value, Decimal) for reading in readings(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(1 234,56)", "-1234.56"),
        ("−5,5", "-5.5"),
        ("1.234,56-", "-1234.56"),
        ("-$5.00", "-5.00"),
        ("1’234.56", "1234.56"),
        ("１２３．５", "123.5"),
        ("12,34,567.00", "1234567.00"),
        ("1234,5", "1234.5"),
        ("0,500", "0.500"),
        ("25,-", "25"),
        ("USD 1,234.50", "1234.50"),
        ("1 234,56 тенге", "1234.56"),
        ("125 шт.", "125"),
        ("12 m³", "12"),
        ("5%", "5"),
    ],
)
def test_forms_that_mean_one_thing_are_read_without_a_style(text: str, value: str) -> None:
    assert parse(text) == Decimal(value)


@pytest.mark.parametrize("text", ["12³", "3万", "12 тыс", "12 34", "10.05.2024", "A123", "1-2", "12 x 5", "", "—"])
def test_what_is_no_single_number_is_not_read(text: str) -> None:
    assert readings(text) == []


def test_one_comma_before_three_digits_stays_open_until_a_style_decides() -> None:
    assert is_ambiguous("1,234") and parse("1,234") is None
    assert parse("1,234", Style.COMMA_POINT) == 1234
    assert parse("1,234", Style.SPACE_COMMA) == Decimal("1.234")


def test_an_unambiguous_number_decides_the_style() -> None:
    assert decide(["1,234", "1,234.50"]) is Style.COMMA_POINT
    assert decide(["1 234,5", "1,234"]) is Style.SPACE_COMMA
    assert decide(["1,234", "500"]) is None


def test_arithmetic_decides_where_single_numbers_do_not() -> None:
    assert decide(relations=[Product("1,200", "3", "3,600")]) is None
    assert decide(relations=[Product("1,200", "500", "600")]) in (Style.COMMA, Style.SPACE_COMMA)
    decided = decide(relations=[Sum(("1,200", "900"), "2,100")])
    assert decided is Style.COMMA_POINT


def test_contradicting_numbers_decide_nothing() -> None:
    assert decide(["12.50", "12,50"]) is None


def test_units_and_signs_are_told_from_the_digits() -> None:
    found = split("(12,5) кг")
    assert found is not None
    assert (found.is_negative, found.digits, found.after) == (True, "12,5", "кг")


def test_rounding_of_the_printed_digits_is_allowed_and_no_more() -> None:
    assert multiplies(Decimal(5), Decimal("4.10"), Decimal("20.48"))
    assert not multiplies(Decimal(5), Decimal("4.10"), Decimal("20.60"))
    assert adds_up([Decimal("1.25"), Decimal("2.25")], Decimal("3.5"))
    assert not adds_up([Decimal("1.25"), Decimal("2.25")], Decimal("3.6"))
