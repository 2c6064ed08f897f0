"""Which runs repeat one another (`run --repeat`)."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; earlier runs repeat none."""
    op.add_column("runs", sa.Column("series", sa.String(200), nullable=True))
