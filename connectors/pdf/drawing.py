"""What is drawn on a page besides letters: lines, fills and pictures, in painting order.

pdfium's page objects are walked once, with those inside form XObjects. Positions are in user space.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from connectors.pdf import native

Matrix = tuple[float, float, float, float, float, float]
Rect = tuple[float, float, float, float]
"""Left, bottom, right, top in user space."""
Colour = tuple[int, int, int]

_TEXT, _PATH = pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_PATH
_IMAGE, _FORM = pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM
_SHADING = pdfium.FPDF_PAGEOBJ_SHADING
_OUTLINED = pdfium.FPDF_TEXTRENDERMODE_STROKE

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
UNKNOWN: Colour = (-999, -999, -999)  # of a gradient: close to no colour of a text
_FAINT = 25  # of 255: paint thinner than this is not seen
_RECTANGLE = (4, 5)  # segments
_THIN = 3.0  # a filled rectangle up to this many points is a ruled line, a thicker one has two edges
_STROKE = 12.0  # the same for the bounds of a stroke, which pdfium widens by the line width on each side
_DEPTH = 12  # forms within forms
_OBJECTS = 200_000
_SEGMENTS = 100_000


class Fill(NamedTuple):
    """An area painted in one colour. `order` grows in the order of painting.

    `solid` areas are opaque rectangles and hide what they cover; of others only the bounds are known.
    """

    order: int
    rect: Rect
    colour: Colour
    solid: bool


class TextRun(NamedTuple):
    """How one text object is painted. `mode` is the text rendering mode (3 = invisible)."""

    order: int
    mode: int
    colour: Colour
    opaque: bool


@dataclass
class Drawing:
    """The objects of one page."""

    lines: list[Rect] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    pictures: list[tuple[int, Rect]] = field(default_factory=list)
    texts: dict[int, TextRun] = field(default_factory=dict)
    """Text runs by the address of their pdfium object."""
    truncated: bool = False
    """Whether there was more than anyone could look at."""


def look(page: Any) -> Drawing:
    """All lines, fills, pictures and text runs of an open page."""
    walk = _Walk()
    count = pdfium.FPDFPage_CountObjects(page)
    walk.objects(native.handle(page), count, native.page_object, None, 0)
    return walk.drawing


class _Walk:
    """One walk over a page; reuses its C structures, counts what it has seen."""

    def __init__(self) -> None:
        self.drawing = Drawing()
        self._order = 0
        self._segments = 0
        self._edges, self._colour = native.floats(4), native.integers(4)
        self._mode, self._point = native.integers(2), native.floats(2)

    def objects(self, parent: int, count: int, get: Any, outer: Matrix | None, depth: int) -> None:
        texts = self.drawing.texts
        object_type, text_render_mode = native.object_type, native.text_render_mode
        for index in range(count):
            self._order += 1
            if self._order > _OBJECTS or self._segments > _SEGMENTS:
                self.drawing.truncated = True
                return
            item = get(parent, index)
            kind = object_type(item)
            if kind == _TEXT:
                mode = text_render_mode(item)
                colour, alpha = self._paint(item, stroke=mode == _OUTLINED)
                texts[item] = TextRun(self._order, mode, colour, alpha > _FAINT)
            elif kind == _PATH:
                self._path(item, outer)
            elif kind == _SHADING:
                self.drawing.fills.append(Fill(self._order, self._bounds(item, outer), UNKNOWN, False))
            elif kind == _IMAGE:
                self.drawing.pictures.append((self._order, self._bounds(item, outer)))
            elif kind == _FORM and depth < _DEPTH:
                matrix = _times(_matrix(item), outer)
                inside = native.count_form_objects(item)
                self.objects(item, inside, native.form_object, matrix, depth + 1)

    def _path(self, item: int, outer: Matrix | None) -> None:
        native.draw_mode(item, *self._mode.at)
        filled, stroked = self._mode.read()
        if not filled and not stroked:
            return
        rect = self._bounds(item, outer)
        count = native.count_segments(item)
        thickness = min(rect[2] - rect[0], rect[3] - rect[1])
        if filled:
            colour, alpha = self._paint(item, stroke=False)
            if thickness > _THIN and alpha > _FAINT:
                solid = alpha == 255 and count in _RECTANGLE
                self.drawing.fills.append(Fill(self._order, rect, colour, solid))
        if stroked:
            colour, alpha = self._paint(item, stroke=True)
        if alpha <= _FAINT or colour == WHITE:
            return
        if not stroked and thickness <= _THIN:
            self.drawing.lines.append(rect)
        elif stroked and count == 2 and thickness <= _STROKE:
            self.drawing.lines.append(_without_caps(rect))
        else:
            self._edges_of(item, count, outer)

    def _edges_of(self, item: int, count: int, outer: Matrix | None) -> None:
        """The straight, axis-parallel pieces of a path."""
        self._segments += count
        if self._segments > _SEGMENTS:
            return
        matrix = _times(_matrix(item), outer)
        lines = self.drawing.lines
        start = here = (0.0, 0.0)
        for index in range(count):
            segment = native.path_segment(item, index)
            kind = native.segment_type(segment)
            native.segment_point(segment, *self._point.at)
            point = _apply(matrix, *self._point.read())
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                start = point
            elif kind == pdfium.FPDF_SEGMENT_LINETO:
                _add_line(lines, here, point)
            here = point
            if native.segment_closes(segment):
                _add_line(lines, here, start)
                here = start

    def _bounds(self, item: int, outer: Matrix | None) -> Rect:
        native.object_bounds(item, *self._edges.at)
        left, low, right, high = self._edges.read()
        return (left, low, right, high) if outer is None else _moved((left, low, right, high), outer)

    def _paint(self, item: int, *, stroke: bool) -> tuple[Colour, int]:
        get = native.stroke_colour if stroke else native.fill_colour
        if not get(item, *self._colour.at):
            return BLACK, 255
        red, green, blue, alpha = self._colour.read()
        return (red, green, blue), alpha


def _add_line(lines: list[Rect], a: tuple[float, float], b: tuple[float, float]) -> None:
    if a == b:
        return
    if abs(a[0] - b[0]) < 0.5 or abs(a[1] - b[1]) < 0.5:
        lines.append((min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])))


def _without_caps(rect: Rect) -> Rect:
    """The line itself in the bounds of its stroke: pdfium adds one line width on every side."""
    left, low, right, high = rect
    half = min(right - left, high - low) / 2
    if right - left >= high - low:
        return left + half, low + half / 2, right - half, high - half / 2
    return left + half / 2, low + half, right - half / 2, high - half


def _matrix(item: int) -> Matrix:
    numbers = native.floats(6)
    native.object_matrix(item, numbers.at[0])
    a, b, c, d, e, f = numbers.read()
    return a, b, c, d, e, f


def _times(inner: Matrix, outer: Matrix | None) -> Matrix:
    if outer is None:
        return inner
    a, b, c, d, e, f = inner
    oa, ob, oc, od, oe, of = outer
    return (
        a * oa + b * oc,
        a * ob + b * od,
        c * oa + d * oc,
        c * ob + d * od,
        e * oa + f * oc + oe,
        e * ob + f * od + of,
    )


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _moved(rect: Rect, matrix: Matrix) -> Rect:
    left, low, right, high = rect
    corners = [_apply(matrix, x, y) for x in (left, right) for y in (low, high)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)
