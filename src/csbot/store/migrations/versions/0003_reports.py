"""What figures are made of: indexes for those of a period, and what came and went by channel and hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)


def upgrade() -> None:
    """From 0002."""
    op.create_index("conversations_opened", "conversations", ["opened_at"])
    op.create_index("votes_conversation", "votes", ["conversation_id"])
    op.create_table(
        "channel_hours",
        sa.Column("hour", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        _number("received"),
        _number("sent"),
        sa.Column("last_in_at", sa.BigInteger(), nullable=True),
        sa.Column("last_out_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("hour", "channel"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "counted",
        sa.Column("what", sa.Text(), nullable=False),
        _number("message_id"),
        sa.PrimaryKeyConstraint("what"),
    )
