"""The whole story: papers are dropped, one figure disagrees, a person corrects it in the browser, it is released."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.async_api import expect

from connectors.desk import dossier_link, run_link
from connectors.ledger import DropState, Ledger, OpenException
from connectors.settings import load
from flows.service import Service
from schemas.states import DossierState
from tests.connectors.servers import free_port
from tests.demo import samples
from tests.flows import browser
from tests.flows.test_supervisor import until

pytestmark = [pytest.mark.service, pytest.mark.browser]


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setenv("KERUEN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KERUEN_PREFECT_PORT", str(free_port()))
    monkeypatch.setenv("KERUEN_SETTLE_SECONDS", "0.2")
    made = Service(load())
    yield made
    made.stop()


def put(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for paper in samples.HELD.papers():
        (folder / paper.name).write_bytes(paper.read_bytes())


def right_values(question: OpenException) -> dict[str, str]:
    """What a person types who believes the packing list: the total on the CMR, and its last row to match."""
    fields = question.body.fields
    right = next(f.value for f in fields if f.title.startswith("Packing list"))
    total, *rows = [f for f in fields if f.title.startswith("CMR")]
    last = Decimal(right) - sum(Decimal(row.value) for row in rows[:-1])
    return {total.title: right, rows[-1].title: str(last)}


async def test_from_the_drop_to_the_release_with_a_person_in_the_browser(service: Service) -> None:
    running = await asyncio.to_thread(service.start)
    home = service.settings.home
    put(home / "inbox" / "truck-17")
    ledger = Ledger(service.settings.ledger_url.get_secret_value())

    def is_held() -> bool:
        dossier = ledger.dossiers.find("truck-17")
        questions = ledger.exceptions.all()
        done = len(ledger.drops.all((DropState.DONE,))) == 3
        return bool(done and dossier and dossier.state is DossierState.HELD and questions and questions[0].run_id)

    await asyncio.to_thread(until, is_held, "the dossier is held and asked about", 120)
    [question] = ledger.exceptions.all()

    # A server that dies while the question waits loses nothing.
    os.kill(running.children["server"], signal.SIGKILL)
    await asyncio.to_thread(until, lambda: not service.is_up(), "the server is gone", 30)
    await asyncio.to_thread(until, service.is_up, "the server is back", 180)

    async with browser.browser() as page:
        form = await browser.open_form(page, run_link(running.ui_url, question.run_id))
        await expect(form.get_by_role("heading", level=3)).to_contain_text("difference 142 kg")
        assert await browser.picture_width(form) > 400
        await browser.fill(
            form,
            "Correct the values below",
            values=right_values(question),
            operator="A. Declarant",
            reason="weighbridge slip 88",
        )
        await browser.hand_in(form)
        is_released = lambda: (d := ledger.dossiers.find("truck-17")) and d.state is DossierState.RELEASED  # noqa: E731
        await asyncio.to_thread(until, lambda: bool(is_released()), "the dossier is released", 120)
        await browser.see_state(page, "Completed")
        await page.goto(dossier_link(running.ui_url, "truck-17"))
        await expect(page.get_by_text("released").first).to_be_visible()

    [released] = (home / "outbox").glob("*.json")
    content = json.loads(released.read_text("utf-8"))
    corrected = next(d for d in content["documents"] if d["kind"] == "cmr")["evidence"]["/gross_mass_kg"]
    assert corrected["source"] == "person" and "A. Declarant" in corrected["note"]
    dossier = ledger.dossiers.find("truck-17")
    assert dossier is not None and len(ledger.dossiers.releases(dossier.id)) == 1
    ledger.close()
