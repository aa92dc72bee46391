"""What every inbox hands over, be it a folder or a bucket: arrivals, each with its drop and its bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from schemas.record import Drop


class Arrival(Protocol):
    """One drop that may be taken. Its bytes are fetched only by `read`."""

    @property
    def drop(self) -> Drop:
        """Where it came from; the same arrival seen twice has the same `source` and `version`."""
        ...

    def read(self) -> bytes:
        """The bytes, exactly those of `drop.version`. Blocks: call it in a thread.

        Raises `Transient` when they change just now or the store does not answer, `Permanent` when they
        cannot be had any more or must not be taken (removed, empty, too large, no permission).
        """
        ...

    async def ack(self) -> None:
        """Say that the ledger has the drop: from here on the inbox forgets it. Not before."""
        ...

    async def release_later(self) -> None:
        """Give it back untaken; it arrives again after a pause."""
        ...


class Inbox(Protocol):
    """A place where papers are dropped."""

    def drops(self, stop: asyncio.Event) -> AsyncGenerator[Arrival, None]:
        """Arrivals as they come, until `stop` is set. What lay there before the start comes too."""
        ...

    def scan(self) -> Sequence[Arrival]:
        """Everything that lies there now and is complete, known or not. Blocks: call it in a thread."""
        ...
