"""The catalogue of document kinds: one folder of data each, and nothing else to write for a new kind.

A kind is a folder named after it under `schemas/documents/` (or in a folder the caller names) with
`kind.yaml` (titles, anchors, fields, boxes) and `schema.json` (JSON Schema 2020-12 of its data).
`schemas/documents/common.yaml` holds what every kind shares: the labels inside a party block, labels that
only bound a value, words of a page number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from pydantic import Field, field_validator

from schemas.datafile import Data, DataFileError, read_model

UNKNOWN = "unknown"
DOCUMENTS = Path(__file__).parent / "documents"

Language = Literal["ru", "en", "de", "fr", "zh", "kk", "tr", "sr", "sr-Latn", "es", "it", "az", "ka", "uz"]
Labels = dict[Language, tuple[str, ...]]
FieldType = Literal[
    "text",
    "party",
    "parties",
    "place",
    "reference",
    "references",
    "identifier",
    "date",
    "decimal",
    "money",
    "mass",
    "volume",
    "integer",
    "currency",
    "country",
    "incoterm",
    "plate",
    "containers",
    "signature",
]
Where = Literal["right", "below", "heading", "box", "column_total"]


class Anchor(Data):
    """A phrase that names the kind (`title`), speaks for it, or against it (negative weight)."""

    text: str
    language: Language
    weight: float = 1.0
    title: bool = False
    note: str = ""
    """What a paper under this title is, where it is more than its kind ("credit note"); goes to `note_field`."""


class FieldSpec(Data):
    """How one field is found. The key it stands under is its name in the data (`incoterm`, `issue_place`)."""

    type: FieldType
    labels: Labels = Field(default_factory=dict)
    weak_labels: Labels = Field(default_factory=dict)
    """Labels that also stand for other things ("Date", "Total"): believed only where nothing better is found."""
    where: tuple[Where, ...] = ("right", "below")
    box: str = ""
    """The numbered box of the form that holds the value; `labels` then name the part inside the box."""
    never: tuple[str, ...] = ()
    """Patterns a printed value may not match."""
    pattern: str = ""
    """Pattern a printed value must match."""
    values: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """For coded text: the value in the data, and the words printed for it."""
    hidden: bool = False
    """Read only to judge other fields (the amount due); not part of the data."""
    stands_in: tuple[str, ...] = ()
    """Hidden fields whose value is this one's where this one is not printed and the sums agree."""
    several_lines: bool = False
    letterhead: bool = False
    """A party that may stand above the title without a label, as the issuer of the paper."""
    addressee: bool = False
    """A party that may stand in the window of the letter without a label, where the issuer is known."""
    part_of: str = ""
    part: str = ""
    """A field that is one member (`part`) of a group in the data (`signatures`)."""
    nth: int = 0
    """Where one label or box stands before several values ("tractor / trailer"): which one, from 1."""

    @field_validator("never", "pattern")
    @classmethod
    def _patterns_compile(cls, given: Any) -> Any:
        for pattern in (given,) if isinstance(given, str) else given:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is not a regular expression ({error})") from error
        return given


class Sum(Data):
    """A total printed beside its parts; used to choose among candidates, never to make a value."""

    total: str
    parts: tuple[str, ...]


class BoxSpec(Data):
    """A numbered box of a form: its printed labels; what stands in it is found by the fields that name it."""

    labels: Labels


class KindSpec(Data):
    """`kind.yaml`."""

    title: dict[Literal["ru", "kk", "en"], str]
    anchors: tuple[Anchor, ...]
    against: tuple[Anchor, ...] = ()
    fields: dict[str, FieldSpec]
    boxes: dict[str, BoxSpec] = Field(default_factory=dict)
    sums: tuple[Sum, ...] = ()
    other_labels: Labels = Field(default_factory=dict)
    """Labels of what is not read, which only end the value before them."""
    note_field: str = ""
    """The field that takes the `note` of the title found."""
    asked_notes: tuple[str, ...] = ()
    """Notes of a title a person must see: such a paper is of the kind, but no ordinary one (a credit note)."""


class Common(Data):
    """`common.yaml`: what every kind shares."""

    party: dict[Literal["name", "address", "city", "country", "tax_id", "phone", "email", "ignore"], Labels]
    place: dict[Literal["name", "country", "date"], Labels]
    other_labels: Labels
    other_titles: Labels
    """Titles of papers that are of no kind of the catalogue."""
    vehicle: dict[Literal["tractor", "trailer", "plate"], Labels]
    """What vehicles are called before their plates, and the words between ("reg. no.")."""
    number_words: tuple[str, ...]
    date_words: tuple[str, ...]
    page_words: tuple[str, ...]
    papers: dict[str, Labels]
    """Names of papers that others refer to, by the kind they are."""

    def __hash__(self) -> int:
        return id(self)


