"""Rulings: refused in words when they cannot be, and written as a patch when they can."""

from __future__ import annotations

from datetime import date

import jsonpatch
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.steps.answers import BadAnswer, apply, key_of, normalise, validate
from flows.steps.check import check
from flows.steps.exceptions import exceptions
from schemas.record import AnswerField, Choice, Document, DossierException, Finding, Place, Ruling, Severity, Verdict
from tests.flows.steps.dossiers import dossier

DAY = date(2026, 3, 10)


def held() -> tuple[list[Document], DossierException]:
    papers = dossier(cmr={"gross_mass_kg": "540", "goods": None})
    (question,) = exceptions("D-1", check(papers, DAY))
    return papers, question


def ruling(question: DossierException, choice: Choice = Choice.CORRECT, **values: str) -> Ruling:
    return Ruling(
        exception=question.id, choice=choice, values=values, operator="A. Operator", reason="seen on the paper"
    )


def key(papers: list[Document], kind: str, pointer: str) -> str:
    return next(f"{d.id}#{pointer}" for d in papers if d.kind == kind)


def test_a_correction_is_written_with_the_person_and_the_dossier_clears() -> None:
    papers, question = held()
    mass = key(papers, "cmr", "/gross_mass_kg")
    applied = apply(papers, question, ruling(question, **{mass: "450,4"}))
    note = next(d for d in applied.documents if d.kind == "cmr")
    assert note.data["gross_mass_kg"] == "450.4"
    evidence = note.evidence["/gross_mass_kg"]
    assert (evidence.source, evidence.text) == ("person", "450,4")
    assert evidence.note == "A. Operator: seen on the paper"
    assert evidence.box is not None
    assert applied.patches == {note.id: [{"op": "replace", "path": "/gross_mass_kg", "value": "450.4"}]}
    assert check(applied.documents, DAY).decision is Verdict.CLEARED
    assert papers[2].data["gross_mass_kg"] == "540"


def test_the_patch_is_json_patch_as_others_understand_it() -> None:
    papers = dossier(cmr={"consignee": None})
    question = DossierException(
        id="x",
        dossier="D-1",
        queue="documents",
        question="who?",
        findings=(),
        fields=(
            AnswerField(document=papers[2].id, pointer="/consignee/name", title="Consignee", type="text"),
            AnswerField(document=papers[2].id, pointer="/consignee/country", title="Country", type="code"),
            AnswerField(document=papers[2].id, pointer="/trailer_plate", title="Trailer", type="code", value="45DEF02"),
        ),
    )
    values = {key_of(f): v for f, v in zip(question.fields, ("Shygys Trans LLP", "kz", ""), strict=True)}
    applied = apply(papers, question, ruling(question, **values))
    patch = applied.patches[papers[2].id]
    assert patch == [
        {"op": "add", "path": "/consignee", "value": {}},
        {"op": "add", "path": "/consignee/name", "value": "Shygys Trans LLP"},
        {"op": "add", "path": "/consignee/country", "value": "KZ"},
        {"op": "remove", "path": "/trailer_plate"},
    ]
    assert jsonpatch.apply_patch(papers[2].data, patch) == applied.documents[2].data


def test_a_finding_about_a_corrected_value_is_dropped_and_others_stay() -> None:
    papers, question = held()
    places = [Place(file="f", pointer=p, document=papers[2].id) for p in ("/gross_mass_kg", "/marks")]
    findings = tuple(
        Finding(rule="cmr.unreadable", severity=Severity.ASK, says="x", seen=p.pointer, places=(p,)) for p in places
    )
    papers[2] = papers[2].model_copy(update={"findings": findings})
    mass = key(papers, "cmr", "/gross_mass_kg")
    applied = apply(papers, question, ruling(question, **{mass: "450.4"}))
    assert [f.seen for f in applied.documents[2].findings] == ["/marks"]


def test_whoever_corrects_the_values_of_a_question_has_answered_its_doubt_about_the_table() -> None:
    papers = dossier(commercial_invoice={"total_amount": "1600"})
    places = [Place(file="f", pointer=p, document=papers[0].id) for p in ("/lines", "/order")]
    doubts = tuple(
        Finding(rule="lines.not_whole", severity=Severity.ASK, says="x", seen=p.pointer, places=(p,)) for p in places
    )
    papers[0] = papers[0].model_copy(update={"findings": doubts})
    question = next(e for e in exceptions("D-1", check(papers, DAY)) if e.fields[0].pointer == "/total_amount")
    total = key(papers, "commercial_invoice", "/total_amount")
    applied = apply(papers, question, ruling(question, **{total: "1500"}))
    assert [f.seen for f in applied.documents[0].findings] == ["/order"]


@pytest.mark.parametrize("choice", [Choice.ACCEPT, Choice.ASK_SENDER, Choice.REJECT])
def test_only_a_correction_changes_the_papers(choice: Choice) -> None:
    papers, question = held()
    applied = apply(papers, question, ruling(question, choice))
    assert (list(applied.documents), applied.patches) == (papers, {})


