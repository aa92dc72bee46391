"""Header fields by label and place, ambiguity told, schema faults in words; nothing crashes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.steps.reading import documents_from
from schemas.catalogue import UNKNOWN, catalogue
from schemas.page import Box, Page, Picture, Ruling, Word
from schemas.record import Document
from tests.flows.steps.pages import invoice, page

KINDS = catalogue()


def _read(*pages: Page) -> Document:
    (document,) = documents_from(pages, file="a.pdf", sha256="ab" * 32, catalogue=KINDS)
    return document


def _rules(document: Document, pointer: str) -> set[str]:
    return {f.rule for f in document.findings if any(p.pointer == pointer for p in f.places)}


def test_a_value_stands_right_of_its_label_or_is_glued_to_it() -> None:
    data = _read(
        invoice("Invoice No.:INV-17", "Invoice date: 05.03.2026", "Currency: USD", "Total amount: 1,250.00 USD")
    ).data
    assert (data["number"], data["issue_date"], data["currency"]) == ("INV-17", "2026-03-05", "USD")
    assert data["total_amount"] == "1250.00"


def test_a_value_stands_below_its_label() -> None:
    data = _read(invoice("Invoice No.|Invoice date|Currency", "INV-17|2026-03-05|EUR")).data
    assert (data["number"], data["issue_date"], data["currency"]) == ("INV-17", "2026-03-05", "EUR")


def test_number_and_date_stand_in_the_title() -> None:
    data = _read(invoice("Продавец: ООО «Пример»", title="ИНВОЙС № 12/26 от 5 марта 2026 г.")).data
    assert (data["number"], data["issue_date"]) == ("12/26", "2026-03-05")


def test_a_label_in_two_languages_has_one_value() -> None:
    data = _read(invoice("Номер инвойса / Invoice No.: A-5", "Валюта / Currency: EUR")).data
    assert (data["number"], data["currency"]) == ("A-5", "EUR")


def test_a_label_is_never_taken_for_a_value() -> None:
    data = _read(invoice("Invoice No.:", "Invoice date: 05.03.2026")).data
    assert "number" not in data


def test_totals_are_told_apart() -> None:
    document = _read(
        invoice(
            "Subtotal:|100.00 EUR",
            "VAT 20%:|20.00 EUR",
            "Grand total:|120.00 EUR",
            "Prepaid:|50.00 EUR",
            "Amount due:|70.00 EUR",
        )
    )
    data = document.data
    assert (data["net_amount"], data["tax_amount"], data["total_amount"]) == ("100.00", "20.00", "120.00")


def test_an_amount_due_is_the_total_only_where_the_sums_agree() -> None:
    agreed = _read(invoice("Net total: 100.00 EUR", "VAT total: 20.00 EUR", "Due payable: 120.00 EUR"))
    assert agreed.data["total_amount"] == "120.00"
    prepaid = _read(invoice("Net total: 100.00 EUR", "VAT total: 20.00 EUR", "Due payable: 70.00 EUR"))
    assert "total_amount" not in prepaid.data
    assert "commercial_invoice.total_amount.required" in _rules(prepaid, "/total_amount")


def test_two_good_values_that_disagree_are_none_and_both_are_named() -> None:
    document = _read(invoice("Invoice No.: A-5", "Invoice No.: B-6"))
    assert "number" not in document.data
    (finding,) = [f for f in document.findings if f.rule == "reading.ambiguous"]
    assert "A-5" in finding.seen and "B-6" in finding.seen
    assert len(finding.places) == 2
    assert "commercial_invoice.number.required" not in _rules(document, "/number")


def test_a_date_that_can_be_two_days_is_asked_for() -> None:
    document = _read(invoice("Invoice date: 05/03/2026"))
    assert "issue_date" not in document.data
    assert _rules(document, "/issue_date") == {"reading.ambiguous_date"}


def test_another_date_on_the_paper_decides() -> None:
    assert _read(invoice("Invoice date: 05/03/2026", "Due date: 25/03/2026")).data["issue_date"] == "2026-03-05"
    assert _read(invoice("Invoice date: 05/03/2026", "Due date: 03/25/2026")).data["issue_date"] == "2026-05-03"


def test_a_french_paper_writes_the_day_first() -> None:
    data = _read(invoice("Date de facture : 05/03/2026", "Conditions de paiement : 30 jours", title="FACTURE")).data
    assert data["issue_date"] == "2026-03-05"


def test_a_day_that_is_none_is_unreadable() -> None:
    document = _read(invoice("Invoice date: 31.02.2026"))
    assert _rules(document, "/issue_date") == {"reading.unreadable"}


def test_no_currency_is_made_up() -> None:
    document = _read(invoice("Total amount: 1,250.00"))
    assert "currency" not in document.data
    assert _rules(document, "/currency") == {"commercial_invoice.currency.required"}


def test_the_currency_beside_the_total_is_taken_where_no_label_names_one() -> None:
    assert _read(invoice("Grand total: 1 250,00 €")).data["currency"] == "EUR"


def test_a_party_comes_apart_with_evidence_for_each_part() -> None:
    document = _read(
        invoice(
            "Seller:", "ACME Trading Ltd", "12 High Street, London, United Kingdom", "VAT No. GB123456789",
            "Tel. +44 20 0000 0000", "E-mail: office@acme.example", "",
            "Buyer:", "ТОО «Пример»", "ул. Абая 1, Алматы, Казахстан", "БИН 123456789012",
        )
    )  # fmt: skip
    assert document.data["seller"] == {
        "name": "ACME Trading Ltd",
        "address": "12 High Street, London, United Kingdom",
        "country": "GB",
        "tax_id": "GB123456789",
        "phone": "+44 20 0000 0000",
        "email": "office@acme.example",
    }
    assert document.data["buyer"]["name"] == "ТОО «Пример»"
    assert document.data["buyer"]["country"] == "KZ"
    assert document.data["buyer"]["tax_id"] == "123456789012"
    for part in document.data["seller"]:
        assert document.evidence[f"/seller/{part}"].box is not None
    assert document.evidence["/seller/tax_id"].text == "GB123456789"


def test_a_firm_whose_name_begins_with_a_label_stays_a_name() -> None:
    data = _read(
        invoice("Verkäufer", "Lieferant GmbH", "Musterstraße 1, 80333 München, Deutschland", title="RECHNUNG")
    ).data
    assert data["seller"]["name"] == "Lieferant GmbH"


def test_delivery_terms_have_code_place_and_edition() -> None:
    data = _read(invoice("Incoterms 2020: DAP Almaty, Kazakhstan")).data
    assert data["incoterm"] == {"code": "DAP", "place": "Almaty, Kazakhstan", "edition": "2020"}


def test_look_alike_letters_in_codes_are_folded_and_the_print_is_kept() -> None:
    document = _read(invoice("Условия поставки: СРТ Минск", title="ИНВОЙС"))
    assert document.data["incoterm"]["code"] == "CPT"
    assert document.evidence["/incoterm/code"].text == "СРТ Минск"


def test_a_credit_note_says_so() -> None:
    assert _read(invoice("Invoice No. 5", title="CREDIT NOTE")).data["document_type"] == "credit_note"


def test_confidences_lie_between_none_and_one() -> None:
    document = _read(invoice("Invoice No.: A-5", "Date: 05.03.2026", "Total: 12.00 EUR"))
    assert document.evidence
    assert all(0.0 < e.confidence <= 1.0 for e in document.evidence.values())
    assert document.evidence["/number"].confidence > document.evidence["/issue_date"].confidence


def test_a_page_without_text_is_unknown_and_says_so() -> None:
    scan = Page(1, 595, 842, pictures=(Picture(Box(0, 0, 595, 842)),), doubts=("no text layer",))
    document = _read(scan)
    assert document.kind == UNKNOWN
    (finding,) = document.findings
    assert finding.rule == "reading.no_text"
    assert "Page 1: no text layer" in finding.seen
    assert finding.places[0].page == 1


def test_a_users_own_kind_is_read_without_python(tmp_path: Path) -> None:
    folder = tmp_path / "delivery_note"
    folder.mkdir()
    (folder / "kind.yaml").write_text(
        "title: {ru: Накладная, kk: Жүкқұжат, en: Delivery note}\n"
        "anchors:\n  - {text: Delivery Note, language: en, title: true, weight: 1.3}\n"
        "fields:\n  number: {type: identifier, labels: {en: [Delivery note]}}\n"
        "  receiver: {type: party, labels: {en: [Received by]}}\n",
        encoding="utf-8",
    )
    properties = {"number": {"type": "string", "pattern": "^D-"}, "receiver": {"type": "object"}}
    schema = {"type": "object", "required": ["number"], "properties": properties}
    (folder / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    own = catalogue(tmp_path)
    pages = [page("Delivery note No.: D-7", "Received by: Example LLC", title="DELIVERY NOTE")]
    (document,) = documents_from(pages, file="d.pdf", sha256="0" * 64, catalogue=own)
    assert document.kind == "delivery_note"
    assert document.data["number"] == "D-7"
    assert document.data["receiver"]["name"] == "Example LLC"
    wrong = [page("Delivery note No.: X-7", title="DELIVERY NOTE")]
    (document,) = documents_from(wrong, file="d.pdf", sha256="0" * 64, catalogue=own)
    (finding,) = [f for f in document.findings if f.rule == "schema.pattern"]
    assert "X-7" in finding.seen and finding.places[0].pointer == "/number"


_WORDS = st.builds(
    lambda text, x, y, w, h: Word(text, Box(x, y, x + w, y + h), h),
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            ["INVOICE", "CMR", "No.", "Total", "Seller", ":", "1", "16", "Carrier", "12.50", "EUR", "05/03/2026", "/"]
        ),
    ),
    st.floats(-50, 700),
    st.floats(-50, 900),
    st.floats(0, 200),
    st.floats(0, 40),
)  # fmt: skip


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    st.lists(_WORDS, max_size=40),
    st.lists(st.tuples(st.floats(0, 600), st.floats(0, 800), st.floats(0, 300)), max_size=6),
)
def test_no_page_makes_it_crash(words: list[Word], rules: list[tuple[float, float, float]]) -> None:
    title = page(title="INVOICE").words
    rulings = [Ruling(Box(x, y, x + length, y)) for x, y, length in rules]
    rulings += [Ruling(Box(x, y, x, y + length)) for x, y, length in rules]
    pages = [Page(1, 595, 842, (*title, *words), tuple(rulings))]
    for document in documents_from(pages, file="a.pdf", sha256="0" * 64, catalogue=KINDS):
        assert all(0.0 <= e.confidence <= 1.0 for e in document.evidence.values())


@pytest.mark.parametrize("doubt", ["no text layer", "garbled"])
def test_a_doubtful_page_of_a_known_paper_is_told(doubt: str) -> None:
    first = invoice("Invoice No. 5")
    second = Page(2, 595, 842, doubts=(doubt,))
    document = _read(first, second)
    assert document.kind == "commercial_invoice"
    assert [f.places[0].page for f in document.findings if f.rule == "reading.no_text"] == [2]
