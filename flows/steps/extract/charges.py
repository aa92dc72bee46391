"""Amounts printed beside the goods (freight, insurance, packing, discounts): they belong to the total."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from flows.steps import numbers
from flows.steps.extract.sheet import Line, Sheet
from flows.steps.tables import Lines
from schemas.charges import OTHER, charge_kind
from schemas.page import Box
from schemas.record import Evidence

_SAME_EDGE = 8.0
"""Points by which the right edges of amounts in one column may differ."""
_ROUNDING = Decimal("0.01")
_BEGINS_NUMBER = re.compile(r"[-−–(]?\s*[$€£¥₽₸₺]?\s*\d")
DISCOUNT = "discount"


class Charge(NamedTuple):
    """One amount beside the goods; signed, a discount is negative however it is printed."""

    kind: str
    amount: Decimal
    label: str
    text: str
    page: int
    box: Box


def charges_of(sheet: Sheet, table: Lines, data: Mapping[str, Any], evidence: Mapping[str, Evidence]) -> list[Charge]:
    """The charges of a paper: those that close its table, else those that make up what the goods lack of the total.

    The latter are believed only where the arithmetic proves them: goods, tax and all amounts printed between
    the goods and the total are the total.
    """
    closing = [
        _charge(t.label, t.value, t.text, t.page, t.box)
        for t in table.totals
        if t.kind == "charge" and t.column in ("amount", "") and t.value is not None
    ]
    # An amount whose label tells nothing is a charge only where the arithmetic says so.
    told = [c for c in closing if c.kind != OTHER]
    total, goods = _number(data.get("total_amount")), _goods(table)
    if total is None or goods is None:
        return told
    taxes = {Decimal(0), _number(data.get("tax_amount")) or Decimal(0)}
    if _makes_up(total, goods, closing, taxes):
        return closing
    between = [c for c in _between(sheet, table, evidence) if c.amount not in {goods, total, *taxes}]
    return between if between and _makes_up(total, goods, between, taxes) else told


def as_data(charges: Sequence[Charge]) -> tuple[list[dict[str, str]], dict[str, Evidence]]:
    """The charges as the data carries them, and their evidence by JSON Pointer."""
    data = [{"kind": c.kind, "amount": f"{c.amount:f}"} for c in charges]
    evidence = {}
    for number, charge in enumerate(charges):
        for name, text in (("amount", charge.text), ("kind", charge.label)):
            evidence[f"/charges/{number}/{name}"] = Evidence(page=charge.page, box=charge.box.rounded(), text=text)
    return data, evidence


def _charge(label: str, value: Decimal, text: str, page: int, box: Box) -> Charge:
    kind = charge_kind(label)
    return Charge(kind, -abs(value) if kind == DISCOUNT else value, label, text, page, box)


def _makes_up(total: Decimal, goods: Decimal, charges: Sequence[Charge], taxes: set[Decimal]) -> bool:
    added = sum((c.amount for c in charges), Decimal(0))
    return any(abs(goods + added + tax - total) <= _ROUNDING for tax in taxes)


def _goods(table: Lines) -> Decimal | None:
    """What the rows add up to; None unless every row states its amount."""
    amounts = [_number(item.get("amount")) for item in table.items]
    stated = [a for a in amounts if a is not None]
    return sum(stated, Decimal(0)) if stated and len(stated) == len(amounts) else None


def _between(sheet: Sheet, table: Lines, evidence: Mapping[str, Evidence]) -> Iterator[Charge]:
    """Labelled amounts in the column of the total, below the last row of goods and above the total."""
    at = evidence.get("/total_amount")
    last = evidence.get(f"/lines/{len(table.items) - 1}/amount")
    if at is None or at.box is None or at.page is None:
        return
    top = last.box[3] if last is not None and last.box is not None and last.page == at.page else 0.0
    for line in sheet.lines_between(at.page, top, at.box[1]):
        found = _labelled_amount(line, at.box[2], table)
        if found is not None and found.amount:
            yield found


def _labelled_amount(line: Line, right: float, table: Lines) -> Charge | None:
    """The amount a line ends with under the column of the total, with the words before it."""
    tokens = [t for t in line.tokens if t.box.x0 <= right + _SAME_EDGE]
    for start in range(1, len(tokens)):
        text = " ".join(t.text for t in tokens[start:])
        value = numbers.parse(text, table.style) if _BEGINS_NUMBER.match(text) else None
        if value is not None and abs(tokens[-1].box.x1 - right) <= _SAME_EDGE:
            label = " ".join(t.text for t in tokens[line.run_start(start - 1) : start])
            return _charge(label, value, text, line.page, Box.around([t.box for t in tokens[start:]]))
    return None


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        return None
