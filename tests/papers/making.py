"""Papers by kind, language and look, one or many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

from tests.papers.cmr import make_cmr, random_form
from tests.papers.consignment import CORRIDORS, Consignment, make_consignment
from tests.papers.invoice import make_invoice
from tests.papers.packing_list import make_packing_list
from tests.papers.paper import Paper, random_look
from tests.papers.words import LANGUAGES

KINDS = ("commercial_invoice", "packing_list", "cmr")


def make_paper(
    kind: str,
    seed: int = 0,
    language: str = "ru",
    lines: int = 6,
    pages: int | None = None,
    corridor: str | None = None,
    consignment: Consignment | None = None,
    look: dict[str, Any] | None = None,
) -> Paper:
    """One paper. `pages` (invoices, packing lists) adds lines until it has at least so many pages."""
    rng = Random(f"{kind}/{language}/{seed}")
    corridor = corridor or rng.choice(_corridors_for(language))
    if pages and kind != "cmr":
        lines = max(lines, (pages - 1) * 24)
    goods = consignment or make_consignment(seed, corridor, lines)
    paper = _draw(kind, goods, language, seed, look or {})
    while pages and kind != "cmr" and paper.pages < pages:
        lines = lines * pages // paper.pages + 2
        goods = make_consignment(seed, corridor, lines)
        paper = _draw(kind, goods, language, seed, look or {})
    arguments = {"kind": kind, "seed": seed, "language": language, "lines": lines, "corridor": corridor}
    return replace(paper, arguments=arguments | ({"look": look} if look else {}))


def _draw(kind: str, goods: Consignment, language: str, seed: int, look: dict[str, Any]) -> Paper:
    rng = Random(f"look/{kind}/{language}/{seed}")
    if kind == "cmr":
        return make_cmr(goods, random_form(rng, language, **look), seed)
    maker = {"commercial_invoice": make_invoice, "packing_list": make_packing_list}[kind]
    return maker(goods, random_look(rng, language, **look), seed)


def _corridors_for(language: str) -> tuple[str, ...]:
    """Corridors on which papers of a language are usual; all when there is none."""
    country = {"zh": "CN", "tr": "TR", "sr": "RS", "de": "DE", "fr": "FR", "kk": "KZ"}
    code = country.get(language.split("/")[0].split("-")[0])
    return tuple(c for c in CORRIDORS if code is None or code in c) or CORRIDORS


def sample_papers(count: int, seed: int) -> Iterator[Paper]:
    """So many papers over all kinds, languages and layouts, at random but the same for a seed."""
    rng = Random(seed)
    for _ in range(count):
        lines = rng.choice((1, 2, 3, 5, 8, 12, 20, 45, 90))
        yield make_paper(rng.choice(KINDS), rng.randrange(10**6), rng.choice(LANGUAGES), lines)
