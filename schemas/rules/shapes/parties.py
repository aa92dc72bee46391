"""The same party across papers: by tax number where both print one, else by name across scripts and legal forms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from schemas.identifiers import tax_id
from schemas.record import Document
from schemas.rules.data import Subject, text
from schemas.rules.judgement import HOLDS, Application, Judgement, Violation, could_not_check, paper, shape, violated
from schemas.rules.names import Likeness, compare, in_cyrillic
from schemas.rules.shapes.dates import split_field


class Party(NamedTuple):
    """A party as one paper names it."""

    document: Document
    pointer: str
    name: str
    country: str
    number: str

    def __str__(self) -> str:
        page = self.document.place(f"{self.pointer}/name").page
        number = f", tax number {self.number}" if self.number else ""
        return f"{self.name or 'no name'}{number} ({paper(self.document)}{f', page {page}' if page else ''})"

    @property
    def places(self) -> tuple[tuple[Document, str], ...]:
        number = ((self.document, f"{self.pointer}/tax_id"),) if self.number else ()
        return ((self.document, f"{self.pointer}/name"), *number)


def party_in(document: Document, name: str) -> Party | None:
    """The party under a key of the document; None where neither name nor number is stated."""
    found = document.data.get(name)
    if isinstance(found, str):
        found = {"name": found}
    if not isinstance(found, dict):
        return None
    country = text(found.get("country")).upper()
    party = Party(
        document,
        f"/{name}",
        text(found.get("name")),
        country,
        tax_id.compact(text(found.get("tax_id")), country) if text(found.get("tax_id")) else "",
    )
    return party if party.name or party.number else None


def candidates(document: Document, paths: str) -> list[Party]:
    """`consignee|buyer` is the first stated, `consignor+seller` every one stated."""
    joined = paths.split("+")
    if len(joined) > 1:
        return [party for name in joined if (party := party_in(document, name))]
    return next(([party] for name in paths.split("|") if (party := party_in(document, name))), [])


def likeness(one: Party, other: Party) -> tuple[Likeness, str]:
    """Whether two statements mean the same party, and by what that was told."""
    names = compare(one.name, other.name) if one.name and other.name else None
    if one.number and other.number:
        if one.number == other.number:
            if names is Likeness.DIFFERENT and in_cyrillic(one.name) == in_cyrillic(other.name):
                return Likeness.DOUBT, "the tax numbers agree, the names do not"
            return Likeness.SAME, "by tax number"
        if names is Likeness.SAME and one.country != other.country:
            return Likeness.DOUBT, "the names agree, the tax numbers are of different countries"
        return Likeness.DIFFERENT, "the tax numbers differ"
    if names is None:
        return Likeness.DOUBT, "one paper gives only a name, the other only a tax number"
    told = {Likeness.SAME: "by name", Likeness.DIFFERENT: "the names differ"}
    return names, told.get(names, "the names are alike, but not the same")


@shape("same_party", scope="dossier", options="optional", fewest_fields=2)
def same_party(subject: Subject, application: Application) -> Judgement:
    """All papers name the same party: `[commercial_invoice:consignee|buyer, cmr:consignee]`.

    Every paper is compared with every paper of the last field; kinds in the option `optional` need not name it.
    """
    *fields, last = application.rule.fields
    anchors = _of(subject, last)
    others = [entry for field in fields for entry in _of(subject, field)]
    optional = application.rule.options.get("optional", "").split()
    missing = [place for kind, _, place in _silent(subject, application.rule.fields) if kind not in optional]
    violations: list[Violation] = []
    doubts: list[tuple[str, tuple[tuple[Document, str], ...]]] = []
    for here in others:
        for there in anchors:
            verdict, why, pair = _best(here, there)
            if verdict is Likeness.SAME:
                continue
            seen = f"{pair[0]} against {pair[1]}: {why}"
            places = (*pair[0].places, *pair[1].places)
            if verdict is Likeness.DIFFERENT:
                violations.append(Violation(seen, places))
            else:
                doubts.append((seen, places))
    if violations:
        return violated(_merged(violations))
    if doubts:
        places = _unique(place for _, found in doubts for place in found)
        return could_not_check("; ".join(why for why, _ in doubts), places, doubtful=True)
    if missing and (anchors or others):
        return could_not_check("; ".join(f"{paper(d)} names none" for d, _ in missing), missing)
    return HOLDS if anchors and others else could_not_check("fewer than two papers name one")


def _of(subject: Subject, field: str) -> list[list[Party]]:
    kind, paths = split_field(field)
    return [found for document in subject.of(kind) if (found := candidates(document, paths))]


def _silent(subject: Subject, fields: tuple[str, ...]) -> list[tuple[str, str, tuple[Document, str]]]:
    silent = []
    for field in fields:
        kind, paths = split_field(field)
        name = paths.replace("+", "|").split("|")[0]
        silent += [(kind, paths, (d, f"/{name}")) for d in subject.of(kind) if not candidates(d, paths)]
    return silent


_RANK = {Likeness.SAME: 0, Likeness.DOUBT: 1, Likeness.DIFFERENT: 2}


def _best(here: list[Party], there: list[Party]) -> tuple[Likeness, str, tuple[Party, Party]]:
    """The likest pair: where a paper names consignor and seller, either may be meant."""
    pairs = [(*likeness(a, b), (a, b)) for a in here for b in there]
    return min(pairs, key=lambda found: _RANK[found[0]])


def _merged(violations: list[Violation]) -> list[Violation]:
    """One finding for one party, however many papers disagree about it."""
    seen = "; ".join(dict.fromkeys(v.seen for v in violations))
    return [Violation(seen, _unique(place for v in violations for place in v.places))]


def _unique(places: Iterable[tuple[Document, str]]) -> tuple[tuple[Document, str], ...]:
    found = {(document.id, pointer): (document, pointer) for document, pointer in places}
    return tuple(found.values())
