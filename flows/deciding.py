"""One dossier: checked, decided once per revision, and the outside brought in line with the decision.

Everything here can be done again at any time: the ledger says what is done, the rest is made to agree with it.
"""

from __future__ import annotations

import asyncio
import logging

from connectors.errors import Transient
from connectors.ledger import Dossier, ExceptionState, OpenException
from flows.house import House
from flows.release import hand_on
from flows.showing import papers_about, pictures_of, publish
from flows.steps.check import check
from flows.steps.exceptions import exceptions
from schemas.record import CheckResult, Verdict
from schemas.rules.loader import rule_book
from schemas.states import DossierState

log = logging.getLogger("keruen.deciding")

_TRIES = 10
_WAITING = (ExceptionState.OPEN, ExceptionState.ASKED)
UNKNOWN_PAPER = "dossier.unknown_paper"
"""Asked about at once: the unknown paper may be the missing one."""


async def decide(house: House, dossier_id: int) -> Dossier:
    """Checks a dossier and writes the decision down, unless this revision has one; then `settle`s it."""
    await asyncio.to_thread(_decide, house, dossier_id)
    return await settle(house, dossier_id)


def _decide(house: House, dossier_id: int) -> None:
    for _ in range(_TRIES):
        dossier = house.ledger.dossiers.get(dossier_id)
        if house.ledger.dossiers.is_decided(dossier):
            return
        result = check(dossier.documents, house.today(), profile=house.settings.profile or None, waived=dossier.waived)
        questions = exceptions(dossier.ref, _to_be_asked(result), house.catalogue, waived=dossier.waived)
        if house.ledger.dossiers.decide(dossier, result, questions, house.now()):
            return
    raise Transient(f"dossier {dossier_id} changed {_TRIES} times while it was checked; it is checked again later")


def _to_be_asked(result: CheckResult) -> CheckResult:
    """While papers are missing, only what the papers at hand say of themselves is asked about.

    What papers say of each other may look otherwise when the last one has come.
    """
    if result.decision is not Verdict.WAITING:
        return result
    between_papers = {rule.id for rule in rule_book().of_dossier if rule.id != UNKNOWN_PAPER}
    return result.model_copy(update={"findings": tuple(f for f in result.findings if f.rule not in between_papers)})


async def settle(house: House, dossier_id: int) -> Dossier:
    """Brings desk, outbox and the dossier's page in line with the ledger."""
    dossier = await asyncio.to_thread(house.ledger.dossiers.get, dossier_id)
    if dossier.state is DossierState.CLEARED:
        await hand_on(house, dossier)
        dossier = await asyncio.to_thread(house.ledger.dossiers.get, dossier_id)
    for question in await asyncio.to_thread(house.ledger.exceptions.of_dossier, dossier_id):
        await settle_question(house, question)
    await publish(house, dossier)
    await asyncio.to_thread(house.ledger.dossiers.settled, dossier)
    return dossier


async def settle_question(house: House, question: OpenException) -> None:
    """A question that waits has a form in the Prefect UI; one that does not has none."""
    if question.state in _WAITING and not question.run_id:
        await open_form(house, question)
    elif question.state is ExceptionState.WITHDRAWN and question.run_id:
        await house.desk.close(question.run_id, "The dossier changed and the question no longer stands.")


async def open_form(house: House, question: OpenException) -> None:
    """Opens the form of a question and tells those who asked to be told, once."""
    body = question.body
    documents = await papers_about(house, question)
    run_id = await house.desk.open_exception(
        body,
        await pictures_of(house, question, documents),
        documents=documents,
        round=question.round,
        asked=question.state is ExceptionState.ASKED,
    )
    await asyncio.to_thread(house.ledger.exceptions.attach_run, body.id, question.round, run_id)
    now = await asyncio.to_thread(house.ledger.exceptions.get, body.id)
    if now is not None and now.state not in _WAITING:  # withdrawn or answered while its form was being made
        await house.desk.close(run_id, "The dossier changed and the question no longer stands.")
        return
    if question.state is ExceptionState.OPEN:
        await house.notifier.send(f"{body.dossier}: {body.queue}", body.question, house.desk.link(run_id))


async def open_missing_forms(house: House) -> int:
    """Every question that waits without a form gets one, also those of no dossier; returns how many."""
    without = await asyncio.to_thread(house.ledger.exceptions.without_form)
    for question in without:
        await settle_question(house, question)
    return len(without)
