"""Numbers that carry their own proof, against published and computed examples, and against any text at all."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.identifiers import container, kz_bin, plate, tax_id
from schemas.identifiers.errors import InvalidIdentifier, WrongCheckDigit, WrongForm
from schemas.identifiers.letters import to_latin
from schemas.record import Outcome

_VECTORS = Path(__file__).with_name("vectors.csv")


def vectors() -> list[tuple[str, str, str, str]]:
    with _VECTORS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return [(r["kind"], r["country"], r["value"], r["expected"]) for r in rows]


@pytest.mark.parametrize(("kind", "country", "value", "expected"), vectors())
def test_the_vector_comes_out_as_published(kind: str, country: str, value: str, expected: str) -> None:
    if kind == "container":
        assert container.is_valid(value) is (expected == "valid")
        return
    checked = tax_id.check_tax_id(value, country)
    assert checked.outcome is (Outcome.HOLDS if expected == "valid" else Outcome.VIOLATED), checked.why
    if kind == "kz_bin":
        assert kz_bin.is_valid(value) is (expected == "valid")


def test_cyrillic_letters_that_look_latin_become_latin_and_are_told() -> None:
    repaired = container.repair("СSQU 305438-3")
    assert repaired.number == "CSQU3054383"
    assert repaired.repairs == ("С→C",)
    assert container.validate("СSQU 305438-3") == "CSQU3054383"


def test_letters_that_only_cyrillic_has_stay_and_are_refused() -> None:
    with pytest.raises(WrongForm, match="ЖSQU3054383"):
        container.validate("ЖSQU3054383")


def test_a_wrong_check_digit_names_the_right_one() -> None:
    with pytest.raises(WrongCheckDigit, match="check digit is 4, the number before it gives 3"):
        container.validate("CSQU3054384")
    with pytest.raises(WrongCheckDigit, match="gives 5"):
        kz_bin.validate("971240001316")
    with pytest.raises(WrongForm, match="twelve digits, 11 characters"):
        kz_bin.validate("97124000131")


@pytest.mark.parametrize(
    ("printed", "country", "number"),
    [
        ("БИН 971240001315", "KZ", "971240001315"),
        ("ИНН/КПП 7707083893/770701001", "RU", "7707083893"),
        ("BIN: 971 240 001 315", "KZ", "971240001315"),
        ("VKN 4540536920", "TR", "4540536920"),
        ("УНП 100582333", "BY", "100582333"),
        ("ПИБ: 101134702", "RS", "101134702"),
        ("RS101134702", "RS", "101134702"),
        ("9111 0000 6000 3734 1L", "CN", "91110000600037341L"),
    ],
)
def test_printed_labels_and_separators_do_not_matter(printed: str, country: str, number: str) -> None:
    checked = tax_id.check_tax_id(printed, country)
    assert (checked.number, checked.outcome) == (number, Outcome.HOLDS)


@pytest.mark.parametrize(
    ("value", "country", "outcome"),
    [
        ("971240001315", "", Outcome.COULD_NOT_CHECK),
        ("12345678901234", "KG", Outcome.HOLDS),
        ("1234567890123", "KG", Outcome.VIOLATED),
        ("12345678", "AM", Outcome.HOLDS),
        ("123456789", "GE", Outcome.HOLDS),
        ("12345", "GE", Outcome.COULD_NOT_CHECK),
        ("DE136695976", "DE", Outcome.HOLDS),
        ("DE136695970", "DE", Outcome.VIOLATED),
        ("143/123/12345", "DE", Outcome.COULD_NOT_CHECK),
        ("anything", "US", Outcome.COULD_NOT_CHECK),
        ("110000600037341", "CN", Outcome.COULD_NOT_CHECK),
        ("9111000060003734", "CN", Outcome.VIOLATED),
        ("", "KZ", Outcome.COULD_NOT_CHECK),
    ],
)
def test_what_no_source_proves_is_not_called_wrong(value: str, country: str, outcome: Outcome) -> None:
    assert tax_id.check_tax_id(value, country).outcome is outcome


def test_validate_refuses_what_cannot_be_and_passes_what_nobody_can_tell() -> None:
    assert tax_id.validate("BIN 971240001315", "KZ") == "971240001315"
    assert tax_id.validate("anything", "US") == "ANYTHING"
    assert not tax_id.is_valid("anything", "US")
    with pytest.raises(WrongCheckDigit, match="RU INN 7707083894"):
        tax_id.validate("7707083894", "RU")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("В 123 АС 77", "B123AC77", True),
        ("123 ABC 02", "123ABC-02", True),
        ("粤B·1234挂", "粤B1234挂", True),
        ("粤B1234", "粤B1234挂", False),
        ("123ABC02", "123ABC03", False),
        ("", "", False),
    ],
)
def test_plates_are_the_same_whatever_alphabet_and_separators(one: str, other: str, same: bool) -> None:
    assert plate.same(one, other) is same


@pytest.mark.parametrize(
    "number", ["123ABC02", "12ABC02", "В123АС77", "粤B1234挂", "34 ABC 123", "10-AA-123", "BG123AB"]
)
def test_plates_of_the_corridor_are_known_as_plates(number: str) -> None:
    assert plate.looks_like(number)
    assert plate.is_valid(number)


@pytest.mark.parametrize("number", ["0012345", "INV-2026-001", "778", "", "X", "no plate at all"])
def test_other_numbers_are_not_taken_for_plates(number: str) -> None:
    assert not plate.looks_like(number)


owner = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(owner, st.sampled_from("UJZ"), st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_a_container_with_its_check_digit_is_valid_and_survives_formatting(name: str, kind: str, serial: str) -> None:
    body = name + kind + serial
    number = body + container.calc_check_digit(body)
    assert container.validate(number) == number
    assert container.compact(container.format(number)) == number
    others = [d for d in "0123456789" if d != number[-1]]
    assert not any(container.is_valid(body + digit) for digit in others)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.from_regex(r"[0-9]{11}", fullmatch=True))
def test_at_most_one_check_digit_fits_a_bin(body: str) -> None:
    fitting = [digit for digit in "0123456789" if kz_bin.is_valid(body + digit)]
    expected = kz_bin.calc_check_digit(body)
    assert fitting == ([expected] if expected is not None else [])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.text(max_size=30),
    st.one_of(st.none(), st.text(max_size=3), st.sampled_from(["KZ", "RU", "CN", "TR", "DE", "GR"])),
)
def test_no_text_makes_them_stumble(text: str, country: str | None) -> None:
    for module in (container, kz_bin, plate):
        assert module.compact(module.compact(text)) == module.compact(text)
        assert isinstance(module.format(text), str)
        try:
            assert module.validate(text) == module.compact(text)
        except InvalidIdentifier as fault:
            assert str(fault)
    checked = tax_id.check_tax_id(text, country)
    assert checked.outcome in Outcome
    assert (checked.why != "") is True


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(max_size=40))
def test_what_was_brought_to_latin_stays_as_it_is(text: str) -> None:
    once = to_latin(text).number
    assert to_latin(once).number == once
