"""Real invoices of others, read from their face, against the values in the JSON beside each."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.pdf.reader import read
from flows.steps.reading import documents_from
from schemas.catalogue import catalogue
from schemas.record import Document

FIELDS = {"number": "invoice_number", "issue_date": "issue_date", "currency": "currency", "total_amount": "total"}


def _same(field: str, got: str, truth: str) -> bool:
    return Decimal(got) == Decimal(truth) if field == "total_amount" else got == truth


def _asks_about(document: Document, field: str) -> bool:
    pointers = {place.pointer for finding in document.findings for place in finding.places}
    return f"/{field}" in pointers or "/document_type" in pointers


@pytest.mark.corpus
def test_invoices_of_others_are_exact_in_nine_of_ten_values_and_never_silently_wrong(corpus: Path) -> None:
    exact, silent, total = 0, [], 0
    for path in sorted((corpus / "invoices").glob("*.pdf")):
        truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        documents = documents_from(
            read(path.read_bytes()).pages, file=path.name, sha256="0" * 64, catalogue=catalogue()
        )
        assert [document.kind for document in documents] == ["commercial_invoice"], path.name
        for field, key in FIELDS.items():
            total += 1
            got = documents[0].data.get(field)
            if got is not None and _same(field, got, truth[key]):
                exact += 1
            elif not _asks_about(documents[0], field):
                silent.append(f"{path.name} {field}: read {got}, is {truth[key]}")
    assert silent == []
    assert exact >= 0.9 * total
