"""Papers made up for tests: invoices, packing lists and CMR consignment notes, each with its truth.

    from tests.papers import make_paper, make_dossier, sample_papers, Plant

    paper = make_paper("commercial_invoice", seed=7, language="ru", lines=12)
    paper.pdf        # bytes
    paper.truth      # {"number": "INV-2026-0042", "lines": [...], ...} with the field names of the kinds
    paper.printed    # {"/number": "INV-2026-0042", "/total_amount": "1 234,56", ...}: the text on the page

    for paper in sample_papers(count=200, seed=1): ...   # all kinds, languages and layouts, at random

    files = make_dossier(seed=3, corridor="CN-KZ", language="ru", lines=8, plant=Plant.GROSS_MASS_ON_CMR)
    files["invoice.pdf"]           # (pdf bytes, truth)
    breaks(Plant.GROSS_MASS_ON_CMR)  # Break(idea="...", files=("cmr.pdf",), pointers=("/gross_mass_kg", ...))

The same arguments give the same bytes. Truth holds only what is printed on that page, as printed there:
decimals as strings without trailing zeros (counts too), days ISO, countries alpha-2 (from the printed name),
currency ISO 4217. A party's `address` is its whole address line with the country at its end, and a bilingual
description is both texts joined by " / ". `attached_documents[].kind` and the like are ids of document kinds.
A note's `packages` and `gross_mass_kg` are in the truth where a row of totals is printed or there is one row of
goods. `signatures` are never in it: a stamp is only drawn. Bank details, due dates and customer numbers
(`Look.extras`) are printed to mislead, and are no fields.

A dossier's papers agree letter by letter when they are of one language; given three languages in different
alphabets they write the same firms in different alphabets. Languages: `words.LANGUAGES`; corridors:
`consignment.CORRIDORS`. `make_paper(..., look={...})` fixes choices of `paper.Look` (design, table, totals,
numbers, dates, currency, absent, ...) or, for a CMR note, of `cmr.Form`.

To look at papers: `python -m tests.papers DIR --count 20 --seed 1 --kind cmr`. The papers kept under
`schemas/documents/<kind>/samples` are listed in `samples.py`.
"""

from tests.papers.dossier import make_dossier, make_dossier_papers
from tests.papers.making import KINDS, make_paper, sample_papers
from tests.papers.paper import Paper
from tests.papers.plants import Plant, breaks

__all__ = [
    "KINDS",
    "Paper",
    "Plant",
    "breaks",
    "make_dossier",
    "make_dossier_papers",
    "make_paper",
    "sample_papers",
]
