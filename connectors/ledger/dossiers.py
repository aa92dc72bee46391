"""Dossiers: their papers as they stand, what was decided of them, and what was handed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from connectors.ledger import tables as t
from connectors.ledger.engine import Database
from connectors.ledger.events import note
from connectors.ledger.exceptions import ExceptionState, replace_exceptions
from connectors.ledger.paper_state import PaperState
from schemas.record import CheckResult, Document, DossierException
from schemas.states import OF_VERDICT, DossierState, move


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier as it stands: its papers that count, with corrections applied, and what was waived."""

    id: int
    ref: str
    state: DossierState
    revision: int
    profile: str
    documents: tuple[Document, ...]
    waived: frozenset[str]
    arrived: tuple[str, ...]
    """Where its papers came from, for the desk: one source per paper, in the order of `documents`."""


class Dossiers:
    """The dossiers in the ledger."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, dossier_id: int) -> Dossier:
        """One dossier; `KeyError` when there is none of this number."""
        with self._db.read() as tx:
            return _dossier(tx, dossier_id)

    def find(self, ref: str) -> Dossier | None:
        """One dossier by its name."""
        with self._db.read() as tx:
            found = tx.execute(select(t.dossiers.c.id).where(t.dossiers.c.ref == ref)).scalar()
            return None if found is None else _dossier(tx, found)

    def all(self) -> list[Row[Any]]:
        """Every dossier: id, ref, state, revision, times, number of papers and of open exceptions."""
        papers = (
            select(func.count())
            .where(t.documents.c.dossier_id == t.dossiers.c.id, t.documents.c.state == PaperState.ACTIVE)
            .scalar_subquery()
        )
        questions = (
            select(func.count())
            .where(t.exceptions.c.dossier_id == t.dossiers.c.id, t.exceptions.c.state == ExceptionState.OPEN)
            .scalar_subquery()
        )
        with self._db.read() as tx:
            return list(
                tx.execute(
                    select(t.dossiers, papers.label("papers"), questions.label("questions")).order_by(t.dossiers.c.id)
                )
            )

    def papers(self, dossier_id: int) -> list[Row[Any]]:
        """Every paper ever filed in a dossier, with the drop it came in and what it counts for."""
        with self._db.read() as tx:
            return list(
                tx.execute(
                    select(t.documents, t.drops.c.source, t.drops.c.sha256, t.drops.c.name)
                    .join(t.drops, t.documents.c.drop_id == t.drops.c.id)
                    .where(t.documents.c.dossier_id == dossier_id)
                    .order_by(t.documents.c.id)
                )
            )

    def result(self, dossier_id: int) -> CheckResult | None:
        """The last decision."""
        with self._db.read() as tx:
            row = tx.execute(
                select(t.decisions.c.result)
                .where(t.decisions.c.dossier_id == dossier_id)
                .order_by(t.decisions.c.revision.desc())
                .limit(1)
            ).scalar()
            return None if row is None else CheckResult.model_validate(row)

    def decisions(self, dossier_id: int) -> list[Row[Any]]:
        """Every decision of a dossier, oldest first; one per revision."""
        with self._db.read() as tx:
            return list(
                tx.execute(
                    select(t.decisions).where(t.decisions.c.dossier_id == dossier_id).order_by(t.decisions.c.revision)
                )
            )

    def decide(
        self,
        dossier: Dossier,
        result: CheckResult,
        exceptions: Sequence[DossierException],
        now: datetime,
    ) -> bool:
        """Writes down what the check of one revision came to, once.

        False when the dossier has changed since it was read (check it again) or was decided already.
        """
        with self._db.write() as tx:
            row = tx.execute(select(t.dossiers).where(t.dossiers.c.id == dossier.id).with_for_update()).one()
            if row.revision != dossier.revision or _is_decided(tx, dossier):
                return False
            then = OF_VERDICT[result.decision]
            if not dossier.documents and _had_papers(tx, dossier):
                then = DossierState.REJECTED
            state = move(DossierState(row.state), then)
            tx.execute(
                insert(t.decisions).values(
                    dossier_id=dossier.id,
                    revision=dossier.revision,
                    verdict=state,
                    day=result.day,
                    result=result.model_dump(mode="json"),
                    decided_at=now,
                )
            )
            tx.execute(
                update(t.dossiers)
                .where(t.dossiers.c.id == dossier.id)
                .values(state=state, profile=result.profile, changed_at=now)
            )
            replace_exceptions(tx, dossier.id, exceptions, now)
            note(tx, now, f"dossier.{state}", dossier=dossier.id, revision=dossier.revision)
            return True

    def is_decided(self, dossier: Dossier) -> bool:
        """Whether this revision has its decision."""
        with self._db.read() as tx:
            return _is_decided(tx, dossier)

    def released(self, dossier: Dossier, location: str, now: datetime) -> bool:
        """Writes down that a cleared dossier was handed on, once per revision; false when it was, or has changed."""
        with self._db.write() as tx:
            row = tx.execute(select(t.dossiers).where(t.dossiers.c.id == dossier.id).with_for_update()).one()
            if row.revision != dossier.revision or row.state != DossierState.CLEARED:
                return False
            tx.execute(
                insert(t.releases).values(
                    dossier_id=dossier.id, revision=dossier.revision, location=location, released_at=now
                )
            )
            state = move(DossierState(row.state), DossierState.RELEASED)
            tx.execute(update(t.dossiers).where(t.dossiers.c.id == dossier.id).values(state=state, changed_at=now))
            note(tx, now, "dossier.released", dossier=dossier.id, revision=dossier.revision, location=location)
            return True

    def releases(self, dossier_id: int) -> list[Row[Any]]:
        """Every release of a dossier, oldest first."""
        with self._db.read() as tx:
            return list(
                tx.execute(
                    select(t.releases).where(t.releases.c.dossier_id == dossier_id).order_by(t.releases.c.revision)
                )
            )

    def settled(self, dossier: Dossier) -> None:
        """The desk, the outbox and the dossier's page show this revision."""
        with self._db.write() as tx:
            tx.execute(
                update(t.dossiers)
                .where(t.dossiers.c.id == dossier.id, t.dossiers.c.settled_revision < dossier.revision)
                .values(settled_revision=dossier.revision)
            )

    def unsettled(self) -> list[int]:
        """Dossiers whose last change has not reached the desk and the outbox yet: work for the sweep."""
        with self._db.read() as tx:
            return list(
                tx.execute(
                    select(t.dossiers.c.id)
                    .where(t.dossiers.c.settled_revision < t.dossiers.c.revision)
                    .order_by(t.dossiers.c.id)
                ).scalars()
            )

    def events(self, dossier_id: int) -> list[Row[Any]]:
        """What happened to a dossier, in order."""
        with self._db.read() as tx:
            return list(tx.execute(select(t.events).where(t.events.c.dossier_id == dossier_id).order_by(t.events.c.id)))


