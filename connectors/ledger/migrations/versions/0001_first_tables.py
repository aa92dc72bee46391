"""The first tables of the ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "dossiers",
        sa.Column("id", _Id, nullable=False),
        sa.Column("ref", sa.String(length=200), nullable=False),
        sa.Column("group", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("settled_revision", sa.Integer(), nullable=False),
        sa.Column("profile", sa.String(length=100), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dossiers"),
        sa.UniqueConstraint("group", name="uq_dossiers_group"),
        sa.UniqueConstraint("ref", name="uq_dossiers_ref"),
    )
    op.create_index("ix_dossiers_state", "dossiers", ["state"], unique=False)
    op.create_table(
        "drops",
        sa.Column("id", _Id, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("version", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("duplicate_of", _Id, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["duplicate_of"], ["drops.id"], name="fk_drops_duplicate_of"),
        sa.PrimaryKeyConstraint("id", name="pk_drops"),
        sa.UniqueConstraint("source", "version", name="uq_drops_source_version"),
    )
    op.create_index("ix_drops_state", "drops", ["state"], unique=False)
    op.create_index(
        "uq_drops_sha256_worked",
        "drops",
        ["sha256"],
        unique=True,
        sqlite_where=sa.text("duplicate_of IS NULL"),
        postgresql_where=sa.text("duplicate_of IS NULL"),
    )
    op.create_table(
        "events",
        sa.Column("id", _Id, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("drop_id", _Id, nullable=True),
        sa.Column("dossier_id", _Id, nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_dossier_id", "events", ["dossier_id"], unique=False)
    op.create_index("ix_events_drop_id", "events", ["drop_id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", _Id, nullable=False),
        sa.Column("dossier_id", _Id, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name="fk_decisions_dossier_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.UniqueConstraint("dossier_id", "revision", name="uq_decisions_dossier_id_revision"),
    )
    op.create_table(
        "documents",
        sa.Column("id", _Id, nullable=False),
        sa.Column("document", sa.String(length=40), nullable=False),
        sa.Column("drop_id", _Id, nullable=False),
        sa.Column("dossier_id", _Id, nullable=True),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("superseded_by", _Id, nullable=True),
        sa.Column("as_read", sa.JSON(), nullable=False),
        sa.Column("as_ruled", sa.JSON(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name="fk_documents_dossier_id"),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name="fk_documents_drop_id"),
        sa.ForeignKeyConstraint(["superseded_by"], ["documents.id"], name="fk_documents_superseded_by"),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        sa.UniqueConstraint("dossier_id", "document", name="uq_documents_dossier_id_document"),
    )
    op.create_index("ix_documents_dossier_id", "documents", ["dossier_id"], unique=False)
    op.create_index("ix_documents_drop_id", "documents", ["drop_id"], unique=False)
    op.create_table(
        "releases",
        sa.Column("id", _Id, nullable=False),
        sa.Column("dossier_id", _Id, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name="fk_releases_dossier_id"),
        sa.PrimaryKeyConstraint("id", name="pk_releases"),
        sa.UniqueConstraint("dossier_id", "revision", name="uq_releases_dossier_id_revision"),
    )
    op.create_table(
        "exceptions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("dossier_id", _Id, nullable=True),
        sa.Column("document_id", _Id, nullable=True),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_exceptions_document_id"),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name="fk_exceptions_dossier_id"),
        sa.PrimaryKeyConstraint("id", name="pk_exceptions"),
    )
    op.create_index("ix_exceptions_document_id", "exceptions", ["document_id"], unique=False)
    op.create_index("ix_exceptions_dossier_id", "exceptions", ["dossier_id"], unique=False)
    op.create_index("ix_exceptions_state", "exceptions", ["state"], unique=False)
    op.create_table(
        "paper_references",
        sa.Column("id", _Id, nullable=False),
        sa.Column("document_id", _Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("parties", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_paper_references_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_paper_references"),
    )
    op.create_index("ix_paper_references_document_id", "paper_references", ["document_id"], unique=False)
    op.create_index("ix_paper_references_kind_number", "paper_references", ["kind", "number"], unique=False)
    op.create_table(
        "rulings",
        sa.Column("id", _Id, nullable=False),
        sa.Column("exception_id", sa.String(length=64), nullable=False),
        sa.Column("dossier_id", _Id, nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("patch", sa.JSON(), nullable=False),
        sa.Column("waived", sa.JSON(), nullable=False),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name="fk_rulings_dossier_id"),
        sa.ForeignKeyConstraint(["exception_id"], ["exceptions.id"], name="fk_rulings_exception_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rulings"),
        sa.UniqueConstraint("exception_id", "round", name="uq_rulings_exception_id_round"),
    )
    op.create_index("ix_rulings_dossier_id", "rulings", ["dossier_id"], unique=False)
    op.create_index("ix_rulings_exception_id", "rulings", ["exception_id"], unique=False)


def downgrade() -> None:
    op.drop_table("rulings")
    op.drop_table("paper_references")
    op.drop_table("exceptions")
    op.drop_table("releases")
    op.drop_table("documents")
    op.drop_table("decisions")
    op.drop_table("events")
    op.drop_table("drops")
    op.drop_table("dossiers")
