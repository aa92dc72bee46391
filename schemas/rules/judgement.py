"""What a rule shape answers, how values are shown, and the register of shapes by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from schemas.record import Document, Outcome, Place
from schemas.rules.data import Datum, Subject, decimal, shown, text
from schemas.rules.model import Parameters, Rule


class Violation(NamedTuple):
    """One disagreement: what was seen, in words, and the values it is about, by document and pointer."""

    seen: str
    places: tuple[tuple[Document, str], ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of applying a shape. `missing` names the places whose value would be needed to check.

    `doubtful`: values are there but contradict or cannot be read, so a person must look even though nothing
    is proved (as against a fact that the papers simply do not state).
    """

    outcome: Outcome
    violations: tuple[Violation, ...] = ()
    why: str = ""
    missing: tuple[tuple[Document, str], ...] = ()
    doubtful: bool = False


HOLDS = Judgement(Outcome.HOLDS)


def violated(violations: Iterable[Violation]) -> Judgement:
    """Violated if there is any violation, else holds."""
    found = tuple(violations)
    return Judgement(Outcome.VIOLATED, found) if found else HOLDS


def could_not_check(why: str, missing: Sequence[tuple[Document, str]] = (), *, doubtful: bool = False) -> Judgement:
    """The values to check with are not there, or cannot be used."""
    return Judgement(Outcome.COULD_NOT_CHECK, (), why, tuple(missing), doubtful)


@dataclass(frozen=True, slots=True)
class Application:
    """A rule with the parameters of the day it is applied on."""

    rule: Rule
    parameters: Parameters

    def tolerance(self, name: str = "tolerance") -> Decimal:
        """A parameter that is a number; 0 where the rule does not give it."""
        return decimal(self.parameters.get(name, "0")) or Decimal(0)


Shape = Callable[[Subject, Application], Judgement]


class ShapeEntry(NamedTuple):
    """A registered shape, and what a rule that names it may give."""

    apply: Shape
    scope: str
    parameters: frozenset[str]
    options: frozenset[str]
    fewest_fields: int


SHAPES: dict[str, ShapeEntry] = {}


def shape(
    name: str, *, scope: str, parameters: str = "", options: str = "", fewest_fields: int = 1
) -> Callable[[Shape], Shape]:
    """Register a function as the shape `name`; `scope` is `document` or `dossier`."""

    def register(function: Shape) -> Shape:
        SHAPES[name] = ShapeEntry(
            function, scope, frozenset(parameters.split()), frozenset(options.split()), fewest_fields
        )
        return function

    return register


_KIND_WORDS = {"cmr": "CMR", "smgs": "SMGS"}


def kind_in_words(kind: str) -> str:
    """A kind of document inside a sentence: `packing list`, `CMR`."""
    return _KIND_WORDS.get(kind, kind.replace("_", " "))


def paper(document: Document) -> str:
    """A document in words: `packing list PL-7`."""
    kind = kind_in_words(document.kind)
    number = text(document.data.get("number"))
    return f"{kind} {number}" if number else f"{kind} {document.file}"


def place_of(document: Document, pointer: str) -> Place:
    """The place of a pointer. A cell of a long table without evidence lies where its row does.

    `Document.place` searches all evidence for a member of a group; for every cell of a broken table that
    would take minutes.
    """
    if pointer in document.evidence or pointer.count("/") < 3:
        return document.place(pointer)
    table, index, _ = pointer.strip("/").split("/", 2)
    row = document.data.get(table)
    cells = row[int(index)] if isinstance(row, list) and index.isdigit() and int(index) < len(row) else {}
    names = cells if isinstance(cells, dict) else {}
    beside = next((p for name in names if (p := f"/{table}/{index}/{name}") in document.evidence), None)
    page = document.evidence[beside].page if beside else None
    return Place(file=document.file, pointer=pointer, page=page, document=document.id)


def where(datum: Datum) -> str:
    """The paper and page of a value: `CMR 123, page 1`."""
    page = place_of(datum.document, datum.pointer).page
    return paper(datum.document) + (f", page {page}" if page else "")


def value_at(datum: Datum) -> str:
    """A value with its paper and page: `INV-7 (CMR 123, page 1)`."""
    return f"{text(datum.value)} ({where(datum)})"


def number_at(datum: Datum) -> str:
    """A quantity with its paper and page: `1 789.5 (CMR 123, page 1)`."""
    number = decimal(datum.value)
    return f"{shown(number)} ({where(datum)})" if number is not None else value_at(datum)


def row_name(pointer: str) -> str:
    """A row in words: `/lines/3` is `line 4`, `/goods/0` is `goods row 1`."""
    table, index = pointer.strip("/").split("/")[:2]
    return f"line {int(index) + 1}" if table == "lines" else f"{table} row {int(index) + 1}"
