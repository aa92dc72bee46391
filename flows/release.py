"""A cleared dossier is handed on: its JSON goes to the outbox, once per revision."""

from __future__ import annotations

import asyncio

from prefect import flow

from connectors.ledger import Dossier
from flows.house import House, current
from schemas.states import DossierState


@flow(name="release", flow_run_name="{ref}")
async def release(dossier_id: int, ref: str = "") -> str:
    """Hands one cleared dossier on; a dossier that is not cleared is left alone. Returns where it lies."""
    house = current()
    dossier = await asyncio.to_thread(house.ledger.dossiers.get, dossier_id)
    if dossier.state is not DossierState.CLEARED:
        return f"dossier {ref or dossier.ref} is {dossier.state}: nothing to hand on"
    return await asyncio.to_thread(_release, house, dossier)


async def hand_on(house: House, dossier: Dossier) -> None:
    """Runs `release` for a dossier that was just cleared."""
    await release(dossier.id, dossier.ref)


def _release(house: House, dossier: Dossier) -> str:
    result = house.ledger.dossiers.result(dossier.id)
    if result is None:
        raise RuntimeError(f"dossier {dossier.ref} is cleared but has no decision")
    body = {
        "dossier": dossier.ref,
        "revision": dossier.revision,
        **result.model_dump(mode="json"),
    }
    # The outbox first: written twice it is one object, while a release written down but not made would be lost.
    location = house.outbox.put(dossier.ref, dossier.revision, body)
    house.ledger.dossiers.released(dossier, location, house.now())
    return location
