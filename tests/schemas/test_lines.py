"""The data files of line items: loaded whole, and refused with words that say what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.datafile import DataFileError
from schemas.lines import compact, fold, lines_spec

DOCUMENTS = Path(__file__).parents[2] / "schemas" / "documents"


@pytest.mark.parametrize("kind", ["commercial_invoice", "packing_list", "cmr"])
def test_the_items_of_each_kind_can_be_read(kind: str) -> None:
    spec = lines_spec(DOCUMENTS / kind)
    assert spec is not None
    assert "description" in spec.columns and spec.anchors
    for languages in (column.heads.keys() for column in spec.columns.values() if column.keep):
        assert {"ru", "en"} <= set(languages)


def test_a_kind_without_items_has_none(tmp_path: Path) -> None:
    assert lines_spec(tmp_path) is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("into: lines\nneeds: []\nanchors: [weight]\n", "there is no column 'weight'"),
        ("into: lines\nuse: [colour]\nneeds: []\nanchors: []\n", "no shared column 'colour'"),
        ("into: lines\nneeds: []\nanchors: []\nsorts: []\n", "unknown attribute 'sorts'"),
        ("needs: []\nanchors: []\n", "into"),
        ("into: lines\nneeds: []\nanchors: []\nends: {klingon: [x]}\n", "is not a language"),
    ],
)
def test_a_faulty_file_is_refused_with_its_name_and_fault(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "lines.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(DataFileError, match=r"lines\.yaml") as caught:
        lines_spec(tmp_path)
    assert words in str(caught.value)


def test_heads_are_compared_without_case_accents_and_points() -> None:
    assert fold("Кол-во, шт.") == "кол во шт"
    assert compact("P.U. HT") == compact("PU ht")
    assert fold("Ağırlık") == fold("AGIRLIK")
