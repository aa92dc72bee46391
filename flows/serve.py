"""Serves the flows a person or a schedule starts: `python -m flows.serve`.

Each run is a process of its own that loads its flow by module, here and on workers alike.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from prefect import Flow, aserve, get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import (
    ConcurrencyLimitConfig,
    ConcurrencyLimitStrategy,
    FlowRun,
    StateType,
)
from prefect.deployments.runner import RunnerDeployment
from prefect.types.entrypoint import EntrypointType

from connectors.desk import Desk
from connectors.settings import load
from flows.cut_off import mark_cut_off, runs_of

log = logging.getLogger("keruen.serve")

POLL_SECONDS = 1
RUNS_AT_ONCE = 4


class Served(NamedTuple):
    """One flow that is served: `entrypoint` is `module:function`, `every` the schedule if it has one."""

    entrypoint: str
    deployment: str
    every: timedelta | None = None

    @property
    def flow(self) -> Flow[Any, Any]:
        module, _, name = self.entrypoint.partition(":")
        found: Flow[Any, Any] = getattr(importlib.import_module(module), name)
        return found


SERVED = (
    Served("flows.review:review", "desk"),
    Served("flows.sweep:sweep", "sweep", every=timedelta(minutes=1)),
    Served("flows.release:release", "release"),
)
# A scheduled run that takes long must not fill every slot with its successors: people wait for theirs.
_ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)


async def deployments(served: Iterable[Served] = SERVED) -> list[RunnerDeployment]:
    """The deployments of the served flows, loaded by module so that the folder of a run does not matter."""
    return [
        await one.flow.ato_deployment(
            one.deployment,
            interval=one.every,
            concurrency_limit=_ONE_AT_A_TIME if one.every else None,
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for one in served
    ]


async def clear_up(client: PrefectClient, served: Iterable[Served] = SERVED) -> None:
    """Before the first run: what the last service left.

    Scheduled runs that were missed are dropped, since one now does what all of them would have; runs that
    were cut off are said to be so. Answers that were being worked are worked again.
    """
    scheduled = [one.flow.name for one in served if one.every]
    missed = [run for run in await runs_of(client, scheduled, StateType.SCHEDULED) if _is_past(run)]
    for run in missed:
        await client.delete_flow_run(run.id)
    cut_off = await mark_cut_off(client, scheduled)
    again = await Desk(load()).requeue_lost()
    if missed or cut_off or again:
        log.info("%d missed runs dropped, %d cut off, %d answers worked again", len(missed), cut_off, again)


def _is_past(run: FlowRun) -> bool:
    return run.expected_start_time is not None and run.expected_start_time < datetime.now(UTC)


async def main() -> None:
    """Serve until the process is ended; schedules stay as they are when it ends."""
    logging.getLogger("keruen").setLevel(logging.INFO)
    async with get_client() as client:
        await clear_up(client)
    await aserve(
        *await deployments(),
        pause_on_shutdown=False,
        print_starting_message=False,
        limit=RUNS_AT_ONCE,
        query_seconds=POLL_SECONDS,
    )


if __name__ == "__main__":
    asyncio.run(main())
