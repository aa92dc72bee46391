"""The catalogue of kinds: what the project has, a user's own kind, and broken kinds told in words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from schemas.catalogue import DOCUMENTS, Kind, catalogue, load_kind
from schemas.datafile import DataFileError

KINDS = [kind.name for kind in catalogue().kinds]


def _kind_folder(folder: Path, name: str = "delivery_note", change: tuple[str, str] = ("", "")) -> Path:
    """A small kind of its own, as a user would write it."""
    made = folder / name
    made.mkdir()
    text = """
title: {ru: Накладная, kk: Жүкқұжат, en: Delivery note}
anchors:
  - {text: Delivery Note, language: en, title: true, weight: 1.3}
fields:
  number:
    type: identifier
    where: [heading, right, below]
    labels: {en: [Delivery note №]}
"""
    (made / "kind.yaml").write_text(text.replace(*change) if change[0] else text, encoding="utf-8")
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {"number": {"x-title": {"en": "number"}, "type": "string"}},
    }
    (made / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    return made


def test_the_project_has_invoice_packing_list_and_cmr() -> None:
    assert {"commercial_invoice", "packing_list", "cmr"} <= set(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_every_field_that_is_read_has_a_title_in_english_and_russian(name: str) -> None:
    kind = catalogue().kind(name)
    for field, spec in kind.spec.fields.items():
        if not spec.hidden:
            title = kind.schema["properties"][spec.part_of or field]["x-title"]
            assert title["en"] and title["ru"]


@pytest.mark.parametrize("name", KINDS)
def test_every_schema_is_closed_and_names_required_fields(name: str) -> None:
    kind = catalogue().kind(name)
    Draft202012Validator.check_schema(dict(kind.schema))
    assert kind.schema["additionalProperties"] is False
    assert kind.required


def test_a_pointer_into_a_row_has_a_title_for_people() -> None:
    assert (
        catalogue().kind("commercial_invoice").field_title("/lines/3/unit_price", "ru") == "строки 4, цена за единицу"
    )
    assert catalogue().kind("cmr").field_title("/consignor/tax_id") == "sender (box 1), tax number"


def test_a_users_own_kind_is_found_in_the_folder_given(tmp_path: Path) -> None:
    _kind_folder(tmp_path)
    found = catalogue(tmp_path)
    assert "delivery_note" in found
    assert found.kind("delivery_note").title("ru") == "Накладная"
    assert "cmr" in found


def test_an_unknown_kind_names_those_there_are() -> None:
    with pytest.raises(KeyError, match=r"no document kind 'bill'; there are: .*cmr"):
        catalogue().kind("bill")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("labels:", "lables:"), "unknown attribute 'lables'; allowed here: addressee, box, hidden, labels"),
        (("type: identifier", "type: numbr"), r"fields\.number\.type: .*'identifier'.*\(given: 'numbr'\)"),
        (("  number:", "  nummer:"), r"fields\.nummer: is not a property of schema\.json"),
        (("title: true, ", ""), "none is a title"),
        (("where: [heading", "box: '7'\n    where: [heading"), r"fields\.number\.box: there is no box '7'"),
        (("where: [heading", "pattern: '(['\n    where: [heading"), "is not a regular expression"),
        (("language: en", "language: xx"), r"anchors\.0\.language"),
        (("fields:", "note_field: memo\nfields:"), "note_field: there is no field 'memo'"),
    ],
)
def test_a_broken_kind_says_in_words_what_is_wrong(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    folder = _kind_folder(tmp_path, change=change)
    with pytest.raises(DataFileError, match=words):
        load_kind(folder)


def test_a_kind_without_schema_says_so(tmp_path: Path) -> None:
    folder = _kind_folder(tmp_path)
    (folder / "schema.json").unlink()
    with pytest.raises(DataFileError, match=r"schema\.json: cannot be read .*Every kind needs one"):
        load_kind(folder)


def test_a_schema_that_is_no_schema_says_so(tmp_path: Path) -> None:
    folder = _kind_folder(tmp_path)
    (folder / "schema.json").write_text('{"type": "objekt", "properties": {}}', encoding="utf-8")
    with pytest.raises(DataFileError, match="is no JSON Schema 2020-12"):
        load_kind(folder)


def test_a_kind_cannot_be_called_unknown(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="'unknown' cannot name a kind"):
        load_kind(_kind_folder(tmp_path, name="unknown"))


def test_a_folder_of_kinds_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="no such folder of document kinds"):
        catalogue(tmp_path / "absent")


def test_a_users_kind_replaces_the_projects_of_the_same_name(tmp_path: Path) -> None:
    shutil.copytree(DOCUMENTS / "cmr", tmp_path / "cmr")
    assert isinstance(catalogue(tmp_path).kind("cmr"), Kind)
    assert catalogue(tmp_path).kind("cmr").folder == tmp_path / "cmr"
