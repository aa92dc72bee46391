"""The moves of a dossier, in one table."""

from __future__ import annotations

import pytest

from schemas.record import Verdict
from schemas.states import MOVES, OF_VERDICT, DossierState, ForbiddenMove, move


def test_every_state_has_its_moves_and_none_is_a_dead_end() -> None:
    assert set(MOVES) == set(DossierState)
    assert all(MOVES.values())


def test_only_a_cleared_dossier_is_released() -> None:
    assert [s for s in DossierState if DossierState.RELEASED in MOVES[s]] == [DossierState.CLEARED]


def test_whatever_was_decided_a_late_paper_reopens_it() -> None:
    for state in DossierState:
        assert {DossierState.WAITING, DossierState.HELD, DossierState.CLEARED} <= MOVES[state]


def test_every_verdict_is_a_state() -> None:
    assert set(OF_VERDICT) == set(Verdict)


@pytest.mark.parametrize("state", [s for s in DossierState if s is not DossierState.CLEARED])
def test_a_forbidden_move_says_what_is_allowed(state: DossierState) -> None:
    with pytest.raises(ForbiddenMove, match="it can become"):
        move(state, DossierState.RELEASED)
