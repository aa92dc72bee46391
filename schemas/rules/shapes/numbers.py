"""Numbers that prove themselves: containers and tax numbers by check digit."""

from __future__ import annotations

from schemas.identifiers import container, tax_id
from schemas.identifiers.errors import InvalidIdentifier
from schemas.record import Document, Outcome
from schemas.rules.data import Datum, Subject, first, read, text
from schemas.rules.judgement import HOLDS, Application, Judgement, Violation, could_not_check, shape, violated, where


@shape("container_number", scope="document")
def container_number(subject: Subject, application: Application) -> Judgement:
    """Every container number of the fields has the form and the check digit of ISO 6346."""
    (document,) = subject.documents
    data = [d for path in application.rule.fields for d in read(document, path)]
    if not data:
        return could_not_check("no container is stated")
    found: list[Violation] = []
    for datum in data:
        try:
            container.validate(text(datum.value))
        except InvalidIdentifier as fault:
            found.append(Violation(f"{fault} ({where(datum)})", ((document, datum.pointer),)))
    return violated(found)


@shape("tax_number", scope="document")
def tax_number(subject: Subject, application: Application) -> Judgement:
    """The tax number of every party named in the fields is right for the party's country."""
    (document,) = subject.documents
    country = application.rule.options.get("country", "")
    found: list[Violation] = []
    unchecked: list[str] = []
    held = False
    for path in application.rule.fields:
        datum = first(document, f"{path}.tax_id")
        if datum is None:
            continue
        checked = tax_id.check_tax_id(text(datum.value), country or _country(document, path))
        held = held or checked.outcome is Outcome.HOLDS
        if checked.outcome is Outcome.VIOLATED:
            found.append(_wrong(document, path, datum, checked.why))
        elif checked.outcome is Outcome.COULD_NOT_CHECK:
            unchecked.append(f"{path}: {checked.why}")
    if found:
        return violated(found)
    if unchecked:
        return could_not_check("; ".join(unchecked))
    return HOLDS if held else could_not_check("no tax number is stated")


def _wrong(document: Document, path: str, datum: Datum, why: str) -> Violation:
    name = first(document, f"{path}.name")
    of = f" of {text(name.value)}" if name else ""
    return Violation(f"tax number{of}: {why} ({where(datum)})", ((document, datum.pointer),))


def _country(document: Document, path: str) -> str:
    found = first(document, f"{path}.country")
    return text(found.value) if found else ""
