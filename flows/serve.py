"""Serves the flows a person or a schedule starts: `python -m flows.serve`.

Each run is a process of its own that loads its flow by module, here and on workers alike.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from prefect import Flow, aserve
from prefect.deployments.runner import RunnerDeployment
from prefect.types.entrypoint import EntrypointType

from connectors.desk import Desk
from connectors.settings import load

log = logging.getLogger("keruen.serve")

POLL_SECONDS = 1
RUNS_AT_ONCE = 4


class Served(NamedTuple):
    """One flow that is served: `entrypoint` is `module:function`, `every` the schedule if it has one."""

    entrypoint: str
    deployment: str
    every: timedelta | None = None


SERVED = (
    Served("flows.review:review", "desk"),
    Served("flows.sweep:sweep", "sweep", every=timedelta(minutes=1)),
    Served("flows.release:release", "release"),
)


async def deployments(served: Iterable[Served] = SERVED) -> list[RunnerDeployment]:
    """The deployments of the served flows, loaded by module so that the folder of a run does not matter."""
    found = []
    for one in served:
        module, _, name = one.entrypoint.partition(":")
        flow: Flow[Any, Any] = getattr(importlib.import_module(module), name)
        found.append(
            await flow.ato_deployment(one.deployment, interval=one.every, entrypoint_type=EntrypointType.MODULE_PATH)
        )
    return found


async def main() -> None:
    """Serve until the process is ended; schedules stay as they are when it ends."""
    requeued = await Desk(load()).requeue_lost()
    if requeued:
        log.warning("%s answers were being worked when the service ended; they are worked again", requeued)
    await aserve(
        *await deployments(),
        pause_on_shutdown=False,
        print_starting_message=False,
        limit=RUNS_AT_ONCE,
        query_seconds=POLL_SECONDS,
    )


if __name__ == "__main__":
    asyncio.run(main())
