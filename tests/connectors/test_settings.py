"""The settings: where they are looked for, how mistakes are told, and that secrets stay secret."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from pydantic import ValidationError

from connectors.locations import BucketPlace, FolderPlace
from connectors.settings import SettingsError, describe, load, mask


def test_without_any_setting_everything_lies_in_one_folder_of_the_current_one(tmp_path: Path) -> None:
    settings = load()
    home = tmp_path / ".keruen"
    assert settings.home == home
    assert settings.inbox == (FolderPlace(path=home / "inbox"),)
    assert settings.archive == FolderPlace(path=home / "archive")
    assert settings.ledger_url.get_secret_value() == f"sqlite:///{home}/ledger.sqlite3"
    assert settings.prefect_ui_url == "http://127.0.0.1:4200"


def test_an_argument_goes_before_environment_dotenv_toml_and_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "keruen.toml").write_text('profile = "rail-import"\nlease_seconds = 11\n[s3]\nregion = "toml"\n')
    (tmp_path / ".env").write_text("OTHER_PROGRAM=1\nKERUEN_PROFILE=dotenv\nKERUEN_S3__REGION=dotenv\n")
    monkeypatch.setenv("KERUEN_PROFILE", "road-import")
    settings = load(settle_seconds=3)
    assert (settings.profile, settings.s3.region, settings.lease_seconds) == ("road-import", "dotenv", 11)
    assert load(profile="rail-import").profile == "rail-import"
    origins = {d.name: d.origin for d in describe(settings, settle_seconds=3)}
    assert origins["profile"] == "environment KERUEN_PROFILE"
    assert origins["s3.region"] == "file .env, KERUEN_S3__REGION"
    assert origins["lease_seconds"] == "file keruen.toml"
    assert origins["settle_seconds"] == "argument"
    assert origins["prefect_port"] == "default"


def test_several_inboxes_are_given_between_semicolons_or_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    both = (BucketPlace(bucket="papers", prefix="in/"), FolderPlace(path=Path("/srv/in box")))
    monkeypatch.setenv("KERUEN_INBOX", "s3://papers/in; /srv/in box")
    assert load().inbox == both
    monkeypatch.setenv("KERUEN_INBOX", '["s3://papers/in/", "/srv/in box"]')
    assert load().inbox == both


def test_a_password_may_hold_every_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERUEN_PDF_PASSWORDS", "a;b, c\nd")
    assert [p.get_secret_value() for p in load().pdf_passwords] == ["a;b, c", "d"]


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERUEN_S3__SECRET_KEY", "hush")
    monkeypatch.setenv("KERUEN_NOTIFY_URLS", "tgram://hush/1;mailto://u:hush@example.org")
    monkeypatch.setenv("KERUEN_PDF_PASSWORDS", "hush")
    monkeypatch.setenv("KERUEN_LEDGER_URL", "postgresql+psycopg://u:hush@db/ledger?password=hush")
    monkeypatch.setenv("KERUEN_PREFECT_DATABASE_URL", "postgresql+asyncpg://u:hush@db/prefect")
    settings = load()
    shown = [str(settings), repr(settings), str(settings.model_dump()), settings.model_dump_json()]
    shown += [str(d) for d in describe(settings)]
    assert not [text for text in shown if "hush" in text]
    assert "postgresql+psycopg://***@db/ledger" in {d.value for d in describe(settings)}
    assert mask("mysql://u:hush@db/x") == "***"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("KERUEN_PREFECT_PORT", "99999", "Setting prefect_port is wrong: .*65535"),
        ("KERUEN_S3__ENDPOINT", "minio:9000", "Setting s3.endpoint is wrong: .*write http://"),
        ("KERUEN_INBOX", "s3:///in", "Setting inbox is wrong: .*names no bucket"),
        ("KERUEN_ARCHIVE", "ftp://host/x", "Setting archive is wrong: .*neither a folder nor s3://"),
        ("KERUEN_DESK_LANGUAGE", "xx", "Setting desk_language is wrong: .*'ru', 'kk' or 'en'"),
        ("KERUEN_READ__PAGES", "0", "Setting read.pages is wrong"),
        ("KERUEN_NOTIFY_URLS", "[hush", "Setting notify_urls is wrong: begins like a JSON array"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_wrong_and_where_it_was_looked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=words) as caught:
        load()
    assert f"environment {name}" in str(caught.value)
    assert str(tmp_path / ".env") in str(caught.value)
    assert str(tmp_path / "keruen.toml") in str(caught.value)


def test_all_wrong_settings_are_told_at_once_and_no_secret_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERUEN_PREFECT_PORT", "x")
    monkeypatch.setenv("KERUEN_LEASE_SECONDS", "1")
    monkeypatch.setenv("KERUEN_S3__SECRET_KEY", "hush")
    with pytest.raises(SettingsError) as caught:
        load()
    assert len(str(caught.value).splitlines()) == 2
    assert "hush" not in str(caught.value)


def test_an_unknown_setting_in_a_file_is_an_error_that_names_the_near_one(tmp_path: Path) -> None:
    (tmp_path / "keruen.toml").write_text("[read]\npagez = 3\n")
    with pytest.raises(SettingsError, match=r"read\.pagez is not known. Did you mean read\.pages"):
        load()


def test_an_unknown_variable_is_told_of(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("KERUEN_INBXO", "/srv/in")
    with caplog.at_level(logging.WARNING, "keruen.settings"):
        load()
    assert "KERUEN_INBXO is not a setting of Keruen. Did you mean inbox (KERUEN_INBOX)?" in caplog.text


def test_a_file_that_is_no_toml_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "keruen.toml").write_text("x = [")
    with pytest.raises(SettingsError, match="cannot be read"):
        load()


def test_settings_cannot_be_changed() -> None:
    settings = load()
    with pytest.raises(ValidationError):
        settings.profile = "other"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        settings.s3.region = "other"  # type: ignore[misc]
