"""Named blobs in a folder or in a bucket, each written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import uuid
from pathlib import Path
from typing import Protocol

from connectors.errors import ConnectorError, NotThere, Permanent, Transient
from connectors.locations import BucketPlace, FolderPlace
from connectors.object_store import ObjectStore
from connectors.settings import S3Settings


class Blobs(Protocol):
    """Names are relative, with slashes. Errors are `Transient`, `Permanent`, and `NotThere`."""

    def read(self, name: str) -> bytes:
        """The bytes under a name."""
        ...

    def write(self, name: str, data: bytes) -> None:
        """Put bytes under a name; a reader sees all of them or what was there before."""
        ...

    def exists(self, name: str) -> bool:
        """Whether there are bytes under the name."""
        ...

    def where(self, name: str) -> str:
        """The full path or address of a name, for people."""
        ...


def open_blobs(place: FolderPlace | BucketPlace, s3: S3Settings) -> Blobs:
    """The blobs at a location."""
    if isinstance(place, BucketPlace):
        return BucketBlobs(ObjectStore(s3, place.bucket), place.prefix)
    return FolderBlobs(place.path)


class FolderBlobs:
    """Blobs as files under a folder, which is made when the first one is written."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, name: str) -> bytes:
        try:
            return (self._root / name).read_bytes()
        except FileNotFoundError as e:
            raise NotThere(f"{self.where(name)} does not exist.") from e
        except OSError as e:
            raise _translated(e, "read", self.where(name)) from e

    def write(self, name: str, data: bytes) -> None:
        final = self._root / name
        unfinished = final.parent / f".{uuid.uuid4().hex}.part"
        try:
            final.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(final)
            _sync_folder(final.parent)
        except OSError as e:
            raise _translated(e, "write", self.where(name)) from e
        finally:
            with contextlib.suppress(OSError):
                unfinished.unlink()

    def exists(self, name: str) -> bool:
        return (self._root / name).is_file()

    def where(self, name: str) -> str:
        return str(self._root / name)


class BucketBlobs:
    """Blobs as objects under a key prefix."""

    def __init__(self, store: ObjectStore, prefix: str) -> None:
        self._store = store
        self._prefix = prefix

    def read(self, name: str) -> bytes:
        return self._store.get(self._prefix + name)

    def write(self, name: str, data: bytes) -> None:
        self._store.put(self._prefix + name, data)

    def exists(self, name: str) -> bool:
        return self._store.exists(self._prefix + name)

    def where(self, name: str) -> str:
        return self._store.url(self._prefix + name)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # network shares may not know it
            os.fsync(fd)
    finally:
        os.close(fd)


def _translated(e: OSError, verb: str, where: str) -> ConnectorError:
    if isinstance(e, (PermissionError, NotADirectoryError, IsADirectoryError, FileExistsError)):
        return Permanent(f"Cannot {verb} {where}: {e.strerror}. Check who owns the folder and what lies there.")
    return Transient(f"Cannot {verb} {where}: {e.strerror}. Check free space and the mount; it is tried again.")
