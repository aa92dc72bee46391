"""The command line: exit statuses, JSON for machines, messages that say what to do."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from connectors.ledger import Ledger
from connectors.settings import load
from flows import cli
from flows.exit_status import ExitStatus
from tests.demo import samples

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-11-21"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KERUEN_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


class Ran:
    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def keruen(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["keruen", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capfd.readouterr()
        return Ran(int(ended.value.code or 0), captured.out, captured.err)

    return run


def test_read_prints_documents_with_evidence_for_every_value(keruen: Any) -> None:
    ran = keruen("read", samples.CLEAN.folder / "invoice.pdf", "--json")
    assert ran.status == ExitStatus.CLEARED
    [document] = ran.json["documents"]
    assert document["kind"] == "commercial_invoice"
    assert set(document) == {
        "id", "file", "sha256", "kind", "kind_confidence", "pages", "languages", "data", "evidence", "findings",
    }  # fmt: skip
    found = document["evidence"]["/total_amount"]
    assert found["page"] == 1 and len(found["box"]) == 4 and 0 < found["confidence"] <= 1
    assert float(document["data"]["total_amount"]) == float(re.sub(r"[^\d.]", "", found["text"].replace(",", "")))


def test_read_shows_people_a_table(keruen: Any) -> None:
    ran = keruen("read", samples.CLEAN.folder / "cmr.pdf")
    assert "consignee/name" in ran.out and "as printed" in ran.out


def test_check_clears_what_agrees_and_holds_what_does_not(keruen: Any) -> None:
    clean = keruen("check", samples.CLEAN.folder, "--day", DAY, "--json")
    assert (clean.status, clean.json["decision"]) == (ExitStatus.CLEARED, "cleared")
    held = keruen("check", *samples.HELD.papers(), "--day", DAY, "--json")
    assert (held.status, held.json["decision"]) == (ExitStatus.HELD, "held")
    [finding] = [f for f in held.json["findings"] if f["severity"] != "note"]
    assert finding["rule"] == "dossier.gross_mass"
    assert {p["file"] for p in finding["places"]} == {"invoice.pdf", "packing_list.pdf", "cmr.pdf"}
    assert all(p["pointer"] and p["page"] and p["box"] for p in finding["places"])
    assert finding["says"] and finding["seen"] and finding["basis"]


def test_check_of_an_incomplete_dossier_waits_and_says_for_what(keruen: Any) -> None:
    ran = keruen("check", samples.CLEAN.folder / "invoice.pdf", "--day", DAY, "--json")
    assert ran.status == ExitStatus.HELD
    assert ran.json["decision"] == "waiting"
    assert [m["kind"] for m in ran.json["missing"]] == ["packing_list", "cmr"]


def test_check_of_the_same_files_twice_prints_the_same_bytes(keruen: Any) -> None:
    arguments = ("check", samples.HELD.folder, "--day", DAY, "--json")
    assert keruen(*arguments).out == keruen(*arguments).out


def test_an_unreadable_file_has_its_own_status_and_says_why(keruen: Any, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"this is no PDF")
    ran = keruen("read", broken, "--json")
    assert ran.status == ExitStatus.UNREADABLE
    [finding] = ran.json["documents"][0]["findings"]
    assert finding["rule"] == "reading.unreadable_file" and finding["seen"]


def test_a_file_that_is_not_there_is_named(keruen: Any) -> None:
    ran = keruen("read", "nowhere.pdf")
    assert ran.status == ExitStatus.UNREADABLE
    assert "nowhere.pdf" in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "--day", "yesterday", "x.pdf"], "yesterday"),
        (["check", samples.CLEAN.folder, "--day", DAY, "--profile", "by-sea"], "road-import"),
        (["explain", "cmr.gros_mass"], "dossier.gross_mass"),
        (["no-such-command"], "no-such-command"),
        (["status", "no such dossier"], "keruen status"),
        (["answer", "abc", "accept", "--operator", "A", "--reason", "B"], "keruen exceptions"),
    ],
)
def test_wrong_use_says_what_is_wrong(keruen: Any, arguments: list[object], words: str) -> None:
    ran = keruen(*arguments)
    assert ran.status in (ExitStatus.USAGE, ExitStatus.OUTSIDE)
    assert words in ran.err


def test_a_wrong_setting_is_named_with_where_it_was_looked_for(keruen: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERUEN_LEASE_SECONDS", "soon")
    ran = keruen("status")
    assert ran.status == ExitStatus.USAGE
    assert "KERUEN_LEASE_SECONDS" in ran.err


def test_drop_puts_files_whole_into_a_folder_of_the_inbox(keruen: Any, home: Path) -> None:
    ran = keruen("drop", *samples.CLEAN.papers(), "--dossier", "truck-17")
    assert ran.status == 0
    assert sorted(p.name for p in (home / "inbox" / "truck-17").iterdir()) == [
        "cmr.pdf",
        "invoice.pdf",
        "packing_list.pdf",
    ]
    one = keruen("drop", samples.CLEAN.folder / "cmr.pdf")
    assert (home / "inbox" / "cmr.pdf").read_bytes() == (samples.CLEAN.folder / "cmr.pdf").read_bytes(), one.err


def test_several_files_dropped_together_share_a_folder(keruen: Any, home: Path) -> None:
    keruen("drop", *samples.CLEAN.papers())
    [group] = [p for p in (home / "inbox").iterdir() if p.is_dir()]
    assert len(list(group.iterdir())) == 3


def test_status_of_an_empty_home_is_empty(keruen: Any, home: Path) -> None:
    assert keruen("status", "--json").json == {"dossiers": [], "unplaced_papers": 0, "waiting_drops": 0}
    assert keruen("exceptions", "--json").json == []
    assert Ledger(load(home=home).ledger_url.get_secret_value()).drops.all() == []


def test_kinds_lists_what_is_read_and_what_a_dossier_needs(keruen: Any) -> None:
    view = keruen("kinds", "--json").json
    assert {k["kind"] for k in view["kinds"]} >= {"commercial_invoice", "packing_list", "cmr"}
    assert "road-import" in {p["profile"] for p in view["profiles"]}


def test_explain_says_text_basis_and_cases(keruen: Any) -> None:
    told = keruen("explain", "dossier.gross_mass", "--day", DAY).out
    assert "Basis:" in told and "Cases:" in told


def test_settings_are_shown_with_their_origin_and_without_secrets(keruen: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERUEN_LEDGER_URL", "postgresql://keruen:hush@db.example/keruen")
    told = keruen("settings").out
    assert "hush" not in told
    assert "environment KERUEN_LEDGER_URL" in told


def test_every_command_is_in_the_readme_and_has_help() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for command in cli.app.registered_commands:
        assert command.callback is not None and command.callback.__doc__
        name = command.name or command.callback.__name__
        assert f"keruen {name}" in readme or f"make {name}" in readme, f"`keruen {name}` is not in the README"
