"""Indexes for what is listed for a person and what is forgotten after a while."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_UNSENT = sa.text("state IN ('parked', 'failed', 'unknown')")


def upgrade() -> None:
    """From 0001."""
    op.create_index("parts_unsent", "parts", ["id"], sqlite_where=_UNSENT, postgresql_where=_UNSENT)
    op.create_index("early_receipts_at", "early_receipts", ["at"])
    op.create_index("idempotency_at", "idempotency", ["at"])
