"""Data files as people write them: YAML read as text, typed by pydantic, with errors that say file and line.

Ordinary loaders turn `NO` into false and `0701` into 449. Here every scalar stays text until the model that
takes it in gives it a type; a key given twice and an attribute nobody knows are errors.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator


class DataFileError(ValueError):
    """A data file is wrong. The message names the file, the place in it, and what is allowed there."""


class Data(BaseModel):
    """Base of what is read from a data file: frozen, and an unknown attribute is refused with the names allowed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _names_are_known(cls, given: Any) -> Any:
        if isinstance(given, dict):
            unknown = sorted(str(key) for key in given if key not in cls.model_fields)
            if unknown:
                allowed = ", ".join(sorted(cls.model_fields))
                raise ValueError(f"unknown attribute {', '.join(map(repr, unknown))}; allowed here: {allowed}")
        return given


Model = TypeVar("Model", bound=Data)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file with every scalar as text; a repeated key is a `DataFileError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read ({error.strerror}). Restore the file.") from error
    except UnicodeDecodeError as error:
        raise DataFileError(f"{path}: is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from error
    try:
        return yaml.load(text, Loader=_TextLoader)
    except _RepeatedKey as error:
        raise DataFileError(f"{path}: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise DataFileError(f"{path}: {line}{problem}. Correct the YAML.") from error


def read_model(path: Path, model: type[Model]) -> Model:
    """The file as `model`; every fault of the file in one `DataFileError`, one line each."""
    content = read_yaml(path)
    try:
        return model.model_validate(content if content is not None else {})
    except ValidationError as error:
        faults = [_in_words(fault) for fault in error.errors()]
        raise DataFileError("\n".join(f"{path}: {fault}" for fault in faults)) from error


def _in_words(fault: Any) -> str:
    place = ".".join(str(part) for part in fault["loc"]) or "the file"
    said = str(fault["msg"]).removeprefix("Value error, ")
    seen = fault.get("input")
    given = f" (given: {seen!r})" if isinstance(seen, str) else ""
    return f"{place}: {said}{given}"


class _RepeatedKey(ValueError):
    pass


# libyaml's parser is eight times faster; where PyYAML was built without it, its own does the same.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _TextLoader(_Base):  # type: ignore[misc]
    """Safe loader that gives no scalar a type and no key a second value."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise _RepeatedKey(f"line {key.start_mark.line + 1}: key {key.value!r} is given twice")
            if isinstance(key.value, str):
                seen.add(key.value)
        made: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return made
