"""The agreed facts of a consignment: one value each, who states it, and the rule that chose among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from schemas.identifiers import container, plate
from schemas.record import Document, Fact, Place
from schemas.rules.data import Datum, first, read, sum_of, text
from schemas.rules.names import Likeness, compare
from schemas.rules.shapes.across import distinct, stated_in
from schemas.rules.shapes.amounts import agree

# Which paper is believed first. The carrier checks packages and marks when taking the goods over (CMR,
# articles 8 and 9), so the CMR comes first for what travels; the packing list for what it itemises; the
# invoice for what is sold.
_TRAVELS = ("cmr", "packing_list", "commercial_invoice")
_ITEMISED = ("packing_list", "commercial_invoice", "cmr")
_SOLD = ("commercial_invoice", "packing_list", "cmr")


def consignment(documents: Sequence[Document]) -> dict[str, Fact]:
    """The agreed facts by name; a fact that no paper states is left out.

    A value on which papers disagree is taken from the paper ranked first for it, `chosen_by` says so, and
    the rule that found the disagreement holds the dossier.
    """
    papers = distinct(documents)
    found: dict[str, Fact | None] = {
        **{name: _party(papers, ways) for name, ways in _PARTIES.items()},
        **{name: _quantity(papers, kinds, paths) for name, (kinds, paths) in _QUANTITIES.items()},
        **{name: _code(papers, fields) for name, fields in _CODES.items()},
        **{name: _set(papers, fields, compact) for name, (fields, compact) in _SETS.items()},
        "route": _route(papers),
        "goods_count": _goods_count(papers),
    }
    currencies = {text(d.data.get("currency")) for d in papers if d.kind == "commercial_invoice"}
    if len(currencies) > 1:
        found["total_amount"] = None  # amounts in two currencies have no sum
    return {name: fact for name, fact in found.items() if fact is not None}


_PARTIES: dict[str, tuple[tuple[str, str], ...]] = {
    "seller": (("commercial_invoice", "seller"), ("packing_list", "seller")),
    "buyer": (("commercial_invoice", "buyer"), ("packing_list", "buyer")),
    "consignor": (("cmr", "consignor"), ("commercial_invoice", "consignor"), ("packing_list", "consignor")),
    "consignee": (("cmr", "consignee"), ("commercial_invoice", "consignee"), ("packing_list", "consignee")),
    "carrier": (("cmr", "carrier"),),
}
_QUANTITIES: dict[str, tuple[tuple[str, ...], str]] = {
    "gross_mass_kg": (_TRAVELS, "gross_mass_kg|lines.gross_mass_kg"),
    "net_mass_kg": (_ITEMISED, "net_mass_kg|lines.net_mass_kg"),
    "packages": (_TRAVELS, "packages|lines.packages"),
    "volume_m3": (_ITEMISED, "volume_m3|lines.volume_m3"),
    "total_amount": (("commercial_invoice",), "total_amount"),
}
_CODES: dict[str, tuple[tuple[str, str], ...]] = {
    "currency": tuple((kind, "currency") for kind in _SOLD),
    "incoterm": tuple((kind, "incoterm.code") for kind in _SOLD),
    "incoterm_place": tuple((kind, "incoterm.place") for kind in _SOLD),
    "country_of_dispatch": (("commercial_invoice", "country_of_dispatch"), ("cmr", "place_of_taking_over.country")),
    "country_of_destination": (("cmr", "place_of_delivery.country"),),
    "contract_number": (("commercial_invoice", "contract.number"),),
    "date_of_taking_over": (("cmr", "date_of_taking_over"),),
}
_SETS: dict[str, tuple[tuple[tuple[str, str], ...], Callable[[str], str]]] = {
    "invoice_numbers": ((("commercial_invoice", "number"),), str.strip),
    "cmr_numbers": ((("cmr", "number"),), str.strip),
    "containers": (tuple((kind, "containers.number") for kind in _TRAVELS), container.compact),
    "plates": ((("cmr", "truck_plate"), ("cmr", "trailer_plate")), plate.compact),
    "countries_of_origin": (
        (("commercial_invoice", "lines.country_of_origin"), ("commercial_invoice", "country_of_origin")),
        str.strip,
    ),
    "hs_codes": ((("commercial_invoice", "lines.hs_code"), ("cmr", "goods.hs_code")), str.strip),
}


def _of(papers: Iterable[Document], kind: str) -> list[Document]:
    return [d for d in papers if d.kind == kind]


def _place(datum: Datum) -> Place:
    return datum.document.place(datum.pointer)


def _chosen(values: Sequence[Any], same: Callable[[Any, Any], bool], how: str) -> str:
    if len(values) == 1:
        return f"{how}; only paper that states it"
    agree = all(same(values[0], value) for value in values[1:])
    return f"{how}; all papers agree" if agree else f"{how}; papers disagree"


def _party(papers: Sequence[Document], ways: Sequence[tuple[str, str]]) -> Fact | None:
    stated = [
        (document, name, party)
        for kind, name in ways
        for document in _of(papers, kind)
        if isinstance(party := document.data.get(name), dict) and text(party.get("name"))
    ]
    if not stated:
        return None
    value = dict(stated[0][2])
    for _, _, other in stated[1:]:  # what the first paper leaves out, a paper naming the same party may give
        if compare(text(value["name"]), text(other["name"])) is Likeness.SAME:
            value = {**other, **value}
    same = partial(_same_name, str(value["name"]))
    kind = stated[0][0].kind
    told = _chosen([p for *_, p in stated], lambda _, other: same(other), f"source ranking, {kind} first")
    return Fact(value=value, stated_by=tuple(d.place(f"/{name}/name") for d, name, _ in stated), chosen_by=told)


def _same_name(name: str, other: dict[str, Any]) -> bool:
    return compare(name, text(other.get("name"))) is Likeness.SAME


def _quantity(papers: Sequence[Document], kinds: Sequence[str], paths: str) -> Fact | None:
    by_kind: list[tuple[str, Decimal, list[Place]]] = []
    for kind in kinds:
        path = paths.replace("|lines.", "|goods.") if kind == "cmr" else paths
        each = [stated_in(document, path) for document in _of(papers, kind)]
        values = [s.value for s in each if s.value is not None]
        if each and len(values) == len(each):
            places = [_place(s.data[0]) for s in each]
            by_kind.append((kind, sum_of(values), places))
    if not by_kind:
        return None
    told = _chosen([v for _, v, _ in by_kind], _same_quantity, f"source ranking, {by_kind[0][0]} first")
    places = [place for _, _, found in by_kind for place in found]
    return Fact(value=f"{by_kind[0][1]:f}", stated_by=tuple(places), chosen_by=told)


def _same_quantity(one: Decimal, other: Decimal) -> bool:
    return agree(one, other, Decimal("0.05"), rounded_to=Decimal(1))


def _code(papers: Sequence[Document], fields: Sequence[tuple[str, str]]) -> Fact | None:
    data = [
        d for kind, path in fields for document in _of(papers, kind) if (d := first(document, path)) and text(d.value)
    ]
    if not data:
        return None
    values = [text(d.value) for d in data]
    told = _chosen(
        values, lambda a, b: bool(a.casefold() == b.casefold()), f"source ranking, {data[0].document.kind} first"
    )
    return Fact(value=values[0], stated_by=tuple(map(_place, data)), chosen_by=told)


def _set(papers: Sequence[Document], fields: Sequence[tuple[str, str]], compact: Callable[[str], str]) -> Fact | None:
    data = [d for kind, path in fields for document in _of(papers, kind) for d in read(document, path) if text(d.value)]
    if not data:
        return None
    named: dict[str, Datum] = {}
    for datum in data:
        named.setdefault(compact(text(datum.value)), datum)
    return Fact(value=list(named), stated_by=tuple(map(_place, named.values())), chosen_by="all that papers name")


def _route(papers: Sequence[Document]) -> Fact | None:
    ends = [
        (name, found)
        for name in ("place_of_taking_over", "place_of_delivery")
        for document in _of(papers, "cmr")[:1]
        if (found := first(document, f"{name}.name") or first(document, f"{name}.country"))
    ]
    if not ends:
        return None
    value = {name: end.document.data[name] for name, end in ends}
    return Fact(value=value, stated_by=tuple(_place(end) for _, end in ends), chosen_by="source ranking, cmr first")


def _goods_count(papers: Sequence[Document]) -> Fact | None:
    invoices = _of(papers, "commercial_invoice")
    counts = [len(lines) for d in invoices if isinstance(lines := d.data.get("lines"), list)]
    if not counts:
        return None
    places = tuple(d.place("/lines") for d in invoices if isinstance(d.data.get("lines"), list))
    return Fact(value=sum(counts), stated_by=places, chosen_by="lines of the invoices")
