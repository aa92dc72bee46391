"""Which papers a file holds: by title, by continuation, or unknown."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.steps.identify import identify
from schemas.catalogue import UNKNOWN, catalogue
from schemas.page import Box, Page, Word
from tests.flows.steps.pages import page

KINDS = catalogue()


def _kinds(*pages: Page) -> list[tuple[str, tuple[int, ...]]]:
    return [(cut.kind, tuple(p.number for p in cut.pages)) for cut in identify(pages, KINDS)]


def test_a_title_names_the_kind() -> None:
    assert _kinds(page("No. 1", title="PACKING LIST")) == [("packing_list", (1,))]
    assert _kinds(page("№ 1", title="ИНВОЙС")) == [("commercial_invoice", (1,))]
    assert _kinds(page("号", title="国际公路货物运单")) == [("cmr", (1,))]


def test_a_title_with_a_wrong_letter_still_names_the_kind() -> None:
    assert _kinds(page("No. 1", title="PACKNIG LIST")) == [("packing_list", (1,))]


def test_a_title_set_letter_by_letter_names_the_kind() -> None:
    assert _kinds(page("No. 1", title="I N V O I C E")) == [("commercial_invoice", (1,))]


def test_three_papers_in_one_file_are_three_documents() -> None:
    pages = (
        page("Invoice No. 7", "Total 10.00 EUR", title="COMMERCIAL INVOICE"),
        page("Gross weight, kg", title="PACKING LIST", number=2),
        page("1 Sender", "16 Carrier", title="CMR CONSIGNMENT NOTE", number=3),
    )
    assert _kinds(*pages) == [("commercial_invoice", (1,)), ("packing_list", (2,)), ("cmr", (3,))]


def test_a_page_without_a_title_goes_on_with_the_paper_before_it() -> None:
    pages = (page("Invoice No. 7", title="INVOICE"), page("4 Valves 10 pcs 120.00", "5 Pumps", number=2))
    assert _kinds(*pages) == [("commercial_invoice", (1, 2))]


def test_a_second_page_that_repeats_the_head_goes_on() -> None:
    head = ("Invoice No. 7", "Seller: ACME Ltd")
    pages = (page(*head, "Page 1 of 2", title="INVOICE"), page(*head, "Page 2 of 2", number=2, title="INVOICE"))
    assert _kinds(*pages) == [("commercial_invoice", (1, 2))]


def test_two_invoices_one_after_the_other_are_two_documents() -> None:
    pages = (
        page("Invoice No. 7", "Seller: ACME Ltd", title="INVOICE"),
        page("Invoice No. 8", "Seller: Other GmbH", number=2, title="INVOICE"),
    )
    assert [kind for kind, _ in _kinds(*pages)] == ["commercial_invoice", "commercial_invoice"]


def test_a_letter_is_unknown() -> None:
    text = ("Dear Sir or Madam,", "please find the goods at the warehouse as agreed.", "Kind regards")
    assert _kinds(page(*text)) == [(UNKNOWN, (1,))]


def test_the_word_invoice_in_a_sentence_makes_no_invoice() -> None:
    assert _kinds(page("We refer to your letter and the invoice sent last week.")) == [(UNKNOWN, (1,))]


def test_a_packing_list_that_names_its_invoice_is_no_invoice() -> None:
    assert _kinds(page("To Invoice No. 5 dated 01.02.2026", title="Packing List")) == [("packing_list", (1,))]


def test_a_credit_note_is_an_invoice_and_is_noted() -> None:
    (cut,) = identify([page("№ 5", title="CREDIT NOTE")], KINDS)
    assert (cut.kind, cut.note) == ("commercial_invoice", "credit_note")


def test_no_pages_are_no_documents_and_a_blank_page_is_unknown() -> None:
    assert identify([], KINDS) == []
    assert _kinds(Page(1, 595, 842)) == [(UNKNOWN, (1,))]


_WORDS = st.builds(
    lambda text, x, y, w, h: Word(text, Box(x, y, x + w, y + h), h),
    st.text(max_size=12),
    st.floats(-50, 700),
    st.floats(-50, 900),
    st.floats(0, 200),
    st.floats(0, 40),
)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.lists(st.lists(_WORDS, max_size=25), max_size=3))
def test_every_page_is_in_exactly_one_document_whatever_stands_on_it(words: list[list[Word]]) -> None:
    pages = [Page(i, 595, 842, tuple(w)) for i, w in enumerate(words, 1)]
    found = [p.number for cut in identify(pages, KINDS) for p in cut.pages]
    assert found == [p.number for p in pages]
