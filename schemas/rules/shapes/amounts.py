"""Arithmetic within one document: sums, products, and what may not be greater than what."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from babel.core import get_global

from schemas.record import Document
from schemas.rules.data import Datum, Subject, decimal, first, pointer_of, read, rows, shown, sum_of, text
from schemas.rules.judgement import (
    HOLDS,
    Application,
    Judgement,
    Violation,
    could_not_check,
    number_at,
    row_name,
    shape,
    violated,
)

Places = tuple[tuple[Document, str], ...]


def minor_unit(document: Document) -> Decimal:
    """The smallest amount of the document's currency: 0.01 for most, 1 for JPY; 0.01 where none is stated."""
    digits = get_global("currency_fractions")
    currency = text(document.data.get("currency"))
    return Decimal(1).scaleb(-int(digits.get(currency, digits["DEFAULT"])[0]))


def allowed(application: Application, document: Document, count: int = 0) -> Decimal:
    """The tolerance of the day: fixed, in minor units of the currency, and per row added up."""
    return (
        application.tolerance()
        + application.tolerance("minor_units") * minor_unit(document)
        + application.tolerance("per_row") * count
    )


def agree(one: Decimal, other: Decimal, tolerance: Decimal, rounded_to: Decimal = Decimal(0)) -> bool:
    """Equal within the tolerance, or one is the other brought to a whole multiple of `rounded_to`."""
    difference = abs(one - other)
    if difference <= tolerance:
        return True
    if not rounded_to or difference >= rounded_to:
        return False
    return (one % rounded_to == 0) != (other % rounded_to == 0)


@shape(
    "sum_equals",
    scope="document",
    parameters="tolerance minor_units per_row rounded_to",
    options="unit charges",
    fewest_fields=2,
)
def sum_equals(subject: Subject, application: Application) -> Judgement:
    """A column adds up to one of the totals: `[lines.amount, net_amount, total_amount]`.

    The option `charges` names amounts printed beside the rows (freight, insurance, discount): the column agrees
    with or without them. Rows that state nothing do not disturb a sum that agrees (one mass printed for several
    rows); where it does not agree and rows are silent, nobody can tell, and a person is asked.
    """
    (document,) = subject.documents
    column, *totals = application.rule.fields
    stated = [found for path in totals if (found := first(document, path))]
    amounts = read(document, column)
    table = rows(document, column.split(".")[0])
    if not amounts:
        return could_not_check(f"no row states {_words(column)}", ((document, pointer_of(column.split(".")[0])),))
    if not stated:
        return could_not_check("no total is stated", ((document, pointer_of(totals[0])),))
    parts = [decimal(d.value) for d in amounts]
    wholes = [(d, value) for d in stated if (value := decimal(d.value)) is not None]
    if None in parts or not wholes:
        return could_not_check("a value is not a number", tuple((d.document, d.pointer) for d in stated), doubtful=True)
    total = sum_of([p for p in parts if p is not None])
    tolerance = allowed(application, document, len(parts))
    charges = _charges(application, document)
    sums = [total, total + charges] if charges else [total]
    if any(agree(s, value, tolerance, application.tolerance("rounded_to")) for _, value in wholes for s in sums):
        return HOLDS
    datum, value = min(wholes, key=lambda whole: abs(total - whole[1]))
    unit = _unit(application, document)
    beside = f" (with charges {shown(charges)}: {shown(total + charges)})" if charges else ""
    seen = (
        f"{_words(datum.pointer)} {number_at(datum)}, the {len(parts)} rows add up to {shown(total)}{unit}{beside}: "
        f"difference {shown(abs(total - value))}{unit}, allowed {shown(tolerance)}{unit}"
    )
    if len(amounts) < len(table):
        gaps = _gaps(document, column, table)
        why = f"{seen}; {len(gaps)} of {len(table)} rows state no {column.split('.')[-1].replace('_', ' ')}"
        return could_not_check(why, ((document, datum.pointer), *((document, g) for g in gaps[:20])), doubtful=True)
    return violated([Violation(seen, ((document, datum.pointer), (document, f"/{column.split('.')[0]}")))])


def _charges(application: Application, document: Document) -> Decimal:
    """What is printed beside the rows and belongs to the total, signed; 0 where there is none."""
    path = application.rule.options.get("charges", "")
    amounts = [decimal(d.value) for d in read(document, path)] if path else []
    return sum_of([a for a in amounts if a is not None])


