"""The papers kept in the repository, and why each is there: `python -m tests.papers.samples` writes them anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.papers.__main__ import truth_text
from tests.papers.making import KINDS, make_paper
from tests.papers.paper import Paper

DOCUMENTS = Path(__file__).parents[2] / "schemas" / "documents"


@dataclass(frozen=True)
class Sample:
    """A kept paper: its file name, the arguments that make it, and its reason."""

    name: str
    kind: str
    language: str
    lines: int
    why: str
    seed: int = 1
    corridor: str | None = None
    pages: int | None = None
    look: dict[str, Any] = field(default_factory=dict)

    def make(self) -> Paper:
        return make_paper(self.kind, self.seed, self.language, self.lines, self.pages, self.corridor, look=self.look)


def _invoice(name: str, language: str, lines: int, why: str, seed: int, corridor: str, **look: Any) -> Sample:
    pages = look.pop("pages", None)
    return Sample(name, "commercial_invoice", language, lines, why, seed, corridor, pages, look)


def _list(name: str, language: str, lines: int, why: str, seed: int, corridor: str, **look: Any) -> Sample:
    return Sample(name, "packing_list", language, lines, why, seed, corridor, None, look)


def _note(name: str, language: str, lines: int, why: str, seed: int, corridor: str, **look: Any) -> Sample:
    return Sample(name, "cmr", language, lines, why, seed, corridor, None, look)


SAMPLES = (
    _invoice(
        "ru_boxed_ruled", "ru", 9, "Boxed header cells, every cell ruled, sums carried to the next page.",
        101, "RU-KZ", design="boxed", table="ruled", totals="footer", carried=True, absent=frozenset(),
    ),
    _invoice(
        "ru_title_number", "ru", 5, "Number and date stand only in the title line; masses below the table.",
        102, "BY-KZ", design="columns", table="half", number_in_title=True, absent=frozenset({"order"}),
    ),
    _invoice(
        "kk_pairs", "kk", 6, "Kazakh letters; labels in a left column, values in a right one.",
        103, "KZ-TR", design="pairs", table="header", absent=frozenset(),
    ),
    _invoice(
        "en_inline_borderless", "en", 7, "No ruled line at all; label and value on one line; 1,234.56.",
        104, "TR-KZ", design="inline", table="none", numbers="1,234.56", family="helvetica",
        absent=frozenset(),
    ),
    _invoice(
        "zh_above", "zh", 8, "Chinese; labels above their values; a day as 2026年3月5日.",
        105, "CN-KZ", design="above", table="ruled", dates="long", absent=frozenset(),
    ),
    _invoice(
        "zh_en_columns", "zh/en", 4, "Labels and descriptions in two languages.",
        106, "CN-RU", design="columns", table="ruled", absent=frozenset(),
    ),
    _invoice(
        "tr_block_totals", "tr", 6, "Turkish letters; totals apart from the table; 1.234,56.",
        107, "TR-KZ", design="columns", table="half", totals="block", numbers="1.234,56",
        absent=frozenset(),
    ),
    _invoice(
        "sr_latin_tax", "sr", 5, "Serbian in Latin letters; net amount, tax and total.",
        108, "RS-RU", design="boxed", table="half", tax_percent=20, absent=frozenset(),
    ),
    _invoice(
        "sr_cyrillic", "sr-Cyrl", 5, "The same country in Cyrillic letters.",
        109, "RS-RU", design="above", table="header", absent=frozenset(),
    ),
    _invoice(
        "de_second_line", "de", 6, "Code, article and origin below the description; base fonts, not embedded.",
        110, "DE-KZ", design="columns", table="header", detail="second_line", family="helvetica",
        absent=frozenset(),
    ),
    _invoice(
        "fr_thin_spaces", "fr", 6, "Thousands parted by thin spaces; day before month with slashes.",
        111, "FR-BY", design="pairs", table="none", numbers="1\u2009234,56", dates="slashes",
        absent=frozenset(),
    ),
    _invoice(
        "en_four_pages", "en", 60, "Four pages: headings only on the first, rows broken at the foot.",
        112, "TR-KZ", design="columns", table="none", pages=4, repeat_header=False, break_rows=True,
        page_of=True, detail="second_line", family="times", absent=frozenset(),
    ),
    _invoice(
        "ru_nothing_optional", "ru", 3, "No currency, delivery term, contract or masses: absence must be seen.",
        113, "RU-KZ", design="inline", table="ruled",
        absent=frozenset({"currency", "incoterm", "contract", "order", "payment_terms", "packages",
                          "net_mass_kg", "gross_mass_kg", "transport"}),
    ),
    _list(
        "ru_footer", "ru", 8, "Totals in the foot of a ruled table.",
        201, "RU-KZ", design="columns", table="ruled", totals="footer", absent=frozenset(),
    ),
    _list(
        "en_block", "en", 7, "Totals as lines below a borderless table.",
        202, "TR-KZ", design="pairs", table="none", totals="block", family="helvetica", absent=frozenset(),
    ),
    _list(
        "zh_en_boxed", "zh/en", 6, "Two languages, boxed header.",
        203, "CN-KZ", design="boxed", table="ruled", absent=frozenset(),
    ),
    _list(
        "tr_half", "tr", 9, "Horizontal rules only.",
        204, "TR-KZ", design="above", table="half", absent=frozenset(),
    ),
    _list(
        "kk_two_pages", "kk", 22, "Two pages with carried sums.",
        205, "KZ-TR", design="inline", table="half", carried=True, absent=frozenset(),
    ),
    _list(
        "sr_block", "sr", 5, "Serbian; totals apart from the table.",
        206, "RS-RU", design="columns", table="header", totals="block", absent=frozenset(),
    ),
    _note(
        "ru_de_classic", "ru", 5, "The boxed international form in Russian and German.",
        301, "RU-KZ", geometry="classic", titles="ru/de", absent=frozenset(),
    ),
    _note(
        "en_fr_typed", "en", 3, "Typed on a form whose rules are not on the page.",
        302, "DE-KZ", geometry="typed", titles="en/fr", absent=frozenset(),
    ),
    _note(
        "ru_en_rows", "ru/en", 4, "A form from a word processor: a rule under every line.",
        303, "BY-KZ", geometry="rows", titles="ru/en", absent=frozenset(),
    ),
    _note(
        "zh_ru_classic", "zh", 4, "Typed in Chinese on a Russian and Chinese form.",
        304, "CN-KZ", geometry="classic", titles="ru/zh", absent=frozenset(),
    ),
    _note(
        "tr_en_classic", "tr", 6, "Turkish and English; plates in box 18, not 25; stamps.",
        305, "TR-KZ", geometry="classic", titles="tr/en", plates_at="18", stamped=True, absent=frozenset(),
    ),
    _note(
        "sr_en_no_total", "sr", 6, "Several goods and no row of totals.",
        306, "RS-RU", geometry="rows", titles="sr/en", total_row=False, absent=frozenset(),
    ),
)  # fmt: skip


def write_samples() -> None:
    """Every sample with its truth, and a README beside them, under `schemas/documents/<kind>/samples/`."""
    for kind in KINDS:
        folder = DOCUMENTS / kind / "samples"
        folder.mkdir(parents=True, exist_ok=True)
        samples = [sample for sample in SAMPLES if sample.kind == kind]
        for sample in samples:
            paper = sample.make()
            (folder / f"{sample.name}.pdf").write_bytes(paper.pdf)
            (folder / f"{sample.name}.truth.json").write_text(truth_text(paper), "utf-8")
        (folder / "README.md").write_text(_readme(samples), "utf-8")


def _readme(samples: list[Sample]) -> str:
    lines = [
        "# Samples",
        "",
        "Made up by the project's own generator (`tests/papers`); no firm, person, street or number in them",
        "exists. `<name>.truth.json` holds what is printed on `<name>.pdf`, and the arguments of",
        "`tests.papers.make_paper` that make it again. To rewrite them all on purpose:",
        "`python -m tests.papers.samples` (they are listed in `tests/papers/samples.py`).",
        "",
        "| sample | language | why it is here |",
        "|---|---|---|",
    ]
    lines += [f"| `{sample.name}` | {sample.language} | {sample.why} |" for sample in samples]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    write_samples()
