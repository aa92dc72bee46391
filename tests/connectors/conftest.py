"""Servers and settings for the tests of the connectors."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors import settings as settings_module
from connectors.aws import s3_client
from connectors.settings import S3Settings, Settings, load
from tests.connectors import servers


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine the tests run on reaches them."""
    for name in [n for n in os.environ if n.startswith((settings_module.PREFIX, "AWS_"))]:
        if name not in {"KERUEN_CORPUS", "KERUEN_WRITE"}:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def moto_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.moto(tmp_path_factory.mktemp("moto") / "log") as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def rclone_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("rclone")
    (folder / "buckets").mkdir()
    with servers.rclone(folder / "buckets", folder / "log") as endpoint:
        yield endpoint


@pytest.fixture(params=["moto", "rclone"])
def any_s3(request: pytest.FixtureRequest) -> S3Settings:
    """The settings of each S3 implementation in turn."""
    return servers.s3_settings(request.getfixturevalue(f"{request.param}_endpoint"))


@pytest.fixture
def moto_s3(moto_endpoint: str) -> S3Settings:
    return servers.s3_settings(moto_endpoint)


@pytest.fixture
def make_bucket() -> Callable[[S3Settings], str]:
    """Makes an empty bucket with a name of its own."""

    def make(s3: S3Settings, versioned: bool = False) -> str:
        name = f"papers-{uuid.uuid4().hex[:12]}"
        client: Any = s3_client(s3)
        client.create_bucket(Bucket=name)
        if versioned:
            client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    return make


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    """`load` with its home in the folder of the test."""

    def make(**overrides: Any) -> Settings:
        return load(**({"home": tmp_path / "home"} | overrides))

    return make
