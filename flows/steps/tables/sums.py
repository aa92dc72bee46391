"""The lines that close a table: which column each of their numbers is of, and whether the rows add up to it."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from flows.steps import numbers
from flows.steps.tables.layout import around
from flows.steps.tables.lexicon import Reader
from flows.steps.tables.model import NOT_WHOLE, Doubt, Total
from flows.steps.tables.table import Closing, Table
from flows.steps.tables.units import CURRENCIES
from flows.steps.tables.values import Item
from schemas.lines import fold

_IN_WORDS = re.compile(
    r"прописью|сөзбен|жазумен|in words|in worten|en lettres|yazıyla|slovima|словима|słownie|大写", re.I
)
"""A line that says the amount in words: of its digits, none is the sum."""


def totals_of(table: Table, style: numbers.Style | None) -> list[Total]:
    """Every number in the lines of totals and of sums carried forward."""
    found: list[Total] = []
    for kind, closings in (("total", table.totals), ("carried", table.carried), ("charge", table.charges)):
        for closing in closings:
            found += _totals_in(closing, kind, style)
    return found


def place_totals(totals: Sequence[Total], items: Sequence[Item], table: Table, reader: Reader) -> list[Total]:
    """The totals, each under the column it is of: one that stands alone in its line, below the table and not in its
    last column ("Total: EUR 351.33" under the masses), is of the amounts where its words speak of money.
    """
    columns = reader.spec.columns
    amounts = {product.amount for product in reader.spec.products} & {c.name for c in table.grids[-1].columns}
    lines = Counter((total.page, total.box.centre[1]) for total in totals if total.column)
    placed = []
    for total in totals:
        is_alone = lines[total.page, total.box.centre[1]] == 1 and total.kind == "total"
        if is_alone and amounts and columns[total.column].type in ("mass", "volume", "number", "money"):
            name = min(amounts)
            speaks = _names_currency(f"{total.label} {total.text}")
            speaks = speaks or reader.meaning(total.label).shares.get(name, 0.0) > 0.5
            speaks = speaks or (total.value is not None and sum_fits(items, table, total._replace(column=name)))
            if speaks and total.column != name and not (total.value is not None and sum_fits(items, table, total)):
                total = total._replace(column=name)
        placed.append(total)
    return placed


def _totals_in(closing: Closing, kind: str, style: numbers.Style | None) -> list[Total]:
    strip, found = closing.strip, []
    is_in_words = _IN_WORDS.search(" ".join(word.text for word in sorted(strip.words, key=lambda w: w.box.x0)))
    label = " ".join(w.text for w in sorted(strip.words, key=lambda w: w.box.x0) if any(c.isalpha() for c in w.text))
    for index, words in sorted(strip.cells.items()):
        text = strip.text(index)
        spoken = sum(1 for word in text.split() if word[:1].isalpha())
        if _is_bare(text) and not (is_in_words and spoken > 1):
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


def check_sums(
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
        if not parts or any(sum_fits(items, table, total) for total in group):
            continue
        claims = [t for t in group if _states_sum(t, items, reader)]
        stated = next((t for t in claims if not _names_tax(t, reader)), max(claims, key=_value, default=None))
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
_NEVER_SUMMED = ("unit_price", "price_with_tax", "unit_mass", "unit_volume", "per_package")


def _states_sum(total: Total, items: Sequence[Item], reader: Reader) -> bool:
    """Whether a number below a column claims to be its sum: it stands as the column's numbers do, and its line
    says "total" and names no other column."""
    if reader.spec.columns[total.column].type not in _SUMMED or total.column in _NEVER_SUMMED:
        return False
    words = set(reader.spec.plain_words(total.label))
    if total.kind == "charge" or (
        reader.spec.columns[total.column].type != "money" and _names_currency(f"{total.label} {total.text}")
    ):
        return False
    is_sum = bool(words & reader.spec.sum_words) or total.kind == "carried"
    if not is_sum and (_names_tax(total, reader) or reader.total_kind(total.label.rstrip(" :")) != "total"):
        return False
    bare = " ".join(word for word in total.label.split() if not reader.is_sum_word(word))
    named = {name for name, share in reader.meaning(bare).shares.items() if share > 0.3}
    named = {name for name in named if reader.spec.columns[name].type in _SUMMED}
    if named and total.column not in named and total.column != "amount":
        return False
    cells = [item.cells[total.column].box for item in items[: total.rows] if total.column in item.cells]
    if reader.spec.columns[total.column].type == "money" and words & reader.spec.sum_words:
        return True  # wherever in the line it stands
    return any(
        abs(box.x1 - total.box.x1) < 3 or abs(box.x0 - total.box.x0) < 3 or abs(box.centre[0] - total.box.centre[0]) < 3
        for box in cells[-40:]
    )


def _names_currency(text: str) -> bool:
    return any(char in "$€£¥₽₸₺₾₼" for char in text) or not CURRENCIES.isdisjoint(fold(text).split())


def _names_tax(total: Total, reader: Reader) -> bool:
    return bool(set(reader.spec.plain_words(total.label)) & reader.spec.tax_words)


def _value(total: Total) -> Decimal:
    return total.value or Decimal(0)


def sum_fits(items: Sequence[Item], table: Table, total: Total) -> bool:
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
