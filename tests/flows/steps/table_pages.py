"""Pages with a table of items set word by word: for tests that need to know where every word stands."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from schemas.lines import LinesSpec, lines_spec
from schemas.page import Box, Page, Ruling, Word

SIZE = 8.0
PITCH = 10.0
ROW = 15.0
LETTER = 4.2
EDGES = (40.0, 65.0, 300.0, 360.0, 400.0, 470.0, 550.0)
HEADS = ("No", "Description", "Quantity", "Unit", "Unit price", "Amount")
RIGHT = (False, False, True, False, True, True)

Cells = Sequence[str]


def spec_of(kind: str) -> LinesSpec:
    spec = lines_spec(Path(__file__).parents[3] / "schemas" / "documents" / kind)
    assert spec is not None
    return spec


def invoice_spec() -> LinesSpec:
    return spec_of("commercial_invoice")


def words_at(text: str, x: float, y: float, right: bool = False) -> list[Word]:
    """The words of a text set from x, or up to x, on a line whose top is y."""
    if right:
        x -= len(text) * LETTER
    words = []
    for part in text.split(" "):
        width = len(part) * LETTER
        if part:
            words.append(Word(part, Box(x, y, x + width, y + SIZE), SIZE))
        x += width + LETTER * 0.6
    return words


def row_words(cells: Cells, y: float) -> list[Word]:
    """A row: each cell a text; a line break within the description begins a further line."""
    words: list[Word] = []
    for index, cell in enumerate(cells):
        x = EDGES[index + 1] - 3 if RIGHT[index] else EDGES[index] + 3
        for line, part in enumerate(cell.split("\n")):
            words += words_at(part, x, y + line * PITCH, RIGHT[index])
    return words


def table_page(
    rows: Sequence[Cells],
    *,
    number: int = 1,
    head: Cells | None = HEADS,
    foot: Sequence[Cells] = (),
    ruled: bool = False,
) -> Page:
    """A page with a head, rows below it, and lines that close the table."""
    words: list[Word] = words_at("Commercial invoice 77", 40, 30)
    rulings: list[Ruling] = []
    y = 80.0
    for cells in ([head] if head else []) + [*rows, *foot]:
        words += row_words(cells, y)
        height = ROW + PITCH * max(cell.count("\n") for cell in cells)
        if ruled:
            rulings.append(Ruling(Box(EDGES[0], y - 3, EDGES[-1], y - 3)))
            rulings += [Ruling(Box(x, y - 3, x, y - 3 + height)) for x in EDGES]
        y += height
    return Page(number, 595.0, 842.0, tuple(words), tuple(rulings))


def items(count: int, first: int = 1, number: str = "{:,.2f}") -> list[tuple[str, ...]]:
    """Rows that multiply, each unlike the others."""
    rows: list[tuple[str, ...]] = []
    for i in range(first, first + count):
        quantity, price = 3 + i, Decimal(125 * i + 250) / 100
        amount = number.format(quantity * price)
        rows.append((str(i), f"Ball valve type {i}", str(quantity), "pcs", number.format(price), amount))
    return rows


def column_page(
    heads: Sequence[str],
    rows: Sequence[Cells],
    edges: Sequence[float],
    *,
    ruled: Sequence[bool] = (),
    foot: Sequence[Word] = (),
) -> Page:
    """A page with a table of any columns: text set from each edge; heads of several lines are broken by "\n".

    `ruled` says of each row whether a line is drawn above it, and one below the last of those.
    """
    words: list[Word] = []
    rulings: list[Ruling] = []
    y = 80.0
    tall = max(head.count("\n") for head in heads) + 1
    for x, head in zip(edges, heads, strict=False):
        for line, part in enumerate(head.split("\n")):
            words += words_at(part, x, y + line * PITCH)
    y += tall * PITCH + 6
    for index, cells in enumerate(rows):
        if ruled and ruled[index]:
            rulings.append(Ruling(Box(edges[0], y - 3, edges[-1], y - 3)))
        for x, cell in zip(edges, cells, strict=False):
            for line, part in enumerate(cell.split("\n")):
                words += words_at(part, x, y + line * PITCH)
        y += ROW + PITCH * max(cell.count("\n") for cell in cells)
    if any(ruled):
        rulings.append(Ruling(Box(edges[0], y - 3, edges[-1], y - 3)))
    return Page(1, 842.0, 595.0, (*words, *foot), tuple(rulings))


def total(rows: Sequence[Cells], number: str = "{:,.2f}") -> tuple[str, ...]:
    """The line that closes `items`."""
    amounts = sum((Decimal(row[5].replace(",", "")) for row in rows), Decimal(0))
    return ("", "Total", "", "", "", number.format(amounts))
