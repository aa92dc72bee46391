"""The papers that `make run` drops, kept as PDFs beside this file so that no font is needed to run them.

`python -m tests.demo.samples` makes them anew with the generator of papers.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from schemas.states import DossierState
from tests.papers import Plant, make_dossier

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Sample:
    """A dossier of three papers, and what must become of it."""

    name: str
    what: str
    expected: DossierState
    seed: int
    corridor: str
    language: str
    plant: Plant | None = None

    @property
    def folder(self) -> Path:
        return FOLDER / self.name

    def papers(self) -> list[Path]:
        return sorted(self.folder.glob("*.pdf"))


CLEAN = Sample("clean-belgrade-moscow", "clean: Serbia to Russia by road", DossierState.RELEASED, 101, "RS-RU", "en")
CLEAN_BILINGUAL = Sample(
    "clean-urumqi-almaty", "clean: China to Kazakhstan by road", DossierState.RELEASED, 102, "CN-KZ", "ru/en"
)
HELD = Sample(
    "held-istanbul-almaty",
    "one planted disagreement: the gross mass on the CMR",
    DossierState.HELD,
    101,
    "TR-KZ",
    "ru",
    Plant.GROSS_MASS_ON_CMR,
)
SAMPLES = (CLEAN, CLEAN_BILINGUAL, HELD)


def stamped(data: bytes, mark: str) -> bytes:
    """The same paper as a file never seen before: its keywords carry `mark`."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.docinfo["/Keywords"] = f"sample {mark}"
        pdf.save(target, deterministic_id=True)
    return target.getvalue()


def main() -> None:
    """Writes the papers of every sample."""
    for sample in SAMPLES:
        sample.folder.mkdir(exist_ok=True)
        files = make_dossier(
            seed=sample.seed, corridor=sample.corridor, language=sample.language, lines=6, plant=sample.plant
        )
        for name, (pdf, _truth) in files.items():
            (sample.folder / name).write_bytes(pdf)


if __name__ == "__main__":
    main()
