"""One complete file in a folder inbox: its drop, and its bytes as they were when it settled."""

from __future__ import annotations

import errno
import os
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path

from connectors.errors import ConnectorError, Permanent, Transient
from connectors.writers import open_for_writing
from schemas.record import Drop

_GONE = {errno.ENOENT, errno.ENOTDIR}
_PASSING = {
    errno.ESTALE,
    errno.EIO,
    errno.EAGAIN,
    errno.ETIMEDOUT,
    errno.EHOSTDOWN,
    errno.EMFILE,
    errno.ENFILE,
}


@dataclass(frozen=True)
class FileState:
    """What the file system says of a file; equal states mean that nothing was written in between."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> FileState:
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)

    @property
    def version(self) -> str:
        """Size and modification time: a file that is written anew is a new version, a renamed one is not."""
        return f"{self.size}-{self.mtime_ns}"

    @property
    def landed(self) -> datetime:
        """When it came to lie here: the change time, which copying programs cannot set back."""
        return datetime.fromtimestamp(self.ctime_ns / 1e9, UTC)


@dataclass(frozen=True)
class InboxFolder:
    """What a dropped file must know of the inbox it lies in."""

    path: Path
    local: bool
    """Whether the kernel sees every writer of this folder."""
    max_bytes: int | None


class DroppedFile:
    """An `Arrival` from a folder."""

    def __init__(self, inbox: InboxFolder, path: Path, state: FileState, again: Callable[[Path], None]) -> None:
        self._inbox = inbox
        self._path = path
        self._state = state
        self._again = again

    @property
    def drop(self) -> Drop:
        parent = self._path.parent.relative_to(self._inbox.path).as_posix()
        return Drop(
            source=self._path.as_uri(),
            version=self._state.version,
            name=_shown(self._path.name),
            group="" if parent == "." else _shown(parent),
            received_at=self._state.landed,
        )

    def read(self) -> bytes:
        """The bytes of the version named in `drop`; see `Arrival.read` for the errors."""
        self._refuse()
        try:
            with self._opened() as file:
                data = file.read()
                self._check_unchanged(os.fstat(file.fileno()))
            self._check_unchanged(self._path.stat())
        except OSError as e:
            raise self._translated(e) from e
        if len(data) != self._state.size:
            raise Transient(f"{self._path} gave {len(data)} of {self._state.size} bytes; try again.")
        return data

    async def ack(self) -> None:
        """Nothing to do: the file stays where it is, and the ledger knows its version."""

    async def release_later(self) -> None:
        """Hand this file over again after a pause."""
        self._again(self._path)

    def _refuse(self) -> None:
        root, limit = self._inbox.path, self._inbox.max_bytes
        if self._path.is_symlink() and not self._path.resolve().is_relative_to(root.resolve()):
            raise Permanent(
                f"{self._path} is a link to a place outside the inbox {root} and is not followed; "
                "put the file itself into the inbox."
            )
        if self._state.size == 0:
            raise Permanent(f"{self._path} is empty (0 bytes): there is nothing to read. Send it again.")
        if limit is not None and self._state.size > limit:
            raise Permanent(
                f"{self._path} has {self._state.size} bytes, more than the {limit} allowed; "
                "split it, or raise the setting read.bytes."
            )

    @contextmanager
    def _opened(self) -> Iterator[BufferedReader]:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with os.fdopen(os.open(self._path.resolve(), flags), "rb") as file:
            if self._inbox.local and open_for_writing(file.fileno()):
                raise Transient(f"{self._path} is being written again; it arrives anew when it is complete.")
            self._check_unchanged(os.fstat(file.fileno()))
            yield file

    def _check_unchanged(self, status: os.stat_result) -> None:
        if FileState.of(status).version != self._state.version:
            raise Transient(
                f"{self._path} changed after it was taken ({self._state.size} bytes then, "
                f"{status.st_size} now); the new version arrives when it is complete."
            )

    def _translated(self, e: OSError) -> ConnectorError:
        if not self._inbox.path.is_dir():
            return Transient(f"The inbox {self._inbox.path} is not there now; is the share mounted?")
        if e.errno in _GONE:
            return Permanent(f"{self._path} was removed or renamed before it was read.")
        if e.errno in _PASSING:
            return Transient(f"{self._path} cannot be read now: {e.strerror}.")
        return Permanent(
            f"{self._path} cannot be read: {e.strerror}. Give the user of this service permission to "
            "read it, then save it again."
        )


def _shown(name: str) -> str:
    """A file name as people write it: composed Unicode; bytes that are no UTF-8 become a question mark."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "replace"))
