"""Passes to go on in another app with, and an agent's words that nobody has read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UNREAD = "state = 'sent' AND author = 'agent'"


def upgrade() -> None:
    """From 0004."""
    op.create_table(
        "passes",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("identity_id", _ID, sa.ForeignKey("identities.id"), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
    )
    op.create_index("passes_expires", "passes", ["expires_at"])
    op.create_index(
        "parts_unread",
        "parts",
        ["channel", "updated_at"],
        sqlite_where=sa.text(_UNREAD),
        postgresql_where=sa.text(_UNREAD),
    )
