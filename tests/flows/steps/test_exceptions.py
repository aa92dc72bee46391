"""Questions made of findings: few, stable, routed, with typed fields."""

from __future__ import annotations

from datetime import date

import pytest

from flows.steps.check import check, fingerprint
from flows.steps.exceptions import MOST_FIELDS, exceptions, field_type
from schemas.record import Finding, Place, Queue, Severity
from tests.flows.steps.dossiers import INVOICE, document, dossier

DAY = date(2026, 3, 10)
HEAVY = {"gross_mass_kg": "540", "goods": None}


def test_one_disagreement_is_one_question_with_every_value_to_correct() -> None:
    papers = dossier(cmr=HEAVY)
    (question,) = exceptions("D-1", check(papers, DAY))
    assert question.queue is Queue.DECLARANT
    assert "540" in question.question and "450.4" in question.question
    values = {(f.pointer, f.value, f.type) for f in question.fields}
    totals = {("/gross_mass_kg", "540", "decimal"), ("/gross_mass_kg", "450.4", "decimal")}
    few_rows = {("/lines/0/gross_mass_kg", "330.2", "decimal"), ("/lines/1/gross_mass_kg", "120.2", "decimal")}
    assert values == totals | few_rows
    assert {f.title for f in question.fields} >= {"cmr: gross mass kg"}


def test_findings_about_one_fact_are_one_question_and_others_are_their_own() -> None:
    papers = dossier(
        cmr=HEAVY,
        packing_list={"gross_mass_kg": "999", "containers": ["CSQU3054384"]},
    )
    result = check(papers, DAY)
    grouped = [{f.rule for f in e.findings} for e in exceptions("D-1", result)]
    assert {"dossier.gross_mass", "packing_list.gross_mass_equals_lines"} in grouped
    assert {"packing_list.containers", "dossier.containers"} in grouped
    assert len(grouped) == 2


def test_one_wrong_number_on_three_papers_is_one_question() -> None:
    wrong = {"name": "Shygys Trans LLP", "country": "KZ", "tax_id": "230340281403"}
    papers = dossier(commercial_invoice={"buyer": wrong}, packing_list={"consignee": wrong}, cmr={"consignee": wrong})
    found = exceptions("D-1", check(papers, DAY))
    assert len(found) == 1
    assert found[0].queue is Queue.COMPLIANCE
    assert {f.country for f in found[0].fields if f.pointer.endswith("tax_id")} == {"KZ"}


def test_a_broken_table_is_one_question_with_a_bounded_form() -> None:
    lines = [{**INVOICE["lines"][0], "position": str(i + 1), "amount": "999"} for i in range(300)]
    papers = dossier(commercial_invoice={"lines": lines})
    result = check(papers, DAY)
    assert len(result.findings) > 300
    amounts = next(e for e in exceptions("D-1", result) if any("times_price" in f.rule for f in e.findings))
    assert len(amounts.findings) >= 300
    assert len(amounts.fields) == MOST_FIELDS
    assert "more of the same table or fact" in amounts.question


def test_a_value_that_was_not_read_is_an_empty_field() -> None:
    papers = dossier(cmr={"gross_mass_kg": None, "goods": [{"packages": "12"}]})
    (question,) = exceptions("D-1", check(papers, DAY))
    (field,) = question.fields
    assert (field.pointer, field.value, field.type) == ("/gross_mass_kg", "", "decimal")


def test_a_missing_party_is_asked_for_by_name_country_and_number() -> None:
    papers = dossier()
    place = Place(file="cmr1.pdf", pointer="/consignee", document=papers[2].id)
    finding = Finding(rule="cmr.consignee.required", severity=Severity.ASK, says="x", seen="y", places=(place,))
    data = {k: v for k, v in papers[2].data.items() if k != "consignee"}
    papers[2] = papers[2].model_copy(update={"findings": (finding,), "data": data})
    (question,) = exceptions("D-1", check(papers, DAY))
    assert question.queue is Queue.DOCUMENTS
    assert [f.pointer for f in question.fields] == ["/consignee/name", "/consignee/country", "/consignee/tax_id"]


def test_the_same_question_about_the_same_values_has_the_same_id() -> None:
    one = exceptions("D-1", check(dossier(cmr=HEAVY), DAY))
    again = exceptions("D-1", check(dossier(cmr=HEAVY)[::-1], DAY))
    other_value = exceptions("D-1", check(dossier(cmr={**HEAVY, "gross_mass_kg": "541"}), DAY))
    other_dossier = exceptions("D-2", check(dossier(cmr=HEAVY), DAY))
    assert one[0].id == again[0].id
    assert len({one[0].id, other_value[0].id, other_dossier[0].id}) == 3


def test_notes_and_waived_findings_are_not_asked() -> None:
    result = check(dossier(cmr=HEAVY), DAY)
    assert exceptions("D-1", result, waived={fingerprint(f) for f in result.findings}) == []
    old = check(dossier(), date(2027, 12, 1))
    assert {f.severity for f in old.findings} == {Severity.NOTE}
    assert exceptions("D-1", old) == []


def test_an_unknown_paper_is_a_question_without_fields() -> None:
    (question,) = exceptions("D-1", check([*dossier(), document("unknown", {})], DAY))
    assert question.fields == ()
    assert "was not recognised" in question.question


@pytest.mark.parametrize(
    ("pointer", "kind"),
    [
        ("/lines/3/gross_mass_kg", "decimal"),
        ("/total_amount", "decimal"),
        ("/lines/0/unit_price", "decimal"),
        ("/volume_m3", "decimal"),
        ("/packages", "integer"),
        ("/issue_date", "date"),
        ("/date_of_taking_over", "date"),
        ("/contract/date", "date"),
        ("/currency", "code"),
        ("/consignee/country", "code"),
        ("/lines/0/country_of_origin", "code"),
        ("/lines/0/hs_code", "code"),
        ("/consignee/tax_id", "code"),
        ("/containers/0/number", "code"),
        ("/containers/0", "code"),
        ("/truck_plate", "code"),
        ("/consignee/name", "text"),
        ("/number", "text"),
    ],
)
def test_the_name_of_a_field_tells_its_type(pointer: str, kind: str) -> None:
    assert field_type(pointer) == kind


def test_a_doubt_of_reading_about_a_row_is_asked_with_its_table() -> None:
    papers = dossier(commercial_invoice={"total_amount": "1600"})
    place = Place(file="f", pointer="/lines/1", document=papers[0].id)
    doubt = Finding(rule="lines.not_whole", severity=Severity.ASK, says="x", seen="y", places=(place,))
    papers[0] = papers[0].model_copy(update={"findings": (doubt,)})
    (question,) = exceptions("D-1", check(papers, DAY))
    assert {f.rule for f in question.findings} == {"lines.not_whole", "commercial_invoice.total_equals_lines"}
