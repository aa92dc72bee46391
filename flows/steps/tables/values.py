"""From the cells of a row to the values of an item, with evidence, in the number style of the document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flows.steps import codes, numbers
from flows.steps.tables.cells import NUMBER_TYPES, Cell
from flows.steps.tables.columns import Grid
from flows.steps.tables.heads import Column
from flows.steps.tables.lexicon import Reader
from flows.steps.tables.model import Doubt
from flows.steps.tables.units import unit_factor
from schemas.lines import ProductSpec, fold
from schemas.page import Word
from schemas.record import Evidence

_FRACTION = re.compile(r"\d+\.\d+|0,\d+")
_CODE = re.compile(r"[\d\s.\-]+")
_EMPTY = re.compile(r"[-–—―_.\s/*xх×]*", re.I)


@dataclass
class Item:
    """One row on its way to the data."""

    pointer: str
    page: int
    cells: Mapping[str, Cell]
    grid: Grid
    data: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, Decimal] = field(default_factory=dict)
    """Values of all number columns, also those that are not kept; masses in kilograms."""
    evidence: dict[str, Evidence] = field(default_factory=dict)

    def rename(self, name: str, new: str) -> None:
        """Move a value to another column, or, with no name, out of the data."""
        value, evidence = self.data.pop(name, None), self.evidence.pop(f"{self.pointer}/{name}", None)
        number = self.numbers.pop(name, None)
        if new and value is not None and evidence is not None and number is not None:
            self.data[new], self.evidence[f"{self.pointer}/{new}"], self.numbers[new] = value, evidence, number


def decide_style(
    cells: Sequence[Mapping[str, Cell]], reader: Reader, totals: Iterable[tuple[str, str]], others: Iterable[str]
) -> numbers.Style | None:
    """The number style of the document, from the rows' texts, their products and the sums of their columns.

    `totals` are (column, text) of lines of totals; `others` further numbers of the document.
    """
    columns = reader.spec.columns
    texts = [cell.text for row in cells for name, cell in row.items() if columns[name].type in NUMBER_TYPES]
    relations: list[numbers.Relation] = []
    for row in cells:
        for product in reader.spec.products:
            names = (product.quantity, product.unit_price, product.amount)
            if all(name in row for name in names) and not _has_discount(row, product):
                relations.append(numbers.Product(*(row[name].text for name in names)))
    for name, text in totals:
        parts = tuple(row[name].text for row in cells if name in row)
        if parts and len(parts) == len(cells):
            relations.append(numbers.Sum(parts, text))
    return numbers.decide([*texts, *others], relations)


def _has_discount(row: Mapping[str, Cell], product: ProductSpec) -> bool:
    return any(
        name in row and numbers.readings(row[name].text) for name in (product.less, product.less_percent) if name
    )


def fill(item: Item, reader: Reader, style: numbers.Style | None) -> list[Doubt]:
    """Make the values of one item from its cells; returns what could not be made."""
    doubts: list[Doubt] = []
    heads = {column.name: column for column in item.grid.columns}
    for name, cell in item.cells.items():
        column = reader.spec.columns[name]
        if _EMPTY.fullmatch(cell.text) and not any(c.isalnum() for c in cell.text):
            continue
        if column.type in NUMBER_TYPES:
            doubts += _number(item, name, cell, heads.get(name), column.type, column.keep, style)
        elif column.keep:
            doubts += _text(item, name, cell, column.type)
    return doubts


def settle_discounts(items: Sequence[Item], product: ProductSpec) -> None:
    """What stands under "Discount" without a per cent sign is money where the rows say so, and is left out where
    nothing says which it is.
    """
    percent, less = product.less_percent, product.less
    found = [item for item in items if percent in item.numbers and less not in item.numbers]
    plain = [item for item in found if not _says_percent(item, percent)]
    if not plain:
        return
    told = [fits for item in plain if (fits := _fits(item, product)) is not None]
    is_money = bool(told) and not any(told)
    for item in plain:
        if is_money:
            item.rename(percent, less)
        elif not told and item.numbers[percent]:
            item.rename(percent, "")


def _says_percent(item: Item, name: str) -> bool:
    heads = "".join(column.text for column in item.grid.columns if column.name == name)
    return "%" in item.cells[name].text + heads


def _fits(item: Item, product: ProductSpec) -> bool | None:
    """Whether a discount closes the row as per cent, or as money (False); None where it does both, or neither."""
    values = [item.numbers.get(name) for name in (product.quantity, product.unit_price, product.amount)]
    quantity, price, amount = values
    if quantity is None or price is None or amount is None or not quantity:
        return None
    less = abs(item.numbers[product.less_percent])
    as_percent = numbers.multiplies(quantity, price * (100 - less) / 100, amount)
    as_money = abs(quantity * price - less - amount) <= numbers.ulp(amount) / 2
    return as_percent if as_percent != as_money else None


def _number(
    item: Item, name: str, cell: Cell, head: Column | None, kind: str, keep: bool, style: numbers.Style | None
) -> list[Doubt]:
    pointer = f"{item.pointer}/{name}"
    value = numbers.parse(cell.text, style)
    if value is None:
        if not keep:
            return []
        found = {numbers.plain(reading.value) for reading in numbers.readings(cell.text)}
        if len(found) > 1:
            seen = f"{cell.text!r} may be {' or '.join(sorted(found))}; nothing on the paper decides"
            return [Doubt("reading.ambiguous_number", pointer, seen, cell.page, cell.box)]
        seen = f"{cell.text!r} under {head.text if head else name!r} is no number"
        return [Doubt("lines.unreadable", pointer, seen, cell.page, cell.box)]
    printed = numbers.split(cell.text)
    after = printed.after if printed else ""
    factor = _factor(kind, after, head)
    item.numbers[name] = value * factor[0] if factor else value
    if keep:
        _put(item, name, numbers.plain(item.numbers[name]), cell, factor[1] if factor else "")
        _beside(item, name, after, cell)
    return []


def _factor(kind: str, after: str, head: Column | None) -> tuple[Decimal, str] | None:
    """The conversion a unit asks for: the one beside the number, else the one in the head."""
    if kind not in ("mass", "volume"):
        return None
    found = unit_factor(fold(after).split(), kind) if after else None
    found = found or (unit_factor(head.rest, kind) if head else None)
    if found is None or found[0] == 1:
        return None
    target = "kg" if kind == "mass" else "m3"
    return found[0], f"{found[1]} to {target}: x {numbers.plain(found[0])}"


def _beside(item: Item, name: str, after: str, cell: Cell) -> None:
    """The unit beside a quantity, the kind of package beside their number."""
    beside = after.strip(" ./") or cell.rest.strip()
    other = {"quantity": "unit", "packages": "package_kind"}.get(name)
    if beside and other and other not in item.cells and any(c.isalpha() for c in beside) and len(beside) <= 20:
        _put(item, other, beside, cell, "")


def _text(item: Item, name: str, cell: Cell, kind: str) -> list[Doubt]:
    text = " ".join(cell.text.split())
    pointer = f"{item.pointer}/{name}"
    if kind == "country":
        code = codes.country(text)
        if code is None:
            return [Doubt("lines.unreadable", pointer, f"{text!r} is no country known here", cell.page, cell.box)]
        _put(item, name, code, cell, "")
    elif kind == "ordinal":
        _put(item, name, text.rstrip(".) "), cell, "")
    elif name == "hs_code":
        digits = re.sub(r"[\s.\-]", "", text)
        if not _CODE.fullmatch(text) or not 4 <= len(digits) <= 14:
            return [Doubt("lines.unreadable", pointer, f"{text!r} is no commodity code", cell.page, cell.box)]
        _put(item, name, digits, cell, "")
    elif name == "package_numbers" and _FRACTION.fullmatch(text):
        return [Doubt("lines.unreadable", pointer, f"{text!r} is no number of a package", cell.page, cell.box)]
    else:
        _put(item, name, text, cell, "")
    return []


def _put(item: Item, name: str, value: str, cell: Cell, note: str) -> None:
    item.data[name] = value
    item.evidence[f"{item.pointer}/{name}"] = Evidence(
        page=cell.page,
        box=cell.box.rounded(),
        text=cell.text,
        source="rule" if note else _source(cell.words),
        confidence=min((word.confidence for word in cell.words), default=1.0),
        note=note,
    )


def _source(words: Sequence[Word]) -> Any:
    return "ocr" if any(word.source == "ocr" for word in words) else words[0].source
