"""The warm process from which a child is forked for each document: `python -m connectors.pdf.zygote FD`.

It has imported the PDF stack and nothing else, opens no document itself, and ends with its parent. Over the
control socket it receives pairs of descriptors: one for the job and its answer, one on which it reports how
the child ended (wait status, 4 bytes).
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import select
import signal
import socket
import struct
import sys
from types import FrameType

READY = b"ready"
STATUS = struct.Struct("<i")
LENGTHS = struct.Struct("<QQ")

_PR_SET_PDEATHSIG = 1
_LOOK_AROUND = 1.0  # seconds between two looks at whether the parent still lives


def main(descriptor: int) -> None:
    """Serve until the control socket closes or the parent dies."""
    parent = os.getppid()
    control = socket.socket(fileno=descriptor)
    wake, waker = os.pipe()
    for end in (wake, waker):
        os.set_blocking(end, False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, _ignore)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)

    from connectors.pdf import jobs  # warms the PDF stack

    assert jobs
    gc.collect()
    gc.freeze()
    control.send(READY)
    _Nursery(control, wake).serve(parent)


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """A child ended: the wake-up descriptor tells the loop."""


class _Nursery:
    """The loop: fork a child for each job, report each child's end."""

    def __init__(self, control: socket.socket, wake: int) -> None:
        self._control = control
        self._wake = wake
        self._reports: dict[int, int] = {}
        self._libc = ctypes.CDLL(None)

    def serve(self, parent: int) -> None:
        while os.getppid() == parent:
            control = self._control.fileno()
            ready, _, _ = select.select([control, self._wake], [], [], _LOOK_AROUND)
            if self._wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake, 4096)
            self._reap()
            if control in ready:
                message, descriptors, _, _ = socket.recv_fds(self._control, 1, 2)
                if not message:
                    return
                self._fork(*descriptors)

    def _fork(self, job: int, report: int) -> None:
        try:
            child = os.fork()
        except OSError:
            os.close(job)
            os.close(report)
            return
        if child:
            os.close(job)
            self._reports[child] = report
            return
        try:
            self._become_child(report)
            _work(job)
        finally:
            os._exit(1)

    def _become_child(self, report: int) -> None:
        zygote = os.getppid()
        self._libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != zygote:
            os._exit(1)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for other in (report, self._wake, self._control.fileno(), *self._reports.values()):
            os.close(other)

    def _reap(self) -> None:
        while self._reports:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            report = self._reports.pop(child)
            with contextlib.suppress(BrokenPipeError):
                os.write(report, STATUS.pack(status))
            os.close(report)


def _work(descriptor: int) -> None:
    """Read a job, do it, write the answer, leave without any clearing up."""
    from connectors.pdf import jobs

    gc.disable()  # a child does not live long enough to have garbage
    with socket.socket(fileno=descriptor) as line:
        stream = line.makefile("rb")
        head, body = LENGTHS.unpack(stream.read(LENGTHS.size))
        job = json.loads(stream.read(head))
        data = stream.read(body)
        line.sendall(jobs.answer(job, data))
        line.shutdown(socket.SHUT_WR)
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
