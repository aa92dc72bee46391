"""Exceptions and rulings: the ledger is the truth, the suspended run in Prefect is only the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from connectors.ledger import tables as t
from connectors.ledger.engine import Database
from connectors.ledger.events import note
from connectors.ledger.filing import (
    NEW_DOSSIER,
    join_dossier,
    open_dossier,
    reopen,
)
from connectors.ledger.paper_state import PaperState
from schemas.record import Choice, Document, DossierException, Ruling


class ExceptionState(StrEnum):
    """Where a question stands."""

    OPEN = "open"  # waits for a person
    ASKED = "asked"  # the sender was asked; the dossier stays held until a paper comes or a person decides
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"  # the dossier changed and the question no longer stands


@dataclass(frozen=True, slots=True)
class OpenException:
    """A question as the ledger has it. `round` counts how often the same question was opened."""

    body: DossierException
    dossier_id: int | None
    document_id: int | None
    state: ExceptionState
    round: int
    run_id: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a ruling did: the dossiers it reopened, or why it could not be taken."""

    dossiers: tuple[int, ...] = ()
    refused: str = ""


class Exceptions:
    """The questions in the ledger."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, exception_id: str) -> OpenException | None:
        """One question by its id."""
        with self._db.read() as tx:
            row = tx.execute(select(t.exceptions).where(t.exceptions.c.id == exception_id)).first()
            return None if row is None else _open(row)

    def all(self, states: Sequence[ExceptionState] = (ExceptionState.OPEN,)) -> list[OpenException]:
        """The questions in these states, oldest first."""
        with self._db.read() as tx:
            rows = tx.execute(
                select(t.exceptions)
                .where(t.exceptions.c.state.in_(states))
                .order_by(t.exceptions.c.opened_at, t.exceptions.c.id)
            )
            return [_open(r) for r in rows]

    def without_form(self) -> list[OpenException]:
        """The questions that wait for a person but have no form to be answered in yet, oldest first."""
        with self._db.read() as tx:
            rows = tx.execute(
                select(t.exceptions)
                .where(
                    t.exceptions.c.state.in_((ExceptionState.OPEN, ExceptionState.ASKED)), t.exceptions.c.run_id == ""
                )
                .order_by(t.exceptions.c.opened_at, t.exceptions.c.id)
            )
            return [_open(r) for r in rows]

    def of_dossier(self, dossier_id: int) -> list[OpenException]:
        """Every question of a dossier, oldest first, whatever its state."""
        with self._db.read() as tx:
            rows = tx.execute(
                select(t.exceptions)
                .where(t.exceptions.c.dossier_id == dossier_id)
                .order_by(t.exceptions.c.opened_at, t.exceptions.c.id)
            )
            return [_open(r) for r in rows]

    def add(self, dossier_id: int | None, body: DossierException, now: datetime) -> None:
        """Opens one question; nothing happens when it is open already."""
        with self._db.write() as tx:
            _open_one(tx, dossier_id, body, now)

    def attach_run(self, exception_id: str, round_: int, run_id: str) -> None:
        """Remembers the run whose form asks this question."""
        with self._db.write() as tx:
            tx.execute(
                update(t.exceptions)
                .where(t.exceptions.c.id == exception_id, t.exceptions.c.round == round_)
                .values(run_id=run_id)
            )

    def ask_again(self, question: OpenException) -> OpenException | None:
        """The form of a question was lost: the question goes into a new round, if it still waits."""
        with self._db.write() as tx:
            row = tx.execute(
                update(t.exceptions)
                .where(
                    t.exceptions.c.id == question.body.id,
                    t.exceptions.c.round == question.round,
                    t.exceptions.c.state.in_((ExceptionState.OPEN, ExceptionState.ASKED)),
                )
                .values(round=question.round + 1, run_id="")
                .returning(*t.exceptions.c)
            ).first()
            return None if row is None else _open(row)

    def paper_of(self, question: OpenException) -> Document | None:
        """The paper a question of placement is about."""
        if question.document_id is None:
            return None
        with self._db.read() as tx:
            row = tx.execute(select(t.documents).where(t.documents.c.id == question.document_id)).one()
            return Document.model_validate(row.as_ruled or row.as_read)

    def rule(
        self,
        question: OpenException,
        ruling: Ruling,
        now: datetime,
        *,
        corrected: Sequence[Document] = (),
        patches: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        waived: Sequence[str] = (),
    ) -> Ruled:
        """Writes an answer down with what follows from it, in one transaction; the first answer stands.

        `corrected` are papers as they are now, `patches` what was changed in each (RFC 6902, by document id),
        `waived` the fingerprints of findings a person accepted.
        """
        try:
            with self._db.write() as tx:
                return _rule(tx, question, ruling, now, corrected, patches or {}, waived)
        except IntegrityError:
            return Ruled(refused="it was answered by somebody else a moment ago")


def _rule(
    tx: Connection,
    question: OpenException,
    ruling: Ruling,
    now: datetime,
    corrected: Sequence[Document],
    patches: Mapping[str, Sequence[Mapping[str, Any]]],
    waived: Sequence[str],
) -> Ruled:
    row = tx.execute(select(t.exceptions).where(t.exceptions.c.id == question.body.id).with_for_update()).one()
    if row.state not in (ExceptionState.OPEN, ExceptionState.ASKED) or row.round != question.round:
        return Ruled(refused=f"it no longer waits for an answer: it is {row.state}{_because(row.why)}")
    is_asking = ruling.choice is Choice.ASK_SENDER
    tx.execute(
        insert(t.rulings).values(
            exception_id=row.id,
            dossier_id=row.dossier_id,
            # Asking the sender does not answer the question: it is asked again in a new round.
            round=row.round,
            body=ruling.model_dump(mode="json"),
            patch={document: [dict(p) for p in patch] for document, patch in patches.items()},
            waived=list(waived),
            ruled_at=now,
        )
    )
    tx.execute(
        update(t.exceptions)
        .where(t.exceptions.c.id == row.id)
        .values(
            state=ExceptionState.ASKED if is_asking else ExceptionState.ANSWERED,
            round=row.round + 1 if is_asking else row.round,
            run_id="" if is_asking else row.run_id,
            closed_at=None if is_asking else now,
        )
    )
    note(
        tx,
        now,
        "exception.ruled",
        dossier=row.dossier_id,
        exception=row.id,
        choice=ruling.choice,
        operator=ruling.operator,
        reason=ruling.reason,
    )
    for document in corrected:
        tx.execute(
            update(t.documents)
            .where(t.documents.c.dossier_id == row.dossier_id, t.documents.c.document == document.id)
            .values(as_ruled=document.model_dump(mode="json"), kind=document.kind)
        )
    if row.document_id is not None:
        return _place(tx, row, ruling, now)
    if ruling.choice is Choice.REJECT:
        tx.execute(
            update(t.documents)
            .where(
                t.documents.c.dossier_id == row.dossier_id,
                t.documents.c.document == ruling.document,
                t.documents.c.state == PaperState.ACTIVE,
            )
            .values(state=PaperState.REJECTED, why=ruling.reason)
        )
    if row.dossier_id is None or is_asking:
        return Ruled()
    reopen(tx, row.dossier_id, now)
    return Ruled((row.dossier_id,))


def _place(tx: Connection, row: Row[Any], ruling: Ruling, now: datetime) -> Ruled:
    """The answer to "which dossier does it belong to?"."""
    if ruling.choice is Choice.REJECT:
        tx.execute(
            update(t.documents)
            .where(t.documents.c.id == row.document_id)
            .values(state=PaperState.REJECTED, why=ruling.reason)
        )
        return Ruled()
    if ruling.choice is Choice.ASK_SENDER:
        return Ruled()
    if ruling.placement == NEW_DOSSIER:
        dossier_id = open_dossier(tx, None, now)
    else:
        found = tx.execute(select(t.dossiers.c.id).where(t.dossiers.c.ref == ruling.placement)).scalar()
        if found is None:  # "leave it where it is"
            tx.execute(
                update(t.documents)
                .where(t.documents.c.id == row.document_id)
                .values(state=PaperState.REJECTED, why=ruling.reason)
            )
            return Ruled(() if row.dossier_id is None else (row.dossier_id,))
        dossier_id = found
    join_dossier(tx, row.document_id, dossier_id, now, f"{ruling.operator}: {ruling.reason}")
    return Ruled((dossier_id,))


def replace_exceptions(tx: Connection, dossier_id: int, bodies: Sequence[DossierException], now: datetime) -> None:
    """After a check: opens the questions that are new, withdraws those that no longer stand."""
    standing = {b.id for b in bodies}
    for row in tx.execute(
        select(t.exceptions.c.id).where(
            t.exceptions.c.dossier_id == dossier_id,
            t.exceptions.c.document_id.is_(None),
            t.exceptions.c.state.in_((ExceptionState.OPEN, ExceptionState.ASKED)),
        )
    ).all():
        if row.id not in standing:
            why = "the dossier changed and the question no longer stands"
            tx.execute(
                update(t.exceptions)
                .where(t.exceptions.c.id == row.id)
                .values(state=ExceptionState.WITHDRAWN, closed_at=now, why=why)
            )
            note(tx, now, "exception.withdrawn", dossier=dossier_id, exception=row.id)
    for body in bodies:
        _open_one(tx, dossier_id, body, now)


def _open_one(tx: Connection, dossier_id: int | None, body: DossierException, now: datetime) -> None:
    row = tx.execute(select(t.exceptions).where(t.exceptions.c.id == body.id)).first()
    values: dict[str, Any] = {"body": body.model_dump(mode="json"), "queue": body.queue}
    if row is None:
        tx.execute(
            insert(t.exceptions).values(
                id=body.id,
                dossier_id=dossier_id,
                state=ExceptionState.OPEN,
                opened_at=now,
                **values,
            )
        )
    elif row.state in (ExceptionState.OPEN, ExceptionState.ASKED):
        tx.execute(update(t.exceptions).where(t.exceptions.c.id == body.id).values(**values))
        return
    else:  # the same values are back: the question is asked again, in a form of its own
        tx.execute(
            update(t.exceptions)
            .where(t.exceptions.c.id == body.id)
            .values(
                state=ExceptionState.OPEN,
                round=row.round + 1,
                run_id="",
                opened_at=now,
                closed_at=None,
                why="",
                **values,
            )
        )
    note(tx, now, "exception.opened", dossier=dossier_id, exception=body.id, question=body.question)


def _open(row: Row[Any]) -> OpenException:
    return OpenException(
        body=DossierException.model_validate(row.body),
        dossier_id=row.dossier_id,
        document_id=row.document_id,
        state=ExceptionState(row.state),
        round=row.round,
        run_id=row.run_id,
        opened_at=row.opened_at,
    )


def _because(why: str) -> str:
    return f" ({why})" if why else ""
