"""What arrived: one row before anything else is done, one worker at a time, none lost."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from connectors.ledger import tables as t
from connectors.ledger.engine import Database
from connectors.ledger.events import note
from schemas.record import Drop


class DropState(StrEnum):
    """How far a drop has come."""

    TAKEN = "taken"  # bytes in the archive, nothing done yet
    WORKING = "working"  # a worker holds the lease
    DONE = "done"  # its papers are filed and their dossiers decided
    DUPLICATE = "duplicate"  # the same bytes came before; see duplicate_of
    QUARANTINED = "quarantined"  # tried too often; a person was asked


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an arrival. `is_new` is false for a redelivery and for bytes that were here before."""

    drop_id: int
    is_new: bool
    duplicate_of: int | None = None
    is_redelivery: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A drop in the hands of one worker."""

    drop_id: int
    drop: Drop
    sha256: str
    attempts: int
    duplicate_of: int | None
    """The drop that brought the same bytes first."""
    refused: str
    """Why its bytes could not be had; empty when they are in the archive."""


class Drops:
    """The drops in the ledger."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def take(self, drop: Drop, sha256: str, size: int, now: datetime) -> Taken:
        """Writes an arrival down, once. Call it after the archive has the bytes, before the source is told."""
        try:
            return self._take(drop, sha256, size, now)
        except IntegrityError:  # another process took the same arrival or the same bytes in between
            return self._take(drop, sha256, size, now)

    def refuse(self, drop: Drop, why: str, now: datetime) -> Taken:
        """Writes an arrival down whose bytes cannot be had; it is worked like any other, up to a person."""
        mark = hashlib.sha256(f"refused {drop.source} {drop.version}".encode()).hexdigest()
        return self._take(drop, mark, 0, now, refused=why)

    def _take(self, drop: Drop, sha256: str, size: int, now: datetime, refused: str = "") -> Taken:
        with self._db.write() as tx:
            same = tx.execute(
                select(t.drops.c.id, t.drops.c.duplicate_of).where(
                    t.drops.c.source == drop.source, t.drops.c.version == drop.version
                )
            ).first()
            if same is not None:
                return Taken(same.id, is_new=False, duplicate_of=same.duplicate_of, is_redelivery=True)
            first = tx.execute(
                select(t.drops.c.id).where(t.drops.c.sha256 == sha256, t.drops.c.duplicate_of.is_(None))
            ).scalar()
            drop_id: int = tx.execute(
                insert(t.drops)
                .values(
                    **drop.model_dump(),
                    sha256=sha256,
                    size=size,
                    state=DropState.TAKEN,
                    duplicate_of=first,
                    refused=refused,
                )
                .returning(t.drops.c.id)
            ).scalar_one()
            note(tx, now, "drop.taken", drop=drop_id, source=drop.source, sha256=sha256, duplicate_of=first)
            return Taken(drop_id, is_new=first is None, duplicate_of=first)

    def claim(self, drop_id: int, owner: str, now: datetime, lease: timedelta) -> Claim | None:
        """The drop, if no live worker holds it and it is not done; then it is `owner`'s until the lease ends."""
        with self._db.write() as tx:
            mine = update(t.drops).where(
                t.drops.c.id == drop_id,
                or_(
                    t.drops.c.state == DropState.TAKEN,
                    (t.drops.c.state == DropState.WORKING) & (t.drops.c.lease_until < now),
                ),
            )
            row = tx.execute(
                mine.values(
                    state=DropState.WORKING,
                    owner=owner,
                    lease_until=now + lease,
                    attempts=t.drops.c.attempts + 1,
                ).returning(*t.drops.c)
            ).first()
            if row is None:
                return None
            note(tx, now, "drop.working", drop=drop_id, owner=owner)
            return _claim(row)

    def finish(self, drop_id: int, state: DropState, now: datetime, why: str = "") -> None:
        """The work on a drop has ended, well or not."""
        with self._db.write() as tx:
            tx.execute(
                update(t.drops)
                .where(t.drops.c.id == drop_id)
                .values(state=state, error=why, owner="", lease_until=None)
            )
            note(tx, now, f"drop.{state}", drop=drop_id, why=why)

    def give_back(self, drop_id: int, now: datetime, why: str, *, counts: bool = True) -> None:
        """The work did not come to its end: another worker may take the drop.

        `counts` is false when the drop had no part in it (a database that was away, a service that was ended).
        """
        with self._db.write() as tx:
            tx.execute(
                update(t.drops)
                .where(t.drops.c.id == drop_id)
                .values(
                    state=DropState.TAKEN,
                    error=why,
                    owner="",
                    lease_until=None,
                    attempts=t.drops.c.attempts - (0 if counts else 1),
                )
            )
            note(tx, now, "drop.given_back", drop=drop_id, why=why)

    def give_back_all(self, owner: str, now: datetime) -> list[int]:
        """What a dead worker of this name held is free again; returns the drops. Call it when the worker starts."""
        with self._db.write() as tx:
            rows = tx.execute(
                update(t.drops)
                .where(t.drops.c.state == DropState.WORKING, t.drops.c.owner == owner)
                .values(state=DropState.TAKEN, owner="", lease_until=None)
                .returning(t.drops.c.id)
            ).scalars()
            freed = list(rows)
            for drop_id in freed:
                note(tx, now, "drop.freed", drop=drop_id, owner=owner)
            return freed

    def open_ids(self, now: datetime) -> list[int]:
        """Drops that wait for a worker: taken, or held by one whose lease is over; oldest first."""
        with self._db.read() as tx:
            return list(
                tx.execute(
                    select(t.drops.c.id)
                    .where(
                        or_(
                            t.drops.c.state == DropState.TAKEN,
                            (t.drops.c.state == DropState.WORKING) & (t.drops.c.lease_until < now),
                        )
                    )
                    .order_by(t.drops.c.id)
                ).scalars()
            )

    def knows(self, source: str, version: str) -> bool:
        """Whether this arrival was taken before."""
        with self._db.read() as tx:
            found = tx.execute(
                select(t.drops.c.id).where(t.drops.c.source == source, t.drops.c.version == version)
            ).first()
            return found is not None

    def all(self, states: Sequence[DropState] = ()) -> list[Row[Any]]:
        """Rows of the drops in these states (all of them when none is named), oldest first."""
        query = select(t.drops).order_by(t.drops.c.id)
        if states:
            query = query.where(t.drops.c.state.in_(states))
        with self._db.read() as tx:
            return list(tx.execute(query))

    def name(self, drop_id: int) -> str:
        """The file name of a drop, with the folder it was dropped in."""
        with self._db.read() as tx:
            row = tx.execute(select(t.drops.c.group, t.drops.c.name).where(t.drops.c.id == drop_id)).one()
            return f"{row.group}/{row.name}" if row.group else str(row.name)

    def last_error(self, drop_id: int) -> str:
        """Why the work on a drop failed last; empty when it never did or the worker died without a word."""
        with self._db.read() as tx:
            return str(tx.execute(select(t.drops.c.error).where(t.drops.c.id == drop_id)).scalar_one())

    def of_source(self, source: str) -> list[Row[Any]]:
        """Every version of one source, oldest first."""
        with self._db.read() as tx:
            return list(tx.execute(select(t.drops).where(t.drops.c.source == source).order_by(t.drops.c.id)))


def _claim(row: Row[Any]) -> Claim:
    drop = Drop(**{name: getattr(row, name) for name in Drop.model_fields})
    return Claim(row.id, drop, row.sha256, row.attempts, row.duplicate_of, row.refused)
