"""`python -m tests.papers DIR`: writes papers and their truth, to look at."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from random import Random
from typing import Any

from tests.papers import KINDS, Paper, Plant, make_dossier_papers, make_paper
from tests.papers.cmr_form import GEOMETRIES
from tests.papers.paper import DESIGNS, TABLES
from tests.papers.words import LANGUAGES


def main() -> None:
    args = _arguments()
    if args.dossier:
        plant = Plant(args.plant) if args.plant else None
        papers = make_dossier_papers(args.seed, language=args.language or "ru", plant=plant)
        for file, paper in papers.items():
            write_paper(args.dir, file.removesuffix(".pdf"), paper)
        return
    rng = Random(args.seed)
    for i in range(args.count):
        kind = args.kind or rng.choice(KINDS)
        language = args.language or rng.choice(LANGUAGES)
        lines = args.lines or rng.choice((1, 3, 8, 20))
        look = _look(args.layout, kind)
        paper = make_paper(kind, args.seed + i, language, lines, args.pages, look=look)
        write_paper(args.dir, paper.name, paper)


def write_paper(folder: Path, name: str, paper: Paper) -> None:
    """`<name>.pdf` and `<name>.truth.json` in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.pdf").write_bytes(paper.pdf)
    (folder / f"{name}.truth.json").write_text(truth_text(paper), "utf-8")


def truth_text(paper: Paper) -> str:
    """What stands in `<name>.truth.json`: the arguments that make the paper again, and its truth."""
    held = {"kind": paper.kind, "arguments": paper.arguments, "truth": paper.truth}
    return json.dumps(held, ensure_ascii=False, indent=1, default=sorted) + "\n"


def _look(layout: str, kind: str) -> dict[str, Any]:
    """`boxed-half` or `typed`: the parts of a layout that are fixed."""
    choices = {"geometry": GEOMETRIES} if kind == "cmr" else {"design": DESIGNS, "table": TABLES}
    parts = layout.split("-") if layout else []
    return {name: part for part in parts for name, allowed in choices.items() if part in allowed}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.papers", description=__doc__)
    parser.add_argument("dir", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--language", choices=LANGUAGES)
    parser.add_argument("--layout", default="", help="e.g. boxed-half, pairs, none, or typed for a CMR")
    parser.add_argument("--lines", type=int)
    parser.add_argument("--pages", type=int, help="at least so many pages")
    parser.add_argument("--dossier", action="store_true", help="one dossier of three papers")
    parser.add_argument("--plant", choices=[plant.value for plant in Plant])
    return parser.parse_args()


if __name__ == "__main__":
    main()
