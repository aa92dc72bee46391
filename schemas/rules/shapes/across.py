"""What several papers state, compared across the dossier: totals, codes, sets of numbers.

A field is `kind:path`; `path|table.path` takes the rows' sum where the paper prints no total.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from schemas.identifiers import container, plate
from schemas.record import Document
from schemas.rules.data import Datum, Subject, decimal, first, pointer_of, read, rows, shown, sum_of, text
from schemas.rules.judgement import (
    HOLDS,
    Application,
    Judgement,
    Violation,
    could_not_check,
    kind_in_words,
    number_at,
    paper,
    shape,
    value_at,
    violated,
    where,
)
from schemas.rules.shapes.amounts import agree
from schemas.rules.shapes.dates import split_field

_PALLETS = re.compile(r"pallet|palette?|палл?ет|поддон|托盘|\bpx\b|\bpe\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """What all papers of one kind together state of one quantity."""

    kind: str
    value: Decimal | None
    data: tuple[Datum, ...] = ()
    missing: tuple[tuple[Document, str], ...] = ()
    why: str = ""

    def __str__(self) -> str:
        if self.value is None:
            return self.why
        if len(self.data) == 1:
            return number_at(self.data[0])
        papers = list(dict.fromkeys(where(d) for d in self.data))
        return f"{shown(self.value)} (sum over {', '.join(papers[:4])}{', …' if len(papers) > 4 else ''})"


def distinct(documents: Iterable[Document]) -> tuple[Document, ...]:
    """The documents without further copies of one paper (the same kind, number and data)."""
    seen: list[tuple[str, object]] = []
    kept = []
    for document in documents:
        mark = (document.kind, document.data)
        if mark not in seen or not document.data.get("number"):
            kept.append(document)
        seen.append(mark)
    return tuple(kept)


def stated_in(document: Document, paths: str) -> Stated:
    """One quantity of one document: printed as a total, or added up where every row states it."""
    total, _, column = paths.partition("|")
    found = first(document, total)
    if found is not None:
        value = decimal(found.value)
        why = "" if value is not None else f"{value_at(found)} is not a number"
        return Stated(document.kind, value, (found,), () if value is not None else ((document, found.pointer),), why)
    if column:
        table = rows(document, column.split(".")[0])
        data = read(document, column)
        values = [value for d in data if (value := decimal(d.value)) is not None]
        if table and len(values) == len(table):
            return Stated(document.kind, sum_of(values), tuple(data))
    return Stated(document.kind, None, (), ((document, pointer_of(total)),), f"{paper(document)} states none")


def stated_by(subject: Subject, field: str) -> Stated | None:
    """One quantity over all papers of the field's kind; None when the dossier has no such paper."""
    kind, paths = split_field(field)
    documents = distinct(subject.of(kind))
    if not documents:
        return None
    each = [stated_in(document, paths) for document in documents]
    silent = [s for s in each if s.value is None]
    if silent:
        missing = tuple(place for s in silent for place in s.missing)
        return Stated(kind, None, (), missing, "; ".join(s.why for s in silent))
    values = [s.value for s in each if s.value is not None]
    return Stated(kind, sum_of(values), tuple(d for s in each for d in s.data))


@shape(
    "same_total",
    scope="dossier",
    parameters="tolerance rounded_to",
    options="unit optional pallets",
    fewest_fields=2,
)
def same_total(subject: Subject, application: Application) -> Judgement:
    """All kinds of paper state the same total: `[packing_list:gross_mass_kg|lines.gross_mass_kg, cmr:…]`.

    Kinds named in the option `optional` need not state it. With the option `pallets` (a field), papers that
    count pallets are compared with the pallets stated there.
    """
    stated = [s for field in application.rule.fields if (s := stated_by(subject, field)) is not None]
    known = [s for s in stated if s.value is not None]
    apart = _disagreements(subject, application, known)
    if apart:
        return violated([_unequal(application, known, apart)])
    optional = application.rule.options.get("optional", "").split()
    silent = [s for s in stated if s.value is None and s.kind not in optional]
    if silent and len(stated) > 1:
        return could_not_check(
            "; ".join(s.why for s in silent),
            [p for s in silent for p in s.missing],
            doubtful=any(s.data for s in silent),
        )
    return HOLDS if len(known) > 1 else could_not_check("fewer than two kinds of paper state it")