@shape("adds_up", scope="document", parameters="tolerance minor_units", options="charges", fewest_fields=3)
def adds_up(subject: Subject, application: Application) -> Judgement:
    """The first field is the sum of the others: `[total_amount, net_amount, tax_amount]`.

    Where some are not stated nothing can be said, unless those that are differ: then one was not read. The
    option `charges` names amounts that may stand between the parts and the sum (freight, discount).
    """
    (document,) = subject.documents
    charges = _charges(application, document)
    found = [first(document, path) for path in application.rule.fields]
    data = [datum for datum in found if datum is not None]
    silent = [p for p, datum in zip(application.rule.fields, found, strict=True) if datum is None]
    if silent:
        # Without the main part (the net amount) the rest always differs from the whole: that says nothing.
        apart = len({decimal(datum.value) for datum in data}) > 1 and found[0] is not None and found[1] is not None
        stated = [value for datum in data if (value := decimal(datum.value)) is not None]
        if apart and charges and abs(stated[0] - sum_of(stated[1:]) - charges) <= allowed(application, document):
            return HOLDS
        told = "; ".join(f"{_words(d.pointer)} {number_at(d)}" for d in data) if apart else ""
        why = f"not stated: {', '.join(map(_words, silent))}" + (f"; {told}" if told else "")
        missing = [*_places(data), *((document, pointer_of(path)) for path in silent)] if apart else []
        return could_not_check(why, missing, doubtful=apart)
    values = [value for datum in data if (value := decimal(datum.value)) is not None]
    if len(values) < len(data):
        return could_not_check("a value is not a number", _places(data), doubtful=True)
    whole, *parts = values
    tolerance = allowed(application, document)
    if any(abs(whole - sum_of(parts) - between) <= tolerance for between in {Decimal(0), charges}):
        return HOLDS
    terms = " + ".join(number_at(d) for d in data[1:])
    seen = (
        f"{terms} = {shown(sum_of(parts))}, but {_words(application.rule.fields[0])} is {number_at(data[0])}: "
        f"difference {shown(abs(whole - sum_of(parts)))}, allowed {shown(tolerance)}"
    )
    return violated([Violation(seen, _places(data))])


@shape(
    "product_equals",
    scope="document",
    parameters="tolerance minor_units price_decimals",
    options="less_percent less",
    fewest_fields=3,
)
def product_equals(subject: Subject, application: Application) -> Judgement:
    """In every row the first two columns multiply to the third: `[lines.quantity, lines.unit_price, lines.amount]`.

    A unit price with more decimals than `price_decimals` was itself rounded: half of its last place times the
    quantity is allowed on top. The options name columns of a discount, in percent and as an amount.
    """
    (document,) = subject.documents
    names = [path.split(".")[1] for path in application.rule.fields]
    table = application.rule.fields[0].split(".")[0]
    tolerance = allowed(application, document)
    from_decimals = int(application.tolerance("price_decimals"))
    found: list[Violation] = []
    silent: list[str] = []
    doubtful: list[str] = []
    for pointer, row in rows(document, table):
        values = [decimal(row.get(name)) for name in names]
        quantity, price, amount = values
        if quantity is None or price is None or amount is None:
            unreadable = any(row.get(n) not in (None, "") and v is None for n, v in zip(names, values, strict=True))
            (doubtful if unreadable else silent).append(pointer)
            continue
        slack = tolerance + _rounding_of(price, from_decimals) * abs(quantity)
        if all(abs(product - amount) > slack for product in _products(quantity * price, row, application)):
            found.append(_wrong_product(document, pointer, names, row, quantity * price, slack))
    if found:
        return violated(found)
    if doubtful:
        return could_not_check("a value is not a number", tuple((document, p) for p in doubtful[:20]), doubtful=True)
    if silent:
        return could_not_check(f"{_several(silent)} without {_list(names)}")
    return HOLDS if rows(document, table) else could_not_check("no rows were read", ((document, f"/{table}"),))


def _products(product: Decimal, row: dict[str, Any], application: Application) -> list[Decimal]:
    """The product, and what is left of it after the row's discount."""
    percent = decimal(row.get(application.rule.options.get("less_percent", "")))
    less = decimal(row.get(application.rule.options.get("less", "")))
    after = [product * (100 - abs(percent)) / 100] if percent is not None else []
    return [product, *after, *([product - abs(less)] if less is not None else [])]


