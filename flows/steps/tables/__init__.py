"""Line items: the rows of the table of goods, followed over pages, with evidence and every doubt.

    lines = read_lines(pages, spec)
    lines.items      # [{"position": "1", "description": "...", "quantity": "5", ...}, ...]
    lines.findings   # what a person should know; empty when all rows are there and multiply

A row is never left out in silence: what breaks the contract (ordinals, counts, sums, products) is a `Doubt`,
and `is_whole` is False when a row may be missing, glued or double.
"""

from __future__ import annotations

from collections.abc import Sequence

from flows.steps import numbers
from flows.steps.tables.cells import Cell, part_details, row_cells
from flows.steps.tables.content import by_content, without_block_of_marks
from flows.steps.tables.contract import check
from flows.steps.tables.follow import follow
from flows.steps.tables.layout import text_lines
from flows.steps.tables.lexicon import reader_of
from flows.steps.tables.model import NOT_WHOLE, Doubt, Lines, Total
from flows.steps.tables.sums import place_totals, totals_of
from flows.steps.tables.table import Table
from flows.steps.tables.values import Item, decide_style, fill, settle_discounts
from schemas.lines import LinesSpec
from schemas.page import Page

__all__ = ["Doubt", "Lines", "Total", "read_lines"]


def read_lines(pages: Sequence[Page], spec: LinesSpec, *, pointer: str = "/lines") -> Lines:
    """The line items of one document; `pointer` is where they go in its data."""
    reader = reader_of(spec)
    table = follow(pages, reader)
    if not table.rows:
        return _without_rows(pages, table, pointer)
    cells = [row_cells(row, grid, reader) for row, grid in zip(table.rows, table.grids, strict=True)]
    cells, marks = without_block_of_marks([part_details(row, reader) for row in by_content(cells, spec)])
    raw_totals = [(t.column, t.text) for t in totals_of(table, None) if t.column and t.kind == "total"]
    style = decide_style(cells, reader, raw_totals, [])
    items = [
        Item(f"{pointer}/{i}", row.page, found, grid)
        for i, (row, found, grid) in enumerate(zip(table.rows, cells, table.grids, strict=True))
    ]
    doubts = [doubt for item in items for doubt in fill(item, reader, style)]
    doubts += _doubtful_marks(marks, pointer)
    for product in spec.products:
        settle_discounts(items, product)
    totals = place_totals(totals_of(table, style), items, table, reader)
    doubts += check(items, table, totals, reader, pointer)
    return Lines(
        items=[item.data for item in items],
        evidence={key: value for item in items for key, value in item.evidence.items()},
        findings=doubts,
        style=style,
        regions=[(part.page, part.box) for part in table.parts],
        totals=totals,
        is_whole=not any(doubt.rule == NOT_WHOLE for doubt in doubts),
        columns=tuple(c.name for c in table.grids[0].columns if c.name),
    )


def _doubtful_marks(marks: Cell | None, pointer: str) -> list[Doubt]:
    """Marks that were left out, for nothing says to which rows they belong."""
    if marks is None:
        return []
    seen = f"the marks beside the rows ({marks.text!r}) are not one for each; they were left out"
    return [Doubt("lines.unreadable", f"{pointer}/0/marks", seen, marks.page, marks.box)]


def _without_rows(pages: Sequence[Page], table: Table, pointer: str) -> Lines:
    regions = [(part.page, part.box) for part in table.parts]
    if table.head is not None:
        where = table.parts[0] if table.parts else None
        seen = f"the head of a table stands here ({', '.join(sorted(table.head.names))}), but no row below it"
        doubt = Doubt("lines.no_rows", pointer, seen, where.page if where else None, table.head.box)
        return Lines(findings=[doubt], regions=regions, is_whole=False)
    doubts = _rows_without_head(pages, pointer)
    return Lines(findings=doubts, is_whole=not doubts)


def _rows_without_head(pages: Sequence[Page], pointer: str) -> list[Doubt]:
    """Lines that look like items (three numbers, two of which multiply to the third) under no known head."""
    for page in pages:
        alike = []
        for line in text_lines(page.words):
            texts = [word.text for word in line.words if word.text[:1].isdigit()]
            if len(texts) >= 3 and len(texts) < len(line.words) and _multiplies(texts):
                alike.append(line)
        if len(alike) >= 2:
            seen = f"{len(alike)} lines look like items, but no head of a table was recognised above them"
            return [Doubt("lines.no_header", pointer, seen, page.number, alike[0].box)]
    return []


def _multiplies(texts: Sequence[str]) -> bool:
    return any(
        numbers.closing(numbers.Product(*texts[i : i + 3])) and texts[i] not in ("0", "1") and texts[i + 1] != "1"
        for i in range(len(texts) - 2)
    )
