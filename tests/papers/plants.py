"""Disagreements to plant in a dossier: each breaks one rule idea, in one place, and leaves all else closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random

from tests.papers.consignment import Consignment, Line, other_party
from tests.papers.identifiers import TAX_ID, spoil_last_digit


class Plant(StrEnum):
    """One planted disagreement."""

    GROSS_MASS_ON_CMR = "gross_mass_on_cmr"
    GROSS_MASS_ON_PACKING_LIST = "gross_mass_on_packing_list"
    NET_MASS_ON_INVOICE = "net_mass_on_invoice"
    PACKAGES_ON_PACKING_LIST = "packages_on_packing_list"
    PACKAGES_ON_CMR = "packages_on_cmr"
    LINE_AMOUNT = "line_amount"
    TOTAL_AMOUNT = "total_amount"
    NET_OVER_GROSS = "net_over_gross"
    CONSIGNEE_ON_CMR = "consignee_on_cmr"
    CONSIGNEE_TAX_ID_ON_CMR = "consignee_tax_id_on_cmr"
    SELLER_ON_PACKING_LIST = "seller_on_packing_list"
    INVOICE_NUMBER_ON_CMR = "invoice_number_on_cmr"
    INVOICE_NUMBER_ON_PACKING_LIST = "invoice_number_on_packing_list"
    CONTAINER_CHECK_DIGIT = "container_check_digit"
    BUYER_TAX_ID_CHECK_DIGIT = "buyer_tax_id_check_digit"
    HS_CODE_ON_CMR = "hs_code_on_cmr"
    CMR_BEFORE_INVOICE = "cmr_before_invoice"
    CONTRACT_AFTER_INVOICE = "contract_after_invoice"
    LINE_MISSING_ON_PACKING_LIST = "line_missing_on_packing_list"
    LINE_MISSING_ON_INVOICE = "line_missing_on_invoice"
    CURRENCY_MISSING = "currency_missing"
    INVOICE_DATE_MISSING = "invoice_date_missing"
    CONSIGNEE_MISSING_ON_CMR = "consignee_missing_on_cmr"


INVOICE, PACKING_LIST, CMR = "invoice.pdf", "packing_list.pdf", "cmr.pdf"
ALL = (INVOICE, PACKING_LIST, CMR)

Change = Callable[[Consignment, Random], Consignment]


@dataclass(frozen=True)
class Break:
    """What a plant does. `idea` is the rule it breaks in words; `pointers` the fields that are wrong.

    `change` is applied to the consignment as the papers in `files` print it; `absent` are fields those papers
    leave out; `follows` are values changed along so that the rest stays closed. `*` in a pointer stands for
    any line. Of the pointers only those can be wrong that the paper prints.
    """

    idea: str
    files: tuple[str, ...]
    pointers: tuple[str, ...]
    change: Change | None = None
    absent: frozenset[str] = frozenset()
    follows: tuple[str, ...] = ()
    drops_line: bool = False


def breaks(plant: Plant) -> Break:
    """What a plant breaks."""
    return _BREAKS[plant]


def _with_lines(c: Consignment, lines: tuple[Line, ...]) -> Consignment:
    """The consignment with other lines and all its sums made anew."""
    numbered: list[Line] = []
    for line in lines:
        first = numbered[-1].first_package + numbered[-1].packages if numbered else 1
        numbered.append(replace(line, first_package=first))
    return replace(
        c,
        lines=tuple(numbered),
        total_amount=sum((line.amount for line in lines), Decimal(0)),
        packages=sum(line.packages for line in lines),
        net_mass_kg=sum((line.net_mass_kg for line in lines), Decimal(0)),
        gross_mass_kg=sum((line.gross_mass_kg for line in lines), Decimal(0)),
        volume_m3=sum((line.volume_m3 for line in lines), Decimal(0)),
    )


def _on_line(c: Consignment, rng: Random, change: Callable[[Line], Line]) -> Consignment:
    """One line changed, the sums with it."""
    at = rng.randrange(len(c.lines))
    return _with_lines(c, (*c.lines[:at], change(c.lines[at]), *c.lines[at + 1 :]))


def _more_gross(c: Consignment, rng: Random) -> Consignment:
    extra = Decimal(rng.randint(40, 900)) / 2
    return _on_line(c, rng, lambda line: replace(line, gross_mass_kg=line.gross_mass_kg + extra))


def _less_net(c: Consignment, rng: Random) -> Consignment:
    return _on_line(
        c,
        rng,
        lambda line: replace(
            line, net_mass_kg=(line.net_mass_kg * Decimal("0.8")).quantize(Decimal("0.1")) - Decimal("0.1")
        ),
    )


def _more_packages(c: Consignment, rng: Random) -> Consignment:
    extra = rng.randint(1, 9)
    return _on_line(c, rng, lambda line: replace(line, packages=line.packages + extra))


def _line_amount(c: Consignment, rng: Random) -> Consignment:
    extra = Decimal(rng.randint(100, 99999)) / 100
    return _on_line(c, rng, lambda line: replace(line, amount=line.amount + extra))


def _total(c: Consignment, rng: Random) -> Consignment:
    return replace(c, total_amount=c.total_amount + Decimal(rng.randint(100, 99999)) / 100)


def _net_over_gross(c: Consignment, rng: Random) -> Consignment:
    """Every line's net above its gross, so that it shows wherever masses are printed."""
    return _with_lines(
        c,
        tuple(
            replace(line, net_mass_kg=line.gross_mass_kg, gross_mass_kg=line.net_mass_kg - Decimal("0.1"))
            for line in c.lines
        ),
    )


