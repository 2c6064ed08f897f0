"""Runs, and the documents that they share."""

import sqlalchemy as sa
from alembic import op

revision = "runs1"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "documents",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("base_url", sa.Text, nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("finished_at", sa.String(32), nullable=False),
        sa.Column("suite_version", sa.Text, nullable=False),
        sa.Column("openapi_sha256", sa.String(64), nullable=False),
        sa.Column("clauses_sha256", sa.String(64), nullable=False),
        sa.Column("document_revision", sa.Text, nullable=False),
        sa.Column("operation", sa.Text, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("mutation", sa.Text, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("narrowed", sa.Boolean, nullable=False),
        sa.Column("conclusion", sa.Text, nullable=False),
        sa.Column("passed", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("not_tested", sa.Integer, nullable=False),
        sa.Column("no_verdict", sa.Text, nullable=True),
        sa.Column("report", sa.String(64), sa.ForeignKey("documents.digest"), nullable=False),
        sa.Column("verdicts", sa.String(64), sa.ForeignKey("documents.digest"), nullable=False),
        sa.Column("behaviour", sa.String(64), sa.ForeignKey("documents.digest"), nullable=False),
        sa.Column("traffic", sa.String(64), sa.ForeignKey("documents.digest"), nullable=True),
        sa.Column("series", sa.String(200), nullable=True),
    )
    op.create_index("runs_by_target_and_time", "runs", ["target", "started_at"])
    for column in ("report", "verdicts", "behaviour", "traffic"):
        op.create_index(f"ix_runs_{column}", "runs", [column])
