"""Publications that take back to an earlier one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From 0006."""
    restores = sa.Column("restores", sa.BigInteger, nullable=False, server_default=sa.text("0"))
    op.add_column("content_versions", restores)
