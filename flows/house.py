"""The opened house: what one process needs to work (ledger, archive, inboxes, desk), made once from the settings."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from connectors.pdf.limits import Limits
from connectors.settings import Settings, load
from schemas.catalogue import Catalogue, catalogue

if TYPE_CHECKING:
    from connectors.archive import Archive
    from connectors.desk import Desk
    from connectors.inbox import Inbox
    from connectors.ledger import Ledger
    from connectors.notify import Notifier
    from connectors.outbox import Outbox


@dataclass(frozen=True)
class House:
    """One process's way to the outside world.

    Every part is imported and opened when it is first asked for: to read a file takes no database and no Prefect.
    """

    settings: Settings

    @cached_property
    def ledger(self) -> Ledger:
        from connectors.ledger import Ledger

        return Ledger(self.settings.ledger_url.get_secret_value())

    @cached_property
    def archive(self) -> Archive:
        from connectors.archive import open_archive

        return open_archive(self.settings)

    @cached_property
    def outbox(self) -> Outbox:
        from connectors.outbox import open_outbox

        return open_outbox(self.settings)

    @cached_property
    def notifier(self) -> Notifier:
        from connectors.notify import Notifier

        return Notifier(self.settings.notify_urls)

    @cached_property
    def desk(self) -> Desk:
        from connectors.desk import Desk

        return Desk(self.settings)

    @cached_property
    def catalogue(self) -> Catalogue:
        folder = self.settings.kinds_folder
        return catalogue(folder) if folder else catalogue()

    @cached_property
    def read_limits(self) -> Limits:
        mine = self.settings.read
        return Limits(
            pages=mine.pages,
            file_bytes=mine.bytes,
            cpu_seconds=mine.cpu_seconds,
            wall_seconds=2.0 * mine.cpu_seconds,
            memory_bytes=mine.memory_bytes,
        )

    @property
    def pdf_passwords(self) -> tuple[str, ...]:
        return tuple(p.get_secret_value() for p in self.settings.pdf_passwords)

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.settings.lease_seconds)

    def inboxes(self) -> list[Inbox]:
        """The places papers are dropped in."""
        from connectors.inboxes import open_inboxes

        return open_inboxes(self.settings)

    def owner(self, role: str) -> str:
        """The name under which a process of this home holds drops; its successor goes by the same."""
        return f"{role} of {self.settings.home} on {socket.gethostname()}"

    @staticmethod
    def now() -> datetime:
        return datetime.now(UTC)

    @staticmethod
    def today() -> date:
        """The day at the desk: where the service runs, by its own time zone."""
        return datetime.now().astimezone().date()


_opened: dict[int, House] = {}


def current() -> House:
    """The house of this process, from the settings in force when it is first asked for."""
    mine = os.getpid()  # a forked child must not share its parent's connections
    if mine not in _opened:
        _opened[mine] = House(load())
    return _opened[mine]


def use(house: House | None) -> None:
    """Makes `house` the one that `current` gives (None: forget it)."""
    _opened.clear()
    if house is not None:
        _opened[os.getpid()] = house
