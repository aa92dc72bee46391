"""Reading values out of documents by dotted paths, tolerant of any shape the data may have.

`total_amount` is one value, `lines.amount` one per row, `containers.number` also takes plain texts in the
list. What is absent yields nothing; what is not a number when a number is asked for is `None`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from schemas.record import Document

_DECIMAL = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?", re.ASCII)


class Datum(NamedTuple):
    """One value of one document."""

    document: Document
    pointer: str
    value: Any


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule is applied to: one document, or all documents of a dossier; and the day."""

    documents: tuple[Document, ...]
    day: date

    def of(self, kind: str) -> tuple[Document, ...]:
        """The documents of one kind."""
        return tuple(d for d in self.documents if d.kind == kind)


def read(document: Document, path: str) -> list[Datum]:
    """Every value at a dotted path, in the order of the paper; absent and empty values are left out."""
    names = path.split(".")
    if len(names) == 2 and isinstance(table := document.data.get(names[0]), list):
        return _column(document, table, *names)
    return list(_walk(document, document.data, "", names))


def first(document: Document, path: str) -> Datum | None:
    """The first value at a dotted path."""
    return next(iter(_walk(document, document.data, "", path.split("."))), None)


def rows(document: Document, name: str) -> list[tuple[str, dict[str, Any]]]:
    """The rows of a table, each with its pointer; what is not a row is skipped."""
    found = document.data.get(name)
    if not isinstance(found, list | tuple):
        return []
    return [(f"/{name}/{i}", row) for i, row in enumerate(found) if isinstance(row, dict)]


def pointer_of(path: str) -> str:
    """The pointer where a single value at the path would stand; a path through rows ends at the table."""
    return "/" + path.replace(".", "/")


def decimal(value: Any) -> Decimal | None:
    """The value as a decimal; None for anything that is not one in plain notation."""
    if isinstance(value, str):
        return _parsed(value)
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30:
        return Decimal(value)
    return None


@lru_cache(maxsize=16384)
def _parsed(value: str) -> Decimal | None:
    return Decimal(value) if _DECIMAL.fullmatch(value) else None


def day(value: Any) -> date | None:
    """The value as a day; None for anything that is not an ISO date."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def text(value: Any) -> str:
    """The value as trimmed text; "" for lists, objects and nothing."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else ""


def sum_of(values: Sequence[Decimal]) -> Decimal:
    """Their sum; `sum` alone gives the integer 0 for none."""
    return sum(values, Decimal(0))


def shown(value: Decimal) -> str:
    """A decimal for people: plain notation, thousands apart, no needless zeros.

    >>> shown(Decimal("1789.50")), shown(Decimal("24000"))
    ('1 789.5', '24 000')
    """
    plain = f"{value:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    whole, dot, fraction = plain.partition(".")
    return f"{int(whole):,}".replace(",", " ") + dot + fraction if whole not in ("-0", "-") else f"-0{dot}{fraction}"


def _column(document: Document, table: list[Any], name: str, column: str) -> list[Datum]:
    """One column of a table of plain rows: what `_walk` gives, without its generality, for long tables."""
    found: list[Datum] = []
    for index, row in enumerate(table):
        value = row.get(column) if isinstance(row, dict) else row
        if isinstance(row, dict) and isinstance(value, str):
            if value:
                found.append(Datum(document, f"/{name}/{index}/{column}", value))
        elif value is not None:
            found += _walk(document, row, f"/{name}/{index}", [column])
    return found


def _walk(document: Document, node: Any, pointer: str, names: list[str]) -> Iterator[Datum]:
    if isinstance(node, list | tuple):
        for i, item in enumerate(node):
            yield from _walk(document, item, f"{pointer}/{i}", names)
    elif not names:
        if node is not None and node != "" and not isinstance(node, dict):
            yield Datum(document, pointer, node)
    elif isinstance(node, dict):
        if names[0] in node:
            yield from _walk(document, node[names[0]], f"{pointer}/{names[0]}", names[1:])
    elif names == ["number"] and pointer and isinstance(node, str) and node:  # a list of plain numbers
        yield Datum(document, pointer, node)
