"""The service as `keruen up` runs it: one command up, one down, nothing left, whatever is killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.errors import Permanent
from connectors.settings import load
from flows.service import AlreadyRunning, Service
from tests.conftest import free_port
from tests.flows.test_supervisor import is_alive, until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    port = free_port()
    monkeypatch.setenv("KERUEN_PREFECT_PORT", str(port))
    monkeypatch.setenv("KERUEN_HOME", str(tmp_path))
    made = Service(load())
    yield made
    made.stop()


def children(service: Service) -> dict[str, int]:
    running = service.running()
    return running.children if running else {}


@pytest.mark.service
def test_the_service_comes_up_survives_its_parts_and_goes_without_a_trace(service: Service) -> None:
    assert not service.is_up()
    first = service.start()
    assert service.is_up()
    assert set(first.children) == {"server", "consumer", "serve"}

    # A second one says where the first is.
    assert service.start() == first
    with pytest.raises(AlreadyRunning, match=rf"already running as process {first.pid}; Prefect UI {first.ui_url}"):
        service.run_forever()
    again = subprocess.run(
        [sys.executable, "-m", "flows.service"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (again.returncode, first.ui_url in again.stderr) == (1, True)

    # Each part is killed and comes back; the address stays.
    for name in ("consumer", "server", "serve"):
        killed = children(service)[name]
        os.kill(killed, signal.SIGKILL)
        until(lambda name=name, killed=killed: children(service).get(name, killed) != killed, f"{name} is back")
    until(service.is_up, "the server answers again", 120)
    assert service.ui_url == first.ui_url

    left = children(service)
    assert service.stop()
    assert not service.is_up()
    assert [name for name, pid in left.items() if is_alive(pid)] == []
    until(lambda: not is_alive(first.pid), "the supervisor is gone")
    assert not service.stop()


@pytest.mark.service
def test_a_service_killed_at_once_leaves_nobody_and_the_next_one_starts_at_the_same_address(service: Service) -> None:
    first = service.start()
    os.kill(first.pid, signal.SIGKILL)
    until(lambda: not any(map(is_alive, first.children.values())), "its children ended themselves")
    assert service.running() is None
    second = service.start()
    assert second.ui_url == first.ui_url
    assert second.pid != first.pid


def test_a_port_that_was_asked_for_and_is_taken_is_an_error_that_says_what_to_do(service: Service) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", service.settings.prefect_port))
        stranger.listen()
        with pytest.raises(Permanent, match=r"Port \d+ of 127.0.0.1 is taken.*KERUEN_PREFECT_PORT"):
            service.run_forever()


def test_a_service_that_cannot_start_says_why_and_where_to_look(service: Service) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", service.settings.prefect_port))
        stranger.listen()
        with pytest.raises(Permanent, match=r"(?s)ended while starting.*logs.*is taken by another program"):
            service.start()


def test_what_a_dead_service_wrote_down_is_not_believed(service: Service) -> None:
    service.settings.home.joinpath("run").mkdir()
    service.settings.home.joinpath("run", "service.json").write_text(
        '{"pid": 1, "ui_url": "http://127.0.0.1:9", "api_url": "http://127.0.0.1:9/api", "children": {}}'
    )
    assert service.running() is None
    assert service.ui_url == service.settings.prefect_ui_url