def test_a_ruling_without_person_or_reason_is_refused() -> None:
    _, question = held()
    empty = Ruling(exception=question.id, choice=Choice.ACCEPT, operator=" ", reason="")
    assert validate(question, empty) == [
        "Your name is missing: enter who answers.",
        "The reason is missing: enter why you answer so.",
    ]


def test_a_correction_that_changes_nothing_is_refused() -> None:
    _, question = held()
    values = {key_of(f): f.value for f in question.fields}
    assert validate(question, ruling(question, **values)) == [
        "No value was changed: change one, or accept the values as they are."
    ]
    again = {key_of(f): f.value + ".000" if "." not in f.value else f.value for f in question.fields}
    assert any("may mean thousands" in problem for problem in validate(question, ruling(question, **again)))


def test_a_value_of_another_question_is_refused() -> None:
    papers, question = held()
    problems = validate(question, ruling(question, **{"someone#/else": "1"}))
    assert problems == ["someone#/else is not a field of this question."]
    with pytest.raises(BadAnswer, match="is not a field"):
        apply(papers, question, ruling(question, **{"someone#/else": "1"}))


def field(pointer: str, kind: str, country: str = "", pattern: str = "") -> AnswerField:
    return AnswerField(
        document="d", pointer=pointer, title="Field", type=kind, country=country, pattern=pattern  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "typed", "value"),
    [
        (field("/gross_mass_kg", "decimal"), "1 789,50", "1789.5"),
        (field("/gross_mass_kg", "decimal"), "1789.50", "1789.5"),
        (field("/gross_mass_kg", "decimal"), "1.234,56", "1234.56"),
        (field("/gross_mass_kg", "decimal"), "1,234.56", "1234.56"),
        (field("/gross_mass_kg", "decimal"), "0.125", "0.125"),
        (field("/gross_mass_kg", "decimal"), "1000", "1000"),
        (field("/gross_mass_kg", "decimal"), "0", "0"),
        (field("/packages", "integer"), " 024 ", "24"),
        (field("/issue_date", "date"), "31.03.2026", "2026-03-31"),
        (field("/issue_date", "date"), "2026-03-31", "2026-03-31"),
        (field("/currency", "code"), "usd", "USD"),
        (field("/consignee/country", "code"), "kz", "KZ"),
        (field("/lines/0/hs_code", "code"), "8413 70 290 0", "8413702900"),
        (field("/consignee/tax_id", "code", "KZ"), "БИН 230340281402", "230340281402"),
        (field("/consignee/tax_id", "code"), "anything", "ANYTHING"),
        (field("/containers/0/number", "code"), "СSQU 305438 3", "CSQU3054383"),
        (field("/truck_plate", "code"), "123 АВС 02", "123ABC02"),
        (field("/number", "text"), "  INV  7 ", "INV 7"),
    ],
)
def test_what_is_typed_becomes_the_value_of_the_field(asked: AnswerField, typed: str, value: str) -> None:
    assert normalise(asked, typed) == value


@pytest.mark.parametrize(
    ("asked", "typed", "words"),
    [
        (field("/gross_mass_kg", "decimal"), "1,789", "write 1789 or 1.7890"),
        (field("/gross_mass_kg", "decimal"), "1.789", "write 1789 or 1.7890"),
        (field("/gross_mass_kg", "decimal"), "about 5", "is not a number"),
        (field("/gross_mass_kg", "decimal"), "1e5", "is not a number"),
        (field("/packages", "integer"), "2.5", "is not a whole number"),
        (field("/issue_date", "date"), "03/04/2026", "is not a date: write it as 2026-03-31"),
        (field("/issue_date", "date"), "31.02.2026", "is not a day of the calendar"),
        (field("/currency", "code"), "RUR1", "is no currency"),
        (field("/consignee/country", "code"), "Kazakhstan", "write the two letters"),
        (field("/lines/0/hs_code", "code"), "84A", "4 to 10 digits"),
        (field("/consignee/tax_id", "code", "KZ"), "230340281403", "BIN/IIN 230340281403: the check digit contradicts"),
        (field("/containers/0/number", "code"), "CSQU3054384", "check digit is 4"),
        (field("/truck_plate", "code"), "?", "expected 4 to 13 letters"),
        (field("/number", "text", pattern="[0-9]+"), "abc", "does not have the form"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write(asked: AnswerField, typed: str, words: str) -> None:
    question = DossierException(id="x", dossier="D", queue="documents", question="?", findings=(), fields=(asked,))
    (problem,) = validate(question, ruling(question, **{key_of(asked): typed}))
    assert problem.startswith("Field: ")
    assert words in problem


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.text(max_size=20),
    st.sampled_from(["decimal", "integer", "date", "code", "text"]),
    st.sampled_from(["/currency", "/a/country", "/lines/0/hs_code", "/b/tax_id", "/containers/0", "/truck_plate"]),
)
def test_no_typed_text_brings_down_the_form(typed: str, kind: str, pointer: str) -> None:
    asked = field(pointer, kind, country="KZ")
    try:
        assert isinstance(normalise(asked, typed), str)
    except BadAnswer as problem:
        assert str(problem)
