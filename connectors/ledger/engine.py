"""The door to the ledger's database: SQLite in WAL mode by default, PostgreSQL by URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from connectors.errors import Permanent, Transient

_BUSY_MS = 30_000
# One number for all that must happen one at a time on PostgreSQL (filing of papers); SQLite has one writer anyway.
_FILING_LOCK = 0x6B657275


class Database:
    """Connections to the ledger, as transactions.

    `write()` holds the write lock from its first statement on, so that what it reads is still true when it
    writes. Errors of the database leave as `Transient` (locked, unreachable) or `Permanent`.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
            if parsed.drivername in ("postgresql", "postgres"):
                parsed = parsed.set(drivername="postgresql+psycopg")
            self.is_sqlite = parsed.get_backend_name() == "sqlite"
            if self.is_sqlite and parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine: Engine = create_engine(parsed, pool_pre_ping=not self.is_sqlite)
        except (ArgumentError, NoSuchModuleError) as e:
            raise Permanent(
                f"ledger_url {url!r} is not a database address ({e}). "
                "Write sqlite:////path/ledger.db or postgresql://user:password@host/name."
            ) from e
        self.shown = parsed.render_as_string(hide_password=True)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write; committed at the end of the block, undone on an error."""
        with self._translated(), self.engine.connect().execution_options(keruen_write=True) as tx, tx.begin():
            yield tx

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._translated(), self.engine.connect() as tx, tx.begin():
            yield tx

    def one_at_a_time(self, tx: Connection) -> None:
        """Waits until no other transaction files papers; the lock ends with `tx`."""
        if not self.is_sqlite:
            tx.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _FILING_LOCK})

    def migrate(self) -> None:
        """Brings the tables to this version of Keruen; safe to call by several processes at once."""
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.write() as tx:
            self.one_at_a_time(tx)
            config.attributes["connection"] = tx
            command.upgrade(config, "head")

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as e:
            if e.connection_invalidated or "locked" in str(e.orig) or type(e).__name__ == "OperationalError":
                raise Transient(f"the ledger at {self.shown} did not answer: {e.orig}") from e
            raise


def _prepare_sqlite(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # transactions are begun by _begin_sqlite, not by the driver
    cursor = raw.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(tx: Connection) -> None:
    # A transaction that reads first and writes later fails on SQLite when another wrote between; IMMEDIATE cannot.
    write = tx.get_execution_options().get("keruen_write", False)
    tx.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
