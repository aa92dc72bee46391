"""Where the numbered boxes of a form lie: their titles, their corners, and what small print tells of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.steps.extract.candidates import Field
from flows.steps.extract.labels_model import Mark
from flows.steps.extract.sheet import Line, Token
from schemas.catalogue import Kind
from schemas.page import Box

_SPACE_FOR_NUMBER = 26.0


_TYPED_BOXES = ("1", "2", "16", "3")
"""Boxes in which something is always typed."""


def caption_size(area: Field, anchors: Mapping[str, tuple[Mark, ...]]) -> float:
    """The size that tells the print of the form from what is typed into it; 0 where both are set alike."""
    printed = sorted(size_of(area, mark) for group in anchors.values() for mark in group)
    typed: list[float] = []
    for number in _TYPED_BOXES:
        for mark in anchors.get(number, ())[-1:]:
            below = area.sheet.lines_between(mark.page, mark.box.bottom + 1, mark.box.bottom + 30)
            sizes = [t.size for line in below for t in line.tokens if abs(t.box.x0 - mark.box.x0) < 20]
            typed += [max(sizes)] if sizes else []
    if len(printed) < 6 or len(typed) < 2:
        return 0.0
    usual = printed[len(printed) // 2]
    return 1.06 * usual if sorted(typed)[(len(typed) - 1) // 2] >= 1.15 * usual else 0.0


def other_corners(
    area: Field, kind: Kind, caption: float, tops: Mapping[str, tuple[int, float, float]]
) -> dict[str, tuple[int, float, float]]:
    """Corners of boxes whose titles no list has: a printed number of a box before or above small print."""
    known = [(page, x, top) for page, x, top in tops.values()]
    out: dict[str, tuple[int, float, float]] = {}
    for line in area.sheet.lines:
        for start in line.cuts:
            token = line.tokens[start]
            if token.text.strip("().") not in kind.spec.boxes or area.in_table(line.page, token.box):
                continue
            if any(p == line.page and abs(x - token.box.x0) < 6 and abs(y - token.box.top) < 6 for p, x, y in known):
                continue
            if _is_before_caption(area, line, start, caption):
                out[f"{token.text}@{line.index}.{start}"] = (line.page, token.box.x0, token.box.top)
    return out


def _is_before_caption(area: Field, line: Line, start: int, caption: float) -> bool:
    token = line.tokens[start]
    near = line.tokens[start + 1 : start + 2] or []
    for below in area.sheet.lines_between(line.page, token.box.top, token.box.bottom + caption):
        near += [t for t in below.tokens if t is not token and -4 <= t.box.x0 - token.box.x0 < _SPACE_FOR_NUMBER]
    return any(
        t.size <= caption and any(c.isalpha() for c in t.text) and 0 <= t.box.x0 - token.box.x0 < _SPACE_FOR_NUMBER
        for t in near
    )


def anchors_of(area: Field, titles: Mapping[str, Sequence[Mark]]) -> dict[str, tuple[Mark, ...]]:
    """The title of each box in all its languages; one with the number of the box printed beside it goes first."""
    anchors: dict[str, tuple[Mark, ...]] = {}
    for number, marks in titles.items():
        if marks:
            numbered = [m for m in marks if _number_beside(area, m, number) is not None]
            anchors[number] = _stack(area, (numbered or marks)[0], marks, number)
    return anchors


def _number_beside(area: Field, mark: Mark, number: str) -> Token | None:
    """The printed number of the box, left of its title."""
    for line in area.sheet.lines_between(mark.page, mark.box.top - 5, mark.box.bottom + 5):
        for token in line.tokens:
            if token.text.strip("().") == number and -4 <= mark.box.x0 - token.box.x1 < _SPACE_FOR_NUMBER:
                return token
            above = token.text.strip("().") == number and -6 <= mark.box.x0 - token.box.x0 < 14
            if above and token.box.bottom <= mark.box.top + 3:
                return token
    return None


def _stack(area: Field, first: Mark, marks: Sequence[Mark], number: str) -> tuple[Mark, ...]:
    """The title in all its languages: those below the first at the same left edge, and those beside it."""
    group = [first]
    for mark in marks:
        if mark.page != first.page or mark is first:
            continue
        near = abs(mark.box.x0 - first.box.x0) < 16 or mark.line == group[-1].line
        if (near and -2 <= mark.box.top - group[-1].box.bottom < 3.5 * max(first.box.height, 5)) or mark.line == group[
            -1
        ].line:
            group.append(mark)
    return tuple(group)


def corner(area: Field, group: Sequence[Mark], number: str) -> tuple[int, float, float]:
    """Page, left edge and top of a box, its number included."""
    token = _number_beside(area, group[0], number)
    box = Box.around([group[0].box, token.box]) if token is not None else group[0].box
    return group[0].page, box.x0, box.top


def rectangle(area: Field, number: str, tops: dict[str, tuple[int, float, float]], group: Sequence[Mark]) -> Box:
    page, x0, top = tops[number]
    sheet = area.sheet
    width, height = sheet.page(page).width, sheet.page(page).height
    others = [(x, y) for other, (p, x, y) in tops.items() if p == page and other != number]
    y = group[0].box.centre[1]
    left_wall = sheet.wall_left_of(page, x0 + 3, y)
    right_wall = sheet.wall_right_of(page, group[0].box.x0 + 5, y)
    columns = _columns(others)
    right = min(
        [x - 3 for x in columns if x > x0 + 60 and right_wall is None]
        + [x - 3 for x, other in others if x > x0 + 25 and abs(other - top) < 12]
        + [right_wall or width, width]
    )
    left = max(left_wall, x0 - 12) if left_wall is not None else x0 - 4
    below = [y for x, y in others if y > top + 6 and left - 20 <= x < right - 5]
    below += [y for x, y in others if y > top + 6 and x < left and not _beside(x, y, others, left)]
    bottom = min([*below, height]) - 1
    in_band = [x - 3 for x, other in others if x > x0 + 60 and top - 4 <= other < bottom and right_wall is None]
    return Box(left, top, min([right, *in_band]), bottom)


def _beside(x: float, y: float, others: Sequence[tuple[float, float]], left: float) -> bool:
    """Whether a box further left has a neighbour at its height: then it does not reach under this one."""
    return any(abs(other_y - y) < 12 and other_x >= left - 20 for other_x, other_y in others) or x < left - 20


def _columns(corners: Sequence[tuple[float, float]]) -> list[float]:
    """Left edges shared by three boxes or more."""
    return sorted({x for x, _ in corners if sum(1 for other, _ in corners if abs(other - x) < 8) >= 3})


def size_of(area: Field, mark: Mark) -> float:
    return area.sheet.lines[mark.line].tokens[mark.start].size
