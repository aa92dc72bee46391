"""How much faster the PDF reader is than pdfplumber on the same pages, and whether it reads the same words.

    python -m tests.bench.reading [--short] [FILE ...]

Both work in this process, in interleaved rounds, on generated papers and, where they are there, on the
invoices of the development corpus. Ours gives words, ruled lines and pictures; pdfplumber `extract_words`
plus `lines`. "child" is the wall time through the child process. Times are medians of the rounds. "same" are
words of pdfplumber with the same text at the same place in ours (overlap over 0.3); "alike" counts also the
pieces into which pdfplumber breaks slanted stamps and spaced-out headings that ours gives whole.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import pdfplumber

from connectors.pdf import plumber, reader
from connectors.pdf.document import open_document
from connectors.pdf.pages import PageLimits, read_page
from schemas.page import Page
from tests.bench.agreement import missing_words, unlike_words
from tests.papers import make_paper, sample_papers

_ROOT = Path(__file__).resolve().parents[2]
_CORPUS = Path(os.environ.get("KERUEN_CORPUS", _ROOT.parent / "shared" / "corpus"))
_LIMITS = PageLimits(50_000, 2_000)


@dataclass
class Times:
    """CPU and wall seconds of one way of reading one file, a pair for each round."""

    rounds: list[tuple[float, float]] = field(default_factory=list)

    def measure(self, work: Callable[[], object]) -> None:
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        self.rounds.append((time.process_time() - cpu, time.perf_counter() - wall))

    @property
    def cpu(self) -> float:
        return median(cpu for cpu, _ in self.rounds)

    @property
    def wall(self) -> float:
        return median(wall for _, wall in self.rounds)


@dataclass
class Paper:
    """One file of the run with what was measured on it."""

    name: str
    data: bytes
    pages: int = 0
    words: int = 0
    same: int = 0
    alike: int = 0
    ours: Times = field(default_factory=Times)
    theirs: Times = field(default_factory=Times)
    child: Times = field(default_factory=Times)


def read_fast(data: bytes) -> list[Page]:
    """The pages of a file by the fast road, in this process."""
    with open_document(data) as document:
        return [read_page(document.handle, index, _LIMITS)[0] for index in range(document.pages)]


def read_plumber(data: bytes) -> None:
    """The same by pdfplumber, as somebody in a hurry would write it: words and lines, pages closed."""
    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            page.extract_words(**plumber.WORDS)
            assert page.lines is not None
            page.close()


def compare(paper: Paper) -> None:
    """Count the words of pdfplumber that the fast road has with the same text at the same place.

    Letters that pdfplumber takes from lines set upright are not counted: it does not make words of them.
    """
    theirs = plumber.read_pages(paper.data, only_level=True)
    paper.pages = len(theirs)
    for own, other in zip(read_fast(paper.data), theirs, strict=True):
        paper.words += len(other.words)
        paper.same += len(other.words) - len(missing_words(own.words, other.words))
        paper.alike += len(other.words) - len(unlike_words(own, other))


def run(papers: Sequence[Paper], rounds: int) -> None:
    """All rounds, the two ways turn about on each file; the first round only warms up."""
    gc.collect()
    gc.freeze()  # the papers and their generator are no part of what either way collects
    for number in range(rounds + 1):
        for paper in papers:
            data = paper.data
            ways = [
                (paper.ours, lambda data=data: read_fast(data)),
                (paper.theirs, lambda data=data: read_plumber(data)),
                (paper.child, lambda data=data: reader.read(data)),
            ]
            for times, work in ways if number % 2 else reversed(ways):
                (times if number else Times()).measure(work)


def table(papers: Sequence[Paper]) -> str:
    """The result as text: a line for each file, then all together."""
    lines = [
        f"{'file':44} {'pages':>5} {'words':>6} {'ours':>7} {'plumber':>8} {'x cpu':>6} {'x wall':>6} "
        f"{'child':>7} {'same %':>7} {'alike %':>7}   (ms/page)"
    ]
    lines.extend(_line(paper.name, [paper]) for paper in papers)
    lines.append(_line("ALL", papers))
    return "\n".join(lines)


def _line(name: str, papers: Sequence[Paper]) -> str:
    pages = sum(p.pages for p in papers)
    words = sum(p.words for p in papers)
    ours, theirs = sum(p.ours.cpu for p in papers), sum(p.theirs.cpu for p in papers)
    ours_wall, theirs_wall = sum(p.ours.wall for p in papers), sum(p.theirs.wall for p in papers)
    child = sum(p.child.wall for p in papers)
    same = 100 * sum(p.same for p in papers) / words if words else 100.0
    alike = 100 * sum(p.alike for p in papers) / words if words else 100.0
    return (
        f"{name[:44]:44} {pages:5} {words:6} {1000 * ours / pages:7.2f} {1000 * theirs / pages:8.2f} "
        f"{theirs / ours:6.1f} {theirs_wall / ours_wall:6.1f} {1000 * child / pages:7.2f} {same:7.2f} {alike:7.2f}"
    )


def papers_of(files: Sequence[str], *, short: bool) -> dict[str, list[Paper]]:
    """The files to read, by where they come from."""
    if files:
        return {"given files": [Paper(Path(f).name, Path(f).read_bytes()) for f in files]}
    groups = {"generated papers": _generated(4 if short else 16, long=3 if short else 40)}
    invoices = sorted((_CORPUS / "invoices").glob("*.pdf"))
    if invoices:
        groups["corpus invoices"] = [Paper(p.name, p.read_bytes()) for p in invoices]
    return {name: papers[:4] if short else papers for name, papers in groups.items()}


def _generated(count: int, *, long: int) -> list[Paper]:
    """A long packing list, then papers of all kinds, languages and layouts."""
    made = [make_paper("packing_list", seed=5, language="ru/en", pages=long), *sample_papers(count, 5)]
    return [
        Paper(f"{paper.arguments['kind']} {paper.arguments['language']} {number}", paper.pdf)
        for number, paper in enumerate(made, start=1)
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; exit status 0 whatever the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("files", nargs="*", help="PDF files; default: generated papers and the corpus invoices")
    parser.add_argument("--short", action="store_true", help="few files, few rounds")
    options = parser.parse_args(arguments)
    groups = papers_of(options.files, short=options.short)
    for name, papers in groups.items():
        for paper in papers:
            compare(paper)
        run(papers, 2 if options.short else 3)
        sys.stdout.write(f"{name}\n{table(papers)}\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
