"""The states of a dossier, and the moves between them: one table, used by the ledger for every change.

A late or corrected paper reopens whatever was decided, so `released` and `rejected` lead back too.
"""

from __future__ import annotations

from enum import StrEnum

from schemas.record import Verdict


class DossierState(StrEnum):
    """Where a dossier stands."""

    WAITING = "waiting"  # papers the profile asks for are missing
    HELD = "held"  # a person must answer
    CLEARED = "cleared"  # nothing stands against it; not handed on yet
    RELEASED = "released"  # handed on
    REJECTED = "rejected"  # a person turned down its papers; none is left


_CHECKED = {DossierState.WAITING, DossierState.HELD, DossierState.CLEARED, DossierState.REJECTED}

MOVES: dict[DossierState, frozenset[DossierState]] = {
    DossierState.WAITING: frozenset(_CHECKED),
    DossierState.HELD: frozenset(_CHECKED),
    DossierState.CLEARED: frozenset(_CHECKED | {DossierState.RELEASED}),
    DossierState.RELEASED: frozenset(_CHECKED),  # reopened
    DossierState.REJECTED: frozenset(_CHECKED),  # reopened
}

OF_VERDICT: dict[Verdict, DossierState] = {
    Verdict.WAITING: DossierState.WAITING,
    Verdict.HELD: DossierState.HELD,
    Verdict.CLEARED: DossierState.CLEARED,
}


class ForbiddenMove(ValueError):
    """A change of state that the table does not have."""


def move(now: DossierState, then: DossierState) -> DossierState:
    """The new state, if the table allows it.

    >>> move(DossierState.CLEARED, DossierState.RELEASED)
    <DossierState.RELEASED: 'released'>
    >>> move(DossierState.HELD, DossierState.RELEASED)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    schemas.states.ForbiddenMove: a held dossier cannot become released; ...
    """
    if then not in MOVES[now]:
        allowed = ", ".join(sorted(MOVES[now]))
        raise ForbiddenMove(f"a {now} dossier cannot become {then}; from {now} it can become {allowed}")
    return then
