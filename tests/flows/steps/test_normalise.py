"""From text to value: what can be made is made, what means two things names both, the rest is nothing."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.steps.days import Order
from flows.steps.normalise import Context, make
from flows.steps.numbers import Style
from schemas.catalogue import FieldType

NO_CONTEXT = Context()


@pytest.mark.parametrize(
    ("field_type", "text", "value"),
    [
        ("money", "1 234,50 EUR", "1234.50"),
        ("money", "€ 12,50", "12.50"),
        ("money", "-8,79", "-8.79"),
        ("money", "(12.50) USD", "-12.50"),
        ("money", "100,00 руб.", "100.00"),
        ("mass", "1 200,5 кг", "1200.5"),
        ("mass", "980.00", "980.00"),
        ("volume", "12.345 m³", None),
        ("integer", "24 паллеты", "24"),
        ("integer", "1 200", "1200"),
        ("identifier", "№ 12/26 от 05.03.2026", "12/26"),
        ("identifier", "INV-2026-0042", "INV-2026-0042"),
        ("currency", "USD", "USD"),
        ("country", "Китай", "CN"),
        ("date", "5 марта 2026 г.", "2026-03-05"),
        ("plate", "А123ВС777", "A123BC777"),
    ],
)
def test_a_text_becomes_the_value_of_its_type(field_type: FieldType, text: str, value: str | None) -> None:
    context = Context(style=None, date_words=frozenset({"от"}))
    assert make(field_type, text, context).value == value


@pytest.mark.parametrize(
    ("field_type", "text"),
    [
        ("money", "8 items"),
        ("money", "20 %"),
        ("mass", "red"),
        ("integer", "about ten"),
        ("currency", "kg"),
        ("date", "soon"),
        ("identifier", "......"),
    ],
)
def test_what_is_no_such_value_is_nothing(field_type: FieldType, text: str) -> None:
    made = make(field_type, text, NO_CONTEXT)
    assert made.value is None
    assert made.problem == ""


def test_a_day_that_can_be_two_is_no_value_and_names_both() -> None:
    made = make("date", "05/03/2026", NO_CONTEXT)
    assert (made.value, made.problem, made.meanings) == (None, "ambiguous_date", ("2026-03-05", "2026-05-03"))
    assert make("date", "05/03/2026", Context(order=Order.DAY_FIRST)).value == "2026-03-05"


def test_a_number_that_can_be_two_is_no_value_and_names_both() -> None:
    made = make("mass", "1,234 kg", NO_CONTEXT)
    assert (made.value, made.problem, set(made.meanings)) == (None, "ambiguous_number", {"1.234", "1234"})
    assert make("mass", "1,234 kg", Context(style=Style.COMMA_POINT)).value == "1234"


def test_the_form_of_a_date_that_is_none_is_unreadable() -> None:
    assert make("date", "31.02.2026", NO_CONTEXT).problem == "unreadable"


def test_tonnes_are_not_taken_for_kilograms() -> None:
    made = make("mass", "12,5 t", NO_CONTEXT)
    assert (made.value, made.problem) == (None, "unreadable")


@settings(max_examples=200, derandomize=True)
@given(st.sampled_from(get_args(FieldType)), st.text(max_size=60))
def test_no_text_makes_it_crash(field_type: FieldType, text: str) -> None:
    made = make(field_type, text, NO_CONTEXT)
    assert 0.0 <= made.fit <= 1.0
