"""Entry of every child process of the service: `python -m flows.child ROLE`.

ROLE is `server` (the Prefect server) or the name of a module to run, such as `flows.consumer`. A child
ends, with all processes of its group, when its supervisor disappears in whatever way; a child that needs
the Prefect server imports what is slow at once and begins when the server answers.
"""

from __future__ import annotations

import importlib
import logging
import os
import runpy
import signal
import sys
import threading
import time
import urllib.error
import urllib.request

from flows.blank import provide_database

LIFELINE = "KERUEN_LIFELINE_FD"
"""Names the file descriptor of a pipe whose other end the supervisor alone holds."""
SERVER = "server"
GRACE_SECONDS = 3

log = logging.getLogger("keruen.child")


def main(role: str) -> None:
    """Run one child of the service to its end."""
    end_with_supervisor()
    if role == SERVER:
        _run_server()
        return
    importlib.import_module("prefect")  # while the server is still starting
    wait_until_healthy(os.environ["PREFECT_API_URL"])
    sys.argv = [role]
    runpy.run_module(role, run_name="__main__", alter_sys=True)


def is_healthy(api_url: str, timeout: float = 2.0) -> bool:
    """Whether the Prefect API at `api_url` (`http://host:port/api`) answers."""
    try:
        with urllib.request.urlopen(f"{api_url}/health", timeout=timeout) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_until_healthy(api_url: str) -> None:
    """Return when the Prefect API answers; the supervisor decides when waiting is over."""
    while not is_healthy(api_url):
        time.sleep(0.1)


def end_with_supervisor() -> None:
    """Kill this process and its group when the supervisor's end of the lifeline closes."""
    descriptor = os.environ.pop(LIFELINE, "")
    if not descriptor:
        return

    def watch() -> None:
        os.read(int(descriptor), 1)  # returns only when the supervisor is gone
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def _run_server() -> None:
    """Serve Prefect's API and UI as `PREFECT_SERVER_API_HOST` and `_PORT` say.

    The command `prefect server start` does the same after importing all of Prefect's command line.
    """
    import uvicorn

    provide_database(os.environ["PREFECT_API_DATABASE_CONNECTION_URL"])
    uvicorn.run(
        "flows.screens:app",
        factory=True,
        host=os.environ["PREFECT_SERVER_API_HOST"],
        port=int(os.environ["PREFECT_SERVER_API_PORT"]),
        log_level="warning",
        timeout_keep_alive=5,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


if __name__ == "__main__":
    main(sys.argv[1])
