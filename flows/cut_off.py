"""Runs whose process died: in-process runs have nobody who says so, and would look at work for ever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.states import Crashed


async def mark_cut_off(client: PrefectClient, flows: Sequence[str], *, tag: str = "") -> int:
    """Says of every run of these flows that still looks at work that it was cut off; returns how many.

    For the one process that works these flows (or, with `tag`, the runs of that tag), before it starts.
    """
    left = await runs_of(client, flows, StateType.RUNNING, StateType.PENDING, tag=tag)
    for run in left:
        state: State[Any] = Crashed(message="The service ended while this was running.")
        await client.set_flow_run_state(run.id, state, force=True)
    return len(left)


async def runs_of(client: PrefectClient, flows: Sequence[str], *types: StateType, tag: str = "") -> list[FlowRun]:
    """The runs of these flows in states of these types."""
    return await client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=list(flows))),
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types))),
            tags=FlowRunFilterTags(all_=[tag]) if tag else None,
        ),
    )
