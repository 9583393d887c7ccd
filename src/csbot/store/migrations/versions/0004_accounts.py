"""Passwords, sessions, invitations, and a memory of failed sign-ins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_EMPTY = sa.text("''")


def upgrade() -> None:
    """From 0003."""
    op.add_column("users", sa.Column("password", sa.Text, nullable=False, server_default=_EMPTY))
    op.create_index("users_role", "users", ["role"])
    op.create_table(
        "sessions",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("user_id", _ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )
    op.create_index("sessions_user", "sessions", ["user_id"])
    op.create_index("sessions_expires", "sessions", ["expires_at"])
    op.create_table(
        "invitations",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("email", sa.Text, nullable=False, server_default=_EMPTY),
        sa.Column("role", sa.Text, nullable=False, server_default=sa.text("'agent'")),
        sa.Column("by", sa.Text, nullable=False, server_default=_EMPTY),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
    )
    op.create_index("invitations_email", "invitations", ["email"])
    op.create_index("invitations_expires", "invitations", ["expires_at"])
    op.create_table(
        "sign_in_tries",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("failures", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index("sign_in_tries_last", "sign_in_tries", ["last_at"])
