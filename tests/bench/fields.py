"""How many header fields are read exactly, per field: `python -m tests.bench.fields`, wrong values first.

Papers come from the project's own generator; lines of goods are measured elsewhere.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.pdf.reader import read
from flows.steps.reading import documents_from
from schemas.catalogue import catalogue
from schemas.record import Document
from tests.papers import Paper, sample_papers

ROWS = ("lines", "goods")


@dataclass
class Tally:
    """Counts per field, and the wrong and missing values in words."""

    exact: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)
    notes: dict[str, list[str]] = field(default_factory=lambda: {"wrong": [], "invented": [], "missing": []})
    kinds_wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0
    pages: int = 0

    @property
    def total(self) -> int:
        return sum(self.exact.values()) + sum(self.wrong.values()) + sum(self.missing.values())


def leaves(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a document's header with its JSON Pointer; rows of goods are left out."""
    for key, value in data.items():
        if not prefix and key in ROWS:
            continue
        if isinstance(value, Mapping):
            yield from leaves(value, f"{prefix}/{key}")
        elif isinstance(value, list):
            yield from leaves({str(i): one for i, one in enumerate(value)}, f"{prefix}/{key}")
        else:
            yield f"{prefix}/{key}", str(value)


def same(one: str, two: str) -> bool:
    """Whether two values are the same: numbers by value, text but for blanks and the commas between lines."""
    if one == two:
        return True
    try:
        return Decimal(one) == Decimal(two)
    except InvalidOperation:
        return re.sub(r"[\s,;，]+", "", one) == re.sub(r"[\s,;，]+", "", two)


def compare(tally: Tally, paper: Paper, documents: list[Document]) -> None:
    """Adds one paper to the tally."""
    kinds = [d.kind for d in documents]
    if kinds != [paper.kind]:
        tally.kinds_wrong.append(f"{paper.name}: {kinds}")
    document = next((d for d in documents if d.kind == paper.kind), documents[0])
    truth, read_values = dict(leaves(paper.truth)), dict(leaves(document.data))
    pointed = {place.pointer for finding in document.findings for place in finding.places}
    for pointer, value in truth.items():
        name = f"{paper.kind}{re.sub('/[0-9]+', '', pointer)}"
        got = read_values.get(pointer)
        if got is not None and same(got, value):
            tally.exact[name] += 1
        elif got is not None:
            tally.wrong[name] += 1
            tally.notes["wrong"].append(f"{paper.name} {pointer}: read {got!r}, is {value!r}")
        else:
            tally.missing[name] += 1
            asked = any(pointer == p or pointer.startswith(f"{p}/") for p in pointed if p)
            tally.asked[name] += asked
            tally.notes["missing"].append(f"{paper.name} {pointer}: is {value!r}{' (asked)' if asked else ''}")
    for pointer in read_values.keys() - truth.keys():
        if pointer.startswith("/signatures/"):
            continue
        tally.invented[f"{paper.kind}{re.sub('/[0-9]+', '', pointer)}"] += 1
        tally.notes["invented"].append(f"{paper.name} {pointer}: read {read_values[pointer]!r}, not in the truth")


def measure(papers: Iterable[Paper]) -> Tally:
    """Reads the papers and tallies their fields."""
    kinds = catalogue()
    tally = Tally()
    for paper in papers:
        pages = read(paper.pdf).pages
        start = time.perf_counter()
        documents = documents_from(pages, file=paper.name, sha256="0" * 64, catalogue=kinds)
        tally.seconds += time.perf_counter() - start
        tally.pages += len(pages)
        compare(tally, paper, documents)
    return tally


def table(tally: Tally) -> str:
    """The tally as lines for people, the worst fields first."""
    out = io.StringIO()
    names = sorted(
        {*tally.exact, *tally.wrong, *tally.missing, *tally.invented},
        key=lambda n: (-tally.wrong[n] - tally.invented[n], -tally.missing[n], n),
    )
    out.write(f"{'field':52}{'exact':>7}{'wrong':>7}{'missing':>9}{'asked':>7}{'extra':>7}\n")
    for name in names:
        counts = (tally.exact[name], tally.wrong[name], tally.missing[name], tally.asked[name], tally.invented[name])
        out.write(f"{name:52}{counts[0]:7}{counts[1]:7}{counts[2]:9}{counts[3]:7}{counts[4]:7}\n")
    total = max(tally.total, 1)
    exact, wrong = sum(tally.exact.values()), sum(tally.wrong.values())
    out.write(
        f"{tally.total} values: exact {100 * exact / total:.2f} %, wrong {100 * wrong / total:.2f} %, "
        f"missing {100 * (total - exact - wrong) / total:.2f} %; extra {sum(tally.invented.values())}; "
        f"kind wrong {len(tally.kinds_wrong)}; {1000 * tally.seconds / max(tally.pages, 1):.0f} ms a page\n"
    )
    return out.getvalue()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="papers to read")
    parser.add_argument("--seed", type=int, default=1, help="which papers")
    parser.add_argument("--missing", action="store_true", help="list missing values too")
    parser.add_argument("--short", action="store_true", help="fewer papers")
    given = parser.parse_args(arguments)
    tally = measure(sample_papers(count=20 if given.short else given.count, seed=given.seed))
    for heading, notes in (("wrong", tally.notes["wrong"]), ("extra", tally.notes["invented"])):
        for note in notes:
            sys.stdout.write(f"{heading}: {note}\n")
    for note in tally.kinds_wrong:
        sys.stdout.write(f"kind: {note}\n")
    for note in tally.notes["missing"] if given.missing else ():
        sys.stdout.write(f"missing: {note}\n")
    sys.stdout.write(table(tally))


if __name__ == "__main__":
    main()
