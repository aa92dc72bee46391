"""Line items: rows, wrapped text, page breaks, totals, and the contract that no row is lost in silence."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.steps.tables import Lines, read_lines
from schemas.page import Box, Page, Word
from tests.flows.steps.table_pages import invoice_spec, items, row_words, table_page, total, words_at

quiet = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def rules(lines: Lines) -> set[str]:
    return {doubt.rule for doubt in lines.findings}


@pytest.mark.parametrize("ruled", [True, False])
def test_every_row_is_read_with_its_values_and_their_places(ruled: bool) -> None:
    rows = items(12)
    lines = read_lines([table_page(rows, foot=[total(rows)], ruled=ruled)], invoice_spec())
    assert [item["position"] for item in lines.items] == [row[0] for row in rows]
    assert lines.items[4] == {
        "position": "5",
        "description": "Ball valve type 5",
        "quantity": "8",
        "unit": "pcs",
        "unit_price": "8.75",
        "amount": "70.00",
    }
    evidence = lines.evidence["/lines/4/amount"]
    assert (evidence.page, evidence.text, evidence.source) == (1, "70.00", "text")
    assert evidence.box is not None and evidence.box[0] > 470
    assert lines.is_whole and not lines.findings


def test_a_wrapped_description_stays_with_its_row() -> None:
    rows = [(a, f"{b}\nof stainless steel\nwith flange", *rest) for a, b, *rest in items(5)]
    lines = read_lines([table_page(rows, foot=[total(rows)])], invoice_spec())
    assert [item["description"] for item in lines.items] == [
        f"Ball valve type {i} of stainless steel with flange" for i in range(1, 6)
    ]


def test_a_table_goes_on_over_pages_with_and_without_a_repeated_head() -> None:
    rows = items(30)
    pages = [
        table_page(rows[:10]),
        table_page(rows[10:20], number=2),
        table_page(rows[20:], number=3, head=None, foot=[total(rows)]),
    ]
    lines = read_lines(pages, invoice_spec())
    assert [item["position"] for item in lines.items] == [str(i) for i in range(1, 31)]
    assert {lines.evidence[f"/lines/{i}/amount"].page for i in (0, 10, 20)} == {1, 2, 3}
    assert not lines.findings


def test_a_row_broken_by_the_end_of_the_page_is_one_row() -> None:
    rows = items(8)
    first = table_page([*rows[:3], (*rows[3][:1], "Ball valve with a long\nname of", *rows[3][2:])])
    second = table_page(rows[4:], number=2, foot=[total(rows)])
    tail = Page(2, 595, 842, (*[_lower(word) for word in second.words], *words_at("several lines", 68, 95)), ())
    lines = read_lines([first, tail], invoice_spec())
    assert len(lines.items) == 8
    assert lines.items[3]["description"] == "Ball valve with a long name of several lines"
    assert lines.items[4]["description"] == "Ball valve type 5"


def _lower(word: Word) -> Word:
    if word.box.top < 90:
        return word
    return word._replace(box=Box(word.box.x0, word.box.top + 15, word.box.x1, word.box.bottom + 15))


def test_sums_carried_forward_are_no_rows_but_are_checked() -> None:
    rows = items(10)
    carried = ("", "Carried forward", *total(rows[:5])[2:])
    brought = ("", "Brought forward", *total(rows[:5])[2:])
    pages = [table_page(rows[:5], foot=[carried]), table_page([brought, *rows[5:]], number=2, foot=[total(rows)])]
    assert len(read_lines(pages, invoice_spec()).items) == 10
    assert read_lines(pages, invoice_spec()).is_whole
    wrong = ("", "Carried forward", "", "", "", "1.00")
    spoilt = [table_page(rows[:5], foot=[wrong]), table_page(rows[5:], number=2, foot=[total(rows)])]
    assert "lines.not_whole" in rules(read_lines(spoilt, invoice_spec()))


def test_a_table_of_taxes_below_is_not_taken_for_items() -> None:
    rows = items(4)
    page = table_page(rows, foot=[total(rows)])
    words = [
        *page.words,
        *words_at("VAT rate", 68, 260),
        *words_at("Tax base", 200, 260),
        *words_at("VAT amount", 400, 260),
    ]
    words += [*words_at("20%", 68, 275), *words_at("200.00", 200, 275), *words_at("40.00", 400, 275)]
    lines = read_lines([replace(page, words=tuple(words))], invoice_spec())
    assert len(lines.items) == 4 and lines.is_whole


def test_two_tables_under_the_same_head_are_both_read() -> None:
    first, second = items(3), items(3, first=4)
    upper = table_page(first, foot=[total(first)])
    lower = table_page(second, foot=[total(second)])
    moved = [w._replace(box=Box(w.box.x0, w.box.top + 300, w.box.x1, w.box.bottom + 300)) for w in lower.words]
    lines = read_lines([replace(upper, words=(*upper.words, *moved))], invoice_spec())
    assert [item["position"] for item in lines.items] == ["1", "2", "3", "4", "5", "6"]
    assert lines.is_whole


@quiet
@given(st.integers(3, 25), st.data())
def test_a_dropped_row_never_goes_unnoticed(count: int, data: st.DataObject) -> None:
    rows = items(count)
    dropped = data.draw(st.integers(0, count - 1))
    left = [row for i, row in enumerate(rows) if i != dropped]
    shows_ordinals, shows_total = data.draw(st.sampled_from([(True, False), (False, True), (True, True)]))
    if not shows_total and dropped == count - 1:
        return  # the last row of a table without a total leaves no trace
    if not shows_ordinals:
        left = [("", *row[1:]) for row in left]
    lines = read_lines([table_page(left, foot=[total(rows)] if shows_total else [])], invoice_spec())
    assert len(lines.items) == count - 1
    assert not lines.is_whole


def test_two_prices_glued_into_one_are_found_by_the_arithmetic() -> None:
    rows = items(4)
    rows[1] = (*rows[1][:4], "3960704", "19,800.00")
    lines = read_lines([table_page(rows)], invoice_spec())
    doubt = next(d for d in lines.findings if d.rule == "lines.arithmetic")
    assert doubt.pointer == "/lines/1"
    assert "3960704" in doubt.seen and "19800.00" in doubt.seen
    assert len(lines.items) == 4


def test_the_stated_number_of_items_is_compared() -> None:
    rows = items(4)
    good = table_page(rows, foot=[("", "Total items: 4", "", "", "", "")])
    assert read_lines([good], invoice_spec()).is_whole
    bad = table_page(rows, foot=[("", "Total items: 5", "", "", "", "")])
    assert not read_lines([bad], invoice_spec()).is_whole


def test_a_head_without_rows_is_a_finding() -> None:
    assert rules(read_lines([table_page([])], invoice_spec())) == {"lines.no_rows"}


def test_rows_without_a_head_are_a_finding() -> None:
    assert rules(read_lines([table_page(items(5), head=None)], invoice_spec())) == {"lines.no_header"}


def test_a_number_that_nothing_decides_is_left_out_and_asked_for() -> None:
    page = table_page([("1", "Cable", "2", "km", "1,250", "2,500")])
    lines = read_lines([page], invoice_spec())
    assert "unit_price" not in lines.items[0] and "amount" not in lines.items[0]
    assert rules(lines) == {"reading.ambiguous_number"}


def test_one_number_of_the_table_decides_the_style_of_all() -> None:
    page = table_page([("1", "Cable", "2", "km", "1,250", "2,500"), ("2", "Wire", "3", "km", "4.20", "12.60")])
    lines = read_lines([page], invoice_spec())
    assert [item["amount"] for item in lines.items] == ["2500", "12.60"] or "amount" not in lines.items[0]
    closed = table_page([("1", "Cable", "2", "km", "1,250", "2,500.00")])
    assert read_lines([closed], invoice_spec()).items[0]["unit_price"] == "1250"


def test_tonnes_in_the_head_become_kilograms_and_say_so() -> None:
    page = table_page([("1", "Steel coil", "2", "pcs", "4.50", "9.00")])
    words = [*page.words, *words_at("Gross, t", 556, 80), *words_at("1.250", 560, 95)]
    lines = read_lines([replace(page, words=tuple(words), width=700.0)], invoice_spec())
    assert Decimal(lines.items[0]["gross_mass_kg"]) == 1250
    evidence = lines.evidence["/lines/0/gross_mass_kg"]
    assert (evidence.source, evidence.text) == ("rule", "1.250")


def test_labelled_details_below_the_description_are_values_of_their_own() -> None:
    row = ("1", "Ball valve\nHS code: 8481808508, Origin: Italy", "2", "pcs", "4.50", "9.00")
    item = read_lines([table_page([row])], invoice_spec()).items[0]
    assert (item["description"], item["hs_code"], item["country_of_origin"]) == ("Ball valve", "8481808508", "IT")


_texts = st.one_of(
    st.sampled_from(
        ["No", "Description", "Quantity", "Unit price", "Amount", "Total", "1", "2,50", "1 000", "—", "Carried"]
    ),
    st.text(max_size=12).map(lambda text: "".join(text.split())),
)
_words = st.builds(
    lambda text, x, y, w, h: Word(text or "x", Box(x, y, x + w, y + h), h),
    _texts,
    st.floats(-20, 600),
    st.floats(-20, 850),
    st.floats(0, 120),
    st.floats(0, 30),
)


@quiet
@given(st.lists(st.lists(_words, max_size=40), max_size=3))
def test_no_arrangement_of_words_breaks_the_reader(pages: list[list[Word]]) -> None:
    sheets = [Page(i + 1, 595.0, 842.0, tuple(words)) for i, words in enumerate(pages)]
    lines = read_lines(sheets, invoice_spec())
    assert all(pointer.startswith("/lines/") for pointer in lines.evidence)


@quiet
@given(st.lists(_words, max_size=12), st.integers(1, 6))
def test_strange_words_on_the_page_never_break_a_table(strange: list[Word], count: int) -> None:
    page = table_page(items(count))
    read_lines([replace(page, words=(*page.words, *strange))], invoice_spec())


def test_three_thousand_rows_are_read_to_the_last() -> None:
    rows = items(3200)
    pages = [table_page(rows[i : i + 45], number=i // 45 + 1) for i in range(0, 3200, 45)]
    last = pages[-1]
    closing = row_words(total(rows), 80 + 15 * (len(rows) % 45 + 1))
    pages[-1] = replace(last, words=(*last.words, *closing))
    lines = read_lines(pages, invoice_spec())
    assert len(lines.items) == 3200 and lines.is_whole
    assert lines.items[-1]["position"] == "3200"