def _consignee(c: Consignment, rng: Random) -> Consignment:
    return replace(c, consignee=other_party(rng, c.consignee.country, (c.consignee, c.buyer, c.carrier)))


def _seller(c: Consignment, rng: Random) -> Consignment:
    return replace(c, seller=other_party(rng, c.seller.country, (c.seller, c.consignor, c.carrier)))


def _consignee_tax_id(c: Consignment, rng: Random) -> Consignment:
    return replace(c, consignee=replace(c.consignee, tax_id=TAX_ID[c.consignee.country](rng)))


def _spoil_buyer(c: Consignment, rng: Random) -> Consignment:
    spoilt = replace(c.buyer, tax_id=spoil_last_digit(c.buyer.tax_id))
    return replace(c, buyer=spoilt, consignee=spoilt if c.consignee == c.buyer else c.consignee)


def _hs_code(c: Consignment, rng: Random) -> Consignment:
    """The first goods of the note under a heading that is not on the invoice."""
    code = c.lines[0].good.hs_code
    wrong = replace(c.lines[0].good, hs_code="9506" + code[4:])
    lines = (replace(line, good=wrong) if line.good.hs_code == code else line for line in c.lines)
    return replace(c, lines=tuple(lines))


def _note_too_early(c: Consignment, rng: Random) -> Consignment:
    return replace(c, cmr_date=c.invoice_date - timedelta(days=rng.randint(20, 60)))


def _contract_too_late(c: Consignment, rng: Random) -> Consignment:
    return replace(c, contract_date=c.invoice_date + timedelta(days=rng.randint(20, 60)))


def _line_dropped(c: Consignment, rng: Random) -> Consignment:
    """One line left out; the totals stay those of all lines."""
    at = rng.randrange(len(c.lines))
    return replace(c, lines=(*c.lines[:at], *c.lines[at + 1 :]))


