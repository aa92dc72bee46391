"""One drop becomes papers in a dossier, and a decision."""

from __future__ import annotations

import asyncio
import logging

from prefect import flow, task

from connectors.errors import Transient
from connectors.ledger import Claim, DropState, Paper
from flows.deciding import decide, open_missing_forms
from flows.house import House, current
from flows.opening import read_file, unreadable
from flows.steps.place import place, references_of
from schemas.record import Document

log = logging.getLogger("keruen.intake")

MOST_ATTEMPTS = 3
"""A drop whose work ended badly this often is put before a person instead of being tried again."""


@flow(name="intake", flow_run_name="{name}")
async def intake(drop_id: int, name: str = "", role: str = "intake") -> list[str]:
    """Works one drop that the ledger has, and returns what became of its dossiers.

    Safe to run again and at the same time: only one run gets the drop, and each step finds what was done before.
    """
    house = current()
    claim = await asyncio.to_thread(house.ledger.drops.claim, drop_id, house.owner(role), house.now(), house.lease)
    if claim is None:
        return []
    try:
        documents = await open_drop(house, claim)
        dossiers = await file_papers(house, claim, documents)
        decided = [await decide_dossier(house, d) for d in dossiers]
        await open_missing_forms(house)
    except BaseException as e:
        is_its_fault = not isinstance(e, Transient | asyncio.CancelledError)
        why = f"{type(e).__name__}: {e}"
        await asyncio.shield(
            asyncio.to_thread(house.ledger.drops.give_back, drop_id, house.now(), why, counts=is_its_fault)
        )
        raise
    is_known = claim.duplicate_of is not None and not dossiers
    state = DropState.DUPLICATE if is_known else DropState.DONE
    await asyncio.to_thread(house.ledger.drops.finish, drop_id, state, house.now())
    return decided


@task(name="open", task_run_name="open", persist_result=False)
async def open_drop(house: House, claim: Claim) -> list[Document]:
    """The papers in the drop: read from the archive's bytes, or as they were read when these bytes came first."""
    known = await asyncio.to_thread(house.ledger.filing.papers_of, claim.duplicate_of or claim.drop_id)
    if known:
        return known
    if claim.refused:
        return [unreadable(claim.drop.name, claim.sha256, claim.refused)]
    if claim.attempts > MOST_ATTEMPTS:
        why = await asyncio.to_thread(house.ledger.drops.last_error, claim.drop_id)
        return [unreadable(claim.drop.name, claim.sha256, _gave_up(why), rule="reading.failed")]
    data = await asyncio.to_thread(house.archive.get, claim.sha256)
    return await read_file(house, data, claim.drop.name)


@task(name="file", task_run_name="file", persist_result=False)
async def file_papers(house: House, claim: Claim, documents: list[Document]) -> list[int]:
    """Puts each paper into its dossier, or before a person who says where it belongs."""
    papers = [Paper(d, references_of(d)) for d in documents]
    return await asyncio.to_thread(house.ledger.filing.file, claim.drop_id, papers, place, house.now())


@task(name="decide", task_run_name="decide", persist_result=False)
async def decide_dossier(house: House, dossier_id: int) -> str:
    """Checks a dossier the drop touched, and says how it stands now."""
    dossier = await decide(house, dossier_id)
    return f"{dossier.ref}: {dossier.state}"


def _gave_up(why: str) -> str:
    return (
        f"The file was tried {MOST_ATTEMPTS} times and the work ended badly each time "
        f"({why or 'the worker died without a word'}). Look at the file; drop a new copy, or reject it."
    )
