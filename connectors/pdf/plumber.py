"""The same pages through pdfplumber: the table and debugging toolkit, and the proof of the fast road.

Runs in this process and without limits: for papers that are known to be harmless.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pdfplumber

from connectors.pdf import rulings
from schemas.page import Box, Page, Picture, Word

WORDS = {"use_text_flow": True, "y_tolerance": 1, "x_tolerance_ratio": 0.15}
"""How words are to be asked for: with the defaults, label lines less than 3 points apart are interleaved."""


@contextmanager
def plumber_page(data: bytes, number: int, *, password: str = "") -> Iterator[Any]:
    """The `pdfplumber.page.Page` of page `number` (from 1), closed at the end of the block.

    with plumber_page(data, 1) as page:
        page.to_image().debug_tablefinder().save("tables.png")
    """
    with pdfplumber.open(io.BytesIO(data), password=password) as document:
        page = document.pages[number - 1]
        try:
            yield page
        finally:
            page.close()


def read_pages(data: bytes, *, password: str = "", only_level: bool = False) -> tuple[Page, ...]:
    """All pages as pdfplumber sees them, in the form the fast reader gives.

    `only_level` leaves out letters of lines that do not run from left to right: pdfplumber has to be asked
    for those line by line.
    """
    pages = []
    with pdfplumber.open(io.BytesIO(data), password=password) as document:
        for page in document.pages:
            pages.append(as_page(page, only_level=only_level))
            page.close()
    return tuple(pages)


def as_page(page: Any, *, only_level: bool = False) -> Page:
    """One pdfplumber page as a `Page`, measured from the corner of what is displayed."""
    left, top, right, bottom = page.cropbox if page.cropbox else page.bbox
    shown = Box(0.0, 0.0, right - left, bottom - top)

    def box(item: dict[str, Any]) -> Box:
        return Box(item["x0"] - left, item["top"] - top, item["x1"] - left, item["bottom"] - top)

    words = tuple(
        Word(w["text"], box(w), float(w["chars"][0]["size"]))
        for w in page.extract_words(return_chars=True, **WORDS)
        if w["upright"] or not only_level
    )
    lines = rulings.merged((box(edge) for edge in page.edges if _is_seen(edge)), shown)
    pictures = tuple(Picture(box(image)) for image in page.images)
    return Page(page.page_number, shown.width, shown.height, words, lines, pictures)


def _is_seen(edge: dict[str, Any]) -> bool:
    """Whether a line or an edge is painted in anything but white."""
    if edge.get("stroke"):
        colour = edge.get("stroking_color")
    elif edge.get("fill"):
        colour = edge.get("non_stroking_color")
    else:
        return False
    return colour not in _WHITES and (not isinstance(colour, list) or tuple(colour) not in _WHITES)


_WHITES = (1, (1,), (1, 1, 1), (0, 0, 0, 0))
