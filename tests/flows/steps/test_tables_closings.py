"""Lines that close a table of items, or stand among its rows, and are no rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.steps.tables import Lines, read_lines
from schemas.page import Page, Word
from tests.flows.steps.table_pages import column_page, invoice_spec, items, table_page, total, words_at


def seen(lines: Lines) -> str:
    return " | ".join(doubt.seen for doubt in lines.findings)


def with_words(page: Page, *words: list[Word]) -> Page:
    return replace(page, words=(*page.words, *(word for found in words for word in found)))


def below(rows: int) -> float:
    return 80.0 + 15.0 * (rows + 1)


def _as_wide(words: list[Word], gap: float) -> list[Word]:
    """Words of a line moved apart to one gap."""
    x, moved = words[0].box.x0, []
    for word in words:
        moved.append(word._replace(box=word.box._replace(x0=x, x1=x + word.box.width)))
        x += word.box.width + gap
    return moved


@pytest.mark.parametrize("gap", [2.5, 4.5])
def test_a_grouped_number_that_crosses_a_column_edge_is_one_number(gap: float) -> None:
    rows = [("1", "Press", "2", "pcs", "7 000,00", "14 000,00"), ("2", "Lathe", "3", "pcs", "15 085,54", "45 256,62")]
    prose = [
        _as_wide(words_at("All goods are sold as they are seen on this day", 40, 300 + 15 * i), gap) for i in range(4)
    ]
    number = _as_wide(words_at("59 256,62", 476, below(2)), gap)
    page = with_words(table_page(rows), words_at("Total:", 430, below(2)), number, *prose)
    lines = read_lines([page], invoice_spec())
    assert [(t.column, t.text) for t in lines.totals] == [("amount", "59 256,62")]
    assert not lines.findings


def test_numbers_of_two_columns_are_never_one() -> None:
    rows = [("1", "Press", "2", "pcs", "7", "140.00")]
    lines = read_lines([table_page(rows)], invoice_spec())
    assert lines.items[0]["unit_price"] == "7"
    assert lines.items[0]["amount"] == "140.00"


@pytest.mark.parametrize("label", ["Freight", "Carriage and packing", "Fracht", "Доставка", "运费", "Navlun"])
@pytest.mark.parametrize("x", [68.0, 305.0])
def test_freight_below_the_goods_is_no_row_and_the_sum_closes_with_it(label: str, x: float) -> None:
    rows = items(3)
    y = below(3)
    foot = [
        words_at(label, x, y),
        words_at("10.00", 547, y, True),
        words_at("Total", x, y + 15),
        words_at("87.50", 547, y + 15, True),
    ]
    goods = sum(float(row[5]) for row in rows)
    assert goods + 10 == 87.5
    lines = read_lines([with_words(table_page(rows), *foot)], invoice_spec())
    assert [item["position"] for item in lines.items] == ["1", "2", "3"]
    assert not lines.findings
    assert ("charge", "10.00") in {(t.kind, t.text) for t in lines.totals}
    foot[3] = words_at("88.50", 547, y + 15, True)
    assert not read_lines([with_words(table_page(rows), *foot)], invoice_spec()).is_whole


def test_a_discount_inside_an_item_is_no_row_and_the_sum_closes_with_it() -> None:
    rows = [*items(2)[:1], ("", "", "", "less 10%", "Discount", "-2.00"), *items(2)[1:]]
    lines = read_lines([table_page(rows, foot=[("", "Total", "", "", "", "38.00")])], invoice_spec())
    amounts = [item["amount"] for item in lines.items]
    assert amounts == ["15.00", "25.00"]
    assert not lines.findings


@pytest.mark.parametrize("text", ["Page 1 of 2", "Страница 1 из 2", "Seite 1 von 2", "第1页 共4页", "4 беттің 2-беті"])
def test_the_number_of_the_page_is_no_row(text: str) -> None:
    rows = items(4)
    page = with_words(table_page(rows, ruled=True), words_at(text, 470, below(4)))
    lines = read_lines([page], invoice_spec())
    assert len(lines.items) == 4
    assert not lines.findings


def test_taxes_below_the_goods_are_no_rows() -> None:
    rows = items(3)
    foot = [total(rows), ("", "", "VAT 0 %", "(zero", "rated)", "0.00"), ("", "Amount due", "", "", "", total(rows)[5])]
    lines = read_lines([table_page(rows, foot=foot)], invoice_spec())
    assert len(lines.items) == 3
    assert not lines.findings


def test_a_ruled_line_without_ordinal_and_numbers_is_said_and_no_row() -> None:
    rows = [*items(3), ("", "Ball valve type 9", "", "", "", "17.00")]
    lines = read_lines([table_page(rows, ruled=True)], invoice_spec())
    assert len(lines.items) == 3
    assert "Ball valve type 9" in seen(lines)
    assert not lines.is_whole


def test_a_last_row_below_a_gap_is_said_when_it_has_the_next_ordinal() -> None:
    rows = items(3)
    y = below(3) + 70
    last = [words_at("4", 43, y), words_at("Ball valve type 4", 68, y), words_at("3", 357, y, True)]
    lines = read_lines([with_words(table_page(rows), *last)], invoice_spec())
    assert len(lines.items) == 4 or "Ball valve type 4" in seen(lines)


def test_an_amount_alone_among_full_rows_is_asked_about() -> None:
    heads = ("Description", "Qty", "Price", "Amount")
    rows = [("Pump", "5", "5.00", "25.00"), ("Valve", "2", "12.50", "25.00"), ("Zorblax", "", "", "7.00")]
    page = column_page(heads, rows, (40, 240, 320, 400, 480), ruled=(True, True, True))
    lines = read_lines([page], invoice_spec())
    assert len(lines.items) == 2 or not lines.is_whole


def test_a_total_in_a_block_under_another_column_is_not_held_against_it() -> None:
    heads = ("No", "Description", "Qty", "Price, EUR", "Amount, EUR", "Net, kg")
    page = column_page(heads, [("1", "Pump", "5", "5.00", "25.00", "9.5")], (40, 70, 240, 300, 380, 460))
    foot = [words_at("Total: EUR", 400, 125), words_at("25.00", 470, 125)]
    assert not read_lines([with_words(page, *foot)], invoice_spec()).findings


def test_the_minus_of_a_credit_note_may_stand_before_the_amounts_alone() -> None:
    rows = [("1", "Pump", "5", "pcs", "5.00", "-25.00"), ("2", "Valve", "2", "pcs", "12.50", "-25.00")]
    lines = read_lines([table_page(rows)], invoice_spec())
    assert [item["amount"] for item in lines.items] == ["-25.00", "-25.00"]
    assert not lines.findings
    rows[0] = ("1", "Pump", "5", "pcs", "5.00", "25.00")
    assert read_lines([table_page(rows)], invoice_spec()).findings


def test_lines_with_codes_below_the_last_row_are_no_head() -> None:
    rows = [(a, f"{b}\nHS code: 8481808508, Ref: B9629-28", *rest) for a, b, *rest in items(4)]
    lines = read_lines([table_page(rows, foot=[total(items(4))])], invoice_spec())
    assert [item["hs_code"] for item in lines.items] == ["8481808508"] * 4
    assert not lines.findings
