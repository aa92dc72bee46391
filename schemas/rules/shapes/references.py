"""References from one paper to another: the invoice named on the packing list and in box 5 of the CMR."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any, NamedTuple

from schemas.record import Document
from schemas.rules.data import Datum, Subject, day, first, text
from schemas.rules.judgement import HOLDS, Application, Judgement, Violation, could_not_check, shape, value_at, violated
from schemas.rules.shapes.across import letters_of
from schemas.rules.shapes.dates import split_field

_INVOICE = re.compile(
    r"invoice|\binv\b|инвойс|сч[её]т|faktur|fatura|факту|facture|rechnung|发票|шот|fattura|factura", re.IGNORECASE
)
_PROFORMA = re.compile(r"pro.?forma|проформа|形式发票", re.IGNORECASE)


class Reference(NamedTuple):
    """One reference: its number as printed, the kind of paper it is said to be, and its date."""

    number: Datum
    kind: str
    date: Any

    @property
    def is_invoice(self) -> bool:
        return bool(_INVOICE.search(self.kind)) and not _PROFORMA.search(self.kind)

    @property
    def may_be_invoice(self) -> bool:
        return not self.kind or self.is_invoice


def references_in(document: Document, name: str) -> list[Reference]:
    """The references under a key: one, or a list; plain texts count as numbers of an unknown kind."""
    found = document.data.get(name)
    items = list(enumerate(found)) if isinstance(found, list | tuple) else [(None, found)]
    references = []
    for index, item in items:
        pointer = f"/{name}" + ("" if index is None else f"/{index}")
        if isinstance(item, str) and item:
            references.append(Reference(Datum(document, pointer, item), "", None))
        elif isinstance(item, dict) and text(item.get("number")):
            number = Datum(document, f"{pointer}/number", item["number"])
            references.append(Reference(number, text(item.get("kind")), item.get("date")))
    return references


def names_number(printed: str, number: str) -> bool:
    """Whether a printed reference names the number, alone or among other words.

    >>> names_number("Invoice INV-2026/001 dd 12.03.2026", "INV 2026-001"), names_number("INV-20261", "INV-2026")
    (True, False)
    """
    wanted = letters_of(number)
    if not wanted:
        return False
    words = [w for part in re.split(r"[\s,;:()№#]+", printed) if (w := letters_of(part))]
    if letters_of(printed) == wanted:
        return True
    spans = combinations(range(len(words[:40]) + 1), 2)
    return any("".join(words[a:b]) == wanted for a, b in spans if b - a <= 6)


@shape("names_invoice", scope="dossier", options="every", fewest_fields=2)
def names_invoice(subject: Subject, application: Application) -> Judgement:
    """The paper refers to the dossier's invoices: `[cmr:attached_documents, commercial_invoice:number]`.

    Violated where an invoice is named that the dossier does not have, or where references are given and none
    is an invoice of the dossier; with the option `every`, also where one of its invoices is not among them.
    """
    source, target = application.rule.fields
    kind, name = split_field(source)
    invoices = _numbers(subject, target)
    papers = subject.of(kind)
    references = [r for document in papers for r in references_in(document, name) if r.may_be_invoice]
    if not invoices:
        return could_not_check("no invoice with a number is in the dossier")
    if not references:
        return could_not_check("no invoice is referred to", [(document, f"/{name}") for document in papers])
    unknown = [r for r in references if (r.is_invoice or name == "invoice") and not _named(r, invoices)]
    unnamed = [d for d in invoices if not any(names_number(text(r.number.value), text(d.value)) for r in references)]
    if not unknown and len(unnamed) < len(invoices) and not application.rule.options.get("every"):
        return HOLDS
    if not unknown and not unnamed:
        return HOLDS
    return violated([_not_named(references, unknown, unnamed, kind)])


def _not_named(references: list[Reference], unknown: list[Reference], unnamed: list[Datum], kind: str) -> Violation:
    told = [f"the {kind.replace('_', ' ')} names {value_at(r.number)}" for r in (unknown or references)[:6]]
    told += [f"the dossier's invoice {value_at(d)} is not named" for d in unnamed]
    told += ["no such invoice is in the dossier"] if unknown and not unnamed else []
    data = [r.number for r in (unknown or references)[:6]] + unnamed
    return Violation("; ".join(told), tuple((d.document, d.pointer) for d in data))


@shape("same_reference_date", scope="dossier", fewest_fields=3)
def same_reference_date(subject: Subject, application: Application) -> Judgement:
    """Where a reference names an invoice with its date, the date is the invoice's own.

    `[cmr:attached_documents, commercial_invoice:number, commercial_invoice:issue_date]`
    """
    source, number, issued = application.rule.fields
    kind, name = split_field(source)
    found: list[Violation] = []
    compared = 0
    for reference in (r for document in subject.of(kind) for r in references_in(document, name)):
        for datum in _named(reference, _numbers(subject, number)):
            own = first(datum.document, split_field(issued)[1])
            at = day(reference.date)
            if own is None or at is None or day(own.value) is None or not reference.may_be_invoice:
                continue
            compared += 1
            if at != day(own.value):
                pointer = reference.number.pointer.removesuffix("/number") + "/date"
                there = Datum(reference.number.document, pointer, reference.date)
                seen = f"{value_at(there)} against {value_at(own)} for invoice {text(datum.value)}"
                found.append(Violation(seen, ((there.document, pointer), (own.document, own.pointer))))
    if found:
        return violated(found)
    return HOLDS if compared else could_not_check("no reference names an invoice with its date")


def _numbers(subject: Subject, field: str) -> list[Datum]:
    kind, path = split_field(field)
    return [found for document in subject.of(kind) if (found := first(document, path))]


def _named(reference: Reference, invoices: list[Datum]) -> list[Datum]:
    return [d for d in invoices if names_number(text(reference.number.value), text(d.value))]
