"""How papers of one consignment find each other: the references they carry, and where a paper goes."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.record import Record
from schemas.states import DossierState


class Reference(Record):
    """A number on a paper by which it can be tied to others, folded for comparison.

    `kind` is `invoice`, `cmr`, `packing_list`, `document` (a number whose kind is not said), `container`,
    `plate` or `contract`. `is_own` marks the paper's own number. `parties` are the folded names and tax ids
    of those who signed it: the same number of other parties is another number.
    """

    kind: str
    number: str
    is_own: bool = False
    parties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A dossier that shares at least one reference with a paper."""

    dossier_id: int
    ref: str
    state: DossierState
    kinds: frozenset[str]
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """The paper belongs to this dossier, and why."""

    dossier_id: int
    why: str


@dataclass(frozen=True, slots=True)
class OpenNew:
    """The paper is the first of its consignment."""

    why: str


@dataclass(frozen=True, slots=True)
class AskWhere:
    """A person must say where the paper belongs; `candidates` are what it fits."""

    why: str
    candidates: tuple[Candidate, ...] = field(default=())


Placement = Join | OpenNew | AskWhere
