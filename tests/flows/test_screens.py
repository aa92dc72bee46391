"""What is added to Prefect's UI, and the blank database a new home starts with."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from flows import blank
from flows.screens import dress

PAGE = '<!DOCTYPE html><html><head><meta charset="UTF-8"></head><body></body></html>'


@pytest.fixture
def ui(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text(PAGE)
    return tmp_path


def test_a_dressed_page_loads_style_and_script_and_asks_nobody_else(ui: Path) -> None:
    assert dress(ui, "/v2", "http://127.0.0.1:4200/api")
    page = (ui / "index.html").read_text()
    assert 'href="/v2/desk.css"' in page and 'src="/v2/desk.js"' in page
    assert "connect-src 'self' http://127.0.0.1:4200 ws://127.0.0.1:4200; img-src 'self' data: blob:" in page
    assert (ui / "desk.css").exists() and (ui / "desk.js").exists()


def test_a_page_dressed_twice_has_the_last_address_only(ui: Path) -> None:
    dress(ui, "/v2", "http://127.0.0.1:4200/api")
    dress(ui, "/v2", "http://127.0.0.1:4300/api")
    page = (ui / "index.html").read_text()
    assert page.count("desk.js") == 1
    assert "4300" in page and "4200" not in page


def test_a_prefect_without_this_ui_is_left_alone(tmp_path: Path) -> None:
    assert not dress(tmp_path / "v2", "/v2", "http://127.0.0.1:4200/api")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "share" / "blank.sqlite3"
    path.parent.mkdir()
    sqlite3.connect(path).execute("CREATE TABLE flow (id)").connection.close()
    monkeypatch.setattr(blank, "blank_database", lambda: path)
    return path


def test_a_new_home_starts_with_a_copy_of_the_blank_database(installed: Path, tmp_path: Path) -> None:
    target = tmp_path / "home" / "prefect.sqlite3"
    assert blank.provide_database(f"sqlite+aiosqlite:///{target}")
    assert target.read_bytes() == installed.read_bytes()


def test_a_database_that_is_there_is_never_touched(installed: Path, tmp_path: Path) -> None:
    target = tmp_path / "prefect.sqlite3"
    target.write_bytes(b"mine")
    assert not blank.provide_database(f"sqlite+aiosqlite:///{target}")
    assert target.read_bytes() == b"mine"


@pytest.mark.parametrize("url", ["postgresql+asyncpg://db/prefect", "sqlite+aiosqlite:///:memory:"])
def test_other_databases_are_made_by_prefect_itself(url: str, installed: Path) -> None:
    assert installed.exists()
    assert not blank.provide_database(url)
