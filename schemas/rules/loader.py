"""The rule files: read, typed, and checked against the shapes they name.

In-document rules lie in `schemas/documents/<kind>/rules.yaml`, rules across a dossier in
`schemas/rules/dossier.yaml`; cases lie beside them in `cases.yaml`. A fault of a file is a `DataFileError`
naming file, rule and attribute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from schemas.datafile import Data, DataFileError, read_yaml
from schemas.rules import shapes
from schemas.rules.judgement import SHAPES
from schemas.rules.model import Case, Rule

RULES = Path(__file__).parent
DOCUMENTS = RULES.parent / "documents"
DOSSIER = "dossier"
assert shapes.LOADED  # importing the package registers the shapes


class RuleBook(NamedTuple):
    """All rules: those of each kind, and those across a dossier."""

    of_kind: dict[str, tuple[Rule, ...]]
    of_dossier: tuple[Rule, ...]

    def all(self) -> tuple[Rule, ...]:
        return (*self.of_dossier, *(rule for rules in self.of_kind.values() for rule in rules))

    def rule(self, identifier: str) -> Rule:
        """The rule of that id; `KeyError` with the closest ids when there is none."""
        for rule in self.all():
            if rule.id == identifier:
                return rule
        close = get_close_matches(identifier, [r.id for r in self.all()], n=3, cutoff=0.4)
        hint = f"; did you mean {', '.join(close)}?" if close else ""
        raise KeyError(f"no rule {identifier!r}{hint}")


@cache
def rule_book(documents: Path = DOCUMENTS, dossier: Path = RULES / "dossier.yaml") -> RuleBook:
    """Every rule of the project (or of the folder and file given)."""
    folders = sorted(p.parent for p in documents.glob("*/rules.yaml")) if documents.is_dir() else []
    book = RuleBook(
        {folder.name: load_rules(folder / "rules.yaml", scope="document") for folder in folders},
        load_rules(dossier, scope=DOSSIER),
    )
    repeated = [name for name, count in Counter(r.id for r in book.all()).items() if count > 1]
    if repeated:
        raise DataFileError(f"{documents}: rule ids given in two files: {', '.join(sorted(repeated))}")
    return book


def load_rules(path: Path, *, scope: str) -> tuple[Rule, ...]:
    """The rules of one file, checked against the shapes they name; faults are a `DataFileError`."""
    rules = read_list(path, Rule)
    faults = [f"{rule.id}: {fault}" for rule in rules for fault in _faults(rule, scope)]
    faults += [f"{i}: id is given twice" for i, n in Counter(r.id for r in rules).items() if n > 1]
    if scope == "document":
        kind = path.parent.name
        faults += [
            f"{r.id}: the id must begin with {kind!r} and a dot" for r in rules if not r.id.startswith(f"{kind}.")
        ]
    if faults:
        raise DataFileError("\n".join(f"{path}: {fault}" for fault in faults))
    return rules


def load_cases(path: Path) -> tuple[Case, ...]:
    """The cases of one file."""
    return read_list(path, Case)


def case_files() -> list[Path]:
    """Every file of cases of the project."""
    return [*sorted(DOCUMENTS.glob("*/cases.yaml")), RULES / "cases.yaml"]


def _faults(rule: Rule, scope: str) -> Iterable[str]:
    entry = SHAPES.get(rule.check)
    if entry is None:
        close = get_close_matches(rule.check, SHAPES, n=3) or sorted(SHAPES)
        yield f"check: no rule shape {rule.check!r}; there are: {', '.join(close)}"
        return
    if entry.scope != scope:
        yield f"check: shape {rule.check!r} is for a {entry.scope}, this file is for a {scope}"
    if len(rule.fields) < entry.fewest_fields:
        yield f"fields: shape {rule.check!r} needs at least {entry.fewest_fields}"
    given = {name for state in rule.in_force.values() if isinstance(state, dict) for name in state}
    for what, names, allowed in (("in_force", given, entry.parameters), ("options", set(rule.options), entry.options)):
        if names - allowed:
            known = ", ".join(sorted(allowed)) or "none"
            yield f"{what}: unknown attribute {', '.join(sorted(names - allowed))}; allowed for {rule.check!r}: {known}"


Model = TypeVar("Model", bound=Data)


def read_list(path: Path, model: type[Model]) -> tuple[Model, ...]:
    """The entries of a YAML list, each as `model`; every fault of the file in one `DataFileError`."""
    content = read_yaml(path)
    if not isinstance(content, list):
        raise DataFileError(f"{path}: expected a list, each entry beginning with a dash")
    found: list[Model] = []
    faults: list[str] = []
    for number, entry in enumerate(content, start=1):
        try:
            found.append(model.model_validate(entry))
        except ValidationError as error:
            name = _name(entry, number)
            faults += [f"{path}: {name}: {_in_words(fault)}" for fault in error.errors()]
    if faults:
        raise DataFileError("\n".join(faults))
    return tuple(found)


def _name(entry: Any, number: int) -> str:
    named = (entry.get("id") or entry.get("rule")) if isinstance(entry, dict) else None
    return f"{named} (entry {number})" if isinstance(named, str) else f"entry {number}"


def _in_words(fault: Any) -> str:
    place = ".".join(str(part) for part in fault["loc"])
    seen = fault.get("input")
    given = f" (given: {seen!r})" if isinstance(seen, str) else ""
    return (f"{place}: " if place else "") + str(fault["msg"]).removeprefix("Value error, ") + given
