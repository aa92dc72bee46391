"""What is read of each sample, beside the sample: `<name>.read.json`.

`KERUEN_WRITE=1` rewrites the files; read the difference before keeping it.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.pdf.reader import read
from flows.steps.identify import identify
from flows.steps.reading import documents_from
from schemas.catalogue import DOCUMENTS, catalogue
from tests.bench.fields import ROWS, leaves, same

SAMPLES = sorted(DOCUMENTS.glob("*/samples/*.pdf"))
_FILE = "sample.pdf"


def _names(path: Path) -> str:
    return f"{path.parts[-3]}/{path.stem}"


def _read(path: Path) -> dict[str, Any]:
    documents = documents_from(read(path.read_bytes()).pages, file=_FILE, sha256="0" * 64, catalogue=catalogue())
    return {"documents": [document.model_dump(mode="json") for document in documents]}


@pytest.mark.parametrize("path", SAMPLES, ids=_names)
def test_a_sample_reads_as_its_golden_file_says(path: Path) -> None:
    golden = path.with_suffix(".read.json")
    now = _read(path)
    if os.environ.get("KERUEN_WRITE"):
        golden.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert golden.is_file(), f"{golden.name} is missing; write it with KERUEN_WRITE=1 and read it"
    assert now == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SAMPLES, ids=_names)
def test_a_sample_is_recognised_as_its_own_kind_and_no_other(path: Path) -> None:
    (cut,) = identify(read(path.read_bytes()).pages, catalogue())
    assert cut.kind == path.parts[-3]
    assert cut.confidence >= 0.5


@pytest.mark.parametrize("path", SAMPLES, ids=_names)
def test_no_header_value_of_a_sample_is_wrong(path: Path) -> None:
    truth = dict(leaves(json.loads(path.with_suffix(".truth.json").read_text(encoding="utf-8"))["truth"]))
    assert truth
    (document,) = _read(path)["documents"]
    got = dict(leaves(document["data"]))
    wrong = {p: (got[p], value) for p, value in truth.items() if p in got and not same(got[p], value)}
    assert wrong == {}


@pytest.mark.parametrize("path", SAMPLES, ids=_names)
def test_every_value_read_has_its_place_and_every_place_a_value(path: Path) -> None:
    (document,) = _read(path)["documents"]
    values = {
        p for p, _ in leaves({k: v for k, v in document["data"].items() if k not in ROWS and k != "document_type"})
    }
    places = {p for p in document["evidence"] if p.split("/")[1] not in ROWS}
    assert values == places


def test_golden_files_are_not_written_in_ci() -> None:
    assert not (os.environ.get("CI") and os.environ.get("KERUEN_WRITE")), "unset KERUEN_WRITE in CI"


def test_an_invoice_a_packing_list_and_a_cmr_in_one_file_are_three_documents() -> None:
    names = (
        "commercial_invoice/samples/en_four_pages",
        "packing_list/samples/kk_two_pages",
        "cmr/samples/ru_de_classic",
    )
    files = [read((DOCUMENTS / f"{name}.pdf").read_bytes()).pages for name in names]
    pages = [page for file in files for page in file]
    numbered = [replace(page, number=number) for number, page in enumerate(pages, 1)]
    documents = documents_from(numbered, file=_FILE, sha256="0" * 64, catalogue=catalogue())
    assert [document.kind for document in documents] == ["commercial_invoice", "packing_list", "cmr"]
    assert [len(document.pages) for document in documents] == [len(file) for file in files]
    assert len({document.id for document in documents}) == 3
    for document, name in zip(documents, names, strict=True):
        alone = _read(DOCUMENTS / f"{name}.pdf")["documents"][0]
        assert document.data == alone["data"]
