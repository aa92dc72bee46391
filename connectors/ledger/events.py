"""What happened, in order: rows are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from connectors.ledger import tables as t


def note(
    tx: Connection,
    at: datetime,
    what: str,
    *,
    drop: int | None = None,
    dossier: int | None = None,
    **detail: Any,
) -> None:
    """Adds one event to the transaction that made it happen."""
    tx.execute(insert(t.events).values(at=at, what=what, drop_id=drop, dossier_id=dossier, detail=detail))
