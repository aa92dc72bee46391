"""pdfium's functions that are called for each word and each object, at half the price.

pypdfium2's own prototypes build a Python object for every pointer. Here handles and structures go in and out
as plain addresses. The interpreter lock is kept: pdfium is not thread-safe, and a child has one thread.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as pdfium

_HANDLE = ctypes.c_void_p
_INT = ctypes.c_int
_FLOAT = ctypes.c_float


def _function(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    address = ctypes.cast(getattr(pdfium, name), ctypes.c_void_p).value
    return ctypes.PYFUNCTYPE(result, *arguments)(address)  # type: ignore[arg-type]


def handle(pointer: Any) -> int:
    """The address behind a pypdfium2 handle."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


loose_char_box = _function("FPDFText_GetLooseCharBox", _INT, _HANDLE, _INT, _HANDLE)
char_matrix = _function("FPDFText_GetMatrix", _INT, _HANDLE, _INT, _HANDLE)
font_size = _function("FPDFText_GetFontSize", ctypes.c_double, _HANDLE, _INT)
text_object = _function("FPDFText_GetTextObject", _HANDLE, _HANDLE, _INT)
is_generated = _function("FPDFText_IsGenerated", _INT, _HANDLE, _INT)

page_object = _function("FPDFPage_GetObject", _HANDLE, _HANDLE, _INT)
form_object = _function("FPDFFormObj_GetObject", _HANDLE, _HANDLE, ctypes.c_ulong)
count_form_objects = _function("FPDFFormObj_CountObjects", _INT, _HANDLE)
object_type = _function("FPDFPageObj_GetType", _INT, _HANDLE)
object_bounds = _function("FPDFPageObj_GetBounds", _INT, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE)
object_matrix = _function("FPDFPageObj_GetMatrix", _INT, _HANDLE, _HANDLE)
fill_colour = _function("FPDFPageObj_GetFillColor", _INT, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE)
stroke_colour = _function("FPDFPageObj_GetStrokeColor", _INT, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE)
text_render_mode = _function("FPDFTextObj_GetTextRenderMode", _INT, _HANDLE)
draw_mode = _function("FPDFPath_GetDrawMode", _INT, _HANDLE, _HANDLE, _HANDLE)
count_segments = _function("FPDFPath_CountSegments", _INT, _HANDLE)
path_segment = _function("FPDFPath_GetPathSegment", _HANDLE, _HANDLE, _INT)
segment_point = _function("FPDFPathSegment_GetPoint", _INT, _HANDLE, _HANDLE, _HANDLE)
segment_type = _function("FPDFPathSegment_GetType", _INT, _HANDLE)
segment_closes = _function("FPDFPathSegment_GetClose", _INT, _HANDLE)


class Numbers:
    """A small C array that pdfium fills: `at[i]` is the address of element i, `read()` all values."""

    def __init__(self, kind: type[Any], count: int) -> None:
        self._values = (kind * count)()
        start = ctypes.addressof(self._values)
        self.at = [start + i * ctypes.sizeof(kind) for i in range(count)]
        self.read: Callable[[], list[Any]] = memoryview(self._values).cast("B").cast(self._values._type_._type_).tolist


def floats(count: int) -> Numbers:
    """Room for 32-bit floats, as in FS_RECTF (left, top, right, bottom) and FS_MATRIX (a to f)."""
    return Numbers(_FLOAT, count)


def integers(count: int) -> Numbers:
    """Room for unsigned or positive 32-bit integers."""
    return Numbers(ctypes.c_uint, count)
