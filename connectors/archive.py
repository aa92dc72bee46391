"""The archive: every byte that ever arrived, under its SHA-256, unchanged."""

from __future__ import annotations

import hashlib
import logging
import re

from connectors.blobs import Blobs, open_blobs
from connectors.errors import NotThere, Permanent
from connectors.locations import BucketPlace, FolderPlace
from connectors.settings import S3Settings, Settings

log = logging.getLogger("keruen.archive")


class Damaged(Permanent):
    """The archive holds other bytes under a hash than were put there."""


class Archive:
    """Bytes by their SHA-256, in a folder or in a bucket. All methods block; safe from several threads and
    processes at once, for two that put the same bytes write the same file."""

    def __init__(self, place: FolderPlace | BucketPlace, s3: S3Settings) -> None:
        self._blobs: Blobs = open_blobs(place, s3)

    def put(self, data: bytes) -> str:
        """Keep the bytes and return their SHA-256 (hex); when this returns they are on disk.

        Bytes that are there already are checked, not written again; a damaged copy is replaced.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        name = _name(sha256)
        try:
            if self._blobs.read(name) == data:
                return sha256
            log.error("%s was damaged and is replaced by the same paper, sent again.", self._blobs.where(name))
        except NotThere:
            pass
        self._blobs.write(name, data)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of a hash. Raises `NotThere`, and `Damaged` when they are not what was put."""
        name = _name(sha256)
        data = self._blobs.read(name)
        found = hashlib.sha256(data).hexdigest()
        if found != sha256:
            raise Damaged(
                f"{self._blobs.where(name)} is damaged: its {len(data)} bytes have the SHA-256 {found}. "
                "Restore it from a backup, or have the paper sent again."
            )
        return data

    def has(self, sha256: str) -> bool:
        """Whether bytes are kept under the hash."""
        return self._blobs.exists(_name(sha256))

    def where(self, sha256: str) -> str:
        """Path or address of the bytes, for people."""
        return self._blobs.where(_name(sha256))


def open_archive(settings: Settings) -> Archive:
    """The archive of these settings."""
    return Archive(settings.archive, settings.s3)


def _name(sha256: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise Permanent(f"{sha256!r} is no SHA-256: 64 digits 0-9 and a-f are needed.")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
