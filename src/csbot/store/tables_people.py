"""The people of the brand: who they are, and what lets them in. Of every secret only a hash is kept."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from csbot.store.columns import Id, flag, id_column, metadata, number, text_column, time

users = Table(
    "users",
    metadata,
    id_column(),
    Column("email", Text, nullable=False, unique=True),
    text_column("name"),
    text_column("role", "agent"),
    flag("disabled"),
    time("created_at", nullable=False),
    text_column("password"),  # an argon2 hash; empty: cannot sign in yet
)
Index("users_role", users.c.role)

tokens = Table(
    "tokens",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    time("created_at", nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    time("created_at", nullable=False),
    time("seen_at", nullable=False),
    time("expires_at", nullable=False),
)
Index("sessions_user", sessions.c.user_id)
Index("sessions_expires", sessions.c.expires_at)

invitations = Table(
    "invitations",
    metadata,
    Column("digest", Text, primary_key=True),
    text_column("email"),  # empty: the first admin, who says it
    text_column("role", "agent"),
    text_column("by"),
    time("created_at", nullable=False),
    time("expires_at", nullable=False),
    time("used_at"),
)
Index("invitations_email", invitations.c.email)
Index("invitations_expires", invitations.c.expires_at)

sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("key", Text, primary_key=True),  # a hash: somebody may type a password where the e-mail belongs
    number("failures"),
    time("last_at", nullable=False),
    time("until", nullable=False),
)
Index("sign_in_tries_last", sign_in_tries.c.last_at)
