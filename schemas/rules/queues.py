"""Which desk answers which rule: data in `queues.yaml`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache

from schemas.datafile import Data
from schemas.record import Queue
from schemas.rules.loader import RULES, read_list


class _Route(Data):
    queue: Queue
    rules: tuple[str, ...]


@cache
def _routes() -> tuple[_Route, ...]:
    return read_list(RULES / "queues.yaml", _Route)


def queue_of(rule: str) -> Queue:
    """The desk that answers findings of a rule; papers' faults nobody claims go to `documents`.

    >>> queue_of("commercial_invoice.total_equals_lines"), queue_of("cmr.number.required")
    (<Queue.FINANCE: 'finance'>, <Queue.DOCUMENTS: 'documents'>)
    """
    for route in _routes():
        if any(fnmatchcase(rule, pattern) for pattern in route.rules):
            return route.queue
    return Queue.DOCUMENTS
