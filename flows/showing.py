"""What a person sees of a dossier in the Prefect UI: its page, and the pictures above a question's form."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from connectors.desk import Picture, Question
from connectors.errors import ConnectorError
from connectors.ledger import Dossier, ExceptionState, OpenException
from connectors.pdf.picture import crop_image, page_image
from flows.house import House
from schemas.page import Box
from schemas.record import Document, Place

log = logging.getLogger("keruen.showing")

_MOST_PICTURES = 4


async def papers_about(house: House, question: OpenException) -> list[Document]:
    """The papers a question is about: those of its dossier, or the one that has none yet."""
    if question.document_id is not None:
        paper = await asyncio.to_thread(house.ledger.exceptions.paper_of, question)
        return [] if paper is None else [paper]
    if question.dossier_id is None:
        return []
    dossier = await asyncio.to_thread(house.ledger.dossiers.get, question.dossier_id)
    return list(dossier.documents)


async def pictures_of(house: House, question: OpenException, documents: Sequence[Document]) -> list[Picture]:
    """One picture per paper a question is about, the places framed; a page that cannot be drawn is left out."""
    by_id = {d.id: d for d in documents}
    pictures: list[Picture] = []
    for (document_id, page), places in _by_page(question, by_id).items():
        if len(pictures) == _MOST_PICTURES:
            break
        try:
            drawn = await asyncio.to_thread(_draw, house, by_id[document_id], page, places)
        except ConnectorError as e:
            log.warning("page %d of %s cannot be shown: %s", page, by_id[document_id].file, e)
            continue
        pictures.append(drawn)
    return pictures


def _by_page(question: OpenException, by_id: dict[str, Document]) -> dict[tuple[str, int], list[Place]]:
    """Places by the page they stand on: of each paper the first page with a frame, else its first page."""
    found: dict[str, dict[int, list[Place]]] = {}
    for finding in question.body.findings:
        for place in finding.places:
            document = by_id.get(place.document)
            if document is None or not document.pages:
                continue
            page = place.page or document.pages[0]
            found.setdefault(place.document, {}).setdefault(page, []).append(place)
    pages: dict[tuple[str, int], list[Place]] = {}
    for document_id, by_page in found.items():
        page = next((p for p, places in by_page.items() if any(x.box for x in places)), next(iter(by_page)))
        pages[document_id, page] = by_page[page]
    return pages


def _draw(house: House, document: Document, page: int, places: Sequence[Place]) -> Picture:
    data = house.archive.get(document.sha256)
    frames = list({Box(*p.box) for p in places if p.box})
    if frames:
        image = crop_image(
            data, page, Box.around(frames), frames=frames, limits=house.read_limits, passwords=house.pdf_passwords
        )
    else:
        image = page_image(data, page, limits=house.read_limits, passwords=house.pdf_passwords)
    return Picture(image.data, image.mime, f"{document.file}, page {page}")


async def publish(house: House, dossier: Dossier) -> None:
    """The dossier's page, as it stands now."""
    result = await asyncio.to_thread(house.ledger.dossiers.result, dossier.id)
    if result is None:
        return
    questions = [
        Question(q.body.question, q.run_id)
        for q in await asyncio.to_thread(house.ledger.exceptions.of_dossier, dossier.id)
        if q.state in (ExceptionState.OPEN, ExceptionState.ASKED) and q.run_id
    ]
    await house.desk.publish_dossier(dossier.ref, dossier.state, result, questions)
