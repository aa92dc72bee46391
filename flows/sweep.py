"""Scheduled: what no message told of is taken, what was stranded is taken up again, lost forms are reopened."""

from __future__ import annotations

import asyncio
import logging

from prefect import flow, task

from connectors.errors import ConnectorError
from connectors.ledger import ExceptionState
from flows.deciding import decide, open_form, open_missing_forms
from flows.house import House, current
from flows.intake import intake
from flows.taking import take

log = logging.getLogger("keruen.sweep")

MOST_AT_ONCE = 200
"""Drops worked in one sweep; the rest wait for the next."""


@flow(name="sweep")
async def sweep() -> dict[str, int]:
    """Finds and finishes what was left lying; returns how much of each it was."""
    house = current()
    return {
        "taken": await look_into_inboxes(house),
        "worked": await work_stranded(house),
        "settled": await settle_dossiers(house),
        "forms reopened": await reopen_forms(house),
    }


@task(name="look into inboxes")
async def look_into_inboxes(house: House) -> int:
    """Takes what lies in the inboxes and was not told of."""
    taken = 0
    for inbox in house.inboxes():
        try:
            for arrival in await asyncio.to_thread(inbox.scan):
                found = await take(house, arrival)
                taken += found is not None and not found.is_redelivery
        except ConnectorError as e:
            log.error("an inbox could not be looked into: %s", e)
    return taken


@task(name="work what was stranded")
async def work_stranded(house: House) -> int:
    """Works drops that no live worker holds."""
    stranded = await asyncio.to_thread(house.ledger.drops.open_ids, house.now())
    for drop_id in stranded[:MOST_AT_ONCE]:
        name = await asyncio.to_thread(house.ledger.drops.name, drop_id)
        try:
            await intake(drop_id, name, role="sweep")
        except Exception as e:  # one bad drop never stops the sweep; the ledger has it back
            log.error("drop %s (%s) failed: %s", drop_id, name, e)
    return len(stranded)


@task(name="settle dossiers")
async def settle_dossiers(house: House) -> int:
    """Decides and settles dossiers whose last change did not get so far."""
    unsettled = await asyncio.to_thread(house.ledger.dossiers.unsettled)
    for dossier_id in unsettled:
        await decide(house, dossier_id)
    return len(unsettled)


@task(name="reopen lost forms")
async def reopen_forms(house: House) -> int:
    """A question that waits while its run is gone (ended, deleted, crashed) gets a new form."""
    reopened = await open_missing_forms(house)
    for question in await asyncio.to_thread(house.ledger.exceptions.all, (ExceptionState.OPEN, ExceptionState.ASKED)):
        if not await house.desk.waits(question.run_id):
            again = await asyncio.to_thread(house.ledger.exceptions.ask_again, question)
            if again is not None:
                await open_form(house, again)
                reopened += 1
    return reopened
