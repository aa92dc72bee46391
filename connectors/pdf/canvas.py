"""A page, or a part of it, as a small picture with frames. Runs in the child."""

from __future__ import annotations

import ctypes
import io
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw

from connectors.pdf.space import Space

Edges = tuple[float, float, float, float]

_RED = (215, 25, 28)
_COLOURS = 32
_JPEG_QUALITY = 60
_WHITE = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Sketch:
    """What to draw: `box` (the whole page if None) at `dpi`, at most `max_width` pixels wide."""

    box: Edges | None
    frames: list[Edges]
    dpi: float
    max_width: int | None


def draw(page: Any, sketch: Sketch, pixels: int) -> tuple[str, bytes]:
    """The picture as (MIME type, bytes): PNG with a palette or JPEG, whichever is smaller."""
    space = Space(page)
    x0, top, x1, bottom = _on_page(sketch.box, space)
    scale = sketch.dpi / 72
    if sketch.max_width is not None:
        scale = min(scale, sketch.max_width / (x1 - x0))
    scale = min(scale, (pixels / ((x1 - x0) * (bottom - top))) ** 0.5)
    width, height = max(1, int((x1 - x0) * scale)), max(1, int((bottom - top) * scale))
    image = _rendered(page, space, scale, (x0, top), (width, height))
    pen = ImageDraw.Draw(image)
    line = max(2, round(scale * 1.2))
    for left, upper, right, lower in sketch.frames:
        pad = line + 1
        a = ((left - x0) * scale - pad, (upper - top) * scale - pad)
        b = ((right - x0) * scale + pad, (lower - top) * scale + pad)
        if b[0] > a[0] and b[1] > a[1]:
            pen.rectangle((*a, *b), outline=_RED, width=line)
    return _smallest(image)


def _on_page(box: Edges | None, space: Space) -> Edges:
    """`box` moved onto the page, cut where it is larger; the whole page where nothing of it lies there."""
    width, height = max(space.width, 1.0), max(space.height, 1.0)
    if box is None or box[2] <= 0 or box[3] <= 0 or box[0] >= width or box[1] >= height:
        return 0.0, 0.0, width, height
    x0, x1 = _within(box[0], box[2], width)
    top, bottom = _within(box[1], box[3], height)
    return x0, top, x1, bottom


def _within(start: float, end: float, length: float) -> tuple[float, float]:
    size = min(max(end - start, 1.0), length)
    start = min(max(start, 0.0), length - size)
    return start, start + size


def _rendered(page: Any, space: Space, scale: float, corner: tuple[float, float], size: tuple[int, int]) -> Image.Image:
    width, height = size
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, None, 0)
    if not bitmap:
        raise MemoryError
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, _WHITE)
        pdfium.FPDF_RenderPageBitmap(
            bitmap,
            page,
            -round(corner[0] * scale),
            -round(corner[1] * scale),
            round(space.width * scale),
            round(space.height * scale),
            0,
            pdfium.FPDF_ANNOT,
        )
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        raw = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
        return Image.frombuffer("RGB", size, raw, "raw", "BGR", stride, 1).copy()
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def _smallest(image: Image.Image) -> tuple[str, bytes]:
    palette = image.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    png = io.BytesIO()
    palette.save(png, "PNG", optimize=True)
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    if png.tell() <= jpeg.tell():
        return "image/png", png.getvalue()
    return "image/jpeg", jpeg.getvalue()
