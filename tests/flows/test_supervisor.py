"""The supervisor: what dies is started again, and nothing is left when it ends, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# A child that starts a process of its own, as the flows do; both write down their ids.
CHILD = """
import os, subprocess, sys, time
from pathlib import Path
from flows.child import end_with_supervisor
end_with_supervisor()
inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
Path(sys.argv[1], f"{os.getpid()}.pid").write_text(str(inner.pid))
time.sleep(600)
"""
SUPERVISOR = """
import logging, os, sys
from pathlib import Path
from flows.supervisor import Child, Supervisor
logging.basicConfig(level=logging.INFO)
folder = Path(sys.argv[1])
command = [sys.executable, "-c", (folder / "child.py").read_text(), str(folder)]
Supervisor([Child(n, command, folder / f"{n}.log", os.environ, grace=2) for n in ("one", "two")]).run(
    lambda: (folder / "changed").touch()
)
"""


def until(holds: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    """Wait until something holds; a failure says what did not come true."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Family:
    """A supervisor in a process of its own, with its children and theirs."""

    def __init__(self, folder: Path, child: str = CHILD) -> None:
        self.folder = folder
        (folder / "child.py").write_text(child)
        self.supervisor = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, str(folder)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=(folder / "supervisor.log").open("wb"),
        )

    def children(self) -> dict[int, int]:
        """Process id of each child ever started, with that of the process it started."""
        found = {int(path.stem): path.read_text() for path in self.folder.glob("*.pid")}
        return {pid: int(inner) for pid, inner in found.items() if inner}

    def everyone(self) -> list[int]:
        return [pid for pair in self.children().items() for pid in pair]

    def log(self) -> str:
        return (self.folder / "supervisor.log").read_text()


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    made = Family(tmp_path)
    until(lambda: len(made.children()) == 2, "two children started")
    yield made
    made.supervisor.kill()
    made.supervisor.wait()
    for pid in made.everyone():
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_supervisor_told_to_end_leaves_nobody_behind(family: Family, number: signal.Signals) -> None:
    family.supervisor.send_signal(number)
    assert family.supervisor.wait(30) == 0
    assert [pid for pid in family.everyone() if is_alive(pid)] == []


def test_a_supervisor_killed_at_once_leaves_nobody_behind(family: Family) -> None:
    family.supervisor.kill()
    until(lambda: not any(map(is_alive, family.everyone())), "children and grandchildren ended themselves")


def test_a_killed_child_is_started_again_and_what_it_had_started_is_gone(family: Family) -> None:
    killed, inner = next(iter(family.children().items()))
    (family.folder / "changed").unlink()
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(family.children()) == 3, "a third child was started")
    assert not is_alive(inner)
    until((family.folder / "changed").exists, "the new process was told of")
    assert "ended with signal SIGKILL; it is started again in" in family.log()


def test_a_child_that_does_not_heed_sigterm_is_killed_after_its_grace(tmp_path: Path) -> None:
    family = Family(
        tmp_path, CHILD.replace("inner =", "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\ninner =")
    )
    until(lambda: len(family.children()) == 2, "two children started")
    family.supervisor.terminate()
    assert family.supervisor.wait(30) == 0
    assert [pid for pid in family.everyone() if is_alive(pid)] == []
    assert "did not end within 2 s and is killed" in family.log()
