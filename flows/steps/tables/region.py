"""One stretch of a page with rows of a table: which lines are rows, which close it, and where it ends."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from flows.steps import numbers
from flows.steps.tables.captions import without_captions
from flows.steps.tables.cells import named_below, opens_with_label
from flows.steps.tables.columns import Grid
from flows.steps.tables.heads import Head
from flows.steps.tables.layout import Sheet, join
from flows.steps.tables.lexicon import Reader
from flows.steps.tables.rows import Row, build_rows, share_text, usual_columns
from flows.steps.tables.strips import Cutter, Strip, is_number
from flows.steps.tables.table import Closing, Part, Table
from schemas.page import Box

_FULL = 0.6
"""Share of the usual number columns a line must fill to begin a row where no head stands above it."""


class Region:
    """One stretch of a page that may hold rows of the table: under a head, or at the top of a next page."""

    def __init__(
        self, sheet: Sheet, grid: Grid, table: Table, reader: Reader, top: float, bottom: float, head: Head | None
    ) -> None:
        self.sheet, self.grid, self.table, self.reader = sheet, grid, table, reader
        self.top, self.bottom, self.head = top, bottom, head
        self.cutter = Cutter(grid, reader, sheet.page.number, sheet.blank)
        left, right = grid.columns[0].box.x0, grid.columns[-1].box.x1
        self.bands = [
            ruled.at
            for ruled in sheet.horizontals
            if top - 2 <= ruled.at <= bottom and ruled.covers(left, right) > 0.85
        ]
        self.closings: list[tuple[str, Strip]] = []
        self.step = 0.0
        self.has_two_lines = any(named_below(column, grid, reader) for column in grid.columns if column.name)

    def read(self) -> None:
        strips = [
            strip
            for line in self.sheet.lines
            if self.top < line.y < self.bottom and (strip := self.cutter.cut(line)) is not None
        ]
        if not strips:
            return
        strips = without_captions(self._without_units(strips), self.head, self.sheet, self.cutter)
        if not strips:
            return
        self._learn(strips)
        body = self._body(strips)
        self._add(body)

    def _without_units(self, strips: list[Strip]) -> list[Strip]:
        """Lines of units right below the head ("kg", "EUR") are part of it."""
        if self.head is None:
            return strips
        noise, columns = self.reader.spec.noise, list(self.grid.columns)
        while strips:
            found = {i: self.reader.spec.plain_words(strips[0].text(i)) for i in strips[0].cells}
            words = [word for tokens in found.values() for word in tokens]
            if not words or not all(word in noise and not word.isdigit() for word in words):
                break
            for index, tokens in found.items():
                columns[index] = replace(columns[index], rest=(*columns[index].rest, *tokens))
            strips = strips[1:]
        self.grid = replace(self.grid, columns=tuple(columns))
        return strips

    def _learn(self, strips: Sequence[Strip]) -> None:
        """Which number columns the rows here fill."""
        if self.head is None:
            self.usual = self.table.usual
        else:
            plain: list[Strip] = []
            for strip in strips:
                if strip.kind in ("total", "count", "end") and plain:
                    break
                if strip.kind != "charge" and not self._is_labelled_in_numbers(strip):
                    plain.append(strip)
            numbered = [strip for strip in plain if strip.ordinal is not None and strip.anchors]
            if not numbered and self.table.rows and self.table.by_ordinal:  # nothing but the end is on this page
                self.usual = self.table.usual
            else:
                self.usual = usual_columns(numbered) or usual_columns(plain) or self.table.usual
            self.table.usual = self.usual
        ordinals = sum(1 for s in strips if s.ordinal is not None)
        full = sum(1 for s in strips if len(s.anchors & self.usual) * 2 > len(self.usual))
        self.by_ordinal = ordinals * 2 >= full > 0 or (full == 0 and self.table.by_ordinal)
        self.table.by_ordinal = self.by_ordinal

    def _body(self, strips: Sequence[Strip]) -> list[Strip]:
        """The lines that belong to rows; totals, counts and carried sums are put aside."""
        table = self.table
        body: list[Strip] = []
        pending: list[Strip] = []
        started = self.head is not None
        last: Strip | None = None
        closed: Strip | None = None
        is_cut = False
        for strip in strips:
            expected = self._expected(body)
            strong = self._is_strong(strip, expected)
            if strip.kind == "numbering":
                continue
            if not strip.kind and not strong:
                strip.kind = self._kind_by_place(strip, body)
            is_charge = strip.kind == "charge" and table.is_ended
            if is_charge:  # whatever stands below the end
                strip.kind = ""
            if strip.kind == "charge" and self._is_full(strip) and (strip.ordinal is not None or not self.by_ordinal):
                strip.kind = ""
            if strip.kind and not strong:
                self.closings.append((strip.kind, strip))
                pending = []
                closed = strip
                if strip.kind not in ("carried", "charge"):
                    table.is_ended = table.is_ended or started
                    if strip.kind == "end":
                        break
                continue
            if closed is not None and not strip.anchors and strip.y - closed.y <= 1.35 * strip.height:
                closed = strip  # the label of the closing line goes on
                continue
            is_cut = is_cut or (last is not None and self._is_far(last, strip, body))
            if table.is_ended or is_cut or not started:
                full = self._is_full(strip)
                if strong or (not started and full and not table.is_ended):
                    body += self._touching(pending, strip)
                    pending, started, is_cut, table.is_ended = [], True, False, False
                else:
                    is_outside = (table.is_ended or is_cut) and not is_charge
                    is_next = strip.ordinal is not None and strip.ordinal == expected and bool(strip.anchors)
                    if is_outside and (is_next or full) and (is_next or self._looks_like_row(strip)):
                        table.suspects.append(strip)
                    pending.append(strip)
                    continue
            body.append(strip)
            last = strip
        return body

    def _expected(self, body: Sequence[Strip]) -> int | None:
        for strip in reversed(body):
            if strip.ordinal is not None:
                return strip.ordinal + 1
        last = self.table.last_ordinal
        return None if last is None else last + 1

    def _is_strong(self, strip: Strip, expected: int | None) -> bool:
        """Whether a line is a row beyond doubt: its ordinal is the next one, or its numbers multiply."""
        if not self._is_full(strip):
            return False
        if strip.ordinal is not None and strip.ordinal == expected:
            return True
        for product in self.reader.spec.products:
            cells = [self._column(name) for name in (product.quantity, product.unit_price, product.amount)]
            if all(index in strip.anchors for index in cells):
                texts = [strip.text(index) for index in cells]
                if numbers.closing(numbers.Product(*texts)) and not _is_trivial(texts):
                    return True
        return False

    def _column(self, name: str) -> int:
        return next((i for i, c in enumerate(self.grid.columns) if c.name == name), -1)

    def _looks_like_row(self, strip: Strip) -> bool:
        return len(strip.anchors) >= 2 and self._has_text(strip)

    def _has_text(self, strip: Strip) -> bool:
        texts = self.cutter.text_columns & strip.cells.keys()
        return any(_has_letter(strip.text(i)) for i in texts)

    def _is_far(self, last: Strip, strip: Strip, body: Sequence[Strip]) -> bool:
        """Whether the gap above a line is wider than any between rows so far."""
        gap = strip.y - last.y
        limit = max(3.2 * max(last.height, strip.height), 2.2 * self.step)
        if gap > limit and any(s.anchors for s in body):
            if strip.anchors and self._is_like_a_row(strip, body):
                self.step = max(self.step, gap)
                return False
            return not (strip.ordinal is not None and strip.anchors)
        self.step = max(self.step, gap)
        return False

    def _is_like_a_row(self, strip: Strip, body: Sequence[Strip]) -> bool:
        """Whether a line fills the very columns of the one row above it, text and numbers: rows stand far apart."""
        anchored = [s for s in body if s.anchors]
        if len(anchored) != 1 or self.table.is_ended or not self._is_full(strip) or len(strip.cells) < 4:
            return False
        near = strip.y - anchored[0].y <= 6 * strip.height
        return near and strip.cells.keys() == anchored[0].cells.keys() and self._has_text(strip)

    def _touching(self, pending: Sequence[Strip], strip: Strip) -> list[Strip]:
        """The lines of text directly above a first row."""
        found: list[Strip] = []
        y = strip.y
        for above in reversed(pending):
            far = 1.6 if len(above.cells) > 1 or self.head or found else 2.8
            if y - above.y > far * above.height or above.anchors or above.outside or self._is_note(above):
                break
            if far > 2 and not above.cells.keys() <= self.cutter.text_columns:
                break
            found.insert(0, above)
            y = above.y
        return found

    def _is_note(self, strip: Strip) -> bool:
        column = self.cutter.ordinal_column
        if strip.ordinal is not None and self.has_two_lines and len(strip.cells) >= 3:
            return False
        leads = column in strip.cells and strip.ordinal is None and len(strip.text(column)) > 2
        return not strip.anchors and (leads or self.cutter.crosses(strip))

    def _add(self, body: Sequence[Strip]) -> None:
        table = self.table
        items = [strip for found in body if (strip := self._as_item(found)) is not None]
        rows, asides = build_rows(items, self.bands, self.usual, self.by_ordinal)
        for strip in (strip for row in asides for strip in row.strips):
            kind = self._aside_kind(strip)
            self.closings.append((kind or "charge", strip))
            if not kind and self._has_text(strip):
                table.suspects.append(strip)
        left = {id(strip) for row in asides for strip in row.strips}
        items = [strip for strip in items if id(strip) not in left]
        if not rows and self.head is not None and self.reader.spec.one_row and items:
            rows = [Row(list(items), head_y=items[0].y, foot_y=items[-1].y)]
        before, after = share_text(rows, items, self.bands, table.mode, self._is_detail)
        steps = [b.y - a.y for row in rows[:-1] for a, b in itertools.pairwise(row.strips)]
        table.pitch = max([table.pitch, *steps])
        self._before(before, rows)
        if rows:
            self._after(after, rows[-1])
        above = len(table.rows)
        for row in rows:
            table.rows.append(row)
            table.grids.append(self.grid)
            table.sections.append(table.section)
        for kind, strip in self.closings:
            count = above + sum(1 for row in rows if row.head_y < strip.y)
            closing = Closing(strip, count, self.grid, table.section)
            kinds = {"total": table.totals, "carried": table.carried, "count": table.counts, "charge": table.charges}
            kinds.get(kind, []).append(closing)
        if rows or self.head:
            self._mark(rows)

    def _as_item(self, strip: Strip) -> Strip | None:
        """A line as far as rows go: None for a note across the columns; a line across them that opens with the label
        of a value ("Commodity code 84139100") is part of the description."""
        is_note = self._is_note(strip)
        words = tuple(sorted(strip.words, key=lambda word: word.box.x0))
        if not is_note and (strip.filled or strip.ordinal is not None or not self._runs_on(strip)):
            return strip
        index = self._column("description")
        if index >= 0 and opens_with_label(join(words), self.reader):
            return replace(strip, cells={index: words}, texts={})
        return None if is_note else strip

    def _runs_on(self, strip: Strip) -> bool:
        """Whether the text of the first cell goes on in the second without a gap."""
        cells = [strip.cells[index] for index in sorted(strip.cells)]
        if len(cells) < 2:
            return False
        return cells[1][0].box.x0 - cells[0][-1].box.x1 <= self.sheet.blank * strip.height

    def _is_detail(self, strip: Strip) -> bool:
        """Whether a line of text opens with the label of a value: "HS code: 3304990000"."""
        if strip.anchors or strip.ordinal is not None:
            return False
        texts = (strip.text(index) for index in sorted(strip.cells))
        return any(opens_with_label(text, self.reader) for text in texts)

    def _aside_kind(self, strip: Strip) -> str:
        """What a line by itself between ruled lines says it is; empty where it does not."""
        text = " ".join(word.text for word in strip.words)
        if self.reader.holds_sum_word(text) or self.reader.holds_tax_word(text):
            return "total"
        return "charge" if self._is_labelled_in_numbers(strip) else ""

    def _before(self, before: list[Strip], rows: list[Row]) -> None:
        """Lines above the first row: of that row, or the rest of the row that the page end broke."""
        if not before or not rows:
            return
        table, first = self.table, rows[0]
        if not table.rows or (self.head and table.sections[-1] != table.section):
            if table.mode.votes and table.mode.name == "top":
                return
            first.strips[:0] = before
            return
        cut = len(before)
        between = [at for at in self.bands if before[0].y < at < first.head_y]
        if between:
            cut = sum(1 for s in before if s.y < between[-1])
        elif table.mode.name != "top":
            heights = [*(s.y for s in before), first.head_y]
            steps = [b - a for a, b in itertools.pairwise(heights)]
            cut = steps.index(max(steps)) + 1 if max(steps) > 1.25 * min(steps) else 0
        broken = [s for s in before[:cut] if not s.anchors]
        table.rows[-1].strips += broken
        first.strips[:0] = before[cut:]

    def _after(self, after: list[Strip], row: Row) -> None:
        """Lines below the last row, as far as they follow it without a gap and stand in columns of text."""
        y = max(s.y for s in row.strips)
        below = [at for at in self.bands if at > y]
        usual = max(1.05 * self.table.pitch, 1.6 * after[0].height) if after else 0.0
        for strip in after:
            ends = strip.y > below[0] + 0.4 * strip.height if below else strip.y - y > usual
            if ends or strip.y - y > 3.2 * strip.height or strip.outside:
                break
            if not strip.cells.keys() <= self.cutter.text_columns or self._opens_total(strip):
                break
            row.strips.append(strip)
            y = strip.y

    def _opens_total(self, strip: Strip) -> bool:
        first = next((word for word in sorted(strip.words, key=lambda w: w.box.x0) if _has_letter(word.text)), None)
        return first is not None and self.reader.is_sum_word(first.text)

    def _kind_by_place(self, strip: Strip, body: Sequence[Strip]) -> str:
        """What a line is that is no row by where its words stand: it lacks the ordinal, or most of the numbers,
        and begins with "total" or has its words where the numbers of rows stand.
        """
        if strip.ordinal is not None:
            return ""
        if not strip.anchors:
            opens = self.by_ordinal and self._opens_total(strip)
            return "total" if opens and any(is_number(strip.text(i)) for i in strip.cells) else ""
        is_full = self._is_full(strip)
        text = " ".join(word.text for word in strip.words)
        if self._opens_total(strip) and (self.by_ordinal or not is_full or self._adds_up(strip, body)):
            return "total"
        if "%" in text and self.reader.holds_tax_word(text):
            return "total"
        if is_full or not self._is_labelled_in_numbers(strip):
            return ""
        return "total" if self.reader.holds_sum_word(text) or self.reader.holds_tax_word(text) else "charge"

    def _adds_up(self, strip: Strip, body: Sequence[Strip]) -> bool:
        """Whether a number of a line is the sum of those above it."""
        above = [s for row in self.table.rows for s in row.strips] + list(body)
        for index in strip.anchors:
            parts = tuple(s.text(index) for s in above if index in s.anchors)
            if len(parts) > 1 and numbers.closing(numbers.Sum(parts, strip.text(index))):
                return True
        return False

    def _is_full(self, strip: Strip) -> bool:
        return len(strip.anchors & self.usual) >= max(1, _FULL * len(self.usual))

    def _is_labelled_in_numbers(self, strip: Strip) -> bool:
        """Whether words of a line stand in a column of numbers and say no number: "Carriage 310.00"."""
        for index in self.cutter.anchor_columns - strip.anchors:
            words = strip.cells.get(index, ())
            if sum(len(word.text) for word in words if word.text.strip(".,:;()").isalpha()) >= 4:
                return True
        return False

    def _mark(self, rows: list[Row]) -> None:
        boxes = [row.box() for row in rows if row.strips]
        boxes += [strip.box for _, strip in self.closings if strip.cells]
        if self.head:
            boxes.append(self.head.box)
        if boxes:
            self.table.parts.append(Part(self.sheet.page.number, self.grid, Box.around(boxes)))


def _has_letter(text: str) -> bool:
    return any(char.isalpha() for char in text)


def _is_trivial(texts: Sequence[str]) -> bool:
    """0 x 0 = 0 and 1 x 5 = 5 prove nothing."""
    values = [{reading.value for reading in numbers.readings(text)} for text in texts]
    return any(0 in found for found in values)
