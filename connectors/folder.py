"""A folder as an inbox: files are taken when they are complete, never while they are being written.

A file is complete when its size, times and inode have not changed for the settle time and, where the
kernel can tell, nobody has it open for writing. Changes are noticed through file system events; a walk
every few seconds finds what no event told of (network shares).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import stat
import time
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from pathlib import Path

from watchfiles import awatch

from connectors.dropped_file import DroppedFile, FileState, InboxFolder
from connectors.writers import is_local, path_open_for_writing

log = logging.getLogger("keruen.folder")

# Names under which copying programs, browsers and office programs keep unfinished or own files.
_UNFINISHED = ".part .partial .filepart .tmp .temp .crdownload .opdownload .download .upload .swp ~"
_TEMPORARY_ENDS = tuple(_UNFINISHED.split())
_TEMPORARY_STARTS = (".", "~$", "~lock")
_SYSTEM_NAMES = {"thumbs.db", "desktop.ini", "@eadir", "$recycle.bin", "system volume information"}

_STRANDED_SECONDS = 3600.0


def is_temporary(name: str) -> bool:
    """Whether a name says that the file is unfinished or not meant for us; it is taken once renamed.

    >>> is_temporary("cmr.pdf.part"), is_temporary("cmr.pdf")
    (True, False)
    """
    low = name.lower()
    return low.startswith(_TEMPORARY_STARTS) or low.endswith(_TEMPORARY_ENDS) or low in _SYSTEM_NAMES


@dataclass
class _Watched:
    """A file between two looks: its state, since when, which version was handed over, and any pause."""

    state: FileState
    since: float
    handed_over: str = ""
    not_before: float = 0.0
    told: bool = False


class FolderInbox:
    """An `Inbox` over a folder and the folders in it; a sub-folder is the group of its files.

    `settle_seconds` is how long a file must stay unchanged, `walk_seconds` how often the folder is walked
    when no event comes, `retry_seconds` the pause before a released file arrives again. Files of more than
    `max_bytes` arrive, but refuse to be read.
    """

    def __init__(
        self,
        path: Path,
        settle_seconds: float,
        *,
        walk_seconds: float = 5.0,
        retry_seconds: float = 5.0,
        max_bytes: int | None = None,
    ) -> None:
        self.path = path.absolute()
        self._settle = settle_seconds
        self._walk_every = walk_seconds
        self._retry = retry_seconds
        self._max_bytes = max_bytes
        self._watched: dict[Path, _Watched] = {}
        self._told: set[str] = set()

    async def drops(self, stop: asyncio.Event) -> AsyncGenerator[DroppedFile, None]:
        """Complete files as they come, each version once, until `stop` is set."""
        wake = asyncio.Event()
        helpers = [asyncio.create_task(self._wake_on_change(wake)), asyncio.create_task(_relay(stop, wake))]
        try:
            while not stop.is_set():
                wake.clear()
                for arrival in await asyncio.to_thread(self._take_settled):
                    if stop.is_set():
                        return
                    yield arrival
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(wake.wait(), self._pause())
        finally:
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)

    def scan(self) -> list[DroppedFile]:
        """Every complete file that lies there now, whether handed over before or not.

        Looks twice, one settle time apart.
        """
        first = self._look()
        if not first:
            return []
        time.sleep(self._settle)
        local = is_local(self.path)
        return [
            self._arrival(path, state, local)
            for path, state in self._look().items()
            if first.get(path) == state and not (local and path_open_for_writing(path))
        ]

    def _take_settled(self) -> list[DroppedFile]:
        now, local = time.monotonic(), is_local(self.path)
        seen: dict[Path, _Watched] = {}
        for path, state in self._look().items():
            known = self._watched.get(path)
            if known is None:
                known = _Watched(state, now)
            elif known.state != state:
                known.state, known.since, known.told = state, now, False
            seen[path] = known
        self._watched = seen
        return [self._arrival(p, w.state, local) for p, w in seen.items() if self._is_due(p, w, now, local)]

    def _is_due(self, path: Path, watched: _Watched, now: float, local: bool) -> bool:
        """Whether the file is to be handed over now; notes that it was."""
        if watched.handed_over == watched.state.version:
            return False
        if now < max(watched.since + self._settle, watched.not_before):
            return False
        if local and path_open_for_writing(path):
            if now - watched.since > _STRANDED_SECONDS and not watched.told:
                watched.told = True
                log.warning("%s has been held open for writing for an hour without a change.", path)
            return False
        watched.handed_over = watched.state.version
        return True

    def _pause(self) -> float:
        """Seconds until the next look is worth while when no event comes before."""
        waiting = [w for w in self._watched.values() if w.handed_over != w.state.version]
        if not waiting:
            return self._walk_every
        now = time.monotonic()
        due = min(max(w.since + self._settle, w.not_before) for w in waiting)
        # A file held open by its writer is long due; do not spin on it.
        return min(max(due - now, self._settle / 2), self._walk_every)

    def _again(self, path: Path) -> None:
        if watched := self._watched.get(path):
            watched.handed_over = ""
            watched.not_before = time.monotonic() + self._retry

    def _arrival(self, path: Path, state: FileState, local: bool) -> DroppedFile:
        return DroppedFile(InboxFolder(self.path, local, self._max_bytes), path, state, self._again)

    def _look(self) -> dict[Path, FileState]:
        """The files that count, with their state. What cannot be listed is logged once and passed over."""
        return dict(self._files(self.path))

    def _files(self, folder: Path) -> Iterator[tuple[Path, FileState]]:
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as e:
            if folder == self.path or folder.is_dir():
                self._tell(f"{folder} cannot be listed: {e.strerror}; papers in it are not seen.")
            return
        self._told.discard(str(folder))
        for entry in entries:
            if is_temporary(entry.name):
                self._tell_if_stranded(entry)
                continue
            path = Path(entry.path)
            try:
                if entry.is_dir(follow_symlinks=False):
                    yield from self._files(path)
                elif status := self._status(entry):
                    yield path, FileState.of(status)
            except OSError as e:  # removed between the listing and the look
                log.debug("%s: %s", path, e)

    def _status(self, entry: os.DirEntry[str]) -> os.stat_result | None:
        """The status of a file that may be taken; of a link out of the inbox, that of the link itself."""
        if entry.is_symlink():
            target = Path(entry.path).resolve()
            if not target.is_relative_to(self.path.resolve()) or not target.exists():
                return entry.stat(follow_symlinks=False)
        status = entry.stat()
        if stat.S_ISREG(status.st_mode):
            return status
        self._tell(f"{entry.path} is neither a file nor a folder and is not taken.")
        return None

    def _tell_if_stranded(self, entry: os.DirEntry[str]) -> None:
        with contextlib.suppress(OSError):
            unchanged = time.time() - entry.stat(follow_symlinks=False).st_ctime
            hidden = entry.name.startswith(".") or entry.name.lower() in _SYSTEM_NAMES
            if unchanged > _STRANDED_SECONDS and not hidden:
                self._tell(f"{entry.path} has kept its temporary name for an hour and is not taken; rename it.")

    def _tell(self, message: str) -> None:
        if message not in self._told:
            self._told.add(message)
            log.warning("%s", message)

    async def _wake_on_change(self, wake: asyncio.Event) -> None:
        """Set `wake` on every event under the folder; without events (no such folder yet, no inotify watches
        left) the walks go on alone."""
        while True:
            try:
                async for _ in awatch(self.path, watch_filter=None, step=20, debounce=200, recursive=True):
                    wake.set()
            except (OSError, RuntimeError) as e:
                self._tell(f"No file system events for {self.path} ({e}); it is walked instead.")
            await asyncio.sleep(self._walk_every)


async def _relay(stop: asyncio.Event, wake: asyncio.Event) -> None:
    await stop.wait()
    wake.set()
