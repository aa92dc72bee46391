"""Files put into the inbox from the command line: whole, by rename into place."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from connectors.errors import Permanent
from connectors.inboxes import open_inboxes
from connectors.locations import BucketPlace
from connectors.object_store import ObjectStore
from connectors.settings import Settings


def drop_files(settings: Settings, files: Sequence[Path], dossier: str, now: datetime) -> list[str]:
    """Copies files into the first inbox and returns where they lie now.

    Files dropped together share a folder, as they belong to one dossier; a single file finds its dossier by
    the references it carries, unless `dossier` names a folder.
    """
    if dossier and not re.fullmatch(r"[^/\\\0]+(/[^/\\\0]+)*", dossier):
        raise Permanent(f"{dossier!r} cannot name a folder of the inbox; use letters, digits, dashes and slashes.")
    group = dossier or (f"{now:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:4]}" if len(files) > 1 else "")
    open_inboxes(settings)  # makes the folder, or says why it cannot be used
    place = settings.inbox[0]
    if isinstance(place, BucketPlace):
        store = ObjectStore(settings.s3, place.bucket)
        return [_upload(store, f"{place.prefix}{group}/{f.name}".replace("//", "/"), f) for f in files]
    return [_copy(f, place.path / group / f.name) for f in files]


def _upload(store: ObjectStore, key: str, file: Path) -> str:
    store.put(key, file.read_bytes())
    return store.url(key)


def _copy(file: Path, target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{uuid.uuid4().hex}.part")
    shutil.copyfile(file, unfinished)
    unfinished.replace(target)
    return str(target)
