"""Words, ruled lines and what a person cannot see, on pages drawn for the purpose."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from connectors.pdf import pages, plumber, sight
from connectors.pdf.document import open_document
from connectors.pdf.pages import PageLimits, read_page
from schemas.page import Box, Page
from tests.bench.agreement import missing_rulings, missing_words, overlap, unlike_words
from tests.connectors.pdf_papers import SIZE, by_hand, changed, drawn, written
from tests.papers import make_paper, sample_papers

LIMITS = PageLimits(50_000, 2_000)


def read(data: bytes, limits: PageLimits = LIMITS) -> tuple[list[Page], list[str]]:
    notes: list[str] = []
    read_pages = []
    with open_document(data) as document:
        for index in range(document.pages):
            page, about = read_page(document.handle, index, limits)
            read_pages.append(page)
            notes.extend(about)
    return read_pages, notes


def texts(data: bytes) -> list[str]:
    return [word.text for word in read(data)[0][0].words]


@pytest.mark.parametrize("language", ["ru", "kk", "en", "zh", "tr", "sr", "sr-Cyrl"])
def test_words_and_rulings_agree_with_pdfplumber_in_every_language(language: str) -> None:
    for kind in ("commercial_invoice", "packing_list"):
        data = make_paper(kind, seed=11, language=language, lines=20).pdf
        ours, theirs = read(data)[0], plumber.read_pages(data)
        assert len(ours) == len(theirs)
        for own, other in zip(ours, theirs, strict=True):
            assert unlike_words(own, other) == []
            assert missing_rulings(own, other) == missing_rulings(other, own) == []
            assert (own.width, own.height) == pytest.approx((other.width, other.height), abs=0.01)
            assert own.doubts == ()


def test_papers_of_all_kinds_agree_in_words_and_rulings() -> None:
    words = missing = 0
    for paper in sample_papers(12, seed=3):
        for own, other in zip(read(paper.pdf)[0], plumber.read_pages(paper.pdf), strict=True):
            words += len(other.words)
            missing += len(unlike_words(own, other))
            assert missing_rulings(own, other) == missing_rulings(other, own) == []
    assert missing < 0.002 * words  # pdfium drops some letters of stamps that say the same thing twice


def test_a_word_lies_where_it_was_drawn() -> None:
    page = read(written("Алматы 1 250,00"))[0][0]
    width = stringWidth("Алматы", "DejaVu", 12)
    assert [word.text for word in page.words] == ["Алматы", "1", "250,00"]
    assert page.words[0].box.x0 == pytest.approx(50, abs=0.1)
    assert page.words[0].box.x1 == pytest.approx(50 + width, abs=0.1)
    assert page.words[0].box.holds(55, SIZE[1] - 203)
    assert page.words[0].size == pytest.approx(12)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_is_measured_as_a_person_sees_it(turn: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(30, 250, "Invoice")
        canvas.line(30, 100, 230, 100)

    data = changed(drawn(draw), lambda pdf: setattr(pdf.pages[0], "Rotate", turn))
    own, other = read(data)[0][0], plumber.read_pages(data)[0]
    assert (own.width, own.height) == pytest.approx((other.width, other.height))
    assert own.rulings[0].is_horizontal is (turn % 180 == 0)
    assert missing_rulings(own, other) == missing_rulings(other, own) == []
    letters = Box.around([word.box for word in other.words])
    assert overlap(own.words[0].box, letters) > 0.7
    assert [word.text for word in own.words] == ["Invoice"]


def test_a_cropped_page_is_measured_from_the_corner_that_is_seen() -> None:
    data = changed(written("Invoice 42"), lambda pdf: setattr(pdf.pages[0], "CropBox", [20, 30, 300, 280]))
    page = read(data)[0][0]
    assert (page.width, page.height) == (280, 250)
    assert page.words[0].box.x0 == pytest.approx(30, abs=0.1)
    assert page.words[0].box.holds(35, 280 - 203)
    assert missing_words(page.words, plumber.read_pages(data)[0].words) == []


def test_letters_of_a_spaced_heading_are_one_word_and_figures_in_boxes_are_not() -> None:
    assert texts(written("И Н В О Й С")) == ["ИНВОЙС"]
    assert texts(written("1 2 3 4")) == ["1", "2", "3", "4"]
    assert texts(drawn(lambda c: c.drawString(50, 200, "HEADING", charSpace=5))) == ["HEADING"]


def test_hyphens_ligatures_and_zero_width_marks_come_out_clean() -> None:
    assert texts(written("INV\u00ad2026 \ufb01nal net\u200bto a\u00a0b")) == ["INV-2026", "final", "netto", "a", "b"]


def test_a_hyphen_at_the_end_of_a_line_stays_and_ends_its_word() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(50, 200, "Mehr-")
        canvas.drawString(50, 185, "wert")

    assert texts(drawn(draw)) == ["Mehr-", "wert"]


def test_a_letter_without_a_meaning_shows_as_unknown_and_is_never_dropped() -> None:
    # DejaVu has no glyph for this letter: the number must not read as "15".
    assert texts(written("1\U0001d40d5")) == ["1\ufffd5"]


def test_pieces_of_a_number_drawn_apart_are_one_word_and_neighbours_are_two() -> None:
    def draw(canvas: Canvas) -> None:
        step = stringWidth("12", "DejaVu", 12)
        canvas.drawString(50, 200, "12")
        canvas.drawString(50 + step + 0.4, 200, "34")
        canvas.drawString(50, 150, "12")
        canvas.drawString(50 + step + 2.4, 150, "34")

    assert texts(drawn(draw)) == ["1234", "12", "34"]


def test_the_same_figure_in_rows_close_together_is_read_each_time() -> None:
    def draw(canvas: Canvas) -> None:
        for row in range(5):
            canvas.drawString(50, 200 - 9 * row, "10.00")  # letters of 12 points, lines of 9
        canvas.drawString(95, 200, "10.00")

    assert texts(drawn(draw)).count("10.00") == 6


def test_text_scaled_by_its_matrix_has_the_size_that_is_printed() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.scale(2, 2)
        canvas.setFont("DejaVu", 6)
        canvas.drawString(25, 70, "scaled")

    assert read(drawn(draw))[0][0].words[0].size == pytest.approx(12)


def test_lines_thin_rectangles_and_forms_become_rulings_and_pieces_are_joined() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.line(50, 250, 150, 250)
        canvas.line(150, 250, 250, 250)  # the same line goes on
        canvas.rect(50, 200, 200, 0.6, stroke=0, fill=1)
        canvas.rect(50, 100, 120, 60, stroke=1, fill=0)
        canvas.beginForm("box")
        canvas.line(0, 0, 0, 40)
        canvas.endForm()
        canvas.saveState()
        canvas.translate(300, 100)
        canvas.doForm("box")
        canvas.restoreState()

    page = read(drawn(draw))[0][0]
    boxes = sorted(tuple(round(edge) for edge in line.box) for line in page.rulings)
    assert boxes == sorted(
        [
            (50, 50, 250, 50),
            (50, 99, 250, 100),
            (50, 140, 170, 140),
            (50, 200, 170, 200),
            (50, 140, 50, 200),
            (170, 140, 170, 200),
            (300, 160, 300, 200),
        ]
    )
    assert page.doubts == (pages.NO_TEXT,)


def test_more_rulings_than_allowed_are_left_out_and_told() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(50, 20, "words stay")
        for y in range(50, 250, 4):
            canvas.line(50, y, 200, y)

    page = read(drawn(draw), PageLimits(50_000, 40))[0][0]
    assert page.rulings == ()
    assert len(page.words) == 2
    assert page.doubts[0].startswith(f"{pages.TOO_MANY_RULINGS}: 50")


def test_more_letters_than_allowed_are_left_out_and_told() -> None:
    page = read(written("Invoice 42"), PageLimits(5, 2_000))[0][0]
    assert page.words == ()
    assert page.doubts[0].startswith(f"{pages.TOO_MUCH_TEXT}: 10 characters")


@pytest.mark.parametrize(
    ("paint", "reason"),
    [
        (lambda c: c.setFillColorRGB(1, 1, 1), sight.SAME_COLOUR),
        (lambda c: c.setFillAlpha(0), sight.INVISIBLE),
        (lambda c: c.setFont("DejaVu", 0.5), sight.TINY),
    ],
)
def test_text_that_a_person_cannot_see_is_left_out_and_told(paint: object, reason: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(50, 250, "Total 100.00")
        assert callable(paint)
        paint(canvas)
        canvas.drawString(50, 200, "Total 999.00")

    seen, notes = read(drawn(draw))
    assert [word.text for word in seen[0].words] == ["Total", "100.00"]
    assert notes == [f"page 1: 2 word(s) left out (a person cannot see them: {reason}): Total 999.00"]


def test_text_off_the_page_is_left_out_and_told() -> None:
    seen, notes = read(written("Total 999.00", y=-40))
    assert seen[0].words == ()
    assert sight.OUTSIDE in notes[0]


def test_text_written_over_blanked_out_text_is_not_believed() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(50, 250, "Total")
        canvas.drawString(50, 200, "999.00")
        canvas.setFillColorRGB(1, 1, 1)
        canvas.rect(40, 190, 100, 30, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.drawString(50, 200, "100.00")  # pdfium merges the two ".00" at one place

    seen, notes = read(drawn(draw))
    assert [word.text for word in seen[0].words] == ["Total"]
    assert pages.OVERWRITTEN in seen[0].doubts
    assert len(notes) == 2


def test_text_under_a_filled_area_is_left_out_and_text_on_it_stays() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(50, 196, "999.00")
        canvas.setFillColorRGB(1, 1, 1)
        canvas.rect(40, 190, 100, 30, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.drawString(100, 200, "100.00")

    seen, notes = read(drawn(draw))
    assert [word.text for word in seen[0].words] == ["100.00"]
    assert sight.COVERED in notes[0]


@pytest.mark.parametrize(
    "shape",
    [
        lambda canvas: canvas.rect(40, 190, 200, 30, stroke=0, fill=1),
        lambda canvas: canvas.rect(40, 190, 200, 30, stroke=1, fill=1),
        lambda canvas: canvas.roundRect(40, 190, 200, 30, 8, stroke=0, fill=1),
        lambda canvas: canvas.linearGradient(40, 190, 240, 220, (Color(0, 0, 0.5), Color(0, 0, 0.3))),
    ],
    ids=["filled", "framed", "rounded", "gradient"],
)
def test_white_text_on_a_dark_table_head_is_read(shape: Callable[[Canvas], None]) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0, 0.2, 0.5)
        shape(canvas)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(50, 200, "Gross mass")

    seen, notes = read(drawn(draw))
    assert [word.text for word in seen[0].words] == ["Gross", "mass"]
    assert notes == []


def test_invisible_text_over_a_picture_is_doubted_as_somebody_elses_recognition() -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Image.new("L", (40, 30), 200)), 0, 0, *SIZE)
        text = canvas.beginText(50, 200)
        text.setTextRenderMode(3)
        text.textLine("Total 100.00")
        canvas.drawText(text)

    page = read(drawn(draw))[0][0]
    assert [(word.text, word.source) for word in page.words] == [("Total", "ocr"), ("100.00", "ocr")]
    assert all(word.confidence < 1 for word in page.words)
    assert pages.OCR_LAYER in page.doubts
    assert page.pictures[0].box == pytest.approx(Box(0, 0, *SIZE))


def test_a_page_without_text_says_why() -> None:
    assert read(drawn(lambda c: c.rect(50, 50, 100, 100)))[0][0].doubts == (pages.NO_TEXT,)
    assert read(drawn(lambda c: None))[0][0].doubts == (pages.BLANK,)


def test_a_garbled_text_layer_is_doubted() -> None:
    page = read(written("\ue001\ue002\ue003 \ue004\ue005"))[0][0]
    assert pages.GARBLED in page.doubts


def test_values_typed_into_form_fields_are_read() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(50, 250, "Consignee")
        canvas.acroForm.textfield(name="consignee", value="Altyn", x=150, y=240, width=120, height=24)

    page = read(drawn(draw))[0][0]
    assert [word.text for word in page.words] == ["Consignee", "Altyn"]
    assert page.words[1].box.x0 == pytest.approx(153, abs=4)


def test_a_page_with_nothing_right_in_it_is_still_a_page() -> None:
    page = read(by_hand(b"BT /None 12 Tf (x) Tj ET q q q 1 0 0 1 nonsense"))[0][0]
    assert (page.width, page.height) == (400, 300)
