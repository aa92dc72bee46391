"""Strips of a table put together to rows: which numbers belong to one row, and which text to which row."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flows.steps.tables.strips import Strip
from schemas.page import Box


@dataclass
class Row:
    """The strips of one row, from top to bottom."""

    strips: list[Strip] = field(default_factory=list)
    filled: frozenset[int] = frozenset()
    head_y: float = 0.0
    foot_y: float = 0.0
    is_doubtful: bool = False
    """It may be a row of its own, or a second line of the one before."""

    def add_anchor(self, strip: Strip) -> None:
        if not self.strips:
            self.head_y = strip.y
        self.strips.append(strip)
        self.filled |= strip.filled
        self.foot_y = strip.y

    @property
    def page(self) -> int:
        return self.strips[0].page

    @property
    def ordinal(self) -> int | None:
        return next((s.ordinal for s in self.strips if s.ordinal is not None), None)

    def box(self) -> Box:
        return Box.around([strip.box for strip in self.strips])


def usual_columns(strips: Sequence[Strip]) -> frozenset[int]:
    """The anchor columns that hold a number in most rows."""
    counts = Counter(index for strip in strips for index in strip.anchors)
    if not counts:
        return frozenset()
    most = max(counts.values())
    return frozenset(index for index, count in counts.items() if count * 2 >= most)


def build_rows(
    strips: Sequence[Strip], bands: Sequence[float], usual: frozenset[int], by_ordinal: bool
) -> tuple[list[Row], list[Row]]:
    """Rows with the lines that hold their numbers, and what stands between ruled lines of its own and is no row:
    it has no ordinal, as the rows have, and few of their numbers.

    `bands` are the heights of ruled lines across the whole table.
    """
    rows: list[Row] = []
    asides: list[Row] = []
    for band in _by_band(strips, bands):
        anchored = _anchored(band, usual, by_ordinal)
        is_aside = len(anchored) == 1 and by_ordinal and _is_stray(anchored[0], usual, by_ordinal)
        (asides if is_aside else rows).extend(anchored)
    return rows, asides


def _by_band(strips: Sequence[Strip], bands: Sequence[float]) -> list[list[Strip]]:
    groups: dict[int, list[Strip]] = {}
    for strip in strips:
        groups.setdefault(bisect_right(bands, strip.y), []).append(strip)
    return [groups[key] for key in sorted(groups)]


def _anchored(strips: Sequence[Strip], usual: frozenset[int], by_ordinal: bool) -> list[Row]:
    """The rows as far as their numbers go: a new one wherever a column is filled a second time."""
    rows: list[Row] = []
    taken: frozenset[int] = frozenset()
    has_ordinal = False
    for strip in strips:
        if not strip.filled and strip.ordinal is None:
            continue
        again = bool(strip.filled & taken) or (strip.ordinal is not None and has_ordinal)
        if not rows or again:
            rows.append(Row())
            taken, has_ordinal = frozenset(), False
        rows[-1].add_anchor(strip)
        taken |= strip.filled
        has_ordinal = has_ordinal or strip.ordinal is not None
    return _without_second_lines(rows, usual, by_ordinal)


def _without_second_lines(rows: list[Row], usual: frozenset[int], by_ordinal: bool) -> list[Row]:
    """A stray number under a full row is its second line: it has no ordinal, and most of its columns are empty."""
    kept: list[Row] = []
    for row in rows:
        if kept and _is_stray(row, usual, by_ordinal):
            kept[-1].strips += row.strips
            is_said = any(len(strip.cells) > 1 for strip in row.strips)
            if by_ordinal and is_said and max(usual) in row.filled & kept[-1].filled:  # an amount of its own
                kept[-1].is_doubtful = True
            if not by_ordinal and any(s.anchors & usual and len(s.cells) > 1 for s in row.strips):
                kept[-1].is_doubtful = True
            continue
        kept.append(row)
    return kept


def _is_stray(row: Row, usual: frozenset[int], by_ordinal: bool) -> bool:
    few = len(row.filled & usual) * 2 < len(usual) or not row.filled & usual
    few = few or (by_ordinal and sum(len(strip.cells) for strip in row.strips) == 1)
    return few and (row.ordinal is None if by_ordinal else True) and len(usual) > 1


class Mode:
    """How the numbers of a row stand beside its text: at its top, middle or bottom; learnt from clear rows."""

    def __init__(self) -> None:
        self.votes: Counter[str] = Counter()

    @property
    def name(self) -> str:
        return self.votes.most_common(1)[0][0] if self.votes else "top"


def share_text(
    rows: list[Row],
    texts: list[Strip],
    bands: Sequence[float],
    mode: Mode,
    is_detail: Callable[[Strip], bool] = lambda _: False,
) -> tuple[list[Strip], list[Strip]]:
    """Give each line of text to its row; returns the lines before the first row and after the last one.

    Between two rows the text parts at the widest gap; where all gaps are equal, as the other rows do. A line that
    opens with a label (`is_detail`: "HS code: 3304990000") goes on with the row above it.
    """
    if not rows:
        return list(texts), []
    own = {id(strip) for row in rows for strip in row.strips}
    free = [strip for strip in texts if id(strip) not in own]
    before = [s for s in free if s.y < rows[0].head_y]
    after = [s for s in free if s.y >= rows[-1].foot_y]
    gaps = []
    for upper, lower in itertools.pairwise(rows):
        between = [s for s in free if upper.head_y <= s.y < lower.head_y and s.y < lower.head_y]
        between = [s for s in between if not (s.y >= rows[-1].foot_y)]
        gaps.append((upper, lower, between))
    for upper, lower, between in gaps:
        inside = [s for s in between if s.y < upper.foot_y]
        upper.strips += inside
        rest = [s for s in between if s.y >= upper.foot_y]
        cut = _cut(upper, lower, rest, bands, mode)
        labelled = [index for index, strip in enumerate(rest) if is_detail(strip)]
        if labelled and not any(is_detail(strip) for strip in before):
            cut = max(cut, labelled[-1] + 1)
        upper.strips += rest[:cut]
        lower.strips += rest[cut:]
    for row in rows:
        row.strips.sort(key=lambda s: s.y)
    return before, after


def _cut(upper: Row, lower: Row, between: list[Strip], bands: Sequence[float], mode: Mode) -> int:
    """How many of the lines between two rows belong to the upper one."""
    if not between:
        return 0
    heights = [upper.foot_y, *(s.y for s in between), lower.head_y]
    ruled = bisect_right(bands, upper.foot_y)
    if ruled < len(bands) and bands[ruled] < lower.head_y:
        return sum(1 for s in between if s.y < bands[ruled])
    steps = [b - a for a, b in itertools.pairwise(heights)]
    order = sorted(steps, reverse=True)
    widest = steps.index(order[0])
    if order[0] > 1.1 * order[1] + 0.3:
        name = "top" if widest == len(between) else "bottom" if widest == 0 else "middle"
        mode.votes[name] += 1
        return widest
    return {"top": len(between), "bottom": 0}.get(mode.name, (len(between) + 1) // 2)
