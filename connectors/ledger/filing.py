"""Papers into dossiers: found by group or by reference, newer versions in the place of older ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from connectors.errors import Transient
from connectors.ledger import tables as t
from connectors.ledger.candidates import candidates_for
from connectors.ledger.engine import Database
from connectors.ledger.events import note
from connectors.ledger.paper_state import PaperState
from schemas.placement import AskWhere, Candidate, Join, Placement, Reference
from schemas.record import Document, DossierException, Finding, Queue, Severity
from schemas.states import DossierState

Place = Callable[[Document, Sequence[Reference], str, Sequence[Candidate]], Placement]
NEW_DOSSIER = "a new dossier"
UNPLACED = "unplaced"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper read from a drop, with the references it carries."""

    document: Document
    references: Sequence[Reference]


class Filing:
    """Where papers go."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def file(
        self,
        drop_id: int,
        papers: Sequence[Paper],
        place: Place,
        now: datetime,
    ) -> list[int]:
        """Files the papers of a drop and returns the dossiers they touch. Doing it again changes nothing.

        `place` decides for papers dropped outside any dossier's folder. A paper it cannot place is kept
        without a dossier and becomes an exception.
        """
        with self._db.write() as tx:
            self._db.one_at_a_time(tx)
            drop = tx.execute(select(t.drops).where(t.drops.c.id == drop_id)).one()
            touched: list[int] = []
            for paper in papers:
                dossier_id = self._file_one(tx, drop, paper, place, now)
                if dossier_id is not None and dossier_id not in touched:
                    touched.append(dossier_id)
            return touched

    def papers_of(self, drop_id: int) -> list[Document]:
        """What was read from a drop, if it was filed before."""
        with self._db.read() as tx:
            rows = tx.execute(
                select(t.documents.c.as_read).where(t.documents.c.drop_id == drop_id).order_by(t.documents.c.id)
            ).scalars()
            return [Document.model_validate(r) for r in rows]

    def _file_one(self, tx: Connection, drop: Row[Any], paper: Paper, place: Place, now: datetime) -> int | None:
        document = paper.document
        filed = tx.execute(
            select(t.documents.c.id, t.documents.c.dossier_id).where(
                t.documents.c.drop_id == drop.id, t.documents.c.document == document.id
            )
        ).first()
        if filed is not None:
            dossier_id: int | None = filed.dossier_id
            return dossier_id
        if drop.duplicate_of is not None:
            return self._file_copy(tx, drop, paper, now)
        predecessor = _version_before(tx, drop, document)
        candidates = [] if drop.group or predecessor else candidates_for(tx, paper.references)
        if drop.group:
            return self._put(tx, drop, paper, _dossier_of_group(tx, drop.group, now), "dropped in its folder", now)
        if predecessor is not None and predecessor.dossier_id is not None:
            return self._put(tx, drop, paper, predecessor.dossier_id, "a new version of the same file", now)
        placement = place(document, paper.references, drop.group, candidates)
        if isinstance(placement, Join):
            return self._put(tx, drop, paper, placement.dossier_id, placement.why, now)
        if isinstance(placement, AskWhere):
            self._ask(tx, drop, paper, placement, now)
            return None
        return self._put(tx, drop, paper, open_dossier(tx, None, now), placement.why, now)

    def _file_copy(self, tx: Connection, drop: Row[Any], paper: Paper, now: datetime) -> int | None:
        """The same bytes again: known in its dossier, a question when dropped in the folder of another."""
        known = tx.execute(
            select(t.documents, t.dossiers.c.ref, t.dossiers.c.group.label("home"), t.drops.c.source)
            .join(t.dossiers, t.documents.c.dossier_id == t.dossiers.c.id, isouter=True)
            .join(t.drops, t.documents.c.drop_id == t.drops.c.id)
            .where(t.documents.c.document == paper.document.id)
            .order_by(t.documents.c.id)
        ).all()
        if not known:
            _wait_for_the_first(tx, drop)
        if any(k.state == PaperState.SUPERSEDED and k.source == drop.source for k in known):
            # The file was changed and then changed back: the older bytes count again.
            back = next(k for k in known if k.state == PaperState.SUPERSEDED and k.source == drop.source)
            _reinstate(tx, back, drop, now)
            dossier_id: int = back.dossier_id
            return dossier_id
        homes = {k.home for k in known}
        if not known or not drop.group or drop.group in homes:
            return None
        elsewhere = ", ".join(k.ref or UNPLACED for k in known)
        dossier = _dossier_of_group(tx, drop.group, now)
        ref = tx.execute(select(t.dossiers.c.ref).where(t.dossiers.c.id == dossier)).scalar_one()
        asked = AskWhere(
            f"the same file is already in dossier {elsewhere} and was now dropped for {ref}",
            (Candidate(dossier, ref, DossierState.WAITING, frozenset(), ()),),
        )
        self._ask(tx, drop, paper, asked, now, dossier=dossier, offers_new=False)
        return dossier

    def _put(self, tx: Connection, drop: Row[Any], paper: Paper, dossier_id: int, why: str, now: datetime) -> int:
        document_id = _insert_document(tx, drop.id, paper, dossier_id, why, now)
        join_dossier(tx, document_id, dossier_id, now, why)
        return dossier_id

    def _ask(
        self,
        tx: Connection,
        drop: Row[Any],
        paper: Paper,
        asked: AskWhere,
        now: datetime,
        *,
        dossier: int | None = None,
        offers_new: bool = True,
    ) -> None:
        document = paper.document
        document_id = _insert_document(tx, drop.id, paper, None, asked.why, now)
        choices = [c.ref for c in asked.candidates] + ([NEW_DOSSIER] if offers_new else ["leave it where it is"])
        body = DossierException(
            id=hashlib.sha256(f"placement {document.id} {drop.id}".encode()).hexdigest()[:24],
            dossier=UNPLACED,
            queue=Queue.DOCUMENTS,
            question=f"Which dossier does {document.file} belong to? It was not filed because {asked.why}.",
            findings=(
                Finding(
                    rule="dossier.placement",
                    severity=Severity.ASK,
                    says="Every paper belongs to exactly one dossier.",
                    seen=asked.why,
                    places=(document.place(""),),
                    basis="Keruen: a paper that fits two dossiers or none is a question, never a guess.",
                ),
            ),
            choices=tuple(choices),
        )
        tx.execute(
            insert(t.exceptions).values(
                id=body.id,
                dossier_id=dossier,
                document_id=document_id,
                queue=body.queue,
                state="open",
                body=body.model_dump(mode="json"),
                opened_at=now,
            )
        )
        note(tx, now, "exception.opened", drop=drop.id, dossier=dossier, exception=body.id, why=asked.why)


def open_dossier(tx: Connection, group: str | None, now: datetime) -> int:
    """A new dossier, waiting; named after its folder, or numbered when it has none."""
    ref = group or f"K-{(tx.execute(select(func.max(t.dossiers.c.id))).scalar() or 0) + 1:05d}"
    if tx.execute(select(t.dossiers.c.id).where(t.dossiers.c.ref == ref)).first():
        ref = f"{ref} (2)"
    dossier_id: int = tx.execute(
        insert(t.dossiers)
        .values(ref=ref, group=group, state=DossierState.WAITING, revision=0, opened_at=now, changed_at=now)
        .returning(t.dossiers.c.id)
    ).scalar_one()
    note(tx, now, "dossier.opened", dossier=dossier_id, ref=ref)
    return dossier_id


def join_dossier(tx: Connection, document_id: int, dossier_id: int, now: datetime, why: str) -> None:
    """Puts a filed paper into a dossier, takes older versions of it out, and reopens the check."""
    tx.execute(
        update(t.documents)
        .where(t.documents.c.id == document_id)
        .values(dossier_id=dossier_id, state=PaperState.ACTIVE, why=why)
    )
    for older in _superseded_by(tx, document_id, dossier_id):
        tx.execute(
            update(t.documents)
            .where(t.documents.c.id == older.id)
            .values(state=PaperState.SUPERSEDED, superseded_by=document_id)
        )
        note(tx, now, "paper.superseded", dossier=dossier_id, older=older.id, newer=document_id)
    reopen(tx, dossier_id, now)
    note(tx, now, "paper.filed", dossier=dossier_id, paper=document_id, why=why)


def reopen(tx: Connection, dossier_id: int, now: datetime) -> None:
    """Something in the dossier changed: what was decided no longer stands, and it is checked again."""
    tx.execute(
        update(t.dossiers)
        .where(t.dossiers.c.id == dossier_id)
        .values(revision=t.dossiers.c.revision + 1, changed_at=now)
    )


def _wait_for_the_first(tx: Connection, copy: Row[Any]) -> None:
    """Where a copy belongs can only be said when the paper that came first is filed."""
    first = tx.execute(select(t.drops.c.state).where(t.drops.c.id == copy.duplicate_of)).scalar_one()
    if first in ("taken", "working"):
        raise Transient(f"{copy.name} is a copy of drop {copy.duplicate_of}, which is still being worked")


def _dossier_of_group(tx: Connection, group: str, now: datetime) -> int:
    found: int | None = tx.execute(select(t.dossiers.c.id).where(t.dossiers.c.group == group)).scalar()
    return open_dossier(tx, group, now) if found is None else found


def _insert_document(
    tx: Connection, drop_id: int, paper: Paper, dossier_id: int | None, why: str, now: datetime
) -> int:
    document_id: int = tx.execute(
        insert(t.documents)
        .values(
            document=paper.document.id,
            drop_id=drop_id,
            dossier_id=dossier_id,
            kind=paper.document.kind,
            state=PaperState.ACTIVE,
            as_read=paper.document.model_dump(mode="json"),
            filed_at=now,
            why=why,
        )
        .returning(t.documents.c.id)
    ).scalar_one()
    for r in paper.references:
        tx.execute(
            insert(t.references).values(document_id=document_id, kind=r.kind, number=r.number, parties=list(r.parties))
        )
    return document_id


def _version_before(tx: Connection, drop: Row[Any], document: Document) -> Row[Any] | None:
    """The paper that an earlier version of the same file carried, of the same kind if there is one."""
    rows = tx.execute(
        select(t.documents)
        .join(t.drops, t.documents.c.drop_id == t.drops.c.id)
        .where(t.drops.c.source == drop.source, t.drops.c.id < drop.id, t.documents.c.state == PaperState.ACTIVE)
        .order_by(t.documents.c.id.desc())
    ).all()
    return next((r for r in rows if r.kind == document.kind), rows[0] if rows else None)


def _superseded_by(tx: Connection, document_id: int, dossier_id: int) -> list[Row[Any]]:
    """Papers that a newer one takes the place of.

    An older version of the same file; and where the sender was asked about a paper, that paper, when one of the
    same kind and number comes. Two papers of one number otherwise stand side by side, and a rule asks which holds.
    """
    with_source = select(t.documents, t.drops.c.source).join(t.drops, t.documents.c.drop_id == t.drops.c.id)
    new = tx.execute(with_source.where(t.documents.c.id == document_id)).one()
    others = tx.execute(
        with_source.where(
            t.documents.c.dossier_id == dossier_id,
            t.documents.c.state == PaperState.ACTIVE,
            t.documents.c.drop_id != new.drop_id,
        )
    ).all()
    asked_about = _asked_about(tx, dossier_id)
    return [
        o
        for o in others
        if o.source == new.source
        or (o.document in asked_about and o.kind == new.kind and _number(o) and _number(o) == _number(new))
    ]


def _asked_about(tx: Connection, dossier_id: int) -> set[str]:
    """The papers the sender was asked about."""
    bodies = tx.execute(
        select(t.exceptions.c.body).where(t.exceptions.c.dossier_id == dossier_id, t.exceptions.c.state == "asked")
    ).scalars()
    return {place["document"] for body in bodies for finding in body["findings"] for place in finding["places"]}


def _number(row: Row[Any]) -> str:
    return str((row.as_read.get("data") or {}).get("number") or "")


def _reinstate(tx: Connection, back: Row[Any], drop: Row[Any], now: datetime) -> None:
    tx.execute(
        update(t.documents)
        .where(
            t.documents.c.id != back.id,
            t.documents.c.dossier_id == back.dossier_id,
            t.documents.c.state == PaperState.ACTIVE,
            t.documents.c.drop_id.in_(select(t.drops.c.id).where(t.drops.c.source == drop.source)),
        )
        .values(state=PaperState.SUPERSEDED, superseded_by=back.id)
    )
    tx.execute(
        update(t.documents).where(t.documents.c.id == back.id).values(state=PaperState.ACTIVE, superseded_by=None)
    )
    reopen(tx, back.dossier_id, now)
    note(tx, now, "paper.reinstated", drop=drop.id, dossier=back.dossier_id, paper=back.id)
