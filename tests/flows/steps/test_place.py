"""Which dossier a paper belongs to: joined by what ties it for certain, asked when anything else is left."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.steps.place import fold_number, place, references_of
from schemas.placement import AskWhere, Candidate, Join, OpenNew
from schemas.record import Document
from schemas.states import DossierState


def paper(kind: str, **data: Any) -> Document:
    return Document(
        id=f"{kind}-1", file=f"{kind}.pdf", sha256="0" * 64, kind=kind, kind_confidence=1.0, pages=(1,), data=data
    )


def dossier(number: int, *papers: Document) -> Candidate:
    return Candidate(
        number,
        f"K-{number}",
        DossierState.WAITING,
        frozenset(p.kind for p in papers),
        tuple(r for p in papers for r in references_of(p)),
    )


def put(document: Document, *candidates: Candidate) -> Any:
    return place(document, references_of(document), "", candidates)


INVOICE = paper(
    "commercial_invoice",
    number="INV-17",
    seller={"name": "Beispiel Maschinenbau GmbH"},
    buyer={"name": "ТОО «Пример»", "tax_id": "190440524585"},
    contract={"number": "EXP-1"},
)


def test_a_packing_list_that_names_the_invoice_joins_its_dossier() -> None:
    packing = paper("packing_list", number="PL-1", invoice={"number": "inv 17"})
    assert put(packing, dossier(1, INVOICE)) == Join(1, "shares invoice INV17 with dossier K-1")


def test_a_number_typed_in_cyrillic_is_the_same_number() -> None:
    assert fold_number("ВС-12А") == fold_number("BC 12A")


def test_the_same_invoice_number_of_other_parties_is_another_invoice() -> None:
    other = paper("packing_list", number="PL-1", invoice={"number": "INV-17"}, seller={"name": "Tout Autre SARL"})
    german_only = paper("commercial_invoice", number="INV-17", seller={"name": "Beispiel Maschinenbau GmbH"})
    assert isinstance(put(other, dossier(1, german_only)), OpenNew)


def test_a_name_in_another_alphabet_does_not_speak_against_the_number() -> None:
    russian = paper("cmr", number="C-1", attached_documents=[{"number": "INV-17"}], consignor={"name": "ООО Бейшпиль"})
    german_only = paper("commercial_invoice", number="INV-17", seller={"name": "Beispiel Maschinenbau GmbH"})
    assert isinstance(put(russian, dossier(1, german_only)), Join)


def test_a_paper_that_fits_two_dossiers_is_asked_about() -> None:
    second = paper("commercial_invoice", number="INV-18")
    cmr = paper("cmr", number="C", attached_documents=[{"number": "INV-17"}, {"number": "INV-18"}])
    asked = put(cmr, dossier(1, INVOICE), dossier(2, second))
    assert isinstance(asked, AskWhere)
    assert [c.dossier_id for c in asked.candidates] == [1, 2]


def test_a_paper_with_a_number_of_its_own_opens_a_dossier() -> None:
    assert isinstance(put(INVOICE), OpenNew)


def test_a_paper_without_any_number_is_asked_about() -> None:
    assert isinstance(put(paper("unknown")), AskWhere)


def test_a_contract_alone_does_not_join_a_second_invoice_to_a_dossier() -> None:
    second = paper("commercial_invoice", number="INV-99", contract={"number": "EXP-1"})
    assert isinstance(put(second, dossier(1, INVOICE)), OpenNew)


def test_a_contract_joins_a_paper_the_dossier_lacks() -> None:
    packing = paper("packing_list", contract={"number": "EXP-1"}, buyer={"tax_id": "190440524585"})
    assert isinstance(put(packing, dossier(1, INVOICE)), Join)


def test_a_plate_joins_only_what_does_not_contradict() -> None:
    cmr = paper("cmr", number="C", truck_plate="123ABC02", attached_documents=[{"kind": "invoice", "number": "INV-17"}])
    other = paper("commercial_invoice", number="INV-50", transport={"number": "123ABC02"})
    assert isinstance(put(other, dossier(1, cmr)), OpenNew)


@pytest.mark.parametrize(
    "data",
    [
        {"number": None},
        {"attached_documents": [None, "text", {"number": 5}]},
        {"containers": ["MSCU1234567", {"number": ""}]},
        {"seller": "not a party"},
    ],
)
def test_odd_data_never_stops_the_placing(data: dict[str, Any]) -> None:
    assert put(paper("cmr", **data)) is not None


@given(st.text())
def test_folding_a_number_twice_changes_nothing(text: str) -> None:
    assert fold_number(fold_number(text)) == fold_number(text)
