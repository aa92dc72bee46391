"""Data files: scalars stay text, and every fault is told with its file, its place and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.datafile import Data, DataFileError, read_model, read_yaml


class _Colour(Data):
    name: str
    weight: float = 1.0


def _file(folder: Path, text: str) -> Path:
    path = folder / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_and_leading_zeros_stay_text(tmp_path: Path) -> None:
    assert read_yaml(_file(tmp_path, "a: NO\nb: 0701\nc: [on, 1.0, 2026-01-01]\n")) == {
        "a": "NO",
        "b": "0701",
        "c": ["on", "1.0", "2026-01-01"],
    }


def test_a_key_given_twice_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"file\.yaml: line 3: key 'a' is given twice"):
        read_yaml(_file(tmp_path, "a: 1\nb: 2\na: 3\n"))


def test_a_file_that_is_no_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"file\.yaml: line \d+: .*Correct the YAML"):
        read_yaml(_file(tmp_path, "a: [1, 2\nb: 3\n"))


def test_an_unknown_attribute_names_those_allowed(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"unknown attribute 'wieght'; allowed here: name, weight"):
        read_model(_file(tmp_path, "name: red\nwieght: 2\n"), _Colour)


def test_a_value_of_the_wrong_type_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"file\.yaml: weight: .*\(given: 'heavy'\)"):
        read_model(_file(tmp_path, "name: red\nweight: heavy\n"), _Colour)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="cannot be read"):
        read_yaml(tmp_path / "absent.yaml")
