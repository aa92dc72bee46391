"""From findings to few questions a person can answer: grouped by fact, routed to a desk, with typed fields."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Literal

from flows.steps.check import fingerprint
from schemas.catalogue import Catalogue
from schemas.record import AnswerField, CheckResult, Document, DossierException, Finding, Place, Severity
from schemas.rules.data import text
from schemas.rules.queues import queue_of

MOST_FIELDS = 40
"""A form with more is unanswerable: a table that broken is asked for anew, or corrected in several rounds."""

MOST_ROWS = 3
"""Rows offered beside a total in one form; a longer table is asked about by itself when its sum is wrong."""

_PARTIES = ("seller", "buyer", "consignor", "consignee", "carrier")
_MEMBERS = {
    **dict.fromkeys(_PARTIES, ("name", "country", "tax_id")),
    "place_of_delivery": ("name", "country"),
    "place_of_taking_over": ("name", "country"),
    "invoice": ("number", "date"),
    "contract": ("number", "date"),
    "incoterm": ("code", "place"),
}
"""What is asked for where a whole group is missing."""

_ORDER = {Severity.STOP: 0, Severity.ASK: 1, Severity.NOTE: 2}
FieldType = Literal["decimal", "integer", "date", "code", "text"]


def exceptions(
    dossier: str, result: CheckResult, catalogue: Catalogue | None = None, *, waived: Collection[str] = ()
) -> list[DossierException]:
    """The questions a person must answer before the dossier can clear, the heaviest first.

    Findings about the same fact, or the same table, become one question. `waived` are fingerprints already
    answered. The id is stable: the same question about the same values of a dossier has the same id.
    """
    documents = {d.id: d for d in result.documents}
    holding = [f for f in result.findings if f.severity is not Severity.NOTE and fingerprint(f) not in waived]
    found = [_exception(dossier, group, documents, catalogue) for group in _groups(holding, documents)]
    return sorted(found, key=lambda e: (min(_ORDER[f.severity] for f in e.findings), e.id))


def field_type(pointer: str) -> FieldType:
    """The type of the field at a pointer, told by its name: names carry their unit.

    >>> field_type("/lines/3/gross_mass_kg"), field_type("/issue_date"), field_type("/currency")
    ('decimal', 'date', 'code')
    """
    name = next((p for p in reversed(pointer.split("/")) if not p.isdigit()), "")
    if re.search(r"_kg$|_m3$|amount$|^quantity$|price$", name):
        return "decimal"
    if name in ("packages", "pallets", "position", "pieces"):
        return "integer"
    if name.startswith("date") or name.endswith(("date", "_on", "valid_until")):
        return "date"
    if name.endswith(("country", "currency", "_code", "tax_id", "_plate")) or name.startswith("country"):
        return "code"
    return "code" if name == "code" or "/containers/" in pointer else "text"


def _exception(
    dossier: str, group: list[Finding], documents: dict[str, Document], catalogue: Catalogue | None
) -> DossierException:
    group = sorted(group, key=lambda f: (_ORDER[f.severity], f.rule, f.seen))
    marks = sorted(fingerprint(f) for f in group)
    identity = hashlib.sha256("\x1f".join([dossier, *marks]).encode()).hexdigest()[:20]
    fields = tuple(_fields(group, documents, catalogue))
    return DossierException(
        id=identity,
        dossier=dossier,
        queue=queue_of(group[0].rule),
        question=_question(group, fields),
        findings=tuple(group),
        fields=fields,
    )


def _question(group: Sequence[Finding], fields: Sequence[AnswerField]) -> str:
    """What it is about, then what was seen: `Gross mass, kg: 540 (packing list 7); 450.4 (CMR 12): ...`."""
    told = list(dict.fromkeys(f.seen for f in group))
    seen = " ".join([*told[:3], *([f"And {len(told) - 3} more of the same table or fact."] if len(told) > 3 else [])])
    topics = {
        re.sub(r" \(.*\)$", "", field.title.partition(": ")[2]) for field in fields if field.pointer.count("/") == 1
    }
    topic = topics.pop() if len(topics) == 1 else ""
    return f"{topic[:1].upper()}{topic[1:]}: {seen}" if topic else seen


def _groups(findings: Sequence[Finding], documents: dict[str, Document]) -> list[list[Finding]]:
    """Findings joined, directly or through others, by a fact they share."""
    leader: dict[str, str] = {}

    def find(key: str) -> str:
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    keys = [list(_facts(f, documents)) or [fingerprint(f)] for f in findings]
    for first, *others in keys:
        for other in others:
            leader[find(other)] = find(first)
    groups: dict[str, list[Finding]] = {}
    for finding, (first, *_) in zip(findings, keys, strict=True):
        groups.setdefault(find(first), []).append(finding)
    return list(groups.values())


def _facts(finding: Finding, documents: dict[str, Document]) -> Iterator[str]:
    """What a finding is about: columns, fields and parties by document; and one value under one rule."""
    for place in finding.places:
        parts = ["*" if p.isdigit() else p for p in place.pointer.split("/")[1:]]
        if parts and (parts[0] in _PARTIES or parts[-1] == "*"):
            parts = parts[:-1] or parts  # one party is one fact, and a row speaks for its table
        yield f"{place.document or place.file}#{'/'.join(parts)}"
    if finding.places and (value := _value(finding.places[0], documents)):
        yield f"{finding.rule.partition('.')[2]}={value}"


def _fields(
    group: Sequence[Finding], documents: dict[str, Document], catalogue: Catalogue | None
) -> Iterable[AnswerField]:
    seen: dict[tuple[str, str], AnswerField] = {}
    for place in (place for finding in group for place in finding.places):
        document = documents.get(place.document)
        for pointer in _asked_for(place.pointer, document) if document else ():
            assert document is not None
            if (document.id, pointer) not in seen and len(seen) < MOST_FIELDS:
                seen[document.id, pointer] = _field(document, pointer, catalogue)
    return seen.values()


def _asked_for(pointer: str, document: Document) -> list[str]:
    """What a person can type at a pointer; with a total also the few rows it must be the sum of."""
    leaves = _leaves(pointer, document)
    rows = [row for total in leaves for row in rows_of_total(document, total)]
    return leaves + (rows if 1 < len(rows) <= MOST_ROWS else [])


def rows_of_total(document: Document, pointer: str) -> list[str]:
    """The pointers of the same quantity in each row, for the pointer of a total such as `/gross_mass_kg`."""
    name = pointer.removeprefix("/")
    for table in ("lines", "goods"):
        rows = document.data.get(table)
        if isinstance(rows, list) and rows and all(isinstance(row, dict) and name in row for row in rows):
            return [f"/{table}/{number}/{name}" for number in range(len(rows))]
    return []


def _field(document: Document, pointer: str, catalogue: Catalogue | None) -> AnswerField:
    kind = field_type(pointer)
    return AnswerField(
        document=document.id,
        pointer=pointer,
        title=_title(document, pointer, catalogue),
        type=kind,
        value=text(at(document, pointer)),
        country=_country(document, pointer) if pointer.endswith("/tax_id") else "",
    )


def _title(document: Document, pointer: str, catalogue: Catalogue | None) -> str:
    if catalogue and document.kind in catalogue:
        kind = catalogue.kind(document.kind)
        return f"{kind.title()}: {kind.field_title(pointer)}"
    parts = [str(int(p) + 1) if p.isdigit() else p.replace("_", " ") for p in pointer.split("/")[1:]]
    return f"{document.kind.replace('_', ' ')}: {' '.join(parts)}"


def _country(document: Document, pointer: str) -> str:
    return text(at(document, pointer.removesuffix("/tax_id") + "/country"))


def _leaves(pointer: str, document: Document) -> list[str]:
    """The single values a person can type at a pointer: itself, or the members of a group."""
    node = at(document, pointer)
    name = pointer.rpartition("/")[2]
    if name in _MEMBERS and not isinstance(node, str):
        return [f"{pointer}/{member}" for member in _MEMBERS[name]]
    return [] if isinstance(node, dict | list) or pointer in ("", "/lines", "/goods") else [pointer]


def _value(place: Place, documents: dict[str, Document]) -> str:
    document = documents.get(place.document)
    return text(at(document, place.pointer)) if document else ""


def at(document: Document, pointer: str) -> object:
    """What stands at a pointer in the document's data; None where nothing does."""
    node: object = document.data
    for part in pointer.split("/")[1:]:
        if isinstance(node, dict):
            node = node.get(part)
        elif isinstance(node, list) and part.isdigit() and int(part) < len(node):
            node = node[int(part)]
        else:
            return None
    return node
