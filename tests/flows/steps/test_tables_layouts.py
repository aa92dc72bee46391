"""Line items of layouts that say one thing in several places: ratios, captions, items of two lines, broken numbers."""

from __future__ import annotations

import pytest

from flows.steps.tables import Lines, read_lines
from flows.steps.tables.lexicon import reader_of
from schemas.page import Box, Page, Word
from tests.flows.steps.table_pages import column_page, invoice_spec, spec_of, words_at

PACKED = (40.0, 150.0, 240.0, 320.0, 400.0, 480.0)
BILLED = (40.0, 110.0, 300.0, 370.0, 450.0, 530.0)
BILLED_HEADS = ("Marks and numbers of PKGS", "Description of goods", "Quantity", "Unit price", "Amount")


def packing(page: Page) -> Lines:
    return read_lines([page], spec_of("packing_list"))


def invoice(page: Page) -> Lines:
    return read_lines([page], invoice_spec())


def values(lines: Lines, name: str) -> list[str | None]:
    return [item.get(name) for item in lines.items]


def rules(lines: Lines) -> set[str]:
    return {doubt.rule for doubt in lines.findings}


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("CBM/ctn", "unit_volume"),
        ("CBM per carton", "unit_volume"),
        ("kg/ctn", "unit_mass"),
        ("Pcs/ctn", "per_package"),
        ("Вес брутто на место", "unit_mass"),
    ],
)
def test_a_measure_of_each_package_is_none_of_the_row(head: str, name: str) -> None:
    assert set(reader_of(spec_of("packing_list")).meaning(head).shares) == {name}


def test_volume_per_carton_is_no_number_of_a_package_and_no_volume() -> None:
    heads = ("Description", "Ctns", "Quantity", "CBM/ctn", "Total CBM")
    page = column_page(
        heads, [("Floodlight", "60", "300", "0.045", "2.700"), ("Strip", "40", "2000", "0.038", "1.520")], PACKED
    )
    lines = packing(page)
    assert values(lines, "package_numbers") == [None, None]
    assert values(lines, "volume_m3") == ["2.700", "1.520"]


def test_a_fraction_under_package_numbers_is_a_doubt() -> None:
    heads = ("Description", "Carton No", "Quantity", "Net weight kg")
    lines = packing(column_page(heads, [("Floodlight", "0.045", "300", "12.5")], PACKED))
    assert values(lines, "package_numbers") == [None]
    assert "lines.unreadable" in rules(lines)


def test_captions_in_small_type_above_the_goods_are_no_values() -> None:
    heads = (
        "6 Marques\net numéros",
        "7 Nombre\ndes colis",
        "9 Nature de la\nmarchandise",
        "11 Poids brut, kg",
        "12 Cubage m3",
    )
    page = column_page(heads, [], PACKED)
    small = [*words_at("Marks & Nos", 40, 100), *words_at("Nature of it", 240, 100)]
    small += [*words_at("Gross w. kg", 320, 100), *words_at("Volume m3", 400, 100)]
    row = [("BW/ALMATY", 40), ("18", 150), ("Vins rouges", 240), ("14760", 320), ("26,4", 400)]
    goods = [word for text, x in row for word in words_at(text, x, 116)]
    lines = read_lines([Page(1, 842.0, 595.0, (*page.words, *small, *goods), ())], spec_of("cmr"))
    assert [(i["marks"], i["description"], i["packages"]) for i in lines.items] == [("BW/ALMATY", "Vins rouges", "18")]


def test_marks_beside_the_rows_are_no_package_numbers_and_are_doubted() -> None:
    rows = [
        ("SULU\nASTANA", "Cream\nHS CODE: 3304990000", "10", "6.20", "62.00"),
        ("C/NO. 1-97", "Toner\nHS CODE: 3304990000", "20", "4.85", "97.00"),
        ("", "Mask\nHS CODE: 3307900000", "30", "3.10", "93.00"),
    ]
    lines = invoice(column_page(BILLED_HEADS, rows, BILLED))
    assert values(lines, "package_numbers") == [None, None, None]
    assert values(lines, "marks") == [None, None, None]
    assert any(doubt.pointer == "/lines/0/marks" for doubt in lines.findings)


def test_a_line_with_the_code_goes_on_with_the_row_above_it() -> None:
    words: list[Word] = list(column_page(BILLED_HEADS[1:], [], BILLED[1:]).words)
    for index, (name, code, price) in enumerate([("Cream", "3304990000", "6.20"), ("Mask", "3307900000", "3.10")]):
        y = 96.0 + 20 * index
        for text, x in ((name, 110), ("10", 300), (price, 370), (f"{price[0]}{price[2]}.00", 450)):
            words += words_at(text, x, y)
        words += words_at(f"HS CODE: {code}", 110, y + 10)
    lines = invoice(Page(1, 595.0, 842.0, tuple(words), ()))
    assert values(lines, "description") == ["Cream", "Mask"]
    assert values(lines, "hs_code") == ["3304990000", "3307900000"]


