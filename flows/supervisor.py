"""Keeps the processes of the service alive: starts them, restarts what dies, ends all of them together."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from flows.child import LIFELINE

log = logging.getLogger("keruen.service")

LOOK_SECONDS = 0.2
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
# A child that lived this long was well: its next restart does not wait for what happened before.
WELL_AFTER = 60.0
LOG_LIMIT = 10 * 1024 * 1024


@dataclass
class Child:
    """One child process: what it runs, where it writes, and how its restarts go.

    `grace` is how many seconds it may take to end after SIGTERM.
    """

    name: str
    command: Sequence[str]
    log_file: Path
    environment: Mapping[str, str]
    grace: float = 10.0
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    due: float = field(default=0.0)

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.poll() is None else None

    def start(self, lifeline: int) -> None:
        """Start the process in a group of its own, so that no signal reaches it but ours."""
        _rotate(self.log_file)
        with self.log_file.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env={**self.environment, LIFELINE: str(lifeline)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(lifeline,),
                start_new_session=True,
            )
        self.started = time.monotonic()
        log.info("%s started, process %s, log %s", self.name, self.process.pid, self.log_file)

    def look(self, lifeline: int) -> bool:
        """Restart the process if it has died and its pause is over. Whether it was started."""
        now = time.monotonic()
        if self.process is None:
            if now < self.due:
                return False
            self.start(lifeline)
            return True
        status = self.process.poll()
        if status is None:
            return False
        kill_group(self.process.pid)
        self.process = None
        if now - self.started > WELL_AFTER:
            self.pause = FIRST_PAUSE
        self.due = now + self.pause
        log.warning(
            "%s ended with %s; it is started again in %.1f s. See %s.",
            self.name,
            describe_status(status),
            self.pause,
            self.log_file,
        )
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        return False

    def stop(self) -> None:
        """End the process: SIGTERM, then after its grace SIGKILL; what is left of its group is killed."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(self.grace)
            except subprocess.TimeoutExpired:
                log.warning("%s did not end within %.0f s and is killed", self.name, self.grace)
        kill_group(self.process.pid)
        self.process.wait()
        log.info("%s ended", self.name)
        self.process = None


class Supervisor:
    """Runs children until told to stop by SIGTERM or SIGINT.

    Should the supervisor itself be killed, the lifeline closes and the children end themselves.
    """

    def __init__(self, children: Sequence[Child]) -> None:
        """`children` are started in the order given and ended in the opposite one."""
        self.children = children
        self._stopping = False
        self._lifeline, self._held = os.pipe()

    def run(self, on_change: Callable[[], None]) -> None:
        """Start the children and keep them running; returns after a signal, when all have ended.

        `on_change` is called whenever there are new processes.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        try:
            for child in self.children:
                child.start(self._lifeline)
            on_change()
            while not self._stopping:
                time.sleep(LOOK_SECONDS)
                started = [child for child in self.children if child.look(self._lifeline)]
                if started:
                    on_change()
        finally:
            for child in reversed(self.children):
                child.stop()
            os.close(self._held)
            os.close(self._lifeline)

    def _ask_to_stop(self, number: int, _frame: FrameType | None) -> None:
        log.info("stopping: %s", signal.Signals(number).name)
        self._stopping = True


def kill_group(leader: int) -> None:
    """Kill what is left of a child's process group, the readers and flow runs it started."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def describe_status(status: int) -> str:
    """An exit status in words: `exit status 1`, `signal SIGKILL`."""
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def _rotate(path: Path) -> None:
    """Keep one older file beside a log that has grown large."""
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_name(path.name + ".1"))
