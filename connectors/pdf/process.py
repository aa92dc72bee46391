"""The parent's side of the child per document: one warm zygote for this process, a child for each job.

Safe to call from any thread; `asyncio.to_thread` is enough for asynchronous programs. The zygote is started on
first use, again when it is gone, and ends with this process. It inherits no descriptor and no secret from the
environment, and a process forked from this one starts its own.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

from connectors.errors import Transient
from connectors.pdf.zygote import LENGTHS, READY, STATUS

_START_SECONDS = 60.0
_GRACE_SECONDS = 5.0  # beyond the wall limit, which the kernel enforces inside the child
_CHUNK = 1 << 20
_LARGEST_ANSWER = 1 << 29
_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TMPDIR", "VIRTUAL_ENV")
# The child imports from where this process imports, and nothing from its own working directory.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from connectors.pdf.zygote import main; main(int(sys.argv[2]))"
)


class Ended(Exception):
    """A child ended without a whole answer. `status` is its wait status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status

    @property
    def signal(self) -> int:
        """The signal that ended it, 0 if none."""
        return os.WTERMSIG(self.status) if os.WIFSIGNALED(self.status) else 0


class _ZygoteGone(Exception):
    """The zygote died with the job in hand; the document is not to blame."""


class _Zygote:
    """One running zygote and the control socket to it."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._sending = threading.Lock()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _START, json.dumps(sys.path), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ},
            )
        self._control.settimeout(_START_SECONDS)
        try:
            greeting = self._control.recv(len(READY))
        except TimeoutError:
            greeting = b""
        if greeting != READY:
            self.close()
            raise Transient(
                f"The PDF reading process did not start (exit status {self._process.returncode}). "
                f"Try `{sys.executable} -c 'import connectors.pdf.jobs'` for the reason; "
                "with none, the machine is out of memory or processes."
            )
        self._control.settimeout(_GRACE_SECONDS)

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_alive(self) -> bool:
        return self.owner == os.getpid() and self._process.poll() is None

    def adopt(self, job: socket.socket, report: int) -> None:
        """Hand the far ends of a job to the zygote. Raises `_ZygoteGone`."""
        try:
            with self._sending:
                socket.send_fds(self._control, [b"j"], [job.fileno(), report])
        except OSError as error:
            raise _ZygoteGone from error

    def close(self) -> None:
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2.0)
            return
        self._process.kill()
        self._process.wait()

    def forget(self) -> None:
        """In a forked copy of this process: drop the control socket, so that it does not outlive its owner."""
        self._control.close()
        self._process.returncode = 0  # not our child: nothing to wait for


_zygote: _Zygote | None = None
_starting = threading.Lock()
_turns = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


def run(job: Mapping[str, Any], data: bytes, wall_seconds: float) -> bytes:
    """The answer of a child to `job` on `data`.

    Raises `Ended` when the child died of the document, `Transient` when no child can be had.
    """
    with _turns:
        for _ in range(2):
            zygote = _running()
            try:
                return _exchange(zygote, job, data, time.monotonic() + wall_seconds + _GRACE_SECONDS)
            except _ZygoteGone:
                _retire(zygote)
    raise Transient(
        "The PDF reading process was ended twice from outside. Try again; look for an out-of-memory killer."
    )


def zygote_pid() -> int:
    """The process id of the zygote, started if it was not: for tests and for those who watch processes."""
    return _running().pid


def _exchange(zygote: _Zygote, job: Mapping[str, Any], data: bytes, deadline: float) -> bytes:
    line, theirs = socket.socketpair()
    report, their_report = os.pipe()
    try:
        try:
            zygote.adopt(theirs, their_report)
        finally:
            theirs.close()
            os.close(their_report)
        answer = _converse(line, job, data, deadline)
        line.close()
        status = _status(report, deadline)
    finally:
        line.close()
        os.close(report)
    if status != 0:
        raise Ended(status)
    return answer


def _converse(line: socket.socket, job: Mapping[str, Any], data: bytes, deadline: float) -> bytes:
    """Send the job, gather the answer until the child is done. A death shows in the status."""
    head = json.dumps(job).encode()
    answer = bytearray()
    try:
        line.settimeout(max(0.1, deadline - time.monotonic()))
        line.sendall(LENGTHS.pack(len(head), len(data)) + head)
        line.sendall(data)
        while chunk := line.recv(_CHUNK):
            answer += chunk
            if len(answer) > _LARGEST_ANSWER:
                return b""
            line.settimeout(max(0.1, deadline - time.monotonic()))
    except TimeoutError:
        raise _ZygoteGone from None  # neither kernel nor zygote ended the child: start anew
    except OSError:
        return b""
    return bytes(answer)


def _status(report: int, deadline: float) -> int:
    ready, _, _ = select.select([report], [], [], max(0.1, deadline - time.monotonic()))
    told = os.read(report, STATUS.size) if ready else b""
    if len(told) < STATUS.size:
        raise _ZygoteGone
    return int(STATUS.unpack(told)[0])


def _running() -> _Zygote:
    global _zygote
    with _starting:
        if _zygote is None or not _zygote.is_alive():
            _zygote = _Zygote()
        return _zygote


def _retire(gone: _Zygote) -> None:
    global _zygote
    with _starting:
        if _zygote is gone:
            gone.close()
            _zygote = None


@atexit.register
def _close() -> None:
    if _zygote is not None and _zygote.owner == os.getpid():
        _zygote.close()


def _after_fork() -> None:
    global _zygote, _starting, _turns
    if _zygote is not None:
        _zygote.forget()
    _zygote = None
    _starting = threading.Lock()
    _turns = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


os.register_at_fork(after_in_child=_after_fork)
