"""One chaotic day: papers are dropped, workers die, and at the end every count is held against what was dropped."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from connectors.desk import Desk
from connectors.ledger import DropState, ExceptionState, Ledger
from connectors.settings import Settings, load
from flows.child import is_healthy
from flows.service import child_environment
from schemas.states import DossierState
from tests.connectors.servers import free_port
from tests.demo.samples import CLEAN, HELD, stamped

START_SECONDS = 120.0


@dataclass
class Day:
    """A home with a Prefect server, what was dropped into it, and what became of its workers."""

    settings: Settings
    rng: random.Random
    dropped: list[str] = field(default_factory=list)
    clean: set[str] = field(default_factory=set)
    kills: int = 0
    _number: Iterator[int] = field(default_factory=itertools.count)

    @property
    def environment(self) -> dict[str, str]:
        return {**child_environment(self.settings), "KERUEN_SETTLE_SECONDS": "0.2"}

    def drop(self) -> None:
        """One clean dossier and one that is held, each in a folder of its own."""
        for sample in (CLEAN, HELD):
            number = next(self._number)
            folder = f"dossier-{number:03}"
            target = self.settings.home / "inbox" / folder
            target.mkdir(parents=True, exist_ok=True)
            for paper in sample.papers():
                unfinished = target / f".{paper.name}.part"
                unfinished.write_bytes(stamped(paper.read_bytes(), folder))
                unfinished.rename(target / paper.name)
                self.dropped.append(f"{folder}/{paper.name}")
            if sample is CLEAN:
                self.clean.add(folder)

    def worker(self, *, step: str = "", when: str = "") -> subprocess.Popen[bytes]:
        """A consumer; with a step it kills itself there."""
        module = ["tests.chaos.worker", step, when] if step else ["flows.consumer"]
        with (self.settings.home / "worker.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *module], env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def die_at(self, step: str, when: str) -> None:
        """Drops papers and lets a worker die of them."""
        self.drop()
        worker = self.worker(step=step, when=when)
        try:
            status = worker.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
            raise AssertionError(f"the worker never came to {when} {step!r}; see worker.log") from None
        assert status == -signal.SIGKILL, f"the worker ended with {status} instead of dying at {step!r}"
        self.kills += 1

    def die_some_time(self) -> None:
        """Drops papers and kills a worker after a moment that chance chooses."""
        self.drop()
        worker = self.worker()
        time.sleep(self.rng.uniform(2.0, 7.0))
        worker.kill()
        worker.wait()
        self.kills += 1

    def finish(self) -> None:
        """A worker that is left alone until nothing waits any more."""
        ledger = Ledger(self.settings.ledger_url.get_secret_value())
        worker = self.worker()
        try:
            deadline = time.monotonic() + START_SECONDS + 3.0 * len(self.dropped)
            while time.monotonic() < deadline:
                if worker.poll() is not None:
                    raise AssertionError(f"the last worker ended with {worker.returncode}; see worker.log")
                done = ledger.drops.all((DropState.DONE,))
                if len(done) == len(self.dropped) and not ledger.dossiers.unsettled():
                    return
                time.sleep(0.3)
            raise AssertionError(f"{len(done)} of {len(self.dropped)} drops were done when time ran out")
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.wait(60)
            ledger.close()

    def verify(self) -> dict[str, int]:
        """Every count against what was dropped; returns them for people."""
        ledger = Ledger(self.settings.ledger_url.get_secret_value())
        drops = ledger.drops.all()
        assert sorted(f"{d.group}/{d.name}" for d in drops) == sorted(self.dropped), "a drop was lost or doubled"
        assert {d.state for d in drops} == {DropState.DONE}
        dossiers = ledger.dossiers.all()
        assert len(dossiers) == len({name.split("/")[0] for name in self.dropped})
        released: list[str] = []
        for row in dossiers:
            dossier = ledger.dossiers.get(row.id)
            assert len(dossier.documents) == 3, f"{row.ref} has {len(dossier.documents)} papers"
            expected = DossierState.RELEASED if row.ref in self.clean else DossierState.HELD
            assert dossier.state is expected, f"{row.ref} is {dossier.state}"
            revisions = [d.revision for d in ledger.dossiers.decisions(row.id)]
            assert len(revisions) == len(set(revisions)), f"{row.ref} was decided twice"
            releases = ledger.dossiers.releases(row.id)
            assert len(releases) == (1 if row.ref in self.clean else 0), f"{row.ref}: {len(releases)} releases"
            released += [r.location for r in releases]
        outbox = sorted(str(p) for p in (self.settings.home / "outbox").glob("*.json"))
        assert outbox == sorted(released), "the outbox and the ledger disagree"
        for path in outbox:
            assert json.loads(Path(path).read_text("utf-8"))["decision"] == "cleared"
        forms = self._forms(ledger)
        ledger.close()
        return {
            "kills": self.kills,
            "drops": len(drops),
            "dossiers": len(dossiers),
            "released": len(released),
            "forms": forms,
        }

    def _forms(self, ledger: Ledger) -> int:
        """Each open question has exactly one form that waits."""
        os.environ["PREFECT_API_URL"] = self.environment["PREFECT_API_URL"]
        questions = ledger.exceptions.all((ExceptionState.OPEN,))
        runs = [q.run_id for q in questions]
        assert all(runs), "a question has no form"
        assert len(set(runs)) == len(runs)
        desk = Desk(self.settings)
        waiting = [asyncio.run(desk.waits(run)) for run in runs]
        assert all(waiting), "a form does not wait"
        return len(runs)


@contextmanager
def a_day(home: Path, seed: int) -> Iterator[Day]:
    """A home with a Prefect server of its own."""
    port = free_port()
    settings = load(home=home, prefect_port=port)
    (home / "inbox").mkdir(parents=True)
    day = Day(settings, random.Random(seed))
    with (home / "server.log").open("ab") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "flows.child", "server"], env=day.environment, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_healthy(f"http://127.0.0.1:{port}/api"):
            assert server.poll() is None and time.monotonic() < deadline, "the Prefect server did not start"
            time.sleep(0.2)
        _deploy(day)
        yield day
    finally:
        server.terminate()
        server.wait(30)


def _deploy(day: Day) -> None:
    """The deployments the desk opens its forms on, as the service makes them."""
    script = (
        "import asyncio, flows.serve as s\n"
        "async def go():\n"
        "    for d in await s.deployments():\n"
        "        await d.apply() if asyncio.iscoroutinefunction(d.apply) else d.apply()\n"
        "asyncio.run(go())\n"
    )
    subprocess.run([sys.executable, "-c", script], env=day.environment, check=True, capture_output=True)
