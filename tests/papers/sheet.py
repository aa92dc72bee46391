"""The header and footer of invoices and packing lists, in five designs."""

from __future__ import annotations

from collections.abc import Sequence

from tests.papers.paper import Entry
from tests.papers.pen import LEADING, Pen

MARGIN = 42.0


def draw_header(pen: Pen, entries: Sequence[Entry], top: float, design: str, size: float) -> float:
    """Draws the entries in a design; returns the top of what follows."""
    drawers = {
        "inline": _inline,
        "above": _above,
        "columns": _columns,
        "boxed": _boxed,
        "pairs": _pairs,
    }
    return drawers[design](pen, entries, top, size) + size


def _colon(label: str) -> str:
    return label if label.endswith(("№", "#", "от")) else label + ":"


def _inline(pen: Pen, entries: Sequence[Entry], top: float, size: float) -> float:
    """Label, colon, value on one line; a party's further parts run on after commas."""
    for entry in entries:
        label = _colon(entry.label)
        indent = pen.measure(label + " ", size, True)
        text = "; ".join(entry.lines)
        lines = pen.wrap(text, pen.width - 2 * MARGIN - indent, size)
        pen.text(MARGIN, top, label, size, True)
        top = pen.lines(MARGIN + indent, top, lines, size) + 2
    return top


def _above(pen: Pen, entries: Sequence[Entry], top: float, size: float) -> float:
    """Small label, value below it, two to a row for parties and three for the rest; no rules."""
    parties = [entry for entry in entries if entry.is_party]
    others = [entry for entry in entries if not entry.is_party]
    top = _label_over_value(pen, others, top, size, 3)
    return _label_over_value(pen, parties, top, size, 2)


def _label_over_value(pen: Pen, entries: Sequence[Entry], top: float, size: float, across: int) -> float:
    width = (pen.width - 2 * MARGIN) / across
    for row in _by(entries, across):
        bottoms = [top]
        for i, entry in enumerate(row):
            x = MARGIN + i * width
            y = pen.lines(x, top, pen.wrap(entry.label, width - 8, size - 1.5), size - 1.5)
            wrapped = [part for line in entry.lines for part in pen.wrap(line, width - 10, size)]
            bottoms.append(pen.lines(x, y + 1, wrapped, size))
        top = max(bottoms) + 5
    return top


def _columns(pen: Pen, entries: Sequence[Entry], top: float, size: float) -> float:
    """Two columns of party blocks under bold headings, then `label: value` in two columns."""
    parties = [entry for entry in entries if entry.is_party]
    others = [entry for entry in entries if not entry.is_party]
    width = (pen.width - 2 * MARGIN) / 2
    for row in _by(parties, 2):
        bottoms = [top]
        for i, entry in enumerate(row):
            x = MARGIN + i * width
            pen.text(x, top, _colon(entry.label), size, True)
            wrapped = [part for line in entry.lines for part in pen.wrap(line, width - 14, size)]
            bottoms.append(pen.lines(x, top + size * 1.35, wrapped, size))
        top = max(bottoms) + 6
    for row in _by(others, 2):
        bottoms = [top]
        for i, entry in enumerate(row):
            x = MARGIN + i * width
            label = _colon(entry.label)
            indent = pen.measure(label + " ", size)
            pen.text(x, top, label, size)
            wrapped = pen.wrap(" ".join(entry.lines), width - 12 - indent, size)
            bottoms.append(pen.lines(x + indent, top, wrapped, size))
        top = max(bottoms) + 1
    return top


def _boxed(pen: Pen, entries: Sequence[Entry], top: float, size: float) -> float:
    """Cells with a frame, a small label in each corner and the value below it."""
    parties = [entry for entry in entries if entry.is_party]
    others = [entry for entry in entries if not entry.is_party]
    top = _boxes(pen, parties, top, size, 2)
    return _boxes(pen, others, top, size, 3) + 4


def _boxes(pen: Pen, entries: Sequence[Entry], top: float, size: float, across: int) -> float:
    width = (pen.width - 2 * MARGIN) / across
    for row in _by(entries, across):
        cells = []
        for entry in row:
            labels = pen.wrap(entry.label, width - 8, size - 1.5)
            values = [part for line in entry.lines for part in pen.wrap(line, width - 8, size)]
            cells.append((labels, values))
        height = max(
            len(labels) * (size - 1.5) * LEADING + len(values) * size * LEADING + 8 for labels, values in cells
        )
        for i in range(across):
            pen.box(MARGIN + i * width, top, MARGIN + (i + 1) * width, top + height)
        for i, (labels, values) in enumerate(cells):
            y = pen.lines(MARGIN + i * width + 4, top + 3, labels, size - 1.5)
            pen.lines(MARGIN + i * width + 4, y + 1.5, values, size)
        top += height
    return top


def _pairs(pen: Pen, entries: Sequence[Entry], top: float, size: float) -> float:
    """Labels in a left column, values in a right one, hairlines between the rows."""
    left = 150.0
    right = pen.width - 2 * MARGIN - left
    pen.rule(MARGIN, top - 2, pen.width - MARGIN, top - 2, 0.4)
    for entry in entries:
        labels = pen.wrap(entry.label, left - 8, size, True)
        values = [part for line in entry.lines for part in pen.wrap(line, right - 6, size)]
        pen.lines(MARGIN + 2, top, labels, size, True)
        pen.lines(MARGIN + left, top, values, size)
        top += max(len(labels), len(values)) * size * LEADING + 3
        pen.rule(MARGIN, top - 2, pen.width - MARGIN, top - 2, 0.4)
    return top


def _by(entries: Sequence[Entry], count: int) -> list[Sequence[Entry]]:
    return [entries[i : i + count] for i in range(0, len(entries), count)]