def _is_decided(tx: Connection, dossier: Dossier) -> bool:
    return (
        tx.execute(
            select(t.decisions.c.id).where(
                t.decisions.c.dossier_id == dossier.id, t.decisions.c.revision == dossier.revision
            )
        ).first()
        is not None
    )


def _had_papers(tx: Connection, dossier: Dossier) -> bool:
    return tx.execute(select(t.documents.c.id).where(t.documents.c.dossier_id == dossier.id)).first() is not None


def _dossier(tx: Connection, dossier_id: int) -> Dossier:
    row = tx.execute(select(t.dossiers).where(t.dossiers.c.id == dossier_id)).first()
    if row is None:
        raise KeyError(f"no dossier has the number {dossier_id}")
    papers = tx.execute(
        select(t.documents, t.drops.c.source)
        .join(t.drops, t.documents.c.drop_id == t.drops.c.id)
        .where(t.documents.c.dossier_id == dossier_id, t.documents.c.state == PaperState.ACTIVE)
        .order_by(t.documents.c.id)
    ).all()
    waived = tx.execute(select(t.rulings.c.waived).where(t.rulings.c.dossier_id == dossier_id)).scalars()
    return Dossier(
        id=row.id,
        ref=row.ref,
        state=DossierState(row.state),
        revision=row.revision,
        profile=row.profile,
        documents=tuple(Document.model_validate(p.as_ruled or p.as_read) for p in papers),
        waived=frozenset(f for one in waived for f in one),
        arrived=tuple(p.source for p in papers),
    )
