"""Buckets as an inbox: an SQS message says that something was written, the bucket says what lies there now."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import posixpath
import unicodedata
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from connectors.errors import ConnectorError, NotThere, Permanent
from connectors.folder import is_temporary
from connectors.locations import BucketPlace
from connectors.object_store import ObjectStore, StoredObject
from connectors.queue import Happening, Message, Queue
from connectors.settings import Settings
from schemas.record import Drop

log = logging.getLogger("keruen.s3_inbox")


@dataclass
class _Receipt:
    """A message and how many of its arrivals the ledger does not have yet."""

    message: Message
    open: int
    released: bool = False


class S3Arrival:
    """An `Arrival` from a bucket. `message` is None when it was found by listing."""

    def __init__(
        self,
        store: ObjectStore,
        place: BucketPlace,
        stored: StoredObject,
        max_bytes: int | None,
        retry_seconds: int = 0,
        receipt: _Receipt | None = None,
    ) -> None:
        self._store = store
        self._place = place
        self._stored = stored
        self._max_bytes = max_bytes
        self._retry = retry_seconds
        self._receipt = receipt
        self._settled = False

    @property
    def drop(self) -> Drop:
        key = self._stored.key
        return Drop(
            source=self._store.url(key),
            version=self._stored.version,
            name=unicodedata.normalize("NFC", posixpath.basename(key)),
            group=unicodedata.normalize("NFC", posixpath.dirname(key.removeprefix(self._place.prefix))),
            received_at=self._stored.last_modified,
        )

    def read(self) -> bytes:
        """The bytes of the version named in `drop`; see `Arrival.read` for the errors."""
        if self._stored.size == 0:
            raise Permanent(f"{self.drop.source} is empty (0 bytes): there is nothing to read. Send it again.")
        stored = self._stored
        return self._store.get(stored.key, stored.version_id, etag=stored.etag, max_bytes=self._max_bytes)

    async def ack(self) -> None:
        """Delete the message once the ledger has everything it told of."""
        await self._settle(released=False)

    async def release_later(self) -> None:
        """Let the message come again after a pause."""
        await self._settle(released=True)

    async def _settle(self, released: bool) -> None:
        receipt = self._receipt
        if receipt is None or self._settled:
            return
        self._settled = True
        receipt.open -= 1
        receipt.released |= released
        if receipt.open:
            return
        if receipt.released:
            await receipt.message.release(self._retry)
        else:
            await receipt.message.ack()


class S3Inbox:
    """An `Inbox` over one or several buckets whose notifications come to one queue.

    Without a queue the buckets are listed every `list_seconds`. An object that was overwritten before its
    message was read arrives in its newest version only, as a file in a folder does.
    """

    def __init__(
        self,
        settings: Settings,
        places: Sequence[BucketPlace] = (),
        *,
        queue: Queue | None = None,
        list_seconds: float = 30.0,
        retry_seconds: int = 10,
    ) -> None:
        self._places = tuple(places) or settings.buckets
        self._stores = {place.bucket: ObjectStore(settings.s3, place.bucket) for place in self._places}
        if queue is None and settings.queue_url:
            queue = Queue(settings.s3, settings.queue_url)
        self._queue = queue
        self._max_bytes = settings.read.bytes
        self._list_every = list_seconds
        self._retry = retry_seconds

    async def drops(self, stop: asyncio.Event) -> AsyncGenerator[S3Arrival, None]:
        """Arrivals as the queue tells of them, until `stop` is set."""
        if self._queue is None:
            async with contextlib.aclosing(self._listed(stop)) as listed:
                async for arrival in listed:
                    yield arrival
            return
        async with contextlib.aclosing(self._queue.messages(stop)) as messages:
            async for message in messages:
                for arrival in await self._arrivals(message):
                    yield arrival

    def scan(self) -> list[S3Arrival]:
        """Every object that lies in the inbox now, known or not."""
        return [
            S3Arrival(self._stores[place.bucket], place, stored, self._max_bytes)
            for place in self._places
            for stored in self._stores[place.bucket].list(place.prefix)
            if _counts(stored.key)
        ]

    async def _listed(self, stop: asyncio.Event) -> AsyncGenerator[S3Arrival, None]:
        handed_over: set[tuple[str, str]] = set()
        while not stop.is_set():
            try:
                found = await asyncio.to_thread(self.scan)
            except ConnectorError as e:
                log.warning("%s", e)
                found = []
            now = {(a.drop.source, a.drop.version): a for a in found}
            for name, arrival in now.items():
                if name not in handed_over and not stop.is_set():
                    handed_over.add(name)
                    yield arrival
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._list_every)

    async def _arrivals(self, message: Message) -> list[S3Arrival]:
        """What a message tells of and still lies there; a message of nothing is deleted."""
        receipt = _Receipt(message, 0)
        try:
            found = await asyncio.to_thread(self._found, receipt, message.happenings)
            receipt.open = len(found)
            if not found:
                await message.ack()
        except Permanent as e:
            log.error("Message %s is left to the dead-letter queue: %s", message.id, e)
            message.leave()
            return []
        except ConnectorError as e:
            log.warning("Message %s is tried again later: %s", message.id, e)
            with contextlib.suppress(ConnectorError):  # else it comes again when its invisibility ends
                await message.release(self._retry)
            return []
        return found

    def _found(self, receipt: _Receipt, happenings: Sequence[Happening]) -> list[S3Arrival]:
        found = []
        for bucket, key in dict.fromkeys((h.bucket, h.key) for h in happenings):
            if bucket not in self._stores:
                raise Permanent(
                    f"s3://{bucket}/{key} lies in no inbox of the settings; add the bucket to KERUEN_INBOX, or "
                    "send its notifications elsewhere."
                )
            place = self._place_of(bucket, key)
            if place is None or not _counts(key):
                log.info("s3://%s/%s is not in an inbox, or has a temporary name; passed over.", bucket, key)
                continue
            store = self._stores[bucket]
            try:
                stored = store.head(key)
            except NotThere:
                log.warning("%s was removed before it was taken; nothing is known of it.", store.url(key))
                continue
            found.append(S3Arrival(store, place, stored, self._max_bytes, self._retry, receipt))
        return found

    def _place_of(self, bucket: str, key: str) -> BucketPlace | None:
        inside = [p for p in self._places if p.bucket == bucket and key.startswith(p.prefix)]
        return max(inside, key=lambda p: len(p.prefix), default=None)


def _counts(key: str) -> bool:
    """Whether a key is a paper: no folder mark, no temporary or hidden name on the way."""
    return not key.endswith("/") and not is_temporary(posixpath.basename(key))
