"""The form of an exception, and what a filled form means."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.desk.description import describe, papers_of, readings_of, with_problems
from connectors.desk.escape import escaped
from connectors.desk.form import Schema, answer, filled, form, values_of
from connectors.desk.words import LANGUAGES, Words, _tables
from schemas.record import AnswerField, Choice, Ruling
from tests.flows.samples import CMR, CMR_MASS, INVOICE, INVOICE_MASS, masses_disagree, picture, which_dossier

EN = Words("en")
PAPERS = [CMR, INVOICE]


def opened(**changes: Any) -> Schema:
    exception = masses_disagree("e1").model_copy(update=changes)
    return form(exception, papers_of(exception, PAPERS), EN)


def given_values(schema: Schema, **changes: Any) -> dict[str, Any]:
    """What a browser sends for a form nobody changed but for `changes`."""
    standing = {name: one["default"] for name, one in schema["properties"].items() if "default" in one}
    return {**standing, "operator": "A. Serik", **changes}


def is_valid(schema: Schema, values: dict[str, Any]) -> bool:
    return bool(jsonschema.Draft202012Validator(schema).is_valid(values))


def test_the_form_asks_in_the_order_a_person_answers() -> None:
    assert list(opened()["properties"]) == ["choice", "value_0", "value_1", "value_2", "value_3", "operator", "reason"]


def test_the_answers_are_in_words_and_each_paper_can_be_rejected() -> None:
    assert opened()["properties"]["choice"]["enum"] == [
        "Accept as it is",
        "Correct the values below",
        "Ask the sender",
        "Reject the paper CMR 000123",
        "Reject the paper Commercial invoice 77|*x* <b>y</b>",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_is_a_valid_schema_in_every_language(language: str) -> None:
    exception = masses_disagree()
    jsonschema.Draft202012Validator.check_schema(form(exception, papers_of(exception, PAPERS), Words(language)))


def test_every_word_is_there_in_every_language_with_the_same_names_to_fill() -> None:
    english, *others = (_tables()[language] for language in LANGUAGES)
    for other in others:
        assert other.keys() == english.keys()
        assert {w: t.count("{") for w, t in other.items()} == {w: t.count("{") for w, t in english.items()}


def test_a_corrected_value_is_the_only_one_in_the_ruling() -> None:
    schema = opened()
    got = answer(schema, given_values(schema, choice="Correct the values below", value_0="12480"))
    assert got.problems == []
    assert got.ruling.choice is Choice.CORRECT
    assert got.ruling.values == {CMR_MASS: "12480"}
    assert got.ruling.operator == "A. Serik"


def test_a_value_that_is_emptied_is_a_correction_to_nothing() -> None:
    schema = opened()
    values = given_values(schema, choice="Correct the values below")
    del values["value_0"]  # what the browser sends for an emptied box
    assert answer(schema, values).ruling.values == {CMR_MASS: ""}


def test_an_answer_says_which_paper_is_rejected() -> None:
    schema = opened()
    got = answer(schema, given_values(schema, choice="Reject the paper CMR 000123", reason="a draft"))
    assert (got.ruling.choice, got.ruling.document, got.problems) == (Choice.REJECT, CMR.id, [])


def test_a_question_with_named_answers_offers_them() -> None:
    exception = which_dossier()
    schema = form(exception, papers_of(exception, PAPERS), EN)
    shown = schema["properties"]["choice"]["enum"]
    assert shown[:3] == ["It belongs to: 2026-000017", "It belongs to: 2026-000018", "It belongs to: a new dossier"]
    got = answer(schema, given_values(schema, choice=shown[1]))
    assert (got.ruling.placement, got.problems) == ("2026-000018", [])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"choice": "Correct the values below"}, "changed no value"),
        ({"choice": "Accept as it is", "reason": "as agreed", "value_0": "1"}, "You changed “CMR: gross mass, kg”"),
        ({"choice": "Accept as it is"}, "needs a reason"),
        ({"choice": "Reject the paper CMR 000123", "reason": " "}, "needs a reason"),
        ({"choice": "Ask the sender", "operator": "  "}, "Your name is missing"),
    ],
)
def test_an_answer_that_contradicts_itself_is_no_ruling(values: dict[str, str], words: str) -> None:
    schema = opened()
    problems = answer(schema, given_values(schema, **values)).problems
    assert len(problems) == 1
    assert words in problems[0]


def test_a_form_that_is_asked_again_holds_what_was_typed_and_still_knows_what_stood_there() -> None:
    schema = opened()
    typed = given_values(schema, choice="Correct the values below", value_0="99999", reason="see the scale ticket")
    again = filled(schema, typed)
    assert again["properties"]["value_0"]["default"] == "99999"
    assert again["properties"]["choice"]["default"] == "Correct the values below"
    assert again["properties"]["operator"]["default"] == "A. Serik"
    assert answer(again, given_values(again)).ruling.values == {CMR_MASS: "99999"}


@pytest.mark.parametrize("text", ["12 480", "12O80", "1.2.3", "-", "1e5", "NaN"])
def test_what_is_no_number_is_refused_by_the_server(text: str) -> None:
    schema = opened()
    assert not is_valid(schema, given_values(schema, choice="Correct the values below", value_0=text))


@pytest.mark.parametrize("text", ["", "12480", "12480.5", "12480,5", "-3"])
def test_numbers_as_people_write_them_and_none_at_all_pass(text: str) -> None:
    schema = opened()
    assert is_valid(schema, given_values(schema, choice="Correct the values below", value_0=text))


def test_a_value_that_could_not_be_read_does_not_bar_the_other_answers() -> None:
    broken = AnswerField(document=CMR.id, pointer="/gross_mass_kg", title="m", type="decimal", value="12.8.40")
    bad_day = AnswerField(document=CMR.id, pointer="/issue_date", title="d", type="date", value="31.02.2026")
    schema = opened(fields=(broken, bad_day))
    assert is_valid(schema, given_values(schema, choice="Ask the sender"))
    assert "format" not in schema["properties"]["value_1"]  # a date picker cannot show it


def test_a_pattern_of_the_field_is_kept_and_an_empty_value_passes() -> None:
    code = AnswerField(
        document=CMR.id, pointer="/c", title="c", type="code", value="MSKU1234565", pattern="^[A-Z]{4}[0-9]{7}$"
    )
    schema = opened(fields=(code,))
    assert is_valid(schema, given_values(schema, choice="Correct the values below", value_0=""))
    assert not is_valid(schema, given_values(schema, choice="Correct the values below", value_0="MSKU"))


def test_a_ruling_given_elsewhere_fills_the_form_that_means_it() -> None:
    schema = opened()
    ruling = Ruling(exception="e1", choice=Choice.CORRECT, values={INVOICE_MASS: "12840"}, operator="B", reason="r")
    values = values_of(schema, ruling)
    assert is_valid(schema, values)
    assert answer(schema, values).ruling == ruling


def test_a_ruling_the_form_does_not_offer_is_refused_with_what_it_offers() -> None:
    with pytest.raises(ValueError, match="Reject the paper CMR 000123"):
        values_of(opened(), Ruling(exception="e1", choice=Choice.REJECT, operator="B", reason="which one?"))
    with pytest.raises(ValueError, match="No such value in this question: x#/y"):
        values_of(
            opened(), Ruling(exception="e1", choice=Choice.CORRECT, values={"x#/y": "1"}, operator="B", reason="")
        )


def test_the_description_shows_question_readings_picture_rule_and_choices() -> None:
    exception = masses_disagree()
    text = describe(exception, EN, pictures=[picture()], readings=readings_of(exception, PAPERS))
    assert text.startswith("### The CMR says 12840 kg gross")
    assert "| CMR: gross mass, kg | CMR 000123 | 1 | **12840** | 12 840,00 | 97% |" in text
    assert "![CMR 000123, page 1](data:image/png;base64," in text
    assert "The gross mass is the same on all papers." in text
    assert "**Basis** A made-up basis, for tests only." in text
    assert "- **Correct the values below**: " in text


def test_text_from_papers_cannot_become_markup() -> None:
    exception = masses_disagree()
    text = describe(exception, EN, readings=readings_of(exception, PAPERS))
    assert r"77\|\*x\* \<b\>y\</b\>" in text
    assert "77|*x*" not in text


def test_problems_stand_on_top_and_those_of_an_earlier_answer_are_gone() -> None:
    once = with_problems("### Q", ["first | problem"], EN)
    twice = with_problems(once, ["second"], EN)
    assert once.startswith("> **⚠ The answer could not be taken**")
    assert r"first \| problem" in once
    assert "first" not in twice
    assert twice.endswith("### Q")


@given(st.text())
def test_escaped_text_has_no_sign_with_a_meaning_and_stays_on_one_line(text: str) -> None:
    shown = escaped(text)
    assert re.fullmatch(r"([^<>|*_`\[\]()!~#&\\\x00-\x1f]|\\[!-~])*", shown)
    assert "javascript:" not in shown.lower() and "http:" not in shown.lower()
