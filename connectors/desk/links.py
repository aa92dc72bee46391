"""Addresses in the Prefect UI, for messages and for the desk itself."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote


def run_link(ui_url: str, run_id: str) -> str:
    """Where the form of a suspended run is answered.

    >>> run_link("http://127.0.0.1:4200", "7")
    'http://127.0.0.1:4200/v2/runs/flow-run/7'
    """
    return f"{ui_url}/v2/runs/flow-run/{run_id}"


def queue_link(ui_url: str, queue: str) -> str:
    """All forms of one queue that wait, however old."""
    return f"{ui_url}/v2/runs?state=Suspended&tags={quote(f'queue:{queue}')}"


def dossier_link(ui_url: str, ref: str) -> str:
    """The page of a dossier."""
    return f"{ui_url}/v2/artifacts/key/{dossier_key(ref)}"


def dossier_key(ref: str) -> str:
    """The artifact key of a dossier: Prefect takes small Latin letters, digits and dashes.

    >>> dossier_key("2026-000123")
    'dossier-2026-000123'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", ref.lower()).strip("-")
    same = slug == ref
    tail = "" if same else "-" + hashlib.sha256(ref.encode()).hexdigest()[:8]
    return f"dossier-{slug}{tail}".replace("--", "-")