def _wrong_product(
    document: Document, pointer: str, names: list[str], row: dict[str, Any], product: Decimal, slack: Decimal
) -> Violation:
    data = [Datum(document, f"{pointer}/{name}", row[name]) for name in names]
    first_, second, amount = (decimal(d.value) or Decimal(0) for d in data)
    seen = (
        f"{row_name(pointer)}: {shown(first_)} × {shown(second)} = {shown(product)}, but {_words(names[2])} is "
        f"{number_at(data[2])}: difference {shown(abs(product - amount))}, allowed {shown(slack)}"
    )
    return Violation(seen, _places(data))


def _rounding_of(price: Decimal, from_decimals: int) -> Decimal:
    exponent = price.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    return Decimal(5).scaleb(-decimals - 1) if decimals > from_decimals else Decimal(0)


@shape("not_greater", scope="document", parameters="tolerance", options="unit", fewest_fields=2)
def not_greater(subject: Subject, application: Application) -> Judgement:
    """The first field is not greater than the second; for columns of a table, in every row."""
    (document,) = subject.documents
    less, more = application.rule.fields
    tolerance = application.tolerance()
    found: list[Violation] = []
    compared = 0
    unreadable: list[tuple[Document, str]] = []
    for one, other in _pairs(document, less, more):
        smaller, greater = decimal(one.value), decimal(other.value)
        if smaller is None or greater is None:
            unreadable += [(document, one.pointer), (document, other.pointer)]
            continue
        compared += 1
        if smaller > greater + tolerance:
            row = f"{row_name(one.pointer)}: " if one.pointer.count("/") > 1 else ""
            seen = (
                f"{row}{_words(less)} {number_at(one)} is greater than {_words(more)} {number_at(other)}: "
                f"difference {shown(smaller - greater)}{_unit(application, document)}"
            )
            found.append(Violation(seen, _places([one, other])))
    if found:
        return violated(found)
    if unreadable:
        return could_not_check("a value is not a number", unreadable[:20], doubtful=True)
    return HOLDS if compared else could_not_check(f"{_words(less)} and {_words(more)} are not both stated")


@shape("positive", scope="document")
def positive(subject: Subject, application: Application) -> Judgement:
    """Every value of the fields is greater than zero."""
    (document,) = subject.documents
    data = [d for path in application.rule.fields for d in read(document, path)]
    values = [(d, decimal(d.value)) for d in data]
    wrong = [d for d, value in values if value is not None and value <= 0]
    if wrong:
        return violated(Violation(f"{_words(d.pointer)} is {number_at(d)}", _places([d])) for d in wrong)
    unreadable = [d for d, value in values if value is None]
    if unreadable:
        return could_not_check("a value is not a number", _places(unreadable[:20]), doubtful=True)
    return HOLDS if data else could_not_check("not stated")


def _pairs(document: Document, one: str, other: str) -> Iterator[tuple[Datum, Datum]]:
    if "." not in one:
        found = first(document, one), first(document, other)
        if found[0] and found[1]:
            yield found[0], found[1]
        return
    table, name = one.split(".")
    second = other.split(".")[1]
    for pointer, row in rows(document, table):
        if row.get(name) not in (None, "") and row.get(second) not in (None, ""):
            yield Datum(document, f"{pointer}/{name}", row[name]), Datum(document, f"{pointer}/{second}", row[second])


def _gaps(document: Document, column: str, table: list[tuple[str, dict[str, Any]]]) -> list[str]:
    name = column.split(".")[-1]
    return [f"{pointer}/{name}" for pointer, row in table if row.get(name) in (None, "")]


def _places(data: list[Datum]) -> Places:
    return tuple((d.document, d.pointer) for d in data)


def _words(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[2].replace("_", " ")


def _list(names: list[str]) -> str:
    return ", ".join(map(_words, names))


def _several(pointers: list[str]) -> str:
    shown_ = ", ".join(row_name(p) for p in pointers[:5])
    return shown_ + (f" and {len(pointers) - 5} more" if len(pointers) > 5 else "")


def _unit(application: Application, document: Document) -> str:
    unit = application.rule.options.get("unit", "")
    if unit == "currency":
        unit = text(document.data.get("currency"))
    return f" {unit}" if unit else ""
