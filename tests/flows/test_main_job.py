"""The main job through the real flows, a real Prefect server and real papers: from the drop to the decision.

Each test drops files into a folder inbox and lets the intake work them in this process.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from reportlab.pdfgen.canvas import Canvas

from connectors.errors import Transient
from connectors.ledger import NEW_DOSSIER, DropState, ExceptionState, OpenException
from connectors.settings import Settings, load
from flows import house as houses
from flows.consumer import consume
from flows.house import House
from flows.intake import MOST_ATTEMPTS, intake
from flows.rulings import record
from flows.serve import deployments
from flows.sweep import sweep
from flows.taking import take
from schemas.record import Choice, Ruling
from schemas.states import DossierState
from tests.demo import samples

pytestmark = pytest.mark.service

CLEAN = samples.CLEAN.folder
HELD = samples.HELD.folder


@pytest.fixture
async def house(prefect_api: str, prefect_server: Settings, tmp_path: Path) -> AsyncIterator[House]:
    """A home of its own on the shared Prefect server."""
    settings = load(home=tmp_path / "home", prefect_port=prefect_server.prefect_port, settle_seconds=0.05)
    (tmp_path / "home" / "inbox").mkdir(parents=True)
    for deployment in await deployments():
        await deployment.aapply()
    opened = House(settings)
    houses.use(opened)
    yield opened
    houses.use(None)
    opened.ledger.close()


@pytest.fixture
def inbox(house: House) -> Path:
    return house.settings.home / "inbox"


def put(folder: Path, target: Path, names: tuple[str, ...] = ("invoice.pdf", "packing_list.pdf", "cmr.pdf")) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name in names:
        (target / name).write_bytes((folder / name).read_bytes())


async def work(house: House) -> list[str]:
    """Takes what lies in the inbox and works it, as the consumer does."""
    await asyncio.sleep(0.2)
    decided: list[str] = []
    for inbox in house.inboxes():
        for arrival in await asyncio.to_thread(inbox.scan):
            taken = await take(house, arrival)
            if taken is not None and not taken.is_redelivery:
                decided += await intake(taken.drop_id, arrival.drop.name)
    return decided


def state(house: House, ref: str) -> DossierState:
    dossier = house.ledger.dossiers.find(ref)
    assert dossier is not None, f"there is no dossier {ref}"
    return dossier.state


def open_questions(house: House) -> list[OpenException]:
    return house.ledger.exceptions.all()


def ruling(question: OpenException, choice: Choice, **more: object) -> Ruling:
    return Ruling(
        exception=question.body.id,
        choice=choice,
        operator="A. Declarant",
        reason="compared with the weighbridge slip",
        **more,  # type: ignore[arg-type]
    )


def outbox(house: House) -> list[Path]:
    return sorted((house.settings.home / "outbox").glob("*.json"))


async def test_a_clean_dossier_is_released_once_with_everything_that_was_read(house: House, inbox: Path) -> None:
    put(CLEAN, inbox / "truck-1")
    await work(house)
    assert state(house, "truck-1") is DossierState.RELEASED
    [released] = outbox(house)
    content = json.loads(released.read_text("utf-8"))
    assert content["decision"] == "cleared"
    assert {d["kind"] for d in content["documents"]} == {"commercial_invoice", "packing_list", "cmr"}
    assert content["consignment"]["gross_mass_kg"]["stated_by"]
    assert open_questions(house) == []


async def test_a_disagreement_is_held_for_exactly_that_and_a_correction_releases(house: House, inbox: Path) -> None:
    put(HELD, inbox / "truck-2")
    await work(house)
    assert state(house, "truck-2") is DossierState.HELD
    [question] = open_questions(house)
    assert {f.rule for f in question.body.findings} == {"dossier.gross_mass"}
    assert await house.desk.waits(question.run_id)
    on_cmr = next(f for f in question.body.fields if f.document == _document(house, "truck-2", "cmr"))
    right = next(f.value for f in question.body.fields if f.document == _document(house, "truck-2", "packing_list"))
    bad = await record(ruling(question, Choice.CORRECT, values={f"{on_cmr.document}#{on_cmr.pointer}": "1o00"}), house)
    assert bad.problems and state(house, "truck-2") is DossierState.HELD
    rows = [f for f in question.body.fields if f.document == on_cmr.document and f.pointer != on_cmr.pointer]
    last = Decimal(right) - sum(Decimal(f.value) for f in rows[:-1])
    values = {f"{on_cmr.document}#{on_cmr.pointer}": right, f"{on_cmr.document}#{rows[-1].pointer}": str(last)}
    good = await record(ruling(question, Choice.CORRECT, values=values), house)
    assert good.problems == [] and good.dossier_state == DossierState.RELEASED
    [released] = outbox(house)
    cmr = next(d for d in json.loads(released.read_text("utf-8"))["documents"] if d["kind"] == "cmr")
    assert cmr["evidence"][on_cmr.pointer]["source"] == "person"


async def test_accepted_as_it_is_the_dossier_is_released_and_the_same_answer_twice_is_refused(
    house: House, inbox: Path
) -> None:
    put(HELD, inbox / "truck-3")
    await work(house)
    [question] = open_questions(house)
    first = await record(ruling(question, Choice.ACCEPT), house)
    second = await record(ruling(question, Choice.ACCEPT), house)
    assert first.dossier_state == DossierState.RELEASED
    assert "answered already" in second.refused
    assert len(outbox(house)) == 1


async def test_an_acceptance_does_not_outlive_a_change_of_the_values(house: House, inbox: Path) -> None:
    put(HELD, inbox / "truck-4")
    await work(house)
    [question] = open_questions(house)
    await record(ruling(question, Choice.ACCEPT), house)
    assert state(house, "truck-4") is DossierState.RELEASED
    put(CLEAN, inbox / "truck-4", ("cmr.pdf",))  # another CMR altogether takes the place of the file
    await work(house)
    assert state(house, "truck-4") is DossierState.HELD


async def test_the_same_bytes_twice_are_one_paper_and_one_decision(house: House, inbox: Path) -> None:
    put(CLEAN, inbox / "truck-5")
    await work(house)
    (inbox / "truck-5" / "copy of invoice.pdf").write_bytes((CLEAN / "invoice.pdf").read_bytes())
    await work(house)
    assert state(house, "truck-5") is DossierState.RELEASED
    dossier = house.ledger.dossiers.find("truck-5")
    assert dossier is not None and len(dossier.documents) == 3
    assert [d.state for d in house.ledger.drops.all()].count(DropState.DUPLICATE) == 1
    assert len(house.ledger.dossiers.releases(dossier.id)) == 1


async def test_an_incomplete_dossier_waits_and_says_for_what(house: House, inbox: Path) -> None:
    put(HELD, inbox / "truck-6", ("invoice.pdf", "cmr.pdf"))
    await work(house)
    assert state(house, "truck-6") is DossierState.WAITING
    dossier = house.ledger.dossiers.find("truck-6")
    assert dossier is not None
    result = house.ledger.dossiers.result(dossier.id)
    assert result is not None and [m.kind for m in result.missing] == ["packing_list"]
    assert open_questions(house) == []  # what papers to come may settle is not asked yet
    put(HELD, inbox / "truck-6", ("packing_list.pdf",))
    await work(house)
    assert state(house, "truck-6") is DossierState.HELD


async def test_a_corrected_paper_withdraws_the_question_and_closes_its_form(house: House, inbox: Path) -> None:
    put(HELD, inbox / "truck-7")
    await work(house)
    [question] = open_questions(house)
    for name in ("invoice.pdf", "packing_list.pdf", "cmr.pdf"):
        (inbox / "truck-7" / name).write_bytes((CLEAN / name).read_bytes())
    await work(house)
    assert state(house, "truck-7") is DossierState.RELEASED
    assert open_questions(house) == []
    assert not await house.desk.waits(question.run_id)


async def test_papers_dropped_without_a_folder_find_each_other(house: House, inbox: Path) -> None:
    put(CLEAN, inbox)
    await work(house)
    [row] = house.ledger.dossiers.all()
    assert row.state == DossierState.RELEASED and row.papers == 3


async def test_a_paper_that_says_nothing_is_asked_about_at_once_and_goes_where_the_person_says(
    house: House, inbox: Path
) -> None:
    put(CLEAN, inbox / "truck-14", ("invoice.pdf", "cmr.pdf"))
    (inbox / "letter.pdf").write_bytes(_letter())
    await work(house)
    [question] = [q for q in open_questions(house) if q.body.choices]
    assert question.dossier_id is None and await house.desk.waits(question.run_id)
    assert (await record(ruling(question, Choice.ACCEPT), house)).problems  # where to, is missing
    outcome = await record(ruling(question, Choice.ACCEPT, placement=NEW_DOSSIER), house)
    assert outcome.dossier == "K-00002"
    assert state(house, "K-00002") is DossierState.WAITING


async def test_the_same_file_in_the_folder_of_another_dossier_is_asked_about(house: House, inbox: Path) -> None:
    put(CLEAN, inbox / "truck-15")
    await work(house)
    put(CLEAN, inbox / "truck-16", ("invoice.pdf",))
    await work(house)
    assert state(house, "truck-15") is DossierState.RELEASED
    assert state(house, "truck-16") is DossierState.WAITING
    [question] = open_questions(house)
    assert "already in dossier truck-15" in question.body.question
    outcome = await record(ruling(question, Choice.ACCEPT, placement="truck-16"), house)
    assert outcome.dossier == "truck-16"
    dossier = house.ledger.dossiers.find("truck-16")
    assert dossier is not None and [d.kind for d in dossier.documents] == ["commercial_invoice"]


async def test_a_file_nobody_can_read_holds_its_dossier_until_it_is_turned_down(house: House, inbox: Path) -> None:
    put(CLEAN, inbox / "truck-8")
    (inbox / "truck-8" / "scan.pdf").write_bytes(b"%PDF-1.4 cut off in the middle")
    await work(house)
    assert state(house, "truck-8") is DossierState.HELD
    [question] = open_questions(house)
    assert "scan.pdf" in question.body.findings[0].places[0].file
    outcome = await record(ruling(question, Choice.REJECT), house)
    assert outcome.dossier_state == DossierState.RELEASED


async def test_asking_the_sender_keeps_the_dossier_held_and_the_question_open(house: House, inbox: Path) -> None:
    put(HELD, inbox / "truck-9")
    await work(house)
    [question] = open_questions(house)
    await record(ruling(question, Choice.ASK_SENDER), house)
    assert state(house, "truck-9") is DossierState.HELD
    [asked] = house.ledger.exceptions.all((ExceptionState.ASKED,))
    assert asked.run_id and asked.run_id != question.run_id
    assert await house.desk.waits(asked.run_id)


async def test_the_sweep_takes_what_was_not_told_of_and_reopens_a_lost_form(house: House, inbox: Path) -> None:
    put(HELD, inbox / "truck-10")
    await asyncio.sleep(0.2)
    swept = await sweep()
    assert swept["taken"] == swept["worked"] == 3
    [question] = open_questions(house)
    async with get_client() as client:
        await client.delete_flow_run(question.run_id)  # type: ignore[arg-type]
    assert (await sweep())["forms reopened"] == 1
    [again] = open_questions(house)
    assert again.run_id != question.run_id
    assert await house.desk.waits(again.run_id)


async def test_work_that_fails_each_time_ends_before_a_person(
    house: House, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("flows.opening.documents_from", fails)
    put(CLEAN, inbox / "truck-11", ("invoice.pdf",))
    with pytest.raises(RuntimeError, match="a fault of ours"):
        await work(house)
    for _ in range(MOST_ATTEMPTS - 1):
        with pytest.raises(RuntimeError, match="a fault of ours"):
            await intake(1, "invoice.pdf")
    await intake(1, "invoice.pdf")
    [question] = open_questions(house)
    assert question.body.findings[0].rule == "reading.failed"
    assert "a fault of ours" in question.body.findings[0].seen


async def test_an_outside_failure_leaves_the_drop_for_the_next_try(
    house: House, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(CLEAN, inbox / "truck-12", ("invoice.pdf",))
    with monkeypatch.context() as away:
        away.setattr("connectors.archive.Archive.get", _away)
        with pytest.raises(Transient):
            await work(house)
    [drop] = house.ledger.drops.all()
    assert drop.state == DropState.TAKEN and drop.attempts == 0
    await intake(drop.id, "invoice.pdf")
    assert state(house, "truck-12") is DossierState.WAITING


async def test_the_consumer_works_what_arrives_and_ends_when_told(house: House, inbox: Path) -> None:
    stop = asyncio.Event()
    consumer = asyncio.create_task(consume(house, stop))
    put(CLEAN, inbox / "truck-13")
    try:
        async with asyncio.timeout(60):
            while len(house.ledger.drops.all((DropState.DONE,))) < 3:
                await asyncio.sleep(0.1)
    finally:
        stop.set()
        await asyncio.wait_for(consumer, 30)
    assert state(house, "truck-13") is DossierState.RELEASED


def _letter() -> bytes:
    target = io.BytesIO()
    page = Canvas(target, invariant=True)
    page.drawString(72, 700, "Dear Sir or Madam, thank you for the pleasant evening.")
    page.save()
    return target.getvalue()


def _document(house: House, ref: str, kind: str) -> str:
    dossier = house.ledger.dossiers.find(ref)
    assert dossier is not None
    return next(d.id for d in dossier.documents if d.kind == kind)


def _away(*_args: object) -> Iterator[bytes]:
    raise Transient("the archive does not answer")
