"""Suspended runs of the `review` flow, made and read through the Prefect API: one run is one form.

Nothing waits in a process while a person thinks: the run is created in state Suspended, which a run
would otherwise reach by itself. Look at the tests of this module again with each new Prefect.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.input import keyset_from_paused_state
from prefect.settings import PREFECT_API_AUTH_STRING
from prefect.states import AwaitingRetry, Cancelled, Suspended

from connectors.desk.form import Schema
from connectors.errors import Permanent, Transient

FLOW, DEPLOYMENT = "review", "desk"
ENTRYPOINT = "flows.review:review"

# SQLite answers 503 when two runs are created at once; one after another costs nothing.
_one_at_a_time: dict[int, asyncio.Lock] = {}


@dataclass(frozen=True)
class Form:
    """What a run asks: the schema of the form and the markdown above it."""

    schema: Schema
    description: str


@dataclass(frozen=True)
class Given:
    """A form and what was filled in. `turn` counts the answers to one run, from 0."""

    form: Form
    values: dict[str, Any]
    turn: int


@asynccontextmanager
async def prefect_api(api_url: str) -> AsyncIterator[PrefectClient]:
    """A client of the API at `api_url`; what fails inside comes out as `Transient` or `Permanent`."""
    auth = PREFECT_API_AUTH_STRING.value()
    try:
        async with PrefectClient(api_url, auth_string=auth.get_secret_value() if auth else None) as client:
            yield client
    except ObjectNotFound as e:
        raise Permanent(f"Prefect at {api_url} does not know it: {e}") from e
    except PrefectHTTPStatusError as e:
        kind = Transient if e.response.status_code in (408, 409, 429) or e.response.is_server_error else Permanent
        raise kind(f"Prefect at {api_url} refused: {e}") from e
    except (httpx.HTTPError, RuntimeError) as e:
        raise Transient(f"Prefect at {api_url} cannot be reached: {e!r}. Is the service up?") from e


async def open_run(
    client: PrefectClient, form: Form, *, key: str, name: str, tags: list[str], parameters: dict[str, Any]
) -> FlowRun:
    """The run that asks `form`, suspended; the same `key` gives the same run, whatever came in between.

    A run whose opening broke off is completed. One that was answered or has ended is left alone.
    """
    async with _one_at_a_time.setdefault(id(asyncio.get_running_loop()), asyncio.Lock()):
        run = await client.create_flow_run_from_deployment(
            await _deployment(client),
            state=_suspended(turn=0),
            parameters=parameters,
            name=name,
            tags=tags,
            idempotency_key=key,
        )
        if run.state is not None and run.state.is_paused():
            await _save(client, run, form)
        return run


async def ask_again(client: PrefectClient, run_id: UUID, form: Form, turn: int) -> State[Any]:
    """Suspend a running run once more, with the next form; returns the state it is in then."""
    result = await client.set_flow_run_state(run_id, _suspended(turn))
    run = await client.read_flow_run(run_id)
    if run.state is None or not run.state.is_paused():
        raise Transient(f"Run {run_id} could not be suspended: {getattr(result.details, 'reason', result.status)}")
    await _save(client, run, form)
    return run.state


async def last_answer(client: PrefectClient, run_id: UUID) -> Given | None:
    """The newest filled form of a run, or None when none was filled yet."""
    rows = await _inputs(client, run_id)
    turns = [turn for turn in range(len(rows)) if _keys(turn)["response"] in rows]
    if not turns:
        return None
    keys = _keys(turns[-1])
    form = Form(json.loads(rows[keys["schema"]]), json.loads(rows[keys["description"]]))
    return Given(form, json.loads(rows[keys["response"]]), turns[-1])


async def open_form(client: PrefectClient, run: FlowRun) -> Form:
    """The form a suspended run asks. Raises `Permanent` when it asks none."""
    keys = run.state.state_details.run_input_keyset if run.state else None
    if not run.state or not run.state.is_paused() or not keys:
        raise Permanent(f"Run {run.name!r} does not wait for an answer: it is {_state_name(run)}.")
    rows = await _inputs(client, run.id)
    return Form(json.loads(rows[keys["schema"]]), json.loads(rows[keys["description"]]))


async def resume(client: PrefectClient, run_id: UUID, values: dict[str, Any]) -> None:
    """Hand in a filled form. Raises `Permanent` with the server's words when it does not fit."""
    result = await client.resume_flow_run(run_id, run_input=values)
    if result.status is not SetStateStatus.ACCEPT:
        raise Permanent(getattr(result.details, "reason", None) or f"Prefect answered {result.status}")


async def cancel(client: PrefectClient, run_id: UUID, message: str) -> bool:
    """End a run that still waits. Whether there was one to end."""
    try:
        run = await client.read_flow_run(run_id)
    except ObjectNotFound:
        return False
    if run.state is not None and run.state.is_final():
        return False
    await client.set_flow_run_state(run_id, Cancelled(message=message), force=True)
    return True


async def requeue(client: PrefectClient, run_id: UUID, message: str) -> None:
    """Have a run that was answered and then lost its process worked once more."""
    await client.set_flow_run_state(run_id, AwaitingRetry(message=message), force=True)


def _suspended(turn: int) -> State[Any]:
    state: State[Any] = Suspended(timeout_seconds=None, pause_key=f"answer-{turn}")
    state.state_details.run_input_keyset = {str(k): v for k, v in keyset_from_paused_state(state).items()}
    return state


async def _save(client: PrefectClient, run: FlowRun, form: Form) -> None:
    """Write the form of a suspended run; what is already there stays, so an opening that broke off is completed."""
    keys = run.state.state_details.run_input_keyset if run.state else None
    if not keys:
        raise Permanent(f"Run {run.name!r} was suspended by someone else and asks nothing.")
    rows = await _inputs(client, run.id)
    # The schema last: until it is there the server takes no answer.
    for key, value in ((keys["description"], form.description), (keys["schema"], form.schema)):
        if key not in rows:
            await client.create_flow_run_input(run.id, key, json.dumps(value))


async def being_worked(client: PrefectClient) -> list[FlowRun]:
    """The review runs that are in a process, or were when it was lost."""
    wanted = [StateType.RUNNING, StateType.PENDING]
    return await client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=[FLOW])),
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=wanted))),
    )


async def _inputs(client: PrefectClient, run_id: UUID) -> dict[str, str]:
    rows = await client.filter_flow_run_input(run_id, "suspended-", 200, set())
    return {row.key: row.value for row in rows}


async def _deployment(client: PrefectClient) -> UUID:
    """The deployment of the review flow; made here when nothing has served it yet."""
    try:
        return (await client.read_deployment_by_name(f"{FLOW}/{DEPLOYMENT}")).id
    except ObjectNotFound:
        flow = await client.create_flow_from_name(FLOW)
        return await client.create_deployment(flow, DEPLOYMENT, entrypoint=ENTRYPOINT)


def _keys(turn: int) -> dict[str, str]:
    base = f"suspended-answer-{turn}"
    return {"schema": f"{base}-schema", "description": f"{base}-description", "response": f"{base}-response"}


def _state_name(run: FlowRun) -> str:
    return (run.state.name or run.state.type.value) if run.state else "without a state"


def is_waiting(run: FlowRun) -> bool:
    """Whether a run waits for a person or is on its way to being worked."""
    return run.state is not None and run.state.type in (
        StateType.PAUSED,
        StateType.SCHEDULED,
        StateType.PENDING,
        StateType.RUNNING,
    )
