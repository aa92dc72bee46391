"""Freight, insurance and discounts beside the goods: taken where they close the arithmetic, and only there."""

from __future__ import annotations

from decimal import Decimal

import pytest

from flows.steps.extract.charges import as_data, charges_of
from flows.steps.extract.sheet import Sheet, sheet_of
from flows.steps.numbers import Style
from flows.steps.tables import Lines
from schemas.charges import charge_kind
from schemas.page import Box, Page, Word
from schemas.record import Evidence

GOODS = Lines(items=[{"amount": "7020.00"}, {"amount": "4300.00"}], style=Style.POINT_COMMA)
EVIDENCE = {
    "/lines/1/amount": Evidence(page=1, box=(500.0, 290.0, 550.0, 300.0)),
    "/total_amount": Evidence(page=1, box=(500.0, 400.0, 550.0, 410.0)),
}


def sheet(*rows: tuple[float, str, str]) -> Sheet:
    """Rows of a totals block: top, label, amount; amounts end at 550 pt."""
    words = []
    for top, label, amount in rows:
        x = 400.0
        for part in label.split():
            words.append(Word(part, Box(x, top, x + 6.0 * len(part), top + 10.0), 10.0))
            x += 6.0 * len(part) + 3.0
        words.append(Word(amount, Box(550.0 - 5.5 * len(amount), top, 550.0, top + 10.0), 10.0))
    return sheet_of([Page(1, 595.0, 842.0, tuple(words))])


BLOCK = sheet(
    (330.0, "Ara Toplam", "11.320,00"),
    (345.0, "İskonto 2%", "-226,40"),
    (360.0, "Navlun", "600,00"),
    (375.0, "Sigorta", "40,00"),
    (400.0, "Genel Toplam", "11.733,60"),
)


def test_what_stands_between_the_goods_and_the_total_is_read_where_it_makes_up_the_difference() -> None:
    data, evidence = as_data(charges_of(BLOCK, GOODS, {"total_amount": "11733.60"}, EVIDENCE))
    assert data == [
        {"kind": "discount", "amount": "-226.40"},
        {"kind": "freight", "amount": "600.00"},
        {"kind": "insurance", "amount": "40.00"},
    ]
    assert evidence["/charges/1/amount"].text == "600,00"


@pytest.mark.parametrize("total", ["11733.61", "11733.62", "12000.00"])
def test_what_does_not_make_up_the_difference_is_not_taken(total: str) -> None:
    within_a_cent = abs(Decimal(total) - Decimal("11733.60")) <= Decimal("0.01")
    assert bool(charges_of(BLOCK, GOODS, {"total_amount": total}, EVIDENCE)) is within_a_cent


def test_a_goods_row_without_an_amount_leaves_it_open() -> None:
    goods = Lines(items=[{"amount": "7020.00"}, {}], style=Style.POINT_COMMA)
    assert charges_of(BLOCK, goods, {"total_amount": "11733.60"}, EVIDENCE) == []


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Fracht und Verpackung", "packing"),
        ("Транспортные расходы", "freight"),
        ("Remise 5 %", "discount"),
        ("运费", "freight"),
        ("Osiguranje", "insurance"),
        ("Bankspesen", "other"),
    ],
)
def test_a_label_tells_what_a_charge_is_for(label: str, kind: str) -> None:
    assert charge_kind(label) == kind
