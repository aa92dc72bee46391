"""What a filed paper counts for."""

from __future__ import annotations

from enum import StrEnum


class PaperState(StrEnum):
    """Only active papers are checked."""

    ACTIVE = "active"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
