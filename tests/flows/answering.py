"""Works the answers given in forms without a served process and without a ledger."""

from __future__ import annotations

import contextlib
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import Pause
from prefect.flow_engine import run_flow

from flows.review import review
from flows.rulings import RulingOutcome
from schemas.record import Ruling


class Recorder:
    """Stands in for the ledger: keeps the rulings, answers with the outcomes it was given."""

    def __init__(self) -> None:
        self.rulings: list[Ruling] = []
        self.outcomes: list[RulingOutcome] = []

    async def record(self, ruling: Ruling) -> RulingOutcome:
        self.rulings.append(ruling)
        return self.outcomes.pop(0)


async def work(client: PrefectClient, run_id: str) -> FlowRun:
    """Run a resumed review in this process, as the served flow does in its own; returns the run afterwards."""
    run = await client.read_flow_run(UUID(run_id))
    with contextlib.suppress(Pause):
        await run_flow(review, flow_run=run, parameters=run.parameters, return_type="state")  # type: ignore[misc]
    return await client.read_flow_run(run.id)
