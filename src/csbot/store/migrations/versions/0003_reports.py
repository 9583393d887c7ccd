"""Indexes for the figures of a period."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From 0002."""
    op.create_index("conversations_opened", "conversations", ["opened_at"])
    op.create_index("votes_conversation", "votes", ["conversation_id"])
