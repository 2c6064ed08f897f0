"""The tables, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

__all__ = ["HEAD", "METADATA", "documents", "runs"]

HEAD = "runs1"
METADATA = MetaData()


def _document(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(64), ForeignKey("documents.digest"), nullable=nullable, index=True)


documents = Table(
    "documents",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
runs = Table(
    "runs",
    METADATA,
    Column("id", String(200), primary_key=True),
    Column("target", Text, nullable=False),
    Column("base_url", Text, nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("finished_at", String(32), nullable=False),
    Column("suite_version", Text, nullable=False),
    Column("openapi_sha256", String(64), nullable=False),
    Column("clauses_sha256", String(64), nullable=False),
    Column("document_revision", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("profile", Text, nullable=False),
    Column("mutation", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("narrowed", Boolean, nullable=False),
    Column("conclusion", Text, nullable=False),
    Column("passed", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("not_tested", Integer, nullable=False),
    Column("no_verdict", Text, nullable=True),
    _document("report"),
    _document("verdicts"),
    _document("behaviour"),
    _document("traffic", nullable=True),
    Column("series", String(200), nullable=True),
    Index("runs_by_target_and_time", "target", "started_at"),
)
