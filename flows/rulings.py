"""A person's answer: checked, written down with what follows from it, and the dossier decided again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from connectors.ledger import ExceptionState, OpenException, Ruled
from flows.deciding import decide, settle_question
from flows.house import House, current
from flows.steps.answers import apply, validate
from flows.steps.check import fingerprint
from schemas.record import Choice, Document, Ruling


@dataclass(frozen=True)
class RulingOutcome:
    """What came of an answer: problems that keep it from being taken, or the state of the dossier now."""

    problems: list[str] = field(default_factory=list)
    dossier: str = ""
    dossier_state: str = ""
    refused: str = ""
    """Why the question is no longer this person's to answer; asking again would not help."""


async def record(ruling: Ruling, house: House | None = None) -> RulingOutcome:
    """Takes one answer. Nothing is written when there are problems: ask again with them."""
    house = house or current()
    question = await asyncio.to_thread(house.ledger.exceptions.get, ruling.exception)
    if question is None:
        return RulingOutcome(refused=f"there is no exception {ruling.exception}")
    if question.state not in (ExceptionState.OPEN, ExceptionState.ASKED):
        return RulingOutcome(refused=f"it is {question.state} already", dossier=question.body.dossier)
    documents = await asyncio.to_thread(_documents, house, question)
    ruling = _with_document(question, ruling)
    problems = validate(question.body, ruling) + _rejection_problems(ruling, documents)
    if problems:
        return RulingOutcome(problems=problems, dossier=question.body.dossier)
    ruled = await asyncio.to_thread(_write, house, question, ruling, documents)
    if ruled.refused:
        return RulingOutcome(refused=ruled.refused, dossier=question.body.dossier)
    states = [await decide(house, d) for d in ruled.dossiers]
    if not states:
        await _settle_alone(house, question)
        return RulingOutcome(dossier=question.body.dossier, dossier_state="unchanged")
    return RulingOutcome(dossier=states[0].ref, dossier_state=states[0].state)


async def record_elsewhere(ruling: Ruling, house: House) -> RulingOutcome:
    """As `record`, for an answer that was not given in the question's form: the form is closed."""
    question = await asyncio.to_thread(house.ledger.exceptions.get, ruling.exception)
    outcome = await record(ruling, house)
    if question and question.run_id and not outcome.problems and not outcome.refused:
        await house.desk.close(question.run_id, f"Answered by {ruling.operator} on the command line.")
    return outcome


def _documents(house: House, question: OpenException) -> list[Document]:
    if question.dossier_id is None:
        paper = house.ledger.exceptions.paper_of(question)
        return [] if paper is None else [paper]
    return list(house.ledger.dossiers.get(question.dossier_id).documents)


def _write(house: House, question: OpenException, ruling: Ruling, documents: list[Document]) -> Ruled:
    if ruling.choice is Choice.ACCEPT and not question.body.choices:
        waived = [fingerprint(f) for f in question.body.findings]
        return house.ledger.exceptions.rule(question, ruling, house.now(), waived=waived)
    if ruling.choice is Choice.CORRECT:
        applied = apply(documents, question.body, ruling)
        changed = [d for d in applied.documents if d.id in applied.patches]
        return house.ledger.exceptions.rule(question, ruling, house.now(), corrected=changed, patches=applied.patches)
    return house.ledger.exceptions.rule(question, ruling, house.now())


def _with_document(question: OpenException, ruling: Ruling) -> Ruling:
    """A rejection need not name its paper when the question is about one alone."""
    about = {p.document for f in question.body.findings for p in f.places if p.document}
    if ruling.choice is Choice.REJECT and not ruling.document and len(about) == 1:
        return ruling.model_copy(update={"document": about.pop()})
    return ruling


def _rejection_problems(ruling: Ruling, documents: list[Document]) -> list[str]:
    known = {d.id: d.file for d in documents}
    if ruling.choice is not Choice.REJECT or ruling.document in known:
        return []
    offered = ", ".join(f"{i} ({file})" for i, file in known.items())
    return [f"Say which paper is turned down: {offered}."]


async def _settle_alone(house: House, question: OpenException) -> None:
    """The sender was asked: the question keeps waiting, in a form that says so."""
    now = await asyncio.to_thread(house.ledger.exceptions.get, question.body.id)
    if now is not None:
        await settle_question(house, now)
