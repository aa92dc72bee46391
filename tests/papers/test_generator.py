"""The papers tests are made of are what they say: the same each time, closed in arithmetic, true to the page."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pypdfium2 as pdfium
import pytest
import stdnum.by.unp
import stdnum.cn.uscc
import stdnum.de.vat
import stdnum.fr.tva
import stdnum.iso6346
import stdnum.rs.pib
import stdnum.ru.inn
import stdnum.tr.vkn

from tests.papers import KINDS, Paper, Plant, breaks, make_dossier_papers, make_paper, sample_papers
from tests.papers.__main__ import main, truth_text
from tests.papers.cmr_form import GEOMETRIES
from tests.papers.consignment import CORRIDORS, make_consignment
from tests.papers.fonts import FontMissing, find_font
from tests.papers.identifiers import TAX_ID, container, kz_bin, spoil_last_digit
from tests.papers.paper import DESIGNS, TABLES
from tests.papers.plants import ALL
from tests.papers.samples import DOCUMENTS, SAMPLES, Sample
from tests.papers.words import LANGUAGES, wordings

SEEDS = range(12)


def text_of(pdf: bytes) -> str:
    """All text of a PDF without any white space."""
    pages = (page.get_textpage().get_text_range() for page in pdfium.PdfDocument(pdf))
    return re.sub(r"\s", "", "".join(pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def assert_all_is_printed(paper: Paper) -> None:
    page = text_of(paper.pdf)
    for pointer, printed in paper.printed.items():
        stands = squeezed(printed) in page or all(squeezed(word) in page for word in printed.split())
        assert stands, f"{paper.name}: {pointer} {printed!r} is not on the page"


def pointers_of(node: Any, at: str = "") -> set[str]:
    """The JSON Pointers of all plain values."""
    if isinstance(node, dict):
        return {p for key, value in node.items() for p in pointers_of(value, f"{at}/{key}")}
    if isinstance(node, list):
        return {p for i, value in enumerate(node) for p in pointers_of(value, f"{at}/{i}")}
    return {at}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_arguments_make_the_same_bytes_and_truth(kind: str) -> None:
    first, again = (make_paper(kind, 5, "ru/en", 9) for _ in range(2))
    assert first.pdf == again.pdf
    assert first.truth == again.truth


def test_other_seeds_make_other_papers() -> None:
    papers = list(sample_papers(12, 4))
    assert len({paper.pdf for paper in papers}) == 12


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_value_of_the_truth_stands_on_the_page(kind: str, language: str) -> None:
    for seed in range(2):
        assert_all_is_printed(make_paper(kind, seed, language, lines=(2, 15)[seed]))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("design", DESIGNS)
def test_every_design_and_ruling_prints_the_whole_truth(design: str, table: str) -> None:
    for kind in ("commercial_invoice", "packing_list"):
        paper = make_paper(kind, 3, "en", 25, look={"design": design, "table": table})
        assert paper.layout.startswith(f"{design}-{table}")
        assert len(paper.truth["lines"]) == 25
        assert_all_is_printed(paper)


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_every_geometry_of_the_note_prints_the_whole_truth(geometry: str) -> None:
    for seed in SEEDS:
        assert_all_is_printed(make_paper("cmr", seed, "ru", 8, look={"geometry": geometry}))


def test_every_value_of_the_truth_has_its_printed_text() -> None:
    for paper in sample_papers(20, 8):
        assert pointers_of(paper.truth) == set(paper.printed)


def test_a_long_invoice_has_as_many_pages_as_asked_for_and_numbers_them() -> None:
    paper = make_paper("commercial_invoice", 2, "ru", pages=40, look={"page_of": True})
    assert paper.pages >= 40
    assert len(pdfium.PdfDocument(paper.pdf)) == paper.pages
    assert_all_is_printed(paper)


@pytest.mark.parametrize("corridor", CORRIDORS)
def test_a_consignment_closes_arithmetically(corridor: str) -> None:
    for seed in SEEDS:
        c = make_consignment(seed, corridor, lines=seed + 1)
        assert len(c.lines) == seed + 1
        for line in c.lines:
            assert abs(line.amount - line.quantity * line.unit_price) <= Decimal("0.005")
            assert 0 < line.net_mass_kg <= line.gross_mass_kg
        assert c.total_amount == sum(line.amount for line in c.lines)
        assert c.gross_mass_kg == sum(line.gross_mass_kg for line in c.lines)
        assert c.packages == sum(line.packages for line in c.lines)
        assert c.contract_date < c.invoice_date <= c.packing_list_date <= c.cmr_date


def test_made_up_tax_numbers_and_containers_pass_an_independent_check() -> None:
    judges = {
        "RU": stdnum.ru.inn,
        "BY": stdnum.by.unp,
        "TR": stdnum.tr.vkn,
        "RS": stdnum.rs.pib,
        "CN": stdnum.cn.uscc,
        "DE": stdnum.de.vat,
        "FR": stdnum.fr.tva,
    }
    rng = Random(1)
    for country, judge in judges.items():
        for _ in range(100):
            number = TAX_ID[country](rng)
            assert judge.is_valid(number), f"{country} {number}"
            assert not judge.is_valid(spoil_last_digit(number)), f"{country} {number}"
    for _ in range(100):
        number = container(rng)
        assert stdnum.iso6346.is_valid(number)
        assert not stdnum.iso6346.is_valid(spoil_last_digit(number))
        assert re.fullmatch(r"\d{4}4\d{7}", kz_bin(rng))


def test_a_field_declared_absent_is_neither_in_the_truth_nor_on_the_page() -> None:
    absent = frozenset({"currency", "incoterm", "total_amount", "gross_mass_kg"})
    for seed in SEEDS:
        paper = make_paper("commercial_invoice", seed, "en", 4, corridor="TR-KZ", look={"absent": absent})
        assert not absent & paper.truth.keys()
        assert not re.search("USD|EUR|€|US\\$|Euro|dollars", text_of(paper.pdf))


@pytest.mark.parametrize("language", ["ru", "en", "zh", "tr", "sr-Cyrl", "kk", "ru/en"])
def test_an_unplanted_dossier_agrees_in_everything(language: str) -> None:
    for seed in range(3):
        invoice, packing_list, cmr = make_dossier_papers(seed, language=language).values()
        assert cmr.truth["consignee"] == {k: packing_list.truth["consignee"][k] for k in cmr.truth["consignee"]}
        assert cmr.truth["attached_documents"][0]["number"] == invoice.truth["number"]
        assert packing_list.truth["invoice"]["number"] == invoice.truth["number"]
        assert total(cmr, "goods", "gross_mass_kg") == total(packing_list, "lines", "gross_mass_kg")
        assert total(cmr, "goods", "packages") == total(packing_list, "lines", "packages")


def total(paper: Paper, rows: str, key: str) -> Decimal:
    return sum((Decimal(row[key]) for row in paper.truth[rows]), Decimal(0))


@cache
def clean_dossier(seed: int) -> dict[str, Paper]:
    return make_dossier_papers(seed, language="en", lines=5)


@pytest.mark.parametrize("plant", list(Plant))
def test_a_plant_changes_only_the_fields_it_names_on_the_papers_it_names(plant: Plant) -> None:
    for seed in range(2):
        clean = clean_dossier(seed)
        planted = make_dossier_papers(seed, language="en", lines=5, plant=plant)
        wrong = breaks(plant)
        for file in ALL:
            if file not in wrong.files:
                assert planted[file].truth == clean[file].truth
                assert planted[file].pdf == clean[file].pdf
        changed = {file: differences(clean[file], planted[file]) for file in wrong.files}
        assert any(changed.values()), f"{plant}: nothing is wrong on seed {seed}"
        for file, pointers in changed.items():
            if wrong.drops_line:
                assert len(planted[file].truth["lines"]) == len(clean[file].truth["lines"]) - 1
                assert not {p for p in pointers if not p.startswith("/lines/")}
            else:
                named = (*wrong.pointers, *wrong.follows)
                assert not {p for p in pointers if not any(fnmatch(p, n) or p.startswith(n + "/") for n in named)}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_generator_still_makes_the_truth_of_the_kept_samples(sample: Sample) -> None:
    folder = DOCUMENTS / sample.kind / "samples"
    paper = sample.make()
    assert (folder / f"{sample.name}.truth.json").read_text("utf-8") == truth_text(paper), (
        "rewrite the samples on purpose with `python -m tests.papers.samples` and read the diff"
    )
    kept = (folder / f"{sample.name}.pdf").read_bytes()
    assert text_of(kept) == text_of(paper.pdf)
    assert len(kept) < 60_000


def differences(clean: Paper, planted: Paper) -> set[str]:
    everywhere = clean.printed.keys() | planted.printed.keys()
    return {at for at in everywhere if clean.printed.get(at) != planted.printed.get(at)}


def test_every_label_has_at_least_three_wordings_in_most_languages() -> None:
    for language in ("ru", "en", "de", "fr", "zh", "kk", "tr", "sr"):
        labels = wordings(language)
        assert labels.keys() == wordings("en").keys(), language
        for key, texts in labels.items():
            if not key.startswith(("tax_", "phone", "email", "dated", "brought")):
                assert len(texts) >= 3, f"{language}.{key}"


def test_a_missing_font_is_told_with_the_debian_package_to_install() -> None:
    with pytest.raises(FontMissing, match="Install the Debian package fonts-dejavu-core"):
        find_font("NoSuchFont")


def test_the_command_writes_papers_with_their_truth_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["papers", str(tmp_path), "--count", "2", "--kind", "cmr", "--language", "kk"])
    main()
    pdfs = sorted(tmp_path.glob("*.pdf"))
    assert len(pdfs) == 2
    for pdf in pdfs:
        held = json.loads(pdf.with_suffix(".truth.json").read_text("utf-8"))
        assert held["kind"] == "cmr"
        assert squeezed(held["truth"]["number"]) in text_of(pdf.read_bytes())
