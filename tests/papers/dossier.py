"""The three papers of one consignment, agreeing in everything or with exactly one planted disagreement."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from tests.papers.cmr import make_cmr, random_form
from tests.papers.consignment import make_consignment
from tests.papers.invoice import make_invoice
from tests.papers.packing_list import make_packing_list
from tests.papers.paper import Paper, random_look
from tests.papers.phrases import script_of
from tests.papers.plants import CMR, INVOICE, PACKING_LIST, Break, Plant, breaks

_MAY_BE_ABSENT = ("order", "marks", "pallets", "volume_m3", "country_of_dispatch", "special_agreements")


def make_dossier_papers(
    seed: int,
    corridor: str = "CN-KZ",
    language: str | tuple[str, str, str] = "ru",
    lines: int = 6,
    plant: Plant | None = None,
) -> dict[str, Paper]:
    """Invoice, packing list and CMR note by file name.

    `language` is one for all three, or one each; papers of languages in different alphabets write the same
    firms in different alphabets, as real dossiers do. A plant that drops a line needs two lines.
    """
    one = language if isinstance(language, tuple) else (language, language, language)
    if lines < 2:
        raise ValueError(f"a dossier needs at least 2 lines, so that sums mean something; got {lines}")
    consignment = make_consignment(seed, corridor, lines)
    wrong = breaks(plant) if plant else Break("", (), ())
    changed = wrong.change(consignment, Random(f"plant/{seed}")) if wrong.change else consignment
    rng = Random(f"dossier/{seed}")
    script = _script(rng, one)
    absent = frozenset(name for name in _MAY_BE_ABSENT if rng.random() < 0.3)

    def fixed(language: str, file: str) -> dict[str, Any]:
        dates = random_look(Random(f"dates/{seed}"), language).dates
        return {
            "absent": absent | (wrong.absent if file in wrong.files else frozenset()),
            "script": script or script_of(language),
            "dates": "dots" if dates == "slashes" else dates,
        }

    papers = {}
    for file, spoken in zip((INVOICE, PACKING_LIST, CMR), one, strict=True):
        printed = changed if file in wrong.files else consignment
        choices = fixed(spoken, file)
        paper_rng = Random(f"dossier/{file}/{seed}")
        if file == CMR:
            papers[file] = make_cmr(printed, random_form(paper_rng, spoken, **choices), seed)
        elif file == INVOICE:
            papers[file] = make_invoice(
                printed, random_look(paper_rng, spoken, tax_percent=None, letterhead=False, **choices), seed
            )
        else:
            look = random_look(paper_rng, spoken, letterhead=False, **choices)
            papers[file] = make_packing_list(printed, look, seed)
    return {file: replace(paper, name=f"{file.removesuffix('.pdf')}-{seed}") for file, paper in papers.items()}


def make_dossier(
    seed: int,
    corridor: str = "CN-KZ",
    language: str | tuple[str, str, str] = "ru",
    lines: int = 6,
    plant: Plant | None = None,
) -> dict[str, tuple[bytes, dict[str, Any]]]:
    """As `make_dossier_papers`, but `{file name: (pdf bytes, truth)}`."""
    papers = make_dossier_papers(seed, corridor, language, lines, plant)
    return {file: (paper.pdf, paper.truth) for file, paper in papers.items()}


def _script(rng: Random, languages: tuple[str, ...]) -> str:
    """The alphabet of names on two-language papers: the same on all of them; empty elsewhere."""
    return rng.choice(("cyr", "lat")) if set(languages) == {"ru/en"} else ""
