"""Line items under heads of several lines and languages, and columns that only their cells explain."""

from __future__ import annotations

import pytest

from flows.steps.tables import Lines, read_lines
from schemas.page import Page
from tests.flows.steps.table_pages import column_page, invoice_spec, spec_of, words_at

PACKED = (40.0, 100.0, 240.0, 300.0, 350.0, 410.0, 470.0, 530.0, 590.0)


def packing(page: Page) -> Lines:
    return read_lines([page], spec_of("packing_list"))


def values(lines: Lines, name: str) -> list[str | None]:
    return [item.get(name) for item in lines.items]


def rules(lines: Lines) -> set[str]:
    return {doubt.rule for doubt in lines.findings}


def test_a_head_over_each_and_total_gives_the_total_to_the_item() -> None:
    heads = ("C/No", "Description of goods", "CTNS", "/CTN", "TOTAL", "/CTN", "TOTAL")
    rows = [
        ("1-12", "Hex bolts", "12", "400", "4800", "22.50", "270.00"),
        ("13-30", "Nuts", "18", "90", "1620", "2.50", "45.00"),
    ]
    page = column_page([f"\n{head}" if "/" in head[:1] or head == "TOTAL" else head for head in heads], rows, PACKED)
    words = (*page.words, *words_at("QTY (PCS)", 318, 80), *words_at("N.W. (KGS)", 436, 80))
    lines = packing(Page(1, 842.0, 595.0, words, ()))
    assert values(lines, "quantity") == ["4800", "1620"]
    assert values(lines, "net_mass_kg") == ["270.00", "45.00"]
    assert values(lines, "packages") == ["12", "18"]
    assert values(lines, "package_numbers") == ["1-12", "13-30"]


@pytest.mark.parametrize(
    ("head", "cell"),
    [
        ("总价 / Line\ntotal", "25.00"),
        ("金额\nAmount", "25.00"),
        ("Сумма,\nUSD", "25.00"),
        ("Montant\nHT (EUR)", "25.00"),
    ],
)
def test_a_head_of_two_lines_or_languages_is_one_head(head: str, cell: str) -> None:
    heads = ("No", "Description", "Qty", "Price", head)
    page = column_page(heads, [("1", "Pump", "5", "5.00", cell), ("2", "Valve", "2", "12.50", cell)], PACKED)
    lines = read_lines([page], invoice_spec())
    assert values(lines, "amount") == [cell, cell]
    assert not lines.findings


def test_a_number_and_kind_of_packages_in_one_cell_are_two_values() -> None:
    heads = ("№", "Наименование", "Кол-во", "Кол-во и вид мест", "Нетто, кг")
    rows = [("1", "Кабель", "500", "25 бухт", "150"), ("2", "Щит", "35", "15 коробок", "690")]
    lines = packing(column_page(heads, rows, (40, 70, 240, 300, 420)))
    assert values(lines, "packages") == ["25", "15"]
    assert values(lines, "package_kind") == ["бухт", "коробок"]


def test_a_quantity_in_the_cell_of_its_unit_is_read() -> None:
    heads = ("No", "Description", "Qty", "Unit", "N.W. kg")
    rows = [("1", "Pump", "5", "pcs", "150"), ("2", "Valve", "", "37 pcs", "690"), ("3", "Seal", "7", "pcs", "12")]
    lines = packing(column_page(heads, rows, PACKED))
    assert values(lines, "quantity") == ["5", "37", "7"]
    assert values(lines, "unit") == ["pcs", "pcs", "pcs"]


def test_ranges_are_numbers_of_packages_and_never_counted() -> None:
    heads = ("Carton No", "Description", "Qty", "N.W. kg")
    lines = packing(column_page(heads, [("1-12", "Pump", "500", "150"), ("13-30", "Valve", "35", "690")], PACKED))
    assert values(lines, "package_numbers") == ["1-12", "13-30"]
    assert values(lines, "packages") == [None, None]


def test_the_same_head_twice_is_told_apart_by_its_cells() -> None:
    heads = ("Rb.", "Naziv robe", "Br. koleta", "Koleta", "Neto, kg")
    rows = [("1", "Vijci", "1-11", "11", "27.5"), ("2", "Pumpa", "12-15", "4", "90.0")]
    lines = packing(column_page(heads, rows, PACKED))
    assert values(lines, "packages") == ["11", "4"]
    assert values(lines, "package_numbers") == ["1-11", "12-15"]


