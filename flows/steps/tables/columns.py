"""Where the columns of a table begin and end: ruled lines where there are any, else the least crossed gap."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from flows.steps.tables.heads import Column, Head
from flows.steps.tables.layout import Sheet

_REACH = 60.0
"""Points a first or last column may reach beyond its head."""
_WIDE = 4.0
"""Points of a gap that may well be one between columns."""


@dataclass(frozen=True)
class Grid:
    """Columns side by side. `edges` has one value more than `columns`; a word belongs by its middle."""

    columns: tuple[Column, ...]
    edges: tuple[float, ...]

    def index(self, x: float) -> int:
        """The column that holds x; -1 left of the table, `len(columns)` right of it."""
        return bisect_right(self.edges, x) - 1

    @property
    def left(self) -> float:
        return self.edges[0]

    @property
    def right(self) -> float:
        return self.edges[-1]


Block = tuple[float, float]


@dataclass
class Ground:
    """What stands below heads of one geometry, on all pages that have such a head."""

    blocks: list[Block]
    rules: list[float]
    inner: list[float] | None = None
    """The edges between the columns, once they are found."""


def survey(sheet: Sheet, head: Head, bottom: float, ground: Ground) -> None:
    """Add the words and upright ruled lines between a head and `bottom` to the ground."""
    ground.blocks += [
        block
        for line, found in zip(sheet.lines, sheet.blocks, strict=True)
        if head.box.bottom < line.y < bottom
        for block in found
    ]
    below = min(bottom, head.box.bottom + 40)
    ground.rules += [r.at for r in sheet.verticals if r.covers(head.box.bottom, below) > 0.6]


def geometry(head: Head) -> tuple[int, ...]:
    """What heads of one table have in common on every page: where their cells stand, to two points."""
    return tuple(round(x / 2) for column in head.columns for x in (column.box.x0, column.box.x1))


def lay_grid(sheet: Sheet, head: Head, ground: Ground) -> Grid:
    """The columns of the table under `head`, by the words and ruled lines below all heads like it."""
    columns = sorted(head.columns, key=lambda column: column.box.centre[0])
    rules = sorted(ground.rules)
    if ground.inner is None:
        edges = [_edge(one, other, rules, ground.blocks) for one, other in pairwise(columns)]
        ground.inner = list(accumulate(edges, max))  # never one left of the other
    inner = ground.inner
    left = _outer(columns[0].box.x0, rules, sheet, is_left=True)
    right = _outer(columns[-1].box.x1, rules, sheet, is_left=False)
    return Grid(tuple(columns), (left, *inner, right))


def _edge(one: Column, other: Column, rules: Sequence[float], blocks: Sequence[Block]) -> float:
    middle_one, middle_other = one.box.centre[0], other.box.centre[0]
    between = [at for at in rules if middle_one < at < middle_other]
    if between:  # of several, the one nearest to the gap between the heads
        gap = (one.box.x1 + other.box.x0) / 2
        return min(between, key=lambda at: abs(at - gap))
    low, high = one.box.x1, other.box.x0
    if high - low < 1.0:
        low, high = min(low, high) - 1.0, max(low, high) + 1.0
    return least_crossed(blocks, low, high)


def least_crossed(blocks: Sequence[Block], low: float, high: float) -> float:
    """The x between low and high that fewest blocks of words cross: of equals, the middle of the rightmost
    stretch that is wide enough to part columns, for a column begins where its own words do.
    """
    stretches = _free_stretches(blocks, low, high)
    fewest = min(crossing for crossing, _, _ in stretches)
    free = [(start, end) for crossing, start, end in stretches if crossing == fewest]
    widest = max(end - start for start, end in free)
    start, end = [(start, end) for start, end in free if end - start >= min(widest, _WIDE)][-1]
    return (start + end) / 2


def _free_stretches(blocks: Sequence[Block], low: float, high: float) -> list[tuple[int, float, float]]:
    """Stretches from low to high with the number of blocks that cross each; equal neighbours are one."""
    crossing, events = 0, [(low, 0), (high, 0)]
    for x0, x1 in blocks:
        if x1 <= low or x0 >= high:
            continue
        if x0 <= low:
            crossing += 1
        else:
            events.append((x0, 1))
        if x1 < high:
            events.append((x1, -1))
    events.sort()
    found: list[tuple[int, float, float]] = []
    for (start, step), (end, _) in pairwise(events):
        crossing += step
        if end <= start:
            continue
        if found and found[-1][0] == crossing and found[-1][2] == start:
            found[-1] = (crossing, found[-1][1], end)
        else:
            found.append((crossing, start, end))
    return found or [(0, low, high)]


def _outer(edge: float, rules: Sequence[float], sheet: Sheet, is_left: bool) -> float:
    beyond = [at for at in rules if (at <= edge + 1 if is_left else at >= edge - 1)]
    if beyond:
        return (max(beyond) if is_left else min(beyond)) + (-0.5 if is_left else 0.5)
    return max(0.0, edge - _REACH) if is_left else min(sheet.page.width, edge + _REACH)
