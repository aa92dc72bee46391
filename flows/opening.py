"""From bytes to documents: a file is read in a limited child, and whatever happens there is a document too."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import pikepdf
from rich.console import Console
from rich.progress import track

from connectors.errors import Unreadable
from connectors.pdf.reader import read
from flows.house import House
from flows.steps.reading import documents_from
from schemas.page import Box, Page, Word
from schemas.record import Document, Finding, Place, Severity


async def read_file(house: House, data: bytes, file: str) -> list[Document]:
    """The papers in one file. A file that cannot be read is one paper of kind `unknown` whose finding says why."""
    return await asyncio.to_thread(read_bytes, house, data, file)


def read_bytes(house: House, data: bytes, file: str) -> list[Document]:
    """As `read_file`, in this thread."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        reading = read(data, limits=house.read_limits, passwords=house.pdf_passwords)
    except Unreadable as e:
        return [unreadable(file, sha256, str(e))]
    documents = documents_from(reading.pages, file=file, sha256=sha256, catalogue=house.catalogue)
    if not documents:
        return [unreadable(file, sha256, "The file has no page. Ask the sender for a complete file.")]
    return [_with_notes(documents[0], reading.notes), *documents[1:]]


def _with_notes(document: Document, notes: Sequence[str]) -> Document:
    """What was left out of a file's pages because nobody can see it is said, on its first paper."""
    told = tuple(
        Finding(
            rule="reading.hidden_text",
            severity=Severity.NOTE,
            says="Only what a person can see on the page is read.",
            seen=note,
            places=(document.place(""),),
            basis="Keruen: hidden, white, covered or off-page text never becomes a value.",
        )
        for note in notes
    )
    return document.model_copy(update={"findings": document.findings + told}) if told else document


def read_files(house: House, files: Sequence[Path], *, progress: bool = False) -> list[Document]:
    """The papers in files of this machine, for the command line; `progress` shows a bar on standard error."""
    steps: Iterable[Path] = files
    if progress and len(files) > 1:
        steps = track(files, "reading", console=Console(stderr=True), transient=True)
    return [document for file in steps for document in read_bytes(house, file.read_bytes(), file.name)]


def warm_up(house: House) -> None:
    """Loads what the first paper would wait for: the reader's process, the kinds, lexicons and rules."""
    from schemas.rules.loader import rule_book

    blank = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(blank)
    read_bytes(house, blank.getvalue(), "warm-up")
    words = tuple(
        Word(text, Box(40.0 + 90.0 * number, 60.0, 120.0 + 90.0 * number, 70.0), 10.0)
        for number, text in enumerate(["INVOICE", "No:", "1", "Date:", "01.02.2026", "Total:", "10", "EUR"])
    )
    documents_from((Page(1, 595.0, 842.0, words),), file="warm-up", sha256="0" * 64, catalogue=house.catalogue)
    rule_book()


def unreadable(file: str, sha256: str, why: str, rule: str = "reading.unreadable_file") -> Document:
    """The paper that stands for a file nothing could be read from: it holds its dossier until a person looks."""
    document_id = f"{sha256[:16]}-0"
    finding = Finding(
        rule=rule,
        severity=Severity.STOP,
        says="Every file dropped for a dossier can be read.",
        seen=why,
        places=(Place(file=file, pointer="", document=document_id),),
        basis="Keruen: nothing that arrived is passed over.",
    )
    return Document(
        id=document_id, file=file, sha256=sha256, kind="unknown", kind_confidence=0.0, pages=(), findings=(finding,)
    )
