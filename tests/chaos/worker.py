"""The consumer, made to die: `python -m tests.chaos.worker STEP before|after` kills itself -9 at that step."""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import runpy
import signal
import sys
from typing import Any

STEPS: dict[str, str] = {
    "archive": "connectors.archive:Archive.put",
    "take": "connectors.ledger.drops:Drops.take",
    "acknowledge": "connectors.dropped_file:DroppedFile.ack",
    "claim": "connectors.ledger.drops:Drops.claim",
    "read": "flows.opening:read",
    "file": "connectors.ledger.filing:Filing.file",
    "decide": "connectors.ledger.dossiers:Dossiers.decide",
    "open form": "connectors.desk.desk:Desk.open_exception",
    "attach form": "connectors.ledger.exceptions:Exceptions.attach_run",
    "outbox": "connectors.outbox:Outbox.put",
    "release": "connectors.ledger.dossiers:Dossiers.released",
    "settle": "connectors.ledger.dossiers:Dossiers.settled",
    "finish": "connectors.ledger.drops:Drops.finish",
}


def arm(step: str, when: str) -> None:
    """Replaces one function of the product by itself with a kill -9 before or after it."""
    module_name, _, path = STEPS[step].partition(":")
    owner: Any = importlib.import_module(module_name)
    *owners, name = path.split(".")
    for part in owners:
        owner = getattr(owner, part)
    setattr(owner, name, _deadly(getattr(owner, name), when))


def _deadly(function: Any, when: str) -> Any:
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def dies_async(*args: Any, **kwargs: Any) -> Any:
            if when == "before":
                die()
            await function(*args, **kwargs)
            die()

        return dies_async

    @functools.wraps(function)
    def dies(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            die()
        function(*args, **kwargs)
        die()

    return dies


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    arm(sys.argv[1], sys.argv[2])
    runpy.run_module("flows.consumer", run_name="__main__", alter_sys=True)
