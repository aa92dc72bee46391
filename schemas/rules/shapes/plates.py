"""Trucks and trailers: the plates of box 25 of the CMR against what other papers call the means of transport."""

from __future__ import annotations

import re

from schemas.identifiers import plate
from schemas.rules.data import Datum, Subject, read, text
from schemas.rules.judgement import Application, Judgement, Violation, could_not_check, shape, value_at, violated
from schemas.rules.shapes.dates import split_field

_VEHICLE = re.compile(
    r"truck|vehicle|lorry|plate|trailer|road|авто|машин|т/с|тягач|прицеп|госномер|lkw|kfz|camion|plaka|araç|车|көлік|возил",
    re.IGNORECASE,
)


@shape("same_plates", scope="dossier", fewest_fields=2)
def same_plates(subject: Subject, application: Application) -> Judgement:
    """Plates that other papers name are those of the last field.

    `[commercial_invoice:transport, cmr:truck_plate+trailer_plate]`. A transport reference names plates when
    it says it is of a vehicle, or when its number has a known national pattern; other numbers (of a CMR, a
    flight) say nothing here.
    """
    *others, last = application.rule.fields
    kind, paths = split_field(last)
    own = [d for document in subject.of(kind) for path in paths.split("+") for d in read(document, path)]
    known = {plate.compact(text(d.value)): d for d in own if text(d.value)}
    named = [(d, plates) for field in others for d in _references(subject, field) if (plates := _plates_in(d))]
    if not known or not named:
        return could_not_check("fewer than two papers name a vehicle")
    found = []
    for datum, plates in named:
        strange = [p for p in plates if p not in known]
        unmatched = [d for code, d in known.items() if code not in plates]
        if not strange or (len(strange) < len(plates) and not unmatched):
            continue  # the same plates, or a trailer that the other paper leaves out
        told = ", ".join(map(value_at, known.values()))
        places = ((datum.document, datum.pointer), *((d.document, d.pointer) for d in unmatched))
        found.append(Violation(f"{value_at(datum)} against {told}", places))
    return violated(found)


def _references(subject: Subject, field: str) -> list[Datum]:
    kind, name = split_field(field)
    found = []
    for document in subject.of(kind):
        node = document.data.get(name)
        if isinstance(node, dict) and text(node.get("number")):
            found.append(Datum(document, f"/{name}/number", node["number"]))
    return found


def _plates_in(datum: Datum) -> list[str]:
    """The plates a transport reference prints, compact; none where it does not speak of a vehicle."""
    node = datum.document.data.get(datum.pointer.split("/")[1])
    said = bool(isinstance(node, dict) and _VEHICLE.search(text(node.get("kind"))))
    parts = [plate.compact(part) for part in re.split(r"[/,;+&|()]|\s{2,}", text(datum.value))]
    if not any(map(plate.looks_like, parts)):  # a plate may itself be printed with a slash
        parts.append(plate.compact(text(datum.value)))
    return [p for p in parts if plate.looks_like(p) or (said and plate.is_valid(p))]
