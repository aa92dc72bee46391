"""Forms in a real Prefect server: opened once, answered, asked again, closed."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from uuid import UUID

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import StateType
from prefect.states import Crashed, Running

from connectors.desk import Desk, Question
from connectors.errors import Permanent, Transient
from connectors.settings import Settings
from flows.rulings import RulingOutcome
from schemas.record import CheckResult, Choice, Ruling, Verdict
from tests.flows.answering import Recorder, work
from tests.flows.samples import CMR, CMR_MASS, INVOICE, MASSES, masses_disagree, picture, which_dossier

pytestmark = pytest.mark.service
PAPERS = [CMR, INVOICE]


def correcting(exception: str, value: str = "12480") -> Ruling:
    return Ruling(
        exception=exception, choice=Choice.CORRECT, values={CMR_MASS: value}, operator="A. Serik", reason="weighed"
    )


async def test_a_form_is_a_suspended_run_of_its_queue_named_after_its_dossier(
    desk: Desk, client: PrefectClient
) -> None:
    run = await client.read_flow_run(UUID(await desk.open_exception(masses_disagree(), [picture()], documents=PAPERS)))
    assert run.state is not None
    assert (run.state.type, run.state.name) == (StateType.PAUSED, "Suspended")
    assert set(run.tags) == {"queue:declarant", "dossier:2026-000017"}
    assert run.name.startswith("2026-000017 · The CMR says 12840 kg gross")
    assert await desk.waits(str(run.id))


async def test_the_same_question_opened_many_times_at_once_is_one_form(desk: Desk) -> None:
    exception = masses_disagree()
    assert len({*await asyncio.gather(*(desk.open_exception(exception) for _ in range(6)))}) == 1


async def test_many_questions_opened_at_once_are_all_there(desk: Desk) -> None:
    opened = await asyncio.gather(*(desk.open_exception(masses_disagree()) for _ in range(8)))
    assert len({*opened}) == 8
    assert all(await asyncio.gather(*map(desk.waits, opened)))


async def test_a_new_round_of_a_question_is_a_form_of_its_own(desk: Desk) -> None:
    exception = masses_disagree()
    assert await desk.open_exception(exception, round=0) != await desk.open_exception(exception, round=1, asked=True)


@pytest.mark.parametrize("lost", [["schema"], ["schema", "description"]])
async def test_an_opening_that_broke_off_is_completed(desk: Desk, client: PrefectClient, lost: list[str]) -> None:
    exception = masses_disagree()
    run_id = await desk.open_exception(exception)
    for part in lost:
        await client.delete_flow_run_input(UUID(run_id), f"suspended-answer-0-{part}")
    assert await desk.open_exception(exception) == run_id
    await desk.answer(run_id, correcting(exception.id))  # a form without its schema takes no answer


async def test_an_answered_form_is_not_opened_again(desk: Desk, client: PrefectClient) -> None:
    exception = masses_disagree()
    run_id = await desk.open_exception(exception)
    await desk.answer(run_id, correcting(exception.id))
    assert await desk.open_exception(exception) == run_id
    state = (await client.read_flow_run(UUID(run_id))).state
    assert state is not None and state.is_scheduled()


async def test_an_answer_is_recorded_and_the_run_says_what_came_of_it(
    desk: Desk, client: PrefectClient, ledger: Recorder
) -> None:
    exception = masses_disagree()
    run_id = await desk.open_exception(exception, [picture()], documents=PAPERS)
    await desk.answer(run_id, correcting(exception.id))
    ledger.outcomes = [RulingOutcome(dossier="2026-000017", dossier_state="released")]
    run = await work(client, run_id)
    assert ledger.rulings == [correcting(exception.id)]
    assert run.state is not None
    assert run.state.is_completed()
    assert run.state.message == "A. Serik: corrected. Dossier 2026-000017 is now released."
    assert not await desk.waits(run_id)


async def test_a_placement_is_recorded_with_the_named_answer(
    desk: Desk, client: PrefectClient, ledger: Recorder
) -> None:
    exception = which_dossier()
    run_id = await desk.open_exception(exception, documents=PAPERS)
    ruling = Ruling(
        exception=exception.id, choice=Choice.ACCEPT, placement="2026-000018", operator="A. Serik", reason=""
    )
    await desk.answer(run_id, ruling)
    ledger.outcomes = [RulingOutcome(dossier="2026-000018", dossier_state="waiting")]
    run = await work(client, run_id)
    assert ledger.rulings == [ruling]
    assert run.state is not None and run.state.message is not None
    assert run.state.message.endswith("Dossier 2026-000018 is now waiting for papers.")


async def test_an_answer_with_problems_is_asked_again_with_what_was_typed_as_often_as_need_be(
    desk: Desk, client: PrefectClient, ledger: Recorder
) -> None:
    exception = masses_disagree()
    run_id = await desk.open_exception(exception, [picture()], documents=PAPERS)
    ledger.outcomes = [
        RulingOutcome(problems=["99999 kg is more than the truck carries."]),
        RulingOutcome(problems=["Still wrong."]),
        RulingOutcome(dossier="2026-000017", dossier_state="cleared"),
    ]
    for turn, typed in enumerate(("99999", "88888")):
        await desk.answer(run_id, correcting(exception.id, typed))
        run = await work(client, run_id)
        assert run.state is not None and run.state.is_paused()
        rows = {
            row.key: row.decoded_value for row in await client.filter_flow_run_input(run.id, "suspended-", 50, set())
        }
        asked = f"suspended-answer-{turn + 1}"
        assert rows[f"{asked}-schema"]["properties"]["value_0"]["default"] == typed
        assert rows[f"{asked}-schema"]["properties"]["operator"]["default"] == "A. Serik"
        assert rows[f"{asked}-description"].startswith("> **⚠ The answer could not be taken**")
        assert "data:image/png;base64," in rows[f"{asked}-description"]
    await desk.answer(run_id, correcting(exception.id))
    run = await work(client, run_id)
    assert run.state is not None and run.state.is_completed()
    assert [r.values[CMR_MASS] for r in ledger.rulings] == ["99999", "88888", "12480"]


async def test_an_answer_that_contradicts_itself_is_asked_again_before_the_ledger_sees_it(
    desk: Desk, client: PrefectClient, ledger: Recorder
) -> None:
    exception = masses_disagree()
    run_id = await desk.open_exception(exception)
    await desk.answer(run_id, Ruling(exception=exception.id, choice=Choice.ACCEPT, operator="A. Serik", reason=""))
    run = await work(client, run_id)
    assert run.state is not None and run.state.is_paused()
    assert ledger.rulings == []


async def test_the_server_refuses_a_value_that_is_no_number_and_the_form_stays(desk: Desk) -> None:
    exception = masses_disagree()
    run_id = await desk.open_exception(exception)
    with pytest.raises(Permanent, match="12O80"):
        await desk.answer(run_id, correcting(exception.id, "12O80"))
    await desk.answer(run_id, correcting(exception.id))


async def test_an_answer_that_came_too_late_ends_the_run_and_says_why(
    desk: Desk, client: PrefectClient, ledger: Recorder
) -> None:
    exception = masses_disagree()
    run_id = await desk.open_exception(exception)
    await desk.answer(run_id, correcting(exception.id))
    ledger.outcomes = [RulingOutcome(refused="it is withdrawn already")]
    run = await work(client, run_id)
    assert run.state is not None and run.state.is_cancelled()
    assert run.state.message == "The answer of A. Serik was not taken: it is withdrawn already."


async def test_a_closed_form_is_cancelled_with_the_reason_and_takes_no_answer(
    desk: Desk, client: PrefectClient
) -> None:
    exception = masses_disagree()
    run_id = await desk.open_exception(exception)
    assert await desk.close(run_id, "The dossier changed.")
    state = (await client.read_flow_run(UUID(run_id))).state
    assert state is not None and state.is_cancelled() and state.message == "The dossier changed."
    assert not await desk.waits(run_id)
    assert not await desk.close(run_id, "again")
    with pytest.raises(Permanent, match="does not wait for an answer: it is Cancelled"):
        await desk.answer(run_id, correcting(exception.id))


@pytest.mark.parametrize("lost", [Crashed, Running])
async def test_an_answer_whose_process_was_lost_is_worked_again(
    desk: Desk, client: PrefectClient, ledger: Recorder, lost: Callable[[], object]
) -> None:
    exception = masses_disagree()
    run_id = await desk.open_exception(exception)
    await desk.answer(run_id, correcting(exception.id))
    await client.set_flow_run_state(UUID(run_id), lost(), force=True)  # type: ignore[arg-type]
    if lost is Crashed:
        assert await desk.waits(run_id)
    else:
        assert await desk.requeue_lost() == 1
    ledger.outcomes = [RulingOutcome(dossier="2026-000017", dossier_state="cleared")]
    run = await work(client, run_id)
    assert run.state is not None and run.state.is_completed()
    assert ledger.rulings == [correcting(exception.id)]


async def test_a_form_that_was_deleted_or_never_was_does_not_wait(desk: Desk) -> None:
    assert not await desk.waits(str(uuid.uuid4()))


async def test_a_server_that_is_away_is_a_transient_failure(prefect_server: Settings) -> None:
    away = Desk(prefect_server)
    away.api_url = "http://127.0.0.1:1/api"
    with pytest.raises(Transient, match="cannot be reached"):
        await away.waits(str(uuid.uuid4()))


async def test_a_dossier_has_one_page_that_is_written_anew_only_when_it_changed(
    desk: Desk, client: PrefectClient
) -> None:
    result = CheckResult(
        decision=Verdict.HELD, day="2026-11-21", profile="road", documents=(CMR, INVOICE), consignment={},
        findings=(MASSES,), missing=(), checked=(),
    )  # fmt: skip
    ref = uuid.uuid4().hex
    for state in ("held", "held", "cleared"):
        await desk.publish_dossier(ref, state, result, [Question("Which mass?", "7")])
    pages = [a for a in await client.read_artifacts() if a.key == f"dossier-{ref}"]
    assert len(pages) == 2
    latest = max(pages, key=lambda a: a.created or 0).data  # type: ignore[type-var,return-value]
    assert isinstance(latest, str)
    assert latest.startswith(f"# Dossier {ref}: cleared")
    assert f"[Which mass?]({desk.ui_url}/v2/runs/flow-run/7)" in latest
    assert "CMR 12840 kg, invoice 12480 kg: 360 kg apart." in latest
