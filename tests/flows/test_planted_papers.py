"""From the printed page to the finding: every disagreement planted in real PDFs is found by the rule it breaks."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.settings import load
from flows.house import House
from flows.opening import read_bytes
from flows.steps.check import check
from schemas.record import CheckResult, Severity, Verdict
from tests.flows.steps.test_check import FOUND_BY
from tests.papers import Plant, make_dossier

DAY = date(2026, 11, 21)
# The reading of the table says the same as the rule, and says it first; what is not read is the schema's.
BY_READING = {
    Plant.TOTAL_AMOUNT: {"lines.not_whole"},
    Plant.LINE_MISSING_ON_INVOICE: {"lines.not_whole"},
    Plant.CURRENCY_MISSING: {"commercial_invoice.currency.required"},
    Plant.INVOICE_DATE_MISSING: {"commercial_invoice.issue_date.required"},
    Plant.CONSIGNEE_MISSING_ON_CMR: {"cmr.consignee.required"},
}


def checked(seed: int, language: str, corridor: str, plant: Plant | None = None) -> CheckResult:
    house = House(load())
    papers = make_dossier(seed=seed, language=language, corridor=corridor, lines=5, plant=plant)
    documents = [d for name, (pdf, _) in papers.items() for d in read_bytes(house, pdf, name)]
    return check(documents, DAY)


def test_every_plant_has_its_rule() -> None:
    assert set(FOUND_BY) | set(BY_READING) == set(Plant)


@pytest.mark.parametrize("plant", Plant, ids=lambda plant: plant.name.lower())
def test_a_planted_disagreement_is_found_on_the_page(plant: Plant) -> None:
    result = checked(106, "en", "TR-KZ", plant)
    assert result.decision is Verdict.HELD
    found = {f.rule for f in result.findings if f.severity is not Severity.NOTE}
    assert found & (FOUND_BY.get(plant, set()) | BY_READING.get(plant, set())), f"found only {sorted(found)}"
    assert all(p.file and p.document for f in result.findings for p in f.places)


@pytest.mark.parametrize(
    ("seed", "language", "corridor"), [(106, "en", "TR-KZ"), (101, "ru", "CN-KZ"), (100, "sr", "CN-KZ")]
)
def test_papers_that_agree_are_cleared_without_a_finding_that_holds(seed: int, language: str, corridor: str) -> None:
    result = checked(seed, language, corridor)
    assert [f.rule for f in result.findings if f.severity is not Severity.NOTE] == []
    assert result.decision is Verdict.CLEARED
