"""How well and how fast line items are read: `python -m tests.bench.lines [papers] [seed]`.

A row is right when every value of its truth is read and nothing else. A paper with a wrong row and no
finding is silent: the one number that must be 0.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from connectors.pdf.reader import read
from flows.steps.tables import Lines, read_lines
from schemas.lines import LinesSpec, lines_spec
from schemas.page import Page
from tests.papers import sample_papers

ROOT = Path(__file__).parents[2]
KINDS = ("commercial_invoice", "packing_list", "cmr")
NUMBERS = {"quantity", "unit_price", "amount", "packages", "net_mass_kg", "gross_mass_kg", "volume_m3"}


def spec_of(kind: str) -> LinesSpec:
    """The line items of a kind of the project."""
    spec = lines_spec(ROOT / "schemas" / "documents" / kind)
    assert spec is not None
    return spec


def wrong_rows(lines: Lines, truth: Sequence[Mapping[str, Any]]) -> int:
    """How many rows of the truth were not read exactly; all of them when the number of rows differs."""
    if len(lines.items) != len(truth):
        return max(len(truth), 1)
    return sum(not _same(item, row) for item, row in zip(lines.items, truth, strict=True))


def _same(item: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return item.keys() == row.keys() and all(_plain(key, item[key]) == _plain(key, row[key]) for key in row)


def _plain(key: str, value: Any) -> Any:
    if key in NUMBERS:
        try:
            return Decimal(str(value)).normalize()
        except InvalidOperation:
            return value
    return re.sub(r"\s+", "", str(value))


def corpus() -> Iterable[tuple[str, tuple[Page, ...], list[dict[str, Any]]]]:
    """Name, pages and true lines of the invoices of others, where they are at hand."""
    folder = Path(os.environ.get("KERUEN_CORPUS", ROOT.parent / "shared" / "corpus")) / "invoices"
    for path in sorted(folder.glob("*.pdf")):
        truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        yield path.name, read(path.read_bytes()).pages, truth.get("lines", [])


def _print_papers(count: int, seed: int) -> None:
    tally: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for paper in sample_papers(count=count, seed=seed):
        pages, spec = read(paper.pdf).pages, spec_of(paper.kind)
        start = time.process_time()
        lines = read_lines(pages, spec, pointer=f"/{spec.into}")
        spent = time.process_time() - start
        truth = paper.truth.get(spec.into, [])
        wrong = wrong_rows(lines, truth)
        found = tally[paper.kind]
        found.update(papers=1, pages=len(pages), rows=len(truth), wrong=wrong, microseconds=int(spent * 1e6))
        found.update(silent=bool(wrong and not lines.findings), alarms=bool(lines.findings and not wrong))
    for kind, found in tally.items():
        if found["papers"]:
            share = 100 * (found["rows"] - found["wrong"]) / max(found["rows"], 1)
            print(  # noqa: T201
                f"{kind:20} {found['papers']:4} papers {found['rows']:6} rows {share:6.2f} % right, "
                f"{found['silent']} papers silently wrong, {found['alarms']} false alarms, "
                f"{found['microseconds'] / 1000 / found['pages']:.1f} ms a page"
            )


def _print_corpus() -> None:
    spec = spec_of("commercial_invoice")
    keys = ("quantity", "unit_price", "amount")
    for name, pages, truth in corpus():
        lines = read_lines(pages, spec)
        right = sum(
            all(_plain(k, item.get(k)) == _plain(k, row[k]) for k in keys if row.get(k) is not None)
            for item, row in zip(lines.items, truth, strict=False)
        )
        doubts = sorted({doubt.rule for doubt in lines.findings})
        print(f"{name[:60]:60} {right} of {len(truth)} rows, {len(lines.items)} read; {', '.join(doubts)}")  # noqa: T201


def main() -> None:
    """Prints rows wholly right and silent losses, on made-up papers and on the corpus where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=60, help="papers to read")
    parser.add_argument("--seed", type=int, default=1, help="which papers")
    parser.add_argument("--short", action="store_true", help="fewer papers")
    given = parser.parse_args()
    _print_papers(20 if given.short else given.count, given.seed)
    _print_corpus()


if __name__ == "__main__":
    main()
