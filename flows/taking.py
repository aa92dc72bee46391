"""An arrival becomes a drop: bytes to the archive, a row in the ledger, and only then is its source told."""

from __future__ import annotations

import asyncio
import logging

from connectors.errors import Permanent, Transient
from connectors.inbox import Arrival
from connectors.ledger import Taken
from flows.house import House

log = logging.getLogger("keruen.taking")


async def take(house: House, arrival: Arrival) -> Taken | None:
    """Takes one arrival. None when it was known, or could not be taken now and was given back.

    An arrival whose bytes cannot be had for good (empty, too large, no permission) is taken all the same: as a
    drop that was refused, which holds its dossier and is put before a person.
    """
    drop = arrival.drop
    try:
        if await asyncio.to_thread(house.ledger.drops.knows, drop.source, drop.version):
            await arrival.ack()
            return None
        taken = await asyncio.to_thread(_take, house, arrival)
    except Transient as e:
        log.warning("%s is not taken yet: %s", drop.source, e)
        await arrival.release_later()
        return None
    except Permanent as e:  # of the archive or the ledger: nothing was kept, so the source must keep it
        log.error("%s cannot be taken, nothing is lost: %s", drop.source, e)
        await arrival.release_later()
        await house.notifier.send("Drops cannot be taken", f"{drop.source}: {e}")
        return None
    await arrival.ack()
    return taken


def _take(house: House, arrival: Arrival) -> Taken:
    try:
        data = arrival.read()
    except Permanent as e:
        log.error("%s cannot be read: %s", arrival.drop.source, e)
        return house.ledger.drops.refuse(arrival.drop, str(e), house.now())
    sha256 = house.archive.put(data)
    return house.ledger.drops.take(arrival.drop, sha256, len(data), house.now())
