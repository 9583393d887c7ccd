"""Marks of calls that change something in the brand's own systems."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''"))


def upgrade() -> None:
    """From 0005."""
    op.create_table(
        "lookup_calls",
        sa.Column("request", sa.Text, primary_key=True),
        sa.Column("conversation_id", _ID, sa.ForeignKey("conversations.id"), nullable=False),
        _text("lookup"),
        _text("state"),
        _text("answer"),
        _text("caller"),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("lookup_calls_at", "lookup_calls", ["at"])
