"""The inboxes that the settings name."""

from __future__ import annotations

from pathlib import Path

from connectors.errors import Permanent
from connectors.folder import FolderInbox
from connectors.inbox import Inbox
from connectors.locations import FolderPlace
from connectors.settings import Settings


def open_inboxes(settings: Settings) -> list[Inbox]:
    """One inbox for each folder, and one for all buckets together, as they share the queue.

    A folder inside `home` is made; any other must be there, since it may be a share that is not mounted.
    """
    inboxes: list[Inbox] = []
    for place in settings.inbox:
        if isinstance(place, FolderPlace):
            if place.path.is_relative_to(settings.home):
                _make(place.path)
            inboxes.append(FolderInbox(place.path, settings.settle_seconds, max_bytes=settings.read.bytes))
    if settings.buckets:
        from connectors.s3_inbox import S3Inbox  # boto3 takes a while to load; folders do not need it

        inboxes.append(S3Inbox(settings))
    return inboxes


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise Permanent(
            f"The inbox {folder} cannot be made: {e.strerror}. Set KERUEN_HOME or KERUEN_INBOX to a folder that "
            "the user of this service may write to."
        ) from e
