"""A table of items as it is found on the pages: its rows, and the lines that close it."""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.steps.tables.columns import Grid
from flows.steps.tables.heads import Head
from flows.steps.tables.rows import Mode, Row
from flows.steps.tables.strips import Strip
from schemas.page import Box


@dataclass
class Closing:
    """A line of totals, of sums carried forward or of counts, and how many rows stand above it."""

    strip: Strip
    rows: int
    grid: Grid
    section: int


@dataclass
class Part:
    """What was read of the table below one head, or on one page."""

    page: int
    grid: Grid
    box: Box


@dataclass
class Table:
    """The table of items of a document, on all its pages."""

    rows: list[Row] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    """The grid of each row."""
    sections: list[int] = field(default_factory=list)
    """The section of each row: a new one begins under a head that follows totals."""
    totals: list[Closing] = field(default_factory=list)
    charges: list[Closing] = field(default_factory=list)
    """Freight, insurance, discounts: lines with an amount that are no row and no sum."""
    carried: list[Closing] = field(default_factory=list)
    counts: list[Closing] = field(default_factory=list)
    suspects: list[Strip] = field(default_factory=list)
    """Lines outside the table that look like rows of it."""
    parts: list[Part] = field(default_factory=list)
    other_heads: list[tuple[int, Head]] = field(default_factory=list)
    head: Head | None = None
    mode: Mode = field(default_factory=Mode)
    usual: frozenset[int] = frozenset()
    by_ordinal: bool = False
    """Whether rows have ordinals."""
    pitch: float = 0.0
    """The widest step from line to line within a row, so far."""
    section: int = 0
    is_ended: bool = False

    @property
    def last_ordinal(self) -> int | None:
        return self.rows[-1].ordinal if self.rows else None
