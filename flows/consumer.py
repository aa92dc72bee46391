"""The long-lived consumer: takes what arrives and works it at once, in this process.

`python -m flows.consumer`. A drop starts being worked a fraction of a second after it arrived, because no
schedule stands between. What a dead predecessor held is worked first.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket

from prefect import get_client, tags

from connectors.errors import ConnectorError
from connectors.inbox import Inbox
from flows.cut_off import mark_cut_off
from flows.house import House, current
from flows.intake import intake
from flows.opening import warm_up
from flows.release import release
from flows.taking import take

log = logging.getLogger("keruen.consumer")

_PAUSE_SECONDS = 5.0
_TAG = f"consumer:{socket.gethostname()}"


async def consume(house: House, stop: asyncio.Event) -> None:
    """Takes and works drops until `stop` is set; what is being worked then is finished."""
    waiting: asyncio.Queue[int] = asyncio.Queue()
    warm = asyncio.create_task(asyncio.to_thread(warm_up, house))
    async with get_client() as client:
        await mark_cut_off(client, [intake.name, release.name], tag=_TAG)
    freed = await asyncio.to_thread(house.ledger.drops.give_back_all, house.owner("intake"), house.now())
    if freed:
        log.warning("%d drops were left by a consumer that died; they are worked again", len(freed))
    for drop_id in await asyncio.to_thread(house.ledger.drops.open_ids, house.now()):
        waiting.put_nowait(drop_id)
    workers = [asyncio.create_task(_work(waiting)) for _ in range(_workers(house))]
    pumps = [asyncio.create_task(_pump(house, inbox, waiting, stop)) for inbox in house.inboxes()]
    await stop.wait()
    while not waiting.empty():  # they stay in the ledger, for the next consumer
        waiting.get_nowait()
    for _ in workers:
        await waiting.put(_END)
    await asyncio.gather(warm, *pumps, *workers)


_END = -1


def _workers(house: House) -> int:
    """How many drops are worked at once: SQLite cannot take two new flow runs at the same time."""
    return 1 if house.settings.prefect_database_url.get_secret_value().startswith("sqlite") else 4


async def _pump(house: House, inbox: Inbox, waiting: asyncio.Queue[int], stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            async for arrival in inbox.drops(stop):
                taken = await take(house, arrival)
                if taken is not None and not taken.is_redelivery:
                    waiting.put_nowait(taken.drop_id)
        except ConnectorError as e:
            log.error("%s; trying again in %.0f s", e, _PAUSE_SECONDS)
            await asyncio.wait({asyncio.create_task(stop.wait())}, timeout=_PAUSE_SECONDS)


async def _work(waiting: asyncio.Queue[int]) -> None:
    house = current()
    while (drop_id := await waiting.get()) != _END:
        name = ""
        try:
            name = await asyncio.to_thread(house.ledger.drops.name, drop_id)
            with tags(_TAG):
                await intake(drop_id, name)
        except Exception as e:  # one bad drop never stops the inbox; the ledger has it back
            log.error("drop %s (%s) failed: %s", drop_id, name, e)
            asyncio.get_running_loop().call_later(_PAUSE_SECONDS, waiting.put_nowait, drop_id)


async def _run() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await consume(current(), stop)


def main() -> None:
    """Runs the consumer of the settings in force until a signal ends it."""
    logging.getLogger("keruen").setLevel("INFO")
    logging.basicConfig(level="WARNING", format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    asyncio.run(_run())


if __name__ == "__main__":
    main()
