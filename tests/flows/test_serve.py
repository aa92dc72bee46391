"""What is served, and what a service that starts does with what the last one left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.exceptions import ObjectNotFound
from prefect.states import Running, Scheduled

from flows.serve import SERVED, Served, clear_up, deployments
from flows.sweep import sweep

SWEEP = Served("flows.sweep:sweep", "sweep", every=timedelta(minutes=1))


async def test_every_flow_is_served_by_module_so_that_workers_find_it_too() -> None:
    made = await deployments()
    assert {d.entrypoint for d in made} == {one.entrypoint.replace(":", ".") for one in SERVED}
    assert {f"{d.flow_name}/{d.name}" for d in made} == {"review/desk", "sweep/sweep", "release/release"}


async def test_a_sweep_that_takes_long_keeps_the_next_one_from_starting() -> None:
    (made,) = await deployments([SWEEP])
    assert made.concurrency_limit == 1


@pytest.mark.service
async def test_missed_runs_are_dropped_and_cut_off_ones_are_said_to_be_so(client: PrefectClient) -> None:
    now = datetime.now(UTC)
    missed = await client.create_flow_run(sweep, state=Scheduled(scheduled_time=now - timedelta(hours=1)))
    coming = await client.create_flow_run(sweep, state=Scheduled(scheduled_time=now + timedelta(hours=1)))
    cut_off = await client.create_flow_run(sweep, state=Running())
    await clear_up(client, [SWEEP])
    with pytest.raises(ObjectNotFound):
        await client.read_flow_run(missed.id)
    assert (await client.read_flow_run(coming.id)).state_name == "Scheduled"
    ended = (await client.read_flow_run(cut_off.id)).state
    assert ended is not None and ended.is_crashed()
    assert ended.message == "The service ended while this was running."
