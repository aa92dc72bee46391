"""The outbox: released dossiers as JSON files, for the declaration software to fetch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from connectors.blobs import Blobs, open_blobs
from connectors.errors import NotThere, Permanent
from connectors.locations import BucketPlace, FolderPlace
from connectors.settings import S3Settings, Settings


class Outbox:
    """One JSON file for each revision of a released dossier, in a folder or in a bucket."""

    def __init__(self, place: FolderPlace | BucketPlace, s3: S3Settings) -> None:
        self._blobs: Blobs = open_blobs(place, s3)

    def put(self, dossier: str, revision: int, content: Mapping[str, Any]) -> str:
        """Write a released dossier, whole or not at all, and return where it lies.

        The same content again changes nothing, so a release may be repeated after a crash (the content must
        then not name the moment of writing). Other content under the same revision is refused with
        `Permanent`: what was handed on is not changed behind the receiver's back.
        """
        name = f"{quote(dossier, safe='')}.{revision}.json"
        text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
        data = (text + "\n").encode("utf-8")
        try:
            there = self._blobs.read(name)
        except NotThere:
            self._blobs.write(name, data)
            return self._blobs.where(name)
        if there != data:
            raise Permanent(
                f"{self._blobs.where(name)} is already released with other content; revision {revision} of "
                f"dossier {dossier} is not overwritten. Release it as a new revision."
            )
        return self._blobs.where(name)


def open_outbox(settings: Settings) -> Outbox:
    """The outbox of these settings."""
    return Outbox(settings.outbox, settings.s3)
