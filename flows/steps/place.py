"""Which dossier a paper belongs to: the folder it was dropped in, then the references it carries.

A paper that fits two dossiers or none is a question, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rapidfuzz import fuzz

from schemas.placement import AskWhere, Candidate, Join, OpenNew, Placement, Reference
from schemas.record import Document

# Cyrillic capitals that look like Latin ones: a number typed on two keyboards is one number.
_LOOK_ALIKE = str.maketrans("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS")
_PARTIES = ("seller", "buyer", "consignor", "consignee")
_LEGAL_FORMS = re.compile(r"\b(llc|llp|ltd|gmbh|ag|co|inc|sa|sarl|doo|as|ооо|тоо|жшс|зао|оао|ао|ип|чп|одо)\b")
_SAME_NAME = 85.0
"""Share of a name (rapidfuzz, 0 to 100) that must agree for two spellings to be one party."""

_OWN_KIND = {"commercial_invoice": "invoice", "proforma_invoice": "invoice"}
_STRONG = frozenset({"invoice", "cmr", "packing_list", "document"})


def fold_number(text: str) -> str:
    """A number as compared: capitals, look-alike letters as Latin, nothing but letters and digits.

    >>> fold_number(" инв-№ 2026/015 ") == fold_number("ИНВ 2026-015")
    True
    """
    kept = re.sub(r"[\W_]", "", text.replace("№", "")).upper()
    return kept.translate(_LOOK_ALIKE)


def fold_name(text: str) -> str:
    """A party's name as compared: small letters, no quotes, no legal form."""
    plain = re.sub(r"[^\w\s]", " ", text.casefold())
    return " ".join(_LEGAL_FORMS.sub(" ", plain).split())


def references_of(document: Document) -> list[Reference]:
    """Every reference a paper carries, its own number first."""
    data = document.data
    parties = tuple(_parties(data))
    found: dict[tuple[str, str], Reference] = {}
    for kind, number, is_own in _numbers(document.kind, data):
        folded = fold_number(number)
        if folded and (kind, folded) not in found:
            found[kind, folded] = Reference(kind=kind, number=folded, is_own=is_own, parties=parties)
    return list(found.values())


def place(
    document: Document, references: Sequence[Reference], group: str, candidates: Sequence[Candidate]
) -> Placement:
    """Where a paper goes that was dropped outside any dossier's folder (`group` is then empty).

    With a group the ledger has already found or made its dossier; this is only asked for the rest.
    """
    fitting = [c for c in candidates if _fits(document, references, c)]
    if len(fitting) == 1:
        shared = _shared(references, fitting[0])[0]
        return Join(fitting[0].dossier_id, f"shares {shared.kind} {shared.number} with dossier {fitting[0].ref}")
    if fitting:
        names = " and ".join(c.ref for c in fitting)
        return AskWhere(f"it fits {len(fitting)} dossiers: {names}", tuple(fitting))
    if any(r.is_own or r.kind in _STRONG for r in references):
        return OpenNew("the first paper of its consignment")
    return AskWhere("it carries no number that ties it to a consignment", tuple(candidates))


def _fits(document: Document, references: Sequence[Reference], candidate: Candidate) -> bool:
    shared = _shared(references, candidate)
    if any(mine.kind in _STRONG for mine in shared):
        return True
    if not shared or _contradicts(references, candidate):
        return False
    # Contracts, plates and containers serve many consignments: they tie a paper only to a dossier that lacks it.
    return document.kind not in candidate.kinds


def _shared(references: Iterable[Reference], candidate: Candidate) -> list[Reference]:
    return [
        mine
        for mine in references
        if any(_same(mine, theirs) and _same_parties(mine, theirs) for theirs in candidate.references)
    ]


def _same(mine: Reference, theirs: Reference) -> bool:
    if mine.number != theirs.number:
        return False
    if mine.kind == theirs.kind:
        return True
    return "document" in (mine.kind, theirs.kind) and {mine.kind, theirs.kind} <= _STRONG


def _contradicts(references: Sequence[Reference], candidate: Candidate) -> bool:
    mine = {r.number for r in references if r.kind == "invoice"}
    theirs = {r.number for r in candidate.references if r.kind == "invoice"}
    return bool(mine and theirs and not mine & theirs)


def _same_parties(mine: Reference, theirs: Reference) -> bool:
    if not mine.parties or not theirs.parties:
        return True
    return any(
        a == b or fuzz.token_set_ratio(a, b) >= _SAME_NAME for a in mine.parties for b in theirs.parties
    ) or not _one_alphabet(mine.parties + theirs.parties)


def _one_alphabet(names: Iterable[str]) -> bool:
    """Names in two alphabets cannot be told apart letter by letter; the number then decides alone."""
    letters = "".join(names)
    is_cyrillic, is_latin = re.search("[а-я]", letters), re.search("[a-z]", letters)
    is_han = re.search("[\u4e00-\u9fff]", letters)
    return sum(map(bool, (is_cyrillic, is_latin, is_han))) <= 1


def _parties(data: dict[str, Any]) -> Iterator[str]:
    for role in _PARTIES:
        party = data.get(role)
        if isinstance(party, dict):
            if party.get("tax_id"):
                yield fold_number(str(party["tax_id"])).casefold()
            if party.get("name"):
                yield fold_name(str(party["name"]))


def _numbers(kind: str, data: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    if data.get("number"):
        yield _OWN_KIND.get(kind, kind), str(data["number"]), True
    for key in ("invoice", "contract", "transport"):
        reference = data.get(key)
        if isinstance(reference, dict) and reference.get("number"):
            # What a paper calls its transport document may be a CMR, a waybill, ...: the number decides.
            yield "document" if key == "transport" else key, str(reference["number"]), False
    for reference in data.get("attached_documents") or ():
        if isinstance(reference, dict) and reference.get("number"):
            yield _attached_kind(str(reference.get("kind", ""))), str(reference["number"]), False
    for container in data.get("containers") or ():
        number = container.get("number") if isinstance(container, dict) else container
        if number:
            yield "container", str(number), False
    for key in ("truck_plate", "trailer_plate"):
        if data.get(key):
            yield "plate", str(data[key]), False


def _attached_kind(kind: str) -> str:
    kind = _OWN_KIND.get(kind, kind)
    return kind if kind in _STRONG or kind == "contract" else "document"