@dataclass(frozen=True, eq=False)
class Kind:
    """One document kind: how it is found (`spec`), and what its data must look like (`schema`)."""

    name: str
    folder: Path
    spec: KindSpec
    schema: Mapping[str, Any]

    @cached_property
    def validator(self) -> Draft202012Validator:
        """Applies `schema` to the data of a document."""
        return Draft202012Validator(dict(self.schema))

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(self.schema.get("required", ()))

    def title(self, language: str = "en") -> str:
        """The name of the kind for people: in `language`, else English."""
        titles = {str(spoken): text for spoken, text in self.spec.title.items()}
        return titles.get(language, titles["en"])

    def field_title(self, pointer: str, language: str = "en") -> str:
        """The name of the field at a JSON Pointer, from the schema's `x-title`s; rows count from 1.

        `/lines/3/unit_price` is "lines 4, unit price".
        """
        schema: Mapping[str, Any] = self.schema
        titles: list[str] = []
        for step in pointer.strip("/").split("/"):
            schema = self._resolved(schema)
            schema = schema.get("items", {}) if step.isdigit() else schema.get("properties", {}).get(step, {})
            title = schema.get("x-title", {})
            name = title.get(language) or title.get("en")
            if step.isdigit() and titles:
                titles[-1] += f" {int(step) + 1}"
            else:
                titles.append(name or step.replace("_", " "))
        return ", ".join(titles)

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        reference = schema.get("$ref", "")
        if not reference.startswith("#/$defs/"):
            return schema
        found: Mapping[str, Any] = self.schema.get("$defs", {}).get(reference.removeprefix("#/$defs/"), {})
        return found


@dataclass(frozen=True, eq=False)
class Catalogue:
    """All kinds, by name."""

    kinds: tuple[Kind, ...]
    common: Common

    def kind(self, name: str) -> Kind:
        """The kind of that name; `KeyError` says which there are."""
        for kind in self.kinds:
            if kind.name == name:
                return kind
        raise KeyError(f"no document kind {name!r}; there are: {', '.join(k.name for k in self.kinds)}")

    def __contains__(self, name: str) -> bool:
        return any(kind.name == name for kind in self.kinds)


@cache
def catalogue(*folders: Path) -> Catalogue:
    """Every kind of the project, and those in `folders` (each holding one folder per kind).

    A kind in `folders` replaces the project's kind of the same name. `DataFileError` names file and fault.
    """
    found: dict[str, Kind] = {}
    for folder in (DOCUMENTS, *folders):
        if not folder.is_dir():
            raise DataFileError(f"{folder}: no such folder of document kinds. Correct the path.")
        found |= {kind.name: kind for kind in _kinds_in(folder)}
    return Catalogue(tuple(found.values()), read_model(DOCUMENTS / "common.yaml", Common))


def load_kind(folder: Path) -> Kind:
    """The kind in one folder, its files checked; `DataFileError` says what is wrong with them."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", folder.name) or folder.name == UNKNOWN:
        raise DataFileError(f"{folder}: {folder.name!r} cannot name a kind. Use small letters, digits, _.")
    spec = read_model(folder / "kind.yaml", KindSpec)
    schema = _read_schema(folder / "schema.json")
    _agree(folder, spec, schema)
    return Kind(folder.name, folder, spec, schema)


def _kinds_in(folder: Path) -> Iterable[Kind]:
    for below in sorted(folder.iterdir()):
        if (below / "kind.yaml").is_file():
            yield load_kind(below)


def _read_schema(path: Path) -> dict[str, Any]:
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read ({error.strerror}). Every kind needs one.") from error
    except ValueError as error:
        raise DataFileError(f"{path}: is not JSON ({error}).") from error
    except SchemaError as error:
        raise DataFileError(f"{path}: is no JSON Schema 2020-12: {error.json_path}: {error.message}") from error
    if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        raise DataFileError(f"{path}: has no properties. Name the fields of the kind there.")
    return schema


def _agree(folder: Path, spec: KindSpec, schema: Mapping[str, Any]) -> None:
    """What `kind.yaml` reads must be allowed by `schema.json`, and names within `kind.yaml` must exist."""
    faults = [
        f"fields.{name}: is not a property of schema.json"
        for name, field in spec.fields.items()
        if not field.hidden and (field.part_of or name) not in schema["properties"]
    ]
    faults += [
        f"fields.{name}.box: there is no box {field.box!r}; boxes: {', '.join(spec.boxes)}"
        for name, field in spec.fields.items()
        if field.box and field.box not in spec.boxes
    ]
    named = [(f"sums.{i}", n) for i, s in enumerate(spec.sums) for n in (s.total, *s.parts)]
    named += [(f"fields.{name}.stands_in", n) for name, f in spec.fields.items() for n in f.stands_in]
    named += [("note_field", spec.note_field)] if spec.note_field else []
    faults += [
        f"{place}: there is no field {name!r}"
        for place, name in named
        if name not in spec.fields and name not in schema["properties"]
    ]
    if not any(anchor.title for anchor in spec.anchors):
        faults += ["anchors: none is a title; mark with `title: true` what stands at the head of the paper"]
    if faults:
        raise DataFileError("\n".join(f"{folder / 'kind.yaml'}: {fault}" for fault in faults))
