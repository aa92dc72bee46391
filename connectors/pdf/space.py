"""From PDF user space (y upwards, unrotated) to the page as a person sees it (y downwards, turned)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pypdfium2.raw as pdfium

from schemas.page import Box

Place = Callable[[float, float, float, float], Box]
"""Turns left, bottom, right, top of user space into the box seen on the displayed page."""


class Space:
    """Size and orientation of one open page; `place` maps boxes onto the displayed page."""

    def __init__(self, page: Any) -> None:
        edges = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(page, edges)
        self.turns = pdfium.FPDFPage_GetRotation(page) % 4
        across, down = abs(edges.right - edges.left), abs(edges.top - edges.bottom)
        self.width, self.height = (down, across) if self.turns % 2 else (across, down)
        left, right = min(edges.left, edges.right), max(edges.left, edges.right)
        low, high = min(edges.bottom, edges.top), max(edges.bottom, edges.top)
        self.place: Place = _placers(left, low, right, high)[self.turns]

    @property
    def box(self) -> Box:
        return Box(0.0, 0.0, self.width, self.height)


def _placers(left: float, low: float, right: float, high: float) -> tuple[Place, Place, Place, Place]:
    """One function for each quarter turn clockwise."""
    return (
        lambda x0, y0, x1, y1: Box(x0 - left, high - y1, x1 - left, high - y0),
        lambda x0, y0, x1, y1: Box(y0 - low, x0 - left, y1 - low, x1 - left),
        lambda x0, y0, x1, y1: Box(right - x1, y0 - low, right - x0, y1 - low),
        lambda x0, y0, x1, y1: Box(high - y1, right - x1, high - y0, right - x0),
    )
