"""A person at the desk: a real Prefect server, a real browser, the form of an exception."""

from __future__ import annotations

import pytest
from playwright.async_api import Route, expect
from prefect.client.orchestration import PrefectClient

from connectors.desk import Desk
from flows.rulings import RulingOutcome
from schemas.record import Choice
from tests.flows import browser
from tests.flows.answering import Recorder, work
from tests.flows.samples import CMR, CMR_MASS, INVOICE, masses_disagree, picture

pytestmark = [pytest.mark.service, pytest.mark.browser]
PAPERS = [CMR, INVOICE]


async def test_a_person_reads_the_papers_corrects_a_value_and_sees_what_came_of_it(
    desk: Desk, client: PrefectClient, ledger: Recorder
) -> None:
    exception = masses_disagree()
    run_id = await desk.open_exception(exception, [picture()], documents=PAPERS)
    async with browser.browser() as page:
        elsewhere = browser.fetched_elsewhere(page, desk.ui_url)
        form = await browser.open_form(page, desk.link(run_id))
        await expect(form.get_by_role("heading", level=3)).to_have_text(exception.question)
        await expect(form.get_by_role("row", name="12 840,00")).to_contain_text("97%")
        await expect(form.get_by_text("The gross mass is the same on all papers.")).to_be_visible()
        assert await browser.picture_width(form) > 600
        await browser.fill(
            form, "Correct the values below", values={"CMR: gross mass, kg": "12480"}, operator="A. Serik"
        )
        await browser.hand_in(form)

        ledger.outcomes = [RulingOutcome(dossier="2026-000017", dossier_state="released")]
        await work(client, run_id)
        await browser.see_state(page, "Completed")
        assert elsewhere == []
    assert [(r.choice, r.values, r.operator) for r in ledger.rulings] == [
        (Choice.CORRECT, {CMR_MASS: "12480"}, "A. Serik")
    ]


async def test_an_answer_that_cannot_be_taken_comes_back_with_what_was_typed_and_why(
    desk: Desk, client: PrefectClient, ledger: Recorder
) -> None:
    run_id = await desk.open_exception(masses_disagree(), [picture()], documents=PAPERS)
    async with browser.browser() as page:
        form = await browser.open_form(page, desk.link(run_id))
        await browser.fill(form, "Accept as it is", operator="A. Serik")
        await browser.hand_in(form)
        await work(client, run_id)

        form = await browser.open_form(page, desk.link(run_id))
        await expect(form.get_by_text("needs a reason of a few words")).to_be_visible()
        await expect(form.get_by_role("textbox").filter(has_text="A. Serik")).to_be_visible()
        await browser.fill(form, "Accept as it is", reason="Weighed again at the terminal.")
        await browser.hand_in(form)
    ledger.outcomes = [RulingOutcome(dossier="2026-000017", dossier_state="cleared")]
    run = await work(client, run_id)
    assert run.state is not None and run.state.is_completed()
    assert [(r.choice, r.reason) for r in ledger.rulings] == [(Choice.ACCEPT, "Weighed again at the terminal.")]


async def test_a_value_the_server_refuses_leaves_the_form_open_as_it_was_typed(desk: Desk) -> None:
    run_id = await desk.open_exception(masses_disagree(), documents=PAPERS)
    async with browser.browser() as page:
        form = await browser.open_form(page, desk.link(run_id))
        await browser.fill(
            form, "Correct the values below", values={"CMR: gross mass, kg": "12O80"}, operator="A. Serik"
        )
        await form.get_by_role("button", name="Resume").click()
        await expect(page.get_by_text("does not match")).to_be_visible()
        await expect(form.get_by_role("textbox").filter(has_text="12O80")).to_be_visible()
    assert await desk.waits(run_id)


async def test_an_answer_the_server_is_too_busy_for_is_handed_in_again(desk: Desk) -> None:
    run_id = await desk.open_exception(masses_disagree(), documents=PAPERS)
    async with browser.browser() as page:
        refusals = iter([503, 503])

        async def busy(route: Route) -> None:
            status = next(refusals, None)
            await (route.fulfill(status=status, json={}) if status else route.continue_())

        await page.route("**/resume", busy)
        form = await browser.open_form(page, desk.link(run_id))
        await browser.fill(form, "Ask the sender", operator="A. Serik")
        await browser.hand_in(form)
    assert await desk.answered(run_id) is not None


async def test_a_text_from_a_paper_is_shown_and_not_obeyed(desk: Desk) -> None:
    exception = masses_disagree().model_copy(
        update={"question": '<img src=x onerror="document.title=1"> ![](http://evil.example/x.png) **which** | one?'}
    )
    run_id = await desk.open_exception(exception, documents=PAPERS)
    async with browser.browser() as page:
        form = await browser.open_form(page, desk.link(run_id))
        await expect(form.get_by_role("heading", level=3)).to_contain_text('<img src=x onerror="document.title=1">')
        await expect(form.get_by_role("heading", level=3)).to_contain_text("**which** | one?")
        assert await form.locator("img").count() == 0


async def test_a_queue_is_one_click_away_however_old_its_questions(desk: Desk) -> None:
    exception = masses_disagree()
    await desk.open_exception(exception)
    async with browser.browser() as page:
        await page.goto(desk.queue_link(exception.queue))
        await expect(page.get_by_role("link", name=exception.question[:20]).first).to_be_visible()