@pytest.mark.parametrize("cell", ["{gross} / {net}", "{gross}\n{net}"])
def test_gross_and_net_under_one_head_are_two_values_in_its_order(cell: str) -> None:
    heads = ("No", "Description", "Qty", "Gross / net weight, kg")
    rows = [
        ("1", "Pump", "5", cell.format(gross="12.5", net="11.0")),
        ("2", "Valve", "2", cell.format(gross="8.5", net="8.0")),
    ]
    lines = packing(column_page(heads, rows, PACKED))
    assert values(lines, "gross_mass_kg") == ["12.5", "8.5"]
    assert values(lines, "net_mass_kg") == ["11.0", "8.0"]


def test_item_numbers_with_letters_are_articles() -> None:
    heads = ("Item No", "Description", "Qty", "Price", "Amount")
    rows = [("HB-1280", "Bolts", "5", "5.00", "25.00"), ("FW-12", "Nuts", "2", "12.50", "25.00")]
    lines = read_lines([column_page(heads, rows, PACKED)], invoice_spec())
    assert values(lines, "article") == ["HB-1280", "FW-12"]
    assert values(lines, "position") == [None, None]


def test_an_unknown_column_of_words_is_let_be_and_one_of_numbers_is_asked_about() -> None:
    heads = ("No", "Description", "Qty", "Price", "Amount", "Zorblax")
    rows = [("1", "Pump", "5", "5.00", "25.00"), ("2", "Valve", "2", "12.50", "25.00")]
    wordy = read_lines([column_page(heads, [(*row, "yes") for row in rows], PACKED)], invoice_spec())
    assert not wordy.findings
    numeric = read_lines([column_page(heads, [(*row, "17") for row in rows], PACKED)], invoice_spec())
    assert rules(numeric) == {"lines.unknown_column"}


def test_two_numbers_in_one_cell_are_never_glued_to_one() -> None:
    heads = ("No", "Description", "Qty", "Price", "Amount")
    page = column_page(heads, [("1", "Pump", "18          900", "5.00", "25.00")], (40, 70, 240, 320, 400))
    lines = read_lines([page], invoice_spec())
    assert values(lines, "quantity") == [None]
    assert "lines.unreadable" in rules(lines)


@pytest.mark.parametrize(
    ("discount", "amounts", "name"),
    [
        (("10", "5"), ("22.50", "23.75"), "discount"),
        (("2.50", "4.00"), ("22.50", "21.00"), "discount_amount"),
        (("10%", "5%"), ("22.50", "23.75"), "discount"),
    ],
)
def test_a_discount_is_kept_as_what_the_row_says_it_is(
    discount: tuple[str, str], amounts: tuple[str, str], name: str
) -> None:
    heads = ("No", "Description", "Qty", "Price", "Discount", "Amount")
    rows = [
        ("1", "Pump", "5", "5.00", discount[0], amounts[0]),
        ("2", "Valve", "2", "12.50", discount[1], amounts[1]),
    ]
    lines = read_lines([column_page(heads, rows, PACKED)], invoice_spec())
    assert values(lines, name) == [text.rstrip("%") for text in discount]
    assert not {"discount", "discount_amount"} - {name} & lines.items[0].keys()
    assert f"/lines/0/{name}" in lines.evidence
    assert not lines.findings


def test_a_discount_that_nothing_explains_is_left_out() -> None:
    heads = ("No", "Description", "Qty", "Price", "Discount", "Amount")
    lines = read_lines([column_page(heads, [("1", "Pump", "5", "5.00", "7", "19.00")], PACKED)], invoice_spec())
    assert not {"discount", "discount_amount"} & lines.items[0].keys()
    assert "lines.arithmetic" in rules(lines)


def test_details_with_and_without_a_colon_are_values() -> None:
    row = ("1", "Pump\nPart No. WS-120 HS code 8413 70 21 Origin: Italy", "5", "5.00", "25.00")
    page = column_page(("No", "Description", "Qty", "Price", "Amount"), [row], (40, 70, 440, 500, 560))
    item = read_lines([page], invoice_spec()).items[0]
    assert (item["article"], item["hs_code"], item["country_of_origin"]) == ("WS-120", "84137021", "IT")
    assert item["description"] == "Pump"


def test_the_model_in_a_description_stays_in_it() -> None:
    row = ("1", "Pump, Model XK-12", "5", "5.00", "25.00")
    page = column_page(("No", "Description", "Qty", "Price", "Amount"), [row], (40, 70, 440, 500, 560))
    item = read_lines([page], invoice_spec()).items[0]
    assert item["description"] == "Pump, Model XK-12"
    assert "article" not in item
