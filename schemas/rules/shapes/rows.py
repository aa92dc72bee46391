"""Lines of goods matched between the invoice and the packing list."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from schemas.rules.data import Datum, Subject, decimal, rows, shown, sum_of, text
from schemas.rules.judgement import Application, Judgement, Violation, could_not_check, shape, violated, where
from schemas.rules.shapes.across import distinct, letters_of
from schemas.rules.shapes.dates import split_field


class _Row(NamedTuple):
    content: dict[str, Any]
    value: Decimal | None
    datum: Datum


@shape("same_by_row", scope="dossier", parameters="tolerance", options="keys", fewest_fields=2)
def same_by_row(subject: Subject, application: Application) -> Judgement:
    """For every sort of goods both papers state the same quantity.

    `[commercial_invoice:lines.quantity, packing_list:lines.quantity]`. Rows are matched by the first of the
    option `keys` that every row of both papers has. Where the papers name different sorts, or count in
    different units, nothing can be said.
    """
    sides = [_rows(subject, field) for field in application.rule.fields]
    if not all(sides):
        return could_not_check("not both papers list goods")
    keys = application.rule.options.get("keys", "article").split()
    key = next((k for k in keys if all(text(row.content.get(k)) for side in sides for row in side)), None)
    if key is None:
        return could_not_check("the rows of the papers cannot be matched")
    if any(row.value is None for side in sides for row in side):
        return could_not_check("not every row states a quantity")
    one, other = (_grouped(side, key) for side in sides)
    if set(one) != set(other):
        return could_not_check("the papers name different sorts of goods")
    unequal = [name for name in one if abs(_sum(one[name]) - _sum(other[name])) > application.tolerance()]
    comparable = [name for name in unequal if _one_unit([*one[name], *other[name]])]
    if unequal and not comparable:
        return could_not_check("the papers count in different units")
    return violated(_unequal(key, one[name], other[name], application) for name in comparable)


def _sum(side: list[_Row]) -> Decimal:
    return sum_of([row.value for row in side if row.value is not None])


def _one_unit(group: list[_Row]) -> bool:
    return len({unit for row in group if (unit := text(row.content.get("unit")).casefold())}) < 2


def _rows(subject: Subject, field: str) -> list[_Row]:
    kind, path = split_field(field)
    table, name = path.split(".")
    return [
        _Row(row, decimal(row.get(name)), Datum(document, f"{pointer}/{name}", row.get(name)))
        for document in distinct(subject.of(kind))
        for pointer, row in rows(document, table)
    ]


def _grouped(side: list[_Row], key: str) -> dict[str, list[_Row]]:
    groups: dict[str, list[_Row]] = {}
    for row in side:
        groups.setdefault(letters_of(text(row.content[key])), []).append(row)
    return groups


def _unequal(key: str, one: list[_Row], other: list[_Row], application: Application) -> Violation:
    a, b = _sum(one), _sum(other)
    seen = (
        f"{key} {text(one[0].content[key])}: {shown(a)} ({where(one[0].datum)}) against {shown(b)} "
        f"({where(other[0].datum)}): difference {shown(abs(a - b))}, allowed {shown(application.tolerance())}"
    )
    return Violation(seen, tuple((row.datum.document, row.datum.pointer) for row in [*one, *other]))
