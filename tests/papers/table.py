"""Tables of goods over as many pages as they need, in four kinds of ruling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.papers.pen import LEADING, Pen
from tests.papers.sheet import MARGIN

PAD = 3.0


@dataclass(frozen=True)
class Column:
    """A column: its key, its heading, its alignment. The one that `grows` takes the width others leave."""

    key: str
    heading: str
    align: str = "left"
    grows: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Row:
    """The cells of one row by column key. `kind` is `item`, `units`, `carried` or `total`."""

    cells: dict[str, str]
    kind: str = "item"


@dataclass
class Table:
    """Draws rows below one another, and asks for a new page when the foot of this one is reached.

    `carried` and `brought` (optional) give the row with the sums of so many items, for the end of a page
    and the start of the next.
    """

    pen: Pen
    columns: Sequence[Column]
    ruling: str
    size: float
    bottom: float
    new_page: Callable[[], float]
    repeat_header: bool = True
    break_rows: bool = False
    carried: Callable[[int], Row] | None = None
    brought: Callable[[int], Row] | None = None
    _edges: list[float] = field(default_factory=list)

    def _fit(self, rows: Sequence[Row]) -> None:
        """Column edges: each column as wide as its longest text and longest heading word needs."""
        widths = [0.0 if column.grows else self._needs(column, rows) for column in self.columns]
        left = self.pen.width - 2 * MARGIN - sum(widths)
        if left < 95 and self.size > 5:
            self.size -= 0.5
            return self._fit(rows)
        x = MARGIN
        self._edges = [x]
        for column, width in zip(self.columns, widths, strict=True):
            x += left if column.grows else width
            self._edges.append(x)

    def _needs(self, column: Column, rows: Sequence[Row]) -> float:
        texts = [row.cells.get(column.key, "") for row in rows]
        if self.carried:
            texts.append(self.carried(len(rows)).cells.get(column.key, ""))
        words = max(self.pen.measure(word, self.size - 0.5, True) for word in _words(column.heading))
        return max([words, *(self.pen.measure(text, self.size, True) for text in texts)]) + 2 * PAD + 1

    def draw(self, rows: Sequence[Row], top: float) -> float:
        """Draws header and rows from `top` on; returns the top of what follows on the last page."""
        self._fit(rows)
        top = self._header(top)
        items = 0
        for row in rows:
            cells = self._wrap(row)
            height = self._height(cells)
            reserve = self._line_height() * 1.5 if self.carried else 0.0
            if top + height > self.bottom - reserve:
                top, cells = self._break(top, cells, items, reserve)
            top = self._row(top, cells, row.kind)
            items += row.kind == "item"
        return top

    def _break(self, top: float, cells: list[list[str]], items: int, reserve: float) -> tuple[float, list[list[str]]]:
        """Ends the page: with the lines of the row that still fit if rows may break, else before it."""
        room = int((self.bottom - reserve - top - 2 * PAD) / self._line_height())
        broken = self.break_rows and 1 <= room < max(map(len, cells))
        if broken:
            self._row(top, [lines[:room] for lines in cells], "item")
            cells = [lines[room:] for lines in cells]
            top += room * self._line_height() + 2 * PAD
        elif self.carried and items:
            top = self._row(top, self._wrap(self.carried(items)), "carried")
        top = self.new_page()
        if self.repeat_header:
            top = self._header(top)
        if self.brought and items and not broken:
            top = self._row(top, self._wrap(self.brought(items)), "carried")
        return top, cells

    def _line_height(self) -> float:
        return self.size * LEADING

    def _wrap(self, row: Row) -> list[list[str]]:
        bold = row.kind == "total"
        return [
            self.pen.wrap(row.cells.get(column.key, ""), self._room(i), self.size, bold)
            for i, column in enumerate(self.columns)
        ]

    def _room(self, index: int) -> float:
        return self._edges[index + 1] - self._edges[index] - 2 * PAD

    def _height(self, cells: list[list[str]]) -> float:
        return max(map(len, cells)) * self._line_height() + 2 * PAD

    def _header(self, top: float) -> float:
        cells = [
            self.pen.wrap(column.heading, self._room(i), self.size - 0.5, True) for i, column in enumerate(self.columns)
        ]
        height = max(map(len, cells)) * self._line_height() + 2 * PAD
        x0, x1 = self._edges[0], self._edges[-1]
        if self.ruling == "ruled":
            self.pen.shade(x0, top, x1, top + height)
        for i, lines in enumerate(cells):
            align = "centre" if self.ruling == "ruled" else self.columns[i].align
            self.pen.lines(self._anchor(i, align), top + PAD, lines, self.size - 0.5, True, align)
        if self.ruling != "none":
            self.pen.rule(x0, top, x1, top, 0.7)
            self.pen.rule(x0, top + height, x1, top + height, 0.7)
        self._uprights(top, top + height)
        top += height
        if any(column.unit for column in self.columns):
            top = self._row(top, [[column.unit] for column in self.columns], "units")
        return top

    def _anchor(self, index: int, align: str) -> float:
        left, right = self._edges[index], self._edges[index + 1]
        return {"left": left + PAD, "right": right - PAD, "centre": (left + right) / 2}[align]

    def _uprights(self, top: float, bottom: float) -> None:
        if self.ruling == "ruled":
            for x in self._edges:
                self.pen.rule(x, top, x, bottom)

    def _row(self, top: float, cells: list[list[str]], kind: str) -> float:
        height = self._height(cells)
        bold = kind == "total"
        for i, lines in enumerate(cells):
            align = "centre" if kind == "units" else self.columns[i].align
            self.pen.lines(self._anchor(i, align), top + PAD, lines, self.size, bold, align)
        bottom = top + height
        x0, x1 = self._edges[0], self._edges[-1]
        if self.ruling in ("ruled", "half"):
            self.pen.rule(x0, bottom, x1, bottom)
        elif self.ruling == "header" and kind == "total":
            self.pen.rule(x0, top, x1, top, 0.7)
        self._uprights(top, bottom)
        return bottom


def _words(heading: str) -> list[str]:
    """The pieces of a heading that cannot be broken; Chinese ones can, after each two characters."""
    return [word[:4] if ord(word[0]) >= 0x2E80 else word for word in heading.split()]
