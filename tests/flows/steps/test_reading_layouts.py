"""What stands near a value and is none: routes, captions, plates, subtotals, words that lead to a date."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from flows.steps.extract.parties import is_end_of_name, is_other_than_party
from flows.steps.extract.vehicles import plate_pair
from flows.steps.reading import documents_from
from schemas.catalogue import UNKNOWN, catalogue
from schemas.page import Box, Page, Ruling
from schemas.record import Document
from tests.flows.steps.pages import HEIGHT, WIDTH, invoice, line, page

KINDS = catalogue()


def _all(*pages: Page) -> list[Document]:
    return list(documents_from(pages, file="a.pdf", sha256="ab" * 32, catalogue=KINDS))


def _read(*pages: Page) -> Document:
    (document,) = _all(*pages)
    return document


def _form(*cells: tuple[str, str, Sequence[str], tuple[float, float, float, float]]) -> Page:
    """A CMR of cells: number, title in small print, what is typed, the rectangle."""
    words = line("CMR", 300, 20, 15.0) + line("№ UN-55821", 345, 26, 9.0)
    rulings: list[Ruling] = []
    for number, title, typed, (x0, top, x1, bottom) in cells:
        rulings += [Ruling(Box(x0, top, x1, top)), Ruling(Box(x0, bottom, x1, bottom))]
        rulings += [Ruling(Box(x0, top, x0, bottom)), Ruling(Box(x1, top, x1, bottom))]
        words += line(number, x0 + 2, top + 2, 8.0) + line(title, x0 + 13, top + 3, 5.0)
        for i, text in enumerate(typed):
            words += line(text, x0 + 3, top + 16 + 10 * i, 8.0)
    return Page(1, WIDTH, HEIGHT, tuple(words), tuple(rulings))


def _cmr(*carrier: str, taken_over: str = "Graz, Austria 11.02.2026", attached: Sequence[str] = ()) -> Document:
    return _read(
        _form(
            ("1", "Sender", ("Steirer Pumpen GmbH", "Am Ufer 4", "Austria"), (30, 40, 295, 100)),
            ("2", "Consignee", ("Alatau LLP", "050060 Almaty", "Kazakhstan"), (30, 100, 295, 160)),
            ("16", "Carrier", carrier, (295, 100, 560, 160)),
            ("3", "Place of delivery of the goods", ("Almaty, Kazakhstan",), (30, 160, 295, 200)),
            ("4", "Place and date of taking over the goods", (taken_over,), (30, 200, 295, 240)),
            ("5", "Documents attached", attached, (30, 240, 295, 290)),
        )
    )


_CARRIER = ("Yıldırım Ltd.", "Cad. 19, Istanbul")


@pytest.mark.parametrize(
    "plates", ["34 ABC 551 / 34 DRS 552", "Truck 34 ABC 551 Trailer 34 DRS 552", "34ABC551 / trailer 34 DRS 552"]
)
def test_plates_under_the_address_of_the_carrier_are_no_part_of_it(plates: str) -> None:
    data = _cmr(*_CARRIER, plates).data
    assert data["carrier"]["address"] == "Cad. 19, Istanbul"
    assert data["trailer_plate"].replace(" ", "") == "34DRS552"


def test_a_bare_pair_of_plates_is_tractor_and_trailer() -> None:
    data = _cmr(*_CARRIER, "34 ABC 551 / 34 DRS 552").data
    assert (data["truck_plate"], data["trailer_plate"]) == ("34 ABC 551", "34 DRS 552")


@pytest.mark.parametrize("text", ["34197 Istanbul / Türkiye", "050060 ALMATY / 050061 ALMATY", "12/14", "Cad. 19 / 2"])
def test_an_address_is_no_pair_of_plates(text: str) -> None:
    assert plate_pair(text) is None


@pytest.mark.parametrize(
    "place", ["Graz / Austria 11.02.2026", "Graz, Austrija 11.02.2026", "Graz, AUSTRIA 11.02.2026"]
)
def test_a_place_keeps_no_country(place: str) -> None:
    assert _cmr(*_CARRIER, taken_over=place).data["place_of_taking_over"] == {"name": "Graz", "country": "AT"}


def test_papers_attached_keep_their_series_and_one_without_a_number_is_none() -> None:
    attached = _cmr(*_CARRIER, attached=("Lieferschein L 44128", "Сертификат СТ-1")).data["attached_documents"]
    assert [paper["number"] for paper in attached] == ["L 44128"]


def test_the_caption_of_the_next_box_is_no_value() -> None:
    document = _read(
        _form(
            ("1", "Sender", ("Steirer Pumpen GmbH", "Am Ufer 4", "Austria"), (30, 40, 295, 100)),
            ("2", "Consignee", ("Alatau LLP", "050060 Almaty", "Kazakhstan"), (30, 100, 295, 160)),
            ("21", "Established in", ("22 Signature of the sender",), (30, 480, 295, 520)),
        )
    )
    assert "issue_place" not in document.data


@pytest.mark.parametrize("leads", ["Dt.", "dated", "от", "vom", "tarihi"])
def test_the_word_before_a_date_is_no_part_of_the_number(leads: str) -> None:
    assert _read(invoice(f"Invoice No.: SM/0417/26 {leads} 09.05.2026")).data["number"] == "SM/0417/26"


@pytest.mark.parametrize(
    "text", ["YONGKANG, CHINA TO ALMATY, KAZAKHSTAN BY TRUCK", "Graz nach Almaty", "CPT Almaty gemäß Incoterms 2020"]
)
def test_a_route_or_a_delivery_term_is_no_party(text: str) -> None:
    assert is_other_than_party(text)
    assert "seller" not in _read(invoice(f"FROM: {text}", "Invoice No. 7")).data


def test_a_page_counter_is_no_party_and_a_firm_is() -> None:
    assert is_other_than_party("Page 1 of 1", KINDS.common.page_words)
    assert not is_other_than_party("Way to Asia Trading LLP", KINDS.common.page_words)
    assert not is_other_than_party("DAP Logistik GmbH", KINDS.common.page_words)


def test_a_name_broken_in_two_lines_is_whole() -> None:
    data = _read(
        invoice("Invoice No. 7", "Seller:", "AYDEMİR MUTFAK EŞYALARI SANAYİ VE", "TİCARET A.Ş.", "Çelik Sok. No: 44")
    ).data
    assert data["seller"]["name"] == "AYDEMİR MUTFAK EŞYALARI SANAYİ VE TİCARET A.Ş."


def test_a_firm_of_one_word_is_no_end_of_a_name() -> None:
    assert is_end_of_name("CO., LTD.")
    assert not is_end_of_name("Merkez A.Ş.")
    assert not is_end_of_name("12 High Street")


def test_a_delivery_term_behind_terms_is_the_delivery_term() -> None:
    data = _read(invoice("Invoice No. 7", "TERMS: CPT ASTANA")).data
    assert data["incoterm"] == {"code": "CPT", "place": "ASTANA"}
    assert "payment_terms" not in data


def test_net_beside_money_is_no_mass() -> None:
    assert "net_mass_kg" not in _read(invoice("Invoice No. 7", "Razem netto: 19 820,00")).data
    assert _read(invoice("Invoice No. 7", "Netto: 820,50 kg")).data["net_mass_kg"] == "820.50"


def test_a_larger_total_in_an_unknown_tongue_is_taken_where_the_amounts_lead_to_it() -> None:
    rows = (
        ("Total amount", "1.000,00"), ("Sconto", "-100,00"), ("Trasporto", "250,00"), ("Imponibile", "1.150,00"),
        ("TOTALE FATTURA", "1.150,00"),
    )  # fmt: skip
    head = line("COMMERCIAL INVOICE", y=35, size=16.0) + line("Invoice No. 7")
    words = [
        word
        for i, (label, amount) in enumerate(rows)
        for word in (*line(label, y=80.0 + 14 * i), *line(amount, 300 - 4.5 * len(amount), 80.0 + 14 * i))
    ]
    assert _read(Page(1, WIDTH, HEIGHT, (*head, *words))).data["total_amount"] == "1150.00"


def test_an_empty_box_of_papers_attached_is_no_paper() -> None:
    assert "attached_documents" not in _cmr(*_CARRIER).data


def test_a_swiss_tax_number_keeps_its_prefix() -> None:
    data = _read(invoice("Invoice No. 7", "Seller: Kessel AG", "Am Weg 4", "VAT: CHE-108.442.771 MWST")).data
    assert data["seller"]["tax_id"] == "CHE-108.442.771"


def test_a_larger_total_that_nothing_leads_to_is_asked_about() -> None:
    document = _read(invoice("Invoice No. 7", "Total amount|1.000,00", "TOTALE FATTURA|1.150,00"))
    assert "total_amount" not in document.data
    assert [f.rule for f in document.findings if any(p.pointer == "/total_amount" for p in f.places)]


def test_the_headline_of_another_paper_beats_labels_it_shares() -> None:
    labels = ("Shipper: ACME Ltd", "Consignee: Beta LLP", "Gross weight: 10 kg", "No. of packages: 9")
    document = _read(page(*labels, title="BILL OF LADING FOR OCEAN TRANSPORT"))
    assert document.kind == UNKNOWN


def test_a_headline_in_the_size_of_the_text_is_one_where_it_stands_first_and_alone() -> None:
    words = [w for i, text in enumerate(("PURCHASE ORDER", "Supplier: ACME AG", "Buyer: Beta LLP", "Total: 10.00 EUR"))
             for w in line(text, y=60.0 + 14 * i)]  # fmt: skip
    assert _read(Page(1, WIDTH, HEIGHT, tuple(words))).kind == UNKNOWN


def test_a_blank_page_goes_with_the_paper_beside_it() -> None:
    def blank(number: int) -> Page:
        return Page(number, WIDTH, HEIGHT, doubts=("nothing is printed on the page",))

    for pages in ((blank(1), invoice("Invoice No. 5", number=2)), (invoice("Invoice No. 5"), blank(2))):
        document = _read(*pages)
        assert (document.kind, document.pages) == ("commercial_invoice", (1, 2))
