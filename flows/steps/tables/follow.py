"""Following a table of items over the pages: heads, repeated heads, and the stretch of page below each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.steps.tables.columns import Ground, geometry, lay_grid, survey
from flows.steps.tables.heads import Head, find_heads
from flows.steps.tables.layout import Sheet, phrases
from flows.steps.tables.lexicon import Reader
from flows.steps.tables.region import Region
from flows.steps.tables.table import Table
from schemas.page import Page

_SAME = 0.6
"""Share of columns two heads must have in common to be heads of one table."""
_FEWEST = 3
"""Columns of a further table that counts as one."""


def follow(pages: Sequence[Page], reader: Reader) -> Table:
    """Read the table of items on all pages."""
    sheets = [Sheet(page) for page in pages]
    heads = [find_heads(sheet, reader) for sheet in sheets]
    table = Table(head=max((h for found in heads for h in found), key=lambda h: h.score, default=None))
    if table.head is None:
        return table
    heads = [[h for h in found if len(h.names) >= _FEWEST or _are_alike(h, table.head)] for found in heads]
    grounds: dict[tuple[int, ...], Ground] = {}
    spans = [_spans(sheet, found, table.head) for sheet, found in zip(sheets, heads, strict=True)]
    for sheet, part in zip(sheets, spans, strict=True):
        for head, bottom in part:
            ground = grounds.setdefault(geometry(head), Ground([], []))
            survey(sheet, head, _first_closing(sheet, head, bottom, reader), ground)
    for sheet, part in zip(sheets, spans, strict=True):
        _read_sheet(sheet, part, grounds, table, reader)
    table.other_heads = [
        (sheet.page.number, head)
        for sheet, found in zip(sheets, heads, strict=True)
        for head in found
        if not _are_alike(head, table.head)
    ]
    return table


def _spans(sheet: Sheet, heads: Sequence[Head], main: Head) -> list[tuple[Head, float]]:
    """The heads of the table on a page, each with the height at which its part of the page ends."""
    tops = [head.box.top for head in heads] + [sheet.page.height + 1]
    return [(head, next(top for top in tops if top > head.box.top)) for head in heads if _are_alike(head, main)]


def _read_sheet(
    sheet: Sheet,
    spans: Sequence[tuple[Head, float]],
    grounds: Mapping[tuple[int, ...], Ground],
    table: Table,
    reader: Reader,
) -> None:
    if table.rows:
        first = spans[0][0].box.top if spans else sheet.page.height + 1
        Region(sheet, table.parts[-1].grid, table, reader, 0.0, first, None).read()
    for head, bottom in spans:
        grid = lay_grid(sheet, head, grounds[geometry(head)])
        table.section += table.is_ended
        table.is_ended = False
        Region(sheet, grid, table, reader, head.box.bottom, bottom, head).read()


def _are_alike(one: Head, other: Head) -> bool:
    return len(one.names & other.names) >= _SAME * len(one.names | other.names)


def _first_closing(sheet: Sheet, head: Head, bottom: float, reader: Reader) -> float:
    """The height of the first line of totals under a head: what follows must not bend the columns."""
    for line in sheet.lines:
        if head.box.bottom < line.y < bottom and line.y > head.box.bottom + line.height:
            kinds = (reader.total_kind(text) for text in phrases(line.words, 0.9))
            if any(kind and kind != "carried" for kind in kinds):
                return line.y - line.height / 2
    return bottom
