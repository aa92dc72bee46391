"""The tables of the ledger. Migrations in `migrations/versions` make them; a test holds the two together.

Times are UTC. JSON columns hold records of `schemas.record` as they are printed by `--json`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts up by itself only in an INTEGER primary key.
_Id = BigInteger().with_variant(Integer, "sqlite")


class When(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no time zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_When = When()

drops = Table(
    "drops",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("source", Text, nullable=False),
    Column("version", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("group", Text, nullable=False, default=""),
    Column("sender", Text, nullable=False, default=""),
    Column("received_at", _When, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),
    Column("duplicate_of", _Id, ForeignKey("drops.id")),
    Column("attempts", Integer, nullable=False, default=0),
    Column("owner", String(200), nullable=False, default=""),
    Column("lease_until", _When),
    Column("error", Text, nullable=False, default=""),
    Column("refused", Text, nullable=False, default=""),
    UniqueConstraint("source", "version"),
    # Of the same bytes only one drop is worked; the others point at it.
    Index(
        "uq_drops_sha256_worked",
        "sha256",
        unique=True,
        sqlite_where=text("duplicate_of IS NULL"),
        postgresql_where=text("duplicate_of IS NULL"),
    ),
    Index("ix_drops_state", "state"),
)

dossiers = Table(
    "dossiers",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("ref", String(200), nullable=False, unique=True),
    Column("group", Text, unique=True),
    Column("state", String(20), nullable=False),
    Column("revision", Integer, nullable=False, default=1),
    Column("settled_revision", Integer, nullable=False, default=0),
    Column("profile", String(100), nullable=False, default=""),
    Column("opened_at", _When, nullable=False),
    Column("changed_at", _When, nullable=False),
    Index("ix_dossiers_state", "state"),
)

documents = Table(
    "documents",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("document", String(40), nullable=False),
    Column("drop_id", _Id, ForeignKey("drops.id"), nullable=False, index=True),
    Column("dossier_id", _Id, ForeignKey("dossiers.id"), index=True),
    Column("kind", String(60), nullable=False),
    Column("state", String(20), nullable=False),
    Column("superseded_by", _Id, ForeignKey("documents.id")),
    Column("as_read", JSON, nullable=False),
    Column("as_ruled", JSON),
    Column("filed_at", _When, nullable=False),
    Column("why", Text, nullable=False, default=""),
    UniqueConstraint("dossier_id", "document"),
)

references = Table(
    "paper_references",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("document_id", _Id, ForeignKey("documents.id"), nullable=False, index=True),
    Column("kind", String(40), nullable=False),
    Column("number", Text, nullable=False),
    Column("parties", JSON, nullable=False),
    Index("ix_paper_references_kind_number", "kind", "number"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("dossier_id", _Id, ForeignKey("dossiers.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("day", String(10), nullable=False),
    Column("result", JSON, nullable=False),
    Column("decided_at", _When, nullable=False),
    UniqueConstraint("dossier_id", "revision"),
)

exceptions = Table(
    "exceptions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("dossier_id", _Id, ForeignKey("dossiers.id"), index=True),
    Column("document_id", _Id, ForeignKey("documents.id"), index=True),
    Column("queue", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    Column("body", JSON, nullable=False),
    Column("round", Integer, nullable=False, default=1),
    Column("run_id", String(40), nullable=False, default=""),
    Column("opened_at", _When, nullable=False),
    Column("closed_at", _When),
    Column("why", Text, nullable=False, default=""),
    Index("ix_exceptions_state", "state"),
)

rulings = Table(
    "rulings",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("exception_id", String(64), ForeignKey("exceptions.id"), nullable=False, index=True),
    Column("dossier_id", _Id, ForeignKey("dossiers.id"), index=True),
    Column("round", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    Column("patch", JSON, nullable=False),
    Column("waived", JSON, nullable=False),
    Column("ruled_at", _When, nullable=False),
    # Two people, or one person twice: the first answer to a question stands.
    UniqueConstraint("exception_id", "round"),
)

releases = Table(
    "releases",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("dossier_id", _Id, ForeignKey("dossiers.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("location", Text, nullable=False),
    Column("released_at", _When, nullable=False),
    UniqueConstraint("dossier_id", "revision"),
)

events = Table(
    "events",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("at", _When, nullable=False),
    Column("what", String(60), nullable=False),
    Column("drop_id", _Id, index=True),
    Column("dossier_id", _Id, index=True),
    Column("detail", JSON, nullable=False),
)
