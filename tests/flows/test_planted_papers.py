"""From the printed page to the finding: every disagreement planted in real PDFs is found by the rule it breaks."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.settings import load
from flows.house import House
from flows.opening import read_bytes
from flows.steps.check import check
from schemas.record import CheckResult, Severity, Verdict
from tests.papers import Plant, make_dossier

DAY = date(2026, 11, 21)
FOUND_BY = {
    Plant.GROSS_MASS_ON_CMR: {"dossier.gross_mass"},
    Plant.GROSS_MASS_ON_PACKING_LIST: {"dossier.gross_mass"},
    Plant.NET_MASS_ON_INVOICE: {"dossier.net_mass"},
    Plant.PACKAGES_ON_PACKING_LIST: {"dossier.packages"},
    Plant.PACKAGES_ON_CMR: {"dossier.packages"},
    Plant.LINE_AMOUNT: {"commercial_invoice.quantity_times_price"},
    Plant.TOTAL_AMOUNT: {"commercial_invoice.total_equals_lines", "lines.not_whole"},
    Plant.NET_OVER_GROSS: {"packing_list.net_not_greater_than_gross"},
    Plant.CONSIGNEE_ON_CMR: {"dossier.consignee"},
    Plant.CONSIGNEE_TAX_ID_ON_CMR: {"dossier.consignee"},
    Plant.SELLER_ON_PACKING_LIST: {"dossier.seller"},
    Plant.INVOICE_NUMBER_ON_CMR: {"dossier.invoice_on_cmr"},
    Plant.INVOICE_NUMBER_ON_PACKING_LIST: {"dossier.invoice_on_packing_list"},
    Plant.CONTAINER_CHECK_DIGIT: {"packing_list.containers"},
    Plant.BUYER_TAX_ID_CHECK_DIGIT: {"commercial_invoice.tax_numbers"},
    Plant.HS_CODE_ON_CMR: {"dossier.hs_codes"},
    Plant.CMR_BEFORE_INVOICE: {"dossier.invoice_before_taking_over"},
    Plant.CONTRACT_AFTER_INVOICE: {"commercial_invoice.contract_before_invoice"},
    Plant.LINE_MISSING_ON_PACKING_LIST: {"packing_list.gross_mass_equals_lines"},
    Plant.LINE_MISSING_ON_INVOICE: {"commercial_invoice.total_equals_lines", "lines.not_whole"},
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
    assert set(FOUND_BY) == set(Plant)


@pytest.mark.parametrize("plant", Plant, ids=lambda plant: plant.name.lower())
def test_a_planted_disagreement_is_found_on_the_page(plant: Plant) -> None:
    result = checked(106, "en", "TR-KZ", plant)
    assert result.decision is Verdict.HELD
    found = {f.rule for f in result.findings if f.severity is not Severity.NOTE}
    assert found & FOUND_BY[plant], f"found only {sorted(found)}"
    assert all(p.file and p.document for f in result.findings for p in f.places)


@pytest.mark.parametrize(
    ("seed", "language", "corridor"), [(106, "en", "TR-KZ"), (101, "ru", "CN-KZ"), (100, "sr", "CN-KZ")]
)
def test_papers_that_agree_are_cleared_without_a_finding_that_holds(seed: int, language: str, corridor: str) -> None:
    result = checked(seed, language, corridor)
    assert [f.rule for f in result.findings if f.severity is not Severity.NOTE] == []
    assert result.decision is Verdict.CLEARED
