"""What a dossier needs: profiles as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.datafile import DataFileError
from schemas.profiles import DEFAULT, choose, profiles


def test_road_import_needs_three_papers_and_says_why() -> None:
    profile = profiles()[DEFAULT]
    missing = profile.missing({"cmr"})
    assert [m.kind for m in missing] == ["commercial_invoice", "packing_list"]
    assert all(m.why for m in missing)
    assert "счёт" in profile.missing({"cmr"}, "ru")[0].why.lower()
    assert profile.is_complete({"cmr", "commercial_invoice", "packing_list", "unknown"})


def test_one_kind_may_stand_for_another() -> None:
    assert profiles()["rail-import"].is_complete({"cim_smgs", "commercial_invoice", "packing_list"})


def test_the_papers_tell_the_profile() -> None:
    assert choose(None, {"smgs", "commercial_invoice"}).name == "rail-import"
    assert choose(None, {"commercial_invoice"}).name == DEFAULT
    assert choose("rail-import", {"cmr"}).name == "rail-import"


def test_a_folder_of_profiles_without_the_default_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="the profile 'road-import' is missing"):
        profiles(tmp_path)


def test_an_unknown_attribute_names_those_allowed(tmp_path: Path) -> None:
    (tmp_path / "road-import.yaml").write_text("needed: []\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"unknown attribute 'needed'; allowed here: name, needs, says, told_by"):
        profiles(tmp_path)
