"""Ruled lines of a page: pieces of one line become one line, specks are dropped."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from schemas.page import Box, Ruling

_SAME_LINE = 0.75  # points between the axes of two pieces of one line
_JOIN = 3.0  # points of gap that a dotted or cell-wise drawn line may have
_SHORTEST = 4.0


def merged(pieces: Iterable[Box], page: Box) -> tuple[Ruling, ...]:
    """Horizontal, then vertical lines, from the top left; only what lies on the page."""
    across: list[Box] = []
    down: list[Box] = []
    for piece in pieces:
        if piece.x1 < 0 or piece.bottom < 0 or piece.x0 > page.x1 or piece.top > page.bottom:
            continue
        if piece.x1 - piece.x0 >= piece.bottom - piece.top:
            across.append(piece)
        else:
            down.append(Box(piece.top, piece.x0, piece.bottom, piece.x1))
    lines = [*_joined(across), *(Box(b.top, b.x0, b.bottom, b.x1) for b in _joined(down))]
    return tuple(Ruling(_clipped(b, page)) for b in lines)


def _joined(pieces: list[Box]) -> list[Box]:
    """Horizontal pieces, joined where they lie on one axis and touch."""
    lines: list[Box] = []
    pieces.sort(key=_axis)
    row: list[Box] = []
    for piece in pieces:
        if row and piece.top + piece.bottom - row[-1].top - row[-1].bottom > 2 * _SAME_LINE:
            lines.extend(_row(row))
            row = []
        row.append(piece)
    lines.extend(_row(row))
    return lines


def _axis(piece: Box) -> float:
    return piece[1] + piece[3]


def _row(pieces: list[Box]) -> list[Box]:
    pieces.sort(key=itemgetter(0))
    lines: list[Box] = []
    for piece in pieces:
        if lines and piece.x0 - lines[-1].x1 <= _JOIN:
            last = lines[-1]
            lines[-1] = Box(last.x0, min(last.top, piece.top), max(last.x1, piece.x1), max(last.bottom, piece.bottom))
        else:
            lines.append(piece)
    return [line for line in lines if line.x1 - line.x0 >= _SHORTEST]


def _clipped(box: Box, page: Box) -> Box:
    return Box(max(box.x0, 0.0), max(box.top, 0.0), min(box.x1, page.x1), min(box.bottom, page.bottom))
