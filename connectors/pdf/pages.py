"""One page of an open pdfium document as a `Page`, with the reasons to doubt its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from connectors.pdf import drawing as drawings
from connectors.pdf import rulings, sight, words
from connectors.pdf.space import Space
from schemas.page import Box, Page, Picture, Word

DAMAGED = "the page is damaged and cannot be opened"
BLANK = "nothing is printed on the page"
NO_TEXT = "no text layer"
GARBLED = "garbled text layer"
OCR_LAYER = "the text layer is an OCR layer of a scan"
MOSTLY_PICTURE = "most of the page is a picture"
TOO_MUCH_TEXT = "too much text"
TOO_MANY_RULINGS = "too many ruled lines"
TOO_MANY_OBJECTS = "too many drawn objects"
OVERWRITTEN = "text is written over blanked-out text"
EMPTY_FORM_FIELDS = "form fields without a printed value"

_GARBLED_SHARE = 0.05
_UNMAPPED_SHARE = 0.3
_PICTURE_SHARE = 0.5
_FEW_WORDS = 15
_SAMPLE = 100


@dataclass(frozen=True, slots=True)
class PageLimits:
    """What one page may hold."""

    chars: int
    rulings: int


def read_page(document: Any, index: int, limits: PageLimits) -> tuple[Page, list[str]]:
    """The page at `index` (from 0) and notes on what was left out of it."""
    handle = pdfium.FPDF_LoadPage(document, index)
    if not handle:
        return Page(index + 1, 0.0, 0.0, doubts=(DAMAGED,)), []
    try:
        doubts: list[str] = []
        if pdfium.FPDFPage_GetAnnotCount(handle):
            handle = _with_form_values(document, index, handle, doubts)
        return _read(handle, index + 1, limits, doubts)
    finally:
        pdfium.FPDF_ClosePage(handle)


def _read(handle: Any, number: int, limits: PageLimits, doubts: list[str]) -> tuple[Page, list[str]]:
    space = Space(handle)
    drawn = drawings.look(handle)
    lines = rulings.merged((space.place(*rect) for rect in drawn.lines), space.box)
    pictures = tuple(Picture(space.place(*rect)) for _, rect in drawn.pictures)
    if drawn.truncated:
        doubts.append(TOO_MANY_OBJECTS)
    if len(lines) > limits.rulings:
        doubts.append(f"{TOO_MANY_RULINGS}: {len(lines):,}; ruled lines are left out")
        lines = ()
    text_page = pdfium.FPDFText_LoadPage(handle)
    try:
        seen, notes = _words(text_page, drawn, space, number, limits, doubts)
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    doubts.extend(_about_pictures(seen, pictures, bool(drawn.lines or drawn.fills), space.box))
    page = Page(number, space.width, space.height, tuple(seen), lines, pictures, tuple(doubts))
    return page, notes


def _words(
    text_page: Any, drawn: drawings.Drawing, space: Space, number: int, limits: PageLimits, doubts: list[str]
) -> tuple[list[Word], list[str]]:
    count = pdfium.FPDFText_CountChars(text_page)
    if count > limits.chars:
        doubts.append(f"{TOO_MUCH_TEXT}: {count:,} characters; the text is left out")
        return [], []
    if count <= 0:
        return [], []
    found = words.find_words(text_page, words.page_text(text_page, count), space.place)
    seen, left_out, layer = sight.visible(found, drawn, space.place, space.box)
    if layer:
        doubts.append(OCR_LAYER)
    if sight.OVERWRITTEN in left_out:
        doubts.append(OVERWRITTEN)
    if _is_garbled(seen, found, text_page):
        doubts.append(GARBLED)
    return seen, sight.notes(number, left_out)


def _is_garbled(seen: list[Word], found: list[words.Found], text_page: Any) -> bool:
    text = "".join(word.text for word in seen)
    if not text:
        return False
    # Of the Basic Multilingual Plane only letters from U+E000 on can be private or replacement characters.
    bad = 0 if max(text) < "\ue000" else sum("\ue000" <= c <= "\uf8ff" or c == words.UNKNOWN for c in text)
    if bad > _GARBLED_SHARE * len(text):
        return True
    sample = found[:: max(1, len(found) // _SAMPLE)]
    unmapped = sum(pdfium.FPDFText_HasUnicodeMapError(text_page, item.start) == 1 for item in sample)
    return bool(unmapped > _UNMAPPED_SHARE * len(sample))


def _about_pictures(seen: list[Word], pictures: tuple[Picture, ...], has_lines: bool, page: Box) -> list[str]:
    if not seen:
        return [NO_TEXT] if pictures or has_lines else [BLANK]
    if len(seen) < _FEW_WORDS and pictures:
        area = sum(
            max(0.0, min(p.box.x1, page.x1) - max(p.box.x0, 0.0))
            * max(0.0, min(p.box.bottom, page.bottom) - max(p.box.top, 0.0))
            for p in pictures
        )
        if area > _PICTURE_SHARE * page.width * page.height:
            return [MOSTLY_PICTURE]
    return []


def _with_form_values(document: Any, index: int, handle: Any, doubts: list[str]) -> Any:
    """The page with its form fields and typed notes printed into it, as a viewer shows it."""
    printed = blank = False
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(handle), 5_000)):
        annotation = pdfium.FPDFPage_GetAnnot(handle, number)
        if pdfium.FPDFAnnot_GetSubtype(annotation) in _TYPED:
            if pdfium.FPDFAnnot_HasKey(annotation, b"AP"):
                printed = True
            else:
                blank = blank or _has_value(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
    if blank:
        doubts.append(EMPTY_FORM_FIELDS)
    if not printed or pdfium.FPDFPage_Flatten(handle, pdfium.FLAT_NORMALDISPLAY) != pdfium.FLATTEN_SUCCESS:
        return handle
    again = pdfium.FPDF_LoadPage(document, index)
    if not again:
        return handle
    pdfium.FPDF_ClosePage(handle)
    return again


_TYPED = (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP)


def _has_value(annotation: Any) -> bool:
    return any(pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0) > 2 for key in (b"V", b"Contents"))
