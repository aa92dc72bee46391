"""Is someone still writing this file? On Linux the kernel knows; elsewhere only patience tells."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

# Leases tell the truth on file systems whose writers are all on this machine. On network file systems a
# refused lease means nothing (Linux fs/nfs/nfs4file.c, fs/smb/client/cifsfs.c: EAGAIN without a delegation).
_LOCAL = {"ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs", "overlay", "f2fs", "zfs", "bcachefs", "jfs"}


def is_local(folder: Path, mounts: Path = Path("/proc/self/mountinfo")) -> bool:
    """Whether the folder lies on a file system that only this machine writes to; False when unknown."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return False
    place, best, kind = folder.resolve(), -1, ""
    for line in lines:  # man 5 proc: ... (5) mount point ... - (9) file system type ...
        before, _, after = line.partition(" - ")
        point = before.split()[4].replace("\\040", " ")
        if place.is_relative_to(point) and len(point) >= best:
            best, kind = len(point), after.split()[0]
    return kind in _LOCAL


def open_for_writing(fd: int) -> bool | None:
    """Whether any process has the open file's bytes open for writing; None when the kernel will not say.

    A read lease is granted only on a file nobody writes to (man 2 fcntl, F_SETLEASE). It is given back at
    once; a writer that opens the file in between waits that moment and we get the signal.
    """
    if sys.platform != "linux":
        return None
    import fcntl

    try:
        # A broken lease sends SIGIO, which ends a process; SIGURG is ignored by default.
        fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:  # not the owner, or a file system without leases
        return None
    return False


def path_open_for_writing(path: Path) -> bool | None:
    """As `open_for_writing`, by path; None when the file cannot be opened."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return open_for_writing(fd)
    finally:
        os.close(fd)
