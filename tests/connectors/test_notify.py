"""Notifications, against a web server of the test's own."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import SecretStr

from connectors.notify import Notified, Notifier
from tests.connectors.servers import free_port


class _Hook(ThreadingHTTPServer):
    """Takes what is posted; answers 500 under /broken."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(500 if self.path.startswith("/broken") else 200)
        self.end_headers()
        self.server.taken.append(json.loads(body))

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def hook() -> Iterator[_Hook]:
    with _Hook() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def test_a_message_reaches_its_address_with_its_link(hook: _Hook) -> None:
    notifier = Notifier([SecretStr(f"json://127.0.0.1:{hook.server_port}/desk")])
    outcome = await notifier.send("Held: dossier 7", "Масса не сходится", "http://127.0.0.1:4200/v2/runs")
    assert outcome == Notified(sent=1)
    [message] = hook.taken
    assert message["title"] == "Held: dossier 7"
    assert message["message"] == "Масса не сходится\nhttp://127.0.0.1:4200/v2/runs"


async def test_an_address_that_fails_is_reported_and_the_others_are_told(
    hook: _Hook, caplog: pytest.LogCaptureFixture
) -> None:
    urls = [
        f"json://user:hush@127.0.0.1:{hook.server_port}/broken/hush",
        f"json://user:hush@127.0.0.1:{free_port()}/hush",
        "nonsense://hush",
        "hush",
        f"json://127.0.0.1:{hook.server_port}/desk",
    ]
    with caplog.at_level(logging.DEBUG):
        outcome = await Notifier([SecretStr(u) for u in urls]).send("t", "b")
    assert outcome.sent == 1
    assert outcome.failed == (
        "notify_urls[0] (json)",
        "notify_urls[1] (json)",
        "notify_urls[2] (nonsense)",
        "notify_urls[3] (no scheme)",
    )
    assert "notify_urls[0]" in caplog.text
    assert "hush" not in caplog.text


async def test_without_addresses_nothing_is_sent() -> None:
    assert await Notifier([]).send("t", "b") == Notified()