def test_items_of_two_lines_under_a_head_of_two_lines_are_whole() -> None:
    heads = ("Item", "Material", "Description\nQuantity", "\nPrice", "\nUnit", "\nValue")
    edges = (40.0, 85.0, 170.0, 330.0, 390.0, 450.0)
    words = list(column_page(heads, [], edges).words)
    rows = [("000010", "KB-04", "Piston rod", "8 PC", "412.00", "3,296.00", "CH")]
    rows += [("000020", "KB-09", "Ceramic liner", "12 PC", "980.50", "11,766.00", "DE")]
    for index, (item, article, name, count, price, amount, origin) in enumerate(rows):
        y = 110.0 + 30 * index
        for text, x in ((item, 40), (article, 85), (name, 170)):
            words += words_at(text, x, y)
        for text, x in ((count, 170), (price, 330), ("1 PC", 390), (amount, 450)):
            words += words_at(text, x, y + 10)
        words += words_at(f"Commodity code 84139100 Country of origin {origin}", 85, y + 20)
    lines = invoice(Page(1, 595.0, 842.0, tuple(words), ()))
    assert values(lines, "quantity") == ["8", "12"]
    assert values(lines, "description") == ["Piston rod", "Ceramic liner"]
    assert values(lines, "unit") == ["PC", "PC"]
    assert values(lines, "hs_code") == ["84139100", "84139100"]
    assert values(lines, "country_of_origin") == ["CH", "DE"]
    assert not lines.findings


def test_a_number_broken_between_its_groups_is_one_number() -> None:
    heads = ("No", "Description", "Quantity", "Unit price", "Amount")
    rows = [("1", "Орех\nкедровый", "6 400", "1 850,00", "11 840\n000,00")]
    page = column_page(heads, rows, (40.0, 80.0, 240.0, 320.0, 420.0, 500.0), ruled=[True])
    lines = invoice(page)
    assert values(lines, "amount") == ["11840000.00"]
    assert "lines.arithmetic" not in rules(lines)


def test_rows_set_far_apart_are_all_read() -> None:
    heads = ("Colli-Nr.", "Inhalt", "Menge", "Verpackung", "Netto (kg)", "Brutto (kg)")
    words = list(column_page(heads, [], (40.0, 110.0, 230.0, 300.0, 380.0, 460.0)).words)
    for index, cells in enumerate(
        [
            ("1", "Tragrolle", "120", "Holzkiste", "744,00", "812,00"),
            ("2", "Gurtreiniger", "6", "Karton", "54,60", "61,00"),
            ("3", "Antriebstrommel", "1", "Palette", "402,00", "431,50"),
        ]
    ):
        for text, x in zip(cells, (40, 110, 230, 300, 380, 460), strict=True):
            words += words_at(text, x, 108.0 + 30 * index)
    lines = packing(Page(1, 595.0, 842.0, tuple(words), ()))
    assert values(lines, "net_mass_kg") == ["744.00", "54.60", "402.00"]
    assert not lines.findings


def test_polish_and_turkish_lists_are_read_and_their_sums_are_no_rows() -> None:
    heads = ("Lp.", "Nazwa towaru", "Ilość (szt.)", "Ilość opakowań", "Waga netto (kg)", "Waga brutto (kg)")
    edges = (40.0, 70.0, 230.0, 300.0, 400.0, 500.0)
    rows = [("1", "Stół", "20", "40", "860,00", "920,00"), ("2", "Krzesło", "120", "60", "780,00", "852,00")]
    lines = packing(column_page(heads, [*rows, ("", "RAZEM", "140", "100", "1 640,00", "1 772,00")], edges))
    assert values(lines, "packages") == ["40", "60"]
    rolls_heads = ("Top No", "Cins", "Metre", "Net KG", "Brüt KG")
    rolls = [
        ("1-30", "Perdelik kumaş", "2.400,0", "744,00", "765,00"),
        ("31-52", "Kadife", "1.100,5", "682,30", "701,00"),
    ]
    lines = packing(column_page(rolls_heads, [*rolls, ("TOPLAM 52", "TOP", "3.500,5", "1.426,30", "1.466,00")], edges))
    assert values(lines, "package_numbers") == ["1-30", "31-52"]


def test_a_row_that_opens_as_a_sum_and_is_none_is_doubted() -> None:
    heads = ("Description", "Packages", "Quantity", "Net weight kg")
    rows = [("Bolts", "2", "30", "12.5"), ("Nuts", "3", "40", "14.5"), ("Total blend oil", "4", "50", "99.0")]
    lines = packing(column_page(heads, rows, PACKED))
    assert len(lines.items) < 3 or "lines.not_whole" in rules(lines)


def test_the_second_line_of_a_head_that_runs_into_the_first_row_is_no_value() -> None:
    heads = ("品名", "型号", "数量", "单价", "金额")
    edges = (40.0, 200.0, 300.0, 380.0, 480.0)
    words = list(column_page(heads, [], edges).words)
    for low, row in (
        (("Description", "Model", "Qty", "Price", "Amount"), ("Cylinder", "HC-80/45", "24", "118.50", "2,844.00")),
    ):
        for x, (head, cell) in zip(edges, zip(low, row, strict=True), strict=True):
            words += [Word(head, Box(x, 96.0, x + 30, 104.0), 8.0)]
            words += [Word(cell, Box(x + 34, 96.0, x + 70, 104.0), 8.0)]
    for text, x in zip(("Pump", "CB-F25", "60", "46.20", "2,772.00"), edges, strict=True):
        words += words_at(text, x + 34, 110.0)
    lines = invoice(Page(1, 595.0, 842.0, tuple(words), ()))
    assert values(lines, "description")[0] == "Cylinder" or lines.findings
    assert values(lines, "article")[-1] == "CB-F25"