def _disagreements(subject: Subject, application: Application, known: list[Stated]) -> list[tuple[Stated, Stated]]:
    pallets = application.rule.options.get("pallets", "")
    apart = []
    for i, one in enumerate(known):
        for other in known[i + 1 :]:
            a, b = one.value, other.value
            if a is None or b is None or agree(a, b, application.tolerance(), application.tolerance("rounded_to")):
                continue
            if not (pallets and _pallets_agree(subject, pallets, one, other)):
                apart.append((one, other))
    return apart


def _pallets_agree(subject: Subject, field: str, one: Stated, other: Stated) -> bool:
    """Whether a paper that counts pallets agrees with the pallets another paper states beside its packages."""
    counted = stated_by(subject, field)
    if counted is None or counted.value is None:
        return False
    return any(s.value == counted.value and s.kind != counted.kind and _counts_pallets(s) for s in (one, other))


def _counts_pallets(stated: Stated) -> bool:
    documents = {d.document.id: d.document for d in stated.data}.values()
    kinds = [
        text(d.value) for doc in documents for path in ("package_kind", "goods.package_kind") for d in read(doc, path)
    ]
    return bool(kinds) and all(_PALLETS.search(kind) for kind in kinds)


def _unequal(application: Application, known: list[Stated], apart: list[tuple[Stated, Stated]]) -> Violation:
    one, other = apart[0]
    difference = abs((one.value or Decimal(0)) - (other.value or Decimal(0)))
    unit = application.rule.options.get("unit", "")
    unit = f" {unit}" if unit else ""
    values = "; ".join(map(str, known))
    alone = _alone(known, apart)
    stands = f". The {kind_in_words(alone.kind)} stands alone" if alone else ""
    seen = f"{values}: difference {shown(difference)}{unit}, allowed {shown(application.tolerance())}{unit}{stands}"
    return Violation(seen, tuple((d.document, d.pointer) for s in known for d in _headline(s)))


def _alone(known: list[Stated], apart: list[tuple[Stated, Stated]]) -> Stated | None:
    """The one whose value no other supports, where the others agree among themselves."""
    if len(known) < 3:
        return None
    return next((s for s in known if all(s in pair for pair in apart)), None) if len(apart) == len(known) - 1 else None


def _headline(stated: Stated) -> Iterable[Datum]:
    """Of a sum of rows the first row stands for all: a frame has to go somewhere."""
    seen: set[str] = set()
    for datum in stated.data:
        key = f"{datum.document.id}{re.sub('[0-9]+', '*', datum.pointer)}"
        if key not in seen:
            seen.add(key)
            yield datum


def _hs(code: str) -> str:
    return re.sub(r"\D", "", code)[:6]


def _upper(code: str) -> str:
    return re.sub(r"\s+", " ", code.strip().upper())


@lru_cache(maxsize=16384)
def letters_of(code: str) -> str:
    return re.sub(r"[\W_]+", "", plate.compact(code))


_COMPARE: dict[str, Callable[[str], str]] = {
    "code": _upper,
    "number": letters_of,
    "hs": _hs,
    "container": container.compact,
    "plate": plate.compact,
}


def _compared(application: Application) -> Callable[[str], str]:
    return _COMPARE[application.rule.options.get("compare", "code")]


@shape("same_value", scope="dossier", options="compare", fewest_fields=1)
def same_value(subject: Subject, application: Application) -> Judgement:
    """Every paper that states the code states the same: `[commercial_invoice:currency, packing_list:currency]`."""
    key = _compared(application)
    data = [d for field in application.rule.fields for d in _data(subject, field)]
    values: dict[str, list[Datum]] = {}
    for datum in data:
        if code := key(text(datum.value)):
            values.setdefault(code, []).append(datum)
    if len(values) > 1:
        seen = " against ".join(value_at(group[0]) for group in values.values())
        places = tuple((g[0].document, g[0].pointer) for g in values.values())
        return violated([Violation(seen, places)])
    papers = {d.document.id for d in data}
    return HOLDS if len(papers) > 1 else could_not_check("fewer than two papers state it")


