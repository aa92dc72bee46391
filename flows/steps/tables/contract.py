"""The contract of the rows: none missing, none glued, none double, and every one multiplies."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from flows.steps import numbers
from flows.steps.tables.layout import around
from flows.steps.tables.lexicon import CURRENCIES, Reader
from flows.steps.tables.model import Doubt, Total
from flows.steps.tables.strips import Strip
from flows.steps.tables.table import Closing, Table
from flows.steps.tables.values import Item
from schemas.lines import ProductSpec, fold
from schemas.page import Box

NOT_WHOLE = "lines.not_whole"


def check(items: Sequence[Item], table: Table, totals: Sequence[Total], reader: Reader, pointer: str) -> list[Doubt]:
    """All that breaks the contract."""
    amounts = {product.amount for product in reader.spec.products}
    is_credit = all(item.numbers[name] <= 0 for item in items for name in amounts & item.numbers.keys())
    doubts = [doubt for item in items for doubt in check_products(item, reader.spec.products, is_credit)]
    doubts += _check_ordinals(items, table, pointer)
    doubts += _check_counts(items, table, pointer)
    doubts += _check_sums(items, table, totals, reader, pointer)
    doubts += _check_suspects(table, reader, pointer)
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


def _check_sums(
    items: Sequence[Item], table: Table, totals: Sequence[Total], reader: Reader, pointer: str
) -> list[Doubt]:
    """Columns add up to what the lines of totals below them say, and to each sum carried forward.

    Of the numbers below one column at one place, one that fits is enough: the others are taxes and discounts.
    """
    doubts: list[Doubt] = []
    groups: dict[tuple[str, int], list[Total]] = {}
    for total in totals:
        if total.column and total.value is not None and total.kind != "charge":
            groups.setdefault((total.column, total.rows), []).append(total)
    for (column, rows), group in groups.items():
        parts = [item.numbers[column] for item in items[:rows] if column in item.numbers]
        if not parts or any(_sum_fits(items, table, total) for total in group):
            continue
        stated = next((t for t in group if _states_sum(t, items, reader)), None)
        if stated is not None and _closes_with_charges(stated, group, totals, parts):
            continue
        if stated is not None:
            seen = (
                f"{column}: the rows above add up to {numbers.plain(sum(parts, Decimal(0)))}, "
                f"{stated.label!r} says {stated.text}"
            )
            doubts.append(Doubt(NOT_WHOLE, pointer, seen, stated.page, stated.box))
    return doubts


def _closes_with_charges(
    stated: Total, group: Sequence[Total], totals: Sequence[Total], parts: Sequence[Decimal]
) -> bool:
    """Whether freight, insurance, taxes and discounts printed in lines of their own, before the sum or among the
    rows above it, make up the difference.
    """
    assert stated.value is not None
    beside = [t for t in group if t is not stated]
    beside += [t for t in totals if t.kind == "charge" and t.column == stated.column and t not in beside]
    values = [t.value for t in beside if t.value and (t.page, t.box.top) < (stated.page, stated.box.top)]
    difference = stated.value - sum(parts, Decimal(0))
    if not values or len(values) > _MOST_CHARGES:
        return False
    signs = itertools.product((0, 1, -1), repeat=len(values))
    return any(sum(s * v for s, v in zip(sign, values, strict=True)) == difference for sign in signs if any(sign))


_MOST_CHARGES = 6
_SUMMED = ("number", "money", "mass", "volume")
_NEVER_SUMMED = ("unit_price", "price_with_tax", "unit_mass", "per_package")


def _states_sum(total: Total, items: Sequence[Item], reader: Reader) -> bool:
    """Whether a number below a column claims to be its sum: it stands as the column's numbers do, and its line
    says "total" and names no tax and no other column."""
    if reader.spec.columns[total.column].type not in _SUMMED or total.column in _NEVER_SUMMED:
        return False
    words = set(reader.spec.plain_words(total.label))
    if total.kind == "charge" or (
        reader.spec.columns[total.column].type != "money" and not CURRENCIES.isdisjoint(fold(total.label).split())
    ):
        return False
    if words & reader.spec.tax_words or not (words & reader.spec.sum_words or total.kind == "carried"):
        return False
    named = {name for name, share in reader.meaning(total.label).shares.items() if share > 0.3}
    named = {name for name in named if reader.spec.columns[name].type in _SUMMED}
    if named and total.column not in named and total.column != "amount":
        return False
    cells = [item.cells[total.column].box for item in items[: total.rows] if total.column in item.cells]
    return any(
        abs(box.x1 - total.box.x1) < 3 or abs(box.x0 - total.box.x0) < 3 or abs(box.centre[0] - total.box.centre[0]) < 3
        for box in cells[-40:]
    )


def _sum_fits(items: Sequence[Item], table: Table, total: Total) -> bool:
    """Whether a printed sum is that of all rows above, of its section, its page, or since the last sum."""
    assert total.value is not None
    above = range(total.rows)
    section = table.sections[total.rows - 1] if total.rows else 0
    groups = [
        list(above),
        [i for i in above if table.sections[i] == section],
        [i for i in above if table.rows[i].strips[-1].page == total.page],
        [i for i in above if table.rows[i].page < total.page],
    ]
    earlier = max((c.rows for c in table.totals if c.rows < total.rows), default=0)
    groups.append(list(range(earlier, total.rows)))
    for group in groups:
        parts = [items[i].numbers[total.column] for i in group if total.column in items[i].numbers]
        if parts and numbers.adds_up(parts, total.value):
            return True
    return False


def _check_suspects(table: Table, reader: Reader, pointer: str) -> list[Doubt]:
    doubts = []
    for strip in table.suspects:
        words = sorted(strip.words, key=lambda w: w.box.x0)
        seen = f"a line below the end of the table looks like a row: {' '.join(w.text for w in words)!r}"
        doubts.append(Doubt(NOT_WHOLE, pointer, seen, strip.page, around(words)))
    doubts += _unknown_columns(table, pointer)
    for index, row in enumerate(table.rows):
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


def totals_of(table: Table, style: numbers.Style | None) -> list[Total]:
    """Every number in the lines of totals and of sums carried forward."""
    found: list[Total] = []
    for kind, closings in (("total", table.totals), ("carried", table.carried), ("charge", table.charges)):
        for closing in closings:
            found += _totals_in(closing, kind, style)
    return found


def _totals_in(closing: Closing, kind: str, style: numbers.Style | None) -> list[Total]:
    strip, found = closing.strip, []
    label = " ".join(w.text for w in sorted(strip.words, key=lambda w: w.box.x0) if any(c.isalpha() for c in w.text))
    for index, words in sorted(strip.cells.items()):
        text = strip.text(index)
        if _is_bare(text):
            name = closing.grid.columns[index].name
            value = numbers.parse(text, style)
            found.append(Total(name, text, value, strip.page, around(words), kind, label, closing.rows))
    return found


def _is_bare(text: str) -> bool:
    """A number with at most a currency or unit beside it: no label, no rate."""
    printed = numbers.split(text)
    if printed is None or not numbers.readings(text):
        return False
    return len(printed.before) <= 4 and "%" not in printed.after and ":" not in printed.after


def _unknown_columns(table: Table, pointer: str) -> list[Doubt]:
    """Columns with a head that names nothing known, and something below it: their values are missing."""
    if not table.parts:
        return []
    grid, part = table.grids[0], table.parts[0]
    doubts = []
    for index, column in enumerate(grid.columns):
        filled = sum(1 for row in table.rows if any(index in strip.cells for strip in row.strips))
        if not column.name and filled * 2 > len(table.rows):
            seen = f"the column headed {column.text!r} was not read: its head is not known"
            doubts.append(Doubt("lines.unknown_column", pointer, seen, part.page, column.box))
    return doubts
