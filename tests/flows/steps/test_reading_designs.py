"""How papers of other hands are set: forms in small print, letterheads, windows, joined labels."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from flows.steps.reading import documents_from
from schemas.catalogue import UNKNOWN, catalogue
from schemas.page import Box, Page, Ruling, Word
from schemas.record import Document, Severity
from tests.flows.steps.pages import HEIGHT, WIDTH, invoice, line, page

KINDS = catalogue()


def _read(*pages: Page) -> Document:
    (document,) = documents_from(pages, file="a.pdf", sha256="ab" * 32, catalogue=KINDS)
    return document


def _sheet(*lines: tuple[str, float, float, float], rulings: Sequence[Ruling] = ()) -> Page:
    """A page of (text, x, y, size)."""
    words = [word for text, x, y, size in lines for word in line(text, x, y, size)]
    return Page(1, WIDTH, HEIGHT, tuple(words), tuple(rulings))


def _cell(x0: float, top: float, x1: float, bottom: float) -> list[Ruling]:
    return [
        Ruling(Box(x0, top, x1, top)), Ruling(Box(x0, bottom, x1, bottom)),
        Ruling(Box(x0, top, x0, bottom)), Ruling(Box(x1, top, x1, bottom)),
    ]  # fmt: skip


def _form(*cells: tuple[str, Sequence[str], Sequence[str], tuple[float, float, float, float]], dotted: bool) -> Page:
    """A CMR of cells: number, titles in small print, what is typed, the rectangle."""
    words = line("CMR", 300, 20, 15.0) + line("№ UN-55821", 345, 26, 9.0)
    rulings: list[Ruling] = []
    for number, titles, typed, (x0, top, x1, bottom) in cells:
        rulings += _cell(x0, top, x1, bottom)
        words += line(f"{number}." if dotted else number, x0 + 2, top + 2, 8.0)
        for i, title in enumerate(titles):
            words += line(title, x0 + 13, top + 3 + 6 * i, 5.0)
        for i, text in enumerate(typed):
            words += line(text, x0 + 3, top + 16 + 10 * i, 8.0)
    return Page(1, WIDTH, HEIGHT, tuple(words), tuple(rulings))


_LEFT, _RIGHT = (30.0, 295.0), (295.0, 560.0)


def _cmr(*, dotted: bool = False, day: str = "19.02.2026") -> Document:
    def left(top: float, bottom: float) -> tuple[float, float, float, float]:
        return _LEFT[0], top, _LEFT[1], bottom

    def right(top: float, bottom: float) -> tuple[float, float, float, float]:
        return _RIGHT[0], top, _RIGHT[1], bottom

    return _read(
        _form(
            ("1", ("Gönderen (isim)", "Sender"), ("Karadağ A.Ş.", "8. Cad. No: 41", "Türkiye"), left(40, 100)),
            ("2", ("Alıcı (isim)", "Consignee"), ("Alatau LLP", "050060 Almaty", "Kazakhstan"), left(100, 160)),
            ("16", ("Tasiyan", "Carrier"), ("Yıldırım Ltd.", "Cad. 19, Istanbul", "Türkiye"), right(100, 160)),
            ("3", ("Teslim", "Place of delivery of the goods"), ("Almaty, Kazakhstan",), left(160, 200)),
            ("17", ("Sonraki", "Successive carriers"), ("Steppe LLP", "050016 Almaty", "Kazakhstan"), right(160, 210)),
            ("4", ("Yer", "Place and date of taking over the goods"), (f"Bursa, Türkiye {day}",), left(200, 240)),
            ("18", ("Nieznany", "Carrier's reservations and observations"), (), right(210, 240)),
            ("5", ("Ekli", "Documents attached"), ("Invoice 26-0771 dated 03/06/2026",), left(240, 290)),
            ("13", ("Talimat", "Sender's instructions"), ("Customs: Almaty",), left(420, 460)),
            ("19", ("Anlasma", "Special agreements"), (), right(420, 440)),
            ("20", ("Bilinmeyen baslik",), (), right(440, 480)),
            ("21", ("Yer", "Established in"), (f"Bursa {day}",), left(480, 510)),
            ("25", ("Plakalar",), ("Truck: 16 KRT 318", "Trailer: 34 YIL 77"), left(560, 600)),
            dotted=dotted,
        )
    )  # fmt: skip


@pytest.mark.parametrize("dotted", [False, True])
def test_small_print_of_a_form_is_never_a_value_in_whatever_language_it_is(dotted: bool) -> None:
    data = _cmr(dotted=dotted).data
    assert "carrier_reservations" not in data
    assert "special_agreements" not in data
    assert data["carrier"] == {
        "name": "Yıldırım Ltd.",
        "address": "Cad. 19, Istanbul, Türkiye",
        "country": "TR",
    }
    assert data["issue_place"] == "Bursa"
    assert data["issue_date"] == "2026-02-19"
    assert data["customs_instructions"] == "Customs: Almaty"


def test_the_number_beside_the_title_is_the_notes_own_and_no_house_number() -> None:
    assert _cmr().data["number"] == "UN-55821"


def test_plates_go_by_what_bears_them_and_successive_carriers_are_a_list() -> None:
    data = _cmr().data
    assert (data["truck_plate"], data["trailer_plate"]) == ("16 KRT 318", "34 YIL 77")
    assert [one["name"] for one in data["successive_carriers"]] == ["Steppe LLP"]


def test_an_attached_paper_whose_date_has_two_readings_is_asked_about() -> None:
    document = _cmr(day="03/04/2026")
    assert document.data["attached_documents"] == [{"kind": "commercial_invoice", "number": "26-0771"}]
    assert any(p.pointer == "/attached_documents/0/date" for f in document.findings for p in f.places)


def test_a_label_in_two_scripts_without_a_slash_is_one_label() -> None:
    data = _read(
        invoice("发票号 INVOICE NO.: YF-260802", "日期 DATE: 2026-08-02", "买方 BILL TO:", "Alatau Service Plus LLP")
    ).data
    assert data["number"] == "YF-260802"
    assert data["issue_date"] == "2026-08-02"
    assert data["buyer"]["name"] == "Alatau Service Plus LLP"


def test_a_label_that_leads_a_party_is_never_its_name() -> None:
    data = _read(
        invoice("EXPORTER / SHIPPER", "Pellworth & Daughters Ltd", "Unit 9, Calder Wharf, United Kingdom")
    ).data
    assert data["seller"]["name"] == "Pellworth & Daughters Ltd"
    assert data["seller"]["address"] == "Unit 9, Calder Wharf, United Kingdom"


def test_the_beginning_of_a_longer_label_is_no_label() -> None:
    data = _read(invoice("Invoice No. 7", "TERMS OF SALE", "FCA Huddersfield", "CUSTOMER P.O. NO.", "4500018821")).data
    assert "payment_terms" not in data
    assert "buyer" not in data
    assert data["incoterm"] == {"code": "FCA", "place": "Huddersfield"}
    assert data["order"] == "4500018821"


def test_the_firm_of_the_letterhead_beside_the_title_is_the_seller() -> None:
    data = _read(
        _sheet(
            ("Karadağ Tekstil A.Ş.", 40, 40, 9), ("INVOICE", 440, 40, 22),
            ("8. Cad. No: 41, Bursa, Türkiye", 40, 51, 9), ("VKN: 4810227734", 40, 62, 9),
            ("Invoice No. 12", 40, 120, 9),
        )
    ).data  # fmt: skip
    assert data["seller"] == {
        "name": "Karadağ Tekstil A.Ş.",
        "address": "8. Cad. No: 41, Bursa, Türkiye",
        "country": "TR",
        "tax_id": "4810227734",
    }


def _letter(*addressed: str) -> Document:
    head = (("Brunnhuber Ventiltechnik GmbH", 400, 40, 9), ("Am Weg 14 · 73230 Kirchheim", 400, 51, 9))
    foot = (
        ("Brunnhuber Ventiltechnik GmbH", 40, 770, 6.5), ("Am Weg 14", 40, 779, 6.5), ("73230 Kirchheim", 40, 788, 6.5),
        ("Germany", 40, 797, 6.5), ("USt-IdNr.: DE318845206", 230, 788, 6.5),
        ("IBAN DE02 1203 0000 0000", 420, 788, 6.5),
    )  # fmt: skip
    window = tuple((text, 40.0, 130.0 + 11 * i, 9.0) for i, text in enumerate(addressed))
    title = (("Rechnung RE-2026/04417", 40, 210, 14), ("Rechnungsdatum: 09.03.2026", 40, 240, 9))
    return _read(_sheet(*head, *window, *title, *foot))


def test_issuer_and_addressee_of_a_letter_are_seller_and_buyer() -> None:
    data = _letter("Alatau Service Plus LLP", "247 Rozybakiev Street", "050060 Almaty", "Kazakhstan").data
    assert data["seller"]["name"] == "Brunnhuber Ventiltechnik GmbH"
    assert data["seller"]["tax_id"] == "DE318845206"
    assert data["seller"]["country"] == "DE"
    assert data["buyer"]["name"] == "Alatau Service Plus LLP"
    assert data["buyer"]["country"] == "KZ"


def test_lines_in_the_window_that_name_no_firm_are_no_buyer() -> None:
    assert "buyer" not in _letter("Goods as agreed by telephone", "please pay in time", "Thank you").data


def test_the_currency_of_a_column_head_is_taken_from_its_second_line() -> None:
    assert _read(invoice("Invoice No. 7", "Goods|Price,|Amount,", "|KZT|KZT")).data["currency"] == "KZT"


def test_the_yen_sign_is_the_yuan_only_where_the_paper_says_so() -> None:
    assert _read(invoice("Invoice No. 7", "Grand total: ¥ 22,373.80", "人民币贰万贰仟")).data["currency"] == "CNY"
    assert "currency" not in _read(invoice("Invoice No. 7", "Grand total: ¥ 22,373.80")).data


def test_two_masses_behind_two_joined_labels_come_apart() -> None:
    data = _read(invoice("Invoice No. 7", "Net wt / Gross wt (kg)", "96.4 / 118.0")).data
    assert (data["net_mass_kg"], data["gross_mass_kg"]) == ("96.4", "118.0")


def test_a_sum_before_freight_is_not_the_total() -> None:
    amounts = ("Total marchandises|16 683,40 EUR", "Transport|640,00", "TVA 0 %|0,00", "Total à payer|17 323,40 EUR")
    data = _read(invoice(*amounts)).data
    assert data["total_amount"] == "17323.40"
    assert "transport" not in data


def test_letters_that_look_like_a_number_word_stay_with_the_number() -> None:
    assert _read(page("CMR No. BR 0047193", title="CMR")).data["number"] == "BR 0047193"


@pytest.mark.parametrize("title", ["КОНТРАКТ № УСК-25/08", "PURCHASE ORDER", "Lieferschein LS-88", "Price list 2026"])
def test_a_paper_under_the_title_of_another_is_unknown_whatever_its_labels(title: str) -> None:
    document = _read(
        page("Seller: ACME Ltd", "Buyer: Beta LLC", "Total amount: 100.00 EUR", "Incoterms: FCA Riga", title=title)
    )
    assert document.kind == UNKNOWN


def test_a_contract_named_on_an_invoice_leaves_it_an_invoice() -> None:
    document = _read(invoice("Invoice No. 7", "Contract No. 12", "Purchase order: 55", "Delivery note: 3"))
    assert document.kind == "commercial_invoice"


def test_a_blank_page_is_only_noted() -> None:
    document = _read(invoice("Invoice No. 5"), Page(2, WIDTH, HEIGHT, doubts=("nothing is printed on the page",)))
    (finding,) = [f for f in document.findings if f.rule == "reading.no_text"]
    assert finding.severity == Severity.NOTE


def test_recognised_text_is_asked_about_once_with_its_values_kept() -> None:
    doubt = "the text layer is an OCR layer of a scan"
    first, second = invoice("Invoice No. 5"), page("Grand total: 100.00 EUR", number=2)
    scans = [
        Page(p.number, WIDTH, HEIGHT, tuple(Word(w.text, w.box, w.size, 0.5, "ocr") for w in p.words), doubts=(doubt,))
        for p in (first, second)
    ]
    document = _read(*scans)
    assert document.data["number"] == "5"
    (finding,) = [f for f in document.findings if f.rule == "reading.recognised_text"]
    assert finding.severity == Severity.ASK
    assert [place.page for place in finding.places] == [1, 2]


def test_what_was_not_found_is_said_with_its_title_first() -> None:
    seen = {f.rule: f.seen for f in _read(invoice("Invoice No. 5")).findings}
    assert seen["commercial_invoice.issue_date.required"].startswith("Invoice date was not found on the paper.")
    assert seen["commercial_invoice.lines.required"].startswith("Lines were not found on the paper.")
