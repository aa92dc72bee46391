"""The ledger: drops, papers, dossiers, questions, answers and releases, in SQLite or PostgreSQL."""

from __future__ import annotations

from connectors.ledger.dossiers import Dossier, Dossiers
from connectors.ledger.drops import Claim, Drops, DropState, Taken
from connectors.ledger.engine import Database
from connectors.ledger.exceptions import Exceptions, ExceptionState, OpenException, Ruled
from connectors.ledger.filing import NEW_DOSSIER, UNPLACED, Filing, Paper
from connectors.ledger.paper_state import PaperState

__all__ = [
    "NEW_DOSSIER",
    "UNPLACED",
    "Claim",
    "Dossier",
    "DropState",
    "ExceptionState",
    "Ledger",
    "OpenException",
    "Paper",
    "PaperState",
    "Ruled",
    "Taken",
]


class Ledger:
    """The record of everything. Open it once per process; every call is one short transaction.

    `url` is a SQLAlchemy address: `sqlite:////path/ledger.db` or `postgresql://user:password@host/name`.
    """

    def __init__(self, url: str, *, migrate: bool = True) -> None:
        self.db = Database(url)
        if migrate:
            self.db.migrate()
        self.drops = Drops(self.db)
        self.filing = Filing(self.db)
        self.dossiers = Dossiers(self.db)
        self.exceptions = Exceptions(self.db)

    def close(self) -> None:
        """Lets go of the connections."""
        self.db.close()
