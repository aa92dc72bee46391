"""Codes and names of countries and currencies, delivery terms, plates, containers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.steps import codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Казахстан", "KZ"), ("РК", "KZ"), ("Қазақстан", "KZ"), ("哈萨克斯坦", "KZ"), ("KAZ", "KZ"),
        ("КНР", "CN"), ("P.R. China", "CN"), ("Kina", "CN"), ("Çin", "CN"), ("中国", "CN"), ("Қытай", "CN"),
        ("Türkiye", "TR"), ("TURKEY", "TR"), ("Deutschland", "DE"), ("Allemagne", "DE"), ("Србија", "RS"),
        ("DE", "DE"), ("РФ", "RU"), ("Республика Беларусь", "BY"), ("China (CN)", "CN"), ("Georgia", "GE"),
    ],
)  # fmt: skip
def test_a_country_is_known_by_code_name_and_alias(text: str, code: str) -> None:
    assert codes.country(text) == code


@pytest.mark.parametrize("text", ["", "Moon", "XX", "Алматы", "GmbH", "China, Germany"])
def test_what_is_no_country_is_none(text: str) -> None:
    assert codes.country(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("USD", "USD"), ("US$", "USD"), ("$", "USD"), ("долл. США", "USD"), ("доллар США", "USD"), ("€", "EUR"),
        ("Euro", "EUR"), ("евро", "EUR"), ("руб.", "RUB"), ("₽", "RUB"), ("тенге", "KZT"), ("теңге", "KZT"),
        ("RMB", "CNY"), ("人民币", "CNY"), ("ЕUR", "EUR"), ("TL", "TRY"), ("USD (доллар США)", "USD"),
    ],
)  # fmt: skip
def test_a_currency_is_known_by_code_sign_and_name(text: str, code: str) -> None:
    assert codes.currency(text) == code


@pytest.mark.parametrize("text", ["", "¥", "kg", "Total", "crown", "USD / EUR"])
def test_an_unknown_or_shared_sign_is_no_currency(text: str) -> None:
    assert codes.currency(text) is None


def test_currencies_beside_amounts_are_found_and_never_a_default() -> None:
    assert codes.currencies_in("1 234,50 EUR") == {"EUR"}
    assert codes.currencies_in("12,50 € / 13.70 USD") == {"EUR", "USD"}
    assert codes.currencies_in("1 234,50") == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DAP Алматы, Казахстан (Incoterms 2020)", ("DAP", "Алматы, Казахстан", "2020")),
        ("FCA Urumqi", ("FCA", "Urumqi", "")),
        ("СРТ Минск, Инкотермс 2010", ("CPT", "Минск", "2010")),
        ("EXW", ("EXW", "", "")),
    ],
)
def test_delivery_terms_come_apart(text: str, expected: tuple[str, str, str]) -> None:
    assert codes.incoterm(text) == expected


@pytest.mark.parametrize("text", ["DAP or FCA", "delivery by truck", ""])
def test_no_term_or_two_terms_are_none(text: str) -> None:
    assert codes.incoterm(text) is None


def test_container_numbers_lose_spaces_and_look_alikes() -> None:
    assert codes.containers("ТСLU 123456-7, MSKU7654321") == ["TCLU1234567", "MSKU7654321"]


@settings(max_examples=150, derandomize=True)
@given(st.text(max_size=50))
def test_no_text_makes_it_crash(text: str) -> None:
    codes.country(text)
    codes.currency(text)
    codes.incoterm(text)
    codes.plate(text)
    codes.containers(text)
