"""Notifications to people (mail, chat, webhook) through Apprise. They are a courtesy: a failure is logged
and reported, and never stops the work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

import apprise
from pydantic import SecretStr

log = logging.getLogger("keruen.notify")


@dataclass(frozen=True)
class Notified:
    """What came of one message: how many addresses took it, and which did not (never the address itself)."""

    sent: int = 0
    failed: tuple[str, ...] = ()


class Notifier:
    """Tells all addresses of the setting `notify_urls`; with none it does nothing."""

    def __init__(self, urls: Sequence[SecretStr]) -> None:
        # Apprise writes whole addresses into its own log, urllib3 their paths; both may hold tokens.
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
        self._services = [(_label(n, url), _service(url)) for n, url in enumerate(urls)]
        for label, service in self._services:
            if service is None:
                log.error("Setting %s is no address that Apprise understands; nobody is told there.", label)

    async def send(self, title: str, body: str, link: str = "") -> Notified:
        """Send a plain text message with an optional link below it. Never raises for a failing address."""
        text = f"{body}\n{link}" if link else body
        outcomes = await asyncio.gather(
            *(asyncio.to_thread(_send, label, service, title, text) for label, service in self._services)
        )
        failed = tuple(label for label, sent in outcomes if not sent)
        return Notified(len(outcomes) - len(failed), failed)


def _service(url: SecretStr) -> apprise.NotifyBase | None:
    return apprise.Apprise.instantiate(url.get_secret_value(), suppress_exceptions=True)


def _label(number: int, url: SecretStr) -> str:
    scheme, mark, _ = url.get_secret_value().partition("://")
    return f"notify_urls[{number}] ({scheme if mark and scheme.isalnum() else 'no scheme'})"


def _send(label: str, service: apprise.NotifyBase | None, title: str, text: str) -> tuple[str, bool]:
    try:
        sent = service is not None and bool(
            service.notify(body=text, title=title, body_format=apprise.NotifyFormat.TEXT)
        )
    except Exception as e:  # plug-ins of Apprise raise what they like; their texts may hold the address
        log.warning("%s failed with %s.", label, type(e).__name__)
        return label, False
    if not sent:
        log.warning("%s did not take the message %r; is the address right, does the host answer?", label, title)
    return label, sent