_BREAKS = {
    Plant.GROSS_MASS_ON_CMR: Break(
        "gross mass is the same on all papers", (CMR,), ("/gross_mass_kg", "/goods/*/gross_mass_kg"), _more_gross
    ),
    Plant.GROSS_MASS_ON_PACKING_LIST: Break(
        "gross mass is the same on all papers",
        (PACKING_LIST,),
        ("/gross_mass_kg", "/lines/*/gross_mass_kg"),
        _more_gross,
    ),
    Plant.NET_MASS_ON_INVOICE: Break(
        "net mass is the same on all papers",
        (INVOICE,),
        ("/net_mass_kg", "/lines/*/net_mass_kg"),
        _less_net,
    ),
    Plant.PACKAGES_ON_PACKING_LIST: Break(
        "the number of packages is the same on all papers",
        (PACKING_LIST,),
        ("/packages", "/lines/*/packages"),
        _more_packages,
        follows=("/lines/*/package_numbers",),
    ),
    Plant.PACKAGES_ON_CMR: Break(
        "the number of packages is the same on all papers", (CMR,), ("/packages", "/goods/*/packages"), _more_packages
    ),
    Plant.LINE_AMOUNT: Break(
        "a line's amount is its quantity times its unit price",
        (INVOICE,),
        ("/lines/*/amount",),
        _line_amount,
        follows=("/total_amount",),
    ),
    Plant.TOTAL_AMOUNT: Break("the total is the sum of the lines", (INVOICE,), ("/total_amount",), _total),
    Plant.NET_OVER_GROSS: Break(
        "net mass is not above gross mass",
        ALL,
        ("/net_mass_kg", "/gross_mass_kg", "/lines/*/net_mass_kg", "/lines/*/gross_mass_kg"),
        _net_over_gross,
        follows=("/goods/*/gross_mass_kg",),
    ),
    Plant.CONSIGNEE_ON_CMR: Break("the consignee is the same on all papers", (CMR,), ("/consignee",), _consignee),
    Plant.CONSIGNEE_TAX_ID_ON_CMR: Break(
        "the consignee is the same on all papers", (CMR,), ("/consignee/tax_id",), _consignee_tax_id
    ),
    Plant.SELLER_ON_PACKING_LIST: Break("the seller is the same on all papers", (PACKING_LIST,), ("/seller",), _seller),
    Plant.INVOICE_NUMBER_ON_CMR: Break(
        "the papers name the same invoice",
        (CMR,),
        ("/attached_documents/0/number",),
        lambda c, rng: replace(c, invoice_number=c.invoice_number + "7"),
    ),
    Plant.INVOICE_NUMBER_ON_PACKING_LIST: Break(
        "the papers name the same invoice",
        (PACKING_LIST,),
        ("/invoice/number",),
        lambda c, rng: replace(c, invoice_number=c.invoice_number + "7"),
    ),
    Plant.CONTAINER_CHECK_DIGIT: Break(
        "a container number ends in its check digit",
        (PACKING_LIST,),
        ("/containers/0/number",),
        lambda c, rng: replace(c, container=spoil_last_digit(c.container)),
    ),
    Plant.BUYER_TAX_ID_CHECK_DIGIT: Break(
        "a tax number ends in its check digit", ALL, ("/buyer/tax_id", "/consignee/tax_id"), _spoil_buyer
    ),
    Plant.HS_CODE_ON_CMR: Break(
        "commodity codes of the note are those of the invoice", (CMR,), ("/goods/0/hs_code",), _hs_code
    ),
    Plant.CMR_BEFORE_INVOICE: Break(
        "goods are taken over on or after the day of their invoice",
        (CMR,),
        ("/date_of_taking_over", "/issue_date"),
        _note_too_early,
    ),
    Plant.CONTRACT_AFTER_INVOICE: Break(
        "an invoice is not older than its contract", (INVOICE,), ("/contract/date",), _contract_too_late
    ),
    Plant.LINE_MISSING_ON_PACKING_LIST: Break(
        "the lines of a packing list add up to its totals",
        (PACKING_LIST,),
        ("/packages", "/net_mass_kg", "/gross_mass_kg"),
        _line_dropped,
        drops_line=True,
    ),
    Plant.LINE_MISSING_ON_INVOICE: Break(
        "the total is the sum of the lines", (INVOICE,), ("/total_amount",), _line_dropped, drops_line=True
    ),
    Plant.CURRENCY_MISSING: Break(
        "an invoice names its currency", (INVOICE,), ("/currency",), absent=frozenset({"currency"})
    ),
    Plant.INVOICE_DATE_MISSING: Break(
        "an invoice has a date", (INVOICE,), ("/issue_date",), absent=frozenset({"issue_date"})
    ),
    Plant.CONSIGNEE_MISSING_ON_CMR: Break(
        "a note names its consignee", (CMR,), ("/consignee",), absent=frozenset({"consignee"})
    ),
}