@shape("same_set", scope="dossier", options="compare", fewest_fields=2)
def same_set(subject: Subject, application: Application) -> Judgement:
    """Every kind of paper that names any names the same ones: containers, plates. `kind:path+path` joins paths."""
    key = _compared(application)
    groups = []
    for field in application.rule.fields:
        named = {code: d for d in _data(subject, field) if (code := key(text(d.value)))}
        if named:
            groups.append((split_field(field)[0], named))
    if len(groups) < 2:
        return could_not_check("fewer than two kinds of paper state them")
    base_kind, base = groups[0]
    found = []
    for kind, named in groups[1:]:
        only_base = [d for code, d in base.items() if code not in named]
        only_here = [d for code, d in named.items() if code not in base]
        if only_base or only_here:
            told = [f"only {base_kind.replace('_', ' ')}: {', '.join(map(value_at, only_base))}"] if only_base else []
            told += [f"only {kind.replace('_', ' ')}: {', '.join(map(value_at, only_here))}"] if only_here else []
            places = [(d.document, d.pointer) for d in [*only_base, *only_here]]
            if not only_base or not only_here:  # the shorter list is where a value may be lacking
                shorter = named if only_base else base
                places += [(d.document, d.pointer) for d in shorter.values()]
            found.append(Violation("; ".join(told), tuple(places)))
    return violated(found)


@shape("within", scope="dossier", options="compare", fewest_fields=2)
def within(subject: Subject, application: Application) -> Judgement:
    """What the earlier fields name is also named by the last: `[cmr:goods.hs_code, commercial_invoice:lines.hs_code]`.

    Where the last names none, the field before it takes its place. Codes of different length agree when one
    begins with the other. Where rows of the last kind state no code, a code not found there proves nothing,
    and a person is asked.
    """
    key = _compared(application)
    *named, last = application.rule.fields
    while named and not any(key(text(d.value)) for d in _data(subject, last)):
        named, last = named[:-1], named[-1]
    known = {code for d in _data(subject, last) if (code := key(text(d.value)))}
    by_prefix = application.rule.options.get("compare") == "hs"
    apart: dict[str, list[Datum]] = {}
    stated = False
    for datum in (d for field in named for d in _data(subject, field)):
        code = key(text(datum.value))
        stated = stated or bool(code)
        if code and code not in known and not (by_prefix and _begins(code, known)):
            apart.setdefault(f"{datum.document.id} {code}", []).append(datum)
    if apart:
        return _not_within(subject, last, known, list(apart.values()))
    return HOLDS if stated else could_not_check("the other papers do not state them")


def _not_within(subject: Subject, last: str, known: set[str], apart: list[list[Datum]]) -> Judgement:
    kind, path = split_field(last)
    told = ", ".join(sorted(known)[:12]) + (", …" if len(known) > 12 else "")
    violations = [
        Violation(
            f"{value_at(group[0])} is not among those of the {kind.replace('_', ' ')}: {told}",
            ((group[0].document, group[0].pointer),),
        )
        for group in apart
    ]
    silent = _silent_rows(subject, kind, path)
    if silent:
        why = f"{violations[0].seen}; {len(silent)} rows there state none"
        return could_not_check(why, [*violations[0].places, *silent[:10]], doubtful=True)
    return violated(violations)


def _begins(code: str, known: set[str]) -> bool:
    return len(code) >= 4 and any(
        other.startswith(code) or code.startswith(other) for other in known if len(other) >= 4
    )


def _silent_rows(subject: Subject, kind: str, path: str) -> list[tuple[Document, str]]:
    table, _, name = path.partition(".")
    if not name:
        return []
    return [
        (document, f"{pointer}/{name}")
        for document in subject.of(kind)
        for pointer, row in rows(document, table)
        if row.get(name) in (None, "")
    ]


def _data(subject: Subject, field: str) -> list[Datum]:
    kind, paths = split_field(field)
    return [d for document in subject.of(kind) for path in paths.split("+") for d in read(document, path)]
