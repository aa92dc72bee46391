"""The contract of the rows: none missing, none glued, none double, and every one multiplies."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from flows.steps import numbers
from flows.steps.tables.layout import around
from flows.steps.tables.lexicon import Reader
from flows.steps.tables.model import NOT_WHOLE, Doubt, Total
from flows.steps.tables.strips import Strip
from flows.steps.tables.sums import check_sums, sum_fits
from flows.steps.tables.table import Table
from flows.steps.tables.values import Item
from schemas.lines import ProductSpec
from schemas.page import Box


def check(items: Sequence[Item], table: Table, totals: Sequence[Total], reader: Reader, pointer: str) -> list[Doubt]:
    """All that breaks the contract."""
    amounts = {product.amount for product in reader.spec.products}
    is_credit = all(item.numbers[name] <= 0 for item in items for name in amounts & item.numbers.keys())
    doubts = [doubt for item in items for doubt in check_products(item, reader.spec.products, is_credit)]
    doubts += _check_ordinals(items, table, pointer)
    doubts += _check_counts(items, table, pointer)
    doubts += check_sums(items, table, totals, reader, pointer)
    doubts += _check_suspects(table, _suspects(items, table, totals), reader, pointer)
    doubts += _check_bare_amounts(items, reader, pointer)
    return doubts


def _check_bare_amounts(items: Sequence[Item], reader: Reader, pointer: str) -> list[Doubt]:
    """A row with nothing but an amount among rows with quantity and price may be freight, or a sum."""
    doubts = []
    for product in reader.spec.products:
        factors = {product.quantity, product.unit_price}
        bare = [i for i, item in enumerate(items) if product.amount in item.numbers and not factors & item.cells.keys()]
        if len(bare) * 2 > len(items):
            continue
        for index in bare:
            seen = "this line has an amount, but no quantity and no price as the others have; it may be no goods"
            place = _item_box(items[index])
            doubts.append(Doubt(NOT_WHOLE, f"{pointer}/{index}", seen, items[index].page, place))
    return doubts


def check_products(item: Item, products: Sequence[ProductSpec], is_credit: bool = False) -> list[Doubt]:
    """Quantity x unit price = amount, less a discount where there is one; where all amounts are credited, their
    minus may stand before them alone."""
    doubts = []
    for product in products:
        values = [item.numbers.get(name) for name in (product.quantity, product.unit_price, product.amount)]
        quantity, price, amount = values
        if quantity is None or price is None or amount is None:
            continue
        sums = (amount, -amount) if is_credit else (amount,)
        prices = _prices(item, product, price, quantity)
        if any(numbers.multiplies(quantity, less, total) for less in prices for total in sums):
            continue
        seen = (
            f"{numbers.plain(quantity)} x {numbers.plain(price)} = {numbers.plain(quantity * price)}, "
            f"but {numbers.plain(amount)} is printed"
        )
        doubts.append(Doubt("lines.arithmetic", item.pointer, seen, item.page, _item_box(item)))
    return doubts


def _prices(item: Item, product: ProductSpec, price: Decimal, quantity: Decimal) -> list[Decimal]:
    prices = [price]
    percent = item.numbers.get(product.less_percent) if product.less_percent else None
    if percent is not None:
        prices.append(price * (100 - abs(percent)) / 100)
    less = item.numbers.get(product.less) if product.less else None
    if less is not None and quantity:
        prices.append(price - abs(less) / quantity)
    return prices


def _item_box(item: Item) -> Box | None:
    boxes = [cell.box for cell in item.cells.values() if cell.page == item.page]
    return Box.around(boxes) if boxes else None


def _check_ordinals(items: Sequence[Item], table: Table, pointer: str) -> list[Doubt]:
    """Ordinals follow one another with one and the same step; a new section may begin anew."""
    given = [(i, row.ordinal) for i, row in enumerate(table.rows)]
    if sum(1 for _, o in given if o is not None) * 2 < len(given) or not given:
        return []
    steps = Counter(b - a for (_, a), (_, b) in itertools.pairwise(given) if a is not None and b is not None)
    step = steps.most_common(1)[0][0] if steps else 1
    if step <= 0:
        return []
    doubts = []
    for (_, before), (index, now) in zip([(-1, None), *given], given, strict=False):
        begins = index == 0 or table.sections[index] != table.sections[index - 1]
        if now is None:
            seen = f"row {index + 1} has no ordinal, the others have"
        elif (
            (before is not None and now == before + step)
            or (begins and now in (0, 1, step))
            or (before is None and not begins)
        ):
            continue
        else:
            after = f"after {before}" if before is not None and not begins else "at the start"
            seen = f"ordinal {now} stands {after}"
        doubts.append(Doubt(NOT_WHOLE, f"{pointer}/{index}", seen, items[index].page, _item_box(items[index])))
    return doubts


def _check_counts(items: Sequence[Item], table: Table, pointer: str) -> list[Doubt]:
    """ "Total items: 60" counts the rows."""
    doubts = []
    for closing in table.counts:
        stated = _first_integer(closing.strip)
        if stated is None:
            continue
        here = sum(1 for s in table.sections[: closing.rows] if s == closing.section)
        if stated not in (closing.rows, here, len(items)):
            label = " ".join(word.text for word in closing.strip.words)
            seen = f"{label!r} stands on the paper, {closing.rows} rows were read"
            doubts.append(Doubt(NOT_WHOLE, pointer, seen, closing.strip.page, closing.strip.box))
    return doubts


def _first_integer(strip: Strip) -> int | None:
    for word in sorted((*strip.words, *strip.outside), key=lambda w: w.box.x0):
        digits = word.text.strip(" .,:;()")
        if digits.isdigit():
            return int(digits)
    return None


def _suspects(items: Sequence[Item], table: Table, totals: Sequence[Total]) -> list[Strip]:
    """Lines that look like rows, without those whose number is the sum of the rows above."""
    sums = [
        (total.page, total.box.centre[1])
        for total in totals
        if total.column and total.value is not None and total.rows > 1 and sum_fits(items, table, total)
    ]
    return [s for s in table.suspects if not any(s.page == page and abs(s.y - y) < s.height / 2 for page, y in sums)]


def _check_suspects(table: Table, suspects: Sequence[Strip], reader: Reader, pointer: str) -> list[Doubt]:
    doubts = []
    for strip in suspects:
        words = sorted(strip.words, key=lambda w: w.box.x0)
        seen = f"a line that was not read as a row looks like one: {' '.join(w.text for w in words)!r}"
        doubts.append(Doubt(NOT_WHOLE, pointer, seen, strip.page, around(words)))
    doubts += _unknown_columns(table, pointer)
    for index, row in enumerate(table.rows):
        first = next((word.text for word in row.strips[0].words if any(map(str.isalpha, word.text))), "")
        if index and reader.is_sum_word(first):
            seen = f"this line begins with {first!r}; it may be a sum of the rows above and no row"
            doubts.append(Doubt(NOT_WHOLE, f"{pointer}/{index}", seen, row.page, row.box()))
        if row.is_doubtful:
            seen = "numbers stand in the columns a second time; this may be two rows"
            doubts.append(Doubt(NOT_WHOLE, f"{pointer}/{index}", seen, row.page, row.box()))
    if table.rows:
        for page, head in table.other_heads:
            if len(head.names) < 4 and not head.names & {"quantity", "packages"}:
                continue
            seen = f"a second table of items with other columns ({', '.join(sorted(head.names))}) was not read"
            doubts.append(Doubt(NOT_WHOLE, pointer, seen, page, head.box))
    return doubts


def _holds_words(table: Table, index: int) -> bool:
    """Whether a column holds words or signs in most of its cells: a note, no number, code or date."""
    texts = [strip.text(index) for row in table.rows for strip in row.strips if index in strip.cells]
    wordy = sum(1 for text in texts if not any(char.isdigit() for char in text))
    return wordy * 3 > len(texts) * 2


def _unknown_columns(table: Table, pointer: str) -> list[Doubt]:
    """Columns with a head that names nothing known, and something below it: their values are missing."""
    if not table.parts:
        return []
    grid, part = table.grids[0], table.parts[0]
    doubts = []
    for index, column in enumerate(grid.columns):
        filled = sum(1 for row in table.rows if any(index in strip.cells for strip in row.strips))
        if not column.name and filled * 2 > len(table.rows) and not _holds_words(table, index):
            seen = f"the column headed {column.text!r} was not read: its head is not known"
            doubts.append(Doubt("lines.unknown_column", pointer, seen, part.page, column.box))
    return doubts
