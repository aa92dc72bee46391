"""One Prefect server for all tests of the flows, and what they have in common."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from connectors.desk import Desk
from connectors.settings import Settings, load
from flows import rulings
from flows.child import is_healthy
from flows.service import child_environment
from tests.conftest import free_port
from tests.flows.answering import Recorder

# A fresh database takes ten seconds on an idle machine and far longer on a busy one.
_START_SECONDS = 180.0


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The settings of a running Prefect server with the desk's screens; it ends with the session."""
    home = tmp_path_factory.mktemp("prefect_server")
    settings = load(home=home, prefect_port=free_port())
    api_url = f"{settings.prefect_ui_url}/api"
    with (home / "server.log").open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "flows.child", "server"],
            env=child_environment(settings),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not is_healthy(api_url):
            assert server.poll() is None and time.monotonic() < deadline, (home / "server.log").read_text()
            time.sleep(0.1)
        yield settings
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture
def prefect_api(prefect_server: Settings) -> Iterator[str]:
    """Address of the API of the running server; Prefect in this process talks to it."""
    api_url = f"{prefect_server.prefect_ui_url}/api"
    # Heartbeats cost a second at the end of each flow run in this process.
    with temporary_settings({PREFECT_API_URL: api_url, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield api_url


@pytest.fixture
def desk(prefect_api: str, prefect_server: Settings) -> Desk:
    return Desk(prefect_server)


@pytest.fixture
async def client(prefect_api: str) -> AsyncIterator[PrefectClient]:
    async with get_client() as opened:
        yield opened


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """What `review` hands its rulings to, instead of the ledger."""
    recorder = Recorder()
    monkeypatch.setattr(rulings, "record", recorder.record)
    return recorder
