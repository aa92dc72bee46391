"""What the exit status of `keruen` means, for scripts."""

from __future__ import annotations

from enum import IntEnum

from schemas.record import Document, Verdict


class ExitStatus(IntEnum):
    """Exit status of every command."""

    CLEARED = 0  # done; for `check`: nothing stands against the dossier
    USAGE = 1
    UNREADABLE = 2  # an input cannot be read
    HELD = 3  # `check`: held, or waiting for papers
    OUTSIDE = 4  # the service, a database or a store did not answer


def of_documents(documents: list[Document]) -> ExitStatus:
    """Of reading: unreadable when any file was."""
    is_unreadable = any(f.rule == "reading.unreadable_file" for d in documents for f in d.findings)
    return ExitStatus.UNREADABLE if is_unreadable else ExitStatus.CLEARED


def of_verdict(verdict: Verdict) -> ExitStatus:
    """Of a check that could read everything."""
    return ExitStatus.CLEARED if verdict is Verdict.CLEARED else ExitStatus.HELD
