"""One exception waits for a person: the run is the form, its answer is recorded when it is resumed."""

from __future__ import annotations

from prefect import State, flow
from prefect.exceptions import Pause
from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed

from connectors.desk import Answered, Desk
from connectors.settings import load


@flow(name="review")
async def review(exception: str, dossier: str) -> State[None]:
    """Record the answer given in this run's form, or ask again and say what is wrong with it.

    The run is opened by `Desk.open_exception` and starts only when its form was filled in.
    """
    desk = Desk(load())
    run_id = str(flow_run.get_id())
    answered = await desk.answered(run_id)
    if answered is None:
        return Cancelled(message=f"Started without an answer; the form of {exception} is opened again by the sweep.")
    if answered.problems:
        raise Pause(state=await desk.ask_again(run_id, answered, answered.problems))
    return await _record(desk, run_id, answered, dossier)


async def _record(desk: Desk, run_id: str, answered: Answered, dossier: str) -> State[None]:
    from flows.rulings import record

    ruling = answered.ruling
    outcome = await record(ruling)
    if outcome.problems:
        raise Pause(state=await desk.ask_again(run_id, answered, outcome.problems))
    if outcome.refused:
        message = desk.words("run_refused", operator=ruling.operator, why=outcome.refused)
        return Cancelled(message=message)
    state = desk.words.of_state(outcome.dossier_state)
    choice = desk.words(f"done_{ruling.choice}")
    message = desk.words(
        "run_answered", operator=ruling.operator, choice=choice, dossier=outcome.dossier or dossier, state=state
    )
    return Completed(message=message)
