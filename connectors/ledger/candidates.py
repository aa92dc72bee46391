"""Dossiers a paper may belong to: those that carry one of its references."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from connectors.ledger import tables as t
from connectors.ledger.paper_state import PaperState
from schemas.placement import Candidate, Reference
from schemas.states import DossierState


def candidates_for(tx: Connection, references: Sequence[Reference]) -> list[Candidate]:
    """Dossiers that carry at least one of these references on a paper that counts."""
    if not references:
        return []
    numbers = {r.number for r in references}  # the kind is weighed by `place`: it may be unsaid on one side
    ids = tx.execute(
        select(t.documents.c.dossier_id)
        .join(t.references, t.references.c.document_id == t.documents.c.id)
        .where(
            t.references.c.number.in_(numbers),
            t.documents.c.state == PaperState.ACTIVE,
            t.documents.c.dossier_id.is_not(None),
        )
        .distinct()
        .order_by(t.documents.c.dossier_id)
    ).scalars()
    return [_candidate(tx, i) for i in list(ids)]


def _candidate(tx: Connection, dossier_id: int) -> Candidate:
    dossier = tx.execute(select(t.dossiers).where(t.dossiers.c.id == dossier_id)).one()
    rows = tx.execute(
        select(t.references, t.documents.c.kind.label("paper"))
        .join(t.documents, t.references.c.document_id == t.documents.c.id)
        .where(t.documents.c.dossier_id == dossier_id, t.documents.c.state == PaperState.ACTIVE)
    ).all()
    return Candidate(
        dossier_id,
        dossier.ref,
        DossierState(dossier.state),
        frozenset(r.paper for r in rows),
        tuple(Reference(kind=r.kind, number=r.number, parties=tuple(r.parties)) for r in rows),
    )
